"""Paragraphs of plain text: a line is one, unless the text is wrapped by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from argmap.document import Span

_WIDEST_WRAP = 100  # columns; longer lines are not the work of somebody who wraps
_NARROWEST_WRAP = 45
_MIN_BREAKS = 3
_LINE_ENDS = {ord(mark): "\n" for mark in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
_ITEM = re.compile(r"\s*(?:[-*•·–]|\d{1,3}[.)]|[a-zA-Z][.)])\s")


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Return the paragraphs of `text` in order, trimmed; together they hold every character that is not white space.

    A line is a paragraph, whatever sign ends it. Where lines are wrapped at a width and paragraphs set apart by blank
    lines, a line joins the one before if its first word would not have fitted there, so verses, lists and titles keep
    their lines.
    """
    text = text.replace("\r\n", " \n").translate(_LINE_ENDS)  # as long as before
    lines = tuple(_lines(text))
    width = _wrap_width(text, lines)
    spans: list[Span] = []
    for index, line in enumerate(lines):
        if width and index and _continues(text, lines[index - 1], line, width):
            spans[-1] = Span(spans[-1].start, line.end)
        else:
            spans.append(line)
    return tuple(spans)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        body = line.strip()
        if body:
            begin = start + len(line) - len(line.lstrip())
            yield Span(begin, begin + len(body))
        start += len(line) + 1


def _wrap_width(text: str, lines: tuple[Span, ...]) -> int:
    """The width in columns at which a text is wrapped, or 0."""
    lengths = [line.end - line.start for line in lines]
    if not lengths or max(lengths) > _WIDEST_WRAP + 20 or "\n\n" not in text:
        return 0
    broken = [
        line.end - line.start
        for line, following in pairwise(lines)
        if text[line.end : following.start].count("\n") == 1
    ]
    if len(broken) < _MIN_BREAKS or not _NARROWEST_WRAP <= median(broken) <= _WIDEST_WRAP:
        return 0
    return sorted(lengths)[int(len(lengths) * 0.9)]


def _continues(text: str, line: Span, following: Span, width: int) -> bool:
    if text[line.end : following.start].count("\n") != 1 or _ITEM.match(text, following.start, following.end):
        return False
    first_word = text[following.start : following.end].split(maxsplit=1)[0]
    return line.end - line.start + 1 + len(first_word) > 0.85 * width
