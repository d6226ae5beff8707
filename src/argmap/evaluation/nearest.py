"""The baseline that links must beat: grounds support the nearest claim, claims support the thesis."""

from __future__ import annotations

from collections.abc import Sequence

from argmap.document import Unit
from argmap.evaluation.metrics import LinkTriple
from argmap.labels import RelationKind, Stance

_CLAIMS = frozenset({Stance.ACCUSATION, Stance.RECOMMENDATION})


def nearest_claim_links(units: Sequence[Unit], thesis: str | None) -> list[LinkTriple]:
    """Links of an article's text units, in text order, by their labels and its thesis.

    A unit with evidence or a stance supports the nearest accusation or recommendation (of two equally near ones the
    preceding), and the thesis if there is none; an accusation or recommendation supports the thesis.
    """
    claims = [i for i, unit in enumerate(units) if _CLAIMS & set(unit.stances)]
    links: list[LinkTriple] = []
    for i, unit in enumerate(units):
        if unit.id == thesis or not (unit.stances or unit.evidence):
            continue
        target = thesis
        if not _CLAIMS & set(unit.stances) and claims:
            target = units[min(claims, key=lambda claim: (abs(claim - i), claim))].id
        if target is not None:
            links.append((unit.id, target, RelationKind.SUPPORT))
    return links
