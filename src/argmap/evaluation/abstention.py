"""How good a model is where it may pass: figures on the share of the sentences that it is surest of.

Which sentences to give up is a question of the figure that is to rise. Passing on the sentences whose labels are least
probably right raises the accuracy, but it takes away the rare stances first, whose scores are seldom near 1, and so
macro-F1 falls. So a sentence's confidence here is what its labels are expected to cost in macro-F1, negated, by the
model's own calibrated scores alone. F1 is N / D with N = 2 true positives and D = predicted + gold. A sentence with
score p brings 2p to N and 1 + p to D if it is given the stance, and p to D if not. Taking it away changes F1 = F by
(F (1 + p) - 2p) / D and F p / D, to first order; the sum over the three stances is the expected cost. (The same view
gives F / 2 as the best threshold: Lipton, Elkan and Naryanaswamy, ECML PKDD 2014.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argmap.evaluation.matching import Pair
from argmap.evaluation.metrics import f1_of_counts, label_counts, stance_matrix
from argmap.labels import STANCES

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
RISKS = (0.1, 0.2, 0.3)
"""Shares of wrong sentences, for the coverage that can be had at each."""


@dataclass(frozen=True)
class Answers:
    """One article's n sentences: gold and given stances (boolean, (n, 3)), and scores (n, 3), NaN where none is.

    A sentence has no score where the model's text was cut otherwise, and no sentence of its stands for the gold one.
    """

    gold: BoolArray
    given: BoolArray
    scores: FloatArray


def answers_of(pairs: Sequence[Pair]) -> Answers:
    """The sentences of one article from its pairs of gold and predicted units."""
    rows = [tuple(u if u is not None and u.is_text else None for u in pair) for pair in pairs]
    rows = [row for row in rows if row != (None, None)]
    gold, given = (
        [unit.stances if unit else () for unit in side] for side in ([r[0] for r in rows], [r[1] for r in rows])
    )
    missing = [np.nan] * len(STANCES)
    scores = [[unit.scores[s] for s in STANCES] if unit is not None and unit.scores else missing for _, unit in rows]
    return Answers(stance_matrix(gold), stance_matrix(given), np.array(scores, dtype=float).reshape(-1, len(STANCES)))


def confidences(*, given: BoolArray, scores: FloatArray) -> FloatArray:
    """The confidence of n sentences, shape (n,): minus the expected cost of their labels in macro-F1, 0 at best.

    It depends on all sentences given, by how frequent each stance is among them and how well it is expected to be
    found. A sentence without scores, on which the model did not pass and said nothing, is kept always (infinity).
    """
    scored = np.isfinite(scores[:, :1])  # a sentence has all three or none
    p = np.where(scored, scores, 0.0)
    found = (p * given).sum(axis=0)
    size = np.maximum((given & scored).sum(axis=0) + p.sum(axis=0), 1e-12)
    f1 = 2 * found / size
    cost = np.where(given, f1 * (1 + p) - 2 * p, f1 * p) / size
    return np.where(scored[:, 0], -cost.sum(axis=-1), np.inf)


def kept_counts(articles: Sequence[Answers]) -> list[Mapping[str, FloatArray]]:
    """For each article, counts among the sentences that are kept at each of `COVERAGES` of all articles' sentences.

    `kept`: shape (coverages, 3 stances, 3) of true positives, false positives, false negatives; `kept_sentences`:
    (coverages, 2) of sentences and of those whose stances are all right. The cuts are made once, over all sentences;
    of equally confident ones at the cut all are kept.
    """
    sure = confidences(
        given=np.concatenate([a.given for a in articles]), scores=np.concatenate([a.scores for a in articles])
    )
    ordered = np.sort(sure)[::-1]
    cuts = [ordered[max(round(share * len(ordered)), 1) - 1] if len(ordered) else 0.0 for share in COVERAGES]
    bounds = np.cumsum([len(article.gold) for article in articles])[:-1]
    return [_kept(article, own, cuts) for article, own in zip(articles, np.split(sure, bounds), strict=True)]


def _kept(article: Answers, sure: FloatArray, cuts: Sequence[float]) -> Mapping[str, FloatArray]:
    right = (article.gold == article.given).all(axis=-1)
    masks = [sure >= cut for cut in cuts]
    counts = [label_counts(gold=article.gold[mask], predicted=article.given[mask]) for mask in masks]
    sentences = [[mask.sum(), right[mask].sum()] for mask in masks]
    return {"kept": np.array(counts, dtype=np.float64), "kept_sentences": np.array(sentences, dtype=np.float64)}


def abstention_figures(sums: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """macro-F1 and the share of wholly right sentences at each coverage, and the reverse: the coverage at each risk.

    `sums` have a leading axis, as have the figures.
    """
    found: dict[str, FloatArray] = {}
    for number, share in enumerate(COVERAGES):
        kept, right = sums["kept_sentences"][:, number, 0], sums["kept_sentences"][:, number, 1]
        accuracy = np.where(kept > 0, right / np.maximum(kept, 1.0), 0.0)
        found[f"stance.all_right{suffix(share)}"] = accuracy
        if share < 1:  # at 1 it is stance.macro_f1
            found[f"stance.macro_f1{suffix(share)}"] = f1_of_counts(sums["kept"][:, number]).mean(axis=-1)
    return found | _coverages_at_risks(sums["kept_sentences"])


def _coverages_at_risks(kept: FloatArray) -> dict[str, FloatArray]:
    """The largest of the coverages at which no more sentences than the risk allows are wrong; 0 if none is so good."""
    shares = kept[..., 0] / np.maximum(kept[:, :1, 0], 1.0)
    wrong = 1 - kept[..., 1] / np.maximum(kept[..., 0], 1.0)
    return {
        f"stance.coverage_at_{round(100 * risk)}_risk": np.where(wrong <= risk + 1e-9, shares, 0.0).max(axis=-1)
        for risk in RISKS
    }


def suffix(share: float) -> str:
    """How the name of a figure at a coverage ends: `_at_80_coverage`, nothing at full coverage."""
    return "" if share == 1 else f"_at_{round(100 * share)}_coverage"
