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
    """Three scorers and two thresholds: of a link, and of the log-odds from which it is an attack.

    `thesis_floor`: below this probability no thesis is named, for a map never asserts more than it knows.
    """

    thesis: LinearScorer
    pairs: NetworkScorer
    attack: LinearScorer
    threshold: float
    attack_threshold: float
    thesis_floor: float = 0.0

    def thesis_probability(self, view: ArticleView) -> FloatArray:
        """Probability of each unit being the thesis, summing to 1: (units,)."""
        if not len(view):
            return np.zeros(0)
        probability: FloatArray = softmax(self.thesis.decision(unit_features(view)))
        return probability

    def link(self, view: ArticleView) -> tuple[int | None, tuple[tuple[ScoredPair, RelationKind], ...]]:
        """Return the thesis (a row of `view`, or None) and the links with their kinds."""
        probability = self.thesis_probability(view)
        if len(view) < 2:
            return None, ()
        thesis = int(probability.argmax())
        source, target = candidate_pairs(view, probability)
        X = pair_features(view, probability, source, target)
        scores = self.pairs.probability(X)
        candidates = [
            ScoredPair(i, j, s) for i, j, s in zip(source.tolist(), target.tolist(), scores.tolist(), strict=True)
        ]
        chosen = decode(candidates, threshold=self.threshold, root=thesis)
        rows = {(i, j): row for row, (i, j) in enumerate(zip(source.tolist(), target.tolist(), strict=True))}
        kinds = self.attack.decision(X[[rows[pair.source, pair.target] for pair in chosen]]) if chosen else np.zeros(0)
        named = thesis if probability[thesis] >= self.thesis_floor else None
        return named, tuple(
            (pair, RelationKind.ATTACK if kind >= self.attack_threshold else RelationKind.SUPPORT)
            for pair, kind in zip(chosen, kinds.tolist(), strict=True)
        )


def link(
    document: Document, features: LexicalFeatures, model: LinkModel, *, stances: FloatArray, evidence: FloatArray
) -> tuple[str | None, tuple[Relation, ...]]:
    """Return the thesis' id and the relations between the text units; scores as (text units, 3) and (text units, 4)."""
    view = view_of(document, features, stances, evidence)
    thesis, links = model.link(view)
    relations = tuple(
        Relation(
            id=f"r{number}",
            kind=kind,
            sources=(view.ids[pair.source],),
            target=view.ids[pair.target],
            score=round(pair.score, _SCORE_DIGITS),
            origin=Origin.MODEL,
        )
        for number, (pair, kind) in enumerate(links)
    )
    return (None if thesis is None else view.ids[thesis]), relations
