"""Labelled sentences as a table for people."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from typing import BinaryIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from argmap.cli.common import counted
from argmap.cli.unit_writers import UnitWriter
from argmap.document import Document
from argmap.errors import one_line
from argmap.formats.unit_json import UnitObject

_COLOURS = {"accusation": "bold red", "quotation": "bold blue", "recommendation": "bold green"}
_SIGNS = {"accusation": "!", "quotation": "“", "recommendation": "→"}
_PLAIN_WIDTH, _NARROWEST, _WIDEST = 120, 60, 160


class TableWriter(UnitWriter):
    """A table an article, as wide as the terminal; without colour the words say it all."""

    def __init__(self, stream: BinaryIO, *, colour: bool) -> None:
        super().__init__(stream)
        self._colour = colour
        self._title = ""
        width = shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns if colour else _PLAIN_WIDTH
        self._width = min(max(width, _NARROWEST), _WIDEST)

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
            caption=Text(_count(units)),
            title_justify="left",
            caption_justify="left",
            box=box.SIMPLE_HEAD,
            pad_edge=False,
            width=self._width,
        )
        table.add_column("unit", style="dim", no_wrap=True)
        table.add_column("stance", no_wrap=True)
        table.add_column("score", justify="right", no_wrap=True)
        table.add_column("evidence", no_wrap=True)
        table.add_column("sentence", no_wrap=True, overflow="ellipsis", ratio=1)
        for unit in units:
            score = f"{unit['scores'][unit['stances'][0]]:.2f}" if unit["stances"] else ""
            words = Text(" ".join(one_line(part) for part in unit["text"].split()), style=_weight(unit))
            table.add_row(unit["unit"], _stance(unit), score, unit["evidence"] or "", words)
        return table


def _stance(unit: UnitObject) -> Text:
    if unit["kind"] != "text":
        return Text(f"({unit['kind']})", style="dim")
    parts = [Text(f"{_SIGNS[stance]} {stance}", style=_COLOURS[stance]) for stance in unit["stances"]]
    return Text(" + ").join(parts)


def _weight(unit: UnitObject) -> str:
    return "dim" if unit["kind"] != "text" else "bold" if unit["stances"] else ""


def _count(units: Sequence[UnitObject]) -> str:
    sentences = sum(unit["kind"] == "text" for unit in units)
    counts = [f"{sum(stance in unit['stances'] for unit in units)} {stance}" for stance in _SIGNS]
    return f"{counted(sentences, 'sentence')}: {', '.join(counts)}"
