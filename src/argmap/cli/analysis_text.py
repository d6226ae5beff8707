"""An analysis for people: coloured and wrapped on a terminal, whole lines in a pipe."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from argmap.analysis import Analysis, ArticleFigures
from argmap.analysis.comparison_report import BLAME_COLUMNS, BLAME_TITLE, COLUMNS, LEGEND, blame_rows, comparison_rows
from argmap.analysis.report import Cited, Line, headline, in_quotes, sections, summary

_COLOURS = {"accusation": "bold red", "quotation": "bold blue", "recommendation": "bold green", "thesis": "bold"}
_NARROWEST, _WIDEST = 40, 120
_UNWRAPPED = 100_000


class AnalysisWriter:
    """Builds text; `width` in columns, None where there is no terminal to wrap for."""

    def __init__(self, *, colour: bool, width: int | None) -> None:
        self._page = io.StringIO()
        self._console = Console(
            file=self._page,
            width=_UNWRAPPED if width is None else min(max(width, _NARROWEST), _WIDEST),
            force_terminal=colour,
            color_system="standard" if colour else None,
            legacy_windows=False,
            highlight=False,
            emoji=False,
        )

    def analysis(self, analysis: Analysis) -> None:
        """Add one article."""
        self._console.print(Text(headline(analysis.argument_map.document), style="bold"))
        self._console.print(_text(summary(analysis)))
        for section in sections(analysis):
            self._console.print()
            self._console.print(Text(section.title, style="bold underline"))
            for line in section.lines:
                self._print(_text(line), 2 + 4 * line.level)
            if not section.lines:
                self._print(Text(section.nothing, style="dim"), 2)

    def comparison(self, articles: Sequence[ArticleFigures]) -> None:
        """Add a table, a row an article."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for number, column in enumerate(COLUMNS):
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        *rows, total = comparison_rows(articles)
        for row in rows:
            table.add_row(*map(Text, row))
        table.add_section()
        table.add_row(*(Text(cell, style="bold") for cell in total))
        self._console.print(table)
        for line in LEGEND:
            self._print(Text(line, style="dim"), 0)
        self._blame(articles)

    def _blame(self, articles: Sequence[ArticleFigures]) -> None:
        rows = blame_rows(articles)
        if not rows:
            return
        self._console.print()
        self._console.print(Text(BLAME_TITLE, style="bold underline"))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in BLAME_COLUMNS:
            table.add_column(column, justify="right" if column == "accusations" else "left", overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)

    def text(self) -> str:
        """All that was added."""
        return "".join(f"{line.rstrip()}\n" for line in self._page.getvalue().splitlines())

    def _print(self, text: Text, indent: int) -> None:
        """A line that hangs by two columns where it is wrapped."""
        lines = text.wrap(self._console, max(20, self._console.width - indent - 2))
        for number, line in enumerate(lines):
            self._console.print(Padding(line, (0, 0, 0, indent + (2 if number else 0)), expand=False), soft_wrap=True)


def _text(line: Line) -> Text:
    text = Text()
    for part in line.parts:
        if isinstance(part, Cited):
            style = next((_COLOURS[label] for label in part.labels if label in _COLOURS), "")
            text.append(part.unit, style=style or "bold")
            if part.labels:
                text.append(f" ({', '.join(part.labels)})", style=style or "dim")
            text.append(f" {in_quotes(part.words)}")
        else:
            text.append(part)
    return text
