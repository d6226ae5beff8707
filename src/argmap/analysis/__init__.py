"""Read-only questions that a reader asks of a map; every answer names the sentences by their ids."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.analysis.attacks import Attack, Contested, Fallen, contested, fallen
from argmap.analysis.blaming import Blaming, CalledOn, blaming, called_on
from argmap.analysis.chains import Chain, Step, chains
from argmap.analysis.circles import Circle, circular_support
from argmap.analysis.claims import Side, own_claims, sides
from argmap.analysis.comparison import ArticleFigures, compare
from argmap.analysis.evidence import Load, LoadBearing, WithoutEvidence, load_bearing, without_evidence
from argmap.analysis.lint import Fault, LintRule, lint
from argmap.analysis.standing import Standing
from argmap.analysis.voices import Sourcing, Voice, sourcing
from argmap.graph import ArgumentMap

__all__ = [
    "Analysis",
    "ArticleFigures",
    "Attack",
    "Blaming",
    "CalledOn",
    "Chain",
    "Circle",
    "Contested",
    "Fallen",
    "Fault",
    "LintRule",
    "Load",
    "LoadBearing",
    "Side",
    "Sourcing",
    "Standing",
    "Step",
    "Voice",
    "WithoutEvidence",
    "analyse",
    "blaming",
    "called_on",
    "chains",
    "circular_support",
    "compare",
    "contested",
    "fallen",
    "lint",
    "load_bearing",
    "own_claims",
    "sides",
    "sourcing",
    "without_evidence",
]


@dataclass(frozen=True)
class Analysis:
    """All answers about one map, with the map itself."""

    argument_map: ArgumentMap
    claims: tuple[str, ...]
    without_evidence: tuple[WithoutEvidence, ...]
    load_bearing: LoadBearing
    contested: tuple[Contested, ...]
    sourcing: Sourcing
    circular: tuple[Circle, ...]
    chains: tuple[Chain, ...]
    fallen: tuple[Fallen, ...]
    blaming: tuple[Blaming, ...]
    called_on: tuple[CalledOn, ...]


def analyse(argument_map: ArgumentMap) -> Analysis:
    """Ask every question of a map."""
    standing = Standing(argument_map)
    return Analysis(
        argument_map,
        own_claims(argument_map),
        without_evidence(argument_map),
        load_bearing(argument_map, standing),
        contested(argument_map, standing),
        sourcing(argument_map),
        circular_support(argument_map),
        chains(argument_map),
        fallen(argument_map, standing),
        blaming(argument_map),
        called_on(argument_map),
    )
