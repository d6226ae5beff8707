"""The way from each first ground to the thesis."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.labels import RelationKind

_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a chain: of which kind, and the unit it leads to; an undercut leads to where the step that it hits
    would have led.
    """

    relation: str
    kind: RelationKind
    is_undercut: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Chain:
    """From a unit under which there is nothing to the thesis, or to where its links end.

    The steps at the end of a very long one are only counted, as `left_out`.
    """

    leaf: str
    steps: tuple[Step, ...]
    reaches_thesis: bool
    left_out: int = 0


def chains(argument_map: ArgumentMap) -> tuple[Chain, ...]:
    """One chain for each leaf, in text order: a shortest way to the thesis, else along the first link of each unit.

    A leaf is a source of a link that is itself no target, nor the thesis.
    """
    toward = _toward_thesis(argument_map)
    leaves = [unit.id for unit in argument_map.document.text_units() if _is_leaf(argument_map, unit.id)]
    return tuple(_chain(argument_map, leaf, toward) for leaf in leaves)


def _is_leaf(argument_map: ArgumentMap, name: str) -> bool:
    incidence = argument_map.incidence
    return bool(incidence.succ[name]) and not incidence.pred[name] and name != argument_map.thesis


def _toward_thesis(argument_map: ArgumentMap) -> Mapping[str, str]:
    """For each unit and relation that leads to the thesis, the next one on a shortest way there."""
    toward: dict[str, str] = {}
    if argument_map.thesis is None:
        return toward
    waiting = deque([argument_map.thesis])
    seen = {argument_map.thesis}
    while waiting:
        name = waiting.popleft()
        for before in argument_map.incidence.pred[name]:
            if before not in seen:
                seen.add(before)
                toward[before] = name
                waiting.append(before)
    return toward


def _chain(argument_map: ArgumentMap, leaf: str, toward: Mapping[str, str]) -> Chain:
    steps: list[Step] = []
    left_out = 0
    name = leaf
    while name != argument_map.thesis:
        after = toward.get(name) or next(iter(argument_map.incidence.succ[name]), None)
        if after is None:
            break
        relation = argument_map.by_relation_id[after]
        target = relation.target
        while target in argument_map.by_relation_id:
            target = argument_map.by_relation_id[target].target
        if len(steps) < _MOST_STEPS:
            is_undercut = relation.target in argument_map.by_relation_id
            steps.append(Step(relation.id, relation.kind, is_undercut, target))
        else:
            left_out += 1
        name = target
    return Chain(leaf, tuple(steps), name == argument_map.thesis, left_out)
