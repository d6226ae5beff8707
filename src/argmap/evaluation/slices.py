"""Results by sort of article: publisher's country, decade, length, subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argmap.evaluation.counts import KINDS
from argmap.evaluation.evaluate import Evaluation, ScoredArticle
from argmap.evaluation.intervals import Interval, bootstrap_totals
from argmap.evaluation.metrics import f1_of_counts
from argmap.evaluation.traits import UNKNOWN
from argmap.labels import STANCES, Stance, UnitKind

FloatArray = NDArray[np.float64]
LENGTH = "length"
_THIRDS = ("short", "medium", "long")


@dataclass(frozen=True, slots=True)
class Slice:
    """The articles of one sort: `trait` (country, …) is `value`. `macro_f1` is None where a stance has no gold label.

    Without a gold label of a stance its F1 says nothing, and macro-F1 needs all three; `missing` names those. The
    interval takes the mean over the stances that a resample holds.
    """

    trait: str
    value: str
    articles: int
    sentences: int
    macro_f1: Interval | None
    missing: tuple[Stance, ...]


def slices(evaluation: Evaluation) -> dict[str, tuple[Slice, ...]]:
    """The slices of each trait, the one with most articles first, `unknown` last; lengths from short to long.

    Lengths are thirds of these articles by the number of their sentences (`short: up to 31 sentences`).
    """
    return {
        trait: tuple(_slice(trait, value, articles, evaluation) for value, articles in found.items())
        for trait, found in groups_of(evaluation.articles).items()
    }


def groups_of(articles: Sequence[ScoredArticle]) -> dict[str, dict[str, list[ScoredArticle]]]:
    """The articles of each value of each trait, in the order of `slices`."""
    found: dict[str, dict[str, list[ScoredArticle]]] = {}
    for article in articles:
        for trait, value in article.traits.items():
            found.setdefault(trait, {}).setdefault(value, []).append(article)
    return {trait: dict(sorted(groups.items(), key=_order)) for trait, groups in found.items()} | {
        LENGTH: _thirds(articles)
    }


def _order(group: tuple[str, Sequence[ScoredArticle]]) -> tuple[bool, int, str]:
    value, articles = group
    return value == UNKNOWN, -len(articles), value


def _thirds(articles: Sequence[ScoredArticle]) -> dict[str, list[ScoredArticle]]:
    lengths = [_sentences(article) for article in articles]
    low, high = (int(cut) for cut in np.quantile(lengths, [1 / 3, 2 / 3], method="inverted_cdf"))
    bounds = (f"up to {low} sentences", f"{low + 1} to {high}", f"over {high}")
    groups: dict[str, list[ScoredArticle]] = {
        f"{third}: {bound}": [] for third, bound in zip(_THIRDS, bounds, strict=True)
    }
    for article, length in zip(articles, lengths, strict=True):
        list(groups.values())[(length > low) + (length > high)].append(article)
    return {value: group for value, group in groups.items() if group}


def _sentences(article: ScoredArticle) -> int:
    return int(article.counts["kind"][KINDS.index(UnitKind.TEXT), [0, 2]].sum())


def _slice(trait: str, value: str, articles: Sequence[ScoredArticle], evaluation: Evaluation) -> Slice:
    table = np.stack([article.counts["stance"] for article in articles])
    gold = table[:, :, [0, 2]].sum(axis=(0, 2))
    missing = tuple(stance for stance, number in zip(STANCES, gold, strict=True) if not number)
    macro = bootstrap_totals(table, slice_macro_f1, resamples=evaluation.resamples, seed=evaluation.seed)["macro_f1"]
    return Slice(trait, value, len(articles), sum(map(_sentences, articles)), None if missing else macro, missing)


def slice_macro_f1(sums: FloatArray) -> Mapping[str, FloatArray]:
    """`macro_f1` of summed stance counts (…, 3, 3): the mean over the stances that gold holds."""
    there = sums[..., [0, 2]].sum(axis=-1) > 0
    return {"macro_f1": (f1_of_counts(sums) * there).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)}
