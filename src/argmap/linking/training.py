"""Fitting a `LinkModel` on hand-labelled links, with out-of-fold scores for its thresholds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax, softmax
from sklearn.model_selection import GroupKFold

from argmap.errors import InputError
from argmap.labels import RelationKind
from argmap.linking.decoding import ScoredPair, decode
from argmap.linking.features import candidate_pairs, pair_features, unit_features
from argmap.linking.model import LinkModel
from argmap.linking.networks import LinearScorer, NetworkScorer, fit_linear, fit_networks, fit_ranker
from argmap.linking.view import ArticleView

FloatArray = npt.NDArray[np.float64]
_FOLDS = 3
_MEMBERS = 3
_EPOCHS = 5
_THESIS_STRENGTH = 0.05
_ATTACK_STRENGTH = 0.01
_SHARPNESS = tuple(round(0.1 * step, 1) for step in range(1, 31))
_THRESHOLDS = tuple(round(0.05 + 0.01 * step, 2) for step in range(16))


@dataclass(frozen=True)
class LinkedArticle:
    """Views of one article (with predicted and with gold labels), its links by unit rows, and its thesis' row."""

    views: tuple[ArticleView, ...]
    links: Mapping[tuple[int, int], RelationKind]
    thesis: int | None


@dataclass(frozen=True)
class _Pairs:
    X: npt.NDArray[np.float32]
    source: npt.NDArray[np.int64]
    target: npt.NDArray[np.int64]
    linked: npt.NDArray[np.bool_]
    attack: npt.NDArray[np.bool_]


def refuse_unlearnable(kinds: Sequence[Collection[RelationKind]], theses: Sequence[bool]) -> None:
    """Raise `InputError` if links or theses are too few to learn from, given each article's; needs no features."""
    if len(kinds) < _FOLDS or sum(map(len, kinds)) < 20:
        raise InputError("too few hand-labelled links to learn from", expected="at least 3 articles with 20 links")
    for train, _ in GroupKFold(_FOLDS).split(kinds, groups=np.arange(len(kinds))):
        for kind in RelationKind:
            if not any(kind in kinds[i] for i in train):
                what = f"too few articles with a link of kind {kind}"
                raise InputError(what, expected="supports and attacks by hand, each in several articles")
        if not any(theses[i] for i in train):
            raise InputError("too few articles with a thesis", expected="theses by hand in several articles")


def fit_links(articles: Sequence[LinkedArticle], *, seed: int = 0, report: Callable[[str], None]) -> LinkModel:
    """Fit thesis ranker, pair networks and attack scorer; raises `InputError` if there are too few links."""
    if len(articles) < _FOLDS or sum(len(article.links) for article in articles) < 20:
        raise InputError("too few hand-labelled links to learn from", expected="at least 3 articles with 20 links")
    folds = list(GroupKFold(_FOLDS).split(articles, groups=np.arange(len(articles))))
    report("ranking theses")
    logits: list[list[FloatArray]] = [[] for _ in articles]
    for train, test in folds:
        partial = _fit_theses([articles[i] for i in train])
        for i in test:
            logits[i] = [partial.decision(unit_features(view)) for view in articles[i].views]
    sharpness = _sharpness(articles, logits)
    ranker = _fit_theses(articles).scaled(sharpness)
    probabilities = [[softmax(sharpness * z) if len(z) else z for z in own] for own in logits]
    pairs = [
        [_pairs(article, view, p) for view, p in zip(article.views, own, strict=True)]
        for article, own in zip(articles, probabilities, strict=True)
    ]
    out_of_fold: list[FloatArray] = [np.zeros(0) for _ in articles]
    attack_rows: list[tuple[FloatArray, npt.NDArray[np.bool_]]] = []
    for number, (train, test) in enumerate(folds, 1):
        report(f"scoring pairs, fold {number} of {_FOLDS}")
        network = _fit_pairs([pairs[i] for i in train], seed)
        attack = _fit_attacks([pairs[i] for i in train])
        for i in test:
            first = pairs[i][0]  # thresholds are for maps of new articles, so they are chosen on predicted labels
            out_of_fold[i] = network.probability(first.X)
            attack_rows.append((attack.decision(first.X[first.linked]), first.attack[first.linked]))
    threshold = _best_threshold(articles, [own[0] for own in pairs], out_of_fold, probabilities)
    attack_threshold = _best_attack_threshold(attack_rows)
    report("scoring pairs, all articles")
    return LinkModel(
        thesis=ranker,
        pairs=_fit_pairs(pairs, seed),
        attack=_fit_attacks(pairs),
        threshold=threshold,
        attack_threshold=attack_threshold,
    )


def _fit_theses(articles: Sequence[LinkedArticle]) -> LinearScorer:
    groups = [
        (unit_features(view), article.thesis)
        for article in articles
        if article.thesis is not None
        for view in article.views
        if len(view) > 1
    ]
    if not groups:
        raise InputError("no article with a thesis", expected="hand-labelled theses")
    return fit_ranker(groups, C=_THESIS_STRENGTH)


def _sharpness(articles: Sequence[LinkedArticle], logits: Sequence[Sequence[FloatArray]]) -> float:
    """The factor on the ranker's log-odds that makes them the likeliest probabilities of the thesis, out of fold.

    Temperature scaling, Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (ICML 2017).
    """

    def likelihood(factor: float) -> float:
        return sum(
            float(log_softmax(factor * own[0])[article.thesis])
            for article, own in zip(articles, logits, strict=True)
            if article.thesis is not None and len(own[0])
        )

    return max(_SHARPNESS, key=likelihood)


def _pairs(article: LinkedArticle, view: ArticleView, thesis: FloatArray) -> _Pairs:
    source, target = candidate_pairs(view, thesis)
    kinds = [article.links.get(pair) for pair in zip(source.tolist(), target.tolist(), strict=True)]
    return _Pairs(
        X=pair_features(view, thesis, source, target).astype(np.float32),
        source=source,
        target=target,
        linked=np.array([kind is not None for kind in kinds], dtype=bool),
        attack=np.array([kind is RelationKind.ATTACK for kind in kinds], dtype=bool),
    )


def _fit_pairs(pairs: Sequence[Sequence[_Pairs]], seed: int) -> NetworkScorer:
    X = np.vstack([part.X for own in pairs for part in own])
    y = np.concatenate([part.linked for own in pairs for part in own])
    return fit_networks(X, y, members=_MEMBERS, epochs=_EPOCHS, seed=seed)


def _fit_attacks(pairs: Sequence[Sequence[_Pairs]]) -> LinearScorer:
    X = np.vstack([part.X[part.linked] for own in pairs for part in own]).astype(np.float64)
    y = np.concatenate([part.attack[part.linked] for own in pairs for part in own])
    if y.all() or not y.any():
        raise InputError("links of one kind only", expected="hand-labelled supports and attacks")
    return fit_linear(X, y, C=_ATTACK_STRENGTH)


def _best_threshold(
    articles: Sequence[LinkedArticle],
    pairs: Sequence[_Pairs],
    scores: Sequence[FloatArray],
    probabilities: Sequence[Sequence[FloatArray]],
) -> float:
    """The threshold whose forests have the best pooled F1."""
    best, best_f1 = _THRESHOLDS[0], -1.0
    for threshold in _THRESHOLDS:
        hits = found = wanted = 0
        for article, part, own, thesis in zip(articles, pairs, scores, probabilities, strict=True):
            candidates = (
                ScoredPair(i, j, s)
                for i, j, s in zip(part.source.tolist(), part.target.tolist(), own.tolist(), strict=True)
            )
            forest = decode(candidates, threshold=threshold, root=int(thesis[0].argmax()) if len(thesis[0]) else None)
            hits += sum((pair.source, pair.target) in article.links for pair in forest)
            found += len(forest)
            wanted += len(article.links)
        f1 = 2 * hits / max(found + wanted, 1)
        if f1 > best_f1:
            best, best_f1 = threshold, f1
    return best


def _best_attack_threshold(rows: Sequence[tuple[FloatArray, npt.NDArray[np.bool_]]]) -> float:
    """The log-odds from which calling a link an attack has the best F1 on out-of-fold links."""
    score = np.concatenate([row for row, _ in rows])
    attack = np.concatenate([row for _, row in rows])
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(attack[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + attack.sum())
    return float(score[order[int(f1.argmax())]])
