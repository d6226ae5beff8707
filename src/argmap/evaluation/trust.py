"""The parts of a report that say how far a model can be leaned on: abstention, sorts of articles, other names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from argmap.evaluation.abstention import COVERAGES, suffix
from argmap.evaluation.evaluate import Evaluation
from argmap.evaluation.flips import GOAL, SwapFigures
from argmap.evaluation.intervals import Interval
from argmap.evaluation.reliability import reliability
from argmap.evaluation.slices import Slice, slices
from argmap.evaluation.tables import Table, bar
from argmap.evaluation.traits import UNKNOWN

_DIGITS = 6
_FEW = 3  # articles, below which an interval is left out


def trust_json(evaluation: Evaluation) -> dict[str, Any]:
    """`abstention`, `reliability`, `slices` and `name_swaps` (None unless tried) as plain values."""
    counts = [article.counts for article in evaluation.articles]
    return {
        "abstention": [_coverage(evaluation, number) for number in range(len(COVERAGES))],
        "reliability": {
            stance.value: [_rounded(asdict(entry)) for entry in bins] for stance, bins in reliability(counts).items()
        },
        "slices": {trait: [_slice(entry) for entry in found] for trait, found in slices(evaluation).items()},
        "name_swaps": evaluation.swaps
        and {
            "seed": evaluation.swaps.seed,
            "kinds": {name: _swap(figures) for name, figures in evaluation.swaps.kinds.items()},
        },
    }


def _coverage(evaluation: Evaluation, number: int) -> dict[str, Any]:
    end = suffix(COVERAGES[number])
    return {
        "coverage": COVERAGES[number],
        "sentences": _kept(evaluation, number),
        "macro_f1": _interval(evaluation.figures[f"stance.macro_f1{end}"]),
        "all_right": _interval(evaluation.figures[f"stance.all_right{end}"]),
    }


def _kept(evaluation: Evaluation, number: int) -> int:
    return int(sum(article.counts["kept_sentences"][number, 0] for article in evaluation.articles))


def _slice(entry: Slice) -> dict[str, Any]:
    return {
        "value": entry.value,
        "articles": entry.articles,
        "sentences": entry.sentences,
        "macro_f1": None if entry.macro_f1 is None else _interval(entry.macro_f1),
        "missing": [stance.value for stance in entry.missing],
    }


def _swap(figures: SwapFigures) -> dict[str, Any]:
    shares = {"sentences": figures.sentences, "stances": figures.stances, "named": figures.named}
    return {
        "articles": figures.articles,
        "names": figures.names,
        "mentions": figures.mentions,
        "counts": dict(figures.counts),
        "changed": {name: _interval(share) for name, share in shares.items()},
    }


def _interval(interval: Interval) -> dict[str, float | None]:
    return _rounded(interval.as_dict())


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Null where a figure is not defined, since JSON has no NaN."""
    return {name: _round(value) if isinstance(value, float) else value for name, value in values.items()}


def _round(value: float) -> float | None:
    return round(value, _DIGITS) if math.isfinite(value) else None


def trust_tables(evaluation: Evaluation) -> Iterator[Table]:
    """The tables for people, in order; the one on names only if names were swapped."""
    yield _abstention_table(evaluation)
    yield _slices_table(evaluation)
    if evaluation.swaps is not None:
        yield _swaps_table(evaluation)


def _abstention_table(evaluation: Evaluation) -> Table:
    rows = []
    for number, share in enumerate(COVERAGES):
        macro = evaluation.figures[f"stance.macro_f1{suffix(share)}"]
        right = evaluation.figures[f"stance.all_right{suffix(share)}"]
        cells = (f"{_kept(evaluation, number):,}", f"{macro.value:.3f}", _bounds(macro), f"{right.value:.1%}")
        rows.append((f"the surest {share:.0%}", *cells, bar(macro.value)))
    return Table(
        "Where the model may pass",
        ("", "sentences", "macro-F1", "95 % interval", "all right", ""),
        tuple(rows),
        "The model keeps the sentences that it is surest of and passes on the others. Surest are those whose labels "
        "are expected, by the scores alone, to cost least in macro-F1. All right: the share of the kept sentences "
        "whose stances are exactly the annotator's.",
        key="coverage",
    )


def _slices_table(evaluation: Evaluation) -> Table:
    rows = []
    for trait, found in slices(evaluation).items():
        if [entry.value for entry in found] == [UNKNOWN]:
            continue
        rows += [(f"{trait}: {entry.value}", *_slice_cells(entry)) for entry in found]
    return Table(
        "By sort of article",
        ("", "articles", "sentences", "macro-F1", "95 % interval", ""),
        tuple(rows),
        "Few articles make wide intervals, and of many rows some differ by accident: a row counts when its interval "
        f"lies apart from the others'. No figure where a stance has no gold label; no interval below {_FEW} articles.",
        key="slices",
    )


def _slice_cells(entry: Slice) -> tuple[str, ...]:
    size = (f"{entry.articles:,}", f"{entry.sentences:,}")
    if entry.macro_f1 is None:
        return (*size, "", f"no {', '.join(stance.value for stance in entry.missing)}", "")
    bounds = _bounds(entry.macro_f1) if entry.articles >= _FEW else ""
    return (*size, f"{entry.macro_f1.value:.3f}", bounds, bar(entry.macro_f1.value))


def _swaps_table(evaluation: Evaluation) -> Table:
    assert evaluation.swaps is not None  # noqa: S101 - the caller has looked
    rows = [
        (
            name,
            f"{figures.articles:,}",
            f"{figures.names:,}",
            f"{figures.mentions:,}",
            f"{figures.sentences.value:.1%}",
            _percents(figures.sentences),
            f"{figures.stances.value:.1%}",
            _percents(figures.stances),
        )
        for name, figures in evaluation.swaps.kinds.items()
    ]
    return Table(
        "Other names: what changes when names are swapped",
        ("", "articles", "names", "places", "sentences", "95 % interval", "stances", "95 % interval"),
        tuple(rows),
        "Each name of the kind is replaced by another of its kind throughout the article, and the article labelled "
        "again. Sentences: the share that gets other stances than before. Stances: of all that were given before or "
        "after, the share not given in both. Labels should not hang on who is named: the goal is under "
        f"{GOAL:.0%} of sentences.",
        key="names",
    )


def _bounds(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _percents(interval: Interval) -> str:
    return f"{interval.low:.1%} to {interval.high:.1%}"
