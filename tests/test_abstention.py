"""Abstention and reliability: what is kept, how it is ordered, and what the bins hold."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.annotations import read_article
from argmap.document import Document, Span, Unit
from argmap.evaluation.abstention import COVERAGES, Answers, answers_of, confidences, kept_counts, suffix
from argmap.evaluation.evaluate import System, evaluate
from argmap.evaluation.metrics import label_counts
from argmap.evaluation.reliability import reliability
from argmap.evaluation.report import as_json, text_report
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, Stance

WEIR = read_article(Path(__file__).parent / "golden" / "annotations" / "weir.jsonl")


def scorer(value: float) -> System:
    """A system that gives every sentence the same scores and, at 0.5 and above, every stance."""

    def answer(document: Document) -> ArgumentMap:
        stances = tuple(STANCES) if value >= 0.5 else ()
        scores = dict.fromkeys(Stance, value)
        units = (replace(unit, stances=stances, scores=scores) if unit.is_text else unit for unit in document.units)
        return ArgumentMap(document.with_units(tuple(units)))

    return System("constant", answer, answer)


def test_confidence_by_hand() -> None:
    """Minus the first-order loss of F1: F (1 + p) - 2p where the stance is given, F p where not, over the size."""
    given_ = np.array([[True, False, False], [True, False, False], [False, False, False]])
    scores = np.array([[0.9, 0.0, 0.0], [0.5, 0.0, 0.0], [0.2, 0.0, 0.0]])
    size = 2 + 1.6
    f1 = 2 * 1.4 / size
    expected = [-(f1 * 1.9 - 1.8) / size, -(f1 * 1.5 - 1.0) / size, -(f1 * 0.2) / size]
    assert confidences(given=given_, scores=scores) == pytest.approx(expected)


def test_doubt_comes_last() -> None:
    """A clear yes and a clear no are surer than a doubtful yes or no."""
    given_ = np.array([[True], [True], [False], [False]]).repeat(3, axis=1)
    scores = np.array([[0.95], [0.4], [0.3], [0.01]]).repeat(3, axis=1)
    order = np.argsort(-confidences(given=given_, scores=scores)).tolist()
    assert set(order[:2]) == {0, 3}


def test_sentences_without_scores_are_kept() -> None:
    """Where the model's text was cut otherwise it said nothing and did not pass, so the sentence counts always."""
    gold = Unit("u0", Span(0, 5), stances=(Stance.ACCUSATION,))
    other = Unit("p0", Span(6, 9), scores=dict.fromkeys(Stance, 0.4))
    answers = answers_of([(gold, None), (None, other)])
    assert np.isinf(confidences(given=answers.given, scores=answers.scores)).tolist() == [True, False]
    counts = kept_counts([answers])[0]
    assert counts["kept"][:, 0, 2].tolist() == [1] * len(COVERAGES)


answers = (
    st.integers(1, 30)
    .flatmap(
        lambda n: st.tuples(
            *(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=n, max_size=n) for _ in range(2)),
            st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=n, max_size=n),
        )
    )
    .map(lambda parts: Answers(np.array(parts[0]), np.array(parts[1]), np.array(parts[2])))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(answers, min_size=1, max_size=4))
def test_what_is_kept_shrinks(articles: list[Answers]) -> None:
    """At full coverage all counts stand; below, at least that share of all sentences, and never more than before."""
    found = kept_counts(articles)
    total = sum(len(article.gold) for article in articles)
    for article, counts in zip(articles, found, strict=True):
        assert (counts["kept"][0] == label_counts(gold=article.gold, predicted=article.given)).all()
    kept = np.sum([counts["kept_sentences"][:, 0] for counts in found], axis=0)
    assert kept[0] == total
    assert (np.diff(kept) <= 0).all()
    for number, share in zip(kept, COVERAGES, strict=True):
        assert number >= max(round(share * total), 1)


def test_named_metrics() -> None:
    """macro-F1 at each coverage is a metric with an interval, also in the JSON report and in the terminal."""
    evaluation = evaluate([WEIR], scorer(0.2), resamples=10)
    names = {f"stance.macro_f1_at_{share}_coverage" for share in (90, 80, 70, 60, 50)}
    assert names <= evaluation.figures.keys()
    report = as_json(evaluation)
    assert names <= report["metrics"].keys()
    assert [row["coverage"] for row in report["abstention"]] == [1.0, 0.9, 0.8, 0.7, 0.6, 0.5]
    assert report["abstention"][0]["macro_f1"] == report["metrics"]["stance.macro_f1"]
    assert report["abstention"][2]["macro_f1"] == report["metrics"]["stance.macro_f1_at_80_coverage"]
    assert "  the surest 80%" in "\n".join(line for _, line in text_report(evaluation))
    assert suffix(1.0) == ""


def test_reliability_bins() -> None:
    """Each stance has ten bins; one holds all sentences of a constant score, its mean score, and the gold share."""
    evaluation = evaluate([WEIR], scorer(0.32), resamples=5)
    bins = reliability([article.counts for article in evaluation.articles])[Stance.ACCUSATION]
    assert [entry.sentences for entry in bins] == [0, 0, 0, 8, 0, 0, 0, 0, 0, 0]
    assert (bins[3].low, bins[3].high) == (0.3, 0.4)
    assert bins[3].score == pytest.approx(0.32)
    assert bins[3].share == pytest.approx(2 / 8)
    assert bins[0].score is bins[0].share is None
    stored = json.loads(json.dumps(as_json(evaluation), allow_nan=False))["reliability"]
    assert stored["accusation"][3] == {"low": 0.3, "high": 0.4, "sentences": 8, "score": 0.32, "share": 0.25}
    assert stored["accusation"][0]["score"] is None


def test_bins_give_the_calibration_error() -> None:
    """The calibration error is the mean distance of score and share over the bins, weighted by their sentences."""
    evaluation = evaluate([WEIR], scorer(0.7), resamples=5)
    for stance, bins in reliability([article.counts for article in evaluation.articles]).items():
        gaps = [
            entry.sentences * abs(entry.score - entry.share)
            for entry in bins
            if entry.score is not None and entry.share is not None
        ]
        assert sum(gaps) / 8 == pytest.approx(evaluation.figures[f"stance.{stance.value}.ece"].value)
