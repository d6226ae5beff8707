"""Headings, boilerplate and readers' comments among the paragraphs of an article: recognised and marked, never dropped.

Losing a sentence of the body is the worst error, so every rule needs a reason that body text does not give: a set
phrase, a place at the edge of the article, or a copy of a sentence elsewhere. The rules run one after the other over
a `_Page`; the first one that names a paragraph wins.
"""

from __future__ import annotations

from collections.abc import Sequence

from argmap.labels import UnitKind
from argmap.reading.authors import mark_bylines
from argmap.reading.comments import mark_comments, mark_handle_lines
from argmap.reading.copies import copied_paragraphs
from argmap.reading.edges import mark_edges, mark_teasers
from argmap.reading.headings import mark_section_titles, mark_top
from argmap.reading.page import Page
from argmap.reading.phrases import (
    BYLINE,
    CAPTION,
    CAPTION_PLACE,
    DATELINE,
    EDGE_START,
    FURNITURE_LINE,
    FURNITURE_START,
    LEAD_IN,
    LINK_LABEL,
    PARENTHESISED_NOTE,
    TEASER_END,
    TEASER_MARK,
)

_TOP = 2
_EDGE = 6  # paragraphs


def kinds_of(paragraphs: Sequence[str], hints: Sequence[UnitKind | None] = ()) -> tuple[UnitKind, ...]:
    """Say what each paragraph is.

    `hints` are what a format knows by itself (a heading element), one for each paragraph or none at all; they are kept.
    """
    page = Page(tuple(paragraphs), list(hints) if hints else [None] * len(paragraphs))
    for rule in _RULES:
        rule(page)
    return tuple(kind or UnitKind.TEXT for kind in page.kinds)


def _mark_scraps(page: Page) -> None:
    """Rows of stars and rules."""
    for index in page.unnamed():
        if not any(character.isalnum() for character in page.paragraphs[index]):
            page.name(index, UnitKind.BOILERPLATE)


def _mark_furniture(page: Page) -> None:
    """What says a set phrase; the phrases that an author may use too count only near the top and the bottom."""
    last = len(page.kinds) - 1
    for index in page.unnamed():
        head = page.head(index)
        on_edge = index < _EDGE or last - index < _EDGE
        if (
            FURNITURE_START.match(head)
            or BYLINE.fullmatch(head)
            or PARENTHESISED_NOTE.match(head)
            or (FURNITURE_LINE.fullmatch(head) and (page.is_title_like(index) or head.endswith("...")))
            or (on_edge and EDGE_START.match(head))
            or _is_set_apart(page, index)
            or (index > 0 and page.is_title_like(index) and LEAD_IN.match(head))
        ):
            page.name(index, UnitKind.BOILERPLATE)


def _is_set_apart(page: Page, index: int) -> bool:
    """What is no sentence and ends in a picture's credit, says who stands where, leads elsewhere or gives a date."""
    if page.ends_sentence(index) or not page.is_short(index, 60):
        return False
    head = page.head(index)
    return (
        TEASER_MARK.match(head) is not None
        or TEASER_END.fullmatch(head) is not None
        or CAPTION.fullmatch(head) is not None
        or CAPTION_PLACE.search(head) is not None
        or DATELINE.match(head) is not None
        or (index > _TOP and LINK_LABEL.match(head) is not None)
    )


def _mark_copies(page: Page) -> None:
    """Pull quotes and highlights: set apart, they repeat a sentence of the text."""
    for index in copied_paragraphs(page.paragraphs):
        page.name(index, UnitKind.BOILERPLATE)


_RULES = (
    _mark_scraps,
    mark_teasers,
    mark_comments,
    mark_bylines,
    _mark_furniture,
    mark_edges,
    mark_handle_lines,
    mark_top,
    _mark_copies,
    mark_section_titles,
)
