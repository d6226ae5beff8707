"""A plot as placed values, in points with y downward: what is written as SVG and as a picture by Graphviz.

Colours have names (`accusation`, `ink`, `heat-3`), so that a page can set them for light and for dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
HEATS = 9
SMALL, NORMAL = 10.0, 11.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc, or with `hollow` a ring."""

    x: float
    y: float
    radius: float
    colour: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text whose start, middle or end is at x; y is its middle."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: float = NORMAL
    colour: str = "ink"
    bold: bool = False


Mark = Line | Dot | Box | Words


@dataclass(frozen=True)
class Plot:
    """Marks, in the order in which they are drawn; `name` is a plain word, `says` what one sees, for who does not."""

    name: str
    title: str
    says: str
    width: float
    height: float
    marks: tuple[Mark, ...] = field(repr=False)


def moved(marks: Iterable[Mark], dx: float, dy: float) -> Iterator[Mark]:
    """The marks elsewhere."""
    for mark in marks:
        if isinstance(mark, Line):
            yield replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
        else:
            yield replace(mark, x=mark.x + dx, y=mark.y + dy)


def together(name: str, title: str, plots: Sequence[Plot], *, columns: int, gap: float = 24.0) -> Plot:
    """Plots side by side in rows of `columns`, with their titles above them."""
    head, line = 34.0, 24.0
    marks: list[Mark] = [Words(0, 10, title, size=14, bold=True)]
    top, width = head, 0.0
    for start in range(0, len(plots), columns):
        row, left = plots[start : start + columns], 0.0
        for plot in row:
            if len(plots) > 1:
                marks.append(Words(left, top + 8, plot.title, bold=True))
            marks += moved(plot.marks, left, top + line if len(plots) > 1 else top)
            left += plot.width + gap
        width = max(width, left - gap)
        top += max(plot.height for plot in row) + (line if len(plots) > 1 else 0) + gap
    return Plot(name, title, " ".join(plot.says for plot in plots), width, top - gap, tuple(marks))


@dataclass(frozen=True)
class Frame:
    """A rectangle of a plot in which x and y from `low` to `high` stand for numbers."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)

    def at(self, x: float, y: float) -> Point:
        """Where a pair of numbers lies; beyond the frame it is put on its edge."""
        across = min(max((x - self.x[0]) / (self.x[1] - self.x[0]), 0.0), 1.0)
        up = min(max((y - self.y[0]) / (self.y[1] - self.y[0]), 0.0), 1.0)
        return self.left + across * self.width, self.top + (1 - up) * self.height

    def line(self, points: Iterable[Point], colour: str, width: float = 1.0, *, dashed: bool = False) -> Line:
        """A line through numbers."""
        return Line(tuple(self.at(x, y) for x, y in points), colour, width, dashed)

    def grid(self, across: Sequence[float], up: Sequence[float], *, shown: str = "{:g}") -> Iterator[Mark]:
        """Lines at these numbers, which stand below and on the left."""
        for x in across:
            yield self.line([(x, self.y[0]), (x, self.y[1])], "rule")
            yield Words(self.at(x, 0)[0], self.top + self.height + 11, shown.format(x), "middle", SMALL, "muted")
        for y in up:
            yield self.line([(self.x[0], y), (self.x[1], y)], "rule")
            yield Words(self.left - 6, self.at(self.x[0], y)[1], shown.format(y), "end", SMALL, "muted")

    def labels(self, across: str, up: str) -> Iterator[Mark]:
        """What the numbers below and on the left are; the latter stands above the frame, where it can be read."""
        yield Words(self.left + self.width / 2, self.top + self.height + 27, across, "middle", SMALL, "muted")
        yield Words(self.left - 26, self.top - 11, up, "start", SMALL, "muted")


@dataclass(frozen=True, slots=True)
class Span:
    """A value and its interval as a row of a chart; `low` and `high` are None where there is no interval."""

    label: str
    value: float
    low: float | None
    high: float | None
    colour: str
    beside: tuple[float, float, float] | None = None


def spans(
    name: str, title: str, says: str, rows: Sequence[Span], *, beside: str = "", line: float | None = None
) -> Plot:
    """Rows of values with their intervals from 0 to 1, each with its label on the left and its number on the right.

    `beside` says what the second value of a row is, which is drawn as a ring; `line` marks one number in all rows.
    """
    step, head = 28.0, 8.0
    frame = Frame(170, head, 350, step * len(rows))
    marks = list(frame.grid([0, 0.2, 0.4, 0.6, 0.8, 1], []))
    if line is not None:
        marks.append(frame.line([(line, 0), (line, 1)], "muted", 1.2, dashed=True))
    for number, row in enumerate(rows):
        y = head + step * (number + 0.5)
        marks += _span(frame, y, row)
    height = head + step * len(rows) + 22
    if beside:
        marks += [
            Dot(frame.left + 5, height + 10, 4.5, "ink"),
            Words(frame.left + 15, height + 10, "the model", size=SMALL, colour="muted"),
            Dot(frame.left + 95, height + 10, 4.5, "readers", hollow=True),
            Words(frame.left + 105, height + 10, beside, size=SMALL, colour="muted"),
        ]
        height += 22
    return Plot(name, title, says, 580, height, tuple(marks))


def _span(frame: Frame, y: float, row: Span) -> Iterator[Mark]:
    shift = 5.0 if row.beside else 0.0
    yield Words(frame.left - 10, y, row.label, "end")
    if row.beside:
        value, low, high = (frame.at(part, 0)[0] for part in row.beside)
        yield Line(((low, y + shift), (high, y + shift)), "readers", 1.5)
        yield Dot(value, y + shift, 4.5, "readers", hollow=True)
    if row.low is not None and row.high is not None:
        low, high = frame.at(row.low, 0)[0], frame.at(row.high, 0)[0]
        yield Line(((low, y - shift), (high, y - shift)), row.colour, 3)
    yield Dot(frame.at(row.value, 0)[0], y - shift, 4.5, row.colour)
    yield Words(frame.left + frame.width + 12, y - shift, f"{row.value:.3f}", size=SMALL)
    if row.beside:
        yield Words(frame.left + frame.width + 12, y + shift + 3, f"{row.beside[0]:.3f}", size=SMALL, colour="muted")
