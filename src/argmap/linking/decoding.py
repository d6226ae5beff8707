"""From scored pairs to a forest: each unit serves at most one claim, and nothing serves itself by a detour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

_TARGETS_A_SOURCE = 3
_EXACT_EDGES = 900  # above this Edmonds' algorithm takes seconds in pure Python


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A candidate link from unit number `source` to `target`, with its probability."""

    source: int
    target: int
    score: float


def decode(pairs: Iterable[ScoredPair], *, threshold: float, root: int | None = None) -> tuple[ScoredPair, ...]:
    """Return the forest of links with the largest sum of (score - threshold), in order of their sources.

    Links below `threshold` are never taken, and none leaves `root` (the thesis). Maximum branching by Edmonds (Optimum
    Branchings, 1967) on reversed edges, over each unit's best few targets; very large articles are decoded greedily.
    """
    best: dict[int, list[ScoredPair]] = {}
    for pair in pairs:
        if pair.score >= threshold and pair.source != root and pair.source != pair.target:
            best.setdefault(pair.source, []).append(pair)
    kept = {
        (pair.source, pair.target): pair
        for own in best.values()
        for pair in sorted(own, key=lambda p: (-p.score, abs(p.target - p.source), p.target))[:_TARGETS_A_SOURCE]
    }
    chosen = _branching(kept, threshold) if len(kept) <= _EXACT_EDGES else _greedy(kept)
    return tuple(sorted(chosen, key=lambda pair: (pair.source, pair.target)))


def _branching(pairs: dict[tuple[int, int], ScoredPair], threshold: float) -> list[ScoredPair]:
    graph: nx.DiGraph[int] = nx.DiGraph()
    for (source, target), pair in pairs.items():
        graph.add_edge(target, source, weight=pair.score - threshold + 1e-6)
    if not graph:
        return []
    forest = nx.maximum_branching(graph, attr="weight")
    return [pairs[source, target] for target, source in forest.edges]


def _greedy(pairs: dict[tuple[int, int], ScoredPair]) -> list[ScoredPair]:
    above: dict[int, int] = {}
    chosen = []
    for pair in sorted(pairs.values(), key=lambda p: (-p.score, p.source, p.target)):
        if pair.source in above:
            continue
        node: int | None = pair.target
        while node is not None and node != pair.source:
            node = above.get(node)
        if node is None:
            above[pair.source] = pair.target
            chosen.append(pair)
    return chosen
