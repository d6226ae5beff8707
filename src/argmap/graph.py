"""`ArgumentMap`: units and relations under invariants, with a networkx view; it holds a graph, it is not one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import networkx as nx

from argmap.document import Document, Relation, Unit
from argmap.errors import MapError
from argmap.labels import RelationKind


@dataclass(frozen=True)
class ArgumentMap:
    """A document, the relations between its units, and its thesis (a unit's id, or None) with its probability.

    Raises `MapError`, naming the id and the rule, if: an id stands twice; a relation has no source, the same source
    twice, or itself as an end; an id is unknown; an end is a unit that is not text; the relations form a cycle; the
    thesis is not a text unit.
    """

    document: Document
    relations: tuple[Relation, ...] = ()
    thesis: str | None = None
    models: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    thesis_score: float | None = None

    def __post_init__(self) -> None:
        units = self._units_by_id()
        relations = self._relations_by_id(units)
        for relation in self.relations:
            self._check_ends(relation, units, relations)
        self._check_acyclic()
        if self.thesis is not None:
            thesis = units.get(self.thesis)
            if thesis is None:
                raise MapError(f"thesis {self.thesis!r} is not a unit of the map")
            if not thesis.is_text:
                raise MapError(f"thesis {self.thesis!r} is {thesis.kind.value}, not text")

    def _units_by_id(self) -> dict[str, Unit]:
        units: dict[str, Unit] = {}
        for unit in self.document.units:
            if unit.id in units:
                raise MapError(f"unit id {unit.id!r} stands twice")
            units[unit.id] = unit
        return units

    def _relations_by_id(self, units: Mapping[str, Unit]) -> dict[str, Relation]:
        relations: dict[str, Relation] = {}
        for relation in self.relations:
            if relation.id in relations or relation.id in units:
                raise MapError(f"relation id {relation.id!r} stands twice")
            relations[relation.id] = relation
        return relations

    @staticmethod
    def _check_ends(relation: Relation, units: Mapping[str, Unit], relations: Mapping[str, Relation]) -> None:
        if not relation.sources:
            raise MapError(f"relation {relation.id!r} has no source")
        if len(set(relation.sources)) != len(relation.sources):
            raise MapError(f"relation {relation.id!r} names a source twice")
        if relation.target == relation.id or relation.target in relation.sources:
            raise MapError(f"relation {relation.id!r} links {relation.target!r} to itself")
        for end in (*relation.sources, relation.target):
            unit = units.get(end)
            if unit is None:
                if end == relation.target and end in relations:
                    continue
                raise MapError(f"relation {relation.id!r} points to {end!r}, which is not in the map")
            if not unit.is_text:
                raise MapError(f"relation {relation.id!r} touches {end!r}, which is {unit.kind.value}, not text")

    def _check_acyclic(self) -> None:
        graph: nx.DiGraph[str] = nx.DiGraph()
        for relation in self.relations:
            graph.add_edges_from((source, relation.id) for source in relation.sources)
            graph.add_edge(relation.id, relation.target)
        if nx.is_directed_acyclic_graph(graph):  # linear, where find_cycle is quadratic on long chains
            return
        cycle = nx.find_cycle(graph)
        path = " -> ".join([str(edge[0]) for edge in cycle] + [str(cycle[0][0])])
        raise MapError(f"the relations form a cycle: {path}")

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """All units by id, in text order."""
        return MappingProxyType({unit.id: unit for unit in self.document.units})

    def text_of(self, unit_id: str) -> str:
        return self.document.text_of(self.units[unit_id])

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        """A frozen networkx view: edges from sources to targets, keyed by relation id, with `kind` and `score`.

        An undercut (a relation as target) is drawn to the first source of the relation that it undercuts.
        """
        by_id = {relation.id: relation for relation in self.relations}
        view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        view.add_nodes_from(unit.id for unit in self.document.text_units())
        for relation in self.relations:
            target = relation.target
            while target in by_id:
                target = by_id[target].sources[0]
            for source in relation.sources:
                view.add_edge(
                    source, target, key=relation.id, relation=relation.id, kind=relation.kind, score=relation.score
                )
        frozen: nx.MultiDiGraph[str] = nx.freeze(view)
        return frozen

    def participants(self) -> Iterator[Unit]:
        """The units that take part in the argument, in text order: the ends of relations, and the thesis."""
        touched = {end for relation in self.relations for end in (*relation.sources, relation.target)}
        if self.thesis is not None:
            touched.add(self.thesis)
        return (unit for unit in self.document.units if unit.id in touched)

    def incoming(self, unit_id: str, kind: RelationKind | None = None) -> tuple[Relation, ...]:
        """Relations into a unit, of one kind or of both."""
        return tuple(r for r in self.relations if r.target == unit_id and (kind is None or r.kind is kind))
