"""What the benchmark's scorers see of a segment and of a pair of segments: words, connectives, place, neighbours.

Dense features need no fitting; the vocabulary of words and short phrases is fitted on the training texts alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
_LEXICON: dict[str, list[str]] = tomllib.loads(
    files("argmap.benchmarks").joinpath("connectives.toml").read_text(encoding="utf-8")
)
CLASSES: tuple[str, ...] = tuple(_LEXICON)
_PHRASES = {
    tuple(phrase.split()): [number for number, name in enumerate(CLASSES) if phrase in _LEXICON[name]]
    for phrases in _LEXICON.values()
    for phrase in phrases
}
_LONGEST = max(map(len, _PHRASES))
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[^\w\s]")
_START = 3  # tokens
_STEM = 5  # letters that stand for a word's stem
_FUNCTION_WORDS = frozenset(word for phrase in _PHRASES for word in phrase) | frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "with",
        "from",
        "into",
        "about",
        "be",
        "is",
        "are",
        "was",
        "were",
        "been",
        "am",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "up",
        "out",
        "who",
        "which",
        "what",
        "how",
        "than",
        "over",
        "more",
        "less",
        "own",
        "same",
    ]
)


def tokens(text: str) -> list[str]:
    """Words and marks in lower case, apostrophes straight."""
    return [token.replace("’", "'") for token in _TOKEN.findall(text.lower())]


def connectives(words: Sequence[str]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How often each class occurs (at most twice counted), and whether it does within the first three words."""
    counts, early = np.zeros(len(CLASSES), np.float32), np.zeros(len(CLASSES), np.float32)
    for start in range(len(words)):
        for length in range(1, min(_LONGEST, len(words) - start) + 1):
            for number in _PHRASES.get(tuple(words[start : start + length]), ()):
                counts[number] += 1
                if start < _START:
                    early[number] = 1
    return np.minimum(counts, 2), early


@dataclass(frozen=True)
class TextView:
    """The segments of a text as tokens, and what is computed from them once."""

    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, segments: Sequence[str]) -> TextView:
        """Tokenise the segments."""
        return cls(tuple(tuple(tokens(segment)) for segment in segments))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def cues(self) -> FloatArray:
        """Connective classes, their early flags, length, a question: (n, 2 classes + 3)."""
        found = []
        for row in self.rows:
            words = [token for token in row if token[0].isalnum()]
            counts, early = connectives(words)
            shape = [np.log1p(len(words)), "?" in row, "!" in row]
            found.append(np.concatenate([counts, early, np.array(shape, np.float32)]))
        return np.array(found, np.float32)

    @cached_property
    def overlap(self) -> FloatArray:
        """Share of the content stems of the shorter segment that both have: (n, n), 0 on the diagonal."""
        stems = [{t[:_STEM] for t in row if t[0].isalpha() and t not in _FUNCTION_WORDS} for row in self.rows]
        found = np.zeros((len(self), len(self)), np.float32)
        for i, a in enumerate(stems):
            for j, b in enumerate(stems):
                if i != j:
                    found[i, j] = len(a & b) / max(min(len(a), len(b)), 1)
        return found

    @cached_property
    def place(self) -> FloatArray:
        """Where each segment stands: (n, 7)."""
        n = len(self)
        i = np.arange(n)
        columns = [i, n - 1 - i, i / max(n - 1, 1), i == 0, i == n - 1, i == 1, np.full(n, n)]
        return np.stack([np.asarray(c, np.float32) for c in columns], axis=1)

    @cached_property
    def segments(self) -> FloatArray:
        """All dense features of each segment: its own, those of its neighbours, of the text, and its place."""
        padded = np.vstack([np.zeros_like(self.cues[:1]), self.cues, np.zeros_like(self.cues[:1])])
        near = [padded[:-2], padded[2:]]
        before = np.vstack([np.zeros_like(self.cues[:1]), np.cumsum(self.cues, axis=0)[:-1]])
        whole = self.cues.sum(axis=0)
        relative = self.cues - whole / len(self)
        shared = np.stack([self.overlap.mean(axis=1), self.overlap.max(axis=1)], axis=1)
        return np.hstack([self.cues, *near, before, relative, self.place, shared, _next(self.overlap)])

    @cached_property
    def pairs(self) -> FloatArray:
        """Dense features of every ordered pair of different segments, row by row of its source."""
        n = len(self)
        i, j = pair_indices(n)
        step = j - i
        padded = np.vstack([self.cues, np.zeros_like(self.cues[:1])])
        early = slice(len(CLASSES), 2 * len(CLASSES))
        distance = np.stack(
            [
                step,
                abs(step),
                step == 1,
                step == -1,
                step > 0,
                step == 2,
                step == -2,
                abs(step) > 2,
                j == 0,
                j == n - 1,
            ],
            axis=1,
        ).astype(np.float32)
        forward = (step > 0)[:, None]
        own = self.cues[i]
        return np.hstack(
            [
                distance,
                self.place[i],
                self.place[j],
                own,
                self.cues[j],
                padded[np.minimum(i + 1, n)],
                padded[np.minimum(j + 1, n)],
                own[:, early] * forward,
                own[:, early] * (step == -1)[:, None],
                self.cues[j][:, early] * (step == 1)[:, None],
                self.overlap[i, j][:, None],
                self.overlap[i, j][:, None] - self.overlap[i].max(axis=1)[:, None],
                self.overlap[j].mean(axis=1)[:, None],
            ]
        ).astype(np.float32)

    def words(self, i: int) -> Iterator[str]:
        """Names of the sparse features of segment `i`: its words, pairs of words, its first ones, its neighbours'."""
        row = self.rows[i]
        yield from row
        yield from (f"{a} {b}" for a, b in pairwise(row))
        yield from (f"^{k} {' '.join(row[: k + 1])}" for k in range(min(_START, len(row))))
        yield from (f"^{token}" for token in row[:_START])
        for shift, mark in ((-1, "<"), (1, ">")):
            if 0 <= i + shift < len(self):
                near = self.rows[i + shift]
                yield from (f"{mark}{token}" for token in near)
                yield from (f"{mark}^{token}" for token in near[:_START])

    def pair_words(self, i: int, j: int) -> Iterator[str]:
        """Names of the sparse features of the pair: the words of both, and the source's first ones by direction."""
        side = "+" if j > i else "-"
        near = side if abs(i - j) == 1 else side * 2
        yield from (f"s {token}" for token in self.rows[i])
        yield from (f"t {token}" for token in self.rows[j])
        yield from (f"s^{near}{token}" for token in self.rows[i][:_START])
        yield from (f"t^{near}{token}" for token in self.rows[j][:_START])
        if i + 1 < len(self):
            yield from (f"n^{near}{token}" for token in self.rows[i + 1][:_START])


def pair_indices(n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Source and target of every ordered pair of n segments, in the order of `TextView.pairs`."""
    i, j = np.divmod(np.arange(n * n), n)
    return i[i != j], j[i != j]


def _next(overlap: FloatArray) -> FloatArray:
    """Overlap with the segment before and the one after: (n, 2)."""
    n = len(overlap)
    found = np.zeros((n, 2), np.float32)
    for i in range(n):
        found[i, 0] = overlap[i, i - 1] if i else 0
        found[i, 1] = overlap[i, i + 1] if i + 1 < n else 0
    return found
