"""Acceptability: which sentences and steps stand once all attacks have been weighed.

The reading. Sentences and links are arguments. A link holds if all its sources stand (linked premises are needed
together) and no attack on it, an undercut, holds. A sentence stands if no attack on it holds and, if grounds are given
for it, at least one of these support links holds; what has no grounds is taken as said. So an attack is as strong as
what supports it (the supported attack of Oren and Norman, Semantics for evidence-based argumentation, 2008), and an
objection that has been answered takes its own grounds with it; in the reading of Cayrol and Lagasquie-Schiex (2005)
these would go on attacking by themselves.

Written out as a framework of attacks alone (each need as an auxiliary attacker; Boella and others,
Meta-argumentation modelling, 2009) this is the grounded semantics of Dung (1995). Maps have no cycles, so his grounded
extension is the only complete one and stable (Theorem 30), nothing stays undecided, and one sweep from the grounds
upwards finds it.
"""

from __future__ import annotations

import heapq
from collections import ChainMap
from collections.abc import Mapping
from types import MappingProxyType

import networkx as nx

from argmap.analysis.claims import relations_into
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind


class Standing:
    """Who stands in a map; `stands` holds a verdict for the id of every text unit and of every relation."""

    def __init__(self, argument_map: ArgumentMap) -> None:
        self._map = argument_map
        self._attacks = relations_into(argument_map, RelationKind.ATTACK)
        self._supports = relations_into(argument_map, RelationKind.SUPPORT)
        self._order = {name: place for place, name in enumerate(nx.topological_sort(argument_map.incidence))}
        self._stands: dict[str, bool] = {}
        for name in self._order:
            self._stands[name] = self._judge(name, self._stands)
        self.stands: Mapping[str, bool] = MappingProxyType(self._stands)

    def _judge(self, name: str, stands: Mapping[str, bool]) -> bool:
        relation = self._map.by_relation_id.get(name)
        if relation is not None and not all(stands[source] for source in relation.sources):
            return False
        if any(stands[attack.id] for attack in self._attacks.get(name, ())):
            return False
        supports = self._supports.get(name)
        return supports is None or any(stands[support.id] for support in supports)

    def falling_with(self, unit_id: str) -> tuple[frozenset[str], int]:
        """The other units that stand now and would not if this one fell, and how many verdicts it took to know.

        Looks only at what the unit leads to, and no further than verdicts change.
        """
        if not self.stands[unit_id]:
            return frozenset(), 0
        changed: dict[str, bool] = {unit_id: False}
        view = ChainMap(changed, self._stands)
        incidence = self._map.incidence
        waiting = [(self._order[name], name) for name in incidence.succ[unit_id]]
        heapq.heapify(waiting)
        queued = {name for _, name in waiting}
        while waiting:
            _, name = heapq.heappop(waiting)
            verdict = self._judge(name, view)
            if verdict == self.stands[name]:
                continue
            changed[name] = verdict
            for after in incidence.succ[name]:
                if after not in queued:
                    queued.add(after)
                    heapq.heappush(waiting, (self._order[after], after))
        fallen = (name for name, verdict in changed.items() if not verdict and name in self._map.units)
        return frozenset(fallen) - {unit_id}, len(queued)
