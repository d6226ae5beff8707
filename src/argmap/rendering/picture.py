"""The whole picture as placed values: what a writer (DOT today) has to draw, in points, y downward."""

from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.rendering import style
from argmap.rendering.lanes import assign_lanes
from argmap.rendering.layout import Placement, place
from argmap.rendering.routes import Router, Routes
from argmap.rendering.scene import Scene, build_scene
from argmap.rendering.text import wrapped

LEGEND_ROW = 30.0
LEGEND_WIDTH = 740.0
MAX_PIXELS_A_SIDE, MAX_PIXELS = 30_000, 100_000_000


@dataclass(frozen=True)
class Picture:
    """A scene with all its coordinates."""

    scene: Scene
    title: tuple[str, ...]
    headline: bool
    placement: Placement
    routes: Routes
    legend_y: float
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


def compose(argument_map: ArgumentMap, *, headline: bool = True) -> Picture:
    """Lay out `argument_map`, with title and legend on top unless `headline` is false."""
    scene = build_scene(argument_map)
    section_of = {card.unit.id: section.index for section in scene.sections for card in section.cards}
    if scene.thesis is not None:
        section_of[scene.thesis.unit.id] = -1
    lanes = assign_lanes(argument_map, section_of)
    used = max(lanes.values(), default=-1) + 1
    draft = place(argument_map, scene, top=0.0, lanes=used)
    width = max(draft.width, LEGEND_WIDTH)
    title = wrapped(scene.title, em=width / style.TITLE_SIZE / 1.1, lines=3)
    legend_y = style.TITLE_LINE * max(1, len(title)) + 10
    placement = place(argument_map, scene, top=legend_y + LEGEND_ROW + 6, lanes=used) if headline else draft
    notes_y = placement.bottom
    return Picture(
        scene=scene,
        title=title,
        headline=headline,
        placement=placement,
        routes=Router(argument_map, placement, lanes).run(),
        legend_y=legend_y,
        notes_y=notes_y,
        width=width,
        height=notes_y + style.NOTE_LINE * len(scene.notes) + 4,
    )
