"""The commands of docs/evaluating.md that train models, or need some of the reader's own, on stand-ins for those."""

import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made_models import skilled
from small_models import NAMES, ROOT, small_model
from test_cli_gate import mute

from argmap.annotations import AnnotatedArticle, read_articles
from argmap.cli import main
from argmap.evaluation.evaluate import System

TEXT = (ROOT / "docs" / "evaluating.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
ABOUT = re.compile(r"argmap (?:compare-models|evaluate my-labels) .*")
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if ABOUT.fullmatch(line)]
LABELS = [path for path in sorted((ROOT / "annotations" / "own").glob("*.jsonl")) if path.stem not in NAMES][:13]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with the files that the commands name; training and models are stand-ins that take no time."""
    articles = read_articles(LABELS)
    (tmp_path / "my-labels").mkdir()
    for article in articles:
        shutil.copy(str(article.path), tmp_path / "my-labels")
    (tmp_path / "annotations").symlink_to(ROOT / "annotations")
    (tmp_path / "gate.toml").write_text("[floors]\nstance.macro_f1 = 0.2\n", encoding="utf-8")

    def fitted(training: Sequence[AnnotatedArticle], recipe: object) -> System:
        del recipe
        return skilled(articles, 0.95 - 1 / len(training))

    model = replace(small_model(), info={**small_model().info, "training": {"articles": {}}})
    models = {"fast": model, "stance-en": mute(model), "my-model": mute(model)}
    monkeypatch.setattr("argmap.cli.fitting._fitted", fitted)
    monkeypatch.setattr("argmap.cli.loading.chosen_model", models.__getitem__)
    monkeypatch.chdir(tmp_path)
    assert main(["annotations", "folds", "my-labels", "-k", "3", "-o", "folds.json"]) == 0
    command = ["evaluate", "my-labels", "--cross-validate", "--split", "folds.json", "--report", "report.json"]
    assert main([*command, "--resamples", "20"]) == 0
    capsys.readouterr()
    return tmp_path


def test_the_commands_are_found() -> None:
    """Each of the four ways to measure has its commands in the document."""
    for words in ("--cross-validate", "--learning-curve", "compare-models", "--model fast --model"):
        assert any(words in command for command in COMMANDS), words


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever types what the document shows gets an answer on stdout, and no error."""
    program, *arguments = shlex.split(command)
    assert program == "argmap"
    assert main([*arguments, "--resamples", "20"]) == 0
    assert capsys.readouterr().out
