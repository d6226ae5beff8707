"""Hand-labelled blame: who is blamed for what, and who is called on; JSON Lines beside the articles.

The first line of a file names the article by its id and the hash of its text; each other line is one accusation or
recommendation, with offsets into that text and the characters that stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from argmap.annotations import Problem
from argmap.document import Document, Party, Span
from argmap.evaluation.gold_lines import FAR, misread, raise_first, read_gold
from argmap.formats.json_values import ObjectReader
from argmap.labels import Stance

FORMAT = "argmap-blame"
VERSION = 1
_KEYS = ("unit", "stance", "parties", "charge", "by")
_ASKED = (Stance.ACCUSATION, Stance.RECOMMENDATION)
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
    raise_first(path, problems)
    assert found is not None  # noqa: S101 - without problems there is a file
    return found


def check_blame(path: Path, documents: Iterable[Document]) -> list[Problem]:
    """All that is wrong with a file: its lines, what does not lie on the text as it says, and sentences left out."""
    return _read(path, {document.id: document for document in documents})[1]


def _read(path: Path, documents: dict[str, Document] | None) -> tuple[BlameFile | None, list[Problem]]:
    seen: set[tuple[str, Stance]] = set()

    def read_line(reader: ObjectReader, document: Document | None) -> tuple[LabelledBlame, list[str]]:
        label = _label(reader)
        wrong = list(_misplaced(reader, label, document))
        if (label.unit, label.stance) in seen:
            wrong.append(f"{label.unit!r} is labelled twice as {label.stance}")
        seen.add((label.unit, label.stance))
        return label, wrong

    head, labels, problems = read_gold(path, documents, (FORMAT, VERSION, "file of blame"), read_line)
    if head is None:
        return None, problems
    if head.document is not None and not problems:
        problems = [Problem(path, 1, what, "a line for each") for what in _left_out(head.document, seen)]
    return BlameFile(head.doc, head.text_sha256, tuple(labels), path), problems


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
        None if charge is None else charge.span(FAR),
        None if by is None else _party(by),
    )


def _party(reader: ObjectReader) -> Party:
    name, head = reader.string("name"), reader.string("head")
    if not head.strip() or head.casefold() not in name.casefold():
        reader.fail(f"'head' {head!r} is no part of the name {name!r}")
    mention = reader.optional_object("mention")
    return Party(name, head, None if mention is None else mention.span(FAR))


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
            yield from misread(key, value, unit, document)
    plain = " ".join(document.text.split())
    for party in (*label.parties, *([label.by] if label.by else [])):
        if party.name not in _NOT_IN_TEXT and " ".join(party.name.split()) not in plain:
            yield f"the name {party.name!r} does not stand in the article"


def _left_out(document: Document, seen: set[tuple[str, Stance]]) -> Iterator[str]:
    for unit in document.text_units():
        for stance in unit.stances:
            if stance in _ASKED and (unit.id, stance) not in seen:
                yield f"{unit.id!r}, {stance.value}, has no line"
