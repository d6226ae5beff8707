"""What moved the score of a link: groups of features, each set to its mean over the training pairs in turn.

The drop of the log-odds is the group's effect. Groups of features rather than features, since many say the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from argmap.document import Relation
from argmap.explanation import LinkReasons, Part
from argmap.labels import EVIDENCE_TYPES, STANCES, RelationKind
from argmap.linking.features import candidate_pairs, pair_features
from argmap.linking.model import LinkModel
from argmap.linking.view import CUES, ArticleView

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_FINITE = 1e-6
_FACT_WORDS = 6
_FACT_LETTERS = 24
_LAID_OUT = 32  # the columns of `pair_features` that stand one by one, before its blocks
DISTANCE, PARAGRAPHS, BETWEEN, PLACE = (
    "how far apart they stand",
    "paragraphs and sections",
    "claims in between",
    "place",
)
THESIS, CLAIMS, EVIDENCE = "how like a thesis they score", "stance scores of both", "evidence scores of both"
TITLE, LIKENESS, WORDS, NAMES = "likeness to the title", "likeness of meaning", "words in both", "names in both"
CONNECTIVES, WORDING, LENGTH = "how they and the next sentence begin", "wording of both", "length of the article"
ROLES = "how like claim and grounds they read"


def feature_groups(roles: int) -> Mapping[str, IntArray]:
    """The columns of `pair_features` by what they say, in plain words: a partition of all of them.

    `roles` is the number of columns of `ArticleView.roles`: 0 without an encoder.
    """
    single = {
        DISTANCE: range(4),
        PARAGRAPHS: range(4, 7),
        BETWEEN: range(7, 11),
        PLACE: (*range(11, 15), 23, 24),
        THESIS: range(15, 20),
        CLAIMS: range(20, 23),
        TITLE: range(25, 27),
        LIKENESS: (27,),
        WORDS: (28, 29),
        NAMES: (30,),
        LENGTH: (31,),
    }
    groups = {name: list(columns) for name, columns in single.items()}
    starts = sum(name.startswith("starts ") or name in ("for example", "question") for name in CUES)
    blocks = (
        *[(CLAIMS, len(STANCES))] * 2,
        *[(EVIDENCE, len(EVIDENCE_TYPES))] * 2,
        *[(CONNECTIVES, starts)] * 3,
        *[(WORDING, len(CUES) - starts)] * 2,
        *[(ROLES, roles)] * (2 * bool(roles)),
        *[(LIKENESS, 1)] * bool(roles),
    )
    first = _LAID_OUT
    for name, width in blocks:
        groups.setdefault(name, []).extend(range(first, first + width))
        first += width
    return {name: np.array(columns, dtype=np.int64) for name, columns in groups.items()}


class LinkExplainer:
    """Explains links of one article by the model that drew them."""

    def __init__(self, view: ArticleView, model: LinkModel, opening: Callable[[int], str]) -> None:
        """`opening(row)` is the first words of a sentence, to be shown as a fact."""
        self._view = view
        self._model = model
        self._opening = opening
        self._row = {unit: row for row, unit in enumerate(view.ids)}
        self._thesis = model.thesis_probability(view)
        self._groups = feature_groups(view.roles.shape[1])
        self._candidates = candidate_pairs(view, self._thesis)

    def explain(self, relation: Relation) -> LinkReasons:
        """What moved the score and the kind of a link from one sentence to another."""
        source, target = self._row[relation.sources[0]], self._row[relation.target]
        row = self._features([source], [target])
        score = float(self._model.pairs.probability(row)[0])
        facts = self._facts(source, target)
        parts = [Part(name, effect, facts.get(name, "")) for name, effect in self._effects(row).items()]
        kinds = self._kind_effects(row, relation.kind)
        return LinkReasons(
            relation=relation.id,
            kind=relation.kind,
            source=relation.sources[0],
            target=relation.target,
            score=score,
            threshold=self._model.threshold,
            parts=_by_strength(parts),
            kind_parts=_by_strength([Part(name, effect, facts.get(name, "")) for name, effect in kinds.items()]),
            runner_up=self._runner_up(source, target),
        )

    def _features(self, source: Sequence[int], target: Sequence[int]) -> FloatArray:
        i, j = np.array(source, dtype=np.int64), np.array(target, dtype=np.int64)
        return pair_features(self._view, self._thesis, i, j)

    def _effects(self, row: FloatArray) -> dict[str, float]:
        """The drop of the link's log-odds with each group at its mean."""
        variants = np.repeat(row, len(self._groups) + 1, axis=0)
        for number, columns in enumerate(self._groups.values(), start=1):
            variants[number, columns] = self._model.pairs.mean[columns]
        odds = logit(np.clip(self._model.pairs.probability(variants), _FINITE, 1 - _FINITE))
        return {name: float(odds[0] - without) for name, without in zip(self._groups, odds[1:], strict=True)}

    def _kind_effects(self, row: FloatArray, kind: RelationKind) -> dict[str, float]:
        """The same for the log-odds of the kind that was chosen; exact, since that scorer is linear."""
        sign = 1.0 if kind is RelationKind.ATTACK else -1.0
        scorer = self._model.attack
        whole = scorer.decision(row)[0]
        effects = {}
        for name, columns in self._groups.items():
            without = row.copy()
            without[0, columns] = scorer.mean[columns]
            effects[name] = sign * float(whole - scorer.decision(without)[0])
        return effects

    def _runner_up(self, source: int, target: int) -> tuple[str, float] | None:
        """The other target that the source scores best with."""
        sources, targets = self._candidates
        others = targets[(sources == source) & (targets != target)]
        if not len(others):
            return None
        scores = self._model.pairs.probability(self._features([source] * len(others), others.tolist()))
        best = int(scores.argmax())
        return self._view.ids[int(others[best])], float(scores[best])

    def _facts(self, source: int, target: int) -> dict[str, str]:
        view = self._view
        apart = abs(target - source)
        same = view.paragraph[source] == view.paragraph[target]
        paragraphs = abs(int(view.paragraph[source] - view.paragraph[target]))
        return {
            DISTANCE: "next to each other" if apart == 1 else f"{apart} sentences",
            PARAGRAPHS: "the same paragraph" if same else _counted(paragraphs, "paragraph"),
            THESIS: f"target {self._thesis[target]:.2f}, source {self._thesis[source]:.2f}",
            LIKENESS: f"{float(view.vectors[source] @ view.vectors[target]):.2f}",
            WORDS: _listed(sorted(view.words[source] & view.words[target], key=lambda w: (-view.rarity[w], w))),
            NAMES: _listed(sorted(view.names[source] & view.names[target])),
            CONNECTIVES: f"“{self._opening(source)} …”, “{self._opening(target)} …”",
            LENGTH: _counted(len(view), "sentence"),
        }


def _by_strength(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: -abs(part.effect)))


def _listed(words: Sequence[str]) -> str:
    shown = [word if len(word) <= _FACT_LETTERS else word[: _FACT_LETTERS - 1] + "…" for word in words[:_FACT_WORDS]]
    return ", ".join(shown) + (" …" if len(words) > _FACT_WORDS else "") if words else "none"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
