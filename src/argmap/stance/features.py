"""Lexical features of a sentence in its article: n-grams, cues, neighbours' cues, place and a sentence vector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer

from argmap.stance.cues import CUE_NAMES, cue_vector
from argmap.stance.first_stage import Blocks, FirstStage
from argmap.stance.sentences import Sentence, article_numbers, neighbours, places
from argmap.stance.tokens import masked_tokens, ordinary_words
from argmap.stance.vectors import WordVectors, learn_vectors

FloatArray = npt.NDArray[np.float64]
# Weights of the dense blocks beside unit-length TF-IDF rows, chosen by cross-validation on training articles.
_OWN_CUES = 0.3
_NEIGHBOUR_CUES = 0.1
_VECTOR = 1.5
_PLACE_NAMES = ("depth", "height", "from start", "to end", "opens paragraph", "closes paragraph")


def word_vectorizer(vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    """Word 1- and 2-grams of the masked tokens."""
    index = None if vocabulary is None else {gram: i for i, gram in enumerate(vocabulary)}
    return TfidfVectorizer(
        analyzer="word", token_pattern=r"\S+", lowercase=False, ngram_range=(1, 2), min_df=2, sublinear_tf=True,
        vocabulary=index,
    )  # fmt: skip


def character_vectorizer(vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    """Character 2- to 5-grams inside the masked tokens."""
    index = None if vocabulary is None else {gram: i for i, gram in enumerate(vocabulary)}
    return TfidfVectorizer(
        analyzer="char_wb", lowercase=False, ngram_range=(2, 5), min_df=3, sublinear_tf=True, vocabulary=index
    )


class LexicalFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Transformer from sentences to a sparse matrix (sentences, features).

    `unlabelled`: further articles (plain text) to learn word vectors from; the fitted model does not keep them.
    """

    def __init__(self, *, unlabelled: Sequence[str] = (), dimensions: int = 100, seed: int = 0) -> None:
        self.unlabelled = unlabelled
        self.dimensions = dimensions
        self.seed = seed

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = {**super().__getstate__()}
        state.pop("_first_stage", None)  # found again from the rest
        return state

    def fit(self, X: Sequence[Sentence], y: object = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn ordinary words, vocabularies, scales and word vectors from the sentences (and `unlabelled`)."""
        texts = _article_texts(X)
        self.ordinary_ = ordinary_words([*texts, *self.unlabelled])
        everything = [masked_tokens(text, self.ordinary_) for text in (*texts, *self.unlabelled)]
        self.vectors_ = learn_vectors(everything, dimensions=self.dimensions, seed=self.seed)
        tokens = [masked_tokens(sentence.text, self.ordinary_) for sentence in X]
        self.vectors_ = _centred(self.vectors_, tokens)
        documents = [" ".join(row) for row in tokens]
        self.words_ = word_vectorizer().fit(documents)
        self.characters_ = character_vectorizer().fit(documents)
        scale = self._cues(X, tokens).std(axis=0)
        self.cue_scale_ = np.maximum(scale, 0.05).astype(np.float32)
        return self

    def transform(self, X: Sequence[Sentence]) -> sp.csr_matrix:
        """Return the feature matrix (sentences, features); rows of an article see that article's neighbours."""
        tokens = [masked_tokens(sentence.text, self.ordinary_) for sentence in X]
        return self.matrix(X, tokens)

    def matrix(self, X: Sequence[Sentence], tokens: Sequence[Sequence[str]]) -> sp.csr_matrix:
        """As `transform`, from tokens that are already masked."""
        if not X:
            return sp.csr_matrix((0, len(self.get_feature_names_out())))
        documents = [" ".join(row) for row in tokens]
        articles = article_numbers(X)
        cues = self._cues(X, tokens) / self.cue_scale_
        dense = np.hstack(
            [
                cues * _OWN_CUES,
                neighbours(cues, articles, -1) * _NEIGHBOUR_CUES,
                neighbours(cues, articles, 1) * _NEIGHBOUR_CUES,
                _places(X, articles),
                self.sentence_vectors(tokens) * _VECTOR,
            ]
        )
        parts = [self.words_.transform(documents), self.characters_.transform(documents), sp.csr_matrix(dense)]
        return sp.hstack(parts).tocsr()

    def first_stage(
        self,
        X: Sequence[Sentence],
        weights: Sequence[npt.NDArray[np.floating[Any]]],
        biases: Sequence[npt.NDArray[np.floating[Any]]],
    ) -> list[FloatArray]:
        """`transform(X) @ w.T + b` for each of the weights w (scores, features) and biases b, without the matrix.

        Equal but for rounding (well below 1e-9) and several times as fast, for linear models fitted on `transform`.
        """
        known: tuple[list[object], FirstStage, Lock] | None = getattr(self, "_first_stage", None)
        parts = [self.ordinary_, self.words_, self.characters_, self.cue_scale_, self.vectors_, *weights]
        if known is None or list(map(id, known[0])) != list(map(id, parts)):
            blocks = self._blocks(np.vstack(weights).T.astype(np.float64))
            stage = FirstStage(self.ordinary_, self.words_, self.characters_, self.vectors_, blocks)
            known = self._first_stage = (parts, stage, Lock())
        articles = article_numbers(X)
        with known[2]:
            scores = known[1].scores([sentence.text for sentence in X], articles, _places(X, articles))
        ends = np.cumsum([len(bias) for bias in biases])
        return [part + bias for part, bias in zip(np.split(scores, ends[:-1], axis=1), biases, strict=True)]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of columns of each block, in order: n-grams, own cues, the neighbours' cues, places, vector."""
        cues, grams = len(CUE_NAMES), len(self.words_.vocabulary_) + len(self.characters_.vocabulary_)
        return grams, cues, cues, cues, len(_PLACE_NAMES), self.vectors_.dimensions

    def _blocks(self, weights: FloatArray) -> Blocks:
        if len(weights) != sum(self.sizes):
            raise ValueError(f"{len(weights)} weights for {sum(self.sizes)} features")
        blocks = np.split(weights, np.cumsum(self.sizes)[:-1])
        scale = self.cue_scale_[:, None].astype(np.float64)
        own, near = _OWN_CUES / scale, _NEIGHBOUR_CUES / scale
        factors = (1.0, own, near, near, 1.0, _VECTOR)
        return Blocks(*(np.ascontiguousarray(block * factor) for block, factor in zip(blocks, factors, strict=True)))

    def sentence_vectors(self, tokens: Sequence[Sequence[str]]) -> FloatArray:
        """Sentence vectors, shape (sentences, dimensions)."""
        rows = [self.vectors_.sentence(row) for row in tokens]
        return np.asarray(rows, dtype=np.float64).reshape(len(tokens), self.vectors_.dimensions)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """A readable name for each column."""
        names = [f"word {gram}" for gram in self.words_.get_feature_names_out()]
        names += [f"letters {gram}" for gram in self.characters_.get_feature_names_out()]
        for prefix in ("", "before: ", "after: "):
            names += [f"{prefix}cue {name}" for name in CUE_NAMES]
        names += [f"place {name}" for name in _PLACE_NAMES]
        names += [f"vector {i}" for i in range(self.vectors_.dimensions)]
        return np.array(names, dtype=object)

    @staticmethod
    def _cues(X: Sequence[Sentence], tokens: Sequence[Sequence[str]]) -> FloatArray:
        rows = [cue_vector(sentence.text, row) for sentence, row in zip(X, tokens, strict=True)]
        return np.asarray(rows, dtype=np.float64).reshape(len(X), len(CUE_NAMES))


def _places(X: Sequence[Sentence], articles: npt.NDArray[np.int64]) -> FloatArray:
    before, after = places(articles)
    length = before + after + 1
    columns = [
        before / length,
        after / length,
        np.minimum(before, 5) / 5,
        np.minimum(after, 5) / 5,
        np.array([sentence.opens_paragraph for sentence in X], dtype=np.float64),
        np.array([sentence.closes_paragraph for sentence in X], dtype=np.float64),
    ]
    return np.stack(columns, axis=1) if len(X) else np.zeros((0, len(columns)))


def _article_texts(X: Iterable[Sentence]) -> list[str]:
    texts: dict[str, list[str]] = {}
    for sentence in X:
        texts.setdefault(sentence.article, []).append(sentence.text)
    return ["\n".join(parts) for parts in texts.values()]


def _centred(vectors: WordVectors, tokens: Sequence[Sequence[str]]) -> WordVectors:
    if not vectors.words or not tokens:
        return vectors
    mean = np.mean([vectors.sentence(row) for row in tokens], axis=0).astype(np.float32)
    return WordVectors(vectors.words, vectors.matrix, vectors.weights, mean)
