"""Whether other names change what a model says: articles are labelled again with names swapped, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.document import Document
from argmap.evaluation.counts import trusted, without_labels
from argmap.evaluation.intervals import Interval, bootstrap_totals
from argmap.evaluation.names import NameKind
from argmap.evaluation.swapping import Swapped, swap_names

FloatArray = NDArray[np.float64]
Classify = Callable[[Document], Document]
ALL = "all"
GOAL = 0.02  # of the stances; above it, labels hang on who is named
_COLUMNS = ("sentences", "sentences_changed", "stances", "stances_changed", "named", "named_changed")


@dataclass(frozen=True)
class SwapFigures:
    """What swapping one kind of name did, over the articles that hold such names.

    `sentences` and `stances` are the shares that change: of all sentences, those whose set of stances is another; of
    all stances given before or after, those that are not given in both. `named` is the share of changed sentences among
    those with a swapped name in them. `names` are different ones, counted in each article; `mentions` all.
    """

    articles: int
    names: int
    mentions: int
    counts: Mapping[str, int]
    sentences: Interval
    stances: Interval
    named: Interval


@dataclass(frozen=True)
class SwapReport:
    """Figures by kind of name (`NameKind` values, then `all`: every kind at once); kinds without a name are absent."""

    seed: int
    kinds: Mapping[str, SwapFigures]


def measure_flips(
    articles: Sequence[AnnotatedArticle],
    classify: Classify,
    *,
    seed: int = 0,
    resamples: int = 1000,
    step: Callable[[str], None] = lambda _: None,
) -> SwapReport:
    """Label each article as it is and with names swapped, and count how many stances change.

    `classify` puts stances on the text units of a document; it gets the annotators' units without their labels. `step`
    is called before each article. Raises `UsageError` without articles.
    """
    rows: dict[str, list[tuple[Swapped, FloatArray]]] = {}
    for article in articles:
        step(article.document.id)
        bare = without_labels(trusted(article).document)
        before = classify(bare)
        for name, kinds in [*((kind.value, frozenset({kind})) for kind in NameKind), (ALL, frozenset(NameKind))]:
            swapped = swap_names(bare, kinds=kinds, seed=seed)
            if swapped.names:
                counts = _changes(before, classify(swapped.document), swapped)
                rows.setdefault(name, []).append((swapped, counts))
    order = [*(kind.value for kind in NameKind), ALL]
    kinds_found = {name: _figures(rows[name], resamples=resamples, seed=seed) for name in order if name in rows}
    return SwapReport(seed, MappingProxyType(kinds_found))


def _changes(before: Document, after: Document, swapped: Swapped) -> FloatArray:
    """One article's counts, in the order of `_COLUMNS`."""
    counts = dict.fromkeys(_COLUMNS, 0)
    for old, new in zip(before.units, after.units, strict=True):
        if not old.is_text:
            continue
        one, other = set(old.stances), set(new.stances)
        named = old.id in swapped.touched
        counts["sentences"] += 1
        counts["sentences_changed"] += one != other
        counts["stances"] += len(one | other)
        counts["stances_changed"] += len(one ^ other)
        counts["named"] += named
        counts["named_changed"] += named and one != other
    return np.array([counts[column] for column in _COLUMNS], dtype=np.float64)


def _figures(rows: Sequence[tuple[Swapped, FloatArray]], *, resamples: int, seed: int) -> SwapFigures:
    table = np.stack([counts for _, counts in rows])
    found = bootstrap_totals(table, _shares, resamples=resamples, seed=seed)
    return SwapFigures(
        articles=len(rows),
        names=sum(len(swapped.names) for swapped, _ in rows),
        mentions=sum(swapped.mentions for swapped, _ in rows),
        counts=MappingProxyType({name: int(number) for name, number in zip(_COLUMNS, table.sum(axis=0), strict=True)}),
        **found,
    )


def _shares(sums: FloatArray) -> dict[str, FloatArray]:
    """The three shares from summed counts (…, columns); 0 where there is nothing to change."""
    whole, changed = sums[:, 0::2], sums[:, 1::2]
    shares = np.where(whole > 0, changed / np.maximum(whole, 1.0), 0.0)
    return {name: shares[:, number] for number, name in enumerate(("sentences", "stances", "named"))}
