"""From the words that name a source to its name: surnames, offices, bodies, pronouns, and what somebody's report is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from argmap.attribution import phrases
from argmap.attribution.cast import Cast, Figure, gender_of, joined, runs
from argmap.attribution.lexicon import (
    BODIES,
    DETERMINERS,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
    TITLES,
    WORDS,
)
from argmap.attribution.words import Sentence, Word
from argmap.document import Span
from argmap.evaluation.names import GAZETTEER

_INDEFINITE = frozenset(
    [
        "a",
        "an",
        "one",
        "another",
        "some",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "several",
        "many",
        "few",
        "most",
    ]
)
_SINGULAR = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_DROPPED = DETERMINERS - {
    "one",
    "some",
    "others",
    "another",
    "each",
    "two",
    "three",
    "four",
    "five",
    "six",
    "eleven",
    "both",
}
_REACH = 4  # sentences back in which a pronoun's noun is looked for
_RELATIVES = frozenset(["who", "which", "that", "commissioned", "done", "made"])
_NOWHERE = Span(0, 0)
_ALONE = (PRONOUNS - {"one", "others", "another", "who"}) | {"his", "her", "its", "their"}
_EMPTY = frozenset(["then", "own", "same", "late", "former", "said"])


@dataclass(frozen=True, slots=True)
class Named:
    """A source's name and how sure it is."""

    name: str | None
    confidence: float
    gender: str | None = None
    plural: bool = False
    thing: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something that a pronoun may stand for."""

    at: int
    named: Named


class Resolver:
    """Names the sources of one article."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.sentences = sentences
        self.cast = Cast(sentences)
        self.sources: dict[int, Named] = {}
        """Who was found to be quoted, by the number of the sentence."""
        self._mentions: dict[int, list[Mention]] = {}

    def name(self, number: int, phrase: phrases.Found) -> Named:
        """The name of the source that the words `phrase` of sentence `number` give."""
        sentence = self.sentences[number]
        words = sentence.words[phrase[0] : phrase[1] + 1]
        if len(words) == 1 and words[0].lower in _ALONE:
            return self._pronoun(number, phrase[0])
        return self._noun(number, _without_genitive(words))

    def _noun(self, number: int, words: tuple[Word, ...], *, plain: bool = False) -> Named:
        """`plain`: no pronoun is asked for, so that the search ends."""
        if not words:
            return Named(None, 0.0)
        head = _head(words)
        if head is not None and _is_words(words[head]):
            owner = self._owner(number, words, head, plain=plain)
            if owner is not None:
                return owner
        figure = self._figure(words)
        if figure is not None:
            return _of(figure, 0.95)
        if head is not None:
            known = self._known(words, head)
            if known is not None:
                return known
        return _description(words, head)

    def _owner(self, number: int, words: tuple[Word, ...], head: int, *, plain: bool) -> Named | None:
        """Whose report it is: `the minister's report`, `a survey by the Forum`, `its report`."""
        for at in range(head):
            if words[at].owns:
                return self._noun(number, _without_genitive(words[: at + 1]), plain=plain)
        for at in range(head + 1, len(words) - 1):
            if (words[at].lower == "by" and not words[at - 1].lower.endswith("ed")) or (
                words[at].lower == "of" and at == head + 1 and _speaks(words[at + 1 :])
            ):
                return self._noun(number, words[at + 1 :], plain=plain)
        if words[0].lower in ("its", "his", "her", "their") and not plain:
            place = next(n for n, word in enumerate(self.sentences[number].words) if word.start == words[0].start)
            found = self._pronoun(number, place)
            return found if found.name is not None else None
        return None

    def _figure(self, words: tuple[Word, ...]) -> Figure | None:
        """The figure that is named first in these words, if it is their head and not its owner."""
        sentence = Sentence("", _NOWHERE, words, ())
        for run in runs(sentence):
            if any(word.lower in PREPOSITIONS for word in words[1 : run.first]):
                return None
            owned = words[run.last].owns and run.last + 1 < len(words)
            before = words[run.first - 1].lower if run.first else ""
            if owned or before in PREPOSITIONS or not run.rest:
                if before in PREPOSITIONS:
                    return None
                continue
            behind = words[run.last + 1].lower if run.last + 1 < len(words) else ""
            if behind and behind not in PREPOSITIONS and behind not in (",", "("):
                continue
            alone = run.rest[0].lower() if len(run.rest) == 1 else ""
            if alone in BODIES or (alone in PEOPLE and run.first == 0 and words[0].text != words[0].text.upper()):
                return None
            short = len(run.rest) == 1 and run.rest[0].isupper()
            found = self.cast.by_office(run.rest[0].lower(), words[0].start) if short else None
            found = found or self.cast.named(run.rest, titled=bool(run.titles))
            if found is None:
                name = joined(run.rest)
                found = Figure(name, tuple(run.rest), any(token.lower() in BODIES for token in run.rest), 0)
            return found
        return None

    def _known(self, words: tuple[Word, ...], head: int) -> Named | None:
        """`the minister` and `the council`, by office and by name."""
        first = words[0].lower
        if first in _INDEFINITE or any(word.owns for word in words[:head]):
            return None
        if first not in DETERMINERS and not words[0].is_capital:
            return None
        noun = words[head].lower
        more = [word.lower for word in words[1:head] if word.lower not in _EMPTY and word.lower not in DETERMINERS]
        at = words[0].start
        figure = self.cast.by_office(noun, at, more) or (self.cast.by_word(noun, at) if not more else None)
        if figure is None or (noun in PEOPLE and figure.is_body):
            return None
        return _of(figure, 0.8)

    def _pronoun(self, number: int, place: int) -> Named:
        """Who `he`, `she`, `it` or `they` is: the nearest that fits, in this sentence or back from there."""
        sentence = self.sentences[number]
        word = sentence.words[place].lower
        if word == "you":
            return Named("you", 0.5)
        wanted = _SINGULAR.get(word)
        kind = "person" if wanted else "thing" if word in ("it", "its") else "many"
        best: tuple[float, Named] | None = None
        for back in range(_REACH + 1):
            if number - back < 0:
                break
            held = self.mentions(number - back)
            if back == 0:
                held = [mention for mention in held if mention.at < sentence.words[place].start]
            elif number - back in self.sources:
                held = [Mention(-1, self.sources[number - back]), *held]
            for rank, mention in enumerate(held):
                fit = _fit(mention.named, wanted, kind)
                if fit <= 0:
                    continue
                score = fit - 0.6 * back - 0.12 * min(rank, 4) + (0.9 if mention.at < 0 else 0.0)
                if best is None or score > best[0]:
                    best = (score, mention.named)
        if best is None:
            behind = [mention.named for mention in self.mentions(number) if _fit(mention.named, wanted, kind) > 1]
            return replace(behind[0], confidence=0.5) if behind and place < 6 else Named(None, 0.0)
        named = best[1]
        return Named(named.name, 0.65 if best[0] > 1 else 0.5, named.gender or wanted, named.plural, named.thing)

    def mentions(self, number: int) -> list[Mention]:
        """Persons, bodies and writings in a sentence, in order; words in quotation marks do not count."""
        if number not in self._mentions:
            self._mentions[number] = list(self._find(number))
        return self._mentions[number]

    def _find(self, number: int) -> list[Mention]:
        sentence = self.sentences[number]
        found: list[Mention] = []
        covered = -1
        for run in runs(sentence):
            figure = self.cast.named(run.rest, titled=bool(run.titles)) if run.rest else None
            if len(run.rest) == 1 and run.rest[0].isupper():
                figure = self.cast.by_office(run.rest[0].lower(), sentence.words[run.first].start) or figure
            if figure is None or sentence.words[run.first].quoted:
                continue
            if len(figure.tokens) > 1 or run.titles or figure.offices or figure.gender:
                found.append(Mention(sentence.words[run.first].start, _of(figure, 0.9)))
        for at, word in enumerate(sentence.words):
            if word.quoted or at <= covered:
                continue
            if word.is_capital:
                found += self._capital(number, at)
                continue
            if word.owns and word.lower.removesuffix("'s") in PEOPLE:
                if at + 1 < len(sentence.words) and sentence.words[at + 1].lower in PEOPLE:
                    continue
                phrase = phrases.before(sentence, at, 0)
                if phrase is not None and sentence.words[phrase[0]].lower in DETERMINERS:
                    owner = _without_genitive(sentence.words[phrase[0] : at + 1])
                    found.append(Mention(sentence.words[phrase[0]].start, self._noun(number, owner, plain=True)))
                continue
            if word.lower in PEOPLE or word.lower in BODIES or word.lower in WORDS:
                phrase = phrases.before(sentence, at, 0)
                opening = None if phrase is None else sentence.words[phrase[0]]
                if phrase is None or opening is None or not (opening.lower in DETERMINERS or opening.owns):
                    continue
                behind = sentence.words[at + 1] if at + 1 < len(sentence.words) else None
                if behind is not None and (
                    behind.is_capital or behind.lower in PEOPLE or behind.lower in ("named", "called")
                ):
                    continue
                end = phrase[1]
                own_head = _head(sentence.words[phrase[0] : end + 1])
                if word.lower in PEOPLE and own_head is not None and phrase[0] + own_head != at:
                    continue
                beside = (
                    phrase[0] > 1
                    and sentence.words[phrase[0] - 1].text == ","
                    and sentence.words[phrase[0] - 2].is_capital
                )
                if beside:
                    continue
                goes_on = end + 1 < len(sentence.words) and sentence.words[end + 1].lower in PREPOSITIONS
                following = phrases.behind(sentence, phrase[0]) if goes_on else None
                if following is not None and following[1] > end and following[0] == phrase[0]:
                    end = following[1]
                start = phrase[0]
                if (
                    end + 2 < len(sentence.words)
                    and sentence.words[end + 1].text == ","
                    and sentence.words[end + 2].is_capital
                ):
                    continue
                named = self._noun(number, sentence.words[start : end + 1], plain=True)
                if named.name is not None:
                    found.append(Mention(sentence.words[start].start, named))
                covered = end
        found.sort(key=lambda mention: mention.at)
        return found

    def _capital(self, number: int, at: int) -> list[Mention]:
        """`the President`, of whom no name is given, and `Clause 9` at the head of a sentence."""
        words = self.sentences[number].words
        word = words[at]
        if at and words[at - 1].lower == "the" and (word.lower in TITLES or word.lower in PEOPLE):
            if at + 1 < len(words) and words[at + 1].is_capital:
                return []
            return [Mention(words[at - 1].start, self._noun(number, words[at - 1 : at + 1], plain=True))]
        single = at + 1 < len(words) and not words[at + 1].is_capital and not words[at - 1].is_capital
        if at and single and words[at - 1].lower == "the" and word.lower.endswith("s") and not word.owns:
            return [Mention(words[at - 1].start, Named(word.text, 0.7, plural=True))]
        if at == 0 and word.lower in WORDS and len(words) > 1 and words[1].text.isdigit():
            return [Mention(word.start, Named(f"{word.text} {words[1].text}", 0.8, thing=True))]
        return []


def _fit(named: Named, wanted: str | None, kind: str) -> float:
    if named.name is None:
        return 0.0
    if kind == "person":
        if named.thing or named.plural or (named.gender is not None and named.gender != wanted):
            return 0.0
        known = named.name[:1].isupper()
        return (2.0 if known else 1.7) if named.gender == wanted else 1.3 if known else 1.15
    if kind == "thing":
        return (
            2.0
            if named.thing
            else 0.8
            if named.gender is None and not named.plural and named.name[:1].isupper()
            else 0.0
        )
    body = named.name[:1].isupper() or named.name.split()[-1].lower() in BODIES
    return 2.0 if named.plural else 1.0 if named.thing and body else 0.0


def _of(figure: Figure, confidence: float) -> Named:
    is_event = len(figure.tokens) > 1 and figure.tokens[-1] in GAZETTEER.impersonal and figure.gender is None
    return Named(figure.name, confidence, figure.gender, False, figure.is_body or is_event)


def _description(words: tuple[Word, ...], head: int | None) -> Named:
    start = 0
    while start < len(words) - 1 and words[start].lower in _DROPPED:
        start += 1
    kept = [word.text for word in words[start:]]
    if start == 0 and (words[0].lower in PEOPLE or words[0].lower in WORDS or words[0].lower in DETERMINERS):
        kept[0] = words[0].lower  # large only since the sentence begins with it
    name = " ".join(kept).replace(" ’s", "’s").strip(" ,;:—–-.")
    noun = words[head].lower if head is not None else words[-1].lower
    plural = (noun in PEOPLE and noun.endswith(("s", "men", "women", "people"))) or words[0].lower in _INDEFINITE - {
        "a",
        "an",
        "one",
        "another",
    }
    thing = noun not in PEOPLE and any(word.lower in BODIES or word.lower in WORDS for word in words)
    return Named(name or None, 0.85, gender_of([noun]), plural, thing)


def _head(words: tuple[Word, ...]) -> int | None:
    """The head of a noun phrase: the last word before a preposition."""
    for at, word in enumerate(words):
        in_name = 0 < at < len(words) - 1 and words[at - 1].is_capital and words[at + 1].is_capital
        if at > 0 and not in_name and (word.lower in PREPOSITIONS or word.lower in _RELATIVES):
            return at - 1
    return len(words) - 1 if words else None


def _is_words(word: Word) -> bool:
    return word.lower in WORDS and word.lower not in PEOPLE


def _speaks(words: tuple[Word, ...]) -> bool:
    return any(
        word.is_capital or word.lower in PEOPLE or word.lower in BODIES or word.lower in TITLES for word in words[:4]
    )


def _without_genitive(words: tuple[Word, ...]) -> tuple[Word, ...]:
    last = words[-1]
    text = last.text
    for ending in ("'s", "’s", "'", "’"):
        if text.endswith(ending):
            text = text.removesuffix(ending)
            break
    return (*words[:-1], Word(last.start, last.start + len(text), text, text.lower(), last.quoted))
