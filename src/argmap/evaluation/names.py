"""Names in English prose, by kind: countries and places, parties and organisations, persons.

By lists (`names.toml`) and by shape: a title or a known first name before a capital, a capitalised run that ends in a
word like Commission. Built to swap names, so it rather misses one than takes a common word for a name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files

from argmap.document import Span

_CAPITAL = "A-ZÀ-ÖØ-Þ"
# A hyphen or apostrophe belongs to a word before a capital only: Jean-Claude and O'Brien, but US-led and Trump's.
_WORD = re.compile(rf"[^\W\d_]+(?:[’'-](?=[{_CAPITAL}])[^\W\d_]+)*")
_BEFORE_SAYING = re.compile(r",? (?:who |has |had )?([a-z]+)\b")
_BEFORE_APPOSITION = re.compile(r", (?:an?|the|who|whose|his|her|chief|head|director|founder|author|editor|chair)\b")
_AFTER_SAYING = re.compile(r"\b([a-z]+) $|\b(according to) $")


class NameKind(StrEnum):
    """What a name names; `country` includes its adjectives and people, `place` is a city or a part of a country."""

    PERSON = "person"
    PARTY = "party"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a name that is swapped as one: a row's form in a family, or a word out of a list of such words.

    `group` says among what it is swapped (a family's number, `surname`, `given`, `modifier`), `key` what it is there
    (the row's number, or the word), `form` in which column of the row.
    """

    span: Span
    group: str
    key: str
    form: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text."""

    span: Span
    kind: NameKind
    parts: tuple[Part, ...]


class Gazetteer:
    """The lists of `names.toml`."""

    def __init__(self, source: str) -> None:
        data = tomllib.loads(source)
        self.families = tuple(
            tuple(tuple(form.strip() for form in row.split("|")) for row in family["rows"].strip().splitlines())
            for family in data["families"]
        )
        self.kinds = tuple(NameKind(family["kind"]) for family in data["families"])
        persons, organisations = data["persons"], data["organisations"]
        self.female, self.male = (frozenset(persons[key].split()) for key in ("female", "male"))
        self.given = self.female | self.male
        self.surnames = tuple(persons["surnames"].split())
        self.figures = frozenset(persons["figures"].split())
        self.titles = frozenset(title.rstrip(".") for title in persons["titles"].split())
        self.impersonal = frozenset(persons["impersonal"].split())
        self.verbs = frozenset(persons["verbs"].split())
        self.heads = frozenset(organisations["heads"].split())
        self.modifiers = tuple(organisations["modifiers"].split())
        self.general = frozenset(organisations["kinds"].split())

    @cached_property
    def phrases(self) -> dict[str, list[tuple[str, int, int, int]]]:
        """By the first word: phrases, the longest first, each with the numbers of its family, row and column."""
        found: dict[str, dict[str, tuple[str, int, int, int]]] = {}
        for number, family in enumerate(self.families):
            for row, forms in enumerate(family):
                for column, form in enumerate(forms):
                    match = _WORD.match(form)
                    if match:
                        found.setdefault(match.group(), {}).setdefault(form, (form, number, row, column))
        return {first: sorted(entries.values(), key=lambda entry: -len(entry[0])) for first, entries in found.items()}


GAZETTEER = Gazetteer(files("argmap.evaluation").joinpath("names.toml").read_text(encoding="utf-8"))


def find_names(text: str, *, breaks: Sequence[int] = (), known: Sequence[Name] = ()) -> list[Name]:
    """The names in a text, in order, disjoint; none crosses a line or one of `breaks` (offsets, where units begin).

    `known` are names of persons found elsewhere in the same article, whose surnames count here too.
    """
    return _Finder(text, breaks).names(known)


class _Finder:
    """One text with its words."""

    def __init__(self, text: str, breaks: Sequence[int]) -> None:
        self.text = text
        self.words = list(_WORD.finditer(text))
        self.breaks = frozenset(breaks)
        self.lower = {word.group() for word in self.words if word.group().islower()}

    def names(self, known: Sequence[Name]) -> list[Name]:
        listed = list(self._listed())
        taken = {name.span.start for name in listed}
        bodies = list(self._organisations())
        persons = list(self._persons(taken))
        full = _disjoint([*listed, *bodies, *persons])
        parts = [part for name in (*full, *known) if name.kind is NameKind.PERSON for part in name.parts]
        alone = self._alone({part.key for part in parts if part.group == "surname"} | GAZETTEER.figures, "surname")
        given = {part.key for part in parts if part.group == "given" and len(part.key) > 2}
        first = self._alone(given, "given")
        found = _disjoint([*full, *alone, *first])
        return [
            name for name in found if not any(at in self.breaks for at in range(name.span.start + 1, name.span.end))
        ]

    def _listed(self) -> Iterator[Name]:
        for word in self.words:
            for phrase, family, row, column in GAZETTEER.phrases.get(word.group(), ()):
                end = word.start() + len(phrase)
                if self.text.startswith(phrase, word.start()) and not self.text[end : end + 1].isalnum():
                    span = Span(word.start(), end)
                    yield Name(span, GAZETTEER.kinds[family], (Part(span, str(family), str(row), column),))
                    break

    def _run(self, first: int, most: int) -> int:
        """The number of the word behind the run of capitalised words from word `first`, of at most `most`."""
        last = first
        while last < len(self.words) and last - first < most and self._capital(last):
            if last > first and self._gap(last) not in (" ", ". "):
                break
            if last > first and self._gap(last) == ". " and len(self.words[last - 1].group()) > 1:
                break  # the end of a sentence, not an initial
            last += 1
        return last

    def _capital(self, number: int) -> bool:
        return number < len(self.words) and self.words[number].group()[0].isupper()

    def _gap(self, number: int) -> str:
        return self.text[self.words[number - 1].end() : self.words[number].start()] if number else ""

    def _organisations(self) -> Iterator[Name]:
        first = 0
        while first < len(self.words):
            behind = self._run(first, 8)
            heads = [n for n in range(first + 1, behind) if self.words[n].group() in GAZETTEER.heads]
            if heads:
                yield from self._body(range(first, heads[-1]), self.words[heads[-1]].end())
            if behind > first and self.words[behind - 1].group() in GAZETTEER.heads:
                yield from self._body_of(behind - 1)
            first = max(behind, first + 1)

    def _body(self, before: range, end: int) -> Iterator[Name]:
        """`Kenya Revenue Authority`: the words before the head that are no general ones are swapped."""
        own = [n for n in before if self.words[n].group() not in GAZETTEER.general]
        if own:
            behind = next((n for n in range(own[0], before.stop) if n not in own), before.stop)
            yield self._organisation(own[0], behind, self.words[own[0]].start(), end)

    def _body_of(self, head: int) -> Iterator[Name]:
        """`University of Texas`: the capitalised words behind the head are swapped."""
        if head + 2 >= len(self.words) or self.words[head + 1].group() not in ("of", "for"):
            return
        first = head + 2
        if self._gap(head + 1) == self._gap(first) == " " and self._capital(first):
            behind = self._run(first, 5)
            if any(self.words[n].group() not in GAZETTEER.general for n in range(first, behind)):
                start, end = self.words[head].start(), self.words[behind - 1].end()
                yield self._organisation(first, behind, start, end)

    def _organisation(self, first: int, behind: int, start: int, end: int) -> Name:
        span = Span(self.words[first].start(), self.words[behind - 1].end())
        part = Part(span, "modifier", span.of(self.text))
        return Name(Span(start, end), NameKind.ORGANISATION, (part,))

    def _persons(self, taken: set[int]) -> Iterator[Name]:
        for number, word in enumerate(self.words):
            if word.group() in GAZETTEER.titles and self._gap_after(number) in (" ", ". "):
                yield from self._person(number + 1, taken, least=1)
            elif word.group() in GAZETTEER.given:
                yield from self._person(number, taken, least=2)
            elif self._capital(number) and not self._opens(number):
                yield from (name for name in self._person(number, taken, least=2) if self._acts(name))

    def _gap_after(self, number: int) -> str:
        return self._gap(number + 1) if number + 1 < len(self.words) else ""

    def _person(self, first: int, taken: set[int], *, least: int) -> Iterator[Name]:
        behind = self._run(first, 3)
        length = next((n for n in range(first, behind) if not self._personal(n, taken)), behind) - first
        if length < least or len(self.words[first + length - 1].group()) < 2:
            return
        words = self.words[first : first + length]
        alone_given = length == 1 and words[0].group() in GAZETTEER.given
        parts = []
        for number, word in enumerate(words):
            is_surname = number == length - 1 and not alone_given
            if len(word.group()) > 1:  # an initial stays
                group = "surname" if is_surname else "given"
                parts.append(Part(Span(word.start(), word.end()), group, word.group()))
        yield Name(Span(words[0].start(), words[-1].end()), NameKind.PERSON, tuple(parts))

    def _personal(self, number: int, taken: set[int]) -> bool:
        word = self.words[number].group()
        general = (
            word in GAZETTEER.heads
            or word in GAZETTEER.general
            or word in GAZETTEER.titles
            or word in GAZETTEER.impersonal
        )
        return self.words[number].start() not in taken and not general and (len(word) < 3 or not word.isupper())

    def _opens(self, number: int) -> bool:
        """Whether the word opens a unit, a line, a sentence or a quotation, so that its capital says nothing."""
        gap = self._gap(number)
        start = self.words[number].start()
        opens = any(at in self.breaks for at in range(start - len(gap), start + 1))
        return number == 0 or opens or any(mark in gap for mark in '.!?:\n“"‘')

    def _acts(self, name: Name) -> bool:
        after = self.text[name.span.end : name.span.end + 40]
        before = self.text[max(name.span.start - 20, 0) : name.span.start]
        saying, said = _BEFORE_SAYING.match(after), _AFTER_SAYING.search(before)
        return bool(
            _BEFORE_APPOSITION.match(after)
            or (saying and saying.group(1) in GAZETTEER.verbs)
            or (said and (said.group(2) or said.group(1) in GAZETTEER.verbs))
        )

    def _alone(self, words: set[str] | frozenset[str], group: str) -> Iterator[Name]:
        """Mentions by one word of persons; not where it may be a common word that opens a sentence."""
        for number, word in enumerate(self.words):
            if word.group() in words and not (word.group().lower() in self.lower and self._opens(number)):
                span = Span(word.start(), word.end())
                yield Name(span, NameKind.PERSON, (Part(span, group, word.group()),))


def _disjoint(names: Sequence[Name]) -> list[Name]:
    """Of names that overlap the longest, of equally long ones the first given; in text order."""
    chosen: list[Name] = []
    covered: set[int] = set()
    for name in sorted(names, key=lambda name: name.span.start - name.span.end):
        places = range(name.span.start, name.span.end)
        if covered.isdisjoint(places):
            covered.update(places)
            chosen.append(name)
    return sorted(chosen, key=lambda name: name.span)
