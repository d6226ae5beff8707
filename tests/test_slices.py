"""Sorts of articles: what a file's source tells, subjects by hand, and the figures of each sort."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from argmap.annotations import AnnotatedArticle, read_article
from argmap.document import Document
from argmap.errors import InputError
from argmap.evaluation.evaluate import System, evaluate
from argmap.evaluation.report import as_json, text_report
from argmap.evaluation.slices import Slice, slices
from argmap.evaluation.traits import read_subjects, traits_of, with_subjects
from argmap.graph import ArgumentMap
from argmap.labels import Stance

ROOT = Path(__file__).parent.parent
WEIR = read_article(ROOT / "tests" / "golden" / "annotations" / "weir.jsonl")


def sourced(**source: object) -> AnnotatedArticle:
    return replace(WEIR, source=source)


@pytest.mark.parametrize(
    ("source", "country", "decade"),
    [
        ({"publisher": "The Guardian", "year": 2016}, "United Kingdom", "2010s"),
        ({"publisher": "the guardian (editorial)", "year": "c. 1999"}, "United Kingdom", "1990s"),
        ({"publisher": "The Guardian (Nigeria)", "year": "2020-21"}, "Nigeria", "2020s"),
        ({"publisher": "Daily Mirror (Sri Lanka), syndicated"}, "Sri Lanka", "unknown"),
        ({"publisher": "Daily Mirror"}, "United Kingdom", "unknown"),
        ({"publisher": "Guardianship Weekly"}, "unknown", "unknown"),
        ({"publisher": "Timely Notes", "year": 20164}, "unknown", "unknown"),
        ({"publisher": None, "read_at": "https://www.nytimes.com/2008/03/01/opinion/x.html"}, "United States", "2000s"),
        ({"publisher": "Nobody's Paper", "read_at": "a/b/articles/2012-1-19-a-title.md"}, "unknown", "2010s"),
        ({"read_at": "essays.json#2045"}, "unknown", "unknown"),
        ({}, "unknown", "unknown"),
    ],
)
def test_country_and_decade(source: Mapping[str, object], country: str, decade: str) -> None:
    """The longest publisher's name that fits decides, then the place of reading; what nobody knows is unknown."""
    assert traits_of(sourced(**source)) == {"country": country, "decade": decade}


def test_an_article_without_a_source() -> None:
    """Our own op-eds have no source."""
    assert traits_of(replace(WEIR, source=None)) == {"country": "unknown", "decade": "unknown"}


def test_subjects(tmp_path: Path) -> None:
    """A word that the file does not explain is refused by name; an article that it does not list is unknown."""
    path = tmp_path / "subjects.json"
    path.write_text('{"subjects": {"rivers": "water"}, "articles": {"weir": "rivers"}}', encoding="utf-8")
    by = with_subjects(read_subjects(path))
    assert by(WEIR)["subject"] == "rivers"
    assert by(replace(WEIR, document=replace(WEIR.document, id="other")))["subject"] == "unknown"
    path.write_text('{"subjects": {"rivers": "water"}, "articles": {"weir": "lakes"}}', encoding="utf-8")
    with pytest.raises(InputError, match="'weir' is 'lakes'; expected one of rivers"):
        read_subjects(path)
    path.write_text('{"articles": {}}', encoding="utf-8")
    with pytest.raises(InputError, match="'subjects' is missing"):
        read_subjects(path)


def test_our_subjects_cover_what_is_held_out() -> None:
    """Every article of dev and test has a subject, and no subject is of an article that is not there."""
    subjects = read_subjects(ROOT / "annotations" / "subjects.json")
    split = json.loads((ROOT / "annotations" / "splits.json").read_text(encoding="utf-8"))
    assert {*split["dev"], *split["test"]} <= subjects.keys()
    known = {path.stem for folder in ("own", "standoff") for path in (ROOT / "annotations" / folder).glob("*.jsonl")}
    assert subjects.keys() <= known


def silent(document: Document) -> ArgumentMap:
    units = (replace(unit, scores=dict.fromkeys(Stance, 0.0)) for unit in document.units)
    return ArgumentMap(document.with_units(tuple(units)))


def gold(article: AnnotatedArticle) -> ArgumentMap:
    units = (
        replace(unit, scores={stance: float(stance in unit.stances) for stance in Stance})
        for unit in article.document.units
    )
    return ArgumentMap(article.document.with_units(tuple(units)))


def named(name: str, publisher: str | None, *, without: Stance | None = None) -> AnnotatedArticle:
    """The weir article under another name and publisher, with another last character, perhaps without a stance."""
    units = tuple(
        replace(unit, stances=tuple(stance for stance in unit.stances if stance is not without))
        for unit in WEIR.document.units
    )
    text = WEIR.document.text[:-1] + name[-1]
    return replace(
        WEIR, document=replace(WEIR.document, id=name, text=text, units=units), source={"publisher": publisher}
    )


def found(articles: list[AnnotatedArticle], right: set[str]) -> dict[str, tuple[Slice, ...]]:
    by_text = {article.document.text: article for article in articles}
    system = System("m", lambda d: gold(by_text[d.text]) if d.id in right else silent(d), silent)
    return slices(evaluate(articles, system, resamples=50))


def test_each_sort_has_its_own_figure() -> None:
    """macro-F1 and interval of a slice come from its own articles alone; the largest comes first, unknown last."""
    articles = [named("a1", "CNN"), named("b2", None), named("c3", "CNN"), named("d4", "Dawn"), named("e5", None)]
    articles.append(named("f6", None))
    by_country = found(articles, {"a1", "c3"})["country"]
    assert [(entry.value, entry.articles, entry.sentences) for entry in by_country] == [
        ("United States", 2, 16),
        ("Pakistan", 1, 8),
        ("unknown", 3, 24),
    ]
    values = [(entry.macro_f1.value, entry.macro_f1.low) for entry in by_country if entry.macro_f1]
    assert values == [(1, 1), (0, 0), (0, 0)]


def test_a_slice_without_a_stance_has_no_figure() -> None:
    """Where no gold sentence carries a stance its F1 says nothing: no macro-F1, and the stance is named."""
    articles = [named("a1", "CNN", without=Stance.RECOMMENDATION), named("b2", "Dawn")]
    pakistani, american = sorted(found(articles, {"a1", "b2"})["country"], key=lambda entry: entry.value)
    assert american.macro_f1 is None
    assert american.missing == (Stance.RECOMMENDATION,)
    assert pakistani.macro_f1 is not None
    assert pakistani.missing == ()


def test_lengths_are_thirds() -> None:
    """Articles fall into short, medium and long by their sentences, in that order; equal ones fall together."""
    articles = []
    for number, kept in enumerate((9, 5, 7, 6, 8, 10)):
        article = named(f"n{number}", None)
        units = article.document.units[:kept]
        links = ()
        articles.append(replace(article, document=article.document.with_units(units), links=links, thesis=None))
    lengths = found(articles, set())["length"]
    assert [entry.value.split(":")[0] for entry in lengths] == ["short", "medium", "long"]
    assert [entry.articles for entry in lengths] == [2, 2, 2]
    assert len(found([named("a1", None), named("b2", None)], set())["length"]) == 1


def test_in_the_reports() -> None:
    """JSON holds the slices and each article's traits; the terminal leaves out a trait of which nothing is known."""
    evaluation = evaluate([named("a1", "CNN"), named("b2", "Dawn")], System("m", silent, silent), resamples=5)
    report = json.loads(json.dumps(as_json(evaluation), allow_nan=False))
    assert report["articles"][0]["traits"] == {"country": "United States", "decade": "unknown"}
    assert {"country", "decade", "length"} == report["slices"].keys()
    row = report["slices"]["country"][0]
    assert row.keys() == {"value", "articles", "sentences", "macro_f1", "missing"}
    text = "\n".join(line for _, line in text_report(evaluation))
    assert "  country: Pakistan" in text
    assert "decade:" not in text
