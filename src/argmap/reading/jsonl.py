"""Articles in JSON Lines: one object a line, read one by one, so that a file may be larger than the memory."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from argmap.document import Document
from argmap.errors import InputError
from argmap.files import decode_utf8, refusing_unreadable
from argmap.reading import document_from_text
from argmap.reading.sources import STDIN, binary_standard_input, refuse_binary, safe_id

JSONL_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")

_LONGEST_LINE = 16 * 2**20  # bytes; an article of the most sentences that are labelled has a third of it
_LONGEST_ID = 200  # characters; it is written with every sentence
_SAMPLE = 65_536
_GZIP = b"\x1f\x8b"
_SHAPE = '{"text": "…"}, with "id", "title" and "source" as you like'


@dataclass(frozen=True, slots=True)
class JsonArticle:
    """An article that is not segmented yet, and the place where it stands (`file:line`)."""

    document: Document
    place: str


def is_jsonl(name: str) -> bool:
    """Whether a file's name says that it holds JSON Lines, packed by gzip or not."""
    return name.lower().endswith(JSONL_SUFFIXES)


def json_articles(path: str | Path) -> Iterator[JsonArticle | InputError]:
    """Yield the articles of a file or (for `-`) of standard input, with an error in the place of each bad line.

    A line is an object with `text` and, if it likes, `id` (a string or an integer; else the file's name and the line's
    number), `title` and `source`; other keys are ignored. The text stays as it is, so offsets count the characters of
    that string. Only one line is in memory at a time; one of more than 16 MiB is an error. Empty lines are skipped.
    gzip is told by its first bytes. What cannot be opened is one error. Nothing is raised.
    """
    name = str(path)
    where, stem = (name, _stem(Path(name))) if name != STDIN else ("standard input", "stdin")
    found = False
    with ExitStack() as opened:
        try:
            stream = _opened(name, where, opened)
        except InputError as error:
            yield error
            return
        for number, line in _lines(stream, where):
            found = True
            place = f"{where}:{number}"
            try:
                if isinstance(line, InputError):
                    raise line
                yield JsonArticle(_document(line, place, f"{stem}-{number}"), place)
            except InputError as error:
                yield error
    if not found:
        yield InputError("holds no article", where=where, expected=f"a line {_SHAPE}")


def _stem(path: Path) -> str:
    lower = path.name.lower()
    suffix = next((suffix for suffix in sorted(JSONL_SUFFIXES, key=len, reverse=True) if lower.endswith(suffix)), "")
    return safe_id(path.name[: len(path.name) - len(suffix)])


def _opened(name: str, where: str, opened: ExitStack) -> BinaryIO:
    """The unpacked bytes, closed with `opened`; raises `InputError`."""
    with refusing_unreadable(Path(where)):
        raw = _Unowned(binary_standard_input()) if name == STDIN else io.FileIO(name)
        stream = opened.enter_context(io.BufferedReader(raw, _SAMPLE))
        start = stream.peek(_SAMPLE)
    if start.startswith(_GZIP):
        return opened.enter_context(gzip.open(stream))  # type: ignore[return-value]  # a BinaryIO in all but name
    refuse_binary(start, where)
    return stream


class _Unowned(io.RawIOBase):
    """A stream that is read through a buffer of ours and not closed with it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = getattr(self._stream, "read1", self._stream.read)(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _lines(stream: BinaryIO, where: str) -> Iterator[tuple[int, bytes | InputError]]:
    """The lines that are not blank, with their numbers; what stops the reading is an error in the last one's place."""
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(_LONGEST_LINE + 1)
            length = len(line)
            rest = line
            while length > _LONGEST_LINE and rest and not rest.endswith(b"\n"):
                rest = stream.readline(_SAMPLE)
                length += len(rest)
        except (OSError, EOFError, zlib.error) as error:  # gzip that is cut off or damaged; a disk that fails
            reason = getattr(error, "strerror", None) or str(error)
            yield number, InputError(f"cannot be read further ({reason})", where=f"{where}:{number}")
            return
        if not line:
            return
        if length > _LONGEST_LINE:
            what = f"is a line of {length:,} bytes"
            expected = f"an article a line, of at most {_LONGEST_LINE:,} bytes"
            yield number, InputError(what, where=f"{where}:{number}", expected=expected)
        elif not line.isspace():
            yield number, line


def _document(line: bytes, place: str, default_id: str) -> Document:
    record = _object(line, place)
    if "argmap" in str(record.get("format")) or {"unit", "start", "end"} <= record.keys():
        what = "is a line that argmap wrote about sentences, not an article"
        raise InputError(what, where=place, expected=f"a line {_SHAPE}")
    text = _string(record, "text", place)
    if text is None:
        raise InputError("'text' is missing", where=place, expected=f"a line {_SHAPE}")
    if not text.strip():
        raise InputError("'text' holds no text", where=place, expected="an article")
    title, source = _string(record, "title", place), _string(record, "source", place)
    return document_from_text(text, id=_id(record, place) or default_id, title=title, source=source)


def _object(line: bytes, place: str) -> dict[str, Any]:
    text = decode_utf8(line, where=place)
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg}"
        raise InputError(what, where=f"{place}:{error.colno}", expected="one JSON object a line") from error
    except (RecursionError, ValueError) as error:  # ValueError: an integer of thousands of digits
        raise InputError(f"is JSON that cannot be used ({error})", where=place) from error
    if not isinstance(record, dict):
        raise InputError("is JSON, but no object", where=place, expected=f"a line {_SHAPE}")
    return record


def _string(record: dict[str, Any], key: str, place: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError(f"{key!r} is no string", where=place, expected="a string or null")
    return value


def _id(record: dict[str, Any], place: str) -> str | None:
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise InputError("'id' is no string", where=place, expected="a string, an integer or null")
    if value and len(value) > _LONGEST_ID:
        raise InputError(f"'id' has {len(value):,} characters", where=place, expected=f"at most {_LONGEST_ID}")
    return value
