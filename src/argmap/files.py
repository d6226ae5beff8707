"""The only way to disk for results: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from argmap.errors import InputError


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` through a temporary file beside it, so that an old file survives every failure.

    Raises `InputError` if the folder is missing, `path` is a folder, or the disk refuses.
    """
    with open_atomically(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def open_atomically(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes `path` when the block ends well; otherwise an old file stays as it was.

    Something that is no ordinary file (a pipe, `/dev/null`) is written to directly. Raises `InputError` as
    `write_atomically` does, also for an `OSError` inside the block.
    """
    target = _target(path)
    temporary: str | None = None
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                yield stream
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"cannot be written ({reason})",
            where=str(path),
            advice="nothing was changed; free space or choose another place",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def append_bytes(path: Path, data: bytes) -> None:
    """Add to the end of a file that others write to, too; raise `InputError` if the disk refuses."""
    try:
        with path.open("ab") as stream:
            stream.write(data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be written ({reason})", where=str(path)) from error


def _target(path: Path) -> Path:
    """Where `path` leads: a symbolic link keeps pointing where it points."""
    try:
        if path.is_dir():
            raise InputError(
                "is a folder", where=str(path), expected="a file to write to", advice="name a file inside it"
            )
        if not path.parent.is_dir():
            raise InputError(
                "the folder does not exist",
                where=str(path.parent),
                expected="an existing folder",
                advice="create it first",
            )
        return path.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a NUL byte in it, links in a circle
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"is no place to write to ({reason})", where=str(path), advice="choose another") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raise `InputError` if it is missing, a folder, or unreadable."""
    with refusing_unreadable(path):
        return path.read_bytes()


def read_beginning(path: Path, most: int) -> bytes:
    """Return the first `most` bytes of a file; raises as `read_bytes` does."""
    with refusing_unreadable(path), path.open("rb") as file:
        return file.read(most)


@contextlib.contextmanager
def refusing_unreadable(path: Path) -> Iterator[None]:
    """Turn what the system says about a file that cannot be opened or read into an `InputError`."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError("no such file", where=str(path), advice="check the path") from error
    except IsADirectoryError as error:
        raise InputError("is a folder", where=str(path), expected="a file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be read ({reason})", where=str(path)) from error


def decode_utf8(data: bytes, *, where: str) -> str:
    """Decode UTF-8 with or without a byte-order mark, CRLF as LF; raise `InputError` with the byte offset."""
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    try:
        text = data[start:].decode("utf-8")
    except UnicodeDecodeError as error:
        offset = start + error.start
        raise InputError(
            f"is not UTF-8: byte 0x{data[offset]:02x} at offset {offset}",
            where=where,
            expected="UTF-8 text",
            advice=_advice(data[start:]),
        ) from error
    return text.replace("\r\n", "\n")


def _advice(data: bytes) -> str:
    """How to convert; of UTF-8 with a few broken bytes another encoding would make garbage."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        encoding = "UTF-32"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "UTF-16"
    elif _is_damaged_utf8(data):
        return "it is UTF-8 with broken bytes: get it anew, or drop them with iconv -c -f UTF-8 -t UTF-8"
    else:
        encoding = "WINDOWS-1252"
    return f"convert it first, e.g. iconv -f {encoding} -t UTF-8"


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether characters of several bytes, which no other encoding holds by chance, outnumber what is broken."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) > 2 * broken
