"""Hand-labelled attributions: who is quoted in a sentence, by which words, and what; JSON Lines beside the articles.

The first line of a file names the article by its id and the hash of its text; each other line is one attribution, with
offsets into that text and the characters that stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argmap.annotations import Problem
from argmap.document import Document, Span
from argmap.evaluation.gold_lines import FAR, misread, raise_first, read_gold
from argmap.formats.json_values import ObjectReader
from argmap.labels import Wording

FORMAT = "argmap-attributions"
VERSION = 1
_KEYS = ("unit", "wording", "source", "cue", "content", "names")


@dataclass(frozen=True, slots=True)
class LabelledAttribution:
    """One labelled attribution; `names` are the names of the source that are right, None among them: it has none."""

    unit: str
    wording: Wording
    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    names: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class AttributionFile:
    """The labelled attributions of an article. A sentence that quotes two sources has two."""

    doc: str
    text_sha256: str
    attributions: tuple[LabelledAttribution, ...]
    path: Path


def read_attributions(path: Path) -> AttributionFile:
    """Read a file; raises `InputError` naming the line and what is wrong in it."""
    found, problems = _read(path, None)
    raise_first(path, problems)
    assert found is not None  # noqa: S101 - without problems there is a file
    return found


def check_attributions(path: Path, documents: Iterable[Document]) -> list[Problem]:
    """All that is wrong with a file: its lines, and that each lies on the article's text as it says."""
    by_id = {document.id: document for document in documents}
    return _read(path, by_id)[1]


def _read(path: Path, documents: dict[str, Document] | None) -> tuple[AttributionFile | None, list[Problem]]:
    def read_line(reader: ObjectReader, document: Document | None) -> tuple[LabelledAttribution, Iterator[str]]:
        labelled = _attribution(reader)
        return labelled, _misplaced(reader, labelled, document)

    head, found, problems = read_gold(path, documents, (FORMAT, VERSION, "attribution file"), read_line)
    return None if head is None else AttributionFile(head.doc, head.text_sha256, tuple(found), path), problems


def _attribution(reader: ObjectReader) -> LabelledAttribution:
    unknown = set(reader.value) - set(_KEYS)
    if unknown:
        reader.fail(f"unknown key {min(unknown)!r}", expected=", ".join(_KEYS))
    names = reader.array("names")
    if not names or not all(name is None or isinstance(name, str) for name in names):
        reader.fail(
            "'names' holds something else than names",
            expected="a list of names, or [null] for a source that is not named",
        )
    content = reader.objects("content")
    if not content:
        reader.fail("'content' is empty", expected="the reported stretches")

    def span(key: str) -> Span | None:
        part = reader.optional_object(key)
        return None if part is None else part.span(FAR)

    return LabelledAttribution(
        reader.string("unit"),
        Wording.parse(reader.string("wording"), where=reader.where),
        span("source"),
        span("cue"),
        tuple(part.span(FAR) for part in content),
        tuple(names),
    )


def _misplaced(reader: ObjectReader, labelled: LabelledAttribution, document: Document | None) -> Iterator[str]:
    """What does not lie on the text as the line says."""
    if document is None:
        return
    unit = next((unit for unit in document.units if unit.id == labelled.unit), None)
    if unit is None or not unit.is_text:
        yield f"{labelled.unit!r} is no text unit of the article"
        return
    objects: list[tuple[str, Any]] = [(key, reader.value.get(key)) for key in ("source", "cue")]
    objects += [("content", part) for part in reader.value["content"]]
    for key, value in objects:
        if value is not None:
            yield from misread(key, value, unit, document, within=key != "source")
