"""What moved the scores of labels and links, as frozen values.

An effect is a difference of log-odds: +0.7 about doubles the odds of a label or link, -0.7 about halves them. It tells
how the model came to its score. It does not tell why the author wrote the sentence, or whether the label is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from argmap.document import Span
from argmap.labels import RelationKind, Stance


class Method(StrEnum):
    """How the words' effects were found.

    `WEIGHTS`: read off a linear model, so that words, signs, context and baseline add up to the score's log-odds.
    `OCCLUSION`: by how much the score drops when the word is left out; such effects need not add up to anything.
    """

    WEIGHTS = "weights"
    OCCLUSION = "occlusion"


@dataclass(frozen=True, slots=True)
class WordEffect:
    """A word, number, name or mark (a span of `Document.text`), and its effect."""

    span: Span
    effect: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A hand-made feature that the sentence shows, in plain words, and the words that show it, if it is theirs."""

    name: str
    effect: float
    words: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Something else that moved a score, in plain words; `fact` says what it is here, where one can."""

    name: str
    effect: float
    fact: str = ""


@dataclass(frozen=True, slots=True)
class StanceScore:
    """A stance with its score and the threshold from which on it is given."""

    stance: Stance
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class LabelReasons:
    """What moved the score of one stance of a sentence; `baseline` is None where the effects do not add up."""

    label: StanceScore
    words: tuple[WordEffect, ...]
    signs: tuple[Sign, ...] = ()
    context: tuple[Part, ...] = ()
    baseline: float | None = None

    def marks(self) -> tuple[WordEffect, ...]:
        """The words' effects with those of their signs, shared out evenly among a sign's words; in text order."""
        effects = {word.span: word.effect for word in self.words}
        for sign in self.signs:
            for span in sign.words:
                effects[span] = effects.get(span, 0.0) + sign.effect / len(sign.words)
        return tuple(WordEffect(span, effects[span]) for span in sorted(effects))


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that was labelled by hand, from an article whose text is free to pass on; `article` is its id."""

    article: str
    title: str
    unit: str
    text: str
    stances: tuple[Stance, ...]


@dataclass(frozen=True, slots=True)
class NearExample:
    """An example with its likeness to a sentence: the cosine of their vectors, at most 1."""

    example: Example
    likeness: float


@dataclass(frozen=True, slots=True)
class UnitReasons:
    """A sentence's labels with what moved them, the stance that came next, and the labelled sentences nearest to it.

    A sentence without a label is explained by the stance that came closest to its threshold.
    """

    unit: str
    labels: tuple[LabelReasons, ...]
    runner_up: StanceScore | None
    nearest: tuple[NearExample, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkReasons:
    """What moved the score of a link, and its kind; `runner_up` is the next best target of its source, with its score.

    `kind_parts` are towards (+) or away from (-) the kind that the link has.
    """

    relation: str
    kind: RelationKind
    source: str
    target: str
    score: float
    threshold: float
    parts: tuple[Part, ...]
    kind_parts: tuple[Part, ...] = ()
    runner_up: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that can be said of an article's map: in text order, and in the order of its relations."""

    method: Method
    model: str
    units: tuple[UnitReasons, ...]
    links: tuple[LinkReasons, ...] = ()
