"""`argmap bench`: public benchmarks, read from where the user has them."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import Command, counted, tell
from argmap.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argmap.benchmarks.microtexts import Microtext
    from argmap.benchmarks.protocol import SplitResult

app = typer.Typer(
    help="Measure the linking recipe on public benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
_KINDS = ("sup", "exa", "link", "reb", "und", "root")
_NAME_WIDTH = 30


@app.callback()
def bench() -> None:
    """Measure the linking recipe on public benchmarks."""


@app.command(cls=Command)
def microtexts(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="Folder of the arg-microtexts corpus, with corpus/en/*.xml.", show_default=False
        ),
    ],
    folds: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The published splits.", show_default="folds.json in PATH"),
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every predicted tree here, as JSON lines.")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that work at the same time.")] = 2,
    seed: Annotated[int, typer.Option(metavar="N", min=0, max=2**31, help="The same seed gives the same trees.")] = 0,
) -> None:
    """Train and score linking on arg-microtexts, split by split, beside the best published system. It takes minutes.

    Five measures: central claim, role, function and attachment as macro-F1, and labelled attachment (LAS).
    """
    from argmap.benchmarks.microtexts import read_folds, read_microtexts
    from argmap.benchmarks.protocol import prediction_lines, run_splits
    from argmap.files import open_atomically

    texts = read_microtexts(path)
    splits = read_folds(folds if folds is not None else path / "folds.json", [text.id for text in texts])
    started = time.monotonic()
    results: list[SplitResult] = []
    # Opened first, so that a place that cannot be written to is refused before the work.
    with open_atomically(predictions) if predictions is not None else nullcontext() as stream:
        with progress(f"learning {counted(len(splits), 'split')}", len(splits)) as meter:
            for result in run_splits(texts, splits, jobs=jobs, seed=seed):
                results.append(result)
                meter.advance()
        if stream is not None:
            stream.write(prediction_lines(results))
    _print(texts, results)
    tell(f"{counted(len(splits), 'split')} in {time.monotonic() - started:.0f} s")


def _print(texts: Sequence[Microtext], results: Sequence[SplitResult]) -> None:
    from argmap.benchmarks.scoring import MEASURES, PEER, PRECEDING, summary

    kinds = Counter(label for text in texts for label in text.tree.labels)
    segments = counted(sum(map(len, texts)), "segment")
    typer.echo(f"{counted(len(texts), 'text')}, {segments}: {', '.join(f'{kinds[kind]} {kind}' for kind in _KINDS)}")
    typer.echo()
    typer.echo(" " * _NAME_WIDTH + "".join(f"{name:>7}" for name in MEASURES))
    for name, row in (PRECEDING, PEER):
        typer.echo(f"{name:{_NAME_WIDTH}}" + "".join(f"{value:7.3f}" for value in row))
    found = summary([result.scores for result in results])
    own = f"argmap, {counted(len(results), 'split')}"
    typer.echo(f"{own:{_NAME_WIDTH}}" + "".join(f"{found[name][0]:7.3f}" for name in MEASURES))
    typer.echo(f"{'  standard deviation':{_NAME_WIDTH}}" + "".join(f"{found[name][1]:7.3f}" for name in MEASURES))
