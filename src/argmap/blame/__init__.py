"""Who blames whom, for what, and who is called on to do what: for every accusation and recommendation of an article.

Parties are merged by names, offices and nouns over the whole article; a ranker with weights in `weights.json`, fitted
to hand-labelled sentences by `argmap annotations blame --fit`, chooses among those in reach. Total on any input: where
nobody is found there is a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from argmap.attribution.words import Sentence, sentences_in
from argmap.blame.accusers import accuser_of
from argmap.blame.charges import charge_of
from argmap.blame.features import Found
from argmap.blame.mentions import Mention
from argmap.blame.ranker import Ranked, Weights, bundled_weights, ranked
from argmap.blame.scenes import Scenes
from argmap.document import Blame, Document, Party, Span, Unit
from argmap.labels import NoParty, Stance

__all__ = ["Asked", "asked", "find_blame", "scenes_of"]

ASKED = (Stance.ACCUSATION, Stance.RECOMMENDATION)
_ALSO = 0.25  # probability from which a further party of the sentence is named
_MOST = 3  # parties of one sentence

Asked = tuple[int, Stance]
"""The number of a text unit and what is asked of it: whom it blames, or whom it calls on."""


def find_blame(document: Document, weights: Weights | None = None) -> Document:
    """Put `blame` on every unit with the stance accusation or recommendation, and none on others.

    Stances are taken as they stand, attributions where they stand; `weights` are the bundled ones unless given.
    """
    units = list(document.text_units())
    if not any(asked(units)):
        return document.with_units(tuple(replace(unit, blame=None) for unit in document.units))
    weights = bundled_weights() if weights is None else weights
    scenes = scenes_of(document)
    history: list[Found] = []
    parties: dict[Asked, tuple[Party, ...]] = {}
    charges: dict[int, Span] = {}
    reasons: dict[int, NoParty] = {}
    for number, stance in asked(units):
        ranking = ranked(scenes.choices(number, stance, history), weights[stance])
        best = ranking[0]
        history.append(Found(number, stance, best.choice.entry))
        sentence = scenes.parties.sentences[number]
        chosen = _chosen(ranking, number)
        parties[number, stance] = tuple(_party(sentence, one, number) for one in chosen)
        if stance is Stance.ACCUSATION and sentence.words:
            mention = best.choice.mention if chosen and _is_in(best.choice.mention, number) else None
            charges[number] = charge_of(sentence, mention)
        if not chosen:
            reasons.setdefault(number, NoParty.TOO_DOUBTFUL if len(ranking) > 1 else NoParty.NOBODY_NAMED)
    found: dict[str, Blame] = {}
    for number in sorted({number for number, _ in parties}):
        unit = units[number]
        accused, addressees = (parties.get((number, stance), ()) for stance in ASKED)
        charge = charges.get(number)
        mentions = tuple(party.mention for party in (*accused, *addressees))
        by = accuser_of(unit, charge or unit.span, mentions)
        found[unit.id] = Blame(accused, charge, addressees, by, reasons.get(number))
    return document.with_units(tuple(replace(unit, blame=found.get(unit.id)) for unit in document.units))


def scenes_of(document: Document) -> Scenes:
    """The text units of a document as sentences with their parties."""
    return Scenes(document, sentences_in(document), list(document.text_units()))


def asked(units: Sequence[Unit]) -> Iterator[Asked]:
    """What is asked of text units, in the order in which it is answered: accusations first, each in text order."""
    for stance in ASKED:
        yield from ((number, stance) for number, unit in enumerate(units) if stance in unit.stances)


def _chosen(ranking: Sequence[Ranked], number: int) -> list[Ranked]:
    """The likeliest party, and others that the sentence mentions and that are likely, too."""
    best = ranking[0]
    if best.choice.entry is None:
        return []
    others = [
        one
        for one in ranking[1:]
        if one.share >= _ALSO and one.choice.entry is not None and _is_in(one.choice.mention, number)
    ]
    distinct: dict[str, Ranked] = {}
    for one in (best, *others):
        assert one.choice.entry is not None  # noqa: S101 - nobody is filtered out above
        distinct.setdefault(one.choice.entry.name.casefold(), one)
    return list(distinct.values())[:_MOST]


def _is_in(mention: Mention | None, number: int) -> bool:
    return mention is not None and mention.sentence == number


def _party(sentence: Sentence, one: Ranked, number: int) -> Party:
    entry = one.choice.entry
    assert entry is not None  # noqa: S101 - nobody is filtered out before
    mention = one.choice.mention
    span = _span(sentence, mention) if mention is not None and mention.sentence == number else None
    return Party(entry.name, entry.head, span, round(min(one.share, 1.0), 2))


def _span(sentence: Sentence, mention: Mention) -> Span:
    """The words of a mention, without a genitive's ending."""
    span = sentence.stretch(mention.first, mention.last)
    for ending in ("'s", "’s"):
        if span.of(sentence.text).endswith(ending):
            return Span(span.start, span.end - 2)
    return span
