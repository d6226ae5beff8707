"""One tree for a text: scorers of segments and pairs, learnt from training texts, and their joint decoding.

The central claim is also ranked among the segments of its text, as `linking` ranks the thesis of an op-ed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from argmap.benchmarks.decoding import TreeScores, decode_tree
from argmap.benchmarks.features import TextView, pair_indices
from argmap.benchmarks.microtexts import ROOT, Microtext, Tree
from argmap.benchmarks.scorers import ClassScorer, Rows, Words
from argmap.errors import InputError
from argmap.linking.networks import fit_ranker

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_LABELS = (ROOT, "sup", "att")
_RANKER_C = 0.01
_RANKER_SHARE = 1 / 3  # as much as each of the other two models that look for the central claim
_LEAST = 1e-4  # probability; nothing is impossible
# What is asked of each segment and of each ordered pair, with the number of answers.
_OF_SEGMENTS = {"central": 2, "opposed": 2, "label": len(_LABELS), "change": 2}
_OF_PAIRS = {"attached": 2, "relation": len(_LABELS)}


class TreeLinker:
    """Learns from texts with gold trees, and gives other texts a tree with the labels root, sup and att.

    Asked of a segment: is it the central claim, does it speak for the opponent, what does it do, does it change sides.
    Asked of a pair: does one hang on the other, and by which label. The answers weigh the same; the two about pairs,
    which say nearly the same, half each.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed

    def fit(self, texts: Sequence[Microtext]) -> Self:
        """Learn words, scaling and scorers from these texts alone; `InputError` if none has two segments."""
        if max(map(len, texts), default=0) < 2:
            raise InputError("no text of two segments or more is left to learn from", advice="use larger splits")
        views = [TextView.of(text.segments) for text in texts]
        self._segments = _Questions(_OF_SEGMENTS, seed=self._seed, networks=False)
        self._segments.fit(*_segment_rows(views), _segment_answers([text.tree for text in texts]))
        ranked = [(view, text.tree.heads.index(0)) for view, text in zip(views, texts, strict=True) if len(view) > 1]
        groups = [(view.segments.astype(np.float64), root) for view, root in ranked]
        self._ranker = fit_ranker(groups, C=_RANKER_C)
        self._pairs = _Questions(_OF_PAIRS, seed=self._seed, networks=True)
        self._pairs.fit(*_pair_rows(views), _pair_answers([text.tree for text in texts]))
        return self

    def predict(self, texts: Sequence[Sequence[str]]) -> tuple[Tree, ...]:
        """The tree of each text, a text being its segments."""
        return tuple(decode_tree(scores) for scores in self.scores(texts))

    def scores(self, texts: Sequence[Sequence[str]]) -> Iterator[TreeScores]:
        """What is decoded of each text: log-probabilities and log-odds."""
        views = [TextView.of(segments) for segments in texts]
        of_segments = self._segments.answer(*_segment_rows(views))
        of_pairs = self._pairs.answer(*_pair_rows(views))
        segments = pairs = 0
        for view in views:
            n = len(view)
            one = {name: p[segments : segments + n] for name, p in of_segments.items()}
            two = {name: p[pairs : pairs + n * (n - 1)] for name, p in of_pairs.items()}
            segments, pairs = segments + n, pairs + n * (n - 1)
            first = softmax(self._ranker.decision(view.segments.astype(np.float64)))
            ranks = np.stack([1 - first, first], axis=1)
            one["central"] = (1 - _RANKER_SHARE) * one["central"] + _RANKER_SHARE * ranks
            yield _tree_scores(one, two)


def _tree_scores(of_segments: dict[str, FloatArray], of_pairs: dict[str, FloatArray]) -> TreeScores:
    """The answers about the segments and pairs of one text, weighed against each other."""
    one = {name: _log(p) for name, p in of_segments.items()}
    two = {name: _log(p) for name, p in of_pairs.items()}
    n = len(one["central"])
    i, j = pair_indices(n)
    support, attack = np.zeros((n, n)), np.zeros((n, n))
    support[i, j] = (two["attached"][:, 1] + two["relation"][:, 1]) / 2
    attack[i, j] = (two["attached"][:, 1] + two["relation"][:, 2]) / 2
    root, by_support, by_attack = one["label"].T
    return TreeScores(
        root=_odds(one["central"]) + root,
        opposed=_odds(one["opposed"]),
        change=_odds(one["change"]),
        support=support + by_support[:, None],
        attack=attack + by_attack[:, None],
    )


class _Questions:
    """Several scorers of the same rows."""

    def __init__(self, classes: dict[str, int], *, seed: int, networks: bool) -> None:
        self._scorers = {name: ClassScorer(n, seed=seed, networks=networks) for name, n in classes.items()}

    def fit(self, words: Words, dense: npt.NDArray[np.float32], answers: dict[str, IntArray]) -> None:
        self._rows = Rows(words, dense)
        linear, trees = self._rows.matrices(words, dense)
        for name, scorer in self._scorers.items():
            scorer.fit(linear, trees, dense, answers[name])

    def answer(self, words: Words, dense: npt.NDArray[np.float32]) -> dict[str, FloatArray]:
        if not words:  # texts of one segment have no pairs
            return {name: np.zeros((0, scorer.classes)) for name, scorer in self._scorers.items()}
        linear, trees = self._rows.matrices(words, dense)
        return {name: scorer.probabilities(linear, trees, dense) for name, scorer in self._scorers.items()}


def _segment_rows(views: Sequence[TextView]) -> tuple[Words, npt.NDArray[np.float32]]:
    words = [frozenset(view.words(i)) for view in views for i in range(len(view))]
    return words, np.vstack([view.segments for view in views])


def _pair_rows(views: Sequence[TextView]) -> tuple[Words, npt.NDArray[np.float32]]:
    words = [
        frozenset(view.pair_words(int(i), int(j)))
        for view in views
        for i, j in zip(*pair_indices(len(view)), strict=True)
    ]
    return words, np.vstack([view.pairs for view in views])


def _segment_answers(trees: Sequence[Tree]) -> dict[str, IntArray]:
    central = [head == 0 for tree in trees for head in tree.heads]
    opposed = [side for tree in trees for side in tree.opposed]
    label = [_LABELS.index(label) for tree in trees for label in tree.simplified().labels]
    change = [i > 0 and side != tree.opposed[i - 1] for tree in trees for i, side in enumerate(tree.opposed)]
    answers = {"central": central, "opposed": opposed, "label": label, "change": change}
    return {name: np.array(values, np.int64) for name, values in answers.items()}


def _pair_answers(trees: Sequence[Tree]) -> dict[str, IntArray]:
    """Of each ordered pair whether the first hangs on the second, and by which label (0: it does not)."""
    relation = []
    for tree in trees:
        labels = tree.simplified().labels
        for i, j in zip(*pair_indices(len(labels)), strict=True):
            relation.append(_LABELS.index(labels[i]) if tree.heads[i] == j + 1 else 0)
    found = np.array(relation, np.int64)
    return {"attached": (found > 0).astype(np.int64), "relation": found}


def _log(probabilities: FloatArray) -> FloatArray:
    logs: FloatArray = np.log(np.maximum(probabilities, _LEAST))
    return logs


def _odds(logs: FloatArray) -> FloatArray:
    odds: FloatArray = logs[:, 1] - logs[:, 0]
    return odds
