"""Words with names and numbers masked, and the cues that mark what a sentence does."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import HOSTILE

from argmap.stance.cues import CUE_LISTS, CUE_NAMES, WORD_CLASSES, cue_vector
from argmap.stance.tokens import NAME, NUMBER, QUOTE, masked_tokens, ordinary_words, raw_tokens

ORDINARY = frozenset().union(
    *WORD_CLASSES.values(), *CUE_LISTS.values(), {"yesterday", "bridge", "rain", "according", "why"}
)
NAMES = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzåéøß", min_size=2, max_size=9)
    .map(lambda word: word[0].upper() + word[1:])
    .filter(lambda name: name.lower() not in ORDINARY and name[0].isupper()),
    min_size=1,
    max_size=3,
).map(" ".join)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


def fired(sentence: str) -> dict[str, float]:
    """The cues of a sentence that are not zero."""
    values = cue_vector(sentence, masked_tokens(sentence, ORDINARY))
    return {name: value for name, value in zip(CUE_NAMES, values.tolist(), strict=True) if value}


@given(NAMES, NAMES, NAMES, NAMES)
def test_names_can_be_swapped(first: str, second: str, third: str, fourth: str) -> None:
    """Who is named never changes what the classifiers see, be the name short or long."""
    sentence = "Yesterday {} told the council that {}’s bridge must be closed."
    one, other = sentence.format(first, second), sentence.format(third, fourth)
    assert masked_tokens(one, ORDINARY) == masked_tokens(other, ORDINARY)
    np.testing.assert_array_equal(
        cue_vector(one, masked_tokens(one, ORDINARY)), cue_vector(other, masked_tokens(other, ORDINARY))
    )


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_can_be_swapped(one: int, other: int) -> None:
    """Which number is given never changes what the classifiers see."""
    sentence = "The bridge cost {:,} in {}."
    assert masked_tokens(sentence.format(one, other), ORDINARY) == masked_tokens(sentence.format(7, 8), ORDINARY)


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("“We must go,” said Ana Lee.", [QUOTE, "we", "must", "go", QUOTE, "said", NAME]),
        ('He called it "rain".', ["he", "called", "it", QUOTE, "rain", QUOTE]),
        ("Why not? Now!", ["why", "not", "?", "now", "!"]),
        ("It didn’t cost 3,000.50: that's 7%.", ["it", "didn't", "cost", NUMBER, ":", "that's", NUMBER]),
        ("Rain — and more…", ["rain", "—", "and", "more", "…"]),
        ("I and Zed-Quill O’Brill", ["i", "and", NAME]),
        ("The Zed closed the Quill", ["the", NAME, "closed", "the", NAME]),
    ],
)
def test_marks_stay_and_names_go(sentence: str, tokens: list[str]) -> None:
    """Quotation marks and the marks that carry meaning survive; names and numbers are masked; a run is one name."""
    assert masked_tokens(sentence, ORDINARY | {"we", "now", "that's", "more"}) == tokens


@given(st.integers(0, 9))
def test_every_double_mark_survives(number: int) -> None:
    """As many quotation marks come out as went in, curly, straight, odd or even."""
    sentence = "".join(mark + "word " for mark in '“”"'[:3] * 3)[: number * 6]
    marks = sum(sentence.count(mark) for mark in '“”"')
    assert masked_tokens(sentence, ORDINARY).count(QUOTE) == marks


def test_ordinary_words_are_those_written_small() -> None:
    """A word is ordinary if the texts mostly write it small; one that they capitalise is a name."""
    texts = ["the bridge " * 3, "The Bridge. " * 3, "Rose rose rose rose", "Zed Zed Zed zed zed zed " + "Zed " * 10]
    assert ordinary_words(texts) == {"the", "bridge", "rose"}


@pytest.mark.parametrize(
    ("sentence", "cues"),
    [
        ("The council ignored every report.", {"blame verb", "agent", "blame with agent"}),
        ("The minister refused to open the files.", {"refused to", "blame verb", "blame with agent"}),
        ("They should have listened.", {"should have"}),
        ("It was pure hypocrisy from Zed.", {"blame noun", "blame with name"}),
        ("How dare the company say so?", {"how can", "question"}),
        ("They acted under the guise of reform.", {"instead of"}),
    ],
)
def test_cues_of_an_accusation(sentence: str, cues: set[str]) -> None:
    """Blame, its agents, and failed duties are seen."""
    assert cues <= fired(sentence).keys()


@pytest.mark.parametrize(
    ("sentence", "cues"),
    [
        ("“We were never asked,” said the head.", {"say", "quotes", "quoted share", "opens with quote"}),
        ("According to the audit, it leaks.", {"according to"}),
        ("Zed said that it leaks.", {"say that", "name says"}),
        ("Critics say it leaks.", {"some say"}),
        ("She wrote: “It leaks.”", {"say then quote", "colon quote", "ends with quote"}),
        ("“It leaks, and nobody", {"open inside", "longest quoted run"}),
    ],
)
def test_cues_of_a_quotation(sentence: str, cues: set[str]) -> None:
    """Quotation marks, words of saying and sources are seen."""
    assert cues <= fired(sentence).keys()


@pytest.mark.parametrize(
    ("sentence", "cues"),
    [
        ("Parliament must publish it.", {"duty", "name must", "duty without quote"}),
        ("Publish the contract.", {"imperative start"}),
        ("It is time to act.", {"time to"}),
        ("Let us open the doors.", {"let us"}),
        ("Why not ask them?", {"why not"}),
        ("The only way is to rebuild it.", {"only way"}),
        ("We need a register.", {"we need", "we should"}),
        ("I urge them to stop.", {"i urge", "urge"}),
        ("It is essential that they act.", {"essential that"}),
    ],
)
def test_cues_of_a_recommendation(sentence: str, cues: set[str]) -> None:
    """Duties, imperatives and other ways to call for something are seen."""
    assert cues <= fired(sentence).keys()


@pytest.mark.parametrize(
    ("sentence", "cues"),
    [
        ("Some 40 percent of the pumps leak.", {"statistic", "percent", "numbers"}),
        ("The treaty of 1951 forbids it.", {"document", "numbers"}),
        ("Last week the bridge was closed.", {"time", "passive"}),
        ("For example, the bridge is closed.", {"for example"}),
    ],
)
def test_cues_of_evidence(sentence: str, cues: set[str]) -> None:
    """Numbers, documents, times and examples are seen."""
    assert cues <= fired(sentence).keys()


def test_a_plain_sentence_fires_no_cue_of_a_stance() -> None:
    """Where nobody is blamed, quoted or called upon, these cues are silent."""
    stances = {"blame verb", "blame noun", "say", "say that", "quotes", "duty", "urge", "imperative start", "let us"}
    assert not stances & fired("A bridge of stone crosses the river near my house.").keys()


def test_a_duty_inside_a_quotation_is_not_the_authors() -> None:
    """What somebody else says must be done is no duty of the author's own."""
    assert "duty without quote" not in fired("“The town must act,” said Zed.")
    assert "duty without quote" in fired("“We know,” said Zed, but the town must act.")


def test_counts_of_words_are_those_of_the_lists() -> None:
    """A word class counts each of its words, up to four."""
    assert fired("He said she said they said we said I said.")["say"] == 4
    assert fired("He said she said.")["say"] == 2


@given(ANY_TEXT)
def test_any_string_has_tokens_and_cues(text: str) -> None:
    """Tokens and cues are total, finite, and deterministic."""
    tokens = masked_tokens(text, ORDINARY)
    assert all(token and not any(c.isspace() for c in token) for token in tokens)
    cues = cue_vector(text, tokens)
    assert cues.shape == (len(CUE_NAMES),)
    assert np.isfinite(cues).all()
    np.testing.assert_array_equal(cues, cue_vector(text, masked_tokens(text, ORDINARY)))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_has_tokens_and_cues(name: str) -> None:
    """NUL, lone surrogates, right-to-left marks and endless words are words or nothing, never an error."""
    tokens = masked_tokens(HOSTILE[name], ORDINARY)
    assert "".join(tokens).encode("utf-8") is not None
    assert np.isfinite(cue_vector(HOSTILE[name], tokens)).all()
    assert len(raw_tokens(HOSTILE[name])) >= len(tokens) - 1


@pytest.mark.parametrize(
    "piece",
    ["a", "A", "1", "1,", "“", '" ', "' ", "a’", "is a", "if ", "the ", "the only ", "it is ", "refus", "some a ",
     "A said ", "by aing ", "“ a b c d ", "was aed ", "could have ", "let us ", "a.", "\ud800", "\u202e"],
)  # fmt: skip
def test_time_is_linear(piece: str) -> None:
    """No run of 150,000 characters makes tokens or patterns search again and again."""
    text = piece * (150_000 // len(piece))
    started = time.process_time()
    cue_vector(text, masked_tokens(text, ORDINARY))
    assert time.process_time() - started < 3
