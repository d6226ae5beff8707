"""Word vectors learned from plain text."""

import numpy as np
import pytest

from argmap.stance.vectors import WordVectors, learn_vectors

ARTICLES = [
    f"the {animal} {verb} in the {place} and the {fruit} was {colour} on the table .".split()
    for animal in ("cat", "dog", "fox")
    for verb in ("slept", "ran")
    for place in ("yard", "barn")
    for fruit in ("plum", "pear", "fig")
    for colour in ("green", "ripe")
]


def vectors(**changes: int) -> WordVectors:
    return learn_vectors(ARTICLES, **{"dimensions": 6, "min_count": 8, **changes})


def likeness(found: WordVectors, one: str, other: str) -> float:
    return float(found.matrix[found.index[one]] @ found.matrix[found.index[other]])


def test_words_of_a_kind_are_alike() -> None:
    """Words that stand in the same company lie nearer than words that do not."""
    found = vectors()
    assert likeness(found, "cat", "dog") > likeness(found, "cat", "plum") + 0.2
    assert likeness(found, "plum", "fig") > likeness(found, "plum", "barn") + 0.2


def test_rows_have_unit_length() -> None:
    """Each word counts by its direction."""
    np.testing.assert_allclose(np.linalg.norm(vectors().matrix, axis=1), 1, atol=2e-3)


def test_the_seed_decides() -> None:
    """The same texts and seed give the same vectors."""
    np.testing.assert_array_equal(vectors(seed=3).matrix, vectors(seed=3).matrix)


def test_rare_words_are_left_out_and_common_ones_weigh_less() -> None:
    """Words below the count have no vector; a sentence's mean hears rare words more."""
    found = learn_vectors([*ARTICLES, ["once"]], dimensions=6, min_count=8)
    assert "once" not in found.words
    assert found.weights[found.index["the"]] < found.weights[found.index["fox"]]
    assert len(vectors(vocabulary=5).words) == 5


def test_a_sentence_of_unknown_words_is_zero() -> None:
    """No known word, no direction."""
    found = vectors()
    assert not found.sentence(["unknown", "words"]).any()
    assert not found.sentence([]).any()
    assert found.sentence(["cat", "unknown"]) == pytest.approx(found.sentence(["cat"]))


@pytest.mark.parametrize(
    ("articles", "shape"),
    [
        ([], (0, 0)),
        ([[]] * 3, (0, 0)),
        ([["alone"] * 20], (0, 0)),
        ([["a", "b"]] * 9, (2, 1)),  # fewer words than dimensions
        ([["a"]] * 9 + [["b"]] * 9, (2, 1)),  # never beside each other
    ],
)
def test_little_text_gives_few_dimensions(articles: list[list[str]], shape: tuple[int, int]) -> None:
    """Too little to learn from is no error: the vectors have fewer dimensions, or none."""
    found = learn_vectors(articles)
    assert found.matrix.shape == shape
    assert np.isfinite(found.matrix).all()
    assert found.sentence(["a", "b"]).shape == (shape[1],)
