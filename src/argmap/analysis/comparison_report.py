"""Several articles side by side as rows of words, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from argmap.analysis.blaming import AUTHOR, NOBODY, Blaming
from argmap.analysis.comparison import ArticleFigures
from argmap.errors import one_line
from argmap.labels import STANCES, Stance

BLAME_TITLE = "Who is blamed by whom"
BLAME_COLUMNS = ("blamed", "by", "in", "accusations", "sentences")


def blame_rows(articles: Sequence[ArticleFigures]) -> tuple[tuple[str, ...], ...]:
    """A row a blamed party, accuser and article, under `BLAME_COLUMNS`; whoever is blamed most stands first."""
    rows = [(article, row) for article in articles for row in article.blaming if row.accused is not None]
    total: dict[str, int] = {}
    for _, row in rows:
        key = (row.accused or "").casefold().removeprefix("the ")
        total[key] = total.get(key, 0) + len(row.units)

    def order(pair: tuple[ArticleFigures, Blaming]) -> tuple[int, str, int]:
        key = (pair[1].accused or "").casefold().removeprefix("the ")
        return -total[key], key, -len(pair[1].units)

    return tuple(
        (
            one_line(row.accused or NOBODY),
            one_line(row.accuser or AUTHOR),
            one_line(article.doc),
            f"{len(row.units):,}",
            ", ".join(map(one_line, row.units)),
        )
        for article, row in sorted(rows, key=order)
    )


COLUMNS = (
    "article",
    "sentences",
    *(f"{stance.value}s" for stance in STANCES),
    "unsupported",
    "share",
    "no evidence",
    "quoted for",
    "against",
)
LEGEND = (
    "unsupported: accusations that no sentence supports, and their share",
    "no evidence: these, and accusations that only assertions support",
    "quoted for, against: quotations that lead to what the author argues, or against it",
)


def comparison_rows(articles: Sequence[ArticleFigures]) -> tuple[tuple[str, ...], ...]:
    """A row an article under `COLUMNS`, and one for all of them; `LEGEND` explains the columns."""
    names = [one_line(article.doc) for article in articles]
    figures = [_figures(article) for article in articles]
    total = [sum(column) for column in zip(*figures, strict=True)]
    return tuple(_row(name, row) for name, row in zip([*names, "all"], [*figures, total], strict=True))


def _figures(article: ArticleFigures) -> list[int]:
    return [
        article.sentences,
        *(article.stances[stance] for stance in STANCES),
        article.unsupported_accusations,
        article.accusations_without_evidence,
        article.quotations_for,
        article.quotations_against,
    ]


def _row(name: str, figures: Sequence[int]) -> tuple[str, ...]:
    accusations, unsupported = figures[1 + STANCES.index(Stance.ACCUSATION)], figures[1 + len(STANCES)]
    share = f"{unsupported / accusations:.0%}" if accusations else "–"
    cells = [f"{figure:,}" for figure in figures]
    cells.insert(2 + len(STANCES), share)
    return (name, *cells)
