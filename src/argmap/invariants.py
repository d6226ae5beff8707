"""What must always hold of an argument map, each rule under a name; a breach names the id and the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx

from argmap.document import Document, Relation, Unit


class Invariant(StrEnum):
    """The rules, as messages and `argmap lint` name them."""

    DUPLICATE_ID = "duplicate-id"
    NO_SOURCE = "no-source"
    REPEATED_SOURCE = "repeated-source"
    SELF_LINK = "self-link"
    DANGLING_ID = "dangling-id"
    NOT_TEXT = "not-text"
    CYCLE = "cycle"
    SCORE_RANGE = "score-range"


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule: at which id, and what is wrong, as a sentence without a full stop."""

    id: str
    rule: Invariant
    what: str


def breaches(
    document: Document, relations: Sequence[Relation], thesis: str | None, thesis_score: float | None
) -> Iterator[Breach]:
    """Yield all that keeps these parts from being a map, ids first, cycles last."""
    units: dict[str, Unit] = {}
    for unit in document.units:
        if unit.id in units:
            yield Breach(unit.id, Invariant.DUPLICATE_ID, f"unit id {unit.id!r} stands twice")
        units[unit.id] = unit
    by_id: dict[str, Relation] = {}
    for relation in relations:
        if relation.id in by_id or relation.id in units:
            yield Breach(relation.id, Invariant.DUPLICATE_ID, f"relation id {relation.id!r} stands twice")
        by_id[relation.id] = relation
    sound = []
    for relation in relations:
        found = [*_of_relation(relation, units, by_id)]
        yield from found
        if not found:
            sound.append(relation)
    if thesis is not None:
        yield from _of_thesis(thesis, units)
    yield from _of_scores(document, relations, thesis_score)
    yield from _cycles(sound)


def _of_relation(relation: Relation, units: Mapping[str, Unit], by_id: Mapping[str, Relation]) -> Iterator[Breach]:
    name = relation.id
    if not relation.sources:
        yield Breach(name, Invariant.NO_SOURCE, f"relation {name!r} has no source")
    if len(set(relation.sources)) != len(relation.sources):
        yield Breach(name, Invariant.REPEATED_SOURCE, f"relation {name!r} names a source twice")
    if relation.target == name or relation.target in relation.sources:
        yield Breach(name, Invariant.SELF_LINK, f"relation {name!r} links {relation.target!r} to itself")
    for end in dict.fromkeys((*relation.sources, relation.target)):
        unit = units.get(end)
        if unit is None:
            if end != relation.target or end not in by_id:
                what = f"relation {name!r} points to {end!r}, which is not in the map"
                yield Breach(name, Invariant.DANGLING_ID, what)
        elif not unit.is_text:
            what = f"relation {name!r} touches {end!r}, which is {unit.kind.value}, not text"
            yield Breach(name, Invariant.NOT_TEXT, what)


def _of_thesis(thesis: str, units: Mapping[str, Unit]) -> Iterator[Breach]:
    unit = units.get(thesis)
    if unit is None:
        yield Breach(thesis, Invariant.DANGLING_ID, f"thesis {thesis!r} is not a unit of the map")
    elif not unit.is_text:
        yield Breach(thesis, Invariant.NOT_TEXT, f"thesis {thesis!r} is {unit.kind.value}, not text")


def _of_scores(document: Document, relations: Sequence[Relation], thesis_score: float | None) -> Iterator[Breach]:
    def off(score: float | None) -> bool:
        return score is not None and not 0 <= score <= 1  # NaN compares false

    def breach(name: str, whose: str, score: float | None) -> Breach:
        return Breach(name, Invariant.SCORE_RANGE, f"{whose} has score {score!r}, not a finite number from 0 to 1")

    for unit in document.units:
        for score in (*unit.scores.values(), unit.evidence_score):
            if off(score):
                yield breach(unit.id, f"unit {unit.id!r}", score)
    for relation in relations:
        if off(relation.score):
            yield breach(relation.id, f"relation {relation.id!r}", relation.score)
    if off(thesis_score):
        yield breach("thesis", "the thesis", thesis_score)


def _cycles(relations: Sequence[Relation]) -> Iterator[Breach]:
    """One cycle of each knot of relations that lead back into themselves."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for relation in relations:
        graph.add_edges_from((source, relation.id) for source in relation.sources)
        graph.add_edge(relation.id, relation.target)
    if nx.is_directed_acyclic_graph(graph):
        return
    for knot in nx.strongly_connected_components(graph):
        if len(knot) > 1:
            start = min(knot)
            steps = [str(edge[0]) for edge in nx.find_cycle(graph.subgraph(knot), start)]
            path = " -> ".join([*steps, steps[0]])
            yield Breach(steps[0], Invariant.CYCLE, f"the relations form a cycle: {path}")
