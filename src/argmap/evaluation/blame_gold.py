"""Hand-labelled blame: who is blamed for what, and who is called on; JSON Lines beside the articles.

The first line of a file names the article by its id and the hash of its text; each other line is one accusation or
recommendation, with offsets into that text and the characters that stand there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from argmap.annotations import Problem
from argmap.document import Document, Party, Span, Unit
from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes
from argmap.formats.json_values import ObjectReader, parse_json
from argmap.labels import Stance

FORMAT = "argmap-blame"
VERSION = 1
_KEYS = ("unit", "stance", "parties", "charge", "by")
_ASKED = (Stance.ACCUSATION, Stance.RECOMMENDATION)
_FAR = 1 << 40  # offsets are held against the text where there is one
_NOT_IN_TEXT = frozenset(["we", "you"])  # the author's side and the readers need not be named


@dataclass(frozen=True, slots=True)
class LabelledBlame:
    """One labelled sentence: whom it blames or calls on, the main party first, for what, and by whose mouth."""

    unit: str
    stance: Stance
    parties: tuple[Party, ...]
    charge: Span | None
    by: Party | None


@dataclass(frozen=True, slots=True)
class BlameFile:
    """The labels of an article. A sentence with both stances has two."""

    doc: str
    text_sha256: str
    labels: tuple[LabelledBlame, ...]
    path: Path


def read_blame_file(path: Path) -> BlameFile:
    """Read a file; raises `InputError` naming the line and what is wrong in it."""
    found, problems = _read(path, None)
    if problems:
        raise InputError(problems[0].what, where=f"{path}:{problems[0].line}", expected=problems[0].expected or None)
    assert found is not None  # noqa: S101 - without problems there is a file
    return found


def check_blame(path: Path, documents: Iterable[Document]) -> list[Problem]:
    """All that is wrong with a file: its lines, what does not lie on the text as it says, and sentences left out."""
    return _read(path, {document.id: document for document in documents})[1]


def _read(path: Path, documents: dict[str, Document] | None) -> tuple[BlameFile | None, list[Problem]]:
    lines = [(number, line) for number, line in enumerate(_lines(path), start=1) if line.strip()]
    problems: list[Problem] = []
    try:
        head = _reader(lines[0][1] if lines else "null")
        if head.value.get("format") != FORMAT or head.value.get("version") != VERSION:
            return None, [Problem(path, 1, "is no file of blame", f'"format": "{FORMAT}", "version": {VERSION}')]
        doc, sha = head.string("doc"), head.string("text_sha256")
    except InputError as error:
        return None, [Problem(path, 1, error.what, error.expected or "")]
    document = None if documents is None else documents.get(doc)
    if documents is not None and (document is None or document.text_sha256 != sha):
        what = f"the article {doc!r} is not there" if document is None else f"text_sha256 is not that of {doc!r}"
        return None, [Problem(path, 1, what, "the article whose text was labelled")]
    found: list[LabelledBlame] = []
    seen: set[tuple[str, Stance]] = set()
    for number, line in lines[1:]:
        try:
            reader = _reader(line)
            label = _label(reader)
            problems += [Problem(path, number, what, "") for what in _misplaced(reader, label, document)]
            if (label.unit, label.stance) in seen:
                problems.append(Problem(path, number, f"{label.unit!r} is labelled twice as {label.stance}", ""))
            seen.add((label.unit, label.stance))
            found.append(label)
        except InputError as error:
            problems.append(Problem(path, number, error.what, error.expected or ""))
    if document is not None and not problems:
        problems += [Problem(path, 1, what, "a line for each") for what in _left_out(document, seen)]
    return BlameFile(doc, sha, tuple(found), path), problems


def _lines(path: Path) -> list[str]:
    return decode_utf8(read_bytes(path), where=str(path)).split("\n")


def _reader(line: str) -> ObjectReader:
    return ObjectReader(parse_json(line.encode("utf-8", "surrogatepass"), where="line"), "line")


def _label(reader: ObjectReader) -> LabelledBlame:
    unknown = set(reader.value) - set(_KEYS)
    if unknown:
        reader.fail(f"unknown key {min(unknown)!r}", expected=", ".join(_KEYS))
    stance = Stance.parse(reader.string("stance"), where=reader.where)
    if stance not in _ASKED:
        reader.fail(f"'stance' is {stance.value}", expected=" or ".join(one.value for one in _ASKED))
    charge, by = reader.optional_object("charge"), reader.optional_object("by")
    if stance is Stance.RECOMMENDATION and charge is not None:
        reader.fail("a recommendation has a charge", expected='"charge": null')
    return LabelledBlame(
        reader.string("unit"),
        stance,
        tuple(_party(one) for one in reader.objects("parties")),
        None if charge is None else charge.span(_FAR),
        None if by is None else _party(by),
    )


def _party(reader: ObjectReader) -> Party:
    name, head = reader.string("name"), reader.string("head")
    if not head.strip() or head.casefold() not in name.casefold():
        reader.fail(f"'head' {head!r} is no part of the name {name!r}")
    mention = reader.optional_object("mention")
    return Party(name, head, None if mention is None else mention.span(_FAR))


def _misplaced(reader: ObjectReader, label: LabelledBlame, document: Document | None) -> Iterator[str]:
    """What does not lie on the text as the line says."""
    if document is None:
        return
    unit = next((unit for unit in document.units if unit.id == label.unit), None)
    if unit is None or label.stance not in unit.stances:
        yield f"{label.unit!r} is no {label.stance.value} of the article"
        return
    parties = reader.objects("parties")
    spans = [("mention", one.value.get("mention")) for one in parties] + [("charge", reader.value.get("charge"))]
    for key, value in spans:
        if value is not None:
            yield from _wrong_span(key, value, unit, document)
    plain = " ".join(document.text.split())
    for party in (*label.parties, *([label.by] if label.by else [])):
        if party.name not in _NOT_IN_TEXT and " ".join(party.name.split()) not in plain:
            yield f"the name {party.name!r} does not stand in the article"


def _wrong_span(key: str, value: dict[str, object], unit: Unit, document: Document) -> Iterator[str]:
    start, end, text = value["start"], value["end"], value.get("text")
    assert isinstance(start, int)  # noqa: S101 - read as a span before
    assert isinstance(end, int)  # noqa: S101 - read as a span before
    if document.text[start:end] != text:
        yield f"{key} at {start}..{end} does not read {json.dumps(text, ensure_ascii=False)}"
    elif not unit.span.start <= start <= end <= unit.span.end:
        yield f"{key} at {start}..{end} lies outside unit {unit.id!r}"


def _left_out(document: Document, seen: set[tuple[str, Stance]]) -> Iterator[str]:
    for unit in document.text_units():
        for stance in unit.stances:
            if stance in _ASKED and (unit.id, stance) not in seen:
                yield f"{unit.id!r}, {stance.value}, has no line"
