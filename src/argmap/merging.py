"""A map anew from a model, with what a person has put into an earlier one kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from argmap.document import Relation
from argmap.errors import MapError
from argmap.graph import ArgumentMap
from argmap.labels import Origin


def merged(human_map: ArgumentMap, model_map: ArgumentMap) -> ArgumentMap:
    """Return `model_map` with the links and the thesis that a person has set in `human_map`, a map of the same text.

    - A link of origin `human` is kept as it stands, together with the links that it is aimed at.
    - Of the model's links those are left out that leave a unit from which a person's link leaves, that leave the
      person's thesis, or that would close a circle with a person's link; so are those aimed at one that is left out.
    - A thesis without a score is a person's, and is kept.

    Sentences are those of `model_map`; a person's ends are found in it by their place in the text. Raises `MapError` if
    the texts differ, or such a sentence is not cut the same way.
    """
    if human_map.document.text != model_map.document.text:
        raise MapError(
            f"is a map of another text than {model_map.document.id!r}",
            where=human_map.document.id,
            expected="a map of the same text, to the character",
        )
    kept = tuple(_kept(human_map, _same_units(human_map, model_map)))
    by_person = human_map.thesis is not None and human_map.thesis_score is None
    thesis, score = model_map.thesis, model_map.thesis_score
    if by_person and human_map.thesis is not None:
        thesis, score = _same_units(human_map, model_map)[human_map.thesis], None
    settled = {source for relation in kept for source in relation.sources if relation.origin is Origin.HUMAN}
    if by_person and thesis is not None:
        settled.add(thesis)
    relations = (*kept, *_added(kept, model_map, settled))
    return replace(model_map, relations=relations, thesis=thesis, thesis_score=score)


class _Found(dict[str, str]):
    """Ids of the earlier map to ids of the new one; a unit that the new one lacks is a `MapError`."""

    def __init__(self, places: Mapping[str, str], where: str) -> None:
        super().__init__(places)
        self._where = where

    def __missing__(self, name: str) -> str:
        raise MapError(
            f"sentence {name!r}, which a person has linked, is no sentence of the new map",
            where=self._where,
            expected="the same sentences",
            advice="link it again by hand",
        )


def _same_units(human_map: ArgumentMap, model_map: ArgumentMap) -> _Found:
    names = {unit.span: unit.id for unit in model_map.document.text_units()}
    places = {unit.id: names[unit.span] for unit in human_map.document.units if unit.span in names}
    return _Found(places, human_map.document.id)


def _kept(human_map: ArgumentMap, names: _Found) -> Iterator[Relation]:
    """A person's links and, so that these have an end, the links that they are aimed at; with the new map's units."""
    wanted: set[str] = set()
    for relation in human_map.relations:
        link: Relation | None = relation if relation.origin is Origin.HUMAN else None
        while link is not None and link.id not in wanted:
            wanted.add(link.id)
            link = human_map.by_relation_id.get(link.target)
    for relation in human_map.relations:
        if relation.id in wanted:
            to_relation = relation.target in human_map.by_relation_id
            target = relation.target if to_relation else names[relation.target]
            yield replace(relation, sources=tuple(names[source] for source in relation.sources), target=target)


def _added(kept: tuple[Relation, ...], model_map: ArgumentMap, settled: set[str]) -> Iterator[Relation]:
    """The model's links that leave everything a person has said as it is, under ids that are free."""
    ways: dict[str, set[str]] = {}
    for relation in kept:
        _extend(ways, relation)
    taken = {relation.id for relation in kept} | set(model_map.units)
    free = (name for name in map("r{}".format, itertools.count()) if name not in taken)
    names: dict[str, str] = {}
    present = {(frozenset(relation.sources), relation.target) for relation in kept}
    for relation in _targets_first(model_map):
        target = names.get(relation.target, relation.target)
        lost = relation.target in model_map.by_relation_id and relation.target not in names
        if lost or settled.intersection(relation.sources) or (frozenset(relation.sources), target) in present:
            continue
        if kept and any(_leads(ways, target, source) for source in relation.sources):
            continue
        name = relation.id if relation.id not in taken else next(free)
        taken.add(name)
        names[relation.id] = name
        new = replace(relation, id=name, target=target)
        _extend(ways, new)
        yield new


def _targets_first(model_map: ArgumentMap) -> Iterator[Relation]:
    """Links in their order, but each after the link that it is aimed at."""
    done: set[str] = set()
    for relation in model_map.relations:
        line = []
        link: Relation | None = relation
        while link is not None and link.id not in done:
            done.add(link.id)
            line.append(link)
            link = model_map.by_relation_id.get(link.target)
        yield from reversed(line)


def _extend(ways: dict[str, set[str]], relation: Relation) -> None:
    for source in relation.sources:
        ways.setdefault(source, set()).add(relation.id)
    ways.setdefault(relation.id, set()).add(relation.target)


def _leads(ways: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether one comes from `start` to `goal` along links."""
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        new = ways.get(name, set()) - seen
        seen |= new
        waiting.extend(new)
    return False
