"""Systems of a known skill that need no training: gold labels, with a share of the sentences wrong."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from small_models import own_articles

from argmap.annotations import AnnotatedArticle
from argmap.document import Document, Relation, Span, Unit
from argmap.evaluation.evaluate import System
from argmap.graph import ArgumentMap
from argmap.labels import STANCES


def skilled(articles: Sequence[AnnotatedArticle], skill: float, *, name: str = "made", salt: str = "") -> System:
    """A system that has each sentence right with the probability `skill`, by a hash of its words and of `salt`."""
    known = {article.document.text: _map(article, skill, salt) for article in articles}
    gold = {article.document.text: _map(article, 1.0, "") for article in articles}
    return System(name, lambda document: known[document.text], lambda document: gold[document.text])


def _map(article: AnnotatedArticle, skill: float, salt: str) -> ArgumentMap:
    units = tuple(_read(unit, article.document, skill, salt) for unit in article.document.units)
    relations = tuple(
        Relation(f"r{number}", link.kind, (link.source,), link.target) for number, link in enumerate(article.links)
    )
    return ArgumentMap(article.document.with_units(units), relations, article.thesis)


def _read(unit: Unit, document: Document, skill: float, salt: str) -> Unit:
    if not unit.is_text:
        return unit
    words = f"{salt}|{document.text_of(unit)}".encode("utf-8", "replace")
    luck = int.from_bytes(hashlib.sha256(words).digest()[:6], "big") / 2**48
    stances = unit.stances if luck < skill else (() if unit.stances else (STANCES[int(luck * 1e6) % 3],))
    scores = {stance: 0.1 + 0.8 * (stance in stances) * (0.5 + luck / 2) for stance in STANCES}
    return replace(unit, stances=stances, scores=scores)


@cache
def many_articles(number: int = 24) -> tuple[AnnotatedArticle, ...]:
    """Our own articles several times, each time under another id and with more full stops at its end."""
    found = []
    for copy in range(-(-number // len(own_articles()))):
        for article in own_articles():
            document = article.document
            *units, last = document.units
            end = last.span.end
            text = document.text[:end] + "." * copy + document.text[end:]
            units.append(replace(last, span=Span(last.span.start, end + copy)))
            longer = replace(document, id=f"{document.id}-{copy}", text=text, units=tuple(units))
            found.append(replace(article, document=longer, lines=()))
    return tuple(found[:number])


def learner(articles: Sequence[AnnotatedArticle], law: Callable[[int], float]) -> Callable[..., System]:
    """Training that makes a system whose skill hangs on the number of training articles alone."""

    def fit(training: Sequence[AnnotatedArticle]) -> System:
        return skilled(articles, law(len(training)), name=f"after {len(training)}")

    return fit


def unlabelled(article: AnnotatedArticle, *stances: str) -> AnnotatedArticle:
    """The article without these stances."""
    units = tuple(
        replace(unit, stances=tuple(s for s in unit.stances if s.value not in stances))
        for unit in article.document.units
    )
    return replace(article, document=article.document.with_units(units), lines=())
