"""`argmap map` and `argmap convert`."""

import io
import json
import sys
from pathlib import Path

import pytest
from articles import HARBOUR, MARKET, write
from rendering_maps import harbour

from argmap.cli import main
from argmap.cli.map import summary
from argmap.document import Document, Span, Unit
from argmap.errors import EngineError, InputError
from argmap.files import open_atomically, write_atomically
from argmap.formats.map_json import dump_map, load_map
from argmap.graph import ArgumentMap
from argmap.labels import UnitKind

MAGIC = {
    "svg": b"<?xml",
    "png": b"\x89PNG",
    "pdf": b"%PDF-",
    "html": b"<!doctype html>",
    "dot": b"digraph",
    "json": b"{",
}


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_suffix_picks_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several -o draw one map in several formats, and stderr says who drew what and what it does not keep."""
    article = write(tmp_path / "harbour.txt")
    outputs = [tmp_path / f"map.{suffix}" for suffix in MAGIC]
    assert main(["map", article, *(part for path in outputs for part in ("-o", str(path)))]) == 0
    for path, magic in zip(outputs, MAGIC.values(), strict=True):
        assert path.read_bytes().lower().startswith(magic.lower())
    captured = capsys.readouterr()
    assert captured.out == ""
    first, *lines = captured.err.splitlines()
    assert first.startswith("harbour: 8 sentences; ")
    assert [line.split(": ")[0].strip() for line in lines] == [str(path) for path in outputs]
    assert "drawn by " in lines[0]
    assert "does not keep: " in lines[0]
    assert "does not keep" not in lines[-1], "JSON keeps everything"
    loaded = load_map(outputs[-1].read_bytes(), where="map.json")
    assert loaded.document.text == HARBOUR
    assert loaded.models["stance"]


def test_the_same_article_gives_the_same_bytes(tmp_path: Path) -> None:
    """A map can be kept under version control."""
    article = write(tmp_path / "harbour.txt")
    for run in ("1", "2"):
        (tmp_path / run).mkdir()
        code = main(["map", article, "-o", str(tmp_path / run), "--format", "json", "--format", "dot"])
        assert code == 0
    for name in ("harbour.json", "harbour.dot"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_stdin_and_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input, HTML as well; --title names the article."""
    page = f"<html><body><article><h1>Not this</h1><p>{MARKET}</p></article></body></html>"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page.encode())))
    assert main(["map", "-", "-o", str(tmp_path / "m.json"), "--title", "The market"]) == 0
    document = json.loads((tmp_path / "m.json").read_text())["document"]
    assert document["title"] == "The market"
    assert "<p>" not in document["text"]


def test_several_articles_go_to_a_folder(tmp_path: Path) -> None:
    """Each article gets a file of its own, also where two have the same name or differ in capitals only."""
    for folder in ("a", "b", "c", "out"):
        (tmp_path / folder).mkdir()
    articles = [
        write(tmp_path / "a" / "harbour.txt"),
        write(tmp_path / "b" / "harbour.txt", MARKET),
        write(tmp_path / "c" / "HARBOUR.md", MARKET),
    ]
    assert main(["map", *articles, "-o", str(tmp_path / "out"), "--format", "json"]) == 0
    assert files_in(tmp_path / "out") == ["HARBOUR-3.json", "harbour-2.json", "harbour.json"]
    assert json.loads((tmp_path / "out" / "harbour.json").read_text())["document"]["text"] == HARBOUR
    assert json.loads((tmp_path / "out" / "harbour-2.json").read_text())["document"]["id"] == "harbour-2"


def test_what_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file named by -o is overwritten; one inside a folder only with --force."""
    article = write(tmp_path / "harbour.txt")
    named, inside = tmp_path / "map.json", tmp_path / "harbour.json"
    for old in (named, inside):
        write(old, "old")
    assert main(["map", article, "-o", str(named)]) == 0
    assert named.read_text() != "old"
    assert main(["map", article, "-o", str(tmp_path), "--format", "json"]) == 3
    assert inside.read_text() == "old"
    assert "is there already; give --force to overwrite it" in capsys.readouterr().err
    assert main(["map", article, "-o", str(tmp_path), "--format", "json", "--force"]) == 0
    assert inside.read_text() != "old"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{a}"], "nothing to write to; say where with -o"),
        (["{a}", "-o", "{tmp}/map.gif"], "no format is written as '.gif'; expected one of .svg,"),
        (["{a}", "-o", "{tmp}/map"], "has no suffix that names a format"),
        (["{a}", "-o", "{tmp}"], "is a folder; add --format"),
        (["{a}", "{b}", "-o", "{tmp}/map.svg"], "one file for 2 articles; give a folder, and --format"),
        (["{a}", "-o", "{tmp}/m.svg", "-o", "{tmp}/m.svg"], "is named twice as output"),
        (["{page}", "-o", "{page}"], "would overwrite what is read"),
        (["{page}", "-o", "{tmp}", "--format", "html", "--force"], "would overwrite what is read"),
        (["{a}", "{b}", "-o", "{tmp}", "--format", "svg", "--title", "T"], "one --title for 2 articles"),
        (["-", "-", "-o", "{tmp}", "--format", "svg"], "standard input (-) stands twice"),
    ],
)
def test_wrong_calls(arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A call that cannot be meant so is exit code 2, says what to give instead, and touches no file."""
    names = {
        "a": write(tmp_path / "a.txt"),
        "b": write(tmp_path / "b.txt"),
        "page": write(tmp_path / "page.html", f"<p>{MARKET}</p>"),
        "tmp": str(tmp_path),
    }
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(["map", *(part.format(**names) for part in arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "holds no text"),
        (b" \n\t\n", "holds no text"),
        (b"caf\xe9 au lait", "is not UTF-8: byte 0xe9 at offset 3"),
        ("Hëllo".encode("utf-16"), "iconv -f UTF-16"),
        (bytes(range(32)) * 20, "is binary"),
        (b"%PDF-1.7 and so on", "is a PDF file, not text"),
        (b"\xed\xa0\x80 half a pair", "is not UTF-8: byte 0xed at offset 0"),
    ],
)
def test_a_bad_article_is_3_and_nothing_is_written(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is one line with file and reason, and neither it nor its neighbours leave anything."""
    good, bad = write(tmp_path / "good.txt"), tmp_path / "bad.txt"
    if content is not None:
        bad.write_bytes(content)
    (tmp_path / "out").mkdir()
    old = tmp_path / "old.svg"
    write(old, "old")
    assert main(["map", str(bad), "-o", str(old)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"argmap: error: {bad}: ")
    assert words in line
    assert main(["map", good, str(bad), "-o", str(tmp_path / "out"), "--format", "svg"]) == 3
    assert old.read_text() == "old"
    assert files_in(tmp_path / "out") == []


def test_a_folder_or_a_map_is_no_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder where a file is due, and map JSON where an article is, are refused with what to do."""
    assert main(["map", str(tmp_path), "-o", str(tmp_path / "m.svg")]) == 3
    assert "is a folder; expected a file" in capsys.readouterr().err
    assert main(["map", write(tmp_path / "m.json", "{}"), "-o", str(tmp_path / "m.svg")]) == 3
    assert "argmap convert" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["a\0b \u202eevil\u202c.", "No end", "“" * 5000, "\n\n\n.\n", "x" * 200_000, "קול קורא."]
)
def test_odd_text_is_a_map(text: str, tmp_path: Path) -> None:
    """NUL, right-to-left text, quotes without end, one word, one line: each is a map."""
    assert main(["map", write(tmp_path / "odd.txt", text), "-o", str(tmp_path / "odd.svg")]) == 0


@pytest.mark.parametrize("place", ["missing/map.svg", "file.txt/map.svg"])
def test_a_place_that_cannot_be_written(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An output folder that is not there or no folder is exit code 3, before anything is drawn."""
    write(tmp_path / "file.txt")
    assert main(["map", write(tmp_path / "a.txt"), "-o", str(tmp_path / place)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / place.split("/")[0]) in line
    assert files_in(tmp_path) == ["a.txt", "file.txt"]


def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the disk refuses, the old map is still there and no half one beside it."""

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    old = tmp_path / "map.json"
    write(old, "old")
    article = write(tmp_path / "a.txt")
    monkeypatch.setattr("os.fsync", refuse)
    assert main(["map", article, "-o", str(old)]) == 3
    assert "cannot be written (No space left on device); nothing was changed" in capsys.readouterr().err
    assert old.read_text() == "old"
    assert files_in(tmp_path) == ["a.txt", "map.json"]


def test_a_failing_engine_is_4_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All formats of an article are drawn before the first is written; another article is drawn all the same."""
    from argmap import rendering

    real = rendering.render

    def render(argument_map: ArgumentMap, suffix: str, *, blame: bool) -> rendering.Rendered:
        if suffix == ".dot" and argument_map.document.id == "a":
            raise EngineError("took too long", where="dot")
        return real(argument_map, suffix, blame=blame)

    monkeypatch.setattr(rendering, "render", render)
    (tmp_path / "out").mkdir()
    articles = [write(tmp_path / "a.txt"), write(tmp_path / "b.txt", MARKET)]
    folder = str(tmp_path / "out")
    assert main(["map", *articles, "-o", folder, "--format", "json", "--format", "dot", "-q"]) == 4
    assert files_in(tmp_path / "out") == ["b.dot", "b.json"]
    assert capsys.readouterr().err == "argmap: error: a: dot: took too long\n"


def test_quiet_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With -q only errors are said, before and after the command."""
    article = write(tmp_path / "a.txt")
    for arguments in (["-q", "map", article], ["map", article, "-q"]):
        assert main([*arguments, "-o", str(tmp_path / "m.json")]) == 0
        assert capsys.readouterr() == ("", "")


def test_the_summary_is_honest() -> None:
    """It counts what is there, and says so where no claim, or no text, was found."""
    assert summary(harbour()).startswith("test: 12 sentences; ")
    text = "It rained. It stopped."
    units = (Unit("u0", Span(0, 10)), Unit("u1", Span(11, 22)))
    assert summary(ArgumentMap(Document("d", text, units=units))) == "d: 2 sentences; no claims found"
    headings = tuple(Unit(unit.id, unit.span, UnitKind.HEADING) for unit in units)
    assert "no claims found; nothing in it reads as" in summary(ArgumentMap(Document("d", text, units=headings)))


def test_a_model_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model folder that is not there, or not a model, is exit code 3."""
    article = write(tmp_path / "a.txt")
    for model in ("missing", "."):
        assert main(["map", article, "-o", str(tmp_path / "m.svg"), "--model", str(tmp_path / model)]) == 3
        (line,) = capsys.readouterr().err.splitlines()
        assert str(tmp_path) in line
    assert files_in(tmp_path) == ["a.txt"]


def test_a_model_with_a_changed_byte_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weights that differ from the recorded hash by one byte are named, and nothing is drawn."""
    import shutil

    from argmap.models import DEFAULT, bundled_models

    model = tmp_path / "model"
    shutil.copytree(bundled_models() / DEFAULT, model)
    weights = sorted(model.glob("*.npz"))[0]
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    assert main(["map", write(tmp_path / "a.txt"), "-o", str(tmp_path / "m.svg"), "--model", str(model)]) == 3
    assert str(weights) in capsys.readouterr().err
    assert not (tmp_path / "m.svg").exists()


def test_convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map in JSON becomes any format; JSON to JSON is the same map; what is there stays without --force."""
    source, copy = tmp_path / "map.json", tmp_path / "copy.json"
    write_atomically(source, dump_map(harbour()))
    for suffix in ("svg", "html", "dot"):
        assert main(["convert", str(source), str(tmp_path / f"map.{suffix}")]) == 0
        assert (tmp_path / f"map.{suffix}").read_bytes().lower().startswith(MAGIC[suffix].lower())
    assert main(["convert", str(source), str(copy)]) == 0
    assert copy.read_bytes() == source.read_bytes()
    write(copy, "old")
    assert main(["convert", str(source), str(copy)]) == 3
    assert copy.read_text() == "old"
    assert main(["convert", str(source), str(copy), "--force"]) == 0
    assert copy.read_bytes() == source.read_bytes()
    assert main(["convert", str(source), str(tmp_path / "map.xml")]) == 2
    assert "no format is written as '.xml'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"target": "u2"', '"target": "u99"', "points to 'u99', which is not in the map"),
        ('"id": "r2"', '"id": "r1"', "relation id 'r1' stands twice"),
        ('"sources": ["u3"], "target": "u2"', '"sources": ["u2"], "target": "u2"', "links 'u2' to itself"),
        ('"version": 1', '"version": 9', "has map JSON version 9"),
        ('"kind": "support"', '"kind": "helps"', "unknown RelationKind 'helps'"),
        ("{", "", "is not JSON"),
    ],
)
def test_a_broken_map_is_refused(
    old: str, new: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A map edited by hand that breaks a rule is exit code 3 with file, id and rule, and stays as it is."""
    source = tmp_path / "map.json"
    text = dump_map(harbour()).decode()
    assert old in text
    write(source, text.replace(old, new, 1))
    assert main(["convert", str(source), str(tmp_path / "map.svg")]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"argmap: error: {source}")
    assert words in line
    assert files_in(tmp_path) == ["map.json"]


def test_pipes_and_devices_are_written_to() -> None:
    """What is no ordinary file is not replaced by one."""
    null = Path("/dev/null")
    if not null.exists():
        pytest.skip("no /dev/null here")
    write_atomically(null, b"x")
    assert not null.is_file()


def write_half(path: Path, error: BaseException) -> None:
    with open_atomically(path) as stream:
        stream.write(b"new")
        raise error


def test_an_atomic_stream_keeps_the_old_file(tmp_path: Path) -> None:
    """A block that fails half-way leaves the file as it was, whatever the error."""
    path = tmp_path / "data"
    write(path, "old")
    for error in (InputError("bad"), KeyboardInterrupt(), OSError(28, "full")):
        with pytest.raises((InputError, KeyboardInterrupt)):
            write_half(path, error)
        assert path.read_text() == "old"
        assert files_in(tmp_path) == ["data"]


def test_nothing_is_told_of_a_map_that_was_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the first file cannot be written, the error is all there is on stderr."""
    assert main(["map", write(tmp_path / "a.txt"), "-o", str(tmp_path / "a.json")]) == 0
    capsys.readouterr()
    assert main(["convert", str(tmp_path / "a.json"), str(tmp_path / "none" / "a.dot")]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"argmap: error: {tmp_path / 'none'}: the folder does not exist")
