"""Maps for the tests of what is asked of them: at random, and from plain text."""

import re

from hypothesis import strategies as st
from rendering_maps import Row, build

from argmap.document import Document, Relation, Span, Unit
from argmap.errors import MapError
from argmap.graph import ArgumentMap
from argmap.labels import EvidenceType, Origin, RelationKind, Stance

WORDS = ("the council ignored reports", "the pier closed", "divers counted forty pilings", "no report was read")


@st.composite
def maps(draw: st.DrawFn) -> ArgumentMap:
    """Up to seven sentences and eight links: linked premises, undercuts of undercuts, backing, several roots."""
    number = draw(st.integers(0, 7))
    text, units = "", []
    for place in range(number):
        start = len(text)
        text += draw(st.sampled_from(WORDS)).capitalize() + ". "
        stances = tuple(draw(st.lists(st.sampled_from(Stance), unique=True, max_size=2)))
        evidence = draw(st.none() | st.sampled_from(EvidenceType))
        units.append(Unit(f"u{place}", Span(start, len(text) - 1), stances=stances, evidence=evidence))
    document = Document("made-up", text, units=tuple(units))
    relations: tuple[Relation, ...] = ()
    for place in range(draw(st.integers(0, 8)) if number > 1 else 0):
        ids = [unit.id for unit in units]
        target = draw(st.sampled_from(ids + [relation.id for relation in relations]))
        sources = draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=2))
        kind, origin = draw(st.sampled_from(RelationKind)), draw(st.sampled_from(Origin))
        more = (*relations, Relation(f"r{place}", kind, tuple(sources), target, 0.5, origin))
        try:
            ArgumentMap(document, more)
        except MapError:
            continue
        relations = more
    thesis = draw(st.none() | st.sampled_from([unit.id for unit in units])) if units else None
    score = draw(st.none() | st.just(0.5)) if thesis else None
    return ArgumentMap(document, relations, thesis, thesis_score=score)


_SENTENCE = re.compile(r"u\d+ \[([a-z ]*)(?:/([a-z]+))?\] (.+)")
_LINK = re.compile(r"r\d+ (u[\du ]+) (supports|attacks) (\w+)")
_KINDS = {"supports": "support", "attacks": "attack"}


def map_from_text(text: str) -> ArgumentMap:
    """Lines `u1 [stances/evidence] sentence`, `r1 u2 u3 supports u1`, `thesis u1`; the numbers count up from 1."""
    rows: list[Row] = []
    links = []
    thesis = None
    for line in text.splitlines():
        if sentence := _SENTENCE.fullmatch(line):
            stances, evidence, words = sentence.groups()
            rows.append(("text", words, stances, evidence) if evidence else ("text", words, stances))
        elif link := _LINK.fullmatch(line):
            sources, kind, target = link.groups()
            links.append((_KINDS[kind], sources, target))
        elif line.startswith("thesis "):
            thesis = line.removeprefix("thesis ")
        else:
            raise ValueError(line)
    return build(rows, links, thesis)
