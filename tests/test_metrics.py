import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from argmap.errors import UsageError
from argmap.evaluation.intervals import Interval, bootstrap_by_group, bootstrap_totals
from argmap.evaluation.metrics import (
    calibration_errors,
    evidence_macro_f1,
    evidence_scores,
    f1_of_counts,
    label_counts,
    link_score,
    primary_confusion,
    stance_macro_f1,
    stance_matrix,
    stance_scores,
)
from argmap.labels import STANCES, EvidenceType, RelationKind, Stance

pairs = st.integers(0, 30).flatmap(lambda n: st.tuples(arrays(np.bool_, (n, 3)), arrays(np.bool_, (n, 3))))
SUPPORT, ATTACK = RelationKind.SUPPORT, RelationKind.ATTACK


def test_stance_scores_of_a_case_counted_by_hand() -> None:
    """Four units: two of three accusations found, one false; the quotation missed; no recommendation anywhere."""
    acc, quo = Stance.ACCUSATION, Stance.QUOTATION
    gold = stance_matrix([(acc,), (acc,), (acc, quo), ()])
    predicted = stance_matrix([(acc,), (acc,), (), (acc,)])
    scores = stance_scores(gold=gold, predicted=predicted)
    assert scores[acc].precision == pytest.approx(2 / 3)
    assert scores[acc].recall == pytest.approx(2 / 3)
    assert scores[acc].support == 3
    assert (scores[quo].precision, scores[quo].recall, scores[quo].f1, scores[quo].support) == (0, 0, 0, 1)
    assert scores[Stance.RECOMMENDATION].f1 == 0
    assert stance_macro_f1(gold=gold, predicted=predicted) == pytest.approx(2 / 9)


@given(pairs)
def test_stance_scores_are_scikit_learn_s(arrays_: tuple[np.ndarray, np.ndarray]) -> None:
    """On any boolean arrays the figures are those of scikit-learn with zero_division=0, and never NaN."""
    gold, predicted = arrays_
    scores = stance_scores(gold=gold, predicted=predicted)
    if len(gold):
        expected = precision_recall_fscore_support(gold, predicted, average=None, zero_division=0)
        found = [(s.precision, s.recall, s.f1, s.support) for s in scores.values()]
        assert np.allclose(np.array(found).T, expected)
        macro = f1_score(gold, predicted, average="macro", zero_division=0)
        assert stance_macro_f1(gold=gold, predicted=predicted) == pytest.approx(macro)
    else:
        assert stance_macro_f1(gold=gold, predicted=predicted) == 0


def test_evidence_macro_f1_is_over_the_four_types() -> None:
    """No evidence is not a type of its own, and a type that does not occur counts as 0."""
    testimony, event = EvidenceType.TESTIMONY, EvidenceType.EVENT
    gold, predicted = [testimony, None, event, None], [testimony, None, None, event]
    assert evidence_macro_f1(gold=gold, predicted=predicted) == pytest.approx(0.25)
    assert evidence_scores(gold=gold, predicted=predicted)[event].f1 == 0


def test_links_are_scored_with_and_without_their_kind() -> None:
    """A link with the wrong kind counts as a pair only; the same ids in another article are another link."""
    gold = [[("u1", "u2", SUPPORT), ("u3", "u2", ATTACK)], [("u1", "u2", SUPPORT)]]
    predicted = [[("u1", "u2", SUPPORT), ("u3", "u2", SUPPORT)], [("u5", "u2", SUPPORT)]]
    assert link_score(gold=gold, predicted=predicted).f1 == pytest.approx(1 / 3)
    assert link_score(gold=gold, predicted=predicted, with_kind=False).f1 == pytest.approx(2 / 3)
    assert link_score(gold=[], predicted=[]).f1 == 0
    with pytest.raises(UsageError):
        link_score(gold=gold, predicted=predicted[:1])


def test_calibration_error_of_a_case_counted_by_hand() -> None:
    """Two bins of two and three units: |1/2 - 0.05| and |2/3 - 0.95|, weighted by their size."""
    gold = np.zeros((5, 3), dtype=bool)
    scores = np.zeros((5, 3))
    scores[:, 0] = [0.0, 0.1 - 1e-9, 0.9, 0.95, 1.0]
    gold[:, 0] = [True, False, True, True, False]
    errors = calibration_errors(gold=gold, scores=scores)
    assert errors[Stance.ACCUSATION] == pytest.approx(0.4 * 0.45 + 0.6 * (0.95 - 2 / 3))
    assert errors[Stance.QUOTATION] == 0
    assert calibration_errors(gold=gold[:0], scores=scores[:0])[Stance.ACCUSATION] == 0


@given(arrays(np.bool_, (12, 3)))
def test_certain_and_right_scores_have_no_calibration_error(gold: np.ndarray) -> None:
    """Scores of 1 where the label holds and 0 elsewhere are perfect; the opposite is as bad as can be."""
    assert set(calibration_errors(gold=gold, scores=gold.astype(float)).values()) == {0.0}
    assert set(calibration_errors(gold=gold, scores=1.0 - gold).values()) == {1.0}


@pytest.mark.parametrize("bad", [np.nan, -0.1, 1.1, np.inf])
def test_a_score_that_is_no_probability_is_refused(bad: float) -> None:
    """NaN and numbers outside 0 to 1 end the evaluation instead of entering a mean."""
    with pytest.raises(UsageError, match="probability"):
        calibration_errors(gold=np.zeros((1, 3)), scores=np.full((1, 3), bad))


def test_arrays_of_different_units_are_refused() -> None:
    """A gold array and a predicted one of other shape cannot be compared."""
    with pytest.raises(UsageError, match="shape"):
        stance_scores(gold=np.zeros((2, 3)), predicted=np.zeros((3, 3)))
    with pytest.raises(UsageError, match="columns"):
        stance_scores(gold=np.zeros((2, 4)), predicted=np.zeros((2, 4)))
    with pytest.raises(UsageError):
        primary_confusion(gold=[None], predicted=[])


@given(st.lists(st.tuples(st.sampled_from([*STANCES, None]), st.sampled_from([*STANCES, None])), min_size=1))
def test_confusion_has_gold_in_rows(units: list[tuple[Stance | None, Stance | None]]) -> None:
    """The table is scikit-learn's confusion matrix over the three stances and none."""
    gold, predicted = zip(*units, strict=True)
    names = [[str(label) for label in side] for side in (gold, predicted)]
    expected = confusion_matrix(*names, labels=[str(label) for label in (*STANCES, None)])
    assert np.array_equal(primary_confusion(gold=gold, predicted=predicted), expected)


def test_bootstrap_intervals_hold_the_true_mean_as_often_as_they_say() -> None:
    """Over 200 samples of 40 groups, about 95 % of the intervals hold the mean of the distribution."""
    rng = np.random.default_rng(7)
    held = 0
    for seed in range(200):
        sample = rng.normal(3.0, 1.0, size=40).tolist()
        interval = bootstrap_by_group(sample, lambda groups: float(np.mean(groups)), resamples=200, seed=seed)
        held += interval.low <= 3.0 <= interval.high
    assert 178 <= held <= 198


def test_groups_are_resampled_whole() -> None:
    """Sentences copied within their article make an interval of the same width, not a narrower one."""
    rng = np.random.default_rng(3)
    articles = [[value] for value in rng.normal(size=30).tolist()]
    copied = [article * 50 for article in articles]

    def mean(groups: object) -> float:
        return float(np.mean(np.concatenate(groups)))

    once, fifty = bootstrap_by_group(articles, mean), bootstrap_by_group(copied, mean)
    assert (fifty.low, fifty.high) == pytest.approx((once.low, once.high))


def test_counts_give_the_same_intervals_as_articles() -> None:
    """The fast way by counts draws the same articles as the general way, and so ends in the same numbers."""
    rng = np.random.default_rng(5)
    gold = [rng.random((20, 3)) < 0.3 for _ in range(12)]
    predicted = [g ^ (rng.random(g.shape) < 0.2) for g in gold]
    groups = list(zip(gold, predicted, strict=True))

    def by_articles(chosen: object) -> dict[str, float]:
        g, p = (np.concatenate(side) for side in zip(*chosen, strict=True))
        return {"macro": stance_macro_f1(gold=g, predicted=p)}

    slow = bootstrap_by_group(groups, by_articles, resamples=100, seed=9)
    counts = np.stack([label_counts(gold=g, predicted=p) for g, p in groups])
    fast = bootstrap_totals(counts, lambda sums: {"macro": f1_of_counts(sums).mean(axis=-1)}, resamples=100, seed=9)
    for name in ("value", "low", "high"):
        assert getattr(fast["macro"], name) == pytest.approx(getattr(slow["macro"], name))


def test_the_seed_decides() -> None:
    """The same seed gives the same interval, another seed another one."""
    sample = list(np.random.default_rng(1).normal(size=20))

    def mean(groups: object) -> float:
        return float(np.mean(groups))

    assert bootstrap_by_group(sample, mean, seed=4) == bootstrap_by_group(sample, mean, seed=4)
    assert bootstrap_by_group(sample, mean, seed=4) != bootstrap_by_group(sample, mean, seed=5)


def test_an_interval_prints_as_value_and_bounds() -> None:
    """Reports show three decimals."""
    interval = Interval(0.5, 0.25, 0.75)
    assert str(interval) == "0.500 [0.250, 0.750]"
    assert interval.as_dict() == {"value": 0.5, "low": 0.25, "high": 0.75}


@pytest.mark.parametrize("wrong", [{"resamples": 0}, {"confidence": 1.0}, {"confidence": 0.0}])
def test_a_bootstrap_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    """No resample, certainty, or no article at all: a clear error."""
    with pytest.raises(UsageError):
        bootstrap_by_group([1.0, 2.0], lambda groups: float(np.mean(groups)), **wrong)
    with pytest.raises(UsageError, match="no article"):
        bootstrap_by_group([], len)
