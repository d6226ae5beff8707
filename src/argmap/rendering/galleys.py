"""Long sections in several columns, as a newspaper sets them, so that a map is a page and not a ribbon."""

from collections.abc import Mapping
from dataclasses import dataclass

MIN_GALLEY_HEIGHT = 300.0  # points; what is lower is not worth cutting


@dataclass(frozen=True)
class Forest:
    """A section's boxes: column, top and galley's first column of each; `groups` are its components, in text order."""

    heights: Mapping[str, float]
    columns: Mapping[str, int]
    tops: Mapping[str, float]
    bases: Mapping[str, int]
    groups: tuple[tuple[str, ...], ...]


def galleyed(forests: list[Forest], columns: int) -> list[Forest]:
    """Set long sections in columns of components, all of them as wide as the widest section or `columns` boxes."""
    limit = max([columns, *(max(forest.columns.values()) + 1 for forest in forests)])
    return [_in_galleys(forest, limit) for forest in forests]


def _in_galleys(forest: Forest, limit: int) -> Forest:
    spans = [
        (min(forest.tops[u] for u in g), max(forest.tops[u] + forest.heights[u] for u in g)) for g in forest.groups
    ]
    widths = [max(forest.columns[unit] for unit in group) + 1 for group in forest.groups]
    total = max(bottom for _, bottom in spans)
    if len(spans) < 2 or total < MIN_GALLEY_HEIGHT:
        return forest
    low, high = max(bottom - top for top, bottom in spans), total
    best = [list(range(len(spans)))]
    while high - low > 4:
        middle = (low + high) / 2
        galleys = _filled(spans, middle)
        if sum(max(widths[index] for index in galley) for galley in galleys) <= limit:
            best, high = galleys, middle
        else:
            low = middle
    if high > 0.8 * total:
        return forest
    columns, tops, bases, base = dict(forest.columns), dict(forest.tops), dict(forest.bases), 0
    for galley in best:
        start = min(spans[index][0] for index in galley)
        for unit in (unit for index in galley for unit in forest.groups[index]):
            columns[unit], tops[unit], bases[unit] = forest.columns[unit] + base, forest.tops[unit] - start, base
        base += max(widths[index] for index in galley)
    return Forest(forest.heights, columns, tops, bases, forest.groups)


def _filled(spans: list[tuple[float, float]], height: float) -> list[list[int]]:
    """Fill galleys of a height in order; each begins where the one before is full."""
    galleys: list[list[int]] = []
    start = end = 0.0
    for index, (top, bottom) in enumerate(spans):
        if not galleys or max(end, bottom) - min(start, top) > height:
            galleys.append([])
            start, end = top, bottom
        start, end = min(start, top), max(end, bottom)
        galleys[-1].append(index)
    return galleys
