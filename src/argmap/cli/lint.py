"""`argmap lint`: the structural faults of maps."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from argmap.cli.common import complain, counted, tell
from argmap.errors import EXIT_BAD_INPUT, EXIT_CHECK_FAILED, InputError, one_line


class LintFormat(StrEnum):
    """How faults are printed."""

    TEXT = "text"
    JSON = "json"


def lint(
    maps: Annotated[
        list[Path], typer.Argument(metavar="MAP.json", help="Maps in JSON, as argmap writes them.", show_default=False)
    ],
    output_format: Annotated[LintFormat, typer.Option("--format", help="How to print the faults.")] = LintFormat.TEXT,
) -> None:
    """List the structural faults of maps as FILE: ID: RULE: what. Exit code 1 if there is any, 3 if a file is no map.

    Of a file that breaks what must always hold (ids that dangle or stand twice, cycles, scores out of range), all that
    is broken is listed. No file is changed.
    """
    rows: list[tuple[str, str, str, str]] = []
    unreadable = 0
    for path in maps:
        found, is_map = _faults(path)
        rows += [(str(path), *row) for row in found]
        unreadable += not is_map
    if output_format is LintFormat.JSON:
        keys = ("file", "id", "rule", "what")
        typer.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=1))
    else:
        for row in rows:
            typer.echo(one_line(": ".join(row)))
    if not rows and not unreadable:
        tell(f"{counted(len(maps), 'map')}, no faults")
    if rows:
        tell(f"{counted(len(rows), 'fault')} in {counted(len({row[0] for row in rows}), 'file')}")
    if unreadable:
        raise typer.Exit(EXIT_BAD_INPUT)
    if rows:
        raise typer.Exit(EXIT_CHECK_FAILED)


def _faults(path: Path) -> tuple[list[tuple[str, str, str]], bool]:
    """Id, rule and what is wrong for each fault, and whether the file holds a map at all; complains if not."""
    from argmap.analysis.lint import lint as find
    from argmap.analysis.report import first_words, in_quotes
    from argmap.files import read_bytes
    from argmap.formats.map_json import read_parts, whole_map
    from argmap.invariants import breaches

    broken: list[tuple[str, str, str]] = []
    try:
        parts = read_parts(read_bytes(path), where=str(path))
        found = breaches(parts.document, parts.relations, parts.thesis, parts.thesis_score)
        broken = [(breach.id, breach.rule.value, breach.what) for breach in found]
        argument_map = whole_map(parts, where=str(path))
    except InputError as error:
        complain(error)
        return broken, False

    def words(name: str) -> str:
        return f"{name} {in_quotes(first_words(argument_map.text_of(name)))}"

    rows = []
    for fault in find(argument_map):
        named = ([fault.id] if fault.id in argument_map.units else []) + list(fault.units)
        sentences = "; ".join(map(words, dict.fromkeys(named)))
        rows.append((fault.id, fault.rule.value, f"{fault.what} ({sentences})" if sentences else fault.what))
    return rows, True
