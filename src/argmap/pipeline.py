"""The way through, in one place: read, segment, classify, attribute, say who blames whom, link."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from argmap.attribution import attribute
from argmap.blame import find_blame
from argmap.document import Document
from argmap.errors import InputError
from argmap.evaluation.metrics import evidence_matrix, stance_matrix
from argmap.graph import ArgumentMap
from argmap.labels import Stance
from argmap.linking.model import link
from argmap.models import Model
from argmap.reading import read
from argmap.segmenting import segment
from argmap.stance.classifier import SentenceScores, label, score
from argmap.stance.domain import withhold, without_outside
from argmap.stance.sentences import sentences_of

_CLAIMS = frozenset({Stance.ACCUSATION, Stance.RECOMMENDATION})
_MOST_SENTENCES = 50_000  # some 6 MB of prose; linking compares each with each


def read_article(path: str | Path, *, title: str | None = None) -> Document:
    """Read and segment an article (`-`: standard input); raises `InputError`."""
    return segment(read(path, title=title))


def classify_document(document: Document, model: Model, *, any_text: bool = False) -> Document:
    """Put stances, evidence and scores on the text units of a segmented document; raises `InputError` if too long.

    What does not read like English prose gets a score for that and no labels, unless `any_text`.
    """
    _check_length(document)
    return _labelled(document, score(document, model.stance, model.evidence), model, any_text=any_text)


def map_document(document: Document, model: Model, *, any_text: bool = False) -> ArgumentMap:
    """Classify and link a segmented document; raises `InputError` if too long.

    What does not read like English prose takes no part in the map, unless `any_text`.
    """
    return map_scored(document, model, any_text=any_text)[0]


def map_scored(document: Document, model: Model, *, any_text: bool = False) -> tuple[ArgumentMap, SentenceScores]:
    """As `map_document`, with the scores of all its text units."""
    _check_length(document)
    scores = score(document, model.stance, model.evidence)
    labelled = _labelled(document, scores, model, any_text=any_text)
    if any_text:
        return _linked(labelled, scores, model), scores
    prose, kept = without_outside(labelled)
    read = None if scores.read is None else scores.read[kept]
    found = _linked(prose, SentenceScores(scores.stances[kept], scores.evidence[kept], read), model)
    return replace(found, document=labelled), scores


def link_document(document: Document, model: Model) -> ArgumentMap:
    """Link a document whose units already carry stances and evidence, which are taken as certain.

    Raises `InputError` if it is too long.
    """
    _check_length(document)
    units = list(document.text_units())
    stances = stance_matrix([unit.stances for unit in units]).astype(np.float64)
    evidence = evidence_matrix([unit.evidence for unit in units]).astype(np.float64)
    read = model.stance.read(sentences_of(document))
    return _linked(document, SentenceScores(stances, evidence, read), model)


def _labelled(document: Document, scores: SentenceScores, model: Model, *, any_text: bool) -> Document:
    labelled = label(document, scores, model.stance, model.evidence)
    kept = labelled if model.domain is None else withhold(labelled, model.domain, any_text=any_text)
    return find_blame(attribute(kept))


def _check_length(document: Document) -> None:
    number = sum(1 for _ in document.text_units())
    if number > _MOST_SENTENCES:
        raise InputError(
            f"has {number:,} sentences",
            where=document.source or document.id,
            expected=f"an article of at most {_MOST_SENTENCES:,}",
            advice="cut it into articles",
        )


def _linked(document: Document, scores: SentenceScores, model: Model) -> ArgumentMap:
    models = MappingProxyType({"stance": model.id, "evidence": model.id, "links": model.id})
    if not any(_CLAIMS.intersection(unit.stances) for unit in document.text_units()):
        return ArgumentMap(document, models=models)  # nothing is argued for that we know of
    found = link(document, model.stance.features_, model.links, scores)
    return ArgumentMap(document, found.relations, found.thesis, models, found.thesis_score)
