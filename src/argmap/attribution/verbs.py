"""Readings by verbs of reporting: with the subject before the verb, behind it, or set into what is reported."""

from __future__ import annotations

from collections.abc import Iterator

from argmap.attribution import phrases
from argmap.attribution.contents import Content, following, preceding
from argmap.attribution.lexicon import ADVERBS, AUXILIARIES, DETERMINERS, FIRST_PERSON, TITLES, VERBS
from argmap.attribution.sayings import Report
from argmap.attribution.subjects import before_apposition, clause_start, is_plural, left_of, of_the_clause, subject_of
from argmap.attribution.words import Sentence
from argmap.document import Span

_RELATIVE = frozenset(["who", "which", "whom", "whose"])
_SUBORDINATE = frozenset(
    ["when", "if", "because", "while", "whether", "unless", "until", "after", "before", "where", "though", "although"]
)
_DOUBTFUL = frozenset(
    [
        "has",
        "read",
        "began",
        "states",
        "reports",
        "claims",
        "notes",
        "answers",
        "counts",
        "requests",
        "records",
        "estimates",
        "finds",
        "knows",
        "know",
        "knew",
        "regards",
        "figures",
        "holds",
        "hold",
        "asks",
        "ask",
        "asked",
        "reads",
        "adds",
        "found",
        "showed",
        "shows",
        "show",
        "looked",
        "logged",
        "allows",
        "permits",
        "feel",
        "feels",
        "continued",
        "continues",
    ]
)
_BASE_FORMS = frozenset(
    verb for verb in VERBS if {verb + "s", verb + "es", verb[:-1] + "ies"} & VERBS and verb != "has"
)


def by_verb(sentence: Sentence, first: int, last: int, kind: str) -> Iterator[Report]:
    """A verb of reporting with its subject, before it or (`…, said the mayor`) behind it."""
    words = sentence.words
    before = left_of(sentence, first)
    passive = kind in ("tell", "say", "weak", "name") and before >= 0 and _is_passive(sentence, first)
    if _inverts(sentence, before, last, kind):
        yield from _inverted(sentence, first, last)
        return
    if before < 0 or words[before].quoted:
        return
    infinitive = words[before].lower == "to"
    if infinitive:
        if before > 0 and words[before - 1].lower in ("used", "on", "came", "seems", "continues", "likes", "continued"):
            before = left_of(sentence, before - 1)
            if before >= 0 and words[before].lower in ("gone", "went", "goes", "go"):
                before = left_of(sentence, before)
            if before < 0:
                return
        else:
            return
    penalty = 0.0
    if words[before].lower in _RELATIVE:
        penalty, before = 3.0, before - 1
        if before < 0:
            return
    subject = subject_of(sentence, before)
    if words[first].lower.endswith("ing") and before == first - 1 and words[before].text != ",":
        start = clause_start(sentence, before)
        subject = of_the_clause(sentence, start) or subject
    if subject is None:
        return
    phrase, start = subject
    helped = infinitive or any(word.lower in AUXILIARIES | {"to"} for word in words[max(before, 0) : first])
    if first == last and words[first].lower in _BASE_FORMS and not helped and not is_plural(sentence, phrase):
        return
    if words[phrase[0]].lower in FIRST_PERSON:
        if words[phrase[0]].lower != "you":
            return
        penalty += 1.5
    if passive:
        content = following(sentence, last, kind)
        if content is not None and content.strength >= 2:
            yield Report(content.parts, sentence.stretch(first, last), None, 1.0 + content.strength, nobody=True)
        return
    if (start > 0 and words[start - 1].lower in _SUBORDINATE) or words[start].lower in _SUBORDINATE:
        penalty += 2.0
    if start > 0 and words[start - 1].lower == "what" and (start < 2 or words[start - 2].text != ","):
        return
    if start > 1 and words[start - 1].lower in ("how", "what") and words[start - 2].lower in ("is", "was"):
        said = preceding(sentence, start - 2)
        if said is not None:
            yield Report(said.parts, sentence.stretch(first, last), sentence.stretch(*phrase), 7.0)
        return
    if start > 1 and words[start - 1].lower == "as" and words[start - 2].text == "," and kind in ("say", "tell"):
        said = preceding(sentence, start - 1)
        if said is not None:
            yield Report(said.parts, sentence.stretch(first, last), sentence.stretch(*phrase), 6.0)
        return
    set_in = _set_in(sentence, start, last)
    content = preceding(sentence, start) if set_in else following(sentence, last, kind)
    if (
        content is not None
        and not set_in
        and _is_doubtful(sentence, first)
        and content.strength < 2
        and phrases.speaks(sentence, phrase) < 2
    ):
        return
    if set_in and content is not None:
        content = Content((*content.parts, *_rest(sentence, last)), content.strength)
    if content is None:
        return
    if words[first].lower.endswith("ing") and phrases.speaks(sentence, phrase) < 1.5:
        return
    base = {"say": 4.0, "tell": 4.2, "believe": 3.0, "want": 3.0, "name": 2.4, "weak": 1.0}[kind]
    score = base + content.strength + phrases.speaks(sentence, phrase) - penalty - 0.02 * first
    yield Report(content.parts, sentence.stretch(first, last), sentence.stretch(*phrase), score)


def _is_passive(sentence: Sentence, at: int) -> bool:
    words = sentence.words
    if words[at].lower.endswith("ing"):
        return False
    at -= 1
    while at >= 0 and (words[at].lower in ADVERBS - AUXILIARIES):
        at -= 1
    return at >= 0 and words[at].lower in ("is", "was", "were", "are", "been", "be", "being")


def _inverts(sentence: Sentence, before: int, last: int, kind: str) -> bool:
    """Whether the subject stands behind the verb: `…,” said the mayor`, `…, says the leaflet, …`."""
    words = sentence.words
    if last + 1 >= len(words) or words[last + 1].quoted:
        return False
    following_word = words[last + 1]
    opens = following_word.lower in DETERMINERS or following_word.is_capital or following_word.lower in TITLES
    if not opens or following_word.lower in ("that", "this", "no"):
        return False
    if before < 0:
        return False
    if words[before].quoted:
        return True
    if words[before].text not in ",—–" or before == 0:
        return False
    if words[before - 1].quoted:
        return True
    if kind not in ("say", "believe") or not _ends_soon(sentence, last + 1):
        return False
    subject = before_apposition(sentence, clause_start(sentence, before), before)
    return subject is None or subject[0][1] == before - 1 or phrases.speaks(sentence, subject[0]) < 1.5


def _ends_soon(sentence: Sentence, at: int) -> bool:
    found = phrases.behind(sentence, at)
    if found is None:
        return False
    end = found[1] + 1
    return end >= len(sentence.words) or sentence.words[end].text in ",.—–:;?!"


def _inverted(sentence: Sentence, first: int, last: int) -> Iterator[Report]:
    words = sentence.words
    found = phrases.behind(sentence, last + 1)
    if found is None:
        return
    named = phrases.name_beside(sentence, found[1] + 1)
    source = named if named is not None and not phrases.is_name(sentence, found) else found
    content = preceding(sentence, first)
    if content is None:
        return
    end = max(source[1], found[1])
    parts = (*content.parts, *_rest(sentence, end))
    bonus = 3.0 if first > 0 and (words[first - 1].quoted or (first > 1 and words[first - 2].quoted)) else 1.0
    yield Report(parts, sentence.stretch(first, last), sentence.stretch(*source), 5.0 + bonus)


def _is_doubtful(sentence: Sentence, at: int) -> bool:
    """Whether the verb is as often another word: it then takes a clause or a quotation to report."""
    return sentence.words[at].lower in _DOUBTFUL


def _set_in(sentence: Sentence, start: int, last: int) -> bool:
    """Whether the clause is set into what it reports: `…, he said, …`, `…, Bev says.`, `“…,” she told me, “…”`."""
    words = sentence.words
    at = start - 1
    if at < 0:
        return False
    behind_quote = words[at].quoted or (words[at].text in ",—–" and at > 0 and words[at - 1].quoted)
    if not behind_quote and words[at].text not in ",—–:(":
        return False
    end = last + 1
    while end < len(words) and words[end].lower in (
        "me",
        "us",
        "him",
        "her",
        "them",
        "afterwards",
        "reporters",
        "then",
    ):
        end += 1
    stops = end >= len(words) or words[end].text in ",.—–:;!?)" or words[end].quoted
    if behind_quote:
        return not (end < len(words) and words[end].lower == "that") and not _quote_follows(sentence, last)
    return stops and not (end < len(words) and words[end].quoted and words[end - 1].text not in ",")


def _quote_follows(sentence: Sentence, last: int) -> bool:
    words = sentence.words
    at = last + 1
    return at + 1 < len(words) and words[at].text == ":" and words[at + 1].quoted


def _rest(sentence: Sentence, last: int) -> tuple[Span, ...]:
    """What is reported behind a clause that is set in."""
    words = sentence.words
    at = last + 1
    quoted = sentence.words[0].quoted or any(word.quoted for word in words[: last + 1])
    if quoted:
        return tuple(quote for quote in sentence.quotes if at < len(words) and quote.start >= words[last].end)
    while at < len(words) and words[at].lower in ("me", "us", "him", "her", "them", "afterwards", "reporters"):
        at += 1
    if at >= len(words) or words[at].text != ",":
        return ()
    at += 1
    if at < len(words) and words[at].lower in _RELATIVE | {"when", "though", "although", "adding"}:
        return ()
    stop = len(words) - 1
    while stop > at and words[stop].text in ".!?" and not words[stop].quoted:
        stop -= 1
    return (sentence.stretch(at, stop),) if at <= stop else ()
