"""From scores to one tree: heads, labels and roles decided together.

Who speaks in each segment (the author or the opponent) fixes the label of every edge, support within a side and attack
across, so that each assignment of roles leaves one maximum arborescence (Edmonds, Optimum Branchings, 1967). The roles
of a segment or of several in a row are flipped while that helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np
import numpy.typing as npt

from argmap.benchmarks.microtexts import ROOT, Tree

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
_NEVER = -1e4  # far below any sum of scores, so that exactly one segment hangs on the root
_GAIN = 1e-9


@dataclass(frozen=True)
class TreeScores:
    """Of n segments, larger is better: `root` (n,) of being the central claim; `opposed` (n,) of speaking for the
    opponent rather than the author; `change` (n,) of speaking for another side than the segment before (the first of
    them counts for nothing); `support` and `attack` (n, n) of hanging on another by that label.
    """

    root: FloatArray
    opposed: FloatArray
    change: FloatArray
    support: FloatArray
    attack: FloatArray


def decode_tree(scores: TreeScores) -> Tree:
    """The tree with the best sum of scores that flips of roles lead to, its labels root, sup and att.

    The author speaks in the central claim.
    """
    n = len(scores.root)
    opposed = scores.opposed > 0
    heads, best = _best_tree(scores, opposed)
    improved = True
    while improved:
        improved = False
        for first, last in combinations(range(n + 1), 2):
            trial = opposed.copy()
            trial[first:last] ^= True
            found, value = _best_tree(scores, trial)
            if value > best + _GAIN:
                heads, best, opposed, improved = found, value, trial, True
    labels = tuple(
        ROOT if head == 0 else "att" if opposed[i] != opposed[head - 1] else "sup" for i, head in enumerate(heads)
    )
    return Tree(heads, labels)


def _best_tree(scores: TreeScores, opposed: BoolArray) -> tuple[tuple[int, ...], float]:
    """Heads and value of the best tree under these roles."""
    n = len(opposed)
    edges = np.where(opposed[:, None] != opposed[None, :], scores.attack, scores.support)
    weights = np.empty((n, n + 1))  # rows are segments, column 0 is the root
    weights[:, 0] = np.where(opposed, 2 * _NEVER, scores.root + _NEVER)
    weights[:, 1:] = edges
    np.fill_diagonal(weights[:, 1:], -np.inf)
    heads = _arborescence(weights)
    changed = scores.change[1:][opposed[1:] != opposed[:-1]]
    value = float(weights[np.arange(n), heads].sum() + scores.opposed[opposed].sum() + changed.sum())
    return tuple(int(head) for head in heads), value


def _arborescence(weights: FloatArray) -> IntArray:
    """The head of each segment in the maximum arborescence from node 0; the best heads, where they make a tree."""
    greedy = _greedy(weights)
    if greedy is not None:
        return greedy
    graph: nx.DiGraph[int] = nx.DiGraph()
    for i, row in enumerate(weights, start=1):
        graph.add_weighted_edges_from((j, i, float(weight)) for j, weight in enumerate(row) if j != i)
    tree = nx.maximum_spanning_arborescence(graph)
    heads = np.zeros(len(weights), np.int64)
    for head, segment in tree.edges:
        heads[segment - 1] = head
    return heads


def _greedy(weights: FloatArray) -> IntArray | None:
    """The best head of each with the likeliest root forced, if that makes a tree and none other can be better."""
    n = len(weights)
    inner = weights[:, 1:].max(axis=1)
    heads: IntArray = weights[:, 1:].argmax(axis=1) + 1
    heads[int((weights[:, 0] - inner).argmax())] = 0
    for start in range(n):
        node = start + 1
        for _ in range(n):
            node = int(heads[node - 1]) if node else 0
        if node:
            return None
    return heads
