"""The part that words for somebody play in their clause, as far as the surface shows."""

from __future__ import annotations

from enum import StrEnum

from argmap.attribution.lexicon import ADVERBS, BREAKS, DETERMINERS, PREPOSITIONS, TIMES
from argmap.attribution.words import Sentence, Word
from argmap.blame import lexicon

_APART, _ASIDES = 26, 3  # words between a subject and its verb, and commas that close what is set between them
_OBJECTS = frozenset(["me", "us", "him", "her", "them"])
OWNERS = frozenset(["my", "our", "your", "his", "her", "its", "their"])
PRONOUNS = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
    "it": "it", "its": "it", "itself": "it", "they": "they", "them": "they", "their": "they", "themselves": "they",
    "we": "we", "us": "we", "our": "we", "ourselves": "we", "you": "you", "your": "you",
}  # fmt: skip
_SKIPPED = ADVERBS | frozenset(
    ["not", "too", "both", "all", "each", "alone", "then", "instead", "which", "who", "that"]
)
CLOSED = DETERMINERS | BREAKS | PREPOSITIONS | TIMES | lexicon.CLOSED
_NOMINATIVE = frozenset(["he", "she", "they", "we"])


class Role(StrEnum):
    """The part that a mention plays in its clause, as far as the surface shows."""

    SUBJECT = "subject"
    PASSIVE = "passive subject"
    AGENT = "agent"
    OWNER = "owner"
    OBJECT = "object"
    OTHER = "other"


def bare_word(word: Word) -> str:
    """A word in lower case, without a genitive's ending."""
    return word.lower.removesuffix("'s").removesuffix("'")


def role_of(sentence: Sentence, first: int, last: int) -> Role:
    """The part that the words `first` to `last` play in their clause."""
    words = sentence.words
    word = words[last]
    if word.owns or (first == last and word.lower in OWNERS and word.lower != "her"):
        return Role.OWNER
    before = next((words[n].lower for n in range(first - 1, -1, -1) if words[n].lower not in ADVERBS), "")
    if before == "of" and first > 1 and words[first - 2].lower in lexicon.QUANTITIES:
        return role_of(sentence, first - 2, last)
    verb = verb_behind(sentence, last)
    if verb is None and first > 0 and _is_inverted(sentence, first):
        return Role.SUBJECT
    if first == last and word.lower in _NOMINATIVE:
        return Role.PASSIVE if verb is not None and is_passive(sentence, verb) else Role.SUBJECT
    if first == last and word.lower == "it" and _is_expletive(sentence, verb):
        return Role.OTHER
    if first == last and word.lower == "her":
        following = words[last + 1] if last + 1 < len(words) else None
        owns = following is not None and following.is_word and following.lower not in CLOSED
        return Role.OWNER if owns else Role.OBJECT
    if before == "by":
        return Role.AGENT
    if first == last and word.lower in _OBJECTS:
        return Role.OTHER if before in PREPOSITIONS else Role.OBJECT
    if before in PREPOSITIONS - {"as"} or before in ("to", "into", "through", "than", "without", "like"):
        return Role.OTHER
    if verb is not None:
        return Role.PASSIVE if is_passive(sentence, verb) else Role.SUBJECT
    return Role.OBJECT if before and before not in BREAKS and before.isalpha() else Role.OTHER


def _is_inverted(sentence: Sentence, first: int) -> bool:
    """Whether the verb stands before its subject: `Nor should the board …`, `Did they …?`, `Has the Trust …`."""
    words = sentence.words
    if words[first - 1].lower not in lexicon.MODALS | {"did", "does", "do"}:
        return False
    return (
        first == 1
        or not words[first - 2].is_word
        or words[first - 2].lower in ("nor", "neither", "never", "why", "how")
    )


def _is_expletive(sentence: Sentence, verb: int | None) -> bool:
    """Whether `it` stands for nobody: `it is time`, `it would be a mistake`."""
    if verb is None or is_passive(sentence, verb):
        return False
    return any(word.lower in lexicon.BEING for word in sentence.words[verb : verb + 3])


def verb_behind(sentence: Sentence, last: int) -> int | None:
    """The verb whose subject ends with the word `last`; what is set between commas is skipped, and `of …`."""
    words = sentence.words
    at = _skipped(sentence, last + 1)
    if at < len(words) and words[at].lower in ("of", "in", "at", "from", "for", "on", "behind", "with"):
        at = _behind_phrase(sentence, at)
    if at < len(words) and words[at].text in ",—–(" and not words[at].quoted:
        closing = ")" if words[at].text == "(" else words[at].text
        ends = [n for n in range(at + 1, min(at + _APART, len(words))) if words[n].text == closing]
        behind = [_skipped(sentence, end + 1) for end in ends[:_ASIDES]]
        return next((n for n in behind if n < len(words) and lexicon.is_verb(words[n].lower)), None)
    if at >= len(words) or not words[at].is_word or words[at].is_capital or words[at].text[0].isdigit():
        return None
    lower = words[at].lower
    if lexicon.is_verb(lower):
        return at
    if lower in CLOSED or lower in PRONOUNS or at > last + 2 or lower.endswith("ing"):
        return None
    plural = lexicon.is_plural(bare_word(words[last])) or words[last].lower in ("we", "they", "you")
    return at if lower.endswith("s") != plural and not lower.endswith("ly") else None


def _skipped(sentence: Sentence, at: int) -> int:
    words = sentence.words
    while at < len(words) and (
        words[at].lower in _SKIPPED - lexicon.MODALS - lexicon.IRREGULAR
        or (words[at].lower.endswith("ly") and len(words[at].lower) > 4)
    ):
        at += 1
    return at


def _behind_phrase(sentence: Sentence, at: int) -> int:
    """The word behind a phrase with a preposition at `at`, up to the next verb or mark."""
    words = sentence.words
    end = at + 1
    while end < len(words) and end - at < 9 and words[end].is_word and not lexicon.is_verb(words[end].lower):
        end += 1
    return end


def is_passive(sentence: Sentence, verb: int) -> bool:
    """Whether the verb group that begins at `verb` is passive: `was sold`, `has never been asked`."""
    words = sentence.words
    being = False
    for word in words[verb : verb + 7]:
        lower = word.lower
        if lower in lexicon.BEING:
            being = True
        elif being and (lower in lexicon.PARTICIPLES or (lower.endswith("ed") and len(lower) > 3)):
            return True
        elif lower in lexicon.MODALS or lower in ADVERBS or lower.endswith("ly") or lower == "not":
            continue
        else:
            return False
    return False


def is_main(sentence: Sentence, first: int) -> bool:
    """Whether nothing subordinate has been opened in its clause before the word `first`."""
    words = sentence.words
    at = first - 1
    while at >= 0 and words[at].text not in ",;:—–":
        if words[at].lower in lexicon.SUBORDINATE:
            return False
        at -= 1
    return True
