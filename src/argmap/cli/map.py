"""`argmap map`: op-eds in, pictures and pages of their arguments out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import AnyTextOption, ForceOption, ModelOption, complain, counted, tell, tell_outside
from argmap.cli.inputs import STDIN, Names, refuse_own_input
from argmap.cli.progress import progress
from argmap.errors import EXIT_BAD_INPUT, ArgmapError, InputError, UsageError

if TYPE_CHECKING:
    from argmap.document import Document
    from argmap.graph import ArgumentMap
    from argmap.rendering import Rendered


class MapFormat(StrEnum):
    """The formats a map can be written in; a file's suffix names one of them too."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    HTML = "html"
    DOT = "dot"
    JSON = "json"


BlameOption = Annotated[
    bool, typer.Option("--blame", help="Say in the picture's boxes who is blamed and who is called on.")
]
KNOWN = ", ".join(f".{known}" for known in MapFormat)


def map_articles(
    articles: Annotated[
        list[str],
        typer.Argument(metavar="OP-ED", help="Articles: .txt, .md or .html, - for stdin.", show_default=False),
    ],
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help=f"File to write; its suffix picks the format ({KNOWN}). With --format: a folder. May repeat.",
        ),
    ] = None,
    formats: Annotated[
        list[MapFormat] | None,
        typer.Option(
            "--format",
            metavar="svg|png|pdf|html|dot|json",
            help="Write a file for each article into the folder OUT; may repeat.",
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Title of the article, if not the one in it.")
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="MAP.json", help="An earlier map of the article: keep the links a person has set in it."
        ),
    ] = None,
    blame: BlameOption = False,
    any_text: AnyTextOption = False,
    model: ModelOption = None,
    force: ForceOption = False,
) -> None:
    """Draw the argument of op-eds as pictures, pages or data.

    A file named by -o is overwritten; files inside a folder only with --force. Nothing is written unless every
    article can be read.
    """
    outputs = [_Output(path, path.suffix) for path in output or ()]
    _check_usage(articles, outputs, formats, title)
    kept = _kept_map(articles, keep)
    documents, failures = _read_all(articles, title)
    if failures:
        for failure in failures:
            complain(failure)
        if len(articles) > 1:
            tell("nothing was written")
        raise typer.Exit(EXIT_BAD_INPUT)
    plan = [(document, outputs) for document in documents]
    if formats:
        plan = [(document, _in_folders(document, outputs, formats)) for document in documents]
    written = [part.path for _, parts in plan for part in parts]
    refuse_own_input(articles, written)
    _check_places(written, force=force or not formats)
    failed = _draw_all(plan, model, kept, any_text=any_text, blame=blame)
    if failed:
        raise typer.Exit(failed)


@dataclass(frozen=True)
class _Output:
    path: Path
    suffix: str


def _check_usage(
    articles: list[str], outputs: list[_Output], formats: list[MapFormat] | None, title: str | None
) -> None:
    if not outputs:
        raise UsageError("nothing to write to", advice="say where with -o, e.g. -o map.html")
    if title is not None and len(articles) > 1:
        raise UsageError(f"one --title for {len(articles)} articles", expected="a single article")
    if articles.count(STDIN) > 1:
        raise UsageError("standard input (-) stands twice")
    if formats:
        return
    if len(articles) > 1:
        what = f"one file for {len(articles)} articles"
        raise UsageError(
            what, where=str(outputs[0].path), advice="give a folder, and --format, e.g. -o maps --format svg"
        )
    for part in outputs:
        if part.path.is_dir():
            advice = "add --format, e.g. --format svg, or name a file"
            raise UsageError("is a folder", where=str(part.path), advice=advice)
        if part.suffix.lower().removeprefix(".") not in list(MapFormat):
            what = f"no format is written as {part.suffix!r}" if part.suffix else "has no suffix that names a format"
            raise UsageError(what, where=str(part.path), expected=f"one of {KNOWN}")


def _kept_map(articles: list[str], keep: Path | None) -> ArgumentMap | None:
    """The map whose links by hand are kept, read before the work begins."""
    if keep is None:
        return None
    if len(articles) > 1:
        raise UsageError(f"one --keep for {len(articles)} articles", expected="a single article")
    from argmap.files import read_bytes
    from argmap.formats.map_json import load_map

    return load_map(read_bytes(keep), where=str(keep))


def _read_all(articles: list[str], title: str | None) -> tuple[list[Document], list[ArgmapError]]:
    from argmap.pipeline import read_article

    names = Names()
    documents: list[Document] = []
    failures: list[ArgmapError] = []
    with progress("reading", len(articles)) as meter:
        for article in dict.fromkeys(articles):
            try:
                if Path(article).suffix.lower() == ".json":
                    advice = "a map in JSON is drawn by `argmap convert MAP.json OUT`"
                    raise InputError("is JSON, not an article", where=article, advice=advice)
                documents.append(names.distinct(read_article(article, title=title)))
            except InputError as error:
                failures.append(error)
            meter.advance()
    return documents, failures


def _in_folders(document: Document, folders: list[_Output], formats: list[MapFormat]) -> list[_Output]:
    return [
        _Output(folder.path / f"{document.id}.{known}", f".{known}")
        for folder in folders
        for known in dict.fromkeys(formats)
    ]


def _check_places(paths: list[Path], *, force: bool) -> None:
    """Refuse what could not be written later, before the work begins."""
    for path in paths:
        if path.parent.exists() and not path.parent.is_dir():
            raise InputError("is a file", where=str(path.parent), expected="a folder, since --format is given")
        if not path.parent.is_dir():
            advice = "create it first; with --format, -o names a folder"
            raise InputError("the folder does not exist", where=str(path.parent), advice=advice)
        if path.exists() and not force:
            raise InputError("is there already", where=str(path), advice="give --force to overwrite it")


def _draw_all(
    plan: list[tuple[Document, list[_Output]]],
    model_folder: str | None,
    kept: ArgumentMap | None,
    *,
    any_text: bool,
    blame: bool,
) -> int:
    """Map and write article by article; an article that cannot be drawn or written does not stop the others."""
    from argmap.cli.loading import chosen_model
    from argmap.merging import merged
    from argmap.pipeline import map_document

    failed = 0
    with progress("loading the model", len(plan) if len(plan) > 1 else None) as meter:
        model = chosen_model(model_folder)
        for document, parts in plan:
            meter.say(f"mapping {document.id}")
            try:
                argument_map = map_document(document, model, any_text=any_text)
                if not any_text:
                    tell_outside(argument_map.document, model)
                if kept is not None:
                    argument_map = merged(kept, argument_map)
                meter.say(f"drawing {document.id}")
                write_map(argument_map, [(part.path, part.suffix) for part in parts], blame=blame)
            except ArgmapError as error:
                complain(error if len(plan) == 1 else f"{document.id}: {error}")
                failed = failed or error.exit_code
            meter.advance()
    return failed


def write_map(argument_map: ArgumentMap, outputs: list[tuple[Path, str]], *, blame: bool = False) -> None:
    """Render a map in every format, then write the files and say of each what is in it and what is not."""
    from argmap.files import write_atomically
    from argmap.rendering import render

    rendered = [(path, render(argument_map, suffix, blame=blame)) for path, suffix in outputs]
    for number, (path, result) in enumerate(rendered):
        write_atomically(path, result.data)
        if number == 0:
            tell(summary(argument_map))
        tell(f"  {_written(path, result)}")


def _written(path: Path, rendered: Rendered) -> str:
    drawn = f", drawn by {rendered.engine}" if rendered.engine else ""
    losses = f"; does not keep: {', '.join(rendered.losses)}" if rendered.losses else ""
    return f"{path}: {len(rendered.data) / 1000:,.0f} KB{drawn}{losses}"


def summary(argument_map: ArgumentMap) -> str:
    """What was found in an article, in one line; honest where there is nothing."""
    from argmap.labels import STANCES, Stance

    units = list(argument_map.document.text_units())
    name = argument_map.document.id
    if not units:
        return f"{name}: no claims found; nothing in it reads as the text of an article"
    numbers = [sum(stance in unit.stances for unit in units) for stance in STANCES]
    found = [counted(number, stance.value) for stance, number in zip(STANCES, numbers, strict=True) if number]
    if argument_map.relations:
        found.append(counted(len(argument_map.relations), "link"))
    claims = any(stance in unit.stances for unit in units for stance in (Stance.ACCUSATION, Stance.RECOMMENDATION))
    if not claims and argument_map.thesis is None:
        found.append("no claims found")
    elif not argument_map.relations:
        found.append("no links found")
    return f"{name}: {counted(len(units), 'sentence')}; {', '.join(found)}"
