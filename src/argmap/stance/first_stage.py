"""The first stage's scores without the feature matrix: each block of features is multiplied where it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from argmap.stance.counting import GramScores
from argmap.stance.cue_matrix import CueReader
from argmap.stance.encoding import Growing, IntArray, TokenEncoder, TokenRows
from argmap.stance.sentences import neighbours
from argmap.stance.vectors import WordVectors

FloatArray = npt.NDArray[np.float64]
_ROWS_AT_ONCE = 256  # their n-grams fit into a processor's cache


@dataclass(frozen=True)
class Blocks:
    """What the columns of the feature matrix are, in order; each array holds their weights: (columns, scores)."""

    grams: FloatArray
    own_cues: FloatArray
    cues_before: FloatArray
    cues_after: FloatArray
    places: FloatArray
    vector: FloatArray


class FirstStage:
    """Scores of sentences by weights on the columns of the feature matrix: but for rounding, the matrix product.

    What it has read of words is kept for the next texts, up to a bound.
    """

    def __init__(
        self, ordinary: frozenset[str], words: Any, characters: Any, vectors: WordVectors, blocks: Blocks
    ) -> None:
        self._ordinary = ordinary
        self._places = blocks.places
        self._cue_weights = np.hstack([blocks.own_cues, blocks.cues_before, blocks.cues_after])
        self._grams = GramScores(words, characters, blocks.grams)
        self._cues = CueReader()
        self._vectors = _VectorScores(vectors, blocks.vector)
        self._start_again()

    def _start_again(self) -> None:
        self._encoder = TokenEncoder(self._ordinary)
        self._grams.forget()
        self._cues.forget(self._encoder.words)
        self._vectors.forget()
        # What each word adds to sums over a sentence: to its n-grams' scores, to its counts of cues, to whether any has
        # a vector.
        self._shares = Growing(self._grams.width + self._cues.width + 1)

    def scores(self, texts: Sequence[str], articles: IntArray, places: FloatArray) -> FloatArray:
        """Shape (sentences, scores); `places` are the columns of that name."""
        out = places @ self._places
        by_cues = np.zeros((len(texts), self._cue_weights.shape[1]))
        for start in range(0, len(texts), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            if self._encoder.full:
                self._start_again()
            some = texts[rows]
            tokens = self._encoder.encode(some)
            self._read_new_words()
            sums = _summed(tokens.ids, tokens, self._shares.values)
            of_grams, of_cues, known = np.split(sums, [self._grams.width, sums.shape[1] - 1], axis=1)
            out[rows] += self._grams.scores(tokens, of_grams)
            out[rows] += self._vectors.scores(tokens, known[:, 0] > 0)
            by_cues[rows] = self._cues.matrix(some, tokens, of_cues) @ self._cue_weights
        own, before, after = np.split(by_cues, 3, axis=1)
        out += own
        out += neighbours(before, articles, -1)
        out += neighbours(after, articles, 1)
        return out

    def _read_new_words(self) -> None:
        new = self._encoder.words[len(self._shares) :]
        if new:
            self._shares.add(np.hstack([self._grams.read(new), self._cues.read(new), self._vectors.read(new)]))


class _VectorScores:
    """Scores by the sentence vectors of `WordVectors.sentence`."""

    def __init__(self, vectors: WordVectors, weights: FloatArray) -> None:
        self._index = vectors.index
        weighted = vectors.weights[:, None].astype(np.float64) * vectors.matrix
        self._table = np.vstack([weighted, np.zeros((1, vectors.dimensions))])  # the last: words without a vector
        self._weights = weights
        self._centre = vectors.mean.astype(np.float64) @ weights
        self.forget()

    def forget(self) -> None:
        self._rows = Growing(dtype=np.int32)

    def read(self, words: Sequence[str]) -> FloatArray:
        """Read the next words of the encoder; return 1 for those that have a vector: (words, 1)."""
        rows = np.array([self._index.get(word, -1) for word in words], dtype=np.int32)
        self._rows.add(rows % len(self._table))
        return (rows >= 0).astype(np.float64)[:, None]

    def scores(self, tokens: TokenRows, known: npt.NDArray[np.bool_]) -> FloatArray:
        """Shape (sentences, scores); nothing for a sentence of which no word is `known`."""
        sums = _summed(self._rows.values.take(tokens.ids), tokens, self._table)
        lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums)) + 1e-9
        scores: FloatArray = sums @ self._weights
        scores /= lengths[:, None]
        scores -= self._centre
        scores[~known] = 0
        return scores


def _summed(columns: npt.NDArray[np.int32], tokens: TokenRows, table: FloatArray) -> FloatArray:
    """For each sentence the sum of the table's rows that its tokens name: (sentences, columns of the table)."""
    named = sp.csr_matrix((np.ones(len(columns)), columns, tokens.starts), shape=(len(tokens), len(table)))
    sums: FloatArray = named @ table
    return sums
