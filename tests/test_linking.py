"""Linking: what is known of an article's units, features of pairs, scorers, and decoding into a forest."""

import itertools
import random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from small_models import HOSTILE, document, essay, own_articles, small_model

from argmap.document import Document, Span, Unit
from argmap.errors import InputError
from argmap.labels import RelationKind, UnitKind
from argmap.linking import features as features_module
from argmap.linking import model as model_module
from argmap.linking import networks
from argmap.linking.decoding import ScoredPair, decode
from argmap.linking.features import candidate_pairs, pair_features, unit_features
from argmap.linking.networks import LinearScorer, NetworkScorer, fit_linear, fit_networks, fit_ranker
from argmap.linking.training import LinkedArticle, fit_links
from argmap.linking.view import CUES, ArticleView, view_of
from argmap.stance.classifier import score

PIER = """The pier of Zedmouth

The council ignored the Quillon survey. Forty pilings are rotten, says Quillon.

What to do

The council must rebuild the pier. “The pilings can wait,” said the mayor of Zedmouth. They cannot."""


def viewed(text: str, *, title: str | None = None) -> ArticleView:
    """The view of an article with the scores of the small model."""
    return view_of_document(document(text, title=title))


def view_of_document(doc: Document) -> ArticleView:
    model = small_model()
    scores = score(doc, model.stance, model.evidence)
    return view_of(doc, model.stance.features_, scores)


def test_a_view_knows_place_words_and_names() -> None:
    """Paragraphs and sections count from 0, depth runs from 0 to 1, words are without names and function words."""
    view = viewed(PIER)
    assert len(view) == 5
    assert view.paragraph.tolist() == [0, 0, 1, 1, 1]
    assert view.section.tolist() == [1, 1, 2, 2, 2]
    assert view.depth.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert {"Quillon"} <= view.names[0] & view.names[1]
    assert "council" in view.words[0] & view.words[2]
    assert not {"the", "of"} & frozenset().union(*view.words)
    assert view.cues.shape == (5, len(CUES))
    np.testing.assert_allclose(np.linalg.norm(view.vectors, axis=1), 1, atol=1e-6)


def test_sections_are_counted_on_text_alone() -> None:
    """What surrounds the text opens no section and has no row; each heading opens one."""
    text = "A. B. C. D. E. F. G."
    kinds = ("text", "boilerplate", "heading", "text", "comment", "text", "heading")
    spans = [Span(start, start + 2) for start in range(0, 21, 3)]
    units = [Unit(f"u{i}", span, UnitKind(kind)) for i, (span, kind) in enumerate(zip(spans, kinds, strict=True))]
    view = view_of_document(Document("d", text, units=tuple(units)))
    assert view.ids == ("u0", "u3", "u5")
    assert view.section.tolist() == [0, 1, 1]


def test_a_claim_is_blamed_or_called_for() -> None:
    """The more a unit looks like an accusation or a recommendation, the more it looks like a claim."""
    view = viewed(PIER)
    accusation, recommendation = view.stances[:, 0], view.stances[:, 2]
    assert (view.claim >= np.maximum(accusation, recommendation) - 1e-12).all()
    assert (view.claim <= accusation + recommendation).all()


def test_likeness_to_the_title() -> None:
    """A unit that says the title's words is like the title, also if the title shouts."""
    for title in ("Will they rebuild the pier?", "WILL THEY REBUILD THE PIER?"):
        view = viewed(PIER, title=title)
        assert view.title[:, 0].tolist() == [0, 0, 2, 0, 0]
        assert view.title[:, 1].tolist() == [0, 0, 1, 0, 0]
        assert np.abs(view.title[:, 2]).max() <= 1
    assert not viewed("It rained. They left.").title.any()


def test_a_view_of_nothing() -> None:
    """A document without text has a view of no rows, and no links."""
    model = small_model()
    view = viewed("")
    assert len(view) == 0
    assert unit_features(view).shape[0] == 0
    assert candidate_pairs(view, np.zeros(0))[0].shape == (0,)
    assert model.links.thesis_probability(view).shape == (0,)
    assert model.links.link(view).thesis is None


def test_shared_words_are_counted_as_sets_do() -> None:
    """Overlaps of words and names, weighted and not, are those of the sets, to the last bit."""
    view = viewed(PIER + "\n\n" + essay(30))
    thesis = small_model().links.thesis_probability(view)
    source, target = candidate_pairs(view, thesis)
    pairs = list(zip(source.tolist(), target.tolist(), strict=True))
    columns = pair_features(view, thesis, source, target).T.tolist()
    rarity = [sum(view.rarity[word] for word in sorted(view.words[i] & view.words[j])) for i, j in pairs]
    sizes = [max(min(len(view.words[i]), len(view.words[j])), 1) for i, j in pairs]
    assert [float(value) for value in rarity] in columns
    assert [len(view.words[i] & view.words[j]) / n for (i, j), n in zip(pairs, sizes, strict=True)] in columns
    assert [float(len(view.names[i] & view.names[j])) for i, j in pairs] in columns
    alike = [sum(len(own & other) >= 2 for other in view.words) - 1 for own in view.words]
    assert [value / len(view) for value in alike] in unit_features(view).T.tolist()


@pytest.mark.parametrize("number", [2, 3, 20, 60])
def test_pairs_worth_scoring(number: int) -> None:
    """Every unit is paired with its neighbours and with the likeliest theses and claims, each pair once, in order."""
    view = viewed(essay(number))
    thesis = small_model().links.thesis_probability(view)
    source, target = candidate_pairs(view, thesis)
    far = {*np.argsort(-thesis, kind="stable")[:8].tolist(), *np.argsort(-view.claim, kind="stable")[:8].tolist()}
    expected = [
        (i, j) for i, j in itertools.product(range(len(view)), repeat=2) if i != j and (abs(i - j) <= 12 or j in far)
    ]
    assert list(zip(source.tolist(), target.tolist(), strict=True)) == expected


def test_work_in_portions_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long article is compared and scored in portions, with the same outcome."""
    links = small_model().links
    view = view_of_document(own_articles()[1].document)
    units, whole = unit_features(view), links.link(view)
    monkeypatch.setattr(features_module, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(model_module, "_PAIRS_AT_ONCE", 50)
    np.testing.assert_allclose(unit_features(view), units, rtol=0, atol=1.01 / len(view))  # ranks of a tie may swap
    parts = links.link(view)
    assert whole.links
    assert parts.thesis == whole.thesis
    assert [(pair.source, pair.target, kind) for pair, kind in parts.links] == [
        (pair.source, pair.target, kind) for pair, kind in whole.links
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_linked(name: str) -> None:
    """Whatever the string: finite features and a forest."""
    view = viewed(HOSTILE[name] + "\n\n" + PIER, title=HOSTILE[name][:200])
    thesis = small_model().links.thesis_probability(view)
    assert thesis.sum() == pytest.approx(1)
    assert np.isfinite(unit_features(view)).all()
    assert np.isfinite(pair_features(view, thesis, *candidate_pairs(view, thesis))).all()
    found = small_model().links.link(view)
    assert found.thesis == int(thesis.argmax())
    assert_forest([pair for pair, _ in found.links], root=found.thesis)


# ---- scorers ----


def rows(number: int = 300, columns: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    X = rng.normal(2, 3, (number, columns))
    return X, X[:, 0] * X[:, 1] > 4


class Recorder:
    """Stands in for an estimator's class and keeps what was made and fitted."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self.made: list[object] = []

    def __call__(self, *args: object, **kwargs: object) -> object:
        self.made.append(self.kind(*args, **kwargs))
        return self.made[-1]


def test_networks_score_as_scikit_learn_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """`NetworkScorer` gives the mean of the probabilities that scikit-learn's own networks predict."""
    recorder = Recorder(MLPClassifier)
    monkeypatch.setattr(networks, "MLPClassifier", recorder)
    X, y = rows()
    scorer = fit_networks(X.astype(np.float32), y, members=3, epochs=5, seed=0)
    Z = StandardScaler().fit(X.astype(np.float32)).transform(X.astype(np.float32))
    own = np.mean([member.predict_proba(Z)[:, 1] for member in recorder.made], axis=0)  # type: ignore[attr-defined]
    assert len(recorder.made) == 3
    assert np.ptp(own) > 0.1
    np.testing.assert_allclose(scorer.probability(X.astype(np.float32)), own, atol=1e-5)


def test_linear_scores_are_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    """`LinearScorer` gives the log-odds of scikit-learn's own model."""
    recorder = Recorder(LogisticRegression)
    monkeypatch.setattr(networks, "LogisticRegression", recorder)
    X, y = rows()
    scorer = fit_linear(X, y, C=0.5)
    own = recorder.made[0].decision_function(StandardScaler().fit_transform(X))  # type: ignore[attr-defined]
    np.testing.assert_allclose(scorer.decision(X), own, atol=1e-5)
    np.testing.assert_allclose(scorer.scaled(0.3).decision(X), 0.3 * scorer.decision(X), rtol=1e-5, atol=1e-6)


def test_scorers_come_back_from_their_arrays() -> None:
    """What is stored is what scores: arrays and back changes no bit."""
    X, y = rows()
    linear = fit_linear(X, y, C=0.5)
    network = fit_networks(X.astype(np.float32), y, members=2, epochs=2, seed=0)
    np.testing.assert_array_equal(LinearScorer.from_arrays(linear.arrays()).decision(X), linear.decision(X))
    np.testing.assert_array_equal(NetworkScorer.from_arrays(network.arrays()).probability(X), network.probability(X))


def test_networks_follow_the_seed() -> None:
    """The same seed gives the same networks, another one others."""
    X, y = rows()
    one, same, other = (
        fit_networks(X.astype(np.float32), y, members=1, epochs=2, seed=seed).probability(X) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)


def test_the_ranker_puts_the_winner_first() -> None:
    """Where one column marks the thesis, it ranks first in articles that the ranker has not seen."""
    rng = np.random.default_rng(0)
    groups = []
    for number in range(12):
        X = rng.normal(0, 1, (number % 5 + 1, 4))  # an article of one unit teaches nothing and harms nothing
        X[number % len(X), 2] += 5
        groups.append((X, number % len(X)))
    ranker = fit_ranker(groups[:9], C=1.0)
    assert all(int(ranker.decision(X).argmax()) == winner for X, winner in groups[9:])


# ---- decoding ----


def assert_forest(links: list[ScoredPair], *, root: int | None = None, threshold: float = 0.0) -> None:
    graph = nx.DiGraph([(pair.source, pair.target) for pair in links])
    assert len({pair.source for pair in links}) == len(links)
    assert nx.is_directed_acyclic_graph(graph)
    assert root not in {pair.source for pair in links}
    assert all(pair.score >= threshold for pair in links)
    assert [pair.source for pair in links] == sorted(pair.source for pair in links)


@st.composite
def scored(draw: st.DrawFn, size: int) -> list[ScoredPair]:
    """Pairs among `size` units, each at most once, with scores that do not tie."""
    ends = draw(st.lists(st.tuples(*[st.integers(0, size - 1)] * 2), unique=True, max_size=size * size))
    scores = random.Random(draw(st.integers(0, 10**6))).sample(range(1, 10**6), len(ends))
    return [ScoredPair(i, j, value / 10**6) for (i, j), value in zip(ends, scores, strict=True)]


@settings(max_examples=60, deadline=None)
@given(scored(12), st.sampled_from([0.0, 0.3, 0.6]), st.none() | st.integers(0, 11))
def test_links_form_a_forest(pairs: list[ScoredPair], threshold: float, root: int | None) -> None:
    """Each source serves one claim, nothing serves itself by a detour, the thesis serves nothing."""
    found = decode(pairs, threshold=threshold, root=root)
    assert_forest(list(found), root=root, threshold=threshold)
    assert set(found) <= set(pairs)
    assert found == decode(reversed(pairs), threshold=threshold, root=root)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(320, 420))
def test_very_long_articles_get_a_forest_too(seed: int, size: int) -> None:
    """Above the edges that Edmonds' algorithm can take, the greedy way keeps the same rules, quickly."""
    rng = random.Random(seed)
    pairs = [ScoredPair(i, j, rng.random()) for i in range(size) for j in rng.sample(range(size), 4) if i != j]
    found = decode(pairs, threshold=0.2, root=0)
    assert len(found) > size / 2
    assert_forest(list(found), root=0, threshold=0.2)


@pytest.mark.parametrize("size", [300, 3_000])
def test_a_chain_and_a_ring(size: int) -> None:
    """A chain is kept whole; a ring loses its weakest link; both below and above the greedy border."""
    ring = [ScoredPair(i, (i + 1) % size, 0.9 if i else 0.5) for i in range(size)]
    found = decode(ring, threshold=0.1)
    assert [(pair.source, pair.target) for pair in found] == [(i, (i + 1) % size) for i in range(1, size)]


def best_sum(pairs: list[ScoredPair], threshold: float, root: int | None, size: int) -> float:
    """By trying every forest."""
    options: list[list[ScoredPair | None]] = [[None] for _ in range(size)]
    for pair in pairs:
        if pair.score >= threshold and pair.source not in (root, pair.target):
            options[pair.source].append(pair)
    best = 0.0
    for choice in itertools.product(*options):
        above = {pair.source: pair.target for pair in choice if pair is not None}
        acyclic = True
        for start in above:
            node, steps = start, 0
            while node in above and steps <= size:
                node, steps = above[node], steps + 1
            acyclic &= steps <= size
        if acyclic:
            best = max(best, sum(pair.score - threshold for pair in choice if pair is not None))
    return best


@settings(max_examples=80, deadline=None)
@given(scored(4), st.sampled_from([0.0, 0.3]), st.none() | st.integers(0, 3))
def test_no_forest_is_better(pairs: list[ScoredPair], threshold: float, root: int | None) -> None:
    """The forest has the largest possible sum of score above threshold."""
    found = decode(pairs, threshold=threshold, root=root)
    assert sum(pair.score - threshold for pair in found) == pytest.approx(best_sum(pairs, threshold, root, 4), abs=1e-5)


def test_nothing_reaches_the_threshold() -> None:
    """No pair, no link; a score at the threshold is taken, one that is no number is not."""
    assert decode([], threshold=0.5) == ()
    assert decode([ScoredPair(0, 1, 0.49), ScoredPair(1, 0, float("nan"))], threshold=0.5) == ()
    assert len(decode([ScoredPair(0, 1, 0.5)], threshold=0.5)) == 1


# ---- training ----


def test_too_little_to_learn_links_from() -> None:
    """Links are learned from at least three articles with twenty links, of both kinds, and a thesis."""
    view = viewed(essay(40))
    links = {(i, i + 1): RelationKind.SUPPORT for i in range(12)}
    with pytest.raises(InputError, match="too few hand-labelled links"):
        fit_links([LinkedArticle((view,), links, 0)] * 2, report=lambda _: None)
    with pytest.raises(InputError, match="no article with a thesis"):
        fit_links([LinkedArticle((view,), links, None)] * 3, report=lambda _: None)
    with pytest.raises(InputError, match="one kind only"):
        fit_links([LinkedArticle((view,), links, 0)] * 3, report=lambda _: None)
