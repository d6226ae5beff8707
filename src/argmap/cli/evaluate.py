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

from argmap.cli.common import Annotations, ForceOption, ModelOption, SplitOption, TextsOption
from argmap.cli.progress import progress
from argmap.errors import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argmap.evaluation.comparison import GateResult
    from argmap.evaluation.evaluate import Evaluation
    from argmap.models import Model


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
        Path | None,
        typer.Option(
            "--report", metavar="FILE.json|DIR", help="Write the report as JSON, too, or all reports into a folder."
        ),
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Hold the figures against these bars: PASS 0, FAIL 1, INCONCLUSIVE 5."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="REPORT.json", help="The report of the model before, for the gate's drops.")
    ] = None,
    baseline_model: Annotated[
        str | None, typer.Option(metavar="DIR", help="The model before, to be scored on the same articles.")
    ] = None,
    from_text: Annotated[
        bool, typer.Option("--from-text", help="Start from the bare text instead of the annotators' sentences.")
    ] = False,
    resamples: Annotated[
        int, typer.Option(metavar="N", min=1, max=100_000, help="Number of bootstrap resamples.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the bootstrap and of swapped names.")] = 0,
    subjects: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="The subject of each article, for the figures by subject."),
    ] = None,
    swap_names: Annotated[
        bool, typer.Option("--swap-names", help="Label again with other names, and count what changes.")
    ] = False,
    into_card: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Write the figures into the model's folder, for this test set's name."),
    ] = None,
    allow_training: Annotated[
        bool, typer.Option("--allow-training-articles", help="Do not refuse articles that the model was trained on.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Measure a model on hand-labelled articles.

    Stances, evidence and links, each figure with a 95 % interval that resamples articles. Articles that the model was
    trained on are refused, by the hash of their text. With --gate the exit code is the verdict (docs/gating.md).
    """
    from argmap.annotations import annotation_files, read_articles
    from argmap.cli.card import hash_of, place_of_card, traits_by, with_swaps, write_card
    from argmap.cli.gating import (
        admit,
        announce,
        judge,
        metrics_text,
        place_of_report,
        prepare,
        refuse_trained_baseline,
        write_report,
    )
    from argmap.cli.inputs import in_fold, refuse_own_input
    from argmap.cli.loading import chosen_model
    from argmap.evaluation.evaluate import System, refuse_training_articles, training_articles
    from argmap.evaluation.evaluate import evaluate as measure
    from argmap.evaluation.report import text_report
    from argmap.pipeline import link_document, map_document

    gating = prepare(gate, baseline, baseline_model, allow_training=allow_training)
    options = [path for path in (split, gate, baseline, subjects) if path is not None]
    given = [*annotation_files(annotations), *options]
    refuse_own_input(given, [report] if report is not None else [])
    paths = place_of_report(report, gated=gating is not None, force=force) if report is not None else {}
    refuse_own_input(given, list(paths.values()))
    traits = traits_by(subjects)
    card = place_of_card(into_card, model)
    everything = read_articles(annotations, texts=texts)
    articles = in_fold(everything, split, fold, default="dev")
    loaded = chosen_model(model)
    seen = training_articles(articles, loaded.training_texts)
    if not allow_training:
        refuse_training_articles(articles, loaded.training_texts)
    if gating is not None:
        admit(articles, everything, loaded.training_texts)
    before = chosen_model(gating.baseline_model) if gating is not None and gating.baseline_model else None
    if before is not None:
        refuse_trained_baseline(articles, before.training_texts, str(baseline_model))
    with progress("evaluating", len(articles) * (1 if before is None else 2)) as meter:

        def step(doc: str) -> None:
            meter.say(f"evaluating {doc}")
            meter.advance()

        def measured(one: Model) -> Evaluation:
            return measure(
                articles,
                System(one.id, partial(map_document, model=one), partial(link_document, model=one), hash_of(one)),
                from_text=from_text,
                resamples=resamples,
                seed=seed,
                trained_on=seen,
                step=step,
                traits=traits,
            )

        evaluation = measured(loaded)
        base = measured(before) if before is not None else None
    if swap_names:
        evaluation = with_swaps(evaluation, articles, loaded)
    outcome = judge(gating, evaluation, base, articles) if gating is not None else None
    data = _json(evaluation)
    if paths:
        contents = {"report.json": data.encode("utf-8"), "metrics.txt": metrics_text(evaluation)}
        write_report(paths, contents | dict(outcome.files if outcome is not None else {}))
    if card is not None:
        write_card(evaluation, card, str(into_card))
    if output_format is ReportFormat.JSON:
        typer.echo(data, nl=False)
    else:
        _print(text_report(evaluation))
    if outcome is not None:
        announce(outcome, _print_gate if output_format is ReportFormat.TEXT else None)


def _json(evaluation: Evaluation) -> str:
    from argmap.evaluation.report import as_json

    return json.dumps(as_json(evaluation), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _print_gate(result: GateResult) -> None:
    from argmap.evaluation.gate_report import gate_table
    from argmap.evaluation.report import table_lines

    _print([("blank", ""), *table_lines(gate_table(result))])


def _print(lines: Iterable[tuple[str, str]]) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    styles = {"title": {"bold": True}, "head": {"dim": True}, "note": {"dim": True}}
    for part, line in lines:
        text = one_line(line)
        typer.echo(typer.style(text, **styles[part]) if colour and part in styles else text)
