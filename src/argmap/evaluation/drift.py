"""What became of a set of labels: two versions of the same annotation files compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType

from argmap.annotations import AnnotatedArticle
from argmap.document import Unit
from argmap.errors import InputError
from argmap.evaluation.agreement import Agreement, between_annotators, compare_pairs
from argmap.labels import EVIDENCE_TYPES, STANCES


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a label was given to a unit that had it not, and taken from one that had it."""

    given: int
    taken: int

    @property
    def net(self) -> int:
        """How many more units have the label now."""
        return self.given - self.taken


@dataclass(frozen=True)
class Drift:
    """Then and now compared: articles by the hash of their text, units by their span.

    `turns` counts changes of each label (`stance accusation`, `evidence event`, `link support`, `thesis`). `relabelled`
    names the places (file:line now) of the units whose stances, evidence or kind changed. `agreement` says how far both
    versions agree, as of two annotators; None where no article stands in both. `annotators_then` and `annotators_now`
    say how far each two annotators agreed in one version, where a text was labelled by both.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    rewritten: tuple[str, ...]
    articles: int
    turns: Mapping[str, Turn]
    relabelled: tuple[str, ...]
    agreement: Agreement | None
    annotators_then: Mapping[tuple[str, str], Agreement]
    annotators_now: Mapping[tuple[str, str], Agreement]


def drift(then: Sequence[AnnotatedArticle], now: Sequence[AnnotatedArticle], *, resamples: int = 1000) -> Drift:
    """Compare two versions. A text that several annotators have labelled is compared annotator by annotator.

    Raises `InputError` if a version holds the same text by the same annotator twice.
    """
    several = {text for side in (then, now) for text, number in Counter(map(_text, side)).items() if number > 1}
    before, after = _by_key(then, several), _by_key(now, several)
    gone = {article.document.id for key, article in before.items() if key not in after}
    new = {article.document.id for key, article in after.items() if key not in before}
    pairs = [(before[key], article) for key, article in after.items() if key in before]
    changes = list(chain.from_iterable(_changes(*pair) for pair in pairs))
    return Drift(
        added=tuple(sorted(new - gone)),
        removed=tuple(sorted(gone - new)),
        rewritten=tuple(sorted(new & gone)),
        articles=len(pairs),
        turns=MappingProxyType({label: _turn(changes, label) for label in _LABELS}),
        relabelled=tuple(
            dict.fromkeys(place for place, label, _ in changes if not label.startswith(("link", "thesis")))
        ),
        agreement=compare_pairs(pairs, resamples=resamples) if pairs else None,
        annotators_then=between_annotators(then, resamples=resamples),
        annotators_now=between_annotators(now, resamples=resamples),
    )


def _text(article: AnnotatedArticle) -> str:
    return article.document.text_sha256


def _by_key(articles: Sequence[AnnotatedArticle], several: Collection[str]) -> dict[tuple[str, str], AnnotatedArticle]:
    """By text; and by annotator where there are several of a text, since the name of a single one may change."""
    found: dict[tuple[str, str], AnnotatedArticle] = {}
    for article in articles:
        key = _text(article), article.annotator if _text(article) in several else ""
        if (other := found.get(key)) is not None:
            raise InputError(
                f"the same text by the same annotator as in {other.path or other.document.id}",
                where=str(article.path or article.document.id),
                expected="each text once by an annotator",
                advice="leave one of the two out",
            )
        found[key] = article
    return found


_LABELS = (
    *(f"stance {stance.value}" for stance in STANCES),
    *(f"evidence {kind.value}" for kind in EVIDENCE_TYPES),
    *(f"kind {kind}" for kind in ("text", "heading", "boilerplate", "comment")),
    "link support",
    "link attack",
    "thesis",
)
Change = tuple[str, str, bool]
"""Where (file:line now), which label, whether it was given (else taken)."""


def _turn(changes: Sequence[Change], label: str) -> Turn:
    found = [given for _, name, given in changes if name == label]
    return Turn(given=sum(found), taken=len(found) - sum(found))


def _changes(then: AnnotatedArticle, now: AnnotatedArticle) -> Iterator[Change]:
    old = {_span(unit): unit for unit in then.document.units}
    file = str(now.path or now.document.id)
    lines = {_span(unit): f"{file}:{line}" for line, unit in enumerate(now.document.units, start=2)}
    for unit in now.document.units:
        if (before := old.get(_span(unit))) is not None:
            yield from _turned(lines[_span(unit)], _labels(before), _labels(unit))
    yield from _turned(f"{file}:1", _article_labels(then), _article_labels(now))


def _turned(place: str, before: Mapping[object, str], after: Mapping[object, str]) -> Iterator[Change]:
    yield from ((place, after[key], True) for key in after if key not in before)
    yield from ((place, before[key], False) for key in before if key not in after)


def _labels(unit: Unit) -> dict[object, str]:
    """A unit's labels; the key tells whether two versions have the same."""
    names = [f"stance {stance.value}" for stance in unit.stances] + [f"kind {unit.kind.value}"]
    if unit.evidence:
        names.append(f"evidence {unit.evidence.value}")
    return {name: name for name in names}


def _article_labels(article: AnnotatedArticle) -> dict[object, str]:
    places = {unit.id: _span(unit) for unit in article.document.units}
    found: dict[object, str] = {
        (places[link.source], places[link.target], link.kind): f"link {link.kind.value}" for link in article.links
    }
    if article.thesis is not None:
        found["thesis", places[article.thesis]] = "thesis"
    return found


def _span(unit: Unit) -> tuple[int, int]:
    return unit.span.start, unit.span.end
