"""What linking knows of the text units of one article, as arrays with a row a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from argmap.document import Document
from argmap.labels import EVIDENCE_TYPES, STANCES, Stance, UnitKind
from argmap.stance.classifier import SentenceScores
from argmap.stance.cues import CUE_LISTS, CUE_NAMES, cue_vector
from argmap.stance.encoder import ROLES
from argmap.stance.features import LexicalFeatures
from argmap.stance.sentences import places, sentences_of
from argmap.stance.tokens import FIRST_PERSON, NAME, masked_tokens, raw_tokens

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
CUES: tuple[str, ...] = (
    "starts contrast",
    "starts result",
    "starts addition",
    "starts pronoun",
    "starts question word",
    "starts we",
    "starts name",
    "starts quote",
    "starts if",
    "starts number",
    "for example",
    "question",
    "quoted share",
    "log length",
    "duty",
    "urge",
    "blame verb",
    "blame noun",
    "negation",
    "contrast",
    "cause",
    "statistic",
    "document",
    "time",
    "say",
    "believe",
    "we",
    "first person",
    "hope",
    "weak modal",
    "i say",
    "there is",
    "some say",
)
_CUE_ROWS = [CUE_NAMES.index(name) for name in CUES]
_STEM = 5  # letters that stand for a word's stem
_FUNCTION_WORDS = CUE_LISTS["function words"]


@dataclass(frozen=True)
class ArticleView:
    """Arrays over the n text units of an article, in text order.

    `stances` (n, 3) and `evidence` (n, 4) are probabilities; `cues` (n, len(CUES)); `vectors` (n, d) of unit length;
    `paragraph` and `section` count from 0; `words` and `names` are the content words and names of each unit;
    `title` (n, 3) is its likeness to the title: shared words, shared rare words, cosine of the vectors.
    What the encoder says (without one: no columns): `roles` (n, 3), log-odds of being the thesis, of giving grounds,
    of being given some; `meaning` (n, d), vectors of unit length.
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
    rarity: Mapping[str, float]
    title: FloatArray
    roles: FloatArray
    meaning: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def word_counts(self) -> sp.csr_matrix:
        """1 where a unit has a word: (n, words), the columns in alphabetical order."""
        return _incidence(self.words, sorted(self.rarity))

    @cached_property
    def word_weights(self) -> sp.csr_matrix:
        """`word_counts` with each word's rarity in place of 1."""
        weights = np.array([self.rarity[word] for word in sorted(self.rarity)], dtype=np.float64)
        matrix = self.word_counts.copy()
        matrix.data = weights[matrix.indices]
        return matrix

    @cached_property
    def name_counts(self) -> sp.csr_matrix:
        """1 where a unit has a name: (n, names)."""
        return _incidence(self.names, sorted(frozenset[str]().union(*self.names)))

    @property
    def claim(self) -> FloatArray:
        """How much each unit looks like a claim in the author's voice: 1 - P(no accusation) P(no recommendation)."""
        accusation = self.stances[:, STANCES.index(Stance.ACCUSATION)]
        recommendation = self.stances[:, STANCES.index(Stance.RECOMMENDATION)]
        claim: FloatArray = 1 - (1 - accusation) * (1 - recommendation)
        return claim


def view_of(document: Document, features: LexicalFeatures, scores: SentenceScores) -> ArticleView:
    """Build the view from a segmented document and the scores of its text units."""
    stances, evidence, read = scores.stances, scores.evidence, scores.read
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
    return ArticleView(
        ids=tuple(unit.id for unit in units),
        stances=np.asarray(stances, dtype=np.float64).reshape(len(units), len(STANCES)),
        evidence=np.asarray(evidence, dtype=np.float64).reshape(len(units), len(EVIDENCE_TYPES)),
        cues=np.array(cues, dtype=np.float64).reshape(len(units), len(CUES)),
        vectors=_unit_length(vectors),
        paragraph=np.cumsum([s.opens_paragraph for s in sentences]).astype(np.int64) - 1,
        section=_sections(document),
        depth=before / np.maximum(before + after, 1),
        words=words,
        names=tuple(_names(s.text, ordinary) for s in sentences),
        rarity={word: float(np.log((len(units) + 1) / count)) for word, count in frequency.items()},
        title=_likeness(document.title or "", features, words, vectors, len(units)),
        roles=np.zeros((len(units), 0)) if read is None else read.logits[:, ROLES],
        meaning=np.zeros((len(units), 0)) if read is None else _unit_length(read.vectors.astype(np.float64)),
    )


def _unit_length(vectors: FloatArray) -> FloatArray:
    scaled: FloatArray = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    return scaled


def _incidence(rows: Sequence[frozenset[str]], columns: Sequence[str]) -> sp.csr_matrix:
    number = {name: column for column, name in enumerate(columns)}
    indices = [sorted(number[name] for name in row) for row in rows]
    starts = np.cumsum([0, *map(len, indices)])
    flat = np.array([column for row in indices for column in row], dtype=np.int32)
    return sp.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(rows), len(columns)))


def _likeness(
    title: str, features: LexicalFeatures, words: Sequence[frozenset[str]], vectors: FloatArray, n: int
) -> FloatArray:
    tokens = masked_tokens(title.lower() if title.isupper() else title, features.ordinary_)
    wanted = frozenset(tokens) - _FUNCTION_WORDS - {NAME}
    stems = {word[:_STEM] for word in wanted if len(word) >= _STEM}
    vector = features.sentence_vectors([tokens])[0] if tokens else np.zeros(vectors.shape[1] if n else 0)
    cosine = vectors @ vector / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(vector) + 1e-9) if n else np.zeros(0)
    shared = [len(row & wanted) for row in words]
    stemmed = [len({word[:_STEM] for word in row if len(word) >= _STEM} & stems) / max(len(stems), 1) for row in words]
    return np.stack([np.array(shared, dtype=np.float64), np.array(stemmed, dtype=np.float64), cosine], axis=1)


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
        if token[0].isupper() and token.lower().replace("’", "'") not in ordinary | FIRST_PERSON
    )
