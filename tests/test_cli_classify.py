"""`argmap classify`: the contract's lines, CSV, Parquet, tables; many articles, some of them bad."""

import csv
import importlib.util
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from unicodedata import combining

import pytest
from articles import HARBOUR, MARKET, write
from hypothesis import given, settings
from hypothesis import strategies as st

from argmap.cli import main
from argmap.cli.unit_table import TableWriter
from argmap.cli.unit_writers import CsvWriter, JsonLinesWriter, ParquetWriter
from argmap.document import Attribution, Document, Span, Unit
from argmap.labels import EvidenceType, Stance, UnitKind
from argmap.models import load_model

KEYS = ("doc", "unit", "start", "end", "kind", "text", "stances", "scores", "evidence", "attribution", "model")
STANCES = ["accusation", "quotation", "recommendation"]


def lines_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def made_up(text: str = "He lied, she said.") -> Document:
    """A document of one labelled sentence and one caption."""
    text = text + "\nA caption."
    cut = text.index("\n")
    scores = MappingProxyType({Stance.ACCUSATION: 0.25, Stance.QUOTATION: 0.75, Stance.RECOMMENDATION: 0.0})
    attribution = Attribution(Span(0, min(7, cut)), source=None, cue=Span(cut - 1, cut) if cut else None)
    stances = (Stance.QUOTATION, Stance.ACCUSATION)
    labelled = Unit("u0", Span(0, cut), UnitKind.TEXT, stances, EvidenceType.TESTIMONY, scores, 0.5, attribution)
    return Document("d", text, units=(labelled, Unit("u1", Span(cut + 1, len(text)), UnitKind.BOILERPLATE)))


def test_a_line_a_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe each unit is one JSON object with the contract's keys, in its order, and the model's name."""
    assert main(["classify", write(tmp_path / "harbour.txt")]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    units = lines_of(captured.out)
    for unit in units:
        assert [key for key in unit if key in KEYS] == list(KEYS)
        assert unit["doc"] == "harbour"
        assert unit["text"] == HARBOUR[unit["start"] : unit["end"]]
        assert unit["model"] == load_model().id
        assert unit["attribution"] is None or {"source", "cue", "content"} <= set(unit["attribution"])
        assert (unit["attribution"] is not None) == ("quotation" in unit["stances"])
        if unit["kind"] == "text":
            assert list(unit["scores"]) == STANCES
            assert all(0 <= score <= 1 for score in unit["scores"].values())
            assert set(unit["stances"]) <= set(STANCES)
            assert unit["evidence"] in (None, "testimony", "statistic", "document", "event")
        else:
            assert (unit["stances"], unit["scores"], unit["evidence"]) == ([], {}, None)
    assert units[0]["kind"] == "heading"
    assert any("recommendation" in unit["stances"] for unit in units)


def test_every_character_is_in_one_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Offsets count characters of the text with CRLF as LF; units are ordered, disjoint and leave no word out."""
    path = tmp_path / "odd.txt"
    path.write_bytes(("\ufeff" + HARBOUR.replace("\n", "\r\n") + "🛥 “Späť!” … \0").encode())
    text = HARBOUR + "🛥 “Späť!” … \0"
    assert main(["classify", str(path)]) == 0
    position = 0
    for unit in lines_of(capsys.readouterr().out):
        assert text[position : unit["start"]].strip() == ""
        assert text[unit["start"] : unit["end"]] == unit["text"]
        position = unit["end"]
    assert text[position:].strip() == ""


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same command, twice the same file."""
    article = write(tmp_path / "harbour.txt")
    for name in ("1.jsonl", "2.jsonl"):
        assert main(["classify", article, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


def test_an_article_does_not_change_its_neighbours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An article's labels are the same alone and among others."""
    first, second = write(tmp_path / "a.txt"), write(tmp_path / "b.txt", MARKET)
    main(["classify", second])
    alone = capsys.readouterr().out
    main(["classify", first, second])
    assert capsys.readouterr().out.endswith(alone)


def test_folders_and_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder stands for the articles below it, sorted, each once; - is standard input; ids never repeat."""
    (tmp_path / "deep").mkdir()
    write(tmp_path / "b.txt", MARKET)
    write(tmp_path / "deep" / "b.HTML", f"<p>{MARKET}</p>")
    write(tmp_path / "a.md", MARKET)
    write(tmp_path / "notes.csv", "not,an,article")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MARKET.encode())))
    assert main(["classify", str(tmp_path), str(tmp_path / "b.txt"), "-"]) == 0
    captured = capsys.readouterr()
    assert list(dict.fromkeys(unit["doc"] for unit in lines_of(captured.out))) == ["a", "b", "b-2", "stdin"]


def test_a_bad_article_among_good_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is one line on stderr; the others are labelled all the same; the exit code is 3."""
    good, bad = write(tmp_path / "good.txt"), tmp_path / "bad.txt"
    bad.write_bytes(b"caf\xe9")
    (tmp_path / "empty").mkdir()
    assert main(["classify", str(bad), good, str(tmp_path / "missing.txt"), str(tmp_path / "empty")]) == 3
    captured = capsys.readouterr()
    assert {unit["doc"] for unit in lines_of(captured.out)} == {"good"}
    first, second, third, total = captured.err.splitlines()
    assert first.startswith(f"argmap: error: {bad}: is not UTF-8: byte 0xe9 at offset 3")
    assert second.startswith(f"argmap: error: {tmp_path / 'missing.txt'}: no such file")
    assert third.startswith(f"argmap: error: {tmp_path / 'empty'}: no article in the folder")
    assert total == "3 articles of 4 could not be read"


def test_an_endless_article_among_good_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is too long is one line on stderr as well, and the articles after it are labelled."""
    monkeypatch.setattr("argmap.pipeline._MOST_SENTENCES", 3)
    long = write(tmp_path / "long.txt", "The pier leans. Nobody asks why. It will fall. Then they will ask.\n")
    short = write(tmp_path / "short.txt", "The pier leans. Nobody asks why.\n")
    assert main(["classify", long, short]) == 3
    captured = capsys.readouterr()
    assert {unit["doc"] for unit in lines_of(captured.out)} == {"short"}
    first, total = captured.err.splitlines()
    assert first.startswith(f"argmap: error: {long}: has 4 sentences; expected an article of at most 3")
    assert total == "1 article of 2 could not be read"


def test_an_empty_name_is_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable that is empty in somebody's script does not stand for all that lies in the current folder."""
    write(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    assert main(["classify", ""]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("argmap: error: an empty name; expected a file, a folder or -")


def test_nothing_read_is_nothing_written(tmp_path: Path) -> None:
    """If no article can be read, an old output stays."""
    old = tmp_path / "old.jsonl"
    write(old, "old")
    assert main(["classify", str(tmp_path / "missing.txt"), "-o", str(old)]) == 3
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-o", "{tmp}/out.xyz"], 2, "no format is written as '.xyz'; expected one of .jsonl,"),
        (["-o", "{tmp}/a.txt"], 2, "would overwrite what is read"),
        (["--format", "parquet"], 2, "add -o OUT.parquet"),
        (["-o", "{tmp}/missing/out.jsonl"], 3, "the folder does not exist"),
        (["-o", "{tmp}", "--format", "jsonl"], 3, "is a folder"),
        (["--model", "{tmp}/none"], 3, "is not a model folder"),
    ],
)
def test_bad_calls(
    arguments: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be written, or is meant otherwise, is one line and no file."""
    article = write(tmp_path / "a.txt")
    assert main(["classify", article, *(part.format(tmp=tmp_path) for part in arguments)]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert words in line
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert Path(article).read_text(encoding="utf-8") == HARBOUR


def test_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row a unit, under a header; a cell that a spreadsheet could run as a formula begins with an apostrophe."""
    assert main(["classify", write(tmp_path / "harbour.txt"), "-o", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == CsvWriter.COLUMNS
    formula = next(row for row in rows if "SUM" in row["text"])
    assert formula["text"] == "'=SUM(A1) is no way to run a port."
    assert HARBOUR[int(formula["start"]) : int(formula["end"])] == formula["text"][1:]
    assert f"out.csv: {len(rows)} units of 1 article" in capsys.readouterr().err


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: text.replace("\n", " ")))
def test_csv_gives_every_text_back(text: str) -> None:
    """No cell begins with a formula's sign, and taking one apostrophe away gives the text back."""
    stream = io.BytesIO()
    CsvWriter(stream).write(made_up(text), "m")
    row = next(csv.DictReader(io.StringIO(stream.getvalue().decode(), newline="")))
    assert not row["text"].startswith(tuple("=+-@\t\r＝＋－＠"))
    assert row["text"].removeprefix("'") == text
    assert row["stances"] == "quotation accusation"


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1).map(lambda text: text.replace("\n", " ")))
def test_lines_hold_any_text(text: str) -> None:
    """A line is UTF-8 and one line, whatever is in the text, lone surrogates and line separators too."""
    stream = io.BytesIO()
    document = made_up(text)
    JsonLinesWriter(stream).write(document, "m")
    first, second, rest = stream.getvalue().split(b"\n")
    assert rest == b""
    assert json.loads(first)["attribution"]["source"] is None
    assert json.loads(second)["kind"] == "boilerplate"
    assert json.loads(first)["text"].encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1).map(lambda text: text.replace("\n", " ")))
def test_a_table_shows_any_text_safely(text: str) -> None:
    """Nothing in a text moves the cursor, colours the terminal or turns the reading direction."""
    stream = io.BytesIO()
    TableWriter(stream, colour=False).write(made_up(text), "m")
    shown = stream.getvalue().decode()
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert "“ quotation + ! accusation" in shown
    assert max(sum(not combining(char) for char in line) for line in shown.splitlines()) <= 160


def test_what_is_out_of_domain_shows() -> None:
    """A sentence that does not read like English prose says so in every format, in place of labels."""
    document = made_up("Il faut rouvrir le pont.")
    unit = replace(document.units[0], stances=(), evidence=None, evidence_score=None, out_of_domain=0.98)
    document = document.with_units((unit, document.units[1]))
    streams = [io.BytesIO() for _ in range(4)]
    JsonLinesWriter(streams[0]).write(document, "m")
    CsvWriter(streams[1]).write(document, "m")
    TableWriter(streams[2], colour=False).write(document, "m")
    TableWriter(streams[3], colour=False, width=60).write(document, "m")
    first, second = lines_of(streams[0].getvalue().decode())
    assert (first["out_of_domain"], first["stances"], second["out_of_domain"]) == (0.98, [], None)
    assert first["scores"]["quotation"] == 0.75
    rows = list(csv.DictReader(io.StringIO(streams[1].getvalue().decode())))
    assert [row["out_of_domain"] for row in rows] == ["0.98", ""]
    wide, narrow = streams[2].getvalue().decode(), streams[3].getvalue().decode()
    assert "(out of domain)" in wide
    assert "0 recommendation, 1 out of domain\n" in wide
    assert "1 out of domain (?)" in narrow


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people: title, a row a unit with stance, score and evidence, long text cut, a count at the end."""
    text = "# A title\n\nThe mayor must go, and " + "everybody knows it well and " * 20 + "says so.\n"
    assert main(["classify", write(tmp_path / "a.md", text), "--format", "table"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A title"
    assert any("(heading)" in line for line in lines)
    assert any(line.rstrip().endswith("…") for line in lines)
    assert all("\x1b" not in line for line in lines)
    assert any(line.startswith("1 sentence: ") for line in lines)


@pytest.mark.parametrize(
    ("width", "shown"), [(40, "“ !"), (60, "“ !"), (80, "“ quotation + !"), (120, "+ ! accusation")]
)
def test_the_table_fits_a_narrow_terminal(width: int, shown: str) -> None:
    """No row is wider than the terminal, and a good part of each sentence is there to read."""
    stream = io.BytesIO()
    TableWriter(stream, colour=False, width=width).write(
        made_up("The harbour master, she said, lied to everybody."), "m"
    )
    lines = stream.getvalue().decode().splitlines()
    assert max(map(len, lines)) <= width
    row = next(line for line in lines if line.strip().startswith("u0"))
    assert shown in row
    assert "The harbour master" in row


def test_a_dumb_terminal_gets_no_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """TERM=dumb says that a terminal cannot show escape sequences."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "dumb")
    assert main(["classify", write(tmp_path / "a.txt")]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_the_table_is_for_terminals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal the table is the default, in colour unless NO_COLOR is set."""
    article = write(tmp_path / "a.txt")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert main(["classify", article]) == 0
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["classify", article]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "sentences: " in shown


def test_parquet_without_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without pyarrow the line says how to install it, exit code 4, and no file is left."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    article = write(tmp_path / "a.txt")
    assert main(["classify", article, "-o", str(tmp_path / "out.parquet")]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith('pip install "argmap[parquet]"')
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="needs the extra argmap[parquet]")
def test_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A Parquet table holds what the JSON lines hold, however its rows are grouped."""
    import pyarrow.parquet as pq

    monkeypatch.setattr("argmap.cli.unit_writers._ROWS_A_GROUP", 5)
    articles = [write(tmp_path / "a.txt"), write(tmp_path / "b.txt", MARKET)]
    assert main(["classify", *articles, "-o", str(tmp_path / "out.parquet")]) == 0
    main(["classify", *articles])
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    none = dict.fromkeys(STANCES)
    expected = [unit | {"scores": unit["scores"] or none} for unit in lines_of(capsys.readouterr().out)]
    assert rows == expected
    stream = io.BytesIO()
    writer = ParquetWriter(stream)
    writer.write(made_up(), "m")
    writer.close()
    assert pq.read_table(stream).to_pylist()[0]["attribution"]["content"] == {"start": 0, "end": 7, "text": "He lied"}
