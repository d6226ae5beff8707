"""`argmap explain`: text, data and page; one sentence; terminals of all kinds; hostile articles."""

import io
import json
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import lxml.html
import pytest
from articles import HARBOUR, write
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering_maps import build
from small_models import HOSTILE, document

from argmap.cli import main
from argmap.cli.explanation_text import explanation_text
from argmap.document import Span
from argmap.explaining import Explained, explain_document
from argmap.explanation import (
    Example,
    Explanation,
    LabelReasons,
    LinkReasons,
    Method,
    NearExample,
    Part,
    Sign,
    StanceScore,
    UnitReasons,
    WordEffect,
)
from argmap.formats.explanation_json import dump_explanation
from argmap.graph import ArgumentMap
from argmap.labels import RelationKind, Stance
from argmap.models import Model, load_model
from argmap.rendering import render, render_explained
from argmap.rendering.reasons import pieces, unit_views
from argmap.rendering.text import cleaned

FAST = ("--model", "fast")
OVERCLAIMS = re.compile(r"\bbecause\b|\bproves?\b|\bshows that\b", re.IGNORECASE)


@cache
def fast() -> Model:
    return load_model("fast")


@cache
def harbour() -> Explained:
    return explain_document(document(HARBOUR, title="The harbour"), fast())


def made_up(text: str = "He lied, she said.") -> tuple[ArgumentMap, Explanation]:
    """A map of two sentences, the first of which carries everything that can be said of one."""
    argument_map = build(
        [("text", text, "accusation quotation"), ("text", "It rained.", "recommendation")],
        [("attack", "u1", "u2")],
        "u2",
        text[:40] or "T",
    )
    first = argument_map.units["u1"].span
    half = Span(first.start, (first.start + first.end) // 2)
    rest = Span(half.end, first.end)
    label = LabelReasons(
        StanceScore(Stance.ACCUSATION, 0.52, 0.31),
        (WordEffect(half, 1.25), WordEffect(rest, -0.95)),
        (Sign("words of blame", 0.4, (half, rest)), Sign("how long it is", -0.2)),
        (Part("the sentences before it", -0.3),),
        -1.0,
    )
    other = replace(label, label=StanceScore(Stance.QUOTATION, 0.4, 0.2), baseline=None)
    near = NearExample(Example(text, text, text, text, (Stance.QUOTATION,)), 0.71)
    runner_up = StanceScore(Stance.RECOMMENDATION, 0.11, 0.3)
    unit = UnitReasons("u1", (label, other), runner_up, (near,))
    parts = (Part("words in both", 0.8, text), Part("how far apart they stand", -0.6, "next to each other"))
    link = LinkReasons("r1", RelationKind.ATTACK, "u1", "u2", 0.31, 0.07, parts, parts, ("u2", 0.2))
    return argument_map, Explanation(Method.WEIGHTS, "made-up", (unit,), (link,))


# ---- the command


def test_text_json_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text goes to stdout, the suffix picks the format of a file, and --format overrules it."""
    article = write(tmp_path / "harbour.txt")
    assert main(["explain", article, *FAST]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("The harbour that nobody wanted\nstance-en-fast: what moved its scores")
    assert captured.err == ""
    for name, option, magic in (("e.txt", (), "The harbour"), ("e.json", (), "{"), ("e.html", (), "<!DOCTYPE html>")):
        assert main(["explain", article, "-o", str(tmp_path / name), *option, *FAST]) == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(magic)
    assert "explained, by stance-en-fast" in capsys.readouterr().err
    assert main(["explain", article, "-o", str(tmp_path / "e.data"), "--format", "json", *FAST]) == 0
    assert (tmp_path / "e.data").read_bytes() == (tmp_path / "e.json").read_bytes()
    assert (tmp_path / "e.txt").read_text(encoding="utf-8") == captured.out


def test_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--unit explains one sentence and its links, also one without a label."""
    article = write(tmp_path / "harbour.txt")
    assert main(["explain", article, "--unit", "u2", "--format", "json", *FAST]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [unit["unit"] for unit in found["units"]] == ["u2"]
    assert len(found["units"][0]["reasons"]) >= 1
    assert all("u2" in (link["source"], link["target"]) for link in found["links"])


def test_a_sentence_without_a_label_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody takes the closest label for a given one."""
    article = Path(__file__).parent.parent / "examples" / "sedition-at-kasirgaon.txt"
    assert main(["explain", str(article), "--unit", "u4", *FAST]) == 0
    assert "u4  no label; nearest to one: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--unit", "u99"], 2, "has no sentence 'u99'; expected one of u1 to u"),
        (["--unit", "u0"], 2, "u0 is heading; expected a sentence of the text"),
        (["-o", "out"], 2, "has no suffix that names a format"),
        (["-o", "out.svg"], 2, "no format is written as '.svg'; expected one of .txt, .json, .html"),
        (["-o", "harbour.txt"], 2, "would overwrite what is read"),
        (["-o", "no/where.json"], 3, "the folder does not exist"),
        (["--model", "nowhere"], 3, "is not a model folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    arguments: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Usage and input errors name what is wrong and what was expected, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "harbour.txt")
    assert main(["explain", "harbour.txt", *arguments, *(() if "--model" in arguments else FAST)]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["harbour.txt"]


def test_a_map_is_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map keeps no reasons; the article is asked for."""
    assert main(["explain", write(tmp_path / "map.json", "{}")]) == 3
    assert "expected the article that the map was drawn from" in capsys.readouterr().err


def test_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`-` reads standard input, --title names it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HARBOUR.encode())))
    assert main(["explain", "-", "--title", "Piers", *FAST]) == 0
    assert capsys.readouterr().out.startswith("Piers\n")


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_articles(name: str) -> None:
    """Whatever an article holds, each of its labels and links can be told, on any terminal and as data."""
    result = explain_document(document(HOSTILE[name], title=name), fast())
    text = explanation_text(result.argument_map, result.explanation, colour=True, width=30)
    assert f"{len(result.explanation.units)} sentence" in text
    found = json.loads(dump_explanation(result.argument_map, result.explanation))
    assert len(found["units"]) == len(result.explanation.units)


@pytest.mark.parametrize("written", ["text", "json", "html"])
def test_a_hostile_file(written: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file ends in a traceback, whatever is asked for."""
    hostile = "\n\n".join(
        text for name, text in HOSTILE.items() if name not in ("long word", "long name", "quotes only")
    )
    article = tmp_path / "a.txt"
    article.write_bytes(hostile.encode("utf-8", "replace"))
    assert main(["explain", str(article), "--format", written, *FAST]) == 0
    captured = capsys.readouterr()
    assert captured.out
    assert captured.err == ""


# ---- as text


def test_without_colour_brackets_mark_the_words() -> None:
    """Up and down are told apart by signs; the strongest are doubled."""
    text = explanation_text(*made_up(), colour=False, width=200)
    assert "[++He lied," in text
    assert "[−she said.]" in text
    assert "\x1b" not in text
    assert "! accusation 0.52 (given from 0.31); next: recommendation 0.11 (from 0.30)" in text
    assert "“ quotation 0.40 (given from 0.20)" in text
    assert "“He lied, ” +1.25" in text
    assert "how long it is −0.20" in text
    assert "the sentences before it −0.30" in text
    assert "0.71 quotation: He lied, she said. (He lied, she said., He lied, she said.)" in text
    assert "speaks against u2 (“It rained.”) 0.31 (drawn from 0.07)" in text
    assert "towards an attack: " in text


def test_with_colour_there_are_no_brackets_and_more_than_colour() -> None:
    """Down is in italics, the strongest underlined, so that nothing hangs on the colour."""
    text = explanation_text(*made_up(), colour=True, width=200)
    assert "[++" not in text
    assert "\x1b[1;4;36mHe lied, " in text
    assert re.search(r"\x1b\[1;3;35mshe said\.", text)


@pytest.mark.parametrize("width", [1, 30, 41, 80, 500])
def test_lines_keep_to_the_terminal(width: int) -> None:
    """No line is wider than the terminal, down to 30 columns, and a wide one is not filled to its end."""
    for line in explanation_text(*made_up("w" * 90 + " lied."), colour=False, width=width).splitlines():
        assert len(line) <= min(max(width, 30), 120)


@given(st.text(min_size=1, max_size=40).filter(str.strip))
@settings(max_examples=50, deadline=None)
def test_no_text_steers_a_terminal(text: str) -> None:
    """Control characters, overrides and line breaks of an article are shown, not obeyed."""
    shown = explanation_text(*made_up(text), colour=False)
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_nothing_to_explain_is_said() -> None:
    """An article without labels is no empty page."""
    result = explain_document(document("It rained."), fast())
    text = explanation_text(result.argument_map, replace(result.explanation, units=(), links=()), colour=False)
    assert "0 sentences explained" in text


# ---- as data


def test_the_data_hold_all_effects_with_their_places() -> None:
    """Format and version, offsets into the text as read, sums that lead to the score."""
    result = harbour()
    found = json.loads(dump_explanation(result.argument_map, result.explanation))
    assert (found["format"], found["version"], found["method"]) == ("argmap-explanation", 1, "weights")
    assert found["document"]["text_sha256"] == result.argument_map.document.text_sha256
    labelled = [unit.id for unit in result.argument_map.document.text_units() if unit.stances]
    assert [unit["unit"] for unit in found["units"]] == labelled
    for unit in found["units"]:
        assert unit["text"] == HARBOUR[unit["start"] : unit["end"]]
        assert [reason["stance"] for reason in unit["reasons"]] == unit["stances"]
        for reason in unit["reasons"]:
            spans = [*reason["words"], *(span for sign in reason["signs"] for span in sign["words"])]
            assert all(span["text"] == HARBOUR[span["start"] : span["end"]] for span in spans)
            parts = [*reason["words"], *reason["signs"], *reason["context"]]
            odds = sum(part["effect"] for part in parts) + reason["baseline"]
            assert 1 / (1 + 2.718281828**-odds) == pytest.approx(reason["score"], abs=0.002)
    assert [link["relation"] for link in found["links"]] == [r.id for r in result.argument_map.relations]


@given(st.text(min_size=1, max_size=30).filter(str.strip))
@settings(max_examples=40, deadline=None)
def test_any_text_gives_json_that_can_be_read(text: str) -> None:
    """Unpaired surrogates and all, the text comes back."""
    found = json.loads(dump_explanation(*made_up(text)))
    assert found["units"][0]["nearest"][0]["text"] == text
    assert found["units"][0]["runner_up"] == {"stance": "recommendation", "score": 0.11, "threshold": 0.3}


def test_the_same_article_gives_the_same_bytes() -> None:
    """An explanation can be kept under version control."""
    again = explain_document(document(HARBOUR, title="The harbour"), fast())
    one, other = ((result.argument_map, result.explanation) for result in (harbour(), again))
    assert dump_explanation(*one) == dump_explanation(*other)


# ---- as a page


@cache
def plain_page() -> lxml.html.HtmlElement:
    return page_of(*made_up())


def page_of(argument_map: ArgumentMap, explanation: Explanation) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(render_explained(argument_map, explanation).data.decode("utf-8"))


def test_the_words_are_marked_in_the_article() -> None:
    """Marks tell up from down and how much, and the sentence's text is unchanged."""
    page = plain_page()
    sentence = page.get_element_by_id("s-1")
    assert sentence.find("bdi").text_content() == "He lied, she said."
    marks = sentence.xpath(".//mark")
    assert [(mark.text, mark.get("class").split()[0]) for mark in marks] == [("He lied, ", "up"), ("she said.", "down")]
    assert marks[0].get("class") == "up by-3"
    assert marks[0].get("title") == "moved the score up by 1.45"
    assert (sentence.get("tabindex"), sentence.get("role")) == ("0", "button")
    assert not page.get_element_by_id("s-2").xpath(".//mark")
    assert page.xpath("//ul[@class='legend']//mark[@class='down by-3']")


def test_the_page_says_what_moved_the_scores_without_a_script() -> None:
    """Each explained sentence has a part of its own, with both labels, the runner-up, the link and what is near."""
    part = plain_page().get_element_by_id("why-1")
    text = " ".join(part.text_content().split())
    for said in (
        "accusation 0.52, given from 0.31",
        "quotation 0.40",
        "next: recommendation 0.11",
        "“He lied, ” +1.25",
    ):
        assert said in text
    for said in ("how long it is −0.20", "speaks against 2 It rained.", "towards an attack", "likeness 0.71"):
        assert said in text
    assert part.xpath(".//a/@href") == ["#s-1", "#s-2", "#s-2"]


def test_a_page_without_explanation_is_as_before() -> None:
    """`argmap map` draws the page without marks, and without the rules for them."""
    argument_map, _ = made_up()
    data = render(argument_map, ".html").data.decode("utf-8")
    assert '<mark class="up' not in data
    assert 'id="why"' not in data
    assert "mark.down" not in data


def test_no_text_scripts_the_page() -> None:
    """What an article or an example says is text: no element, no attribute, no handler comes of it."""
    text = (
        "<script>alert(1)</script> & <b> </bdi></span> ' onmouseover='x \" onclick=\"x {{ 7*7 }} \x00\x1b[31m "
        "over\u202eride lone \ud800 ]]></style></script>"
    )
    page = page_of(*made_up(text))
    shape = [(element.tag, sorted(element.attrib)) for element in page.xpath("//section[@id='why']//*")]
    assert shape == [(element.tag, sorted(element.attrib)) for element in plain_page().xpath("//section[@id='why']//*")]
    assert page.get_element_by_id("s-1").find("bdi").text_content() == cleaned(text)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert not [name for element in page.iter() for name in element.attrib if name.lower().startswith("on")]


def test_the_page_keeps_its_policy() -> None:
    """The added rules are in the one style whose digest the policy names; nothing is fetched."""
    import base64
    import hashlib

    page = plain_page()
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    (style,) = page.xpath("//style")
    assert f"style-src 'sha256-{base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()}'" in policy
    assert not page.xpath("//@src | //@style | //link")


# ---- what both show


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9), st.floats(-3, 3)), max_size=12),
)
@settings(max_examples=80)
def test_pieces_make_up_the_sentence(text: str, drawn: list[tuple[int, int, float]]) -> None:
    """However marks lie, nothing is lost or shown twice, and a mark's sign is that of its effect."""
    marks = sorted({Span(s, s + n): e for s, n, e in drawn if s + n <= len(text)}.items())
    found = pieces(text, Span(0, len(text)), [WordEffect(span, effect) for span, effect in marks], str)
    assert "".join(piece.text for piece in found) == text
    assert all(-3 <= piece.level <= 3 and piece.level * piece.effect >= 0 for piece in found)


def test_small_effects_are_not_blown_up() -> None:
    """In a sentence in which nothing moved much, no word is marked as strong."""
    (piece,) = pieces("lied", Span(0, 4), [WordEffect(Span(0, 4), 0.06)], str)
    assert piece.level == 1
    assert pieces("lied", Span(0, 4), [WordEffect(Span(0, 4), 0.02)], str)[0].level == 0


def test_words_for_scores_do_not_overclaim() -> None:
    """What moved a score is never called a reason why the author wrote it, or a proof."""
    result = harbour()
    views = unit_views(result.argument_map, result.explanation, name=str, clean=str)
    said = [one.what for view in views for label in view.labels for one in (*label.up, *label.down, *label.context)]
    said.append(explanation_text(*made_up(), colour=False))
    said.append(plain_page().text_content().partition("use strict")[0])
    assert not [text for text in said if OVERCLAIMS.search(text)]
