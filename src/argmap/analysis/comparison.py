"""Several articles side by side, in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from argmap.analysis.blaming import Blaming, blaming
from argmap.analysis.claims import Side
from argmap.analysis.evidence import without_evidence
from argmap.analysis.voices import Sourcing, sourcing
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, Stance


@dataclass(frozen=True)
class ArticleFigures:
    """One article: sentences, sentences of each stance, accusations with nothing or no evidence under them, voices."""

    doc: str
    title: str | None
    sentences: int
    stances: Mapping[Stance, int]
    unsupported_accusations: int
    accusations_without_evidence: int
    quotations_for: int
    quotations_against: int
    voices: Sourcing
    blaming: tuple[Blaming, ...] = ()

    @property
    def unsupported_share(self) -> float | None:
        """The share of accusations that nothing supports; None where there is no accusation."""
        accusations = self.stances[Stance.ACCUSATION]
        return self.unsupported_accusations / accusations if accusations else None


def compare(maps: Iterable[ArgumentMap]) -> tuple[ArticleFigures, ...]:
    """The figures of each map, in their order; a sentence counts for each of its stances."""
    return tuple(_figures(argument_map) for argument_map in maps)


def _figures(argument_map: ArgumentMap) -> ArticleFigures:
    units = list(argument_map.document.text_units())
    bare = [found for found in without_evidence(argument_map) if _is_accusation(argument_map, found.unit)]
    heard = sourcing(argument_map)
    return ArticleFigures(
        argument_map.document.id,
        argument_map.document.title,
        len(units),
        MappingProxyType({stance: sum(stance in unit.stances for unit in units) for stance in STANCES}),
        sum(found.unsupported for found in bare),
        len(bare),
        len(heard.on(Side.FOR)),
        len(heard.on(Side.AGAINST)),
        heard,
        blaming(argument_map),
    )


def _is_accusation(argument_map: ArgumentMap, name: str) -> bool:
    return Stance.ACCUSATION in argument_map.units[name].stances
