"""Readings by phrases: `according to the audit`, `in her view`, `it is said that`, `the argument is that`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from argmap.attribution import phrases
from argmap.attribution.contents import Content, following, preceding
from argmap.attribution.lexicon import DETERMINERS, TIMES
from argmap.attribution.subjects import clause_start
from argmap.attribution.words import Sentence
from argmap.document import Span

_RELATIVE = frozenset(["who", "which", "whom", "whose"])


@dataclass(frozen=True, slots=True)
class Report:
    """A reading of a sentence: the reported parts, the cue, the source; the best of several has the highest score.

    `nobody`: the words say that it is said, but not by whom.
    """

    parts: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    score: float
    nobody: bool = False


def impersonal(sentence: Sentence, first: int, last: int) -> Iterator[Report]:
    """`It is said that …`, `I am told`: by nobody, unless `by` somebody stands close behind."""
    words = sentence.words
    by = next((n for n in range(last + 1, min(last + 4, len(words))) if words[n].lower == "by"), None)
    source = phrases.behind(sentence, by + 1) if by is not None else None
    at = last if source is None else source[1]
    content = following(sentence, at, "say") or preceding(sentence, first)
    if first > 0 and words[first - 1].text == "," and (at + 1 >= len(words) or words[at + 1].text in ",."):
        content = Content(_around(sentence, first, at), 2.0)
    if content is not None and content.parts:
        span = None if source is None else sentence.stretch(*source)
        yield Report(content.parts, sentence.stretch(last, last), span, 4.5 + content.strength, nobody=span is None)


def according(sentence: Sentence, first: int, last: int) -> Iterator[Report]:
    """`according to the audit`, at the head of a sentence, in the middle or at its end."""
    words = sentence.words
    found = phrases.behind(sentence, last + 1)
    if found is None or words[last + 1].lower in ("me", "him", "her", "them", "who", "what"):
        return
    named = phrases.name_beside(sentence, found[1] + 1)
    source = named if named is not None and not phrases.is_name(sentence, found) else found
    end = max(found[1], source[1])
    while end + 1 < len(words) and words[end + 1].lower in TIMES - {"that", "this"}:
        end += 1
    parts = _around(sentence, first, end) or sentence.quotes
    if parts:
        yield Report(parts, sentence.stretch(first, last), sentence.stretch(*source), 8.0)


def in_view(sentence: Sentence, at: int) -> Iterator[Report]:
    """`by the comptroller's reckoning`, `in his view`, `in her words`."""
    words = sentence.words
    owner = at - 1
    while owner > 0 and words[owner].lower in ("own", "first", "last"):
        owner -= 1
    if words[owner].lower in ("his", "her", "their", "its"):
        source: phrases.Found = (owner, owner)
    elif words[owner].owns:
        start = clause_start(sentence, owner)
        found = phrases.before(sentence, owner, start)
        if found is None:
            return
        source = found
    else:
        return
    if source[0] == 0 or words[source[0] - 1].lower not in ("in", "by", "on", "to"):
        return
    parts = _around(sentence, source[0] - 1, at)
    if parts:
        yield Report(parts, sentence.stretch(at, at), sentence.stretch(*source), 7.0)


def by_noun(sentence: Sentence, at: int) -> Iterator[Report]:
    """`the minister's argument is that …`, `the usual reply, which I know, is: “…”`."""
    words = sentence.words
    found = phrases.before(sentence, at, clause_start(sentence, at))
    if found is None or not (words[found[0]].lower in DETERMINERS or any(word.owns for word in words[found[0] : at])):
        return
    for n in range(at + 1, min(len(words) - 1, at + 30)):
        if words[n].quoted or words[n].text in ".;":
            return
        if words[n].lower in ("is", "was", "has", "remains") and (
            n == at + 1 or words[n - 1].text == "," or n - at < 8
        ):
            that = next(
                (m for m in range(n + 1, min(n + 8, len(words))) if words[m].lower == "that" or words[m].text == ":"),
                None,
            )
            if that is None or (that > n + 1 and words[that].lower == "that"):
                continue
            content = following(sentence, that - 1, "say")
            if content is not None:
                yield Report(content.parts, sentence.stretch(at, at), sentence.stretch(*found), 7.0)
            return


def _around(sentence: Sentence, first: int, last: int) -> tuple[Span, ...]:
    """What stands before and behind a phrase that is set into the sentence."""
    words = sentence.words
    parts = []
    if first > 0:
        stop = first - 1
        while stop >= 0 and words[stop].text in ",—–(":
            stop -= 1
        begin = next((n + 1 for n in range(stop, -1, -1) if _parts_clauses(sentence, n)), 0)
        if stop >= begin:
            parts.append(sentence.stretch(begin, stop))
    start = last + 1
    if start < len(words) and words[start].text not in ",.:;)—–" and words[start].lower in ("who", "which", "that"):
        while start < len(words) and (words[start].text != "," or words[start].quoted):
            start += 1
    while start < len(words) and words[start].text in ",:—–)":
        start += 1
    if start < len(words) and words[start].lower in _RELATIVE:
        while start < len(words) and words[start].text != ",":
            start += 1
        start += 1
    stop = next(
        (n - 1 for n in range(start, len(words)) if words[n].text == ";" and not words[n].quoted), len(words) - 1
    )
    while stop > start and words[stop].text in ".!?" and not words[stop].quoted:
        stop -= 1
    if start <= stop and any(word.is_word for word in words[start : stop + 1]):
        parts.append(sentence.stretch(start, stop))
    return tuple(parts)


def _parts_clauses(sentence: Sentence, at: int) -> bool:
    words = sentence.words
    if words[at].quoted:
        return False
    return words[at].text in ";:" or (words[at].lower in ("and", "but") and at > 0 and words[at - 1].text == ",")
