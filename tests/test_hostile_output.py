"""No text of an article can break an output, script it, or come back changed."""

import json
import re
import shutil
import xml.etree.ElementTree as ET

import lxml.html
import pygraphviz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering_maps import Row, build

from argmap.formats.map_json import load_map
from argmap.graph import ArgumentMap
from argmap.rendering import engines, render
from argmap.rendering.quoting import MAX_BYTES, quoted
from argmap.rendering.text import cleaned, wrapped

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
HOSTILE = [
    r"\N \G \E \T \H \L \l \r \n",
    "a trailing backslash \\",
    '"quoted"',
    '"',
    "<b>bold</b> <script>alert(1)</script> </title><script>alert(2)</script>",
    "<<TABLE><TR><TD>x</TD></TR></TABLE>>",
    "{a|b} [c] ; -> digraph",
    "javascript:alert(1)",
    "]]> <!-- --> <![CDATA[ ?> </style></script>",
    "nul\x00bell\x07esc\x1b[31m del\x7f c1\x85\x9f",
    "over\u202eride \u2066isolate",
    "w" * 20_000,
    "emoji 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️",
    "lone \ud800 and \udfff",
    "not characters \ufffe \uffff",
    "&amp; &lt;b&gt; &#65; &nosuch; & &#x0;",
    "{{ 7*7 }} {% raw %} ${x} `y`",
    "=cmd()|' /C calc'!A0",
    "line\nbreak\r\nand\ttab \u2028 \u2029 \x0b\x0c",
    "\\\\\\",
    "' onmouseover='alert(1)",
    "n1:port node edge graph",
    "%s %d {0} \\u0000",
    "שלום (עולם)!",
    "e\u0301" + "\u0301" * 200,
]
PATHS = [
    pytest.param("", id="wheel"),
    pytest.param(
        None,
        id="dot",
        marks=pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz on PATH to compare with"),
    ),
]


def hostile_map(texts: list[str]) -> ArgumentMap:
    """Every text stands once in each role: heading, thesis or claim or ground, boilerplate, title."""
    rows: list[Row] = []
    links = []
    for text in texts:
        rows += [("heading", text), ("boilerplate", text), ("text", text, "accusation"), ("text", text, "quotation")]
        links.append(("attack" if len(rows) % 8 else "support", f"u{len(rows)}", f"u{len(rows) - 1}"))
    return build(rows, links, "u3", title=texts[0])


def drawn_texts(argument_map: ArgumentMap) -> list[str]:
    return sorted(cleaned(argument_map.text_of(unit.id)) for unit in argument_map.participants())


def check_svg(argument_map: ArgumentMap, data: bytes) -> None:
    root = ET.fromstring(data)  # noqa: S314 - our own output
    assert b"<!DOCTYPE" not in data
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert names <= {"svg", "g", "a", "title", "desc", "path", "polygon", "polyline", "ellipse", "text"}
    for element in root.iter():
        for name in element.attrib:
            assert not name.lower().startswith("on")
            assert not name.endswith("href")
    tips, titles = [], []
    for group in root.iter(f"{SVG}g"):
        if "unit" in (group.get("class") or "").split():
            link = group.find(f".//{SVG}a")
            tips.append("" if link is None else _unlined(link.get(f"{XLINK}title") or ""))
            titles.append((group.findtext(f"{SVG}title") or "").split("): ", 1)[1])
    assert sorted(tips) == sorted(map(_unlined, drawn_texts(argument_map)))
    assert sorted(titles) == drawn_texts(argument_map)


def _unlined(text: str) -> str:
    return re.sub(r"[\n\t]", " ", text)  # XML turns both into spaces inside an attribute, unless they are escaped


def check_page(argument_map: ArgumentMap, data: bytes) -> None:
    page = lxml.html.document_fromstring(data.decode("utf-8"))
    shown = [element.text_content() for element in page.xpath("//article//bdi")]
    assert shown == [cleaned(argument_map.document.text_of(unit)) for unit in argument_map.document.units]
    assert len(page.xpath("//script")) == 2
    assert not [name for element in page.iter() for name in element.attrib if name.lower().startswith("on")]
    assert all(value.startswith("#") for value in page.xpath("//@href | //@src | //@action"))
    assert not page.xpath("//iframe | //object | //embed | //table | //b[text()='bold']")
    json.loads(page.get_element_by_id("facts").text)


def check_dot(argument_map: ArgumentMap, data: bytes) -> None:
    graph = pygraphviz.AGraph(string=data.decode("utf-8"))
    units = [node for node in graph.nodes() if re.fullmatch(r"n[0-9]+", node)]
    assert len(units) == len(drawn_texts(argument_map))
    assert all(re.fullmatch(r"(n|j|title|note|legend_)\w*", node) for node in graph.nodes())


@pytest.mark.parametrize("path", PATHS)
def test_hostile_texts_survive_every_output(path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All hostile texts together: JSON gives them back exactly, SVG and page but for controls."""
    if path is not None:
        monkeypatch.setenv("PATH", path)
    argument_map = hostile_map(HOSTILE)
    assert load_map(render(argument_map, ".json").data, where="m") == argument_map
    check_dot(argument_map, render(argument_map, ".dot").data)
    check_svg(argument_map, render(argument_map, ".svg").data)
    check_page(argument_map, render(argument_map, ".html").data)
    assert render(argument_map, ".png").data.startswith(b"\x89PNG")
    assert render(argument_map, ".pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_alone_is_no_harm(text: str) -> None:
    """As title, heading and only sentences of an article."""
    argument_map = hostile_map([text])
    check_svg(argument_map, render(argument_map, ".svg").data)


NASTY = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE[:6] + HOSTILE[7:11] + HOSTILE[12:]),
        st.text(st.characters(exclude_categories=()), max_size=30),
        st.text('\\"<>&;{}|N \n', max_size=12),
    ),
    min_size=1,
    max_size=3,
).filter(lambda texts: not re.search("[\ud800-\udbff][\udc00-\udfff]", " ".join(texts)))


@settings(max_examples=25, deadline=None)
@given(NASTY)
def test_any_text_survives_svg_page_and_dot(texts: list[str]) -> None:
    """A property: whatever the texts are, a real parser of each kind reads the output and finds them."""
    argument_map = hostile_map(texts)
    check_dot(argument_map, render(argument_map, ".dot").data)
    check_svg(argument_map, render(argument_map, ".svg").data)
    check_page(argument_map, render(argument_map, ".html").data)


@pytest.mark.parametrize("path", PATHS)
def test_graphviz_reads_tooltips_and_labels_as_they_were_meant(
    path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Graphviz itself makes of our DOT is the text: no escape, entity or backslash is lost or expanded."""
    if path is not None:
        monkeypatch.setenv("PATH", path)
    texts = [text for text in HOSTILE if len(text) < 200 and "\n" not in text]
    argument_map = hostile_map(texts)
    data = engines.draw(render(argument_map, ".dot").data.decode("utf-8"), "svg").data
    root = ET.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", data))  # noqa: S314 - Graphviz' output
    tips = {
        link.get(f"{XLINK}title")
        for group in root.iter(f"{SVG}g")
        if "unit" in (group.get("class") or "").split()
        for link in group.iter(f"{SVG}a")
    }
    lines = {(element.text or "").strip("\u200f") for element in root.iter(f"{SVG}text")}
    for text in texts:
        assert cleaned(text) in tips
        assert wrapped(text, em=19.8, lines=4)[0] in lines


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=()), max_size=50), st.integers(1, 900))
def test_quoted_strings_are_closed_and_short(text: str, times: int) -> None:
    """A quoted string has no bare quote, does not end in an open escape, and keeps to what `dot` 2.43 reads."""
    made = quoted(text * times)
    assert len(made.encode("utf-8")) <= MAX_BYTES + 2
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', made, re.DOTALL)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", made)


@settings(max_examples=100)
@given(st.text(max_size=200), st.floats(1.2, 40), st.integers(1, 6))
def test_wrapping_is_total_and_keeps_to_its_lines(text: str, em: float, lines: int) -> None:
    """Any text is wrapped into at most as many lines as asked, and nothing is lost where it fits."""
    made = wrapped(text, em=em, lines=lines)
    assert len(made) <= lines
    roomy = wrapped(text, em=em, lines=1000)
    assert "".join("".join(roomy).split()) == "".join(wrapped(text, em=1e9, lines=1)).replace(" ", "")
