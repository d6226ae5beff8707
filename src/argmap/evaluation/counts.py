"""What is counted in one article, so that every figure is a function of sums over articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from argmap.annotations import AnnotatedArticle
from argmap.document import Document, Unit
from argmap.evaluation.abstention import answers_of, kept_counts
from argmap.evaluation.boundaries import boundary_score
from argmap.evaluation.matching import Pair, match_units, places_of
from argmap.evaluation.metrics import (
    LinkTriple,
    contingency,
    evidence_matrix,
    label_counts,
    link_counts,
    primary_confusion,
    stance_matrix,
)
from argmap.evaluation.nearest import nearest_claim_links
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, RelationKind, UnitKind

Counts = Mapping[str, NDArray[np.float64]]
BINS = 10
KINDS = tuple(UnitKind)


def trusted(article: AnnotatedArticle) -> AnnotatedArticle:
    """The article without the units that its file's faults point at, and without the links that touch them."""
    if not article.faults:
        return article
    faulty = {problem.line for problem in article.faults}  # line 1 is the article, a line a unit follows
    units = tuple(unit for line, unit in enumerate(article.document.units, start=2) if line not in faulty)
    ids = {unit.id for unit in units}
    return replace(
        article,
        document=article.document.with_units(units),
        links=tuple(link for link in article.links if link.source in ids and link.target in ids),
        thesis=article.thesis if article.thesis in ids else None,
        lines=(),
    )


def without_labels(document: Document) -> Document:
    """The document with its units and their kinds, and nothing else that an annotator said."""
    return document.with_units(tuple(Unit(unit.id, unit.span, unit.kind) for unit in document.units))


def counts_of(gold: AnnotatedArticle, *, predicted: ArgumentMap, with_gold_stances: ArgumentMap) -> Counts:
    """Count one article: `predicted` may have units of its own; `with_gold_stances` has those of `gold`."""
    pairs = match_units(gold=gold.document.units, predicted=predicted.document.units)
    rows = [pair for pair in pairs if any(unit is not None and unit.is_text for unit in pair)]
    places = places_of(pairs)
    own = places_of(tuple((unit, unit) for unit in gold.document.units))
    found = {
        **_label_counts(rows),
        **_calibration(rows),
        **kept_counts([answers_of(pairs)])[0],  # with cuts of its own; `evaluate` makes them over all articles
        **_link_counts("links", gold, predicted, places),
        **_link_counts("gold_stances", gold, with_gold_stances, own),
        **_segmentation(gold.document, predicted.document, pairs),
    }
    return {name: np.asarray(value, dtype=np.float64) for name, value in found.items()}


def _label_counts(rows: Sequence[Pair]) -> dict[str, NDArray[np.int64]]:
    gold = [unit if unit is not None and unit.is_text else None for unit, _ in rows]
    predicted = [unit if unit is not None and unit.is_text else None for _, unit in rows]
    stances = [stance_matrix([unit.stances if unit else () for unit in side]) for side in (gold, predicted)]
    evidence = [evidence_matrix([unit.evidence if unit else None for unit in side]) for side in (gold, predicted)]
    primaries = [[unit.primary if unit else None for unit in side] for side in (gold, predicted)]
    return {
        "stance": label_counts(gold=stances[0], predicted=stances[1]),
        "confusion": primary_confusion(gold=primaries[0], predicted=primaries[1]),
        "evidence": label_counts(gold=evidence[0], predicted=evidence[1]),
    }


def _calibration(rows: Sequence[Pair]) -> dict[str, NDArray[np.float64]]:
    """For each stance and bin of scores: units, units with the stance, and how far the scores' sum exceeds those."""
    surplus, binned = np.zeros((len(STANCES), BINS)), np.zeros((len(STANCES), BINS, 2))
    scored = 0
    for gold, predicted in rows:
        if predicted is None or not predicted.scores:
            continue
        scored += 1
        labels = gold.stances if gold is not None and gold.is_text else ()
        for row, stance in enumerate(STANCES):
            score = predicted.scores[stance]
            place = min(int(score * BINS), BINS - 1)
            surplus[row, place] += score - (stance in labels)
            binned[row, place] += (1, stance in labels)
    return {"surplus": surplus, "binned": binned, "scored": np.array([float(scored)])}


def _link_counts(
    name: str, gold: AnnotatedArticle, found: ArgumentMap, places: Mapping[str, str]
) -> dict[str, NDArray[np.int64]]:
    wanted = [(link.source, link.target, link.kind) for link in gold.links]
    predicted = [
        (places[source], places[relation.target], relation.kind)
        for relation in found.relations
        if relation.target in places
        for source in relation.sources
    ]
    nearest = [
        (places[source], places[target], kind)
        for source, target, kind in nearest_claim_links(list(found.document.text_units()), found.thesis)
    ]
    thesis = None if found.thesis is None else places[found.thesis]
    return {
        name: link_counts(gold=wanted, predicted=predicted, with_kind=False),
        f"{name}.kind": link_counts(gold=wanted, predicted=predicted),
        f"{name}.attack": link_counts(gold=_attacks(wanted), predicted=_attacks(predicted)),
        f"{name}.nearest": link_counts(gold=wanted, predicted=nearest, with_kind=False),
        f"{name}.nearest.kind": link_counts(gold=wanted, predicted=nearest),
        f"{name}.thesis": np.array([gold.thesis is not None and thesis == gold.thesis, gold.thesis is not None]),
    }


def _attacks(links: Sequence[LinkTriple]) -> list[LinkTriple]:
    return [link for link in links if link[2] is RelationKind.ATTACK]


def _segmentation(gold: Document, predicted: Document, pairs: Sequence[Pair]) -> dict[str, NDArray[np.int64]]:
    ends = boundary_score(
        gold=[unit.span for unit in gold.units], predicted=[unit.span for unit in predicted.units], text=gold.text
    )
    kinds = (*KINDS, None)
    table = contingency(
        [unit.kind if unit else None for unit, _ in pairs], [unit.kind if unit else None for _, unit in pairs], kinds
    )
    right = table.diagonal()[:-1]
    wrong = np.stack([right, table.sum(axis=0)[:-1] - right, table.sum(axis=1)[:-1] - right], axis=-1)
    return {
        "kind": wrong,
        "boundary": np.array([ends.matched, ends.predicted - ends.matched, ends.gold - ends.matched]),
    }
