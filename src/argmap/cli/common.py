"""What every command shares: its common options, notes on stderr, and how a number of things is said."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from argmap.errors import ArgmapError, UsageError, one_line

if TYPE_CHECKING:
    from argmap.document import Document
    from argmap.models import Model

F = TypeVar("F")


@dataclass(frozen=True)
class Settings:
    """What the common options say."""

    debug: bool = False
    quiet: bool = False
    progress: bool = True


SETTINGS: ContextVar[Settings] = ContextVar("settings", default=Settings())  # noqa: B039 - frozen


class ClosedPipeError(Exception):
    """Whoever read our output has gone; typer would turn the system's own error into a plain exit."""


def common_options(
    quiet: Annotated[
        bool,
        typer.Option(
            "-q",
            "--quiet",
            help="Say nothing on stderr but errors.",
            callback=lambda given: _set(quiet=True) if given else None,
            expose_value=False,
            rich_help_panel="Common options",
        ),
    ] = False,
    no_progress: Annotated[
        bool,
        typer.Option(
            "--no-progress",
            help="Show no progress.",
            callback=lambda given: _set(progress=False) if given else None,
            expose_value=False,
            rich_help_panel="Common options",
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show where an error comes from.",
            callback=lambda given: _set(debug=True) if given else None,
            expose_value=False,
            is_eager=True,
            rich_help_panel="Common options",
        ),
    ] = False,
) -> None:
    """Never called: typer makes the options from its signature, and `Command` adds them to every command."""


def _set(**changes: bool) -> None:
    SETTINGS.set(replace(SETTINGS.get(), **changes))


def _options() -> list[Any]:
    carrier = typer.Typer(add_completion=False)
    carrier.command()(common_options)
    return typer.main.get_command(carrier).params


class Command(TyperCommand):
    """A command with the common options; a closed pipe in it reaches `main` as what it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_options())

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ClosedPipeError from error


class RootGroup(TyperGroup):
    """`argmap` itself, which takes the common options too, and lists its commands in the order of the work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_options())


ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="DIR", help="Model folder, or fast: the bundled model without an encoder."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="OUT", help="File to write, instead of standard output."),
]
TextsOption = Annotated[
    Path | None, typer.Option("--texts", metavar="DIR", help="Folder where the texts of standoff files lie.")
]
SplitOption = Annotated[
    Path | None,
    typer.Option("--split", metavar="FILE", help="JSON file that lists the article ids of each fold by its name."),
]
Annotations = Annotated[
    list[Path],
    typer.Argument(
        metavar="ANNOTATIONS", help="Annotation files, or folders with *.jsonl in them.", show_default=False
    ),
]
AnyTextOption = Annotated[
    bool, typer.Option("--any-text", help="Label also what does not read like English prose, without a warning.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]


def format_by_suffix(output: Path, formats: Mapping[str, F]) -> F:
    """The format that OUT's suffix names; raises `UsageError`."""
    known = formats.get(output.suffix.lower())
    if known is None:
        what = f"no format is written as {output.suffix!r}" if output.suffix else "has no suffix that names a format"
        raise UsageError(what, where=str(output), expected=f"one of {', '.join(formats)}", advice="or give --format")
    return known


def tell(message: str) -> None:
    """A line on stderr for the reader, unless told to be quiet."""
    if not SETTINGS.get().quiet:
        typer.echo(one_line(message), err=True)


def tell_outside(document: Document, model: Model) -> None:
    """Say of an article that does not read like English prose that its labels are withheld, and why."""
    from argmap.document import OUT_OF_DOMAIN

    if model.domain is None or document.out_of_domain is None or document.out_of_domain <= OUT_OF_DOMAIN:
        return
    reason = model.domain.reason([document.text_of(unit) for unit in document.text_units()])
    tell(
        f"{document.id}: reads like {reason}, not like English prose ({document.out_of_domain:.2f}); "
        "labels withheld, --any-text shows them"
    )


def complain(error: ArgmapError | str) -> None:
    """An error as one line on stderr, with its traceback before it if that is asked for."""
    if isinstance(error, ArgmapError) and SETTINGS.get().debug:
        traceback.print_exception(error)
    label = "argmap: error:"
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        label = typer.style(label, fg="red", bold=True)
    typer.echo(f"{label} {one_line(str(error))}", err=True)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """`1 article`, `2 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"


def few(names: list[str], shown: int = 5) -> str:
    """The first names of a list, with a sign that there are more."""
    return ", ".join(names[:shown]) + (f" and {len(names) - shown:,} more" if len(names) > shown else "")
