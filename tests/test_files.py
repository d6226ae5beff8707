"""Files are written whole or not at all, and read with errors that say what to do."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.errors import EXIT_BAD_INPUT, InputError
from argmap.files import decode_utf8, open_atomically, read_bytes, write_atomically


def refusing(number: int) -> Any:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("owner", "name", "number"),
    [
        (os, "fsync", errno.ENOSPC),
        (os, "fsync", errno.EIO),
        (Path, "replace", errno.EACCES),
        (Path, "chmod", errno.EPERM),
        (tempfile, "mkstemp", errno.EACCES),
        (tempfile, "mkstemp", errno.EROFS),
    ],
)
def test_an_old_file_survives(
    owner: Any, name: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the disk refuses, and when: the old file stays, nothing else is left, file and reason are named."""
    path = tmp_path / "map.json"
    path.write_bytes(b"old")
    monkeypatch.setattr(owner, name, refusing(number))
    with pytest.raises(InputError) as caught:
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    assert str(path) in str(caught.value)
    assert os.strerror(number) in str(caught.value)
    assert caught.value.exit_code == EXIT_BAD_INPUT


def test_an_error_of_the_writer_leaves_the_old_file(tmp_path: Path) -> None:
    """What goes wrong while the content is made passes through, and nothing is half written."""
    path = tmp_path / "map.json"
    path.write_bytes(b"old")

    def write_half() -> None:
        with open_atomically(path) as stream:
            stream.write(b"ne")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_rights_that_others_have(tmp_path: Path) -> None:
    """A new file follows the user's mask, and a file written again keeps its rights."""
    path = tmp_path / "map.json"
    write_atomically(path, b"1")
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    path.chmod(0o640)
    write_atomically(path, b"2")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"2", 0o640)


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a link changes the file that it points to."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_device_is_written_to_as_it_is() -> None:
    """`-o /dev/null` is no file to replace."""
    write_atomically(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "is a folder"),
        ("no/such/map.svg", "the folder does not exist"),
        ("x" * 300, "too long"),
        ("nul\0.svg", "null byte"),
        ("surrogate\ud800.svg", "no place to write to"),
        ("circle", "loop"),
        ("file/map.svg", "the folder does not exist"),
    ],
)
def test_no_place_to_write_to(name: str, what: str, tmp_path: Path) -> None:
    """A place that cannot hold the file is named, in one line, before anything is written."""
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    (tmp_path / "file").write_bytes(b"x")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=what) as caught:
        write_atomically(tmp_path / name, b"new")
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "what"), [("", "is a folder"), ("none", "no such file"), ("a\0b", "cannot be read"), ("x" * 300, "read")]
)
def test_no_file_to_read(name: str, what: str, tmp_path: Path) -> None:
    """What cannot be read is named with the reason."""
    with pytest.raises(InputError, match=what):
        read_bytes(tmp_path / name)


@pytest.mark.parametrize(
    ("data", "offset", "byte", "encoding"),
    [
        (b"caf\xe9", 3, "e9", "WINDOWS-1252"),
        (b"\xef\xbb\xbfcaf\xe9", 6, "e9", "WINDOWS-1252"),
        (b"\xff\xfeT\x00h\x00", 0, "ff", "UTF-16"),
        (b"cut off \xe2\x80", 8, "e2", "WINDOWS-1252"),
        (b"surrogate \xed\xa0\x80", 10, "ed", "WINDOWS-1252"),
        ("caf\u00e9".encode("utf-32"), 0, "ff", "UTF-32"),
        ("\u201cThe caf\u00e9 is shut\u201d".encode() + b"\xe2\x80", 23, "e2", "UTF-8 -t UTF-8"),
    ],
)
def test_another_encoding_is_refused_by_its_first_byte(data: bytes, offset: int, byte: str, encoding: str) -> None:
    """Text that is not UTF-8 is refused with the offset of the byte in the file and the way to convert it."""
    with pytest.raises(InputError, match=f"0x{byte} at offset {offset};.*iconv (-c )?-f {encoding}"):
        decode_utf8(data, where="a.txt")


@given(st.text().filter(lambda text: "\r\n" not in text and not text.startswith("\ufeff")), st.booleans())
def test_utf8_comes_as_it_is(text: str, mark: bool) -> None:
    """With or without a byte-order mark the text is the text, control characters and lone CRs included."""
    assert decode_utf8((b"\xef\xbb\xbf" if mark else b"") + text.encode(), where="a.txt") == text


def test_windows_line_ends_become_lf() -> None:
    """CRLF is LF; a CR alone stays."""
    assert decode_utf8(b"a\r\nb\rc\r\r\nd", where="a.txt") == "a\nb\rc\r\nd"
