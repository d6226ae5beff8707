"""`argmap annotations blame`: check and score hand-labelled blame, compare annotators, fit the ranker."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from argmap.cli.attributions import chosen_articles
from argmap.cli.common import counted, tell
from argmap.errors import EXIT_CHECK_FAILED, InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argmap.document import Document
    from argmap.evaluation.blame import BlameScores
    from argmap.evaluation.blame_gold import BlameFile


def blame(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Files of blame, or folders with *.jsonl in them.", show_default=False),
    ],
    articles: Annotated[
        list[Path],
        typer.Option(
            "--articles", metavar="PATH", help="Annotation files of the articles, or folders.", show_default=False
        ),
    ],
    against: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Score another annotator's labels in place of what argmap finds."),
    ] = None,
    fit: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT", help="Fit the ranker to these labels: weights as JSON, scored by cross-validation."
        ),
    ] = None,
    split: Annotated[Path | None, typer.Option(metavar="FILE", help="Splits of the articles, with --fold.")] = None,
    fold: Annotated[str | None, typer.Option(metavar="NAME", help="Take these articles only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Check who is blamed for what and who is called on, as labelled by hand, and score what argmap finds.

    Every problem is a line FILE:LINE: what; exit code 1 if there is any. Stances and quotations are taken from the
    annotation files. A party is right by its head word.
    """
    if against is not None and fit is not None:
        raise UsageError("--against and --fit do not go together", expected="one of them")
    from argmap.annotations import annotation_files, read_articles
    from argmap.attribution import attribute
    from argmap.blame import find_blame
    from argmap.evaluation.blame import as_found, blame_scores, found_in
    from argmap.evaluation.blame_gold import FORMAT, read_blame_file

    documents = [article.document for article in read_articles(articles)]
    files = _checked(annotation_files(paths, kind=FORMAT), documents)
    chosen = chosen_articles(split, fold)
    labelled = [file for file in files if chosen is None or file.doc in chosen]
    if against is not None:
        others = [read_blame_file(path) for path in annotation_files([against], kind=FORMAT)]
        both = {file.doc for file in others}
        labelled = [file for file in labelled if file.doc in both]
    if not any(file.labels for file in labelled):
        raise InputError("holds no label to score", where=", ".join(map(str, paths)), expected="labelled sentences")
    if against is not None:
        scores = blame_scores(labelled, as_found(others))
    else:
        wanted = {file.doc for file in labelled}
        attributed = [attribute(document) for document in documents if document.id in wanted]
        if fit is not None:
            scores = _fitted(labelled, attributed, fit)
        else:
            scores = blame_scores(labelled, found_in(map(find_blame, attributed)))
    _print(scores, len(labelled), as_json=as_json)


def _checked(paths: Sequence[Path], documents: list[Document]) -> list[BlameFile]:
    """The files, if nothing is wrong with any of them."""
    from argmap.evaluation.blame_gold import check_blame, read_blame_file

    problems = [problem for path in paths for problem in check_blame(path, documents)]
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        tell(f"{counted(len(problems), 'problem')} in {counted(len(paths), 'file')}")
        raise typer.Exit(EXIT_CHECK_FAILED)
    return [read_blame_file(path) for path in paths]


def _fitted(labelled: list[BlameFile], documents: list[Document], output: Path) -> BlameScores:
    from argmap.blame.learning import cross_validated, learn_weights
    from argmap.blame.ranker import dump_weights
    from argmap.evaluation.blame import blame_scores
    from argmap.files import write_atomically

    try:
        weights = learn_weights(labelled, documents)
        scores = blame_scores(labelled, cross_validated(labelled, documents))
    except ValueError as error:
        raise InputError(
            "holds too few labels to fit to", expected="accusations and recommendations of several articles"
        ) from error
    write_atomically(output, dump_weights(weights))
    tell(f"{output}: fitted to {counted(len(labelled), 'article')}; the figures are those of cross-validation")
    return scores


def _print(scores: BlameScores, articles: int, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"articles": articles, **asdict(scores)}, indent=1))
        return
    accusations, recommendations = (
        counted(scores.accusations, "accusation"),
        counted(scores.recommendations, "recommendation"),
    )
    typer.echo(f"{counted(articles, 'article')}, {accusations}, {recommendations}, no problems")
    for name, value in (
        ("accused, main party", scores.accused),
        ("accused, main party first", scores.accused_first),
        ("accused, precision", scores.precision),
        ("accused, recall", scores.recall),
        ("accused, F1", scores.f1),
        ("charge, overlap F1", scores.charge_f1),
        ("accuser", scores.accuser),
        ("addressee", scores.addressee),
        ("addressee, main party first", scores.addressee_first),
    ):
        typer.echo(f"  {name:<28}{'-' if value is None else f'{value:.3f}'}")
