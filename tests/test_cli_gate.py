"""`argmap evaluate --gate`: exit codes, files, GitHub's variables, refusals; and leaks between folds."""

import json
import shutil
import xml.etree.ElementTree as ElementTree
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import own_articles, small_model
from test_gate_formats import schema, valid

from argmap.annotations import AnnotatedArticle, read_articles, write_article
from argmap.cli import main
from argmap.document import Span, Unit
from argmap.labels import Stance, UnitKind
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
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda option: models[option or "m"])
    return tmp_path


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
    files = sorted(path.name for path in (work / "out").iterdir())
    assert files == ["annotations.txt", "gate.json", "junit.xml", "metrics.txt", "report.json", "summary.md"]
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
