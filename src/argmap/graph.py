"""`ArgumentMap`: units and relations under invariants, with a networkx view; it holds a graph, it is not one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import networkx as nx

from argmap.document import Document, Relation, Unit
from argmap.errors import MapError
from argmap.invariants import breaches
from argmap.labels import RelationKind


@dataclass(frozen=True)
class ArgumentMap:
    """A document, the relations between its units, and its thesis (a unit's id, or None) with its probability.

    A relation may have several sources (linked premises: grounds only together), and another relation as target.
    Raises `MapError`, naming the id and the rule, if: an id stands twice; a relation has no source, the same source
    twice, or itself as an end; an id is unknown; an end is a unit that is not text; the relations form a cycle; the
    thesis is not a text unit; a score is no number from 0 to 1.
    """

    document: Document
    relations: tuple[Relation, ...] = ()
    thesis: str | None = None
    models: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    thesis_score: float | None = None

    def __post_init__(self) -> None:
        for breach in breaches(self.document, self.relations, self.thesis, self.thesis_score):
            raise MapError(f"{breach.what} (rule {breach.rule})", id=breach.id, rule=breach.rule)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """All units by id, in text order."""
        return MappingProxyType({unit.id: unit for unit in self.document.units})

    def text_of(self, unit_id: str) -> str:
        return self.document.text_of(self.units[unit_id])

    @cached_property
    def by_relation_id(self) -> Mapping[str, Relation]:
        """All relations by id."""
        return MappingProxyType({relation.id: relation for relation in self.relations})

    def is_undercut(self, relation: Relation) -> bool:
        """Whether an attack hits a relation, the step from grounds to claim; one that hits a unit is a rebuttal."""
        return relation.kind is RelationKind.ATTACK and relation.target in self.by_relation_id

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        """A frozen networkx view: edges from sources to targets, keyed by relation id, with `kind`, `score`, `origin`.

        A relation as target is stood for by the first of its sources that is not at work on both sides, else by what
        it leads to; so no unit has a loop. What that loses stands in `incidence`.
        """
        view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        view.add_nodes_from(unit.id for unit in self.document.text_units())
        for relation in self.relations:
            facts = {"kind": relation.kind, "score": relation.score, "origin": relation.origin}
            for source in relation.sources:
                target = self._unit_for(relation.target, source)
                view.add_edge(source, target, key=relation.id, relation=relation.id, **facts)
        frozen: nx.MultiDiGraph[str] = nx.freeze(view)
        return frozen

    def _unit_for(self, target: str, source: str) -> str:
        """The unit that stands for a target, never `source` itself: along targets there is no way back to it."""
        while target in self.by_relation_id:
            struck = self.by_relation_id[target]
            target = next((name for name in struck.sources if name != source), struck.target)
        return target

    @cached_property
    def incidence(self) -> nx.DiGraph[str]:
        """A frozen networkx view without loss or cycle: text units and relations are nodes, joined source to relation
        and relation to target. A relation's node carries `kind`, `score` and `origin`, a unit's none of them.
        """
        view: nx.DiGraph[str] = nx.DiGraph()
        view.add_nodes_from(unit.id for unit in self.document.text_units())
        for relation in self.relations:
            view.add_node(relation.id, kind=relation.kind, score=relation.score, origin=relation.origin)
        for relation in self.relations:
            view.add_edges_from((source, relation.id) for source in relation.sources)
            view.add_edge(relation.id, relation.target)
        frozen: nx.DiGraph[str] = nx.freeze(view)
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
