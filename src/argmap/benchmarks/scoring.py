"""Scores of argument trees as the field reports them on arg-microtexts.

Four views of a tree, after Peldszus and Stede (2015): which segment is the central claim (cc), who speaks (ro), what
each segment does (fu: central claim, support, attack), and which segment hangs on which (at: one bit an ordered pair).
Each is a macro-F1 over the segments or pairs of all texts of a split. LAS is the share of segments with right head and
label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from argmap.benchmarks.microtexts import Tree

MEASURES = ("cc", "ro", "fu", "at", "LAS")
# Published systems measured by us with the same splits, conversion and scores.
PEER = ("evidencegraph, all 50 splits", (0.868, 0.755, 0.751, 0.717, 0.519))
PRECEDING = ("attach to the preceding", (0.712, 0.439, 0.407, 0.662, 0.300))

IntArray = npt.NDArray[np.int64]


def views(tree: Tree) -> dict[str, list[str]]:
    """The classes that cc, ro, fu and at compare, of one tree with simplified labels."""
    n = len(tree.heads)
    return {
        "cc": ["cc" if head == 0 else "other" for head in tree.heads],
        "ro": ["opp" if opposed else "pro" for opposed in tree.opposed],
        "fu": list(tree.labels),
        "at": [str(tree.heads[i] == j + 1) for i in range(n) for j in range(n) if i != j],
    }


def scores(pairs: Iterable[tuple[Tree, Tree]]) -> dict[str, float]:
    """cc, ro, fu, at and LAS of (gold, predicted) trees, whose labels are simplified first."""
    gold: dict[str, list[str]] = {}
    found: dict[str, list[str]] = {}
    right: list[bool] = []
    for wanted, got in ((a.simplified(), b.simplified()) for a, b in pairs):
        for into, tree in ((gold, wanted), (found, got)):
            for name, values in views(tree).items():
                into.setdefault(name, []).extend(values)
        rows = zip(wanted.heads, wanted.labels, got.heads, got.labels, strict=True)
        right += [head == head_got and label == label_got for head, label, head_got, label_got in rows]
    result = {name: float(f1_score(gold[name], found[name], average="macro", zero_division=0)) for name in MEASURES[:4]}
    return {**result, "LAS": float(np.mean(right))}


def summary(splits: Sequence[dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation over the splits of each measure."""
    return {
        name: (float(np.mean([s[name] for s in splits])), float(np.std([s[name] for s in splits]))) for name in MEASURES
    }
