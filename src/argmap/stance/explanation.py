"""What moved the stance scores of a sentence: exact weights for the linear model, occlusion for any other.

Occlusion as in Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (ECCV 2014), by words left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import logit

from argmap.document import Span
from argmap.explanation import LabelReasons, Part, Sign, StanceScore, WordEffect
from argmap.labels import STANCES, Stance
from argmap.stance.classifier import StanceClassifier
from argmap.stance.folding import Folder
from argmap.stance.sentences import Sentence, article_numbers, neighbours, places
from argmap.stance.signs import SIGN_NAMES, rows_of_sign
from argmap.stance.words import Word, words_of

FloatArray = npt.NDArray[np.float64]
Rescore = Callable[[int, Sequence[str]], FloatArray]  # (row, texts) -> stance scores (texts, 3) with that text there
BEFORE, AFTER = "the sentences before it", "the sentences after it"
REST, PLACE = "the rest of the article", "its place in article and paragraph"
AROUND = "all but its own words"
_MOST_PARTS = 96  # left out one by one; a longer sentence loses several words at a time
_FINITE = 1e-6


@dataclass(frozen=True)
class ScoredArticle:
    """One article's sentences: where each begins in the text, the stances that it was given, primary first, and the
    scores (n, 3) and thresholds (3,) behind them.
    """

    X: Sequence[Sentence]
    starts: Sequence[int]
    stances: Sequence[tuple[Stance, ...]]
    scores: FloatArray
    thresholds: FloatArray

    def ranked(self, row: int) -> list[StanceScore]:
        """All stances: those given, then those not given, by how close they come to their thresholds."""
        given = self.stances[row]
        scored = {
            stance: StanceScore(stance, float(self.scores[row, k]), float(self.thresholds[k]))
            for k, stance in enumerate(STANCES)
        }
        others = sorted(
            (score for stance, score in scored.items() if stance not in given), key=lambda s: -s.score / s.threshold
        )
        return [*(scored[stance] for stance in given), *others]

    def explained(self, row: int) -> tuple[list[StanceScore], StanceScore | None]:
        """The stances to explain (those given, else the closest one), and the one that came next."""
        ranked = self.ranked(row)
        number = max(len(self.stances[row]), 1)
        return ranked[:number], next(iter(ranked[number:]), None)


class WeightReasons:
    """Reads the effects off the two linear stages of a `StanceClassifier`; exact, as long as no log-odds is cut off."""

    def __init__(self, article: ScoredArticle, model: StanceClassifier) -> None:
        self._article = article
        self._model = model
        self._words = [words_of(sentence.text, model.features_.ordinary_) for sentence in article.X]
        self._tokens = [[word.token for word in words] for words in self._words]
        self._matrix: sp.csr_matrix = model.features_.matrix(article.X, self._tokens)
        self._odds = model.head_.first_stage(self._matrix)
        self._numbers = article_numbers(article.X)
        self._folder = Folder(model.features_)

    def label(self, row: int, label: StanceScore) -> LabelReasons:
        """What moved the score of one stance of the sentence X[row]."""
        k = STANCES.index(label.stance)
        head, odds = self._model.head_, self._odds
        number, labels = odds.shape
        around, mean, place = _stages(head.second_coef_[k].astype(np.float64), labels)
        onward = head.effect(np.eye(labels), number)[:, k]  # of its own first stage: directly, and through the mean
        row_matrix = self._matrix[[row]]
        folded = self._folder.fold(row_matrix, self._tokens[row], onward @ head.first_coef_.astype(np.float64))
        uncut = np.asarray(row_matrix @ head.first_coef_.T.astype(np.float64))[0] + head.first_bias_
        sides = self._sides(row, around)
        context = (
            Part(BEFORE, folded.before + sides[0]),
            Part(AFTER, folded.after + sides[1]),
            Part(REST, float(mean @ (odds.sum(axis=0) - odds[row])) / number),
            Part(PLACE, folded.place + float(place @ _places(self._numbers)[row])),
        )
        constant = float(onward @ (head.first_bias_ + odds[row] - uncut)) + float(head.second_bias_[k])
        words, start = self._words[row], self._article.starts[row]
        return LabelReasons(
            label=label,
            words=_effects(words, folded.words, start),
            signs=_signs(folded.cues, words, start),
            context=context,
            baseline=folded.constant + constant,
        )

    def _sides(self, row: int, around: FloatArray) -> tuple[float, float]:
        """What the first stage's log-odds of the sentences before and after add; `around` (offsets, labels)."""
        reach = len(around) // 2
        offsets = [*range(-reach, 0), *range(1, reach + 1)]
        effects = [
            float(neighbours(self._odds, self._numbers, offset)[row] @ weights)
            for offset, weights in zip(offsets, around, strict=True)
        ]
        return sum(effects[:reach]), sum(effects[reach:])


def _stages(second: FloatArray, labels: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The second stage's weights as `ContextualHead` lays them out: of neighbours (offsets, labels), mean, place."""
    blocks = second[:-4].reshape(-1, labels)
    return blocks[1:-1], blocks[-1], second[-4:]


def _places(numbers: npt.NDArray[np.int64]) -> FloatArray:
    before, after = places(numbers)
    length = before + after + 1
    return np.stack([before / length, after / length, np.minimum(before, 5) / 5, np.minimum(after, 5) / 5], axis=1)


def _effects(words: Sequence[Word], effects: FloatArray, start: int) -> tuple[WordEffect, ...]:
    return tuple(
        WordEffect(Span(start + word.start, start + word.end), float(effect))
        for word, effect in zip(words, effects, strict=True)
    )


def _signs(cues: Mapping[str, float], words: Sequence[Word], start: int) -> tuple[Sign, ...]:
    """The cues in plain words, strongest first."""
    tokens = [word.token for word in words]
    signs = [
        Sign(
            SIGN_NAMES[name],
            effect,
            tuple(Span(start + words[i].start, start + words[i].end) for i in rows_of_sign(name, tokens)),
        )
        for name, effect in cues.items()
        if effect
    ]
    return tuple(sorted(signs, key=lambda sign: -abs(sign.effect)))


class OcclusionReasons:
    """Leaves the words out one by one and scores again; a name of several words is left out at once."""

    def __init__(self, article: ScoredArticle, ordinary: frozenset[str], rescore: Rescore) -> None:
        self._article = article
        self._ordinary = ordinary
        self._rescore = rescore
        self._last: tuple[int, list[Span], FloatArray] | None = None

    def label(self, row: int, label: StanceScore) -> LabelReasons:
        """What moved the score of one stance of the sentence X[row]; the label keeps the score that it was given."""
        spans, drops = self._drops(row)
        k = STANCES.index(label.stance)
        start = self._article.starts[row]
        words = tuple(
            WordEffect(Span(start + span.start, start + span.end), float(drop))
            for span, drop in zip(spans, drops[2:, k], strict=True)
        )
        return LabelReasons(label, words, context=(Part(AROUND, float(drops[1, k])),))

    def _drops(self, row: int) -> tuple[list[Span], FloatArray]:
        """Spans of the sentence, and log-odds (2 + spans, 3): as it is; of nothing in its place; drops without each."""
        if self._last is None or self._last[0] != row:
            text = self._article.X[row].text
            spans = _parts(words_of(text, self._ordinary))
            texts = [text, "", *(text[: span.start] + text[span.end :] for span in spans)]
            odds = _log_odds(self._rescore(row, texts))
            odds[2:] = odds[0] - odds[2:]
            self._last = (row, spans, odds)
        return self._last[1], self._last[2]


def _parts(words: Sequence[Word]) -> list[Span]:
    """At most `_MOST_PARTS` spans that hold all words."""
    size = max(-(-len(words) // _MOST_PARTS), 1)
    groups = [words[i : i + size] for i in range(0, len(words), size)]
    return [Span(group[0].start, group[-1].end) for group in groups]


def _log_odds(scores: FloatArray) -> FloatArray:
    odds: FloatArray = logit(np.clip(scores, _FINITE, 1 - _FINITE))
    return odds
