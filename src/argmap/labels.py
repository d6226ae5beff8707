"""The closed vocabularies. Each parses or raises; nothing falls through to a default."""

from enum import StrEnum
from typing import Self

from argmap.errors import InputError


class Label(StrEnum):
    """Base of the vocabularies."""

    @classmethod
    def parse(cls, value: object, *, where: str | None = None) -> Self:
        """Return the member named `value`; raise `InputError` that lists the known ones."""
        for member in cls:
            if isinstance(value, str) and member.value == value:
                return member
        known = ", ".join(member.value for member in cls)
        raise InputError(f"unknown {cls.__name__} {value!r}", where=where, expected=f"one of {known}")


class Stance(Label):
    """What the author does with a sentence (multi-label; the first is primary; none is the empty tuple)."""

    ACCUSATION = "accusation"
    QUOTATION = "quotation"
    RECOMMENDATION = "recommendation"


class EvidenceType(Label):
    """What kind of grounds a sentence gives."""

    TESTIMONY = "testimony"
    STATISTIC = "statistic"
    DOCUMENT = "document"
    EVENT = "event"


class UnitKind(Label):
    """Whether a unit belongs to the argument's text or to what surrounds it."""

    TEXT = "text"
    HEADING = "heading"
    BOILERPLATE = "boilerplate"
    COMMENT = "comment"


class RelationKind(Label):
    """From grounds to claim."""

    SUPPORT = "support"
    ATTACK = "attack"


class Wording(Label):
    """How somebody's words are given: in quotation marks, in the author's words, or in both."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class NoSource(Label):
    """Why a quotation has no source."""

    IMPERSONAL = "impersonal"
    """The words say that it is said, but not by whom: `it is said that …`, `I was told that …`."""
    NO_SPEAKER = "no speaker"
    """Quotation marks, and nobody in reach who speaks."""
    NO_CUE = "no cue"
    """No words that report, and nobody in reach who speaks."""


class NoParty(Label):
    """Why nobody was found who is blamed or called on."""

    NOBODY_NAMED = "nobody named"
    """Neither the sentence nor the article around it names anybody who could be meant."""
    TOO_DOUBTFUL = "too doubtful"
    """Somebody is in reach, but nothing says that it is they who are meant."""


class Origin(Label):
    """Who asserts a relation."""

    MODEL = "model"
    HUMAN = "human"
    RULE = "rule"


STANCES: tuple[Stance, ...] = tuple(Stance)
EVIDENCE_TYPES: tuple[EvidenceType, ...] = tuple(EvidenceType)
