"""Two models on the same articles: both measured on the same draws, so that the luck of a hard article cancels.

Paired bootstrap over articles (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 8), with bounds
by Student's t for few articles (Hesterberg, The American Statistician 69, 2015).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argmap.evaluation.evaluate import CONFIDENCE, figures

FloatArray = NDArray[np.float64]
_ZERO = 1e-9
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of one model less that of another, with its bounds; infinite ones where one article is all there is."""

    metric: str
    value: float
    low: float
    high: float
    confidence: float

    @property
    def told(self) -> bool:
        """Whether the models are told apart: 0 lies outside the bounds."""
        return self.low > _ZERO or self.high < -_ZERO

    @property
    def bounds(self) -> str:
        """The bounds in words, with their signs."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return "unknown"
        return f"{signed(self.low)} to {signed(self.high)}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a report."""
        return {
            "difference": rounded(self.value),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "confidence": rounded(self.confidence),
            "told_apart": self.told,
        }


def signed(value: float) -> str:
    """A difference with its sign, which 0 has not."""
    return f"{value:+.3f}" if round(value, 3) else "0.000"


def rounded(value: float) -> float | None:
    """Null where a number is not defined, since JSON has no NaN."""
    return round(value, _DIGITS) if math.isfinite(value) else None


def settings_json(from_text: bool, resamples: int, seed: int) -> dict[str, Any]:
    """What was measured and how, as plain values."""
    kind = "raw text" if from_text else "gold units"
    return {"input": kind, "confidence": CONFIDENCE, "resamples": resamples, "seed": seed}


def drawn_figures(
    counts: Sequence[Mapping[str, FloatArray]], weights: FloatArray, *, from_text: bool
) -> Mapping[str, FloatArray]:
    """All figures of articles drawn anew: `weights` (resamples, articles) as `resample_weights` gives them."""
    sums = {name: np.tensordot(weights, np.stack([own[name] for own in counts]), axes=1) for name in counts[0]}
    return figures(sums, from_text=from_text)


def difference(
    metric: str, value: float, samples: FloatArray, *, articles: int, confidence: float = 0.95, comparisons: int = 1
) -> Difference:
    """The difference `value` with bounds from the differences in `samples` (resamples,).

    With several `comparisons` at a time the bounds of all of them hold together with the confidence (Bonferroni).
    """
    level = 1 - (1 - confidence) / comparisons
    if articles < 2 or not np.isfinite(samples).all():
        return Difference(metric, value, -math.inf, math.inf, level)
    width = reach((1 - level) / 2, articles) * float(samples.std())
    return Difference(metric, value, value - width, value + width, level)


def reach(tail: float, articles: int) -> float:
    """How many standard errors of the bootstrap a bound lies away: Student's quantile for `tail`, widened for few.

    Infinite for a single article, which gives no error, not an error of 0.
    """
    from scipy.special import stdtrit  # here, since reading a gate needs no scipy

    if articles < 2:
        return math.inf
    return float(-stdtrit(articles - 1, tail)) * math.sqrt(articles / (articles - 1))
