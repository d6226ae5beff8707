"""Evaluation: figures that can be worked out by hand, and what can go wrong with them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.annotations import AnnotatedArticle, Problem, read_article
from argmap.document import Document, Relation, Span, Unit
from argmap.errors import InputError, UsageError
from argmap.evaluation.evaluate import System, evaluate, refuse_training_articles
from argmap.evaluation.matching import match_units, places_of
from argmap.evaluation.nearest import nearest_claim_links
from argmap.evaluation.report import as_json, text_report
from argmap.graph import ArgumentMap
from argmap.labels import EvidenceType, RelationKind, Stance, UnitKind

GOLDEN = Path(__file__).parent / "golden" / "annotations"
WEIR = read_article(GOLDEN / "weir.jsonl")
A, Q, R = Stance.ACCUSATION, Stance.QUOTATION, Stance.RECOMMENDATION


def gold_map(article: AnnotatedArticle) -> ArgumentMap:
    """What the annotator says, as a map with certain scores."""
    units = tuple(
        replace(unit, scores={stance: float(stance in unit.stances) for stance in Stance} if unit.is_text else {})
        for unit in article.document.units
    )
    relations = tuple(
        Relation(f"r{number}", link.kind, (link.source,), link.target) for number, link in enumerate(article.links)
    )
    return ArgumentMap(article.document.with_units(units), relations, article.thesis)


def knowing(*articles: AnnotatedArticle) -> System:
    """A system that gives what annotators said, by the text."""
    known = {article.document.text: gold_map(article) for article in articles}
    return System("oracle", lambda document: known[document.text], lambda document: known[document.text])


def silent(document: Document) -> ArgumentMap:
    """A system's answer that labels and links nothing."""
    scores = dict.fromkeys(Stance, 0.0)
    return ArgumentMap(document.with_units(tuple(replace(unit, scores=scores) for unit in document.units)))


def copy_of(article: AnnotatedArticle, name: str) -> AnnotatedArticle:
    """The same article with another text of the same length, so that it is not refused as a double."""
    text = article.document.text[:-1] + name[-1]
    return replace(article, document=replace(article.document, id=name, text=text))


def test_an_oracle_is_perfect() -> None:
    """Predictions that equal gold give 1 wherever gold has something, and no calibration error."""
    figures = evaluate([WEIR], knowing(WEIR), resamples=20).figures
    for name in ("stance.macro_f1", "links.f1", "links.f1_with_kind", "links.attack_f1", "links.thesis_exact"):
        assert figures[name].value == 1, name
    assert figures["stance.accusation.ece"].value == 0
    assert figures["evidence.macro_f1"].value == 1
    assert figures["stance.primary_accuracy"].value == 1
    assert figures["links.with_gold_stances.f1"].value == 1


def test_silence_scores_nothing() -> None:
    """A system that says none to everything gets no F1, not even where that is often right."""
    evaluation = evaluate([WEIR], System("silent", silent, silent), resamples=20)
    assert evaluation.figures["stance.macro_f1"].value == 0
    assert evaluation.figures["links.f1"].value == 0
    assert evaluation.figures["links.thesis_exact"].value == 0
    assert evaluation.figures["stance.accusation.ece"].value == pytest.approx(2 / 8)
    assert evaluation.confusion[:, 3].tolist() == [1, 3, 1, 3]


def test_figures_by_hand() -> None:
    """One label missed, one too many, one link to the wrong unit: precision, recall and F1 are what one reckons."""

    def wrong(document: Document) -> ArgumentMap:
        found = gold_map(WEIR)
        units = []
        for unit in found.document.units:
            stances = {"u4": (), "u8": (A, R)}.get(unit.id, unit.stances)
            units.append(replace(unit, stances=stances))
        relations = tuple(
            replace(relation, target="u5") if relation.sources == ("u2",) else relation for relation in found.relations
        )
        return ArgumentMap(document.with_units(tuple(units)), relations, "u4")

    figures = evaluate([WEIR], System("wrong", wrong, wrong), resamples=20).figures
    accusation = [figures[f"stance.accusation.{name}"].value for name in ("precision", "recall", "f1")]
    assert accusation == [0.5, 0.5, 0.5]
    recommendation = [figures[f"stance.recommendation.{name}"].value for name in ("precision", "recall", "f1")]
    assert recommendation == pytest.approx([0.5, 1, 2 / 3])
    assert figures["stance.macro_f1"].value == pytest.approx((0.5 + 1 + 2 / 3) / 3)
    assert figures["links.f1"].value == pytest.approx(5 / 6)
    assert figures["links.thesis_exact"].value == 0


def test_the_system_never_sees_gold() -> None:
    """What is mapped carries units and kinds, but no stance, evidence or score; with --from-text not even units."""
    seen: list[Document] = []

    def spy(document: Document) -> ArgumentMap:
        seen.append(document)
        return silent(document)

    evaluate([WEIR], System("spy", spy, silent), resamples=1)
    evaluate([WEIR], System("spy", spy, silent), resamples=1, from_text=True)
    cut, raw = seen
    assert [(unit.id, unit.span, unit.kind) for unit in cut.units] == [
        (unit.id, unit.span, unit.kind) for unit in WEIR.document.units
    ]
    for document in seen:
        assert all(not unit.stances and unit.evidence is None and not unit.scores for unit in document.units)
    assert raw.text == WEIR.document.text
    assert raw.units[0].id == "u0"


def test_from_text_counts_what_was_cut_otherwise() -> None:
    """A gold unit without a partner is missed, a predicted one without a partner is wrong, and links follow."""

    def coarse(document: Document) -> ArgumentMap:
        """Units u8 and u9 in one, called a recommendation; the boilerplate called text and an accusation."""
        units: list[Unit] = []
        for unit in gold_map(WEIR).document.units:
            if unit.id == "u9":
                units[-1] = replace(unit, id="p8", span=Span(units[-1].span.start, unit.span.end))
            elif unit.id == "u10":
                scores = {A: 1.0, Q: 0.0, R: 0.0}
                units.append(replace(unit, id="p10", kind=UnitKind.TEXT, stances=(A,), scores=scores))
            else:
                units.append(replace(unit, id=f"p{unit.id[1:]}"))
        relations = (
            Relation("r1", RelationKind.SUPPORT, ("p4",), "p8"),
            Relation("r2", RelationKind.ATTACK, ("p5",), "p10"),
        )
        return ArgumentMap(document.with_units(tuple(units)), relations, "p8")

    figures = evaluate([WEIR], System("coarse", coarse, silent), from_text=True, resamples=20).figures
    assert figures["stance.recommendation.f1"].value == 1
    assert figures["stance.accusation.precision"].value == pytest.approx(2 / 3)
    assert figures["links.precision"].value == 0.5
    assert figures["links.thesis_exact"].value == 1
    assert figures["kind.boilerplate.recall"].value == 0
    assert figures["kind.text.recall"].value == pytest.approx(7 / 8)
    assert figures["boundary.recall"].value == pytest.approx(9 / 10)
    assert figures["boundary.precision"].value == 1


def test_intervals_resample_articles() -> None:
    """With articles that differ the interval is wide, with one it is a point; the same seed gives the same bounds."""
    other = copy_of(WEIR, "other!")
    half = System("half", lambda d: gold_map(WEIR) if d.text == WEIR.document.text else silent(d), silent)
    first = evaluate([WEIR, other], half, resamples=200, seed=3)
    assert first.figures == evaluate([WEIR, other], half, resamples=200, seed=3).figures
    macro = first.figures["stance.macro_f1"]
    assert (macro.low, macro.high) == (0, 1)
    alone = evaluate([WEIR], half, resamples=200).figures["stance.macro_f1"]
    assert (alone.low, alone.high) == (1, 1)


def test_faulty_units_are_left_out() -> None:
    """Units at which a fault of the file points, and links that touch them, count on neither side; it is said."""
    faulty = replace(WEIR, faults=(Problem(Path("weir.jsonl"), 6, "unit 'u5' ends past the end", ""),))
    evaluation = evaluate([faulty], System("silent", silent, silent), resamples=5)
    assert evaluation.articles[0].left_out == 1
    assert evaluation.support["sentences"] == 7
    assert evaluation.support["links"] == 4
    assert any("weir (1)" in line for _, line in text_report(evaluation))


def test_what_is_refused() -> None:
    """No article, a text twice, training articles: each is an error that names what is wrong."""
    with pytest.raises(UsageError, match="no article"):
        evaluate([], knowing(WEIR))
    with pytest.raises(InputError, match="the same text as in"):
        evaluate([WEIR, replace(WEIR)], knowing(WEIR))
    with pytest.raises(InputError, match="the model was trained on 1 of these 2 articles: weir"):
        refuse_training_articles([WEIR, copy_of(WEIR, "b")], {"other name": WEIR.document.text_sha256})
    refuse_training_articles([WEIR], {"weir": "another text"})


def test_nearest_claim() -> None:
    """Grounds go to the nearest claim, of two equally near ones the preceding; claims to the thesis; itself nowhere."""
    labels = [((A,), None), ((), EvidenceType.EVENT), ((R,), None), ((), None), ((Q,), None), ((R,), None)]
    units = [Unit(f"u{i}", Span(i, i + 1), UnitKind.TEXT, *label) for i, label in enumerate(labels)]
    links = [(source, target) for source, target, _ in nearest_claim_links(units, "u2")]
    assert links == [("u0", "u2"), ("u1", "u0"), ("u4", "u5"), ("u5", "u2")]
    assert nearest_claim_links(units[3:5], None) == []
    assert [link[:2] for link in nearest_claim_links(units[3:5], "u3")] == [("u4", "u3")]


cuts = st.sets(st.integers(1, 39), max_size=12).map(
    lambda ends: [
        Unit(f"u{i}", Span(a, b)) for i, (a, b) in enumerate(zip([0, *sorted(ends)], [*sorted(ends), 40], strict=True))
    ]
)


@given(cuts, cuts)
def test_matching_is_one_to_one(gold: list[Unit], predicted: list[Unit]) -> None:
    """Every unit stands in exactly one pair, partners overlap, and no two that overlap are both left over."""
    pairs = match_units(gold=gold, predicted=predicted)
    assert [g for g, _ in pairs if g] == gold
    assert sorted(p.span for _, p in pairs if p) == [unit.span for unit in predicted]
    for g, p in pairs:
        assert g is None or p is None or min(g.span.end, p.span.end) > max(g.span.start, p.span.start)
    alone = [g for g, p in pairs if p is None], [p for g, p in pairs if g is None]
    for g in alone[0]:
        for p in alone[1]:
            assert min(g.span.end, p.span.end) <= max(g.span.start, p.span.start)
    assert len(set(places_of(pairs).values())) == len(predicted)


@given(cuts)
def test_the_same_cuts_match_themselves(units: list[Unit]) -> None:
    """Where both sides are cut alike, each unit is its own partner."""
    assert match_units(gold=units, predicted=units) == tuple((unit, unit) for unit in units)


def test_the_report_as_json() -> None:
    """It names format and version, holds every figure with its bounds, and per article the counts they come from."""
    evaluation = evaluate([WEIR, copy_of(WEIR, "other!")], System("m", silent, silent), resamples=10)
    report = json.loads(json.dumps(as_json(evaluation), allow_nan=False))
    assert (report["format"], report["version"], report["model"]) == ("argmap-report", 2, "m")
    assert report["metrics"].keys() == evaluation.figures.keys()
    assert all(set(value) == {"value", "low", "high"} for value in report["metrics"].values())
    assert report["confusion"]["labels"] == ["accusation", "quotation", "recommendation", "none"]
    first, second = report["articles"]
    assert first["text_sha256"] == WEIR.document.text_sha256
    sums = np.array(first["counts"]["stance"]) + np.array(second["counts"]["stance"])
    assert sums[:, [0, 2]].sum(axis=1).tolist() == [report["support"][f"stance.{stance.value}"] for stance in Stance]
    assert report == as_json(evaluate([WEIR, copy_of(WEIR, "other!")], System("m", silent, silent), resamples=10))


def test_the_report_for_people() -> None:
    """It holds each stance with its numbers, says what they mean, warns of training articles, and fits the screen."""
    evaluation = evaluate([WEIR], knowing(WEIR), resamples=10, trained_on=["weir"])
    lines = [line for _, line in text_report(evaluation)]
    row = next(line for line in lines if line.startswith("  accusation"))
    assert row.split()[:6] == ["accusation", "2", "1.000", "1.000", "1.000", "1.000"]
    text = " ".join(" ".join(lines).split())
    assert "of the sentences given this stance, the share that deserve it" in text
    assert "CAUTION: the model was trained on 1 of these articles" in text
    assert "the intervals say nothing" in text
    assert max(map(len, lines)) <= 110
