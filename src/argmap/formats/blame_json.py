"""Who blames whom, out of map JSON: what stands in a unit's `blame`, or an error that names the unit and the rule."""

from __future__ import annotations

from argmap.document import Blame, Party, Span
from argmap.errors import MapError
from argmap.formats.json_values import ObjectReader
from argmap.labels import NoParty

RULE = "blame"


def read_blame(reader: ObjectReader, text: str, *, unit: str, span: Span) -> Blame:
    """Read the `blame` of the unit with this id and span.

    Raises `InputError` for another shape, and `MapError` (rule `blame`) for a party without a name, a head that is no
    part of the name, words outside of the unit or other than stated, and a confidence outside 0 to 1.
    """

    def parties(key: str) -> tuple[Party, ...]:
        found = reader.objects(key) if key in reader.value else []
        return tuple(_party(one, text, unit, span) for one in found)

    by, charge = reader.optional_object("by"), reader.optional_object("charge")
    reason = reader.optional_string("reason")
    return Blame(
        accused=parties("accused"),
        charge=None if charge is None else _inside(charge, text, unit, span),
        addressees=parties("addressees"),
        by=None if by is None else _party(by, text, unit, span),
        reason=None if reason is None else NoParty.parse(reason, where=reader.where),
    )


def _party(reader: ObjectReader, text: str, unit: str, span: Span) -> Party:
    name, head = reader.string("name"), reader.string("head")
    if not name.strip() or not head.strip() or head.casefold() not in name.casefold():
        _breach(reader, unit, f"head {head!r} is no part of the name {name!r}")
    confidence = reader.optional_number("confidence")
    if confidence is not None and not 0 <= confidence <= 1:
        _breach(reader, unit, f"confidence {confidence} is not from 0 to 1")
    named = reader.value.get("start") is not None or reader.value.get("end") is not None
    return Party(name, head, _inside(reader, text, unit, span) if named else None, confidence)


def _inside(reader: ObjectReader, text: str, unit: str, span: Span) -> Span:
    found = reader.span(len(text))
    if not span.start <= found.start <= found.end <= span.end:
        _breach(reader, unit, f"{found.start}..{found.end} lies outside of the unit")
    if reader.value.get("text") is not None and reader.string("text") != found.of(text):
        _breach(reader, unit, f"'text' differs from the document's text at {found.start}..{found.end}")
    return found


def _breach(reader: ObjectReader, unit: str, what: str) -> None:
    raise MapError(f"unit {unit!r}: {what} (rule {RULE})", where=reader.where, id=unit, rule=RULE)
