"""What speaks for each party of being the one whom a sentence blames or calls on, as named numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.address import SUBJECTS, is_called_on, is_vocative
from argmap.blame.mentions import Mention
from argmap.blame.parties import Entry
from argmap.blame.roles import Role
from argmap.blame.state import State
from argmap.labels import Stance

ROLE_NAMES = {role: role.value.replace(" ", "_") for role in Role}


@dataclass(frozen=True, slots=True)
class Found:
    """Whom an earlier sentence was found to blame or to call on (None: nobody)."""

    number: int
    stance: Stance
    entry: Entry | None


def best_mention(mentions: Iterable[Mention]) -> Mention | None:
    """The mention that says most of what its party does: a subject before an object."""
    order = {Role.SUBJECT: 0, Role.AGENT: 0, Role.PASSIVE: 1, Role.OWNER: 3, Role.OBJECT: 2, Role.OTHER: 4}
    return min(mentions, key=lambda one: (order[one.role], not one.is_main, one.first), default=None)


def of_mention(mention: Mention, mentions: Sequence[Mention], state: State) -> dict[str, float]:
    """What the part that a party plays in the sentence speaks for; `mentions` are all of it there."""
    role = ROLE_NAMES[mention.role]
    subjects = [
        (state.rank(m, entry), m.first, m) for m, entry in state.held if entry is not None and m.role in SUBJECTS
    ]
    any_first = next((m for m, entry in state.held if entry is not None), mention)
    first = min(subjects, key=lambda one: one[:2])[2] if subjects else any_first
    found = {
        "here": 1.0,
        f"as_{role}_{'main' if mention.is_main else 'sub'}": 1.0,
        f"here@{state.name}": 1.0,
        "here_quoted": float(mention.quoted),
        "here_first": float(mention is first),
        f"here_subject@{state.name}": float(mention is state.subject),
        "here_indefinite": float(
            state.sentence.words[mention.first].lower in ("a", "an", "any", "some", "no", "every")
        ),
        "here_several": float(len(mentions) > 1),
        "called_on": float(is_called_on(mention, state.sentence)),
        "agent": float(mention.role is Role.AGENT),
        f"agent@{state.name}": float(mention is state.agent),
        "here_relative": float(_has_relative(mention, state.sentence)),
        "only_here": float(_is_alone(mention, state)),
        "here_late": float(mention.first > len(state.sentence.words) * 0.6),
    }
    return {key: value for key, value in found.items() if value}


def _has_relative(mention: Mention, sentence: Sentence) -> bool:
    """Whether a clause says what it did: `a firm that has`, `people who`."""
    words = [word for word in sentence.words[mention.last + 1 : mention.last + 4] if word.text != ","]
    return len(words) > 1 and words[0].lower in ("who", "that", "which") and lexicon.is_verb(words[1].lower)


def _is_alone(mention: Mention, state: State) -> bool:
    """Whether nobody else who can be blamed is mentioned in the sentence."""
    able = {
        id(entry)
        for _, entry in state.held
        if entry is not None
        and (entry.is_named or lexicon.is_party(entry.head.lower()))
        and entry.head.lower() not in lexicon.HARMED | lexicon.THINGS
    }
    own = next((id(entry) for one, entry in state.held if one is mention), None)
    return able == {own}


def of_address(entry: Entry, state: State, addressed: frozenset[int]) -> dict[str, float]:
    """Who is spoken to: by name in this sentence, or elsewhere in the article where this one says `you` or orders."""
    found: dict[str, float] = {}
    if any(is_vocative(mention, state.sentence) for mention, one in state.held if one is entry):
        found["vocative"] = 1.0
    speaks = state.is_imperative or any(one is state.parties.you for _, one in state.held)
    if addressed and speaks:
        if id(entry) in addressed:
            found["addressed"] = 1.0
        elif entry is state.parties.you:
            found["you_addressed"] = 1.0
    if entry is state.parties.you and state.is_imperative and state.order in lexicon.READERS:
        found["you_order"] = 1.0
    return found


def of_history(entry: Entry, state: State, found: Sequence[Found]) -> dict[str, float]:
    """Who was blamed before is often called on.

    Who was blamed last is no feature of who is blamed next: weights for it, fitted to labels, trust too much in what
    was found.
    """
    blamed = [one for one in found if one.stance is Stance.ACCUSATION]
    if state.is_plain or state.stance is not Stance.RECOMMENDATION or not blamed:
        return {}
    features = {
        "blamed_share": sum(one.entry is entry for one in blamed) / len(blamed),
        "blamed_last": float(blamed[-1].entry is entry),
    }
    return {key: value for key, value in features.items() if value}
