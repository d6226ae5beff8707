"""Who is heard in an article, how often, and for which side."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.analysis.claims import Side, sides
from argmap.document import Document, Unit
from argmap.graph import ArgumentMap
from argmap.labels import Stance

UNKNOWN = "unknown"
_ENOUGH = 3  # quotations with a side, below which "all on one side" says nothing


@dataclass(frozen=True, slots=True)
class Voice:
    """A source and the units that quote it, by the side to which they lead; `UNKNOWN` where none is named."""

    name: str
    units: tuple[str, ...]
    sides: tuple[Side, ...]

    def on(self, side: Side) -> tuple[str, ...]:
        """The quotations on a side."""
        return tuple(unit for unit, own in zip(self.units, self.sides, strict=True) if own is side)


@dataclass(frozen=True, slots=True)
class Sourcing:
    """All voices, the most quoted first; `one_sided` is the only side that is heard, if there is only one."""

    voices: tuple[Voice, ...]
    one_sided: Side | None

    def on(self, side: Side) -> tuple[str, ...]:
        """All quotations on a side, by voice."""
        return tuple(unit for voice in self.voices for unit in voice.on(side))


def sourcing(argument_map: ArgumentMap) -> Sourcing:
    """Count the quotations by their source, and by whether they lead to what the author argues for or against it.

    A quotation that takes part in no link has no side. One-sided takes three quotations with a side, and all on one.
    """
    side_of = sides(argument_map)
    names: dict[str, str] = {}
    quoted: dict[str, list[str]] = {}
    for unit in argument_map.document.text_units():
        if Stance.QUOTATION in unit.stances:
            name = source_of(argument_map.document, unit)
            key = name.casefold()
            names.setdefault(key, name)
            quoted.setdefault(key, []).append(unit.id)
    voices = [Voice(names[key], tuple(ids), tuple(side_of[unit] for unit in ids)) for key, ids in quoted.items()]
    voices.sort(key=lambda voice: (voice.name == UNKNOWN, -len(voice.units)))
    heard = [side for voice in voices for side in voice.sides if side is not Side.NONE]
    only = heard[0] if len(heard) >= _ENOUGH and len(set(heard)) == 1 and heard[0] is not Side.BOTH else None
    return Sourcing(tuple(voices), only)


def source_of(document: Document, unit: Unit) -> str:
    """The name of a unit's source, else the words that name it, on one line; `UNKNOWN` without either."""
    if unit.attribution is None:
        return UNKNOWN
    words = unit.attribution.name
    if words is None and unit.attribution.source is not None:
        words = unit.attribution.source.of(document.text)
    name = " ".join((words or "").split()).strip(".,;:—– ")
    return name or UNKNOWN
