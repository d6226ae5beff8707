"""Hand-labelled attributions: who is quoted in a sentence, by which words, and what; JSON Lines beside the articles.

The first line of a file names the article by its id and the hash of its text; each other line is one attribution, with
offsets into that text and the characters that stand there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argmap.annotations import Problem
from argmap.document import Document, Span
from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes
from argmap.formats.json_values import ObjectReader, parse_json
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
    if problems:
        raise InputError(problems[0].what, where=f"{path}:{problems[0].line}", expected=problems[0].expected or None)
    assert found is not None  # noqa: S101 - without problems there is a file
    return found


def check_attributions(path: Path, documents: Iterable[Document]) -> list[Problem]:
    """All that is wrong with a file: its lines, and that each lies on the article's text as it says."""
    by_id = {document.id: document for document in documents}
    return _read(path, by_id)[1]


def _read(path: Path, documents: dict[str, Document] | None) -> tuple[AttributionFile | None, list[Problem]]:
    lines = [line for line in decode_utf8(read_bytes(path), where=str(path)).split("\n") if line.strip()]
    problems: list[Problem] = []
    try:
        head = ObjectReader(
            parse_json((lines[0] if lines else "null").encode("utf-8", "surrogatepass"), where="line"), "line"
        )
        if head.value.get("format") != FORMAT or head.value.get("version") != VERSION:
            return None, [Problem(path, 1, "is no attribution file", f'"format": "{FORMAT}", "version": {VERSION}')]
        doc, sha = head.string("doc"), head.string("text_sha256")
    except InputError as error:
        return None, [Problem(path, 1, error.what, error.expected or "")]
    document = None if documents is None else documents.get(doc)
    if documents is not None and (document is None or document.text_sha256 != sha):
        what = f"the article {doc!r} is not there" if document is None else f"text_sha256 is not that of {doc!r}"
        return None, [Problem(path, 1, what, "the article whose text was labelled")]
    found = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            reader = ObjectReader(parse_json(line.encode("utf-8", "surrogatepass"), where="line"), "line")
            found.append(_attribution(reader))
            problems += [Problem(path, number, what, "") for what in _misplaced(reader, found[-1], document)]
        except InputError as error:
            problems.append(Problem(path, number, error.what, error.expected or ""))
    return AttributionFile(doc, sha, tuple(found), path), problems


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
        return None if part is None else part.span(_FAR)

    return LabelledAttribution(
        reader.string("unit"),
        Wording.parse(reader.string("wording"), where=reader.where),
        span("source"),
        span("cue"),
        tuple(part.span(_FAR) for part in content),
        tuple(names),
    )


_FAR = 1 << 40  # offsets are held against the text where there is one


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
        if value is None:
            continue
        span = Span(value["start"], value["end"])
        if span.of(document.text) != value.get("text"):
            yield f"{key} at {span.start}..{span.end} does not read {json.dumps(value.get('text'), ensure_ascii=False)}"
        elif key != "source" and not unit.span.start <= span.start <= span.end <= unit.span.end:
            yield f"{key} at {span.start}..{span.end} lies outside unit {unit.id!r}"
