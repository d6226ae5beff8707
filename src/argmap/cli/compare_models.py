"""`argmap compare-models`: the sentences where two models differ, and whether one is better."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from argmap.cli.common import SplitOption, TextsOption
from argmap.errors import UsageError


class ComparisonFormat(StrEnum):
    """How the comparison is printed."""

    TEXT = "text"
    JSON = "json"
    MD = "md"


def compare_models(
    first: Annotated[str, typer.Argument(metavar="A", help="Model folder, or the name of a bundled model.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The model that is held against it.")],
    annotations: Annotated[
        list[Path],
        typer.Argument(
            metavar="ANNOTATIONS", help="Annotation files, or folders with *.jsonl in them.", show_default=False
        ),
    ],
    texts: TextsOption = None,
    split: SplitOption = None,
    fold: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The fold of --split to compare on.", show_default="dev"),
    ] = None,
    output_format: Annotated[
        ComparisonFormat, typer.Option("--format", help="How to print the comparison.")
    ] = ComparisonFormat.TEXT,
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Number of sentences to list, the worst first.")] = 10,
    from_text: Annotated[
        bool, typer.Option("--from-text", help="Start from the bare text instead of the annotators' sentences.")
    ] = False,
    resamples: Annotated[
        int, typer.Option(metavar="N", min=1, max=100_000, help="Number of bootstrap resamples.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the bootstrap.")] = 0,
    subjects: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="The subject of each article, for the differences by subject."),
    ] = None,
    allow_training: Annotated[
        bool, typer.Option("--allow-training-articles", help="Do not refuse articles that a model was trained on.")
    ] = False,
) -> None:
    """List the sentences where two models differ, and say whether one is better.

    Differences B less A with 95 % intervals by a paired bootstrap over articles, McNemar's test for each stance, and
    differences by sort of article. fast and stance-en name the bundled models.
    """
    if first == second:
        raise UsageError(f"A and B are both {first}", expected="two models")
    from argmap.annotations import read_articles
    from argmap.cli.card import traits_by
    from argmap.cli.evaluate import print_lines
    from argmap.cli.evaluation_modes import echo_bytes, json_bytes, measured, say_leaks_of_fold
    from argmap.cli.inputs import in_fold
    from argmap.evaluation import comparison_report as report
    from argmap.evaluation.model_comparison import compare

    traits = traits_by(subjects)
    everything = read_articles(annotations, texts=texts)
    articles = in_fold(everything, split, fold, default="dev")
    say_leaks_of_fold(articles, everything, split)
    one, other = measured(
        articles, {first: first, second: second}, from_text=from_text, resamples=resamples, seed=seed,
        allow_training=allow_training, traits=traits,
    ).values()  # fmt: skip
    found = compare(one, other)
    texts_by = {article.document.id: article.document.text for article in articles}
    if output_format is ComparisonFormat.JSON:
        echo_bytes(json_bytes(report.comparison_json(found, texts_by, limit=limit)))
    elif output_format is ComparisonFormat.MD:
        typer.echo(report.comparison_markdown(found, texts_by, limit=limit), nl=False)
    else:
        print_lines(report.comparison_lines(found, texts_by, limit=limit))
