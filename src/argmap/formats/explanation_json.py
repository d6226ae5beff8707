"""Explanation JSON: what moved the scores of labels and links. It is written for scripts and not read back.

Offsets count characters of the text as read; effects are differences of log-odds.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from argmap import __version__
from argmap.document import Document, Span
from argmap.explanation import Explanation, LabelReasons, LinkReasons, NearExample, Part, StanceScore, UnitReasons
from argmap.graph import ArgumentMap

FORMAT = "argmap-explanation"
VERSION = 1
_DIGITS = 4
_SURROGATE = re.compile("[\ud800-\udfff]")


def dump_explanation(argument_map: ArgumentMap, explanation: Explanation) -> bytes:
    """Return the explanation of a map as UTF-8 JSON, one sentence or link a line; unpaired surrogates are escaped."""
    document = argument_map.document
    head = {
        "format": FORMAT,
        "version": VERSION,
        "document": {
            "id": document.id,
            "title": document.title,
            "source": document.source,
            "text_sha256": document.text_sha256,
        },
        "model": explanation.model,
        "method": explanation.method.value,
    }
    parts = [f"  {_dumps(key)}: {_dumps(value)}" for key, value in head.items()]
    parts.append(_listing("units", (_unit_object(argument_map, unit) for unit in explanation.units)))
    parts.append(_listing("links", map(_link_object, explanation.links)))
    parts.append(f'  "created_with": {_dumps({"argmap": __version__})}')
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode("utf-8")


def _listing(key: str, values: Iterable[Mapping[str, Any]]) -> str:
    lines = ",\n".join(f"    {_dumps(value)}" for value in values)
    return f'  "{key}": [\n{lines}\n  ]' if lines else f'  "{key}": []'


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unit_object(argument_map: ArgumentMap, reasons: UnitReasons) -> dict[str, Any]:
    unit = argument_map.units[reasons.unit]
    return {
        "unit": unit.id,
        **_span_object(argument_map.document, unit.span),
        "stances": [stance.value for stance in unit.stances],
        "reasons": [_label_object(argument_map.document, label) for label in reasons.labels],
        "runner_up": None if reasons.runner_up is None else _score_object(reasons.runner_up),
        "nearest": [_near_object(near) for near in reasons.nearest],
    }


def _label_object(document: Document, reasons: LabelReasons) -> dict[str, Any]:
    return {
        **_score_object(reasons.label),
        "words": [{**_span_object(document, word.span), "effect": _rounded(word.effect)} for word in reasons.words],
        "signs": [
            {
                "sign": sign.name,
                "effect": _rounded(sign.effect),
                "words": [_span_object(document, span) for span in sign.words],
            }
            for sign in reasons.signs
        ],
        "context": [{"part": part.name, "effect": _rounded(part.effect)} for part in reasons.context],
        "baseline": None if reasons.baseline is None else _rounded(reasons.baseline),
    }


def _score_object(score: StanceScore) -> dict[str, Any]:
    return {
        "stance": score.stance.value,
        "score": _rounded(score.score),
        "threshold": _rounded(score.threshold),
    }


def _near_object(near: NearExample) -> dict[str, Any]:
    example = near.example
    return {
        "article": example.article,
        "title": example.title,
        "unit": example.unit,
        "text": example.text,
        "stances": [stance.value for stance in example.stances],
        "likeness": _rounded(near.likeness),
    }


def _link_object(reasons: LinkReasons) -> dict[str, Any]:
    other = reasons.runner_up
    return {
        "relation": reasons.relation,
        "kind": reasons.kind.value,
        "source": reasons.source,
        "target": reasons.target,
        "score": _rounded(reasons.score),
        "threshold": _rounded(reasons.threshold),
        "parts": _part_objects(reasons.parts),
        "kind_parts": _part_objects(reasons.kind_parts),
        "runner_up": None if other is None else {"target": other[0], "score": _rounded(other[1])},
    }


def _part_objects(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{"part": part.name, "fact": part.fact, "effect": _rounded(part.effect)} for part in parts]


def _span_object(document: Document, span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.of(document.text)}


def _rounded(value: float) -> float:
    return round(value, _DIGITS) + 0.0  # no -0.0
