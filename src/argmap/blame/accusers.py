"""Who makes an accusation or a recommendation: the author, or whoever is quoted in the sentence."""

from __future__ import annotations

from argmap.blame.parties import named_party
from argmap.document import Party, Span, Unit
from argmap.labels import Stance, Wording

_LEAST = 0.5  # share of the charge that must be reported words


def accuser_of(unit: Unit, core: Span, mentions: tuple[Span | None, ...]) -> Party | None:
    """The quoted source whose words accuse (`core`: the charge, or the sentence), None for the author.

    The author who quotes in order to accuse speaks around the quotation: the source accuses only if the charge lies
    in what is quoted, and whoever is accused is not named outside of it; in quotation marks unless nothing else is
    said in the sentence.
    """
    attribution = unit.attribution
    if attribution is None or attribution.name is None or Stance.QUOTATION not in unit.stances:
        return None
    parts = attribution.parts or (attribution.content,)
    inside = sum(max(0, min(part.end, core.end) - max(part.start, core.start)) for part in parts)
    if inside < _LEAST * max(1, core.end - core.start) or attribution.wording is not Wording.DIRECT:
        return None
    if any(mention is not None and not any(_holds(part, mention) for part in parts) for mention in mentions):
        return None
    name, head = named_party(attribution.name)
    if not name:
        return None
    source = attribution.source
    within = source is not None and _holds(unit.span, source)
    return Party(name, head, source if within else None, attribution.confidence)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
