"""Progress on stderr: on a terminal only, and only where there is something to wait for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from argmap.cli.common import SETTINGS
from argmap.errors import one_line

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 0.7  # seconds without a display: most jobs are done by then


class Meter:
    """Counts finished steps and says what is being done; silent where there is no display."""

    def __init__(self, display: Progress | None = None, total: int | None = None, what: str = "") -> None:
        self._display = display
        self._task = display.add_task(one_line(what), total=total) if display else None

    def say(self, what: str) -> None:
        """Name the step that begins."""
        if self._display is not None and self._task is not None:
            self._display.update(self._task, description=one_line(what)[:70])

    def advance(self, steps: int = 1) -> None:
        """Count steps as done."""
        if self._display is not None and self._task is not None:
            self._display.advance(self._task, steps)


@contextmanager
def progress(what: str, total: int | None = None, *, shown: bool = True) -> Iterator[Meter]:
    """A meter for the block; it appears after a moment and leaves nothing behind. Not `shown`: it stays silent."""
    settings = SETTINGS.get()
    if not shown or settings.quiet or not settings.progress or not sys.stderr.isatty():
        yield Meter()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24)]
    if total is not None:
        columns.append(MofNCompleteColumn())
    display = Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True, redirect_stdout=False
    )
    meter = Meter(display, total, what)
    timer = threading.Timer(_PATIENCE, display.start)
    timer.daemon = True
    timer.start()
    try:
        yield meter
    finally:
        timer.cancel()
        timer.join()
        display.stop()
