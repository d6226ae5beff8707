"""An analysis as JSON, for other programs: format `argmap-analysis`, version 1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from argmap import __version__
from argmap.analysis import Analysis, ArticleFigures, Attack, Blaming, Sourcing
from argmap.labels import STANCES

FORMAT = "argmap-analysis"
VERSION = 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def dump_analyses(analyses: Sequence[Analysis], comparison: Sequence[ArticleFigures]) -> bytes:
    """UTF-8 JSON of any number of analyses and their comparison; unpaired surrogates stand as `\\udXXX` escapes."""
    value = {
        "format": FORMAT,
        "version": VERSION,
        "created_with": {"argmap": __version__},
        "articles": [_article(analysis) for analysis in analyses],
        "comparison": [_figures(article) for article in comparison],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode("utf-8")


def _article(analysis: Analysis) -> dict[str, Any]:
    argument_map = analysis.argument_map
    document = argument_map.document
    down = {fallen.unit for fallen in analysis.fallen}
    return {
        "doc": document.id,
        "title": document.title,
        "source": document.source,
        "text_sha256": document.text_sha256,
        "models": dict(sorted(argument_map.models.items())),
        "thesis": argument_map.thesis,
        "claims": list(analysis.claims),
        "without_evidence": [
            {
                "unit": found.unit,
                "stance": found.stance.value,
                "unsupported": found.unsupported,
                "grounds": list(found.grounds),
            }
            for found in analysis.without_evidence
        ],
        "load_bearing": [
            {"unit": load.unit, "serves": list(load.serves), "falls": list(load.falls), "rests": load.rests}
            for load in analysis.load_bearing.loads
        ],
        "load_bearing_not_asked": analysis.load_bearing.not_asked,
        "contested": [
            {"unit": found.unit, "defended": found.defended, "attacks": [_attack(attack) for attack in found.attacks]}
            for found in analysis.contested
        ],
        "sourcing": _sourcing(analysis.sourcing),
        "blame": [_blaming(row) for row in analysis.blaming],
        "called_on": [{"addressee": row.addressee, "units": list(row.units)} for row in analysis.called_on],
        "circular": [
            {
                "claim": circle.claim,
                "ground": circle.ground,
                "between": list(circle.between),
                "likeness": round(circle.likeness, 4),
            }
            for circle in analysis.circular
        ],
        "chains": [
            {
                "leaf": chain.leaf,
                "reaches_thesis": chain.reaches_thesis,
                "left_out": chain.left_out,
                "steps": [
                    {
                        "relation": step.relation,
                        "kind": step.kind.value,
                        "undercut": step.is_undercut,
                        "unit": step.unit,
                    }
                    for step in chain.steps
                ],
            }
            for chain in analysis.chains
        ],
        "acceptability": {
            "semantics": "grounded",
            "stands": [unit.id for unit in document.text_units() if unit.id not in down],
            "falls": [{"unit": fallen.unit, "attackers": list(fallen.attackers)} for fallen in analysis.fallen],
        },
        "sentences": {
            unit.id: {
                "start": unit.span.start,
                "end": unit.span.end,
                "text": document.text_of(unit),
                "stances": [stance.value for stance in unit.stances],
                "evidence": unit.evidence.value if unit.evidence else None,
            }
            for unit in document.text_units()
        },
    }


def _attack(attack: Attack) -> dict[str, Any]:
    return {
        "relation": attack.relation,
        "sources": list(attack.sources),
        "undercut": attack.is_undercut,
        "answers": list(attack.answers),
        "holds": attack.holds,
    }


def _blaming(row: Blaming) -> dict[str, Any]:
    return {"accuser": row.accuser, "accused": row.accused, "units": list(row.units)}


def _sourcing(sourcing: Sourcing) -> dict[str, Any]:
    return {
        "one_sided": sourcing.one_sided.value if sourcing.one_sided else None,
        "voices": [
            {
                "source": voice.name,
                "quotations": [
                    {"unit": unit, "side": side.value} for unit, side in zip(voice.units, voice.sides, strict=True)
                ],
            }
            for voice in sourcing.voices
        ],
    }


def _figures(article: ArticleFigures) -> dict[str, Any]:
    share = article.unsupported_share
    return {
        "doc": article.doc,
        "sentences": article.sentences,
        "stances": {stance.value: article.stances[stance] for stance in STANCES},
        "unsupported_accusations": article.unsupported_accusations,
        "unsupported_accusation_share": None if share is None else round(share, 4),
        "accusations_without_evidence": article.accusations_without_evidence,
        "quotations_for": article.quotations_for,
        "quotations_against": article.quotations_against,
        "one_sided": article.voices.one_sided.value if article.voices.one_sided else None,
        "blame": [_blaming(row) for row in article.blaming],
    }
