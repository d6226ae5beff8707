"""An analysis in words, as sections of lines that name their sentences, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from argmap.analysis import Analysis
from argmap.analysis.attacks import Attack
from argmap.analysis.blaming import AUTHOR, NOBODY, charge_words
from argmap.analysis.chains import Chain
from argmap.analysis.claims import Side
from argmap.analysis.voices import UNKNOWN, Voice
from argmap.document import Document
from argmap.errors import one_line
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, RelationKind, Stance

_FIRST_WORDS, _FEWER_WORDS = 60, 36  # characters, of the sentence that a line is about and of others
_MOST_LOADS, _MOST_NAMED = 10, 10
_MOST_STEPS = 8
SUPPORTS, ATTACKS = "→", "⊣"


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence as a line names it: its id, the labels it carries, its first words."""

    unit: str
    labels: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words and sentences in turn; `level` 1 explains the line of level 0 above it."""

    parts: tuple[str | Cited, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One question, the lines that answer it, and what no lines mean."""

    title: str
    nothing: str
    lines: tuple[Line, ...]


def first_words(text: str, limit: int = _FIRST_WORDS) -> str:
    """The beginning of a sentence on one line, whole words of at most `limit` characters, an ellipsis if cut."""
    words = " ".join(text[: 4 * limit].split())
    if len(words) > limit:
        cut = words[:limit]
        words = (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-") + "…"
    return "".join(one_line(words))


def in_quotes(words: str) -> str:
    """First words in quotation marks; those that begin with one get none but what closes it."""
    if not words.startswith(("“", "”", '"', "‘", "'", "«", "„")):
        return f"“{words}”"
    return f"{words}”" if words.startswith("“") and "”" not in words else words


def cited(argument_map: ArgumentMap, name: str) -> Cited:
    """A sentence as lines name it."""
    unit = argument_map.units[name]
    labels = (["thesis"] if name == argument_map.thesis else []) + [stance.value for stance in unit.stances]
    labels += [unit.evidence.value] if unit.evidence else []
    return Cited(one_line(name), tuple(labels), first_words(argument_map.text_of(name)))


def briefly(argument_map: ArgumentMap, name: str) -> Cited:
    """The same for a sentence that a line is not about."""
    labels = ("thesis",) if name == argument_map.thesis else ()
    return Cited(one_line(name), labels, first_words(argument_map.text_of(name), _FEWER_WORDS))


def headline(document: Document) -> str:
    """The article's name and title."""
    name = one_line(document.id)
    return f"{name}: {first_words(document.title, 100)}" if document.title else name


def summary(analysis: Analysis) -> Line:
    """What the map holds, in one line; honest where that is nothing."""
    argument_map = analysis.argument_map
    units = list(argument_map.document.text_units())
    stances = [(sum(stance in unit.stances for unit in units), stance.value) for stance in STANCES]
    counts = ", ".join(_counted(number, word) for number, word in stances if number)
    words = [_counted(len(units), "sentence") + (f" with {counts}" if counts else "")]
    words.append(_counted(len(argument_map.relations), "link") if argument_map.relations else "no links")
    if not analysis.claims:
        words.append("no claims found")
    return Line(("; ".join(words),))


def sections(analysis: Analysis) -> tuple[Section, ...]:
    """Every question with its answer, in the order in which a reader asks."""
    found = (
        Section("Thesis", "none was found", tuple(_thesis(analysis))),
        Section(
            "Accusations and recommendations with no evidence",
            "none: there is evidence under every one" if _has_own_claims(analysis) else "none",
            tuple(_without_evidence(analysis)),
        ),
        Section("What carries most", "no claim rests on any", tuple(_loads(analysis))),
        Section("Attacked and not defended", "none", tuple(_contested(analysis, defended=False))),
        Section("Attacked and defended", "none", tuple(_contested(analysis, defended=True))),
        Section("Who is quoted, for which side", "nobody", tuple(_voices(analysis))),
        *_blame_sections(analysis),
        Section("Circular support", "none", tuple(_circles(analysis))),
        Section("From each first ground to the thesis", "no links, so no way", tuple(_chains(analysis))),
        Section("What does not stand (grounded semantics)", "nothing falls", tuple(_fallen(analysis))),
    )
    argues = analysis.claims or analysis.argument_map.relations
    return tuple(section for section in found if argues or section.lines)


def _blame_sections(analysis: Analysis) -> Iterator[Section]:
    """What accusations and recommendations say of parties; nothing where no sentence is one, or nobody has asked."""
    if analysis.blaming:
        yield Section("Who blames whom, for what", "nobody", tuple(_blaming(analysis)))
    if analysis.called_on:
        yield Section("Who is called on", "nobody", tuple(_called_on(analysis)))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _list(argument_map: ArgumentMap, names: Iterable[str]) -> tuple[str | Cited, ...]:
    parts: list[str | Cited] = []
    for name in names:
        parts += [*([", "] if parts else []), briefly(argument_map, name)]
    return tuple(parts)


def _has_own_claims(analysis: Analysis) -> bool:
    units = analysis.argument_map.document.text_units()
    return any(stance in unit.stances for unit in units for stance in (Stance.ACCUSATION, Stance.RECOMMENDATION))


def _thesis(analysis: Analysis) -> Iterator[Line]:
    name = analysis.argument_map.thesis
    if name is not None:
        stands = all(fallen.unit != name for fallen in analysis.fallen)
        yield Line((cited(analysis.argument_map, name), ": stands" if stands else ": does not stand, see below"))


def _without_evidence(analysis: Analysis) -> Iterator[Line]:
    argument_map = analysis.argument_map
    for found in analysis.without_evidence:
        unit = argument_map.units[found.unit]
        within = f" (it states a {unit.evidence.value} itself)".replace("a event", "an event") if unit.evidence else ""
        if found.unsupported:
            yield Line((cited(argument_map, found.unit), f": nothing is given for it{within}"))
            continue
        yield Line((cited(argument_map, found.unit), f": only assertions are given for it{within}"))
        yield Line(_list(argument_map, found.grounds), 1)


def _loads(analysis: Analysis) -> Iterator[Line]:
    argument_map = analysis.argument_map
    found = analysis.load_bearing
    for load in found.loads[:_MOST_LOADS]:
        rest = f"{_counted(load.rests, 'claim')} {'rests' if load.rests == 1 else 'rest'} on it"
        falls = f"{len(load.falls):,} would fall with it" if load.falls else "none would fall with it alone"
        yield Line((cited(argument_map, load.unit), f": {rest}, {falls}"))
        shown = load.falls[:_MOST_NAMED] or load.serves
        more = len(load.falls) - len(shown)
        yield Line((*_list(argument_map, shown), *((f" and {more:,} more",) if more > 0 else ())), 1)
    left = len(found.loads) - _MOST_LOADS
    if left > 0:
        yield Line((f"and {_counted(left, 'sentence')} that carry no more than the last; JSON has them all",))
    if found.not_asked:
        yield Line((f"{_counted(found.not_asked, 'sentence')} were not asked: too many links depend on one another",))


def _contested(analysis: Analysis, *, defended: bool) -> Iterator[Line]:
    for found in analysis.contested:
        if found.defended is defended:
            yield Line((cited(analysis.argument_map, found.unit),))
            yield from (_attack(analysis.argument_map, attack) for attack in found.attacks)


def _attack(argument_map: ArgumentMap, attack: Attack) -> Line:
    how = "the step to it is denied by " if attack.is_undercut else "attacked by "
    parts: tuple[str | Cited, ...] = (how, *_list(argument_map, attack.sources))
    if not attack.answers:
        return Line((*parts, ", which nothing answers" if attack.holds else ", which does not stand itself"), 1)
    verdict = ", in vain: " if attack.holds else ": "
    return Line((*parts, f"; answered{verdict}", *_list(argument_map, attack.answers)), 1)


def _voices(analysis: Analysis) -> Iterator[Line]:
    sourcing = analysis.sourcing
    for voice in sourcing.voices:
        name = "no source named" if voice.name == UNKNOWN else one_line(voice.name)
        yield Line((f"{name}: {_counted(len(voice.units), 'quotation')}, {_by_side(voice)}",))
        yield Line(_list(analysis.argument_map, voice.units), 1)
    if sourcing.one_sided is not None:
        yield Line(
            (f"One-sided: every quotation that leads anywhere speaks {sourcing.one_sided} what the author argues.",)
        )


def _by_side(voice: Voice) -> str:
    words = {Side.FOR: "for", Side.AGAINST: "against", Side.BOTH: "on both sides", Side.NONE: "on no side"}
    return ", ".join(f"{len(voice.on(side)):,} {word}" for side, word in words.items() if voice.on(side))


def _blaming(analysis: Analysis) -> Iterator[Line]:
    for row in analysis.blaming:
        who, whom = one_line(row.accuser or AUTHOR), one_line(row.accused or NOBODY)
        yield Line((f"{who} blames {whom}: {_counted(len(row.units), 'accusation')}",))
        yield Line(_charges(analysis.argument_map, row.units), 1)


def _charges(argument_map: ArgumentMap, names: Iterable[str]) -> tuple[str | Cited, ...]:
    """Sentences by what they charge somebody with."""
    parts: list[str | Cited] = []
    for name in names:
        words = first_words(charge_words(argument_map, argument_map.units[name]), _FIRST_WORDS)
        parts += [*([", "] if parts else []), Cited(one_line(name), (), words)]
    return tuple(parts)


def _called_on(analysis: Analysis) -> Iterator[Line]:
    for row in analysis.called_on:
        yield Line((f"{one_line(row.addressee or NOBODY)}: {_counted(len(row.units), 'recommendation')}",))
        yield Line(_list(analysis.argument_map, row.units), 1)


def _circles(analysis: Analysis) -> Iterator[Line]:
    argument_map = analysis.argument_map
    for circle in analysis.circular:
        yield Line((cited(argument_map, circle.claim), ": supported by what says the same again"))
        yield Line(_list(argument_map, (circle.ground, *circle.between)), 1)


def _chains(analysis: Analysis) -> Iterator[Line]:
    for chain in sorted(analysis.chains, key=lambda chain: not chain.reaches_thesis):
        yield Line(_chain(analysis.argument_map, chain))


def _chain(argument_map: ArgumentMap, chain: Chain) -> tuple[str | Cited, ...]:
    parts: list[str | Cited] = [briefly(argument_map, chain.leaf)]
    for step in chain.steps[:_MOST_STEPS]:
        sign = SUPPORTS if step.kind is RelationKind.SUPPORT else ATTACKS
        parts += [f" {sign} the step to " if step.is_undercut else f" {sign} ", briefly(argument_map, step.unit)]
    more = len(chain.steps) + chain.left_out - _MOST_STEPS
    if more > 0:
        parts.append(f" and {_counted(more, 'step')} more" + (", to the thesis" if chain.reaches_thesis else ""))
    if not chain.reaches_thesis and argument_map.thesis is not None:
        parts.append(" (does not reach the thesis)")
    return tuple(parts)


def _fallen(analysis: Analysis) -> Iterator[Line]:
    argument_map = analysis.argument_map
    for found in analysis.fallen:
        if found.attackers:
            why: tuple[str | Cited, ...] = (": attacked by ", *_list(argument_map, found.attackers))
        else:
            why = (": nothing that is given for it holds",)
        yield Line((cited(argument_map, found.unit), *why))
