"""How well predicted units agree with gold units about where a unit ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argmap.document import Span


@dataclass(frozen=True, slots=True)
class BoundaryScore:
    """Counts over unit ends; add two of them to pool articles (a micro average)."""

    matched: int
    gold: int
    predicted: int

    def __add__(self, other: BoundaryScore) -> BoundaryScore:
        return BoundaryScore(self.matched + other.matched, self.gold + other.gold, self.predicted + other.predicted)

    @property
    def precision(self) -> float:
        """Share of the predicted ends that are gold ends; 1.0 where nothing was predicted."""
        return self.matched / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold ends that were predicted; 1.0 where gold has none."""
        return self.matched / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1.0 where both sides are empty."""
        total = self.gold + self.predicted
        return 2 * self.matched / total if total else 1.0


def boundary_score(*, gold: Iterable[Span], predicted: Iterable[Span], text: str | None = None) -> BoundaryScore:
    """Compare the units of one article by their end offsets, units of every kind counted.

    With `text`, an end is moved back behind the last letter or digit of its unit, and a unit without any is left out.
    Then it does not matter whether a dash, a row of stars or a closing bracket is inside a unit, only where the text
    is cut.
    """
    gold_ends, predicted_ends = _ends(gold, text), _ends(predicted, text)
    return BoundaryScore(len(gold_ends & predicted_ends), len(gold_ends), len(predicted_ends))


def boundary_f1(*, gold: Iterable[Span], predicted: Iterable[Span], text: str | None = None) -> float:
    """F1 of the unit ends of one article, between 0 and 1; see `boundary_score`."""
    return boundary_score(gold=gold, predicted=predicted, text=text).f1


def _ends(spans: Iterable[Span], text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(span.end for span in spans)
    return frozenset(end for span in spans if (end := _behind_last_word(span, text)) is not None)


def _behind_last_word(span: Span, text: str) -> int | None:
    for at in range(min(span.end, len(text)) - 1, span.start - 1, -1):
        if text[at].isalnum():
            return at + 1
    return None
