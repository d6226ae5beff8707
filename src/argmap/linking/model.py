"""`LinkModel`: which unit is the thesis, and which units are grounds for which claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from argmap.stance.classifier import SentenceScores
from argmap.stance.features import LexicalFeatures

FloatArray = npt.NDArray[np.float64]
_SCORE_DIGITS = 4
_PAIRS_AT_ONCE = 8192  # bounds the memory for a very long text


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
        chosen = decode(self._candidates(view, probability), threshold=self.threshold, root=thesis)
        kinds = self._attack_odds(view, probability, chosen)
        links = tuple(
            (pair, RelationKind.ATTACK if kind >= self.attack_threshold else RelationKind.SUPPORT)
            for pair, kind in zip(chosen, kinds.tolist(), strict=True)
        )
        return Linking(thesis, float(probability[thesis]), links)

    def _candidates(self, view: ArticleView, thesis: FloatArray) -> Iterator[ScoredPair]:
        source, target = candidate_pairs(view, thesis)
        for start in range(0, len(source), _PAIRS_AT_ONCE):
            i, j = source[start : start + _PAIRS_AT_ONCE], target[start : start + _PAIRS_AT_ONCE]
            scores = self.pairs.probability(pair_features(view, thesis, i, j))
            reached = scores >= self.threshold
            yield from map(ScoredPair, i[reached].tolist(), j[reached].tolist(), scores[reached].tolist())

    def _attack_odds(self, view: ArticleView, thesis: FloatArray, links: Sequence[ScoredPair]) -> FloatArray:
        if not links:
            return np.zeros(0)
        source = np.array([pair.source for pair in links], dtype=np.int64)
        target = np.array([pair.target for pair in links], dtype=np.int64)
        return self.attack.decision(pair_features(view, thesis, source, target))


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


def link(document: Document, features: LexicalFeatures, model: LinkModel, scores: SentenceScores) -> LinkedUnits:
    """Link the text units of a document, given their scores."""
    view = view_of(document, features, scores)
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
