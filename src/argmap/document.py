"""The values that travel through the pipeline: frozen, with half-open character offsets into `Document.text`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from argmap.labels import EvidenceType, NoParty, NoSource, Origin, RelationKind, Stance, UnitKind, Wording

OUT_OF_DOMAIN = 0.5  # an `out_of_domain` above it: not English prose, so that labels are withheld


def _no_scores() -> Mapping[Stance, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of characters, 0 <= start <= end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span {self.start}..{self.end}: expected 0 <= start <= end")

    def of(self, text: str) -> str:
        """The characters of `text` in this span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of the text as read (possibly of several lines), and what it is."""

    span: Span
    kind: UnitKind = UnitKind.TEXT


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is quoted (`source`, where the text says), by which words (`cue`), and what is reported (`content`).

    `content` reaches from the first reported word to the last; where the cue stands inside it, `parts` are the reported
    stretches (empty: `content` is one). The source may stand in an earlier sentence. `name` is the source's name as the
    article gives it in full (“the minister”, “she”: Lucia Abara), or how it is described; `confidence` from 0 to 1 is
    about how often a source that was found in this way is the right one. `reason` says why there is no source.
    """

    content: Span
    source: Span | None = None
    cue: Span | None = None
    parts: tuple[Span, ...] = ()
    wording: Wording | None = None
    name: str | None = None
    confidence: float | None = None
    reason: NoSource | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is blamed, called on, or blames: the fullest `name` by which the article calls them, and its `head`
    word (a surname, “Board”). `mention` are the words of the sentence that stand for them, None if it does not name
    them; `confidence`, from 0 to 1, is about how often a party that was found like this is the right one.
    """

    name: str
    head: str
    mention: Span | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Blame:
    """Whom an accusation blames (`accused`, the main party first) and for what (`charge`); whom a recommendation calls
    on (`addressees`); and by whose mouth (`by`, None: the author's). `reason` says why nobody was found.
    """

    accused: tuple[Party, ...] = ()
    charge: Span | None = None
    addressees: tuple[Party, ...] = ()
    by: Party | None = None
    reason: NoParty | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with its span and kind; `scores` are calibrated probabilities per stance (empty: not classified).

    `out_of_domain` is how little it reads like English prose, from 0 to 1 (None: not asked).
    """

    id: str
    span: Span
    kind: UnitKind = UnitKind.TEXT
    stances: tuple[Stance, ...] = ()
    evidence: EvidenceType | None = None
    scores: Mapping[Stance, float] = field(default_factory=_no_scores)
    evidence_score: float | None = None
    attribution: Attribution | None = None
    out_of_domain: float | None = None
    blame: Blame | None = None

    @property
    def is_text(self) -> bool:
        return self.kind is UnitKind.TEXT

    @property
    def primary(self) -> Stance | None:
        """The first stance, or None."""
        return self.stances[0] if self.stances else None


@dataclass(frozen=True, slots=True)
class Relation:
    """Support or attack from one or several source units to a unit, or to a relation (undercut)."""

    id: str
    kind: RelationKind
    sources: tuple[str, ...]
    target: str
    score: float | None = None
    origin: Origin = Origin.MODEL


@dataclass(frozen=True, slots=True)
class Document:
    """An article: its text as read, its paragraphs (`blocks`) and, once segmented, its units in text order.

    `out_of_domain` is how little its sentences together read like English prose, from 0 to 1 (None: not asked).
    """

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    blocks: tuple[Block, ...] = ()
    units: tuple[Unit, ...] = ()
    out_of_domain: float | None = None

    @property
    def text_sha256(self) -> str:
        """SHA-256 of the text in UTF-8 (unpaired surrogates as they stand)."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def text_of(self, unit: Unit) -> str:
        return unit.span.of(self.text)

    def text_units(self) -> Iterator[Unit]:
        """The units that carry the argument, in text order."""
        return (unit for unit in self.units if unit.is_text)

    def with_units(self, units: tuple[Unit, ...]) -> Document:
        return replace(self, units=units)
