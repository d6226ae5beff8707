"""`argmap analyse`: the questions that a reader asks of an argument, of one article or of several."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import ModelOption, OutputOption, complain, counted, format_by_suffix, tell
from argmap.cli.inputs import STDIN, Names, article_paths, refuse_own_input
from argmap.cli.progress import progress
from argmap.errors import EXIT_BAD_INPUT, InputError

if TYPE_CHECKING:
    from argmap.document import Document
    from argmap.graph import ArgumentMap


class AnalysisFormat(StrEnum):
    """How an analysis is written."""

    TEXT = "text"
    JSON = "json"
    MD = "md"


_BY_SUFFIX = {".txt": AnalysisFormat.TEXT, ".json": AnalysisFormat.JSON, ".md": AnalysisFormat.MD}
_MAP_SUFFIX = ".json"


def analyse(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="OP-ED|MAP.json",
            help="Articles, folders (all *.txt, *.md, *.html, *.htm below them), - for stdin, or maps in JSON.",
            show_default=False,
        ),
    ],
    output: OutputOption = None,
    output_format: Annotated[
        AnalysisFormat | None,
        typer.Option("--format", metavar="text|json|md", help="How to write; else by OUT's suffix, else text."),
    ] = None,
    model: ModelOption = None,
) -> None:
    """Ask of an argument: what has no evidence, what carries most, what is attacked, who is heard, who blames whom.

    An article is mapped first, a map in JSON is taken as it is. Several are compared: counts by stance, the share of
    accusations with no evidence, who is blamed by whom; in JSON each is analysed, too. What cannot be read is an
    error line and exit code 3; the others are analysed all the same.
    """
    chosen = output_format or _format_of(output)
    found = list(article_paths(paths))
    if output is not None:
        refuse_own_input([path for path in found if isinstance(path, str)], [output])
    maps, failures = _maps(found, model)
    if maps:
        data = _written(maps, chosen, several=len(found) > 1, to_terminal=output is None)
        _put(data, output)
        if output is not None:
            tell(f"{output}: {counted(len(maps), 'article')}")
    if failures:
        if len(found) > 1:
            tell(f"{counted(failures, 'article')} of {len(found):,} could not be read")
        raise typer.Exit(EXIT_BAD_INPUT)


def _format_of(output: Path | None) -> AnalysisFormat:
    if output is None:
        return AnalysisFormat.TEXT
    return format_by_suffix(output, _BY_SUFFIX)


def _maps(found: Sequence[str | InputError], model_name: str | None) -> tuple[list[ArgumentMap], int]:
    """The maps of what can be read, and of how many there is none."""
    from argmap.cli.loading import chosen_model
    from argmap.files import read_bytes
    from argmap.formats.map_json import load_map
    from argmap.models import Model
    from argmap.pipeline import map_document, read_article

    maps: list[ArgumentMap] = []
    names = Names()
    model: Model | None = None
    with progress("reading", len(found) if len(found) > 1 else None) as meter:
        for path in found:
            try:
                if isinstance(path, InputError):
                    raise path
                meter.say("reading standard input" if path == STDIN else path)
                if Path(path).suffix.lower() == _MAP_SUFFIX:
                    stored = load_map(read_bytes(Path(path)), where=path)
                    maps.append(replace(stored, document=_with_blame(names.distinct(stored.document))))
                else:
                    document = names.distinct(read_article(path))
                    model = model or chosen_model(model_name)
                    maps.append(map_document(document, model))
            except InputError as error:
                complain(error)
            meter.advance()
    return maps, len(found) - len(maps)


def _with_blame(document: Document) -> Document:
    """A stored article that says nowhere who is blamed, as of an older argmap: asked now."""
    from argmap.blame import find_blame

    return document if any(unit.blame is not None for unit in document.units) else find_blame(document)


def _written(maps: Sequence[ArgumentMap], chosen: AnalysisFormat, *, several: bool, to_terminal: bool) -> bytes:
    from argmap.analysis import analyse as ask
    from argmap.analysis import compare

    match chosen:
        case AnalysisFormat.JSON:
            from argmap.analysis.report_json import dump_analyses

            return dump_analyses([ask(argument_map) for argument_map in maps], compare(maps) if several else ())
        case AnalysisFormat.MD:
            from argmap.analysis.markdown import analysis_markdown, comparison_markdown

            text = comparison_markdown(compare(maps)) if several else analysis_markdown(ask(maps[0]))
        case AnalysisFormat.TEXT:
            from argmap.cli.analysis_text import AnalysisWriter

            terminal = to_terminal and sys.stdout.isatty()
            colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
            writer = AnalysisWriter(colour=colour, width=shutil.get_terminal_size().columns if terminal else None)
            if several:
                writer.comparison(compare(maps))
            else:
                writer.analysis(ask(maps[0]))
            text = writer.text()
    return text.encode("utf-8", "backslashreplace")


def _put(data: bytes, output: Path | None) -> None:
    from argmap.files import write_atomically

    if output is not None:
        write_atomically(output, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
