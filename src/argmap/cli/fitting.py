"""Models that a command trains to measure a recipe: on parts of the articles, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from argmap.cli.common import counted, tell
from argmap.errors import InputError, UsageError, one_line

if TYPE_CHECKING:
    from argmap.annotations import AnnotatedArticle
    from argmap.evaluation.evaluate import System

FOLDS = 5
MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Recipe:
    """How models are trained: the fast tier, or an encoder by its path or name; `jobs` processes or threads."""

    encoder: str | None
    seed: int
    jobs: int

    @property
    def processes(self) -> int:
        """How many models are trained at a time: an encoder has all cores to itself."""
        return self.jobs if self.encoder is None else 1

    def name(self, folds: int) -> str:
        """What the figures are said to be of."""
        what = "fast tier" if self.encoder is None else f"{Path(self.encoder).name}, fine-tuned"
        return f"{what}, {folds}-fold cross-validation"

    @property
    def fit(self) -> Callable[[Sequence[AnnotatedArticle]], System]:
        return partial(_fitted, recipe=self)


def _fitted(articles: Sequence[AnnotatedArticle], recipe: Recipe) -> System:
    from threadpoolctl import threadpool_limits

    from argmap.evaluation.evaluate import System
    from argmap.pipeline import link_document, map_document
    from argmap.training import train

    name = "fast" if recipe.encoder is None else Path(recipe.encoder).name
    if recipe.encoder is None:
        with threadpool_limits(1):  # so that the figures do not hang on how many models are trained at a time
            model = train(articles, model_id=name, seed=recipe.seed)
    else:
        model = train(articles, model_id=name, encoder=recipe.encoder, seed=recipe.seed, jobs=recipe.jobs)
    return System(name, partial(map_document, model=model), partial(link_document, model=model))


def refuse_unlearnable(articles: Sequence[AnnotatedArticle]) -> None:
    """Raise `InputError` for articles that training refuses, in a moment and not after the models before them."""
    from argmap.evaluation.metrics import evidence_matrix, stance_matrix
    from argmap.labels import EVIDENCE_TYPES, STANCES
    from argmap.linking.training import refuse_unlearnable as refuse_links
    from argmap.stance.head import refuse_unlearnable as refuse_labels
    from argmap.stance.sentences import article_numbers, sentences_of

    numbers = article_numbers([sentence for article in articles for sentence in sentences_of(article.document)])
    units = [unit for article in articles for unit in article.document.text_units()]
    if not units:
        raise InputError("no labelled sentences", expected="annotation files with text units")
    refuse_labels(stance_matrix([unit.stances for unit in units]), numbers, names=STANCES)
    refuse_labels(evidence_matrix([unit.evidence for unit in units]), numbers, names=EVIDENCE_TYPES)
    refuse_links(
        [[link.kind for link in article.links] for article in articles],
        [article.thesis is not None for article in articles],
    )


def dealt(
    everything: Sequence[AnnotatedArticle], split: Path | None, fold: str | None, number: int | None, seed: int
) -> tuple[tuple[AnnotatedArticle, ...], Mapping[str, tuple[str, ...]]]:
    """The articles to cross-validate on, and their ids by fold: dealt now, or those of a split file.

    With `fold` the articles of that fold of the file are dealt. Raises `UsageError` for `number` beside a file's folds,
    and where there are fewer articles than folds, and `InputError` for a file that does not deal them.
    """
    from argmap.cli.inputs import folds_of, in_fold
    from argmap.evaluation.evaluate import refuse_doubles
    from argmap.evaluation.folds import stratified_folds

    if split is None or fold is not None:
        articles = in_fold(everything, split, fold, default="")
        refuse_doubles(articles)
        return articles, stratified_folds(articles, FOLDS if number is None else number, seed=seed)
    if number is not None:
        raise UsageError(
            "--folds with --split", expected="one of them, since the file holds the folds",
            advice="give --fold NAME, too, to deal the articles of that fold anew",
        )  # fmt: skip
    folds = _folds_in(split, {article.document.id for article in everything})
    listed = {doc for docs in folds.values() for doc in docs}
    articles = tuple(article for article in everything if article.document.id in listed)
    if absent := sum(len(docs) for docs in folds_of(split).values()) - len(articles):
        tell(f"{split}: {counted(absent, 'article')} of its folds not among these annotations")
    if left := len(everything) - len(articles):
        tell(f"{split}: {counted(left, 'article')} in no fold left out")
    return articles, folds


def _folds_in(split: Path, ids: set[str]) -> dict[str, tuple[str, ...]]:
    from argmap.cli.inputs import folds_of

    folds = {one_line(name): tuple(sorted(docs & ids)) for name, docs in folds_of(split).items()}
    folds = {name: docs for name, docs in folds.items() if docs}
    if len(folds) < 2:
        raise InputError("fewer than two folds have any of these articles", where=str(split), expected="two or more")
    seen: dict[str, str] = {}
    for name, docs in folds.items():
        for doc in docs:
            if doc in seen:
                raise InputError(
                    f"{doc} is in the folds {seen[doc]} and {name}", where=str(split),
                    expected="each article in one fold", advice="take it out of one",
                )  # fmt: skip
            seen[doc] = name
    return folds
