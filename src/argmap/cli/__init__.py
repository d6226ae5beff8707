"""The command line: it parses, prints and exits; everything else is done by the rooms below.

The library raises; `main` turns an error into one line on stderr and an exit code. Beside those of `argmap.errors`
there are 130 (stopped by Ctrl-C) and 141 (the reader of a pipe has gone), as shells number them. A fault of argmap's
own is 1.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from argmap.errors import EXIT_BAD_INPUT, EXIT_CHECK_FAILED, EXIT_USAGE, ArgmapError

EXIT_STOPPED = 130
EXIT_CLOSED_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run `argmap` with these arguments (None: those of the process) and return the exit code; it never raises.

    A failure is one line on stderr, with a traceback before it only if `--debug` is among the arguments.
    """
    try:
        from argmap.cli.common import SETTINGS, Settings

        token = SETTINGS.set(Settings())
        try:
            status = _run(list(sys.argv[1:] if argv is None else argv))
            return _flush() or status
        finally:
            SETTINGS.reset(token)
    except KeyboardInterrupt:  # before or after the work
        print("argmap: error: stopped", file=sys.stderr)  # noqa: T201 - the one room that prints
        return EXIT_STOPPED


def entrypoint() -> None:
    """The `argmap` program."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # replaced by something simpler
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # for terminals of few characters
    sys.exit(main())


def _run(arguments: list[str]) -> int:
    from argmap.cli.app import app
    from argmap.cli.common import SETTINGS, ClosedPipeError, complain

    try:
        status = app(arguments, prog_name="argmap", standalone_mode=False)
    except Exception as error:
        if SETTINGS.get().debug:
            traceback.print_exc()
        message, status = _explain(error)
        if message:
            complain(message)
        if isinstance(error, ClosedPipeError | BrokenPipeError):
            _silence_stdout()
    except KeyboardInterrupt:
        status = EXIT_STOPPED
    except SystemExit:  # so typer answers a closed pipe while it prints help
        status = EXIT_CLOSED_PIPE
    if status == EXIT_STOPPED:
        complain("stopped; files that were not finished are as they were before")
    return status if isinstance(status, int) else 0


def _explain(error: Exception) -> tuple[str, int]:
    """What to say about an error (nothing: an empty string), and the exit code."""
    import typer

    from argmap.cli.common import SETTINGS, ClosedPipeError

    match error:
        case ArgmapError():
            return str(error), error.exit_code
        case ClosedPipeError() | BrokenPipeError():
            return "", EXIT_CLOSED_PIPE
        case typer.Abort():
            return "", EXIT_STOPPED
        case MemoryError():
            return "out of memory; try a smaller input", EXIT_BAD_INPUT
        case RecursionError():
            return "the input is nested too deeply; try a simpler one", EXIT_BAD_INPUT
        case OSError():
            return _of_system(error), EXIT_BAD_INPUT
    # typer may bring a copy of click of its own, and names few of its errors; this one stands above all of them.
    if isinstance(error, typer.BadParameter.__mro__[2]):
        return _usage(error)
    advice = "please report it with the lines above" if SETTINGS.get().debug else "run again with --debug to see where"
    return f"internal error: {type(error).__name__}: {error}; {advice}", EXIT_CHECK_FAILED


def _of_system(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"standard output: cannot be written ({reason}); free space or choose another place"
    return f"{error.filename}: {reason}"


def _usage(error: Any) -> tuple[str, int]:
    message: str = error.format_message().rstrip(".")
    if "\n" in message:  # the help of a command that was called with nothing
        print(message, file=sys.stderr)  # noqa: T201 - the one room that prints
        return "", EXIT_USAGE
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "argmap"
    return f"{message}; see `{command} --help`", EXIT_USAGE


def _flush() -> int:
    """Write out what is left of stdout: 0, or the exit code if that fails."""
    from argmap.cli.common import complain

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return EXIT_CLOSED_PIPE
    except OSError as error:
        _silence_stdout()
        complain(_of_system(error))
        return EXIT_BAD_INPUT
    return 0


def _silence_stdout() -> None:
    """Let the interpreter's own last flush go nowhere, so that it has nothing to complain about."""
    with contextlib.suppress(OSError, ValueError, AttributeError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
