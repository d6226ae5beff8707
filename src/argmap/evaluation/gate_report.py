"""What came of a gate: a table for the terminal, JSON, JUnit XML, Markdown for the summary of a CI run."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from argmap import __version__
from argmap.evaluation.comparison import Check, GateResult, Verdict
from argmap.evaluation.evaluate import Evaluation
from argmap.evaluation.gold import Misread
from argmap.evaluation.report import remarks, tables, text_report
from argmap.evaluation.tables import Table, as_markdown
from argmap.formats import markdown
from argmap.formats.junit import Case, Outcome, junit_xml

FORMAT = "argmap-gate"
VERSION = 1
SUMMARY_LIMIT = 1024 * 1024
"""Bytes that GitHub takes as the summary of one step."""
_DIGITS = 6
_COLUMNS = ("", "measured", "bounds", "bar", "verdict")
_SIGNS = {"floor": "≥", "ceiling": "≤", "minimum": "≥"}
_OUTCOMES: dict[Verdict, Outcome] = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "skipped",
}


def gate_json(result: GateResult) -> dict[str, Any]:
    """The result as plain values; the same result gives the same values. Null where a number is not known."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "argmap": __version__,
        "verdict": result.verdict.value,
        "model": result.model,
        "baseline": result.baseline,
        "settings": {"confidence": result.confidence, "resamples": result.resamples, "seed": result.seed},
        "articles": result.articles,
        "articles_needed": result.needed,
        "checks": [
            {
                "kind": check.kind,
                "metric": check.metric,
                "verdict": check.verdict.value,
                "why": check.why,
                "bar": _number(check.bar),
                "value": _number(check.value),
                "low": _number(check.low),
                "high": _number(check.high),
                "articles_needed": check.needed,
            }
            for check in result.checks
        ],
    }


def _number(value: float | None) -> float | None:
    return round(value, _DIGITS) if value is not None and math.isfinite(value) else None


def gate_table(result: GateResult) -> Table:
    """A row a check, with what the columns mean."""
    rows = [(check.name, *(_cells(check)), check.verdict.value) for check in result.checks]
    against = f" against {result.baseline}" if result.baseline else ""
    return Table(f"Gate: {result.model}{against}", _COLUMNS, tuple(rows), _meaning(result))


def _cells(check: Check) -> tuple[str, str, str]:
    whole = check.kind == "minimum"
    signed = check.kind == "drop"
    value = "" if check.value is None else f"{check.value:,.0f}" if whole else _shown(check.value, signed)
    bounds = "" if check.low is None or check.high is None else _bounds(check.low, check.high, signed)
    if check.bar is None:
        return value, bounds, ""
    if signed:
        return value, bounds, f"{'≥' if check.bar <= 0 else '≤'} {_shown(check.bar, signed)}"
    return value, bounds, f"{_SIGNS[check.kind]} {f'{check.bar:,.0f}' if whole else _shown(check.bar, signed)}"


def _shown(value: float, signed: bool) -> str:
    return f"{value:+.3f}" if signed and round(value, 3) else f"{abs(value) if signed else value:.3f}"


def _bounds(low: float, high: float, signed: bool) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    return f"{_shown(low, signed)} to {_shown(high, signed)}"


def _meaning(result: GateResult) -> str:
    drops = " A drop is the model's figure less the baseline's." if result.baseline else ""
    gates = round(1 / (1 - result.confidence))
    return (
        f"PASS: with {100 * result.confidence:g} % confidence on the right side of the bar. FAIL: shown to be on the "
        f"wrong side; a model that is good enough fails by accident at most once in {gates} "
        f"gates, all bars together. INCONCLUSIVE: {result.articles:,} articles are too few to tell.{drops} Bounds from "
        f"{result.resamples:,} draws of the articles (seed {result.seed}), the same for both models."
    )


def conclusion(result: GateResult) -> str:
    """The verdict in one line, with what to do about it."""
    failed = [check for check in result.checks if check.verdict is Verdict.FAIL]
    open_ones = [check for check in result.checks if check.verdict is Verdict.INCONCLUSIVE]
    if failed:
        more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"FAIL: {failed[0].name}: {failed[0].why}{more}"
    if not open_ones:
        return f"PASS: {len(result.checks)} of {len(result.checks)} checks"
    what = f"INCONCLUSIVE: {open_ones[0].name}: {open_ones[0].why}"
    if len(open_ones) > 1:
        what += f", and {len(open_ones) - 1} more"
    return f"{what}; {_remedy(result, open_ones)}"


def _remedy(result: GateResult, open_ones: Sequence[Check]) -> str:
    hopeless = [check for check in open_ones if check.needed is None]
    parts = []
    if result.needed is not None:
        parts.append(
            f"about {result.needed:,} labelled articles would tell, if the figures stay as they are; "
            f"there are {result.articles:,}"
        )
    if hopeless:
        parts.append(
            f"{hopeless[0].name} lies so near its bar that no number of articles tells; move the bar if either is fine"
        )
    return "; ".join(parts)


def gate_junit(result: GateResult) -> bytes:
    """One test case a check: an inconclusive one is skipped, since it neither passed nor failed."""
    cases = [Case(check.name, _OUTCOMES[check.verdict], _case_message(check)) for check in result.checks]
    properties = [("verdict", result.verdict.value), ("model", result.model), ("articles", str(result.articles))]
    if result.baseline:
        properties.append(("baseline", result.baseline))
    return junit_xml("argmap gate", cases, properties=properties)


def _case_message(check: Check) -> str:
    value, bounds, bar = _cells(check)
    shown = ", ".join(
        f"{name} {text}" for name, text in (("measured", value), ("bounds", bounds), ("bar", bar)) if text
    )
    needed = f"; about {check.needed:,} articles would tell" if check.needed is not None else ""
    return f"{check.verdict.value}: {check.why}{f' ({shown})' if shown else ''}{needed}"


def summary(
    evaluation: Evaluation,
    result: GateResult | None,
    misread: Sequence[tuple[str, Misread, str]] = (),
    *,
    most: int = SUMMARY_LIMIT,
) -> str:
    """Markdown of at most `most` bytes: verdict, checks, what is newly misread (doc, sentence, its text), figures.

    Without a gate's result it is the figures alone.
    """
    return markdown.within("".join(_summary(evaluation, result, misread)), most=most)


def _summary(
    evaluation: Evaluation, result: GateResult | None, misread: Sequence[tuple[str, Misread, str]]
) -> Iterator[str]:
    if result is None:
        title = next(line for part, line in text_report(evaluation) if part == "title")
        yield f"## argmap evaluate: {markdown.plain(title)}\n"
    else:
        yield from _verdict(result, misread)
    for number, table in enumerate(tables(evaluation)):
        shown = " open" if result is None and number == 0 else ""
        title = markdown.plain(table.title)
        yield f"\n<details{shown}><summary>{title}</summary>\n\n{as_markdown(table)}\n</details>\n"
    yield from (f"\n{markdown.plain(remark)}\n" for remark in remarks(evaluation))


def _verdict(result: GateResult, misread: Sequence[tuple[str, Misread, str]]) -> Iterator[str]:
    sign = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCONCLUSIVE: "❔"}[result.verdict]
    yield f"## {sign} argmap gate: {result.verdict.value}\n\n{markdown.plain(conclusion(result))}\n\n"
    yield as_markdown(gate_table(result))
    if misread:
        yield "\n### Misread now, and read right by the baseline\n\n"
        yield markdown.table(
            ("sentence", "gold", "model"),
            [
                (f"{doc} {sentence.unit}{_told(text)}", _labels(sentence.gold), _labels(sentence.predicted))
                for doc, sentence, text in misread
            ],
        )


def _labels(stances: Sequence[str]) -> str:
    return " + ".join(stances) or "none"


def _told(text: str) -> str:
    """What a sentence says, where that may be said."""
    return f": {text}" if text else ""


def misread_message(result: GateResult, sentence: Misread, text: str) -> str:
    """What an annotation on the labelled line says."""
    return (
        f"{result.model} reads {_labels(sentence.predicted)}, the label is {_labels(sentence.gold)}; "
        f"{result.baseline} had it right{_told(text)}"
    )
