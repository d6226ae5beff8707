"""An article's sentences with their parties, and the choices for each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.address import SUBJECTS, addressed, called_before
from argmap.blame.features import Found, best_mention, of_address, of_history, of_mention
from argmap.blame.mentions import Mention
from argmap.blame.parties import INDEFINITE, WE, YOU, Entry, Parties, title_words
from argmap.blame.roles import Role
from argmap.blame.state import State
from argmap.document import Document, Unit
from argmap.labels import Stance, UnitKind

_BEFORE, _BEHIND = 12, 2  # sentences around a sentence whose parties are asked
_MOST_FREQUENT = 10
_LEADING = 3  # words from the start of a sentence in which the owner of its subject stands
_PLACE_WORDS = frozenset(["in", "at", "from", "near", "around", "outside"])


@dataclass(frozen=True, slots=True)
class Choice:
    """A party that may be meant, or nobody (None), with its features and the words that would stand for it."""

    entry: Entry | None
    features: Mapping[str, float]
    mention: Mention | None = None


class Scenes:
    """An article's sentences with their parties: gives the choices for each of them."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], units: Sequence[Unit]) -> None:
        self.units = units
        self.parties = Parties(sentences)
        headings = [document.text_of(unit) for unit in document.units if unit.kind is UnitKind.HEADING]
        self._title = title_words([document.title or "", *headings])
        self._blaming = {n for n, unit in enumerate(units) if Stance.ACCUSATION in unit.stances}
        self._paragraph = _paragraphs(document, units)
        counts = sorted(self.parties.entries, key=lambda entry: -len(entry.mentions))
        parties = [
            entry for entry in counts if entry.head.lower() not in lexicon.HARMED and entry.name not in (WE, YOU)
        ]
        self._frequent = parties[:_MOST_FREQUENT]
        self._leading = [entry for entry in parties if any(map(self._leads, entry.mentions))][:_MOST_FREQUENT]
        self._most = max([1, *(len(entry.mentions) for entry in self.parties.entries)])
        self._addressed = addressed(self.parties)
        self._called = called_before(self.parties)
        self._facts = {id(entry): self._of_entry(entry) for entry in self.parties.entries}

    def choices(self, number: int, stance: Stance, found: Sequence[Found]) -> list[Choice]:
        """Everybody whom sentence `number` may blame or call on, and nobody; `found` are the sentences asked before."""
        held = self.parties.in_sentence
        around: dict[int, Entry] = {}
        for at in range(max(0, number - _BEFORE), min(len(held), number + _BEHIND + 1)):
            around.update((id(entry), entry) for _, entry in held[at] if entry is not None)
        around.update((id(entry), entry) for entry in (*self._frequent, *self._leading))
        around = {key: entry for key, entry in around.items() if entry.head.lower() not in lexicon.THINGS}
        here = {id(entry) for _, entry in held[number]}
        around = {
            key: entry for key, entry in around.items() if key in here or entry.head.lower() not in lexicon.ANYONE
        }
        around.update((id(one.entry), one.entry) for one in found if one.entry is not None)
        if stance is Stance.RECOMMENDATION:
            around[id(self.parties.you)] = self.parties.you
        state = self.state(number, stance)
        choices = [Choice(None, state.of_nobody)]
        for entry in state.fitting(around.values()):
            choice = self._choice(number, entry, state)
            choices.append(replace(choice, features={**choice.features, **of_history(entry, state, found)}))
        return choices

    def state(self, number: int, stance: Stance) -> State:
        sentence = self.parties.sentences[number]
        held = self.parties.in_sentence[number]
        return State(self.parties, self.units[number], stance, number, sentence, held)

    def _choice(self, number: int, entry: Entry, state: State) -> Choice:
        mentions = [mention for mention, one in state.held if one is entry]
        features = dict(self._facts[id(entry)])
        mention = best_mention(mentions)
        if mention is not None:
            if mention.role is Role.OWNER:  # the cabinet's answer was …
                features["owner_leads" if mention.is_main and mention.first < _LEADING else "owner_only"] = 1.0
                features[f"owner@{state.name}"] = 1.0
            else:
                features |= of_mention(mention, mentions, state)
        standing = state.antecedents.get(id(entry))
        if standing is not None and mention is None:
            mention = state.subject
        features |= self._of_context(number, entry, state)
        if state.pronoun is not None and state.name != "agent":
            kind = "person" if state.pronoun in ("m", "f") else state.pronoun
            rank = "unfit" if standing is None else str(min(standing, 3))
            if state.name == "pronoun_passive":
                features[f"pronoun_passive_{rank}"] = 1.0
            else:
                features[f"pronoun_{rank}"] = 1.0
                features[f"pronoun_{rank}@{kind}"] = 1.0
        if entry.head.lower() in lexicon.VAGUE and not entry.is_named and features.get("here"):
            features["vague"] = 1.0
            if features.get("here_indefinite"):
                features["vague_indefinite"] = 1.0
        vague = state.described.get(id(entry))
        if vague is not None and mention is None:
            features[f"described_{min(vague, 2)}"] = 1.0
        if state.describes and mention is None and entry.is_named and entry.form in ("it", "they"):
            features["described"] = 1.0
            features["described_frequent"] = features.get("frequent", 0.0)
        features |= of_address(entry, state, self._addressed)
        if state.source is not None and entry.head.lower() == state.source:
            features["is_source"] = 1.0
        for key in ("frequent", "title", "named", "body", "blaming_subject", "decider", "place"):
            if features.get(key):
                features[f"{key}@{state.name}"] = features[key]
        if features.pop("most_frequent", 0.0):
            features[f"most_frequent@{state.name}"] = 1.0
        return Choice(entry, features, mention)

    def _of_entry(self, entry: Entry) -> dict[str, float]:
        """What holds of a party all over the article."""
        count = len(entry.mentions)
        noun = entry.head.lower()
        subject = sum(mention.role in SUBJECTS for mention in entry.mentions)
        blamed = sum(mention.sentence in self._blaming for mention in entry.mentions)
        leading = sum(map(self._leads, entry.mentions))
        found = {
            "frequent": math.log1p(count) / math.log1p(self._most),
            "once": float(count == 1),
            "never_definite": float(not entry.is_named and all(map(self._is_indefinite, entry.mentions))),
            "subject_share": subject / max(count, 1),
            "blaming_share": blamed / max(count, 1),
            "blaming_subject": math.log1p(leading),
            "most_frequent": float(bool(self._frequent) and entry is self._frequent[0]),
            "second": float(entry in self._frequent[1:3]),
            "title": float(bool(self._title & {word.lower() for word in entry.name.split() if len(word) > 3})),
            "named": float(entry.is_named),
            "body": float(lexicon.is_body(noun)),
            "harmed": float(noun in lexicon.HARMED),
            "decider": float(noun in lexicon.DECIDERS),
            "place": self._place_share(entry),
            "quoted_only": float(all(mention.quoted for mention in entry.mentions)),
            f"form_{entry.form}": 1.0,
            "thing": float(noun in lexicon.THINGS),
            "no_party_noun": float(not entry.is_named and entry.name not in (WE, YOU) and not lexicon.is_party(noun)),
        }
        return {key: value for key, value in found.items() if value}

    def _is_indefinite(self, mention: Mention) -> bool:
        first = self.parties.sentences[mention.sentence].words[mention.first]
        return mention.kind == "noun" and (first.lower in INDEFINITE or first.text[0].isdigit())

    def _leads(self, mention: Mention) -> bool:
        """Whether it is what an accusation is about, as far as grammar tells."""
        return mention.sentence in self._blaming and mention.role in SUBJECTS and mention.is_main

    def _place_share(self, entry: Entry) -> float:
        """How often a name stands behind `in`, `at`, `from`: it is a place rather than somebody."""
        if not entry.is_named or entry.form != "it":
            return 0.0
        sentences = self.parties.sentences
        before = [
            sentences[mention.sentence].words[mention.first - 1].lower for mention in entry.mentions if mention.first
        ]
        return sum(word in _PLACE_WORDS for word in before) / len(entry.mentions)

    def _of_context(self, number: int, entry: Entry, state: State) -> dict[str, float]:
        before = [mention for mention in entry.mentions if mention.sentence < number]
        found: dict[str, float] = {}
        if before:
            last = before[-1].sentence
            back = number - last
            found[f"near@{state.name}"] = 1.0 / back
            if back == 1:
                role = "subject" if any(m.role in SUBJECTS for m in before if m.sentence == last) else "other"
                found[f"before_{role}@{state.name}"] = 1.0
            if self._paragraph[last] == self._paragraph[number]:
                found[f"paragraph@{state.name}"] = 1.0
        elif not any(mention.sentence == number for mention in entry.mentions):
            found["only_behind"] = 1.0
        if state.stance is Stance.RECOMMENDATION and self._called[number] == id(entry):
            found["called_before"] = 1.0
            found[f"called_before@{state.name}"] = 1.0
        return found


def _paragraphs(document: Document, units: Sequence[Unit]) -> list[int]:
    """The number of the paragraph of each sentence."""
    found: list[int] = []
    block = 0
    for number, unit in enumerate(units):
        gap = document.text[units[number - 1].span.end : unit.span.start] if number else ""
        block += "\n\n" in gap
        found.append(block)
    return found
