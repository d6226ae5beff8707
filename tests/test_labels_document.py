"""The vocabularies are closed, the values frozen, and errors are one line."""

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.document import Document, Span, Unit
from argmap.errors import EXIT_BAD_INPUT, ArgmapError, InputError, one_line
from argmap.labels import EVIDENCE_TYPES, STANCES, EvidenceType, Label, Origin, RelationKind, Stance, UnitKind

VOCABULARIES = (Stance, EvidenceType, UnitKind, RelationKind, Origin)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_label_parses_to_itself(vocabulary: type[Label]) -> None:
    """A written label comes back as the member that it names."""
    assert [vocabulary.parse(member.value) for member in vocabulary] == list(vocabulary)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("value", ["", "none", "ACCUSATION", "support ", "neutral", None, 0, 1.5, ["support"], {}])
def test_an_unknown_label_never_falls_through(vocabulary: type[Label], value: object) -> None:
    """What is no label is refused, with the place and the known labels."""
    with pytest.raises(InputError) as caught:
        vocabulary.parse(value, where="a.jsonl:7")
    message = str(caught.value)
    assert message.startswith("a.jsonl:7: unknown ")
    assert all(member.value in message for member in vocabulary)
    assert caught.value.exit_code == EXIT_BAD_INPUT


def test_the_order_of_columns_is_fixed() -> None:
    """Score columns follow these orders, in every saved model."""
    assert [stance.value for stance in STANCES] == ["accusation", "quotation", "recommendation"]
    assert [kind.value for kind in EVIDENCE_TYPES] == ["testimony", "statistic", "document", "event"]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_span_is_a_range(start: int, end: int) -> None:
    """A span that ends before it starts, or starts before the text, is a slip of the caller."""
    with pytest.raises(ValueError, match=f"span {start}..{end}"):
        Span(start, end)


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_hash(text: str) -> None:
    """The hash is that of the UTF-8 bytes where there are such, and exists for every string."""
    digest = Document("d", text).text_sha256
    assert len(digest) == 64
    if not any(0xD800 <= ord(c) < 0xE000 for c in text):
        assert digest == hashlib.sha256(text.encode()).hexdigest()


def test_text_units_are_those_of_kind_text() -> None:
    """Headings and what surrounds the text carry no argument."""
    spans = (Span(0, 1), Span(2, 3), Span(4, 5))
    units = tuple(Unit(f"u{i}", span, kind) for i, (span, kind) in enumerate(zip(spans, UnitKind, strict=False)))
    document = Document("d", "a b c").with_units(units)
    assert [unit.id for unit in document.text_units()] == ["u0"]
    assert [document.text_of(unit) for unit in document.units] == ["a", "b", "c"]


def test_values_are_frozen() -> None:
    """No room can change what another one holds."""
    unit = Unit("u0", Span(0, 1), stances=(Stance.QUOTATION, Stance.ACCUSATION))
    with pytest.raises(dataclasses.FrozenInstanceError):
        unit.id = "u1"  # type: ignore[misc]
    with pytest.raises(TypeError):
        unit.scores[Stance.QUOTATION] = 1.0  # type: ignore[index]
    assert unit.primary is Stance.QUOTATION
    assert Unit("u0", Span(0, 1)).primary is None


@given(st.text(st.characters(exclude_categories=())))
def test_a_message_is_one_printable_line(text: str) -> None:
    """Nothing that a file holds can break the terminal's line or fail to be printed."""
    message = str(ArgmapError(text, where=text, expected=text, advice=text))
    assert message.isprintable()
    message.encode("utf-8")
    assert one_line(message) == message
