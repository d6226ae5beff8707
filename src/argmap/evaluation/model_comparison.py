"""Two models on the same articles: where they differ, which is right, and whether that is more than chance.

Sentences are counted by McNemar's test (Psychometrika 12, 1947): of those that one model has right and the other wrong,
half should go either way. It takes sentences as independent, which those of one article are not, so beside it stands a
test that swaps the models' answers in whole articles at random (a randomisation test: Noreen, Computer-Intensive
Methods for Testing Hypotheses, 1989).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from argmap.evaluation.evaluate import Evaluation, ScoredArticle
from argmap.evaluation.gold import Misread
from argmap.evaluation.intervals import resample_weights
from argmap.evaluation.paired import Difference, difference, drawn_figures
from argmap.evaluation.slices import groups_of, slice_macro_f1
from argmap.evaluation.traits import UNKNOWN
from argmap.labels import STANCES, Stance

FloatArray = NDArray[np.float64]
METRICS = ("stance.macro_f1", *(f"stance.{stance.value}.f1" for stance in STANCES), "evidence.macro_f1", "links.f1")
EXACT_BELOW = 25
"""Sentences that one model alone has right, up to which McNemar's test is reckoned exactly."""
FEWEST_ARTICLES = 3
_SWAPS = 10_000


class Right(StrEnum):
    """Which of two models gave a sentence the annotator's stances."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Differing:
    """A gold sentence to which the models gave different stances; `severity` is how far off the wrong one is, 0 to 1
    (of two wrong ones the worse).
    """

    doc: str
    unit: str
    start: int
    end: int
    gold: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    right: Right
    severity: float


@dataclass(frozen=True, slots=True)
class McNemar:
    """One stance: sentences that only the first model has right, and only the second.

    `p` is that of McNemar's test on sentences, `exact` or by chi-squared with continuity correction; `p_articles` that
    of swapping whole articles. 1 where the models never differ.
    """

    stance: Stance
    only_first: int
    only_second: int
    p: float
    exact: bool
    p_articles: float


@dataclass(frozen=True, slots=True)
class SliceDifference:
    """Second less first in macro-F1 on the articles of one sort; None where a stance has no gold label there.

    The bounds are infinite for fewer than `FEWEST_ARTICLES`.
    """

    trait: str
    value: str
    articles: int
    first: float
    second: float
    difference: Difference | None


@dataclass(frozen=True)
class ModelComparison:
    """The second model less the first, on the same articles. `differing` comes worst first."""

    first: str
    second: str
    from_text: bool
    articles: int
    sentences: int
    resamples: int
    seed: int
    values: Mapping[str, tuple[float, float]]
    differences: Mapping[str, Difference]
    tests: tuple[McNemar, ...]
    slices: tuple[SliceDifference, ...]
    differing: tuple[Differing, ...]


def compare(first: Evaluation, second: Evaluation) -> ModelComparison:
    """Compare two evaluations of the same articles, in the same order and from the same input.

    Only the annotator's sentences are compared one by one; what a model finds beside them counts in the figures. Raises
    `ValueError` for other articles.
    """
    if [(a.text_sha256, a.gold_sha256) for a in first.articles] != [
        (a.text_sha256, a.gold_sha256) for a in second.articles
    ] or first.from_text != second.from_text:
        raise ValueError("two evaluations of different articles, or of different inputs")
    number = len(first.articles)
    weights = resample_weights(number, resamples=first.resamples, seed=first.seed)
    drawn = [
        drawn_figures([article.counts for article in side.articles], weights, from_text=side.from_text)
        for side in (first, second)
    ]
    values = {metric: (first.figures[metric].value, second.figures[metric].value) for metric in METRICS}
    return ModelComparison(
        first=first.model,
        second=second.model,
        from_text=first.from_text,
        articles=number,
        sentences=first.support["sentences"],
        resamples=first.resamples,
        seed=first.seed,
        values=values,
        differences={
            metric: difference(metric, after - before, drawn[1][metric] - drawn[0][metric], articles=number)
            for metric, (before, after) in values.items()
        },
        tests=tuple(_mcnemar(stance, first, second) for stance in STANCES),
        slices=tuple(_slices(first, second)),
        differing=_differing(first, second),
    )


def _differing(first: Evaluation, second: Evaluation) -> tuple[Differing, ...]:
    found = []
    for one, other in zip(first.articles, second.articles, strict=True):
        mine, theirs = _misread(one), _misread(other)
        for place in sorted(mine.keys() | theirs.keys()):
            a, b = mine.get(place), theirs.get(place)
            known = a or b
            assert known is not None  # noqa: S101 - the place is in one of them
            before, after = (known.gold if side is None else side.predicted for side in (a, b))
            if set(before) == set(after):
                continue
            right = Right.FIRST if a is None else Right.SECOND if b is None else Right.NEITHER
            severity = max(side.severity for side in (a, b) if side is not None)
            found.append(Differing(one.doc, known.unit, *place, known.gold, before, after, right, severity))
    return tuple(sorted(found, key=lambda entry: (-entry.severity, entry.doc, entry.start)))


def _misread(article: ScoredArticle) -> dict[tuple[int, int], Misread]:
    return {(entry.start, entry.end): entry for entry in article.misread}


def _mcnemar(stance: Stance, first: Evaluation, second: Evaluation) -> McNemar:
    rows = []
    for one, other in zip(first.articles, second.articles, strict=True):
        mine, theirs = (
            {place for place, entry in _misread(side).items() if _wrong(entry, stance)} for side in (one, other)
        )
        rows.append((len(theirs - mine), len(mine - theirs)))
    table = np.array(rows, dtype=np.float64).reshape(-1, 2)
    only_first, only_second = (int(number) for number in table.sum(axis=0))
    p, exact = mcnemar_p(only_first, only_second)
    return McNemar(stance, only_first, only_second, p, exact, swapped_p(table[:, 0] - table[:, 1], seed=first.seed))


def _wrong(entry: Misread, stance: Stance) -> bool:
    return (stance.value in entry.gold) != (stance.value in entry.predicted)


def mcnemar_p(only_first: int, only_second: int) -> tuple[float, bool]:
    """The two-sided p of McNemar's test, and whether it is the exact one (binomial), for few that differ."""
    from scipy.special import bdtr, chdtrc  # here, since reading a comparison needs no scipy

    number = only_first + only_second
    if number < EXACT_BELOW:
        return min(1.0, 2 * float(bdtr(min(only_first, only_second), number, 0.5))) if number else 1.0, True
    return float(chdtrc(1, max(abs(only_first - only_second) - 1, 0) ** 2 / number)), False


def swapped_p(differences: FloatArray, *, seed: int) -> float:
    """How often the sum of the articles' differences (articles,) is as large if the models are swapped in any of them.

    All ways of swapping are tried where there are few, else 10,000 at random.
    """
    moved = differences[differences != 0]
    observed = abs(float(moved.sum()))
    if not observed:
        return 1.0
    if 2 ** len(moved) <= _SWAPS:
        signs = 1 - 2.0 * ((np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1)
        return float((np.abs(signs @ moved) >= observed - 1e-9).mean())
    signs = 1 - 2.0 * np.random.default_rng(seed).integers(0, 2, size=(_SWAPS, len(moved)))
    return float((1 + (np.abs(signs @ moved) >= observed - 1e-9).sum()) / (1 + _SWAPS))


def _slices(first: Evaluation, second: Evaluation) -> list[SliceDifference]:
    others = {article.doc: article for article in second.articles}
    found = []
    for trait, groups in groups_of(first.articles).items():
        if list(groups) == [UNKNOWN]:
            continue
        for value, articles in groups.items():
            tables = [
                np.stack([article.counts["stance"] for article in side])
                for side in (articles, [others[article.doc] for article in articles])
            ]
            before, after = (float(slice_macro_f1(table.sum(axis=0)[None])["macro_f1"][0]) for table in tables)
            told = None
            if (tables[0][:, :, [0, 2]].sum(axis=(0, 2)) > 0).all():
                told = _slice_difference(tables, after - before, first)
            found.append(SliceDifference(trait, value, len(articles), before, after, told))
    return found


def _slice_difference(tables: Sequence[FloatArray], value: float, evaluation: Evaluation) -> Difference:
    number = len(tables[0])
    if number < FEWEST_ARTICLES:
        return Difference("stance.macro_f1", value, -math.inf, math.inf, 0.95)
    weights = resample_weights(number, resamples=evaluation.resamples, seed=evaluation.seed)
    drawn = [slice_macro_f1(np.tensordot(weights, table, axes=1))["macro_f1"] for table in tables]
    return difference("stance.macro_f1", value, drawn[1] - drawn[0], articles=number)
