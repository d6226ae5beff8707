"""Paragraphs that repeat a sentence of another paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+")
_RUN = 5  # words in a row that must stand elsewhere
_LEAST_WORDS = 8
_MOST_WORDS = 100
_MOST_WORDS_INSIDE = 60
_LONGER = 1.2
_MOST_PLACES = 8  # of a run; a commoner one says nothing
_SHARE = 0.8


def copied_paragraphs(paragraphs: Sequence[str]) -> Iterator[int]:
    """Yield the paragraphs that repeat what stands elsewhere: nearly all their words, in runs of five, in one longer paragraph.

    Of a sentence that stands twice, the copy set apart is yielded: the paragraph by itself rather than the one inside a longer
    paragraph, the one without its full stop, the later one. A longer paragraph without a full stop is itself a highlight and is
    yielded if several others make it up. Linear.
    """
    words = [tuple(word.lower() for word in _WORD.findall(paragraph)) for paragraph in paragraphs]
    ended = [_ends(paragraph) for paragraph in paragraphs]
    places: dict[tuple[str, ...], list[int]] = {}
    for index, row in enumerate(words):
        for run in set(_runs(row)):
            known = places.setdefault(run, [])
            if len(known) <= _MOST_PLACES:
                known.append(index)
    for index, row in enumerate(words):
        if _LEAST_WORDS <= len(row) <= _MOST_WORDS and _is_copy(index, words, ended, places):
            yield index


def _is_copy(
    index: int, words: Sequence[tuple[str, ...]], ended: Sequence[bool], places: dict[tuple[str, ...], list[int]]
) -> bool:
    runs = list(_runs(words[index]))
    shared: dict[int, int] = {}
    covered = 0
    for run in runs:
        others = [place for place in places[run] if place != index and ended[place]]
        covered += bool(others)
        for place in others:
            shared[place] = shared.get(place, 0) + 1
    if not ended[index] and covered >= _SHARE * len(runs):
        return True
    own = len(words[index])
    return any(
        count >= _SHARE * len(runs)
        and ((len(words[place]) > _LONGER * own and own <= _MOST_WORDS_INSIDE) or (place < index and words[place] == words[index]))
        for place, count in shared.items()
    )


def _ends(paragraph: str) -> bool:
    return paragraph[-10:].rstrip("\"'”’)] ").endswith((".", "!", "?", "…"))


def _runs(row: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (row[at : at + _RUN] for at in range(len(row) - _RUN + 1))
