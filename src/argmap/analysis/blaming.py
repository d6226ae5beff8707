"""Who blames whom, how often and in which sentences, and who is called on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argmap.document import Party, Unit
from argmap.graph import ArgumentMap
from argmap.labels import Stance

AUTHOR = "the author"
NOBODY = "nobody named"


@dataclass(frozen=True, slots=True)
class Blaming:
    """The accusations of one accuser (None: the author) against one party (None: nobody is named), in text order."""

    accuser: str | None
    accused: str | None
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalledOn:
    """The recommendations to one addressee (None: nobody is named), in text order."""

    addressee: str | None
    units: tuple[str, ...]


def blaming(argument_map: ArgumentMap) -> tuple[Blaming, ...]:
    """Who blames whom, the most frequent first; an accusation of several parties counts for each of them.

    Units without `blame` are passed over: nobody asked whom they blame.
    """
    names: dict[str, str] = {}
    found: dict[tuple[str | None, str | None], list[str]] = {}
    for unit in argument_map.document.text_units():
        if Stance.ACCUSATION not in unit.stances or unit.blame is None:
            continue
        accuser = None if unit.blame.by is None else _key(unit.blame.by, names)
        for accused in _keys(unit.blame.accused, names):
            found.setdefault((accuser, accused), []).append(unit.id)
    rows = [
        Blaming(accuser and names[accuser], accused and names[accused], tuple(units))
        for (accuser, accused), units in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.accused is None, -len(row.units))))


def called_on(argument_map: ArgumentMap) -> tuple[CalledOn, ...]:
    """Who is called on, the most frequent first."""
    names: dict[str, str] = {}
    found: dict[str | None, list[str]] = {}
    for unit in argument_map.document.text_units():
        if Stance.RECOMMENDATION in unit.stances and unit.blame is not None:
            for addressee in _keys(unit.blame.addressees, names):
                found.setdefault(addressee, []).append(unit.id)
    rows = [CalledOn(addressee and names[addressee], tuple(units)) for addressee, units in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.addressee is None, -len(row.units))))


def charge_words(argument_map: ArgumentMap, unit: Unit) -> str:
    """What a sentence blames somebody for, in its own words; the whole sentence if that is not known."""
    charge = None if unit.blame is None else unit.blame.charge
    return (charge or unit.span).of(argument_map.document.text)


def _keys(parties: Iterable[Party], names: dict[str, str]) -> list[str | None]:
    found: list[str | None] = list(dict.fromkeys(_key(party, names) for party in parties))
    return found or [None]


def _key(party: Party, names: dict[str, str]) -> str:
    """A name for comparison; the first way of writing it is kept."""
    name = " ".join(party.name.split())
    key = name.casefold().removeprefix("the ") or name
    names.setdefault(key, name)
    return key
