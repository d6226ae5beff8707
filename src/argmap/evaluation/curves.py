"""Precision and recall of each stance at every threshold that could be set, not only at the one that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argmap.evaluation.evaluate import Evaluation
from argmap.labels import STANCES, Stance

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
STEPS = 100
"""The thresholds are 0, 1/100, … 1, so that a report stays as small however many sentences it rests on."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One stance at each of `thresholds`: a sentence is given it where its score is at least that.

    `precision` is None where no score reaches the threshold. `given` is the precision and recall of the labels as the
    model gave them, `threshold` the one it used, None where it names none. `average_precision` is the mean of the
    precision over the steps of recall, at every score that occurs.
    """

    thresholds: tuple[float, ...]
    precision: tuple[float | None, ...]
    recall: tuple[float, ...]
    average_precision: float
    given: tuple[float, float]
    threshold: float | None
    share: float


def curves(evaluation: Evaluation) -> dict[Stance, Curve]:
    """The curve of each stance that has a gold label; of none, where the evaluation holds no scores.

    Sentences without a score, since the model cut the text otherwise, are found at no threshold.
    """
    if not evaluation.answers:
        return {}
    gold = np.concatenate([answers.gold for answers in evaluation.answers])
    scores = np.concatenate([answers.scores for answers in evaluation.answers])
    if not np.isfinite(scores).any():
        return {}
    found = {}
    for row, stance in enumerate(STANCES):
        if gold[:, row].any():
            figures = evaluation.figures
            found[stance] = _curve(
                gold[:, row],
                np.nan_to_num(scores[:, row], nan=-1.0),
                given=(
                    figures[f"stance.{stance.value}.precision"].value,
                    figures[f"stance.{stance.value}.recall"].value,
                ),
                threshold=None if evaluation.thresholds is None else evaluation.thresholds[row],
            )
    return found


def _curve(gold: BoolArray, scores: FloatArray, *, given: tuple[float, float], threshold: float | None) -> Curve:
    thresholds = np.arange(STEPS + 1) / STEPS
    reached = scores[:, None] >= thresholds
    number = reached.sum(axis=0)
    right = (reached & gold[:, None]).sum(axis=0)
    precision = [float(r / n) if n else None for r, n in zip(right.tolist(), number.tolist(), strict=True)]
    return Curve(
        thresholds=tuple(thresholds.tolist()),
        precision=tuple(precision),
        recall=tuple((right / gold.sum()).tolist()),
        average_precision=average_precision(gold, scores),
        given=given,
        threshold=threshold,
        share=float(gold.mean()),
    )


def average_precision(gold: BoolArray, scores: FloatArray) -> float:
    """Mean precision over the steps of recall, equal scores taken together; 0 without a gold label."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(gold[order])
    last = np.append(np.diff(scores[order]) != 0, True)  # the end of each run of equal scores
    found, number = right[last], np.flatnonzero(last) + 1
    if not found[-1:].any():
        return 0.0
    return float((np.diff(found, prepend=0) * found / number).sum() / found[-1])
