"""The argument as a nested list, for readers of text and for screen readers."""

from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.labels import RelationKind
from argmap.rendering.layout import unit_links
from argmap.rendering.text import cleaned

MAX_DEPTH = 30  # deeper grounds stand at this depth: browsers stop nesting lists long before a chain may end


@dataclass(frozen=True)
class Row:
    """One entry: how many lists to open (1 at most) and to close before it, and what it says."""

    opens: bool
    closes: int
    relation: str
    role: str
    number: str
    text: str


def outline_rows(argument_map: ArgumentMap, numbers: dict[str, str]) -> tuple[list[Row], int]:
    """The entries, thesis first, each ground below its first claim; and how many lists are open at the end."""
    parents: dict[str, str] = {}
    for source, target in unit_links(argument_map):
        parents.setdefault(source, target)
    kinds = _kinds(argument_map)
    drawn = [unit.id for unit in argument_map.participants()]
    children: dict[str, list[str]] = {name: [] for name in drawn}
    for name in drawn:
        if name in parents:
            children[parents[name]].append(name)
    roots = sorted((name for name in drawn if name not in parents), key=lambda name: name != argument_map.thesis)
    rows: list[Row] = []
    depth = -1
    stack = [(root, 0) for root in reversed(roots)]
    while stack:
        name, level = stack.pop()
        unit = argument_map.units[name]
        words = [stance.value for stance in unit.stances] + ([unit.evidence.value] if unit.evidence else [])
        role = ", ".join((["thesis"] if name == argument_map.thesis else []) + words)
        relation = kinds.get((name, parents[name]), "") if name in parents else ""
        rows.append(
            Row(
                level > depth, max(0, depth - level), relation, role, numbers[name], cleaned(argument_map.text_of(name))
            )
        )
        depth = level
        stack += [(child, min(level + 1, MAX_DEPTH)) for child in reversed(children[name])]
    return rows, depth + 1


def _kinds(argument_map: ArgumentMap) -> dict[tuple[str, str], str]:
    by_id = {relation.id: relation for relation in argument_map.relations}
    kinds: dict[tuple[str, str], str] = {}
    for relation in argument_map.relations:
        word = "supported by" if relation.kind is RelationKind.SUPPORT else "attacked by"
        target = relation.target
        if target in by_id:
            word = "its link attacked by" if relation.kind is RelationKind.ATTACK else "its link supported by"
        while target in by_id:
            target = by_id[target].sources[0]
        for source in relation.sources:
            kinds.setdefault((source, target), word)
    return kinds
