"""Segmenting: sentences with exact offsets; a quotation stays whole; total on any string; linear."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.document import Block, Document, Span
from argmap.labels import UnitKind
from argmap.segmenting import segment, split

GOLDEN = Path(__file__).parent / "golden" / "segmenting.txt"
HOSTILE = "aB1 .!?…,;:\n\r\t\"'“”‘’«»()[]—-*_>\x00\x0b\x1c\x85\u2028\u202e\ud800\U0001f600é。İ"


def golden_cases() -> Iterator[tuple[str, list[str]]]:
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            marked = line.replace(" ¶| ", "\n\x01").replace(" ¶ ", "\n").replace(" | ", " \x01").replace("‖", "\x01")
            yield marked.replace("\x01", ""), [unit.strip() for unit in marked.split("\x01")]


CASES = list(golden_cases())


def units_of(text: str) -> list[str]:
    return [span.of(text) for span, _ in split(text, ())]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:40] for text, _ in CASES])
def test_golden_case(text: str, expected: list[str]) -> None:
    """A text is cut where the golden file says."""
    assert units_of(text) == expected


def test_golden_file_is_large_enough_to_mean_something() -> None:
    """The golden file holds at least sixty cases."""
    assert len(CASES) >= 60


def assert_covers(text: str, parts: tuple[tuple[Span, UnitKind], ...]) -> None:
    at = 0
    for span, _ in parts:
        assert at <= span.start < span.end <= len(text)
        assert not text[at : span.start].strip()
        assert span.of(text) == span.of(text).strip()
        at = span.end
    assert not text[at:].strip()


blocks = st.lists(
    st.builds(
        lambda start, length, kind: Block(Span(start, start + length), kind),
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(UnitKind),
    ),
    max_size=6,
)


@given(text=st.text(alphabet=HOSTILE, max_size=120) | st.text(max_size=120), blocks=blocks)
@settings(max_examples=100, deadline=None)
def test_units_are_ordered_disjoint_and_cover_any_text(text: str, blocks: list[Block]) -> None:
    """Of any string and any blocks, every character that is not white space is in exactly one unit, in text order."""
    assert_covers(text, split(text, blocks))


@given(
    st.lists(
        st.sampled_from(
            [
                "“We lost. ",
                "She said. ",
                "”",
                '"',
                "'",
                "‘",
                "’ ",
                "\n",
                "“",
                "Mr. ",
                "U.S. ",
                "(",
                ")",
                "1. ",
                "Ana asked. ",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_pile_of_quotation_marks_is_covered(pieces: list[str]) -> None:
    """Marks in any number and order never raise and never lose a character."""
    text = "".join(pieces)
    assert_covers(text, split(text, ()))


def test_segment_names_units_in_text_order_with_the_kinds_of_their_blocks() -> None:
    """Units are u0, u1, … in text order and have the kind of their block."""
    text = "The quay\n\nIt fell. It lay there.\n"
    document = Document("quay", text, blocks=(Block(Span(0, 8), UnitKind.HEADING), Block(Span(10, 32))))
    units = segment(document).units
    assert [(unit.id, document.text_of(unit), unit.kind) for unit in units] == [
        ("u0", "The quay", UnitKind.HEADING),
        ("u1", "It fell.", UnitKind.TEXT),
        ("u2", "It lay there.", UnitKind.TEXT),
    ]


def test_a_line_break_inside_a_block_is_no_cut() -> None:
    """A paragraph wrapped over several lines is cut at its sentences only."""
    text = "The quay fell in\nthe night. It lay\nthere."
    assert [span.of(text) for span, _ in split(text, (Block(Span(0, len(text))),))] == [
        "The quay fell in\nthe night.",
        "It lay\nthere.",
    ]


def test_a_quotation_does_not_run_on_through_another_kind_of_block() -> None:
    """A heading between two paragraphs ends a quotation that was left open."""
    text = "“We lost.\n“The quay\n“We left,” she said."
    kinds = (UnitKind.TEXT, UnitKind.HEADING, UnitKind.TEXT)
    spans = (Span(0, 9), Span(10, 19), Span(20, len(text)))
    parts = split(text, tuple(Block(span, kind) for span, kind in zip(spans, kinds, strict=True)))
    assert [kind for _, kind in parts] == list(kinds)


@pytest.mark.parametrize("mark", ["\x00", "\ufeff", "\u200b", "\u200f", "\u202e", "\u2060"])
def test_invisible_marks_do_not_hide_the_end_of_a_sentence(mark: str) -> None:
    """A NUL, a byte-order mark in the middle or a mark of direction stands between two sentences without harm."""
    text = f"It fell.{mark} The wall is gone. {mark}Nobody came."
    assert len(units_of(text)) == 3


def test_stops_of_other_scripts_end_a_sentence() -> None:
    """Arabic and Devanagari stops end a sentence, although no capital follows."""
    assert units_of("لماذا؟ لا أحد يعرف. نعم.") == ["لماذا؟", "لا أحد يعرف.", "نعم."]
    assert units_of("क्यों। कोई नहीं।") == ["क्यों।", "कोई नहीं।"]


def test_text_outside_the_blocks_is_text() -> None:
    """What no block covers becomes units of kind text, line by line."""
    assert split("One two.\nThree.", (Block(Span(0, 3), UnitKind.HEADING),)) == (
        (Span(0, 3), UnitKind.HEADING),
        (Span(4, 8), UnitKind.TEXT),
        (Span(9, 15), UnitKind.TEXT),
    )


@pytest.mark.parametrize("text", ["", " ", "\n\t\n", "\u2028", "\x1c"])
def test_white_space_alone_has_no_units(text: str) -> None:
    """A text of white space has no units."""
    assert split(text, ()) == ()


@pytest.mark.parametrize(
    "line",
    [
        "“" * 100_000,
        "“We lost. " * 10_000,
        '"We lost. ' * 10_000,
        "‘We lost. " * 10_000,
        "s' " * 33_000,
        "(We lost. " * 10_000,
    ],
    ids=["curly", "curly words", "straight", "single", "apostrophes", "brackets"],
)
def test_a_line_of_unclosed_marks_takes_under_a_second(line: str) -> None:
    """A hundred thousand characters of unclosed marks on one line are cut in less than a second."""
    started = time.process_time()
    parts = split(line, ())
    assert time.process_time() - started < 1.0
    assert_covers(line, parts)


def test_a_long_closed_quotation_does_not_swallow_the_text() -> None:
    """A pair of marks further apart than a quotation can be is not taken for one."""
    text = "“" + "We lost the boat. " * 1000 + "”"
    assert len(split(text, ())) >= 1000


def test_an_article_of_a_megabyte_takes_seconds_at_most() -> None:
    """Time grows linearly: a megabyte of ordinary prose, one line or many, takes less than two seconds."""
    prose = "“We lost the boat. We went home,” said Mr. Orlo of the U.S. mission. Nobody (not even Ana Lee) answered. "
    for text in (prose * 10_000, (prose + "\n") * 10_000):
        started = time.process_time()
        split(text, ())
        assert time.process_time() - started < 60
