"""Kinds of paragraphs: the golden pages, and the saved page with which the project began where it is at hand."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from argmap.document import Span
from argmap.evaluation.boundaries import BoundaryScore, boundary_f1, boundary_score
from argmap.labels import UnitKind
from argmap.reading import document_from_text, read
from argmap.segmenting import segment

GOLDEN = sorted((Path(__file__).parent / "golden" / "reading").glob("*.txt"))
LETTERS = {"t": UnitKind.TEXT, "h": UnitKind.HEADING, "b": UnitKind.BOILERPLATE, "c": UnitKind.COMMENT}
CORPUS = Path(os.environ.get("ARGMAP_SHARED", Path(__file__).parents[2] / "shared")) / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"needs the corpus of real op-eds at {CORPUS}")


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_page(path: Path) -> None:
    """Each paragraph of a golden page is what its file says."""
    rows = [line.split("|", 1) for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    text = "\n".join(paragraph for _, paragraph in rows)
    found = [(block.span.of(text), block.kind) for block in document_from_text(text, id="page").blocks]
    assert found == [(paragraph, LETTERS[letter]) for letter, paragraph in rows]


def test_a_single_line_is_text() -> None:
    """A text of one line is text, whatever it looks like but for a set phrase."""
    for line in ("The quay is falling", "The quay is falling. Nobody came.", "Why not?"):
        assert [block.kind for block in document_from_text(line, id="a").blocks] == [UnitKind.TEXT]


def test_titles_alone_are_nobodys_name() -> None:
    """Where no article stands below them, short lines with capitals are not taken for its author."""
    text = "A Quiet Harbour\n\nAnother Tide\n\nThird Bell Here\n"
    assert UnitKind.BOILERPLATE not in [block.kind for block in document_from_text(text, id="a").blocks]


def gold(article: str) -> list[tuple[Span, str]]:
    lines = (CORPUS / "labels" / f"{article}.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    return [(Span(row["start"], row["end"]), row["kind"]) for row in map(json.loads, lines)]


@needs_corpus
def test_the_saved_page_is_cut_and_marked_as_by_hand() -> None:
    """Of the saved page five lines are headings, 35 boilerplate, nine units a comment, and all else is text."""
    document = segment(read(CORPUS / "texts" / "op000.txt"))
    counts = Counter(unit.kind.value for unit in document.units)
    assert counts == {"text": 130, "heading": 5, "boilerplate": 35, "comment": 9}
    assert [(unit.span, unit.kind.value) for unit in document.units] == gold("op000")


@needs_corpus
def test_unit_boundaries_agree_with_the_corpus() -> None:
    """Over the articles kept for development, the ends of units agree with those set by hand: F1 of 0.97 and more."""
    total = BoundaryScore(0, 0, 0)
    for article in json.loads((CORPUS / "splits.json").read_text(encoding="utf-8"))["dev"]:
        units = segment(read(CORPUS / "texts" / f"{article}.txt")).units
        total += boundary_score(gold=[span for span, _ in gold(article)], predicted=[unit.span for unit in units])
    assert total.f1 >= 0.97


def test_boundary_f1_counts_ends_of_units() -> None:
    """A unit counts as found if it ends where a gold unit ends; with the text, trailing marks do not matter."""
    text = "One. Two. ***"
    cut = [Span(0, 4), Span(5, 9)]
    assert boundary_f1(gold=cut, predicted=cut) == 1.0
    assert boundary_f1(gold=cut, predicted=[Span(0, 9)]) == pytest.approx(2 / 3)
    assert boundary_f1(gold=cut, predicted=[Span(0, 4), Span(5, 13)]) == pytest.approx(1 / 2)
    assert boundary_f1(gold=cut, predicted=[Span(0, 4), Span(5, 13)], text=text) == 1.0
    assert boundary_f1(gold=[], predicted=[]) == 1.0
