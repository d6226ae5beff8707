"""Which lane at the left margin the links that leave their section run on."""

from collections import defaultdict
from collections.abc import Mapping

from argmap.document import Relation
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind

# The target; and "" for supports, which share a lane, or an attack's source: dashes must not overlap.
LaneKey = tuple[str, str]
MAX_LANES = 24  # beyond these, lanes are shared: the margin must not outgrow the map


def assign_lanes(argument_map: ArgumentMap, section_of: Mapping[str, int]) -> dict[LaneKey, int]:
    """Give every bundle of links that leaves a section its lane (0: next to the panels; the thesis is section -1).

    Interval packing: a lane is used again where an earlier bundle on it has ended.
    """
    reach: dict[LaneKey, list[int]] = defaultdict(list)
    anchor = _anchors(argument_map)
    for relation in argument_map.relations:
        end = section_of[anchor[relation.target]]
        for source in relation.sources:
            if section_of[source] != end:
                reach[lane_key(relation, source)] += [section_of[source], end]
    busy_until: list[int] = []
    lanes: dict[LaneKey, int] = {}
    for key in sorted(reach, key=lambda key: (key[0] != argument_map.thesis, min(reach[key]), key)):
        first, last = min(reach[key]), max(reach[key])
        free = next((lane for lane, until in enumerate(busy_until) if until < first), len(busy_until))
        if free == len(busy_until):
            busy_until.append(last)
        busy_until[free] = last
        lanes[key] = free % MAX_LANES
    return lanes


def lane_key(relation: Relation, source: str) -> LaneKey:
    """The bundle to which a source's part of a relation belongs."""
    return relation.target, source if relation.kind is RelationKind.ATTACK else ""


def _anchors(argument_map: ArgumentMap) -> dict[str, str]:
    """The unit at which a relation's target stands: itself, or the first source of the relation that is undercut."""
    by_id = {relation.id: relation for relation in argument_map.relations}
    anchors: dict[str, str] = {}
    for relation in argument_map.relations:
        target, chain = relation.target, []
        while target in by_id:
            chain.append(target)
            target = by_id[target].sources[0]
        for name in (relation.target, *chain):
            anchors[name] = target
    return anchors
