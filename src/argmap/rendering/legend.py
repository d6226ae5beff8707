"""The key above a picture, as placed values: only what the picture needs, flowed into rows."""

from dataclasses import dataclass

from argmap.graph import ArgumentMap
from argmap.labels import RelationKind
from argmap.rendering import style
from argmap.rendering.layout import Rect
from argmap.rendering.scene import Scene
from argmap.rendering.text import width_in_em, wrapped

ROW = 26.0
_BOX_HEIGHT, _STROKE, _GAP = 18.0, 34.0, 14.0


@dataclass(frozen=True)
class Sample:
    """A box of one kind with its word."""

    rect: Rect
    look: str
    word: str
    is_thesis: bool = False


@dataclass(frozen=True)
class Stroke:
    """A line of one kind and weight (`rect`), with its word beside it."""

    rect: Rect
    kind: RelationKind
    weight: style.Weight
    word: str
    word_rect: Rect


@dataclass(frozen=True)
class Legend:
    """All of the key; it ends at `bottom`."""

    samples: tuple[Sample, ...]
    strokes: tuple[Stroke, ...]
    lines: tuple[str, ...]
    lines_y: float
    bottom: float


def build_legend(argument_map: ArgumentMap, scene: Scene, *, top: float, width: float) -> Legend:
    """The key to `scene`, from `top` down; an empty one for a picture without boxes."""
    if scene.thesis is None and not scene.sections:
        return Legend((), (), (), top, top)
    flow = _Flow(top, width)
    samples = [
        Sample(flow.take(_word_width(word) + 34, _BOX_HEIGHT), look, word, thesis)
        for look, word, thesis in _boxes(scene)
    ]
    strokes = [flow.stroke(kind, weight, word) for kind, weight, word in _strokes(argument_map)]
    lines = wrapped(_words(argument_map, scene), em=width / style.NOTE_SIZE, lines=3)
    lines_y = flow.y + ROW
    return Legend(tuple(samples), tuple(strokes), lines, lines_y, lines_y + style.NOTE_LINE * len(lines) + 6)


class _Flow:
    def __init__(self, top: float, width: float) -> None:
        self.x, self.y, self._width = 0.0, top, width

    def take(self, width: float, height: float) -> Rect:
        """The next free place, in a new row if this one is full."""
        if self.x and self.x + width > self._width:
            self.x, self.y = 0.0, self.y + ROW
        rect = Rect(self.x, self.y, width, height)
        self.x += width + _GAP
        return rect

    def stroke(self, kind: RelationKind, weight: style.Weight, word: str) -> Stroke:
        room = _word_width(word) + 6
        rect = self.take(_STROKE + 5 + room, _BOX_HEIGHT)
        beside = Rect(rect.x + _STROKE + 5, rect.y, room, rect.height)
        return Stroke(Rect(rect.x, rect.y, _STROKE, rect.height), kind, weight, word, beside)


def _word_width(word: str) -> float:
    return width_in_em(word) * style.NOTE_SIZE * 1.1


def _boxes(scene: Scene) -> list[tuple[str, str, bool]]:
    boxes = [(key, f"{look.sign} {look.word}".strip(), False) for key, look in style.LOOKS.items()]
    return boxes if scene.thesis is None else [(scene.thesis.look, "Thesis", True), *boxes]


def _strokes(argument_map: ArgumentMap) -> list[tuple[RelationKind, style.Weight, str]]:
    scored = any(relation.score is not None for relation in argument_map.relations)
    most = style.FIRM if scored else style.PLAIN
    strokes = [(RelationKind.SUPPORT, most, "supports"), (RelationKind.ATTACK, most, "speaks against")]
    if scored:
        strokes += [
            (RelationKind.SUPPORT, style.LIKELY, f"less sure (under {style.FIRM.least:.1f})"),
            (RelationKind.SUPPORT, style.FAINT, f"a guess (under {style.LIKELY.least:.1f})"),
        ]
    return strokes


def _words(argument_map: ArgumentMap, scene: Scene) -> str:
    """What the numbers and panels mean, one sentence each."""
    cards = [card for section in scene.sections for card in section.cards]
    cards += [scene.thesis] if scene.thesis else []
    said = ["Bold: the sentence's number."]
    if any(card.score for card in cards):
        said.append("0.46 before it: how sure argmap is of the box's first label, from 0 to 1.")
    if scene.thesis and argument_map.thesis_score is not None:
        said.append("THESIS 0.46: how sure it is that this is the thesis.")
    if any(section.title for section in scene.sections):
        said.append("Panels: the article's sections.")
    return " ".join(said)
