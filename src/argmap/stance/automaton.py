"""Which of many regular expressions match somewhere in a row of tokens, in one pass over the tokens.

The automaton of `nfa` is made deterministic as it is used (as in RE2 of R. Cox), and a token is one step of it, taken
letter by letter the first time and looked up from then on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from argmap.stance.nfa import Positions, UnreadableError, is_word

_MOST_STATES = 20_000
_MOST_STEPS = 200_000
_MOST_CHARACTERS = 5_000


class _Letters:
    """A state between two characters: the positions that may come next, and what has matched once that is known."""

    __slots__ = ("candidates", "hits", "steps")

    def __init__(self, candidates: int, hits: tuple[int, int]) -> None:
        self.candidates = candidates
        self.hits = hits
        self.steps: dict[str, tuple[_Letters, int]] = {}


class _State(dict[int, "_State"]):
    """A state between two tokens, by the number of the next token; `hits`: the patterns that matched on the way."""

    __slots__ = ("hits", "letters", "owner")

    def __init__(self, owner: PatternSearch, letters: _Letters, hits: int) -> None:
        super().__init__()
        self.owner = owner
        self.letters = letters
        self.hits = hits

    def __missing__(self, token: int) -> _State:
        state = self.owner._step(self, token)
        self[token] = state
        return state


class PatternSearch:
    """Patterns, searched in tokens that `forget` spells by number.

    Tokens hold no white space. A pattern that the automaton cannot express is left to `re`, where possible only if a
    part before or behind a wide repeat (`.{3,80}`) is found. All states are forgotten when there are too many.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._positions = Positions()
        self._left: list[tuple[int, int, Callable[[str], object]]] = []  # own bit, bits needed, search
        spare = len(patterns)
        for number, pattern in enumerate(patterns.values()):
            try:
                self._positions.add(pattern, number)
            except UnreadableError:
                needed = 0
                for part in _around_wide_repeat(pattern):
                    try:
                        self._positions.add(part, spare)
                    except UnreadableError:
                        continue
                    needed |= 1 << spare
                    spare += 1
                self._left.append((1 << number, needed, re.compile(pattern).search))
        self._own = (1 << len(patterns)) - 1
        self.forget(())

    def forget(self, words: Sequence[str]) -> None:
        """Forget all states; `words` spells the tokens from now on, and may grow, but not change."""
        self._words = words
        self._masks: dict[str, tuple[int, int]] = {}
        self._by_bits: dict[tuple[int, int], _Letters] = {}
        self._by_hits: dict[tuple[int, int], _State] = {}
        self._steps = 0
        self._start = _State(self, _Letters(self._positions.first[2], (0, 0)), 0)

    def hits(self, tokens: Sequence[int], starts: Sequence[int]) -> list[int]:
        """For each row, from `starts[i]` up to `starts[i + 1]`, the patterns that match: bit k for pattern k."""
        out: list[int] = []
        for i in range(len(starts) - 1):
            if self._steps > _MOST_STEPS or len(self._by_hits) > _MOST_STATES or len(self._masks) > _MOST_CHARACTERS:
                self.forget(self._words)
            row = tokens[starts[i] : starts[i + 1]]
            state = self._start
            found = 0
            for token in row:
                state = state[token]
                found |= state.hits
            for bit, needed, search in self._left:
                if found & needed == needed and search(" ".join([self._words[token] for token in row])):
                    found |= bit
            out.append(found & self._own)
        return out

    def _step(self, state: _State, token: int) -> _State:
        letters, found = state.letters, 0
        self._steps += 1
        for character in (*self._words[token], " "):
            step = letters.steps.get(character)
            if step is None:
                step = letters.steps[character] = self._letter(letters, character)
            letters, hits = step
            found |= hits
        key = (id(letters), found)
        known = self._by_hits.get(key)
        if known is None:
            known = self._by_hits[key] = _State(self, letters, found)
        return known

    def _letter(self, letters: _Letters, character: str) -> tuple[_Letters, int]:
        """The state after a further character, and the patterns of which it shows that they have matched before it."""
        self._steps += 1
        mask = self._masks.get(character)
        if mask is None:
            mask = self._masks[character] = (self._positions.matching(character), int(is_word(character)))
        bits, word = letters.candidates & mask[0], mask[1]
        found = letters.hits[word]
        after = self._by_bits.get((bits, word))
        if after is None:
            after = self._by_bits[bits, word] = self._new_letters(bits, word)
        return after, found

    def _new_letters(self, bits: int, word: int) -> _Letters:
        positions = self._positions
        candidates = positions.first[word]
        plain = followed = 0
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            position = lowest.bit_length() - 1
            candidates |= positions.follow[position]
            plain |= positions.ends[position][0]
            followed |= positions.ends[position][1]
        return _Letters(candidates, (plain, followed))


_WIDE_REPEAT = re.compile(r"\.\{\d+,\d+\}")


def _around_wide_repeat(pattern: str) -> list[str]:
    """What must match before and behind the `.{m,n}` of a pattern that has one, outside all groups."""
    found = _WIDE_REPEAT.search(pattern)
    if not found:
        return []
    parts = [pattern[: found.start()], pattern[found.end() :].removeprefix("?")]
    depth = 0
    for place, character in enumerate(pattern):
        escaped = pattern[place - 1 : place] == "\\"
        depth += {"(": 1, ")": -1}.get(character, 0) * (not escaped)
        if (depth == 0 and character == "|") or character == "[":
            return []
        if place == found.start() and depth:
            return []
    return parts
