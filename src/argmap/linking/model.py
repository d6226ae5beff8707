"""`LinkModel`: which unit is the thesis, and which units are grounds for which claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from argmap.document import Document, Relation
from argmap.labels import Origin, RelationKind
from argmap.linking.decoding import ScoredPair, decode
from argmap.linking.features import candidate_pairs, pair_features, unit_features
from argmap.linking.networks import LinearScorer, NetworkScorer
from argmap.linking.view import ArticleView, view_of
from argmap.stance.features import LexicalFeatures

FloatArray = npt.NDArray[np.float64]
_SCORE_DIGITS = 4


@dataclass(frozen=True)
class LinkModel:
    """Three scorers and two thresholds: of a link, and of the log-odds from which it is an attack."""

    thesis: LinearScorer
    pairs: NetworkScorer
    attack: LinearScorer
    threshold: float
    attack_threshold: float

    def thesis_probability(self, view: ArticleView) -> FloatArray:
        """Probability of each unit being the thesis, summing to 1: (units,)."""
        if not len(view):
            return np.zeros(0)
        probability: FloatArray = softmax(self.thesis.decision(unit_features(view)))
        return probability

    def link(self, view: ArticleView) -> Linking:
        """Choose the thesis, the links and their kinds; nothing for an article of fewer than two units."""
        if len(view) < 2:
            return Linking(None, 0.0, ())
        probability = self.thesis_probability(view)
        thesis = int(probability.argmax())
        source, target = candidate_pairs(view, probability)
        X = pair_features(view, probability, source, target)
        scores = self.pairs.probability(X)
        ends = list(zip(source.tolist(), target.tolist(), strict=True))
        candidates = (ScoredPair(i, j, score) for (i, j), score in zip(ends, scores.tolist(), strict=True))
        chosen = decode(candidates, threshold=self.threshold, root=thesis)
        row = {pair: number for number, pair in enumerate(ends)}
        kinds = self.attack.decision(X[[row[pair.source, pair.target] for pair in chosen]]) if chosen else np.zeros(0)
        links = tuple(
            (pair, RelationKind.ATTACK if kind >= self.attack_threshold else RelationKind.SUPPORT)
            for pair, kind in zip(chosen, kinds.tolist(), strict=True)
        )
        return Linking(thesis, float(probability[thesis]), links)


@dataclass(frozen=True)
class Linking:
    """What was chosen: the thesis (a row of the view, or None) with its probability, and the links with their kinds."""

    thesis: int | None
    thesis_score: float
    links: tuple[tuple[ScoredPair, RelationKind], ...]


@dataclass(frozen=True)
class LinkedUnits:
    """The same by the units' ids."""

    thesis: str | None
    thesis_score: float | None
    relations: tuple[Relation, ...]


def link(
    document: Document, features: LexicalFeatures, model: LinkModel, *, stances: FloatArray, evidence: FloatArray
) -> LinkedUnits:
    """Link the text units of a document, whose scores are (text units, 3) and (text units, 4)."""
    view = view_of(document, features, stances, evidence)
    found = model.link(view)
    relations = tuple(
        Relation(
            id=f"r{number}",
            kind=kind,
            sources=(view.ids[pair.source],),
            target=view.ids[pair.target],
            score=round(pair.score, _SCORE_DIGITS),
            origin=Origin.MODEL,
        )
        for number, (pair, kind) in enumerate(found.links)
    )
    if found.thesis is None:
        return LinkedUnits(None, None, relations)
    return LinkedUnits(view.ids[found.thesis], round(found.thesis_score, _SCORE_DIGITS), relations)
