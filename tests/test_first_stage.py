"""The fast way to a linear model's scores gives what scikit-learn's feature matrix gives, whatever the text."""

import copy
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import HOSTILE, bundled_model, own_articles

from argmap.stance import encoding, first_stage
from argmap.stance.cue_matrix import CueReader
from argmap.stance.cues import CUE_NAMES, cue_vector
from argmap.stance.encoding import TokenEncoder
from argmap.stance.features import LexicalFeatures
from argmap.stance.pairs import PairTable
from argmap.stance.sentences import Sentence, sentences_of
from argmap.stance.tokens import masked_tokens

FloatArray = np.ndarray
WORDS = [
    *("the", "The", "THE", "of", "council", "Council", "council's", "“the", "‘the", "'the", "that”,", "said:", "said,"),
    *("Zed", "Zed's", "Anne-Marie", "O’Brill", "1,000", "3.5%", "I", "I'm", "’tis", "a", "ab", "Aé", "naïve", "—", "…"),
    *("?!", '"must"', "must", "be", "been", "should", "have", "refused", "to", "it", "is", "time", "for", "if", "will"),
    *("only", "way", "we", "government", "<name>", "<q>", "<num>", "<NAME>", "_x_", "x_y", "e\u0301", "\u202eabc"),
    *("\u0661\u0662", "ß", "ﬁn", "İI", "\U0001f600", "你好", "''"),
]
SPACES = [" ", "  ", "\n", "\t", "\u00a0", "\u2003", "\x1c", "\x00", "", "\u200b"]
PROSE = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=40).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=120)
TEXTS = st.lists(PROSE | ANYTHING, min_size=1, max_size=6)


@cache
def fitted() -> LexicalFeatures:
    """Features of a few of our own articles."""
    X = [sentence for article in own_articles()[:4] for sentence in sentences_of(article.document)]
    return LexicalFeatures(dimensions=12).fit(X)


@cache
def weights() -> tuple[list[FloatArray], list[FloatArray]]:
    """Random weights of two models, as single-precision as those of a model folder."""
    rng = np.random.default_rng(5)
    columns = len(fitted().get_feature_names_out())
    return (
        [rng.normal(size=(labels, columns)).astype(np.float32) for labels in (3, 4)],
        [rng.normal(size=labels).astype(np.float32) for labels in (3, 4)],
    )


@cache
def cue_reader() -> CueReader:
    return CueReader()


def sentences(texts: list[str], *, article: str = "a") -> list[Sentence]:
    return [Sentence(text, article, i % 2 == 0, i % 3 == 0) for i, text in enumerate(texts)]


def assert_same(X: list[Sentence], features: LexicalFeatures | None = None) -> None:
    features = features or fitted()
    matrix = features.transform(X)
    for found, w, b in zip(features.first_stage(X, *weights()), *weights(), strict=True):
        np.testing.assert_allclose(found, matrix @ w.T.astype(np.float64) + b, rtol=0, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_text_has_the_scores_of_the_matrix(texts: list[str]) -> None:
    """Words, names, marks, odd spaces, any code point: the scores are those of `transform`, to 1e-9."""
    assert_same(sentences(texts))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_has_the_scores_of_the_matrix(name: str) -> None:
    """So do endless words, NUL, marks alone, right-to-left, and a word repeated a thousand times."""
    assert_same(sentences([HOSTILE[name], "It rained.", HOSTILE[name][:50], (HOSTILE[name][:9] + " ") * 1_000]))


def test_articles_keep_to_themselves() -> None:
    """Several articles in a call, also of more sentences than are read at a time, see their own neighbours only."""
    X = [sentence for article in own_articles() for sentence in sentences_of(article.document)]
    assert len(X) > first_stage._ROWS_AT_ONCE
    assert_same(X)
    one, other = sentences(["It rained.", "We must go."]), sentences(["“No,” he said."], article="b")
    together = fitted().first_stage([*one, *other], *weights())
    np.testing.assert_allclose(together[0][:2], fitted().first_stage(one, *weights())[0], rtol=0, atol=1e-9)


def test_no_sentences_no_scores() -> None:
    """Nothing to score is no error."""
    assert [part.shape for part in fitted().first_stage([], *weights())] == [(0, 3), (0, 4)]


def test_the_bundled_model_labels_the_same() -> None:
    """The model that people use gives the same scores, to the digits that are shown, by both ways."""
    model = bundled_model()
    heads = (model.stance.head_, model.evidence.head_)
    coefs, biases = [head.first_coef_ for head in heads], [head.first_bias_ for head in heads]
    for article in own_articles()[:3]:
        X = sentences_of(article.document)
        matrix = model.stance.features_.transform(X)
        for found, w, b in zip(model.stance.features_.first_stage(X, coefs, biases), coefs, biases, strict=True):
            wanted = matrix @ w.T.astype(np.float64) + b
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)
            np.testing.assert_array_equal(np.round(found, 4), np.round(wanted, 4))


def test_what_was_read_is_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded: the caches start again, in the middle of a long text too, and nothing changes."""
    features = copy.deepcopy(fitted())
    monkeypatch.setattr(encoding, "_MOST_PIECES", 50)
    monkeypatch.setattr(first_stage, "_ROWS_AT_ONCE", 8)
    X = [sentence for article in own_articles()[:3] for sentence in sentences_of(article.document)]
    for _ in range(2):
        assert_same(X, features)
        assert len(features._first_stage[1]._encoder.words) < 1_000
    endless = TokenEncoder(frozenset())
    endless.encode(["x" * encoding._MOST_LETTERS, "y"])
    assert endless.full


def test_new_weights_are_used() -> None:
    """A model that is fitted again does not score with the weights of before."""
    features, X = copy.deepcopy(fitted()), sentences(["It rained.", "We must go."])
    (w, v), (b, c) = weights()
    before = features.first_stage(X, [w, v], [b, c])
    after = features.first_stage(X, [w * 2], [b * 0])
    np.testing.assert_allclose(after[0], 2 * (before[0] - b), atol=1e-5)
    with pytest.raises(ValueError, match="weights for"):
        features.first_stage(X, [w[:, :-1]], [b])


def test_threads_and_copies() -> None:
    """Several threads may score at once; a pickled or copied transformer scores the same and carries no cache."""
    X = [sentences_of(article.document) for article in own_articles()] * 3
    alone = [fitted().first_stage(rows, *weights())[0] for rows in X]
    fresh = pickle.loads(pickle.dumps(fitted()))  # noqa: S301 - our own bytes
    assert not hasattr(fresh, "_first_stage")
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda rows: fresh.first_stage(rows, *weights())[0], X))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_tokens_and_cues_are_those_of_one_sentence(texts: list[str]) -> None:
    """Numbered tokens spell what `masked_tokens` gives, and the cues of many are those of `cue_vector`, to the bit."""
    ordinary = fitted().ordinary_
    encoder, reader = TokenEncoder(ordinary), cue_reader()
    reader.forget(encoder.words)
    tokens = encoder.encode(texts)
    spelled = [
        [encoder.words[number] for number in tokens.ids[a:b]]
        for a, b in zip(tokens.starts, tokens.starts[1:], strict=False)
    ]
    assert spelled == [masked_tokens(text, ordinary) for text in texts]
    counted = reader.read(encoder.words)
    totals = np.array(
        [counted[tokens.ids[a:b]].sum(axis=0) for a, b in zip(tokens.starts, tokens.starts[1:], strict=False)]
    )
    wanted = np.array([cue_vector(text, row) for text, row in zip(texts, spelled, strict=True)])
    found = reader.matrix(texts, tokens, totals)
    assert [CUE_NAMES[k] for k in np.flatnonzero((found != wanted).any(axis=0))] == []


def test_pairs_are_found() -> None:
    """Every pair of the table is found, no other one is, and pairs across sentences are not asked for."""
    rng = random.Random(3)
    words = [f"w{number}" for number in range(300)]
    numbers = {f"{rng.choice(words)} {rng.choice(words)}": number for number in range(2_000)}
    table = PairTable(numbers)
    asked = [(rng.choice(words), rng.choice([*words, "unknown"])) for _ in range(5_000)]
    first, second = (np.array(table.members(side)) for side in zip(*asked, strict=True))
    wanted = np.array([rng.random() < 0.8 for _ in asked])
    place, found = table.find(first, second, wanted)
    expected = {i: numbers[" ".join(pair)] for i, pair in enumerate(asked) if wanted[i] and " ".join(pair) in numbers}
    assert len(expected) > 20
    assert dict(zip(place.tolist(), found.tolist(), strict=True)) == expected
    assert place.tolist() == sorted(place)
    nothing = PairTable({}).find(first * 0, second * 0, wanted)
    assert [len(part) for part in nothing] == [0, 0]
