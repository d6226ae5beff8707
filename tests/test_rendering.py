"""Pictures: what is drawn, where it stands, and by whom."""

import itertools
import os
import re
import shutil
import stat
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from rendering_maps import broad, build, chain, harbour

from argmap.errors import EngineError, MissingDependencyError, UsageError
from argmap.formats.map_json import load_map
from argmap.graph import ArgumentMap
from argmap.rendering import SUFFIXES, engines, render
from argmap.rendering.dot import to_dot
from argmap.rendering.picture import MAX_PIXELS_A_SIDE, compose
from argmap.rendering.scene import build_scene
from argmap.rendering.style import weight_of
from argmap.rendering.text import is_right_to_left, width_in_em, wrapped

GOLDEN = Path(__file__).parent / "golden" / "rendering" / "wrapping.txt"
SVG = "{http://www.w3.org/2000/svg}"
ENGINES = [
    pytest.param("", id="wheel"),
    pytest.param(
        None,
        id="dot",
        marks=pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz on PATH to compare with"),
    ),
]


def golden_cases() -> list[tuple[float, int, str, tuple[str, ...]]]:
    cases = []
    for paragraph in re.split(r"\n\s*\n", GOLDEN.read_text(encoding="utf-8")):
        lines = [line for line in paragraph.split("\n") if line and not line.startswith("#")]
        if lines:
            head, text = lines[0].split(" | ", 1)
            em, count = head.split()
            cases.append((float(em), int(count), text, tuple(line.removeprefix("> ") for line in lines[1:])))
    return cases


@pytest.mark.parametrize(("em", "count", "text", "lines"), golden_cases())
def test_wrapping_follows_the_golden_cases(em: float, count: int, text: str, lines: tuple[str, ...]) -> None:
    """Text is broken at spaces, between wide characters, and where it has to be; the rest becomes an ellipsis."""
    assert wrapped(text, em=em, lines=count) == lines
    assert all(width_in_em(line) <= em for line in lines)


def test_direction_is_that_of_the_first_strong_character() -> None:
    """Digits and quotation marks do not decide the direction of a line."""
    assert is_right_to_left("“12 رصيف")
    assert not is_right_to_left("12 piers, رصيف")
    assert not is_right_to_left("12")


def test_only_what_takes_part_is_drawn() -> None:
    """Units without a link stay out, and the picture says how many, naming the accusations among them."""
    scene = build_scene(harbour())
    drawn = {card.unit.id for section in scene.sections for card in section.cards}
    assert "u16" not in drawn
    assert scene.thesis is not None
    assert scene.thesis.unit.id == "u2"
    assert scene.notes == (
        "Not drawn: 1 of 12 sentences, which takes part in no link.",
        "Among them, accusations without grounds found: 16.",
    )


def test_sections_stand_in_reading_order_under_their_headings() -> None:
    """Panels follow each other downward in the order of the text; headings above the first sentence make no section."""
    picture = compose(harbour())
    assert [section.title for section in picture.scene.sections] == [None, "What it costs", "What to do"]
    panels = picture.placement.panels
    assert all(above.bottom < below.y for above, below in itertools.pairwise(panels))


@pytest.mark.parametrize(
    "argument_map", [harbour(), chain(12), broad(12, 3), broad(40, 0)], ids=["harbour", "chain", "broad", "flat"]
)
def test_boxes_do_not_overlap_and_claims_stand_left_of_their_grounds(argument_map) -> None:
    """No two boxes touch, each lies in its panel, and inside a section every arrow points to the left."""
    picture = compose(argument_map)
    places = picture.placement.places
    for one, other in itertools.combinations(places.values(), 2):
        a, b = one.rect, other.rect
        assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y, (
            one.card.number,
            other.card.number,
        )
    for place in places.values():
        if place.section >= 0:
            panel = picture.placement.panels[place.section]
            assert panel.x < place.rect.x
            assert place.rect.right < panel.right
            assert panel.y < place.rect.y
            assert place.rect.bottom < panel.bottom
    for relation in argument_map.relations:
        for source in relation.sources:
            if relation.target in places and places[source].section == places[relation.target].section:
                assert places[relation.target].column < places[source].column


def test_every_relation_is_drawn_and_ends_at_its_target() -> None:
    """Each source has its line; lines begin at their source's left edge and end on the target's edge or on a joint."""
    argument_map = harbour()
    picture = compose(argument_map)
    places, joints = picture.placement.places, picture.routes.joints
    drawn = {(wire.relation.id, wire.tail) for wire in picture.routes.wires}
    assert {(r.id, source) for r in argument_map.relations for source in r.sources} <= drawn
    for wire in picture.routes.wires:
        assert len(wire.points) % 3 == 1
        if isinstance(wire.tail, str) and wire.tail != argument_map.thesis:
            rect = places[wire.tail].rect
            assert wire.points[0][0] == rect.x
            assert rect.y <= wire.points[0][1] <= rect.bottom
        end = wire.tip or wire.points[-1]
        if isinstance(wire.head, str):
            rect = places[wire.head].rect
            assert rect.x - 0.01 <= end[0] <= rect.right + 0.01
            assert rect.y - 0.01 <= end[1] <= rect.bottom + 0.01
        else:
            assert end == pytest.approx(joints[wire.head[1]])


def test_lines_between_columns_keep_clear_of_boxes() -> None:
    """Where a line crosses a column it runs between the boxes, never over one."""
    picture = compose(broad(14, 2))
    boxes = [(unit_id, place.rect) for unit_id, place in picture.placement.places.items()]
    for wire in picture.routes.wires:
        for x, y in wire.points:
            for unit_id, rect in boxes:
                if unit_id not in (wire.tail, wire.head):
                    assert not (rect.x < x < rect.right and rect.y < y < rect.bottom)


def test_long_sections_are_set_in_several_columns() -> None:
    """Forty claims in a row become a page, not a ribbon."""
    picture = compose(broad(40, 0))
    assert picture.height < 2.5 * picture.width


def test_the_same_map_gives_the_same_dot() -> None:
    """DOT text is deterministic, and names nodes itself."""
    assert to_dot(harbour()) == to_dot(harbour())
    assert re.findall(r"^\s*(\w+) \[", to_dot(harbour()), re.MULTILINE)[2:] != []
    assert all(re.fullmatch(r"\w+", name) for name in re.findall(r"^\s*([^\s\[]+) \[", to_dot(harbour()), re.MULTILINE))


def test_stances_differ_by_shape_and_word_and_not_only_by_colour() -> None:
    """Accusation, quotation, recommendation and grounds each have a shape of their own and say what they are."""
    dot = to_dot(harbour())
    looks = {}
    for word in ("ACCUSATION", "QUOTATION", "RECOMMENDATION", "GROUNDS"):
        node = next(n for n in dot.split("];") if f"{word}</B>" in n or f"{word} ·" in n)
        looks[word] = re.findall(r'(?:shape|style|peripheries)="?([^",\]]+)', node)
    assert len({tuple(look) for look in looks.values()}) == 4


@pytest.mark.parametrize("path", ENGINES)
@pytest.mark.parametrize(("suffix", "magic"), [(".svg", b"<?xml"), (".png", b"\x89PNG\r\n"), (".pdf", b"%PDF-")])
def test_pictures_are_drawn_with_and_without_a_system_graphviz(
    suffix: str, magic: bytes, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`dot` draws where it is on PATH; else the wheel does, and the result says who."""
    if path is not None:
        monkeypatch.setenv("PATH", path)
    rendered = render(harbour(), suffix)
    assert rendered.data.startswith(magic)
    assert rendered.engine == (engines.SYSTEM if path is None else engines.WHEEL)
    assert rendered.losses


def test_every_suffix_is_rendered_in_any_case() -> None:
    """All six suffixes work, also in capitals."""
    for suffix in SUFFIXES:
        assert render(build([("text", "One.")], thesis="u1"), suffix.upper()).data
    assert set(SUFFIXES) == {".svg", ".png", ".pdf", ".html", ".dot", ".json"}
    assert load_map(render(harbour(), ".json").data, where="m") == harbour()
    assert render(harbour(), ".json").losses == ()


def test_an_unknown_suffix_names_the_known_ones() -> None:
    """A wrong suffix is a usage error that lists what there is."""
    with pytest.raises(UsageError, match=r"'\.gif'.*\.svg, \.png, \.pdf, \.html, \.dot, \.json"):
        render(harbour(), ".gif")


def test_the_svg_speaks_to_screen_readers() -> None:
    """The SVG has a role, a title and a description, and each unit is titled with number, role and text."""
    root = ET.fromstring(render(harbour(), ".svg").data)  # noqa: S314 - our own output
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert "A title" in (root[0].text or "")
    assert "11 sentences" in (root[1].text or "")
    titles = [group[0].text or "" for group in root.iter(f"{SVG}g") if "unit" in (group.get("class") or "").split()]
    assert len(titles) == 11
    assert "2 (thesis, recommendation): The council must reopen the pier." in titles


def test_a_map_without_links_says_so() -> None:
    """No relations, no units at all, or one unit: a picture is drawn and says that there are no claims."""
    for argument_map in (
        build([("text", "It rained."), ("text", "It stopped.")]),
        build([]),
        build([("text", "Go!", "recommendation")], thesis="u1"),
    ):
        text = b" ".join(re.findall(rb">([^<>]+)</text>", render(argument_map, ".svg").data))
        assert b"No claims found" in text
        assert b"No claims found" in render(argument_map, ".html").data


def test_large_maps_are_drawn_in_seconds() -> None:
    """Three thousand units take a few seconds, and a chain of two thousand lays out without deep recursion."""
    start = time.process_time()
    assert render(broad(750, 3), ".svg").data
    assert len(compose(chain(2000)).placement.places) == 2000
    assert time.process_time() - start < 20


def test_bitmaps_stay_within_what_cairo_can_draw() -> None:
    """A long map gets fewer dots an inch instead of being scaled silently."""
    picture = compose(chain(300))
    assert picture.bitmap_dpi < 144
    assert max(picture.width, picture.height) * picture.bitmap_dpi / 72 <= MAX_PIXELS_A_SIDE


def fake_dot(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = folder / "dot"
    script.write_text(f"#!{sys.executable}\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


def test_an_engine_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the time limit there is a plain error with advice, and no process is left."""
    note = tmp_path / "pid"
    body = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    fake_dot(tmp_path, body, monkeypatch)
    start = time.process_time()
    with pytest.raises(EngineError, match=r"longer than 1\.5 seconds.*raise the time limit"):
        render(harbour(), ".svg", time_limit=1.5)
    assert time.process_time() - start < 10
    pid = int(note.read_text())
    for _ in range(50):
        if not alive(pid):
            break
        time.sleep(0.1)
    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().split(") ")[1][0] != "Z"  # a zombie waits for its reaper


def test_a_broken_dot_gives_way_to_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `dot` that fails, prints nothing or cannot be started does not stop the picture."""
    for body in ("import sys; sys.exit(1)", "pass"):
        fake_dot(tmp_path, body, monkeypatch)
        assert render(harbour(), ".svg").engine == engines.WHEEL
    (tmp_path / "dot").write_text("#!/nonexistent/interpreter\n")
    assert render(harbour(), ".svg").engine == engines.WHEEL


def test_without_any_engine_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No `dot` and no wheel: exit code 4 with an install line."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match="pip install") as caught:
        render(harbour(), ".svg")
    assert caught.value.exit_code == 4


def test_when_every_engine_fails_their_complaints_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error carries what the engines said, on one line."""
    fake_dot(tmp_path, "import sys; sys.exit('no such format')", monkeypatch)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EngineError, match="dot: no such format"):
        render(harbour(), ".svg")


def test_text_is_set_in_our_font_on_a_machine_without_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty font configuration changes nothing: the picture is the same as with the system's fonts."""
    monkeypatch.setenv("PATH", "")
    usual = render(harbour(), ".svg").data
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<?xml version='1.0'?><fontconfig><dir>{tmp_path}</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(bare))
    assert render(harbour(), ".svg").data == usual
    assert len(render(harbour(), ".pdf").data) > 15_000  # the fonts are inside


def with_scores(*scores: float | None) -> ArgumentMap:
    """One support of the thesis for each score."""
    rows = [("text", "The pier must open.", "recommendation"), *(("text", "It rained.") for _ in scores)]
    plain = build(rows, [("support", f"u{index}", "u1") for index in range(2, len(scores) + 2)], "u1")
    relations = [replace(link, score=score) for link, score in zip(plain.relations, scores, strict=True)]
    return ArgumentMap(plain.document, tuple(relations), "u1")


def test_a_line_is_the_thinner_the_less_sure_its_link_is() -> None:
    """Lines are thick from 0.5, thinner from 0.2, and thin and pale below; a link without a score is plain."""
    dot = to_dot(with_scores(0.5, 0.49, 0.2, 0.19, 0.0, None))
    links = re.findall(r'class="link support (\w+)"', dot)
    assert links == ["firm", "likely", "likely", "faint", "faint", "plain"]
    pens = [weight_of(score).pen for score in (0.9, 0.3, 0.1)]
    assert pens == sorted(pens, reverse=True)
    assert len(set(pens)) == 3
    assert [weight_of(score).pale for score in (0.9, 0.3, 0.1, None)] == [False, False, True, False]


def key_of(argument_map: ArgumentMap) -> tuple[list[str], str]:
    legend = compose(argument_map).legend
    assert legend is not None
    return [stroke.word for stroke in legend.strokes], " ".join(legend.lines)


def test_the_key_explains_the_numbers_that_the_picture_shows_and_no_others() -> None:
    """Scores of stances, of links and of the thesis, and the panels, are explained where they occur."""
    strokes, words = key_of(harbour())
    assert strokes == ["supports", "speaks against", "less sure (under 0.5)", "a guess (under 0.2)"]
    assert "how sure argmap is of the box's first label" in words
    assert "sections" in words
    assert "THESIS" not in words
    assert "THESIS" in key_of(replace(harbour(), thesis_score=0.4))[1]
    by_hand = build([("text", "Open it."), ("text", "It rained.")], [("support", "u2", "u1")])
    by_hand = replace(by_hand, relations=(replace(by_hand.relations[0], score=None),))
    assert key_of(by_hand) == (["supports", "speaks against"], "Bold: the sentence's number.")


def test_the_key_lies_above_the_map_and_nothing_in_it_overlaps() -> None:
    """Samples and lines stand side by side within the picture's width, above the thesis."""
    for argument_map in (harbour(), broad(40, 0)):
        picture = compose(argument_map)
        assert picture.legend is not None
        rects = [sample.rect for sample in picture.legend.samples]
        for stroke in picture.legend.strokes:
            rects += [stroke.rect, stroke.word_rect]
        assert all(rect.x >= 0 and rect.right <= picture.width for rect in rects)
        for a, b in itertools.combinations(rects, 2):
            assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
        assert picture.legend.bottom <= min(place.rect.y for place in picture.placement.places.values())


def test_a_source_of_an_attack_says_whom_it_speaks_against() -> None:
    """The words stand in the source's box, where no line runs, and name the target or the link that is hit."""
    scene = build_scene(harbour())
    says = {card.number: card.against for section in scene.sections for card in section.cards}
    assert says["6"] == "speaks against 3"
    assert says["7"] == "speaks against the link from 6"
    assert says["3"] == ""


def test_a_caption_of_two_lines_has_its_room_and_keeps_the_evidence_whole() -> None:
    """Two stances with evidence take two lines, the second for the evidence, and make the box higher."""
    rows = [("text", "Open it."), ("text", "“We lied.”", "quotation accusation", "testimony"), ("text", "He fell.")]
    scene = build_scene(build(rows, [("support", "u2 u3", "u1")]))
    cards = {card.number: card for card in scene.sections[0].cards}
    assert cards["2"].caption == ("“ QUOTATION + ACCUSATION", "testimony")
    assert cards["2"].height > cards["3"].height


def test_sizes_inside_boxes_are_whole_numbers() -> None:
    """Graphviz drops the fraction of a size in a label, so that none may have one."""
    assert set(re.findall(r'POINT-SIZE="([^"]*)"', to_dot(harbour()))) <= {str(size) for size in range(9, 30)}


def test_the_page_scrolls_down_where_the_poster_grows_wide() -> None:
    """A long flat map is wider as a picture than on the page."""
    long = broad(60, 1)
    assert compose(long, headline=False).width < compose(long).width


def test_a_lone_sentence_is_named_in_good_english_and_its_stance_is_not_lost() -> None:
    """Without links the picture has no key, says why it is empty, and lists the stances that were found."""
    lone = compose(build([("text", "Go!", "recommendation")]))
    assert lone.scene.notes == (
        "No claims found: the article has one sentence, which stands alone.",
        "Recommendation without a link: 1.",
    )
    assert lone.legend is not None
    assert lone.legend.samples == ()
    assert build_scene(build([])).notes == ("No claims found: the article has no sentences.",)
