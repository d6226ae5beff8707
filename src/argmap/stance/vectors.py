"""Word vectors learned from plain text: positive pointwise mutual information, then a truncated SVD.

Levy and Goldberg, Neural Word Embedding as Implicit Matrix Factorization (NIPS 2014); the sentence vector is the
frequency-weighted mean of Arora, Liang and Ma, A Simple but Tough-to-Beat Baseline for Sentence Embeddings (ICLR 2017).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.utils.extmath import randomized_svd

FloatArray = npt.NDArray[np.float64]
_WINDOW = 5
_FREQUENCY_WEIGHT = 1e-3
_CONTEXT_SMOOTHING = 0.75
_ARTICLES_A_CHUNK = 400


@dataclass(frozen=True)
class WordVectors:
    """`matrix` holds a unit-length row a word, shape (words, dimensions); `weights` its weight in a sentence's mean."""

    words: tuple[str, ...]
    matrix: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]

    @cached_property
    def index(self) -> dict[str, int]:
        return {word: i for i, word in enumerate(self.words)}

    @property
    def dimensions(self) -> int:
        return int(self.matrix.shape[1])

    def sentence(self, tokens: Sequence[str]) -> FloatArray:
        """The centred, weighted mean of the words' vectors, of about unit length: shape (dimensions,)."""
        rows = [self.index[token] for token in tokens if token in self.index]
        if not rows:
            return np.zeros(self.dimensions)
        mean = self.weights[rows].astype(np.float64) @ self.matrix[rows].astype(np.float64)
        unit: FloatArray = mean / (np.linalg.norm(mean) + 1e-9) - self.mean
        return unit


def learn_vectors(
    articles: Iterable[Sequence[str]],
    *,
    dimensions: int = 100,
    vocabulary: int = 20_000,
    min_count: int = 8,
    seed: int = 0,
) -> WordVectors:
    """Learn vectors from articles given as masked tokens; fewer words than `dimensions` give fewer dimensions."""
    texts = [list(tokens) for tokens in articles]
    counts = Counter(token for tokens in texts for token in tokens)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:vocabulary]
    words = tuple(word for word, count in ranked if count >= min_count)
    size = min(dimensions, max(len(words) - 1, 0))
    if size < 1:
        return WordVectors((), np.zeros((0, 0), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
    index = {word: i for i, word in enumerate(words)}
    ppmi = _positive_pmi(_cooccurrences(texts, index))
    left, singular, _ = randomized_svd(ppmi, n_components=size, n_iter=3, random_state=seed)
    matrix = left * np.sqrt(singular)
    matrix = (matrix / (np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9)).astype(np.float16).astype(np.float32)
    total = sum(counts.values())
    weights = np.array([_FREQUENCY_WEIGHT / (_FREQUENCY_WEIGHT + counts[word] / total) for word in words], np.float32)
    return WordVectors(words, matrix, weights, np.zeros(size, np.float32))


def _cooccurrences(texts: Sequence[Sequence[str]], index: dict[str, int]) -> sp.csr_matrix:
    """Symmetric counts within `_WINDOW` words, weighted by 1/distance; summed in chunks to bound memory."""
    size = len(index)
    total = sp.csr_matrix((size, size), dtype=np.float32)
    for first in range(0, len(texts), _ARTICLES_A_CHUNK):
        rows, columns, values = [], [], []
        for tokens in texts[first : first + _ARTICLES_A_CHUNK]:
            ids = np.array([index.get(token, -1) for token in tokens], dtype=np.int32)
            for distance in range(1, _WINDOW + 1):
                here, there = ids[:-distance], ids[distance:]
                known = (here >= 0) & (there >= 0)
                rows += [here[known], there[known]]
                columns += [there[known], here[known]]
                values.append(np.full(2 * int(known.sum()), 1.0 / distance, np.float32))
        pairs = (np.concatenate(rows), np.concatenate(columns))
        total = total + sp.csr_matrix((np.concatenate(values), pairs), shape=(size, size))
    return total


def _positive_pmi(counts: sp.csr_matrix) -> sp.csr_matrix:
    if not counts.nnz:
        return counts
    matrix = counts.tocoo()
    row = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
    context = row**_CONTEXT_SMOOTHING
    context /= context.sum()
    pmi = np.log(matrix.data / (row[matrix.row] * context[matrix.col]))
    keep = pmi > 0
    return sp.csr_matrix((pmi[keep], (matrix.row[keep], matrix.col[keep])), shape=counts.shape)
