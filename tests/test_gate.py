"""The gate: what may stand in its file, what each verdict rests on, and what is refused."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import World, refigured, report

from argmap.errors import ArgmapError, InputError, UsageError
from argmap.evaluation.abstention import abstention_figures
from argmap.evaluation.comparison import Check, GateResult, Verdict, judge, newly_misread
from argmap.evaluation.gate import Gate, parse_gate, read_gate
from argmap.evaluation.stored import StoredReport, metric_names, parse_report, read_report

ROOT = Path(__file__).parent.parent
DROP = "[drops]\nstance.macro_f1 = 0.02\n"
FLOOR = "[floors]\nstance.macro_f1 = 0.5\n"


def gate(text: str) -> Gate:
    return parse_gate(text, where="gate.toml")


def read(value: dict[str, Any]) -> StoredReport:
    return parse_report(value, where=value["model"])


def check_of(result: GateResult, name: str) -> Check:
    return next(check for check in result.checks if check.name == name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no bar"),
        ("[minimum]\narticles = 3\n", "has no bar"),
        ("[floors\n", "is not TOML: "),
        ("[flors]\n", "unknown key: 'flors'; did you mean floors?"),
        ("zebra = 1\n", "unknown key: 'zebra'; expected version, confidence,"),
        ("[floors]\nstance.acusation.f1 = 0.5\n", "did you mean stance.accusation.f1"),
        ("[floors]\nnothing_like_it_at_all = 0.5\n", "expected a name under `metrics` in a report"),
        ("[floors]\nstance.macro_f1 = 60\n", "floors.stance.macro_f1 is 60; expected a number from 0 to 1; write 0.6"),
        ("[floors]\nstance.macro_f1 = -0.1\n", "floors.stance.macro_f1 is -0.1; expected a number from 0 to 1"),
        ("[floors]\nstance.macro_f1 = 1.5\n", "floors.stance.macro_f1 is 1.5; expected a number from 0 to 1"),
        ("[floors]\nstance.macro_f1 = nan\n", "floors.stance.macro_f1 is nan; expected a number from 0 to 1"),
        ("[floors]\nstance.macro_f1 = inf\n", "floors.stance.macro_f1 is inf; expected a number from 0 to 1"),
        ("[floors]\nstance.macro_f1 = true\n", "floors.stance.macro_f1 is True; expected a number from 0 to 1"),
        ('[floors]\nstance.macro_f1 = "0.5"\n', "floors.stance.macro_f1 is 0.5; expected a number from 0 to 1"),
        ("[floors]\nstance.accusation.ece = 0.1\n", "the lower this is the better; use [ceilings]"),
        ("[ceilings]\nstance.macro_f1 = 0.1\n", "the higher this is the better; use [floors]"),
        ("[drops]\nstance.macro_f1 = 2\n", "drops.stance.macro_f1 is 2; expected a number from 0 to 1"),
        ("floors = 3\n", "floors is 3; expected a table"),
        ('[floors]\nstance.macro_f1 = 0.5\n"stance.macro_f1" = 0.4\n', "expected each name once"),
        (FLOOR + "[minimum]\narticle = 3\n", "unknown sample in [minimum]: 'article'; did you mean articles?"),
        (FLOOR + "[minimum]\narticles = 0\n", "minimum.articles is 0; expected a whole number from 1"),
        (FLOOR + "[minimum]\narticles = 2.5\n", "minimum.articles is 2.5; expected a whole number"),
        ("version = 2\n" + FLOOR, "version is 2; expected 1"),
        ("version = true\n" + FLOOR, "version is True; expected 1"),
        ("confidence = 95\n" + FLOOR, "confidence is 95; expected a number from 0.5 to 0.9999; write 0.95 for 95 %"),
        ("resamples = 3\n" + FLOOR, "resamples is 3; expected a whole number from 200"),
        ("seed = -1\n" + FLOOR, "seed is -1; expected a whole number from 0"),
        (f"confidence = 1{'0' * 400}\n" + FLOOR, "expected a number from 0.5"),
        ("[floors]\nstance.macro_f1.x = 0.5\n", "unknown figure in [floors]: 'stance.macro_f1.x'"),
    ],
)
def test_a_malformed_gate_is_refused_by_key(text: str, words: str) -> None:
    """The message names the file, the key and what may stand there; it is bad input, never a pass."""
    with pytest.raises(InputError) as caught:
        gate(text)
    assert str(caught.value).startswith("gate.toml: ")
    assert words in str(caught.value)
    assert caught.value.exit_code == 3


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.sampled_from(["[floors]\n", "confidence = ", DROP]).flatmap(lambda s: st.just(s + s)))
def test_any_text_is_a_gate_or_refused(text: str) -> None:
    """Whatever stands in the file, there is a gate or one line, no traceback."""
    try:
        message = str(gate(text).metrics)
    except ArgmapError as error:
        message = str(error)
    assert message.isprintable()


def test_a_gate_says_names_in_two_ways(tmp_path: Path) -> None:
    """Dotted names may be quoted or not; what the file leaves out has a default."""
    path = tmp_path / "gate.toml"
    path.write_text('[floors]\n"stance.macro_f1" = 0.5\nlinks.f1 = 1\n[ceilings.stance.quotation]\nece = 0\n')
    found = read_gate(path)
    assert dict(found.floors) == {"stance.macro_f1": 0.5, "links.f1": 1.0}
    assert dict(found.ceilings) == {"stance.quotation.ece": 0.0}
    assert (dict(found.minimum), found.confidence, found.seed) == ({"articles": 5}, 0.95, 0)


def test_the_gates_that_we_show_are_gates() -> None:
    """The example of the document and our own file are read as they stand."""
    shown = re.findall(r"^```text\n(confidence.*?)^```$", (ROOT / "docs" / "gating.md").read_text("utf-8"), re.M | re.S)
    assert [sorted(gate(text).drops) for text in shown] == [["stance.macro_f1"]]
    assert read_gate(ROOT / "annotations" / "gate.toml").drops


def test_every_figure_of_a_report_can_have_a_bar() -> None:
    """The names that a gate knows are those that a report holds, and more only for the cutting of raw text."""
    names = set(World(0, 5).measured("m")["metrics"])
    assert names < set(metric_names())
    assert {name.partition(".")[0] for name in set(metric_names()) - names} == {"kind", "boundary"}


def test_the_same_model_passes() -> None:
    """A model compared with itself has no drop, not even where none is allowed."""
    world = World(1, 20)
    same = world.measured("m")
    result = judge(read(same), gate("[drops]\nstance.macro_f1 = 0\nstance.accusation.ece = 0\n"), baseline=read(same))
    assert result.verdict is Verdict.PASS
    assert check_of(result, "drop stance.macro_f1").value == 0


def test_a_much_worse_model_fails() -> None:
    """A fall far beyond the allowed one is shown to be one, with the bar, the fall and its bounds."""
    world = World(2, 30)
    before, now = world.measured("old", recall=0.75), world.measured("new", recall=0.45)
    result = judge(read(now), gate(DROP), baseline=read(before))
    assert result.verdict is Verdict.FAIL
    check = check_of(result, "drop stance.macro_f1")
    assert (check.bar, check.verdict) == (-0.02, Verdict.FAIL)
    assert check.value is not None
    assert check.high is not None
    assert check.value < check.high < -0.02


def test_few_articles_are_inconclusive_and_say_how_many_would_tell() -> None:
    """A slight fall on few articles is neither allowed nor not; the estimate asks for more than there are."""
    world = World(5, 8)
    result = judge(read(world.measured("new", recall=0.6)), gate(DROP), baseline=read(world.measured("old")))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.needed is not None
    assert result.needed > 8


def test_a_rise_of_an_error_is_a_drop() -> None:
    """Of a calibration error the rise is held against the bar, not the fall."""
    world = World(3, 30)
    before = world.measured("old")
    now = copy.deepcopy(before)
    for article in now["articles"]:
        article["counts"]["surplus"] = [[8.0, *[0.0] * 9]] * 3
    now = refigured(now)
    bars = gate("[drops]\nstance.accusation.ece = 0.05\n")
    assert judge(read(now), bars, baseline=read(before)).verdict is Verdict.FAIL
    assert judge(read(before), bars, baseline=read(now)).verdict is Verdict.PASS


def test_floors_and_ceilings_have_three_verdicts() -> None:
    """A bar far below the figure is passed, one far above failed, one at the figure cannot be told; ceilings mirror."""
    now = World(4, 12).measured("m")
    value = now["metrics"]["stance.macro_f1"]["value"]
    for bar, verdict in ((0.2, Verdict.PASS), (value, Verdict.INCONCLUSIVE), (0.95, Verdict.FAIL)):
        assert judge(read(now), gate(f"[floors]\nstance.macro_f1 = {bar}\n")).verdict is verdict
    for article in now["articles"]:
        article["counts"]["surplus"] = [[4.0, *[0.0] * 9]] * 3
    now = refigured(now)
    for bar, verdict in ((0.2, Verdict.PASS), (0.05, Verdict.FAIL)):
        assert judge(read(now), gate(f"[ceilings]\nstance.quotation.ece = {bar}\n")).verdict is verdict


def test_a_minimum_that_is_not_reached_is_inconclusive() -> None:
    """Too few labels are said with the number of articles that would hold enough; a failed bar still fails."""
    now = read(World(6, 10).measured("m"))
    few = judge(now, gate("[floors]\nstance.macro_f1 = 0.1\n[minimum]\nstance.accusation = 1000\n"))
    assert few.verdict is Verdict.INCONCLUSIVE
    check = check_of(few, "minimum stance.accusation")
    assert check.needed is not None
    assert check.value is not None
    assert check.needed * check.value / 10 >= 1000
    worse = judge(now, gate("[floors]\nstance.macro_f1 = 0.99\n[minimum]\narticles = 1000\n"))
    assert worse.verdict is Verdict.FAIL


def test_a_bar_that_nothing_can_miss_is_passed() -> None:
    """A floor of 0, a ceiling of 1 and an allowed drop of 1 need no article to be sure of."""
    now = read(World(0, 3).measured("m"))
    bars = "[floors]\nstance.macro_f1 = 0\n[ceilings]\nstance.accusation.ece = 1\n[drops]\nlinks.f1 = 1\n"
    assert judge(now, gate(bars + "[minimum]\narticles = 1\n"), baseline=now).verdict is Verdict.PASS


def test_one_article_tells_nothing() -> None:
    """With a single article there is no spread to judge by, however good the figure looks."""
    result = judge(read(World(0, 1).measured("m")), gate("[floors]\nstance.macro_f1 = 0.01\n[minimum]\narticles = 1\n"))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert check_of(result, "floor stance.macro_f1").needed is None


@pytest.mark.parametrize(
    ("articles", "right", "bar", "verdict", "needed"),
    [
        (5, 1, 0.9, Verdict.INCONCLUSIVE, 36),
        (40, 1, 0.9, Verdict.PASS, None),
        (5, 0, 0.3, Verdict.INCONCLUSIVE, 11),
        (12, 0, 0.3, Verdict.FAIL, None),
        (5, 1, 1.0, Verdict.INCONCLUSIVE, None),
    ],
)
def test_five_of_five_is_no_certainty(
    articles: int, right: int, bar: float, verdict: Verdict, needed: int | None
) -> None:
    """Where every article is right, or none, no draw differs from another, and still few articles prove little."""
    now = World(0, articles).measured("m")
    for article in now["articles"]:
        article["counts"]["links.thesis"] = [right, 1]
    result = judge(read(refigured(now)), gate(f"[floors]\nlinks.thesis_exact = {bar}\n"))
    check = check_of(result, "floor links.thesis_exact")
    assert (check.verdict, check.needed) == (verdict, needed)


@pytest.mark.parametrize("side", ["model", "baseline"])
@pytest.mark.parametrize("fault", ["missing", "null"])
def test_a_figure_that_is_missing_or_no_number_fails(side: str, fault: str) -> None:
    """A deleted metric and a NaN (null in JSON) fail by name, in the report and in the baseline."""
    world = World(7, 10)
    reports = {"model": world.measured("model"), "baseline": world.measured("baseline")}
    if fault == "missing":
        del reports[side]["metrics"]["stance.macro_f1"]
    else:
        reports[side]["metrics"]["stance.macro_f1"]["value"] = None
    result = judge(read(reports["model"]), gate("[drops]\nstance.macro_f1 = 1\n"), baseline=read(reports["baseline"]))
    assert result.verdict is Verdict.FAIL
    assert side in check_of(result, "drop stance.macro_f1").why


def test_a_figure_that_needs_the_raw_text_fails_without_it() -> None:
    """A bar for sentence ends fails on gold units, and says which option gives the figure."""
    result = judge(read(World(7, 10).measured("m")), gate("[floors]\nboundary.f1 = 0.1\n"))
    assert result.verdict is Verdict.FAIL
    assert "--from-text" in result.checks[-1].why


def test_a_model_that_says_nothing_fails() -> None:
    """All-none is a failure of its own, even if the gate asks for no stance and the baseline was no better."""
    world = World(8, 10)
    silent = read(report("m", [[[0, 0, row] for row in rows] for rows in (world.gold + 1).tolist()]))
    result = judge(silent, gate("[drops]\nstance.macro_f1 = 0.1\n"), baseline=silent)
    assert result.verdict is Verdict.FAIL
    assert "gives no stance to any sentence" in check_of(result, "use stances").why


def altered(value: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return copy.deepcopy(value) | changes


def swapped(value: dict[str, Any]) -> dict[str, Any]:
    """Gold and predicted changed places: false positives are false negatives."""
    made = copy.deepcopy(value)
    for article in made["articles"]:
        article["counts"]["stance"] = [[right, fn, fp] for right, fp, fn in article["counts"]["stance"]]
    return refigured(made)


def with_article(value: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(value)
    made["articles"][1] |= changes
    return made


WORLD = World(9, 10)
NOW, BEFORE = WORLD.measured("now"), WORLD.measured("before")


@pytest.mark.parametrize(
    ("baseline", "words"),
    [
        (with_article(BEFORE, text_sha256="0" * 64), "has an article that is not tested now: 'd1'"),
        (with_article(BEFORE, gold_sha256="0" * 64), "has other labels of article 'd1'"),
        (refigured(BEFORE | {"articles": BEFORE["articles"][:7]}), "lacks article: 'd7' and 2 more"),
        (swapped(BEFORE), "gold and predicted are swapped?"),
        (altered(BEFORE, settings={"input": "raw text"}), "was measured from the raw text, the model on gold units"),
    ],
)
def test_another_test_set_is_refused(baseline: dict[str, Any], words: str) -> None:
    """Other texts, other labels, swapped sides or another input: no comparison, and the message says the way out."""
    with pytest.raises(InputError) as caught:
        judge(read(NOW), gate(DROP), baseline=read(baseline))
    assert words in str(caught.value)
    assert "--baseline-model DIR" in str(caught.value)


def test_figures_on_training_articles_are_refused() -> None:
    """A report that says the model has seen its test is no baseline and gets no verdict."""
    seen = read(altered(NOW, trained_on=["d3"]))
    for args in ((seen, read(BEFORE)), (read(NOW), seen)):
        with pytest.raises(InputError, match="was trained on 1 of these articles: d3"):
            judge(args[0], gate(DROP), baseline=args[1])


def test_drops_need_a_baseline() -> None:
    """A gate about drops without a baseline is a wrong call, not a pass."""
    with pytest.raises(UsageError, match=r"--baseline REPORT\.json or --baseline-model DIR"):
        judge(read(NOW), gate(DROP))


@pytest.mark.parametrize(
    ("bars", "changes", "words"),
    [
        (FLOOR, {"stance.recommendation": 0}, "hold no 'stance.recommendation'"),
        (FLOOR, {"sentences": 0}, "hold no sentence"),
        ("[floors]\nlinks.f1 = 0.1\n", {"links": 0}, "hold no 'links'"),
        ("[floors]\nlinks.attack_f1 = 0.1\n", {"links.attack": 0}, "hold no 'links.attack'"),
        ("[floors]\nlinks.thesis_exact = 0.1\n", {"thesis": 0}, "hold no 'thesis'"),
        ("[floors]\nevidence.event.f1 = 0.1\n", {"evidence.event": 0}, "hold no 'evidence.event'"),
    ],
)
def test_gold_that_cannot_tell_is_refused(bars: str, changes: dict[str, int], words: str) -> None:
    """Where a stance, or what a bar is about, never occurs in gold, there is no verdict."""
    with pytest.raises(InputError, match=words):
        judge(read(NOW | {"support": NOW["support"] | changes}), gate(bars))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (altered(NOW, version=1), "version is 1; expected 2; make it again with this argmap"),
        (altered(NOW, version=True), "version is True"),
        (altered(NOW, format="other"), "format is 'other'; expected 'argmap-report'"),
        ({}, "format is not there"),
        ([], "is an array; expected an object"),
        (altered(NOW, articles=[]), "has no article"),
        (altered(NOW, articles=[*NOW["articles"], NOW["articles"][0]]), "article 'd0' stands twice"),
        (altered(NOW, settings={"input": "tea leaves"}), "'input' is 'tea leaves'"),
        (altered(NOW, metrics=NOW["metrics"] | {"stance.macro_f1": {"value": 0.99}}), "its counts give 0."),
        (altered(NOW, metrics=NOW["metrics"] | {"stance.macro_f1": {"value": "0.99"}}), "is a string"),
        (with_article(NOW, counts={}), "expected what this argmap counts"),
        (with_article(NOW, counts=NOW["articles"][1]["counts"] | {"stance": [[1, 2], [3]]}), "not an array of numbers"),
        (with_article(NOW, counts=NOW["articles"][1]["counts"] | {"stance": [1, 2, 3]}), "expected finite numbers"),
        (with_article(NOW, counts=NOW["articles"][1]["counts"] | {"stance": [[-1, 0, 0]] * 3}), "below 0"),
        (with_article(NOW, misread=[{"unit": "u1"}]), "is missing"),
    ],
)
def test_a_report_that_is_none_is_refused(value: Any, words: str, tmp_path: Path) -> None:
    """Another format or version, figures that do not follow from their counts, and broken shapes: one line each."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_report(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_same_inputs_give_the_same_result() -> None:
    """Two runs agree in every digit; another seed gives other draws and nearly the same bounds."""
    bars = gate(FLOOR + DROP)
    first, second = (judge(read(NOW), bars, baseline=read(BEFORE)) for _ in range(2))
    assert first == second
    other = judge(read(NOW), gate("seed = 7\n" + FLOOR + DROP), baseline=read(BEFORE))
    for mine, theirs in zip(first.checks, other.checks, strict=True):
        assert mine.low == pytest.approx(theirs.low, abs=0.02)
    assert first.checks[1].low != other.checks[1].low


def test_newly_misread_sentences_come_worst_first() -> None:
    """Those that the baseline read right, at most so many, by how far off the score was; others are not named."""

    def misread(start: int, severity: float) -> dict[str, Any]:
        labels = {"gold": ["accusation"], "predicted": []}
        return {"unit": f"u{start}", "start": start, "end": start + 1, "severity": severity, **labels}

    now = with_article(NOW, misread=[misread(start, start / 100) for start in range(20)])
    before = with_article(BEFORE, misread=[misread(19, 0.9)])
    found = newly_misread(read(now), read(before), limit=3)
    assert [(doc, sentence.start) for doc, sentence in found] == [("d1", 18), ("d1", 17), ("d1", 16)]
    relabelled = with_article(before, gold_sha256="0" * 64)
    assert newly_misread(read(now), read(relabelled)) == ()


TRIALS = 200


@pytest.mark.slow
@pytest.mark.parametrize("articles", [8, 16, 40])
@pytest.mark.parametrize("bars", [1, 4])
def test_noise_fails_no_more_often_than_claimed(articles: int, bars: int) -> None:
    """Of 200 models that are as good as the baseline, at most 5 % fail where not the least drop is allowed."""
    names = ["stance.macro_f1", "stance.accusation.f1", "stance.quotation.recall", "stance.recommendation.f1"][:bars]
    strict = gate("resamples = 1000\n[drops]\n" + "".join(f"{name} = 0\n" for name in names))
    verdicts = []
    for seed in range(TRIALS):
        world = World(seed, articles)
        verdicts.append(judge(read(world.measured("b")), strict, baseline=read(world.measured("a"))).verdict)
    assert verdicts.count(Verdict.FAIL) <= 0.05 * TRIALS


@pytest.mark.slow
@pytest.mark.parametrize("articles", [8, 16, 40])
def test_a_floor_at_the_truth_fails_no_more_often_than_claimed(articles: int) -> None:
    """Of 200 test sets, at most 5 % fail a model whose true figures are exactly the floors, or pass one of them."""
    truth = World(999, 4000).measured("m")["metrics"]
    names = ["stance.macro_f1", "stance.accusation.f1", "stance.recommendation.recall"]
    bars = gate("resamples = 1000\n[floors]\n" + "".join(f"{name} = {truth[name]['value']}\n" for name in names))
    results = [judge(read(World(seed, articles).measured("m")), bars) for seed in range(TRIALS)]
    assert [result.verdict for result in results].count(Verdict.FAIL) <= 0.05 * TRIALS
    floors = [check.verdict for result in results for check in result.checks if check.kind == "floor"]
    assert floors.count(Verdict.PASS) <= 0.05 * len(floors)


@pytest.mark.slow
def test_a_model_made_worse_by_a_known_amount_fails() -> None:
    """A model that finds 65 in 100 labels as before, then 45, fails on 40 articles in at least 95 of 100 trials."""
    bars = gate("resamples = 1000\n" + DROP)
    verdicts = []
    for seed in range(TRIALS):
        world = World(seed, 40)
        now, before = world.measured("b", recall=0.45), world.measured("a", recall=0.65)
        verdicts.append(judge(read(now), bars, baseline=read(before)).verdict)
    assert verdicts.count(Verdict.FAIL) >= 0.95 * TRIALS


@pytest.mark.slow
def test_the_estimate_of_articles_is_honest() -> None:
    """With the number of articles that the first run asks for, most second runs are no longer inconclusive."""
    bars = gate("resamples = 1000\n[drops]\nstance.macro_f1 = 0.05\n")
    settled = []
    for seed in range(TRIALS):
        world = World(seed, 10)
        first = judge(read(world.measured("b")), bars, baseline=read(world.measured("a")))
        if first.needed is not None and first.needed < 100:
            more = World(seed + TRIALS, first.needed)
            again = judge(read(more.measured("b")), bars, baseline=read(more.measured("a")))
            settled.append(again.verdict is not Verdict.INCONCLUSIVE)
    assert len(settled) > 20
    assert sum(settled) / len(settled) > 0.5


def test_coverage_at_a_risk_by_hand() -> None:
    """The largest share of the sentences of which no more than the risk allows are wrong, 0 if none is that good."""
    kept = [[100, 70], [90, 66], [80, 64], [70, 58], [60, 53], [50, 46]]
    found = abstention_figures({"kept_sentences": np.array([kept]), "kept": np.ones((1, 6, 3, 3))})
    assert [found[f"stance.coverage_at_{risk}_risk"].item() for risk in (10, 20, 30)] == [0.5, 0.8, 1.0]
    poor = abstention_figures({"kept_sentences": np.array([[[100, 10]] * 6]), "kept": np.ones((1, 6, 3, 3))})
    assert poor["stance.coverage_at_30_risk"].item() == 0
