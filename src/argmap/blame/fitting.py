"""Weights of the ranker from hand-labelled sentences: a conditional logit (McFadden 1974) with a ridge, by Newton."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = 30
_ENOUGH = 1e-4  # length of a step that ends the search
_DIGITS = 3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence's choices as features, and the place of the right one."""

    choices: Sequence[Mapping[str, float]]
    right: int


def fitted_weights(labelled: Sequence[Labelled], *, ridge: float = 2.0) -> dict[str, float]:
    """The weights, by feature, under which the right choices are likeliest; `ridge` keeps them small, and the same
    sentences give the same weights. Raises `ValueError` without sentences.
    """
    if not labelled:
        raise ValueError("no labelled sentence to fit to")
    names = sorted({name for one in labelled for choice in one.choices for name in choice})
    place = {name: at for at, name in enumerate(names)}
    groups = [_matrix(one.choices, place) for one in labelled]
    weights = np.zeros(len(names))
    rights = [one.right for one in labelled]
    loss = _loss(groups, rights, weights, ridge)
    for _ in range(_STEPS):
        slope = -ridge * weights
        curve = ridge * np.eye(len(names))
        for group, right in zip(groups, rights, strict=True):
            shares = _shares(group @ weights)
            mean = shares @ group
            slope += group[right] - mean
            curve += (group * shares[:, None]).T @ group - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        while (after := _loss(groups, rights, weights + step, ridge)) > loss and float(np.abs(step).max()) > _ENOUGH:
            step = step / 2  # Newton goes too far where the scores are still far from the labels
        if after > loss:
            break
        weights, loss = weights + step, after
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return {
        name: round(float(weight), _DIGITS)
        for name, weight in zip(names, weights, strict=True)
        if abs(weight) >= 0.0005
    }


def _matrix(choices: Sequence[Mapping[str, float]], place: Mapping[str, int]) -> Matrix:
    rows = np.zeros((len(choices), len(place)))
    for row, choice in enumerate(choices):
        for name, value in choice.items():
            rows[row, place[name]] = value
    return rows


def _loss(groups: Sequence[Matrix], rights: Sequence[int], weights: Matrix, ridge: float) -> float:
    """How unlikely the right choices are under the weights, with the ridge."""
    loss = ridge * float(weights @ weights) / 2
    for group, right in zip(groups, rights, strict=True):
        scores = group @ weights
        loss += float(np.log(np.exp(scores - scores.max()).sum()) + scores.max() - scores[right])
    return loss


def _shares(scores: Matrix) -> Matrix:
    raised = np.exp(scores - scores.max())
    shares: Matrix = raised / raised.sum()
    return shares
