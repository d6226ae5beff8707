"""The comparison of two models, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import Any

from argmap import __version__
from argmap.errors import one_line
from argmap.evaluation.model_comparison import EXACT_BELOW, FEWEST_ARTICLES, Differing, ModelComparison, Right
from argmap.evaluation.paired import rounded, settings_json, signed
from argmap.evaluation.report import WIDTH, table_lines
from argmap.evaluation.tables import Table, as_markdown
from argmap.formats import markdown

FORMAT = "argmap-comparison"
VERSION = 1
_SHOWN = 200
_FIGURES = {
    "stance.macro_f1": "stances, macro-F1",
    "stance.accusation.f1": "  accusation, F1",
    "stance.quotation.f1": "  quotation, F1",
    "stance.recommendation.f1": "  recommendation, F1",
    "evidence.macro_f1": "evidence, macro-F1",
    "links.f1": "links, F1",
}


def comparison_json(found: ModelComparison, texts: Mapping[str, str], *, limit: int | None) -> dict[str, Any]:
    """The comparison as plain values, with at most `limit` sentences; `texts` are those of the articles by id."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "argmap": __version__,
        "first": found.first,
        "second": found.second,
        "settings": settings_json(found.from_text, found.resamples, found.seed),
        "articles": found.articles,
        "sentences": found.sentences,
        "differences": {
            metric: {"first": rounded(before), "second": rounded(after), **found.differences[metric].as_dict()}
            for metric, (before, after) in found.values.items()
        },
        "mcnemar": {
            test.stance.value: {
                "only_first_right": test.only_first,
                "only_second_right": test.only_second,
                "p": rounded(test.p),
                "exact": test.exact,
                "p_articles": rounded(test.p_articles),
            }
            for test in found.tests
        },
        "slices": [
            {
                "trait": entry.trait,
                "value": entry.value,
                "articles": entry.articles,
                "first": rounded(entry.first),
                "second": rounded(entry.second),
                "difference": None if entry.difference is None else entry.difference.as_dict(),
            }
            for entry in found.slices
        ],
        "differing_sentences": len(found.differing),
        "differing": [
            asdict(entry)
            | {side: list(getattr(entry, side)) for side in ("gold", "first", "second")}
            | {"right": entry.right.value, "severity": rounded(entry.severity), "text": _text(entry, texts)}
            for entry in found.differing[:limit]
        ],
    }


def comparison_tables(found: ModelComparison) -> Iterator[Table]:
    """Figures, tests of each stance, sorts of articles."""
    yield _figures_table(found)
    yield _tests_table(found)
    if found.slices:
        yield _slices_table(found)


def comparison_lines(found: ModelComparison, texts: Mapping[str, str], *, limit: int | None) -> list[tuple[str, str]]:
    """The comparison as lines of a text report, each with its part, as `text_report` gives them."""
    lines = [("title", _title(found)), ("row", conclusion(found))]
    for table in comparison_tables(found):
        lines += [("blank", ""), *table_lines(table)]
    lines += [("blank", ""), ("title", _sentences_title(found, limit))]
    if found.differing:
        lines.append(("note", f"  {_who_is_right(found)}"))
    for entry in found.differing[:limit]:
        lines.append(("head", f"  {entry.doc} {entry.unit}: {_labels(found, entry)}"))
        lines += [("row", f"    {line}") for line in wrap(one_line(_text(entry, texts)), WIDTH - 4)]
    return lines


def comparison_markdown(found: ModelComparison, texts: Mapping[str, str], *, limit: int | None) -> str:
    """The same as Markdown."""
    parts = [f"## {markdown.plain(_title(found))}\n\n{markdown.plain(conclusion(found))}\n"]
    parts += [f"\n### {markdown.plain(t.title)}\n\n{as_markdown(t)}" for t in comparison_tables(found)]
    rows = [
        (
            f"{entry.doc} {entry.unit}: {_text(entry, texts)}",
            *(_stances(labels) for labels in (entry.gold, entry.first, entry.second)),
            _right(found, entry),
        )
        for entry in found.differing[:limit]
    ]
    parts.append(f"\n### {markdown.plain(_sentences_title(found, limit))}\n\n")
    if found.differing:
        parts.append(f"{markdown.plain(_who_is_right(found))}\n\n")
    if rows:
        parts.append(markdown.table(("sentence", "gold", found.first, found.second, "right"), rows))
    return "".join(parts)


def conclusion(found: ModelComparison) -> str:
    """Which model is better, if that can be told."""
    gap = found.differences["stance.macro_f1"]
    told = f"{signed(gap.value)} ({gap.bounds}) in macro-F1 over the stances"
    if not gap.told:
        return f"They cannot be told apart on these articles: {found.second} has {told}."
    return f"{found.second} is {'better' if gap.value > 0 else 'worse'} than {found.first}: {told}."


def _title(found: ModelComparison) -> str:
    scope = "from the raw text" if found.from_text else "on hand-cut sentences"
    articles = f"{found.articles:,} article{'' if found.articles == 1 else 's'}"
    return f"{found.second} against {found.first} {scope}: {articles}, {found.sentences:,} sentences"


def _figures_table(found: ModelComparison) -> Table:
    rows = []
    for metric, (before, after) in found.values.items():
        gap = found.differences[metric]
        mark = "" if not gap.told else "better" if gap.value > 0 else "worse"
        rows.append((_FIGURES[metric], f"{before:.3f}", f"{after:.3f}", signed(gap.value), gap.bounds, mark))
    return Table(
        "Figures",
        ("", found.first, found.second, "difference", "95 % interval", "told"),
        tuple(rows),
        f"The second model less the first. The interval draws the articles anew {found.resamples:,} times (seed "
        f"{found.seed}), the same ones for both models. A difference whose interval holds 0 has not been told from "
        "none. Of six figures some differ by accident; the first line is the one to go by.",
        key="differences",
    )


def _tests_table(found: ModelComparison) -> Table:
    rows = [
        (
            test.stance.value,
            f"{test.only_first:,}",
            f"{test.only_second:,}",
            _p(test.p) + ("" if test.exact else "*"),
            _p(test.p_articles),
        )
        for test in found.tests
    ]
    starred = f" * by chi-squared, since {EXACT_BELOW} or more differ." if any(not t.exact for t in found.tests) else ""
    return Table(
        "Sentences that only one of them has right (McNemar's test)",
        ("", f"only {found.first}", f"only {found.second}", "p", "p, by articles"),
        tuple(rows),
        "A small p says that a split as uneven as this would be rare if both were equally good. McNemar's p (exact "
        "binomial) takes sentences as independent of each other and is too small where those of one article go the "
        "same way; p by articles swaps the models in whole articles instead, and is the one to trust. Three stances "
        f"are three tests: multiply by three.{starred}",
        key="mcnemar",
    )


def _slices_table(found: ModelComparison) -> Table:
    rows = []
    for entry in found.slices:
        gap = entry.difference
        cells = ("", "no gold label of a stance") if gap is None else (signed(gap.value), gap.bounds)
        rows.append(
            (
                f"{entry.trait}: {entry.value}",
                f"{entry.articles:,}",
                f"{entry.first:.3f}",
                f"{entry.second:.3f}",
                *cells,
            )
        )
    return Table(
        "By sort of article: macro-F1",
        ("", "articles", found.first, found.second, "difference", "95 % interval"),
        tuple(rows),
        f"Of many rows one in twenty lies apart by accident. No interval below {FEWEST_ARTICLES} articles.",
        key="slices",
    )


def _sentences_title(found: ModelComparison, limit: int | None) -> str:
    number = len(found.differing)
    if not number:
        return "They give every sentence the same stances"
    shown = number if limit is None else min(limit, number)
    which = "" if shown == number else f"; the {shown:,} worst (--limit shows more)"
    return f"Sentences with different stances: {number:,}{which}"


def _who_is_right(found: ModelComparison) -> str:
    counts = [sum(entry.right is side for entry in found.differing) for side in Right]
    return f"{found.first} is right in {counts[0]:,}, {found.second} in {counts[1]:,}, neither in {counts[2]:,}."


def _labels(found: ModelComparison, entry: Differing) -> str:
    marks = ["✓" if entry.right is side else "✗" for side in (Right.FIRST, Right.SECOND)]
    return (
        f"gold {_stances(entry.gold)}; {marks[0]} {found.first} {_stances(entry.first)}; "
        f"{marks[1]} {found.second} {_stances(entry.second)}"
    )


def _right(found: ModelComparison, entry: Differing) -> str:
    return {Right.FIRST: found.first, Right.SECOND: found.second, Right.NEITHER: "neither"}[entry.right]


def _stances(labels: Sequence[str]) -> str:
    return " + ".join(labels) or "none"


def _text(entry: Differing, texts: Mapping[str, str]) -> str:
    text = " ".join(texts[entry.doc][entry.start : entry.end].split())
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
