"""Where an article's text comes from: placed from its units (inline), or found by its hash (standoff)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes

LONGEST_GAP = 10_000
"""Characters; a longer gap between two inline units is a slip of the offsets, and a danger to memory."""


def _paragraphs(gap: int) -> str:
    return " " if gap == 1 else "\n" * gap


def _lines(gap: int) -> str:
    return "\n" * gap


def _spaces(gap: int) -> str:
    return " " * gap


# An inline file says how long each gap is, not what is in it. The hash tells which of the rules holds.
_FILLINGS: tuple[Callable[[int], str], ...] = (_paragraphs, _lines, _spaces)


def sha256_of(text: str) -> str:
    """SHA-256 (hexadecimal) of a text in UTF-8 with line ends as LF: `text_sha256` of the annotation format."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()


def place(pieces: Iterable[tuple[int, str]], sha256: str) -> str | None:
    """Return the text whose units (`start`, `text`; ordered, disjoint) these are, or None if no rule gives that hash.

    Between units: a gap of one character is a space and a longer one newlines; or every gap is newlines; or every gap
    is spaces. After the last unit: nothing, or one newline. The first that has the hash is the text.
    """
    pieces = tuple(pieces)
    for filling in _FILLINGS:
        parts: list[str] = []
        position = 0
        for start, text in pieces:
            parts += (filling(start - position), text)
            position = start + len(text)
        placed = "".join(parts)
        for candidate in (placed, placed + "\n"):
            if sha256_of(candidate) == sha256:
                return candidate
    return None


class TextFolder:
    """A folder of `.txt` files, asked for a text by its hash. Raises `InputError` if it is no folder."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "no such folder"
            raise InputError(what, where=str(folder), expected="a folder of .txt files", advice="check --texts")
        self.folder = folder
        self._by_hash: dict[str, str] | None = None

    def find(self, doc: str, sha256: str) -> str | None:
        """The text with this hash, of `<doc>.txt` first, else of any file under the folder; None if none has it."""
        beside = self.folder / f"{doc}.txt"
        if Path(doc).name == doc and "\0" not in doc and beside.is_file():
            text = _read(beside)
            if text is not None and sha256_of(text) == sha256:
                return text
        if self._by_hash is None:
            found = ((path, _read(path)) for path in sorted(self.folder.rglob("*.txt")) if path.is_file())
            self._by_hash = {sha256_of(text): text for _, text in found if text is not None}
        return self._by_hash.get(sha256)


def _read(path: Path) -> str | None:
    """A candidate's text; None if it is no text, since a stray file in the folder is no fault of the article."""
    try:
        return decode_utf8(read_bytes(path), where=str(path))
    except InputError:
        return None
