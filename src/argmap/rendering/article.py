"""The article as the page shows it: paragraphs of numbered sentences, headings, and what is not text folded away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from argmap.document import Unit
from argmap.graph import ArgumentMap
from argmap.labels import UnitKind
from argmap.rendering.reasons import Piece
from argmap.rendering.text import cleaned

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n")
_ASIDES = {UnitKind.BOILERPLATE: "Not part of the article", UnitKind.COMMENT: "Readers' comments"}


@dataclass(frozen=True)
class Sentence:
    """One unit in the page; `number` is empty for what is not text, `pieces` for what is not explained."""

    text: str
    number: str = ""
    classes: str = ""
    in_map: bool = False
    says: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass
class Part:
    """A paragraph, a heading, or a run of units that are not text (`kind` is the units' kind)."""

    kind: str
    summary: str = ""
    sentences: list[Sentence] = field(default_factory=list)


def article_parts(
    argument_map: ArgumentMap, numbers: dict[str, str], marked: Mapping[str, tuple[Piece, ...]]
) -> list[Part]:
    """All units in text order, in parts; `marked` holds the pieces of explained sentences by unit id."""
    document = argument_map.document
    drawn = {unit.id for unit in argument_map.participants()}
    starts = [block.span.start for block in document.blocks]
    parts: list[Part] = []
    before: Unit | None = None
    block = 0
    for unit in document.units:
        crossed = False
        while block < len(starts) and starts[block] <= unit.span.start:
            block += 1
            crossed = True
        gap = document.text[before.span.end : unit.span.start] if before else ""
        starts_part = (
            before is None
            or unit.kind is not before.kind
            or (unit.kind not in _ASIDES and (crossed if starts else _PARAGRAPH_BREAK.search(gap) is not None))
        )
        if starts_part:
            parts.append(Part(unit.kind.value))
        sentence = _sentence(argument_map, unit, numbers, in_map=unit.id in drawn)
        parts[-1].sentences.append(replace(sentence, pieces=marked.get(unit.id, ())))
        before = unit
    for part in parts:
        kind = UnitKind(part.kind)
        if kind in _ASIDES:
            count = len(part.sentences)
            part.summary = f"{_ASIDES[kind]}: {count} {'line' if count == 1 else 'lines'}"
    return parts


def _sentence(argument_map: ArgumentMap, unit: Unit, numbers: dict[str, str], *, in_map: bool) -> Sentence:
    text = cleaned(argument_map.text_of(unit.id))
    if not unit.is_text:
        return Sentence(text)
    is_thesis = unit.id == argument_map.thesis
    words = [stance.value for stance in unit.stances]
    classes = [f"is-{words[0]}" if words else "is-other"] + (["is-thesis"] if is_thesis else [])
    says = ", ".join((["thesis"] if is_thesis else []) + words)
    return Sentence(text, numbers[unit.id], " ".join(classes), in_map, says)
