"""Scores by unit-length TF-IDF rows, as `TfidfVectorizer` counts them, with the n-grams of each word read once.

n-grams of characters (`char_wb`) never cross words, so that a word always adds the same ones; pairs of words are looked
up by their numbers. Each word's share is summed as if every n-gram occurred once in the sentence; those that occur more
often, found by sorting, are then put right: their weight grows with the logarithm of the count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.stance.encoding import Growing, TokenRows
from argmap.stance.pairs import PairTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class GramScores:
    """Scores of sentences by two unit-length TF-IDF rows: words and pairs of words, and characters inside words.

    `words` and `characters` are fitted vectorizers of `features`; `weights` (columns of both, scores) what each column
    adds.
    """

    def __init__(self, words: Any, characters: Any, weights: FloatArray) -> None:
        vocabulary: Mapping[str, int] = words.vocabulary_
        self._split = len(vocabulary)
        idf = np.concatenate([words.idf_, characters.idf_])[:, None]
        self._columns = len(idf)
        # Of each column: what it adds to the scores, and to the square of the row's length.
        self._values = np.hstack([idf * weights, idf * idf])
        self.width = 2 * self._values.shape[1]
        self._letters: Mapping[str, int] = characters.vocabulary_
        self._sizes_of_grams = range(characters.ngram_range[0], characters.ngram_range[1] + 1)
        self._single = vocabulary
        self._pairs = PairTable({gram: column for gram, column in vocabulary.items() if " " in gram})
        self.forget()

    def forget(self) -> None:
        """Forget the words that were read."""
        self._grams: list[bytes] = []
        self._sizes = Growing(dtype=np.int64)
        self._members = Growing(dtype=np.int64)

    def read(self, words: Sequence[str]) -> FloatArray:
        """Read the next words of the encoder; return their shares, of which `scores` wants the sums: (words, width)."""
        grams = [self._columns_of(word) for word in words]
        sizes = [len(packed) // 4 for packed in grams]
        columns = np.frombuffer(b"".join(grams), dtype=np.uint32).astype(np.int64)
        shares = np.zeros((2 * len(words), self._values.shape[1]))
        half = 2 * np.repeat(np.arange(len(words)), sizes) + (columns >= self._split)
        _add(shares, half, self._values.take(columns, axis=0))
        self._grams += grams
        self._sizes.add(sizes)
        self._members.add(self._pairs.members(words))
        return shares.reshape(len(words), self.width)

    def scores(self, tokens: TokenRows, shares: FloatArray) -> FloatArray:
        """Shape (sentences, scores), from the sums of the shares of each sentence's words."""
        sums = shares.reshape(2 * len(tokens), -1)  # a row for words, a row for characters
        members = self._members.values.take(tokens.ids)
        place, column = self._pairs.find(members[:-1], members[1:], tokens.inner)
        rows = tokens.rows.take(place)
        _add(sums, 2 * rows, self._values.take(column, axis=0))
        self._put_right(sums, self._keys(tokens, rows, column))
        lengths = np.sqrt(np.maximum(sums[:, -1:], 0))
        lengths[lengths == 0] = 1
        sums = sums[:, :-1] / lengths
        total: FloatArray = sums[0::2] + sums[1::2]
        return total

    def _keys(self, tokens: TokenRows, rows: IntArray, pairs: IntArray) -> npt.NDArray[Any]:
        """Row and column of each n-gram that occurs, as often as it does, as one number each: sorted."""
        kind = np.uint32 if len(tokens) * self._columns < 2**32 else np.uint64
        offsets = (np.arange(len(tokens)) * self._columns).astype(kind)
        grams = np.frombuffer(b"".join(map(self._grams.__getitem__, tokens.listed)), dtype=np.uint32)
        keys = np.empty(len(grams) + len(pairs), dtype=kind)
        own = np.repeat(offsets.take(tokens.rows), self._sizes.values.take(tokens.ids))
        np.add(grams, own, out=keys[: len(grams)])
        np.add(offsets.take(rows), pairs.astype(kind), out=keys[len(grams) :])
        keys.sort()
        return keys

    def _put_right(self, sums: FloatArray, keys: npt.NDArray[Any]) -> None:
        """Give n-grams that occur c > 1 times the weight 1 + log c in place of c."""
        again = np.flatnonzero(keys[1:] == keys[:-1])  # one less of each than occur, each after the other
        if not len(again):
            return
        first = np.flatnonzero(np.diff(again, prepend=-2) != 1)
        cells = keys.take(again.take(first))
        rows = cells // keys.dtype.type(self._columns)
        columns = (cells - rows * keys.dtype.type(self._columns)).astype(np.int64)
        times = np.diff(first, append=len(again)) + 1.0
        weight = 1 + np.log(times)
        values = self._values.take(columns, axis=0)
        values[:, :-1] *= (weight - times)[:, None]
        values[:, -1] *= weight * weight - times
        _add(sums, 2 * rows.astype(np.int64) + (columns >= self._split), values)

    def _columns_of(self, word: str) -> bytes:
        """The columns of a word and of the n-grams of its characters, as often as they occur in it (uint32)."""
        padded, longest = f" {word} ", len(word) + 2
        # As scikit-learn does it, a word that is no longer than an n-gram counts once, with the shortest such n.
        sizes = [size for size in self._sizes_of_grams if size <= longest] or [self._sizes_of_grams[0]]
        grams = [padded[start : start + size] for size in sizes for start in range(max(longest - size + 1, 1))]
        found = [self._split + column for column in map(self._letters.get, grams) if column is not None]
        single = self._single.get(word)
        if single is not None:
            found.append(single)
        return np.sort(np.array(found, dtype=np.uint32)).tobytes()


def _add(sums: FloatArray, rows: IntArray, values: FloatArray) -> None:
    """Add to rows of `sums`, which come in ascending order and may repeat."""
    if len(rows):
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        sums[rows.take(starts)] += np.add.reduceat(values, starts, axis=0)
