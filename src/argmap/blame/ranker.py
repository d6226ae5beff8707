"""Which party is meant: a weighted sum of features, by weights that were fitted to hand-labelled sentences."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from argmap.blame.scenes import Choice
from argmap.labels import Stance

FORMAT = "argmap-blame-weights"
VERSION = 1

Weights = Mapping[Stance, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A choice and its probability among all."""

    choice: Choice
    share: float


def ranked(choices: Sequence[Choice], weights: Mapping[str, float]) -> list[Ranked]:
    """The choices with their probabilities, the likeliest first."""
    scores = [sum(weights.get(name, 0.0) * value for name, value in choice.features.items()) for choice in choices]
    highest = max(scores)
    raised = [math.exp(score - highest) for score in scores]
    total = sum(raised)
    found = [Ranked(choice, one / total) for choice, one in zip(choices, raised, strict=True)]
    return sorted(found, key=lambda one: -one.share)


@cache
def bundled_weights() -> Weights:
    """The weights of `weights.json`."""
    value = json.loads(files("argmap.blame").joinpath("weights.json").read_text(encoding="utf-8"))
    return {stance: value[stance.value] for stance in (Stance.ACCUSATION, Stance.RECOMMENDATION)}


def dump_weights(weights: Weights) -> bytes:
    """The weights as JSON, a feature a line, so that a change can be read; the same weights give the same bytes."""
    value = {
        "format": FORMAT,
        "version": VERSION,
        **{stance.value: dict(sorted(own.items())) for stance, own in weights.items()},
    }
    return (json.dumps(value, indent=1) + "\n").encode("utf-8")
