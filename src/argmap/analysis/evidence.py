"""What hangs in the air, and what carries the rest."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from argmap.analysis.claims import AUTHORS_OWN, own_claims, relations_into
from argmap.analysis.standing import Standing
from argmap.document import Unit
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance

_MOST_VERDICTS = 200_000  # a second's work; what makes maps so tall and so tangled is no article


@dataclass(frozen=True, slots=True)
class WithoutEvidence:
    """An accusation or recommendation under which there is no evidence.

    `grounds` are the units that support it all the same; without any it is `unsupported`.
    """

    unit: str
    stance: Stance
    grounds: tuple[str, ...]

    @property
    def unsupported(self) -> bool:
        return not self.grounds


def without_evidence(argument_map: ArgumentMap) -> tuple[WithoutEvidence, ...]:
    """The accusations and recommendations with no evidence, in text order.

    Evidence is a sentence with an evidence type, or a quotation, among all that supports the claim at any remove.
    Evidence that a claim states within itself does not count: the question is what stands under it. A claim of both
    stances is named by the first.
    """
    found = []
    supports = relations_into(argument_map, RelationKind.SUPPORT)
    evidenced = _evidenced(argument_map)
    for unit in argument_map.document.text_units():
        stance = next((stance for stance in unit.stances if stance in AUTHORS_OWN), None)
        if stance is not None and unit.id not in evidenced:
            grounds = (source for support in supports.get(unit.id, ()) for source in support.sources)
            found.append(WithoutEvidence(unit.id, stance, tuple(dict.fromkeys(grounds))))
    return tuple(found)


def _evidenced(argument_map: ArgumentMap) -> frozenset[str]:
    """The units and relations that evidence supports at any remove, be it by support for a step of support."""
    found: set[str] = set()
    for name in nx.topological_sort(argument_map.incidence):
        for before in argument_map.incidence.pred[name]:
            link = argument_map.by_relation_id.get(before)
            carries = link is None and is_evidence(argument_map.units[before])
            if carries or (before in found and (link is None or link.kind is RelationKind.SUPPORT)):
                found.add(name)
    return frozenset(found)


def is_evidence(unit: Unit) -> bool:
    """Whether a unit, given as grounds, is more than an assertion: of an evidence type, or somebody's words."""
    return unit.evidence is not None or Stance.QUOTATION in unit.stances


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit carries: the units that it supports directly, the claims that would fall with it, and how many
    claims it supports at any remove.
    """

    unit: str
    serves: tuple[str, ...]
    falls: tuple[str, ...]
    rests: int


@dataclass(frozen=True, slots=True)
class LoadBearing:
    """How much the evidence carries, the most first; `not_asked`: how many units of a tangled map were left out."""

    loads: tuple[Load, ...]
    not_asked: int = 0


def load_bearing(argument_map: ArgumentMap, standing: Standing) -> LoadBearing:
    """How much each piece of evidence carries; those on which no claim rests are left out.

    Asked of what supports something and has nothing under it itself, or is evidence and no claim. A claim falls if it
    stood before and does not once the sentence is taken to be refuted (`Standing`): one with further grounds stays.
    """
    supported = relations_into(argument_map, RelationKind.SUPPORT)
    serves: dict[str, list[str]] = {}
    for relation in argument_map.relations:
        if relation.kind is RelationKind.SUPPORT and relation.target in argument_map.units:
            for source in relation.sources:
                serves.setdefault(source, []).append(relation.target)
    place = {name: number for number, name in enumerate(own_claims(argument_map))}
    above = _claims_above(argument_map, place)
    loads = []
    budget = _MOST_VERDICTS
    not_asked = 0
    for unit in argument_map.document.text_units():
        is_asked = unit.id not in supported or (is_evidence(unit) and unit.id not in place)
        if unit.id not in serves or not is_asked or not above[unit.id]:
            continue
        if budget <= 0:
            not_asked += 1
            continue
        fallen, verdicts = standing.falling_with(unit.id)
        budget -= verdicts
        falls = sorted(fallen & place.keys(), key=place.__getitem__)
        served = tuple(dict.fromkeys(serves[unit.id]))
        loads.append(Load(unit.id, served, tuple(falls), above[unit.id].bit_count()))
    loads.sort(key=lambda load: (-len(load.falls), -load.rests))
    return LoadBearing(tuple(loads), not_asked)


def _claims_above(argument_map: ArgumentMap, place: dict[str, int]) -> dict[str, int]:
    """For each unit and relation, the claims that it supports at any remove, as a set of bits numbered by `place`."""
    above: dict[str, int] = {}
    for name in reversed(list(nx.topological_sort(argument_map.incidence))):
        bits = 0
        for after in argument_map.incidence.succ[name]:
            relation = argument_map.by_relation_id.get(after)
            if relation is None or relation.kind is RelationKind.SUPPORT:
                bits |= above[after] | (1 << place[after] if after in place else 0)
        above[name] = bits
    return above
