"""Which predicted unit stands for which gold unit, where the text was cut twice independently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from argmap.document import Unit

Pair = tuple[Unit | None, Unit | None]
"""A gold unit and a predicted one; None where one of them has no partner."""


def match_units(*, gold: Sequence[Unit], predicted: Sequence[Unit]) -> tuple[Pair, ...]:
    """Pair units (each side in text order, disjoint) by greatest overlap in characters, each at most once.

    The largest overlaps come first, of equal ones the earliest. Units left over stand alone, so that they count as
    wrong on their side. Linear in the number of overlaps but for a sort.
    """
    overlaps = sorted(_overlaps(gold, predicted), key=lambda found: (-found[0], found[1], found[2]))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in overlaps:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    pairs: list[Pair] = [(unit, predicted[partner[i]] if i in partner else None) for i, unit in enumerate(gold)]
    pairs += [(None, unit) for j, unit in enumerate(predicted) if j not in taken]
    return tuple(pairs)


def places_of(pairs: Sequence[Pair]) -> Mapping[str, str]:
    """The gold unit's id for each predicted one; for one without a partner a name that no gold unit can have."""
    return {
        predicted.id: gold.id if gold is not None else f"\0{predicted.id}"
        for gold, predicted in pairs
        if predicted is not None
    }


def _overlaps(gold: Sequence[Unit], predicted: Sequence[Unit]) -> list[tuple[int, int, int]]:
    """(characters, index of gold, index of predicted) of all that overlap."""
    found: list[tuple[int, int, int]] = []
    i = j = 0
    while i < len(gold) and j < len(predicted):
        left, right = gold[i].span, predicted[j].span
        shared = min(left.end, right.end) - max(left.start, right.start)
        if shared > 0:
            found.append((shared, i, j))
        if left.end <= right.end:
            i += 1
        else:
            j += 1
    return found
