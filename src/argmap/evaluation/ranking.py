"""Several models on the same articles, the best first, and those that cannot be told apart from it.

Which one is best was seen in the same figures, so every pair of models counts as a comparison, not only those with the
best: each difference is held at a confidence of 1 - 0.05 / pairs (Bonferroni), and all of them hold together with 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from argmap.errors import UsageError
from argmap.evaluation.evaluate import CONFIDENCE, Evaluation
from argmap.evaluation.intervals import resample_weights
from argmap.evaluation.paired import Difference, difference, drawn_figures

METRIC = "stance.macro_f1"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A model in its place: 1 is the best. `behind` is its macro-F1 less the best's, None for the best itself.

    `told_apart` says whether it is shown to be worse than the best.
    """

    place: int
    name: str
    evaluation: Evaluation
    behind: Difference | None

    @property
    def told_apart(self) -> bool:
        return self.behind is not None and self.behind.told


@dataclass(frozen=True)
class Ranking:
    """Models by their macro-F1 over the stances, the best first; `pairs` comparisons share the 5 % of false alarms."""

    models: tuple[Ranked, ...]
    pairs: int


def rank(evaluations: Sequence[Evaluation], names: Sequence[str]) -> Ranking:
    """Rank evaluations of the same articles, in the same order; equal ones keep the order in which they are given.

    Raises `UsageError` for fewer than two, and `ValueError` for other articles.
    """
    if len(evaluations) < 2:
        raise UsageError("one model to rank", expected="two or more")
    if len({tuple((a.text_sha256, a.gold_sha256) for a in each.articles) for each in evaluations}) > 1:
        raise ValueError("evaluations of different articles")
    number = len(evaluations[0].articles)
    weights = resample_weights(number, resamples=evaluations[0].resamples, seed=evaluations[0].seed)
    samples = [
        drawn_figures([article.counts for article in each.articles], weights, from_text=each.from_text)[METRIC]
        for each in evaluations
    ]
    values = [each.figures[METRIC].value for each in evaluations]
    order = sorted(range(len(values)), key=lambda index: -values[index])
    best = order[0]
    pairs = len(values) * (len(values) - 1) // 2
    models = []
    for place, index in enumerate(order, start=1):
        behind = None
        if index != best:
            gap = values[index] - values[best]
            behind = difference(
                METRIC, gap, samples[index] - samples[best], articles=number, confidence=CONFIDENCE, comparisons=pairs
            )
        models.append(Ranked(place, names[index], evaluations[index], behind))
    return Ranking(tuple(models), pairs)
