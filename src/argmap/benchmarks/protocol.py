"""The published protocol on arg-microtexts: for each split, learn on all other texts, decode its own, score them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from argmap.benchmarks.linker import TreeLinker
from argmap.benchmarks.microtexts import Microtext, Tree
from argmap.benchmarks.scoring import scores


@dataclass(frozen=True, slots=True)
class SplitResult:
    """What was predicted for the test texts of one split, by their ids, and its scores."""

    split: int
    trees: tuple[tuple[str, Tree], ...]
    scores: dict[str, float]


def run_splits(
    texts: Sequence[Microtext], folds: Sequence[Sequence[str]], *, jobs: int = 1, seed: int = 0
) -> Iterator[SplitResult]:
    """Yield the splits in their order; the same seed gives the same trees with any number of `jobs` (processes).

    Nothing is carried from one split to another, and nothing about its test texts is known while it learns.
    """
    work = (delayed(_one)(texts, number, fold, seed) for number, fold in enumerate(folds))
    yield from Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="all")(work)


def _one(texts: Sequence[Microtext], number: int, fold: Sequence[str], seed: int) -> SplitResult:
    held_out = frozenset(fold)
    test = {text.id: text for text in texts if text.id in held_out}
    with threadpool_limits(1):  # threads that share such small matrices cost far more than they give
        linker = TreeLinker(seed=seed).fit([text for text in texts if text.id not in held_out])
        trees = tuple(zip(fold, linker.predict([test[name].segments for name in fold]), strict=True))
    return SplitResult(number, trees, scores((test[name].tree, tree) for name, tree in trees))


def prediction_lines(results: Sequence[SplitResult]) -> bytes:
    """JSON Lines, an object a split and text: `split`, `text`, `heads` (from 1; 0 is the root) and `labels`."""
    lines = [
        json.dumps({"split": result.split, "text": name, "heads": list(tree.heads), "labels": list(tree.labels)})
        for result in results
        for name, tree in result.trees
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")
