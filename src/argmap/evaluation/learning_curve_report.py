"""Learning curves for people (tables with a drawn axis, and a sentence that says what to do) and for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from argmap import __version__
from argmap.evaluation.intervals import Interval
from argmap.evaluation.learning_curve import (
    CONFIDENCE,
    FOR_A_LAW,
    HARDLY,
    Answer,
    CurvePoint,
    LearningCurve,
    LearningCurves,
)
from argmap.evaluation.report import WIDTH, table_lines
from argmap.evaluation.tables import Table, as_markdown
from argmap.formats import markdown

FORMAT = "argmap-learning-curve"
VERSION = 1
_AXIS = 36
_DIGITS = 6
_NAMES = {
    "stance.macro_f1": ("Stances", "macro-F1 of stances"),
    "evidence.macro_f1": ("Evidence", "macro-F1 of evidence"),
    "links.f1": ("Links", "F1 of links"),
}


def curves_json(found: LearningCurves) -> dict[str, Any]:
    """The curves as plain values; the same curves give the same values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": found.model,
        "argmap": __version__,
        "settings": {
            "input": "raw text" if found.from_text else "gold units",
            "confidence": CONFIDENCE,
            "resamples": found.resamples,
            "seed": found.seed,
        },
        "articles": found.articles,
        "folds": {name: list(docs) for name, docs in found.folds.items()},
        "curves": [_curve_json(curve) for curve in found.curves],
    }


def _curve_json(curve: LearningCurve) -> dict[str, Any]:
    law, outlook = curve.law, curve.outlook
    return {
        "metric": curve.metric,
        "points": [
            {
                "articles": point.articles,
                **_rounded(point.value),
                "folds": [_number(value) for value in point.by_fold],
                "fitted": _number(point.fitted),
            }
            for point in curve.points
        ],
        "power_law": None
        if law is None
        else {"ceiling": _number(law.ceiling), "scale": _number(law.scale), "rate": _number(law.rate)},
        "outlook": {
            "articles_now": outlook.now,
            "articles_then": outlook.then,
            "value": None if outlook.value is None else _rounded(outlook.value),
            "gain": None if outlook.gain is None else _rounded(outlook.gain),
            "more_labels_help": outlook.answer.value,
            "in_words": in_words(curve),
        },
    }


def _rounded(interval: Interval) -> dict[str, float | None]:
    return {name: _number(value) for name, value in interval.as_dict().items()}


def _number(value: float | None) -> float | None:
    return round(value, _DIGITS) if value is not None and math.isfinite(value) else None


def in_words(curve: LearningCurve) -> str:
    """Whether more labels would help, and by how much."""
    outlook = curve.outlook
    name = _NAMES[curve.metric][1]
    if outlook.gain is None:
        return (
            f"Whether more labels would raise the {name} cannot be told: a curve needs models of {FOR_A_LAW} sizes, "
            f"and there are {len(curve.points)}. Label more articles, or deal more folds."
        )
    gain = outlook.gain
    doubling = (
        f"doubling the {outlook.now:,} articles to {outlook.then:,} is expected to add {_signed(gain.value)} "
        f"({_signed(gain.low)} to {_signed(gain.high)})"
    )
    if outlook.answer is Answer.YES:
        return f"More labels would raise the {name}: {doubling}."
    if outlook.answer is Answer.HARDLY:
        return f"More labels would hardly raise the {name}: {doubling}, less than {HARDLY}."
    return f"Whether more labels would raise the {name} cannot be told from these articles: {doubling}."


def _signed(value: float) -> str:
    return f"{value:.3f}" if round(value, 3) else "0.000"


def curve_tables(found: LearningCurves) -> Iterator[Table]:
    """A table a figure, with what it says as its meaning."""
    for curve in found.curves:
        yield _table(curve)


def curves_lines(found: LearningCurves) -> list[tuple[str, str]]:
    """The curves as lines of a text report, each with its part, as `text_report` does."""
    scope = "from the raw text" if found.from_text else "on hand-cut sentences"
    lines = [("title", f"{found.model} {scope}: learning curves over {found.articles:,} articles")]
    for table in curve_tables(found):
        lines += [("blank", ""), *table_lines(table)]
    lines.append(("blank", ""))
    for remark in curves_remarks(found):
        lines += [("note", line) for line in wrap(remark, WIDTH)]
    return lines


def curves_markdown(found: LearningCurves) -> str:
    """The same as Markdown."""
    parts = [f"## Learning curves of {markdown.plain(found.model)}: {found.articles:,} articles\n"]
    parts += [f"\n### {markdown.plain(table.title)}\n\n{as_markdown(table)}" for table in curve_tables(found)]
    parts += [f"\n{markdown.plain(remark)}\n" for remark in curves_remarks(found)]
    return "".join(parts)


def curves_remarks(found: LearningCurves) -> Iterator[str]:
    """What is to be said of all curves."""
    yield (
        f"Each article was held out once, in one of {len(found.folds)} folds; for every size a model was trained on so "
        "many of the other articles, each size holding the smaller ones. The curve through the points is an inverse "
        f"power law. The 95 % intervals draw folds, and articles in them, anew {found.resamples:,} times (seed "
        f"{found.seed}), so that the luck of the training articles is in them, too."
    )
    yield (
        "That the curve goes on as it went is an assumption, and it is about more articles of the same kind, labelled "
        "alike."
    )


def _table(curve: LearningCurve) -> Table:
    title, name = _NAMES[curve.metric]
    ends = [bound for point in curve.points for bound in (point.value.low, point.value.high)]
    value = curve.outlook.value
    if value is not None:
        ends += [value.low, value.high]
    axis = _Axis(min(ends), max(ends))
    rows = [
        (
            f"{point.articles:,}",
            f"{point.value.value:.3f}",
            _bounds(point.value),
            _fitted(point),
            axis.draw(point.value),
        )
        for point in curve.points
    ]
    if value is not None:
        rows.append(
            (f"{curve.outlook.then:,}, foretold", "", _bounds(value), f"{value.value:.3f}", axis.draw(value, "○"))
        )
    return Table(
        f"{title}: {name.partition(' ')[0]} by the number of articles to learn from",
        ("articles", name.partition(" ")[0], "95 % interval", "curve", ""),
        tuple(rows),
        in_words(curve),
        key=f"learning.{curve.metric}",
    )


def _fitted(point: CurvePoint) -> str:
    return "" if point.fitted is None else f"{point.fitted:.3f}"


def _bounds(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


class _Axis:
    """Intervals drawn one below the other on a common scale."""

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.width = max(high - low, 1e-9)

    def draw(self, interval: Interval, mark: str = "●") -> str:
        cells = [" "] * _AXIS
        start, end = self._place(interval.low), self._place(interval.high)
        cells[start : end + 1] = "─" * (end + 1 - start)
        cells[self._place(interval.value)] = mark
        return f"│{''.join(cells)}│"

    def _place(self, value: float) -> int:
        return min(max(round((value - self.low) / self.width * (_AXIS - 1)), 0), _AXIS - 1)
