"""The exact effects of a linear model on one sentence: each feature's value times its weight, on the words it is of.

An n-gram's share is split evenly among its occurrences and their words, so the sum is the model's own, to rounding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from argmap.stance.cues import CUE_NAMES
from argmap.stance.features import LexicalFeatures

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Folded:
    """Effects of one row: `words` (tokens,); by cue; of the neighbours' cues; of the place; and what is always there.

    They add up to the row times the weights.
    """

    words: FloatArray
    cues: Mapping[str, float]
    before: float
    after: float
    place: float
    constant: float


class Folder:
    """Folds rows of a features' matrix; one for many sentences, since it looks up the vocabularies once."""

    def __init__(self, features: LexicalFeatures) -> None:
        self._features = features
        self._letters: Callable[[str], list[str]] = features.characters_.build_analyzer()
        self._first_letters = len(features.words_.vocabulary_)
        self._first_dense = self._first_letters + len(features.characters_.vocabulary_)

    def fold(self, row: sp.csr_matrix, tokens: Sequence[str], weights: FloatArray) -> Folded:
        """Fold one row (1, features) of a sentence with these masked tokens, by the weights (features,)."""
        products = dict(zip(row.indices.tolist(), (row.data * weights[row.indices]).tolist(), strict=True))
        dense = np.array([products.get(column, 0.0) for column in range(self._first_dense, row.shape[1])])
        cues = len(CUE_NAMES)
        vector = dense[len(dense) - self._features.vectors_.dimensions :]
        places = dense[3 * cues : len(dense) - len(vector)]
        words = self._grams(tokens, products)
        by_vector = self._by_vector(row, tokens, weights)
        return Folded(
            words=words + by_vector,
            cues={name: float(value) for name, value in zip(CUE_NAMES, dense[:cues], strict=True) if value},
            before=float(dense[cues : 2 * cues].sum()),
            after=float(dense[2 * cues : 3 * cues].sum()),
            place=float(places.sum()),
            constant=float(vector.sum() - by_vector.sum()),
        )

    def _grams(self, tokens: Sequence[str], products: Mapping[int, float]) -> FloatArray:
        """Effects (tokens,) of the word and letter n-grams."""
        places: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        words, letters = self._features.words_.vocabulary_, self._features.characters_.vocabulary_
        for i, token in enumerate(tokens):
            _note(places, words, [token], (i,), 0)
            _note(places, letters, self._letters(token), (i,), self._first_letters)
            if i:
                _note(places, words, [f"{tokens[i - 1]} {token}"], (i - 1, i), 0)
        effects = np.zeros(len(tokens))
        for column, occurrences in places.items():
            share = products.get(column, 0.0) / len(occurrences)
            for rows in occurrences:
                effects[list(rows)] += share / len(rows)
        return effects

    def _by_vector(self, row: sp.csr_matrix, tokens: Sequence[str], weights: FloatArray) -> FloatArray:
        """Effects (tokens,) of the sentence vector, which is a weighted mean of the words' vectors."""
        vectors = self._features.vectors_
        effects = np.zeros(len(tokens))
        known = [(i, vectors.index[token]) for i, token in enumerate(tokens) if token in vectors.index]
        sentence = vectors.sentence(tokens)
        size = float(sentence @ sentence)
        if not known or not size:
            return effects
        rows = [number for _, number in known]
        parts = vectors.weights[rows, None].astype(np.float64) * vectors.matrix[rows].astype(np.float64)
        norm = float(np.linalg.norm(parts.sum(axis=0))) + 1e-9
        values = row.toarray()[0, -vectors.dimensions :]
        scale = float(values @ sentence) / size  # how much the features weigh the vector beside the n-grams
        np.add.at(effects, [i for i, _ in known], scale * (parts @ weights[-vectors.dimensions :]) / norm)
        return effects


def _note(
    places: dict[int, list[tuple[int, ...]]],
    vocabulary: Mapping[str, int],
    grams: Iterable[str],
    rows: tuple[int, ...],
    first: int,
) -> None:
    for gram in grams:
        column = vocabulary.get(gram)
        if column is not None:
            places[first + column].append(rows)
