"""A table of a report, whatever it is then printed as."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.formats import markdown

_BAR = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a title, and what they mean; the first column stands left, numbers right.

    `key` names the table, for whoever puts something beside it.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    meaning: str
    key: str = ""


def as_markdown(table: Table) -> str:
    """The table and what it means, without bars, which say nothing that the number beside them does not."""
    columns, rows = table.columns, table.rows
    if columns[-1] == "":
        columns, rows = columns[:-1], tuple(row[:-1] for row in rows)
    return f"{markdown.table(columns, rows)}\n{markdown.plain(table.meaning)}\n"


def bar(value: float) -> str:
    """A value from 0 to 1 as a bar of fixed width."""
    filled = round(min(max(value, 0.0), 1.0) * _BAR)
    return "█" * filled + "░" * (_BAR - filled)
