"""What speaks for each party of being the one whom a sentence blames or calls on, as named numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.mentions import Mention, Role, pronouns, verb_behind
from argmap.blame.parties import WE, YOU, Entry, Parties, title_words
from argmap.document import Document, Unit
from argmap.labels import Stance, UnitKind

_BEFORE, _BEHIND = 12, 2  # sentences around a sentence whose parties are asked
_MOST_FREQUENT = 10
_LEADING = 3  # words from the start of a sentence in which the owner of its subject stands
_SUBJECTS = (Role.SUBJECT, Role.PASSIVE)
_FITS = {"m": ("m", "person"), "f": ("f", "person"), "it": ("it",), "they": ("they", "it")}
_OUGHT = frozenset(["should", "ought", "must", "shall", "shouldn't", "mustn't"])
_MAY = frozenset(["could", "can", "might", "would"])
_URGING = ("urge", "ask", "call", "beg", "press", "invite", "want")
_ROLE_NAMES = {role: role.value.replace(" ", "_") for role in Role}


@dataclass(frozen=True, slots=True)
class Choice:
    """A party that may be meant, or nobody (None), with its features and the words that would stand for it."""

    entry: Entry | None
    features: Mapping[str, float]
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Whom an earlier sentence was found to blame or to call on (None: nobody)."""

    number: int
    stance: Stance
    entry: Entry | None


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
        self._most = max([1, *(len(entry.mentions) for entry in self.parties.entries)])
        self._facts = {id(entry): self._of_entry(entry) for entry in self.parties.entries}

    def choices(self, number: int, stance: Stance, found: Sequence[Found]) -> list[Choice]:
        """Everybody whom sentence `number` may blame or call on, and nobody; `found` are the sentences asked before."""
        held = self.parties.in_sentence
        around: dict[int, Entry] = {}
        for at in range(max(0, number - _BEFORE), min(len(held), number + _BEHIND + 1)):
            around.update((id(entry), entry) for _, entry in held[at] if entry is not None)
        around.update((id(entry), entry) for entry in self._frequent)
        around = {key: entry for key, entry in around.items() if entry.head.lower() not in lexicon.THINGS}
        around.update((id(one.entry), one.entry) for one in found if one.entry is not None)
        if stance is Stance.RECOMMENDATION:
            you = self.parties.you
            around[id(you)] = you
        state = self._state(number, stance)
        choices = [Choice(None, state.of_nobody)]
        for entry in state.fitting(around.values()):
            choice = self._choice(number, entry, state)
            choices.append(replace(choice, features={**choice.features, **_of_history(number, entry, state, found)}))
        return choices

    def _state(self, number: int, stance: Stance) -> _State:
        sentence = self.parties.sentences[number]
        held = self.parties.in_sentence[number]
        return _State(self.parties, self.units[number], stance, number, sentence, held)

    def _choice(self, number: int, entry: Entry, state: _State) -> Choice:
        mentions = [mention for mention, one in state.held if one is entry]
        features = dict(self._facts[id(entry)])
        mention = _best(mentions)
        if mention is not None:
            if mention.role is Role.OWNER:  # the cabinet's answer was …
                features["owner_leads" if mention.is_main and mention.first < _LEADING else "owner_only"] = 1.0
            else:
                features |= _of_mention(mention, mentions, state)
        standing = state.antecedents.get(id(entry))
        if standing is not None and mention is None:
            mention = state.subject
        features |= self._of_context(number, entry, state)
        if state.pronoun is not None:
            kind = "person" if state.pronoun in ("m", "f") else state.pronoun
            rank = "unfit" if standing is None else str(min(standing, 3))
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
        if state.source is not None and entry.head.lower() == state.source:
            features["is_source"] = 1.0
        for key in ("frequent", "title", "named", "body", "blaming_subject"):
            if features.get(key):
                features[f"{key}@{state.name}"] = features[key]
        if features.pop("most_frequent", 0.0):
            features[f"most_frequent@{state.name}"] = 1.0
        return Choice(entry, features, mention)

    def _of_entry(self, entry: Entry) -> dict[str, float]:
        """What holds of a party all over the article."""
        count = len(entry.mentions)
        noun = entry.head.lower()
        subject = sum(mention.role in _SUBJECTS for mention in entry.mentions)
        blamed = sum(mention.sentence in self._blaming for mention in entry.mentions)
        leading = sum(
            mention.sentence in self._blaming and mention.role in _SUBJECTS and mention.is_main
            for mention in entry.mentions
        )
        found = {
            "frequent": math.log1p(count) / math.log1p(self._most),
            "once": float(count == 1),
            "subject_share": subject / max(count, 1),
            "blaming_share": blamed / max(count, 1),
            "blaming_subject": math.log1p(leading),
            "most_frequent": float(bool(self._frequent) and entry is self._frequent[0]),
            "second": float(entry in self._frequent[1:3]),
            "title": float(bool(self._title & {word.lower() for word in entry.name.split() if len(word) > 3})),
            "named": float(entry.is_named),
            "body": float(lexicon.is_body(noun)),
            "harmed": float(noun in lexicon.HARMED),
            "quoted_only": float(all(mention.quoted for mention in entry.mentions)),
            f"form_{entry.form}": 1.0,
            "thing": float(noun in lexicon.THINGS),
            "no_party_noun": float(not entry.is_named and entry.name not in (WE, YOU) and not lexicon.is_party(noun)),
        }
        return {key: value for key, value in found.items() if value}

    def _of_context(self, number: int, entry: Entry, state: _State) -> dict[str, float]:
        before = [mention for mention in entry.mentions if mention.sentence < number]
        found: dict[str, float] = {}
        if before:
            last = before[-1].sentence
            back = number - last
            found[f"near@{state.name}"] = 1.0 / back
            if back == 1:
                role = "subject" if any(m.role in _SUBJECTS for m in before if m.sentence == last) else "other"
                found[f"before_{role}@{state.name}"] = 1.0
            if self._paragraph[last] == self._paragraph[number]:
                found[f"paragraph@{state.name}"] = 1.0
        elif not any(mention.sentence == number for mention in entry.mentions):
            found["only_behind"] = 1.0
        return found


@dataclass(frozen=True)
class _State:
    """A sentence while its choices are asked: what its subject is, and what pronouns may stand for."""

    parties: Parties
    unit: Unit
    stance: Stance
    number: int
    sentence: Sentence
    held: Sequence[tuple[Mention, Entry | None]]

    @cached_property
    def subject(self) -> Mention | None:
        """The subject that is likeliest meant: of a main clause, and somebody rather than something or a victim."""
        if self.stance is Stance.RECOMMENDATION:
            called = next((mention for mention, _ in self.held if _is_called_on(mention, self)), None)
            if called is not None:
                return called
        subjects = [(mention, entry) for mention, entry in self.held if mention.role in _SUBJECTS]
        return min(subjects, key=lambda one: (self.rank(*one), one[0].first), default=(None, None))[0]

    def rank(self, mention: Mention, entry: Entry | None) -> int:
        """How little a subject looks like the one who is meant: 0 to 2 for somebody, 3 for victims, 4 for things."""
        if entry is None:
            return 0 if mention.is_main else 2
        if not entry.is_named and entry.name not in (WE, YOU) and not lexicon.is_party(entry.head.lower()):
            return 4
        if entry.head.lower() in lexicon.HARMED or entry.head.lower() in lexicon.THINGS:
            return 3
        return 0 if mention.is_main else 1

    @cached_property
    def pronoun(self) -> str | None:
        """What the subject stands for, if it is a pronoun: `m`, `f`, `it`, `they`."""
        if self.subject is None:
            return None
        found = next((kind for _, kind in pronouns([self.subject], self.sentence)), None)
        return None if found in ("we", "you") else found

    @cached_property
    def name(self) -> str:
        """By what the sentence gives whom it is about: a subject, a pronoun as subject, an order, others, nothing."""
        if (
            self.stance is Stance.RECOMMENDATION
            and self.is_imperative
            and not (self.subject is not None and _is_called_on(self.subject, self))
        ):
            return "imperative"
        if self.subject is None:
            return "none" if not any(entry for _, entry in self.held) else "no_subject"
        if self.stance is Stance.RECOMMENDATION and _is_called_on(self.subject, self):
            return "ought"
        if self.pronoun:
            return "pronoun"
        if self.rank(self.subject, self.subject_entry) > 2:
            return "thing" if self.rank(self.subject, self.subject_entry) > 3 else "harmed"
        if self.subject.role is Role.PASSIVE:
            return "passive"
        return "active" if self.subject.is_main else "sub"

    @cached_property
    def subject_entry(self) -> Entry | None:
        return next((entry for mention, entry in self.held if mention is self.subject), None)

    @property
    def is_plain(self) -> bool:
        """Whether somebody who can be blamed is said to do something: what stood before counts little."""
        return self.pronoun is None and self.name in ("active", "ought")

    @cached_property
    def describes(self) -> bool:
        """Whether a body is described that no name of the article names: `the company`, `an institution`."""
        return any(
            mention.kind == "noun" and entry is not None and not entry.is_named and entry.form == "it"
            for mention, entry in self.held
        )

    @property
    def is_imperative_but_let(self) -> bool:
        """Whether it begins with another order than `let`, so that a `let` behind it says what comes of it."""
        first = next((word.lower for word in self.sentence.words if word.is_word), "")
        return self.is_imperative and first != "let"

    @cached_property
    def is_imperative(self) -> bool:
        """Whether the sentence begins like an order: with a word that is no subject, and no verb with one before it."""
        words = [word for word in self.sentence.words if word.is_word]
        while words and words[0].lower in ("and", "so", "but", "then", "please", "now", "first", "or"):
            words = words[1:]
        if not words or words[0].quoted:
            return False
        return words[0].lower in lexicon.ORDERS

    def fitting(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those for whom the subject can stand, if it is a pronoun that does something; else all."""
        entries = list(entries)
        subject = self.subject
        active = (
            subject is not None and subject.role is Role.SUBJECT and (subject.is_main or self.pronoun in ("m", "f"))
        )
        if self.pronoun is None or not active:
            return entries
        fit = _FITS[self.pronoun]
        return [entry for entry in entries if entry.form in fit or id(entry) in self.antecedents] or entries

    @cached_property
    def of_nobody(self) -> dict[str, float]:
        found = {"nobody": 1.0, f"nobody@{self.name}": 1.0}
        return {**found, "nobody@imperative": 1.0} if self.is_imperative else found

    @cached_property
    def source(self) -> str | None:
        """The head of the name of who is quoted in the sentence."""
        attribution = self.unit.attribution
        name = None if attribution is None else attribution.name
        return name.split()[-1].lower() if name and name.split() else None

    @cached_property
    def antecedents(self) -> Mapping[int, int]:
        """The parties that a pronoun as subject may stand for, by rank from 0, the likeliest first."""
        return {} if self.pronoun is None else self._before(self.subject, _FITS[self.pronoun], 5)

    @cached_property
    def described(self) -> Mapping[int, int]:
        """The named parties that a vague description in the sentence (`a firm`, `the man`) may stand for, by rank."""
        for mention, entry in self.held:
            if entry is not None and not entry.is_named and entry.head.lower() in lexicon.VAGUE:
                fit = {"it": ("it",), "they": ("they", "it")}.get(entry.form, ("m", "f", "person"))
                return self._before(mention, fit, 12, named=True)
        return {}

    def _before(
        self, until: Mention | None, forms: Sequence[str], reach: int, *, named: bool = False
    ) -> Mapping[int, int]:
        """The parties of these forms that are mentioned before a mention, by rank from 0, the likeliest first."""
        scores: dict[int, float] = {}
        for back in range(reach):
            at = self.number - back
            if at < 0:
                break
            rank = 0
            for mention, entry in self.parties.in_sentence[at]:
                if entry is None or (back == 0 and until is not None and mention.first >= until.first):
                    continue
                if named and not entry.is_named:
                    continue
                fit = forms.index(entry.form) if entry.form in forms else None
                if fit is None:
                    continue
                score = 3.0 - 0.9 * back - 0.1 * min(rank, 5) - 0.4 * fit
                score += 0.9 * (mention.role in _SUBJECTS and mention.is_main) - 0.5 * (mention.quoted)
                scores[id(entry)] = max(scores.get(id(entry), -9.0), score)
                rank += 1
        ordered = sorted(scores, key=lambda key: -scores[key])
        return {key: rank for rank, key in enumerate(ordered)}


def _best(mentions: Iterable[Mention]) -> Mention | None:
    order = {Role.SUBJECT: 0, Role.AGENT: 0, Role.PASSIVE: 1, Role.OWNER: 3, Role.OBJECT: 2, Role.OTHER: 4}
    return min(mentions, key=lambda one: (order[one.role], not one.is_main, one.first), default=None)


def _of_mention(mention: Mention, mentions: Sequence[Mention], state: _State) -> dict[str, float]:
    role = _ROLE_NAMES[mention.role]
    subjects = [
        (state.rank(m, entry), m.first, m) for m, entry in state.held if entry is not None and m.role in _SUBJECTS
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
        "called_on": float(_is_called_on(mention, state)),
        "agent": float(mention.role is Role.AGENT),
        "here_late": float(mention.first > len(state.sentence.words) * 0.6),
    }
    return {key: value for key, value in found.items() if value}


def _is_called_on(mention: Mention, state: _State) -> bool:
    """Whether the words call on it: `the council should`, `let ministers`, `time that Congress`, `for the board to`."""
    words = state.sentence.words
    before = [word.lower for word in words[max(0, mention.first - 2) : mention.first]]
    last = before[-1] if before else ""
    behind = words[mention.last + 1].lower if mention.last + 1 < len(words) else ""
    lets = last == "let" and behind != "be" and not state.is_imperative_but_let
    timely = any(word.lower == "time" for word in words[max(0, mention.first - 6) : mention.first])
    if lets or (timely and last in ("time", "that") and mention.kind != "pronoun"):
        return True
    if (behind == "to" and last in ("for", "on")) or (last.startswith(_URGING) and mention.kind != "pronoun"):
        return True
    verb = verb_behind(state.sentence, mention.last)
    if verb is None or mention.role is not Role.SUBJECT:
        return False
    needs = (
        words[verb].lower in ("has", "have", "needs", "need")
        and verb + 1 < len(words)
        and words[verb + 1].lower == "to"
    )
    may = mention.is_main and words[verb].lower in _MAY
    return words[verb].lower in _OUGHT or needs or may


def _of_history(number: int, entry: Entry, state: _State, found: Sequence[Found]) -> dict[str, float]:
    """What the sentences before speak for: the party that was blamed last is often blamed again."""
    if state.is_plain:
        return {}
    same = [one for one in found if one.stance is state.stance]
    features: dict[str, float] = {}
    if same:
        last = same[-1]
        if last.entry is entry:
            features["last"] = 1.0
            features[f"last@{state.name}"] = 1.0
            features["last_next"] = float(number - last.number == 1)
    if state.stance is Stance.RECOMMENDATION:
        blamed = [one for one in found if one.stance is Stance.ACCUSATION]
        if blamed:
            features["blamed_share"] = sum(one.entry is entry for one in blamed) / len(blamed)
            features["blamed_last"] = float(blamed[-1].entry is entry)
    return {key: value for key, value in features.items() if value}


def _paragraphs(document: Document, units: Sequence[Unit]) -> list[int]:
    """The number of the paragraph of each sentence."""
    found: list[int] = []
    block = 0
    for number, unit in enumerate(units):
        gap = document.text[units[number - 1].span.end : unit.span.start] if number else ""
        block += "\n\n" in gap
        found.append(block)
    return found
