"""A plot as a picture by Graphviz, which argmap has at hand for maps: no package for plots is needed."""

from __future__ import annotations

from itertools import pairwise

import pydot

from argmap.rendering import style
from argmap.rendering.engines import Drawing, draw
from argmap.rendering.label_markup import number, row, table
from argmap.rendering.plot_svg import LIGHT
from argmap.rendering.plots import Box, Dot, Line, Mark, Plot, Point, Words
from argmap.rendering.quoting import markup, quoted
from argmap.rendering.text import flattened, width_in_em

DPI = 144


def draw_png(plot: Plot, *, time_limit: float = 60.0) -> Drawing:
    """The plot as PNG, in light colours; raises what `engines.draw` raises."""
    return draw(to_dot(plot), "png", dpi=DPI, time_limit=time_limit)


def to_dot(plot: Plot) -> str:
    """The plot as DOT text with every position written down; the same plot gives the same text.

    Graphviz draws edges first and nodes over them, each in their order: boxes are thick edges, the first of all.
    """
    writer = _Writer(plot)
    for index, mark in enumerate(sorted(plot.marks, key=_layer)):
        writer.add(f"m{index}", mark)
    return str(writer.graph.to_string())


def _layer(mark: Mark) -> int:
    return 0 if isinstance(mark, Box) else 1 if isinstance(mark, Line) else 2 if isinstance(mark, Dot) else 3


class _Writer:
    def __init__(self, plot: Plot) -> None:
        self._height = plot.height
        self.graph = pydot.Dot("plot", graph_type="digraph")
        self.graph.set_graph_defaults(
            layout=quoted("nop2"),
            bb=quoted(f"0,0,{number(plot.width)},{number(plot.height)}"),
            bgcolor=quoted(LIGHT["paper"]),
            pad=quoted("0.25"),
            outputorder=quoted("edgesfirst"),
            charset=quoted("UTF-8"),
        )
        self.graph.set_node_defaults(fontname=quoted(style.FONT), fixedsize=quoted("true"), margin=quoted("0"))
        self.graph.set_edge_defaults(dir=quoted("none"), arrowhead=quoted("none"))
        # The corners, so that no engine crops what is empty.
        self._end("corner_a", (0.0, 0.0))
        self._end("corner_b", (plot.width, plot.height))

    def add(self, name: str, mark: Mark) -> None:
        if isinstance(mark, Line):
            self._line(name, mark.points, mark.colour, mark.width, dashed=mark.dashed)
        elif isinstance(mark, Box):
            middle = mark.y + mark.height / 2
            self._line(name, ((mark.x, middle), (mark.x + mark.width, middle)), mark.colour, mark.height)
        elif isinstance(mark, Dot):
            self._dot(name, mark)
        else:
            self._words(name, mark)

    def _line(self, name: str, points: tuple[Point, ...], colour: str, width: float, *, dashed: bool = False) -> None:
        """Straight pieces as the curves that Graphviz reads: three points more for each."""
        if len(points) < 2:
            return
        self._end(f"{name}_a", points[0])
        self._end(f"{name}_b", points[-1])
        path = [points[0]]
        for start, end in pairwise(points):
            path += [start, end, end]
        edge = pydot.Edge(f"{name}_a", f"{name}_b", pos=quoted(" ".join(map(self._xy, path))))
        edge.set("color", quoted(LIGHT[colour]))
        edge.set("penwidth", quoted(number(width)))
        if dashed:
            edge.set("style", quoted("dashed"))
        self.graph.add_edge(edge)

    def _end(self, name: str, at: Point) -> None:
        node = pydot.Node(name, shape=quoted("point"), pos=quoted(self._xy(at)), style=quoted("invis"))
        node.set("width", quoted("0.01"))
        node.set("height", quoted("0.01"))
        self.graph.add_node(node)

    def _dot(self, name: str, mark: Dot) -> None:
        size = f"{2 * mark.radius / 72:.4f}"
        node = pydot.Node(name, shape=quoted("circle"), label=quoted(""), pos=quoted(self._xy((mark.x, mark.y))))
        node.set("width", quoted(size))
        node.set("height", quoted(size))
        node.set("style", quoted("filled"))
        node.set("fillcolor", quoted(LIGHT["paper" if mark.hollow else mark.colour]))
        node.set("color", quoted(LIGHT[mark.colour]))
        node.set("penwidth", quoted("2" if mark.hollow else "0.5"))
        self.graph.add_node(node)

    def _words(self, name: str, mark: Words) -> None:
        """Text in a box as wide as it is, by an estimate on the generous side: after, around or before its place."""
        text = flattened(mark.text)
        width = max(width_in_em(text) * mark.size, 1.0)
        shift = {"start": width / 2, "middle": 0.0, "end": -width / 2}[mark.anchor]
        if mark.anchor == "middle":
            label = f"<{markup(text)}>"
        else:
            cell = row((text,), right=mark.anchor == "end", width=width)
            label = f"<{table(width, [cell.replace(_RLM, '')])}>"
        node = pydot.Node(name, label=label, shape=quoted("plain"))
        node.set("fixedsize", quoted("false"))
        node.set("fontsize", quoted(number(mark.size)))
        node.set("fontcolor", quoted(LIGHT[mark.colour]))
        if mark.bold:
            node.set("fontname", quoted(style.FONT_BOLD))
        node.set("pos", quoted(self._xy((mark.x + shift, mark.y))))
        self.graph.add_node(node)

    def _xy(self, point: Point) -> str:
        return f"{number(point[0])},{number(self._height - point[1])}"


_RLM = "\u200f"  # of right-to-left text, which words at their end are not
