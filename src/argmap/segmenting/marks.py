"""Which quotation marks belong together, in one pass and for any number of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from argmap.document import Span

_MARK = re.compile("[\"'“”„‘’«»]")
_ELISION = re.compile(r"['’‘](?:\d\ds?\b|(?:tis|twas|em|til|cause|bout|round|n)\b)", re.IGNORECASE)
_TERMINAL = ".!?…,;:—–-"
_FAMILY = {'"': '"', "“": "“", "”": "“", "„": "“", "«": "«", "»": "«", "‘": "‘", "’": "‘", "'": "'"}
_SINGLE = "‘'"
_LONGEST = 6_000  # characters of a quotation in one paragraph; beyond it a mark was forgotten


@dataclass(frozen=True, slots=True)
class Quotes:
    """Outermost closed quotations of a paragraph, and its mark that opens and is never closed."""

    closed: tuple[Span, ...]
    unclosed: tuple[int, str] | None
    """Offset and mark, or None. Single marks are mostly apostrophes and count only if one opens the paragraph."""


def find_quotes(text: str, start: int, end: int) -> Quotes:
    """Pair the quotation marks of `text[start:end]`; spans are in characters of `text` and include the marks.

    Marks without a partner are left alone, and so never reach beyond the paragraph by themselves. Linear in `end -
    start`.
    """
    stacks: dict[str, list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for match in _MARK.finditer(text, start, end):
        at, mark = match.start(), match.group()
        family = _FAMILY[mark]
        stack = stacks.setdefault(family, [])
        role = _role(text, at, mark, start, end, bool(stack))
        if role == "open":
            if family in _SINGLE or family == '"':
                stack.clear()  # these do not nest in themselves
            stack.append(at)
        elif role == "close" and stack:
            opened = stack.pop()
            if at - opened <= _LONGEST:
                pairs.append((opened, at + 1))
    return Quotes(_outermost(pairs), _unclosed(text, start, stacks))


def _role(text: str, at: int, mark: str, start: int, end: int, is_open: bool) -> str:
    """Say whether a mark opens, closes, or is an apostrophe or a sign for inches ("none")."""
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if mark in "“„«":
        return "open"
    if mark in "”»":
        return "close"
    if mark == "‘":
        return "none" if _ELISION.match(text, at, end) else "open"
    if mark == '"':
        return _role_of_straight(before, after, is_open)
    return _role_of_single(text, at, mark, end, before, after, is_open)


def _role_of_straight(before: str, after: str, is_open: bool) -> str:
    opening = before.isspace() or before in "([{—–-‘'/"
    closing = after.isspace() or after in ".,;:!?)]}—–-…’'/"
    if opening != closing:
        return "open" if opening else "close"
    if before.isdigit() and not is_open:
        return "none"
    return "close" if is_open else "open"


def _role_of_single(text: str, at: int, mark: str, end: int, before: str, after: str, is_open: bool) -> str:
    if before.isalnum() and after.isalnum():
        return "none"
    if mark == "'" and (before.isspace() or before in '([{—–"“') and not after.isspace():
        return "none" if _ELISION.match(text, at, end) else "open"
    if not is_open or before.isspace():
        return "none"
    if before in "sS" and not _ends_before_next(text, at, mark, end):
        return "close"
    return "none" if before in "sS" else "close"


def _ends_before_next(text: str, at: int, mark: str, end: int) -> bool:
    """Whether a mark that surely closes (behind punctuation) comes before one that opens: then this one is a
    genitive.
    """
    for match in islice(_MARK.finditer(text, at + 1, min(end, at + 400)), 12):
        here, other = match.start(), match.group()
        if other == "‘" or (other == "'" and text[here - 1].isspace()):
            return False
        if other == mark and text[here - 1] in _TERMINAL:
            return True
    return False


def _outermost(pairs: list[tuple[int, int]]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for opened, closed in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        if not kept or opened >= kept[-1].end:
            kept.append(Span(opened, closed))
    return tuple(kept)


def _unclosed(text: str, start: int, stacks: dict[str, list[int]]) -> tuple[int, str] | None:
    left = [(stack[-1], family) for family, stack in stacks.items() if stack]
    left = [(at, family) for at, family in left if family not in _SINGLE or not text[start:at].strip()]
    return min(left) if left else None
