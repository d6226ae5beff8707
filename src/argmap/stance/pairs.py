"""Pairs of words looked up many at a time, in a table of hashed numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio (Knuth, The Art of Computer Programming 6.4)
_EMPTY = -1


class PairTable:
    """Numbers of pairs of words, from a mapping of pairs with one space between: open addressing, linear probing."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        words = " ".join(numbers).split(" ") if numbers else []
        self._members = {word: number for number, word in enumerate(dict.fromkeys(words))}
        both = np.array(list(map(self._members.__getitem__, words)), dtype=np.int64)
        keys = _key(both[0::2], both[1::2])
        bits = max(4, (8 * len(keys)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, _EMPTY, dtype=np.int64)
        self._numbers = np.zeros(1 << bits, dtype=np.int64)
        values = np.fromiter(numbers.values(), dtype=np.int64, count=len(numbers))
        slots, waiting = self._slots(keys), np.arange(len(keys))
        while len(waiting):
            free = waiting[self._keys[slots[waiting]] == _EMPTY]
            self._keys[slots[free]] = keys[free]  # of several for one slot, one stays
            placed = self._keys[slots[waiting]] == keys[waiting]
            self._numbers[slots[waiting[placed]]] = values[waiting[placed]]
            waiting = waiting[~placed]
            slots[waiting] = (slots[waiting] + 1) & self._last

    def members(self, words: Sequence[str]) -> list[int]:
        """The numbers by which `find` asks for words; -1: in no pair."""
        return [self._members.get(word, -1) for word in words]

    def find(self, first: IntArray, second: IntArray, wanted: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
        """Where (ascending) the pair of `first` and `second` is known, among those `wanted`, and its number there."""
        keys = _key(first, second)
        slots = self._slots(keys)
        there = self._keys.take(slots)
        asked = np.flatnonzero((there != _EMPTY) & ((first | second) >= 0) & wanted)
        keys, slots, there = keys.take(asked), slots.take(asked), there.take(asked)
        other = np.flatnonzero(there != keys)
        while len(other):
            slots[other] = (slots[other] + 1) & self._last
            there[other] = self._keys[slots[other]]
            other = other[(there[other] != keys[other]) & (there[other] != _EMPTY)]
        found = np.flatnonzero(there == keys)
        return asked.take(found), self._numbers.take(slots.take(found))

    def _slots(self, keys: IntArray) -> IntArray:
        return ((keys.view(np.uint64) * _MULTIPLIER) >> self._shift).view(np.int64)


def _key(first: IntArray, second: IntArray) -> IntArray:
    keys: IntArray = (first << 32) | second
    return keys
