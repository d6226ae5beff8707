"""Who takes part in an article: mentions merged into parties, by name, office and noun; in doubt two stay two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from argmap.attribution.cast import Cast, Figure, gender_of
from argmap.attribution.lexicon import DETERMINERS, PREPOSITIONS, TITLES
from argmap.attribution.words import Sentence, Word
from argmap.blame import lexicon
from argmap.blame.companies import company_of
from argmap.blame.mentions import Mention, mentions_of, spelling_of
from argmap.blame.roles import PRONOUNS

WE, YOU = "we", "you"
_NOT_ENOUGH = frozenset(
    ["the", "a", "an", "this", "that", "these", "those", "such", "same", "very", "own", "said", "new", "old"]
)
_FORMS = frozenset(["mr", "mr.", "mrs", "mrs.", "ms", "ms.", "madam", "chief"])
INDEFINITE = frozenset(
    ["a", "an", "some", "one", "two", "three", "four", "any", "another", "many", "several", "no", "every"]
)
_LEAST_INITIALS = 2
_HELD = 40  # parties of one noun that a mention is held against


@dataclass(slots=True)
class Entry:
    """A party of the article, with all its mentions in text order.

    `form`: `m` or `f` for a person of that gender, `person`, `it` for a body or place, `they` for several, `we`.
    """

    name: str
    head: str
    form: str
    is_named: bool
    at: int
    mentions: list[Mention] = field(default_factory=list)
    words: frozenset[str] = frozenset()


class Parties:
    """The parties of an article's sentences, in the order in which they are first mentioned."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = sentences
        self.cast = Cast(sentences)
        self.entries: list[Entry] = []
        self.in_sentence: list[list[tuple[Mention, Entry | None]]] = []
        """By sentence its mentions, each with its party; None for pronouns."""
        self._by_figure: dict[int, Entry] = {}
        self._by_noun: dict[str, list[Entry]] = {}
        self._initials: dict[str, Entry] = {}
        self._offices: dict[str, Entry] = {}
        spelling = spelling_of(sentences)
        found = [mentions_of(number, sentence, spelling) for number, sentence in enumerate(sentences)]
        self._company = company_of(sentences, found, self.cast)
        for mentions in found:
            self._note_offices(mentions)
        for mentions in found:
            self.in_sentence.append([(mention, self._entry(mention)) for mention in mentions])
        if YOU not in self._by_noun:
            self._by_noun[YOU] = [self._enter(YOU, YOU, YOU, is_named=False, at=0)]
        for entry in self.entries:
            entry.name, entry.head = self._fullest(entry)

    @property
    def you(self) -> Entry:
        """The readers, whether or not the article speaks to them."""
        return self._by_noun[YOU][0]

    def _entry(self, mention: Mention) -> Entry | None:
        sentence = self.sentences[mention.sentence]
        if mention.kind == "pronoun":
            return self._spoken(mention, PRONOUNS[sentence.words[mention.head].lower])
        words = sentence.words[mention.first : mention.last + 1]
        entry = self._named(mention, words) if mention.kind == "name" else self._described(mention, words)
        if entry is not None:
            entry.mentions.append(mention)
        return entry

    def _note_offices(self, found: Sequence[Mention]) -> None:
        """Offices by apposition: `the Speaker, the Rt. Hon. Comfort Ansre,` — the Speaker is she."""
        for before, behind in pairwise(found):
            words = self.sentences[before.sentence].words
            joined = behind.first == before.last + 2 and words[before.last + 1].text == ","
            if not joined or behind.run is None or len(behind.run.rest) < 2 or words[before.first].lower != "the":
                continue
            if before.kind == "name" and (before.run is None or len(before.run.rest) > 2):
                continue
            figure = self.cast.named(behind.run.rest)
            noun = _bare(words[before.last]).lower()
            if figure is not None and not figure.is_body and not lexicon.is_body(noun):
                self._offices[noun] = self._of_figure(figure, behind)

    def _spoken(self, mention: Mention, whom: str) -> Entry | None:
        """The author and the author's side, or the readers, who are nobody else's party."""
        if mention.quoted or whom not in (WE, YOU):
            return None
        if whom not in self._by_noun:
            self._by_noun[whom] = [self._enter(whom, whom, whom, is_named=False, at=mention.sentence)]
        (entry,) = self._by_noun[whom]
        entry.mentions.append(mention)
        return entry

    def _named(self, mention: Mention, words: Sequence[Word]) -> Entry | None:
        assert mention.run is not None  # noqa: S101 - names have one
        figure = self.cast.named(mention.run.rest, titled=bool(mention.run.titles))
        if len(mention.run.rest) == 1:  # Mr President, the Speaker: the office stands for who holds it
            office = _bare(words[-1]).lower()
            held = (
                self.cast.by_office(office, words[0].start)
                if lexicon.is_person(office) or words[-1].text.isupper()
                else None
            )
            held_entry = self._offices.get(office)
            if held_entry is not None and (figure is None or len(figure.tokens) == 1):
                return held_entry
            figure = held if held is not None and (figure is None or len(figure.tokens) == 1) else figure
        if figure is not None and self._is_other(figure, mention):
            figure = None
        text = _plain(words)
        if figure is None:
            short = _bare(words[-1])
            return self._noun_entry(mention, short.lower(), text, frozenset())
        if len(figure.tokens) == 1 and figure.tokens[0].isupper() and figure.tokens[0].lower() in self._initials:
            return self._initials[figure.tokens[0].lower()]
        return self._of_figure(figure, mention)

    def _is_other(self, figure: Figure, mention: Mention) -> bool:
        """Whether a body's noun alone is no short form of a longer name that only begins with it: `the State`."""
        assert mention.run is not None  # noqa: S101 - names have one
        (*_, last) = mention.run.rest or ("",)
        bare = _stripped(last).lower()
        return (
            len(mention.run.rest) == 1
            and len(figure.tokens) > 1
            and lexicon.is_body(bare)
            and _stripped(figure.tokens[-1]).lower() != bare
        )

    def _of_figure(self, figure: Figure, mention: Mention) -> Entry:
        entry = self._by_figure.get(id(figure))
        if entry is None:
            head = head_of(figure.name)
            opening = self.sentences[mention.sentence].words[mention.first].lower
            called = opening == "the" and mention.kind == "name" and not figure.offices
            gender = None if called and mention.run is not None and not mention.run.titles else figure.gender
            form = gender or ("it" if called and not head.endswith("s") else _form_of_name(figure, head))
            entry = self._enter(figure.name, head, form, is_named=True, at=mention.sentence)
            entry.words = frozenset(token.lower() for token in figure.tokens) | frozenset(figure.offices)
            self._by_figure[id(figure)] = entry
            initials = "".join(token[0] for token in figure.tokens if token[0].isupper()).lower()
            if len(initials) >= _LEAST_INITIALS and len(figure.tokens) > 1:
                self._initials.setdefault(initials, entry)
        if mention.run is not None:
            titles = (title.rstrip(".") for title in mention.run.titles)
            self._offices.update((title, entry) for title in titles if len(title) > 4 and lexicon.is_person(title))
        return entry

    def _described(self, mention: Mention, words: Sequence[Word]) -> Entry | None:
        noun = _bare(words[-1]).lower()
        place = self.sentences[mention.sentence].words[mention.first].start
        opening = words[0].lower
        more = frozenset(
            _bare(word).lower()
            for word in words[:-1]
            if word.lower not in DETERMINERS and word.lower not in _NOT_ENOUGH and word.lower not in _FORMS
        )
        if opening not in INDEFINITE and not any(word.owns for word in words[:-1]):
            if not more and noun in self._offices:
                return self._offices[noun]
            figure = self.cast.by_office(noun, place, sorted(more)) if not lexicon.is_body(noun) else None
            if figure is None and not more and lexicon.is_body(noun):
                figure = self.cast.by_word(noun, place)
                if figure is None and noun in lexicon.COMPANIES and opening in ("the", "this"):
                    figure = self._company
            if figure is not None and not (figure.is_body and lexicon.is_person(noun) and not lexicon.is_body(noun)):
                return self._of_figure(figure, mention)
        return self._noun_entry(mention, noun, _plain(words), more)

    def _noun_entry(self, mention: Mention, noun: str, text: str, more: frozenset[str]) -> Entry:
        """The party of this noun that is mentioned last and is not said to be another by the words before it."""
        held = self._by_noun.setdefault(noun, [])
        near = held[-_HELD:]
        fitting = [entry for entry in near if not more or not entry.words or more <= entry.words or entry.words <= more]
        if fitting:
            entry = max(fitting, key=lambda one: one.mentions[-1].sentence if one.mentions else -1)
            entry.words |= more
            return entry
        form = _form_of_noun(noun)
        entry = self._enter(text, noun, form, is_named=False, at=mention.sentence)
        entry.words = more
        held.append(entry)
        return entry

    def _enter(self, name: str, head: str, form: str, *, is_named: bool, at: int) -> Entry:
        entry = Entry(name, head, form, is_named, at)
        self.entries.append(entry)
        return entry

    def _fullest(self, entry: Entry) -> tuple[str, str]:
        """The longest words by which the article calls a party, and their head."""
        if entry.is_named or entry.name in (WE, YOU):
            return entry.name, entry.head
        texts = []
        for mention in entry.mentions:
            words = self.sentences[mention.sentence].words[mention.first : mention.last + 1]
            texts.append((len(words), -mention.sentence, _plain(words), _bare(words[-1])))
        if not texts:
            return entry.name, entry.head
        _, _, text, head = max(texts)
        return text, head


def named_party(name: str) -> tuple[str, str]:
    """A name on one line, and its head word."""
    plain = " ".join(name.split())
    return plain, head_of(plain)


def head_of(name: str) -> str:
    """The word that carries a name: a person's surname, `Board` of `Water Board`, `Ministry` of `Ministry of Works`."""
    words = name.split()
    for at, word in enumerate(words):
        if (
            at > 0
            and word.lower() in PREPOSITIONS | {"who", "which", "that"}
            and words[at - 1].lower() not in PREPOSITIONS
        ):
            return _stripped(words[at - 1])
    return _stripped(words[-1]) if words else name


def _stripped(word: str) -> str:
    bare = word
    for ending in ("'s", "’s", "'", "’"):
        bare = bare.removesuffix(ending)
    return bare.strip('.,;:!?()“”"') or word


def _bare(word: Word) -> str:
    return _stripped(word.text)


def _plain(words: Sequence[Word]) -> str:
    """The words as they stand, on one line, without a genitive at the end."""
    parts: list[str] = []
    for number, word in enumerate(words):
        text = _bare(word) if number == len(words) - 1 else word.text
        glued = number and word.start == words[number - 1].end
        parts.append(text if glued or not number else f" {text}")
    return "".join(parts)


def _form_of_name(figure: Figure, head: str) -> str:
    noun = head.lower()
    if figure.is_body or lexicon.is_body(noun):
        return "they" if noun in lexicon.BODIES_PLURAL else "it"
    if figure.offices and any(lexicon.is_person(office) or office in TITLES for office in figure.offices):
        return "person"
    if noun.endswith("s") and len(figure.tokens) == 1 and not noun.endswith("ss"):
        return "they"
    return gender_of(figure.tokens) or ("person" if len(figure.tokens) in (2, 3) and not figure.is_body else "it")


def _form_of_noun(noun: str) -> str:
    if lexicon.is_plural(noun) or noun in ("police", "people"):
        return "they"
    if lexicon.is_body(noun):
        return "it"
    return gender_of([noun]) or ("person" if lexicon.is_person(noun) else "it")


def title_words(texts: Sequence[str]) -> frozenset[str]:
    """The words of headlines in lower case, without genitives."""
    return frozenset(_stripped(word).lower() for text in texts for word in text.split())
