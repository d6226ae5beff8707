"""Who wrote an article: the byline above it, and the bio below it that names the same person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from argmap.labels import UnitKind
from argmap.reading.comments import is_handle_line
from argmap.reading.page import Page
from argmap.reading.phrases import BIO, BIO_BYLINED, BYLINE, NAME, TOP_BIO, WRITING_ROLE

_TOP = 6
_SOLITARY_TOP = 4  # paragraphs among which a line that is nothing but a name is the author's
_BOTTOM = 3  # paragraphs at the end among which a paragraph about the author is a bio
_NOTES = 2  # paragraphs at the bottom of which one in brackets is a note about the author
_MOST_BIOS = 12
_BIO_WORDS = 110
_TOP_BIOS = 5

_BY = re.compile(
    rf"\W*(?:[Bb]y|BY|[Ww]ritten by|[Ww]ords:?|[Tt]ext by|[Oo]pinion by)\s+"
    rf"(?P<who>{NAME}(?:(?:,| and| &)\s+{NAME}){{0,4}})(?:\s*\([^()]{{2,80}}\)"
    rf"|(?:,|\s[–—-])\s(?=.{{0,80}}\b(?i:{WRITING_ROLE}|staff|special to|opinion)\b).{{2,80}})\W*"
)
_BY_NAME = re.compile(rf"(?:[Bb]y|BY|[Ww]ith)\s+(?P<who>{NAME})")
_NAME_ALONE = re.compile(NAME)
_NAME_AND_ROLE = re.compile(
    rf"(?P<who>{NAME})(?:,|\s[–—-])\s(?=.{{0,80}}\b(?i:{WRITING_ROLE}|guest|staff)s?\b)[^.!?]{{2,80}}"
)
_OWN_COLUMN = re.compile(
    rf"(?P<who>{NAME})[’']s?\s(?:[\w’'-]+\s){{0,3}}(?i:column|diary|notebook|letter|dispatch|blog)"
)
_PARTS = re.compile(r"\s*[|·•]\s*|\s+[–—]\s+")
_RUBRIC = re.compile(
    r"(?:(?:guest|regular|staff|the) )?(?:opinions?|comment|commentary|column|columnists?|editorial|op-?ed|analysis"
    r"|essay|views?|viewpoints?|perspectives?|ideas|letters?|debate|voices|contributors?|blogs?)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?=.*\d)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|published|updated|posted|on|at|am|pm|gmt|est|ist|th|st|nd|rd|min(?:ute)?s?|read|[\d\s.,:/-]){1,20}",
    re.IGNORECASE,
)
_ROLE_PART = re.compile(rf".{{0,60}}\b(?:{WRITING_ROLE})\b.{{0,60}}", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:writes|says|argues|asks|reports|explains|wonders|suggests|believes|recalls|by)\b[^.?!]{0,80}?\s(?P<who>"
    rf"{NAME})\W*$"
)
_CALL = r"\s+(?:should|must|ought|needs?|will|would|can|could|may|has to|is not)\b"
_FIRST_PERSON = re.compile(r"\b(?:I|I[’']\w+|my|me|we|our)\b")
_QUOTED = re.compile(r"[“\"«„]")
_WORD = re.compile(r"[^\W\d_]+")


def mark_bylines(page: Page) -> None:
    """Name the bylines near the top, and note whom they name; a standfirst may name the author too ("writes …")."""
    for index in range(min(_TOP, len(page.kinds))):
        if page.kinds[index] is not None or not page.is_short(index, 30):
            continue
        who = _byline(page, index)
        if who is not None:
            page.name(index, UnitKind.BOILERPLATE)
            page.authors.extend(name for name in _NAME_ALONE.findall(who) if not name.startswith(("The ", "THE ")))
    for index in list(page.unnamed())[:_SOLITARY_TOP]:
        match = None if page.is_prose(index) else _WRITES.search(page.head(index))
        if match is not None and not _in_body(page, match["who"], but=index):
            page.authors.append(match["who"])


def _byline(page: Page, index: int) -> str | None:
    """The words of a byline that hold the author's name, or None."""
    line = page.head(index).strip()
    if BYLINE.fullmatch(line):
        return re.sub(r"\W*(?i:(?:written|text|opinion|analysis) by|by|words:?)\s", "", line, count=1)
    match = _BY.fullmatch(line)
    if match is not None:
        return match["who"]
    parted = _parted_byline(line, index)
    if parted is not None:
        return parted
    if not 0 < index < _TOP or page.ends_sentence(index):
        return None
    match = _OWN_COLUMN.fullmatch(line) or _NAME_AND_ROLE.fullmatch(line)
    if match is not None:
        return None if _in_body(page, match["who"], but=index) else match["who"]
    return line if index < _SOLITARY_TOP and _is_solitary_name(page, index, line) else None


def _parted_byline(line: str, index: int) -> str | None:
    """`OPINION | Ana Lee | 6 min read`: every part is a rubric, a name, a role or a date, and one of them a name."""
    parts = [part for part in _PARTS.split(line) if part]
    if len(parts) < 2 or (index == 0 and len(parts) == 2):
        return None
    who: str | None = None
    telling = False
    for part in parts:
        if _RUBRIC.fullmatch(part) or _WHEN.fullmatch(part):
            telling = True
            continue
        match = _BY_NAME.fullmatch(part)
        if who is None and (match or _NAME_ALONE.fullmatch(part)):
            who = match["who"] if match else part
        elif who is not None and _ROLE_PART.fullmatch(part):
            telling = True
        else:
            return None
    return who if telling else None


def _is_solitary_name(page: Page, index: int, line: str) -> bool:
    """Whether a line under the title is a person's name: none of its words is a word of the article, where a section
    title has words that are.
    """
    if not _NAME_ALONE.fullmatch(line) or not page.is_short(index, 5) or not page.is_title_like(0):
        return False
    if not any(page.is_prose(i) for i in page.unnamed() if i > index):
        return False
    words = [word for word in _WORD.findall(line) if len(word) > 1]
    text = "\n".join(page.paragraphs[i] for i in page.unnamed() if i != index)
    known = any(re.search(rf"\b{re.escape(word.lower())}\b", text) for word in words)
    subject = rf"\b{re.escape(line.split()[-1])}\b(?!\s*[:|])"  # "Ana Lee: …" in a title is its author
    titled = any(re.search(subject, page.head(i), re.IGNORECASE) for i in range(index))
    return len(words) > 1 and not known and not titled and not _in_body(page, line, but=index)


def _in_body(page: Page, name: str, *, but: int) -> bool:
    """Whether the running text, bios below it aside, speaks of somebody with that last name."""
    last = name.split()[-1].casefold()
    left = [index for index in page.unnamed() if index != but]
    rest = left[:-_BOTTOM] if len(left) > _BOTTOM else []
    return any(last in page.paragraphs[index].casefold() for index in rest if page.is_prose(index))


def mark_bios(page: Page) -> None:
    """Above the text within the first paragraphs; below it as long as little else stands between it and the end."""
    left = list(page.unnamed())
    for index in left[:_TOP_BIOS]:
        if page.is_short(index, _BIO_WORDS) and _is_bio(page, index, TOP_BIO):
            page.name(index, UnitKind.BOILERPLATE)
    strangers = 0
    for place, index in enumerate(islice(_from_the_end(page, left[1:]), _MOST_BIOS)):
        head = page.head(index)
        last_note = (
            place < _NOTES and page.paragraphs[index].startswith("(") and page.paragraphs[index].endswith((")", ")."))
        )
        if (
            _is_bio(page, index, BIO)
            or BIO_BYLINED.match(head)
            or (place < _BOTTOM and _is_about_author(page, index))
            or (last_note and not page.is_short(index, 4))
        ):
            page.name(index, UnitKind.BOILERPLATE)
            continue
        strangers += 1
        if strangers > 1:
            break


def _from_the_end(page: Page, indices: list[int]) -> Iterator[int]:
    """The last paragraph first, lines by readers left out."""
    return (index for index in reversed(indices) if not is_handle_line(page.head(index)))


def _is_bio(page: Page, index: int, pattern: re.Pattern[str]) -> bool:
    """Whether a paragraph says who somebody is whom the text itself does not speak of: its author."""
    match = pattern.match(page.head(index))
    if match is None:
        return False
    name = match["name"]
    return name is None or not any(
        name.split()[-1] in page.paragraphs[other] for other in page.unnamed() if other != index
    )


def _is_about_author(page: Page, index: int) -> bool:
    """Whether a paragraph speaks of the author in the third person: it begins a sentence with the full name, or itself
    with the last name.
    """
    if not page.is_short(index, _BIO_WORDS):
        return False
    head = page.head(index)
    if _FIRST_PERSON.search(head) or _QUOTED.match(head):
        return False
    for author in page.authors:
        name, surname = re.escape(author), re.escape(author.split()[-1])
        full = rf"(?:^|[.!?]\s+)\W*(?:[A-Z]\w{{1,4}}\.?\s)?{name}\b(?![’']|{_CALL})"
        last = rf"\W*(?:[A-Z]\w{{1,4}}\.?\s)?{surname}(?:,|\s(?:is|was|has|writes|teaches|lives|works)\b)"
        if re.search(full, head, re.IGNORECASE) or re.match(last, head, re.IGNORECASE):
            return True
    return False


def mark_names(page: Page) -> None:
    """A line that is nothing but a name which the boilerplate of the page names too: a caption of the author's
    picture.
    """
    known = " ".join(page.head(i) for i, kind in enumerate(page.kinds) if kind is UnitKind.BOILERPLATE)
    for index in page.unnamed():
        head = page.head(index)
        if page.is_short(index, 4) and _NAME_ALONE.fullmatch(head) and head.split()[-1] in known:
            page.name(index, UnitKind.BOILERPLATE)
