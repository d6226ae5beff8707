"""What somebody is blamed for: the words of the sentence that say what was done or left undone."""

from __future__ import annotations

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.mentions import Mention
from argmap.blame.roles import Role
from argmap.document import Span

_RELATIVES = frozenset(["who", "which", "that"])
_LEAST = 2  # words of a charge


def charge_of(sentence: Sentence, mention: Mention | None) -> Span:
    """From the verb of the accused party to the end of the sentence; without such a verb the sentence, less what leads
    in. A reason or concession behind a comma is no part of it.
    """
    words = sentence.words
    first, last = _first(sentence, mention), _last(sentence)
    if last - first + 1 < _LEAST:
        first = 0
    last = max(_before_reason(sentence, first, last), first)
    return sentence.stretch(first, last) if words else sentence.span


def _first(sentence: Sentence, mention: Mention | None) -> int:
    words = sentence.words
    if mention is not None and mention.role in (Role.SUBJECT, Role.PASSIVE):
        at = mention.last + 1
        while at < len(words) - 1 and (not words[at].is_word or words[at].lower in _RELATIVES):
            at += 1
        return min(at, len(words) - 1)
    at = 0
    while at < len(words) - 1 and (not words[at].is_word or words[at].lower in lexicon.LEADS):
        at += 1
    return at


def _last(sentence: Sentence) -> int:
    """The last word, without the marks that end the sentence."""
    words = sentence.words
    at = len(words) - 1
    while at > 0 and words[at].text in ".!?;:,…":
        at -= 1
    return at


def _before_reason(sentence: Sentence, first: int, last: int) -> int:
    words = sentence.words
    for at in range(first + 2, last):
        if words[at].text == "," and not words[at].quoted and words[at + 1].lower in lexicon.REASONS:
            return at - 1
    return last
