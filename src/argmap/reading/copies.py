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
_TOP = 4  # paragraphs among which highlights stand
_MOST_PLACES = 8  # of a run; a commoner one says nothing
_SHARE = 0.8


def copied_paragraphs(paragraphs: Sequence[str]) -> Iterator[int]:
    """Yield the paragraphs that repeat what stands elsewhere: nearly all their words, in runs of five.

    Of a sentence that stands twice, the copy set apart is yielded: the paragraph by itself rather than the one inside a
    longer paragraph; of equal ones the later, unless the other stands at the top or lacks its full stop and so is a
    highlight. Linear.
    """
    words = [tuple(word.lower() for word in _WORD.findall(paragraph)) for paragraph in paragraphs]
    places: dict[tuple[str, ...], list[int]] = {}
    for index, row in enumerate(words):
        for run in set(_runs(row)):
            known = places.setdefault(run, [])
            if len(known) <= _MOST_PLACES:
                known.append(index)
    fitting = [index for index, row in enumerate(words) if _LEAST_WORDS <= len(row) <= _MOST_WORDS]
    prose = {index for index, paragraph in enumerate(paragraphs) if _ends(paragraph)}
    highlights = {index for index in fitting if index < _TOP or index not in prose} & {
        index for index in fitting if _share(index, words, places, prose) >= _SHARE
    }
    hosts = prose - highlights
    for index in fitting:
        if index in highlights or _is_copy(index, words, places, hosts):
            yield index


def _share(
    index: int, words: Sequence[tuple[str, ...]], places: dict[tuple[str, ...], list[int]], among: set[int]
) -> float:
    """The share of a paragraph's runs that stand in others."""
    runs = list(_runs(words[index]))
    return sum(any(place != index and place in among for place in places[run]) for run in runs) / len(runs)


def _is_copy(
    index: int, words: Sequence[tuple[str, ...]], places: dict[tuple[str, ...], list[int]], hosts: set[int]
) -> bool:
    """Whether one other paragraph, longer or earlier and equal, has nearly all of a paragraph's runs."""
    runs = list(_runs(words[index]))
    own = len(words[index])
    shared: dict[int, int] = {}
    for run in runs:
        for place in places[run]:
            if place != index and place in hosts:
                shared[place] = shared.get(place, 0) + 1
    return any(
        count >= _SHARE * len(runs)
        and (
            (len(words[place]) > _LONGER * own and own <= _MOST_WORDS_INSIDE)
            or (place < index and words[place] == words[index])
        )
        for place, count in shared.items()
    )


def _ends(paragraph: str) -> bool:
    return paragraph[-10:].rstrip("\"'”’)] ").endswith((".", "!", "?", "…"))


def _runs(row: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (row[at : at + _RUN] for at in range(len(row) - _RUN + 1))
