"""`argmap annotations leaks|folds`, and `stats --against`: what keeps a set of labels fit to measure with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from argmap.cli.common import Annotations, ForceOption, SplitOption, TextsOption, counted, few, tell
from argmap.cli.workflow import show_problems
from argmap.errors import EXIT_CHECK_FAILED, InputError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.annotations.stats import Figure
    from argmap.evaluation.agreement import Agreement
    from argmap.evaluation.drift import Drift
    from argmap.evaluation.leakage import Leak

Row = tuple[str, str, str, str]


def leaks(
    annotations: Annotations,
    texts: TextsOption = None,
    split: SplitOption = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Other annotations that must share nothing with these; may repeat."),
    ] = None,
) -> None:
    """List texts on both sides of a split, and sentences that are labelled in two ways, by file and line.

    An article counts as the same from half of its five-word runs, a sentence of at least eight words from four fifths
    of its words. Exit code 1 if there is any.
    """
    from argmap.annotations import read_articles
    from argmap.evaluation.leakage import contradictions, find_leaks

    articles = read_articles(annotations, texts=texts)
    sides: list[tuple[Sequence[AnnotatedArticle], Sequence[AnnotatedArticle]]] = []
    if split is not None:
        sides += combinations(_folds(articles, split), 2)
    others = read_articles(against, texts=texts) if against else ()
    if others:
        sides.append((articles, others))
    if not sides:
        tell("only labels are compared; give --split or --against to look for texts on both sides")
    found: list[Leak] = [leak for pair in sides for leak in find_leaks(*pair)]
    found += contradictions([*articles, *others])
    for leak in found:
        typer.echo(str(leak))
    if found:
        show_problems((Path(leak.first.file), leak.first.line, leak.message) for leak in found)
        tell(f"{counted(len(found), 'leak or contradiction', 'leaks and contradictions')}")
        raise typer.Exit(EXIT_CHECK_FAILED)
    typer.echo(f"{counted(len(articles) + len(others), 'article')}, nothing on both sides, no contradiction")


def _folds(articles: Sequence[AnnotatedArticle], split: Path) -> list[list[AnnotatedArticle]]:
    """The articles of each fold that has any."""
    from argmap.cli.inputs import folds_of

    folds = [[one for one in articles if one.document.id in ids] for ids in folds_of(split).values()]
    found = [fold for fold in folds if fold]
    if len(found) < 2:
        raise InputError("fewer than two folds have any of these articles", where=str(split), expected="two or more")
    return found


def folds(
    annotations: Annotations,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.json", help="The file to freeze them in.")],
    number: Annotated[int, typer.Option("-k", "--folds", metavar="N", min=2, help="Number of folds.")] = 5,
    texts: TextsOption = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the dealing.")] = 0,
    force: ForceOption = False,
) -> None:
    """Deal articles into folds with like shares of every label, and keep them in a file for --split.

    An article is never divided. Deal once: figures on other folds cannot be compared.
    """
    from argmap.annotations import annotation_files, read_articles
    from argmap.cli.inputs import refuse_own_input
    from argmap.evaluation.folds import stratified_folds
    from argmap.files import write_atomically

    if output.is_file() and not force:
        raise InputError("is there already", where=str(output), advice="keep it; or give --force to deal anew")
    refuse_own_input(list(annotation_files(annotations)), [output])
    articles = read_articles(annotations, texts=texts)
    ids = [article.document.id for article in articles]
    if doubles := sorted({name for name in ids if ids.count(name) > 1}):
        raise InputError(f"the id {doubles[0]!r} stands twice", expected="an id for each article")
    dealt = stratified_folds(articles, number, seed=seed)
    content: dict[str, Any] = {"note": f"Dealt by article, stratified, seed {seed}.", **dealt}
    data = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_atomically(output, data.encode("utf-8", "backslashreplace"))
    tell(f"{output}: {counted(len(articles), 'article')} in {number} folds")


def compared_stats(
    paths: Sequence[Path], against: str, texts: Path | None
) -> tuple[Sequence[Figure], Sequence[Figure], Drift]:
    """The figures now, those of another version (a path or a git revision), and what changed."""
    from argmap.annotations import read_articles
    from argmap.annotations.stats import statistics_of
    from argmap.cli.revisions import earlier
    from argmap.evaluation.drift import drift

    now = read_articles(paths, texts=texts)
    with earlier(paths, against) as places:
        then = read_articles(places, texts=texts)
    return statistics_of(now), statistics_of(then), drift(then, now)


def comparison_rows(now: Sequence[Figure], then: Sequence[Figure], changed: Drift) -> Iterator[Row]:
    """Rows of a table: each figure now, with what it was; then what was relabelled."""
    was = {(figure.section, figure.name): figure for figure in then}
    for figure in now:
        before = was[figure.section, figure.name]
        yield figure.section, figure.name, f"{figure.value:,}", _change(figure, before)
    for label, turn in changed.turns.items():
        if turn.given or turn.taken:
            yield "labels changed", label, f"{turn.net:+,}", f"given {turn.given:,}, taken {turn.taken:,}"
    if changed.agreement is not None:
        for name, interval in changed.agreement.figures.items():
            if name.startswith("kappa"):
                bounds = f"{interval.low:.3f} to {interval.high:.3f}"
                yield "agreement of both versions", name, f"{interval.value:.3f}", bounds
    for names, agreement in changed.annotators_now.items():
        earlier = changed.annotators_then.get(names)
        for name, interval in agreement.figures.items():
            if name.startswith("kappa"):
                bounds = f"{interval.low:.3f} to {interval.high:.3f}"
                note = bounds if earlier is None else f"{bounds}, was {earlier.figures[name].value:.3f}"
                yield f"agreement of annotators {' and '.join(names)}", name, f"{interval.value:.3f}", note


def _change(now: Figure, then: Figure) -> str:
    if now.value == then.value and now.share == then.share:
        return "" if now.share is None else f"{now.share:.1%}"
    if now.share is None or then.share is None:
        return f"was {then.value:,}"
    return f"{now.share:.1%}, was {then.value:,} ({then.share:.1%})"


def drift_notes(changed: Drift) -> Iterator[str]:
    """What stands below the table."""
    for what, ids in (("added", changed.added), ("removed", changed.removed), ("with another text", changed.rewritten)):
        if ids:
            yield f"{what}: {counted(len(ids), 'article')} ({few(list(ids))})"
    yield f"{counted(changed.articles, 'article')} compared, {counted(len(changed.relabelled), 'unit')} relabelled"
    for place in changed.relabelled[:10]:
        yield f"  {place}"
    if len(changed.relabelled) > 10:
        yield f"  and {len(changed.relabelled) - 10:,} more (--format json)"


def drift_dict(changed: Drift) -> dict[str, Any]:
    """The same as plain values."""
    agreement = changed.agreement.figures if changed.agreement is not None else {}
    return {
        "added": list(changed.added),
        "removed": list(changed.removed),
        "rewritten": list(changed.rewritten),
        "articles": changed.articles,
        "labels": {label: {"given": turn.given, "taken": turn.taken} for label, turn in changed.turns.items()},
        "relabelled": list(changed.relabelled),
        "agreement": {name: interval.as_dict() for name, interval in agreement.items()},
        "annotators": {"then": _annotators(changed.annotators_then), "now": _annotators(changed.annotators_now)},
    }


def _annotators(agreements: Mapping[tuple[str, str], Agreement]) -> list[dict[str, Any]]:
    return [
        {
            "annotators": list(names),
            "articles": agreement.articles,
            "figures": {name: interval.as_dict() for name, interval in agreement.figures.items()},
        }
        for names, agreement in agreements.items()
    ]
