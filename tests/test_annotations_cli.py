import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from argmap.cli.annotations import app, stats
from argmap.errors import InputError

GOLDEN = Path(__file__).parent / "golden" / "annotations"
TEXTS = GOLDEN / "texts"
WEIR, WEIR_B, STANDOFF, SHEET = (
    str(GOLDEN / name) for name in ("weir.jsonl", "weir-b.jsonl", "weir-standoff.jsonl", "weir.sheet")
)


def run(*arguments: object, code: int = 0) -> str:
    """What the command prints; errors of the family travel on to the caller, as they do to `argmap`'s main."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_check_says_how_much_was_good() -> None:
    """Files without a problem give one line with their articles and units."""
    assert run("check", WEIR, WEIR_B) == "2 articles, 20 units, no problems\n"
    assert run("check", STANDOFF, "--texts", TEXTS) == "1 article, 10 units, no problems\n"


def test_a_folder_may_hold_other_labels_too(tmp_path: Path) -> None:
    """Files of quotations and of blame in it are passed over; one that is named, or is of no known format, is not."""
    (tmp_path / "weir.jsonl").write_bytes(Path(WEIR).read_bytes())
    other = tmp_path / "blame" / "weir.jsonl"
    other.parent.mkdir()
    other.write_text('{"format": "argmap-blame", "version": 1, "doc": "weir"}\n', encoding="utf-8")
    assert run("check", tmp_path) == "1 article, 10 units, no problems\n"
    assert f"{other}:1: " in run("check", other, code=1)
    with pytest.raises(InputError, match="no annotation file in the folder"):
        run("check", other.parent)
    other.write_text('{"format": "argmap-blam", "version": 1, "doc": "weir"}\n', encoding="utf-8")
    assert f"{other}:1: " in run("check", tmp_path, code=1)


def test_check_says_that_a_text_was_not_to_be_had() -> None:
    """A standoff file without --texts is checked as far as that goes, and the output says so."""
    assert "1 standoff article was checked without its text; give --texts DIR" in run("check", STANDOFF)


def test_check_lists_every_problem_and_fails() -> None:
    """Each problem stands on a line with file and line number, sheets included, and the exit code is 1."""
    folder = GOLDEN / "faulty"
    output = run("check", folder, code=1)
    expected = 0
    for path in sorted(folder.glob("*.problems")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert f"{path.with_suffix('.jsonl')}:{line}\n" in output
            expected += 1
    doubles = output.count("is the id of another text in ") + output.count(" too; expected each article once")
    assert f"{expected + doubles} problems in " in output


def test_check_compares_articles(tmp_path: Path) -> None:
    """One id for two texts, or one text twice by one annotator, is a problem; two annotators of a text are none."""
    (tmp_path / "b").mkdir()
    lines = Path(WEIR).read_text(encoding="utf-8").splitlines(keepends=True)
    again = tmp_path / "b" / "again.jsonl"
    again.write_text("".join(lines), encoding="utf-8")
    first = f"{again}:1: doc 'weir' by annotator "
    assert f"stands in {WEIR} too; expected each article once by an annotator" in run("check", WEIR, again, code=1)
    assert first in run("check", WEIR, again, code=1)
    other = tmp_path / "weir.sheet"
    other.write_text("# title: T\n# thesis: 1\n# annotator: z\n1 | acc | - | - | A.\n", encoding="utf-8")
    run("import", other, "-o", tmp_path)
    path = tmp_path / "weir.jsonl"
    assert f"{path}:1: doc 'weir' is the id of another text in {WEIR}; " in run("check", WEIR, path, code=1)


def test_check_takes_sheets(tmp_path: Path) -> None:
    """Authors check their sheets with the same command."""
    assert run("check", SHEET) == "1 article, 10 units, no problems\n"
    bad = tmp_path / "bad.sheet"
    bad.write_text("# title: T\n# thesis: 1\n1 | acd | - | - | A.\n", encoding="utf-8")
    assert f"{bad}:3: unknown stance or kind 'acd'" in run("check", bad, code=1)


def test_stats_in_text_and_json() -> None:
    """The same figures in both formats; plain text in a pipe."""
    data = json.loads(run("stats", WEIR, "--format", "json"))
    assert data["units"]["heading"] == {"value": 1, "share": 0.1}
    text = run("stats", WEIR)
    assert "\x1b" not in text
    assert any(line.split() == ["heading", "1", "10.0%"] for line in text.splitlines())


def test_agree_in_text_and_json() -> None:
    """Figures with intervals, and what could not be compared, in both formats."""
    data = json.loads(run("agree", WEIR, WEIR_B, "--format", "json", "--resamples", "50", "--seed", "1"))
    assert data["articles"] == 1
    assert data["units"] == 8
    assert data["units_of_different_kind"] == 1
    assert set(data["figures"]["kappa accusation"]) == {"value", "low", "high"}
    text = run("agree", WEIR, WEIR_B)
    assert f"{data['figures']['kappa accusation']['value']:.3f}" in text
    assert "the same thesis in 0 of 1" in text
    assert "left out: 1 unit that A and B give different kinds" in text
    assert "the intervals say nothing" in text


def test_agree_matches_standoff_with_inline() -> None:
    """The hash of the text joins two annotators' files, whatever form they have."""
    data = json.loads(run("agree", WEIR, STANDOFF, "--texts", TEXTS, "--format", "json", "--resamples", "20"))
    assert {figure["value"] for figure in data["figures"].values()} == {1.0}


def test_agree_without_a_common_article_is_an_error(tmp_path: Path) -> None:
    """Two sets with no text in common cannot be compared."""
    other = tmp_path / "other.sheet"
    other.write_text("# title: T\n# thesis: 1\n1 | acc | - | - | A.\n", encoding="utf-8")
    run("import", other, "-o", tmp_path)
    with pytest.raises(InputError, match="no article stands on both sides"):
        run("agree", WEIR, tmp_path / "other.jsonl")


def test_import_and_export_go_there_and_back(tmp_path: Path) -> None:
    """A sheet is imported and exported again, and is the same bytes."""
    run("import", SHEET, "-o", tmp_path)
    assert (tmp_path / "weir.jsonl").read_bytes() == Path(WEIR).read_bytes()
    run("export", tmp_path / "weir.jsonl", "-o", tmp_path)
    assert (tmp_path / "weir.sheet").read_bytes() == Path(SHEET).read_bytes()


def test_import_writes_nothing_unless_all_is_well(tmp_path: Path) -> None:
    """One bad sheet, a missing folder or a file that differs stops the import before the first file is written."""
    bad = tmp_path / "bad.sheet"
    bad.write_text("# title: T\n# thesis: 1\n1 | acd | - | - | A.\n", encoding="utf-8")
    out = tmp_path / "out"
    with pytest.raises(InputError, match="folder does not exist"):
        run("import", SHEET, "-o", out)
    out.mkdir()
    with pytest.raises(InputError, match=r"bad\.sheet:3"):
        run("import", SHEET, bad, "-o", out)
    assert not list(out.iterdir())
    with pytest.raises(InputError, match="two articles"):
        run("import", SHEET, SHEET, "-o", out)
    (out / "weir.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        run("import", SHEET, "-o", out)
    assert (out / "weir.jsonl").read_text(encoding="utf-8") == "mine"
    run("import", SHEET, "-o", out, "--force")
    assert (out / "weir.jsonl").read_bytes() == Path(WEIR).read_bytes()


def test_a_terminal_gets_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the same figures stand in a ruled table."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    stats([Path(WEIR)])
    output = capsys.readouterr().out
    assert "│ heading" in output
    assert "10.0%" in output


def test_export_refuses_an_article_name_that_leaves_the_folder(tmp_path: Path) -> None:
    """An article id is no way out of the output folder."""
    path = tmp_path / "climb.jsonl"
    path.write_text(
        Path(WEIR).read_text(encoding="utf-8").replace('"doc": "weir"', '"doc": "../weir"'), encoding="utf-8"
    )
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="file's name"):
        run("export", path, "-o", tmp_path / "out")
    assert not (tmp_path / "weir.sheet").exists()
