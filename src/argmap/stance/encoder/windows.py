"""Windows: runs of consecutive sentences that an encoder reads together, after the title, each in its context.

Sequential sentence classification after Cohan, Beltagy, King, Dalvi and Weld, Pretrained Language Models for Sequential
Sentence Classification (EMNLP 2019); here a sentence is the mean over its own tokens and the separator behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Tokens = Sequence[int]


@dataclass(frozen=True)
class Layout:
    """Lengths in tokens, and the numbers of the tokens that open a window and close each part of it."""

    opening: int
    separator: int
    window: int = 256
    sentence: int = 112
    title: int = 24


@dataclass(frozen=True)
class Window:
    """Token numbers, and for each sentence in it (`rows`) the half-open span of its tokens."""

    tokens: tuple[int, ...]
    rows: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def windows_of(
    sentences: Sequence[Tokens], title: Tokens, layout: Layout, *, length: int | None = None, first: int | None = None
) -> list[Window]:
    """Pack an article's sentences, in order, into windows of at most `length` tokens besides the title.

    `length` defaults to the layout's; `first` is another limit for the first window. A sentence is cut at
    `layout.sentence` tokens, the title at `layout.title`; each sentence stands in exactly one window.
    """
    limit = layout.window if length is None else length
    groups: list[list[int]] = []
    used = 0
    for row, tokens in enumerate(sentences):
        size = min(len(tokens), layout.sentence) + 1
        most = first if first is not None and len(groups) == 1 else limit
        if not groups or used + size > most:
            groups.append([])
            used = 0
        groups[-1].append(row)
        used += size
    return [window_of(sentences, title, layout, group) for group in groups]


def window_of(sentences: Sequence[Tokens], title: Tokens, layout: Layout, rows: Sequence[int]) -> Window:
    """The window with the sentences of `rows`."""
    tokens = [layout.opening, *title[: layout.title], layout.separator]
    spans = []
    for row in rows:
        start = len(tokens)
        tokens += [*sentences[row][: layout.sentence], layout.separator]
        spans.append((start, len(tokens)))
    return Window(tuple(tokens), tuple(rows), tuple(spans))
