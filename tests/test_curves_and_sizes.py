"""Precision and recall over thresholds, and how sure a figure would be on other numbers of articles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import World
from stub_evaluations import THRESHOLDS, evaluation

from argmap.errors import UsageError
from argmap.evaluation.curves import average_precision, curves
from argmap.evaluation.metrics import label_counts, score_of_counts
from argmap.evaluation.sizes import difference_widths, half_widths
from argmap.evaluation.stored import parse_report
from argmap.labels import STANCES


def test_a_curve_passes_through_the_figures() -> None:
    """At the model's own threshold a curve has the precision and recall that the report gives."""
    for row, (stance, curve) in enumerate(curves(evaluation()).items()):
        assert curve.threshold == THRESHOLDS[row]
        at = curve.thresholds.index(curve.threshold)
        assert (curve.precision[at], curve.recall[at]) == pytest.approx(curve.given)
        figures = evaluation().figures
        assert curve.given[0] == figures[f"stance.{stance.value}.precision"].value
        assert curve.recall[0] == 1.0
        assert list(curve.recall) == sorted(curve.recall, reverse=True)


def test_curves_count_as_the_figures_do() -> None:
    """Each point is what counting the labels at that threshold gives; None where no score reaches it."""
    gold = np.concatenate([answers.gold for answers in evaluation().answers])
    scores = np.concatenate([answers.scores for answers in evaluation().answers])
    for row, curve in enumerate(curves(evaluation()).values()):
        for step in (0, 30, 77, 100):
            counts = label_counts(gold=gold, predicted=scores >= curve.thresholds[step])[row]
            score = score_of_counts(counts)
            assert curve.recall[step] == pytest.approx(score.recall)
            if counts[:2].sum():
                assert curve.precision[step] == pytest.approx(score.precision)
            else:
                assert curve.precision[step] is None


@pytest.mark.parametrize(
    ("gold", "scores", "expected"),
    [
        ([1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1], 1.0),
        ([0, 1], [0.9, 0.1], 0.5),
        ([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6], (1 + 2 / 3) / 2),
        ([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], 0.25),
        ([0, 0], [0.5, 0.4], 0.0),
    ],
)
def test_average_precision(gold: list[int], scores: list[float], expected: float) -> None:
    """Worked by hand; equal scores are taken together, so that the order of sentences does not matter."""
    assert average_precision(np.array(gold, dtype=bool), np.array(scores)) == pytest.approx(expected)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30), st.randoms())
def test_average_precision_does_not_hang_on_order(rows: list[tuple[bool, int]], random: object) -> None:
    """Sentences in another order give the same, between 0 and 1."""
    once = average_precision(np.array([g for g, _ in rows]), np.array([s / 5 for _, s in rows]))
    random.shuffle(rows)  # type: ignore[attr-defined]
    again = average_precision(np.array([g for g, _ in rows]), np.array([s / 5 for _, s in rows]))
    assert once == pytest.approx(again)
    assert 0 <= once <= 1


def test_four_times_the_articles_half_the_width() -> None:
    """The interval shrinks with the root of the number of articles."""
    report = parse_report(World(3, 24).measured("m"), where="m")
    counts = [article.counts for article in report.articles]
    found = half_widths(counts, ["stance.macro_f1"], sizes=[20, 80, 320])
    widths = [found[size]["stance.macro_f1"] for size in (20, 80, 320)]
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.2)
    assert widths[1] / widths[2] == pytest.approx(2, rel=0.2)


def test_like_articles_leave_no_doubt() -> None:
    """Where all articles are the same, every draw is; a model against itself differs in none."""
    report = parse_report(World(3, 6).measured("m"), where="m")
    counts = [article.counts for article in report.articles]
    assert half_widths(counts[:1] * 4, ["stance.macro_f1"], sizes=[3])[3]["stance.macro_f1"] == 0
    assert difference_widths(counts, counts, "stance.macro_f1", sizes=[5]) == {5: 0.0}
    other = parse_report(World(3, 6).measured("n", recall=0.4), where="n")
    assert difference_widths(counts, [a.counts for a in other.articles], "stance.macro_f1", sizes=[5])[5] > 0


def test_sizes_that_make_no_sense() -> None:
    """No articles, or none of them, is an error."""
    with pytest.raises(UsageError):
        half_widths([], ["stance.macro_f1"])
    report = parse_report(World(3, 6).measured("m"), where="m")
    with pytest.raises(UsageError):
        half_widths([report.articles[0].counts], ["stance.macro_f1"], sizes=[0])


def test_every_stance_with_gold_has_a_curve() -> None:
    """In the order of the stances, with the share of sentences that carry it."""
    found = curves(evaluation())
    assert tuple(found) == STANCES
    assert all(0 < curve.share < 1 for curve in found.values())
