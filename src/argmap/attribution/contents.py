"""What is reported: the clause or the quotation behind a verb, or the words before it."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.attribution import phrases
from argmap.attribution.lexicon import (
    ADDRESSEES,
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    TIMES,
    VERBS,
)
from argmap.attribution.words import Sentence
from argmap.document import Span

_LOOK_AHEAD = 24  # words between a verb and the `that` of what it reports
_TIME_AFTER_THAT = frozenset(
    ["same", "evening", "night", "year", "day", "morning", "week", "summer", "month", "day's", "time", "afternoon"]
)
_CUT = frozenset(["though", "although", "whereas", "which", "but"])
_SUBJECTS = frozenset(
    ["it", "this", "that's", "in", "on", "eleven", "as", "for", "there", "i", "he", "she", "they", "we"]
)
_CLAUSE = frozenset(["which", "what", "who", "whether", "why", "how", "where", "when", "if"])


@dataclass(frozen=True, slots=True)
class Content:
    """The reported parts; `strength` is how plainly they are reported, from 0 to 4."""

    parts: tuple[Span, ...]
    strength: float


def following(sentence: Sentence, last: int, kind: str) -> Content | None:
    """What the verb that ends with the word `last` reports behind it."""
    words = sentence.words
    at = last + 1
    if at >= len(words):
        return None
    quote = _quote_behind(sentence, last)
    that = _that_behind(sentence, last)
    if that is not None and (quote is None or that < quote):
        return _until_end(sentence, that + 1, 3.5)
    if quote is not None:
        return _quoted(sentence, quote)
    start = _skip_addressee(sentence, at, kind)
    if start >= len(words) or (not words[start].is_word and not words[start].quoted):
        return None if start >= len(words) or words[start].text not in ",:" else _after_mark(sentence, start, kind)
    strength = _plainness(sentence, start, kind)
    return None if strength is None else _until_end(sentence, start, strength)


def preceding(sentence: Sentence, first: int) -> Content | None:
    """What stands before a clause of reporting that begins with the word `first`."""
    words = sentence.words
    stop = first - 1
    while stop >= 0 and words[stop].text in ",—–" and not words[stop].quoted:
        stop -= 1
    if stop < 0:
        return None
    end = words[stop].end
    quotes = [quote for quote in sentence.quotes if quote.end <= end]
    if quotes and words[stop].quoted and quotes[-1].end == end:
        start = 0
        while start < stop and not words[start].is_word and not words[start].quoted:
            start += 1
        if words[start].quoted:
            gaps = [n for n in range(start, stop) if not words[n].quoted and words[n].is_word]
            if not gaps:
                return Content(tuple(quotes), 4.0)
        begun = _begin_of_clause(sentence, stop)
        return Content((Span(words[begun].start, end),), 3.0)
    start = 0
    while start < stop and not words[start].is_word and not words[start].quoted:
        start += 1
    return Content((Span(words[start].start, end),), 2.0)


def _begin_of_clause(sentence: Sentence, stop: int) -> int:
    """Where the clause with the quotation that ends at `stop` begins: at the quotation, if a mark stands before it."""
    words = sentence.words
    at = stop
    while at > 0 and words[at - 1].quoted:
        at -= 1
    if at == 0 or words[at - 1].text in ":,—–.":
        return at
    return 0


def _quote_behind(sentence: Sentence, last: int) -> int | None:
    """The quotation that is the verb's object: behind it at once, or behind a comma or colon close by."""
    words = sentence.words
    for at in range(last + 1, min(len(words), last + _LOOK_AHEAD)):
        if words[at].quoted:
            direct = at == last + 1 or words[at - 1].text in ",:" or words[at - 1].lower in ADDRESSEES
            return (
                at
                if direct or all(words[n].lower in ADVERBS | TIMES | PREPOSITIONS for n in range(last + 1, at))
                else None
            )
        if words[at].text in ".;—–" or words[at].lower == "that":
            return None
    return None


def _that_behind(sentence: Sentence, last: int) -> int | None:
    words = sentence.words
    for at in range(last + 1, min(len(words) - 1, last + _LOOK_AHEAD)):
        if (
            words[at].quoted
            or words[at].lower == "which"
            or words[at].text in ".;:—–"
            or (words[at].lower in VERBS and words[at - 1].text not in "a the")
        ):
            return None
        governed = words[at - 1].lower in PREPOSITIONS or words[at - 1].lower in ("before", "after", "than", "like")
        joins = words[at].lower == "that" and words[at + 1].lower not in _TIME_AFTER_THAT and not governed
        if joins and (at == last + 1 or not _in_relative(sentence, last + 1, at)):
            return at
    return None


def _in_relative(sentence: Sentence, start: int, that: int) -> bool:
    """Whether the words between hold a clause of their own, so that `that` is not the verb's."""
    words = sentence.words
    held = []
    depth = 0
    for n in range(start, that):
        depth += (words[n].text == "(") - (words[n].text == ")")
        if not depth:
            held.append(words[n].lower)
    if (held and held[0] in PRONOUNS - ADDRESSEES - {"it"}) or (len(held) > 1 and held[0] == "it"):
        return True
    return any(word in AUXILIARIES for word in held) and not any(word in ("who", "which") for word in held)


def _skip_addressee(sentence: Sentence, at: int, kind: str) -> int:
    words = sentence.words
    if kind in ("tell", "say") and words[at].lower in ("to", "into"):
        found = phrases.behind(sentence, at + 1)
        if found is not None:
            at = found[1] + 1
    elif kind == "tell":
        if words[at].lower in ADDRESSEES:
            at += 1
        else:
            found = phrases.behind(sentence, at)
            if found is not None and found[1] + 1 < len(words):
                at = found[1] + 1
    while at < len(words) and not words[at].quoted:
        lower = words[at].lower
        if lower in ("on", "in", "last", "this", "at", "afterwards", "plainly", "yesterday") and at + 1 < len(words):
            found = phrases.behind(sentence, at + 1)
            stretch = words[at : (found[1] if found else at) + 1]
            if not any(word.lower in TIMES or word.text[0].isdigit() for word in stretch) and kind != "tell":
                break
            at = (found[1] if found else at) + 1
        else:
            break
    return at


def _after_mark(sentence: Sentence, at: int, kind: str) -> Content | None:
    words = sentence.words
    if words[at].text == ":" and at + 1 < len(words):
        return _quoted(sentence, at + 1) if words[at + 1].quoted else _until_end(sentence, at + 1, 2.0)
    if words[at + 1 : at + 2] and words[at + 1].lower in PREPOSITIONS:  # `counted, in the first month, 40 spots`
        close = next((n for n in range(at + 1, min(len(words) - 1, at + _LOOK_AHEAD)) if words[n].text == ","), None)
        if close is not None and words[close + 1].lower != "that" and not words[close + 1].quoted:
            return _until_end(sentence, close + 1, 2.0)
    if kind in ("say", "tell", "want") and at + 2 < len(words):  # `reported, in a note of May, that …`
        for n in range(at + 1, min(len(words) - 1, at + _LOOK_AHEAD)):
            if words[n].text == "," and words[n + 1].lower == "that":
                return _until_end(sentence, n + 2, 3.0)
            if words[n].text == "," and words[n + 1].quoted:
                return _quoted(sentence, n + 1)
    return None


def _plainness(sentence: Sentence, at: int, kind: str) -> float | None:
    """How likely the words from `at` on are what is reported, for a verb of this kind; None for not at all."""
    words = sentence.words
    word = words[at]
    if kind == "weak" and sentence.words[at - 1].lower == "has":
        return 0.0
    if sentence.words[at - 1].lower in ("put", "puts", "counts", "counted") and any(
        w.lower in ("at", "on") for w in words[at : at + 14]
    ):
        return 2.5
    if kind == "weak":
        return 1.5 if any(w.quoted for w in words[at:]) else 1.0
    if (
        word.lower in ("so", "nothing", "yes", "no")
        and kind == "say"
        and at + 1 < len(words)
        and words[at + 1].text in ",.;"
    ):
        return None
    if kind == "name":
        return 2.0 if any(w.quoted for w in words[at:]) else 1.0
    if kind == "want":
        return 2.0
    if (word.lower in PRONOUNS and word.lower not in ADDRESSEES) or word.lower in DETERMINERS or word.lower in _CLAUSE:
        return 2.5
    if word.is_capital or word.text[0].isdigit() or word.quoted:
        return 2.2
    if word.lower in PREPOSITIONS or word.lower in ADVERBS or word.lower in ("to", "as"):
        return 0.8
    return 1.6


def _quoted(sentence: Sentence, at: int) -> Content | None:
    """From the quotation that begins with the word `at` to the end, or the quotation alone if little follows."""
    words = sentence.words
    quote = sentence.quote_at(words[at].start)
    if quote is None:
        return _until_end(sentence, at, 2.0)
    inside = sentence.text[max(quote.start, quote.end - 2) : quote.end]
    if inside[:1] in ".!?…," or quote.end >= sentence.span.end - 1:
        rest = [other for other in sentence.quotes if other.start >= quote.start]
        between = [w for w in words if not w.quoted and w.start > quote.end and w.is_word]
        if not between:
            return Content((Span(quote.start, rest[-1].end),), 4.0)
        if inside[:1] in ",":
            return Content(tuple(rest), 4.0)
        return Content((quote,), 3.8)
    return _until_end(sentence, at, 3.2)


def _speaks_again(sentence: Sentence, at: int) -> bool:
    """Whether the author goes on from the word `at`: `, though`, `, which`, `, but`, `, and then`, `” and was`."""
    words = sentence.words
    following = [word.lower for word in words[at + 1 : at + 3]]
    if words[at].text == ";":
        return "that" not in following
    if words[at].text == ",":
        if (
            following[0] == "a"
            and len(following) > 1
            and following[1] in ("phrase", "figure", "claim", "line", "word", "fact")
        ):
            return True
        if following[0] == "and" and len(following) > 1 and following[1] == "i":
            return True
        if following[0] in _CUT or (len(following) > 1 and following[0] == "by" and following[1] == "which"):
            return True
        if following[0] == "and" and len(following) > 1:
            return following[1] in AUXILIARIES | {"then", "so"} or _new_clause(sentence, at + 2)
        return False
    more = any(word.quoted for word in words[at:])
    return words[at].lower == "and" and words[at - 1].quoted and following[0] in AUXILIARIES and not more


def _new_clause(sentence: Sentence, at: int) -> bool:
    """Whether a clause with a subject of its own begins: the author's, since it has no `that`."""
    words = sentence.words
    if words[at].lower not in _SUBJECTS:
        return False
    for word in words[at + 1 : at + 14]:
        if word.quoted or word.text in ",;.":
            return False
        if word.lower in AUXILIARIES or word.lower in ("it's", "that's", "he's", "she's"):
            return True
    return False


def _until_end(sentence: Sentence, at: int, strength: float) -> Content | None:
    """From the word `at` to where the report ends: at the sentence's end, or where the author speaks again."""
    words = sentence.words
    if at >= len(words):
        return None
    stop = len(words) - 1
    for n in range(at + 1, len(words) - 1):
        if not words[n].quoted and _speaks_again(sentence, n):
            stop = n - 1
            break
    while stop > at and words[stop].text in ".!?," and not words[stop].quoted:
        stop -= 1
    return Content((sentence.stretch(at, stop),), strength)
