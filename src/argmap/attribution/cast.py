"""Who is in an article: persons and bodies by name, with the offices that the article gives them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from argmap.attribution.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BODIES,
    BREAKS,
    DETERMINERS,
    FEMALE,
    MALE,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    TITLES,
    VERBS,
)
from argmap.attribution.words import Sentence, Word
from argmap.evaluation.names import GAZETTEER, NameKind

_PARTICLES = frozenset(
    ["de", "da", "di", "du", "del", "van", "von", "der", "den", "bin", "ibn", "al", "el", "la", "le", "y", "e"]
)
_JOINTS = frozenset(["of", "for", "on"])
_NO_NAME = (
    DETERMINERS | PRONOUNS | BREAKS | ADVERBS | AUXILIARIES | PREPOSITIONS | TIMES
    | frozenset(["mr", "mrs", "ms", "i", "i'm", "i've", "i'll", "i'd", "yes", "well", "such", "let", "please", "god"])
)  # fmt: skip
_FEMALE = frozenset(name.casefold() for name in GAZETTEER.female)
_MALE = frozenset(name.casefold() for name in GAZETTEER.male)
_PLACES = frozenset(
    [
        "lake",
        "mount",
        "river",
        "port",
        "cape",
        "fort",
        "north",
        "south",
        "east",
        "west",
        "street",
        "road",
        "lane",
        "avenue",
        "valley",
        "hill",
        "hills",
        "county",
        "island",
        "islands",
        "plains",
        "bridge",
        "airport",
        "station",
        "square",
        "bay",
    ]
)
_COUNTRIES = frozenset(
    tuple(rows[0].casefold().split())
    for family, kind in zip(GAZETTEER.families, GAZETTEER.kinds, strict=True)
    if kind is NameKind.COUNTRY
    for rows in family
)
_QUARTERS = frozenset(
    [
        *("north", "south", "east", "west", "northern", "southern", "eastern", "western", "central"),
        *("upper", "lower", "inner", "outer", "greater", "new", "old"),
    ]
)
_OFFICES = (
    PEOPLE
    | TITLES
    | frozenset(["mec", "ceo", "mp", "mla", "mayor", "premier", "chief", "constable", "owner", "founder", "keeper"])
)
_LEADS = {"chairs": "chair", "leads": "leader", "heads": "head", "runs": "head", "edits": "editor", "owns": "owner"}
_LONGEST_OFFICE = 12  # words


@dataclass(slots=True)
class Figure:
    """A person or body; `offices` are the words by which the article calls it (`minister`, `coach`, `council`)."""

    name: str
    tokens: tuple[str, ...]
    is_body: bool
    at: int
    offices: set[str] = field(default_factory=set)
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words in a row, `first` to `last`, the titles among them, and the rest."""

    first: int
    last: int
    titles: tuple[str, ...]
    rest: tuple[str, ...]


class Cast:
    """The figures of an article, in the order in which they are first named."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self.figures: list[Figure] = []
        self._by_token: dict[str, list[Figure]] = {}
        self._by_office: dict[str, list[Figure]] = {}
        kept = list(sentences)
        ordinary = {word.lower for sentence in kept for word in sentence.words if word.text[0].islower()}
        for sentence in kept:
            for run in runs(sentence, ordinary):
                self._add(sentence, run)

    def named(self, tokens: Sequence[str], *, titled: bool = False) -> Figure | None:
        """The figure with these tokens of its name (any case): the first that holds them all.

        A title asks for the surname.
        """
        wanted = [_plain(token) for token in tokens]
        if not wanted:
            return None
        sharing = [(figure, [_plain(t) for t in figure.tokens]) for figure in self._by_token.get(wanted[-1], ())]
        known = [(figure, held) for figure, held in sharing if titled or not _are_two_places(held, wanted)]
        for figure, held in known:
            if all(token in held for token in wanted) and (not titled or held[-1] == wanted[-1]):
                return figure
        for figure, held in known:
            if held[-1] == wanted[-1] and (held[0] == wanted[0] or (len(held) == 1 and not _is_body(tokens))):
                return figure
        return self.named(tokens) if titled else None

    def by_office(self, office: str, at: int, more: Sequence[str] = ()) -> Figure | None:
        """The figure of this office that is named nearest before the offset `at`, else the first behind it.

        `more` are further words of the phrase, which must not speak of another.
        """
        held = [figure for figure in self._by_office.get(office, ()) if all(word in figure.offices for word in more)]
        before = [figure for figure in held if figure.at <= at]
        return before[-1] if before else held[0] if held else None

    def by_word(self, word: str, at: int) -> Figure | None:
        """The body whose name holds this word, named nearest before `at`, else the first behind it."""
        held = [figure for figure in self._by_token.get(word, ()) if figure.is_body]
        before = [figure for figure in held if figure.at <= at]
        return before[-1] if before else held[0] if held else None

    def _add(self, sentence: Sentence, run: Run) -> None:
        if not run.rest or (len(run.rest) == 1 and _plain(run.rest[0]) in BODIES):
            return
        is_body = _is_body(run.rest)
        figure = self.named(run.rest, titled=bool(run.titles))
        if figure is None:
            name = joined(run.rest)
            figure = Figure(name, tuple(name.split()), is_body, sentence.words[run.first].start)
            self._enter(figure)
        elif len(run.rest) > len(figure.tokens) and not is_body and not figure.is_body:
            figure.name = joined(run.rest)
            figure.tokens = tuple(figure.name.split())
            for token in figure.tokens:
                if figure not in self._by_token.setdefault(_plain(token), []):
                    self._by_token[_plain(token)].append(figure)
        for office in [*(title.rstrip(".") for title in run.titles), *_offices_beside(sentence, run)]:
            figure.offices.add(office)
            if figure not in self._by_office.setdefault(office, []):
                self._by_office[office].append(figure)
        if figure.gender is None and not figure.is_body:
            figure.gender = gender_of([*run.titles, *figure.offices, figure.tokens[0]])

    def _enter(self, figure: Figure) -> None:
        self.figures.append(figure)
        for token in figure.tokens:
            self._by_token.setdefault(_plain(token), []).append(figure)


def _are_two_places(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names that share words are not of one: a country and what is called after it, or a quarter of it."""
    if list(one) == list(other):
        return False
    if _QUARTERS & (set(one) ^ set(other)):
        return True
    shorter = one if len(one) < len(other) else other
    return tuple(shorter) in _COUNTRIES


def gender_of(words: Iterable[str]) -> str | None:
    """`f`, `m` or None, by titles, nouns and given names."""
    for word in words:
        lower = word.casefold().rstrip(".")
        if lower in FEMALE or lower in _FEMALE:
            return "f"
        if lower in MALE or lower in _MALE:
            return "m"
    return None


def runs(sentence: Sentence, ordinary: set[str] | frozenset[str] = frozenset()) -> Iterable[Run]:
    """Names in a sentence; a first word that the article also writes small is no name."""
    words = sentence.words
    at = 0
    while at < len(words):
        if not _starts(words, at, ordinary):
            at += 1
            continue
        first = at
        last = at
        while last - first < 12 and not _ends_with_owner(words, last):
            step = _step(words, first, last)
            if not step:
                break
            last += step
        yield _run(words, first, last)
        at = last + 1


def _starts(words: tuple[Word, ...], at: int, ordinary: set[str] | frozenset[str]) -> bool:
    word = words[at]
    if not word.is_capital or word.lower in _NO_NAME or (len(word.text) == 1 and word.lower in "ai"):
        return word.is_capital and word.lower in TITLES and at + 1 < len(words) and words[at + 1].is_capital
    opens = at == 0 or words[at - 1].text in "\"“‘'«.:!?("
    if opens and word.lower in ordinary and word.lower not in TITLES:
        return at + 1 < len(words) and words[at + 1].is_capital and word.lower in BODIES
    return not (opens and word.lower in VERBS)


def _ends_with_owner(words: tuple[Word, ...], last: int) -> bool:
    """Whether the name ends with a genitive, which is no part of a longer one (`Tenants' League`, `Mayor's Office`)."""
    word = words[last]
    if not word.owns:
        return False
    if last + 1 >= len(words) or not words[last + 1].is_capital:
        return True
    return not (word.lower.endswith("s'") or words[last + 1].lower in BODIES)


def _step(words: tuple[Word, ...], first: int, last: int) -> int:
    """How many words the name goes on by."""
    following = words[last + 1 : last + 4]
    if not following or following[0].quoted != words[last].quoted:
        return 0
    if following[0].is_capital and following[0].is_word and following[0].lower not in PRONOUNS:
        return 1
    if len(following) > 1 and following[1].is_capital:
        if following[0].lower in _PARTICLES or following[0].text == "&":
            return 2
        if following[0].lower in _JOINTS and _is_office_or_body(words[first : last + 1]):
            return 2
    if len(following) > 2 and following[0].lower == "and" and following[1].is_capital and following[2].lower in BODIES:
        return 3
    if len(following) > 2 and following[0].lower == "for" and following[1].lower == "the" and following[2].is_capital:
        return 3 if _is_office_or_body(words[first : last + 1]) else 0
    return 0


def _is_office_or_body(words: Sequence[Word]) -> bool:
    return any(_plain(word.text) in BODIES for word in words) or words[-1].lower in PEOPLE


def _run(words: tuple[Word, ...], first: int, last: int) -> Run:
    titles = []
    at = first
    if first < last and words[first].text.count(".") > 1:  # U.N. Ambassador Ana Lee
        at = first + 1
    joint = any(word.lower in _JOINTS for word in words[first : last + 1])
    for n in range(first, last):
        if (
            words[n].lower in TITLES | PEOPLE and n - at < 4 and not joint and _plain(words[n + 1].text) not in BODIES
        ):  # Finance Minister Ana Lee
            titles += [word.lower for word in words[at : n + 1]]
            at = n + 1
    while at <= last and words[at].lower in TITLES and (joint or at == last):
        titles.append(words[at].lower)
        at += 1
    rest = tuple(word.text for word in words[at : last + 1])
    if rest and rest[0] in _JOINTS:  # Minister for Transport, Director of Prosecutions: an office is its own name
        rest = tuple(word.text for word in words[first : last + 1])
        titles = []
    return Run(first, last, tuple(titles), rest)


def _offices_beside(sentence: Sentence, run: Run) -> list[str]:
    """Offices before the name (`party chair`, `the chair, `) and behind it (`, the chair of …`, `, who chairs …`)."""
    words = sentence.words
    found: list[str] = []
    at = run.first - 1
    comma = at >= 0 and words[at].text == ","
    at -= comma
    phrase: list[Word] = []
    while at >= 0 and len(phrase) < _LONGEST_OFFICE:
        lower = words[at].lower
        if not words[at].is_word or lower in VERBS or lower in AUXILIARIES or lower in BREAKS:
            break
        if not comma and (lower in PREPOSITIONS or lower in _NO_NAME - DETERMINERS):
            break
        phrase.append(words[at])
        if lower in DETERMINERS:
            break
        at -= 1
    opened = bool(phrase) and (phrase[-1].lower in DETERMINERS or phrase[-1].owns)
    if (
        comma
        and not opened
        and any(word.text[0].islower() and word.lower not in PREPOSITIONS | _OFFICES for word in phrase)
    ):
        return _office_behind_of(words, run)
    heads = [word.lower.removesuffix("'s") for word in phrase]
    if any(head in _OFFICES or head in BODIES for head in heads):
        found += [head for head in heads if head not in DETERMINERS and head not in PREPOSITIONS]
        capitals = [word.text for word in reversed(phrase) if word.is_capital]
        if len(capitals) > 1 and comma:
            found.append("".join(word[0] for word in capitals[:2]).lower())
    return found + _office_behind_of(words, run)


def _office_behind_of(words: tuple[Word, ...], run: Run) -> list[str]:
    if run.last + 1 < len(words) and words[run.last + 1].text == ",":
        return _office_behind(words, run.last + 2)
    return []


def _office_behind(words: tuple[Word, ...], at: int) -> list[str]:
    if at + 1 < len(words) and words[at].lower == "who" and words[at + 1].lower in _LEADS:
        return [_LEADS[words[at + 1].lower]]
    if at >= len(words) or not (words[at].lower in DETERMINERS or words[at].lower in _OFFICES):
        return []
    found = []
    for word in words[at : at + _LONGEST_OFFICE]:
        if word.lower in VERBS or word.lower in AUXILIARIES:
            return []
        if not word.is_word or word.lower in BREAKS - {"and"} or word.lower in PREPOSITIONS:
            break
        found.append(word.lower)
    heads = [word for word in found if word in _OFFICES]
    return [word for word in found if word not in DETERMINERS] if heads else []


def _is_body(tokens: Sequence[str]) -> bool:
    return any(_plain(token) in BODIES or token in _JOINTS or _plain(token) in _PLACES for token in tokens)


def joined(tokens: Sequence[str]) -> str:
    """A name from its words, without the genitive at its end."""
    return " ".join([*tokens[:-1], _bare(tokens[-1])])


def _bare(token: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        token = token.removesuffix(ending)
    return token


def _plain(token: str) -> str:
    return _bare(token).casefold().rstrip(".")
