"""How sure a figure would be on fewer or more articles like these.

As many articles as are asked for are drawn, with replacement, from those that there are, and the figure is reckoned on
them; the bounds of the middle 95 % of such draws are the interval one would have to expect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from argmap.errors import UsageError
from argmap.evaluation.evaluate import figures

FloatArray = NDArray[np.float64]
SIZES = (5, 10, 20, 40, 80, 160, 320)
"""Numbers of articles for a table, each twice the one before."""


def half_widths(
    articles: Sequence[Mapping[str, FloatArray]],
    metrics: Sequence[str],
    *,
    from_text: bool = False,
    sizes: Sequence[int] = SIZES,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[int, dict[str, float]]:
    """For each number of articles half the width of each figure's interval (0.03 for 0.50 to 0.56).

    `articles` are counts as a report holds them. It says nothing about articles that are unlike all of these, and for
    many fewer than ten it is a rough guess. Raises `UsageError` without articles, or for a size below 1.
    """
    samples = {size: _samples(articles, size, resamples, seed, from_text=from_text) for size in sizes}
    return {size: {name: _half(drawn[name], confidence) for name in metrics} for size, drawn in samples.items()}


def difference_widths(
    first: Sequence[Mapping[str, FloatArray]],
    second: Sequence[Mapping[str, FloatArray]],
    metric: str,
    *,
    sizes: Sequence[int] = SIZES,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[int, float]:
    """The same for the difference of two models on the same articles, in the same order, drawn in pairs."""
    found = {}
    for size in sizes:
        one, other = (_samples(side, size, resamples, seed, from_text=False)[metric] for side in (first, second))
        found[size] = _half(one - other, confidence)
    return found


def _half(samples: FloatArray, confidence: float) -> float:
    """Half the distance between the bounds of the middle `confidence` of the samples."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return float(high - low) / 2


def _samples(
    articles: Sequence[Mapping[str, FloatArray]], size: int, resamples: int, seed: int, *, from_text: bool
) -> dict[str, FloatArray]:
    """Every figure of each draw of `size` articles."""
    if not articles or size < 1:
        raise UsageError(f"{size} of {len(articles)} articles", expected="at least one of at least one")
    draws = np.random.default_rng(seed).integers(0, len(articles), size=(resamples, size))
    weights = np.zeros((resamples, len(articles)))
    np.add.at(weights, (np.arange(resamples)[:, None], draws), 1.0)
    sums = {
        name: np.tensordot(
            weights, np.stack([np.asarray(counts[name], dtype=np.float64) for counts in articles]), axes=1
        )
        for name in articles[0]
    }
    return figures(sums, from_text=from_text)
