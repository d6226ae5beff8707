"""An analysis as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from argmap.analysis import Analysis, ArticleFigures
from argmap.analysis.comparison_report import BLAME_COLUMNS, BLAME_TITLE, COLUMNS, LEGEND, blame_rows, comparison_rows
from argmap.analysis.report import Cited, Line, headline, in_quotes, sections, summary
from argmap.formats.markdown import plain, table


def analysis_markdown(analysis: Analysis) -> str:
    """One article: a heading, what there is, a section for each question."""
    blocks = [f"# {plain(headline(analysis.argument_map.document))}", _line(summary(analysis))]
    for section in sections(analysis):
        blocks.append(f"## {plain(section.title)}")
        blocks.append("\n".join(map(_item, section.lines)) if section.lines else plain(section.nothing))
    return "\n\n".join(blocks) + "\n"


def comparison_markdown(articles: Sequence[ArticleFigures]) -> str:
    """Several articles: a table and what its columns mean."""
    legend = "\n".join(f"- {plain(line)}" for line in LEGEND)
    found = f"# Articles compared\n\n{table(COLUMNS, comparison_rows(articles))}\n{legend}\n"
    rows = blame_rows(articles)
    return f"{found}\n## {BLAME_TITLE}\n\n{table(BLAME_COLUMNS, rows)}" if rows else found


def _item(line: Line) -> str:
    return "  " * line.level + "- " + _line(line)


def _line(line: Line) -> str:
    return "".join(_cited(part) if isinstance(part, Cited) else plain(part) for part in line.parts)


def _cited(sentence: Cited) -> str:
    labels = f" ({', '.join(sentence.labels)})" if sentence.labels else ""
    return f"**{plain(sentence.unit)}**{labels} {plain(in_quotes(sentence.words))}"
