"""How far two annotators agree: chance-corrected coefficients, and a comparison of two sets of annotation files."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.document import Unit
from argmap.errors import InputError, UsageError
from argmap.evaluation.intervals import Interval, bootstrap_totals
from argmap.evaluation.metrics import contingency, f1_of_counts, link_counts
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind, Stance

FloatArray = NDArray[np.float64]
_YES_NO = (False, True)
_PRIMARY: tuple[Stance | None, ...] = (*STANCES, None)
_EVIDENCE = (*EVIDENCE_TYPES, None)


def cohen_kappa(*, first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Cohen's kappa of two annotators' labels of the same units (Cohen 1960, Educ. Psychol. Meas. 20).

    1 is perfect, 0 what chance gives. Where chance alone gives full agreement (one label throughout), it is 1 rather
    than NaN. Raises `UsageError` if there is no unit, or the numbers of labels differ.
    """
    return float(kappa_of_tables(_table(first, second)))


def krippendorff_alpha_nominal(ratings: Sequence[Sequence[Hashable | None]]) -> float:
    """Krippendorff's alpha for nominal labels; `ratings` holds each unit's labels by annotator, None where missing.

    Krippendorff, Computing Krippendorff's Alpha-Reliability (2011). 1 where no two different labels occur at all.
    Raises `UsageError` if no unit has two labels.
    """
    within = 0.0
    totals: dict[Hashable, int] = {}
    for unit in ratings:
        labels = [label for label in unit if label is not None]
        if len(labels) < 2:
            continue
        counts = {label: labels.count(label) for label in labels}
        within += sum(count * (count - 1) for count in counts.values()) / (len(labels) - 1)
        for label, count in counts.items():
            totals[label] = totals.get(label, 0) + count
    values = sum(totals.values())
    if not values:
        raise UsageError("no unit has two labels", expected="units labelled by at least two annotators")
    by_chance = sum(count * (count - 1) for count in totals.values()) / (values - 1)
    return 1.0 if by_chance == values else (within - by_chance) / (values - by_chance)


def kappa_of_tables(tables: NDArray[np.int64] | FloatArray) -> FloatArray:
    """Cohen's kappa of contingency tables (…, labels, labels): shape (…); 1 where chance gives full agreement."""
    total, agreed = _total_and_agreed(tables)
    chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / np.maximum(total, 1)
    return _corrected(agreed, chance, total)


def alpha_of_tables(tables: NDArray[np.int64] | FloatArray) -> FloatArray:
    """Krippendorff's alpha (nominal, two annotators, nothing missing) of contingency tables (…, labels, labels)."""
    total, agreed = _total_and_agreed(tables)
    labels = tables.sum(axis=-1) + tables.sum(axis=-2)
    chance = (labels * (labels - 1)).sum(axis=-1) / np.maximum(2 * total - 1, 1)
    return _corrected(2 * agreed, chance, 2 * total)


def _total_and_agreed(tables: NDArray[np.int64] | FloatArray) -> tuple[FloatArray, FloatArray]:
    values = np.asarray(tables, dtype=np.float64)
    return values.sum(axis=(-1, -2)), np.trace(values, axis1=-2, axis2=-1)


def _corrected(agreed: FloatArray, chance: FloatArray, total: FloatArray) -> FloatArray:
    possible = total - chance
    defined = possible > 1e-9
    return np.where(defined, (agreed - chance) / np.where(defined, possible, 1.0), 1.0)


def _table(first: Sequence[Hashable], second: Sequence[Hashable]) -> NDArray[np.int64]:
    if len(first) != len(second) or not first:
        raise UsageError(
            f"{len(first)} labels against {len(second)}", expected="labels of the same units, at least one"
        )
    return contingency(first, second, list(dict.fromkeys((*first, *second))))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two annotators compared. `figures` holds the coefficients by name, with intervals by article.

    `units` is the number of text units compared. The rest counts what could not be: articles that only one side has
    (their ids), units whose span only one side has, and units that the two sides give different kinds.
    """

    figures: Mapping[str, Interval]
    articles: int
    units: int
    same_thesis: int
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    units_only_first: int
    units_only_second: int
    other_kind: int


def compare(
    first: Sequence[AnnotatedArticle], second: Sequence[AnnotatedArticle], *, resamples: int = 1000, seed: int = 0
) -> Agreement:
    """Compare two annotators' articles, matched by the hash of their text, and units matched by span.

    Raises `InputError` if no article stands on both sides, or one side holds the same text twice.
    """
    left, right = _by_hash(first), _by_hash(second)
    pairs = [(article, right[key]) for key, article in left.items() if key in right]
    if not pairs:
        raise InputError("no article stands on both sides", expected="annotations of the same texts (same text_sha256)")
    return replace(
        compare_pairs(pairs, resamples=resamples, seed=seed),
        only_first=tuple(article.document.id for key, article in left.items() if key not in right),
        only_second=tuple(article.document.id for key, article in right.items() if key not in left),
    )


def compare_pairs(
    pairs: Sequence[tuple[AnnotatedArticle, AnnotatedArticle]], *, resamples: int = 1000, seed: int = 0
) -> Agreement:
    """Compare articles that are given in pairs, each pair of one text. Raises `UsageError` if there is none."""
    compared = [_Pair.of(*pair) for pair in pairs]
    counts = np.array([pair.counts for pair in compared])
    return Agreement(
        figures=MappingProxyType(bootstrap_totals(counts, _figures, resamples=resamples, seed=seed)),
        articles=len(pairs),
        units=sum(pair.units for pair in compared),
        same_thesis=sum(pair.same_thesis for pair in compared),
        only_first=(),
        only_second=(),
        units_only_first=sum(pair.only_first for pair in compared),
        units_only_second=sum(pair.only_second for pair in compared),
        other_kind=sum(pair.other_kind for pair in compared),
    )


def between_annotators(
    articles: Sequence[AnnotatedArticle], *, resamples: int = 1000, seed: int = 0
) -> Mapping[tuple[str, str], Agreement]:
    """How far each two annotators agree on the texts that both have labelled, by their names; empty if none are."""
    labelled: dict[str, dict[str, AnnotatedArticle]] = {}
    for article in articles:
        labelled.setdefault(article.document.text_sha256, {}).setdefault(article.annotator, article)
    pairs: dict[tuple[str, str], list[tuple[AnnotatedArticle, AnnotatedArticle]]] = {}
    for by_name in labelled.values():
        for first, second in combinations(sorted(by_name), 2):
            pairs.setdefault((first, second), []).append((by_name[first], by_name[second]))
    return {names: compare_pairs(found, resamples=resamples, seed=seed) for names, found in sorted(pairs.items())}


def _by_hash(articles: Sequence[AnnotatedArticle]) -> dict[str, AnnotatedArticle]:
    found: dict[str, AnnotatedArticle] = {}
    for article in articles:
        key = article.document.text_sha256
        if key in found:
            other = found[key]
            raise InputError(
                f"the same text as in {other.path or other.document.id}",
                where=str(article.path or article.document.id),
                expected="each text once on each side",
            )
        found[key] = article
    return found


@dataclass(frozen=True, slots=True)
class _Pair:
    """One article by both annotators: its counts as one row (see `_SHAPES`)."""

    counts: NDArray[np.int64]
    units: int
    only_first: int
    only_second: int
    other_kind: int
    same_thesis: bool

    @classmethod
    def of(cls, first: AnnotatedArticle, second: AnnotatedArticle) -> _Pair:
        left, right = _by_span(first), _by_span(second)
        shared = [(unit, right[span]) for span, unit in left.items() if span in right]
        both_text = [(a, b) for a, b in shared if a.is_text and b.is_text]
        same_thesis = _thesis(first) == _thesis(second)
        tables = [
            *(
                contingency([s in a.stances for a, _ in both_text], [s in b.stances for _, b in both_text], _YES_NO)
                for s in STANCES
            ),
            contingency([a.primary for a, _ in both_text], [b.primary for _, b in both_text], _PRIMARY),
            contingency([a.evidence for a, _ in both_text], [b.evidence for _, b in both_text], _EVIDENCE),
            *(link_counts(gold=_links(first), predicted=_links(second), with_kind=kind) for kind in (False, True)),
            np.array([same_thesis, 1]),
        ]
        return cls(
            counts=np.concatenate([table.ravel() for table in tables]),
            units=len(both_text),
            only_first=len(left) - len(shared),
            only_second=len(right) - len(shared),
            other_kind=sum(a.kind is not b.kind for a, b in shared),
            same_thesis=same_thesis,
        )


_SHAPES: tuple[tuple[int, ...], ...] = (*((2, 2) for _ in STANCES), (4, 4), (5, 5), (3,), (3,), (2,))


def _figures(sums: FloatArray) -> dict[str, FloatArray]:
    """The named coefficients of rows of summed counts (resamples, columns)."""
    tables: list[FloatArray] = []
    column = 0
    for shape in _SHAPES:
        width = int(np.prod(shape))
        tables.append(sums[:, column : column + width].reshape(-1, *shape))
        column += width
    *stances, primary, evidence, pairs, triples, thesis = tables
    kappas = {f"kappa {stance.value}": kappa_of_tables(table) for stance, table in zip(STANCES, stances, strict=True)}
    f1s = {
        f"F1 {stance.value}": f1_of_counts(np.stack([table[:, 1, 1], table[:, 0, 1], table[:, 1, 0]], axis=-1))
        for stance, table in zip(STANCES, stances, strict=True)
    }
    return {
        **kappas,
        "kappa primary stance": kappa_of_tables(primary),
        "kappa evidence": kappa_of_tables(evidence),
        "alpha primary stance": alpha_of_tables(primary),
        **f1s,
        "macro-F1 stance": np.mean(list(f1s.values()), axis=0),
        "F1 links": f1_of_counts(pairs),
        "F1 links with kind": f1_of_counts(triples),
        "same thesis": thesis[:, 0] / thesis[:, 1],
    }


def _by_span(article: AnnotatedArticle) -> dict[tuple[int, int], Unit]:
    return {(unit.span.start, unit.span.end): unit for unit in article.document.units}


def _place_of_ids(article: AnnotatedArticle) -> dict[str, str]:
    """Unit ids as places in the text, since two annotators may number units in different ways."""
    return {unit.id: f"{unit.span.start}-{unit.span.end}" for unit in article.document.units}


def _thesis(article: AnnotatedArticle) -> str | None:
    return None if article.thesis is None else _place_of_ids(article)[article.thesis]


def _links(article: AnnotatedArticle) -> list[tuple[str, str, RelationKind]]:
    places = _place_of_ids(article)
    return [(places[link.source], places[link.target], link.kind) for link in article.links]
