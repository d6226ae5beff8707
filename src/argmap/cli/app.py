"""The commands of `argmap`, one file each, under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from argmap import __version__
from argmap.cli.analyse import analyse
from argmap.cli.annotations import app as annotations_app
from argmap.cli.bench import app as bench_app
from argmap.cli.classify import classify
from argmap.cli.common import Command, RootGroup
from argmap.cli.compare_models import compare_models
from argmap.cli.convert import convert
from argmap.cli.evaluate import evaluate
from argmap.cli.explain import explain
from argmap.cli.lint import lint
from argmap.cli.map import map_articles
from argmap.cli.train import train
from argmap.errors import EXIT_USAGE

app = typer.Typer(
    cls=RootGroup,
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done, 1 a check failed, 2 usage, 3 bad input, 4 something needed is not installed, "
    "5 the gate is inconclusive.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"argmap {__version__}")
        raise typer.Exit


@app.callback()
def argmap(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does it all
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Read an op-ed and draw its argument: who is accused, who is quoted, what is recommended, on what evidence.

    Start with:  argmap map OP-ED.txt -o map.html
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(EXIT_USAGE)


app.command("map", cls=Command)(map_articles)
app.command(cls=Command)(classify)
app.command(cls=Command)(analyse)
app.command(cls=Command)(lint)
app.command(cls=Command)(explain)
app.command(cls=Command)(convert)
app.command(cls=Command)(train)
app.command(cls=Command)(evaluate)
app.command("compare-models", cls=Command)(compare_models)
app.add_typer(annotations_app, name="annotations")
app.add_typer(bench_app, name="bench")
