"""Claims that something is said against, and whether the article has an answer."""

from __future__ import annotations

from dataclasses import dataclass

from argmap.analysis.claims import own_claims, relations_into
from argmap.analysis.standing import Standing
from argmap.document import Relation
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack on a claim, or (an undercut) on the step from its grounds to it.

    `answers` are the units that attack the attack itself or one of its sources; `holds`: it stands in spite of them.
    """

    relation: str
    sources: tuple[str, ...]
    is_undercut: bool
    answers: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Contested:
    """A claim of the author's with all attacks on it; `defended`: none of them holds."""

    unit: str
    attacks: tuple[Attack, ...]

    @property
    def defended(self) -> bool:
        return not any(attack.holds for attack in self.attacks)


def contested(argument_map: ArgumentMap, standing: Standing) -> tuple[Contested, ...]:
    """The author's claims that are attacked, in text order; whether an attack holds is `Standing`'s verdict."""
    attacks_on = relations_into(argument_map, RelationKind.ATTACK)
    supports = relations_into(argument_map, RelationKind.SUPPORT)
    found = []
    for name in own_claims(argument_map):
        steps = [attack for support in supports.get(name, ()) for attack in attacks_on.get(support.id, ())]
        attacks = [*attacks_on.get(name, ()), *steps]
        if attacks:
            found.append(Contested(name, tuple(_attack(argument_map, standing, attack) for attack in attacks)))
    return tuple(found)


def _attack(argument_map: ArgumentMap, standing: Standing, attack: Relation) -> Attack:
    struck = {attack.id, *attack.sources}
    answers = [
        source
        for relation in argument_map.relations
        if relation.kind is RelationKind.ATTACK and relation.target in struck
        for source in relation.sources
    ]
    return Attack(
        attack.id,
        attack.sources,
        argument_map.is_undercut(attack),
        tuple(dict.fromkeys(answers)),
        standing.stands[attack.id],
    )


@dataclass(frozen=True, slots=True)
class Fallen:
    """A unit that does not stand, and why: attacks on it that hold, or (none) the loss of all grounds given for it."""

    unit: str
    attackers: tuple[str, ...]


def fallen(argument_map: ArgumentMap, standing: Standing) -> tuple[Fallen, ...]:
    """The units outside the grounded extension, in text order."""
    attacks_on = relations_into(argument_map, RelationKind.ATTACK)
    return tuple(
        Fallen(
            unit.id,
            tuple(
                dict.fromkeys(
                    source
                    for attack in attacks_on.get(unit.id, ())
                    if standing.stands[attack.id]
                    for source in attack.sources
                )
            ),
        )
        for unit in argument_map.document.text_units()
        if not standing.stands[unit.id]
    )
