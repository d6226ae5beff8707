"""From a path or standard input to decoded text, or to one clear line that says why not."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import BinaryIO

from argmap.errors import InputError
from argmap.files import decode_utf8, read_bytes

STDIN = "-"

_MAGIC = (
    (b"%PDF-", "a PDF file", "save its text as .txt first"),
    (b"\x89PNG", "a PNG picture", None),
    (b"\xff\xd8\xff", "a JPEG picture", None),
    (b"GIF8", "a GIF picture", None),
    (b"PK\x03\x04", "a ZIP archive or an office document", "save the article as .txt, .md or .html first"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save the article as .txt, .md or .html first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"\x7fELF", "a program", None),
    (b"SQLite format 3\x00", "a database", None),
)
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b")
_SAMPLE = 65_536  # bytes looked at
_FEW = 3  # control characters that no text is refused for
_DENSE = 0.1  # share of control characters from which on bytes are no text
_WIDE = 0.7  # share of zeros among the high bytes of UTF-16 text, curly marks and dashes aside
_UNSAFE = re.compile(r"[^\w.-]+|^[.-]+|[.-]+$")


def load_text(path: str | Path) -> tuple[str, str, str]:
    """Return text, a document id and the name to cite, of a file or (for `-`) of standard input.

    Raises `InputError` for a missing or unreadable file, a folder, binary content, bytes that are not UTF-8, and for
    no text at all.
    """
    name = str(path)
    if name == STDIN:
        where, identifier = "standard input", "stdin"
        data = _standard_input()
    else:
        where, identifier = name, safe_id(Path(path).stem)
        data = read_bytes(Path(path))
    refuse_binary(data, where)
    text = decode_utf8(data, where=where)
    if not text.strip():
        raise InputError("holds no text", where=where, expected="an article")
    return text, identifier, name


def safe_id(stem: str) -> str:
    """Make a document id from a file's stem: letters, digits, `_`, `.` and `-`; never empty."""
    return _UNSAFE.sub("-", stem).strip("-.") or "document"


def _standard_input() -> bytes:
    try:
        return binary_standard_input().read()
    except (OSError, ValueError, AttributeError) as error:  # closed later, or replaced by something without bytes
        raise InputError(f"cannot be read ({error})", where="standard input", advice="pipe the article in") from error


def binary_standard_input() -> BinaryIO:
    """Standard input as bytes; raises `InputError` if it is closed or gives none."""
    if sys.stdin is None or not hasattr(sys.stdin, "buffer"):
        raise InputError("is closed", where="standard input", advice="pipe the article in")
    return sys.stdin.buffer


def refuse_binary(data: bytes, where: str) -> None:
    """Raise `InputError` for what is no text.

    Files of other kinds are told by their first bytes, and otherwise by many control characters; a few are let pass.
    """
    for magic, what, advice in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"is {what}, not text", where=where, expected="UTF-8 text", advice=advice)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # decoding names the encoding
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if controls > _FEW and controls > _DENSE * len(sample):
        _refuse_wide(sample, where)
        offset = next(at for at, byte in enumerate(sample) if byte in _CONTROL)
        raise InputError(
            f"is binary: control byte 0x{sample[offset]:02x} at offset {offset}, {controls} such bytes at its start",
            where=where,
            expected="UTF-8 text",
        )


def _refuse_wide(sample: bytes, where: str) -> None:
    """Tell UTF-16 without a byte-order mark: every other byte is zero, and what is left reads as text."""
    for first, encoding in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        zeros, others = sample[first::2], sample[1 - first :: 2]
        if zeros.count(0) > _WIDE * len(zeros) and others.count(0) == 0:
            raise InputError(
                f"is not UTF-8 but looks like {encoding}: byte 0x00 at offset {sample.index(0)}",
                where=where,
                expected="UTF-8 text",
                advice=f"convert it first, e.g. iconv -f {encoding} -t UTF-8",
            )
