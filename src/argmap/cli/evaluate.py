"""`argmap evaluate`: how good a model is on hand-labelled articles."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.common import Annotations, ForceOption, SplitOption, TextsOption
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
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="DIR",
            help="Model folder, or fast: the bundled model without an encoder. Several: they are ranked.",
            show_default=False,
        ),
    ] = None,
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
            "--report",
            metavar="FILE.json|DIR",
            help="Write the report as JSON, too, or all reports into a folder: a page, plots, Markdown, metrics.",
        ),
    ] = None,
    readers: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="A B",
            help="Labels of two readers, to set the model beside in --report DIR.",
            show_default="NAME-annotator-a and -b beside the folder NAME",
        ),
    ] = None,
    without_texts: Annotated[
        bool, typer.Option("--without-texts", help="Leave the sentences' texts out of the reports for people.")
    ] = False,
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
    cross_validate: Annotated[
        bool,
        typer.Option(
            "--cross-validate",
            help="Train without each of several folds and score that: by --folds, or those of --split.",
        ),
    ] = False,
    learning_curve: Annotated[
        bool,
        typer.Option(
            "--learning-curve", help="Train on growing shares of the articles, and say whether more labels would help."
        ),
    ] = False,
    folds: Annotated[
        int | None,
        typer.Option(metavar="N", min=2, help="Number of folds to deal, where models are trained.", show_default="5"),
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(
            metavar="PATH_OR_NAME",
            help="Encoder to fine-tune for each model (hours). Without it: the fast tier.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="Models to train at the same time.")] = 1,
    allow_training: Annotated[
        bool, typer.Option("--allow-training-articles", help="Do not refuse articles that the model was trained on.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Measure a model on hand-labelled articles.

    Stances, evidence and links, each figure with a 95 % interval that resamples articles. Articles that the model was
    trained on are refused, by the hash of their text. With --gate the exit code is the verdict (docs/gating.md).
    With --cross-validate or --learning-curve models are trained on parts of the articles and measured on the rest.
    """
    from argmap.cli.evaluation_modes import (
        cross_validated,
        echo_bytes,
        json_bytes,
        other_mode,
        refuse_contradictions,
        refuse_leaking_folds,
        say_leaks_of_fold,
    )
    from argmap.cli.fitting import Recipe, dealt

    refuse_contradictions(
        {
            "--cross-validate": cross_validate, "--learning-curve": learning_curve, "--model": bool(models),
            "--folds": folds is not None, "--encoder": encoder is not None, "--jobs": jobs > 1,
            "--swap-names": swap_names, "--into-card": into_card is not None, "--gate": gate is not None,
            "--baseline": baseline is not None, "--baseline-model": baseline_model is not None,
            "--subjects": subjects is not None, "--allow-training-articles": allow_training,
            "--readers": readers is not None, "--without-texts": without_texts,
        },
        models or (),
        seed,
    )  # fmt: skip
    recipe = Recipe(encoder, seed, jobs)
    if learning_curve or len(models or ()) > 1:
        lines, printed = other_mode(
            annotations, models or [], texts=texts, split=split, fold=fold, folds=folds, recipe=recipe, report=report,
            from_text=from_text, resamples=resamples, allow_training=allow_training, force=force,
        )  # fmt: skip
        if output_format is ReportFormat.JSON:
            echo_bytes(printed)
        else:
            print_lines(lines)
        return
    model = models[0] if models else None
    from argmap.annotations import annotation_files, read_articles
    from argmap.cli.card import hash_of, place_of_card, traits_by, with_swaps, write_card
    from argmap.cli.gating import announce, judge, metrics_text, place_of_report, prepare, step_summary, write_report
    from argmap.cli.inputs import in_fold, refuse_own_input
    from argmap.cli.loading import chosen_model
    from argmap.cli.reports import PAGE, agreement_of, page_and_pictures, sides_of_readers, thresholds_of
    from argmap.evaluation.admission import refuse_tainted_test, refuse_trained_baseline
    from argmap.evaluation.evaluate import System, refuse_training_articles, training_articles
    from argmap.evaluation.evaluate import evaluate as measure
    from argmap.evaluation.gate_report import summary
    from argmap.evaluation.report import as_json, text_report
    from argmap.pipeline import link_document, map_document

    gating = prepare(gate, baseline, baseline_model, allow_training=allow_training)
    options = [path for path in (split, gate, baseline, subjects) if path is not None]
    given = [*annotation_files([*annotations, *(readers or ())]), *options]
    refuse_own_input(given, [report] if report is not None else [])
    paths = place_of_report(report, gated=gating is not None, force=force) if report is not None else {}
    refuse_own_input(given, list(paths.values()))
    sides = sides_of_readers(annotations, readers, shown=PAGE in paths)
    people = agreement_of(sides, texts=texts, asked=readers is not None, resamples=resamples, seed=seed)
    traits = traits_by(subjects)
    card = place_of_card(into_card, model)
    everything = read_articles(annotations, texts=texts)
    seen: tuple[str, ...] = ()
    if cross_validate:
        articles, parts = dealt(everything, split, fold, folds, seed)
        refuse_leaking_folds(articles, parts, gated=gating is not None)
    else:
        articles = in_fold(everything, split, fold, default="dev")
        loaded = chosen_model(model)
        seen = training_articles(articles, loaded.training_texts)
        if not allow_training:
            refuse_training_articles(articles, loaded.training_texts)
        if gating is not None:
            refuse_tainted_test(articles, everything, loaded.training_texts)
        else:
            say_leaks_of_fold(articles, everything, split)
    before = chosen_model(gating.baseline_model) if gating is not None and gating.baseline_model else None
    if before is not None:
        refuse_trained_baseline(articles, before.training_texts, str(baseline_model))
    if cross_validate:
        evaluation = cross_validated(articles, parts, recipe, from_text=from_text, resamples=resamples, traits=traits)
    with progress("evaluating", len(articles) * ((not cross_validate) + (before is not None))) as meter:

        def step(doc: str) -> None:
            meter.say(f"evaluating {doc}")
            meter.advance()

        def measured(one: Model) -> Evaluation:
            return measure(
                articles,
                System(
                    one.id,
                    partial(map_document, model=one),
                    partial(link_document, model=one),
                    hash_of(one),
                    thresholds_of(one),
                ),
                from_text=from_text,
                resamples=resamples,
                seed=seed,
                trained_on=seen,
                step=step,
                traits=traits,
            )

        if not cross_validate:
            evaluation = measured(loaded)
        base = measured(before) if before is not None else None
    if swap_names:
        evaluation = with_swaps(evaluation, articles, loaded)
    outcome = judge(gating, evaluation, base, articles, texts=not without_texts) if gating is not None else None
    data = json_bytes(as_json(evaluation))
    shown = outcome.files["summary.md"] if outcome is not None else summary(evaluation, None).encode("utf-8")
    if paths:
        contents = {"report.json": data, "metrics.txt": metrics_text(evaluation), "summary.md": shown}
        if PAGE in paths:
            result = outcome.result if outcome is not None else None
            contents |= page_and_pictures(evaluation, articles, result=result, readers=people, texts=not without_texts)
        write_report(paths, contents | dict(outcome.files if outcome is not None else {}))
    if card is not None:
        write_card(evaluation, card, str(into_card))
    if output_format is ReportFormat.JSON:
        echo_bytes(data)
    else:
        print_lines(text_report(evaluation))
    if outcome is not None:
        announce(outcome, _print_gate if output_format is ReportFormat.TEXT else None)
    step_summary(shown)


def _print_gate(result: GateResult) -> None:
    from argmap.evaluation.gate_report import gate_table
    from argmap.evaluation.report import table_lines

    print_lines([("blank", ""), *table_lines(gate_table(result))])


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Lines of a text report, with styles for their parts on a terminal."""
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    styles = {"title": {"bold": True}, "head": {"dim": True}, "note": {"dim": True}}
    for part, line in lines:
        text = one_line(line)
        typer.echo(typer.style(text, **styles[part]) if colour and part in styles else text)
