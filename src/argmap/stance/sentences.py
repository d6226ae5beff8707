"""Sentences in their article: what the classifiers take as X."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from argmap.document import Document

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text unit, its article (the group), its place in the paragraph and the article's title.

    An article's sentences are contiguous.
    """

    text: str
    article: str
    opens_paragraph: bool = False
    closes_paragraph: bool = False
    title: str = ""


def sentences_of(document: Document) -> list[Sentence]:
    """The text units of a document in text order."""
    units = list(document.text_units())
    breaks = ["\n" in document.text[left.span.end : right.span.start] for left, right in pairwise(units)]
    opens = [True, *breaks]
    closes = [*breaks, True]
    title = document.title or ""
    return [Sentence(document.text_of(unit), document.id, opens[i], closes[i], title) for i, unit in enumerate(units)]


def article_numbers(sentences: Sequence[Sentence]) -> IntArray:
    """The number of each sentence's article, 0, 1, …, in order of first sight: shape (sentences,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(s.article, len(numbers)) for s in sentences], dtype=np.int64)


def places(articles: IntArray) -> tuple[IntArray, IntArray]:
    """Index of each sentence in its article, and the number of its article's sentences after it."""
    starts, sizes = _runs(articles)
    before = np.arange(len(articles)) - np.repeat(starts, sizes)
    return before, np.repeat(sizes, sizes) - 1 - before


def _runs(articles: IntArray) -> tuple[IntArray, IntArray]:
    """Where each article's run of sentences starts, and how long it is."""
    starts = np.flatnonzero(np.diff(articles, prepend=-1)).astype(np.int64)
    return starts, np.diff(starts, append=len(articles))


def neighbours(values: npt.NDArray[np.float64], articles: IntArray, offset: int) -> npt.NDArray[np.float64]:
    """The rows of `values` (sentences, columns) shifted by `offset` within each article; zeros beyond its ends."""
    out = np.zeros_like(values)
    n = len(values)
    rows = np.arange(n)
    there = rows + offset
    inside = (there >= 0) & (there < n)
    inside[inside] = articles[rows[inside]] == articles[there[inside]]
    out[inside] = values[there[inside]]
    return out


def article_means(values: npt.NDArray[np.float64], articles: IntArray) -> npt.NDArray[np.float64]:
    """Each row's mean over its article: (sentences, columns)."""
    if not len(values):
        return np.zeros_like(values)
    starts, sizes = _runs(articles)
    means: npt.NDArray[np.float64] = np.repeat(np.add.reduceat(values, starts) / sizes[:, None], sizes, axis=0)
    return means
