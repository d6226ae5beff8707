"""`argmap evaluate` with several models, with `--cross-validate` and with `--learning-curve`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from argmap.cli.common import counted, tell
from argmap.cli.fitting import MOST_SEED, Recipe, refuse_unlearnable
from argmap.cli.progress import progress
from argmap.errors import InputError, UsageError

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.evaluation.evaluate import Evaluation
    from argmap.evaluation.leakage import Leak
    from argmap.evaluation.learning_curve import LearningCurves
    from argmap.models import Model

CURVE_FILES = ("learning-curve.json", "learning-curve.md")
RANKING_FILES = ("ranking.json", "ranking.md")
Traits = Callable[["AnnotatedArticle"], Mapping[str, str]]


def refuse_contradictions(given: Mapping[str, bool], models: Sequence[str], seed: int) -> None:
    """Raise `UsageError` for options, by name and whether they are given, that say nothing beside each other."""
    trains = [name for name in ("--cross-validate", "--learning-curve") if given[name]]
    if len(trains) > 1:
        raise UsageError("both --cross-validate and --learning-curve", expected="one of them")
    card = ("--swap-names", "--into-card")
    gate = ("--gate", "--baseline", "--baseline-model")
    page = ("--subjects", "--readers", "--without-texts")
    refused: tuple[str, ...] = ()
    reason = mode = ""
    if trains:
        refused = ("--model", *card, "--allow-training-articles")
        reason, mode = "it trains its own models", trains[0]
        if given["--learning-curve"]:
            refused += (*gate, *page)
    elif len(models) > 1:
        refused, reason, mode = (*card, *gate, *page), "a ranking has no place for it", "several --model"
        if twice := sorted({name for name in models if models.count(name) > 1}):
            raise UsageError(f"--model {twice[0]} twice", expected="each model once")
    if not trains and (useless := [name for name in ("--folds", "--encoder", "--jobs") if given[name]]):
        what = f"{useless[0]} without --cross-validate or --learning-curve"
        raise UsageError(what, expected="models to train", advice="give one of them, too")
    if found := [name for name in refused if given[name]]:
        raise UsageError(f"{mode} with {found[0]}", expected=f"one of them, since {reason}")
    if trains and seed > MOST_SEED:
        raise UsageError(f"--seed {seed}", expected=f"at most {MOST_SEED}, where models are trained")


def cross_validated(
    articles: Sequence[AnnotatedArticle],
    folds: Mapping[str, Sequence[str]],
    recipe: Recipe,
    *,
    from_text: bool,
    resamples: int,
    traits: Traits,
) -> Evaluation:
    """Train without each fold and score it, with progress."""
    from argmap.evaluation.cross_validation import cross_validate

    with progress(f"training {counted(len(folds), 'model')}", len(folds)) as meter:

        def step(name: str) -> None:
            meter.say(f"{name} done")
            meter.advance()

        return cross_validate(
            articles,
            folds,
            recipe.fit,
            model=recipe.name(len(folds)),
            from_text=from_text,
            resamples=resamples,
            seed=recipe.seed,
            jobs=recipe.processes,
            check=refuse_unlearnable,
            step=step,
            traits=traits,
        )


def refuse_leaking_folds(
    articles: Sequence[AnnotatedArticle], folds: Mapping[str, Sequence[str]], *, gated: bool
) -> None:
    """Raise `InputError` for an article that stands, the same or nearly so, in two folds.

    A sentence that does is said; with a gate it is refused, and so is one with two labels.
    """
    from argmap.evaluation.leakage import LeakKind, find_leaks, refuse_contradictions, refuse_leaks

    if gated:
        refuse_contradictions(articles)
    known = {article.document.id: article for article in articles}
    for first, second in combinations([[known[doc] for doc in docs] for docs in folds.values()], 2):
        leaks = find_leaks(first, second)
        if gated or any(leak.kind is LeakKind.ARTICLE for leak in leaks):
            refuse_leaks(first, second)
        say_leaks(leaks)


def say_leaks(leaks: Sequence[Leak]) -> None:
    """Say, without refusing it, what is tested and stands elsewhere, too."""
    if leaks:
        more = f"; {len(leaks) - 1:,} more" if len(leaks) > 1 else ""
        tell(f"caution: {leaks[0]}{more} (argmap annotations leaks lists them; a gate refuses them)")


def say_leaks_of_fold(
    tested: Sequence[AnnotatedArticle], everything: Sequence[AnnotatedArticle], split: Path | None
) -> None:
    """The same of a fold that is tested, and of all that is not in it."""
    if split is not None:
        from argmap.evaluation.leakage import find_leaks

        chosen = {id(article) for article in tested}
        say_leaks(find_leaks(tested, [article for article in everything if id(article) not in chosen]))


def curves(
    articles: Sequence[AnnotatedArticle],
    folds: Mapping[str, Sequence[str]],
    recipe: Recipe,
    *,
    from_text: bool,
    resamples: int,
) -> LearningCurves:
    """Train on growing shares, with progress."""
    from argmap.evaluation.learning_curve import SIZES, learning_curves

    with progress("training models of growing size", SIZES * len(folds)) as meter:

        def step(name: str) -> None:
            meter.say(f"{name} done")
            meter.advance()

        return learning_curves(
            articles,
            folds,
            recipe.fit,
            model=recipe.name(len(folds)),
            check=refuse_unlearnable,
            from_text=from_text,
            resamples=resamples,
            seed=recipe.seed,
            jobs=recipe.processes,
            step=step,
        )


def curves_files(found: LearningCurves) -> dict[str, bytes]:
    """The learning curves as the files of a report, by name."""
    from argmap.evaluation.learning_curve_report import curves_json, curves_markdown

    return {CURVE_FILES[0]: json_bytes(curves_json(found)), CURVE_FILES[1]: curves_markdown(found).encode("utf-8")}


def other_mode(
    annotations: list[Path],
    models: list[str],
    *,
    texts: Path | None,
    split: Path | None,
    fold: str | None,
    folds: int | None,
    recipe: Recipe,
    report: Path | None,
    from_text: bool,
    resamples: int,
    allow_training: bool,
    force: bool,
) -> tuple[list[tuple[str, str]], bytes]:
    """A ranking of several models; without any, learning curves: lines of a report, and its JSON."""
    from argmap.annotations import annotation_files, read_articles
    from argmap.cli.fitting import dealt
    from argmap.cli.gating import place_of_report, step_summary, write_report
    from argmap.cli.inputs import in_fold, refuse_own_input
    from argmap.evaluation.learning_curve_report import curves_lines

    names = RANKING_FILES if models else CURVE_FILES
    given = [*annotation_files(annotations), *([split] if split is not None else [])]
    refuse_own_input(given, [report] if report is not None else [])
    paths = place_of_report(report, gated=False, force=force, files=names) if report is not None else {}
    refuse_own_input(given, list(paths.values()))
    everything = read_articles(annotations, texts=texts)
    if models:
        articles = in_fold(everything, split, fold, default="dev")
        say_leaks_of_fold(articles, everything, split)
        lines, files = ranked(
            articles, models, from_text=from_text, resamples=resamples, seed=recipe.seed, allow_training=allow_training
        )
    else:
        articles, parts = dealt(everything, split, fold, folds, recipe.seed)
        refuse_leaking_folds(articles, parts, gated=False)
        found = curves(articles, parts, recipe, from_text=from_text, resamples=resamples)
        lines, files = curves_lines(found), curves_files(found)
    if paths:
        write_report(paths, files)
    step_summary(files[names[1]])
    return lines, files[names[0]]


def ranked(
    articles: Sequence[AnnotatedArticle],
    models: Sequence[str],
    *,
    from_text: bool,
    resamples: int,
    seed: int,
    allow_training: bool,
) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
    """Several models ranked: the lines of a report, and its files by name."""
    from argmap.evaluation.ranking import rank
    from argmap.evaluation.ranking_report import ranking_json, ranking_lines, ranking_markdown

    found = measured(
        articles, {name: name for name in models}, from_text=from_text, resamples=resamples, seed=seed,
        allow_training=allow_training,
    )  # fmt: skip
    ranking = rank(list(found.values()), list(found))
    data = json_bytes(ranking_json(ranking))
    return ranking_lines(ranking), {RANKING_FILES[0]: data, RANKING_FILES[1]: ranking_markdown(ranking).encode("utf-8")}


def measured(
    articles: Sequence[AnnotatedArticle],
    models: Mapping[str, str],
    *,
    from_text: bool,
    resamples: int,
    seed: int,
    allow_training: bool,
    traits: Traits | None = None,
) -> dict[str, Evaluation]:
    """Each model's evaluation on the same articles, under a name of its own. `models`: what was asked for, by name.

    Raises `InputError` for a model that was trained on any of them, unless that is allowed.
    """
    from argmap.cli.card import hash_of
    from argmap.cli.loading import chosen_model
    from argmap.evaluation.evaluate import System, evaluate, training_articles
    from argmap.evaluation.traits import traits_of
    from argmap.pipeline import link_document, map_document

    loaded = {name: chosen_model(option) for name, option in models.items()}
    seen = {name: training_articles(articles, model.training_texts) for name, model in loaded.items()}
    for name, docs in seen.items():
        if docs and not allow_training:
            raise InputError(
                f"was trained on {len(docs)} of these {len(articles)} articles: {docs[0]}",
                where=name,
                expected="models that have never seen them",
                advice="leave them out (--split, --fold), or give --allow-training-articles and trust no figure",
            )
    names = _distinct(loaded)
    found = {}
    with progress("evaluating", len(articles) * len(loaded)) as meter:
        for option, model in loaded.items():

            def step(doc: str, name: str = names[option]) -> None:
                meter.say(f"{name}: {doc}")
                meter.advance()

            system = System(
                names[option], partial(map_document, model=model), partial(link_document, model=model), hash_of(model)
            )
            found[names[option]] = evaluate(
                articles,
                system,
                from_text=from_text,
                resamples=resamples,
                seed=seed,
                trained_on=seen[option],
                step=step,
                traits=traits or traits_of,
            )
    return found


def _distinct(models: Mapping[str, Model]) -> dict[str, str]:
    """The models' ids, with what was asked for behind those that two of them have."""
    ids = [model.id for model in models.values()]
    return {
        option: model.id if ids.count(model.id) == 1 else f"{model.id} ({option})" for option, model in models.items()
    }


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8; an unpaired surrogate stays the escape that it is in a JSON string."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace")


def echo_bytes(data: bytes) -> None:
    """What is written to a file, on stdout."""
    typer.echo(data.decode("utf-8"), nl=False)
