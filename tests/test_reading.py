"""Reading: from bytes to a document with its paragraphs, each marked for what it is."""

from __future__ import annotations

import contextlib
import io
import re
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from argmap.document import Document
from argmap.errors import InputError
from argmap.labels import UnitKind
from argmap.reading import document_from_text, read

ARTICLE = (
    "The quay is falling\n\nThe quay has been falling for a year. Nobody at the town hall has lifted a finger for it.\n"
)


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def assert_covers(document: Document) -> None:
    at = 0
    for block in document.blocks:
        assert at <= block.span.start < block.span.end
        assert not document.text[at : block.span.start].strip()
        at = block.span.end
    assert not document.text[at:].strip()


def test_plain_text_stays_as_it_is_but_for_crlf(tmp_path: Path) -> None:
    """A text file is read as it stands, CRLF as LF; id, source and title come from the file and its heading."""
    path = write(
        tmp_path, "the quay.txt", "  The quay is falling\r\n\r\n" + ARTICLE.split("\n\n")[1] + "\x00\u202e end\r\n"
    )
    document = read(path)
    assert document.text == "  The quay is falling\n\n" + ARTICLE.split("\n\n")[1] + "\x00\u202e end\n"
    assert (document.id, document.source, document.title) == ("the-quay", str(path), "The quay is falling")
    assert_covers(document)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """UTF-8 with a byte-order mark reads as without."""
    assert read(write(tmp_path, "a.txt", b"\xef\xbb\xbf" + ARTICLE.encode())).text == ARTICLE


def test_an_explicit_title_wins(tmp_path: Path) -> None:
    """The title handed in goes before the one found."""
    assert read(write(tmp_path, "a.txt", ARTICLE), title="Another").title == "Another"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"The caf\xe9 is shut. Nobody came.", ["offset 7", "0xe9", "iconv"]),
        (ARTICLE.encode("utf-16"), ["offset 0", "UTF-16"]),
        (b"", ["no text"]),
        (b" \n\t\n", ["no text"]),
        (b"\xef\xbb\xbf", ["no text"]),
        (b"%PDF-1.7\nThe quay", ["PDF"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ["PNG"]),
        (b"PK\x03\x04\x14\x00", ["ZIP"]),
        (bytes(range(32)) * 8, ["binary"]),
        (ARTICLE.encode("utf-16-le"), ["UTF-16LE", "offset 1", "iconv -f UTF-16LE"]),
        (ARTICLE.encode("utf-16-be"), ["UTF-16BE", "offset 0", "iconv -f UTF-16BE"]),
    ],
    ids=["latin-1", "utf-16", "empty", "blank", "bom", "pdf", "png", "zip", "control", "utf-16-le", "utf-16-be"],
)
def test_what_is_no_text_gets_one_clear_line(tmp_path: Path, data: bytes, words: list[str]) -> None:
    """Wrong encodings, binary files and empty ones are refused in one line that names file, place and way out."""
    path = write(tmp_path, "a.txt", data)
    with pytest.raises(InputError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert all(word in message for word in words)
    assert caught.value.exit_code == 3


def test_missing_files_and_folders_get_one_clear_line(tmp_path: Path) -> None:
    """A file that is not there and a folder are refused by name."""
    for path, words in ((tmp_path / "none.txt", "no such file"), (tmp_path, "folder")):
        with pytest.raises(InputError, match=words):
            read(path)


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    """HTML and Markdown that hold nothing but markup are refused like an empty file."""
    for name, text in (
        ("a.html", "<html><body><script>x()</script></body></html>"),
        ("a.md", "---\ntitle: x\n---\n***\n"),
    ):
        with pytest.raises(InputError, match="no text"):
            read(write(tmp_path, name, text))


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a standard input the line says so, in words for people."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match=r"^standard input: is closed; pipe the article in$"):
        read("-")


def test_standard_input_is_text_or_html(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input; a leading tag makes it HTML."""
    for data, title in ((ARTICLE, "The quay is falling"), (f"<!doctype html><h1>Salt</h1><p>{ARTICLE}</p>", "Salt")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        document = read("-")
        assert (document.id, document.source, document.title) == ("stdin", "-", title)
        assert "<" not in document.text


@pytest.mark.parametrize("stem", ["..", "a b", "-x", "é", "\u202e", "a;b|c", "   "])
def test_ids_are_safe(tmp_path: Path, stem: str) -> None:
    """A document's id is made of letters, digits, `_`, `.` and `-` and is never empty."""
    identifier = read(write(tmp_path, f"{stem}.txt", ARTICLE)).id
    assert identifier
    assert all(c.isalnum() or c in "_.-" for c in identifier)
    assert not identifier.startswith((".", "-"))


MARKDOWN = """---
title: 'The quay'
---

# The quay

The council **sat** on the [audit](http://x.example/a_(b)) for
eleven months, and snake_case_names stay.

What failed
-----------

> “We were never _asked_,” said Ana Lee.

- Open the gate.
- Close the gate.

![The wall](wall.png)

```python
print('x')
```

[Home](/) | [About](/a)
"""


def test_markdown_is_read_as_prose(tmp_path: Path) -> None:
    """Headings, block quotations and items are kept as such; markup, front matter and fences are not text."""
    document = read(write(tmp_path, "a.md", MARKDOWN))
    assert document.title == "The quay"
    assert kinds(document) == [
        ("heading", "The quay"),
        ("text", "The council sat on the audit for eleven months, and snake_case_names stay."),
        ("heading", "What failed"),
        ("text", "“We were never asked,” said Ana Lee."),
        ("text", "Open the gate."),
        ("text", "Close the gate."),
        ("boilerplate", "The wall"),
        ("boilerplate", "print('x')"),
        ("boilerplate", "Home | About"),
    ]
    assert_covers(document)


PAGE = """<!doctype html><html><head><title>The quay | Quay Press</title><meta property="og:title" content="The quay">
<script>document.write("evil")</script></head><body><nav><a href="/">Home</a></nav><article><h1>The quay</h1>
<p>The council <em>sat</em> on the audit for eleven months, and nobody at the town hall has said why it did so.</p>
<h2>What failed</h2>
<p>“We were never asked,” said the harbour master. The pumps failed in the first hour and the gates in the second.</p>
<blockquote><p>The ferry company says that it will not return before the wall has been built again.</p></blockquote>
<p>The mayor must publish the contract before the winter storms arrive, because the insurers will not wait.</p>
</article><footer>Copyright Quay Press</footer></body></html>"""


def test_html_is_read_as_its_main_text(tmp_path: Path) -> None:
    """Of a saved page the title, section titles and every paragraph of the article are read; scripts and menus are
    not.
    """
    document = read(write(tmp_path, "a.html", PAGE))
    assert document.title == "The quay"
    found = kinds(document)
    assert [text for kind, text in found if kind == "heading"] == ["The quay", "What failed"]
    assert [text.split()[1] for kind, text in found if kind == "text"] == ["council", "were", "ferry", "mayor"]
    assert "evil" not in document.text
    assert_covers(document)


SAVED = """<!doctype html><html><head><title>The quay | Quay Press</title></head><body>
<nav><ul><li><a href="/">Home</a><li><a href="/o">Opinion</a></ul></nav><main><article><h1>The quay</h1>
<p>By Ana Moru</p><figure><img src="x"><figcaption>The wall after the storm</figcaption></figure>
<p>The council sat on the audit for eleven months, and nobody at the town hall has said why it did so.</p>
<aside><h3>Related</h3><ul><li><a href="1">A school without a roof</a><li><a href="2">Salt in the wells</a></ul></aside>
<p>The pumps failed in the first hour and the gates in the second. “We were never asked,” said the harbour master.</p>
<p>The mayor must publish the contract before the winter storms arrive, because the insurers will not wait.</p>
</article><section id="comments"><h2>2 comments</h2><div class="comment"><p>Well said. My father landed his catch
there for thirty years and never paid a fee.</p></div>
<div class="comment"><p>The author forgets that the council is broke.</p></div>
</section></main><footer>Copyright Quay Press</footer></body></html>"""


def test_what_stands_around_a_saved_article_is_no_text(tmp_path: Path) -> None:
    """Of a saved page with a menu, an aside and a comments section, only the paragraphs of the article are text."""
    found = kinds(read(write(tmp_path, "a.html", SAVED)))
    assert [text.split()[1] for kind, text in found if kind == "text"] == ["council", "pumps", "mayor"]
    assert {kind for kind, text in found if text.startswith(("Well said", "The author"))} == {"comment"}


def test_a_page_that_is_really_text_keeps_its_paragraphs(tmp_path: Path) -> None:
    """Text in a file named .html, bare, with inline markup or in a browser's `pre`, has the paragraphs of the text."""
    body = ARTICLE + "\nThe bill is higher than x < y says, and nobody will pay it before the winter has come.\n"
    bold = (
        body.replace("quay has", "<b>quay</b> has").replace("<", "&lt;").replace("&lt;b", "<b").replace("&lt;/", "</")
    )
    pre = "<html><head></head><body><pre style='x'>" + body.replace("<", "&lt;") + "</pre></body></html>"
    expected = [(kind, " ".join(text.split())) for kind, text in kinds(read(write(tmp_path, "a.txt", body)))]
    for page in (body, bold, pre):
        assert kinds(read(write(tmp_path, "a.html", page))) == expected


@pytest.mark.parametrize("end", ["\r", "\r\n", "\f", "\v", "\u2028", "\u2029", "\x85"])
def test_any_line_end_sets_paragraphs_apart(tmp_path: Path, end: str) -> None:
    """A text with the line ends of any system, or page breaks, has the same paragraphs."""
    for name in ("a.txt", "a.md"):
        document = read(write(tmp_path, name, ARTICLE.replace("\n", end)))
        expected = [text for _, text in kinds(read(write(tmp_path, "b.txt", ARTICLE)))]
        assert [text for _, text in kinds(document)] == expected
        assert_covers(document)


@pytest.mark.parametrize("mark", ["\x00", "\ufeff", "\u200b", "\u202e", "\u00ad"])
def test_invisible_marks_change_no_kind(mark: str) -> None:
    """A NUL, a byte-order mark in the middle or a mark of direction around a paragraph does not change what it is."""
    marked = ARTICLE.rstrip().replace("for it.", f"for it.{mark}").replace("The quay has", f"{mark}The quay has")
    assert [kind for kind, _ in kinds(document_from_text(marked, id="a"))] == ["heading", "text"]


def test_tables_of_markdown_are_no_text(tmp_path: Path) -> None:
    """The rows of a Markdown table are boilerplate, its rule is nothing."""
    table = "| year | boats |\n|---|---|\n| 1999 | 12 |\n"
    found = kinds(read(write(tmp_path, "a.md", f"{ARTICLE}\n{table}\nThe mayor counts the boats herself now.\n")))
    assert found[2:4] == [("boilerplate", "year boats"), ("boilerplate", "1999 12")]
    assert [kind for kind, _ in found] == ["heading", "text", "boilerplate", "boilerplate", "text"]


def test_html_without_a_main_text_is_read_whole(tmp_path: Path) -> None:
    """A page in which no article is found gives all of its text."""
    document = read(write(tmp_path, "a.html", "<table><tr><td>The wall fell.<td>Nobody came.</table>"))
    assert [text for _, text in kinds(document)] == ["The wall fell.", "Nobody came."]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 50_000 + "x",
        "<" * 200_000,
        "<p " + "a=b " * 100_000 + ">x",
        "<p>&amp;" * 50_000,
        "<html>\x00\ud7ff<p>x<!--" + "-" * 50_000,
        "<pre " * 100_000 + "</pre",
        "<pre>" * 50_000 + "x",
        "<b>x" * 50_000,
        "</" + "a" * 200_000,
    ],
    ids=["deep", "angles", "attributes", "entities", "comment", "pre-open", "pre-deep", "inline", "tag-open"],
)
def test_hostile_html_gives_a_document_or_one_line(tmp_path: Path, page: str) -> None:
    """A page made to hurt is read or refused, in seconds."""
    started = time.process_time()
    with contextlib.suppress(InputError):
        assert_covers(read(write(tmp_path, "a.html", page)))
    assert time.process_time() - started < 60


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    """Where a text is wrapped at a width, a paragraph's lines belong together, and a title above it does not."""
    text = """The quay

The council sat on the audit for eleven months, and nobody at the
town hall has said why it did so. The pumps failed in the
first hour and the gates failed in the second one.

The mayor must publish the contract before the winter storms
arrive, because the insurers will not wait for another season
of excuses.
"""
    document = document_from_text(text, id="a")
    assert [block.span.of(text).count("\n") for block in document.blocks] == [0, 2, 2]
    assert document.blocks[0].kind is UnitKind.HEADING


def test_otherwise_a_line_is_a_paragraph() -> None:
    """Long lines, with or without blank lines between them, are paragraphs by themselves."""
    line = (
        "The council sat on the audit for eleven months, and nobody at the town hall has said why it did so, or when."
    )
    assert len(document_from_text(f"{line}\n{line[:60]}.\n\n{line}\n", id="a").blocks) == 3


@given(st.text(max_size=200) | st.text(alphabet='aA .\n\r"“>*#-(@Rd\x00\ud800\u202e', max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_string_makes_a_document(text: str) -> None:
    """Of any string, lone surrogates included, the blocks are ordered and hold every character that is not white
    space.
    """
    document = document_from_text(text, id="a")
    assert document.text == text
    assert_covers(document)


@example("<A>")
@example("```a")
@given(st.text(alphabet="aA .\n`*_[]()!#->~:'\"\\<&;/", max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_markdown_makes_a_document_or_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Of any Markdown the blocks hold every character of the document, or it is refused for holding no text: nothing
    but marks, tags, and the languages of empty code blocks.
    """
    path = write(tmp_path_factory.getbasetemp(), "any.md", text)
    try:
        assert_covers(read(path))
    except InputError:
        words = re.sub(r"^\s*(?:```|~~~).*$|</?[a-zA-Z][^<>]*>", "", text, flags=re.MULTILINE)
        assert not any(character.isalnum() for character in words)


def test_thousands_of_bios_are_read_in_seconds() -> None:
    """A page of nothing but bios of different people, or of readers' lines, is read in linear time."""
    bios = "".join(f"Ana Lee{number}x is a writer.\n" for number in range(20_000))
    lines = "".join(f"quay_{number}: Well said.\n" for number in range(20_000))
    started = time.process_time()
    assert_covers(document_from_text(ARTICLE + bios + lines, id="a"))
    assert time.process_time() - started < 60


def test_large_texts_are_read_in_seconds() -> None:
    """A large text, of one line or of many, of prose or of furniture, is read in time that grows with its size only."""
    for line in (
        "The council sat on the audit for eleven months. ",
        "Read more\n",
        "Comments\n",
        "Related articles\nThe Quay\n",
        "quay_7: Well said.\n",
        "“We lost.”\n— Ana Lee\n",
        "((((((((((\n",
    ):
        text = line * (300_000 // len(line))
        started = time.process_time()
        assert_covers(document_from_text(text, id="a"))
        assert time.process_time() - started < 30  # a hundred times what it takes; quadratic takes hours
