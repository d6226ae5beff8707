"""The ranking of several models, for people and for programs."""

from __future__ import annotations

from typing import Any

from argmap import __version__
from argmap.evaluation.evaluate import CONFIDENCE
from argmap.evaluation.intervals import Interval
from argmap.evaluation.paired import rounded, settings_json
from argmap.evaluation.ranking import METRIC, Ranked, Ranking
from argmap.evaluation.report import table_lines
from argmap.evaluation.tables import Table, as_markdown, bar
from argmap.formats import markdown

FORMAT = "argmap-ranking"
VERSION = 1


def ranking_json(found: Ranking) -> dict[str, Any]:
    """The ranking as plain values."""
    first = found.models[0].evaluation
    return {
        "format": FORMAT,
        "version": VERSION,
        "argmap": __version__,
        "metric": METRIC,
        "settings": settings_json(first.from_text, first.resamples, first.seed) | {"comparisons": found.pairs},
        "support": dict(first.support),
        "models": [
            {
                "place": model.place,
                "model": model.name,
                "model_sha256": model.evaluation.model_sha256,
                "told_apart_from_best": model.told_apart,
                "behind_best": None if model.behind is None else model.behind.as_dict(),
                "trained_on": list(model.evaluation.trained_on),
                "metrics": {name: _interval(value) for name, value in model.evaluation.figures.items()},
            }
            for model in found.models
        ],
    }


def ranking_table(found: Ranking) -> Table:
    """A row a model, the best first."""
    rows = [
        (
            f"{model.place}  {model.name}",
            f"{_figure(model, METRIC).value:.3f}",
            _span(_figure(model, METRIC)),
            f"{_figure(model, 'evidence.macro_f1').value:.3f}",
            f"{_figure(model, 'links.f1').value:.3f}",
            "" if model.behind is None else model.behind.bounds,
            "best" if model.behind is None else "worse" if model.told_apart else "not told apart",
            bar(_figure(model, METRIC).value),
        )
        for model in found.models
    ]
    support = found.models[0].evaluation.support
    level = 100 * (1 - (1 - CONFIDENCE) / found.pairs)
    shared = "" if found.pairs == 1 else (
        f"Since the best was picked by these figures, all {found.pairs} pairs of models count, each with {level:.3g} % "
        "confidence (Bonferroni). "
    )  # fmt: skip
    return Table(
        f"Models by macro-F1 over the stances: {support['articles']:,} articles, {support['sentences']:,} sentences",
        ("", "macro-F1", "95 % interval", "evidence", "links", "less the best's", "", ""),
        tuple(rows),
        "Not told apart: the difference from the best may be none. Both models were measured on the same draws of the "
        f"articles, so this tells more than whether two intervals overlap. {shared}A model is called worse by accident "
        "in at most 5 of 100 rankings.",
        key="ranking",
    )


def ranking_lines(found: Ranking) -> list[tuple[str, str]]:
    """The ranking as lines of a text report."""
    lines = [*table_lines(ranking_table(found)), ("blank", ""), ("row", ranking_conclusion(found))]
    for model in found.models:
        if seen := model.evaluation.trained_on:
            lines.append(("note", f"CAUTION: {model.name} was trained on {len(seen)} of these articles."))
    return lines


def ranking_markdown(found: Ranking) -> str:
    """The same as Markdown."""
    table = ranking_table(found)
    return f"## {markdown.plain(table.title)}\n\n{as_markdown(table)}\n{markdown.plain(ranking_conclusion(found))}\n"


def ranking_conclusion(found: Ranking) -> str:
    """Which models may be the best."""
    best, *others = found.models
    equals = [model.name for model in others if not model.told_apart]
    if not equals:
        return f"{best.name} is the best: all others are told apart from it."
    return f"{best.name} has the highest figure, but cannot be told apart from {', '.join(equals)} on these articles."


def _figure(model: Ranked, metric: str) -> Interval:
    return model.evaluation.figures[metric]


def _interval(interval: Interval) -> dict[str, float | None]:
    return {name: rounded(value) for name, value in interval.as_dict().items()}


def _span(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"
