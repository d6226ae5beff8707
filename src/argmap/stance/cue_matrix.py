"""The cues of many sentences at once: the same numbers as `cue_vector`, from tokens by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from argmap.stance.automaton import PatternSearch
from argmap.stance.cues import CLASSES_OF, CUE_LISTS, CUE_NAMES, PATTERNS, STARTS, WORD_CLASSES, single_quoted
from argmap.stance.encoding import QUOTE_NUMBER, Growing, IntArray, TokenRows
from argmap.stance.tokens import NAME, NUMBER, QUOTE

FloatArray = npt.NDArray[np.float64]
_CLASSES = tuple(WORD_CLASSES)
_SAY, _AGENT, _DUTY = (_CLASSES.index(name) for name in ("say", "agent", "duty"))
_BLAME = [_CLASSES.index(name) for name in ("blame verb", "blame noun")]
# Columns of a token: its word classes, then these.
_NAMES, _NUMBERS, _QUOTES, _ACCORDING = range(len(_CLASSES), len(_CLASSES) + 4)
_COUNTED = len(_CLASSES) + 4
_COUNTED_OF = {word: list(numbers) for word, numbers in CLASSES_OF.items()}
for _word, _column in ((NAME, _NAMES), (NUMBER, _NUMBERS), (QUOTE, _QUOTES), ("according", _ACCORDING)):
    _COUNTED_OF.setdefault(_word, []).append(_column)
_FIRSTS = (*STARTS.values(), CUE_LISTS["imperatives"])
_OPENING = list(STARTS).index("starts quote")
_FIRSTS_OF = {word: [word in words for words in _FIRSTS] for word in frozenset().union(*_FIRSTS)}
_NO_FIRST = [False] * len(_FIRSTS)


class CueReader:
    """Cues of sentences whose tokens an encoder has numbered."""

    width = _COUNTED

    def __init__(self) -> None:
        self._search = PatternSearch(PATTERNS)
        self._bytes = len(PATTERNS) // 8 + 1
        self.forget(())

    def forget(self, spelling: Sequence[str]) -> None:
        """Forget the words that were read, for those of another encoder."""
        self._search.forget(spelling)
        self._firsts = Growing(len(_FIRSTS), dtype=np.bool_)
        self._duty = Growing(dtype=np.bool_)

    def read(self, words: Sequence[str]) -> FloatArray:
        """Read the next words of the encoder; return what they count for, of which `matrix` wants the sums."""
        counted = np.zeros((len(words), _COUNTED))
        for row, word in enumerate(words):
            if word in _COUNTED_OF:
                counted[row, _COUNTED_OF[word]] = 1
        self._firsts.add([_FIRSTS_OF.get(word, _NO_FIRST) for word in words])
        self._duty.add(counted[:, _DUTY])
        return counted

    def matrix(self, texts: Sequence[str], tokens: TokenRows, totals: FloatArray) -> FloatArray:
        """Shape (sentences, len(CUE_NAMES)), from the sums of what each sentence's words count for."""
        classes = len(_CLASSES)
        out = np.empty((len(tokens), len(CUE_NAMES)))
        counts = np.minimum(totals[:, :classes], 4.0, out=out[:, :classes])
        starts = classes + len(PATTERNS)
        out[:, classes:starts] = self._patterns(tokens)
        firsts = self._starts(tokens)
        shape = starts + len(STARTS)
        out[:, starts:shape] = firsts[:, :-1]
        for column, values in enumerate(self._shape(texts, tokens, totals, counts, firsts[:, -1]), shape):
            out[:, column] = values
        return out

    def _patterns(self, tokens: TokenRows) -> npt.NDArray[np.uint8]:
        found = self._search.hits(tokens.ids.tolist(), tokens.starts.tolist())
        packed = b"".join([hits.to_bytes(self._bytes, "little") for hits in found])
        rows = np.frombuffer(packed, dtype=np.uint8).reshape(len(found), self._bytes)
        return np.unpackbits(rows, axis=1, count=len(PATTERNS), bitorder="little")

    def _starts(self, tokens: TokenRows) -> npt.NDArray[np.bool_]:
        """Whether the first word (the opening mark, for a quotation) is of each list; the last are the imperatives."""
        ids = np.append(tokens.ids, QUOTE_NUMBER)  # so that a row beyond the end has a token to look at
        words = np.append(np.flatnonzero(tokens.ids != QUOTE_NUMBER), len(tokens.ids))
        first = words.take(np.searchsorted(words, tokens.starts[:-1]))
        of_lists = self._firsts.values.take(ids.take(first), axis=0)
        of_lists[first >= tokens.starts[1:]] = False
        of_lists[:, _OPENING] = (ids.take(tokens.starts[:-1]) == QUOTE_NUMBER) & (tokens.lengths > 0)
        return of_lists

    def _shape(
        self,
        texts: Sequence[str],
        tokens: TokenRows,
        totals: FloatArray,
        counts: FloatArray,
        imperative: npt.NDArray[np.bool_],
    ) -> list[npt.ArrayLike]:
        n = np.maximum(tokens.lengths, 1).astype(np.float64)
        quotes = totals[:, _QUOTES]
        inside, share, longest = _quoted(tokens, quotes.astype(np.int64))
        duty = self._duty.values.take(tokens.ids)
        duty &= ~inside
        some = tokens.lengths > 0
        agent = counts[:, _AGENT] > 0
        blame = np.minimum(counts[:, _BLAME].sum(axis=1), 3.0)
        ends = np.append(tokens.ids, -1)
        return [
            np.log1p(n),
            np.minimum(quotes, 4.0),
            share / n,
            longest / 10.0,
            (ends[tokens.starts[:-1]] == QUOTE_NUMBER) & some,
            (ends[tokens.starts[1:] - 1] == QUOTE_NUMBER) & some,
            quotes % 2,
            np.minimum(totals[:, _NAMES], 4.0),
            np.minimum(totals[:, _NUMBERS], 4.0),
            imperative,
            np.bincount(tokens.rows[duty], minlength=len(tokens)) > 0,
            (quotes > 0) & ((counts[:, _SAY] > 0) | (totals[:, _ACCORDING] > 0)),
            np.where(agent, blame, 0.0),
            np.where(totals[:, _NAMES] > 0, blame, 0.0),
            [single_quoted(text) for text in texts],
            [min(text.count(","), 6) for text in texts],
        ]


def _quoted(tokens: TokenRows, quotes: IntArray) -> tuple[npt.NDArray[np.bool_], IntArray, IntArray]:
    """Which tokens stand inside double quotation marks; how many of a sentence do, and how many in a row at most."""
    n = len(tokens)
    marks = np.flatnonzero(tokens.ids == QUOTE_NUMBER)
    inside = np.zeros(len(tokens.ids), dtype=bool)
    if not len(marks):
        return inside, np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    rows = tokens.rows[marks]
    order = np.arange(len(marks)) - (np.cumsum(quotes) - quotes)[rows]
    opens = np.flatnonzero(order % 2 == 0)
    row = rows[opens]
    closed = np.append(marks, len(tokens.ids))[opens + 1]
    run = np.minimum(closed, tokens.starts[row + 1]) - marks[opens] - 1
    change = np.zeros(len(tokens.ids) + 1, dtype=np.int8)
    change[marks[opens] + 1] += 1
    change[marks[opens] + 1 + run] -= 1
    inside = np.cumsum(change[:-1]) > 0
    share = np.bincount(row, weights=run, minlength=n).astype(np.int64)
    longest = np.zeros(n, dtype=np.int64)
    np.maximum.at(longest, row, run)
    return inside, share, longest
