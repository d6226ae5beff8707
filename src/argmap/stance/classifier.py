"""The two classifiers of a sentence: its stances, and the type of evidence that it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin

from argmap.document import Document
from argmap.labels import EVIDENCE_TYPES, STANCES, EvidenceType, Stance
from argmap.stance.encoder import COLUMN_GROUPS, HEADS, Encoder, EncoderOutputs, columns_effect, encoder_columns
from argmap.stance.encoder.names import NameMask, with_names_masked
from argmap.stance.features import LexicalFeatures
from argmap.stance.head import ContextualHead, best_thresholds
from argmap.stance.sentences import Sentence, article_numbers, sentences_of

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
# On a tie of the guidelines: recommendation > accusation > quotation.
_TIE_ORDER = {Stance.RECOMMENDATION: 0, Stance.ACCUSATION: 1, Stance.QUOTATION: 2}
_SCORE_DIGITS = 4


class StanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Multi-label stance of sentences in their article, columns in the order of `STANCES`."""

    def __init__(
        self,
        *,
        features: LexicalFeatures | None = None,
        head: ContextualHead | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.features = features
        self.head = head
        self.encoder = encoder

    def fit(self, X: Sequence[Sentence], Y: BoolArray) -> Self:
        """Fit features, both stages and, by out-of-fold scores, the thresholds; Y is boolean (sentences, 3).

        An `encoder` must not have been fine-tuned on the articles of X: the second stage would trust it too much.
        """
        self.features_ = (self.features or LexicalFeatures()).fit(X)
        return self.fit_matrix(self.features_.transform(X), X, Y, self.read(X))

    def fit_matrix(
        self, matrix: sp.csr_matrix, X: Sequence[Sentence], Y: BoolArray, read: EncoderOutputs | None = None
    ) -> Self:
        """As `fit`, with features that are already fitted (`features_`) and computed.

        `read` are outputs of an encoder that has not seen the sentences' articles.
        """
        self.head_ = (self.head or ContextualHead()).fit(matrix, Y, article_numbers(X), _columns(read, X))
        self.thresholds_ = best_thresholds(self.head_.out_of_fold_, np.asarray(Y, dtype=bool))
        return self

    def predict_proba(self, X: Sequence[Sentence]) -> FloatArray:
        """Calibrated probability of each stance, independently: (sentences, 3)."""
        return self.scores(self.features_.transform(X), X, self.read(X))

    def scores(self, matrix: sp.csr_matrix, X: Sequence[Sentence], read: EncoderOutputs | None = None) -> FloatArray:
        """As `predict_proba`, from features and encoder outputs that are already computed."""
        return self.head_.predict_proba(matrix, article_numbers(X), _columns(read, X))

    def predict(self, X: Sequence[Sentence]) -> BoolArray:
        """Whether each score reaches its threshold: boolean (sentences, 3)."""
        chosen: BoolArray = self.predict_proba(X) >= self.thresholds_
        return chosen

    def read(self, X: Sequence[Sentence]) -> EncoderOutputs | None:
        """What the encoder, if there is one, says of the sentences; it does not get to see who is named in them."""
        return None if self.encoder is None else self.encoder.outputs(with_names_masked(X, self.features_.ordinary_))


class EvidenceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Evidence type of sentences, or none; it also sees the scores of the stances."""

    def __init__(self, *, head: ContextualHead | None = None) -> None:
        self.head = head

    def fit_matrix(
        self,
        matrix: sp.csr_matrix,
        X: Sequence[Sentence],
        Y: BoolArray,
        stance_scores: FloatArray,
        read: EncoderOutputs | None = None,
    ) -> Self:
        """Fit on the stance features' matrix; Y is boolean (sentences, 4), `stance_scores` and `read` out-of-fold."""
        extra = _columns(read, X, _log_odds(stance_scores))
        self.head_ = (self.head or ContextualHead()).fit(matrix, Y, article_numbers(X), extra)
        self.thresholds_ = best_thresholds(self.head_.out_of_fold_, np.asarray(Y, dtype=bool))
        return self

    def scores(
        self,
        matrix: sp.csr_matrix,
        X: Sequence[Sentence],
        stance_scores: FloatArray,
        read: EncoderOutputs | None = None,
    ) -> FloatArray:
        """Calibrated probability of each type, independently: (sentences, 4)."""
        return self.head_.predict_proba(matrix, article_numbers(X), _columns(read, X, _log_odds(stance_scores)))

    def choose(self, scores: FloatArray) -> list[EvidenceType | None]:
        """The type that exceeds its threshold by the largest factor, if any does."""
        ratio = scores / self.thresholds_
        best = ratio.argmax(axis=1) if len(scores) else np.zeros(0, dtype=int)
        return [EVIDENCE_TYPES[k] if ratio[i, k] >= 1 else None for i, k in enumerate(best)]


def _columns(read: EncoderOutputs | None, X: Sequence[Sentence], more: FloatArray | None = None) -> FloatArray | None:
    """What joins the second stage: `more`, then what the encoder says; None if there is neither."""
    parts = [] if more is None else [more]
    if read is not None:
        parts.append(encoder_columns(read, X))
    return np.hstack(parts) if parts else None


def _log_odds(scores: FloatArray) -> FloatArray:
    odds: FloatArray = logit(np.clip(scores, 1e-4, 1 - 1e-4))
    return odds


def stances_of(scores: Sequence[float], thresholds: Sequence[float]) -> tuple[Stance, ...]:
    """The stances that reach their thresholds, primary first: by how far they exceed them, ties by the guidelines."""
    reached = [
        (-score / threshold, _TIE_ORDER[stance], stance)
        for stance, score, threshold in zip(STANCES, scores, thresholds, strict=True)
        if score >= threshold
    ]
    return tuple(stance for _, _, stance in sorted(reached))


@dataclass(frozen=True)
class SentenceScores:
    """Calibrated probabilities of the n text units of a document: `stances` (n, 3) and `evidence` (n, 4).

    `read` is what the encoder made of them, None without one.
    """

    stances: FloatArray
    evidence: FloatArray
    read: EncoderOutputs | None = None


def score(document: Document, stance: StanceClassifier, evidence: EvidenceClassifier) -> SentenceScores:
    """Score the text units of a segmented document."""
    X = sentences_of(document)
    if not X:
        return SentenceScores(np.zeros((0, len(STANCES))), np.zeros((0, len(EVIDENCE_TYPES))))
    first = _first_stage(X, stance, (stance.head_, evidence.head_))
    read = stance.read(X)
    articles = article_numbers(X)
    stances = stance.head_.second_stage(first[0], articles, _columns(read, X))
    types = evidence.head_.second_stage(first[1], articles, _columns(read, X, _log_odds(stances)))
    return SentenceScores(stances, types, read)


def _first_stage(X: Sequence[Sentence], stance: StanceClassifier, heads: Sequence[ContextualHead]) -> list[FloatArray]:
    """The heads' first log-odds of the sentences, which are read once for all."""
    odds = stance.features_.first_stage(X, [head.first_coef_ for head in heads], [head.first_bias_ for head in heads])
    return [head.bounded(part) for head, part in zip(heads, odds, strict=True)]


class Rescorer:
    """What the sentences of one article would score with other words; the other sentences' own scores stay.

    The encoder, if any, reads a changed sentence with the two beside it only, so compare with what the sentence's own
    text gets here. `read` spares encoding the article again.
    """

    def __init__(self, X: Sequence[Sentence], stance: StanceClassifier, read: EncoderOutputs | None = None) -> None:
        read = stance.read(X) if read is None else read
        self._X, self._stance, self._read = X, stance, read
        self._masked = with_names_masked(X, stance.features_.ordinary_)
        self._first = _first_stage(X, stance, (stance.head_,))[0]
        self._odds = stance.head_.second_odds(self._first, article_numbers(X), _columns(read, X))

    def scores(self, row: int, texts: Sequence[str]) -> FloatArray:
        """Stance scores of the sentence X[row] if it were each of `texts`: (texts, 3)."""
        X, head, encoder = self._X, self._stance.head_, self._stance.encoder
        near = range(max(row - 1, 0), min(row + 2, len(X)))
        variants = [
            replace(X[i], article=str(number), text=text if i == row else X[i].text)
            for number, text in enumerate(texts)
            for i in near
        ]
        own = _first_stage(variants, self._stance, (head,))[0][near.index(row) :: len(near)]
        odds = self._odds[row] + head.effect(own - self._first[row], len(X))
        if encoder is not None and self._read is not None:
            weights = columns_effect(head.second_coef_[:, -len(HEADS) * COLUMN_GROUPS :], len(X))
            changed = encoder.variants(self._masked, row, self._with_names_masked(row, texts)).logits
            odds = odds + (changed - self._read.logits[row]) @ weights.T
        scores: FloatArray = expit(odds)
        return scores

    def _with_names_masked(self, row: int, texts: Sequence[str]) -> list[str]:
        """The texts as the encoder would see them in the place of the sentence X[row]."""
        mask = NameMask(self._stance.features_.ordinary_, [sentence.text for sentence in self._X])
        mask(self._X[row].title)
        for sentence in self._X[: row + 1]:
            mask(sentence.text)
        return [mask(text) for text in texts]


def label(
    document: Document, scores: SentenceScores, stance: StanceClassifier, evidence: EvidenceClassifier
) -> Document:
    """Return the document with stances, evidence and scores on its text units."""
    types = evidence.choose(scores.evidence)
    labelled = iter(
        _labels(scores.stances[i], stance.thresholds_, kind, scores.evidence[i]) for i, kind in enumerate(types)
    )
    units = tuple(replace(unit, **next(labelled)) if unit.is_text else unit for unit in document.units)
    return document.with_units(units)


def _labels(
    scores: FloatArray, thresholds: FloatArray, kind: EvidenceType | None, evidence_scores: FloatArray
) -> dict[str, Any]:
    by_stance = {name: round(float(value), _SCORE_DIGITS) for name, value in zip(STANCES, scores, strict=True)}
    own = None if kind is None else round(float(evidence_scores[EVIDENCE_TYPES.index(kind)]), _SCORE_DIGITS)
    return {
        "stances": stances_of(scores.tolist(), thresholds.tolist()),
        "scores": MappingProxyType(by_stance),
        "evidence": kind,
        "evidence_score": own,
    }
