"""What moved the scores of labels: words with their places, exact weights, occlusion, nearest labelled sentences."""

import random
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from small_models import HOSTILE, document, essay, own_articles

from argmap.annotations import AnnotatedArticle
from argmap.document import Document, Span
from argmap.errors import InputError
from argmap.explanation import Example, LabelReasons, Sign, StanceScore, WordEffect
from argmap.labels import STANCES, Stance
from argmap.models import Model, load_model
from argmap.stance.classifier import Rescorer, score, stances_of
from argmap.stance.cues import CUE_NAMES, cue_vector
from argmap.stance.explanation import OcclusionReasons, ScoredArticle, WeightReasons
from argmap.stance.nearest import Neighbours, dump_examples, examples_of, free_articles, packed, read_examples
from argmap.stance.sentences import sentences_of
from argmap.stance.signs import SIGN_NAMES, rows_of_sign
from argmap.stance.tokens import masked_tokens, raw_tokens
from argmap.stance.words import words_of

HEADER = b'{"format": "argmap-examples", "version": 1, "articles": {"a": ""}}\n'
ORDINARY = frozenset(["the", "mayor", "said", "must", "we", "act", "and", "i'm"])
PIER = """The council sat on the survey of Divers’ Hall for eleven months. “We inspected it,” said the operator, Anna \
Vale. No inspection is on record.

The council must publish the survey and reopen the pier. Why has it not? It would cost 2,000,000, which is a tenth of \
what the bus costs in a year.
"""
PIECES = [
    "The mayor",
    " said",
    " Anna Vale",
    " O’Neil",
    "’s",
    " 1,000.5",
    " “we",
    " must”",
    "?",
    "…",
    "\0",
    " \ud800",
    "\u202e",
    " ' ",
]


@cache
def fast() -> Model:
    """The bundled linear model."""
    return load_model("fast")


def scored(doc: Document, model: Model) -> ScoredArticle:
    scores = score(doc, model.stance, model.evidence).stances
    starts = [unit.span.start for unit in doc.text_units()]
    thresholds = model.stance.thresholds_
    stances = [stances_of(row, thresholds.tolist()) for row in scores.tolist()]
    return ScoredArticle(sentences_of(doc), starts, stances, scores, thresholds)


def total(reasons: LabelReasons) -> float:
    assert reasons.baseline is not None
    effects = [part.effect for part in (*reasons.words, *reasons.signs, *reasons.context)]
    return sum(effects) + reasons.baseline


# ---- words and signs


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
@settings(max_examples=100)
def test_words_are_the_masked_tokens_with_their_places(text: str) -> None:
    """Every token that the model sees has a place, in text order, and the raw word stands there."""
    words = words_of(text, ORDINARY)
    assert [word.token for word in words] == masked_tokens(text, ORDINARY)
    ends = [0, *(word.end for word in words)]
    assert all(before <= word.start < word.end for before, word in zip(ends, words, strict=False))
    for word in words:
        assert masked_tokens(text[word.start : word.end], ORDINARY) == [word.token]


def test_a_run_of_names_is_one_word() -> None:
    """Names that the model sees as one are shown as one."""
    words = words_of("the Anna Vale said", ORDINARY)
    assert [(word.token, word.start, word.end) for word in words] == [
        ("the", 0, 3),
        ("<name>", 4, 13),
        ("said", 14, 18),
    ]


def test_every_cue_has_a_name_in_plain_words() -> None:
    """Nothing is shown under the name it has in the code; two cues are never called the same."""
    assert SIGN_NAMES.keys() == set(CUE_NAMES)
    assert len(set(SIGN_NAMES.values())) == len(CUE_NAMES)


@pytest.mark.parametrize(
    ("cue", "text", "shown"),
    [
        ("duty", "We must act and must not wait", ["must", "must"]),
        ("refused to", "The mayor refused to act", ["refused", "to"]),
        ("names", "Then Anna Vale met Bo", ["Then Anna Vale", "Bo"]),
        ("starts we", "“We act", ["We"]),
        ("question", "we act?", ["?"]),
        ("log length", "we act", []),
        ("duty", "we act", []),
    ],
)
def test_the_words_of_a_sign(cue: str, text: str, shown: list[str]) -> None:
    """A sign names the words that show it, and none where the sentence shows it as a whole or not at all."""
    words = words_of(text, ORDINARY)
    rows = rows_of_sign(cue, [word.token for word in words])
    assert [text[words[i].start : words[i].end] for i in rows] == shown


@given(
    st.lists(
        st.sampled_from(["We", "must", "not", "say", "that", "the", "mayor", "lied", "to", "Bo", "?", "“", "12"]),
        max_size=20,
    ).map(" ".join)
)
@settings(max_examples=60)
def test_words_are_found_for_the_signs_that_are_there(text: str) -> None:
    """A list's or a pattern's feature is more than 0 just where there are words to show it."""
    tokens = masked_tokens(text, ORDINARY)
    by_words = CUE_NAMES[: CUE_NAMES.index("starts contrast")]
    for name, value in zip(by_words, cue_vector(text, tokens), strict=False):
        assert bool(value) is bool(rows_of_sign(name, tokens)), name


# ---- weights


@pytest.mark.parametrize("text", [PIER, essay(9), *HOSTILE.values()], ids=["pier", "essay", *HOSTILE])
def test_weights_add_up_to_the_score(text: str) -> None:
    """Words, signs, context and baseline are all there is: their sum is the score's log-odds, of any text."""
    article = scored(document(text), fast())
    if not article.X:
        return
    reasons = WeightReasons(article, fast().stance)
    for row in range(min(len(article.X), 6)):
        for label in article.ranked(row):
            assert expit(total(reasons.label(row, label))) == pytest.approx(label.score, abs=1e-6)


def test_the_baseline_is_the_same_for_all_sentences_of_an_article() -> None:
    """Nothing that depends on the sentence hides in the baseline."""
    article = scored(document(PIER), fast())
    reasons = WeightReasons(article, fast().stance)
    for k in range(len(STANCES)):
        label = StanceScore(STANCES[k], 0.5, 0.5)
        assert len({round(reasons.label(row, label).baseline or 0.0, 6) for row in range(len(article.X))}) == 1


def test_effects_lie_on_the_words_of_the_text() -> None:
    """Offsets are the document's, and the words of a sentence stand in text order."""
    doc = document(PIER)
    article = scored(doc, fast())
    reasons = WeightReasons(article, fast().stance)
    for row, unit in enumerate(doc.text_units()):
        words = reasons.label(row, article.ranked(row)[0]).words
        shown = [word.span.of(doc.text) for word in words]
        raw = [token for token in raw_tokens(doc.text_of(unit)) if token not in "‘’'"]
        assert "".join(shown).replace(" ", "") == "".join(raw)
        assert all(unit.span.start <= word.span.start <= word.span.end <= unit.span.end for word in words)


def test_what_others_say_is_context() -> None:
    """Another sentence before it changes the context of a sentence, and neither its words nor its signs."""
    before = {}
    for first in ("“We knew,” said the mayor.", "Parliament must act."):
        doc = document(f"{first} The council hid the report.")
        article = scored(doc, fast())
        label = next(label for label in article.ranked(1) if label.stance is Stance.ACCUSATION)
        before[first] = WeightReasons(article, fast().stance).label(1, label)
    one, other = before.values()
    assert [word.effect for word in one.words] == pytest.approx([word.effect for word in other.words])
    assert [sign.effect for sign in one.signs] == pytest.approx([sign.effect for sign in other.signs])
    assert one.context[0].effect != pytest.approx(other.context[0].effect)


def test_a_word_of_duty_moves_a_recommendation_up() -> None:
    """The words that make a recommendation are found where they stand."""
    doc = document("The town has a pier. The council must publish the survey.")
    article = scored(doc, fast())
    label = next(label for label in article.ranked(1) if label.stance is Stance.RECOMMENDATION)
    marks = WeightReasons(article, fast().stance).label(1, label).marks()
    best = sorted(marks, key=lambda mark: -mark.effect)[:2]
    assert {mark.span.of(doc.text) for mark in best} == {"must", "publish"}


def test_marks_share_signs_out_among_their_words() -> None:
    """The marks of a sentence add up to its words and those signs that have words."""
    a, b = Span(0, 3), Span(4, 6)
    reasons = LabelReasons(
        StanceScore(Stance.QUOTATION, 0.5, 0.3),
        (WordEffect(a, 0.5), WordEffect(b, -0.25)),
        (Sign("two words", 1.0, (a, b)), Sign("the whole", 3.0)),
    )
    assert reasons.marks() == (WordEffect(a, 1.0), WordEffect(b, 0.25))


# ---- which labels


@given(st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3), st.lists(st.floats(0.1, 0.9), min_size=3, max_size=3))
@settings(max_examples=60)
def test_the_runner_up_is_the_closest_of_the_labels_not_given(scores: list[float], thresholds: list[float]) -> None:
    """All labels given are explained; without one, the closest; what comes next is closest of the rest."""
    given_ones = stances_of(scores, thresholds)
    article = ScoredArticle([], [], [given_ones], np.array([scores]), np.array(thresholds))
    labels, runner_up = article.explained(0)
    assert [label.stance for label in labels] == (list(given_ones) or [article.ranked(0)[0].stance])
    rest = [k for k, stance in enumerate(STANCES) if stance not in {label.stance for label in labels}]
    if runner_up is None:
        assert rest == []
    else:
        assert runner_up.score / runner_up.threshold == max(scores[k] / thresholds[k] for k in rest)


# ---- occlusion


def by_count(weights: dict[str, float], texts: list[str]) -> Callable[[int, Sequence[str]], np.ndarray]:
    """A model that adds up the weights of words, the same for all stances; it notes what it was asked."""

    def rescore(_: int, variants: Sequence[str]) -> np.ndarray:
        texts.extend(variants)
        odds = [sum(weights.get(word, 0.0) for word in text.lower().split()) - 1 for text in variants]
        return expit(np.repeat(np.array(odds)[:, None], 3, axis=1))

    return rescore


def test_occlusion_finds_the_weights_of_a_linear_model() -> None:
    """Leaving a word out costs just what it gave, and the rest is what is left of an empty sentence."""
    doc = document("We act. The mayor must not wait.")
    article = scored(doc, fast())
    asked: list[str] = []
    reasons = OcclusionReasons(article, ORDINARY, by_count({"must": 2.0, "not": -0.5}, asked))
    found = reasons.label(1, article.ranked(1)[0])
    effects = {word.span.of(doc.text): word.effect for word in found.words}
    assert effects["must"] == pytest.approx(2)
    assert effects["not"] == pytest.approx(-0.5)
    assert effects["mayor"] == pytest.approx(0)
    assert found.context[0].effect == pytest.approx(-1)
    assert found.baseline is None
    number = len(asked)
    reasons.label(1, article.ranked(1)[1])
    assert len(asked) == number, "the other stances come with the first"


def test_occlusion_agrees_with_the_score_of_the_linear_model() -> None:
    """Through the model's own rescoring, the word that carries a label is the one that is missed most."""
    doc = document("The town has a pier. The council must publish the survey.")
    article = scored(doc, fast())
    stance = fast().stance
    reasons = OcclusionReasons(
        article, stance.features_.ordinary_, lambda row, texts: Rescorer(article.X, stance).scores(row, texts)
    )
    label = next(label for label in article.ranked(1) if label.stance is Stance.RECOMMENDATION)
    words = reasons.label(1, label).words
    assert max(words, key=lambda word: word.effect).span.of(doc.text) == "must"


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("empty", "white space")])
def test_occlusion_of_hostile_text_asks_a_bounded_number_of_questions(name: str) -> None:
    """However long a sentence is, its words are left out in at most a hundred parts."""
    article = scored(document(HOSTILE[name]), fast())
    for row in range(min(len(article.X), 2)):
        asked: list[str] = []
        found = OcclusionReasons(article, ORDINARY, by_count({}, asked)).label(row, article.ranked(row)[0])
        assert len(asked) <= 100
        assert all(np.isfinite(word.effect) for word in found.words)


def test_a_score_of_one_has_finite_effects() -> None:
    """Certainty is cut off before it becomes infinite."""
    article = scored(document("We act."), fast())
    reasons = OcclusionReasons(article, ORDINARY, lambda _, texts: np.ones((len(texts), 3)))
    assert all(word.effect == 0 for word in reasons.label(0, article.ranked(0)[0]).words)


# ---- examples


def standoff(article: AnnotatedArticle, **changes: object) -> AnnotatedArticle:
    from dataclasses import replace

    return replace(article, **changes)  # type: ignore[arg-type]


def test_examples_come_back_as_they_were() -> None:
    """Every text unit, its labels and the article's title are in the file; headings are not."""
    articles = own_articles()[:2]
    examples = read_examples(examples_of(articles))
    expected = [
        Example(a.document.id, a.document.title or "", unit.id, a.document.text_of(unit), unit.stances)
        for a in articles
        for unit in a.document.text_units()
    ]
    assert list(examples) == expected
    assert dump_examples(examples) == examples_of(articles)


def test_only_texts_that_are_free_become_examples() -> None:
    """A text of somebody else's never travels with a model, whatever is among the training articles."""
    ours, second, third, *_ = own_articles()
    theirs = [standoff(second, inline=False), standoff(third, licence="text: its publisher; labels: CC0")]
    assert free_articles([ours, *theirs]) == (ours,)
    assert read_examples(examples_of([ours, *theirs])) == read_examples(examples_of([ours]))
    assert read_examples(examples_of(theirs)) == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"[]\n", "an array"),
        (b'{"format": "argmap", "version": 1, "articles": {}}\n', "another format"),
        (b'{"format": "argmap-examples", "version": 2, "articles": {}}\n', "version"),
        (
            b'{"format": "argmap-examples", "version": 1, "articles": {}}\n{"article": "a"}\n',
            ":2: 'stances' is missing",
        ),
        (HEADER + b'{"article": "a", "unit": "u", "text": "", "stances": ["praise"]}\n', ":2: unknown Stance 'praise'"),
        (HEADER + b'{"article": "b", "unit": "u", "text": "", "stances": []}\n', "'b' is missing"),
        (b"\xff\n", "not UTF-8"),
    ],
)
def test_a_broken_file_of_examples_is_refused_by_line(data: bytes, said: str) -> None:
    """What is not examples is named, with its place."""
    with pytest.raises(InputError, match=r"examples\.jsonl") as caught:
        read_examples(data)
    assert said in str(caught.value)


def some_examples(rng: random.Random, number: int) -> list[Example]:
    pick = [(), (Stance.ACCUSATION,), (Stance.QUOTATION,), (Stance.ACCUSATION, Stance.RECOMMENDATION)]
    return [Example(f"a{i % 3}", "T", f"u{i}", "x", rng.choice(pick)) for i in range(number)]


@given(st.integers(0, 2**20), st.integers(0, 20))
@settings(max_examples=50)
def test_the_nearest_are_two_with_the_label_and_one_without(seed: int, number: int) -> None:
    """None that is left out is nearer than one of its kind that is shown, and none is of the article itself."""
    rng = random.Random(seed)
    examples = some_examples(rng, number)
    vectors = np.array([[rng.uniform(-1, 1) for _ in range(4)] for _ in examples]).reshape(number, 4)
    query = np.array([rng.uniform(-1, 1) for _ in range(4)])
    found = Neighbours(examples, vectors).of(query, Stance.ACCUSATION, article="a0")
    cosine = {
        e.unit: float(v @ query / np.linalg.norm(v) / np.linalg.norm(query))
        for e, v in zip(examples, vectors, strict=True)
        if e.article != "a0"
    }
    carry = sorted((c for e in examples if (c := cosine.get(e.unit)) and Stance.ACCUSATION in e.stances), reverse=True)
    others = sorted(
        (c for e in examples if (c := cosine.get(e.unit)) and Stance.ACCUSATION not in e.stances), reverse=True
    )
    assert [near.likeness for near in found] == pytest.approx(sorted([*carry[:2], *others[:1]], reverse=True))
    assert all(near.example.article != "a0" for near in found)


def test_nothing_is_like_an_empty_vector() -> None:
    """A sentence without a known word, or a model without examples, has no neighbours."""
    examples = some_examples(random.Random(1), 3)
    assert Neighbours(examples, np.eye(3)).of(np.zeros(3), Stance.QUOTATION) == ()
    assert Neighbours([], np.zeros((0, 3))).of(np.ones(3), Stance.QUOTATION) == ()


def test_packed_vectors_keep_their_directions() -> None:
    """An eighth of the size, and likenesses change by less than one in a hundred."""
    vectors = np.random.default_rng(0).normal(size=(40, 384)).astype(np.float32)
    vectors[3] = 0
    small = packed(vectors)
    assert small.dtype == np.int8
    assert not small[3].any()
    for one, other in zip(vectors, small.astype(float), strict=True):
        if one.any():
            assert float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)) > 0.99
    assert packed(np.zeros((0, 5))).shape == (0, 5)
