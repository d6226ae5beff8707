"""Noun phrases without a parser: the one before a verb, the one behind it, and the name that a comma adds."""

from __future__ import annotations

from argmap.attribution.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BODIES,
    BREAKS,
    DETERMINERS,
    PEOPLE,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    TITLES,
    VERBS,
    WORDS,
)
from argmap.attribution.words import Sentence, Word

_LONGEST = 25  # words of a noun phrase
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "du",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "y",
        "e",
        "of",
        "the",
        "and",
        "for",
        "on",
    ]
)
_NUMBERS = frozenset(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
_NOUNS_TOO = frozenset(
    [
        "state",
        "states",
        "claim",
        "claims",
        "note",
        "answer",
        "answers",
        "reply",
        "estimate",
        "call",
        "calls",
        "request",
        "requests",
        "fear",
        "fears",
        "hope",
        "record",
        "records",
        "count",
        "rule",
        "thought",
        "demand",
        "demands",
        "name",
        "promise",
        "find",
        "cause",
        "wants",
    ]
)
_RELATIVE = frozenset(["who", "which", "whom", "whose", "that"])
_MARKS = frozenset(".,;:!?()—–-…\"“”„‘'’«»[]")
Found = tuple[int, int]
"""First and last word of a phrase, both inclusive."""


def before(sentence: Sentence, last: int, first: int) -> Found | None:
    """The noun phrase that ends with the word `last`, at or behind the word `first`."""
    words = sentence.words
    if last < first or not _can_end(words[last]):
        return None
    if words[last].lower in ("them", "us") and last - 2 >= first and words[last - 1].lower == "of":
        return last - 2, last
    if words[last].lower in ("him", "her", "them", "me", "us"):
        return None
    if words[last].lower in PRONOUNS and words[last].lower not in ("one", "others", "another"):
        return last, last
    at = last
    while at > first and last - at < _LONGEST:
        word = words[at - 1]
        if word.quoted != words[last].quoted:
            break
        if word.lower in DETERMINERS or (word.owns and not words[at].owns and not _opens(words[at])):
            at -= 1
            if word.owns:
                continue
            if _attached(words, at, first):
                at -= 1
                continue
            if at > first and words[at - 1].lower in DETERMINERS:  # all the, those two
                continue
            break
        if word.lower in PREPOSITIONS:
            if at - 1 > first and words[at - 2].lower in _NUMBERS:
                at -= 1
                continue
            if at - 1 > first and _is_noun(words[at - 2]) and (word.lower == "of" or not words[at].text[0].isdigit()):
                at -= 1
                continue
            break
        if word.lower in ("and", "&") and at - 1 > first and _is_noun(words[at - 2]) and not _opens(words[at]):
            at -= 2
            continue
        if not _is_noun(word):
            break
        at -= 1
    while at < last and (
        words[at].lower in PREPOSITIONS
        or (words[at].lower in TIMES - {"that", "this", "same"} and not words[at].is_capital)
    ):
        at += 1
    return at, last


def behind(sentence: Sentence, first: int) -> Found | None:
    """The noun phrase that begins with the word `first`."""
    words = sentence.words
    if first >= len(words) or words[first].quoted:
        return None
    word = words[first]
    if word.lower in PRONOUNS and word.lower not in ("one", "others", "another", "somebody", "someone"):
        return first, first
    if not (_opens(word) or _is_noun(word)):
        return None
    at = first
    while at + 1 < len(words) and at - first < _LONGEST:
        following = words[at + 1]
        if following.quoted:
            break
        if following.lower in DETERMINERS:
            if following.lower in ("one", "ones") and at > first and words[at].lower not in PREPOSITIONS | DETERMINERS:
                return first, at + 1
            if words[at].lower in DETERMINERS or words[at].lower in PREPOSITIONS or words[at].lower == "and":
                at += 1
                continue
            break
        if following.lower in PREPOSITIONS:
            named = words[at].is_capital and at > first
            office = following.lower == "for" and (words[at].lower in TITLES or words[at].lower in PEOPLE)
            if following.lower == "for" and words[at].is_capital and at + 2 < len(words) and words[at + 2].is_capital:
                office = words[at].lower in BODIES
            if following.lower != "of" and not office and (named or not _place_follows(words, at + 2)):
                break
            at += 1
            continue
        if following.lower in ("and", "&"):
            break
        if not _is_noun(following):
            break
        ends_name = words[at].is_capital and not following.is_capital and not words[at].owns
        if ends_name and following.lower not in _PARTICLES and at != first and words[at - 1].lower not in DETERMINERS:
            break
        at += 1
    while at > first and (words[at].lower in PREPOSITIONS or words[at].lower in DETERMINERS):
        at -= 1
    return first, at


def to_its_noun(sentence: Sentence, phrase: Found) -> Found:
    """The phrase up to its first noun for who or what is quoted, if it has one: without verbs taken for nouns."""
    words = sentence.words
    for at in range(phrase[0], phrase[1]):
        known = words[at].lower in PEOPLE or words[at].lower in BODIES or words[at].lower in WORDS
        following = words[at + 1].lower
        if known and not (
            following in PEOPLE or following in BODIES or following in WORDS or following in PREPOSITIONS
        ):
            return phrase[0], at
    last = phrase[1]
    while last > phrase[0] and words[last].lower in VERBS:
        last -= 1
    return phrase[0], last


def name_beside(sentence: Sentence, comma: int) -> Found | None:
    """A bare name between the comma and the next one: `the chair, Lorraine Pettifer,`."""
    words = sentence.words
    if comma >= len(words) or words[comma].text != ",":
        return None
    at = comma + 1
    while at < len(words) and words[at].lower in TITLES | {"retired", "the", "then"} and not words[at].is_capital:
        at += 1
    start = comma + 1
    capitals = 0
    while at < len(words) and at - start < 10:
        word = words[at]
        if word.text == "(":
            while at < len(words) and words[at].text != ")":
                at += 1
            at += 1
            continue
        if not word.is_word:
            break
        if not (word.is_capital or (word.lower in _PARTICLES and at + 1 < len(words) and words[at + 1].is_capital)):
            return None
        capitals += word.is_capital
        at += 1
    ends = at >= len(words) or words[at].text in ",.—–-:;"
    return (start, at - 1) if capitals and ends and at > start else None


def is_name(sentence: Sentence, phrase: Found) -> bool:
    """Whether it is made of capitals only, apart from particles."""
    words = sentence.words[phrase[0] : phrase[1] + 1]
    return ((words[0].is_capital and words[0].lower not in DETERMINERS) or words[0].lower in TITLES) and all(
        word.is_capital or word.lower in _PARTICLES or word.lower in TITLES or not word.is_word for word in words
    )


def speaks(sentence: Sentence, phrase: Found) -> float:
    """How likely the phrase is somebody or something that is quoted, from 0 to 2."""
    words = sentence.words[phrase[0] : phrase[1] + 1]
    heads = {word.lower for word in words if word.lower not in DETERMINERS}
    bare = {word.lower.removesuffix("'s").removesuffix("'") for word in words}
    if phrase[0] == phrase[1] and words[0].lower in PRONOUNS:
        return 1.5 if words[0].lower in ("he", "she") else 0.8
    if heads & (PEOPLE | BODIES | WORDS) or bare & TITLES:
        return 2.0
    if any(word.is_capital for word in words[1:]) or (words[0].is_capital and words[0].lower not in DETERMINERS):
        return 1.8
    last = words[-1].lower
    if last.endswith(("ers", "ors", "ists", "ians", "er", "or", "ist", "ian")):
        return 1.6
    return 0.5


def _attached(words: tuple[Word, ...], at: int, first: int) -> bool:
    """Whether the determiner at `at` follows a preposition that follows a noun of the same phrase."""
    if at - 2 < first or words[at - 1].lower not in PREPOSITIONS:
        return False
    noun = words[at - 2]
    if noun.lower in ("somebody", "someone", "everybody", "everyone", "nobody", "those"):
        return True
    return (_is_noun(noun) and noun.lower not in TIMES) or noun.lower in (
        "some",
        "one",
        "most",
        "many",
        "several",
        "two",
        "all",
    )


def _place_follows(words: tuple[Word, ...], at: int) -> bool:
    return (
        at < len(words)
        and words[at].lower not in TIMES | PREPOSITIONS
        and not words[at].text[0].isdigit()
        and words[at].is_word
    )


def _opens(word: Word) -> bool:
    return word.lower in DETERMINERS


def _can_end(word: Word) -> bool:
    if word.lower in _NUMBERS or word.lower in ("others", "another", "many", "some", "most", "several", "both", "few"):
        return True
    return _is_noun(word) or word.lower in PRONOUNS


def _is_noun(word: Word) -> bool:
    """Whether it may stand in a noun phrase as noun, adjective, name or number."""
    if not word.is_word or word.text in _MARKS:
        return False
    if word.lower in BREAKS or word.lower in AUXILIARIES or word.lower in PREPOSITIONS or word.lower in DETERMINERS:
        return word.lower in ("one", "two", "three")
    if word.lower in PRONOUNS or word.lower in ("not", "also", "just", "only", "to"):
        return False
    if word.lower in ADVERBS and word.lower not in ("first",):
        return False
    return word.is_capital or word.lower not in VERBS or word.lower in WORDS or word.lower in _NOUNS_TOO
