"""The subject of a verb of reporting, from the verb leftwards over appositions and relative clauses."""

from __future__ import annotations

from argmap.attribution import phrases
from argmap.attribution.lexicon import ADVERBS, AUXILIARIES, DETERMINERS, PREPOSITIONS, PRONOUNS, TIMES, VERBS
from argmap.attribution.words import Sentence

_RELATIVE = frozenset(["who", "which", "whom", "whose"])
_SUBORDINATE = frozenset(
    ["when", "if", "because", "while", "whether", "unless", "until", "after", "before", "where", "though", "although"]
)
_PLURALS = frozenset(
    [
        "they",
        "you",
        "people",
        "men",
        "women",
        "children",
        "police",
        "some",
        "others",
        "many",
        "most",
        "several",
        "few",
        "and",
        "those",
        "both",
        "who",
    ]
)
_BEFORE_TIMES = frozenset(["last", "this", "on", "that"])
_BOUNDARY = frozenset(";:—–…()")


def clause_start(sentence: Sentence, before: int) -> int:
    """The first word of the clause of the word `before`."""
    words = sentence.words
    at = before
    while at > 0:
        word = words[at - 1]
        if word.quoted or (word.text in _BOUNDARY and at - 1 != before):
            break
        joins = word.lower in ("and", "but", "so", "yet", "nor") and at - 1 > 0 and words[at - 2].text == ","
        if joins and words[at].lower not in _RELATIVE | AUXILIARIES | VERBS:
            break
        at -= 1
    while at < before and (not words[at].is_word or words[at].lower in ("and", "but", "so", "yet")):
        at += 1
    return at


def subject_of(sentence: Sentence, before: int) -> tuple[phrases.Found, int] | None:
    """The subject that ends at the word `before` or, behind an apposition, earlier; and where its clause begins."""
    words = sentence.words
    start = clause_start(sentence, before)
    if words[before].lower in ("and", "but", "then"):
        while start > 0 and not words[start - 1].quoted and words[start - 1].text not in _BOUNDARY:
            start -= 1
        return of_the_clause(sentence, start)
    if words[before].text in ",—–)":
        return before_apposition(sentence, start, before)
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


def of_the_clause(sentence: Sentence, start: int) -> tuple[phrases.Found, int] | None:
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


def before_apposition(sentence: Sentence, start: int, before: int) -> tuple[phrases.Found, int] | None:
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


def is_plural(sentence: Sentence, phrase: phrases.Found) -> bool:
    """Whether a subject is plural, by its words."""
    words = [word.lower for word in sentence.words[phrase[0] : phrase[1] + 1]]
    return bool(_PLURALS.intersection(words)) or any(
        word.endswith("s") and not word.endswith(("ss", "'s")) for word in words
    )


def left_of(sentence: Sentence, at: int) -> int:
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
