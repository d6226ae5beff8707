"""The plots of an evaluation: figures with intervals, mix-ups, reliability, precision and recall, coverage, slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from argmap.evaluation.abstention import COVERAGES, suffix
from argmap.evaluation.agreement import Agreement
from argmap.evaluation.curves import Curve, curves
from argmap.evaluation.evaluate import Evaluation
from argmap.evaluation.intervals import Interval
from argmap.evaluation.reliability import Bin, reliability
from argmap.evaluation.slices import Slice, slices
from argmap.evaluation.traits import UNKNOWN
from argmap.labels import STANCES, Stance
from argmap.rendering.plots import HEATS, SMALL, Box, Dot, Frame, Line, Mark, Plot, Span, Words, spans, together
from argmap.rendering.text import ELLIPSIS, flattened

FEW = 3
"""Articles, below which a slice gets no interval."""
_SIDE = 190.0
_LABEL = 27  # characters that fit on the left of a chart


def figures_plot(evaluation: Evaluation, readers: Agreement | None = None) -> Plot:
    """F1 of each stance and macro-F1, with intervals, beside those of two readers if they are known."""
    rows = []
    for name, label, colour in _figure_rows():
        human = None if readers is None else readers.figures[f"F1 {label}" if colour != "ink" else "macro-F1 stance"]
        rows.append(_span(label, evaluation.figures[name], colour, human))
    says = "; ".join(f"{row.label} {row.value:.3f} ({row.low:.3f} to {row.high:.3f})" for row in rows)
    beside = "" if readers is None else "one reader against another"
    return spans("figures", "F1 of each stance, with 95 % intervals", f"{says}.", rows, beside=beside)


def _figure_rows() -> Iterator[tuple[str, str, str]]:
    yield from ((f"stance.{stance.value}.f1", stance.value, stance.value) for stance in STANCES)
    yield "stance.macro_f1", "macro-F1", "ink"


def _span(label: str, found: Interval, colour: str, human: Interval | None = None) -> Span:
    beside = None if human is None else (human.value, human.low, human.high)
    return Span(label, found.value, found.low, found.high, colour, beside)


def reliability_plots(evaluation: Evaluation) -> dict[Stance, Plot]:
    """For each stance its bins: the share that carries it over the mean score, and below how many sentences."""
    bins = reliability([article.counts for article in evaluation.articles])
    return {stance: _reliability(stance, found) for stance, found in bins.items() if any(b.sentences for b in found)}


def _reliability(stance: Stance, bins: Sequence[Bin]) -> Plot:
    frame = Frame(34, 22, _SIDE, _SIDE)
    below = Frame(34, 22 + _SIDE + 52, _SIDE, 40)
    most = max(found.sentences for found in bins)
    marks: list[Mark] = [*frame.grid([0, 0.5, 1], [0, 0.5, 1]), *frame.labels("score", "share with the stance")]
    marks.append(frame.line([(0, 0), (1, 1)], "muted", dashed=True))
    there = [(found.score, found.share, found) for found in bins if found.score is not None and found.share is not None]
    marks.append(frame.line([(score, share) for score, share, _ in there], stance.value, 1.5))
    for score, share, found in there:
        marks.append(Dot(*frame.at(score, share), 2.5 + 3.5 * float(np.sqrt(found.sentences / most)), stance.value))
    for number, found in enumerate(bins):
        left, width = below.left + number * _SIDE / len(bins), _SIDE / len(bins)
        height = below.height * found.sentences / most
        marks.append(Box(left + 1, below.top + below.height - height, width - 2, height, "bar"))
        # Staggered, since thousands would run into each other.
        drop = 8 + 9 * (number % 2)
        place = left + width / 2, below.top + below.height + drop
        marks.append(Words(*place, f"{found.sentences:,}", "middle", 8, "muted"))
    marks.append(Words(below.left - 26, below.top - 8, "sentences with such a score", size=SMALL, colour="muted"))
    says = "; ".join(
        f"mean score {score:.2f}, share {share:.2f}, {found.sentences:,} sentences" for score, share, found in there
    )
    return Plot(
        f"reliability-{stance.value}", stance.value.capitalize(), f"{says}.", _SIDE + 46, below.top + 62, tuple(marks)
    )


def precision_recall_plots(evaluation: Evaluation) -> dict[Stance, Plot]:
    """For each stance with gold labels and scores: precision over recall, and a ring at the labels as given."""
    return {stance: _precision_recall(stance, curve) for stance, curve in curves(evaluation).items()}


def _precision_recall(stance: Stance, curve: Curve) -> Plot:
    frame = Frame(34, 22, _SIDE, _SIDE)
    precision, recall = curve.given
    points = [(r, p) for r, p in zip(curve.recall, curve.precision, strict=True) if p is not None]
    marks: list[Mark] = [*frame.grid([0, 0.5, 1], [0, 0.5, 1]), *frame.labels("recall", "precision")]
    marks.append(frame.line([(0, curve.share), (1, curve.share)], "muted", dashed=True))
    marks.append(frame.line(_without_repeats(points), stance.value, 2))
    x, y = frame.at(recall, precision)
    marks.append(Dot(x, y, 5, "ink", hollow=True))
    used = "as given" if curve.threshold is None else f"threshold {curve.threshold:.2f}"
    aside = x > frame.left + 0.55 * _SIDE
    marks.append(Words(x - 9 if aside else x + 9, y + (14 if aside else -14), used, "end" if aside else "start", SMALL))
    says = (
        f"Average precision {curve.average_precision:.3f}; as given ({used}) precision {precision:.3f} and recall "
        f"{recall:.3f}; {curve.share:.1%} of the sentences carry the stance."
    )
    name = f"precision-recall-{stance.value}"
    return Plot(name, stance.value.capitalize(), says, _SIDE + 46, 22 + _SIDE + 36, tuple(marks))


def _without_repeats(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [point for number, point in enumerate(points) if number == 0 or point != points[number - 1]]


def coverage_plot(evaluation: Evaluation) -> Plot:
    """macro-F1 with its interval, and the share of wholly right sentences, by the share of the sentences kept."""
    frame = Frame(40, 24, 440, 220, x=(0.45, 1.05))
    marks: list[Mark] = list(frame.grid([], [0, 0.2, 0.4, 0.6, 0.8, 1]))
    for share in COVERAGES:
        x = frame.at(share, 0)[0]
        marks.append(Words(x, frame.top + frame.height + 11, f"{share:.0%}", "middle", SMALL, "muted"))
    marks += frame.labels("share of the sentences that is kept, the surest first", "macro-F1, and share all right")
    macro = [evaluation.figures[f"stance.macro_f1{suffix(share)}"] for share in COVERAGES]
    right = [evaluation.figures[f"stance.all_right{suffix(share)}"] for share in COVERAGES]
    for values, colour, shift in ((right, "quotation", 0.004), (macro, "recommendation", -0.004)):
        places = [share + shift for share in COVERAGES]
        marks.append(frame.line([(x, found.value) for x, found in zip(places, values, strict=True)], colour, 2))
        for x, found in zip(places, values, strict=True):
            marks.append(frame.line([(x, found.low), (x, found.high)], colour, 1.2))
            marks.append(Dot(*frame.at(x, found.value), 3.5, colour))
    end = frame.left + frame.width + 8
    lower = macro[0].value < right[0].value
    for text, found, colour in (("macro-F1", macro[0], "recommendation"), ("all right", right[0], "quotation")):
        y = frame.at(1, found.value)[1]
        if abs(macro[0].value - right[0].value) < 0.07:
            y += 7 if (colour == "recommendation") == lower else -7
        marks.append(Words(end, y, text, colour=colour, bold=True))
    says = "; ".join(
        f"the surest {share:.0%}: macro-F1 {found.value:.3f}, all right {whole.value:.1%}"
        for share, found, whole in zip(COVERAGES, macro, right, strict=True)
    )
    return Plot("coverage", "Where the model may pass", f"{says}.", 560, 24 + 220 + 36, tuple(marks))


def slices_plot(evaluation: Evaluation) -> Plot | None:
    """macro-F1 of each sort of article that has one; None where there is none."""
    rows = [
        Span(
            _short(f"{trait}: {entry.value.removesuffix(' sentences')}"),
            entry.macro_f1.value,
            entry.macro_f1.low if entry.articles >= FEW else None,
            entry.macro_f1.high if entry.articles >= FEW else None,
            "quotation",
        )
        for trait, found in shown_slices(evaluation).items()
        for entry in found
        if entry.macro_f1 is not None
    ]
    if not rows:
        return None
    says = "; ".join(f"{row.label} {row.value:.3f}" for row in rows)
    overall = evaluation.figures["stance.macro_f1"].value
    return spans("slices", "macro-F1 by sort of article", f"{says}. All: {overall:.3f}.", rows, line=overall)


def shown_slices(evaluation: Evaluation) -> Mapping[str, tuple[Slice, ...]]:
    """The slices without those sorts of which nothing is known."""
    return {t: found for t, found in slices(evaluation).items() if [entry.value for entry in found] != [UNKNOWN]}


def _short(text: str) -> str:
    text = flattened(text)
    return text if len(text) <= _LABEL else text[: _LABEL - 1].rstrip(" :") + ELLIPSIS


def confusion_plots(evaluation: Evaluation) -> tuple[Plot, ...]:
    """The first stance of each sentence, gold in rows and given in columns; then each stance for itself."""
    names = [*(stance.value for stance in STANCES), "none"]
    whole = _matrix("confusion", "The first stance of each sentence", names, evaluation.confusion.tolist())
    return (whole, *(
        _matrix(f"confusion-{stance.value}", stance.value.capitalize(), ["yes", "no"], table)
        for stance, table in stance_tables(evaluation).items()
    ))  # fmt: skip


def stance_tables(evaluation: Evaluation) -> dict[Stance, list[list[int]]]:
    """For each stance the sentences by gold (rows: yes, no) and given (columns)."""
    counts = np.sum([article.counts["stance"] for article in evaluation.articles], axis=0).astype(int)
    rest = int(evaluation.confusion.sum()) - counts.sum(axis=1)
    return {
        stance: [[int(right), int(missed)], [int(wrong), int(other)]]
        for stance, (right, wrong, missed), other in zip(STANCES, counts.tolist(), rest.tolist(), strict=True)
    }


def heat(value: int, row: Sequence[int]) -> int:
    """How dark a cell is: its share of its row, in steps from 0."""
    total = sum(row)
    return min(int(value / total * HEATS), HEATS - 1) if total else 0


def _matrix(name: str, title: str, labels: Sequence[str], table: Sequence[Sequence[int]]) -> Plot:
    cell, left, top = (74.0, 120.0, 44.0) if len(labels) > 2 else (66.0, 60.0, 44.0)
    size = cell * len(labels)
    boxes: list[Mark] = []
    words: list[Mark] = [
        Words(left + size / 2, 8, "the model says", "middle", SMALL, "muted"),
        Words(left - 10, top - 14, "gold", "end", SMALL, "muted"),
    ]
    for number, (label, row) in enumerate(zip(labels, table, strict=True)):
        words.append(Words(left + cell * (number + 0.5), top - 14, label, "middle", 9 if len(label) > 12 else SMALL))
        words.append(Words(left - 10, top + cell * (number + 0.5), label, "end", SMALL))
        for column, value in enumerate(row):
            step = heat(value, row)
            x, y = left + cell * column, top + cell * number
            boxes.append(Box(x, y, cell, cell, f"heat-{step}"))
            words.append(Words(x + cell / 2, y + cell / 2, f"{value:,}", "middle", 13, bold=number == column))
    lines: list[Mark] = []
    for number in range(len(labels) + 1):
        at = cell * number
        lines.append(Line(((left, top + at), (left + size, top + at)), "rule"))
        lines.append(Line(((left + at, top), (left + at, top + size)), "rule"))
    says = "; ".join(
        f"gold {label}: " + ", ".join(f"{value:,} {other}" for value, other in zip(row, labels, strict=True))
        for label, row in zip(labels, table, strict=True)
    )
    return Plot(name, title, f"{says}.", left + size + 1, top + size + 1, (*boxes, *lines, *words))


def report_plots(evaluation: Evaluation, readers: Agreement | None = None) -> dict[str, Plot]:
    """Every plot by the name of its file, without suffix."""
    whole, *single = confusion_plots(evaluation)
    found = {
        "figures": together(
            "figures", "F1 of each stance, with 95 % intervals", [figures_plot(evaluation, readers)], columns=1
        ),
        "confusion": together("confusion", whole.title, [whole], columns=1),
        "confusion-by-stance": together("confusion-by-stance", "Each stance for itself", single, columns=3),
        "coverage": together("coverage", "Where the model may pass", [coverage_plot(evaluation)], columns=1),
    }
    panels = {
        "reliability": ("Do the scores mean what they say?", reliability_plots(evaluation)),
        "precision-recall": ("Precision and recall at every threshold", precision_recall_plots(evaluation)),
    }
    for name, (title, plots) in panels.items():
        if plots:
            found[name] = together(name, title, list(plots.values()), columns=3)
    sorts = slices_plot(evaluation)
    if sorts is not None:
        found["slices"] = together("slices", sorts.title, [sorts], columns=1)
    return found
