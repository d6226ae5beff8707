"""An article with other names in it: each name is replaced throughout by another of its kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from types import MappingProxyType

import numpy as np

from argmap.document import Block, Document, Span
from argmap.evaluation.names import GAZETTEER, Name, NameKind, Part, find_names

_ARTICLE = re.compile(r"(?<![^\W_])([Aa])(n?) $")
# Letters whose names begin with a vowel, for abbreviations read letter by letter.
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_LIKE_YOU = re.compile(r"U[A-Z]|U\.|Uni|Uk|Ug|Uru|Eu")
Edit = tuple[int, int, str]
"""Start, end, and what stands there afterwards."""


@dataclass(frozen=True)
class Swapped:
    """A document with other names, its units and blocks moved along and otherwise the same.

    `names` gives for each swapped name what stands in its place; `mentions` is the number of places; `touched` are the
    ids of the units in which a name was swapped.
    """

    document: Document
    names: Mapping[str, str]
    mentions: int
    touched: frozenset[str]


def swap_names(document: Document, *, kinds: Collection[NameKind] = frozenset(NameKind), seed: int = 0) -> Swapped:
    """Replace the names of these kinds, each by one and the same other name throughout the text and the title.

    Persons get persons' names (a first name of the same sex where the list knows it), a country's adjective another
    country's adjective. What follows a name, such as a possessive, stays; `a` and `an` follow the new name. The text
    and the seed alone decide, and a name gets the same substitute whichever kinds are swapped. Attributions are
    dropped.
    """
    text, title = document.text, document.title or ""
    everywhere = find_names(text, breaks=[unit.span.start for unit in document.units])
    in_title = find_names(title, known=everywhere)
    substitutes = _Substitutes(document, seed)
    edits, names = [], {}
    chosen = [name for name in everywhere if name.kind in kinds]
    for name in everywhere:  # all of them, so that the substitutes do not depend on the kinds
        edits_of_name = substitutes.edits(text, name)
        if name.kind in kinds:
            edits += edits_of_name
            names[name.span.of(text)] = _apply(text, edits_of_name, name.span)
    new_text = _apply(text, edits, Span(0, len(text)))
    title_edits = [edit for name in in_title if name.kind in kinds for edit in substitutes.edits(title, name)]
    new_title = _apply(title, title_edits, Span(0, len(title)))
    move = _Mover(edits)
    units = tuple(replace(unit, span=move(unit.span), attribution=None) for unit in document.units)
    swapped = replace(
        document,
        text=new_text,
        title=document.title if document.title is None else new_title,
        blocks=tuple(Block(move(block.span), block.kind) for block in document.blocks),
        units=units,
    )
    starts = [name.span.start for name in chosen]
    touched = {
        unit.id
        for unit in document.units
        if bisect_right(starts, unit.span.end - 1) > bisect_right(starts, unit.span.start - 1)
    }
    return Swapped(swapped, MappingProxyType(names), len(chosen), frozenset(touched))


class _Substitutes:
    """Hands out for each part of a name what takes its place in one article."""

    def __init__(self, document: Document, seed: int) -> None:
        self._entropy = [seed, int(document.text_sha256[:16], 16)]
        self._words = frozenset(re.findall(r"[^\W\d_]+", document.text))
        self._text = document.text
        self._given: dict[tuple[str, str], str] = {}
        self._used: dict[str, set[str]] = {}

    def edits(self, text: str, name: Name) -> list[Edit]:
        """The name's edits in order, the article before it included."""
        edits: list[Edit] = []
        for part in name.parts:
            new = self._form(part)
            edits += _article_edit(text, part.span.start, part.span.of(text), new)
            edits.append((part.span.start, part.span.end, new))
        return edits

    def _form(self, part: Part) -> str:
        key = (part.group, part.key)
        if key not in self._given:
            self._given[key] = self._choose(part)
            self._used.setdefault(part.group, set()).add(self._given[key])
        chosen = self._given[key]
        return GAZETTEER.families[int(part.group)][int(chosen)][part.form] if part.group.isdigit() else chosen

    def _choose(self, part: Part) -> str:
        """A word of the group's list, or the number of a row; one not in the text, nor given to another name."""
        options = [option for option in self._options(part) if option != part.key]
        used = self._used.get(part.group, set())
        free = [option for option in options if option not in used and not self._occurs(part, option)]
        free = free or [option for option in options if option not in used] or options
        number = len(self._given)
        return str(free[int(np.random.default_rng([*self._entropy, number]).integers(len(free)))])

    def _options(self, part: Part) -> Iterable[str]:
        if part.group == "surname":
            return GAZETTEER.surnames
        if part.group == "modifier":
            return GAZETTEER.modifiers
        if part.group == "given":
            alike = [names for names in (GAZETTEER.female, GAZETTEER.male) if part.key in names]
            return sorted(alike[0] if alike else GAZETTEER.given)
        return [str(row) for row in range(len(GAZETTEER.families[int(part.group)]))]

    def _occurs(self, part: Part, option: str) -> bool:
        if not part.group.isdigit():
            return option in self._words
        return any(form in self._text for form in GAZETTEER.families[int(part.group)][int(option)])


def _article_edit(text: str, start: int, old: str, new: str) -> list[Edit]:
    """`a` before `an`-names and the other way round, where the article fitted the old name and does not fit the new."""
    article = _ARTICLE.search(text, max(start - 4, 0), start)
    if article is None or (article.group(2) == "n") is not _vowel(old) or _vowel(old) is _vowel(new):
        return []
    return [(article.start(1), article.end(2), article.group(1) + ("n" if _vowel(new) else ""))]


def _vowel(name: str) -> bool:
    if _LIKE_YOU.match(name):
        return False
    if name[:2].isupper() or name[1:2] == ".":
        return name[0] in _VOWEL_LETTERS
    return name[:1] in "AEIOUÁÉÍÓÚ"


def _apply(text: str, edits: Sequence[Edit], span: Span) -> str:
    """The characters of `span` with the edits inside it made; edits lie in order, disjoint."""
    pieces, at = [], span.start
    for start, end, new in edits:
        if start >= span.start:
            pieces += [text[at:start], new]
            at = end
    return "".join([*pieces, text[at : span.end]])


class _Mover:
    """Where a place of the old text lies in the new one; a place inside an edit moves to its end."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._starts = [start for start, _, _ in edits]
        self._edits = edits
        self._shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def __call__(self, span: Span) -> Span:
        return Span(self._place(span.start), self._place(span.end))

    def _place(self, at: int) -> int:
        number = bisect_right(self._starts, at - 1)  # edits that begin before it
        if number and at < self._edits[number - 1][1]:
            at = self._edits[number - 1][1]
        return at + self._shifts[number]
