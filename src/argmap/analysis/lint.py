"""Structural faults: what a map may hold, but a finished argument should not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from argmap.analysis.circles import circular_support
from argmap.analysis.claims import AUTHORS_OWN, relations_into
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance


class LintRule(StrEnum):
    """The rules beyond the invariants, which no map breaks (`argmap.invariants`)."""

    NO_THESIS = "no-thesis"
    SECOND_THESIS = "second-thesis"
    THESIS_SERVES = "thesis-serves"
    UNSUPPORTED_THESIS = "unsupported-thesis"
    UNSUPPORTED_ACCUSATION = "unsupported-accusation"
    UNSUPPORTED_RECOMMENDATION = "unsupported-recommendation"
    ISOLATED_CLAIM = "isolated-claim"
    UNUSED_EVIDENCE = "unused-evidence"
    REPEATED_LINK = "repeated-link"
    FOR_AND_AGAINST = "for-and-against"
    OWN_UNDERCUT = "own-undercut"
    CIRCULAR_SUPPORT = "circular-support"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: at which unit or relation (`map`: the whole), of which rule, what it is, and the units to look at."""

    id: str
    rule: LintRule
    what: str
    units: tuple[str, ...] = ()


def lint(argument_map: ArgumentMap) -> tuple[Fault, ...]:
    """All structural faults of a map, those of the thesis first, then by unit in text order, then by relation."""
    return (
        *_of_thesis(argument_map),
        *_of_units(argument_map),
        *_of_relations(argument_map),
        *(
            Fault(
                circle.ground, LintRule.CIRCULAR_SUPPORT, f"supports {circle.claim} by saying it again", (circle.claim,)
            )
            for circle in circular_support(argument_map)
        ),
    )


def _of_thesis(argument_map: ArgumentMap) -> Iterator[Fault]:
    thesis, incidence = argument_map.thesis, argument_map.incidence
    if thesis is None:
        claims = [unit for unit in argument_map.document.text_units() if any(s in unit.stances for s in AUTHORS_OWN)]
        if claims or argument_map.relations:
            yield Fault("map", LintRule.NO_THESIS, "there are claims, but no thesis that they serve")
        return
    supported = relations_into(argument_map, RelationKind.SUPPORT)
    if thesis not in supported:
        yield Fault(thesis, LintRule.UNSUPPORTED_THESIS, "the thesis has no support")
    for name in incidence.succ[thesis]:
        target = argument_map.by_relation_id[name].target
        yield Fault(
            thesis, LintRule.THESIS_SERVES, f"the thesis leads on, by {name}, to {target}", _units(argument_map, target)
        )
    for unit in argument_map.document.text_units():
        if unit.id != thesis and unit.id in supported and not incidence.succ[unit.id]:
            what = f"has support and leads nowhere, like a second thesis beside {thesis}"
            yield Fault(unit.id, LintRule.SECOND_THESIS, what)


def _of_units(argument_map: ArgumentMap) -> Iterator[Fault]:
    supported = relations_into(argument_map, RelationKind.SUPPORT)
    unsupported = {
        Stance.ACCUSATION: LintRule.UNSUPPORTED_ACCUSATION,
        Stance.RECOMMENDATION: LintRule.UNSUPPORTED_RECOMMENDATION,
    }
    for unit in argument_map.document.text_units():
        linked = argument_map.incidence.pred[unit.id] or argument_map.incidence.succ[unit.id]
        stance = next((stance for stance in unit.stances if stance in unsupported), None)
        if stance is not None and unit.id not in supported:
            yield Fault(unit.id, unsupported[stance], f"no sentence supports this {stance.value}")
        if stance is not None and not linked and unit.id != argument_map.thesis:
            yield Fault(unit.id, LintRule.ISOLATED_CLAIM, f"no link leads to this {stance.value} or away from it")
        if stance is None and unit.evidence is not None and not linked:
            yield Fault(unit.id, LintRule.UNUSED_EVIDENCE, f"this {unit.evidence.value} supports nothing")


def _of_relations(argument_map: ArgumentMap) -> Iterator[Fault]:
    links: dict[tuple[frozenset[str], str, RelationKind], str] = {}
    kinds: dict[tuple[str, str], tuple[str, RelationKind]] = {}
    for relation in argument_map.relations:
        seen = links.setdefault((frozenset(relation.sources), relation.target, relation.kind), relation.id)
        if seen != relation.id:
            yield Fault(relation.id, LintRule.REPEATED_LINK, f"says the same as {seen}", relation.sources)
        for source in relation.sources:
            other, kind = kinds.setdefault((source, relation.target), (relation.id, relation.kind))
            if kind is not relation.kind:
                what = f"makes {source} {relation.kind.value} {relation.target}, against {other}"
                yield Fault(
                    relation.id, LintRule.FOR_AND_AGAINST, what, (source, *_units(argument_map, relation.target))
                )
        hit = argument_map.by_relation_id.get(relation.target)
        own = [source for source in relation.sources if hit is not None and source in hit.sources]
        if own and argument_map.is_undercut(relation):
            what = f"has {own[0]} deny the step {relation.target}, which {own[0]} itself takes"
            yield Fault(relation.id, LintRule.OWN_UNDERCUT, what, (own[0],))


def _units(argument_map: ArgumentMap, name: str) -> tuple[str, ...]:
    return (name,) if name in argument_map.units else ()
