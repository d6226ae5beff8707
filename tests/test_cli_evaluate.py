"""`argmap evaluate`: reports in text and JSON, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from articles import write

from argmap.cli import main
from argmap.models import load_model

GOLDEN = Path(__file__).parent / "golden" / "annotations"
WEIR, STANDOFF = str(GOLDEN / "weir.jsonl"), str(GOLDEN / "weir-standoff.jsonl")


def test_the_text_report(capsys: pytest.CaptureFixture[str]) -> None:
    """Tables of stances, confusion, evidence and links go to stdout, plain in a pipe."""
    assert main(["evaluate", WEIR, "--resamples", "20"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.startswith(f"{load_model().id} on hand-cut sentences: 1 article")
    for title in ("Stances:", "Where they are mixed up:", "Evidence:", "Links:"):
        assert f"\n{title}" in captured.out
    assert "\x1b" not in captured.out


def test_json_and_report_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--format json prints what --report writes, the same bytes every time; a report is not overwritten unasked."""
    path = tmp_path / "report.json"
    command = ["evaluate", WEIR, "--resamples", "20", "--format", "json", "--report", str(path)]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == printed
    report = json.loads(printed)
    assert (report["format"], report["version"]) == ("argmap-report", 2)
    assert report["settings"]["input"] == "gold units"
    assert main(command) == 3
    assert "is there already" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0
    assert capsys.readouterr().out == printed


def test_from_text_and_standoff(capsys: pytest.CaptureFixture[str]) -> None:
    """--from-text adds how well the text was cut; --texts gives standoff files their text."""
    assert main(["evaluate", STANDOFF, "--texts", str(GOLDEN / "texts"), "--from-text", "--resamples", "20"]) == 0
    out = capsys.readouterr().out
    assert "from the raw text" in out
    assert "\nCutting the text:" in out


def test_a_fold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--split evaluates on the fold dev, or on another that --fold names."""
    split = write(tmp_path / "s.json", '{"dev": ["weir"], "test": ["none"]}')
    assert main(["evaluate", WEIR, "--split", split, "--resamples", "5"]) == 0
    assert "fold dev: 1 article; 0 not in it left out" in capsys.readouterr().err
    assert main(["evaluate", WEIR, "--split", split, "--fold", "test"]) == 3
    assert "no article of these annotations is in fold 'test'" in capsys.readouterr().err
    split = write(tmp_path / "s.json", '{"dev": ["weir", "gone"], "test": "weir"}')
    assert main(["evaluate", WEIR, "--split", split, "--resamples", "5"]) == 0
    assert "0 not in it left out; 1 of the fold not among these annotations" in capsys.readouterr().err
    assert main(["evaluate", WEIR, "--split", split, "--fold", "test"]) == 3
    assert "'test' is a string; expected an array" in capsys.readouterr().err


def test_a_fold_without_a_split_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A fold that nothing defines is not passed over in silence: the figures would be of other articles."""
    assert main(["evaluate", WEIR, "--fold", "test"]) == 2
    assert "--fold test without --split" in capsys.readouterr().err


def test_a_report_does_not_take_the_place_of_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even --force writes a report over the annotations or the split that it was made from."""
    labels = write(tmp_path / "weir.jsonl", Path(WEIR).read_text(encoding="utf-8"))
    split = write(tmp_path / "s.json", '{"dev": ["weir"]}')
    for place in (labels, split):
        before = Path(place).read_bytes()
        assert main(["evaluate", str(tmp_path), "--split", split, "--report", place, "--force"]) == 2
        assert "would overwrite what is read" in capsys.readouterr().err
        assert Path(place).read_bytes() == before


def test_an_id_of_two_texts_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two articles under one id could not be told apart in the report."""
    other = write(tmp_path / "weir.sheet", "# title: T\n# thesis: 1\n1 | acc | - | - | A.\n")
    assert main(["annotations", "import", other, "-o", str(tmp_path)]) == 0
    assert main(["evaluate", WEIR, str(tmp_path), "--resamples", "5"]) == 3
    assert "doc 'weir' is the id of another text" in capsys.readouterr().err


def test_training_articles_are_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An article whose text the model was trained on is refused by name, unless that is allowed; then it is said."""
    sha = json.loads(Path(WEIR).read_text(encoding="utf-8").splitlines()[0])["text_sha256"]
    model = load_model()
    info = {**model.info, "training": {"articles": {"under another name": sha}}}
    monkeypatch.setattr("argmap.models.load_model", lambda _: replace(model, info=info))
    assert main(["evaluate", WEIR, "--resamples", "5"]) == 3
    assert "the model was trained on 1 of these 1 articles: weir" in capsys.readouterr().err
    assert main(["evaluate", WEIR, "--resamples", "5", "--allow-training-articles"]) == 0
    assert "CAUTION: the model was trained on 1 of these articles" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{tmp}/missing.jsonl"], "no such file"),
        (["{tmp}"], "no annotation file in the folder"),
        ([STANDOFF], "say where it lies with --texts DIR"),
        ([WEIR, "{tmp}/../{copy}"], "the same text as in"),
        ([str(GOLDEN / "faulty" / "not-json.jsonl")], "not-json.jsonl:"),
        ([WEIR, "--report", "{tmp}/missing/r.json"], "the folder does not exist"),
        ([WEIR, "--model", "{tmp}"], "no model.json"),
    ],
)
def test_bad_input(arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line with file and reason, exit code 3, no report."""
    folder = tmp_path / "empty"
    folder.mkdir()
    write(tmp_path / "copy.jsonl", Path(WEIR).read_text(encoding="utf-8"))
    given = [part.format(tmp=folder, copy="copy.jsonl") for part in arguments]
    assert main(["evaluate", *given, "--resamples", "5"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("argmap: error: ")
    assert words in line
