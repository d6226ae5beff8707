"""`argmap classify`: the sentences of articles with their stances and evidence, as a table or as data."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from argmap.cli.common import ModelOption, complain, counted, tell
from argmap.cli.inputs import STDIN, Names, article_paths, refuse_own_input
from argmap.cli.progress import progress
from argmap.errors import EXIT_BAD_INPUT, InputError, UsageError

if TYPE_CHECKING:
    from argmap.cli.unit_writers import UnitWriter


class UnitFormat(StrEnum):
    """How classified units are written."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_BY_SUFFIX = {
    ".jsonl": UnitFormat.JSONL,
    ".ndjson": UnitFormat.JSONL,
    ".csv": UnitFormat.CSV,
    ".parquet": UnitFormat.PARQUET,
    ".txt": UnitFormat.TABLE,
}


def classify(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Articles, folders (all *.txt, *.md, *.html, *.htm below them), or - for stdin.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="File to write, instead of standard output."),
    ] = None,
    output_format: Annotated[
        UnitFormat | None,
        typer.Option(
            "--format",
            metavar="table|jsonl|csv|parquet",
            help="How to write; else by OUT's suffix, as a table on a terminal, as jsonl in a pipe.",
        ),
    ] = None,
    model: ModelOption = None,
) -> None:
    """Label each sentence of articles with its stances and evidence.

    An article that cannot be read is an error line and exit code 3; the others are labelled all the same. jsonl is
    one JSON object a sentence. In csv, a cell that a spreadsheet could take for a formula (it begins with = + - @ or a
    tab), or that begins with an apostrophe, has one apostrophe before it; take that one away to get the text. parquet
    needs an extra: pip install "argmap[parquet]".
    """
    chosen = output_format or _default_format(output)
    if chosen is UnitFormat.PARQUET and output is None:
        raise UsageError("parquet is no text", expected="a file to write to", advice="add -o OUT.parquet")
    found = list(article_paths(paths))
    names = [path for path in found if isinstance(path, str)]
    if output is not None:
        refuse_own_input(names, [output])
    with _opened(output) as stream:
        writer = _writer(chosen, stream, colour=output is None and _colourful(), width=_width(output))
        visible = output is None and sys.stdout.isatty()  # then the tables themselves show that it goes on
        failures = _classify_all(found, model, writer, show_progress=not visible)
        if output is not None and failures == len(found):
            raise _NothingReadError
        writer.close()
    if output is not None:
        tell(f"{output}: {counted(writer.units, 'unit')} of {counted(len(found) - failures, 'article')}")
    if failures:
        if len(found) > 1:
            tell(f"{counted(failures, 'article')} of {len(found):,} could not be read")
        raise typer.Exit(EXIT_BAD_INPUT)


class _NothingReadError(typer.Exit):
    """Leaves the block without writing a file, since there is nothing to put in it."""

    def __init__(self) -> None:
        super().__init__(EXIT_BAD_INPUT)


def _default_format(output: Path | None) -> UnitFormat:
    if output is None:
        return UnitFormat.TABLE if sys.stdout.isatty() else UnitFormat.JSONL
    known = _BY_SUFFIX.get(output.suffix.lower())
    if known is None:
        what = f"no format is written as {output.suffix!r}"
        raise UsageError(what, where=str(output), expected=f"one of {', '.join(_BY_SUFFIX)}", advice="or give --format")
    return known


def _colourful() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(output: Path | None) -> int | None:
    """The terminal's columns, None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if output is None and sys.stdout.isatty() else None


def _writer(chosen: UnitFormat, stream: BinaryIO, *, colour: bool, width: int | None) -> UnitWriter:
    from argmap.cli import unit_writers

    match chosen:
        case UnitFormat.TABLE:
            from argmap.cli.unit_table import TableWriter

            return TableWriter(stream, colour=colour, width=width)
        case UnitFormat.JSONL:
            return unit_writers.JsonLinesWriter(stream)
        case UnitFormat.CSV:
            return unit_writers.CsvWriter(stream)
        case UnitFormat.PARQUET:
            return unit_writers.ParquetWriter(stream)


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    from argmap.files import open_atomically

    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with open_atomically(output) as stream:
            yield stream


def _classify_all(
    found: list[str | InputError], model_folder: Path | None, writer: UnitWriter, *, show_progress: bool
) -> int:
    """Write each article as soon as it is labelled; return how many could not be read."""
    from argmap.models import load_model
    from argmap.pipeline import classify_document, read_article

    failures = 0
    names = Names()
    with progress("loading the model", len(found) if len(found) > 1 else None, shown=show_progress) as meter:
        model = load_model(model_folder)
        for path in found:
            try:
                if isinstance(path, InputError):
                    raise path
                meter.say("reading standard input" if path == STDIN else path)
                document = classify_document(names.distinct(read_article(path)), model)
            except InputError as error:
                complain(error)
                failures += 1
            else:
                writer.write(document, model.id)
            meter.advance()
    return failures
