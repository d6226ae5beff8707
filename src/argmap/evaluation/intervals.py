"""Percentile bootstrap intervals that resample articles, since the sentences of one article are not independent.

Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; for the resampling of whole clusters, Davison
and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from argmap.errors import UsageError

T = TypeVar("T")
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic on all groups (`value`) and the bounds between which `confidence` of the resampled values lie."""

    value: float
    low: float
    high: float
    confidence: float = 0.95

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def as_dict(self) -> dict[str, float]:
        """Plain numbers for a report."""
        return {"value": self.value, "low": self.low, "high": self.high}


@overload
def bootstrap_by_group(
    groups: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    *,
    resamples: int = ...,
    confidence: float = ...,
    seed: int = ...,
) -> Interval: ...


@overload
def bootstrap_by_group(
    groups: Sequence[T],
    statistic: Callable[[Sequence[T]], Mapping[str, float]],
    *,
    resamples: int = ...,
    confidence: float = ...,
    seed: int = ...,
) -> dict[str, Interval]: ...


def bootstrap_by_group(
    groups: Sequence[T],
    statistic: Callable[[Sequence[T]], float | Mapping[str, float]],
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Interval | dict[str, Interval]:
    """Interval of `statistic` over groups (articles) drawn with replacement; one for each key if it returns a mapping.

    `statistic` is called once a resample, so for sums of counts `bootstrap_totals` is far faster, with the same draws.
    With a single group every resample is the same, and the interval says nothing. Raises `UsageError` without groups,
    or for a number of resamples or a confidence that makes no sense.
    """
    draws = _draws(len(groups), resamples, confidence, seed)
    value = statistic(groups)
    samples = [statistic([groups[i] for i in draw]) for draw in draws.tolist()]
    if not isinstance(value, Mapping):
        return _interval(value, np.asarray(samples, dtype=np.float64), confidence)
    table = [sample for sample in samples if isinstance(sample, Mapping)]
    return {
        key: _interval(whole, np.asarray([sample[key] for sample in table], dtype=np.float64), confidence)
        for key, whole in value.items()
    }


def bootstrap_totals(
    counts: NDArray[np.int64] | FloatArray,
    statistics: Callable[[FloatArray], Mapping[str, FloatArray]],
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Intervals of statistics that depend on the groups' counts only through their sum.

    `counts` has shape (groups, …). `statistics` is called twice, with sums of shape (1, …) and (resamples, …), and
    returns for each name an array of that first length. The draws are those of `bootstrap_by_group` with the same seed.
    """
    weights = resample_weights(len(counts), resamples=resamples, confidence=confidence, seed=seed)
    whole = statistics(np.asarray(counts.sum(axis=0, keepdims=True), dtype=np.float64))
    samples = statistics(np.tensordot(weights, counts, axes=1))
    return {name: _interval(float(value[0]), samples[name], confidence) for name, value in whole.items()}


def resample_weights(groups: int, *, resamples: int, confidence: float = 0.95, seed: int = 0) -> FloatArray:
    """How often each resample drew each group: shape (resamples, groups). Raises `UsageError` as the others do."""
    draws = _draws(groups, resamples, confidence, seed)
    weights = np.zeros((resamples, groups))
    np.add.at(weights, (np.arange(resamples)[:, None], draws), 1.0)
    return weights


def _draws(groups: int, resamples: int, confidence: float, seed: int) -> NDArray[np.int64]:
    if groups < 1:
        raise UsageError("no article to resample", expected="at least one")
    if resamples < 1:
        raise UsageError(f"{resamples} resamples", expected="at least 1")
    if not 0 < confidence < 1:
        raise UsageError(f"a confidence of {confidence}", expected="a number between 0 and 1")
    return np.random.default_rng(seed).integers(0, groups, size=(resamples, groups))


def _interval(value: float, samples: FloatArray, confidence: float) -> Interval:
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return Interval(float(value), float(low), float(high), confidence)
