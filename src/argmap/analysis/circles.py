"""Circular support: a claim that rests on itself in other places of the article.

Links cannot run in a circle; a map that has one is refused. What is left is the circle through words: grounds that only
say again what they are grounds for.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.labels import RelationKind

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Words that say nothing by themselves; denials and quantities are not among them.
_FUNCTION_WORDS = frozenset(
    # ruff: noqa: SIM905 - eighty words in quotation marks of their own read worse
    "a all also an and any are as at be been but by can could did do does for from had has have he her him his i if in "
    "into is it its may me my of on or our own shall she should so such than that the their them then there these they "
    "this those to us very was we were what when which who will with would you your".split()
)
_DENIALS = frozenset({"cannot", "neither", "never", "no", "nobody", "none", "nor", "not", "nothing", "without"})
_FEWEST = 3  # other words that two sentences must at least have to be called the same
_SAME = 0.8
_MOST_UNITS = 100  # that are looked at above one unit


@dataclass(frozen=True, slots=True)
class Circle:
    """`ground` says the same as `claim`, which it supports over the units `between` (none: directly)."""

    claim: str
    ground: str
    between: tuple[str, ...]
    likeness: float


def circular_support(argument_map: ArgumentMap) -> tuple[Circle, ...]:
    """Claims with grounds that repeat them, for each of these the nearest, in text order of the grounds.

    Two sentences are the same if at least four fifths of all words in them are in both (Jaccard index, case and
    function words aside) and they deny and count the same. A bounded number of units is looked at above each.
    """
    words = {unit.id: _words(argument_map.text_of(unit.id)) for unit in argument_map.participants() if unit.is_text}
    found = []
    for ground, own in words.items():
        if len(own) < _FEWEST:
            continue
        before = _parents(argument_map, ground)
        for claim in before:
            likeness = len(own & words[claim]) / len(own | words[claim])
            if likeness >= _SAME and not any(map(_is_telling, own ^ words[claim])):
                found.append(Circle(claim, ground, _between(before, ground, claim), likeness))
                break
    return tuple(found)


def _words(text: str) -> frozenset[str]:
    words = (match[0].casefold().replace("’", "'") for match in _WORD.finditer(text[:4000]))
    return frozenset(word for word in words if word not in _FUNCTION_WORDS)


def _is_telling(word: str) -> bool:
    """Whether one word alone makes another sentence of it."""
    return word in _DENIALS or word.endswith("n't") or any(character.isdigit() for character in word)


def _parents(argument_map: ArgumentMap, start: str) -> dict[str, str]:
    """The units that one supports at any remove, nearest first, each with the one before it on a shortest way."""
    before: dict[str, str] = {}
    waiting = deque([start])
    while waiting and len(before) < _MOST_UNITS:
        name = waiting.popleft()
        for link in argument_map.incidence.succ[name]:
            relation = argument_map.by_relation_id[link]
            above = relation.target
            if relation.kind is RelationKind.SUPPORT and above in argument_map.units and above not in before:
                before[above] = name
                waiting.append(above)
    return before


def _between(before: dict[str, str], start: str, end: str) -> tuple[str, ...]:
    way = []
    name = before[end]
    while name != start:
        way.append(name)
        name = before[name]
    return tuple(reversed(way))
