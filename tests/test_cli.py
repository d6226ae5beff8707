"""The command line as a whole: exit codes, one line an error, help at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import argmap
from argmap.cli import main
from argmap.errors import ArgmapError, EngineError, InputError, MissingDependencyError, ModelError, UsageError

COMMANDS = (
    "map", "classify", "analyse", "lint", "convert", "train", "evaluate", "compare-models", "annotations", "bench",
)  # fmt: skip


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException, *arguments: str) -> int:
    """The exit code of `argmap convert` where reading its input raises this error."""

    def fail(_: Path) -> bytes:
        raise error

    monkeypatch.setattr("argmap.files.read_bytes", fail)
    return main(["convert", "a.json", "b.svg", *arguments])


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A newcomer sees what there is to do, and each command explains itself."""
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out
    for command in COMMANDS:
        assert f"\n  {command} " in listed
        assert main([command, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: argmap {command} ")


def test_help_answers_at_once() -> None:
    """`argmap --help` does not wait for what only some commands need."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "argmap", "--help"], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 2
    assert "Usage: argmap" in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints name and version."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"argmap {argmap.__version__}\n"


def test_nothing_to_do_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the help goes to stderr, and the exit code says that this was no use."""
    for arguments in ([], ["annotations"], ["bench"]):
        assert main(arguments) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "Commands:" in captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["draw"], "No such command 'draw'"),
        (["map", "--fromat", "svg", "a.txt"], "No such option: --fromat"),
        (["map"], "Missing argument 'OP-ED'"),
        (["classify", "--format", "xml", "a.txt"], "'xml' is not one of"),
        (["evaluate", "a.jsonl", "--resamples", "0"], "Invalid value for '--resamples'"),
    ],
)
def test_wrong_usage_is_one_line_and_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call gets one line that names it and where to read on, exit code 2."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("argmap: error: ")
    assert words in line
    assert "--help`" in line


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ArgmapError("does not hold", where="x"), 1),
        (UsageError("so not", where="x"), 2),
        (InputError("is\nbroken", where="x", expected="y", advice="z"), 3),
        (ModelError("is altered", where="x"), 3),
        (MissingDependencyError("needs x", advice="pip install x"), 4),
        (EngineError("took too long", where="x"), 4),
        (MemoryError(), 3),
        (RecursionError(), 3),
        (OSError(28, "No space left on device"), 3),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_every_error_is_one_line(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever goes wrong is one line on stderr and the exit code of its kind; no traceback."""
    assert failing(monkeypatch, error) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("argmap: error: ")


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_shows_where_an_error_comes_from(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only `--debug` brings a traceback, and the line and the exit code stay."""

    def fail(_: Path) -> bytes:
        raise InputError("is broken", where="x")

    monkeypatch.setattr("argmap.files.read_bytes", fail)
    command = ["convert", "a.json", "b.svg"]
    assert main(["--debug", *command] if place == "before" else [*command, "--debug"]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "argmap: error: x: is broken"


def test_an_option_of_one_run_does_not_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`main` can be called again and again from a program."""
    failing(monkeypatch, InputError("is broken"), "--debug", "-q", "--no-progress")
    capsys.readouterr()
    failing(monkeypatch, InputError("is broken"))
    assert capsys.readouterr().err == "argmap: error: is broken\n"


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Stopping is not a failure: one line and the code that shells use."""
    assert failing(monkeypatch, KeyboardInterrupt()) == 130
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("argmap: error: stopped")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_real_ctrl_c_leaves_no_traceback_and_no_file(tmp_path: Path) -> None:
    """A process that is stopped while it reads says so and leaves nothing behind."""
    command = [sys.executable, "-m", "argmap", "classify", "-", "-o", str(tmp_path / "out.jsonl")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:  # the temporary file: it waits for stdin
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_3() -> None:
    """Data that could not be written is never a success."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "argmap", "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert done.stderr == (
        "argmap: error: standard output: cannot be written (No space left on device); free space or choose another "
        "place\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
@pytest.mark.parametrize("arguments", [["--help"], ["annotations", "check", "tests/golden/annotations/weir.jsonl"]])
def test_a_closed_pipe_is_quiet(arguments: list[str]) -> None:
    """`argmap … | head` ends without a word."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "argmap", *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_errors_have_no_colour_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape codes go to terminals only."""
    main(["map", "no-such-file.txt", "-o", "x.svg"])
    captured = capsys.readouterr()
    assert captured.err == "argmap: error: no-such-file.txt: no such file; check the path\n"
