"""Every command in the README and in docs/ is run, and what stands below it there is what it prints.

How a fenced block is read, by its language:

- ``console``: each line after ``$ `` is run, in order, in one new folder a document that holds copies of examples/ and
  annotations/. The lines below it must be what it prints, standard error included; decimals may differ in the second
  place, and which engine drew a picture, and its size, depend on the machine.
- ``python``: a session with ``>>> ``, checked by doctest in the same folder.
- ``sh``: set-up that installs or builds. It is not run here, but each line must stand in ``.ci/run``, or in the part of
  the Makefile that ``.ci/run`` runs, or in `NOT_RUN` with a reason.
- ``yaml``: configuration of CI servers; tests/test_ci_action.py runs the commands in it.
- ``json``, ``text``: no commands. Other languages are refused, so that no command escapes by its fence.

``make docs`` writes what the commands print now into the documents.
"""

import difflib
import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MACHINE_DEPENDENT = re.compile(r"\d+ KB|, drawn by [^;\n]+")
DECIMAL = re.compile(r"\d+\.\d+")
TOLERANCE = 0.02
FAILURE = re.compile(r"^argmap: error:|^Traceback|^\(status \d+\)", re.MULTILINE)
LANGUAGES = {"console", "python", "sh", "yaml", "json", "text"}
NOT_RUN = {
    "pip install dist/*.whl": ".ci/run does it in an empty environment, and calls it by its path",
    "make": "prints the list of targets; tested below",
    "make check": ".ci/run runs both of its halves, make lint and make test",
    "make format": "changes files",
    "make bench": "figures of one machine, minutes long",
    "make train": "needs the publishers' texts, minutes long",
    "make docs": "changes this test's own input",
    "make lock": "asks the package index for news",
    "make clean": "would remove the environment that runs the tests",
    "make test-all": "the fast tests and then some",
}


def fences(document: Path) -> Iterator[tuple[str, str]]:
    """Language and content of each fenced block."""
    yield from FENCE.findall(document.read_text(encoding="utf-8"))


def lay_out(folder: Path) -> None:
    """Put into the folder what a document's commands may use."""
    for name in ("examples", "annotations"):
        shutil.copytree(ROOT / name, folder / name)


def printed_by(command: str, folder: Path) -> str:
    """What a command prints in a pipe, 100 columns wide; with its status, if that is not 0."""
    environment = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "CLICOLOR_FORCE"}}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    text = done.stdout.decode("utf-8")
    lines = [line.rstrip() for line in text.splitlines()]
    if done.returncode and not command.rstrip().endswith("echo $?"):
        lines.append(f"(status {done.returncode})")
    return "".join(f"{line}\n" for line in lines)


def replayed(block: str, folder: Path) -> str:
    """The block again, with what its commands print now."""
    commands = re.findall(r"^\$ (.*(?:\\\n.*)*)\n", block, re.MULTILINE)
    assert commands, f"a console block without a command:\n{block}"
    return "".join(f"$ {command}\n{printed_by(command, folder)}" for command in commands)


def same(shown: str, now: str) -> bool:
    """Whether two outputs tell a reader the same."""
    shown, now = (MACHINE_DEPENDENT.sub("", text) for text in (shown, now))
    if DECIMAL.sub("", shown) != DECIMAL.sub("", now):
        return False
    pairs = zip(DECIMAL.findall(shown), DECIMAL.findall(now), strict=True)
    return all(abs(float(one) - float(other)) <= TOLERANCE for one, other in pairs)


def document_id(document: Path) -> str:
    return str(document.relative_to(ROOT))


def with_fence(*languages: str) -> list[Path]:
    return [document for document in DOCUMENTS if {language for language, _ in fences(document)} & set(languages)]


@pytest.mark.parametrize("document", with_fence("console"), ids=document_id)
def test_commands_print_what_the_document_shows(document: Path, tmp_path: Path) -> None:
    """A reader who types what a document shows sees what it shows."""
    lay_out(tmp_path)
    for block in (content for language, content in fences(document) if language == "console"):
        now = replayed(block, tmp_path)
        difference = "\n".join(difflib.unified_diff(block.splitlines(), now.splitlines(), "shown", "now", lineterm=""))
        assert same(block, now), f"{difference}\n\nIf what it prints now is right: make docs"


@pytest.mark.parametrize(
    ("shown", "now", "expected"),
    [
        ("F1 0.61 of 3\n", "F1 0.62 of 3\n", True),
        ("F1 0.61 of 3\n", "F1 0.71 of 3\n", False),
        ("F1 0.61 of 3\n", "F1 0.61 of 4\n", False),
        ("a.svg: 69 KB, drawn by dot; keeps\n", "a.svg: 70 KB, drawn by pygraphviz wheel; keeps\n", True),
        ("a.svg: 69 KB\n", "b.svg: 69 KB\n", False),
        ("done\n", "done\nand more\n", False),
    ],
)
def test_what_counts_as_the_same(shown: str, now: str, expected: bool) -> None:
    """The comparison forgives what differs between machines, and nothing else."""
    assert same(shown, now) is expected


@pytest.mark.parametrize("document", with_fence("python"), ids=document_id)
def test_python_sessions_are_true(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of a document runs and gives the values that it shows."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    session = "\n".join(content for language, content in fences(document) if language == "python")
    test = doctest.DocTestParser().get_doctest(session, {}, document.name, str(document), 0)
    assert test.examples
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not outcome.failed, "".join(said)


@pytest.mark.parametrize("document", with_fence("sh"), ids=document_id)
def test_set_up_is_covered_by_ci(document: Path) -> None:
    """What installs or builds cannot run inside a test, so it stands in .ci/run, or has a reason why not."""
    ci = {line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()}
    lines = [line for language, content in fences(document) if language == "sh" for line in content.splitlines()]
    commands = [line.partition("#")[0].strip() for line in lines]
    assert [command for command in commands if command and command not in ci | NOT_RUN.keys()] == []


def test_every_fence_is_of_a_known_kind() -> None:
    """A block in another language would be a command that nobody runs."""
    odd = [
        f"{document_id(d)}: ```{language}" for d in DOCUMENTS for language, _ in fences(d) if language not in LANGUAGES
    ]
    assert odd == []


def test_links_lead_somewhere() -> None:
    """A link from one document to a file of the project finds it."""
    lost = [
        f"{document_id(document)}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)|src=\"([^\":]+)\"", document.read_text(encoding="utf-8"))
        for target in target
        if target and not (document.parent / target).exists()
    ]
    assert lost == []


def test_make_lists_its_targets() -> None:
    """`make` alone tells a newcomer what there is, and each target that the documents name is in that list."""
    done = subprocess.run(["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make (\S+)", done.stdout, re.MULTILINE))
    named = {
        target
        for document in DOCUMENTS
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert named <= listed


def refreshed(document: Path, folder: Path) -> str:
    """The document with what its commands print now; exits rather than write down a new failure."""

    def again(match: re.Match[str]) -> str:
        language, content = match.groups()
        if language != "console":
            return match.group()
        now = replayed(content, folder)
        if FAILURE.search(now) and "; echo $" not in now:  # a failure that is meant shows its status
            sys.exit(f"{document_id(document)} stays as it is, since a command fails:\n{now}")
        return match.group() if same(content, now) else f"```console\n{now}```"

    return FENCE.sub(again, document.read_text(encoding="utf-8"))


def refresh() -> None:
    """Write what the commands print now into the documents."""
    for document in with_fence("console"):
        with tempfile.TemporaryDirectory() as name:
            lay_out(Path(name))
            after = refreshed(document, Path(name))
        if after != document.read_text(encoding="utf-8"):
            document.write_text(after, encoding="utf-8")
            print(f"rewritten: {document_id(document)}")  # noqa: T201 - this part is a command


if __name__ == "__main__":
    refresh()
