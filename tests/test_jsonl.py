"""Articles in JSON Lines: read one by one, bad lines told by file and line, memory that does not grow."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from articles import HARBOUR, MARKET, write
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import bundled_model, essay

from argmap.cli import main
from argmap.cli.inputs import Names
from argmap.document import Document
from argmap.errors import InputError
from argmap.reading import jsonl
from argmap.reading.jsonl import JsonArticle, json_articles

GOOD = {"id": "harbour", "text": HARBOUR, "title": "A title", "source": "The Weir Post"}


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of this file share one loaded model."""
    monkeypatch.setattr("argmap.cli.loading.chosen_model", lambda name: bundled_model())  # noqa: ARG005


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def labelled(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def only(path: Path) -> list[JsonArticle]:
    """The articles of a file without a bad line."""
    found = list(json_articles(path))
    assert all(isinstance(article, JsonArticle) for article in found), found
    return [article for article in found if isinstance(article, JsonArticle)]


def errors(path: Path) -> list[str]:
    return [str(found) for found in json_articles(path) if isinstance(found, InputError)]


def test_a_line_is_an_article(tmp_path: Path) -> None:
    """Text, id, title and source are taken as they stand; without an id file and line name it; blank lines are none."""
    path = tmp_path / "all of them.jsonl"
    write(path, lines(GOOD) + "\n \n" + lines({"text": MARKET}, {"id": 7, "text": MARKET, "words": [1, None]}))
    first, second, third = only(path)
    assert first.document.text == HARBOUR
    assert (first.document.id, first.document.title, first.document.source) == ("harbour", "A title", "The Weir Post")
    assert second.document.id == "all-of-them-4"
    assert second.place == f"{path}:4"
    assert third.document.id == "7"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_comes_through(text: str) -> None:
    """The text is that of the JSON string, line ends included, so that offsets count its characters."""
    line = json.dumps({"text": text}).encode()
    assert jsonl._document(line, "f:1", "f-1").text == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not JSON: Expecting property name"),
        ("[1]", "is JSON, but no object; expected a line"),
        ('{"id": "a"}', "'text' is missing"),
        ('{"text": 3}', "'text' is no string"),
        ('{"text": " \\n "}', "'text' holds no text"),
        ('{"text": "a", "title": []}', "'title' is no string"),
        ('{"text": "a", "id": 1.5}', "'id' is no string"),
        ('{"text": "a", "id": true}', "'id' is no string"),
        (json.dumps({"text": "a", "id": "x" * 201}), "'id' has 201 characters; expected at most 200"),
        ("[" * 100_000, "is "),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "is JSON that cannot be used"),
        ('{"doc": "d", "unit": "u1", "start": 0, "end": 1, "text": "a"}', "is a line that argmap wrote"),
        ('{"format": "argmap-annotation", "text": "a"}', "is a line that argmap wrote"),
    ],
)
def test_a_bad_line_is_told(line: str, words: str, tmp_path: Path) -> None:
    """A line that is no article gives one error, with file and line, and the next line is read."""
    path = tmp_path / "bad.jsonl"
    write(path, line + "\n" + lines(GOOD))
    bad, good = json_articles(path)
    assert str(bad).startswith(f"{path}:1:")
    assert words in str(bad)
    assert isinstance(good, JsonArticle)


def test_broken_bytes_are_told(tmp_path: Path) -> None:
    """A line that is not UTF-8 is told by its number; a byte-order mark and CRLF are none of the article's affair."""
    path = tmp_path / "bytes.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + lines(GOOD).encode() + b'{"text": "caf\xe9"}\r\n' + b'{"text": "Mend it."}\r\n')
    first, second, third = json_articles(path)
    assert isinstance(first, JsonArticle)
    assert str(second).startswith(f"{path}:2: is not UTF-8: byte 0xe9 at offset 13")
    assert isinstance(third, JsonArticle)
    assert third.document.text == "Mend it."


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line over the bound is one error that says how long it is; what follows is read."""
    monkeypatch.setattr(jsonl, "_LONGEST_LINE", 1000)
    path = tmp_path / "long.jsonl"
    write(path, lines({"text": "a" * 987}, {"text": "a" * 988}, {"text": "b" * 300_000}, GOOD | {"text": MARKET}))
    exact, over, endless, last = json_articles(path)
    assert isinstance(exact, JsonArticle)
    assert str(over).startswith(f"{path}:2: is a line of 1,001 bytes; expected an article a line, of at most 1,000")
    assert str(endless).startswith(f"{path}:3: is a line of 300,013 bytes")
    assert isinstance(last, JsonArticle)


def test_packed_files(tmp_path: Path) -> None:
    """gzip is unpacked on the way, whatever the name; a file that is cut off gives what it has, then one error."""
    data = gzip.compress(lines(*(GOOD | {"id": f"a{number}"} for number in range(500))).encode())
    for name in ("a.jsonl.gz", "b.ndjson"):
        (tmp_path / name).write_bytes(data)
        assert [article.document.id for article in only(tmp_path / name)] == [f"a{number}" for number in range(500)]
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(data[: len(data) // 2])
    *articles, last = json_articles(cut)
    assert articles
    assert f"{cut}:{len(articles) + 1}: cannot be read further" in str(last)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.with_name("other").touch(), "no such file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_bytes(b""), "holds no article; expected a line"),
        (lambda path: path.write_bytes(b"\n\n"), "holds no article; expected a line"),
        (lambda path: path.write_bytes(b"%PDF-1.7 and so on"), "is a PDF file, not text"),
        (lambda path: path.write_bytes(b"\0\1\2\3\4" * 50), "is binary"),
    ],
)
def test_no_file_of_articles(make: object, words: str, tmp_path: Path) -> None:
    """What is no such file at all is one error."""
    path = tmp_path / "none.jsonl"
    make(path)  # type: ignore[operator]
    (error,) = errors(path)
    assert error.startswith(f"{path}: {words}")


def test_classify_reads_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is labelled under its id, a bad one is an error line, exit code 3, and the rest is written."""
    path, out = tmp_path / "articles.jsonl", tmp_path / "out.jsonl"
    write(path, lines(GOOD) + "{}\nno\n" + lines({"text": MARKET}))
    assert main(["classify", str(path), "-o", str(out)]) == 3
    units = labelled(out.read_text(encoding="utf-8"))
    assert list(dict.fromkeys(unit["doc"] for unit in units)) == ["harbour", "articles-4"]
    for unit in units:
        text = HARBOUR if unit["doc"] == "harbour" else MARKET
        assert text[unit["start"] : unit["end"]] == unit["text"]
    first, second, third, fourth = capsys.readouterr().err.splitlines()
    assert first.startswith(f"argmap: error: {path}:2: 'text' is missing")
    assert second.startswith(f"argmap: error: {path}:3:1: is not JSON")
    assert third.startswith(f"{out}: {len(units)} units of 2 articles")
    assert fourth == "2 articles of 4 could not be read"


def test_a_line_has_the_labels_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same text gets the same units from a line as from a file of its own."""
    write(tmp_path / "a.txt")
    write(tmp_path / "b.jsonl", lines({"id": "a", "text": HARBOUR}))
    outputs = []
    for name in ("a.txt", "b.jsonl"):
        assert main(["classify", str(tmp_path / name)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_standard_input_and_folders_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--from jsonl says so of standard input, of a file of any name, and of the .jsonl files of a folder."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines({"text": MARKET}).encode())))
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep" / "in.jsonl", lines({"text": MARKET}))
    write(tmp_path / "notes.txt", "No JSON.")
    odd = write(tmp_path / "dump.log", lines({"text": MARKET}))
    assert main(["classify", "-", odd, str(tmp_path / "deep"), "--from", "jsonl"]) == 0
    docs = list(dict.fromkeys(unit["doc"] for unit in labelled(capsys.readouterr().out)))
    assert docs == ["stdin-1", "dump.log-1", "in-1"]


def test_a_folder_of_articles_leaves_lines_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --from a folder stands for its articles: an output of before in it is not read as input."""
    write(tmp_path / "a.txt", MARKET)
    write(tmp_path / "out.jsonl", lines({"doc": "a"}))
    assert main(["classify", str(tmp_path)]) == 0
    assert {unit["doc"] for unit in labelled(capsys.readouterr().out)} == {"a"}


def test_the_same_id_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A later one gets a number, and a line says how many did; capitals tell ids apart."""
    records = [{"id": id_, "text": "Mend the weir."} for id_ in ("a", "A", "a", "a-2", "a")]
    path = write(tmp_path / "twice.jsonl", lines(*records))
    assert main(["classify", path]) == 0
    captured = capsys.readouterr()
    assert [unit["doc"] for unit in labelled(captured.out)] == ["a", "A", "a-2", "a-2-2", "a-3"]
    assert captured.err == "3 ids stood before; a number was put behind, as in a-2\n"


def test_many_times_the_same_id() -> None:
    """A hundred thousand articles under one id do not take a hundred thousand times as long."""
    names = Names(capitals=True)
    document = Document("same", "Mend it.")
    ids = [names.distinct(document).id for _ in range(100_000)]
    assert ids[-1] == "same-100000"
    assert len(set(ids)) == len(ids)


def test_too_long_an_article_is_told_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An article that is not labelled for its length is told by file and line, whatever source it names."""
    monkeypatch.setattr("argmap.pipeline._MOST_SENTENCES", 3)
    path = tmp_path / "long.jsonl"
    write(path, lines({"text": "It leans. " * 4, "source": "The Weir Post"}, {"text": "It leans."}))
    assert main(["classify", str(path)]) == 3
    first, total = capsys.readouterr().err.splitlines()
    assert first.startswith(f"argmap: error: {path}:1: has 4 sentences")
    assert total == "1 article of 2 could not be read"


def test_the_input_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of articles cannot be the output, too; and a file without one good line leaves an old output alone."""
    path = write(tmp_path / "articles.jsonl", lines(GOOD))
    assert main(["classify", path, "-o", path]) == 2
    assert "would overwrite what is read" in capsys.readouterr().err
    old = write(tmp_path / "old.jsonl", "old")
    assert main(["classify", write(tmp_path / "bad.jsonl", "{}\n"), "-o", old]) == 3
    assert Path(old).read_text() == "old"


_MEASURED = """
import resource, sys
from argmap.cli import main
status = main(["classify", *sys.argv[1:], "--quiet", "--model", "fast"])
print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(path: Path, out: Path) -> float:
    """The most memory, in MB, that a process of its own takes to label a file."""
    command = [sys.executable, "-c", _MEASURED, str(path), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    status, kilobytes = done.stdout.split()
    assert status == "0", done.stderr
    return int(kilobytes) / (1024 if sys.platform != "darwin" else 1024**2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is asked for as POSIX gives it")
def test_memory_does_not_grow(tmp_path: Path) -> None:
    """Eight times the articles take no more memory, and it stays under 600 MB."""
    small, large = tmp_path / "small.jsonl", tmp_path / "large.jsonl"
    for path, articles in ((small, 100), (large, 800)):
        with path.open("w", encoding="utf-8") as stream:
            for number in range(articles):
                stream.write(lines({"id": f"a{number}", "text": essay(20 + number % 40)}))
    before, after = peak(small, tmp_path / "small-out.jsonl"), peak(large, tmp_path / "large-out.jsonl")
    assert after < 600
    assert after - before < 20
