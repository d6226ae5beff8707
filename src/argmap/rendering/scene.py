"""What the picture holds, before it is placed: sections in reading order, and a card for every unit that takes part."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from argmap.document import Party, Unit
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance, UnitKind
from argmap.rendering import style
from argmap.rendering.text import flattened, width_in_em, wrapped

_LIKELY = 0.5  # confidence of a party that a picture names


@dataclass(frozen=True)
class Card:
    """One drawn unit: its number in the text, its words, its lines, and the size of its box in points."""

    unit: Unit
    number: str
    look: str
    caption: tuple[str, ...]
    score: str
    lines: tuple[str, ...]
    width: float
    height: float
    is_thesis: bool = False
    hint: str = ""
    against: str = ""
    blamed: str = ""


@dataclass(frozen=True)
class Section:
    """A heading unit and the drawn units below it (the thesis stands apart)."""

    index: int
    title: str | None
    cards: tuple[Card, ...] = field(default=())


@dataclass(frozen=True)
class Scene:
    """Everything that is drawn, as content."""

    title: str
    thesis: Card | None
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def unit_numbers(argument_map: ArgumentMap) -> dict[str, str]:
    """The number shown for each text unit: its id's own (`u012` is 12) if all are so made, else its place."""
    units = list(argument_map.document.text_units())
    own = [match[1] for unit in units if (match := re.fullmatch(r"u0*([0-9]{1,9})", unit.id, re.ASCII))]
    if len(own) == len(units) == len(set(own)):
        return {unit.id: number for unit, number in zip(units, own, strict=True)}
    return {unit.id: str(place) for place, unit in enumerate(units, start=1)}


def build_scene(argument_map: ArgumentMap, *, blame: bool = False) -> Scene:
    """Choose what is drawn of `argument_map`; `blame`: with who is blamed and who is called on."""
    numbers = unit_numbers(argument_map)
    drawn = {unit.id for unit in argument_map.participants()}
    claims = {relation.target for relation in argument_map.relations}
    supported = {r.target for r in argument_map.relations if r.kind is RelationKind.SUPPORT}
    against = _against(argument_map, numbers)

    def card(unit: Unit) -> Card:
        return _card(
            argument_map,
            unit,
            numbers[unit.id],
            is_claim=unit.id in claims,
            supported=unit.id in supported,
            against=against.get(unit.id, ""),
            blamed=_blamed(unit) if blame else "",
        )

    sections: list[Section] = []
    for title, units in sections_of(argument_map):
        cards = tuple(card(unit) for unit in units if unit.id in drawn and unit.id != argument_map.thesis)
        if cards:
            sections.append(Section(len(sections), title, cards))
    thesis = None if argument_map.thesis is None else card(argument_map.units[argument_map.thesis])
    return Scene(title_of(argument_map), thesis, tuple(sections), _notes(argument_map, drawn, numbers))


def title_of(argument_map: ArgumentMap) -> str:
    """The article's title; else a heading above its first sentence; else its id."""
    document = argument_map.document
    above = takewhile(lambda unit: not unit.is_text, document.units)
    heading = next((document.text_of(unit) for unit in above if unit.kind is UnitKind.HEADING), "")
    return flattened(document.title or "") or flattened(heading) or flattened(document.id) or "Untitled"


def sections_of(argument_map: ArgumentMap) -> list[tuple[str | None, list[Unit]]]:
    """The text units by section, in reading order; headings above the first sentence are the article's own."""
    document = argument_map.document
    sections: list[tuple[str | None, list[Unit]]] = [(None, [])]
    for unit in document.units:
        if unit.is_text:
            sections[-1][1].append(unit)
        elif unit.kind is UnitKind.HEADING and any(units for _, units in sections):
            title = flattened(document.text_of(unit))
            previous, units = sections[-1]
            if units:
                sections.append((title, []))
            else:
                sections[-1] = (f"{previous} · {title}" if previous else title, [])
    return sections


def _against(argument_map: ArgumentMap, numbers: dict[str, str]) -> dict[str, str]:
    """What each source of an attack says in its box: a word beside the line would lie under other lines."""
    by_id = {relation.id: relation for relation in argument_map.relations}
    struck: dict[str, list[str]] = {}
    for relation in argument_map.relations:
        if relation.kind is RelationKind.ATTACK:
            link = by_id.get(relation.target)
            name = numbers[relation.target] if link is None else f"the link from {numbers[link.sources[0]]}"
            for source in relation.sources:
                struck.setdefault(source, []).append(name)
    return {source: f"speaks against {', '.join(names)}" for source, names in struck.items()}


def _caption(stances: str, evidence: str, em: float) -> tuple[str, ...]:
    """At most two lines; the evidence, if it does not fit, on a line of its own."""
    whole = f"{stances} · {evidence}" if evidence else stances
    if evidence and width_in_em(whole) > em >= width_in_em(stances):
        return stances, *wrapped(evidence, em=em, lines=1)
    return wrapped(whole, em=em, lines=2)


def _blamed(unit: Unit) -> str:
    """Whom a sentence blames and whom it calls on, by whose mouth if not the author's."""
    if unit.blame is None:
        return ""
    accused, addressees = _likely(unit.blame.accused), _likely(unit.blame.addressees)
    by = f"{flattened(unit.blame.by.name)} " if unit.blame.by is not None else ""
    verbs = ("blames", "calls on") if by else ("blamed:", "called on:")
    words = [f"{verb} {names}" for verb, names in zip(verbs, (accused, addressees), strict=True) if names]
    return by + "; ".join(words) if words else ""


def _likely(parties: Sequence[Party]) -> str:
    """The parties that are more likely right than wrong, each with how sure that is; a name in red is soon believed."""
    sure = [party for party in parties if party.confidence is None or party.confidence >= _LIKELY]
    return ", ".join(
        flattened(party.name) if party.confidence is None else f"{flattened(party.name)} {party.confidence:.2f}"
        for party in sure
    )


def _card(
    argument_map: ArgumentMap,
    unit: Unit,
    number: str,
    *,
    is_claim: bool,
    supported: bool,
    against: str,
    blamed: str,
) -> Card:
    is_thesis = unit.id == argument_map.thesis
    words = [style.LOOKS[stance.value].word.upper() for stance in unit.stances]
    if not words:
        words = ["CLAIM" if is_claim or is_thesis else "GROUNDS"]
    caption = " + ".join(words)
    score = unit.scores.get(unit.primary) if unit.primary else None
    unsupported = unit.primary is Stance.ACCUSATION and not supported and unit.evidence is None
    size, line, lines, width = style.BODY_SIZE, style.LINE_HEIGHT, style.BOX_LINES, style.BOX_WIDTH
    if is_thesis:
        size, line, lines, width = style.THESIS_SIZE, style.THESIS_LINE, style.THESIS_LINES, style.THESIS_WIDTH
    look = style.LOOKS[unit.primary.value if unit.primary else "other"]
    inner = width - 2 * style.BOX_PAD_X - (style.TIP_WIDTH if look.shape == "cds" else 0.0)
    text = wrapped(argument_map.text_of(unit.id), em=inner / size, lines=lines)
    if is_thesis:
        sure = "" if argument_map.thesis_score is None else f" {argument_map.thesis_score:.2f}"
        caption = f"THESIS{sure} · {caption}"
    caption = f"{look.sign} {caption}".strip()
    # bold capitals run a tenth wider than the estimate
    em = (inner - style.NUMBER_WIDTH) / style.CAPTION_SIZE / 1.1
    heads = _caption(caption, unit.evidence.value if unit.evidence else "", em)
    against = "".join(wrapped(against, em=inner / style.CAPTION_SIZE, lines=1))
    blamed = "".join(wrapped(blamed, em=inner / style.CAPTION_SIZE, lines=1))
    return Card(
        unit=unit,
        number=number,
        look=unit.primary.value if unit.primary else "other",
        caption=heads,
        score="" if score is None else f"{score:.2f}",
        lines=text or ("",),
        width=width,
        height=2 * style.BOX_PAD_Y
        + style.caption_height(len(heads))
        + line * max(1, len(text))
        + style.CAPTION_HEIGHT * (unsupported + bool(against) + bool(blamed)),
        is_thesis=is_thesis,
        hint="no grounds found" if unsupported else "",
        against=against,
        blamed=blamed,
    )


def _notes(argument_map: ArgumentMap, drawn: set[str], numbers: dict[str, str]) -> tuple[str, ...]:
    units = list(argument_map.document.text_units())
    left_out = [unit for unit in units if unit.id not in drawn]
    notes = []
    if not argument_map.relations:
        return _unlinked(units, numbers)
    if left_out:
        verb = "takes" if len(left_out) == 1 else "take"
        notes.append(f"Not drawn: {len(left_out)} of {len(units)} sentences, which {verb} part in no link.")
    accused = [numbers[unit.id] for unit in left_out if Stance.ACCUSATION in unit.stances]
    if accused:
        shown = ", ".join(accused[:24]) + (", …" if len(accused) > 24 else "")
        notes.append(f"Among them, accusations without grounds found: {shown}.")
    return tuple(notes)


def _unlinked(units: list[Unit], numbers: dict[str, str]) -> tuple[str, ...]:
    """What is said in place of a map: that nothing is linked, and which sentences carry a stance all the same."""
    if len(units) < 2:
        why = "the article has one sentence, which stands alone" if units else "the article has no sentences"
    else:
        why = f"none of the {len(units)} sentences is linked to another"
    notes = [f"No claims found: {why}."]
    for stance in Stance:
        found = [numbers[unit.id] for unit in units if stance in unit.stances]
        if found:
            word = f"{stance.value.capitalize()}{'s' if len(found) > 1 else ''}"
            notes.append(f"{word} without a link: {', '.join(found[:24])}{', …' if len(found) > 24 else ''}.")
    return tuple(notes)
