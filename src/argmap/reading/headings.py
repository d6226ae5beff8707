"""The title, the standfirst and the section titles of an article."""

from __future__ import annotations

import re

from argmap.labels import UnitKind
from argmap.reading.page import Page

_TOP = 4
_TITLE_WORDS = 30
_STANDFIRST_WORDS = 50
_SECTION_WORDS = 14
_INNER_END = re.compile(r"[.!?][”’\"']?\s+[“‘\"']?[A-Z]")
_NOT_A_TITLE = re.compile(
    r"[\W_]*$|\s*[(\[]\w+(?: \w+)?[)\]]\s*$|\s*[-–—•·*…“\"‘'(\[]*[a-z]|\s*(?:[-•·*]\s|[–—])"
    r"|\s*[“\"‘].*[”\"’][,.]?\s+\w+"
)


def mark_top(page: Page) -> None:
    """Name the title and the standfirst: the paragraphs before the first one of running text, as long as they look
    like titles.
    """
    for place, index in enumerate(list(page.unnamed())[:_TOP]):
        words = _TITLE_WORDS if place == 0 else _STANDFIRST_WORDS
        if not page.is_short(index, words) or not _has_text_after(page, index):
            return
        if _is_attributed(page, index):
            return
        if len(_INNER_END.findall(page.head(index))) > 1:
            return
        if page.ends_sentence(index) and not (place == 0 and _is_question_title(page, index)):
            return
        page.name(index, UnitKind.HEADING)


def _is_attributed(page: Page, index: int) -> bool:
    """Whether the next paragraph says whose words this one holds: then it is a motto, no title."""
    following = page.head(index + 1) if index + 1 < len(page.kinds) else ""
    return following.lstrip()[:1] in ("—", "–", "―") and page.paragraphs[index].rstrip()[-1:] in tuple("\"'”’»")


def mark_section_titles(page: Page) -> None:
    """Name the section titles, from the last to the first, so that one may stand above another."""
    for index in sorted(page.unnamed(), reverse=True):
        if _is_section_title(page, index):
            page.name(index, UnitKind.HEADING)


def _is_question_title(page: Page, index: int) -> bool:
    return page.is_short(index, 20) and page.paragraphs[index].rstrip("”’\"' ").endswith(("?", "!"))


def _has_text_after(page: Page, index: int) -> bool:
    return any(page.kinds[later] is None and page.is_prose(later) for later in range(index + 1, len(page.kinds)))


def _is_section_title(page: Page, index: int) -> bool:
    """A short line without a full stop, above a paragraph of running text or another such line."""
    paragraph = page.paragraphs[index]
    if not page.is_short(index, _SECTION_WORDS) or _NOT_A_TITLE.match(paragraph):
        return False
    if page.ends_sentence(index) and not (paragraph.endswith("?") and _in_title_case(paragraph)):
        return False
    following = index + 1
    while following < len(page.kinds) and page.kinds[following] is UnitKind.BOILERPLATE:
        following += 1
    if following == len(page.kinds):
        return False
    if page.paragraphs[following].lstrip("“‘\"'([ ")[:1].islower() or _is_inside_sentence(page, index):
        return False
    if page.kinds[following] is UnitKind.HEADING:
        return not _in_row(page, index, 3)
    return page.ends_sentence(following) and not page.is_short(following, 5) and not _in_row(page, index, 2)


def _is_inside_sentence(page: Page, index: int) -> bool:
    """Whether the paragraph before is text that breaks off: then this line is the rest of its sentence."""
    before = index - 1
    return (
        before >= 0 and page.kinds[before] is None and not page.ends_sentence(before) and not page.is_short(before, 22)
    )


def _in_title_case(paragraph: str) -> bool:
    words = [word for word in paragraph.split() if len(word) > 3]
    return len(words) > 1 and all(word.lstrip("“‘\"'(")[:1].isupper() for word in words)


def _in_row(page: Page, index: int, length: int) -> bool:
    """Whether so many lines without a full stop stand in a row here: then they are items or verses, not titles."""
    first = index
    while first > 0 and index - first < length and page.kinds[first - 1] is None and page.is_title_like(first - 1):
        first -= 1
    last = index
    while last + 1 < len(page.kinds) and last - index < length and page.is_title_like(last + 1):
        last += 1
    return last - first + 1 > length
