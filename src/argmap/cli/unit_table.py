"""Labelled sentences as a table for people."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from argmap.cli.common import counted
from argmap.cli.unit_writers import UnitWriter
from argmap.document import OUT_OF_DOMAIN, Document
from argmap.errors import one_line
from argmap.formats.unit_json import UnitObject

_COLOURS = {"accusation": "bold red", "quotation": "bold blue", "recommendation": "bold green"}
_SIGNS = {"accusation": "!", "quotation": "“", "recommendation": "→"}
_PLAIN_WIDTH, _NARROWEST, _WIDEST = 120, 30, 160
_ROOMY, _TIGHT = 100, 72  # columns below which second stances are signs; below which signs are all there is


class TableWriter(UnitWriter):
    """A table an article, as wide as the terminal (`width` in columns; None: there is none); without colour the words
    say it all. On a narrow one the sentence keeps its room: stances shrink to signs, score and evidence give way.
    """

    def __init__(self, stream: BinaryIO, *, colour: bool, width: int | None = None) -> None:
        super().__init__(stream)
        self._colour = colour
        self._title = ""
        self._width = min(max(width or _PLAIN_WIDTH, _NARROWEST), _WIDEST)

    def write(self, document: Document, model: str) -> None:
        self._title = one_line(document.title or document.id)
        super().write(document, model)

    def _write(self, units: Sequence[UnitObject]) -> None:
        page = io.StringIO()
        console = Console(
            file=page,
            width=self._width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            legacy_windows=False,
            highlight=False,
        )
        console.print(self._table(units))
        lines = (line.rstrip() for line in page.getvalue().splitlines())
        self.stream.write(("\n".join(lines) + "\n\n").encode("utf-8", "backslashreplace"))
        self.stream.flush()

    def _table(self, units: Sequence[UnitObject]) -> Table:
        table = Table(
            title=Text(self._title, style="bold", overflow="ellipsis", no_wrap=True),
            caption=Text(_count(units, signs=self._width < _TIGHT)),
            title_justify="left",
            caption_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            width=self._width,
        )
        table.add_column("unit", style="dim", no_wrap=True)
        tight = self._width < _TIGHT
        table.add_column("" if tight else "stance", no_wrap=True)
        if not tight:
            table.add_column("score", justify="right", no_wrap=True)
            table.add_column("evidence", no_wrap=True)
        table.add_column("sentence", no_wrap=True, overflow="ellipsis", ratio=1)
        for unit in units:
            score = f"{unit['scores'][unit['stances'][0]]:.2f}" if unit["stances"] else ""
            words = Text(" ".join(one_line(part) for part in unit["text"].split()), style=_weight(unit))
            measures = () if tight else (score, unit["evidence"] or "")
            table.add_row(unit["unit"], _stance(unit, self._width), *measures, words)
        return table


def _stance(unit: UnitObject, width: int) -> Text:
    if unit["kind"] != "text":
        return Text("-" if width < _TIGHT else f"({unit['kind']})", style="dim")
    if not unit["stances"] and _is_outside(unit):
        return Text("?" if width < _TIGHT else "(out of domain)", style="dim")
    spelt = 0 if width < _TIGHT else 1 if width < _ROOMY else len(_SIGNS)
    parts = [
        Text(f"{_SIGNS[stance]} {stance}" if place < spelt else _SIGNS[stance], style=_COLOURS[stance])
        for place, stance in enumerate(unit["stances"])
    ]
    return Text(" + " if spelt else " ").join(parts)


def _weight(unit: UnitObject) -> str:
    return "dim" if unit["kind"] != "text" else "bold" if unit["stances"] else ""


def _count(units: Sequence[UnitObject], *, signs: bool) -> str:
    """How many there are of each stance, with its sign where the table has nothing else."""
    sentences = sum(unit["kind"] == "text" for unit in units)
    counts = [
        f"{sum(stance in unit['stances'] for unit in units)} {stance}{f' ({sign})' * signs}"
        for stance, sign in _SIGNS.items()
    ]
    outside = sum(map(_is_outside, units))
    if outside:
        counts.append(f"{outside} out of domain{' (?)' * signs}")
    return f"{counted(sentences, 'sentence')}: {', '.join(counts)}"


def _is_outside(unit: UnitObject) -> bool:
    return unit["out_of_domain"] is not None and unit["out_of_domain"] > OUT_OF_DOMAIN
