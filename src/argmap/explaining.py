"""From an article to its map and what moved the scores in it: labels first, then links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.document import Document
from argmap.errors import UsageError
from argmap.explanation import Explanation, LinkReasons, Method, UnitReasons
from argmap.graph import ArgumentMap
from argmap.labels import Origin
from argmap.linking.explanation import LinkExplainer
from argmap.linking.view import view_of
from argmap.models import Model
from argmap.pipeline import map_scored
from argmap.stance.classifier import Rescorer, SentenceScores
from argmap.stance.explanation import OcclusionReasons, ScoredArticle, WeightReasons
from argmap.stance.nearest import Neighbours
from argmap.stance.sentences import Sentence, sentences_of
from argmap.stance.tokens import masked_tokens

_OPENING = 24  # characters of a sentence's beginning, as a fact
Report = Callable[[int, int], None]  # sentences done, of how many


@dataclass(frozen=True)
class Explained:
    """An article's map with what moved its scores."""

    argument_map: ArgumentMap
    explanation: Explanation


def _silent(done: int, of: int) -> None:
    del done, of


def explain_document(
    document: Document, model: Model, *, unit: str | None = None, report: Report = _silent
) -> Explained:
    """Map a segmented document and explain each labelled sentence and each link, or one sentence and its links.

    A sentence that is asked for by its id is explained without a label, too. `report` hears of each sentence. Raises
    `InputError` if the document is too long, and `UsageError` if `unit` is none of its sentences.
    """
    argument_map, scores = map_scored(document, model)
    wanted = _wanted(argument_map, unit)
    units, method = _units(argument_map.document, scores, model, wanted, report)
    links = tuple(_links(argument_map, scores, model, unit))
    return Explained(argument_map, Explanation(method, model.id, units, links))


def _units(
    document: Document, scores: SentenceScores, model: Model, wanted: Sequence[tuple[int, str]], report: Report
) -> tuple[tuple[UnitReasons, ...], Method]:
    method = Method.WEIGHTS
    if not wanted:
        return (), method
    X = sentences_of(document)
    texts = list(document.text_units())
    starts, given = [unit.span.start for unit in texts], [unit.stances for unit in texts]
    article = ScoredArticle(X, starts, given, scores.stances, model.stance.thresholds_)
    reasons: WeightReasons | OcclusionReasons
    if scores.read is None:
        reasons = WeightReasons(article, model.stance)
    else:
        method = Method.OCCLUSION
        rescorer = Rescorer(X, model.stance, scores.read)
        reasons = OcclusionReasons(article, model.stance.features_.ordinary_, rescorer.scores)
    neighbours, vectors = _neighbours(X, model, scores)
    units = []
    for done, (row, name) in enumerate(wanted, start=1):
        labels, runner_up = article.explained(row)
        near = neighbours.of(vectors[row], labels[0].stance, article=document.id)
        units.append(UnitReasons(name, tuple(reasons.label(row, label) for label in labels), runner_up, near))
        report(done, len(wanted))
    return tuple(units), method


def _wanted(argument_map: ArgumentMap, unit: str | None) -> list[tuple[int, str]]:
    """Row and id of each sentence to explain."""
    rows = [(row, text_unit.id) for row, text_unit in enumerate(argument_map.document.text_units())]
    if unit is None:
        return [(row, name) for row, name in rows if argument_map.units[name].stances]
    chosen = [(row, name) for row, name in rows if name == unit]
    if chosen:
        return chosen
    where = argument_map.document.source or argument_map.document.id
    if unit in argument_map.units:
        kind = argument_map.units[unit].kind.value
        raise UsageError(f"{unit} is {kind}", where=where, expected="a sentence of the text; only those are labelled")
    known = f"one of {rows[0][1]} to {rows[-1][1]}" if rows else "an article with sentences"
    raise UsageError(f"has no sentence {unit!r}", where=where, expected=known)


def _neighbours(
    X: Sequence[Sentence], model: Model, scores: SentenceScores
) -> tuple[Neighbours, npt.NDArray[np.floating[Any]]]:
    """The model's examples and the vectors of X, of one kind: the encoder's if the examples have them, else lexical."""
    examples, stored = model.examples, model.example_vectors
    if scores.read is not None and stored is not None:
        return Neighbours(examples, stored), scores.read.vectors
    features = model.stance.features_

    def vectors(texts: Iterable[str]) -> npt.NDArray[np.float64]:
        return features.sentence_vectors([masked_tokens(text, features.ordinary_) for text in texts])

    return Neighbours(examples, vectors(example.text for example in examples)), vectors(s.text for s in X)


def _links(argument_map: ArgumentMap, scores: SentenceScores, model: Model, unit: str | None) -> Iterator[LinkReasons]:
    """What moved each link that the model drew, or those of one sentence."""
    relations = [
        relation
        for relation in argument_map.relations
        if relation.origin is Origin.MODEL and (unit is None or unit in (*relation.sources, relation.target))
    ]
    if not relations:
        return
    document = argument_map.document
    view = view_of(document, model.stance.features_, scores)
    openings = [_opening(document.text_of(text_unit)) for text_unit in document.text_units()]
    explainer = LinkExplainer(view, model.links, openings.__getitem__)
    yield from (explainer.explain(relation) for relation in relations)


def _opening(text: str) -> str:
    """The first words of a sentence, as a fact about a link."""
    start = " ".join(text[: 4 * _OPENING].split())
    return start if len(start) <= _OPENING else start[:_OPENING].rpartition(" ")[0] or start[:_OPENING]
