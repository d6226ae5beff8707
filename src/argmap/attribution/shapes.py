"""Attributions by shape alone: `“…” — Ana Lee, mayor of Orlo`, `From Chair Lee: …`, `Ana Lee: “…”`."""

from __future__ import annotations

from collections.abc import Iterator

from argmap.attribution import phrases
from argmap.attribution.sayings import Report
from argmap.attribution.words import Sentence
from argmap.document import Span

_DASHES = "—–―-"
_LONGEST_LABEL = 10  # words before a colon


def shaped(sentence: Sentence) -> Iterator[Report]:
    """The readings of a sentence by its marks."""
    yield from _dashed(sentence)
    yield from _labelled(sentence)


def _dashed(sentence: Sentence) -> Iterator[Report]:
    words = sentence.words
    if not sentence.quotes:
        return
    last = sentence.quotes[-1]
    at = next((n for n, word in enumerate(words) if word.start >= last.end), len(words))
    while at < len(words) and words[at].text in ".,*_>":
        at += 1
    if at + 1 >= len(words) or words[at].text not in _DASHES or words[at].quoted:
        return
    first = at
    while at < len(words) and words[at].text in _DASHES:
        at += 1
    found = phrases.behind(sentence, at)
    if found is None or not (words[at].is_capital or phrases.speaks(sentence, found) >= 1.6):
        return
    if any(not word.quoted and word.is_word for word in words[:first]):
        return
    named = phrases.name_beside(sentence, found[1] + 1)
    source = named if named is not None and not phrases.is_name(sentence, found) else found
    yield Report(sentence.quotes, sentence.stretch(first, at - 1), sentence.stretch(*source), 8.0)


def _labelled(sentence: Sentence) -> Iterator[Report]:
    words = sentence.words
    start = 0
    while start < len(words) and not words[start].is_word and words[start].text not in "\"“‘'«„":
        start += 1
    colon = next((n for n in range(start, min(len(words), start + _LONGEST_LABEL)) if words[n].text == ":"), None)
    if colon is None or colon == start or words[colon].quoted or colon + 1 >= len(words):
        return
    cue = sentence.stretch(colon, colon)
    first = start
    if words[start].lower == "from" and start + 1 < colon:
        cue = sentence.stretch(start, start)
        first = start + 1
    found = phrases.before(sentence, colon - 1, first)
    if found is None or found[0] != first:
        return
    named = phrases.is_name(sentence, found)
    quoted = words[colon + 1].quoted
    if not ((named and (quoted or first > start)) or (quoted and phrases.speaks(sentence, found) >= 1.6)):
        return
    stop = len(words) - 1
    while stop > colon + 1 and words[stop].text in ".!?" and not words[stop].quoted:
        stop -= 1
    yield Report((Span(words[colon + 1].start, words[stop].end),), cue, sentence.stretch(*found), 7.0)
