"""Where the boxes stand: sections as bands in reading order, and inside each the claims left and their grounds right.

Graphviz' own ranking cannot keep sections in reading order (ranks run across clusters), and its time grows beyond
bounds on large maps. Here every section is a tidy forest (Reingold and Tilford, 1981: subtrees packed by their
contours, a claim centred on its grounds), so that placing is linear in practice and the same map always gives the same
picture. Measures are points, y grows downward.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from argmap.graph import ArgumentMap
from argmap.rendering import style
from argmap.rendering.galleys import Forest
from argmap.rendering.scene import Card, Scene, Section


@dataclass(frozen=True)
class Rect:
    """A box: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Place:
    """Where a card stands: its section (-1: the thesis), its column in it, its box."""

    card: Card
    section: int
    column: int
    rect: Rect
    base: int = 0  # the first column of its galley


@dataclass(frozen=True)
class Placement:
    """All boxes by unit id, the sections' panels with the height of each one's bus, and the size of it all.

    A bus is the row above a panel's boxes by which the lines of the galleys further right get to the lanes.
    """

    places: Mapping[str, Place]
    panels: tuple[Rect, ...]
    buses: tuple[float, ...]
    left: float
    width: float
    bottom: float

    def column_x(self, column: int) -> float:
        """The left edge of a column's boxes."""
        return self.left + style.PANEL_PAD + column * (style.BOX_WIDTH + style.GUTTER)


def unit_links(argument_map: ArgumentMap) -> list[tuple[str, str]]:
    """(source, target unit) pairs without cycles; an undercut links to the first source of what it undercuts.

    Links between units come first: an undercut that would close a circle with them is left out.
    """
    by_id = {relation.id: relation for relation in argument_map.relations}
    direct = [(s, r.target) for r in argument_map.relations if r.target not in by_id for s in r.sources]
    undercuts = []
    for relation in argument_map.relations:
        target = relation.target
        while target in by_id:
            target = by_id[target].sources[0]
        if relation.target in by_id:
            undercuts += [(source, target) for source in relation.sources]
    graph: nx.DiGraph[str] = nx.DiGraph(direct)
    links = list(dict.fromkeys(direct))
    for source, target in undercuts:
        if target in graph and source in graph and nx.has_path(graph, target, source):
            continue
        graph.add_edge(source, target)
        links.append((source, target))
    return links


def section_forests(argument_map: ArgumentMap, scene: Scene) -> list[Forest]:
    """Each section's boxes as a tidy forest in one galley."""
    links = unit_links(argument_map)
    return [_forest(section, links) for section in scene.sections]


def place(scene: Scene, forests: Iterable[Forest], *, top: float, lanes: int) -> Placement:
    """Place every card of `scene` below `top`, with room for `lanes` vertical lines at the left."""
    left = style.LANE_MARGIN + lanes * style.LANE if lanes else 0.0
    places: dict[str, Place] = {}
    y, width = top, style.THESIS_WIDTH
    if scene.thesis is not None:
        rect = Rect(0.0, y, scene.thesis.width, scene.thesis.height)
        places[scene.thesis.unit.id] = Place(scene.thesis, -1, 0, rect)
        y = rect.bottom + style.PANEL_GAP + 6
    panels: list[Rect] = []
    buses: list[float] = []
    for section, forest in zip(scene.sections, forests, strict=True):
        columns, tops, bases = forest.columns, forest.tops, forest.bases
        head = style.SECTION_HEIGHT if section.title else 0.0
        start = y + style.PANEL_PAD + head
        for card in section.cards:
            column = columns[card.unit.id]
            x = left + style.PANEL_PAD + column * (style.BOX_WIDTH + style.GUTTER)
            rect = Rect(x, start + tops[card.unit.id], card.width, card.height)
            places[card.unit.id] = Place(card, section.index, column, rect, bases[card.unit.id])
        placed = [places[card.unit.id].rect for card in section.cards]
        bottom = max(rect.bottom for rect in placed) + style.PANEL_PAD
        width = max(width, max(rect.right for rect in placed) + style.PANEL_PAD)
        panels.append(Rect(left, y, 0.0, bottom - y))
        buses.append(start - style.PANEL_PAD / 2)
        y = bottom + style.PANEL_GAP
    even = tuple(Rect(panel.x, panel.y, width - left, panel.height) for panel in panels)
    return Placement(places, even, tuple(buses), left, width, y)


def _forest(section: Section, links: Iterable[tuple[str, str]]) -> Forest:
    """Column and top of every card of a section, the topmost at 0, in one galley."""
    cards = {card.unit.id: card for card in section.cards}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(cards)
    parents: dict[str, str] = {}
    for source, target in links:
        if source in cards and target in cards:
            graph.add_edge(source, target)
            parents.setdefault(source, target)
    order = list(nx.topological_sort(graph))  # grounds before what they support
    columns: dict[str, int] = {}
    for unit in reversed(order):
        columns[unit] = max((columns[target] + 1 for target in graph.successors(unit)), default=0)
    children: dict[str, list[str]] = {unit: [] for unit in cards}
    for unit in cards:  # text order
        if unit in parents:
            children[parents[unit]].append(unit)
    blocks: dict[str, _Block] = {}
    offsets: dict[str, float] = {}
    for unit in order:
        block = _stacked([blocks.pop(child) for child in children[unit]], children[unit], offsets, style.ROW_GAP)
        blocks[unit] = _headed(block, cards[unit], columns[unit], children[unit], cards, offsets)
    roots = [unit for unit in cards if unit not in parents]
    _stacked([blocks[root] for root in roots], roots, offsets, style.TREE_GAP)
    tops: dict[str, float] = {}
    for unit in reversed(order):
        tops[unit] = offsets[unit] + (tops[parents[unit]] if unit in parents else 0.0)
    highest = min(tops.values())
    place_in_text = {unit: index for index, unit in enumerate(cards)}
    groups = sorted(
        (tuple(sorted(group, key=place_in_text.__getitem__)) for group in nx.weakly_connected_components(graph)),
        key=lambda group: min(tops[root] for root in group if root not in parents),
    )
    return Forest(
        heights={unit: card.height for unit, card in cards.items()},
        columns=columns,
        tops={unit: top - highest for unit, top in tops.items()},
        bases=dict.fromkeys(cards, 0),
        groups=tuple(groups),
    )


_Block = dict[int, tuple[float, float]]  # column -> top and bottom of what a subtree fills there


def _stacked(blocks: list[_Block], names: list[str], offsets: dict[str, float], gap: float) -> _Block:
    """Stack blocks in order, each as high as the columns that it shares with those before allow; note every shift."""
    stack: _Block = {}
    before = 0.0
    for name, block in zip(names, blocks, strict=True):
        shared = [stack[column][1] + gap - top for column, (top, _) in block.items() if column in stack]
        shift = max([before, *shared]) if stack else 0.0
        before = shift
        offsets[name] = shift
        for column, (top, bottom) in block.items():
            first = stack.get(column, (top + shift, 0.0))[0]
            stack[column] = (first, bottom + shift)
    return stack


def _headed(
    stack: _Block, card: Card, column: int, children: list[str], cards: Mapping[str, Card], offsets: dict[str, float]
) -> _Block:
    """Put a claim before the stack of its grounds, centred; measure everything from the claim's top."""
    if not children:
        return {column: (0.0, card.height)}
    first, last = children[0], children[-1]
    centre = (offsets[first] + cards[first].height / 2 + offsets[last] + cards[last].height / 2) / 2
    top = centre - card.height / 2
    for child in children:
        offsets[child] -= top
    block = {key: (upper - top, lower - top) for key, (upper, lower) in stack.items()}
    block[column] = (0.0, card.height)
    return block
