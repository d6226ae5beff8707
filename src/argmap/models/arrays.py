"""The parts of a model as plain arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from argmap.labels import EVIDENCE_TYPES, STANCES
from argmap.linking.model import LinkModel
from argmap.linking.networks import LinearScorer, NetworkScorer
from argmap.stance.classifier import EvidenceClassifier, StanceClassifier
from argmap.stance.cues import CUE_NAMES
from argmap.stance.features import LexicalFeatures, character_vectorizer, word_vectorizer
from argmap.stance.head import ContextualHead
from argmap.stance.vectors import WordVectors

Arrays = dict[str, npt.NDArray[Any]]
WEIGHTS = ("features.npz", "stance.npz", "evidence.npz", "links.npz")


def _pack(words: list[str] | tuple[str, ...]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8)


def _unpack(data: npt.NDArray[np.uint8]) -> list[str]:
    text = data.tobytes().decode("utf-8")
    return text.split("\n") if text else []


def to_arrays(stance: StanceClassifier, evidence: EvidenceClassifier, links: LinkModel) -> dict[str, Arrays]:
    """The arrays of each weights file."""
    features = stance.features_
    link_arrays: Arrays = {"thresholds": np.array([links.threshold, links.attack_threshold])}
    for prefix, scorer in (("thesis", links.thesis), ("pairs", links.pairs), ("attack", links.attack)):
        link_arrays |= {f"{prefix}.{key}": values for key, values in scorer.arrays().items()}
    return {
        "features.npz": {
            "ordinary": _pack(sorted(features.ordinary_)),
            "words": _pack(features.words_.get_feature_names_out().tolist()),
            "words_idf": features.words_.idf_.astype(np.float32),
            "letters": _pack(features.characters_.get_feature_names_out().tolist()),
            "letters_idf": features.characters_.idf_.astype(np.float32),
            "cue_scale": features.cue_scale_,
            "vector_words": _pack(features.vectors_.words),
            "vectors": features.vectors_.matrix.astype(np.float16),
            "vector_weights": features.vectors_.weights,
            "vector_mean": features.vectors_.mean,
        },
        "stance.npz": _head_arrays(stance.head_, stance.thresholds_),
        "evidence.npz": _head_arrays(evidence.head_, evidence.thresholds_),
        "links.npz": link_arrays,
    }


def _head_arrays(head: ContextualHead, thresholds: npt.NDArray[np.float64]) -> Arrays:
    return {
        "first_coef": head.first_coef_,
        "first_bias": head.first_bias_,
        "second_coef": head.second_coef_,
        "second_bias": head.second_bias_,
        "thresholds": thresholds,
    }


def from_arrays(arrays: Mapping[str, Arrays]) -> tuple[StanceClassifier, EvidenceClassifier, LinkModel]:
    """The classifiers and the link model; raises `ValueError` or `KeyError` if the arrays do not fit together."""
    stance = StanceClassifier()
    stance.features_ = _features(arrays["features.npz"])
    stance.head_, stance.thresholds_ = _head(arrays["stance.npz"], labels=len(STANCES))
    evidence = EvidenceClassifier()
    evidence.head_, evidence.thresholds_ = _head(arrays["evidence.npz"], labels=len(EVIDENCE_TYPES))
    columns = sum(stance.features_.sizes)
    for head in (stance.head_, evidence.head_):
        if head.first_coef_.shape[1] != columns:
            raise ValueError(f"{head.first_coef_.shape[1]} weights for {columns} features")
    parts = arrays["links.npz"]

    def part(prefix: str) -> Arrays:
        start = prefix + "."
        return {key.removeprefix(start): values for key, values in parts.items() if key.startswith(start)}

    threshold, attack_threshold = parts["thresholds"].tolist()
    links = LinkModel(
        thesis=LinearScorer.from_arrays(part("thesis")),
        pairs=NetworkScorer.from_arrays(part("pairs")),
        attack=LinearScorer.from_arrays(part("attack")),
        threshold=threshold,
        attack_threshold=attack_threshold,
    )
    return stance, evidence, links


def _features(arrays: Arrays) -> LexicalFeatures:
    features = LexicalFeatures()
    features.ordinary_ = frozenset(_unpack(arrays["ordinary"]))
    features.words_ = word_vectorizer(_unpack(arrays["words"]))
    features.words_.idf_ = arrays["words_idf"].astype(np.float64)
    features.characters_ = character_vectorizer(_unpack(arrays["letters"]))
    features.characters_.idf_ = arrays["letters_idf"].astype(np.float64)
    features.cue_scale_ = arrays["cue_scale"]
    if features.cue_scale_.shape != (len(CUE_NAMES),):
        raise ValueError("another number of cues")
    matrix = arrays["vectors"].astype(np.float32)
    weights, mean = arrays["vector_weights"], arrays["vector_mean"]
    words = tuple(_unpack(arrays["vector_words"]))
    if matrix.shape != (len(words), len(mean)) or len(weights) != len(words):
        raise ValueError("word vectors of the wrong shape")
    features.vectors_ = WordVectors(words, matrix, weights, mean)
    return features


def _head(arrays: Arrays, *, labels: int) -> tuple[ContextualHead, npt.NDArray[np.float64]]:
    head = ContextualHead()
    head.first_coef_ = arrays["first_coef"]
    head.first_bias_ = arrays["first_bias"]
    head.second_coef_ = arrays["second_coef"]
    head.second_bias_ = arrays["second_bias"]
    thresholds = arrays["thresholds"]
    if head.first_coef_.shape[0] != labels or thresholds.shape != (labels,) or len(head.second_bias_) != labels:
        raise ValueError(f"weights for another number of labels than {labels}")
    return head, thresholds
