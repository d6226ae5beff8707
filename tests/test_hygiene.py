"""What must never stand in a file of the project, and what must always be there."""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("ARGMAP_SHARED", ROOT.parent / "shared"))
MADE = {".git", ".venv", "out", "dist", "build", "htmlcov", "__pycache__"}
# Written apart, so that this file does not match itself.
HOME_FOLDERS = re.compile("/(?:" + "|".join(["root", "home/[a-z]", "Users/[A-Za-z]", "work"]) + ")" + "/")
INSTALLER_SETTINGS = re.compile("--(?:extra-)?index" + "-url|--find" + "-links|--trusted" + "-host")


@cache
def texts() -> dict[str, str]:
    """The project's text files by name: those that git has or would take; without git, all but what make makes."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        listed = [str(path) for path in paths if not MADE & set(path.parts) and not path.name.startswith(".cov")]
    found = {}
    for name in listed:
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):  # a picture, weights; a folder, a file that is gone
            continue
    return found


def places(pattern: re.Pattern[str]) -> list[str]:
    """Each line in which the pattern is found, with file and number."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_paths_of_one_machine() -> None:
    """A path into somebody's home works for nobody else."""
    assert places(HOME_FOLDERS) == []


def test_installers_are_left_as_the_user_set_them() -> None:
    """Where packages come from is the user's affair: no file names a package index."""
    assert [place for place in places(INSTALLER_SETTINGS) if "--no-emit" not in place] == []


def test_texts_are_texts() -> None:
    """Text files have Unix line ends and carry no stray control characters, but for test data."""
    for name, text in texts().items():
        if not name.startswith(("tests/golden/", "annotations/", "examples/")):
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), name


def test_modules_are_short() -> None:
    """A module over 400 lines has more than one subject."""
    sources = [(name, text) for name, text in texts().items() if name.startswith("src/") and name.endswith(".py")]
    assert sources
    assert [name for name, text in sources if text.count("\n") > 400] == []


def test_examples_are_there() -> None:
    """`make demo` has several articles to draw, each of a length that makes a map worth looking at."""
    examples = sorted((ROOT / "examples").glob("*.txt"))
    assert len(examples) >= 3
    for path in examples:
        assert len(path.read_text(encoding="utf-8").split()) >= 300, path.name


def test_no_foreign_text() -> None:
    """The texts of publishers are measured, never copied: no eight words in a row of them stand in the project."""
    folder = SHARED / "corpus" / "texts"
    if not folder.is_dir():
        pytest.skip("the publishers' texts are not here (ARGMAP_SHARED)")
    known = {shingle for path in folder.glob("*.txt") for shingle in shingles(path.read_text(encoding="utf-8"))}
    repeats = [
        f"{name}: {' '.join(words)}" for name, text in texts().items() for words in shingles(text) if words in known
    ]
    assert repeats == []


def shingles(text: str) -> set[tuple[str, ...]]:
    """All runs of eight words, without case and apostrophes."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return set(zip(*(words[start:] for start in range(8)), strict=False))
