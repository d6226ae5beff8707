"""What linking knows of the text units of one article, as arrays with a row a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from argmap.document import Document
from argmap.labels import EVIDENCE_TYPES, STANCES, Stance, UnitKind
from argmap.stance.cues import CUE_NAMES, cue_vector
from argmap.stance.features import LexicalFeatures
from argmap.stance.sentences import places, sentences_of
from argmap.stance.tokens import NAME, masked_tokens, raw_tokens

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_CUES = (
    "starts contrast", "starts result", "starts addition", "starts pronoun", "starts question word", "starts we",
    "starts name", "starts quote", "starts if", "starts number", "for example", "question", "quoted share", "log length",
    "duty", "urge", "blame verb", "blame noun", "negation", "contrast", "cause", "statistic", "document", "time", "say",
    "believe", "we", "first person", "hope", "weak modal", "i say", "there is", "some say",
)  # fmt: skip
_CUE_ROWS = [CUE_NAMES.index(name) for name in _CUES]
CUES = _CUES
_FUNCTION_WORDS = frozenset(
    "the a an of to in and or that is are was were be been it its this these those for on at by with as from has have had "
    "not but he she they we i you his her their our my your will would can could should must do does did so if than then "
    "there what which who when where how all more no any some one out up about into over only also just".split()
)


@dataclass(frozen=True)
class ArticleView:
    """Arrays over the n text units of an article, in text order.

    `stances` (n, 3) and `evidence` (n, 4) are probabilities; `cues` (n, len(CUES)); `vectors` (n, d) of unit length;
    `paragraph` and `section` count from 0; `words` and `names` are the content words and names of each unit.
    """

    ids: tuple[str, ...]
    stances: FloatArray
    evidence: FloatArray
    cues: FloatArray
    vectors: FloatArray
    paragraph: npt.NDArray[np.int64]
    section: npt.NDArray[np.int64]
    depth: FloatArray
    words: tuple[frozenset[str], ...]
    names: tuple[frozenset[str], ...]
    rarity: dict[str, float]
    title_overlap: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def claim(self) -> FloatArray:
        """How much each unit looks like a claim in the author's voice: 1 - P(no accusation) P(no recommendation)."""
        accusation = self.stances[:, STANCES.index(Stance.ACCUSATION)]
        recommendation = self.stances[:, STANCES.index(Stance.RECOMMENDATION)]
        claim: FloatArray = 1 - (1 - accusation) * (1 - recommendation)
        return claim


def view_of(document: Document, features: LexicalFeatures, stances: FloatArray, evidence: FloatArray) -> ArticleView:
    """Build the view from a segmented document and the scores of its text units."""
    units = list(document.text_units())
    sentences = sentences_of(document)
    ordinary = features.ordinary_
    tokens = [masked_tokens(sentence.text, ordinary) for sentence in sentences]
    cues = np.array(
        [cue_vector(s.text, t)[_CUE_ROWS] for s, t in zip(sentences, tokens, strict=True)], dtype=np.float64
    )
    vectors = features.sentence_vectors(tokens)
    words = tuple(frozenset(t for t in row if t[0].isalpha() and t not in _FUNCTION_WORDS) for row in tokens)
    frequency = Counter(word for row in words for word in row)
    before, after = places(np.zeros(len(units), dtype=np.int64))
    title = frozenset(masked_tokens(document.title or "", ordinary)) - _FUNCTION_WORDS - {NAME}
    return ArticleView(
        ids=tuple(unit.id for unit in units),
        stances=np.asarray(stances, dtype=np.float64).reshape(len(units), len(STANCES)),
        evidence=np.asarray(evidence, dtype=np.float64).reshape(len(units), len(EVIDENCE_TYPES)),
        cues=cues.reshape(len(units), len(CUES)),
        vectors=vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9),
        paragraph=np.cumsum([s.opens_paragraph for s in sentences]).astype(np.int64) - 1,
        section=_sections(document),
        depth=before / np.maximum(before + after, 1),
        words=words,
        names=tuple(_names(s.text, ordinary) for s in sentences),
        rarity={word: float(np.log((len(units) + 1) / count)) for word, count in frequency.items()},
        title_overlap=np.array([len(row & title) for row in words], dtype=np.float64),
    )


def _sections(document: Document) -> npt.NDArray[np.int64]:
    section = 0
    sections: list[int] = []
    for unit in document.units:
        if unit.kind is UnitKind.HEADING:
            section += 1
        elif unit.is_text:
            sections.append(section)
    return np.array(sections, dtype=np.int64)


def _names(text: str, ordinary: frozenset[str]) -> frozenset[str]:
    tokens: Sequence[str] = raw_tokens(text)
    return frozenset(
        token.removesuffix("’s").removesuffix("'s")
        for token in tokens
        if token[0].isupper() and token.lower().replace("’", "'") not in ordinary and token != "I"
    )
