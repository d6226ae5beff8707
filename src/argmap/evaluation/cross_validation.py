"""Every article scored by a model that has learnt from the others, fold by fold, and all of them counted together.

F1 of the pooled counts and not the mean of the folds' F1, which depends on how the rare labels fell into the folds
(Forman and Scholz, Apples-to-Apples in Cross-Validation Studies, SIGKDD Explorations 12, 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.errors import InputError, UsageError
from argmap.evaluation.abstention import Answers
from argmap.evaluation.evaluate import (
    Evaluation,
    ScoredArticle,
    System,
    TestedFold,
    gathered,
    refuse_doubles,
    scored_articles,
)
from argmap.evaluation.metrics import f1_of_counts
from argmap.evaluation.tables import Table, bar
from argmap.evaluation.traits import traits_of
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind

T = TypeVar("T")
FloatArray = NDArray[np.float64]
Articles = Sequence[AnnotatedArticle]
Fit = Callable[[Articles], System]
"""Trains a model on articles. It may be called in another process."""
Scored = list[tuple[ScoredArticle, Answers]]
Traits = Callable[[AnnotatedArticle], Mapping[str, str]]


def cross_validate(
    articles: Articles,
    folds: Mapping[str, Sequence[str]],
    fit: Fit,
    *,
    model: str,
    from_text: bool = False,
    resamples: int = 1000,
    seed: int = 0,
    jobs: int = 1,
    check: Callable[[Articles], None] = lambda _: None,
    step: Callable[[str], None] = lambda _: None,
    traits: Traits = traits_of,
) -> Evaluation:
    """Train a model without each of the folds (ids of articles by the fold's name), and score the fold with it.

    The figures are those of all articles together, in their order, with intervals that draw articles anew; `model` is
    the name that they go under. `jobs` processes train at a time; their number changes no figure. `check` raises
    `InputError` for articles that nothing can be learnt from, before any training; `step` hears of each fold that is
    done. Raises `UsageError` and `InputError` as `check_folds` does, and what `check` and `fit` raise, with the fold.
    """
    check_folds(articles, folds)
    known = {article.document.id: article for article in articles}
    parts = [[known[doc] for doc in docs] for docs in folds.values()]
    rests = [[article for article in articles if article.document.id not in docs] for docs in folds.values()]
    work = [(f"without {name}", rest, part) for name, rest, part in zip(folds, rests, parts, strict=True)]
    for name, rest, _ in work:
        _named(name, check, rest)
    scored: dict[str, tuple[ScoredArticle, Answers]] = {}
    results = trained_and_scored(work, fit, jobs=jobs, from_text=from_text, traits=traits)
    for name, found in zip(folds, results, strict=True):
        scored |= {article.doc: (article, answers) for article, answers in found}
        step(name)
    return gathered(
        [scored[article.document.id] for article in articles],
        model=model,
        from_text=from_text,
        resamples=resamples,
        seed=seed,
        folds=tuple(
            TestedFold(name, tuple(docs), len(rest)) for (name, docs), rest in zip(folds.items(), rests, strict=True)
        ),
    )


def check_folds(articles: Articles, folds: Mapping[str, Sequence[str]]) -> None:
    """Raise unless each article is in one fold, and what is outside a fold has every label and both kinds of links.

    `UsageError` for fewer than two folds, an article in none, in two or unknown; `InputError` for an empty fold, a text
    or an id that stands twice, and a label that the rest does not hold.
    """
    refuse_doubles(articles)
    if len(folds) < 2:
        raise UsageError(f"{len(folds)} fold of {len(articles)} articles", expected="two or more")
    known = {article.document.id for article in articles}
    listed = [doc for docs in folds.values() for doc in docs]
    if sorted(listed) != sorted(known):
        odd = sorted({doc for doc in listed if doc not in known or listed.count(doc) > 1} | (known - set(listed)))
        raise UsageError(f"{odd[0]!r} is not in exactly one fold", expected="each article in one fold")
    for name, docs in folds.items():
        if not docs:
            raise InputError(f"fold {name!r} has no article", expected="an article in every fold")
        refuse_missing([article for article in articles if article.document.id not in docs], where=f"without {name}")


def refuse_missing(articles: Articles, *, where: str) -> None:
    """Raise `InputError` for a stance, a type of evidence, a kind of link or a thesis that no training article has."""
    units = [unit for article in articles for unit in article.document.text_units()]
    kinds = {link.kind for article in articles for link in article.links}
    held = {stance for unit in units for stance in unit.stances} | {unit.evidence for unit in units} | kinds
    labels = [*STANCES, *EVIDENCE_TYPES, *(kind for kind in RelationKind)]
    missing = [label.value for label in labels if label not in held]
    if missing or not any(article.thesis for article in articles):
        few = f"{len(articles)} article" + ("" if len(articles) == 1 else "s")
        raise InputError(
            f"the {few} left to train on hold no {missing[0] if missing else 'thesis'}",
            where=where,
            expected="every label in the articles outside each fold",
            advice="label more articles that have it, or deal fewer or other folds",
        )


def trained_and_scored(
    work: Sequence[tuple[str, Articles, Articles]], fit: Fit, *, jobs: int, from_text: bool, traits: Traits
) -> Iterator[Scored]:
    """For each (name, training articles, tested articles) what a model of the first makes of the second, in order.

    An `InputError` of `fit` is raised with the name in front.
    """
    from joblib import Parallel, delayed  # here, since reading a report needs no processes

    tasks: Any = (delayed(_one)(name, rest, part, fit, from_text, traits) for name, rest, part in work)
    yield from Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="all" if jobs > 1 else 1)(tasks)


def _one(name: str, rest: Articles, part: Articles, fit: Fit, from_text: bool, traits: Traits) -> Scored:
    return scored_articles(part, _named(name, fit, rest), from_text=from_text, traits=traits)


def _named(name: str, call: Callable[[Articles], T], articles: Articles) -> T:
    """What the call gives; what it refuses is said of `name`."""
    try:
        return call(articles)
    except InputError as error:
        raise InputError(error.what, where=name, expected=error.expected, advice=error.advice) from error


def folds_json(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each fold as plain values: its articles, how many the model learnt, the F1 of each stance and their mean."""
    return [
        {
            "name": fold.name,
            "articles": list(fold.docs),
            "trained_on": fold.trained,
            "macro_f1": round(float(f1.mean()), 6),
            "f1": {stance.value: round(float(value), 6) for stance, value in zip(STANCES, f1, strict=True)},
        }
        for fold, f1 in zip(evaluation.folds, _by_fold(evaluation), strict=True)
    ]


def folds_table(evaluation: Evaluation) -> Table:
    """A row a fold, and their mean."""
    by_fold = _by_fold(evaluation)
    rows = [
        (fold.name, f"{fold.trained:,}", f"{len(fold.docs):,}", *(f"{value:.3f}" for value in (*f1, f1.mean())),
         bar(float(f1.mean())))
        for fold, f1 in zip(evaluation.folds, by_fold, strict=True)
    ]  # fmt: skip
    macro = by_fold.mean(axis=-1)
    rows.append(
        ("mean of folds", "", "", *(f"{value:.3f}" for value in (*by_fold.mean(axis=0), macro.mean())),
         bar(float(macro.mean())))
    )  # fmt: skip
    whole = evaluation.figures["stance.macro_f1"]
    return Table(
        "Fold by fold: F1 of each stance on articles that the fold's model has not seen",
        ("", "trained on", "tested on", *(stance.value for stance in STANCES), "macro-F1", ""),
        tuple(rows),
        f"The folds' macro-F1 spread with a standard deviation of {macro.std(ddof=1):.3f}, by other articles to learn "
        f"from and other ones to be tested on. The figures above count all articles together ({whole.value:.3f}), "
        "which for rare labels says more than a mean of folds.",
        key="folds",
    )


def folds_remark(evaluation: Evaluation) -> str:
    """What a cross-validation is about, and what its intervals leave out."""
    trained = [fold.trained for fold in evaluation.folds]
    numbers = f"{min(trained):,}" if min(trained) == max(trained) else f"{min(trained):,} to {max(trained):,}"
    return (
        f"Cross-validation: each of {len(trained)} folds was scored by a model trained on the {numbers} articles "
        "outside it. The figures are of the recipe, not of one model, and of slightly less to learn from than all "
        "articles. The intervals draw the tested articles anew and keep the models; that other articles to learn from "
        "give other models is not in them, see the spread of the folds."
    )


def _by_fold(evaluation: Evaluation) -> FloatArray:
    """F1 of each fold and stance: (folds, 3)."""
    counts = {article.doc: article.counts["stance"] for article in evaluation.articles}
    sums = np.array([np.sum([counts[doc] for doc in fold.docs], axis=0) for fold in evaluation.folds])
    return f1_of_counts(sums)
