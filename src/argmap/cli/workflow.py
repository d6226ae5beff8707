"""What GitHub is told from inside a workflow; anywhere else, nothing is said."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import typer


def in_workflow() -> bool:
    """Whether this runs in a job of GitHub Actions, or of a server that reads the same commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def show_on_lines(commands: Iterable[str]) -> None:
    """Print workflow commands, as `line_annotation` makes them; on stderr, since stdout may be data."""
    if in_workflow():
        for command in commands:
            typer.echo(command, err=True)


def show_problems(problems: Iterable[tuple[Path, int, str]]) -> None:
    """Print the first problems (file, line, what) as errors on their lines: as many as GitHub shows of one step."""
    if in_workflow():
        from argmap.formats.workflow import MOST, line_annotation

        show_on_lines(
            line_annotation("error", file=in_checkout(path), line=line, message=what)
            for path, line, what in islice(problems, MOST)
        )


def in_checkout(path: Path) -> str:
    """A file as GitHub names it: below the checkout, with slashes."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd())
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError):
        return path.as_posix()
