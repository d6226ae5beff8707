"""`argmap annotations`: check, describe, compare and convert hand-labelled articles."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.annotation_hygiene import compared_stats, comparison_rows, drift_dict, drift_notes, folds, leaks
from argmap.cli.attributions import attributions
from argmap.cli.blame import blame
from argmap.cli.common import Command, counted, tell
from argmap.cli.workflow import show_problems
from argmap.errors import EXIT_CHECK_FAILED, InputError, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from argmap.annotations.article import Problem
    from argmap.evaluation.agreement import Agreement

app = typer.Typer(
    help="Check, describe, compare and convert hand-labelled articles.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

SHEET_SUFFIX = ".sheet"


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH…", help="Annotation files, or folders with *.jsonl in them.", show_default=False),
]
Texts = Annotated[
    Path | None, typer.Option("--texts", metavar="DIR", help="Folder where the texts of standoff files lie.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]
Folder = Annotated[Path, typer.Option("-o", "--output", metavar="FOLDER", help="An existing folder to write to.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that are there and differ.")]


@app.command(cls=Command)
def check(paths: Paths, texts: Texts = None) -> None:
    """List every problem as FILE:LINE: what; expected …  Exit code 1 if there is any.

    Also takes authoring sheets (*.sheet). Without --texts, standoff files are checked as far as that needs no text.
    """
    from argmap.annotations import annotation_files
    from argmap.annotations.check import check_ids_of_articles, inspect_file
    from argmap.annotations.sheet import check_sheet
    from argmap.annotations.texts import TextFolder

    files = annotation_files(paths)
    folder = TextFolder(texts) if texts is not None else None
    problems: list[Problem] = []
    inspections = []
    units = unresolved = 0
    for file in files:
        if file.suffix == SHEET_SUFFIX:
            found, count = check_sheet(file)
            units += count
        else:
            inspection = inspect_file(file, folder)
            found = inspection.all_problems
            units += len(inspection.units)
            unresolved += inspection.unresolved
            inspections.append(replace(inspection, lines=(), units=(), text=None))
        for problem in found:
            typer.echo(str(problem))
        problems += found
    for problem in check_ids_of_articles(inspections):
        typer.echo(str(problem))
        problems.append(problem)
    if unresolved:
        note = "was checked without its text" if unresolved == 1 else "were checked without their texts"
        tell(f"{counted(unresolved, 'standoff article')} {note}; give --texts DIR to check those too")
    if problems:
        show_problems((problem.path, problem.line, problem.message) for problem in problems)
        faulty = len({problem.path for problem in problems})
        tell(f"{counted(len(problems), 'problem')} in {faulty} of {counted(len(files), 'file')}")
        raise typer.Exit(EXIT_CHECK_FAILED)
    typer.echo(f"{counted(len(files), 'article')}, {counted(units, 'unit')}, no problems")


@app.command(cls=Command)
def stats(
    paths: Paths,
    texts: Texts = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="PATH|REV", help="Compare with other annotations, or with these at a revision of git."),
    ] = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Describe articles: units, stances, evidence, links, wording; with --against, what changed."""
    from argmap.annotations import read_articles
    from argmap.annotations.stats import as_dict, statistics_of

    if against is not None:
        now, then, changed = compared_stats(paths, against, texts)
        if output_format is Format.JSON:
            value = {"now": as_dict(now), "then": as_dict(then), "drift": drift_dict(changed)}
            typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
            return
        _print_table(("", "figure", "now", ""), list(comparison_rows(now, then, changed)))
        for line in drift_notes(changed):
            typer.echo(one_line(line))
        return
    figures = statistics_of(read_articles(paths, texts=texts))
    if output_format is Format.JSON:
        typer.echo(json.dumps(as_dict(figures), ensure_ascii=False, indent=2))
        return
    rows = [
        (figure.section, figure.name, f"{figure.value:,}", "" if figure.share is None else f"{figure.share:.1%}")
        for figure in figures
    ]
    _print_table(("", "figure", "value", "share"), rows)


@app.command(cls=Command)
def agree(
    first: Annotated[
        Path, typer.Argument(metavar="PATH_A", help="File or folder of one annotator.", show_default=False)
    ],
    second: Annotated[Path, typer.Argument(metavar="PATH_B", help="File or folder of the other.", show_default=False)],
    texts: Texts = None,
    output_format: FormatOption = Format.TEXT,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
    resamples: Annotated[int, typer.Option(min=1, max=100_000, help="Number of bootstrap resamples.")] = 1000,
) -> None:
    """Measure how far two annotators agree, with 95 % bootstrap intervals that resample articles.

    Articles are matched by the hash of their text, units by their span; what does not match is counted and said.
    """
    from argmap.annotations import read_articles
    from argmap.evaluation.agreement import compare

    agreement = compare(
        read_articles([first], texts=texts), read_articles([second], texts=texts), resamples=resamples, seed=seed
    )
    if output_format is Format.JSON:
        typer.echo(json.dumps(_agreement_dict(agreement, seed, resamples), ensure_ascii=False, indent=2))
        return
    rows = [
        ("", name, f"{interval.value:.3f}", f"{interval.low:.3f} to {interval.high:.3f}")
        for name, interval in agreement.figures.items()
    ]
    _print_table(("", "agreement", "value", "95 % interval"), rows)
    for line in _agreement_notes(agreement):
        typer.echo(one_line(line))


app.command(cls=Command)(attributions)
app.command(cls=Command)(blame)
app.command(cls=Command)(leaks)
app.command(cls=Command)(folds)


@app.command("import", cls=Command)
def import_sheets(
    sheets: Annotated[
        list[Path], typer.Argument(metavar="SHEET…", help="Authoring sheets (*.sheet).", show_default=False)
    ],
    output: Folder,
    force: Force = False,
) -> None:
    """Turn authoring sheets into annotation files: NAME.sheet into FOLDER/NAME.jsonl."""
    from argmap.annotations import dump_article
    from argmap.annotations.sheet import read_sheet

    articles = [read_sheet(sheet) for sheet in sheets]
    _write_all(((f"{article.document.id}.jsonl", dump_article(article)) for article in articles), output, force=force)


@app.command("export", cls=Command)
def export_sheets(paths: Paths, output: Folder, texts: Texts = None, force: Force = False) -> None:
    """Turn annotation files into authoring sheets: article NAME into FOLDER/NAME.sheet."""
    from argmap.annotations import read_articles
    from argmap.annotations.sheet import dump_sheet

    articles = read_articles(paths, texts=texts)
    contents = ((f"{article.document.id}{SHEET_SUFFIX}", dump_sheet(article)) for article in articles)
    _write_all(contents, output, force=force)


def _write_all(contents: Iterable[tuple[str, str]], folder: Path, *, force: bool) -> None:
    """Write every file, or refuse before the first one is written."""
    from argmap.files import read_bytes, write_atomically

    if not folder.is_dir():
        raise InputError("the folder does not exist", where=str(folder), expected="an existing folder")
    files: dict[Path, bytes] = {}
    for name, content in contents:
        if Path(name).name != name or "\0" in name:
            raise InputError(f"{name!r} cannot be a file's name", expected="an article id without slashes")
        path = folder / name
        if path in files:
            raise InputError("two articles would be written to this file", where=str(path), expected="different names")
        data = content.encode("utf-8")
        if path.exists() and not force and read_bytes(path) != data:
            raise InputError("is there and differs", where=str(path), advice="give --force to overwrite it")
        files[path] = data
    for path, data in files.items():
        write_atomically(path, data)
    tell(f"{counted(len(files), 'file')} written to {folder}")


def _agreement_dict(agreement: Agreement, seed: int, resamples: int) -> dict[str, object]:
    return {
        "figures": {name: interval.as_dict() for name, interval in agreement.figures.items()},
        "confidence": 0.95,
        "resamples": resamples,
        "seed": seed,
        "articles": agreement.articles,
        "units": agreement.units,
        "same_thesis": agreement.same_thesis,
        "articles_only_in_a": list(agreement.only_first),
        "articles_only_in_b": list(agreement.only_second),
        "units_only_in_a": agreement.units_only_first,
        "units_only_in_b": agreement.units_only_second,
        "units_of_different_kind": agreement.other_kind,
    }


def _agreement_notes(agreement: Agreement) -> Iterable[str]:
    yield f"{counted(agreement.articles, 'article')}, {counted(agreement.units, 'text unit')} compared"
    yield f"the same thesis in {agreement.same_thesis} of {agreement.articles}"
    for side, ids in (("A", agreement.only_first), ("B", agreement.only_second)):
        if ids:
            shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            yield f"left out: {counted(len(ids), 'article')} that only {side} has ({shown})"
    for side, count in (("A", agreement.units_only_first), ("B", agreement.units_only_second)):
        if count:
            yield f"left out: {counted(count, 'unit')} whose span only {side} has"
    if agreement.other_kind:
        yield f"left out: {counted(agreement.other_kind, 'unit')} that A and B give different kinds"
    if agreement.articles == 1:
        yield "with one article there is nothing to resample, so the intervals say nothing"


def _print_table(header: Sequence[str], rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Rows of (section, name, value, note): a table on a terminal, aligned plain text in a pipe."""
    if not sys.stdout.isatty():
        width = max(len(name) for _, name, _, _ in rows)
        section = ""
        for row_section, name, value, note in rows:
            if row_section != section:
                section = row_section
                typer.echo(section)
            typer.echo(f"{'  ' if section else ''}{name:<{width}}  {value:>9}  {note}".rstrip())
        return
    from rich.console import Console
    from rich.table import Table

    grouped = any(row[0] for row in rows)
    table = Table(show_lines=False)
    for index, title in enumerate(header):
        if index or grouped:
            table.add_column(title, justify="right" if index >= 2 else "left", style="bold" if index == 2 else None)
    previous = rows[0][0]
    for row_section, *cells in rows:
        if row_section != previous:
            table.add_section()
        first = [] if not grouped else [row_section if row_section != previous or not table.row_count else ""]
        table.add_row(*first, *cells)
        previous = row_section
    Console().print(table)
