"""`argmap analyse`, `argmap lint`, and `argmap map --keep`."""

import json
from pathlib import Path
from typing import Any

import pytest
from articles import HARBOUR, write
from rendering_maps import build, harbour

from argmap.cli import main
from argmap.formats.map_json import dump_map, load_map

CLEAN = build(
    [
        ("text", "Drain the marsh.", "recommendation"),
        ("text", "The council neglected it.", "accusation"),
        ("text", "Forty sluices broke.", "", "statistic"),
    ],
    [("support", "u2", "u1"), ("support", "u3", "u2")],
    "u1",
)


def saved(path: Path, data: bytes | None = None) -> str:
    path.write_bytes(dump_map(harbour()) if data is None else data)
    return str(path)


def edited(path: Path, key: str, *, relation: int = 0, value: Any) -> str:
    """A map in which somebody has changed a relation by hand."""
    loaded = json.loads(dump_map(harbour()))
    loaded["relations"][relation][key] = value
    return saved(path, json.dumps(loaded).encode())


def test_a_map_is_analysed_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map in JSON needs no model; the text names the sentences by id and first words, without colour in a pipe."""
    assert main(["analyse", saved(tmp_path / "map.json")]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "\x1b" not in captured.out
    lines = captured.out.splitlines()
    assert lines[0] == "test: A title"
    assert "Accusations and recommendations with no evidence" in lines
    assert "  u12 (accusation) “They closed three piers themselves.”: nothing is given for it" in lines


def test_an_article_is_mapped_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An op-ed goes through the model; --format json names it, with every sentence's text and offsets."""
    article = write(tmp_path / "harbour.txt")
    assert main(["analyse", article, "--model", "fast", "--format", "json", "-q"]) == 0
    loaded = json.loads(capsys.readouterr().out)
    (found,) = loaded["articles"]
    assert (loaded["format"], loaded["version"], loaded["comparison"]) == ("argmap-analysis", 1, [])
    assert found["doc"] == "harbour"
    assert found["models"]["stance"]
    assert all(HARBOUR[s["start"] : s["end"]] == s["text"] for s in found["sentences"].values())


def test_several_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by stance and the share of unsupported accusations, a row each and one for all; JSON has it all."""
    paths = [saved(tmp_path / "a.json"), saved(tmp_path / "b.json", dump_map(CLEAN))]
    assert main(["analyse", *paths]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert rows[0][:4] == ["article", "sentences", "accusations", "quotations"]
    assert ["test", "12", "4", "2", "2", "2", "50%", "3", "0", "2"] in rows
    assert ["test-2", "3", "1", "0", "1", "0", "0%", "0", "0", "0"] in rows
    assert ["all", "15", "5", "2", "3", "2", "40%", "3", "0", "2"] in rows
    assert main(["analyse", *paths, "--format", "json"]) == 0
    loaded = json.loads(capsys.readouterr().out)
    assert len(loaded["articles"]) == 2
    assert [row["unsupported_accusation_share"] for row in loaded["comparison"]] == [0.5, 0.0]


def test_the_suffix_picks_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-o writes a file as its suffix says; --format wins; an unknown suffix is wrong usage."""
    source = saved(tmp_path / "map.json")
    assert main(["analyse", source, "-o", str(tmp_path / "a.md"), "-q"]) == 0
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# test: A title\n")
    assert main(["analyse", source, "-o", str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_bytes())["format"] == "argmap-analysis"
    assert main(["analyse", source, "-o", str(tmp_path / "a.md"), "--format", "text"]) == 0
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("test: A title\n")
    assert main(["analyse", source, "-o", str(tmp_path / "a.xls")]) == 2
    assert main(["analyse", source, "-o", source]) == 2, "a map is not written over"
    assert "would overwrite what is read" in capsys.readouterr().err


def test_what_cannot_be_read_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error line each and exit code 3; nothing is written if nothing could be read."""
    good = saved(tmp_path / "good.json")
    assert main(["analyse", good, str(tmp_path / "none.json")]) == 3
    captured = capsys.readouterr()
    assert "test" in captured.out
    assert "none.json: no such file" in captured.err
    assert main(["analyse", str(tmp_path / "none.json"), "-o", str(tmp_path / "x.md")]) == 3
    assert not (tmp_path / "x.md").exists()


BROKEN = {
    "dangling": (0, "target", "u99", "r1", "dangling-id"),
    "duplicate": (0, "id", "r2", "r2", "duplicate-id"),
    "cycle": (1, "sources", ["u2"], "u2 -> r2 -> u3 -> r1", "cycle"),
    "score": (0, "score", 5, "r1", "score-range"),
}


@pytest.mark.parametrize("command", ["analyse", "lint", "convert"])
@pytest.mark.parametrize("fault", BROKEN)
def test_a_hand_edited_map_that_is_broken(
    command: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, one line with the id and the rule, the file as it was."""
    relation, key, value, place, rule = BROKEN[fault]
    path = edited(tmp_path / "m.json", key, relation=relation, value=value)
    before = Path(path).read_bytes()
    more = [str(tmp_path / "out.svg")] if command == "convert" else []
    assert main([command, path, *more, "-q"]) == 3
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert all(name in line for name in place.split(" -> "))
    assert f"(rule {rule})" in line
    assert (f": {rule}: " in captured.out) == (command == "lint")
    assert Path(path).read_bytes() == before
    assert not (tmp_path / "out.svg").exists()


def test_lint_lists_all_that_is_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several breaches in one file are several lines, as text and as JSON."""
    path = edited(tmp_path / "m.json", "target", value="u99")
    path = saved(tmp_path / "m.json", Path(path).read_bytes().replace(b'"thesis": "u2"', b'"thesis": "u98"'))
    assert main(["lint", path]) == 3
    assert [line.split(": ")[1:3] for line in capsys.readouterr().out.splitlines()] == [
        ["r1", "dangling-id"],
        ["u98", "dangling-id"],
    ]
    assert main(["lint", path, "--format", "json"]) == 3
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == ["r1", "u98"]


def test_lint_of_maps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Structural faults are lines with file, id, rule and words, and exit code 1; without any it is 0."""
    clean, faulty = saved(tmp_path / "clean.json", dump_map(CLEAN)), saved(tmp_path / "faulty.json")
    assert main(["lint", clean]) == 0
    assert capsys.readouterr().err == "1 map, no faults\n"
    assert main(["lint", clean, faulty]) == 1
    captured = capsys.readouterr()
    assert (
        f"{faulty}: u12: unsupported-accusation: no sentence supports this accusation (u12 “They closed" in captured.out
    )
    assert clean not in captured.out
    assert captured.err.endswith("in 1 file\n")
    assert main(["lint", faulty, str(tmp_path / "none.json")]) == 3, "what cannot be read weighs more"


def test_links_by_hand_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--keep reads a map before anything is done, and a new map of the article holds a person's links as they were."""
    article, path = write(tmp_path / "harbour.txt"), tmp_path / "map.json"
    assert main(["map", article, "--model", "fast", "-o", str(path), "-q"]) == 0
    loaded = json.loads(path.read_bytes())
    first, last = [unit["unit"] for unit in loaded["units"] if unit["kind"] == "text"][:2]
    link = {"id": "mine", "kind": "attack", "sources": [last], "target": first, "score": None, "origin": "human"}
    loaded["relations"], loaded["thesis"], loaded["thesis_score"] = [link], first, None
    path.write_text(json.dumps(loaded), encoding="utf-8")
    assert main(["map", article, "--model", "fast", "--keep", str(path), "-o", str(path), "-q"]) == 0
    found = load_map(path.read_bytes(), where="m")
    assert found.thesis == first
    assert found.relations[0].id == "mine"
    capsys.readouterr()
    assert main(["map", article, article, "--keep", str(path), "-o", str(tmp_path), "--format", "svg"]) == 2
    assert "one --keep for 2 articles" in capsys.readouterr().err
