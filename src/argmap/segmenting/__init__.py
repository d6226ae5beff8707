"""Sentences with exact offsets; a quotation stays whole with its attribution clause; total on any input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from argmap.document import Block, Document, Span, Unit
from argmap.labels import UnitKind
from argmap.segmenting.joining import attribution_lines, chains, kept_ends, quotes_of

__all__ = ["segment", "split"]


def segment(document: Document) -> Document:
    """Return the document with its units, `u0`, `u1`, … in text order, made from its text and blocks. Never raises."""
    parts = split(document.text, document.blocks)
    return document.with_units(tuple(Unit(f"u{number}", span, kind) for number, (span, kind) in enumerate(parts)))


def split(text: str, blocks: Sequence[Block]) -> tuple[tuple[Span, UnitKind], ...]:
    """Cut a text into sentences, block by block; a quotation that runs through several blocks is one unit.

    The spans are in characters of `text`, ordered, disjoint, without outer white space, and together hold every
    character that is not white space. Text outside the blocks counts as text, a line a paragraph; where blocks
    overlap, the earlier one has the characters. Total on any string, in linear time.
    """
    whole = tuple(_complete(text, blocks))
    quotes = quotes_of(text, whole)
    cuts = [kept_ends(text, block.span, quote) for block, quote in zip(whole, quotes, strict=True)]
    joined = set(attribution_lines(text, whole))
    for index in joined:
        cuts[index] = [cut for cut in cuts[index] if cut < whole[index].span.end]
    for first, last, opened, closed in chains(text, whole, quotes):
        joined.update(range(first, last))
        for index in range(first, last + 1):
            low = opened if index == first else -1
            high = closed if index == last else len(text)
            cuts[index] = [cut for cut in cuts[index] if cut <= low or cut >= high]
    return tuple(_units(text, whole, cuts, joined))


def _units(
    text: str, blocks: Sequence[Block], cuts: Sequence[Sequence[int]], joined: set[int]
) -> Iterator[tuple[Span, UnitKind]]:
    """`joined`: blocks whose end is not the end of a unit."""
    start: int | None = None
    for index, block in enumerate(blocks):
        start = block.span.start if start is None else start
        edges = [start, *cuts[index]] if index in joined else [start, *cuts[index], block.span.end]
        for low, high in pairwise(edges):
            span = _trimmed(text, low, high)
            if span is not None:
                yield span, block.kind
        start = edges[-1] if index in joined else None


def _complete(text: str, blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks in text order, clipped and disjoint, with a text block for every line between them."""
    at = 0
    for block in sorted(blocks, key=lambda block: block.span):
        start, end = max(block.span.start, at), min(block.span.end, len(text))
        if start >= end:
            continue
        yield from _lines(text, at, start)
        if text[start:end].strip():
            yield Block(Span(start, end), block.kind)
        at = end
    yield from _lines(text, at, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[Block]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            yield Block(Span(start, stop))
        start = stop + 1


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(body))
