"""Reports with fabricated counts, for the tests of the gate: no model is trained or run."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from argmap.evaluation.evaluate import figures
from argmap.evaluation.report import FORMAT, VERSION
from argmap.evaluation.stored import count_shapes
from argmap.labels import STANCES

SENTENCES = 40
SHARES = (0.15, 0.2, 0.1)
"""How frequent each stance is in gold, on average."""


class World:
    """Test articles whose difficulty and make-up vary, and models of a known quality that are measured on them.

    Every gold label is found with a probability, every other sentence wrongly given the label with another; both move
    with the article (so sentences of one article are alike) and a little with the model.
    """

    def __init__(self, seed: int, articles: int) -> None:
        self.random = np.random.default_rng(seed)
        self.articles = articles
        shares = self.random.beta(np.array(SHARES) * 12, (1 - np.array(SHARES)) * 12, size=(articles, 3))
        self.gold = self.random.binomial(SENTENCES, shares)
        self.gold[0] = np.maximum(self.gold[0], 1)
        self.difficulty = self.random.normal(0, 0.5, size=(articles, 3))
        # The luck of each label, shared by models: two models mostly fail on the same sentences.
        self.luck = self.random.random((articles, 3, SENTENCES))

    def measured(self, model: str, *, recall: float = 0.65, false: float = 0.05, own: float = 0.4) -> dict[str, Any]:
        """The report of a model; with a share `own` of its sentences it has a luck of its own."""
        mine = self.random.random(self.luck.shape) < own
        luck = np.where(mine, self.random.random(self.luck.shape), self.luck)
        odds = np.log(recall / (1 - recall)) + self.difficulty
        found, wrong = 1 / (1 + np.exp(-odds)), false * np.exp(self.difficulty * 0.5)
        is_gold = np.arange(SENTENCES) < self.gold[:, :, None]
        right = (is_gold & (luck < found[:, :, None])).sum(axis=-1)
        extra = (~is_gold & (luck < wrong[:, :, None])).sum(axis=-1)
        stance = np.stack([right, extra, self.gold - right], axis=-1)
        return report(model, stance)


def report(model: str, stance: "np.ndarray[Any, Any]") -> dict[str, Any]:
    """A report whose stances are counted as given (articles, 3 stances, 3), and all else by fixed numbers."""
    fixed: dict[str, Any] = {name: np.zeros(shape) for name, shape in count_shapes().items()}
    fixed["evidence"] = np.tile([3, 1, 2], (4, 1))
    fixed["scored"] = np.array([SENTENCES])
    fixed["kind"] = np.array([[SENTENCES, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]])
    for name in ("links", "gold_stances"):
        fixed |= {name: [4, 3, 6], f"{name}.kind": [3, 4, 7], f"{name}.attack": [1, 2, 2], f"{name}.thesis": [1, 1]}
    articles = [
        {
            "doc": f"d{number}",
            "text_sha256": hashlib.sha256(f"text {number}".encode()).hexdigest(),
            "gold_sha256": hashlib.sha256(f"gold {number}".encode()).hexdigest(),
            "units": SENTENCES + 3,
            "units_left_out": 0,
            "counts": {name: np.asarray(value).tolist() for name, value in (fixed | {"stance": rows}).items()},
            "misread": [],
        }
        for number, rows in enumerate(stance)
    ]
    return refigured({"model": model, "articles": articles})


def refigured(made: Mapping[str, Any]) -> dict[str, Any]:
    """The report whose figures and support follow from its articles' counts."""
    counts = [article["counts"] for article in made["articles"]]
    sums = {name: np.sum([row[name] for row in counts], axis=0, dtype=float)[None] for name in count_shapes()}
    values = {name: round(float(value[0]), 6) for name, value in figures(sums, from_text=False).items()}
    rows = sums["stance"][0]
    support = {f"stance.{stance.value}": int(row[0] + row[2]) for stance, row in zip(STANCES, rows, strict=True)}
    support |= {"articles": len(counts), "sentences": len(counts) * SENTENCES, "thesis": len(counts)}
    support |= {f"evidence.{kind}": 5 * len(counts) for kind in ("testimony", "statistic", "document", "event")}
    support |= {"links": 10 * len(counts), "links.attack": 3 * len(counts)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "argmap": "0",
        "settings": {"input": "gold units", "confidence": 0.95, "resamples": 1, "seed": 0},
        "trained_on": [],
        **made,
        "metrics": {name: {"value": value, "low": value, "high": value} for name, value in values.items()},
        "support": support,
    }
