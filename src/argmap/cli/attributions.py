"""`argmap annotations attributions`: check hand-labelled attributions, and score what argmap finds against them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from argmap.cli.common import counted, tell
from argmap.errors import EXIT_CHECK_FAILED, InputError


def attributions(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Attribution files, or folders with *.jsonl in them.", show_default=False),
    ],
    articles: Annotated[
        list[Path],
        typer.Option(
            "--articles", metavar="PATH", help="Annotation files of the articles, or folders.", show_default=False
        ),
    ],
    split: Annotated[Path | None, typer.Option(metavar="FILE", help="Splits of the articles, with --fold.")] = None,
    fold: Annotated[str | None, typer.Option(metavar="NAME", help="Score these articles only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Check who is quoted, by which words and what, as labelled by hand, and score what argmap finds.

    Every problem is a line FILE:LINE: what; exit code 1 if there is any. Scored are the labelled sentences; which are
    quotations is taken from the annotation files.
    """
    from argmap.annotations import annotation_files, read_articles
    from argmap.attribution import attribute
    from argmap.evaluation.attribution_gold import FORMAT, check_attributions, read_attributions
    from argmap.evaluation.attributions import attribution_scores

    documents = [article.document for article in read_articles(articles)]
    files = annotation_files(paths, kind=FORMAT)
    problems = [problem for file in files for problem in check_attributions(file, documents)]
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        tell(f"{counted(len(problems), 'problem')} in {counted(len(files), 'file')}")
        raise typer.Exit(EXIT_CHECK_FAILED)
    chosen = chosen_articles(split, fold)
    labelled = [file for file in map(read_attributions, files) if chosen is None or file.doc in chosen]
    wanted = {file.doc for file in labelled}
    found = [attribute(document) for document in documents if document.id in wanted]
    if not any(file.attributions for file in labelled):
        raise InputError(
            "holds no attribution to score", where=", ".join(map(str, paths)), expected="labelled sentences"
        )
    scores = attribution_scores(labelled, found)
    if as_json:
        typer.echo(json.dumps({"articles": len(labelled), **asdict(scores)}, indent=1))
        return
    typer.echo(f"{counted(len(labelled), 'article')}, {counted(scores.quotations, 'quotation')}, no problems")
    for name, value in (
        ("source, by name", scores.source),
        ("source, exact span", scores.source_span),
        ("cue, exact span", scores.cue_span),
        ("content, exact spans", scores.content_span),
        ("content, overlap F1", scores.content_f1),
        ("content, mean F1 a sentence", scores.content_mean_f1),
        ("direct, indirect or mixed", scores.wording),
    ):
        typer.echo(f"  {name:<28}{value:.3f}")


def chosen_articles(split: Path | None, fold: str | None) -> frozenset[str] | None:
    """The articles of a fold, None for all; raises `UsageError` if only one of file and name is given."""
    from argmap.errors import UsageError
    from argmap.files import read_bytes
    from argmap.formats.json_values import ObjectReader, parse_json

    if (split is None) != (fold is None):
        raise UsageError("--split and --fold go together")
    if split is None or fold is None:
        return None
    return frozenset(ObjectReader(parse_json(read_bytes(split), where=str(split)), str(split)).strings(fold))
