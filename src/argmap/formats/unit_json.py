"""A unit as one JSON object: a line of `argmap classify`, an entry of map JSON."""

from typing import TypedDict

from argmap.document import Attribution, Blame, Document, Party, Span, Unit
from argmap.labels import STANCES


class SpanObject(TypedDict):
    """Half-open character offsets and the characters between them."""

    start: int
    end: int
    text: str


class AttributionObject(TypedDict):
    """Who is quoted, by which words, and what is reported; `parts` of the content, if the cue stands inside it."""

    source: SpanObject | None
    cue: SpanObject | None
    content: SpanObject
    parts: list[SpanObject]
    wording: str | None
    name: str | None
    confidence: float | None
    reason: str | None


class PartyObject(TypedDict):
    """Somebody who is blamed, called on, or blames; offsets and text of the words that stand for them, or null."""

    name: str
    head: str
    start: int | None
    end: int | None
    text: str | None
    confidence: float | None


class BlameObject(TypedDict):
    """Whom a sentence blames, for what, whom it calls on, and by whose mouth (null: the author's)."""

    accused: list[PartyObject]
    addressees: list[PartyObject]
    charge: SpanObject | None
    by: PartyObject | None
    reason: str | None


class UnitObject(TypedDict):
    """The wire shape of a unit, in the order in which the keys are written."""

    doc: str
    unit: str
    start: int
    end: int
    kind: str
    text: str
    stances: list[str]
    scores: dict[str, float]
    evidence: str | None
    evidence_score: float | None
    attribution: AttributionObject | None
    model: str | None
    out_of_domain: float | None
    blame: BlameObject | None


def unit_object(document: Document, unit: Unit, model: str | None) -> UnitObject:
    """Return `unit` as the object that scripts read; `model` names who labelled it (None: a human or nobody)."""
    return {
        "doc": document.id,
        "unit": unit.id,
        "start": unit.span.start,
        "end": unit.span.end,
        "kind": unit.kind.value,
        "text": document.text_of(unit),
        "stances": [stance.value for stance in unit.stances],
        "scores": {stance.value: unit.scores[stance] for stance in STANCES if stance in unit.scores},
        "evidence": unit.evidence.value if unit.evidence else None,
        "evidence_score": unit.evidence_score,
        "attribution": _attribution_object(document.text, unit.attribution),
        "model": model,
        "out_of_domain": unit.out_of_domain,
        "blame": _blame_object(document.text, unit.blame),
    }


def _attribution_object(text: str, attribution: Attribution | None) -> AttributionObject | None:
    if attribution is None:
        return None
    return {
        "source": _span_object(text, attribution.source) if attribution.source else None,
        "cue": _span_object(text, attribution.cue) if attribution.cue else None,
        "content": _span_object(text, attribution.content),
        "parts": [_span_object(text, part) for part in attribution.parts],
        "wording": attribution.wording.value if attribution.wording else None,
        "name": attribution.name,
        "confidence": attribution.confidence,
        "reason": attribution.reason.value if attribution.reason else None,
    }


def _blame_object(text: str, blame: Blame | None) -> BlameObject | None:
    if blame is None:
        return None
    return {
        "accused": [_party_object(text, party) for party in blame.accused],
        "addressees": [_party_object(text, party) for party in blame.addressees],
        "charge": _span_object(text, blame.charge) if blame.charge else None,
        "by": _party_object(text, blame.by) if blame.by else None,
        "reason": blame.reason.value if blame.reason else None,
    }


def _party_object(text: str, party: Party) -> PartyObject:
    at = party.mention
    return {
        "name": party.name,
        "head": party.head,
        "start": at.start if at else None,
        "end": at.end if at else None,
        "text": at.of(text) if at else None,
        "confidence": party.confidence,
    }


def _span_object(text: str, span: Span) -> SpanObject:
    return {"start": span.start, "end": span.end, "text": span.of(text)}
