"""One pass over the tokens finds the patterns that `re` finds."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.stance import automaton
from argmap.stance.automaton import PatternSearch
from argmap.stance.cues import PATTERNS
from argmap.stance.nfa import Positions, UnreadableError

KINDS = {
    "literal": "must be",
    "edges": r"\bart\b|\bre",
    "inside": r"rt",
    "start": r"^the|^a b",
    "optional": r"a (?:b )?c",
    "loops": r"\w+ed\b (?:\w+ly )*by",
    "count": r"x (?:\S+ ){2,4}y",
    "at least": r"a{2,}b",
    "class": r"[a-c]+[^a-c ]",
    "mixed class": r"\S'\b",
    "any": r"a.c",
    "wide": r"\bif\b.{3,80}\b(?:then|will)\b",
    "wide in a group": r"(?:if .{0,20}then|never)",
    "look ahead": r"if (?!not)",
    "group": r"(a|b)c?d",
    "digits": r"\d+ \D",
    "trailing space": r"n't (?:even )?",
    "backslash": r"\?|\.",
    "empty edge": r"(?:\b|x)y\b",
}
VOCABULARY = sorted(set(re.findall(r"[a-z']+", " ".join([*PATTERNS.values(), *KINDS.values()]))))
MARKS = [
    "<q>",
    "<name>",
    "<num>",
    "?",
    "!",
    ":",
    "—",
    "…",
    "é",
    "ßed",
    "²",
    "_",
    "a'",
    "'b",
    "e\u0301d",
    "你",
    "\u202e",
    "\x00",
]
TOKENS = st.builds(
    "".join, st.tuples(st.sampled_from(VOCABULARY + MARKS), st.sampled_from(["", "", "", "'s", "ly", "ed", "x"]))
)
ANY_TOKEN = st.text(min_size=1, max_size=6).filter(lambda text: not any(c.isspace() for c in text))
SMALL = ["a", "b", "c", "ab", "aab", "re", "art", "the", "x", "y", "xy", "if", "not", "then", "isn't", "armed", "badly"]
SMALL += ["by", "12", "b'", "a.c", "?", "_"]
ROWS = st.lists(st.lists(TOKENS | ANY_TOKEN, max_size=25), min_size=1, max_size=8)


@cache
def compiled(patterns: tuple[tuple[str, str], ...]) -> PatternSearch:
    return PatternSearch(dict(patterns))


def found(patterns: dict[str, str], rows: list[list[str]], search: PatternSearch | None = None) -> list[set[str]]:
    spelling = list(dict.fromkeys(token for row in rows for token in row))
    search = search or compiled(tuple(patterns.items()))
    search.forget(spelling)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    hits = search.hits([spelling.index(token) for row in rows for token in row], starts)
    return [{name for k, name in enumerate(patterns) if bits >> k & 1} for bits in hits]


def wanted(patterns: dict[str, str], rows: list[list[str]]) -> list[set[str]]:
    return [{name for name, pattern in patterns.items() if re.search(pattern, " ".join(row))} for row in rows]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_the_cue_patterns_are_found_as_by_re(rows: list[list[str]]) -> None:
    """Whatever the tokens: the patterns of `cues.toml` match where `re.search` says so."""
    assert found(PATTERNS, rows) == wanted(PATTERNS, rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(SMALL), max_size=9), min_size=1, max_size=9))
def test_every_construction_is_found_as_by_re(rows: list[list[str]]) -> None:
    """Also constructions that no cue uses yet, and those that are left to `re`."""
    assert found(KINDS, rows) == wanted(KINDS, rows)


@pytest.mark.parametrize(
    "pattern", ["(?=a)", r"(a)\1", "a$", "a{3", "(a", "a)", "", "a*", "[a", "a++", "(?i)a", r"\Z", ".{0,40}a"]
)
def test_what_it_cannot_read_is_left_alone(pattern: str) -> None:
    """A construction outside the subset is refused whole; nothing half-read stays behind."""
    positions = Positions()
    with pytest.raises(UnreadableError):
        positions.add(pattern, 0)
    assert not positions.follow
    assert not any(positions.first)


def test_only_what_must_be_is_left_to_re() -> None:
    """Of the cue patterns, only those with a wide gap need `re`, and only behind what stands on both sides of it."""
    left = PatternSearch(PATTERNS)._left
    assert len(left) == sum("{0,40}" in pattern or "{3,80}" in pattern for pattern in PATTERNS.values())
    assert all(needed.bit_count() == 2 for _, needed, _ in left)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are forgotten when there are too many, and the patterns are found all the same."""
    monkeypatch.setattr(automaton, "_MOST_STEPS", 40)
    rows = [[chr(0x4E00 + k), "must", "be", f"x{k}ed"] for k in range(200)]
    search = PatternSearch(PATTERNS)
    assert found(PATTERNS, rows, search) == wanted(PATTERNS, rows)
    assert search._steps < 200
