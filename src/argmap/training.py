"""From hand-labelled articles to a `Model`: features, both classifiers, links. Deterministic by seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from argmap.annotations import AnnotatedArticle
from argmap.errors import InputError
from argmap.evaluation.metrics import calibration_errors, evidence_macro_f1, evidence_matrix, stance_matrix
from argmap.evaluation.metrics import stance_scores as score_stances
from argmap.labels import EVIDENCE_TYPES, STANCES
from argmap.linking.training import LinkedArticle, fit_links
from argmap.linking.training import refuse_unlearnable as refuse_unlearnable_links
from argmap.linking.view import view_of
from argmap.models import Model, as_stored, new_info
from argmap.reading import document_from_text
from argmap.segmenting import segment
from argmap.stance.classifier import EvidenceClassifier, SentenceScores, StanceClassifier
from argmap.stance.domain import DomainModel
from argmap.stance.encoder import Encoder
from argmap.stance.encoder.finetuning import Recipe, fine_tune, require_training
from argmap.stance.features import LexicalFeatures
from argmap.stance.head import ContextualHead
from argmap.stance.head import refuse_unlearnable as refuse_unlearnable_labels
from argmap.stance.nearest import examples_in, free_articles, packed
from argmap.stance.sentences import Sentence, article_numbers, sentences_of

_FAULTY_SHARE = 0.1
_TEXTS_FOR_SCALE = 300


def _silent(message: str) -> None:
    del message


def train(
    articles: Sequence[AnnotatedArticle],
    *,
    model_id: str = "stance-en-fast",
    unlabelled: Sequence[str] = (),
    encoder: str | None = None,
    teacher: str | None = None,
    recipe: Recipe | None = None,
    seed: int = 0,
    jobs: int = 1,
    report: Callable[[str], None] = _silent,
) -> Model:
    """Fit a model; `unlabelled` are texts for the word vectors and for a teacher, `report` hears of each stage.

    `encoder` names pre-trained weights to fine-tune by `recipe`; None trains the fast tier. `teacher` names larger ones
    that are fine-tuned first and label the unlabelled texts for the encoder to learn from. Raises `InputError` for the
    same text twice, too few articles, or a label that never occurs, before the long work, and `MissingDependencyError`
    where there is an encoder and no PyTorch.
    """
    if encoder is not None:
        require_training()
    _refuse_repeated(articles)
    articles = _trusted(articles, report)
    X = [sentence for article in articles for sentence in sentences_of(article.document)]
    units = [unit for article in articles for unit in article.document.text_units()]
    stances = stance_matrix([unit.stances for unit in units])
    evidence = evidence_matrix([unit.evidence for unit in units])
    if not len(units):
        raise InputError("no labelled sentences", expected="annotation files with text units")
    for labels, names in ((stances, STANCES), (evidence, EVIDENCE_TYPES)):
        refuse_unlearnable_labels(labels, article_numbers(X), names=names)
    refuse_unlearnable_links(
        [[link.kind for link in article.links] for article in articles],
        [article.thesis is not None for article in articles],
    )
    report("learning words and word vectors")
    features = LexicalFeatures(unlabelled=tuple(unlabelled), seed=seed).fit(X)
    features.unlabelled = ()
    matrix = features.transform(X)
    tuned = None
    if encoder is not None:
        targets = np.hstack([stances, evidence, _roles(articles)]).astype(np.float64)
        report("cutting the unlabelled articles into sentences")
        further = _sentences(unlabelled if teacher is not None else _evenly(unlabelled))
        tuned = fine_tune(
            X, targets, encoder=encoder, ordinary=features.ordinary_, unlabelled=further, teacher=teacher,
            recipe=recipe, seed=seed, threads=jobs, report=report,
        )  # fmt: skip
    read = None if tuned is None else tuned.out_of_fold
    report(f"fitting stances on {len(X):,} sentences")
    stance = StanceClassifier(head=ContextualHead(jobs=jobs), encoder=None if tuned is None else Encoder(tuned.files))
    stance.features_ = features
    stance.fit_matrix(matrix, X, stances, read)
    stance_scores = stance.head_.out_of_fold_
    report("fitting evidence types")
    kinds = EvidenceClassifier(head=ContextualHead(jobs=jobs)).fit_matrix(matrix, X, evidence, stance_scores, read)
    evidence_scores = kinds.head_.out_of_fold_
    linked = []
    row = 0
    for article in articles:
        ids = [unit.id for unit in article.document.text_units()]
        own = slice(row, row + len(ids))
        row += len(ids)
        number = {unit: i for i, unit in enumerate(ids)}
        part = None if read is None else read[own]
        predicted = view_of(article.document, features, SentenceScores(stance_scores[own], evidence_scores[own], part))
        gold_scores = SentenceScores(stances[own].astype(np.float64), evidence[own].astype(np.float64), part)
        gold = view_of(article.document, features, gold_scores)
        links = {(number[link.source], number[link.target]): link.kind for link in article.links}
        linked.append(LinkedArticle((predicted, gold), links, number.get(article.thesis or "")))
    links_model = fit_links(linked, seed=seed, report=report)
    predicted_types = kinds.choose(evidence_scores)
    chosen = stance_scores >= stance.thresholds_
    by_stance = score_stances(gold=stances, predicted=chosen)
    metrics = {
        "by": "cross-validation over the training articles",
        "stance_f1": {label.value: round(by_stance[label].f1, 4) for label in STANCES},
        "stance_macro_f1": round(float(np.mean([value.f1 for value in by_stance.values()])), 4),
        "calibration_error": {
            label.value: round(value, 4)
            for label, value in calibration_errors(gold=stances, scores=stance_scores).items()
        },
        "evidence_macro_f1": round(
            evidence_macro_f1(gold=[unit.evidence for unit in units], predicted=predicted_types), 4
        ),
    }
    training = {article.document.id: article.document.text_sha256 for article in articles}
    files = None if tuned is None else tuned.files
    info = new_info(model_id, seed=seed, training=training, metrics=metrics, encoder=files)
    report("learning what is no English prose")
    domain = DomainModel.fit([article.document.text for article in articles], tuple(unlabelled), seed=seed)
    free = free_articles(articles)
    shown = [sentence for article in free for sentence in sentences_of(article.document)]
    vectors = None if (read_free := stance.read(shown)) is None or not shown else packed(read_free.vectors)
    return as_stored(Model(model_id, stance, kinds, links_model, info, domain, examples_in(free), vectors))


def _evenly(texts: Sequence[str]) -> Sequence[str]:
    """Some 300 of the texts."""
    return texts[:: max(len(texts) // _TEXTS_FOR_SCALE, 1)]


def _sentences(texts: Sequence[str]) -> list[Sentence]:
    documents = (segment(document_from_text(text, id=f"unlabelled-{i}")) for i, text in enumerate(texts))
    return [sentence for document in documents for sentence in sentences_of(document)]


def _roles(articles: Sequence[AnnotatedArticle]) -> npt.NDArray[np.bool_]:
    """Of each text unit: is the thesis, gives grounds, is given grounds: (sentences, 3)."""
    rows = []
    for article in articles:
        sources = {link.source for link in article.links}
        targets = {link.target for link in article.links}
        for unit in article.document.text_units():
            rows.append((unit.id == article.thesis, unit.id in sources, unit.id in targets))
    return np.array(rows, dtype=bool).reshape(len(rows), 3)


def _trusted(articles: Sequence[AnnotatedArticle], report: Callable[[str], None]) -> tuple[AnnotatedArticle, ...]:
    """Leave out the articles whose labels do not lie on their text: more than a tenth of the units at fault."""
    kept = tuple(a for a in articles if len(a.faults) <= _FAULTY_SHARE * len(a.document.units))
    if len(kept) < len(articles):
        names = ", ".join(a.document.id for a in articles if a not in kept)
        report(f"left out, for their labels do not lie on their texts: {names}")
    return kept


def card_of(model: Model) -> str:
    """The model's card, in Markdown: what it is, what it was trained on, how right it was in cross-validation."""
    info, metrics = model.info, model.info["metrics"]
    stances = "\n".join(
        f"| {name} | {f1:.3f} | {metrics['calibration_error'][name]:.3f} |" for name, f1 in metrics["stance_f1"].items()
    )
    versions = ", ".join(f"{name} {version}" for name, version in info["created_with"].items())
    return f"""# {model.id}

Labels the sentences of English op-eds with stance (accusation, quotation, recommendation; several or none) and evidence
type, and links grounds to claims. {_how(model)}

## Trained on

{len(model.training_texts)} hand-labelled articles (`model.json` lists each with the SHA-256 of its text), seed
{info["seed"]}, with {versions}.

## How right it is

Cross-validation over the training articles, split by article (out-of-fold scores and thresholds):

| stance | F1 | calibration error |
|---|---|---|
{stances}

Stance macro-F1 {metrics["stance_macro_f1"]:.3f}; evidence macro-F1 {metrics["evidence_macro_f1"]:.3f}. Thresholds were
chosen on the same scores, so expect a little less; `argmap evaluate` measures on articles that the model has not seen.
Where that has been done for this folder, `figures/` holds the results: with intervals, by country, decade, length and
subject, with names swapped, and when the model may pass on doubtful sentences.

## What the scores mean

A score of 0.7 means: of the sentences with such a score, about seven in ten carried the label in our annotators' eyes.
It says nothing about whether an accusation is true or a recommendation wise. Text that does not read like English
prose gets a high `out_of_domain` score and no labels. Links and the thesis carry scores too,
and most are low: read them as places to look.

## Not for

Text that is not English, not prose, or not argument; decisions about people; counting without reading.
"""


_LEXICAL = """words, letters, hand-made cues, neighbours
and word vectors, with names and numbers masked; a second stage over the neighbours' scores"""
_LINKS = "links by small networks,\ndecoded into a forest"


def _how(model: Model) -> str:
    if model.encoder is None:
        return (
            f"Pure scikit-learn: logistic regression on {_LEXICAL}; {_LINKS}. The folder holds plain arrays (`*.npz`)\n"
            "and `model.json`, and nothing that can execute."
        )
    source = model.encoder.files.source
    return (
        f"A pre-trained encoder ({source['name']}, weights with SHA-256 `{source['sha256']}`) reads windows of\n"
        f"consecutive sentences with stand-ins for names. {_how_it_learnt(source)}\n"
        "It has several heads (stances, evidence, thesis, who gives grounds to whom) and is stored in eight bits as\n"
        "ONNX. Its log-odds, each sentence's and its neighbours', join a scikit-learn logistic regression on\n"
        f"{_LEXICAL}, which decides\n"
        f"and is calibrated; {_LINKS}.\n"
        "The second stage saw each training article through an encoder that had not. The folder holds plain arrays\n"
        "(`*.npz`), an ONNX graph, a tokenizer and `model.json`, and nothing that can execute."
    )


def _how_it_learnt(source: Mapping[str, str]) -> str:
    if "teacher" not in source:
        return "It was fine-tuned on the labels."
    return (
        f"It learnt from a larger one\n({source['teacher']}, weights with SHA-256 `{source['teacher_sha256']}`), which "
        "was fine-tuned on the\nlabels and then labelled other op-eds, softly. So it knows the training articles at "
        "second hand, and the figures of\ncross-validation below may be a little flattered."
    )


def _refuse_repeated(articles: Sequence[AnnotatedArticle]) -> None:
    seen: dict[str, str] = {}
    for article in articles:
        digest = article.document.text_sha256
        if digest in seen or article.document.id in seen.values():
            raise InputError(
                f"{article.document.id} stands twice among the training articles",
                where=str(article.path) if article.path else None,
                expected="each article once",
            )
        seen[digest] = article.document.id
