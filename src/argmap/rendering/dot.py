"""The picture as DOT text.

Every position is written down (`layout=nop2`), so that any Graphviz draws the same picture at once, and
`dot -Tsvg map.dot` needs no further option. Ids are ours (n0, n1, …), text goes through `quoting` only.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import pydot

from argmap.graph import ArgumentMap
from argmap.labels import RelationKind
from argmap.rendering import style
from argmap.rendering.label_markup import card_label, number, row, table
from argmap.rendering.layout import Rect
from argmap.rendering.legend import Legend, Stroke
from argmap.rendering.paths import Point
from argmap.rendering.picture import Picture, compose
from argmap.rendering.quoting import markup, quoted, quoted_tooltip
from argmap.rendering.routes import Wire
from argmap.rendering.scene import Card, unit_numbers
from argmap.rendering.text import is_right_to_left, wrapped

_Element = TypeVar("_Element", pydot.Node, pydot.Edge)


def to_dot(argument_map: ArgumentMap, picture: Picture | None = None) -> str:
    """Return `argument_map` as DOT text (`picture`: as composed before); the same map gives the same text."""
    return _Writer(argument_map, picture or compose(argument_map)).text()


class _Writer:
    def __init__(self, argument_map: ArgumentMap, picture: Picture) -> None:
        self._map = argument_map
        self._numbers = unit_numbers(argument_map)
        self._picture = picture
        self._names = {unit_id: f"n{index}" for index, unit_id in enumerate(self._picture.placement.places)}
        self._graph = pydot.Dot("argmap", graph_type="digraph")

    def text(self) -> str:
        self._set_defaults()
        if self._picture.headline:
            self._add_headline()
        if self._picture.legend is not None:
            self._add_legend(self._picture.legend)
        self._add_thesis()
        self._add_sections()
        for index, joint in enumerate(self._picture.routes.joints):
            self._graph.add_node(self._dot(f"j{index}", joint))
        for index, wire in enumerate(self._picture.routes.wires):
            self._add_wire(index, wire)
        self._add_notes()
        return str(self._graph.to_string())

    def _set_defaults(self) -> None:
        width, height = self._picture.width, self._picture.height
        self._graph.set_graph_defaults(
            layout=quoted("nop2"),
            rankdir=quoted("RL"),
            bb=quoted(f"0,0,{number(width)},{number(height)}"),
            bgcolor=quoted(style.PAPER),
            pad=quoted("0.25"),
            outputorder=quoted("edgesfirst"),
            tooltip=quoted_tooltip(self._picture.scene.title),
            charset=quoted("UTF-8"),
        )
        self._graph.set_node_defaults(
            fontname=quoted(style.FONT),
            fontsize=quoted(number(style.BODY_SIZE)),
            fontcolor=quoted(style.INK),
            fixedsize=quoted("true"),
            margin=quoted("0"),
        )
        self._graph.set_edge_defaults(fontname=quoted(style.FONT), arrowsize=quoted("0.8"))

    # ---- the head and the foot

    def _add_headline(self) -> None:
        lines = self._picture.title
        rect = Rect(0, 0, self._picture.width, style.TITLE_LINE * max(1, len(lines)))
        self._graph.add_node(self._label_node("title", rect, lines, style.TITLE_SIZE, style.FONT_BOLD, style.INK))

    def _add_notes(self) -> None:
        for index, note in enumerate(self._picture.scene.notes):
            top = self._picture.notes_y + index * style.NOTE_LINE
            rect = Rect(0, top, self._picture.width, style.NOTE_LINE)
            self._graph.add_node(
                self._label_node(f"note{index}", rect, (note,), style.NOTE_SIZE, style.FONT, style.MUTED)
            )

    def _add_legend(self, legend: Legend) -> None:
        for index, sample in enumerate(legend.samples):
            look = style.LOOKS[sample.look]
            color = style.PAPER if sample.is_thesis else look.deep
            label = f'<<FONT POINT-SIZE="9" COLOR="{color}"><B>{markup(sample.word)}</B></FONT>>'
            name, kind = f"legend_{index}", f"legend {sample.look}"
            self._graph.add_node(self._shape_node(name, sample.rect, look, label, kind, thesis=sample.is_thesis))
        for index, stroke in enumerate(legend.strokes):
            self._add_stroke(f"legend_line{index}", stroke)
        for index, line in enumerate(legend.lines):
            rect = Rect(0, legend.lines_y + index * style.NOTE_LINE, self._picture.width, style.NOTE_LINE)
            name = f"legend_text{index}"
            self._graph.add_node(self._label_node(name, rect, (line,), style.NOTE_SIZE, style.FONT, style.MUTED))

    def _add_stroke(self, name: str, stroke: Stroke) -> None:
        x, y, end = stroke.rect.x, stroke.rect.middle, stroke.rect.right
        ends = (f"{name}_a", f"{name}_b")
        for dot, at in zip(ends, ((end, y), (x, y)), strict=True):
            self._graph.add_node(self._dot(dot, at, hidden=True))
        edge = _with(pydot.Edge(*ends), _line_style(stroke.kind, stroke.weight))
        edge.set("pos", self._pos(((end, y), (end - 8, y), (x + 18, y), (x + style.ARROW, y)), (x, y)))
        edge.set("class", quoted(f"legend {stroke.kind.value} {stroke.weight.name}"))
        self._graph.add_edge(edge)
        color = style.SUPPORT if stroke.kind is RelationKind.SUPPORT else style.ATTACK
        self._graph.add_node(
            self._label_node(name, stroke.word_rect, (stroke.word,), style.NOTE_SIZE, style.FONT, color)
        )

    # ---- the map

    def _add_thesis(self) -> None:
        thesis = self._picture.scene.thesis
        if thesis is not None:
            self._graph.add_node(self._card_node(thesis))

    def _add_sections(self) -> None:
        framed = any(section.title for section in self._picture.scene.sections)
        for section, panel in zip(self._picture.scene.sections, self._picture.placement.panels, strict=True):
            cluster = pydot.Cluster(f"s{section.index}")
            cluster.set("bb", quoted(self._box(panel)))
            cluster.set("style", quoted("rounded,filled" if framed else "invis"))
            cluster.set("fillcolor", quoted(style.PANEL_FILL))
            cluster.set("color", quoted(style.PANEL_LINE))
            cluster.set("class", quoted("section"))
            cluster.set("tooltip", quoted_tooltip(section.title or self._picture.scene.title))
            if section.title:
                inner = panel.width - 2 * style.PANEL_PAD
                em = inner / style.SECTION_SIZE
                rect = Rect(panel.x + style.PANEL_PAD, panel.y + 9, inner, style.SECTION_HEIGHT)
                lines = wrapped(section.title, em=em, lines=1)
                cluster.add_node(
                    self._label_node(
                        f"title{section.index}", rect, lines, style.SECTION_SIZE, style.FONT_BOLD, style.INK
                    )
                )
            for card in section.cards:
                cluster.add_node(self._card_node(card))
            self._graph.add_subgraph(cluster)  # type: ignore[arg-type] # a Cluster is one; the annotation forgot

    def _card_node(self, card: Card) -> pydot.Node:
        place = self._picture.placement.places[card.unit.id]
        node = self._shape_node(
            self._names[card.unit.id],
            place.rect,
            style.LOOKS[card.look],
            card_label(card),
            f"unit {card.look}" + (" thesis" if card.is_thesis else ""),
            thesis=card.is_thesis,
        )
        node.set("tooltip", quoted_tooltip(self._map.text_of(card.unit.id)))
        return node

    def _shape_node(
        self, name: str, rect: Rect, look: style.Look, label: str, kind: str, *, thesis: bool = False
    ) -> pydot.Node:
        inset = 8.0 if look.frames > 1 else 0.0  # a second frame is drawn outside of the first
        stretch = 12.0 if look.shape == "cds" else 0.0  # Graphviz draws this one lower than it is told
        node = pydot.Node(name)
        node.set("id", quoted(name))
        node.set("class", quoted(kind))
        node.set("pos", quoted(self._xy((rect.x + rect.width / 2, rect.middle))))
        node.set("width", quoted(_inches(rect.width - inset)))
        node.set("height", quoted(_inches(rect.height - inset + stretch)))
        node.set("shape", quoted(look.shape))
        node.set("style", quoted(look.style))
        node.set("fillcolor", quoted(look.deep if thesis else look.fill))
        node.set("color", quoted(look.deep if thesis else look.line))
        node.set("penwidth", quoted(number(2.4 if thesis else look.pen)))
        node.set("peripheries", quoted(str(look.frames)))
        node.set("label", label)
        return node

    def _add_wire(self, index: int, wire: Wire) -> None:
        tail, head = self._end(wire.tail), self._end(wire.head)
        weight = style.weight_of(wire.relation.score)
        edge = _with(pydot.Edge(tail, head), _line_style(wire.relation.kind, weight))
        edge.set("id", quoted(f"e{index}"))
        edge.set("class", quoted(f"link {wire.relation.kind.value} {weight.name}"))
        edge.set("pos", self._pos(wire.points, wire.tip))
        if wire.tip is None:
            edge.set("arrowhead", quoted("none"))
        edge.set("tooltip", quoted_tooltip(self._says(wire)))
        self._graph.add_edge(edge)

    def _says(self, wire: Wire) -> str:
        relation = wire.relation
        sources = " + ".join(self._numbers[source] for source in relation.sources)
        verb = "supports" if relation.kind is RelationKind.SUPPORT else "speaks against"
        target = self._numbers.get(relation.target, f"the link {relation.target}")
        score = "" if relation.score is None else f" ({relation.score:.2f})"
        return f"{sources} {verb} {target}{score}"

    # ---- helpers

    def _end(self, end: str | tuple[str, int]) -> str:
        return f"j{end[1]}" if isinstance(end, tuple) else self._names[end]

    def _dot(self, name: str, at: Point, *, hidden: bool = False) -> pydot.Node:
        look = {"style": quoted("invis")} if hidden else {"color": quoted(style.MUTED)}
        size = "0.01" if hidden else "0.05"
        node = pydot.Node(name, shape=quoted("point"), pos=quoted(self._xy(at)))
        return _with(node, {"width": quoted(size), "height": quoted(size), **look})

    def _label_node(
        self, name: str, rect: Rect, lines: Iterable[str], size: float, font: str, color: str
    ) -> pydot.Node:
        lines = list(lines) or [""]
        right = is_right_to_left(lines[0])
        label = f"<{table(rect.width, [row(lines, right=right, width=rect.width)])}>"
        node = pydot.Node(name, label=label, shape=quoted("plain"), fontname=quoted(font), fontcolor=quoted(color))
        node.set("fontsize", quoted(number(size)))
        node.set("pos", quoted(self._xy((rect.x + rect.width / 2, rect.middle))))
        node.set("fixedsize", quoted("false"))  # as large as its label, around the same middle
        node.set("class", quoted("label"))
        return node

    def _xy(self, point: Point) -> str:
        return f"{number(point[0])},{number(self._picture.height - point[1])}"

    def _box(self, rect: Rect) -> str:
        return f"{self._xy((rect.x, rect.bottom))},{self._xy((rect.right, rect.y))}"

    def _pos(self, points: Iterable[Point], tip: Point | None) -> str:
        end = "" if tip is None else f"e,{self._xy(tip)} "
        return quoted(end + " ".join(self._xy(point) for point in points))


def _with(element: _Element, attributes: Mapping[str, str]) -> _Element:
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _line_style(kind: RelationKind, weight: style.Weight) -> dict[str, str]:
    pen = quoted(number(weight.pen))
    if kind is RelationKind.SUPPORT:
        color = style.SUPPORT_PALE if weight.pale else style.SUPPORT
        return {"color": quoted(color), "penwidth": pen, "arrowhead": quoted("normal")}
    color = style.ATTACK_PALE if weight.pale else style.ATTACK
    return {"color": quoted(color), "penwidth": pen, "style": quoted("dashed"), "arrowhead": quoted("tee")}


def _inches(points: float) -> str:
    return f"{points / 72:.4f}"
