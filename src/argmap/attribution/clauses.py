"""Every place in a sentence where words report somebody: who, by which words, and what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from argmap.attribution.lexicon import BELIEVE, DETERMINERS, FROM, NAME, NOBODY, SAID_AS, SAY, TELL, VERBS, WANT, WEAK
from argmap.attribution.sayings import Report, according, by_noun, impersonal, in_view
from argmap.attribution.verbs import by_verb
from argmap.attribution.words import Sentence

_VIEWS = frozenset(["view", "reckoning", "words", "opinion", "phrase", "estimate", "count"])
_HEADS = frozenset(
    [
        "some",
        "many",
        "most",
        "several",
        "few",
        "one",
        "two",
        "three",
        "others",
        "another",
        "both",
        "all",
        "this",
        "that",
        "these",
        "those",
        "any",
        "no",
        "each",
    ]
)
_SAID_TO_BE = frozenset(
    [
        "argument",
        "position",
        "view",
        "answer",
        "reply",
        "case",
        "claim",
        "explanation",
        "contention",
        "belief",
        "fear",
        "complaint",
        "line",
        "verdict",
        "conclusion",
        "warning",
        "defence",
        "defense",
        "response",
    ]
)


def reports(sentence: Sentence) -> Iterator[Report]:
    """All readings of the sentence by its verbs and phrases of reporting, outside quotation marks."""
    words = sentence.words
    taken = -1
    for at in range(len(words)):
        if words[at].quoted or at <= taken:
            continue
        if phrase := _matches(sentence, at, NOBODY):
            yield from impersonal(sentence, at, at + phrase - 1)
            taken = at + phrase - 1
        elif (phrase := _matches(sentence, at, FROM)) and not (phrase == 1 and at):
            yield from according(sentence, at, at + phrase - 1)
            taken = at + phrase - 1
        elif phrase := _matches(sentence, at, SAID_AS):
            kind = "want" if words[at].lower.startswith(("call", "ask", "would", "press")) else "say"
            yield from by_verb(sentence, at, at + phrase - 1, kind)
            taken = at + phrase - 1
        elif (words[at].lower in _VIEWS and at > 0 and (readings := list(in_view(sentence, at)))) or (
            words[at].lower in _SAID_TO_BE and at > 0 and (readings := list(by_noun(sentence, at)))
        ):
            yield from readings
        elif words[at].lower in VERBS and not (at and words[at].is_capital) and not _is_noun_here(sentence, at):
            yield from by_verb(sentence, at, at, _kind(words[at].lower))


def _matches(sentence: Sentence, at: int, among: Sequence[tuple[str, ...]]) -> int:
    """How many words of the longest phrase that stands at `at`; 0 for none."""
    words = sentence.words
    for phrase in among:
        fits = words[at].lower == phrase[0] and at + len(phrase) <= len(words)
        if fits and all(words[at + n].lower == part for n, part in enumerate(phrase)):
            return len(phrase)
    return 0


def _kind(verb: str) -> str:
    for name, verbs in (
        ("tell", TELL),
        ("say", SAY),
        ("believe", BELIEVE),
        ("want", WANT),
        ("name", NAME),
        ("weak", WEAK),
    ):
        if verb in verbs:
            return name
    return "weak"


def _is_noun_here(sentence: Sentence, at: int) -> bool:
    """Whether `claims`, `reports` and their like are nouns: behind a genitive or an article."""
    before = sentence.words[at - 1] if at else None
    return before is not None and (before.owns or before.lower in DETERMINERS - _HEADS or before.lower == "own")
