"""Workflow commands of GitHub Actions: a remark on a line of a file, which appears beside that line in a change."""

from __future__ import annotations

from argmap.errors import one_line

MOST = 10
"""GitHub shows so many annotations of one type of one step, and drops the rest."""


def line_annotation(level: str, *, file: str, line: int, message: str) -> str:
    """`::error file=…,line=…::message` (`level` is error, warning or notice), escaped as GitHub's runner reads it."""
    return f"::{level} file={_property(file)},line={line}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return one_line(escaped)  # other control characters would break the terminal of whoever reads the log


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
