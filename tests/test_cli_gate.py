"""`argmap evaluate --gate`: exit codes, files, GitHub's variables, refusals; and leaks between folds."""

import hashlib
import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import own_articles, small_model
from test_gate_formats import schema, valid

from argmap import pipeline
from argmap.annotations import AnnotatedArticle, read_articles, write_article
from argmap.cli import main
from argmap.document import Document, Span, Unit
from argmap.graph import ArgumentMap
from argmap.labels import STANCES, Stance, UnitKind
from argmap.models import Model

ROOT = Path(__file__).parent.parent
TESTED = ("a-board-that-answers-to-itself", "a-contest-for-one", "a-good-plan-for-the-last-drought")
EASY = "resamples = 500\n[minimum]\narticles = 3\n[floors]\nstance.macro_f1 = 0\n[drops]\nstance.macro_f1 = 0\n"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with three labelled articles, a gate, and a model under the name `m`."""
    folder = tmp_path / "annotations"
    folder.mkdir()
    for name in TESTED:
        shutil.copy(ROOT / "annotations" / "own" / f"{name}.jsonl", folder)
    (tmp_path / "gate.toml").write_text(EASY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    models = {"m": small_model(), "mute": mute(small_model())}
    models |= {name: replace(small_model(), id=name) for name in ("worse", "noisy")}
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda option: models[option or "m"])
    monkeypatch.setattr("argmap.pipeline.map_document", once(pipeline.map_document))
    monkeypatch.setattr("argmap.pipeline.link_document", once(pipeline.link_document))
    return tmp_path


Mapper = Callable[[Document, Model], ArgumentMap]
MAPS: dict[Any, ArgumentMap] = {}


def once(real: Mapper) -> Mapper:
    """The same maps, each made once for all tests; `worse` and `noisy` are made from those of the small model."""

    def mapped(document: Document, model: Model) -> ArgumentMap:
        told = tuple((unit.span, unit.stances, unit.evidence) for unit in document.units)
        spoilt = model.id in SPOILT and real.__name__ == "map_document"
        key = (real.__name__, "small" if model.id in SPOILT else model.id, document.text, told)
        if key not in MAPS:
            MAPS[key] = real(document, model)
        return spoil(MAPS[key], *SPOILT[model.id]) if spoilt else MAPS[key]

    mapped.__name__ = real.__name__
    return mapped


SPOILT = {"worse": (0.5, 0.0), "noisy": (0.04, 0.02)}
"""The share of sentences that lose their stances, and of those that get one at random."""


def spoil(found: ArgumentMap, lose: float, gain: float) -> ArgumentMap:
    """The map with stances taken and given by the luck of each sentence, the same luck every time."""

    def spoilt(unit: Unit) -> Unit:
        if not unit.is_text:
            return unit
        luck = int(hashlib.sha256(found.text_of(unit.id).encode()).hexdigest()[:8], 16) / 16**8
        if luck < lose:
            return replace(unit, stances=())
        return replace(unit, stances=(STANCES[int(luck * 1000) % 3],)) if luck > 1 - gain else unit

    document = found.document.with_units(tuple(map(spoilt, found.document.units)))
    return ArgumentMap(document, found.relations, found.thesis, found.models, found.thesis_score)


def mute(model: Model) -> Model:
    """The model with thresholds that nothing reaches."""
    stance = copy(model.stance)
    stance.thresholds_ = np.full(3, 1.1)
    return replace(model, id="mute", stance=stance)


def evaluate(*arguments: str) -> int:
    return main(["evaluate", "annotations", "--resamples", "5", *arguments])


def test_a_gate_passes_and_writes_every_report(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The model against its own report: exit 0, all files into a new folder, the same bytes again."""
    assert evaluate("--report", "base.json") == 0
    command = ["--gate", "gate.toml", "--baseline", "base.json", "--report"]
    assert evaluate(*command, "out") == 0
    printed = capsys.readouterr().out
    assert "\nGate: small against small\n" in printed
    assert printed.endswith("PASS: 3 of 3 checks\n")
    files = sorted(path.relative_to(work / "out") for path in (work / "out").rglob("*") if path.is_file())
    named = {"annotations.txt", "gate.json", "junit.xml", "metrics.txt", "report.json", "summary.md"}
    assert named <= set(map(str, files))
    assert (work / "out" / "report.json").read_bytes() == (work / "base.json").read_bytes()
    value = json.loads((work / "out" / "report.json").read_text(encoding="utf-8"))
    valid(value, schema("argmap-report-2.schema.json"), schema("argmap-report-2.schema.json"))
    value = json.loads((work / "out" / "gate.json").read_text(encoding="utf-8"))
    valid(value, schema("argmap-gate-1.schema.json"), schema("argmap-gate-1.schema.json"))
    assert ElementTree.parse(work / "out" / "junit.xml").getroot().get("tests") == "3"  # noqa: S314 - our own
    assert (work / "out" / "metrics.txt").read_text(encoding="utf-8").endswith("# EOF\n")
    assert evaluate(*command, "again") == 0
    for name in files:
        assert (work / "out" / name).read_bytes() == (work / "again" / name).read_bytes()
    capsys.readouterr()
    assert evaluate(*command, "out") == 3
    assert "is there already; give --force" in capsys.readouterr().err
    assert evaluate(*command, "out", "--force") == 0


def test_a_worse_model_fails_on_its_lines(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1; GitHub is told at most ten labelled lines that were right before, and gets a summary at its end."""
    assert evaluate("--report", "base.json") == 0
    (work / "summary").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(work / "summary"))
    capsys.readouterr()
    assert evaluate("--model", "mute", "--gate", "gate.toml", "--baseline", "base.json", "--format", "json") == 1
    captured = capsys.readouterr()
    json.loads(captured.out)
    lines = [line for line in captured.err.splitlines() if line.startswith("::error ")]
    assert 0 < len(lines) <= 10
    for line in lines:
        file, number = line.removeprefix("::error file=").partition("::")[0].split(",line=")
        labelled = json.loads((work / file).read_text(encoding="utf-8").splitlines()[int(number) - 1])
        assert labelled["stances"], line
    assert "argmap: error: FAIL: use stances: the model gives no stance to any sentence" in captured.err
    summary = (work / "summary").read_text(encoding="utf-8")
    assert summary.startswith("before\n## ❌ argmap gate: FAIL\n")
    assert "### Misread now, and read right by the baseline" in summary


def test_too_few_articles_are_inconclusive(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 5, and the last line says how many articles would tell."""
    text = EASY.replace("articles = 3", "articles = 40")
    (work / "gate.toml").write_text(text, encoding="utf-8")
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 5
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("INCONCLUSIVE: minimum articles: 3 in the test set, 40 asked for")
    assert "about 40 labelled articles would tell" in last


def test_both_models_on_a_new_test_set(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report on other labels is refused, and scoring the old model on the new ones is the way out."""
    assert evaluate("--report", "base.json") == 0
    path = work / "annotations" / f"{TESTED[0]}.jsonl"
    (article,) = read_articles([path])
    write_article(relabelled(article), path)
    capsys.readouterr()
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json") == 3
    assert f"has other labels of article '{TESTED[0]}'" in capsys.readouterr().err
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 0


def relabelled(article: AnnotatedArticle) -> AnnotatedArticle:
    """The article with another stance for its first sentence."""
    units = list(article.document.units)
    at = next(number for number, unit in enumerate(units) if unit.is_text)
    stances = (Stance.QUOTATION,) if not units[at].stances else ()
    units[at] = Unit(units[at].id, units[at].span, units[at].kind, stances, units[at].evidence)
    return replace(article, document=article.document.with_units(tuple(units)), lines=())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--baseline", "base.json"], 2, "a baseline without --gate"),
        (["--gate", "gate.toml"], 2, "[drops] without a baseline"),
        (["--gate", "gate.toml", "--baseline", "b", "--baseline-model", "m"], 2, "both --baseline and"),
        (["--gate", "gate.toml", "--baseline-model", "m", "--allow-training-articles"], 2, "--gate with --allow"),
        (["--gate", "none.toml", "--baseline-model", "m"], 3, "none.toml: no such file"),
        (["--gate", "gate.toml", "--baseline", "none.json"], 3, "none.json: no such file"),
        (["--gate", "gate.toml", "--baseline", "gate.toml"], 3, "gate.toml:1:1: is not JSON"),
        (["--gate", "gate.toml", "--baseline-model", "m", "--report", "no/out"], 3, "no: the folder does not exist"),
        (["--gate", "gate.toml", "--baseline-model", "m", "--report", "gate.toml"], 2, "would overwrite what is read"),
    ],
)
def test_wrong_calls(
    arguments: list[str], code: int, words: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Options that contradict each other, and files that are not there: one line, no verdict, nothing on stdout."""
    assert evaluate(*arguments) == code
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""
    assert sorted(path.name for path in work.iterdir()) == ["annotations", "gate.toml"]


def test_training_articles_are_refused(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gate on articles that the model, or the baseline's, was trained on gives no verdict."""
    seen = own_articles()[0]
    write_article(seen, work / "annotations" / "seen.jsonl")
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert f"the model was trained on 1 of these 4 articles: {seen.document.id}" in capsys.readouterr().err


@pytest.mark.usefixtures("work")
def test_a_model_that_hides_its_training_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without hashes of training articles nobody knows whether the test is one."""
    shy = replace(small_model(), info={**small_model().info, "training": {"articles": {}}})
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda _: shy)
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert "the model names no training article" in capsys.readouterr().err


def test_a_leak_between_folds_is_refused(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence of the tested fold that stands nearly the same in another: both lines are named, no verdict."""
    plant(work / "annotations" / f"{TESTED[1]}.jsonl", longest_sentence(work / "annotations" / f"{TESTED[0]}.jsonl"))
    split = {"train": [TESTED[1]], "test": [TESTED[0], TESTED[2]]}
    (work / "split.json").write_text(json.dumps(split), encoding="utf-8")
    options = ("--split", "split.json", "--fold", "test", "--gate", "gate.toml", "--baseline-model", "m")
    assert evaluate(*options) == 3
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"annotations/{TESTED[0]}.jsonl:" in error
    assert f"nearly the same sentence as at annotations/{TESTED[1]}.jsonl:" in error


def test_without_a_gate_a_leak_is_said(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures alone are given in spite of a leak, and both lines are named; without one nothing is said."""
    split = {"train": [TESTED[1]], "test": [TESTED[0], TESTED[2]]}
    (work / "split.json").write_text(json.dumps(split), encoding="utf-8")
    assert evaluate("--split", "split.json", "--fold", "test") == 0
    assert "caution" not in capsys.readouterr().err
    plant(work / "annotations" / f"{TESTED[1]}.jsonl", longest_sentence(work / "annotations" / f"{TESTED[0]}.jsonl"))
    assert evaluate("--split", "split.json", "--fold", "test") == 0
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "caution" in line]
    assert f"annotations/{TESTED[0]}.jsonl:" in said
    assert f"nearly the same sentence as at annotations/{TESTED[1]}.jsonl:" in said


def test_two_labels_of_one_sentence_are_refused(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can have both right, so that a gate names both lines and gives no verdict."""
    sentence = "Nobody in the whole of that town had ever been asked about it."
    plant(work / "annotations" / f"{TESTED[0]}.jsonl", f"And {sentence}")
    plant(work / "annotations" / f"{TESTED[1]}.jsonl", f"And {sentence}")
    path = work / "annotations" / f"{TESTED[1]}.jsonl"
    *lines, last = path.read_text(encoding="utf-8").splitlines()
    changed = last.replace('"stances": []', '"stances": ["accusation"]')
    assert changed != last
    path.write_text("\n".join([*lines, changed]) + "\n", encoding="utf-8")
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"annotations/{TESTED[0]}.jsonl:" in error
    assert f"annotations/{TESTED[1]}.jsonl:" in error
    assert "labelled otherwise" in error


def longest_sentence(path: Path) -> str:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return max((line["text"] for line in lines if line["kind"] == "text"), key=len)


def plant(path: Path, sentence: str) -> None:
    """Put a sentence, less its first word, at the end of an article."""
    (article,) = read_articles([path])
    text = article.document.text.rstrip() + "\n\n" + sentence.split(" ", 1)[1]
    units = article.document.units
    start = len(text) - len(sentence.split(" ", 1)[1])
    planted = Unit("planted", Span(start, len(text)), UnitKind.TEXT)
    document = replace(article.document, text=text, units=(*units, planted))
    write_article(replace(article, document=document, lines=()), path)


def test_no_gate_for_gold_without_a_stance(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labels in which no sentence is an accusation, and labels of nothing, never pass."""

    def without(*stances: Stance) -> None:
        for path in (work / "annotations").iterdir():
            (article,) = read_articles([path])
            units = tuple(
                replace(unit, stances=tuple(s for s in unit.stances if s not in stances))
                for unit in article.document.units
            )
            write_article(replace(article, document=article.document.with_units(units), lines=()), path)

    without(Stance.ACCUSATION)
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert "the gold labels hold no 'stance.accusation'" in capsys.readouterr().err
    assert evaluate() == 0
    assert "CAUTION: no sentence is labelled accusation" in capsys.readouterr().out
    for path in (work / "annotations").iterdir():
        path.unlink()
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert "no annotation file in the folder" in capsys.readouterr().err


def test_the_summary_cannot_break_the_verdict(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A summary file that cannot be written is said, and the exit code stays that of the gate."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(work / "none" / "summary"))
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 0
    assert "GITHUB_STEP_SUMMARY: " in capsys.readouterr().err


HELD_OUT = (
    "quiet-mediators", "the-last-cumecs", "sedition-at-kasirgaon", "nine-names-locked-cabinet", "landfill-tal-qasri",
    "they-knew-at-kilbrack", "harrowby-marches", "water-street-clinic", "the-tribunal-we-have",
)  # fmt: skip


def add_articles(work: Path) -> None:
    for name in HELD_OUT:
        shutil.copy(ROOT / "annotations" / "own" / f"{name}.jsonl", work / "annotations")


def test_a_model_made_worse_by_a_known_amount_fails(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the stances taken away is a fall that twelve articles are enough to show."""
    add_articles(work)
    (work / "gate.toml").write_text("[drops]\nstance.macro_f1 = 0.03\n", encoding="utf-8")
    assert evaluate("--model", "worse", "--gate", "gate.toml", "--baseline-model", "m") == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "FAIL: drop stance.macro_f1: shown to be more than 0.030 worse"


@pytest.mark.parametrize(("allowed", "codes"), [(0.0, {0, 5}), (0.15, {0})])
def test_noise_is_no_failure(allowed: float, codes: set[int], work: Path) -> None:
    """A few sentences labelled otherwise are no proof of a fall, and are within a fall that is allowed."""
    add_articles(work)
    (work / "gate.toml").write_text(f"[drops]\nstance.macro_f1 = {allowed}\n", encoding="utf-8")
    assert evaluate("--model", "noisy", "--gate", "gate.toml", "--baseline-model", "m") in codes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[flors]\nstance.macro_f1 = 0.5\n", "unknown key: 'flors'; did you mean floors?"),
        (
            b"[floors]\nstance.macro_f1 = 61\n",
            "floors.stance.macro_f1 is 61; expected a number from 0 to 1; write 0.61",
        ),
        (b"[floors]\nstance.macro_f1 = -0.5\n", "floors.stance.macro_f1 is -0.5; expected a number from 0 to 1"),
        (b"[floors]\nstance.macro_f1 = nan\n", "floors.stance.macro_f1 is nan; expected a number from 0 to 1"),
        (b"[floors]\nstance.makro_f1 = 0.5\n", "did you mean stance.macro_f1"),
        (b"[floors]\nstance = 0.5\n", "unknown figure in [floors]: 'stance'"),
        (b"[floors]\nstance.macro_f1 = [0.5]\n", "floors.stance.macro_f1 is [0.5]; expected a number from 0 to 1"),
        (b"[floors]\nstance.macro_f1 = 1979-05-27\n", "floors.stance.macro_f1 is 1979-05-27; expected a number"),
        (b"floors = []\n", "floors is []; expected a table"),
        (b"[[floors]]\nstance.macro_f1 = 0.5\n", "expected a table"),
        (b"[floors]\n", "has no bar"),
        (b"", "has no bar"),
        (b"version = 9\n[floors]\nstance.macro_f1 = 0.5\n", "version is 9; expected 1"),
        (b"[floors\n", "is not TOML"),
        (b"\0\0", "is not TOML"),
        (b"\xff\xfe[floors]", "gate.toml: "),
        (b"a = " + b"[" * 5000, "is not TOML"),
        (b"a." * 100_000 + b"b = 1\n", "gate.toml: "),
    ],
)
def test_a_malformed_gate_is_never_a_pass(
    text: bytes, words: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3 and one line with the file, the key and the remedy; no verdict, no report, no table."""
    (work / "gate.toml").write_bytes(text)
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m", "--report", "out") == 3
    captured = capsys.readouterr()
    assert captured.err.startswith("argmap: error: gate.toml: ")
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not (work / "out").exists()


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return value | {"metrics": {name: figure for name, figure in value["metrics"].items() if name not in names}}


def with_figure(value: dict[str, Any], name: str, figure: float | None) -> dict[str, Any]:
    return value | {"metrics": value["metrics"] | {name: {"value": figure, "low": None, "high": None}}}


def swapped(value: dict[str, Any]) -> dict[str, Any]:
    """Gold and predicted changed places in the counts, the figures as they were (F1 is the same)."""
    for article in value["articles"]:
        article["counts"]["stance"] = [[right, missed, false] for right, false, missed in article["counts"]["stance"]]
    return value | {"metrics": {"stance.macro_f1": value["metrics"]["stance.macro_f1"]}}


@pytest.mark.parametrize(
    ("alter", "code", "words"),
    [
        (lambda value: without(value, "stance.macro_f1"), 1, "FAIL: drop stance.macro_f1: base.json has no stance.mac"),
        (lambda value: with_figure(value, "stance.macro_f1", None), 1, "stance.macro_f1 is not a number in base.json"),
        (lambda value: with_figure(value, "stance.macro_f1", float("nan")), 1, "is not a number in base.json"),
        (lambda value: with_figure(value, "stance.macro_f1", float("inf")), 1, "is not a number in base.json"),
        (lambda value: with_figure(value, "stance.macro_f1", 0.01), 3, "says stance.macro_f1 is 0.01, but its counts"),
        (swapped, 3, "gold and predicted are swapped?"),
        (lambda value: value | {"version": 1}, 3, "base.json: version is 1; expected 2; make it again"),
        (lambda value: value | {"version": 99}, 3, "base.json: version is 99; expected 2; make it again"),
        (lambda value: value | {"format": "argmap-map"}, 3, "base.json: format is 'argmap-map'"),
        (lambda value: value | {"trained_on": [TESTED[0]]}, 3, "its model was trained on 1 of these articles"),
        (lambda value: value | {"articles": []}, 3, "has no article"),
        (lambda value: value | {"articles": value["articles"][1:], "metrics": {}}, 3, "base.json: lacks article"),
    ],
)
def test_a_baseline_that_says_otherwise(
    alter: Callable[[dict[str, Any]], dict[str, Any]],
    code: int,
    words: str,
    work: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A figure deleted or NaN fails by name; what was altered, swapped, or is of another version or test is refused."""
    assert evaluate("--report", "base.json") == 0
    value = json.loads((work / "base.json").read_text(encoding="utf-8"))
    (work / "base.json").write_text(json.dumps(alter(value)), encoding="utf-8")
    capsys.readouterr()
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json") == code
    captured = capsys.readouterr()
    assert words in captured.out + captured.err
    if code == 3:
        assert "Gate:" not in captured.out
        assert "PASS" not in captured.out


def test_other_articles_than_the_baseline_had(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An article more, or one less, is another test set; the message says the way out."""
    assert evaluate("--report", "base.json") == 0
    shutil.copy(ROOT / "annotations" / "own" / f"{HELD_OUT[0]}.jsonl", work / "annotations")
    capsys.readouterr()
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json") == 3
    error = capsys.readouterr().err
    assert f"base.json: lacks article: '{HELD_OUT[0]}'" in error
    assert "give --baseline-model DIR to score both on them" in error
    (work / "annotations" / f"{HELD_OUT[0]}.jsonl").unlink()
    (work / "annotations" / f"{TESTED[0]}.jsonl").unlink()
    assert evaluate("--gate", "gate.toml", "--baseline", "base.json") == 3
    assert f"has an article that is not tested now: '{TESTED[0]}'" in capsys.readouterr().err


@pytest.mark.parametrize("altered", [True, False])
def test_an_article_on_both_sides_is_refused(altered: bool, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same article under another name in another fold, whole or with another end: both lines are named."""
    (article,) = read_articles([work / "annotations" / f"{TESTED[0]}.jsonl"])
    twin = replace(article, document=replace(article.document, id="twin"), lines=())
    write_article(twin, work / "annotations" / "twin.jsonl")
    if altered:
        plant(work / "annotations" / "twin.jsonl", "And nobody in the whole of that town had ever been asked about it.")
    split = {"train": ["twin"], "test": list(TESTED)}
    (work / "split.json").write_text(json.dumps(split), encoding="utf-8")
    assert evaluate("--split", "split.json", "--fold", "test", "--gate", "gate.toml", "--baseline-model", "m") == 3
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"annotations/{TESTED[0]}.jsonl:1" in error
    assert "annotations/twin.jsonl:1" in error
    assert "take one of" in error


def test_gold_without_a_sentence_is_refused(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty file is no annotation, and headings alone are nothing to measure on."""
    for path in (work / "annotations").iterdir():
        (article,) = read_articles([path])
        units = tuple(Unit(unit.id, unit.span, UnitKind.HEADING) for unit in article.document.units)
        bare = replace(article, document=article.document.with_units(units), links=(), thesis=None, lines=())
        write_article(bare, path)
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert "the gold labels hold no sentence" in capsys.readouterr().err
    assert evaluate() == 3
    assert "hold no sentence" in capsys.readouterr().err
    (work / "annotations" / "empty.jsonl").write_bytes(b"")
    assert evaluate("--gate", "gate.toml", "--baseline-model", "m") == 3
    assert "annotations/empty.jsonl:1: " in capsys.readouterr().err


def test_problems_stand_on_their_lines(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a workflow, problems and leaks are errors on the labelled lines, at most ten; elsewhere only text."""
    path = work / "annotations" / f"{TESTED[0]}.jsonl"
    sentence = longest_sentence(work / "annotations" / f"{TESTED[1]}.jsonl")
    plant(path, sentence)
    split = {"train": [TESTED[1]], "test": [TESTED[0]]}
    (work / "split.json").write_text(json.dumps(split), encoding="utf-8")
    leaks = ["annotations", "leaks", "annotations", "--split", "split.json"]
    assert main(leaks) == 1
    assert "::error" not in capsys.readouterr().err
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(leaks) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("::")]
    assert line.startswith(f"::error file=annotations/{TESTED[1]}.jsonl,line=")
    assert f"the same sentence as at annotations/{TESTED[0]}.jsonl" in line
    path.write_text(path.read_text(encoding="utf-8").replace('"stances": [', '"stances": ["rumour"'), encoding="utf-8")
    assert main(["annotations", "check", "annotations"]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("::")]
    assert len(lines) == 10
    assert all(line.startswith(f"::error file=annotations/{TESTED[0]}.jsonl,line=") for line in lines)
