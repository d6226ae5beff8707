"""The pytest plugin: gold articles and the gate as tests, and nothing at all where its options are absent."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import own_articles, small_model

from argmap.annotations import read_articles, write_article
from argmap.document import Document, Span, Unit
from argmap.labels import EvidenceType, Stance, UnitKind
from argmap.models import Model, save_model
from argmap.testing import trial as trial_module
from argmap.testing.plugin import pytest_addoption
from argmap.testing.trial import article_macro_f1, structural_faults

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent
TESTED = ("a-board-that-answers-to-itself", "a-contest-for-one", "a-good-plan-for-the-last-drought")
EASY = "resamples = 500\n[minimum]\narticles = 3\n[floors]\nstance.macro_f1 = 0\n"
HEAVY = {
    "numpy",
    "sklearn",
    "scipy",
    "networkx",
    "pydantic",
    "typer",
    "argmap.cli",
    "argmap.errors",
    "argmap.testing.trial",
}


def mute(model: Model) -> Model:
    """The model with thresholds that nothing reaches."""
    stance = copy(model.stance)
    stance.thresholds_ = np.full(3, 1.1)
    return replace(model, id="mute", stance=stance)


@pytest.fixture
def work(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with three labelled articles, a gate, a test of its own, and models under names."""
    folder = pytester.mkdir("gold")
    for name in TESTED:
        shutil.copy(ROOT / "annotations" / "own" / f"{name}.jsonl", folder)
    (pytester.path / "gate.toml").write_text(EASY, encoding="utf-8")
    pytester.makepyfile(test_own="def test_own():\n    pass\n")
    models = {"m": small_model(), "mute": mute(small_model())}
    monkeypatch.setattr(trial_module, "chosen_model", lambda name: models[name or "m"])
    # Neither the entry point nor other plugins, whichever are installed; the entry point is tested by itself.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester


def run(work: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return work.runpytest_inprocess("-p", "argmap.testing.plugin", *arguments)


GATED = ("--argmap-gold", "gold", "--argmap-gate", "gate.toml")


def test_each_article_is_a_test_and_so_is_the_gate(work: pytest.Pytester) -> None:
    """The project's own tests run beside them; ids are files, and the verdict stands at the end."""
    result = run(work, "-v", *GATED, "--argmap-model", "m")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        ["*collected 5 items", "gate.toml::argmap-gate PASSED*", f"gold/{TESTED[0]}.jsonl::argmap PASSED*"]
    )
    result.stdout.fnmatch_lines(["*= argmap gate =*", "PASS: 2 of 2 checks"])
    assert result.ret == 0


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (("-k", "argmap"), 4),
        (("-k", "argmap-gate"), 1),
        (("-k", TESTED[0]), 1),
        (("test_own.py",), 5),
        ((f"gold/{TESTED[1]}.jsonl",), 1),
        ((f"gold/{TESTED[1]}.jsonl::argmap", "test_own.py"), 2),
        (("gate.toml::argmap-gate",), 1),
        (("gold",), 4),
        ((".",), 5),
    ],
)
def test_tests_can_be_chosen(arguments: tuple[str, ...], passed: int, work: pytest.Pytester) -> None:
    """By word, as any test, and one by one by the ids that a failure shows."""
    run(work, *arguments, *GATED).assert_outcomes(passed=passed, deselected=5 - passed if arguments[0] == "-k" else 0)


def test_a_poor_model_fails_at_the_gate(work: pytest.Pytester) -> None:
    """A model without a stance has no structural fault; the gate fails it by name, a floor each article."""
    result = run(work, *GATED, "--argmap-model", "mute", "-k", "argmap")
    result.assert_outcomes(passed=3, failed=1, deselected=1)
    result.stdout.fnmatch_lines(["FAIL: use stances: the model gives no stance to any sentence", "Gate: mute"])
    result = run(work, "--argmap-gold", "gold", "--argmap-model", "mute", "--argmap-article-floor", "0.1")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(["*.jsonl: macro-F1 of stances is 0.000; expected at least 0.1"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*plugin.py:*")


def test_an_inconclusive_gate_is_skipped_or_fails(work: pytest.Pytester) -> None:
    """Neither pass nor fail is a skip with its reason, told without further options; --argmap-strict fails it."""
    (work.path / "gate.toml").write_text(EASY.replace("articles = 3", "articles = 40"), encoding="utf-8")
    result = run(work, *GATED, "-k", "argmap-gate")
    result.assert_outcomes(skipped=1, deselected=4)
    result.stdout.fnmatch_lines(["INCONCLUSIVE: minimum articles: 3 in the test set, 40 asked for; about 40 *"])
    result = run(work, *GATED, "-k", "argmap-gate", "--argmap-strict", "--junit-xml", "junit.xml")
    result.assert_outcomes(failed=1, deselected=4)
    assert "INCONCLUSIVE: minimum articles" in (work.path / "junit.xml").read_text(encoding="utf-8")


def test_a_baseline_names_what_is_newly_misread(work: pytest.Pytester) -> None:
    """Below a failed gate stand the labelled lines that the model before read right."""
    (work.path / "gate.toml").write_text(EASY + "[drops]\nstance.macro_f1 = 0.05\n", encoding="utf-8")
    result = run(work, *GATED, "--argmap-model", "mute", "--argmap-baseline-model", "m", "-k", "argmap-gate")
    result.assert_outcomes(failed=1, deselected=4)
    # Where CI is set, pytest says all of it again in its summary.
    lines = sorted({line for line in result.outlines if "m had it right" in line or "small had it right" in line})
    assert 0 < len(lines) <= 10
    file, number = re.match(r"(.*\.jsonl):(\d+): ", lines[0]).groups()  # type: ignore[union-attr]
    assert json.loads(Path(file).read_text(encoding="utf-8").splitlines()[int(number) - 1])["stances"]


def test_a_broken_file_is_a_failed_test(work: pytest.Pytester) -> None:
    """A gold file that cannot be read fails by line, and the gate with it, rather than pass on what is left."""
    path = work.path / "gold" / f"{TESTED[2]}.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[2] = lines[2].replace('"stances": [', '"stances": ["rumour"')
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run(work, *GATED, "-k", "argmap")
    result.assert_outcomes(passed=2, failed=2, deselected=1)
    assert sum(f"{TESTED[2]}.jsonl:3: " in line for line in result.outlines) >= 2


def test_a_model_that_has_seen_an_article_fails(work: pytest.Pytester) -> None:
    """An article that the model was trained on is no test: its own test and the gate fail, and name it."""
    write_article(own_articles()[0], work.path / "gold" / "seen.jsonl")
    result = run(work, *GATED, "-k", "argmap")
    result.assert_outcomes(passed=3, failed=2, deselected=1)
    result.stdout.fnmatch_lines(["*seen.jsonl: small was trained on this article; leave it out (--argmap-split)"])
    result.stdout.fnmatch_lines(["the model was trained on 1 of these 4 articles: *"])


def test_a_fold_of_a_split(work: pytest.Pytester) -> None:
    """Only the fold's articles are tested; what they share with another fold is refused, with both lines."""
    split = {"train": [TESTED[1]], "dev": [TESTED[0]], "test": [TESTED[2]]}
    (work.path / "split.json").write_text(json.dumps(split), encoding="utf-8")
    run(work, "--argmap-gold", "gold", "--argmap-split", "split.json").assert_outcomes(passed=2)
    (twin,) = read_articles([work.path / "gold" / f"{TESTED[0]}.jsonl"])
    write_article(
        replace(twin, document=replace(twin.document, id=TESTED[1]), lines=()),
        work.path / "gold" / f"{TESTED[1]}.jsonl",
    )
    (work.path / "gate.toml").write_text(EASY.replace("articles = 3", "articles = 1"), encoding="utf-8")
    result = run(work, *GATED, "--argmap-split", "split.json", "-k", "argmap-gate")
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines([f"*{TESTED[0]}.jsonl:1: the same article as at *{TESTED[1]}.jsonl:1 (1.00 alike)*"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--argmap-model", "m"], "--argmap-model without --argmap-gold PATH"),
        (["--argmap-strict"], "--argmap-strict without --argmap-gold PATH"),
        (["--argmap-gold", "none"], "none: no such file or folder"),
        (["--argmap-gold", "gold", "--argmap-gate", "none.toml"], "none.toml: no such file"),
        (["--argmap-gold", "gold", "--argmap-gate", "bad.toml"], "unknown key: 'flors'; did you mean floors?"),
        (["--argmap-gold", "gold", "--argmap-baseline", "b.json"], "a baseline without a gate"),
        (["--argmap-gold", "gold", "--argmap-fold", "dev"], "fold dev without a split"),
        (["--argmap-gold", "gold", "--argmap-article-floor", "60"], "'60': expected a number from 0 to 1"),
        (["--argmap-gold", "gold", "--argmap-article-floor", "nan"], "'nan': expected a number from 0 to 1"),
    ],
)
def test_wrong_calls(arguments: list[str], words: str, work: pytest.Pytester) -> None:
    """Options that do not fit, and files that are not there, stop pytest with one line before any test."""
    (work.path / "bad.toml").write_text("[flors]\n", encoding="utf-8")
    result = run(work, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in "\n".join(result.errlines)
    assert "Traceback" not in "\n".join(result.errlines)


def unit(
    name: str, *, kind: UnitKind = UnitKind.TEXT, scores: tuple[float, ...] = (0.1, 0.2, 0.3), **more: object
) -> Unit:
    start = int(name[1:]) * 10
    made = Unit(name, Span(start, start + 9), kind, scores=dict(zip(Stance, scores, strict=False)))
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("predicted", "words"),
    [
        ([unit("u0"), unit("u1")], None),
        ([unit("u0"), unit("u2")], "gives back other sentences"),
        ([unit("u0")], "gives back other sentences"),
        ([unit("u0"), unit("u1", scores=(0.1, 0.2))], "gives u1 no score from 0 to 1 for each stance"),
        ([unit("u0"), unit("u1", scores=(0.1, 0.2, float("nan")))], "gives u1 no score"),
        ([unit("u0"), unit("u1", scores=(0.1, 0.2, 1.5))], "gives u1 no score"),
    ],
)
def test_structural_faults(predicted: list[Unit], words: str | None) -> None:
    """Other sentences than those given, and scores that are missing or no probability, are faults of any model."""
    gold = Document("d", "x" * 40, units=(unit("u0"), unit("u1")))
    found = list(structural_faults(gold, gold.with_units(tuple(predicted))))
    assert len(found) == (words is not None)
    assert words is None or found[0].startswith(words)


def test_labels_outside_the_text_are_faults() -> None:
    """A heading with a label, and an article that is taken for other than prose, are faults."""
    heading = unit("u0", kind=UnitKind.HEADING, scores=())
    gold = Document("d", "x" * 40, units=(heading, unit("u1")))
    labelled = gold.with_units((replace(heading, evidence=EvidenceType.EVENT), unit("u1")))
    assert list(structural_faults(gold, labelled)) == ["labels u0, which is heading"]
    (fault,) = structural_faults(gold, replace(gold, out_of_domain=0.9))
    assert fault.startswith("takes the article for other than English prose (0.90)")


def test_macro_f1_of_one_article() -> None:
    """The mean is over stances that occur on either side; an article rightly without any is perfect."""
    bare = (unit("u0"), unit("u1"))
    a, q = (Stance.ACCUSATION,), (Stance.QUOTATION,)
    gold = Document("d", "x" * 40, units=(replace(bare[0], stances=a), bare[1]))
    assert article_macro_f1(gold=gold, predicted=gold) == 1
    assert article_macro_f1(gold=gold, predicted=gold.with_units((gold.units[0], replace(bare[1], stances=q)))) == 0.5
    assert article_macro_f1(gold=gold.with_units(bare), predicted=gold.with_units(bare)) == 1
    assert article_macro_f1(gold=gold, predicted=gold.with_units(bare)) == 0


def python(code: str, folder: Path, **environment: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_without_its_options_it_does_nothing(tmp_path: Path) -> None:
    """A project that never heard of argmap pays nothing: no package is loaded, no test is added."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    code = (
        "import sys, pytest; print(int(pytest.main(['-p', 'argmap.testing.plugin', '-v', '.'])));"
        "print('loaded', *sys.modules)"
    )
    printed = python(code, tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "collected 1 item\n" in printed
    assert "argmap gate" not in printed
    loaded = set(printed.rpartition("loaded ")[2].split())
    assert "argmap.testing.plugin" in loaded
    assert loaded & HEAVY == set()


def test_the_document_names_every_option() -> None:
    """What docs/gating.md says of the plugin is what it takes."""
    options: list[str] = []

    class Recorder:
        """Notes the names of options, as a parser and as a group of one."""

        def getgroup(self, *_: str) -> "Recorder":
            return self

        def addoption(self, name: str, **_: object) -> None:
            options.append(name)

    pytest_addoption(Recorder())  # type: ignore[arg-type]
    document = (ROOT / "docs" / "gating.md").read_text(encoding="utf-8")
    assert set(re.findall(r"--argmap-[a-z-]+", document)) == set(options)


def test_the_entry_point_is_found(tmp_path: Path) -> None:
    """An installed argmap gives pytest its options by the entry point that the project declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"argmap": "argmap.testing.plugin"}
    described = tmp_path / "argmap_stand_in-0.dist-info"  # where argmap was installed before it had the entry point
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: argmap-stand-in\nVersion: 0\n", encoding="utf-8")
    (described / "entry_points.txt").write_text("[pytest11]\nargmap = argmap.testing.plugin\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])])
    printed = python("import pytest; print(int(pytest.main(['--help'])))", tmp_path, PYTHONPATH=path)
    assert "--argmap-gold=PATH" in printed


def test_a_model_folder(pytester: pytest.Pytester) -> None:
    """The whole of it in a process of its own, with a model from its folder."""
    pytester.mkdir("models")
    save_model(small_model(), pytester.path / "models" / "small", card="# small\n")
    (pytester.path / "gold").mkdir()
    shutil.copy(ROOT / "annotations" / "own" / f"{TESTED[0]}.jsonl", pytester.path / "gold")
    code = (
        "import pytest; print(int(pytest.main(['-p', 'argmap.testing.plugin', '--argmap-model', 'models/small',"
        "'--argmap-gold', 'gold'])))"
    )
    printed = python(code, pytester.path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "1 passed" in printed
    assert printed.endswith("\n0\n")
