"""An explanation for a terminal: the sentences with their words marked, and below each what moved its scores."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from argmap.cli.common import counted
from argmap.errors import one_line
from argmap.explanation import Explanation, Method, StanceScore
from argmap.graph import ArgumentMap
from argmap.rendering.reasons import LabelView, LinkView, Moved, NearView, Piece, UnitView, unit_views

_COLOURS = {"accusation": "bold red", "quotation": "bold blue", "recommendation": "bold green"}
_SIGNS = {"accusation": "!", "quotation": "“", "recommendation": "→"}
_UP = {1: "cyan", 2: "bold cyan", 3: "bold underline cyan"}
_DOWN = {1: "italic magenta", 2: "bold italic magenta", 3: "bold italic underline magenta"}
_PLAIN_WIDTH, _NARROWEST, _WIDEST = 100, 30, 120
_NEAR = 150  # characters of a labelled sentence
_SPACE = re.compile(r"\s+")
_METHODS = {
    Method.WEIGHTS: "read off the model's weights",
    Method.OCCLUSION: "by leaving the words out one by one",
}


def explanation_text(
    argument_map: ArgumentMap, explanation: Explanation, *, colour: bool, width: int | None = None
) -> str:
    """Lines at most `width` columns wide (None: there is no terminal); without colour, brackets mark the words."""
    page = io.StringIO()
    console = Console(
        file=page,
        width=min(max(width or _PLAIN_WIDTH, _NARROWEST), _WIDEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        highlight=False,
    )
    for part in _page(argument_map, explanation, colour=colour):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _page(argument_map: ArgumentMap, explanation: Explanation, *, colour: bool) -> Iterator[RenderableType]:
    document = argument_map.document
    views = unit_views(argument_map, explanation, name=_clean, clean=_clean)
    yield Text(_clean(document.title or document.id), style="bold")
    yield _legend(explanation, colour=colour)
    for view in views:
        yield ""
        yield from _unit(view, colour=colour)
    yield ""
    labelled = sum(bool(unit.stances) for unit in document.text_units())
    shown = sum(bool(view.labels) for view in views)
    links = sum(len(view.links) for view in views)
    yield Text(
        f"{counted(shown, 'sentence')} explained, {labelled:,} labelled; {counted(links, 'link')}. "
        "What moved a score is no reason to believe the label.",
        style="dim",
    )


def _legend(explanation: Explanation, *, colour: bool) -> Text:
    legend = Text(style="dim")
    legend.append(f"{_clean(explanation.model)}: what moved its scores, {_METHODS[explanation.method]}. ")
    if colour:
        legend.append_text(Text.assemble(("up", _UP[2]), ", ", ("down", _DOWN[2]), ", underlined where most. "))
    else:
        legend.append("[+up] and [−down] are words, doubled where they did most. ")
    legend.append("Numbers are log-odds: 0.7 more about doubles the odds, 0.7 less halves them.")
    return legend


def _unit(view: UnitView, *, colour: bool) -> Iterator[RenderableType]:
    for label in view.labels:
        yield _heading(view, label)
        yield Padding(Text.assemble(*(_marked(piece, colour=colour) for piece in label.pieces)), (0, 0, 0, 2))
        yield _rows(
            ("up", _moves(label.up)),
            ("down", _moves(label.down)),
            ("context", _moves(label.context)),
        )
    if not view.labels:
        yield Text.assemble((view.name, "bold"), "  no label" * (not view.given), ", thesis" * view.is_thesis)
        yield Padding(Text(view.text), (0, 0, 0, 2))
    rows = [("near", _near(near)) for near in view.near] + [("link", _link(link)) for link in view.links]
    if rows:
        yield _rows(*rows)


def _heading(view: UnitView, label: LabelView) -> Text:
    stance = label.label.stance.value
    heading = Text.assemble((view.name, "bold"), "  ")
    if not view.given:
        why = ": it does not read like English prose" if view.withheld else ""
        heading.append(f"no label{why}; nearest to one: ")
    heading.append(f"{_SIGNS[stance]} {stance}", style=_COLOURS[stance])
    heading.append(f" {label.label.score:.2f}", style="bold")
    heading.append(f" (given from {label.label.threshold:.2f})")
    if view.is_thesis:
        heading.append(", thesis")
    if view.runner_up is not None:
        heading.append(f"; next: {_scored(view.runner_up)}", style="dim")
    return heading


def _scored(score: StanceScore) -> str:
    return f"{score.stance.value} {score.score:.2f} (from {score.threshold:.2f})"


def _marked(piece: Piece, *, colour: bool) -> str | tuple[str, str]:
    if colour and piece.level:
        return piece.text, (_UP if piece.level > 0 else _DOWN)[abs(piece.level)]
    if abs(piece.level) < 2:
        return piece.text
    sign = ("+" if piece.level > 0 else "−") * (abs(piece.level) - 1)
    return f"[{sign}{piece.text}]"


def _rows(*rows: tuple[str, Text]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True, width=7)
    grid.add_column(overflow="fold", ratio=1)
    for name, text in rows:
        if text.plain:
            grid.add_row(name, text)
    return Padding(Group(grid), (0, 0, 0, 2)) if grid.row_count else Text(end="")


def _moves(moved: Iterable[Moved]) -> Text:
    parts = [Text.assemble(one.what, " ", (_effect(one.effect), _style(one.effect))) for one in moved]
    return Text(", ").join(parts)


def _effect(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{abs(value):.2f}"


def _style(value: float) -> str:
    return _UP[1] if value >= 0 else _DOWN[1]


def _near(near: NearView) -> Text:
    text = near.text if len(near.text) <= _NEAR else near.text[: _NEAR - 1].rstrip() + "…"
    return Text.assemble(
        f"{near.likeness:.2f} ",
        (near.stances, _COLOURS.get(near.stances, "")),
        f": {text} ",
        (f"({near.place})", "dim"),
    )


def _link(link: LinkView) -> Text:
    text = Text.assemble(
        f"{link.says} ",
        (link.target, "bold"),
        f" (“{link.opening}”) ",
        (f"{link.score:.2f}", "bold"),
        f" (drawn from {link.threshold:.2f}): ",
    )
    text.append_text(_moves((*link.up, *link.down)))
    if link.against:
        text.append("; towards an attack: ").append_text(_moves(link.against))
    if link.other:
        text.append(f"; next: {link.other} {link.other_score:.2f}", style="dim")
    return text


def _clean(text: str) -> str:
    """On one line, and without what could steer a terminal."""
    return one_line(_SPACE.sub(" ", text))
