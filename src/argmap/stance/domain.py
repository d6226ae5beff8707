"""Whether a text is English prose at all: a score for "out of domain", so that no label is given with a straight face.

A logistic regression on ten measures of `english`, fitted on sentences of op-eds against lines that were written for
it (`domain_examples.txt`) or drawn at random. No language but English is modelled, so a language that it was never
shown is told by not being English. Genre is not judged: a recipe in English is in.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from argmap.document import OUT_OF_DOMAIN, Document, Unit
from argmap.errors import InputError
from argmap.labels import UnitKind
from argmap.stance.english import MEASURES, English, learn_english

FloatArray = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]

_SCORE_DIGITS = 4
_REASONS = {
    "words that are not English": ("unknown words", "function words", "rare words", "letter surprise", "accents"),
    "code or addresses": ("odd chunks", "signs", "brackets"),
    "numbers": ("digits",),
}
_FOREIGN = 0.3  # share of letters of another script; their words have odd shapes as well
_SENTENCE_END = re.compile(r"(?<=[.?!…”\"])\s+|\n+")
_FALSE_FLAGS = 0.001  # share of English sentences that may lie above the limit
_HELD_OUT = 5  # a text in so many shows what is typical, and is in no table
_FEWEST_WORDS = 100  # different ones
_MOST_TEXTS = 600  # held-out texts whose sentences are looked at
_DRAWN = 60  # random lines of each kind
_MARGIN = 2.5  # log-odds by which an article must be further out: all of its labels are at stake
_STRENGTH = 1.0
_RECORD = re.compile(r"[\d={}();<>/_|\\]")  # what lines of tables, logs and code have, and verse has not
_END = re.compile(r"[.?!…][”’\"')\]»]*$|[”\"’']$")
_MOST_RECORDS = 0.7  # of the sentences of 976 published op-eds, two articles have more than 0.56 that end in no mark
_FEW = 3
_WINDOWS = (1, 1, 2, 5)  # sentences joined to one example
_EXAMPLES = files("argmap.stance").joinpath("domain_examples.txt").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class DomainModel:
    """Scores of texts, 0 (English prose) to 1: `coef` (measures,) weighs what exceeds `english.typical`."""

    english: English
    coef: FloatArray
    bias: float

    @classmethod
    def fit(cls, texts: Sequence[str], unlabelled: Sequence[str] = (), *, seed: int = 0) -> DomainModel:
        """Learn from English articles, labelled or not; raises `InputError` if they are fewer than five or wordless."""
        articles = [text for text in (*texts, *unlabelled) if text.strip()]
        if len(articles) < _HELD_OUT:
            raise InputError(f"{len(articles)} articles to learn English from", expected=f"at least {_HELD_OUT}")
        shown = articles[::_HELD_OUT]
        english = learn_english(text for number, text in enumerate(articles) if number % _HELD_OUT)
        sentences = [s for text in shown[:_MOST_TEXTS] for s in _SENTENCE_END.split(text) if s.strip()]
        if len(english.common) < _FEWEST_WORDS or not sentences:
            raise InputError("too few words to learn English from", expected="articles in English")
        english = replace(english, typical=english.together(sentences)[0])
        good = [" ".join(part) for part in _windows(sentences)]
        bad = [" ".join(part) for lines in _negatives(seed) for part in _windows(lines)]
        X = _excess(english, english.measures([*good, *bad]))
        coef, bias = _weigh(X, np.array([0] * len(good) + [1] * len(bad)))
        highest = float(np.quantile(_excess(english, english.measures(sentences)) @ coef, 1 - _FALSE_FLAGS))
        return cls(english, coef, min(bias, -highest))

    def scores(self, texts: Sequence[str]) -> FloatArray:
        """The score of each text, usually a sentence, by itself: (texts,)."""
        odds = (_excess(self.english, self.english.measures(texts)) * self.coef).sum(axis=1) + self.bias
        return np.asarray(expit(odds), dtype=np.float64)

    def article_score(self, texts: Sequence[str]) -> float:
        """The score of an article, given as its sentences; 0 without any. It is surer of itself than of a sentence.

        Lines of figures or signs that end in no mark, as in tables, logs and code, are no prose, whatever their words.
        """
        if not any(text.strip() for text in texts):
            return 0.0
        odds = (_excess(self.english, self.english.together(texts)) * self.coef).sum(axis=1) + self.bias - _MARGIN
        return max(float(expit(odds[0])), _records(texts))

    def reason(self, texts: Sequence[str]) -> str:
        """What an article outside the domain looks like most, in words."""
        if _records(texts) > 0:
            return "a table, a log or code"
        excess = _excess(self.english, self.english.together(texts))[0]
        if excess[MEASURES.index("other script")] > _FOREIGN:
            return "another script"
        parts = dict(zip(MEASURES, excess * self.coef, strict=True))
        return max(_REASONS, key=lambda reason: sum(parts[measure] for measure in _REASONS[reason]))

    def arrays(self) -> Arrays:
        """Plain arrays, from which `from_arrays` makes the same model."""
        words = sorted(self.english.common)
        return {
            "words": np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8),
            "common": np.array([round(250 * self.english.common[word]) for word in words], dtype=np.uint8),
            "function": np.array([word in self.english.function for word in words], dtype=np.uint8),
            "surprise": self.english.surprise.astype(np.float16),
            "typical": self.english.typical,
            "coef": self.coef,
            "bias": np.array([self.bias]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> DomainModel:
        """The model of `arrays`; raises `KeyError` or `ValueError` if they do not fit together."""
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        common, function = arrays["common"], arrays["function"]
        surprise, typical, coef = arrays["surprise"].astype(np.float32), arrays["typical"], arrays["coef"]
        (bias,) = arrays["bias"].tolist()
        if len(common) != len(words) or len(function) != len(words) or surprise.shape != (29, 29, 29):
            raise ValueError("tables of words and letters of the wrong shape")
        if typical.shape != (len(MEASURES),) or coef.shape != (len(MEASURES),):
            raise ValueError(f"weights for another number of measures than {len(MEASURES)}")
        english = English(
            {word: int(value) / 250 for word, value in zip(words, common, strict=True)},
            frozenset(word for word, is_function in zip(words, function, strict=True) if is_function),
            surprise,
            typical.astype(np.float64),
        )
        return cls(english, coef.astype(np.float64), float(bias))


def withhold(document: Document, domain: DomainModel, *, any_text: bool = False) -> Document:
    """Put `out_of_domain` on a labelled document and its text units, and take labels away where it is over the limit.

    That of the article takes all away, that of a sentence its own; the stances' scores stay. `any_text` keeps labels.
    """
    texts = [document.text_of(unit) for unit in document.text_units()]
    whole = round(domain.article_score(texts), _SCORE_DIGITS)
    scores = iter(domain.scores(texts).round(_SCORE_DIGITS).tolist())

    def judged(unit: Unit) -> Unit:
        if not unit.is_text:
            return unit
        unit = replace(unit, out_of_domain=next(scores))
        if any_text or not (whole > OUT_OF_DOMAIN or is_outside(unit)):
            return unit
        return replace(unit, stances=(), evidence=None, evidence_score=None)

    return replace(document, units=tuple(judged(unit) for unit in document.units), out_of_domain=whole)


def is_outside(unit: Unit) -> bool:
    """Whether a unit's `out_of_domain` is over the limit."""
    return unit.out_of_domain is not None and unit.out_of_domain > OUT_OF_DOMAIN


def without_outside(document: Document) -> tuple[Document, npt.NDArray[np.bool_]]:
    """The document with sentences over the limit as boilerplate, and which text units (n,) remain."""
    kept = np.array([not is_outside(unit) for unit in document.text_units()], dtype=bool)
    units = (replace(unit, kind=UnitKind.BOILERPLATE) if is_outside(unit) else unit for unit in document.units)
    return document.with_units(tuple(units)), kept


def _records(texts: Sequence[str]) -> float:
    """The share of the texts that are lines of records, 0 where it is no larger than in odd op-eds or they are few."""
    if len(texts) < _FEW:
        return 0.0
    share = sum(_END.search(text.rstrip()) is None and _RECORD.search(text) is not None for text in texts) / len(texts)
    return share if share > _MOST_RECORDS else 0.0


def _excess(english: English, measures: FloatArray) -> FloatArray:
    """How far each measure is above what is typical of English; below is as good as typical."""
    above: FloatArray = np.maximum(measures - english.typical, 0.0)
    return above


def _weigh(X: FloatArray, y: npt.NDArray[np.int64]) -> tuple[FloatArray, float]:
    """Logistic regression without negative weights: nothing makes up for what is odd."""
    scale = X.std(axis=0) + 1e-6
    coef, kept = np.zeros(X.shape[1]), np.arange(X.shape[1])
    while True:
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000).fit((X / scale)[:, kept], y)
        if not np.any(model.coef_[0] < 0):
            coef[kept] = model.coef_[0] / scale[kept]
            return coef, float(model.intercept_[0])
        kept = kept[model.coef_[0] >= 0]


def _windows(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    for size in _WINDOWS:
        for start in range(0, len(lines), size):
            yield lines[start : start + size]


def _negatives(seed: int) -> Iterator[list[str]]:
    """Groups of lines that are no English prose."""
    yield from written_examples().values()
    draw = random.Random(seed)  # noqa: S311 - no secret
    letters, signs = string.ascii_lowercase, string.punctuation

    def word(alphabet: str) -> str:
        return "".join(draw.choices(alphabet, k=draw.randint(2, 9)))

    def number() -> str:
        return draw.choice((str(draw.randint(0, 9999)), f"{draw.uniform(-99, 999):.2f}", f"{draw.random():.4f}"))

    makers: tuple[Callable[[], str], ...] = (
        lambda: " ".join(word(letters) for _ in range(draw.randint(4, 20))),
        lambda: " ".join(number() for _ in range(draw.randint(5, 30))),
        lambda: draw.choice(",;\t|").join(number() for _ in range(draw.randint(4, 12))),
        lambda: "".join(draw.choices(letters + letters.upper() + string.digits, k=draw.randint(24, 90))),
        lambda: " ".join(word(signs) for _ in range(draw.randint(4, 12))),
    )
    for make in makers:
        yield [make() for _ in range(_DRAWN)]


def written_examples() -> dict[str, list[str]]:
    """The lines of `domain_examples.txt` by kind."""
    kinds: dict[str, list[str]] = {}
    for line in _EXAMPLES.splitlines():
        if re.fullmatch(r"\[[a-z ]+\]", line):
            kinds[line[1:-1]] = []
        elif kinds and line.strip():
            kinds[list(kinds)[-1]].append(line)
    return kinds
