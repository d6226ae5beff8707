"""How good a model is on hand-labelled articles: every figure with an interval that resamples articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.document import Document
from argmap.errors import InputError
from argmap.evaluation.abstention import Answers, abstention_figures, answers_of, kept_counts
from argmap.evaluation.counts import KINDS, Counts, counts_of, trusted, without_labels
from argmap.evaluation.flips import SwapReport
from argmap.evaluation.gold import Misread, gold_sha256, misread_units
from argmap.evaluation.intervals import Interval, bootstrap_totals
from argmap.evaluation.matching import match_units
from argmap.evaluation.metrics import f1_of_counts
from argmap.evaluation.traits import traits_of
from argmap.graph import ArgumentMap
from argmap.labels import EVIDENCE_TYPES, STANCES, UnitKind
from argmap.reading import document_from_text
from argmap.segmenting import segment

FloatArray = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class System:
    """What is evaluated: `map_document` labels and links a segmented document, `link_document` links given labels.

    `sha256` is that of a model folder, so that figures can be told to be of this model and no other. `thresholds` are
    the scores at which it gives each stance, in the order of `STANCES`, where it has such.
    """

    id: str
    map_document: Callable[[Document], ArgumentMap]
    link_document: Callable[[Document], ArgumentMap]
    sha256: str | None = None
    thresholds: tuple[float, ...] | None = None


@dataclass(frozen=True)
class ScoredArticle:
    """One article's counts by name, all that its part in the figures depends on; `left_out` units had faults.

    `gold_sha256` changes with every label; `misread` are the sentences whose stances the model got wrong; `traits` say
    what sort of article it is (country, decade, …), for the figures by sort.
    """

    doc: str
    text_sha256: str
    gold_sha256: str
    units: int
    left_out: int
    counts: Counts
    misread: tuple[Misread, ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TestedFold:
    """A fold of a cross-validation: the ids of its articles, and of how many others its model learnt."""

    name: str
    docs: tuple[str, ...]
    trained: int


@dataclass(frozen=True)
class Evaluation:
    """Figures by dotted name (`stance.macro_f1`), with 95 % intervals; `support` counts gold labels by such names.

    `confusion` has a row a gold and a column a predicted primary stance: `STANCES`, then none. `swaps` says what other
    names do to the stances, if that was tried. `answers` are each article's sentences with gold labels and scores, for
    curves over all thresholds; `thresholds` those of the model. `folds` are those of a cross-validation, each scored by
    a model that was trained on the others; there are none where one model scored all.
    """

    model: str
    from_text: bool
    resamples: int
    seed: int
    articles: tuple[ScoredArticle, ...]
    figures: Mapping[str, Interval]
    support: Mapping[str, int]
    confusion: NDArray[np.int64]
    trained_on: tuple[str, ...] = ()
    swaps: SwapReport | None = None
    model_sha256: str | None = None
    folds: tuple[TestedFold, ...] = ()
    answers: tuple[Answers, ...] = ()
    thresholds: tuple[float, ...] | None = None


def evaluate(
    articles: Sequence[AnnotatedArticle],
    system: System,
    *,
    from_text: bool = False,
    resamples: int = 1000,
    seed: int = 0,
    trained_on: Sequence[str] = (),
    step: Callable[[str], None] = lambda _: None,
    traits: Callable[[AnnotatedArticle], Mapping[str, str]] = traits_of,
) -> Evaluation:
    """Map every article and compare with its gold labels.

    The system gets gold units without labels; `from_text` gives it the bare text, and its own units are matched to
    gold by overlap. Units at which a file's faults point are left out. `trained_on` names articles that the model has
    seen, for the record; `step` is called before each article; `traits` says of what sort an article is. Raises
    `InputError` if a text or an id stands twice or there is no sentence, `UsageError` without articles or resamples.
    """
    refuse_doubles(articles)
    if articles and not any(unit.is_text for article in articles for unit in article.document.units):
        raise InputError("the gold labels hold no sentence", expected="articles with text units")
    return gathered(
        scored_articles(articles, system, from_text=from_text, step=step, traits=traits),
        model=system.id,
        from_text=from_text,
        resamples=resamples,
        seed=seed,
        trained_on=tuple(trained_on),
        model_sha256=system.sha256,
        thresholds=system.thresholds,
    )


def scored_articles(
    articles: Sequence[AnnotatedArticle],
    system: System,
    *,
    from_text: bool = False,
    step: Callable[[str], None] = lambda _: None,
    traits: Callable[[AnnotatedArticle], Mapping[str, str]] = traits_of,
) -> list[tuple[ScoredArticle, Answers]]:
    """What one system makes of each article, for `gathered`; arguments as for `evaluate`."""
    found = []
    for article in articles:
        step(article.document.id)
        found.append(_score(article, system, traits(article), from_text=from_text))
    return found


def gathered(
    scored: Sequence[tuple[ScoredArticle, Answers]],
    *,
    model: str,
    from_text: bool,
    resamples: int,
    seed: int,
    trained_on: tuple[str, ...] = (),
    model_sha256: str | None = None,
    folds: tuple[TestedFold, ...] = (),
    thresholds: tuple[float, ...] | None = None,
) -> Evaluation:
    """The evaluation of all articles together, whichever system scored each of them. Raises `UsageError` for none."""
    articles = _cut_together([article for article, _ in scored], [answers for _, answers in scored])
    sums, figures = _figures_of(articles, resamples, seed, from_text=from_text)
    return Evaluation(
        model=model,
        from_text=from_text,
        resamples=resamples,
        seed=seed,
        articles=tuple(articles),
        figures=MappingProxyType(figures),
        support=MappingProxyType(_support(sums, articles)),
        confusion=sums["confusion"].astype(np.int64),
        trained_on=trained_on,
        model_sha256=model_sha256,
        folds=folds,
        answers=tuple(answers for _, answers in scored),
        thresholds=thresholds,
    )


def refuse_training_articles(articles: Sequence[AnnotatedArticle], training_texts: Mapping[str, str]) -> None:
    """Raise `InputError`, naming them, if articles have the text of one that the model was trained on (by SHA-256)."""
    seen = training_articles(articles, training_texts)
    if seen:
        named = ", ".join(seen[:5]) + (f" and {len(seen) - 5} more" if len(seen) > 5 else "")
        raise InputError(
            f"the model was trained on {len(seen)} of these {len(articles)} articles: {named}",
            expected="articles that it has never seen",
            advice="leave them out (--split, --fold), or give --allow-training-articles and do not trust the figures",
        )


def training_articles(articles: Sequence[AnnotatedArticle], training_texts: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the articles whose text is among a model's training texts (SHA-256 by id)."""
    known = set(training_texts.values())
    return tuple(article.document.id for article in articles if article.document.text_sha256 in known)


def refuse_doubles(articles: Sequence[AnnotatedArticle]) -> None:
    """Raise `InputError` if a text or an id stands twice."""
    first: dict[str, AnnotatedArticle] = {}
    named: dict[str, AnnotatedArticle] = {}
    for article in articles:
        other = first.setdefault(article.document.text_sha256, article)
        if other is not article:
            raise InputError(
                f"the same text as in {other.path or other.document.id}",
                where=str(article.path or article.document.id),
                expected="each article once",
            )
        other = named.setdefault(article.document.id, article)
        if other is not article:
            raise InputError(
                f"doc {article.document.id!r} is the id of another text in {other.path or 'these articles'}",
                where=str(article.path or article.document.id),
                expected="an id for each text",
            )


def _score(
    article: AnnotatedArticle, system: System, traits: Mapping[str, str], *, from_text: bool
) -> tuple[ScoredArticle, Answers]:
    gold = trusted(article)
    document = gold.document
    bare = segment(document_from_text(document.text, id=document.id)) if from_text else without_labels(document)
    predicted = system.map_document(bare)
    counts = counts_of(gold, predicted=predicted, with_gold_stances=system.link_document(gold.document))
    counted = ScoredArticle(
        doc=document.id,
        text_sha256=document.text_sha256,
        gold_sha256=gold_sha256(gold),
        units=len(document.units),
        left_out=len(article.document.units) - len(document.units),
        counts=MappingProxyType(dict(counts)),
        misread=misread_units(gold=document.units, predicted=predicted.document.units),
        traits=MappingProxyType(dict(traits)),
    )
    pairs = match_units(gold=document.units, predicted=predicted.document.units)
    return counted, answers_of(pairs)


def _cut_together(scored: Sequence[ScoredArticle], answers: Sequence[Answers]) -> list[ScoredArticle]:
    """The articles with what is kept at each coverage cut over all of their sentences, not in each alone."""
    kept = kept_counts(answers) if answers else []
    return [
        replace(article, counts=MappingProxyType({**article.counts, **own}))
        for article, own in zip(scored, kept, strict=True)
    ]


def _figures_of(
    scored: Sequence[ScoredArticle], resamples: int, seed: int, *, from_text: bool
) -> tuple[dict[str, FloatArray], dict[str, Interval]]:
    """The sums of all counts, and the figures that follow from them."""
    shapes = {name: value.shape for name, value in scored[0].counts.items()} if scored else {}
    table = np.array([np.concatenate([article.counts[name].ravel() for name in shapes]) for article in scored])

    def statistics(sums: FloatArray) -> dict[str, FloatArray]:
        return figures(_unpacked(sums, shapes), from_text=from_text)

    intervals = bootstrap_totals(table, statistics, resamples=resamples, confidence=CONFIDENCE, seed=seed)
    totals = _unpacked(table.sum(axis=0, keepdims=True), shapes)
    return {name: value[0] for name, value in totals.items()}, intervals


def _unpacked(sums: FloatArray, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, FloatArray]:
    parts: dict[str, FloatArray] = {}
    column = 0
    for name, shape in shapes.items():
        width = int(np.prod(shape))
        parts[name] = sums[:, column : column + width].reshape(-1, *shape)
        column += width
    return parts


def figures(sums: Mapping[str, FloatArray], *, from_text: bool) -> dict[str, FloatArray]:
    """All figures of summed counts, each array with a leading axis (resamples): what an article counts, by its name."""
    found: dict[str, FloatArray] = {}
    for room, labels in (("stance", STANCES), ("evidence", EVIDENCE_TYPES)):
        found[f"{room}.macro_f1"] = f1_of_counts(sums[room]).mean(axis=-1)
        for row, label in enumerate(labels):
            found |= _precision_recall_f1(f"{room}.{label.value}", sums[room][:, row])
    errors = _ratio(np.abs(sums["surplus"]).sum(axis=-1), sums["scored"])
    found |= {f"stance.{stance.value}.ece": errors[:, row] for row, stance in enumerate(STANCES)}
    matrix = sums["confusion"]
    found |= abstention_figures(sums)
    found["stance.primary_accuracy"] = _ratio(np.trace(matrix, axis1=-2, axis2=-1), matrix.sum(axis=(-2, -1)))
    for name in ("links", "gold_stances"):
        prefix = name if name == "links" else "links.with_gold_stances"
        found |= _precision_recall_f1(prefix, sums[name])
        found[f"{prefix}.f1_with_kind"] = f1_of_counts(sums[f"{name}.kind"])
        found[f"{prefix}.attack_f1"] = f1_of_counts(sums[f"{name}.attack"])
        found[f"{prefix}.nearest_claim.f1"] = f1_of_counts(sums[f"{name}.nearest"])
        found[f"{prefix}.nearest_claim.f1_with_kind"] = f1_of_counts(sums[f"{name}.nearest.kind"])
        found[f"{prefix}.gain"] = found[f"{prefix}.f1"] - found[f"{prefix}.nearest_claim.f1"]
        thesis = sums[f"{name}.thesis"]
        found[f"{prefix}.thesis_exact"] = _ratio(thesis[:, 0], thesis[:, 1])
    if from_text:
        found |= _precision_recall_f1("boundary", sums["boundary"])
        for row, kind in enumerate(KINDS):
            found |= _precision_recall_f1(f"kind.{kind.value}", sums["kind"][:, row])
    return found


def _precision_recall_f1(name: str, counts: FloatArray) -> dict[str, FloatArray]:
    right, false, missed = counts[:, 0], counts[:, 1], counts[:, 2]
    return {
        f"{name}.precision": _ratio(right, right + false),
        f"{name}.recall": _ratio(right, right + missed),
        f"{name}.f1": f1_of_counts(counts),
    }


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1.0), 0.0)


def _support(sums: Mapping[str, FloatArray], scored: Sequence[ScoredArticle]) -> dict[str, int]:
    """How many gold labels each figure rests on."""
    found = {"articles": len(scored), "sentences": int(sums["kind"][KINDS.index(UnitKind.TEXT), [0, 2]].sum())}
    for room, labels in (("stance", STANCES), ("evidence", EVIDENCE_TYPES), ("kind", KINDS)):
        found |= {f"{room}.{label.value}": int(sums[room][row, [0, 2]].sum()) for row, label in enumerate(labels)}
    found["links"] = int(sums["links"][[0, 2]].sum())
    found["links.attack"] = int(sums["links.attack"][[0, 2]].sum())
    found["thesis"] = int(sums["links.thesis"][1])
    return found
