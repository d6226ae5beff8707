"""Which name of an article is that of its company: the one with a spokesman, lawyers, shareholders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from argmap.attribution.cast import Cast, Figure
from argmap.attribution.words import Sentence
from argmap.blame import lexicon
from argmap.blame.mentions import Mention

_REACH = 2  # words behind a genitive in which its staff stands


def company_of(sentences: Sequence[Sentence], mentions: Iterable[Sequence[Mention]], cast: Cast) -> Figure | None:
    """The figure that `the company` stands for: the only one with a company's staff, else None."""
    found: dict[int, Figure] = {}
    for held in mentions:
        for mention in held:
            words = sentences[mention.sentence].words
            if mention.kind != "name" or mention.run is None or mention.run.titles or not words[mention.last].owns:
                continue
            behind = words[mention.last + 1 : mention.last + 1 + _REACH]
            figure = cast.named(mention.run.rest) if any(word.lower in lexicon.STAFF for word in behind) else None
            if figure is not None and not figure.is_body and figure.gender is None and not figure.offices:
                found[id(figure)] = figure
    return next(iter(found.values())) if len(found) == 1 else None
