"""An evaluation for people (tables with their meaning, as plain text) and for programs (versioned JSON)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from argmap import __version__
from argmap.evaluation.cross_validation import folds_json, folds_remark, folds_table
from argmap.evaluation.curves import Curve, curves
from argmap.evaluation.evaluate import CONFIDENCE, Evaluation
from argmap.evaluation.gold import Misread
from argmap.evaluation.intervals import Interval
from argmap.evaluation.tables import Table, bar
from argmap.evaluation.trust import trust_json, trust_tables
from argmap.labels import EVIDENCE_TYPES, STANCES, UnitKind

FORMAT = "argmap-report"
VERSION = 2
WIDTH = 96
_DIGITS = 6


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The report as plain values. The same evaluation gives the same values: no clock, no paths.

    `metrics` holds each figure by its dotted name with the bounds of its interval; `articles` the counts of each
    article, whose sums give every figure, so that two reports on the same articles can be compared in pairs, and the
    sentences of it whose stances were misread.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": evaluation.model,
        "model_sha256": evaluation.model_sha256,
        "argmap": __version__,
        "settings": {
            "input": "raw text" if evaluation.from_text else "gold units",
            "confidence": CONFIDENCE,
            "resamples": evaluation.resamples,
            "seed": evaluation.seed,
        },
        "metrics": {name: _rounded(interval) for name, interval in evaluation.figures.items()},
        "support": dict(evaluation.support),
        "confusion": {"labels": [*_names(STANCES), "none"], "counts": evaluation.confusion.tolist()},
        **trust_json(evaluation),
        "precision_recall": {stance.value: _curve(curve) for stance, curve in curves(evaluation).items()},
        "trained_on": list(evaluation.trained_on),
        **({"cross_validation": folds_json(evaluation)} if evaluation.folds else {}),
        "articles": [
            {
                "doc": article.doc,
                "traits": dict(article.traits),
                "text_sha256": article.text_sha256,
                "gold_sha256": article.gold_sha256,
                "units": article.units,
                "units_left_out": article.left_out,
                "counts": {name: value.round(_DIGITS).tolist() for name, value in article.counts.items()},
                "misread": [_misread(misread) for misread in article.misread],
            }
            for article in evaluation.articles
        ],
    }


def _rounded(interval: Interval) -> dict[str, float | None]:
    """Null where a figure is not defined, since JSON has no NaN."""
    return {name: round(value, _DIGITS) if math.isfinite(value) else None for name, value in interval.as_dict().items()}


def _curve(curve: Curve) -> dict[str, Any]:
    def rounded(values: Sequence[float | None]) -> list[float | None]:
        return [None if value is None else round(value, _DIGITS) for value in values]

    return {
        "threshold": rounded([curve.threshold])[0],
        "average_precision": round(curve.average_precision, _DIGITS),
        "thresholds": rounded(curve.thresholds),
        "precision": rounded(curve.precision),
        "recall": rounded(curve.recall),
    }


def _misread(misread: Misread) -> dict[str, Any]:
    values = asdict(misread)
    return values | {
        "scores": _scores(misread),
        "gold": list(misread.gold),
        "predicted": list(misread.predicted),
        "severity": round(misread.severity, _DIGITS),
    }


def _scores(misread: Misread) -> dict[str, float]:
    """Nothing for a sentence that the model gave no scores."""
    named = zip(_names(STANCES), misread.scores, strict=False)
    return {name: round(score, _DIGITS) for name, score in named}


def _names(labels: Sequence[Any]) -> list[str]:
    return [label.value for label in labels]


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """The report's tables, the most important first."""
    yield _stances(evaluation)
    yield _confusion(evaluation)
    yield _evidence(evaluation)
    yield _links(evaluation)
    yield from trust_tables(evaluation)
    if evaluation.from_text:
        yield _units(evaluation)
    if evaluation.folds:
        yield folds_table(evaluation)


def text_report(evaluation: Evaluation) -> list[tuple[str, str]]:
    """The report as lines, each with its part: `title`, `head`, `row`, `note` (for whoever adds colour) or `blank`."""
    support = evaluation.support
    scope = "from the raw text" if evaluation.from_text else "on hand-cut sentences"
    articles = f"{support['articles']:,} article{'s' * (support['articles'] != 1)}"
    lines = [("title", f"{evaluation.model} {scope}: {articles}, {support['sentences']:,} sentences")]
    for table in tables(evaluation):
        lines += [("blank", ""), *table_lines(table)]
    lines.append(("blank", ""))
    for remark in remarks(evaluation):
        lines += [("note", line) for line in wrap(remark, WIDTH)]
    return lines


def table_lines(table: Table) -> list[tuple[str, str]]:
    """One table as lines of a text report."""
    meaning = [("note", f"  {line}") for line in wrap(table.meaning, WIDTH - 2)]
    return [("title", table.title), *_aligned(table), *meaning]


def _aligned(table: Table) -> list[tuple[str, str]]:
    widths = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
    lines = []
    for part, row in (("head", table.columns), *(("row", row) for row in table.rows)):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        if table.columns[-1] == "":  # bars
            cells[-1] = cells[-1].lstrip()
        lines.append((part, f"  {row[0]:<{widths[0]}}  {'  '.join(cells)}".rstrip()))
    return lines


def _stances(evaluation: Evaluation) -> Table:
    rows = [
        _label_row(evaluation, f"stance.{name}", name, ece=f"{evaluation.figures[f'stance.{name}.ece'].value:.3f}")
        for name in _names(STANCES)
    ]
    rows.append(_macro_row(evaluation, "stance.macro_f1", ece=""))
    return Table(
        "Stances: what the author does with a sentence",
        ("", "gold", "precision", "recall", "F1", "95 % interval", "calib. error", ""),
        tuple(rows),
        "Precision: of the sentences given this stance, the share that deserve it. Recall: of those that deserve it, "
        "the share found. F1 is their harmonic mean, macro-F1 the plain mean of the three. Calibration error: how far "
        "a score of, say, 0.8 is on average from 8 right in 10; 0 is perfect.",
        key="stances",
    )


def _label_row(evaluation: Evaluation, name: str, label: str, *, ece: str | None = None) -> tuple[str, ...]:
    figures = evaluation.figures
    f1 = figures[f"{name}.f1"]
    middle = () if ece is None else (ece,)
    return (
        label,
        f"{evaluation.support[name]:,}",
        f"{figures[f'{name}.precision'].value:.3f}",
        f"{figures[f'{name}.recall'].value:.3f}",
        f"{f1.value:.3f}",
        _bounds(f1),
        *middle,
        bar(f1.value),
    )


def _macro_row(evaluation: Evaluation, name: str, *, ece: str | None = None) -> tuple[str, ...]:
    value = evaluation.figures[name]
    middle = () if ece is None else (ece,)
    return ("macro-F1", "", "", "", f"{value.value:.3f}", _bounds(value), *middle, bar(value.value))


def _bounds(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _confusion(evaluation: Evaluation) -> Table:
    labels = [*_names(STANCES), "none"]
    rows = [
        (f"gold {label}", *(f"{number:,}" for number in row))
        for label, row in zip(labels, evaluation.confusion.tolist(), strict=True)
    ]
    accuracy = evaluation.figures["stance.primary_accuracy"]
    return Table(
        "Where they are mixed up: the first stance of each sentence",
        ("", *labels),
        tuple(rows),
        f"A row is what the annotator said, a column what the model said; what is right lies on the diagonal: "
        f"{accuracy.value:.1%} ({accuracy.low:.1%} to {accuracy.high:.1%}).",
        key="confusion",
    )


def _evidence(evaluation: Evaluation) -> Table:
    rows = [_label_row(evaluation, f"evidence.{name}", name) for name in _names(EVIDENCE_TYPES)]
    rows.append(_macro_row(evaluation, "evidence.macro_f1"))
    return Table(
        "Evidence: what kind of grounds a sentence gives",
        ("", "gold", "precision", "recall", "F1", "95 % interval", ""),
        tuple(rows),
        "Sentences without evidence count where the model sees some in them, or misses it.",
        key="evidence",
    )


def _links(evaluation: Evaluation) -> Table:
    figures = evaluation.figures
    kinds = [
        ("links, right pair", "f1"),
        ("links, right pair and kind", "f1_with_kind"),
        ("  attacks alone", "attack_f1"),
        ("nearest claim, right pair", "nearest_claim.f1"),
        ("nearest claim, and kind", "nearest_claim.f1_with_kind"),
        ("gain over nearest claim", "gain"),
        ("thesis exact", "thesis_exact"),
    ]
    rows = []
    for label, name in kinds:
        whole, given = figures[f"links.{name}"], figures[f"links.with_gold_stances.{name}"]
        rows.append((label, f"{whole.value:.3f}", _bounds(whole), f"{given.value:.3f}", _bounds(given)))
    support = evaluation.support
    return Table(
        f"Links: {support['links']:,} by hand, {support['links.attack']:,} of them attacks; "
        f"a thesis in {support['thesis']:,} of {support['articles']:,} articles",
        ("", "end to end", "95 % interval", "gold stances", "95 % interval"),
        tuple(rows),
        "F1 of links from grounds to claim. End to end: with the stances that the model itself gave; gold stances: "
        "with those of the annotator. Nearest claim is a baseline on the same stances: grounds support the nearest "
        "accusation or recommendation, and those the thesis. A gain whose interval lies above 0 is no accident of "
        "these articles. Thesis exact: share of articles where the one sentence was found.",
        key="links",
    )


def _units(evaluation: Evaluation) -> Table:
    rows = [_label_row(evaluation, f"kind.{kind.value}", kind.value) for kind in UnitKind]
    boundary = evaluation.figures
    ends = boundary["boundary.f1"]
    parts = (f"{boundary['boundary.precision'].value:.3f}", f"{boundary['boundary.recall'].value:.3f}")
    rows.append(("sentence ends", "", *parts, f"{ends.value:.3f}", _bounds(ends), bar(ends.value)))
    return Table(
        "Cutting the text: kinds and ends of units",
        ("", "gold", "precision", "recall", "F1", "95 % interval", ""),
        tuple(rows),
        "From the raw text a sentence also counts as wrong where it was cut otherwise, and no unit overlaps it most.",
        key="units",
    )


def remarks(evaluation: Evaluation) -> Iterator[str]:
    """What is to be said of the whole report."""
    yield (
        f"The 95 % intervals come from drawing the articles anew {evaluation.resamples:,} times (seed "
        f"{evaluation.seed}): articles and not sentences, since those of one article are alike. Two models whose "
        "intervals overlap much cannot be told apart by these figures."
    )
    if evaluation.folds:
        yield folds_remark(evaluation)
    if len(evaluation.articles) == 1:
        yield "With one article there is nothing to draw anew, so the intervals say nothing."
    absent = [name for name in _names(STANCES) if not evaluation.support[f"stance.{name}"]]
    if absent:
        yield (
            f"CAUTION: no sentence is labelled {' or '.join(absent)}, so that its F1 is 0 and macro-F1 says nothing. "
            "Label articles that have it, or choose others."
        )
    faulty = [article for article in evaluation.articles if article.left_out]
    if faulty:
        named = ", ".join(f"{article.doc} ({article.left_out})" for article in faulty[:8])
        more = ", …" if len(faulty) > 8 else ""
        yield f"Left out, since their labels do not lie on the text: units of {named}{more}."
    if evaluation.trained_on:
        yield (
            f"CAUTION: the model was trained on {len(evaluation.trained_on)} of these articles; the figures are better "
            "than it does on new ones."
        )
