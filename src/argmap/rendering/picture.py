"""The whole picture as placed values: what a writer (DOT today) has to draw, in points, y downward."""

import math
from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.rendering import style
from argmap.rendering.galleys import galleyed
from argmap.rendering.lanes import assign_lanes
from argmap.rendering.layout import Placement, place, section_forests
from argmap.rendering.legend import Legend, build_legend
from argmap.rendering.routes import Router, Routes
from argmap.rendering.scene import Scene, build_scene
from argmap.rendering.text import wrapped

MIN_WIDTH, HEAD_HEIGHT = 740.0, 130.0  # the head: title, key and notes, about
PAGE_COLUMNS, POSTER_COLUMNS = 3, range(3, 9)  # boxes side by side: a page scrolls down, a poster is seen whole
SHEET_RATIO = 1.0  # height to width: a square, between a sheet of paper and a screen
MAX_PIXELS_A_SIDE, MAX_PIXELS = 30_000, 100_000_000


@dataclass(frozen=True)
class Picture:
    """A scene with all its coordinates."""

    scene: Scene
    title: tuple[str, ...]
    headline: bool
    placement: Placement
    routes: Routes
    legend: Legend | None
    notes_y: float
    width: float
    height: float

    @property
    def bitmap_dpi(self) -> int:
        """Dots per inch of a bitmap: 144, or less where a map would outgrow what Cairo draws without scaling."""
        sharpest = min(
            MAX_PIXELS_A_SIDE / max(self.width, self.height), (MAX_PIXELS / (self.width * self.height)) ** 0.5
        )
        return max(1, min(144, int(72 * sharpest)))


def compose(argument_map: ArgumentMap, *, headline: bool = True, blame: bool = False) -> Picture:
    """Lay out `argument_map`, with title and legend on top unless `headline` is false; `blame`: with who is blamed."""
    scene = build_scene(argument_map, blame=blame)
    section_of = {card.unit.id: section.index for section in scene.sections for card in section.cards}
    if scene.thesis is not None:
        section_of[scene.thesis.unit.id] = -1
    lanes = assign_lanes(argument_map, section_of)
    used = max(lanes.values(), default=-1) + 1
    forests = section_forests(argument_map, scene)
    shapes = [galleyed(forests, columns) for columns in (POSTER_COLUMNS if headline else (PAGE_COLUMNS,))]
    shaped, placement = min(
        ((shape, place(scene, shape, top=0.0, lanes=used)) for shape in shapes),
        key=lambda draft: _cost(draft[1]),
    )
    width = max(placement.width, MIN_WIDTH)
    title = wrapped(scene.title, em=width / style.TITLE_SIZE / 1.1, lines=3)
    legend = None
    if headline:
        legend = build_legend(argument_map, scene, top=style.TITLE_LINE * max(1, len(title)) + 10, width=width)
        placement = place(scene, shaped, top=legend.bottom + 4, lanes=used)
    notes_y = placement.bottom
    return Picture(
        scene=scene,
        title=title,
        headline=headline,
        placement=placement,
        routes=Router(argument_map, placement, lanes).run(),
        legend=legend,
        notes_y=notes_y,
        width=width,
        height=notes_y + style.NOTE_LINE * len(scene.notes) + 4,
    )


def _cost(placement: Placement) -> float:
    """How wide a sheet must be that holds it all (the less, the larger the type), and as much for what is blank."""
    width, height = max(placement.width, MIN_WIDTH), placement.bottom + HEAD_HEIGHT
    return max(width, height / SHEET_RATIO) + math.sqrt(width * height / SHEET_RATIO)
