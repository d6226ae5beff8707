"""`ContextualHead`: two stages of logistic regression, the second over the neighbours' first scores.

Stacking with out-of-fold scores (Wolpert, Stacked Generalization, 1992), grouped by article, so that no score that the
second stage, the thresholds or the calibration see comes from a model fitted on the same article.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from joblib import Parallel, delayed
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from argmap.errors import InputError
from argmap.stance.sentences import article_means, neighbours, places

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_OFFSETS = (-2, -1, 1, 2)
_LIMIT = float(np.log(0.9999 / 0.0001))  # beyond it a log-odds tells the second stage nothing more


def refuse_unlearnable(Y: BoolArray, articles: IntArray, *, folds: int = 5, names: Sequence[str] = ()) -> None:
    """Raise `InputError` if there are fewer articles than folds, or a label (of `names`) never or always occurs.

    That also where the articles of one fold are left out.
    """
    number = len(np.unique(articles))
    if number < folds:
        few = "1 labelled article" if number == 1 else f"{number} labelled articles"
        raise InputError(few, expected=f"at least {folds}", advice="label more articles")
    parts = [np.delete(Y, test, axis=0) for _, test in GroupKFold(folds).split(Y, groups=articles)]
    for k in range(Y.shape[1]):
        label = names[k] if names else f"label {k}"
        if Y[:, k].all() or not Y[:, k].any():
            share = "every" if Y[:, k].all() else "no"
            raise InputError(f"{share} sentence is labelled {label}", expected="sentences with it and without it")
        for part in parts:
            if part[:, k].all() or not part[:, k].any():
                what = f"too few articles with sentences labelled {label}, or without"
                raise InputError(what, expected="both in several articles", advice="label more articles")


class ContextualHead(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Multi-label probabilities (sentences, labels) from a feature matrix and the number of each row's article.

    After `fit`: `first_coef_` (labels, features), `first_bias_`, `second_coef_`, `second_bias_`, and `out_of_fold_`:
    the scores (sentences, labels) of the training sentences by models that have not seen their article.
    """

    def __init__(self, *, strength: float = 1.0, second_strength: float = 0.1, folds: int = 5, jobs: int = 1) -> None:
        self.strength = strength
        self.second_strength = second_strength
        self.folds = folds
        self.jobs = jobs

    def fit(self, X: sp.csr_matrix, Y: BoolArray, articles: IntArray, extra: FloatArray | None = None) -> Self:
        """Fit on rows of which each article's are contiguous; `extra` (sentences, columns) joins the second stage.

        Raises `InputError` if a label never or always occurs, or there are too few articles for the folds.
        """
        Y = np.asarray(Y, dtype=bool)
        refuse_unlearnable(Y, articles, folds=self.folds)
        if not np.all(np.isfinite(X.data)):
            raise InputError("features that are not finite numbers", expected="finite numbers")
        folds = list(GroupKFold(self.folds).split(Y, groups=articles))
        everything = np.arange(len(Y))
        jobs = [(train, k) for k in range(Y.shape[1]) for train in (*[train for train, _ in folds], everything)]
        fitted = Parallel(n_jobs=self.jobs)(
            delayed(_logistic)(X[rows], Y[rows, k], self.strength, "balanced") for rows, k in jobs
        )
        first = np.zeros(Y.shape)
        step = len(folds) + 1
        for k in range(Y.shape[1]):
            for (_, test), (coef, bias) in zip(folds, fitted[k * step : k * step + len(folds)], strict=True):
                first[test, k] = np.clip(X[test] @ coef + bias, -_LIMIT, _LIMIT)
        last = [fitted[k * step + len(folds)] for k in range(Y.shape[1])]
        self.first_coef_ = np.array([coef for coef, _ in last], dtype=np.float32)
        self.first_bias_ = np.array([bias for _, bias in last], dtype=np.float32)
        Z = self._second_features(first, articles, extra)
        self.out_of_fold_ = np.zeros(Y.shape)
        second = []
        for k in range(Y.shape[1]):
            for train, test in folds:
                coef, bias = _logistic(Z[train], Y[train, k], self.second_strength, None)
                self.out_of_fold_[test, k] = expit(Z[test] @ coef + bias)
            second.append(_logistic(Z, Y[:, k], self.second_strength, None))
        self.second_coef_ = np.array([coef for coef, _ in second], dtype=np.float32)
        self.second_bias_ = np.array([bias for _, bias in second], dtype=np.float32)
        return self

    def predict_proba(self, X: sp.csr_matrix, articles: IntArray, extra: FloatArray | None = None) -> FloatArray:
        """Calibrated scores (sentences, labels); the labels are independent of each other."""
        return self.second_stage(self.first_stage(X), articles, extra)

    def first_stage(self, X: sp.csr_matrix) -> FloatArray:
        """Log-odds of the first stage, within the bounds that the second stage sees: (sentences, labels)."""
        return self.bounded(X @ self.first_coef_.T.astype(np.float64) + self.first_bias_)

    @staticmethod
    def bounded(odds: FloatArray) -> FloatArray:
        """Log-odds of a first stage within the bounds that the second one sees."""
        clipped: FloatArray = np.clip(odds, -_LIMIT, _LIMIT)
        return clipped

    def second_stage(self, odds: FloatArray, articles: IntArray, extra: FloatArray | None = None) -> FloatArray:
        """Calibrated scores from the first stage's log-odds."""
        scores: FloatArray = expit(self.second_odds(odds, articles, extra))
        return scores

    def second_odds(self, odds: FloatArray, articles: IntArray, extra: FloatArray | None = None) -> FloatArray:
        """As `second_stage`, the log-odds."""
        Z = self._second_features(odds, articles, extra)
        second: FloatArray = Z @ self.second_coef_.T.astype(np.float64) + self.second_bias_
        return second

    def effect(self, change: FloatArray, sentences: int) -> FloatArray:
        """How a change (…, labels) of a sentence's first log-odds changes its second ones, in an article that long."""
        k = len(self.first_bias_)
        mean = k * (1 + len(_OFFSETS))
        weights = self.second_coef_[:, :k] + self.second_coef_[:, mean : mean + k] / sentences
        return np.asarray(change @ weights.T.astype(np.float64))

    @staticmethod
    def _second_features(own: FloatArray, articles: IntArray, extra: FloatArray | None) -> FloatArray:
        before, after = places(articles)
        length = before + after + 1
        place = [before / length, after / length, np.minimum(before, 5) / 5, np.minimum(after, 5) / 5]
        around = [neighbours(own, articles, offset) for offset in _OFFSETS]
        parts = [own, *around, article_means(own, articles), np.stack(place, axis=1)]
        if extra is not None:
            parts.append(extra)
        return np.hstack(parts)


def _logistic(X: sp.csr_matrix | FloatArray, y: BoolArray, C: float, weight: str | None) -> tuple[FloatArray, float]:
    model = LogisticRegression(C=C, class_weight=weight, solver="liblinear", max_iter=500, random_state=0)
    model.fit(X, y)
    return np.asarray(model.coef_[0], dtype=np.float32).astype(np.float64), float(np.float32(model.intercept_[0]))


def best_thresholds(scores: FloatArray, Y: BoolArray) -> FloatArray:
    """For each label the threshold with the best F1 on out-of-fold scores: shape (labels,)."""
    thresholds = []
    for k in range(Y.shape[1]):
        order = np.argsort(-scores[:, k], kind="stable")
        hits = np.cumsum(Y[order, k])
        f1 = 2 * hits / (np.arange(1, len(Y) + 1) + Y[:, k].sum())
        smooth = np.convolve(f1, np.ones(25) / 25, mode="same") if len(f1) > 100 else f1
        thresholds.append(float(scores[order[int(smooth.argmax())], k]))
    return np.array(thresholds)
