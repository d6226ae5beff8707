"""How well predictions match gold labels. Gold and predicted are keyword-only, so that nobody can swap them unseen.

A ratio with nothing below the line is 0, never NaN. macro-F1 is the unweighted mean over a fixed list of labels.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argmap.errors import UsageError
from argmap.labels import EVIDENCE_TYPES, STANCES, EvidenceType, RelationKind, Stance

BoolArray = NDArray[np.bool_]
CountArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
LinkTriple = tuple[str, str, RelationKind]
"""Source unit, target unit, kind."""
Label = TypeVar("Label", Stance, EvidenceType)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """Precision, recall and F1 (0 where undefined), and `support`, the number of gold units with the label."""

    precision: float
    recall: float
    f1: float
    support: int


def stance_matrix(stances: Sequence[Collection[Stance]]) -> BoolArray:
    """Boolean array (units, 3), a column a stance in the order of `STANCES`."""
    return np.array([[stance in unit for stance in STANCES] for unit in stances], dtype=bool).reshape(-1, len(STANCES))


def evidence_matrix(evidence: Sequence[EvidenceType | None]) -> BoolArray:
    """Boolean array (units, 4), a column a type in the order of `EVIDENCE_TYPES`; no evidence is a row of False."""
    rows = [[kind is found for kind in EVIDENCE_TYPES] for found in evidence]
    return np.array(rows, dtype=bool).reshape(-1, len(EVIDENCE_TYPES))


def label_counts(*, gold: ArrayLike, predicted: ArrayLike) -> CountArray:
    """Array (labels, 3) of true positives, false positives and false negatives; sums over articles are the corpus's."""
    gold_array, predicted_array = _same_shape(gold, predicted)
    both = (gold_array & predicted_array).sum(axis=0)
    return np.stack([both, predicted_array.sum(axis=0) - both, gold_array.sum(axis=0) - both], axis=-1).astype(np.int64)


def f1_of_counts(counts: CountArray | FloatArray) -> FloatArray:
    """F1 of counts (…, 3) of true positives, false positives, false negatives: an array of shape (…)."""
    true_positives = counts[..., 0]
    return _ratio(2 * true_positives, 2 * true_positives + counts[..., 1] + counts[..., 2])


def score_of_counts(counts: CountArray) -> LabelScore:
    """Precision, recall and F1 of one label's three counts."""
    true_positives, false_positives, false_negatives = (int(count) for count in counts)
    support = true_positives + false_negatives
    found = true_positives + false_positives
    return LabelScore(
        precision=true_positives / found if found else 0.0,
        recall=true_positives / support if support else 0.0,
        f1=float(f1_of_counts(counts)),
        support=support,
    )


def stance_scores(*, gold: ArrayLike, predicted: ArrayLike) -> dict[Stance, LabelScore]:
    """Score of each stance on boolean arrays (units, 3); raises `UsageError` if the shapes differ."""
    return _scores(STANCES, gold, predicted)


def stance_macro_f1(*, gold: ArrayLike, predicted: ArrayLike) -> float:
    """Unweighted mean of the F1 of the three stances, on boolean arrays (units, 3)."""
    return _macro_f1(stance_scores(gold=gold, predicted=predicted))


def evidence_scores(
    *, gold: Sequence[EvidenceType | None], predicted: Sequence[EvidenceType | None]
) -> dict[EvidenceType, LabelScore]:
    """Score of each evidence type, a value a unit; None (no evidence) is not a label that is scored."""
    return _scores(EVIDENCE_TYPES, evidence_matrix(gold), evidence_matrix(predicted))


def evidence_macro_f1(*, gold: Sequence[EvidenceType | None], predicted: Sequence[EvidenceType | None]) -> float:
    """Unweighted mean of the F1 of the four evidence types."""
    return _macro_f1(evidence_scores(gold=gold, predicted=predicted))


def link_counts(
    *, gold: Collection[LinkTriple], predicted: Collection[LinkTriple], with_kind: bool = True
) -> CountArray:
    """True positives, false positives, false negatives of one article's links; without kind, only the pair counts."""
    wanted: set[tuple[str, ...]] = {link if with_kind else link[:2] for link in gold}
    found: set[tuple[str, ...]] = {link if with_kind else link[:2] for link in predicted}
    return np.array([len(wanted & found), len(found - wanted), len(wanted - found)], dtype=np.int64)


def link_score(
    *,
    gold: Sequence[Collection[LinkTriple]],
    predicted: Sequence[Collection[LinkTriple]],
    with_kind: bool = True,
) -> LabelScore:
    """Score of links pooled over articles (an entry an article); raises `UsageError` if their numbers differ."""
    if len(gold) != len(predicted):
        raise UsageError(
            f"gold links of {len(gold)} articles, predicted of {len(predicted)}", expected="the same articles"
        )
    counts = [link_counts(gold=g, predicted=p, with_kind=with_kind) for g, p in zip(gold, predicted, strict=True)]
    return score_of_counts(np.sum(counts, axis=0, dtype=np.int64) if counts else np.zeros(3, dtype=np.int64))


def calibration_errors(*, gold: ArrayLike, scores: ArrayLike, bins: int = 10) -> dict[Stance, float]:
    """Expected calibration error of each stance on arrays (units, 3): 0 is perfect; 0 also where there is no unit.

    Naeini, Cooper and Hauskrecht (AAAI 2015): mean |share of gold - mean score| over bins of equal width, weighted by
    the number of units in each. Raises `UsageError` for a score outside 0-1 or NaN.
    """
    labels = np.asarray(gold, dtype=bool)
    values = np.asarray(scores, dtype=np.float64)
    if labels.shape != values.shape:
        raise UsageError(f"gold of shape {labels.shape}, scores of {values.shape}", expected="the same shape")
    if not bool(np.all((values >= 0) & (values <= 1))):  # also false for NaN
        raise UsageError("a score that is not a probability", expected="numbers from 0 to 1")
    return {stance: _calibration_error(labels[:, i], values[:, i], bins) for i, stance in enumerate(STANCES)}


def _calibration_error(gold: BoolArray, scores: FloatArray, bins: int) -> float:
    if not len(gold):
        return 0.0
    index = np.minimum((scores * bins).astype(np.int64), bins - 1)
    surplus = np.bincount(index, weights=scores - gold, minlength=bins)
    return float(np.abs(surplus).sum() / len(gold))


def primary_confusion(*, gold: Sequence[Stance | None], predicted: Sequence[Stance | None]) -> CountArray:
    """Array (4, 4) of units by gold (rows) and predicted (columns) primary stance: `STANCES` in order, then none."""
    if len(gold) != len(predicted):
        raise UsageError(f"{len(gold)} gold labels, {len(predicted)} predicted", expected="the same units")
    return contingency(gold, predicted, (*STANCES, None))


def contingency(rows: Sequence[object], columns: Sequence[object], labels: Sequence[object]) -> CountArray:
    """Array (labels, labels) that counts the pairs of two sequences of the same length."""
    index = {label: i for i, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for row, column in zip(rows, columns, strict=True):
        table[index[row], index[column]] += 1
    return table


def _scores(labels: Sequence[Label], gold: ArrayLike, predicted: ArrayLike) -> dict[Label, LabelScore]:
    counts = label_counts(gold=gold, predicted=predicted)
    if len(counts) != len(labels):
        raise UsageError(f"{len(counts)} columns", expected=f"{len(labels)}, one a label")
    return {label: score_of_counts(counts[i]) for i, label in enumerate(labels)}


def _macro_f1(scores: Mapping[Label, LabelScore]) -> float:
    return float(np.mean([score.f1 for score in scores.values()]))


def _same_shape(gold: ArrayLike, predicted: ArrayLike) -> tuple[BoolArray, BoolArray]:
    gold_array, predicted_array = np.asarray(gold, dtype=bool), np.asarray(predicted, dtype=bool)
    if gold_array.ndim != 2 or gold_array.shape != predicted_array.shape:
        what = f"gold of shape {gold_array.shape}, predicted of {predicted_array.shape}"
        raise UsageError(what, expected="the same shape (units, labels)")
    return gold_array, predicted_array


def _ratio(numerator: FloatArray | CountArray, denominator: FloatArray | CountArray) -> FloatArray:
    positive = np.asarray(denominator) > 0
    return np.where(positive, numerator / np.where(positive, denominator, 1), 0.0)
