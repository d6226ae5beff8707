"""Stand-ins for names: what the encoder gets to see of who is named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_models import bundled_model, document

from argmap.pipeline import classify_document
from argmap.stance.encoder.names import STAND_INS, NameMask, with_names_masked
from argmap.stance.sentences import sentences_of

ORDINARY = frozenset(
    [
        "the",
        "a",
        "of",
        "in",
        "and",
        "he",
        "she",
        "they",
        "told",
        "said",
        "party",
        "lied",
        "won",
        "men",
        "must",
        "go",
        "it",
        "is",
        "no",
    ]
)
FIRST, SECOND, THIRD = STAND_INS[:3]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("The party lied.", "The party lied."),
        ("Lucia Abara told Abara's men.", f"{FIRST} told {FIRST}'s men."),
        ("Abara’s men told Teo.", f"{FIRST}'s men told {SECOND}."),
        (
            "In Sri Lanka he told Teo, Abara and the BBC.",
            f"In {FIRST} he told {SECOND}, {THIRD} and the {STAND_INS[3]}.",
        ),
        ("I must go. I’ve won.", "I must go. I’ve won."),
        ("", ""),
    ],
)
def test_a_name_gets_its_stand_in(text: str, seen: str) -> None:
    """A run of capitalised words is one name, known by its last; possessives and the first person stay."""
    assert NameMask(ORDINARY)(text) == seen


def test_an_ordinary_word_that_the_article_capitalises_inside_is_a_name() -> None:
    """`Party` is a name in an article that writes `the Party` inside a sentence; a line in capitals shows nothing."""
    assert NameMask(ORDINARY, ["He told the Party."])("Party men lied.") == f"{FIRST} men lied."
    assert NameMask(ORDINARY, ["THE PARTY LIED", "Party men lied."])("Party men lied.") == "Party men lied."


@given(text=st.text(max_size=120), names=st.lists(st.text(max_size=12), max_size=4))
def test_any_text_is_masked_and_keeps_what_is_no_letter(text: str, names: list[str]) -> None:
    """Masking never fails, and masking what is masked with the same memory of names changes no ordinary text."""
    mask = NameMask(ORDINARY, [text, *names])
    assert isinstance(mask(text), str)
    assert mask("the party lied, and they said no.") == "the party lied, and they said no."


def test_articles_do_not_share_their_names() -> None:
    """Stand-ins begin anew with each article, so that it looks the same wherever it stands; the title comes first."""
    one = document("Teo lied. Abara won.", title="Abara must go")
    two = replace(document("Okafor lied. He told Lim."), id="another")
    seen = with_names_masked([*sentences_of(two), *sentences_of(one)], ORDINARY)
    assert [sentence.text for sentence in seen] == [
        f"{FIRST} lied.", f"He told {SECOND}.", f"{SECOND} lied.", f"{FIRST} won."
    ]  # fmt: skip
    assert seen[-1].title == f"{FIRST} must go"


@pytest.mark.parametrize(("one", "other"), [("Lucia Abara", "Tomas Berg"), ("Norway", "Kenya"), ("Zedcorp", "Quillon")])
def test_another_name_gives_the_same_labels(one: str, other: str) -> None:
    """Who is accused does not decide whether it is an accusation."""
    text = "{} sold the harbour and kept the money. “We owe nobody,” said {}. Parliament must ask {} for the books."
    units = [
        [
            (unit.stances, unit.evidence)
            for unit in classify_document(document(text.format(*[name] * 3)), bundled_model()).units
        ]
        for name in (one, other)
    ]
    assert units[0] == units[1]
