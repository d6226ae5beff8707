"""DOT to SVG, PNG and PDF: by `dot` on PATH, else by the Graphviz inside the pygraphviz wheel.

Both run as processes of their own, with a time limit, and are killed with their children.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from argmap.errors import EngineError, MissingDependencyError
from argmap.rendering.fonts import font_environment

SYSTEM, WHEEL = "dot", "pygraphviz wheel"
_WHEEL_SCRIPT = Path(__file__).with_name("wheel_engine.py")
_ADVICE = "raise the time limit, or write .dot or .json"


@dataclass(frozen=True)
class Drawing:
    """The bytes of a picture and the name of the engine that drew it."""

    data: bytes
    engine: str


class _OutOfTimeError(Exception):
    pass


def draw(dot: str, picture_format: str, *, dpi: int = 72, time_limit: float = 60.0) -> Drawing:
    """Draw DOT text with fixed positions as `svg`, `png` or `pdf`; `time_limit` in seconds holds for all attempts.

    Raises `EngineError` if the time runs out or every engine fails, `MissingDependencyError` if there is none.
    """
    with font_environment() as environment:
        return _draw(dot.encode("utf-8"), picture_format, dpi, time_limit, environment)


def _draw(source: bytes, picture_format: str, dpi: int, time_limit: float, environment: Mapping[str, str]) -> Drawing:
    deadline = time.monotonic() + time_limit
    failures: list[str] = []
    for name, command in _engines(picture_format, dpi):
        left = deadline - time.monotonic()
        try:
            data, complaint = _run(command, source, left, environment)
        except _OutOfTimeError as error:
            raise EngineError(
                f"drawing took longer than {time_limit:g} seconds and was stopped", where=name, advice=_ADVICE
            ) from error
        except OSError as error:
            failures.append(f"{name}: {error.strerror or error}")
            continue
        if data:
            return Drawing(data, name)
        failures.append(f"{name}: {complaint}")
    if not failures:
        raise MissingDependencyError(
            "no Graphviz found",
            advice="pip install 'pygraphviz>=2' or install Graphviz; .html and .json still need none",
        )
    raise EngineError(f"no engine could draw the map ({'; '.join(failures)})", advice="write .dot or .json instead")


def _engines(picture_format: str, dpi: int) -> list[tuple[str, list[str]]]:
    engines = []
    system = shutil.which("dot")
    if system:
        engines.append((SYSTEM, [system, "-Knop2", f"-T{picture_format}", f"-Gdpi={dpi}"]))
    if importlib.util.find_spec("pygraphviz") is not None:
        command = [sys.executable, "-P", str(_WHEEL_SCRIPT), picture_format, str(dpi)]
        engines.append((WHEEL, command))
    return engines


def _run(command: list[str], source: bytes, limit: float, environment: Mapping[str, str]) -> tuple[bytes, str]:
    """Return a command's output (empty if it failed) and its last complaint; kill it and its children in time."""
    process = subprocess.Popen(  # noqa: S603 - the command is made of our own words, the text goes in by standard input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment,
    )
    try:
        data, errors = process.communicate(source, timeout=max(limit, 0.001))
    except subprocess.TimeoutExpired as error:
        raise _OutOfTimeError from error
    finally:
        if process.poll() is None:
            _kill(process)
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    complaint = lines[-1][:300] if lines else f"exit status {process.returncode}"
    return (data, "") if process.returncode == 0 and data else (b"", complaint)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()
