"""Readers' comments below an article."""

from __future__ import annotations

import re

from argmap.labels import UnitKind
from argmap.reading.page import Page
from argmap.reading.phrases import COMMENT_FURNITURE, COMMENTS_TITLE, FURNITURE_LINE, FURNITURE_START

_HANDLE = re.compile(
    r"(?P<handle>@?[^\W_][\w.’'-]{1,30}(?: [^\W_a-z][\w.’'-]{0,30}){0,3}"
    r"(?:, [^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){0,2})?)\s?:\s+\S"
)
_LABEL = re.compile(r"[A-Z]{0,3}\d{0,4}[.)]?")  # of a note, a chart, a speaker
_PLAIN_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]+")


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


_LEAD_INS = _words(
    """
    a an the my our your his her their its this that these those one two three first second third last next finally
    note notes update correction source sources editor question answer lesson verdict result conclusion moral remember
    here there and but so yes no in on at for to of with as if or again what who why how when where step part chapter
    point rule option myth fact day week year act article section case phase problem solution truth
    """
)
"""Words before a colon that say what follows, not who writes it."""


def is_handle_line(head: str) -> bool:
    """Whether a paragraph looks like `quayside_7: Well said.`, a reader's name and a reader's words."""
    match = _HANDLE.match(head)
    if match is None or _LABEL.fullmatch(match["handle"]):
        return False
    return match["handle"].split()[0].rstrip(",").casefold() not in _LEAD_INS


def mark_comments(page: Page) -> None:
    """What follows a line like "12 comments" in the last part of a page."""
    lengths = [len(paragraph) for paragraph in page.paragraphs]
    whole, before = sum(lengths), 0
    for index, length in enumerate(lengths):
        before += length
        if page.is_short(index, 12) and 2 * before > whole and COMMENTS_TITLE.fullmatch(page.head(index)):
            if any(page.is_prose(i) for i in range(index)):
                _mark_from(page, index)
            return


def _mark_from(page: Page, title: int) -> None:
    page.name(title, UnitKind.BOILERPLATE)
    for index in range(title + 1, len(page.kinds)):
        head = page.head(index)
        furniture = COMMENT_FURNITURE.fullmatch(head) or FURNITURE_LINE.fullmatch(head) or FURNITURE_START.match(head)
        page.name(index, UnitKind.BOILERPLATE if furniture else UnitKind.COMMENT)


def mark_handle_lines(page: Page) -> None:
    """Lines of the shape `name: words` at the end of a page, behind the bio or whatever else closes the article.

    Nothing but such lines, and what belongs to them, may follow; and nobody of that name speaks in the article, as
    somebody interviewed would.
    """
    last = len(page.kinds)
    first = last
    handles = others = 0
    for index in range(last - 1, 0, -1):
        if page.kinds[index] is UnitKind.BOILERPLATE:
            if handles and handles >= others and first == index + 1:
                break
            continue
        if page.kinds[index] is not None:
            return
        if is_handle_line(page.head(index)):
            handles += 1
            first = index
        else:
            others += 1
            if others > handles + 1:
                return
    else:
        return
    names = [match["handle"] for i in range(first, last) if (match := _HANDLE.match(page.head(i)))]
    if handles == 1 and _PLAIN_WORD.fullmatch(names[0]):
        return  # "Verdict: guilty."
    before = {page.head(i).partition(":")[0] for i in range(first) if page.kinds[i] is None}
    if not before or not before.isdisjoint(names):
        return
    for index in range(first, last):
        page.name(index, UnitKind.COMMENT)
