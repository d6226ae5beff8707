"""From hand-labelled articles to a `Model`: features, both classifiers, links. Deterministic by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from argmap.annotations import AnnotatedArticle
from argmap.errors import InputError
from argmap.evaluation.metrics import calibration_errors, evidence_macro_f1, evidence_matrix, stance_matrix
from argmap.evaluation.metrics import stance_scores as score_stances
from argmap.labels import STANCES
from argmap.linking.training import LinkedArticle, fit_links
from argmap.linking.view import view_of
from argmap.models import Model, new_info
from argmap.stance.classifier import EvidenceClassifier, StanceClassifier
from argmap.stance.features import LexicalFeatures
from argmap.stance.head import ContextualHead
from argmap.stance.sentences import sentences_of


def _silent(message: str) -> None:
    del message


def train(
    articles: Sequence[AnnotatedArticle],
    *,
    model_id: str = "stance-en-fast",
    unlabelled: Sequence[str] = (),
    seed: int = 0,
    jobs: int = 1,
    report: Callable[[str], None] = _silent,
) -> Model:
    """Fit a model; `unlabelled` are texts for the word vectors only, `report` hears of each stage.

    Raises `InputError` for the same text twice, too few articles, or a label that never occurs.
    """
    _refuse_repeated(articles)
    X = [sentence for article in articles for sentence in sentences_of(article.document)]
    units = [unit for article in articles for unit in article.document.text_units()]
    stances = stance_matrix([unit.stances for unit in units])
    evidence = evidence_matrix([unit.evidence for unit in units])
    if not len(units):
        raise InputError("no labelled sentences", expected="annotation files with text units")
    report("learning words and word vectors")
    features = LexicalFeatures(unlabelled=tuple(unlabelled), seed=seed).fit(X)
    features.unlabelled = ()
    matrix = features.transform(X)
    report(f"fitting stances on {len(X):,} sentences")
    stance = StanceClassifier(head=ContextualHead(jobs=jobs))
    stance.features_ = features
    stance.fit_matrix(matrix, X, stances)
    stance_scores = stance.head_.out_of_fold_
    report("fitting evidence types")
    kinds = EvidenceClassifier(head=ContextualHead(jobs=jobs)).fit_matrix(matrix, X, evidence, stance_scores)
    evidence_scores = kinds.head_.out_of_fold_
    linked = []
    row = 0
    for article in articles:
        ids = [unit.id for unit in article.document.text_units()]
        own = slice(row, row + len(ids))
        row += len(ids)
        number = {unit: i for i, unit in enumerate(ids)}
        predicted = view_of(article.document, features, stance_scores[own], evidence_scores[own])
        gold = view_of(article.document, features, stances[own].astype(np.float64), evidence[own].astype(np.float64))
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
    return Model(
        model_id, stance, kinds, links_model, new_info(model_id, seed=seed, training=training, metrics=metrics)
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
