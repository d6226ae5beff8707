"""Masked tokens by number: the same tokens as `masked_tokens` gives, each piece of text between spaces read once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.stance.tokens import NAME, NUMBER, QUOTE, masked_tokens

IntArray = npt.NDArray[np.int64]
SmallIntArray = npt.NDArray[np.int32]
NAME_NUMBER, NUMBER_NUMBER, QUOTE_NUMBER = range(3)
# Bounds of the memory that what was read may take, some 150 MB with all that hangs on it.
_MOST_PIECES = 200_000
_MOST_LETTERS = 4_000_000


@dataclass(frozen=True)
class TokenRows:
    """Tokens of n sentences by number, one after the other; those of sentence i are `starts[i]` to `starts[i + 1]`."""

    ids: SmallIntArray
    starts: SmallIntArray

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def listed(self) -> list[int]:
        """`ids` as a list."""
        numbers: list[int] = self.ids.tolist()
        return numbers

    @cached_property
    def lengths(self) -> SmallIntArray:
        return self.starts[1:] - self.starts[:-1]

    @cached_property
    def rows(self) -> IntArray:
        """The sentence of each token."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.lengths)

    @cached_property
    def inner(self) -> npt.NDArray[np.bool_]:
        """Of each two tokens in a row, whether they stand in the same sentence."""
        same: npt.NDArray[np.bool_] = self.rows[1:] == self.rows[:-1]
        return same


class Growing:
    """An array to which rows are added, with room ahead."""

    def __init__(self, *columns: int, dtype: type = np.float64) -> None:
        self._room: npt.NDArray[Any] = np.zeros((1024, *columns), dtype=dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Any]:
        return self._room[: self._size]

    def add(self, rows: npt.ArrayLike) -> None:
        added = np.asarray(rows, dtype=self._room.dtype)
        size = self._size + len(added)
        if size > len(self._room):
            room = np.zeros((2 * size, *self._room.shape[1:]), dtype=self._room.dtype)
            room[: self._size] = self.values
            self._room = room
        self._room[self._size : size] = added
        self._size = size


class _Pieces(dict[str, bytes]):
    """The numbers (as int32) of the tokens of each piece of text without white space that has been seen."""

    __slots__ = ("letters", "numbers", "ordinary", "words")

    def __init__(self, ordinary: frozenset[str]) -> None:
        super().__init__()
        self.ordinary = ordinary
        self.words = [NAME, NUMBER, QUOTE]
        self.numbers = {word: number for number, word in enumerate(self.words)}
        self.letters = 0

    def __missing__(self, piece: str) -> bytes:
        found = array("i")
        for token in masked_tokens(piece, self.ordinary):
            number = self.numbers.get(token)
            if number is None:
                number = self.numbers[token] = len(self.words)
                self.words.append(token)
                self.letters += len(token)
            found.append(number)
        self.letters += len(piece)
        packed = self[piece] = found.tobytes()
        return packed


class TokenEncoder:
    """Numbers tokens in the order of their first sight; what is 0, 1 and 2 are `<name>`, `<num>` and `<q>`."""

    def __init__(self, ordinary: frozenset[str]) -> None:
        self._pieces = _Pieces(ordinary)

    @property
    def words(self) -> Sequence[str]:
        """The spelling of each number; grows with the texts."""
        return self._pieces.words

    @property
    def full(self) -> bool:
        """Whether so much has been seen that it is time for a new encoder: there is no other bound to its memory."""
        return len(self._pieces) > _MOST_PIECES or self._pieces.letters > _MOST_LETTERS

    def encode(self, texts: Sequence[str]) -> TokenRows:
        """The masked tokens of each text. No token holds white space, so the pieces between it can be read apart."""
        seen = self._pieces.__getitem__
        packed = [b"".join(map(seen, text.split())) for text in texts]
        ids = np.frombuffer(b"".join(packed), dtype=np.int32)
        ends = np.cumsum(np.fromiter(map(len, packed), dtype=np.int64, count=len(packed)))
        starts = np.zeros(len(texts) + 1, dtype=np.int32)
        starts[1:] = ends >> 2
        return _one_name_a_run(ids, starts)


def _one_name_a_run(ids: SmallIntArray, starts: SmallIntArray) -> TokenRows:
    names = ids == NAME_NUMBER
    again = np.zeros(len(ids) + 1, dtype=bool)
    np.logical_and(names[1:], names[:-1], out=again[1 : len(ids)])
    again[starts] = False
    if not again.any():
        return TokenRows(ids, starts)
    dropped = np.zeros(len(ids) + 1, dtype=np.int32)
    np.cumsum(again[:-1], out=dropped[1:])
    return TokenRows(ids[~again[:-1]], starts - dropped.take(starts))
