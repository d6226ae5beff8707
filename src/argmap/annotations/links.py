"""What links must satisfy: known text units at both ends, no link twice, none to itself, no cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from argmap.annotations.wire import UnitRecord
from argmap.labels import UnitKind


def check_links(
    numbered: Sequence[tuple[int, UnitRecord]], claimed: Collection[str] = ()
) -> Iterator[tuple[int, str, str]]:
    """Yield (line, what, expected) for every link that is wrong, and for every link that closes a cycle.

    `claimed` are the ids of units whose own lines cannot be used: links to them are let pass.
    """
    kinds: dict[str, UnitKind] = {}
    for _, unit in numbered:
        kinds.setdefault(unit.unit, unit.kind)
    targets: dict[str, list[str]] = {}
    lines: dict[str, int] = {}
    for line, unit in numbered:
        lines.setdefault(unit.unit, line)
        seen: set[str] = set()
        for link in unit.links:
            name = f"link of unit {unit.unit!r} to {link.to!r}"
            kind = kinds.get(link.to)
            if link.to in seen:
                yield line, f"{name} stands twice", "one link to a target"
            elif link.to == unit.unit:
                yield line, f"unit {unit.unit!r} links to itself", "another unit as target"
            elif kind is None and link.to in claimed:
                pass
            elif kind is None:
                yield line, f"{name}, which is not a unit of the file", "a unit's id"
            else:
                if kind is not UnitKind.TEXT:
                    yield line, f"{name}, which is {kind.value}", "a unit of kind text"
                targets.setdefault(unit.unit, []).append(link.to)
            seen.add(link.to)
    for cycle in find_cycles(targets):
        yield lines[cycle[0]], f"the links form a cycle: {_path(cycle)}", "links without a cycle"


def find_cycles(targets: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield a cycle for every link that closes one in a depth-first walk; nothing if there is no cycle."""
    done: set[str] = set()
    for root in targets:
        if root in done:
            continue
        path, on_path = [root], {root}
        stack = [iter(targets[root])]
        while stack:  # a list, not recursion: a chain may be longer than Python's stack
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                finished = path.pop()
                on_path.discard(finished)
                done.add(finished)
            elif following in on_path:
                yield tuple(path[path.index(following) :])
            elif following not in done:
                path.append(following)
                on_path.add(following)
                stack.append(iter(targets.get(following, ())))


def _path(cycle: tuple[str, ...], longest: int = 12) -> str:
    shown = cycle if len(cycle) <= longest else (*cycle[: longest - 1], "…")
    return " -> ".join((*shown, cycle[0]))
