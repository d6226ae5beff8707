"""`argmap evaluate`: subjects, swapped names, and figures that go into a model's folder."""

import json
import shutil
from pathlib import Path

import pytest
from articles import write
from small_models import ROOT

from argmap.cli import main
from argmap.models import load_model

WEIR = str(ROOT / "tests" / "golden" / "annotations" / "weir.jsonl")
FAST = ROOT / "models" / "stance-en-fast"
COMMAND = ["evaluate", WEIR, "--resamples", "10", "--model", str(FAST), "-q"]


def test_swapped_names(capsys: pytest.CaptureFixture[str]) -> None:
    """--swap-names adds a table, and to the JSON report what changed by kind of name; without it there is none."""
    assert main([*COMMAND, "--swap-names"]) == 0
    assert "\nOther names: what changes when names are swapped" in capsys.readouterr().out
    assert main([*COMMAND, "--swap-names", "--format", "json"]) == 0
    printed = capsys.readouterr().out
    swaps = json.loads(printed)["name_swaps"]
    assert swaps["seed"] == 0
    assert swaps["kinds"]["all"]["counts"]["sentences"] == 8
    assert swaps["kinds"]["all"]["changed"].keys() == {"sentences", "stances", "named"}
    assert main([*COMMAND, "--swap-names", "--format", "json"]) == 0
    assert capsys.readouterr().out == printed
    assert main([*COMMAND, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["name_swaps"] is None


def test_subjects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--subjects adds the figures by subject; a file that cannot be read as one is refused before any work."""
    subjects = write(tmp_path / "s.json", '{"subjects": {"rivers": "water"}, "articles": {"weir": "rivers"}}')
    assert main([*COMMAND, "--subjects", subjects]) == 0
    assert "  subject: rivers" in capsys.readouterr().out
    assert main([*COMMAND, "--subjects", write(tmp_path / "t.json", '{"subjects": []}')]) == 3
    assert "subjects: is an array; expected an object" in capsys.readouterr().err


def test_into_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--into-card writes the report and its tables into the model's folder, and the model still loads."""
    model = tmp_path / "model"
    shutil.copytree(FAST, model)
    shutil.rmtree(model / "figures", ignore_errors=True)
    command = ["evaluate", WEIR, "--resamples", "10", "--model", str(model), "--into-card", "own-test"]
    assert main([*command, "--format", "json"]) == 0
    printed = capsys.readouterr().out
    assert (model / "figures" / "own-test.json").read_text(encoding="utf-8") == printed
    assert json.loads(printed)["model_sha256"] == load_model(model).info["sha256"]
    card = (model / "figures" / "own-test.md").read_text(encoding="utf-8")
    assert card.startswith("# stance-en-fast on own-test: 1 articles, 8 sentences\n")
    assert "## By sort of article\n" in card
    assert "█" not in card
    assert main(command) == 0
    assert "own-test.json: written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--into-card", "own-test"], "--into-card without the folder of a model"),
        (["--into-card", "own-test", "--model", "fast"], "--into-card without the folder of a model"),
        (["--into-card", "../x", "--model", str(FAST)], "'../x' as a name of figures"),
        (["--into-card", "", "--model", str(FAST)], "'' as a name of figures"),
    ],
)
def test_what_is_refused(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures go into a folder that is named, under a plain name; anything else is a usage error, before any work."""
    assert main(["evaluate", WEIR, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
