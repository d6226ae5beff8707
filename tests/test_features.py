"""Features see a sentence in its article, and nothing of another article."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import HOSTILE, bundled_model, document, essay, own_articles, small_model

from argmap.stance.features import LexicalFeatures
from argmap.stance.sentences import Sentence, article_numbers, neighbours, places, sentences_of

GROUPS = st.lists(st.integers(1, 6), min_size=1, max_size=6).map(
    lambda sizes: np.repeat(np.arange(len(sizes)), sizes).astype(np.int64)
)


def sentences(article: str, *texts: str) -> list[Sentence]:
    return [Sentence(text, article) for text in texts]


@given(GROUPS, st.sampled_from([-2, -1, 1, 2]))
def test_neighbours_never_cross_articles(articles: np.ndarray, offset: int) -> None:
    """A row's neighbour is the row beside it in the same article, or zeros."""
    values = np.arange(1.0, len(articles) + 1)[:, None]
    shifted = neighbours(values, articles, offset)[:, 0]
    for row, value in enumerate(shifted):
        there = row + offset
        inside = 0 <= there < len(articles) and articles[there] == articles[row]
        assert value == (values[there, 0] if inside else 0)


@given(GROUPS)
def test_places_count_within_the_article(articles: np.ndarray) -> None:
    """Sentences are counted from the start and from the end of their own article."""
    before, after = places(articles)
    for number in np.unique(articles):
        rows = np.flatnonzero(articles == number)
        assert before[rows].tolist() == list(range(len(rows)))
        assert after[rows].tolist() == list(range(len(rows)))[::-1]


def test_an_articles_features_are_its_own() -> None:
    """What else is classified in the same call changes nothing."""
    features = small_model().stance.features_
    one = sentences("a", "The council lied.", "“We know,” said Zed.", "It must go.")
    other = sentences("b", "Stop it now!", "Rain fell.")
    together = features.transform([*one, *other]).toarray()
    np.testing.assert_array_equal(together[:3], features.transform(one).toarray())
    np.testing.assert_array_equal(together[3:], features.transform(other).toarray())


def test_an_article_sees_its_neighbours() -> None:
    """The same sentence has other features beside other sentences."""
    features = small_model().stance.features_
    one = features.transform(sentences("a", "It rained.", "They must go.")).toarray()
    other = features.transform(sentences("a", "It rained.", "“We know,” he said.")).toarray()
    names = features.get_feature_names_out()
    changed = {str(names[column]) for column in np.flatnonzero(one[0] != other[0])}
    assert changed
    assert all(name.startswith("after: ") for name in changed)


def test_each_column_has_a_name() -> None:
    """One can say of every weight what it weighs."""
    features = small_model().stance.features_
    names = features.get_feature_names_out()
    assert features.transform(sentences("a", "It rained.")).shape == (1, len(names))
    assert len(set(names)) == len(names)


def test_who_is_named_changes_no_feature() -> None:
    """Two sentences that differ in a name alone have the same features."""
    features = bundled_model().stance.features_
    one, other = (f"{name} must answer for the bridge." for name in ("Zebulon Quarrenby", "Quillaume"))
    np.testing.assert_array_equal(
        features.transform(sentences("a", one)).toarray(), features.transform(sentences("a", other)).toarray()
    )


def test_no_sentences_no_rows() -> None:
    """Nothing to classify is no error."""
    features = small_model().stance.features_
    assert features.transform([]).shape == (0, len(features.get_feature_names_out()))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_has_finite_features(name: str) -> None:
    """Whatever the string: a row of finite numbers."""
    matrix = small_model().stance.features_.transform(sentences("a", HOSTILE[name], "It rained.", HOSTILE[name][:50]))
    assert matrix.shape[0] == 3
    assert np.isfinite(matrix.data).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=80), min_size=1, max_size=4))
def test_any_sentences_have_finite_features(texts: list[str]) -> None:
    """Features are total."""
    assert np.isfinite(small_model().stance.features_.transform(sentences("a", *texts)).data).all()


def test_fitting_is_deterministic() -> None:
    """The same sentences and seed give the same features; further plain texts teach word vectors and no n-grams."""
    X = sentences_of(own_articles()[0].document)
    one, other = (LexicalFeatures(dimensions=8).fit(X).transform(X) for _ in range(2))
    np.testing.assert_array_equal(one.toarray(), other.toarray())
    taught = LexicalFeatures(dimensions=8, unlabelled=(essay(200),) * 3).fit(X)
    assert taught.words_.get_feature_names_out().tolist() == (
        LexicalFeatures(dimensions=8).fit(X).words_.get_feature_names_out().tolist()
    )
    assert "bridge" in taught.vectors_.words


def test_sentences_know_their_paragraph() -> None:
    """The first and the last sentence of a paragraph are marked; headings are left out."""
    found = sentences_of(document("A title\n\nIt rained. They left. We stayed.\n\nIt was cold.\n"))
    texts = [sentence.text for sentence in found]
    assert texts == ["It rained.", "They left.", "We stayed.", "It was cold."]
    assert [sentence.opens_paragraph for sentence in found] == [True, False, False, True]
    assert [sentence.closes_paragraph for sentence in found] == [False, False, True, True]
    assert article_numbers([*found, Sentence("x", "another")]).tolist() == [0, 0, 0, 0, 1]
