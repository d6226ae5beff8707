"""Learning curves: nested training sets, the power law, what is said about more labels; and the same from the shell."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_models import learner, many_articles, skilled, unlabelled
from small_models import ROOT
from test_gate_formats import schema, valid

from argmap.annotations import AnnotatedArticle
from argmap.cli import main
from argmap.errors import InputError
from argmap.evaluation.evaluate import System
from argmap.evaluation.folds import stratified_folds
from argmap.evaluation.learning_curve import (
    METRICS,
    Answer,
    LearningCurve,
    PowerLaw,
    curve_of,
    fit_power_laws,
    learnable_sizes,
    learning_curves,
    nested,
    two_stage_weights,
)
from argmap.evaluation.learning_curve_report import curves_json, curves_lines, curves_markdown, in_words
from argmap.evaluation.metrics import f1_of_counts

ARTICLES = many_articles(24)
FOLDS = stratified_folds(ARTICLES, 3)
SIZES = (9, 15, 25, 43, 72)


def test_every_size_holds_the_smaller_ones_and_nothing_that_is_tested() -> None:
    """Within a fold the training sets are nested, grow to all that is outside it, and never hold what is tested."""
    trained: list[list[str]] = []

    def fit(training: Sequence[AnnotatedArticle]) -> System:
        trained.append([article.document.id for article in training])
        return skilled(ARTICLES, 0.7)

    found = learning_curves(ARTICLES, FOLDS, fit, model="m", resamples=20)
    sizes = [point.articles for point in found.curves[0].points]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 16
    by_fold = {name: trained[number::3] for number, name in enumerate(FOLDS)}
    for name, sets in by_fold.items():
        assert [len(one) for one in sets] == sizes
        assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(sets))
        assert not set(sets[-1]) & set(FOLDS[name])


def test_beginnings_are_like_the_whole() -> None:
    """Every beginning of the order has nearly the whole's share of sentences that accuse."""

    def share(articles: Sequence[AnnotatedArticle]) -> float:
        units = [unit for article in articles for unit in article.document.text_units()]
        return sum("accusation" in {s.value for s in unit.stances} for unit in units) / len(units)

    order = nested(ARTICLES, seed=1)
    assert {article.document.id for article in order} == {article.document.id for article in ARTICLES}
    for size in (10, 15, 20):
        assert share(order[:size]) == pytest.approx(share(ARTICLES), abs=0.06)
    assert [a.document.id for a in nested(ARTICLES[::-1], seed=1)] == [a.document.id for a in order]


def test_a_recipe_that_keeps_learning() -> None:
    """Where skill rises with every doubling, more labels would help, and the gain holds what is true of this recipe."""
    law = PowerLaw(0.98, 1.3, 0.5)
    found = learning_curves(ARTICLES, FOLDS, learner(ARTICLES, law), model="m", resamples=200)
    curve = found.curves[0]
    assert curve.metric == "stance.macro_f1"
    assert [point.value.value for point in curve.points] == sorted(point.value.value for point in curve.points)
    assert curve.outlook.answer is Answer.YES
    assert (curve.outlook.now, curve.outlook.then) == (24, 48)
    assert curve.outlook.gain is not None
    assert 0 < curve.outlook.gain.low < curve.outlook.gain.value < curve.outlook.gain.high
    assert in_words(curve).startswith(
        "More labels would raise the macro-F1 of stances: doubling the 24 articles to 48 is expected to add 0."
    )


def test_a_recipe_that_has_learnt_all() -> None:
    """Where skill does not hang on the number of articles, more labels would hardly help, in so many words."""
    found = learning_curves(ARTICLES, FOLDS, learner(ARTICLES, lambda _: 0.8), model="m", resamples=200)
    curve = found.curves[0]
    assert curve.outlook.gain is not None
    assert curve.outlook.gain.value == pytest.approx(0, abs=1e-6)
    assert curve.outlook.answer is Answer.HARDLY
    assert "would hardly raise the macro-F1 of stances" in in_words(curve)


def test_luck_cannot_be_told_from_learning() -> None:
    """Where some draws of the articles rise and some fall, the answer is that nobody can tell."""

    slopes = np.random.default_rng(0).normal(0, 0.05, size=(300, 1))
    samples = 0.6 + slopes * np.log(np.array(SIZES) / 25)
    curve = curve_of(METRICS[0], SIZES, np.full(5, 0.6), np.zeros((5, 3)), samples, articles=90)
    assert curve.outlook.answer is Answer.UNKNOWN
    assert curve.outlook.gain is not None
    assert curve.outlook.gain.low < 0 < curve.outlook.gain.high
    assert "cannot be told from these articles" in in_words(curve)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.3, 0.95), st.floats(0.05, 1.0), st.floats(0.12, 1.5))
def test_a_power_law_is_found_again(ceiling: float, scale: float, rate: float) -> None:
    """Points that lie on a law give a law through them, which foretells twice the articles to within .02."""
    law = PowerLaw(ceiling, scale, rate)
    values = np.array([[law(size) for size in SIZES]])
    found = PowerLaw(*(float(part[0]) for part in fit_power_laws(SIZES, values, np.ones(len(SIZES)))))
    for size in SIZES:
        assert found(size) == pytest.approx(law(size), abs=0.005)
    assert found(144) == pytest.approx(law(144), abs=0.02)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_no_points_break_the_fit(values: list[float]) -> None:
    """Any five figures, falling or equal ones too, give a law whose ceiling is a figure."""
    ceiling, scale, rate = fit_power_laws(SIZES, np.array([values]), np.ones(5))
    assert np.isfinite([ceiling, scale, rate]).all()
    assert 0 <= ceiling[0] <= 1


def test_few_sizes_give_no_curve() -> None:
    """With three sizes the points are shown, and that nobody can tell is said with the reason."""
    articles = ARTICLES[:10]
    folds = stratified_folds(articles, 4)
    found = learning_curves(articles, folds, learner(articles, lambda _: 0.7), model="m", resamples=20, seed=1)
    curve = found.curves[0]
    assert len(curve.points) < 4
    assert curve.law is None
    assert curve.outlook.answer is Answer.UNKNOWN
    assert f"there are {len(curve.points)}" in in_words(curve)
    assert all("foretold" not in line for _, line in curves_lines(found))
    valid(
        curves_json(found), schema("argmap-learning-curve-1.schema.json"), schema("argmap-learning-curve-1.schema.json")
    )


def test_sizes_that_cannot_be_learnt_from_are_left_out() -> None:
    """The smallest sizes go while a check refuses them; where fewer than three are left, the reason is told."""

    def at_least(number: int):  # type: ignore[no-untyped-def]
        def check(articles: Sequence[AnnotatedArticle]) -> None:
            if len(articles) < number:
                raise InputError("too few accusations")

        return check

    pools = [many_articles(30)] * 3
    assert learnable_sizes(pools, lambda _: None) == [5, 8, 12, 19, 30]
    assert learnable_sizes(pools, at_least(6)) == [8, 12, 19, 30]
    with pytest.raises(InputError, match=r"leave 2 sizes that can be learnt from \(too few accusations\)"):
        learnable_sizes(pools, at_least(13))
    with pytest.raises(InputError, match="4 articles to train on beside the largest fold; expected at least 5"):
        learnable_sizes([ARTICLES[:4]], lambda _: None)


def test_draws_of_folds_and_of_articles_in_them() -> None:
    """Each draw holds as many folds as there are, each with as many articles; a seed gives the same draws again."""
    weights = two_stage_weights([3, 4, 5], resamples=300, seed=2)
    parts = [weights[:, :3].sum(axis=1) / 3, weights[:, 3:7].sum(axis=1) / 4, weights[:, 7:].sum(axis=1) / 5]
    assert (np.sum(parts, axis=0) == 3).all()
    assert weights.mean() == pytest.approx(1, abs=0.1)
    assert (weights == two_stage_weights([3, 4, 5], resamples=300, seed=2)).all()


def test_reports_of_a_curve() -> None:
    """The terminal shows a row a size with a drawn axis, JSON the same numbers by the schema, Markdown the tables."""
    found = learning_curves(ARTICLES, FOLDS, learner(ARTICLES, PowerLaw(0.9, 1, 0.5)), model="m", resamples=50)
    lines = [line for _, line in curves_lines(found)]
    assert lines[0] == "m on hand-cut sentences: learning curves over 24 articles"
    drawn = [line for line in lines if "●" in line]
    assert len(drawn) == len(METRICS) * len(found.curves[0].points)
    assert sum("○" in line and "48, foretold" in line for line in lines) == len(METRICS)
    assert max(map(len, lines)) <= 100
    value = curves_json(found)
    valid(value, schema("argmap-learning-curve-1.schema.json"), schema("argmap-learning-curve-1.schema.json"))
    assert [curve["metric"] for curve in value["curves"]] == list(METRICS)
    assert value["curves"][0]["points"][0]["value"] == round(found.curves[0].points[0].value.value, 6)
    assert "●" not in curves_markdown(found)
    assert in_words(found.curves[0]).split(":")[0] in curves_markdown(found).replace("\\", "")


# ---- from the shell

FILES = [str(path) for path in sorted((ROOT / "annotations" / "own").glob("*.jsonl"))[:24]]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Training on own articles that takes no time; the sizes of what it was given."""
    from argmap.annotations import read_articles

    articles = read_articles([Path(file) for file in FILES])
    sizes: list[int] = []

    def fitted(training: Sequence[AnnotatedArticle], recipe: object) -> System:
        del recipe
        sizes.append(len(training))
        return skilled(articles, 0.9 - 1 / len(training))

    monkeypatch.setattr("argmap.cli.fitting._fitted", fitted)
    return sizes


def learn(*arguments: str) -> int:
    return main(["evaluate", *FILES, "--learning-curve", "--resamples", "30", *arguments])


def test_from_the_shell(quick: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, JSON, and both as files; the same bytes again."""
    assert learn("--folds", "4", "--report", str(tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert out.startswith("fast tier, 4-fold cross-validation on hand-cut sentences: learning curves over 24 articles")
    assert "doubling the 24 articles to 48 is expected to add" in " ".join(out.split())
    assert len(quick) == 4 * len({*quick})
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["learning-curve.json", "learning-curve.md"]
    assert learn("--folds", "4", "--format", "json", "--report", str(tmp_path / "one.json")) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["format"] == "argmap-learning-curve"
    assert (tmp_path / "out" / "learning-curve.json").read_text(encoding="utf-8") == printed
    assert (tmp_path / "one.json").read_text(encoding="utf-8") == printed
    assert learn("--folds", "4", "--report", str(tmp_path / "out")) == 3
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--folds", "25"], 2, "25 folds of 24 articles"),
        (["--gate", "g.toml"], 2, "--learning-curve with --gate"),
        (["--baseline", "b.json"], 2, "--learning-curve with --baseline"),
        (["--model", "fast"], 2, "--learning-curve with --model"),
        (["--subjects", "s.json"], 2, "--learning-curve with --subjects"),
        (["--swap-names"], 2, "--learning-curve with --swap-names"),
        (["--report", "no/such/place"], 3, "no/such: the folder does not exist"),
        (["--report", FILES[0]], 2, "would overwrite what is read"),
    ],
)
def test_wrong_calls(
    arguments: list[str], code: int, words: str, quick: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, nothing on stdout, and nothing was trained."""
    assert learn(*arguments) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert len(captured.err.splitlines()) == 1
    assert quick == []


@pytest.mark.usefixtures("quick")
def test_too_few_articles(capsys: pytest.CaptureFixture[str]) -> None:
    """Six articles leave no sizes to train on, and the line says what would."""
    assert main(["evaluate", *FILES[:6], "--learning-curve", "--folds", "3"]) == 3
    assert "4 articles to train on beside the largest fold; expected at least 5" in capsys.readouterr().err


def test_a_label_that_is_missing() -> None:
    """A label that no training article has is named before any training."""
    articles = [unlabelled(article, "quotation") for article in ARTICLES]
    with pytest.raises(InputError, match="hold no quotation"):
        learning_curves(articles, FOLDS, lambda _: pytest.fail("trained"), model="m")


# ---- whether the intervals keep what they promise


def simulated(seed: int, law: PowerLaw) -> LearningCurve:
    """A curve over 90 made-up articles in five folds, with luck of articles, of labels and of each training."""
    random = np.random.default_rng(seed)
    folds, length = 5, 18
    gold = random.binomial(40, 0.15, size=(folds, length, 3))
    hardness = random.normal(0, 0.4, size=(folds, length, 3))
    shared = random.random((folds, length, 3, 40))
    drift = random.normal(0, 0.01, size=(folds, 1))
    weights = two_stage_weights([length] * folds, resamples=300, seed=0)
    values, samples = [], []
    for size in SIZES:
        skill = np.clip(law(size) + drift + random.normal(0, 0.02, size=(folds, 1)), 0.02, 0.98)[:, :, None]
        share = 1 / (1 + np.exp(-(np.log(skill / (1 - skill)) + hardness)))
        luck = np.where(random.random(shared.shape) < 0.3, random.random(shared.shape), shared)
        is_gold = np.arange(40) < gold[..., None]
        right = (is_gold & (luck < share[..., None])).sum(-1)
        wrong = (~is_gold & (luck < (0.15 / 0.85) * (1 - share[..., None]))).sum(-1)
        table = np.stack([right, wrong, gold - right], axis=-1).reshape(-1, 3, 3).astype(float)
        values.append(float(f1_of_counts(table.sum(axis=0)).mean()))
        samples.append(f1_of_counts(np.tensordot(weights, table, axes=1)).mean(axis=-1))
    return curve_of(METRICS[0], SIZES, np.array(values), np.zeros((5, folds)), np.stack(samples, axis=-1), articles=90)


@pytest.mark.slow
def test_a_gain_that_is_not_there_is_seldom_promised() -> None:
    """Of 200 recipes that learn nothing more from more articles, at most one in ten is said to."""
    answers = [simulated(seed, PowerLaw(0.6, 0.0, 1.0)).outlook.answer for seed in range(200)]
    assert answers.count(Answer.YES) <= 20


@pytest.mark.slow
def test_a_gain_that_is_there_is_held_by_the_interval() -> None:
    """Of 100 recipes that learn on, at least 85 intervals hold the true gain, and at least 90 are said to learn."""
    law = PowerLaw(0.75, 0.9, 0.4)
    truth = law(180) - law(90)
    outlooks = [simulated(seed, law).outlook for seed in range(100)]
    held = [outlook.gain is not None and outlook.gain.low <= truth <= outlook.gain.high for outlook in outlooks]
    assert sum(held) >= 85
    assert [outlook.answer for outlook in outlooks].count(Answer.YES) >= 90
