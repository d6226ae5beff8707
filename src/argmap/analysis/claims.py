"""What is argued for, by whom, and on what: the notions that the questions share."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import networkx as nx

from argmap.document import Relation, Unit
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance

AUTHORS_OWN = (Stance.ACCUSATION, Stance.RECOMMENDATION)


class Side(StrEnum):
    """Where a sentence leads: to what the author argues for, against it, to both, or nowhere."""

    FOR = "for"
    AGAINST = "against"
    BOTH = "both"
    NONE = "none"


def is_reported(unit: Unit) -> bool:
    """Whether a unit is somebody else's words only, not a claim of the author's own."""
    return Stance.QUOTATION in unit.stances and not any(stance in unit.stances for stance in AUTHORS_OWN)


def own_claims(argument_map: ArgumentMap) -> tuple[str, ...]:
    """The author's claims in text order: accusations, recommendations, the thesis, and other sentences that others
    support, unless they only report what somebody says.
    """
    supported = {r.target for r in argument_map.relations if r.kind is RelationKind.SUPPORT}

    def is_claim(unit: Unit) -> bool:
        if unit.id == argument_map.thesis or any(stance in unit.stances for stance in AUTHORS_OWN):
            return True
        return unit.id in supported and not is_reported(unit)

    return tuple(unit.id for unit in argument_map.document.text_units() if is_claim(unit))


def relations_into(argument_map: ArgumentMap, kind: RelationKind) -> Mapping[str, tuple[Relation, ...]]:
    """The relations of a kind by their target, a unit or a relation."""
    found: dict[str, list[Relation]] = {}
    for relation in argument_map.relations:
        if relation.kind is kind:
            found.setdefault(relation.target, []).append(relation)
    return {target: tuple(relations) for target, relations in found.items()}


def sides(argument_map: ArgumentMap) -> Mapping[str, Side]:
    """The side of every text unit: a link of support takes over its target's side, an attack the other one.

    Where the ways end, the thesis and all that is not only reported counts as what the author argues for.
    """
    flipped = {Side.FOR: Side.AGAINST, Side.AGAINST: Side.FOR}
    found: dict[str, Side] = {}
    for name in reversed(list(nx.topological_sort(argument_map.incidence))):
        after = {found[target] for target in argument_map.incidence.succ[name]} - {Side.NONE}
        relation = argument_map.by_relation_id.get(name)
        if relation is not None:
            (side,) = after or {Side.NONE}
            found[name] = flipped.get(side, side) if relation.kind is RelationKind.ATTACK else side
        elif name == argument_map.thesis:
            found[name] = Side.FOR
        elif len(after) > 1:
            found[name] = Side.BOTH
        elif after:
            (found[name],) = after
        else:
            is_end = bool(argument_map.incidence.pred[name]) and not argument_map.incidence.succ[name]
            found[name] = Side.FOR if is_end and not is_reported(argument_map.units[name]) else Side.NONE
    return {unit.id: found[unit.id] for unit in argument_map.document.text_units()}
