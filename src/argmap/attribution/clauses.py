"""Every place in a sentence where words report somebody: who, by which words, and what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from argmap.attribution import phrases
from argmap.attribution.contents import Content, following, preceding
from argmap.attribution.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BELIEVE,
    DETERMINERS,
    FIRST_PERSON,
    FROM,
    NAME,
    NOBODY,
    PREPOSITIONS,
    PRONOUNS,
    SAID_AS,
    SAY,
    TELL,
    TIMES,
    TITLES,
    VERBS,
    WANT,
    WEAK,
)
from argmap.attribution.words import Sentence
from argmap.document import Span

_RELATIVE = frozenset(["who", "which", "whom", "whose"])
_SUBORDINATE = frozenset(
    ["when", "if", "because", "while", "whether", "unless", "until", "after", "before", "where", "though", "although"]
)
_VIEWS = frozenset("view reckoning words opinion phrase estimate count".split())
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
_DOUBTFUL = frozenset(
    "has states reports claims notes answers counts requests records estimates finds knows know knew regards figures holds hold "
    "asks ask asked reads adds found showed shows show looked logged allows permits feel feels continued continues".split()
)
_BASE_FORMS = frozenset(
    verb for verb in VERBS if {verb + "s", verb + "es", verb[:-1] + "ies"} & VERBS and verb != "has"
)
_PLURALS = frozenset(
    "they you people men women children police some others many most several few and those both who".split()
)
_SAID_TO_BE = frozenset(
    "argument position view answer reply case claim explanation contention belief fear complaint line verdict conclusion "
    "warning defence defense response".split()
)
_BEFORE_TIMES = frozenset("last this on that".split())
_BOUNDARY = frozenset(";:—–…()")


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


def reports(sentence: Sentence) -> Iterator[Report]:
    """All readings of the sentence by its verbs and phrases of reporting, outside quotation marks."""
    words = sentence.words
    taken = -1
    for at in range(len(words)):
        if words[at].quoted or at <= taken:
            continue
        if phrase := _matches(sentence, at, NOBODY):
            yield from _impersonal(sentence, at, at + phrase - 1)
            taken = at + phrase - 1
        elif (phrase := _matches(sentence, at, FROM)) and not (phrase == 1 and at):
            yield from _according(sentence, at, at + phrase - 1)
            taken = at + phrase - 1
        elif phrase := _matches(sentence, at, SAID_AS):
            kind = "want" if words[at].lower.startswith(("call", "ask", "would", "press")) else "say"
            yield from _by_verb(sentence, at, at + phrase - 1, kind)
            taken = at + phrase - 1
        elif words[at].lower in _VIEWS and at > 0 and (readings := list(_in_view(sentence, at))):
            yield from readings
        elif words[at].lower in _SAID_TO_BE and at > 0 and (readings := list(_by_noun(sentence, at))):
            yield from readings
        elif words[at].lower in VERBS and not (at and words[at].is_capital) and not _is_noun_here(sentence, at):
            yield from _by_verb(sentence, at, at, _kind(words[at].lower))


def _is_noun_here(sentence: Sentence, at: int) -> bool:
    """Whether `claims`, `reports` and their like are nouns: behind a genitive or an article."""
    before = sentence.words[at - 1] if at else None
    return before is not None and (before.owns or before.lower in DETERMINERS - _HEADS or before.lower == "own")


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


def _matches(sentence: Sentence, at: int, among: Sequence[tuple[str, ...]]) -> int:
    """How many words of the longest phrase that stands at `at`; 0 for none."""
    words = sentence.words
    for phrase in among:
        if words[at].lower == phrase[0] and at + len(phrase) <= len(words):
            if all(words[at + n].lower == part for n, part in enumerate(phrase)):
                return len(phrase)
    return 0


def _impersonal(sentence: Sentence, first: int, last: int) -> Iterator[Report]:
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


def _according(sentence: Sentence, first: int, last: int) -> Iterator[Report]:
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


def _in_view(sentence: Sentence, at: int) -> Iterator[Report]:
    """`by the comptroller's reckoning`, `in his view`, `in her words`."""
    words = sentence.words
    owner = at - 1
    while owner > 0 and words[owner].lower in ("own", "first", "last"):
        owner -= 1
    if words[owner].lower in ("his", "her", "their", "its"):
        source: phrases.Found = (owner, owner)
    elif words[owner].owns:
        start = _clause_start(sentence, owner)
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


def _by_noun(sentence: Sentence, at: int) -> Iterator[Report]:
    """`the minister's argument is that …`, `the usual reply, which I know, is: “…”`."""
    words = sentence.words
    found = phrases.before(sentence, at, _clause_start(sentence, at))
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
            if that is None or that > n + 1 and words[that].lower == "that":
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


def _by_verb(sentence: Sentence, first: int, last: int, kind: str) -> Iterator[Report]:
    """A verb of reporting with its subject, before it or (`…, said the mayor`) behind it."""
    words = sentence.words
    before = _left(sentence, first)
    passive = kind in ("tell", "say", "weak", "name") and before >= 0 and _is_passive(sentence, first)
    if _inverts(sentence, before, last, kind):
        yield from _inverted(sentence, first, last)
        return
    if before < 0 or words[before].quoted:
        return
    infinitive = words[before].lower == "to"
    if infinitive:
        if before > 0 and words[before - 1].lower in ("used", "on", "came", "seems", "continues", "likes", "continued"):
            before = _left(sentence, before - 1)
            if before >= 0 and words[before].lower in ("gone", "went", "goes", "go"):
                before = _left(sentence, before)
            if before < 0:
                return
        else:
            return
    penalty = 0.0
    if words[before].lower in _RELATIVE:
        penalty, before = 3.0, before - 1
        if before < 0:
            return
    subject = _subject(sentence, before)
    if words[first].lower.endswith("ing") and before == first - 1 and words[before].text != ",":
        start = _clause_start(sentence, before)
        subject = _of_the_clause(sentence, start) or subject
    if subject is None:
        return
    phrase, start = subject
    helped = infinitive or any(word.lower in AUXILIARIES | {"to"} for word in words[max(before, 0) : first])
    if first == last and words[first].lower in _BASE_FORMS and not helped and not _is_plural(sentence, phrase):
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


def _left(sentence: Sentence, at: int) -> int:
    """The word before the verb group that `at` stands in: adverbs, auxiliaries and `last week` are skipped."""
    words = sentence.words
    at -= 1
    while at >= 0 and not words[at].quoted:
        lower = words[at].lower
        if (
            lower in ADVERBS
            or lower in AUXILIARIES
            or (lower.endswith("ly") and len(lower) > 4 and not words[at].is_capital)
        ):
            at -= 1
        elif lower in TIMES and at > 1 and words[at - 1].lower in _BEFORE_TIMES and words[at - 2].lower != "of":
            at -= 2
        else:
            break
    return at


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
    subject = _before_apposition(sentence, _clause_start(sentence, before), before)
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


def _subject(sentence: Sentence, before: int) -> tuple[phrases.Found, int] | None:
    """The subject that ends at the word `before` or, behind an apposition, earlier; and where its clause begins."""
    words = sentence.words
    start = _clause_start(sentence, before)
    if words[before].lower in ("and", "but", "then"):
        while start > 0 and not words[start - 1].quoted and words[start - 1].text not in _BOUNDARY:
            start -= 1
        return _of_the_clause(sentence, start)
    if words[before].text in ",—–)":
        return _before_apposition(sentence, start, before)
    found = phrases.before(sentence, before, start)
    reach = before if found is None else found[0]
    relative = next((n for n in range(start, reach) if words[n].lower in _RELATIVE and not words[n].quoted), None)
    if relative is not None and relative > start:
        at = relative - 1
        while at > start and (words[at].text == "," or words[at].lower in PREPOSITIONS or words[at].lower == "and"):
            at -= 1
        head = phrases.before(sentence, at, start)
        if head is not None and phrases.speaks(sentence, head) >= 1 and words[relative - 1].lower not in PREPOSITIONS:
            return head, head[0]
    if found is None:
        return None
    if found[0] > start and words[found[0] - 1].lower == "that":
        head = phrases.before(sentence, found[0] - 2, start)
        if head is not None and phrases.speaks(sentence, head) >= 0.5:
            return head, head[0]
    if found[0] > start + 1 and words[found[0] - 1].lower in PREPOSITIONS and words[start].lower in DETERMINERS:
        head = phrases.behind(sentence, start)
        if head is not None and head[1] < found[0] and phrases.speaks(sentence, (head[0], head[0] + 1)) >= 1.6:
            return (head[0], head[0] + 1), head[0]
    return found, found[0]


def _of_the_clause(sentence: Sentence, start: int) -> tuple[phrases.Found, int] | None:
    """The subject of a clause whose second verb reports: `He went there and admitted that …`."""
    words = sentence.words
    while start + 1 < len(words) and (words[start].lower.endswith("ly") or words[start].lower in ADVERBS):
        start += 1
    found = None if words[start].lower in PREPOSITIONS | TIMES | _SUBORDINATE else phrases.behind(sentence, start)
    if found is None:
        comma = next((n for n in range(start, len(words) - 1) if words[n].text == "," and not words[n].quoted), None)
        found = None if comma is None else phrases.behind(sentence, comma + 1)
        if found is None or phrases.speaks(sentence, found) < 1.5:
            return None
    found = phrases.to_its_noun(sentence, found)
    named = phrases.name_beside(sentence, found[1] + 1)
    return (named, found[0]) if named is not None and not phrases.is_name(sentence, found) else (found, found[0])


def _before_apposition(sentence: Sentence, start: int, before: int) -> tuple[phrases.Found, int] | None:
    """`the chair, who has no car, said`: the phrase before the first comma, or the name that the comma adds."""
    words = sentence.words
    commas = [n for n in range(start, before + 1) if words[n].text in ",—–(" and not words[n].quoted]
    left = start
    for comma in commas:
        head_end = comma - 1
        relative = next((n for n in range(left + 1, comma) if _opens_relative(sentence, n)), None)
        if relative is not None:
            head_end = relative - 1
        if head_end > left and words[head_end].lower in ("himself", "herself", "itself", "themselves"):
            head_end -= 1
        found = phrases.before(sentence, head_end, left) if head_end >= left else None
        led_in = words[left].lower in PREPOSITIONS | {"there", "now"} and words[comma].text == ","
        adverbial = (
            led_in and found is not None and (words[found[0]].lower in DETERMINERS or words[left].lower == "there")
        )
        if found is not None and (found[0] == left or adverbial) and words[found[1]].lower not in TIMES:
            named = phrases.name_beside(sentence, comma) or _called(sentence, comma, before)
            if named is not None and not phrases.is_name(sentence, found):
                return named, found[0]
            return found, found[0]
        left = comma + 1
        while left < before and words[left].lower in ("and", "but", "so", "yet"):
            left += 1
    return None


def _called(sentence: Sentence, comma: int, before: int) -> phrases.Found | None:
    """The name in `, a young man called Tom Hale, `."""
    words = sentence.words
    for at in range(comma + 1, min(before, comma + 8)):
        if words[at].text == ",":
            return None
        if words[at].lower in ("called", "named") and words[at + 1].is_capital:
            last = at + 1
            while last + 1 < before and words[last + 1].is_capital:
                last += 1
            return comma + 1, last
    return None


def _opens_relative(sentence: Sentence, at: int) -> bool:
    words = sentence.words
    if words[at].lower in _RELATIVE:
        return True
    if words[at].lower != "that" or at + 1 >= len(words):
        return False
    following = words[at + 1].lower
    return following in PRONOUNS or following in AUXILIARIES or following in VERBS or following.endswith("ed")


def _clause_start(sentence: Sentence, before: int) -> int:
    """The first word of the clause of the word `before`."""
    words = sentence.words
    at = before
    while at > 0:
        word = words[at - 1]
        if word.quoted or (word.text in _BOUNDARY and at - 1 != before):
            break
        if word.lower in ("and", "but", "so", "yet", "nor") and at - 1 > 0 and words[at - 2].text == ",":
            if words[at].lower not in _RELATIVE | AUXILIARIES and words[at].lower not in VERBS:
                break
        at -= 1
    while at < before and (not words[at].is_word or words[at].lower in ("and", "but", "so", "yet")):
        at += 1
    return at


def _is_plural(sentence: Sentence, phrase: phrases.Found) -> bool:
    words = [word.lower for word in sentence.words[phrase[0] : phrase[1] + 1]]
    return bool(_PLURALS.intersection(words)) or any(
        word.endswith("s") and not word.endswith(("ss", "'s")) for word in words
    )


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
