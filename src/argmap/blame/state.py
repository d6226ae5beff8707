"""A sentence while it is asked whom it blames or calls on: its subject, and what its pronouns may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.address import SUBJECTS, is_called_on, order_of
from argmap.blame.mentions import Mention, pronouns
from argmap.blame.parties import WE, YOU, Entry, Parties
from argmap.blame.roles import PRONOUNS, Role
from argmap.document import Unit
from argmap.labels import Stance

_FITS = {"m": ("m", "person"), "f": ("f", "person"), "it": ("it",), "they": ("they", "it")}


@dataclass(frozen=True)
class State:
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
            called = next((mention for mention, _ in self.held if is_called_on(mention, self.sentence)), None)
            if called is not None:
                return called
        subjects = [(mention, entry) for mention, entry in self.held if mention.role in SUBJECTS]
        return min(subjects, key=lambda one: (self.rank(*one), one[0].first), default=(None, None))[0]

    def rank(self, mention: Mention, entry: Entry | None) -> int:
        """How little a subject looks like the one who is meant: 0 to 2 for somebody, 3 for victims, 4 for things."""
        if entry is None:
            person = PRONOUNS[self.sentence.words[mention.head].lower] in ("m", "f")
            return 0 if mention.is_main else 1 if person else 2
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
        if self.stance is Stance.RECOMMENDATION:
            if self.subject is not None and is_called_on(self.subject, self.sentence):
                return "ought"
            return "imperative" if self.is_imperative else "implied"
        acts = self.subject is not None and self.subject.role is Role.SUBJECT and self.subject.is_main
        if self.agent is not None and not acts:
            return "agent"
        if self.subject is None:
            return "none" if not any(entry for _, entry in self.held) else "no_subject"
        if self.pronoun:
            return "pronoun_passive" if self.subject.role is Role.PASSIVE else "pronoun"
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
        return self.pronoun is None and self.name in ("active", "ought", "agent")

    @cached_property
    def agent(self) -> Mention | None:
        """Who does what is told in the passive: `was shut by a man from the ministry`."""
        able = (
            mention
            for mention, entry in self.held
            if mention.role is Role.AGENT
            and entry is not None
            and not mention.quoted
            and (entry.is_named or lexicon.is_party(entry.head.lower()))
        )
        return next(able, None)

    @cached_property
    def describes(self) -> bool:
        """Whether a body is described that no name of the article names: `the company`, `an institution`."""
        return any(
            mention.kind == "noun" and entry is not None and not entry.is_named and entry.form == "it"
            for mention, entry in self.held
        )

    @cached_property
    def order(self) -> str:
        return order_of(self.sentence)

    @cached_property
    def is_imperative(self) -> bool:
        """Whether the sentence begins like an order: with a word that is no subject, and no verb with one before it."""
        return self.order in lexicon.ORDERS

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
                score += 0.9 * (mention.role in SUBJECTS and mention.is_main) - 0.5 * (mention.quoted)
                scores[id(entry)] = max(scores.get(id(entry), -9.0), score)
                rank += 1
        ordered = sorted(scores, key=lambda key: -scores[key])
        return {key: rank for rank, key in enumerate(ordered)}
