"""Class probabilities of segments or pairs: the mean of a linear model, of trees and, for pairs, of small networks.

The networks are those that score the links of op-eds (`linking.networks`). Each learns from the training rows alone, as
do the vocabulary and the scaling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from argmap.linking.networks import NetworkScorer, fit_networks

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Words = Sequence[frozenset[str]]
_SEEN = 2  # training rows that a word must be in
_TREE_WORDS = 300  # the commonest words, which the trees see beside the dense features
_DENSE_WEIGHT = 0.3  # of a standard deviation, where a word counts 1
_FAR_OUT = 5.0  # standard deviations
_C = 0.1
_TREES = 200
_LEAF = 2
_NETWORKS = 2
_EPOCHS = 8


class Rows:
    """Turns words and dense features into the two matrices the models see; fitted on training rows."""

    def __init__(self, words: Words, dense: npt.NDArray[np.float32]) -> None:
        counts = Counter(word for row in words for word in row)
        self._column = {word: i for i, word in enumerate(sorted(w for w, count in counts.items() if count >= _SEEN))}
        common = sorted(self._column, key=lambda word: (-counts[word], word))[:_TREE_WORDS]
        self._common = np.array([self._column[word] for word in common], np.int32)
        self._scaler = StandardScaler().fit(dense)

    def matrices(self, words: Words, dense: npt.NDArray[np.float32]) -> tuple[sp.csr_matrix, npt.NDArray[np.float32]]:
        """For the linear model (rows, words + features), and for the trees (rows, features + common words)."""
        counts = self._counts(words)
        scaled = np.clip(self._scaler.transform(dense), -_FAR_OUT, _FAR_OUT) * _DENSE_WEIGHT
        linear = sp.hstack([counts, sp.csr_matrix(scaled)]).tocsr()
        linear.indices, linear.indptr = linear.indices.astype(np.int32), linear.indptr.astype(np.int32)
        return linear, np.hstack([dense, counts[:, self._common].toarray()]).astype(np.float32)

    def _counts(self, words: Words) -> sp.csr_matrix:
        rows = [sorted(self._column[word] for word in row if word in self._column) for row in words]
        starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
        flat = np.array([column for row in rows for column in row], np.int32)
        return sp.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(rows), len(self._column)))


class ClassScorer:
    """Probabilities of `classes` classes; one that no training row has gets 0, the only one there is gets 1."""

    def __init__(self, classes: int, *, seed: int, networks: bool = False) -> None:
        self.classes = classes
        self._seed = seed
        self._networks = networks

    def fit(
        self, linear: sp.csr_matrix, trees: npt.NDArray[np.float32], dense: npt.NDArray[np.float32], y: IntArray
    ) -> Self:
        """Learn from training rows; `y` counts classes from 0."""
        self._seen = np.unique(y)
        self._models: list[Any] = []
        self._nets: list[NetworkScorer] = []
        if len(self._seen) < 2:
            return self
        self._models = [
            LogisticRegression(C=_C, class_weight="balanced", max_iter=500).fit(linear, y),
            ExtraTreesClassifier(
                _TREES, min_samples_leaf=_LEAF, class_weight="balanced", random_state=self._seed, n_jobs=1
            ).fit(trees, y),
        ]
        if self._networks:
            self._nets = [
                fit_networks(dense, y == k, members=_NETWORKS, epochs=_EPOCHS, seed=self._seed) for k in self._seen
            ]
        return self

    def probabilities(
        self, linear: sp.csr_matrix, trees: npt.NDArray[np.float32], dense: npt.NDArray[np.float32]
    ) -> FloatArray:
        """Of each row and class: (rows, classes)."""
        found = np.zeros((linear.shape[0], self.classes))
        if len(self._seen) < 2:
            found[:, self._seen] = 1
            return found
        parts = [model.predict_proba(X) for model, X in zip(self._models, (linear, trees), strict=True)]
        if self._nets:
            shares = np.stack([net.probability(dense.astype(np.float64)) for net in self._nets], axis=1)
            parts.append(shares / shares.sum(axis=1, keepdims=True))
        found[:, self._seen] = np.mean(parts, axis=0)
        return found
