"""What stands around an article: highlights, bios, pull quotes, and teasers for other articles."""

from __future__ import annotations

import re

from argmap.labels import UnitKind
from argmap.reading.authors import mark_bios, mark_names
from argmap.reading.page import Page
from argmap.reading.phrases import (
    COMMENT_FURNITURE,
    COMMENTS_TITLE,
    FURNITURE_LINE,
    FURNITURE_START,
    TEASER_MARK,
    TEASERS_TITLE,
)

_TOP = 5
_HIGHLIGHTS = re.compile(r"[\W_]*(?:[^.]{0,60} )?story highlights\b", re.IGNORECASE)
_MOST_HIGHLIGHTS = 4
_TEASER_REACH = 4  # paragraphs between two teaser marks: title, summary, section name
_LEAST_TEASERS = 3
_LEAST_ROWS = 3  # of a list under "Related", its title with them; at the end of a page fewer do
_COMMENT_SHARE = 0.4  # of the article's length: more prose behind the teasers is the article going on


def mark_edges(page: Page) -> None:
    """Bios near the top and the bottom, highlights, solitary names of the author, pull quotes set off by `>`."""
    _mark_highlights(page)
    mark_bios(page)
    mark_names(page)
    for index in page.unnamed():
        if page.paragraphs[index].startswith(">") and not page.ends_sentence(index):
            page.name(index, UnitKind.BOILERPLATE)


def _mark_highlights(page: Page) -> None:
    for index in range(min(_TOP, len(page.kinds))):
        if _HIGHLIGHTS.match(page.head(index)):
            for later in range(index, min(index + _MOST_HIGHLIGHTS, len(page.kinds))):
                if later > index and (page.ends_sentence(later) or not page.is_short(later, 30)):
                    break
                page.name(later, UnitKind.BOILERPLATE)


def mark_teasers(page: Page) -> None:
    """Blocks of teasers: clusters of "Read more" with titles and summaries, and lists under "Related" and the like."""
    marks = [i for i in page.unnamed() if TEASER_MARK.match(page.head(i)) and page.is_short(i, 30)]
    for first, last in _clusters(marks):
        if sum(1 for mark in marks if first <= mark <= last) >= _LEAST_TEASERS:
            _mark_cluster(page, first, last)
    for index in page.unnamed():  # looks at each when it comes, so that a list already marked is not walked again
        if page.is_short(index, 8) and index * 2 >= len(page.kinds) and TEASERS_TITLE.fullmatch(page.head(index)):
            _mark_list(page, index)


def _clusters(marks: list[int]) -> list[tuple[int, int]]:
    clusters: list[tuple[int, int]] = []
    for mark in marks:
        if clusters and mark - clusters[-1][1] <= _TEASER_REACH:
            clusters[-1] = (clusters[-1][0], mark)
        else:
            clusters.append((mark, mark))
    return clusters


def _mark_cluster(page: Page, first: int, last: int) -> None:
    """A cluster from its first mark to its last, with the first teaser's title and summary, and a text glued to the
    last mark.
    """
    start = first
    if start > 1 and page.is_title_like(start - 2) and not page.is_title_like(start - 1):
        start -= 2
    while start > 0 and first - start < _TEASER_REACH and page.is_title_like(start - 1):
        start -= 1
    end = last + 1
    mark = TEASER_MARK.match(page.head(last))
    glued = mark is not None and len(page.paragraphs[last].strip()) > mark.end() + 3
    if glued and end < len(page.kinds) and page.is_short(end, 60):
        end += 1
    for index in range(start, end):
        page.name(index, UnitKind.BOILERPLATE)
    _mark_comments_after(page, start, end)


def _mark_comments_after(page: Page, start: int, end: int) -> None:
    """What follows the last teasers of a page is by its readers, unless it is long enough to be the article itself."""
    before = sum(len(page.paragraphs[i]) for i in range(start))
    after = sum(len(page.paragraphs[i]) for i in range(end, len(page.kinds)))
    if after > _COMMENT_SHARE * before:
        return
    for index in range(end, len(page.kinds)):
        head = page.head(index)
        if not (FURNITURE_LINE.fullmatch(head) or FURNITURE_START.match(head) or page.is_title_like(index)):
            page.name(index, UnitKind.COMMENT)
        elif COMMENT_FURNITURE.fullmatch(head) or COMMENTS_TITLE.fullmatch(head):
            page.name(index, UnitKind.BOILERPLATE)


def _mark_list(page: Page, title: int) -> None:
    """The titles (each perhaps with a summary) under a line like "Related articles"."""
    rows = title + 1
    while rows < len(page.kinds):
        titled = page.is_title_like(rows) and not COMMENTS_TITLE.fullmatch(page.head(rows))
        summary = (
            rows > title + 1 and page.is_short(rows, 60) and page.is_title_like(rows - 1) and rows + 1 < len(page.kinds)
        )
        if not titled and not (summary and page.is_title_like(rows + 1)):
            break
        rows += 1
    if rows - title >= _LEAST_ROWS or rows == len(page.kinds) > title + 1:
        for index in range(title, rows):
            page.name(index, UnitKind.BOILERPLATE)
