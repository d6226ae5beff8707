"""`argmap evaluate`: how good a model is on hand-labelled articles."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import Annotations, ForceOption, ModelOption, SplitOption, TextsOption, tell
from argmap.cli.progress import progress
from argmap.errors import InputError, one_line

if TYPE_CHECKING:
    from argmap.evaluation.evaluate import Evaluation


class ReportFormat(StrEnum):
    """How the report is printed."""

    TEXT = "text"
    JSON = "json"


def evaluate(
    annotations: Annotations,
    model: ModelOption = None,
    texts: TextsOption = None,
    split: SplitOption = None,
    fold: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The fold of --split to evaluate on.", show_default="dev"),
    ] = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", help="How to print the report.")
    ] = ReportFormat.TEXT,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.json", help="Write the report as JSON, too.")
    ] = None,
    from_text: Annotated[
        bool, typer.Option("--from-text", help="Start from the bare text instead of the annotators' sentences.")
    ] = False,
    resamples: Annotated[
        int, typer.Option(metavar="N", min=1, max=100_000, help="Number of bootstrap resamples.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the bootstrap.")] = 0,
    allow_training: Annotated[
        bool, typer.Option("--allow-training-articles", help="Do not refuse articles that the model was trained on.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Measure a model on hand-labelled articles.

    Stances, evidence and links, each figure with a 95 % interval that resamples articles. Articles that the model was
    trained on are refused, by the hash of their text.
    """
    from argmap.annotations import annotation_files, read_articles
    from argmap.cli.inputs import in_fold, refuse_own_input
    from argmap.evaluation.evaluate import System, refuse_training_articles, training_articles
    from argmap.evaluation.evaluate import evaluate as measure
    from argmap.files import write_atomically
    from argmap.models import load_model
    from argmap.pipeline import link_document, map_document

    if report is not None:
        _check_place(report, force=force)
        refuse_own_input([*annotation_files(annotations), *([split] if split else [])], [report])
    articles = read_articles(annotations, texts=texts)
    articles = in_fold(articles, split, fold, default="dev")
    loaded = load_model(model)
    seen = training_articles(articles, loaded.training_texts)
    if not allow_training:
        refuse_training_articles(articles, loaded.training_texts)
    system = System(loaded.id, partial(map_document, model=loaded), partial(link_document, model=loaded))
    with progress("evaluating", len(articles)) as meter:

        def step(doc: str) -> None:
            meter.say(f"evaluating {doc}")
            meter.advance()

        evaluation = measure(
            articles, system, from_text=from_text, resamples=resamples, seed=seed, trained_on=seen, step=step
        )
    data = _json(evaluation)
    if report is not None:
        write_atomically(report, data.encode("utf-8"))
        tell(f"{report}: report written")
    if output_format is ReportFormat.JSON:
        typer.echo(data, nl=False)
    else:
        _print(evaluation)


def _check_place(report: Path, *, force: bool) -> None:
    if not report.parent.is_dir():
        raise InputError("the folder does not exist", where=str(report.parent), advice="create it first")
    if report.is_file() and not force:
        raise InputError("is there already", where=str(report), advice="give --force to overwrite it")


def _json(evaluation: Evaluation) -> str:
    from argmap.evaluation.report import as_json

    return json.dumps(as_json(evaluation), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _print(evaluation: Evaluation) -> None:
    from argmap.evaluation.report import text_report

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    styles = {"title": {"bold": True}, "head": {"dim": True}, "note": {"dim": True}}
    for part, line in text_report(evaluation):
        text = one_line(line)
        typer.echo(typer.style(text, **styles[part]) if colour and part in styles else text)
