"""`argmap classify`: the sentences of articles with their stances and evidence, as a table or as data."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from argmap.cli.common import (
    AnyTextOption,
    ModelOption,
    OutputOption,
    complain,
    counted,
    format_by_suffix,
    tell,
    tell_outside,
)
from argmap.cli.inputs import ARTICLE_SUFFIXES, STDIN, InputFormat, Names, article_paths, refuse_own_input
from argmap.cli.progress import Meter, progress
from argmap.document import OUT_OF_DOMAIN
from argmap.errors import EXIT_BAD_INPUT, InputError, UsageError

if TYPE_CHECKING:
    from argmap.cli.unit_writers import UnitWriter
    from argmap.document import Document
    from argmap.models import Model


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
            help="Articles, .jsonl files of articles, folders (all *.txt, *.md, *.html, *.htm in them), - for stdin.",
            show_default=False,
        ),
    ],
    output: OutputOption = None,
    output_format: Annotated[
        UnitFormat | None,
        typer.Option(
            "--format",
            metavar="table|jsonl|csv|parquet",
            help="How to write; else by OUT's suffix, as a table on a terminal, as jsonl in a pipe.",
        ),
    ] = None,
    input_format: Annotated[
        InputFormat | None,
        typer.Option(
            "--from",
            metavar="article|jsonl",
            help="What the files, a folder or stdin hold; else by suffix: .jsonl, .ndjson, also with .gz.",
        ),
    ] = None,
    any_text: AnyTextOption = False,
    model: ModelOption = None,
) -> None:
    """Label each sentence of articles with its stances and evidence.

    An article that cannot be read is an error line and exit code 3; the others are labelled all the same. A file of
    JSON Lines holds an article a line, {"text": …} and, if you like, "id", "title" and "source"; it is read line by
    line, whatever its size. In what is written, jsonl is one JSON object a sentence. In csv, a cell that a spreadsheet
    could take for a formula (it begins with = + - @ or a tab), or that begins with an apostrophe, has one apostrophe
    before it; take that one away to get the text. parquet
    needs an extra: pip install "argmap[parquet]".
    """
    chosen = output_format or _default_format(output)
    if chosen is UnitFormat.PARQUET and output is None:
        raise UsageError("parquet is no text", expected="a file to write to", advice="add -o OUT.parquet")
    from argmap.reading.jsonl import JSONL_SUFFIXES

    suffixes = JSONL_SUFFIXES if input_format is InputFormat.JSONL else ARTICLE_SUFFIXES
    found = list(article_paths(paths, suffixes))
    if output is not None:
        refuse_own_input([path for path in found if isinstance(path, str)], [output])
    with _opened(output) as stream:
        writer = _writer(chosen, stream, colour=output is None and _colourful(), width=_width(output))
        visible = output is None and sys.stdout.isatty()  # then the tables themselves show that it goes on
        sources = _Sources(found, input_format)
        done = _classify_all(sources, model, writer, any_text=any_text, show_progress=not visible)
        if output is not None and not done.articles:
            raise _NothingReadError
        writer.close()
    if output is not None:
        tell(f"{output}: {counted(writer.units, 'unit')} of {counted(done.articles, 'article')}")
    if done.outside:
        articles = counted(done.outside, "article does", "articles do")
        tell(f"{articles} not read like English prose; labels withheld, --any-text shows them")
    if done.renamed:
        tell(f"{counted(done.renamed, 'id')} stood before; a number was put behind, as in a-2")
    if done.failures:
        total = done.articles + done.failures
        if total > 1:
            tell(f"{counted(done.failures, 'article')} of {total:,} could not be read")
        raise typer.Exit(EXIT_BAD_INPUT)


@dataclass
class _Done:
    articles: int = 0
    failures: int = 0
    outside: int = 0  # among files of many articles; of others each is told by itself
    renamed: int = 0


class _NothingReadError(typer.Exit):
    """Leaves the block without writing a file, since there is nothing to put in it."""

    def __init__(self) -> None:
        super().__init__(EXIT_BAD_INPUT)


def _default_format(output: Path | None) -> UnitFormat:
    if output is None:
        return UnitFormat.TABLE if sys.stdout.isatty() else UnitFormat.JSONL
    return format_by_suffix(output, _BY_SUFFIX)


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


@dataclass(frozen=True)
class _Sources:
    """The files to read, and what they hold (None: their names say)."""

    found: list[str | InputError]
    chosen: InputFormat | None

    @property
    def steps(self) -> int | None:
        """How many articles there are, None if only reading them tells."""
        if len(self.found) < 2 or any(isinstance(path, str) and self._is_jsonl(path) for path in self.found):
            return None
        return len(self.found)

    def articles(self, meter: Meter) -> Iterator[tuple[Document, str | None] | InputError]:
        """Segmented articles one by one, with the line where one stands in a file of many; errors in their place."""
        from argmap.pipeline import read_article
        from argmap.reading.jsonl import json_articles
        from argmap.segmenting import segment

        for path in self.found:
            if isinstance(path, InputError):
                yield path
            elif self._is_jsonl(path):
                for article in json_articles(path):
                    if not isinstance(article, InputError):
                        meter.say(article.place)
                        yield segment(article.document), article.place
                    else:
                        yield article
            else:
                meter.say("reading standard input" if path == STDIN else path)
                try:
                    yield read_article(path), None
                except InputError as error:
                    yield error
            meter.advance()

    def _is_jsonl(self, path: str) -> bool:
        from argmap.reading.jsonl import is_jsonl

        return self.chosen is InputFormat.JSONL or (self.chosen is None and is_jsonl(path))


def _classify_all(
    sources: _Sources, model_name: str | None, writer: UnitWriter, *, any_text: bool, show_progress: bool
) -> _Done:
    """Write each article as soon as it is labelled."""
    from argmap.cli.loading import chosen_model

    done = _Done()
    names = Names(capitals=True)
    with progress("loading the model", sources.steps, shown=show_progress) as meter:
        model = chosen_model(model_name)
        for article in sources.articles(meter):
            try:
                document = _labelled(article, names, model, any_text=any_text)
            except InputError as error:
                complain(error)
                done.failures += 1
            else:
                writer.write(document, model.id)
                done.articles += 1
                if any_text:
                    continue
                if isinstance(article, tuple) and article[1] is not None:
                    done.outside += (document.out_of_domain or 0.0) > OUT_OF_DOMAIN
                else:
                    tell_outside(document, model)
    done.renamed = names.renamed if sources.steps is None else 0
    return done


def _labelled(
    article: tuple[Document, str | None] | InputError, names: Names, model: Model, *, any_text: bool
) -> Document:
    from argmap.pipeline import classify_document

    if isinstance(article, InputError):
        raise article
    document, place = article
    try:
        return classify_document(names.distinct(document), model, any_text=any_text)
    except InputError as error:
        if place is None:
            raise
        raise InputError(error.what, where=place, expected=error.expected, advice=error.advice) from error
