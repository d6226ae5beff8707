"""How the lines run: curves between columns, free rows across the columns between, lanes at the left margin.

A link inside a section leaves its ground at the left and ends at the claim's right side. A link to the thesis or into
another section goes out to a lane left of the panels; links with the same end share a lane, so that ten supports of the
thesis are one trunk and not ten crossings.
"""

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from argmap.document import Relation
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind
from argmap.rendering import style
from argmap.rendering.lanes import LaneKey, lane_key
from argmap.rendering.layout import Place, Placement, Rect
from argmap.rendering.paths import Point, bend, line, quarter_point, turn

_CORNER, _CLEAR, _PORT = 8.0, 5.0, 7.0


@dataclass(frozen=True)
class Wire:
    """One line: a start and cubic curves (`points` holds 3n + 1 points), and the arrow's tip, or None where lines join.

    `tail` and `head` are unit ids, or `("joint", index)` for a point where lines meet.
    """

    relation: Relation
    tail: str | tuple[str, int]
    head: str | tuple[str, int]
    points: tuple[Point, ...]
    tip: Point | None


@dataclass(frozen=True)
class Routes:
    """All lines, and the points at which lines meet (linked grounds, undercuts)."""

    wires: tuple[Wire, ...]
    joints: tuple[Point, ...]


class Router:
    """Routes the relations of one placed map."""

    def __init__(self, argument_map: ArgumentMap, placement: Placement, lanes: dict[LaneKey, int]) -> None:
        self._map = argument_map
        self._placement = placement
        self._lanes = lanes
        self._relations = {relation.id: relation for relation in argument_map.relations}
        self._columns: dict[tuple[int, int], list[Rect]] = defaultdict(list)
        for place in sorted(placement.places.values(), key=lambda place: place.rect.y):
            self._columns[place.section, place.column].append(place.rect)
        self._tops = {key: [rect.y for rect in rects] for key, rects in self._columns.items()}
        self._exits = self._share_exits()
        self._entries = self._share_entries()
        self._wires: list[Wire] = []
        self._joints: list[Point] = []
        self._joint_of: dict[str, int] = {}

    def run(self) -> Routes:
        for relation in self._map.relations:
            if relation.target not in self._relations:
                self._to_unit(relation)
        waiting = [relation for relation in self._map.relations if relation.target in self._relations]
        drawn = {wire.relation.id for wire in self._wires}
        while waiting:  # an undercut needs the line that it hits
            ready = [relation for relation in waiting if relation.target in drawn]
            for relation in ready:
                self._to_relation(relation)
                drawn.add(relation.id)
            waiting = [relation for relation in waiting if relation.id not in drawn]
        return Routes(tuple(self._wires), tuple(self._joints))

    # ---- ports

    def _share_exits(self) -> dict[tuple[str, str], float]:
        """The height at which each link leaves its source, spread around the middle."""
        leaving: dict[str, list[str]] = defaultdict(list)
        for relation in self._map.relations:
            for source in relation.sources:
                leaving[source].append(relation.id)
        exits = {}
        for source, names in leaving.items():
            rect = self._placement.places[source].rect
            step = min(_PORT, (rect.height - 16) / len(names))
            for index, name in enumerate(names):
                exits[source, name] = rect.middle + (index - (len(names) - 1) / 2) * step
        return exits

    def _share_entries(self) -> dict[str, float]:
        """The height at which each relation reaches its target's right side, in the order of where it comes from."""
        arriving: dict[str, list[tuple[float, str]]] = defaultdict(list)
        places = self._placement.places
        for relation in self._map.relations:
            if relation.target in places and self._is_inner(relation):
                heights = [places[source].rect.middle for source in relation.sources]
                arriving[relation.target].append((sum(heights) / len(heights), relation.id))
        entries = {}
        for target, items in arriving.items():
            rect = places[target].rect
            for index, (_, name) in enumerate(sorted(items), start=1):
                entries[name] = rect.y + 8 + (rect.height - 16) * index / (len(items) + 1)
        return entries

    def _is_inner(self, relation: Relation) -> bool:
        places = self._placement.places
        section = places[relation.target].section
        return section >= 0 and all(places[source].section == section for source in relation.sources)

    # ---- pieces

    def _free_row(self, section: int, column: int, y: float) -> float:
        """The height nearest to `y` at which a line can cross a column without touching a box."""
        rects = self._columns.get((section, column), [])
        index = bisect.bisect_right(self._tops.get((section, column), []), y + _CLEAR) - 1
        if index < 0 or y >= rects[index].bottom + _CLEAR:
            return y
        above, below = rects[index].y - _CLEAR, rects[index].bottom + _CLEAR
        return above if y - above < below - y else below

    def _leftward(self, path: list[Point], section: int, columns: Iterable[int]) -> None:
        """Extend `path` across the given columns, from right to left."""
        for column in columns:
            x = self._placement.column_x(column)
            y = self._free_row(section, column, path[-1][1])
            bend(path, (x + style.BOX_WIDTH, y))
            line(path, (x, y))

    def _out_to_lane(self, source: Place, relation: Relation, lane_x: float, *, up: bool) -> list[Point]:
        if source.section < 0:
            return [(lane_x, source.rect.bottom)]
        path = [(source.rect.x, self._exits[source.card.unit.id, relation.id])]
        self._leftward(path, source.section, range(source.column - 1, source.base - 1, -1))
        if source.base:
            x, row = self._bus(source, lane_x)
            line(path, (x + _CORNER, path[-1][1]))
            turn(path, (x, path[-1][1]), (x, path[-1][1] - _CORNER))
            line(path, (x, row + _CORNER))
            turn(path, (x, row), (x - _CORNER, row))
        y = path[-1][1]
        line(path, (lane_x + _CORNER, y))
        turn(path, (lane_x, y), (lane_x, y - _CORNER if up else y + _CORNER))
        return path

    def _bus(self, place: Place, lane_x: float) -> Point:
        """Where the lines of a galley turn: left of its first column, above the boxes; lanes keep apart."""
        shift = 3.0 * (round((self._placement.left - lane_x) / style.LANE) % 3 - 1)
        return self._placement.column_x(place.base) - 20.0 + shift, self._placement.buses[place.section] + shift

    def _lane_x(self, relation: Relation, source: str) -> float:
        lane = self._lanes.get(lane_key(relation, source), 0)
        return self._placement.left - 10.0 - lane * style.LANE

    # ---- whole lines

    def _to_unit(self, relation: Relation) -> None:
        places = self._placement.places
        target = places[relation.target]
        inner = self._is_inner(relation)
        joint: int | None = None
        if inner and len(relation.sources) > 1:
            joint = self._add_joint((target.rect.right + 22, self._entries[relation.id]))
        for name in relation.sources:
            source = places[name]
            if inner:
                self._inner_wire(relation, source, target, joint)
            else:
                self._outer_wire(relation, source, target)
        if joint is not None:
            start = self._joints[joint]
            path = [start]
            line(path, (target.rect.right + style.ARROW, start[1]))
            tip = (target.rect.right, start[1])
            self._wires.append(Wire(relation, ("joint", joint), relation.target, tuple(path), tip))

    def _inner_wire(self, relation: Relation, source: Place, target: Place, joint: int | None) -> None:
        name = source.card.unit.id
        path = [(source.rect.x, self._exits[name, relation.id])]
        self._leftward(path, source.section, range(source.column - 1, target.column, -1))
        if joint is not None:
            bend(path, self._joints[joint])
            self._wires.append(Wire(relation, name, ("joint", joint), tuple(path), None))
            return
        tip = (target.rect.right, self._entries[relation.id])
        bend(path, (tip[0] + style.ARROW, tip[1]))
        self._wires.append(Wire(relation, name, relation.target, tuple(path), tip))

    def _outer_wire(self, relation: Relation, source: Place, target: Place) -> None:
        name = source.card.unit.id
        lane_x = self._lane_x(relation, name)
        if target.section < 0:
            path = self._out_to_lane(source, relation, lane_x, up=True)
            tip = (lane_x, target.rect.bottom)
            line(path, (lane_x, tip[1] + style.ARROW))
        else:
            shift = 13.0 if relation.kind is RelationKind.SUPPORT else 20.0
            tip = (target.rect.x, min(target.rect.middle + shift, target.rect.bottom - 6))
            path = self._in_from_lane(relation, source, target, tip, lane_x)
            end = (tip[0] - style.ARROW, tip[1])
            if target.column == target.base:
                line(path, end)
            else:
                bend(path, end)
        self._wires.append(Wire(relation, name, relation.target, tuple(path), tip))

    def _in_from_lane(self, relation: Relation, source: Place, near: Place, goal: Point, lane_x: float) -> list[Point]:
        """Over the lane and across the columns left of `near`, ending at a height near the goal's."""
        section, base = near.section, near.base
        row = goal[1] if near.column == base or section < 0 else self._free_row(section, base, goal[1])
        x, bus = self._bus(near, lane_x) if base else (0.0, row)
        up = source.section >= 0 and bus < (self._bus(source, lane_x)[1] if source.base else source.rect.middle)
        path = self._out_to_lane(source, relation, lane_x, up=up)
        line(path, (lane_x, bus + _CORNER if up else bus - _CORNER))
        turn(path, (lane_x, bus), (lane_x + _CORNER, bus))
        if base:
            line(path, (x - _CORNER, bus))
            turn(path, (x, bus), (x, bus + _CORNER))
            line(path, (x, row - _CORNER))
            turn(path, (x, row), (x + _CORNER, row))
        for crossed in range(base, near.column):
            left = self._placement.column_x(crossed)
            y = self._free_row(section, crossed, path[-1][1])
            if crossed == base:
                line(path, (left, y))
            else:
                bend(path, (left, y))
            line(path, (left + style.BOX_WIDTH, y))
        return path

    def _to_relation(self, relation: Relation) -> None:
        """An undercut: its lines end on the line of the relation that it hits, from above or below."""
        hit = next(wire for wire in self._wires if wire.relation.id == relation.target)
        if relation.target not in self._joint_of:
            self._joint_of[relation.target] = self._add_joint(quarter_point(hit.points))
        joint = self._joint_of[relation.target]
        point = self._joints[joint]
        struck = self._placement.places[self._relations[relation.target].sources[0]]
        for name in relation.sources:
            source = self._placement.places[name]
            if source.section == struck.section and source.column > struck.column and source.section >= 0:
                path = [(source.rect.x, self._exits[name, relation.id])]
                self._leftward(path, source.section, range(source.column - 1, struck.column - 1, -1))
            else:
                lane_x = self._lane_x(relation, name)
                goal = (point[0], point[1] + 20)
                path = self._in_from_lane(relation, source, struck, goal, lane_x)
            y = path[-1][1]
            turn(path, (point[0], y), (point[0], point[1] + (style.ARROW if y > point[1] else -style.ARROW)))
            self._wires.append(Wire(relation, name, ("joint", joint), tuple(path), point))

    def _add_joint(self, point: Point) -> int:
        self._joints.append(point)
        return len(self._joints) - 1
