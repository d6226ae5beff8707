"""Two models side by side, and several ranked: tests by hand, what is listed, what cannot be told; and the commands."""

import json
import math
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_models import many_articles, skilled
from made_reports import World
from small_models import NAMES, ROOT, own_articles, small_model
from test_cli_gate import mute
from test_gate_formats import schema, valid

from argmap.cli import main
from argmap.errors import UsageError
from argmap.evaluation.comparison_report import (
    comparison_json,
    comparison_lines,
    comparison_markdown,
    conclusion,
)
from argmap.evaluation.evaluate import Evaluation, ScoredArticle, evaluate
from argmap.evaluation.intervals import Interval
from argmap.evaluation.model_comparison import Right, compare, mcnemar_p, swapped_p
from argmap.evaluation.ranking import rank
from argmap.evaluation.ranking_report import ranking_json, ranking_lines, ranking_markdown
from argmap.evaluation.stored import parse_report

ARTICLES = many_articles(8)
TEXTS = {article.document.id: article.document.text for article in ARTICLES}
GOOD = evaluate(ARTICLES, skilled(ARTICLES, 0.95, name="good"), resamples=200)
TWIN = evaluate(ARTICLES, skilled(ARTICLES, 0.94, name="twin", salt="t"), resamples=200)
POOR = evaluate(ARTICLES, skilled(ARTICLES, 0.6, name="poor", salt="p"), resamples=200)


@pytest.mark.parametrize(
    ("only_first", "only_second", "p", "exact"),
    [
        (0, 0, 1.0, True),
        (1, 0, 1.0, True),
        (5, 5, 1.0, True),
        (6, 0, 2 / 64, True),
        (0, 6, 2 / 64, True),
        (8, 2, 2 * 56 / 1024, True),
        (30, 10, math.erfc(math.sqrt(19**2 / 40 / 2)), False),
        (20, 20, 1.0, False),
    ],
)
def test_mcnemar_by_hand(only_first: int, only_second: int, p: float, exact: bool) -> None:
    """Exact binomial for few sentences, chi-squared with continuity correction for many, never above 1."""
    found, how = mcnemar_p(only_first, only_second)
    assert found == pytest.approx(p, abs=1e-9)
    assert how is exact


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_has_no_favourite(first: int, second: int) -> None:
    """Swapping the models does not change p, which is a probability."""
    p, _ = mcnemar_p(first, second)
    assert 0 <= p <= 1
    assert p == mcnemar_p(second, first)[0]


def test_swapped_articles_by_hand() -> None:
    """All ways of swapping are tried for few articles; articles without a difference do not count."""
    assert swapped_p(np.array([1.0, 1.0, 1.0, 0.0]), seed=0) == 2 / 8
    assert swapped_p(np.array([3.0, -1.0]), seed=0) == 1.0
    assert swapped_p(np.zeros(4), seed=0) == 1.0
    assert swapped_p(np.ones(30), seed=0) < 0.001
    assert swapped_p(np.array([1.0, -1.0] * 15 + [1.0]), seed=0) > 0.5


def test_sentences_that_differ_are_listed_with_who_is_right() -> None:
    """Each listed sentence has two readings; who is right is so by gold, and the farthest off comes first."""
    found = compare(GOOD, POOR)
    assert found.differing
    for entry in found.differing:
        assert set(entry.first) != set(entry.second)
        right = {Right.FIRST: entry.first, Right.SECOND: entry.second}
        for side, labels in right.items():
            assert (set(labels) == set(entry.gold)) is (entry.right is side)
    severities = [entry.severity for entry in found.differing]
    assert severities == sorted(severities, reverse=True)
    misread = [{(a.doc, m.start, m.predicted) for a in side.articles for m in a.misread} for side in (GOOD, POOR)]
    alike = misread[0] & misread[1]
    places = {key[:2] for key in misread[0] | misread[1]} - {key[:2] for key in alike}
    assert {(entry.doc, entry.start) for entry in found.differing} == places


def test_a_much_worse_model_is_told_apart() -> None:
    """The difference, its interval, McNemar and the words agree; the other way round all signs turn."""
    found, turned = compare(GOOD, POOR), compare(POOR, GOOD)
    gap = found.differences["stance.macro_f1"]
    assert gap.value == pytest.approx(POOR.figures["stance.macro_f1"].value - GOOD.figures["stance.macro_f1"].value)
    assert gap.low < gap.value < gap.high < 0
    assert conclusion(found).startswith("poor is worse than good: -0.")
    assert conclusion(turned).startswith("good is better than poor: +0.")
    assert turned.differences["stance.macro_f1"].value == -gap.value
    for test, other in zip(found.tests, turned.tests, strict=True):
        assert (test.only_first, test.only_second) == (other.only_second, other.only_first)
        assert test.only_first > test.only_second
        assert test.p < 0.05
        assert test.p_articles == other.p_articles
    assert [entry.right for entry in turned.differing].count(Right.SECOND) == [
        entry.right for entry in found.differing
    ].count(Right.FIRST)
    lengths = [entry for entry in found.slices if entry.trait == "length"]
    assert sum(entry.articles for entry in lengths) == len(ARTICLES)
    assert all(entry.second < entry.first for entry in lengths)


def test_two_equal_models_are_not_told_apart() -> None:
    """Nearly equal skill is no difference, and a model beside itself differs in no sentence."""
    assert conclusion(compare(GOOD, TWIN)).startswith("They cannot be told apart on these articles: twin has ")
    same = compare(GOOD, GOOD)
    assert same.differing == ()
    assert all(test.p == test.p_articles == 1 for test in same.tests)
    assert not any(gap.told for gap in same.differences.values())
    lines = [line for _, line in comparison_lines(same, TEXTS, limit=5)]
    assert lines[-1] == "They give every sentence the same stances"


def test_one_article_tells_nothing() -> None:
    """With one article there is no interval, and no verdict."""
    one, two = (evaluate(ARTICLES[:1], skilled(ARTICLES, skill), resamples=10) for skill in (1.0, 0.4))
    found = compare(one, two)
    assert "unknown" in conclusion(found)
    assert conclusion(found).startswith("They cannot be told apart")
    assert comparison_json(found, TEXTS, limit=1)["differences"]["stance.macro_f1"]["low"] is None
    with pytest.raises(ValueError, match="different articles"):
        compare(one, GOOD)


def test_reports_of_a_comparison() -> None:
    """Text, Markdown and JSON (by its schema) hold the same sentences, at most as many as asked for."""
    found = compare(GOOD, POOR)
    lines = [line for _, line in comparison_lines(found, TEXTS, limit=4)]
    assert sum("✓ good" in line for line in lines) + sum("✗ good" in line for line in lines) == 4
    assert max(map(len, lines)) <= 140
    value = comparison_json(found, TEXTS, limit=4)
    valid(value, schema("argmap-comparison-1.schema.json"), schema("argmap-comparison-1.schema.json"))
    assert len(value["differing"]) == 4
    assert value["differing_sentences"] == len(found.differing)
    first = found.differing[0]
    assert value["differing"][0]["text"][:20] == " ".join(TEXTS[first.doc][first.start : first.end].split())[:20]
    table = comparison_markdown(found, TEXTS, limit=4).rpartition("| sentence | gold |")[2]
    assert len(table.splitlines()) == 2 + 4
    assert comparison_json(found, TEXTS, limit=None)["differing_sentences"] == len(found.differing)


# ---- ranking


def test_models_are_ranked_and_equals_marked() -> None:
    """The best comes first; the one that is as good is not told apart, the poor one is."""
    found = rank([POOR, TWIN, GOOD], ["poor", "twin", "good"])
    assert found.models[-1].name == "poor"
    assert found.models[-1].told_apart
    assert {model.name for model in found.models if not model.told_apart} == {"good", "twin"}
    assert found.pairs == 3
    assert found.models[1].behind is not None
    assert found.models[1].behind.confidence == pytest.approx(1 - 0.05 / 3)
    lines = [line for _, line in ranking_lines(found)]
    assert lines[-1].endswith("on these articles.")
    assert max(map(len, lines)) <= 120
    assert "not told apart" in ranking_markdown(found)
    value = ranking_json(found)
    valid(value, schema("argmap-ranking-1.schema.json"), schema("argmap-ranking-1.schema.json"))
    assert [model["place"] for model in value["models"]] == [1, 2, 3]
    with pytest.raises(UsageError, match="one model to rank"):
        rank([GOOD], ["good"])
    with pytest.raises(ValueError, match="different articles"):
        rank([GOOD, evaluate(ARTICLES[:3], skilled(ARTICLES, 1.0), resamples=5)], ["a", "b"])


def test_more_models_make_it_harder_to_be_called_worse() -> None:
    """The same difference has wider bounds among five models than between two."""
    two, five = rank([GOOD, POOR], ["g", "p"]), rank([GOOD, POOR, POOR, POOR, POOR], list("gpqrs"))
    bounds = [next(m.behind for m in found.models if m.name == "p") for found in (two, five)]
    assert bounds[0] is not None
    assert bounds[1] is not None
    assert bounds[1].low < bounds[0].low
    assert bounds[1].high > bounds[0].high


def evaluation(value: dict[str, object]) -> Evaluation:
    """An evaluation with the counts of a made report."""
    report = parse_report(value, where="made")
    articles = tuple(
        ScoredArticle(a.doc, a.text_sha256, a.gold_sha256, 1, 0, MappingProxyType(dict(a.counts)))
        for a in report.articles
    )
    figures = {name: Interval(v or 0.0, 0, 1) for name, v in report.metrics.items()}
    return Evaluation(report.model, False, 500, 0, articles, figures, report.support, np.zeros((4, 4), dtype=np.int64))


@pytest.mark.slow
def test_equal_models_are_seldom_called_worse() -> None:
    """Of 800 rankings of equally good models, two or four on few articles or more, at most 5 % call any of them worse.

    Of 200 of one kind it may be 18: a true rate of 5 % gives more in one of a hundred such simulations.
    """
    alarms = {}
    for models, articles in product((2, 4), (8, 20)):
        names = [f"m{number}" for number in range(models)]
        rankings = (
            rank([evaluation(world.measured(name)) for name in names], names)
            for world in (World(seed, articles) for seed in range(200))
        )
        alarms[models, articles] = sum(any(model.told_apart for model in found.models) for found in rankings)
    assert sum(alarms.values()) <= 40, alarms
    assert max(alarms.values()) <= 18, alarms


# ---- from the shell

FILES = [str(path) for path in sorted((ROOT / "annotations" / "own").glob("*.jsonl")) if path.stem not in NAMES][:3]


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small models, by name."""
    known = {"m": small_model, "mute": lambda: mute(small_model())}
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda option: known[option or "m"]())


def run(*arguments: str, files: Sequence[str] = FILES) -> int:
    return main([*arguments, *files, "--resamples", "20"])


def test_compare_from_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """Text by default, JSON and Markdown by --format; --limit says how many sentences; the same bytes again."""
    assert run("compare-models", "m", "mute", "--limit", "2") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.startswith("mute against small on hand-cut sentences: 3 articles")
    assert "the 2 worst (--limit shows more)" in captured.out
    assert "\x1b" not in captured.out
    assert run("compare-models", "m", "mute", "--limit", "2") == 0
    assert capsys.readouterr().out == captured.out
    assert run("compare-models", "m", "mute", "--format", "json", "--limit", "0") == 0
    value = json.loads(capsys.readouterr().out)
    assert value["differing"] == []
    assert value["differing_sentences"] > 0
    assert run("compare-models", "m", "mute", "--format", "md", "--from-text") == 0
    assert capsys.readouterr().out.startswith("## mute against small from the raw text")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["compare-models", "m", "m"], 2, "A and B are both m"),
        (["compare-models", "m", "mute", "--fold", "x"], 2, "--fold x without --split"),
        (["compare-models", "m", "mute", "--limit", "-1"], 2, "--limit"),
        (["compare-models", "m", "mute", "--subjects", "none.json"], 3, "none.json: no such file"),
        (["evaluate", "--model", "m", "--model", "m"], 2, "--model m twice"),
        (["evaluate", "--model", "m", "--model", "mute", "--gate", "g"], 2, "several --model with --gate"),
        (["evaluate", "--model", "m", "--model", "mute", "--swap-names"], 2, "several --model with --swap-names"),
        (["evaluate", "--model", "m", "--model", "mute", "--into-card", "x"], 2, "several --model with --into-card"),
        (["evaluate", "--model", "m", "--model", "mute", "--jobs", "2"], 2, "--jobs without --cross-validate"),
    ],
)
def test_wrong_calls(arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, nothing on stdout."""
    assert run(*arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert words in line


def test_training_articles_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """An article that either model was trained on is refused, with the model's name, unless that is allowed."""
    seen = [str(own_articles()[0].path), *FILES]
    for command in (["compare-models", "m", "mute"], ["evaluate", "--model", "m", "--model", "mute"]):
        assert run(*command, files=seen) == 3
        assert "m: was trained on 1 of these 4 articles: about-the-lot" in capsys.readouterr().err
        assert run(*command, "--allow-training-articles", files=seen) == 0
        capsys.readouterr()


def test_ranking_from_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several --model give a ranking in text, JSON and files; one gives what it gave before."""
    command = ["evaluate", "--model", "mute", "--model", "m"]
    assert run(*command, "--report", str(tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert out.startswith("Models by macro-F1 over the stances: 3 articles")
    assert out.index("1  small") < out.index("2  mute")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["ranking.json", "ranking.md"]
    assert run(*command, "--format", "json") == 0
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "out" / "ranking.json").read_text(encoding="utf-8")
    assert [model["model"] for model in json.loads(printed)["models"]] == ["small", "mute"]
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert run(*command) == 0
    capsys.readouterr()
    assert (tmp_path / "summary.md").read_bytes() == (tmp_path / "out" / "ranking.md").read_bytes()
    assert run("evaluate", "--model", "m") == 0
    assert capsys.readouterr().out.startswith("small on hand-cut sentences: 3 articles")
