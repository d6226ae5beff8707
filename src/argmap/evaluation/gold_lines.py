"""Hand labels in JSON Lines beside the articles: a first line that names the article, then a label a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from argmap.annotations import Problem
from argmap.document import Document, Unit
from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes
from argmap.formats.json_values import ObjectReader, parse_json

Label = TypeVar("Label")
FAR = 1 << 40  # offsets are held against the text where there is one


@dataclass(frozen=True, slots=True)
class GoldHead:
    """The article that a file labels; `document` is None where the labels are read without it."""

    doc: str
    text_sha256: str
    document: Document | None


def read_gold(
    path: Path,
    documents: Mapping[str, Document] | None,
    form: tuple[str, int, str],
    read_line: Callable[[ObjectReader, Document | None], tuple[Label, Iterable[str]]],
) -> tuple[GoldHead | None, list[Label], list[Problem]]:
    """The head, the labels and all that is wrong; `form` is the format, its version, and what such a file is called.

    `read_line` gives a label and what is wrong with it, and raises `InputError` where it is none. Without a head that
    can be used (None) nothing else is read.
    """
    lines = [(number, line) for number, line in enumerate(_lines(path), start=1) if line.strip()]
    name, version, kind = form
    try:
        reader = _reader(lines[0][1] if lines else "null")
        if reader.value.get("format") != name or reader.value.get("version") != version:
            return None, [], [Problem(path, 1, f"is no {kind}", f'"format": "{name}", "version": {version}')]
        doc, sha = reader.string("doc"), reader.string("text_sha256")
    except InputError as error:
        return None, [], [Problem(path, 1, error.what, error.expected or "")]
    document = None if documents is None else documents.get(doc)
    if documents is not None and (document is None or document.text_sha256 != sha):
        what = f"the article {doc!r} is not there" if document is None else f"text_sha256 is not that of {doc!r}"
        return None, [], [Problem(path, 1, what, "the article whose text was labelled")]
    labels: list[Label] = []
    problems: list[Problem] = []
    for number, line in lines[1:]:
        try:
            label, wrong = read_line(_reader(line), document)
            labels.append(label)
            problems += [Problem(path, number, what, "") for what in wrong]
        except InputError as error:
            problems.append(Problem(path, number, error.what, error.expected or ""))
    return GoldHead(doc, sha, document), labels, problems


def raise_first(path: Path, problems: list[Problem]) -> None:
    """Raise the first problem as `InputError` that names its line."""
    if problems:
        raise InputError(problems[0].what, where=f"{path}:{problems[0].line}", expected=problems[0].expected or None)


def misread(
    key: str, value: Mapping[str, Any], unit: Unit, document: Document, *, within: bool = True
) -> Iterator[str]:
    """What is wrong with a span of a label: other words stand there, or it lies outside of its unit (if `within`)."""
    start, end, text = value["start"], value["end"], value.get("text")
    if document.text[start:end] != text:
        yield f"{key} at {start}..{end} does not read {json.dumps(text, ensure_ascii=False)}"
    elif within and not unit.span.start <= start <= end <= unit.span.end:
        yield f"{key} at {start}..{end} lies outside unit {unit.id!r}"


def _lines(path: Path) -> list[str]:
    return decode_utf8(read_bytes(path), where=str(path)).split("\n")


def _reader(line: str) -> ObjectReader:
    return ObjectReader(parse_json(line.encode("utf-8", "surrogatepass"), where="line"), "line")
