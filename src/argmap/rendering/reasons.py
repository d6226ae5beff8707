"""An explanation as it is shown, on a terminal and in the page: marked words, and the few things that moved most.

Nothing here says "because": an effect tells what moved the model's score, not why a sentence is what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from argmap.document import OUT_OF_DOMAIN, Span
from argmap.explanation import Explanation, LabelReasons, LinkReasons, Part, Sign, StanceScore, WordEffect
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind

LEVELS = (0.15, 0.35, 0.65)  # shares of the sentence's strongest effect from which a mark is of level 1, 2, 3
_LEAST_SCALE = 0.25  # of a sentence in which nothing moved much, no word is marked as strong
_SHOWN, _SHOWN_OF_LINK, _LEAST = 5, 4, 0.05
_TOLD = 0.005  # less is 0.00 to two places
_PHRASE = 48  # characters of a sign's words
_VERBS = {RelationKind.SUPPORT: "supports", RelationKind.ATTACK: "speaks against"}
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; `level` is from -3 (moved the score down most) to 3 (up most), 0 is unmarked."""

    text: str
    level: int = 0
    effect: float = 0.0


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that moved a score, in words, and by how much."""

    what: str
    effect: float


@dataclass(frozen=True, slots=True)
class LabelView:
    """One label of a sentence: its score, the sentence with marks, and what moved the score up and down most."""

    label: StanceScore
    pieces: tuple[Piece, ...]
    up: tuple[Moved, ...]
    down: tuple[Moved, ...]
    context: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class NearView:
    """A labelled sentence like this one: its labels in words, its text, where it stands."""

    stances: str
    text: str
    place: str
    likeness: float


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link from this sentence: `says` is "supports" or "speaks against"; `other` the next best target, or empty.

    `against` is what moved it towards an attack most, if it is one.
    """

    says: str
    target: str
    opening: str
    score: float
    threshold: float
    up: tuple[Moved, ...]
    down: tuple[Moved, ...]
    against: tuple[Moved, ...]
    other: str
    other_score: float


@dataclass(frozen=True, slots=True)
class UnitView:
    """A sentence under the name that it is shown by; `given` tells whether it has a label at all.

    `withheld`: it has none since it does not read like English prose.
    """

    unit: str
    name: str
    text: str
    given: bool
    withheld: bool
    is_thesis: bool
    labels: tuple[LabelView, ...]
    runner_up: StanceScore | None
    near: tuple[NearView, ...]
    links: tuple[LinkView, ...]


def unit_views(
    argument_map: ArgumentMap, explanation: Explanation, *, name: Callable[[str], str], clean: Clean
) -> tuple[UnitView, ...]:
    """All that is explained, sentence by sentence in text order; sentences without labels are there for their links.

    `clean` makes text from strangers fit to be shown.
    """
    links: dict[str, list[LinkReasons]] = defaultdict(list)
    for link in explanation.links:
        links[link.source].append(link)
    reasons = {unit.unit: unit for unit in explanation.units}
    views = []
    for unit in argument_map.document.text_units():
        own = reasons.get(unit.id)
        if own is None and unit.id not in links:
            continue
        labels = () if own is None else own.labels
        nearest = () if own is None else own.nearest
        views.append(
            UnitView(
                unit=unit.id,
                name=name(unit.id),
                text=clean(argument_map.text_of(unit.id)),
                given=bool(unit.stances),
                withheld=(unit.out_of_domain or 0.0) > OUT_OF_DOMAIN,
                is_thesis=unit.id == argument_map.thesis,
                labels=tuple(_label_view(argument_map.document.text, unit.span, label, clean) for label in labels),
                runner_up=None if own is None else own.runner_up,
                near=tuple(
                    NearView(
                        ", ".join(near.example.stances) or "no label",
                        clean(near.example.text),
                        clean(f"{near.example.title or near.example.article}, {near.example.unit}"),
                        near.likeness,
                    )
                    for near in nearest
                ),
                links=tuple(_link_view(argument_map, link, name, clean) for link in links[unit.id]),
            )
        )
    return tuple(views)


def _label_view(text: str, span: Span, reasons: LabelReasons, clean: Clean) -> LabelView:
    words: dict[str, list[WordEffect]] = defaultdict(list)
    for word in reasons.words:
        words[word.span.of(text).lower()].append(word)
    moved = [
        Moved(f"“{clean(same[0].span.of(text))}”", sum(word.effect for word in same)) for same in words.values()
    ] + [Moved(_sign_in_words(sign, text, clean), sign.effect) for sign in reasons.signs]
    up, down = _strongest(moved, _SHOWN)
    context = tuple(one for one in _moved(reasons.context, clean) if abs(one.effect) >= _TOLD)
    return LabelView(reasons.label, pieces(text, span, reasons.marks(), clean), up, down, context)


def _link_view(argument_map: ArgumentMap, link: LinkReasons, name: Callable[[str], str], clean: Clean) -> LinkView:
    up, down = _strongest(_moved(link.parts, clean), _SHOWN_OF_LINK)
    towards, _ = _strongest(_moved(link.kind_parts, clean), _SHOWN_OF_LINK)
    other, score = link.runner_up or ("", 0.0)
    return LinkView(
        says=_VERBS[link.kind],
        target=name(link.target),
        opening=_short(clean(" ".join(argument_map.text_of(link.target)[: 4 * _PHRASE].split()))),
        score=link.score,
        threshold=link.threshold,
        up=up,
        down=down,
        against=towards if link.kind is RelationKind.ATTACK else (),
        other=other and name(other),
        other_score=score,
    )


def pieces(text: str, span: Span, marks: Sequence[WordEffect], clean: Clean) -> tuple[Piece, ...]:
    """A sentence (`span` of `text`) cut at its marked words, in order; the pieces' raw texts make up the sentence."""
    scale = max([_LEAST_SCALE, *(abs(mark.effect) for mark in marks)])
    found = []
    at = span.start
    for mark in marks:
        level = sum(abs(mark.effect) / scale >= share for share in LEVELS)
        if not level or mark.span.start < at:
            continue
        if mark.span.start > at:
            found.append(Piece(clean(text[at : mark.span.start])))
        found.append(Piece(clean(mark.span.of(text)), level if mark.effect > 0 else -level, mark.effect))
        at = mark.span.end
    if at < span.end:
        found.append(Piece(clean(text[at : span.end])))
    return tuple(found)


def _sign_in_words(sign: Sign, text: str, clean: Clean) -> str:
    """The sign's name with the words that show it, if it is theirs: one phrase if they stand side by side."""
    if not sign.words:
        return sign.name
    first, last = sign.words[0], sign.words[-1]
    gaps = [text[left.end : right.start] for left, right in zip(sign.words, sign.words[1:], strict=False)]
    if all(len(gap) <= 2 for gap in gaps):
        shown = [text[first.start : last.end]]
    else:
        shown = list({span.of(text).lower(): span.of(text) for span in reversed(sign.words)}.values())[::-1]
    bare = [" ".join(words.split()).strip("“”\"'‘’ ") for words in shown]
    phrases = [f"“{_short(clean(words))}”" for words in bare if any(map(str.isalnum, words))]
    return f"{sign.name} ({', '.join(phrases[:4])}{' …' if len(phrases) > 4 else ''})" if phrases else sign.name


def _short(phrase: str) -> str:
    if len(phrase) <= _PHRASE:
        return phrase
    start = phrase[:_PHRASE].rpartition(" ")[0] or phrase[:_PHRASE]
    return start.rstrip(" ,;:–—-") + " …"


def _moved(parts: Iterable[Part], clean: Clean) -> tuple[Moved, ...]:
    return tuple(Moved(part.name + (f" ({clean(part.fact)})" if part.fact else ""), part.effect) for part in parts)


def _strongest(moved: Iterable[Moved], shown: int) -> tuple[tuple[Moved, ...], tuple[Moved, ...]]:
    """What moved a score up, and down, most: each at most `shown`, strongest first."""
    ranked = sorted(moved, key=lambda one: -abs(one.effect))
    up = [one for one in ranked if one.effect >= _LEAST]
    down = [one for one in ranked if one.effect <= -_LEAST]
    return tuple(up[:shown]), tuple(down[:shown])
