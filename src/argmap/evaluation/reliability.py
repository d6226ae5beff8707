"""Whether scores mean what they say: of the sentences with a score near 0.7, how many carry the stance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argmap.labels import STANCES, Stance

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """The sentences whose score lies from `low` up to `high`: how many, their mean score, the share with the stance.

    `score` and `share` are None where there is no sentence.
    """

    low: float
    high: float
    sentences: int
    score: float | None
    share: float | None


def reliability(counts: Sequence[Mapping[str, FloatArray]]) -> dict[Stance, tuple[Bin, ...]]:
    """The bins of equal width of each stance's scores, from the counts of articles (`binned`, `surplus`)."""
    binned = np.sum([article["binned"] for article in counts], axis=0)
    surplus = np.sum([article["surplus"] for article in counts], axis=0)
    return {stance: tuple(_bins(binned[row], surplus[row])) for row, stance in enumerate(STANCES)}


def _bins(binned: FloatArray, surplus: FloatArray) -> list[Bin]:
    width = 1 / len(binned)
    found = []
    for number, ((sentences, gold), over) in enumerate(zip(binned, surplus, strict=True)):
        score = float((gold + over) / sentences) if sentences else None
        share = float(gold / sentences) if sentences else None
        found.append(Bin(round(number * width, 4), round((number + 1) * width, 4), int(sentences), score, share))
    return found
