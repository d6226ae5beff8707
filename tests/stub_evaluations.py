"""Real evaluations of a stub that gives made-up scores, for the tests of reports: no model is trained or run."""

import zlib
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from argmap.annotations import AnnotatedArticle, Link
from argmap.document import Document, Span, Unit
from argmap.evaluation.evaluate import Evaluation, System, evaluate
from argmap.graph import ArgumentMap
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind, Stance

THRESHOLDS = (0.5, 0.45, 0.55)
HOSTILE = ("</script><b>bold</b>", "\u202eback to front", "a NUL \0 inside", "& \"quotes' <img src=x>", "{{ 7 * 7 }}")
_CYCLE = (
    (Stance.ACCUSATION,),
    (Stance.QUOTATION,),
    (Stance.RECOMMENDATION,),
    (),
    (Stance.QUOTATION, Stance.ACCUSATION),
)


def article(name: str, sentences: tuple[str, ...]) -> AnnotatedArticle:
    """An article of these sentences, a line each, with stances in turn."""
    units, start = [], 0
    for number, sentence in enumerate(sentences):
        stances = _CYCLE[number % len(_CYCLE)]
        kind = EVIDENCE_TYPES[number // len(_CYCLE) % len(EVIDENCE_TYPES)] if not stances else None
        units.append(Unit(f"u{number}", Span(start, start + len(sentence)), stances=stances, evidence=kind))
        start += len(sentence) + 1
    document = Document(name, "\n".join(sentences), units=tuple(units))
    links = (Link("u3", "u0", RelationKind.SUPPORT), Link("u1", "u2", RelationKind.ATTACK))
    return AnnotatedArticle(document, links, "u2", "a", "CC0-1.0", "en", "1.2", None, inline=True)


@cache
def articles(number: int = 6) -> tuple[AnnotatedArticle, ...]:
    """Articles with hostile sentences in the first."""
    made = [article("hostile", (*HOSTILE, *(f"Sentence {k} of the first." for k in range(10))))]
    made += [article(f"a{n}", tuple(f"Sentence {k} of {n}." for k in range(12 + n))) for n in range(number - 1)]
    return tuple(made)


def labelled(document: Document, gold: dict[str, tuple[Stance, ...]]) -> Document:
    """The document with scores that follow the gold labels, more or less, by the checksum of each sentence."""

    def with_scores(unit: Unit) -> Unit:
        text = document.text[unit.span.start : unit.span.end]
        scores = {
            stance: round(
                0.4 * (stance in gold.get(text, ()))
                + 0.6 * (zlib.crc32(f"{stance.value} {text}".encode()) % 997) / 997,
                4,
            )
            for stance in STANCES
        }
        stances = tuple(s for s, least in zip(STANCES, THRESHOLDS, strict=True) if scores[s] >= least)
        return replace(unit, stances=stances, scores=MappingProxyType(scores))

    return document.with_units(tuple(with_scores(unit) for unit in document.units))


def stub(model: str = "stub", number: int = 6) -> System:
    """Gives no links; knows the gold labels, and is often wrong about them."""
    gold = {a.document.text_of(unit): unit.stances for a in articles(number) for unit in a.document.units}
    return System(
        model,
        lambda document: ArgumentMap(labelled(document, gold)),
        ArgumentMap,
        thresholds=THRESHOLDS,
    )


@cache
def evaluation(number: int = 6, resamples: int = 20) -> Evaluation:
    """The stub on its articles."""
    return evaluate(articles(number), stub(number=number), resamples=resamples)
