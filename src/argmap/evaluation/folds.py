"""Articles dealt into folds that are alike, once and for all: the result is kept in a file and never dealt again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.errors import UsageError
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind

FloatArray = NDArray[np.float64]


def stratified_folds(
    articles: Sequence[AnnotatedArticle], number: int, *, seed: int = 0
) -> Mapping[str, tuple[str, ...]]:
    """Deal whole articles into folds `fold1`, `fold2`, … with as equal shares of every label as whole articles allow.

    The article with most of what is rare is dealt first, to the fold that lacks most of what it has (after Sechidis,
    Tsoumakas and Vlahavas, On the stratification of multi-label data, ECML PKDD 2011, with articles for examples). The
    same articles in any order and the same seed give the same folds. Raises `UsageError` for fewer than two folds, or
    more than articles.
    """
    if not 2 <= number <= len(articles):
        raise UsageError(f"{number} folds of {len(articles)} articles", expected="from 2 to as many as articles")
    ordered = sorted(articles, key=lambda article: article.document.id)
    order = np.random.default_rng(seed).permutation(len(ordered))
    dealt = [ordered[index] for index in order]
    labels = np.array([_labels(article) for article in dealt], dtype=np.float64)
    shares = labels / np.maximum(labels.sum(axis=0), 1)  # of all there are of a label, so that rare ones weigh as much
    wanted = np.full((number, labels.shape[1]), 1 / number)
    room = [len(dealt) // number + (fold < len(dealt) % number) for fold in range(number)]
    folds: list[list[str]] = [[] for _ in range(number)]
    for index in sorted(range(len(dealt)), key=lambda one: -float(shares[one].max())):
        open_folds = [fold for fold in range(number) if len(folds[fold]) < room[fold]]
        best = max(open_folds, key=lambda fold: (float(wanted[fold] @ shares[index]), room[fold] - len(folds[fold])))
        folds[best].append(dealt[index].document.id)
        wanted[best] -= shares[index]
    return {f"fold{fold + 1}": tuple(sorted(ids)) for fold, ids in enumerate(folds)}


def _labels(article: AnnotatedArticle) -> list[int]:
    """How many of each label an article has, and one for the article itself."""
    texts = list(article.document.text_units())
    return [
        1,
        len(texts),
        *(sum(stance in unit.stances for unit in texts) for stance in STANCES),
        *(sum(unit.evidence is kind for unit in texts) for kind in EVIDENCE_TYPES),
        *(sum(link.kind is kind for link in article.links) for kind in RelationKind),
        int(article.thesis is not None),
    ]
