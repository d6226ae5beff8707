"""How well attributions are found: sources by name, and spans, against hand labels.

A sentence that quotes two sources is right if either is found, since a unit has one attribution.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from argmap.document import Attribution, Document, Span
from argmap.evaluation.attribution_gold import AttributionFile, LabelledAttribution

_DETERMINERS = re.compile(
    r"^(?:(?:the|an?|my|our|your|his|her|its|their|some|one|two|three|four|five|six|seven|eight|nine|ten|eleven|many|most|several"
    r"|same|own|late|both|all)\s+(?:of\s+)?)+(?=\w)",
    re.IGNORECASE,
)
_ATTACHED = re.compile(r"[,(]?\s*\b(?:of|for|at|in|on|by|from|with|to|close|who|which|that|behind)\b.*$", re.DOTALL)
_PLURAL = re.compile(r"['’]s?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class AttributionScores:
    """Shares of `quotations` labelled sentences: the right source by name, the exact spans, the right wording.

    `content_f1` is the overlap of the reported characters over all sentences, `content_mean_f1` its mean by sentence.
    """

    quotations: int
    source: float
    source_span: float
    cue_span: float
    content_span: float
    content_f1: float
    content_mean_f1: float
    wording: float


@dataclass(frozen=True, slots=True)
class _Match:
    """One sentence's attribution beside its labels: characters found, predicted and labelled, and what is right."""

    both: int
    predicted: int
    labelled: int
    source: bool
    source_span: bool
    cue_span: bool
    wording: bool

    @property
    def f1(self) -> float:
        total = self.predicted + self.labelled
        return 2 * self.both / total if total else 1.0


def attribution_scores(labelled: Iterable[AttributionFile], documents: Iterable[Document]) -> AttributionScores:
    """Score the attributions of `documents`, which were labelled in `labelled`; raises `ValueError` without any."""
    by_id = {document.id: document for document in documents}
    matches: list[_Match] = []
    for file in labelled:
        document = by_id[file.doc]
        found = {unit.id: unit.attribution for unit in document.units}
        for unit in dict.fromkeys(one.unit for one in file.attributions):
            choices = [one for one in file.attributions if one.unit == unit]
            matches.append(
                max((_match(one, found.get(unit)) for one in choices), key=lambda match: match.f1 + match.source / 100)
            )
    if not matches:
        raise ValueError("no labelled attribution")
    number = len(matches)
    both, predicted, gold = (sum(getattr(m, key) for m in matches) for key in ("both", "predicted", "labelled"))
    return AttributionScores(
        quotations=number,
        source=sum(m.source for m in matches) / number,
        source_span=sum(m.source_span for m in matches) / number,
        cue_span=sum(m.cue_span for m in matches) / number,
        content_span=sum(m.both == m.predicted == m.labelled for m in matches) / number,
        content_f1=2 * both / max(predicted + gold, 1),
        content_mean_f1=sum(m.f1 for m in matches) / number,
        wording=sum(m.wording for m in matches) / number,
    )


def same_name(found: str | None, names: Sequence[str | None]) -> bool:
    """Whether a source's name is one of the right ones.

    Case, articles and genitives do not count, nor does what describes an unnamed source further (`officials of both
    ministries`: officials); a name may be longer than the labelled one (`Ana Lee`: Lee).
    """
    if found is None:
        return None in names
    plain = _plain(found)
    return any(name is not None and (plain == _plain(name) or plain.endswith(" " + _plain(name))) for name in names)


def _plain(name: str) -> str:
    described = _DETERMINERS.sub("", name) != name or not any(word[:1].isupper() for word in name.split()[:1])
    name = _DETERMINERS.sub("", name)
    if described and name[:1].islower():
        name = _ATTACHED.sub("", name) or name
    return " ".join(_PLURAL.sub("", name.casefold()).split())


def _match(gold: LabelledAttribution, found: Attribution | None) -> _Match:
    labelled = _characters(gold.content)
    if found is None:
        return _Match(0, 0, len(labelled), False, False, False, False)
    predicted = _characters(found.parts or (found.content,))
    return _Match(
        len(labelled & predicted),
        len(predicted),
        len(labelled),
        same_name(found.name, gold.names),
        found.source == gold.source,
        found.cue == gold.cue,
        found.wording is gold.wording,
    )


def _characters(spans: Sequence[Span]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}
