"""What annotators said of an article: its fingerprint, and the sentences that a model reads otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argmap.annotations import AnnotatedArticle
from argmap.document import Unit
from argmap.evaluation.matching import match_units
from argmap.labels import STANCES, Stance


@dataclass(frozen=True, slots=True)
class Misread:
    """A gold text unit (`start`, `end`) whose stances a model got wrong.

    `severity` is how far the score of the worst of these stances lies from the truth, 0 to 1; 1 where the model gave no
    scores; `scores` are the model's, in the order of `STANCES`, none where it gave none.
    """

    unit: str
    start: int
    end: int
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    severity: float
    scores: tuple[float, ...] = ()


def gold_sha256(article: AnnotatedArticle) -> str:
    """SHA-256 over all that is labelled: units, kinds, stances, evidence, links, thesis; not the ids of units."""
    places = {unit.id: [unit.span.start, unit.span.end] for unit in article.document.units}
    said = {
        "units": [
            [
                *places[unit.id],
                unit.kind.value,
                sorted(stance.value for stance in unit.stances),
                _primary(unit),
                _grounds(unit),
            ]
            for unit in article.document.units
        ],
        "links": sorted([places[link.source], places[link.target], link.kind.value] for link in article.links),
        "thesis": places[article.thesis] if article.thesis is not None else None,
    }
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode("ascii")).hexdigest()


def _primary(unit: Unit) -> str | None:
    return unit.primary.value if unit.primary else None


def _grounds(unit: Unit) -> str | None:
    return unit.evidence.value if unit.evidence else None


def misread_units(*, gold: Sequence[Unit], predicted: Sequence[Unit]) -> tuple[Misread, ...]:
    """The gold text units whose set of stances is not the predicted one, in text order; units are paired by overlap."""
    found = []
    for unit, guess in match_units(gold=gold, predicted=predicted):
        if unit is None or not unit.is_text:
            continue
        given = guess.stances if guess is not None and guess.is_text else ()
        wrong = set(unit.stances) ^ set(given)
        if wrong:
            found.append(
                Misread(
                    unit=unit.id,
                    start=unit.span.start,
                    end=unit.span.end,
                    gold=tuple(stance.value for stance in unit.stances),
                    predicted=tuple(stance.value for stance in given),
                    severity=_severity(unit, guess.scores if guess is not None else {}, wrong),
                    scores=tuple(guess.scores[s] for s in STANCES) if guess is not None and guess.scores else (),
                )
            )
    return tuple(found)


def _severity(unit: Unit, scores: Mapping[Stance, float], wrong: set[Stance]) -> float:
    if not scores:
        return 1.0
    return max(abs(scores[stance] - (stance in unit.stances)) for stance in wrong)
