"""The two-stage classifiers: honest out-of-fold scores, thresholds, primary stances, one type of evidence at most."""

import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from small_models import HOSTILE, document, essay, own_articles, small_model

from argmap.document import Document, Span, Unit
from argmap.errors import EXIT_BAD_INPUT, InputError
from argmap.labels import EVIDENCE_TYPES, STANCES, EvidenceType, Stance, UnitKind
from argmap.stance.classifier import EvidenceClassifier, StanceClassifier, label, score, stances_of
from argmap.stance.features import LexicalFeatures
from argmap.stance.head import ContextualHead, best_thresholds
from argmap.stance.sentences import Sentence, sentences_of

ARTICLES = np.repeat(np.arange(10), 20).astype(np.int64)


def made_up(seed: int = 0) -> tuple[sp.csr_matrix, np.ndarray]:
    """Ten articles of twenty rows: column 0 tells the first label, column 1 is noise, the second label is a coin."""
    rng = np.random.default_rng(seed)
    Y = rng.random((len(ARTICLES), 2)) < 0.3
    X = np.c_[Y[:, 0] + rng.normal(0, 0.3, len(Y)), rng.normal(0, 1, len(Y))]
    return sp.csr_matrix(X), Y


def test_a_label_that_shows_is_learned_and_a_coin_is_not() -> None:
    """Out-of-fold scores rank what can be known and stay near the share of what cannot."""
    X, Y = made_up()
    scores = ContextualHead().fit(X, Y, ARTICLES).out_of_fold_
    assert scores[Y[:, 0], 0].min() > np.quantile(scores[~Y[:, 0], 0], 0.9)
    assert abs(scores[Y[:, 1], 1].mean() - scores[~Y[:, 1], 1].mean()) < 0.1
    assert abs(scores[:, 0].mean() - Y[:, 0].mean()) < 0.05


def test_out_of_fold_scores_do_not_know_the_article() -> None:
    """A word that gives away the label in one article alone helps the fitted model, and not the out-of-fold scores."""
    X, Y = made_up()
    planted = ARTICLES == 4
    Y[planted, 1] = True
    giveaway = sp.csr_matrix(planted.astype(np.float64)[:, None] * 5)
    head = ContextualHead().fit(sp.hstack([X, giveaway]).tocsr(), Y, ARTICLES)
    fitted = head.predict_proba(sp.hstack([X, giveaway]).tocsr(), ARTICLES)
    assert fitted[planted, 1].mean() > 0.8
    assert head.out_of_fold_[planted, 1].mean() < 0.4  # near the label's share in the other articles


def test_scores_of_an_article_depend_on_it_alone() -> None:
    """Other articles in the same call change no score."""
    X, Y = made_up()
    head = ContextualHead().fit(X, Y, ARTICLES)
    together = head.predict_proba(X, ARTICLES)
    alone = head.predict_proba(X[ARTICLES == 3], np.zeros(20, dtype=np.int64))
    np.testing.assert_allclose(together[ARTICLES == 3], alone, rtol=0, atol=1e-12)


def without_label(Y: np.ndarray) -> np.ndarray:
    Y[:, 1] = False
    return Y


def with_label_everywhere(Y: np.ndarray) -> np.ndarray:
    Y[:, 0] = True
    return Y


def with_label_in_one_article(Y: np.ndarray) -> np.ndarray:
    Y[:, 1] = ARTICLES == 7
    return Y


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (without_label, "no sentence is labelled label 1"),
        (with_label_everywhere, "every sentence is labelled label 0"),
        (with_label_in_one_article, "too few articles with sentences labelled label 1"),
    ],
)
def test_what_cannot_be_learned_is_refused(change: object, what: str) -> None:
    """A label that never, always or in one article only occurs is named before any work."""
    X, Y = made_up()
    with pytest.raises(InputError, match=what) as caught:
        ContextualHead().fit(X, change(Y), ARTICLES)  # type: ignore[operator]
    assert caught.value.exit_code == EXIT_BAD_INPUT


def test_too_few_articles_are_refused() -> None:
    """Each fold needs an article of its own."""
    X, Y = made_up()
    with pytest.raises(InputError, match="4 labelled articles; expected at least 5"):
        ContextualHead().fit(X[:80], Y[:80], ARTICLES[:80])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(bad: float) -> None:
    """NaN and infinity are no features."""
    X, Y = made_up()
    X[3, 1] = bad
    with pytest.raises(InputError, match="not finite"):
        ContextualHead().fit(X, Y, ARTICLES)


def test_the_same_input_gives_the_same_model() -> None:
    """Fitting is deterministic, and a clone has the same parameters."""
    X, Y = made_up()
    one = ContextualHead(strength=0.5).fit(X, Y, ARTICLES)
    other = clone(one).fit(X, Y, ARTICLES)
    for name in ("first_coef_", "first_bias_", "second_coef_", "second_bias_", "out_of_fold_"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40, unique_by=lambda row: row[0]))
def test_the_threshold_has_the_best_f1(rows: list[tuple[float, bool]]) -> None:
    """On few sentences no other threshold has a better F1 than the one chosen."""
    scores, gold = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])

    def f1(threshold: float) -> float:
        chosen = scores >= threshold
        return 2 * float((chosen & gold).sum()) / max(float(chosen.sum() + gold.sum()), 1)

    best = best_thresholds(scores[:, None], gold[:, None])
    assert best.shape == (1,)
    assert f1(float(best[0])) == pytest.approx(max(f1(threshold) for threshold in scores))


def test_thresholds_of_many_sentences_are_where_the_classes_part() -> None:
    """With many sentences the choice is smoothed, and still parts what is far apart."""
    gold = np.arange(1000) < 200
    scores = np.where(gold, 0.8, 0.2) + np.linspace(0.05, -0.05, 1000)
    assert 0.2 < best_thresholds(scores[:, None], gold[:, None])[0] < 0.9


A, Q, R = STANCES


@pytest.mark.parametrize(
    ("scores", "thresholds", "expected"),
    [
        ([0.1, 0.1, 0.1], [0.5, 0.5, 0.5], ()),
        ([0.5, 0.1, 0.1], [0.5, 0.5, 0.5], (A,)),  # a score at its threshold reaches it
        ([0.6, 0.9, 0.1], [0.5, 0.5, 0.5], (Q, A)),
        ([0.6, 0.9, 0.1], [0.2, 0.6, 0.5], (A, Q)),  # three times its threshold, against one and a half
        ([0.6, 0.6, 0.6], [0.5, 0.5, 0.5], (R, A, Q)),
        ([0.6, 0.6, 0.0], [0.5, 0.5, 0.5], (A, Q)),
    ],
)
def test_the_primary_stance_comes_first(
    scores: list[float], thresholds: list[float], expected: tuple[Stance, ...]
) -> None:
    """Stances stand by how far they exceed their thresholds; ties go by the guidelines."""
    assert stances_of(scores, thresholds) == expected


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_stances_are_those_that_reach_their_threshold(scores: list[float], thresholds: list[float]) -> None:
    """Neither more nor fewer, each once."""
    found = stances_of(scores, thresholds)
    assert len(set(found)) == len(found)
    assert set(found) == {s for s, value, least in zip(STANCES, scores, thresholds, strict=True) if value >= least}


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), max_size=5))
def test_at_most_one_type_of_evidence(rows: list[list[float]]) -> None:
    """A sentence has the type that exceeds its threshold by the largest factor, or none."""
    classifier = EvidenceClassifier()
    classifier.thresholds_ = np.array([0.2, 0.3, 0.4, 0.5])
    chosen = classifier.choose(np.array(rows).reshape(-1, 4))
    assert len(chosen) == len(rows)
    for row, kind in zip(rows, chosen, strict=True):
        ratios = np.array(row) / classifier.thresholds_
        if kind is None:
            assert (ratios < 1).all()
        else:
            assert ratios[EVIDENCE_TYPES.index(kind)] == ratios.max() >= 1


def test_evidence_is_chosen_by_factor() -> None:
    """A rare type wins over a common one that barely reaches its threshold."""
    classifier = EvidenceClassifier()
    classifier.thresholds_ = np.array([0.2, 0.3, 0.4, 0.5])
    assert classifier.choose(np.array([[0.3, 0.0, 0.5, 0.6], [0.1, 0.2, 0.3, 0.4]])) == [EvidenceType.TESTIMONY, None]


def test_the_estimator_fits_and_predicts() -> None:
    """`StanceClassifier` alone: fit on sentences, calibrated probabilities, and predictions by threshold."""
    units = [unit for article in own_articles() for unit in article.document.text_units()]
    X = [sentence for article in own_articles() for sentence in sentences_of(article.document)]
    Y = np.array([[stance in unit.stances for stance in STANCES] for unit in units])
    classifier = StanceClassifier(features=LexicalFeatures(dimensions=8)).fit(X, Y)
    scores = classifier.predict_proba(X)
    assert scores.shape == Y.shape
    np.testing.assert_array_equal(classifier.predict(X), scores >= classifier.thresholds_)
    out_of_fold = classifier.head_.out_of_fold_
    for k, share in enumerate(Y.mean(axis=0)):
        assert out_of_fold[Y[:, k], k].mean() > out_of_fold[~Y[:, k], k].mean() + 0.05
        assert abs(out_of_fold[:, k].mean() - share) < 0.05
    assert classifier.predict_proba([]).shape == (0, 3)
    again = clone(classifier).fit(X, Y)
    np.testing.assert_array_equal(again.predict_proba(X), scores)


def test_a_document_without_text_has_no_scores() -> None:
    """Headings and boilerplate alone are scored as nothing, not as an error."""
    model = small_model()
    for doc in (Document("d", ""), Document("d", "Title", units=(Unit("u0", Span(0, 5), UnitKind.HEADING),))):
        scores = score(doc, model.stance, model.evidence)
        assert (scores.stances.shape, scores.evidence.shape) == ((0, 3), (0, 4))
        assert label(doc, scores, model.stance, model.evidence) == doc


def test_labels_follow_scores() -> None:
    """A unit carries rounded scores, the stances that reach their thresholds, and the score of its evidence."""
    model = small_model()
    doc = document("A title\n\n" + essay(40))
    scores = score(doc, model.stance, model.evidence)
    labelled = label(doc, scores, model.stance, model.evidence)
    assert [unit.span for unit in labelled.units] == [unit.span for unit in doc.units]
    assert not labelled.units[0].scores
    for row, evidence, unit in zip(scores.stances, scores.evidence, labelled.text_units(), strict=True):
        assert list(unit.scores.values()) == [round(float(value), 4) for value in row]
        assert unit.stances == stances_of(row.tolist(), model.stance.thresholds_.tolist())
        best = None if unit.evidence is None else round(float(evidence[EVIDENCE_TYPES.index(unit.evidence)]), 4)
        assert unit.evidence_score == best
    assert {stance for unit in labelled.units for stance in unit.stances} == set(STANCES)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_classified(name: str) -> None:
    """Whatever the string: scores between 0 and 1 for each sentence."""
    model = small_model()
    scores = score(document(HOSTILE[name]), model.stance, model.evidence)
    for part in (scores.stances, scores.evidence):
        assert np.isfinite(part).all()
        assert ((part >= 0) & (part <= 1)).all()


def test_neighbours_matter() -> None:
    """The same sentence scores otherwise in another company: context is used."""
    classifier = small_model().stance
    texts = ["It has been so for years.", "“We know,” said the mayor.", "They must resign now."]
    first = []
    for order in itertools.permutations(texts):
        scores = classifier.predict_proba([Sentence(text, "a") for text in order])
        first.append(scores[order.index(texts[0])])
    assert np.array(first).std(axis=0).max() > 0
