"""What a set of annotated articles is made of: counts, shares, and how its sentences read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from argmap.annotations.article import AnnotatedArticle
from argmap.document import Unit
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind, UnitKind

_FIRST_PERSON = re.compile(r"\b(?:I|[Mm](?:e|y|ine)|[Ww]e|[Uu]s|[Oo]urs?)\b")  # not US, the country
_QUOTED = re.compile("[“”„«»\"]|(?<!\\w)[‘'](?=\\w)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name; `share` is of what the section says, from 0 to 1, or None where a share means nothing."""

    section: str
    name: str
    value: float
    share: float | None = None


def statistics_of(articles: Sequence[AnnotatedArticle]) -> tuple[Figure, ...]:
    """Describe articles by figures in a fixed order, a section after the other.

    Shares are of all units for kinds, of text units for stances, evidence and wording, of links for links, of articles
    for theses. A length is in words (runs of non-space characters).
    """
    return tuple(
        figure for section in (_articles, _kinds, _stances, _evidence, _links, _wording) for figure in section(articles)
    )


def as_dict(figures: Collection[Figure]) -> dict[str, dict[str, dict[str, float]]]:
    """The figures as plain values by section and name, for JSON."""
    sections: dict[str, dict[str, dict[str, float]]] = {}
    for figure in figures:
        entry = {"value": figure.value} | ({} if figure.share is None else {"share": figure.share})
        sections.setdefault(figure.section, {})[figure.name] = entry
    return sections


def _articles(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    yield Figure("articles", "articles", len(articles))
    yield _counted("articles", "standoff", [not article.inline for article in articles])
    yield _counted("articles", "with a thesis", [article.thesis is not None for article in articles])
    yield _counted("articles", "with misplaced labels", [bool(article.faults) for article in articles])
    yield Figure("articles", "annotators", len({article.annotator for article in articles}))


def _kinds(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    units = [unit for article in articles for unit in article.document.units]
    yield Figure("units", "units", len(units))
    for kind in UnitKind:
        yield _counted("units", kind.value, [unit.kind is kind for unit in units])


def _stances(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    units = _text_units(articles)
    for stance in STANCES:
        yield _counted("stances of text units", stance.value, [stance in unit.stances for unit in units])
    yield _counted("stances of text units", "none", [not unit.stances for unit in units])
    yield _counted("stances of text units", "more than one", [len(unit.stances) > 1 for unit in units])


def _evidence(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    units = _text_units(articles)
    for kind in EVIDENCE_TYPES:
        yield _counted("evidence of text units", kind.value, [unit.evidence is kind for unit in units])
    yield _counted("evidence of text units", "none", [unit.evidence is None for unit in units])


def _links(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    links = [link for article in articles for link in article.links]
    yield Figure("links", "links", len(links))
    for kind in RelationKind:
        count = sum(link.kind is kind for link in links)
        yield Figure("links", kind.value, count, _share(count, len(links)))
    sources = sum(len({link.source for link in article.links}) for article in articles)
    yield Figure("links", "text units with a link", sources, _share(sources, len(_text_units(articles))))


def _wording(articles: Sequence[AnnotatedArticle]) -> Iterator[Figure]:
    texts = [article.document.text_of(unit) for article in articles for unit in article.document.text_units()]
    lengths = [len(text.split()) for text in texts] or [0]
    yield Figure("wording of text units", "words", sum(lengths))
    yield Figure("wording of text units", "mean length in words", round(mean(lengths), 1))
    yield Figure("wording of text units", "median length in words", median(lengths))
    for name, holds in (
        ("with quotation marks", [bool(_QUOTED.search(text)) for text in texts]),
        ("questions", ["?" in text[-2:] for text in texts]),
        ("in the first person", [bool(_FIRST_PERSON.search(text)) for text in texts]),
        ("with a digit", [any(map(str.isdigit, text)) for text in texts]),
    ):
        yield _counted("wording of text units", name, holds)


def _text_units(articles: Sequence[AnnotatedArticle]) -> list[Unit]:
    return [unit for article in articles for unit in article.document.text_units()]


def _counted(section: str, name: str, holds: Sequence[bool]) -> Figure:
    """How many of some units something holds for, and their share."""
    return Figure(section, name, sum(holds), _share(sum(holds), len(holds)))


def _share(count: int, total: int) -> float:
    return round(count / total, 4) if total else 0.0
