"""`report.html`: one offline page of an evaluation; its plots as SVG and PNG."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import lxml.html
import pytest
from stub_evaluations import HOSTILE, THRESHOLDS, articles, evaluation

from argmap.evaluation.agreement import compare
from argmap.evaluation.comparison import judge
from argmap.evaluation.gate import parse_gate
from argmap.evaluation.stored import stored
from argmap.rendering.plot_png import draw_png, to_dot
from argmap.rendering.plot_svg import LIGHT, whole_svg
from argmap.rendering.plots import Line, Plot, Words
from argmap.rendering.report_page import MOST_MISREAD, build_report_page
from argmap.rendering.report_plots import heat, report_plots, stance_tables

GATE = "resamples = 200\n[minimum]\narticles = 40\n[floors]\nstance.macro_f1 = 0.1\nlinks.f1 = 0.4\n"


def made(**options: object) -> bytes:
    return build_report_page(evaluation(), articles(), **options)  # type: ignore[arg-type]


def parsed(data: bytes) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(data.decode("utf-8"))


@pytest.fixture(scope="module")
def page() -> lxml.html.HtmlElement:
    """With everything that a page can hold."""
    result = judge(stored(evaluation()), parse_gate(GATE, where="g"))
    return parsed(made(result=result, readers=compare(articles(), articles(), resamples=20)))


def test_nothing_is_requested_and_nothing_runs(page: lxml.html.HtmlElement) -> None:
    """Only the style whose digest the policy names; no script, no address, no handler, no style attribute."""
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "script-src" not in policy
    (style,) = page.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert not page.xpath("//script | //@src | //@style | //link | //iframe | //object | //base | //form | //img")
    assert all(href.startswith("#") for href in page.xpath("//@href"))
    assert not [name for element in page.iter() for name in element.attrib if name.lower().startswith("on")]
    assert not re.search(r"url\(|@import|https?:", style.text)


def test_links_lead_to_parts_of_the_page(page: lxml.html.HtmlElement) -> None:
    """Each entry of the contents is a section with a heading, and no id stands twice."""
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = [href[1:] for href in page.xpath("//nav//@href")]
    assert targets == [section.get("id") for section in page.xpath("//main/section")]
    assert len(targets) == 10
    assert all(
        page.get_element_by_id(section.get("aria-labelledby")).tag == "h2" for section in page.xpath("//section")
    )


def test_tables_can_be_heard(page: lxml.html.HtmlElement) -> None:
    """Each table has a caption, and each of its cells a header in its row and in its column."""
    tables = page.xpath("//table")
    assert len(tables) > 10
    for table in tables:
        assert table.find("caption").text_content().strip()
        width = len(table.xpath("./thead/tr/*"))
        assert width > 1
        for row in table.xpath("./tbody/tr"):
            cells = list(row)
            assert len(cells) == width
            assert (cells[0].tag, cells[0].get("scope")) == ("th", "row")
            assert all(cell.tag == "td" for cell in cells[1:])
        assert all(head.get("scope") == "col" and head.text_content() for head in table.xpath("./thead/tr/th"))


def test_plots_say_what_they_show(page: lxml.html.HtmlElement) -> None:
    """Each plot is an image with a name and a description in words."""
    plots = page.xpath("//*[local-name()='svg']")
    assert len(plots) == 1 + 3 + 3 + 1 + 1
    for plot in plots:
        assert plot.get("role") == "img"
        name, description = (page.get_element_by_id(i).text_content() for i in plot.get("aria-labelledby").split())
        assert name
        assert re.search(r"\d\.\d\d", description)


def test_every_colour_of_a_plot_is_set() -> None:
    """A class without a rule would draw black on black in the dark theme."""
    for name, plot in report_plots(evaluation()).items():
        text = whole_svg(plot).decode("utf-8")
        root = ElementTree.fromstring(text)  # noqa: S314 - our own
        used = {part for element in root.iter() for part in (element.get("class") or "").split()}
        colours = {part[2:] for part in used if part[:2] in {"f-", "s-"}}
        assert colours <= LIGHT.keys(), name
        assert colours
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_hostile_sentences_are_text(page: lxml.html.HtmlElement) -> None:
    """Markup in a sentence is shown as text, what cannot be seen is written out, and templates are not run."""
    shown = page.xpath("//ol[@class='misread']//p[@class='text']/bdi")
    texts = {element.text_content() for element in shown}
    assert not [element for element in shown if len(element)]
    assert not page.xpath("//main//b[text()='bold']")
    raw = page.text_content()
    assert "\u202e" not in raw
    assert "\0" not in raw
    expected = ["</script><b>bold</b>", "\\u202eback to front", "a NUL \\x00 inside", HOSTILE[3], "{{ 7 * 7 }}"]
    misread = {entry.unit for entry in evaluation().articles[0].misread}
    wanted = {text for number, text in enumerate(expected) if f"u{number}" in misread}
    assert wanted
    assert wanted <= texts


def test_the_whole_list_of_misread_is_there_worst_first(page: lxml.html.HtmlElement) -> None:
    """Each misread sentence with gold, given, scores and place, in the order of how far the score is off."""
    rows = page.xpath("//ol[@class='misread']/li")
    assert len(rows) == sum(len(entry.misread) for entry in evaluation().articles) < MOST_MISREAD
    off = [float(re.findall(r"off by (\d\.\d\d)", row.text_content())[0]) for row in rows]
    assert off == sorted(off, reverse=True)
    assert off[0] > off[-1]
    first = rows[0].text_content()
    assert re.search(
        r"annotator: .+ · model: .+ · scores: accusation 0\.\d\d, .+, unit u\d+, characters \d+ to \d+", first
    )


def test_texts_can_be_left_out() -> None:
    """Without texts no sentence of any article stands in the page, and all figures still do."""
    page = parsed(made(texts=False))
    assert "Sentence " not in page.text_content()
    assert "back to front" not in page.text_content()
    assert "Their texts were left out" in page.text_content()
    assert len(page.xpath("//ol[@class='misread']/li")) == sum(len(entry.misread) for entry in evaluation().articles)


def test_the_same_evaluation_gives_the_same_bytes() -> None:
    """No clock, no path, no order that hangs on a hash."""
    assert made() == made()
    for plot in report_plots(evaluation()).values():
        assert whole_svg(plot) == whole_svg(plot)
        assert to_dot(plot) == to_dot(plot)


def test_the_verdict_comes_first(page: lxml.html.HtmlElement) -> None:
    """With a gate: the verdict in words, and a row a bar with what is known."""
    assert page.xpath("//title")[0].text.startswith("INCONCLUSIVE")
    section = page.xpath("//main/section")[0]
    assert section.get("id") == "gate"
    assert "INCONCLUSIVE" in section.xpath(".//strong")[0].text
    rows = {row[0].text_content(): row.text_content() for row in section.xpath(".//tbody/tr")}
    assert list(rows) == ["minimum articles", "floor stance.macro_f1", "floor links.f1"]
    assert "about 40 labelled articles would tell" in rows["minimum articles"]
    for check in judge(stored(evaluation()), parse_gate(GATE, where="g")).checks:
        assert check.why in rows[check.name]
        assert check.verdict.value in rows[check.name]
    assert not parsed(made()).xpath("//*[@id='gate']")


def test_readers_stand_beside_the_model(page: lxml.html.HtmlElement) -> None:
    """With two readers: a table of both, rings in the plot; without, how to give them."""
    table = next(t for t in page.xpath("//table") if "Beside two readers" in t.find("caption").text)
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.xpath("./tbody/tr")}
    assert rows["macro-F1"][0] == f"{evaluation().figures['stance.macro_f1'].value:.3f}"
    assert rows["macro-F1"][2] == "1.000"
    assert len(page.xpath("//section[@id='figures']//*[contains(@class, 's-readers')]")) == 9
    alone = parsed(made())
    assert "--readers A B" in alone.get_element_by_id("figures").text_content()
    assert not alone.xpath("//section[@id='figures']//*[contains(@class, 's-readers')]")


def test_numbers_are_those_of_the_evaluation(page: lxml.html.HtmlElement) -> None:
    """Cells of the confusion matrices, bins and curves follow from the same counts as the figures."""
    for table in stance_tables(evaluation()).values():
        assert sum(map(sum, table)) == evaluation().support["sentences"]
    (right, missed), (wrong, _) = next(iter(stance_tables(evaluation()).values()))
    figures = evaluation().figures
    assert right / (right + wrong) == pytest.approx(figures["stance.accusation.precision"].value)
    assert right / (right + missed) == pytest.approx(figures["stance.accusation.recall"].value)
    whole = page.xpath("//section[@id='confusion']//table")[0]
    shown = [[int(cell.text) for cell in row.xpath("./td")] for row in whole.xpath("./tbody/tr")]
    assert shown == evaluation().confusion.tolist()
    bins = page.xpath("//section[@id='reliability']//table")[0]
    assert sum(int(row[1].text) for row in bins.xpath("./tbody/tr")) == evaluation().support["sentences"]
    assert f"threshold {THRESHOLDS[0]:.2f}" in page.get_element_by_id("curves").text_content()


def test_heat() -> None:
    """A cell is as dark as its share of the row; an empty row has no share."""
    assert [heat(value, (0, 5, 10)) for value in (0, 5, 10)] == [0, 3, 6]
    assert heat(7, (7, 0)) == 8
    assert heat(0, (0, 0)) == 0


def test_a_few_articles_and_no_scores_still_make_a_page() -> None:
    """A single article, a model without scores, a stance that never occurs: fewer parts, and no fault."""
    page = parsed(build_report_page(evaluation(1), articles(1)))
    assert "With so few articles nobody can say" in page.text_content()
    mute = replace(evaluation(), answers=())
    without = parsed(build_report_page(mute, articles()))
    assert not without.xpath("//section[@id='curves']")
    assert "precision-recall" not in report_plots(mute)


def test_hostile_names_are_text() -> None:
    """The model's and the articles' names, and sorts of article, are somebody's words, too."""
    name = "</title><script>x</script>\u202e\0"
    named = replace(
        evaluation(),
        model=name,
        articles=tuple(replace(entry, traits={"country": name}) for entry in evaluation().articles),
    )
    page = parsed(build_report_page(named, articles()))
    assert not page.xpath("//script")
    assert "</title><script>x</script>\\u202e\\x00" in page.xpath("//h1")[0].text_content()
    assert page.xpath("//section[@id='slices']//*[local-name()='text'][contains(text(), '<script>')]")


@pytest.mark.parametrize("name", ["figures", "confusion", "precision-recall"])
def test_pictures_are_drawn(name: str) -> None:
    """A plot becomes a PNG as wide as it says, at two pixels a point, with its margin."""
    plot = report_plots(evaluation())[name]
    data = draw_png(plot).data
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    assert width == pytest.approx(2 * (plot.width + 36), abs=80)
    assert height == pytest.approx(2 * (plot.height + 36), abs=80)


def test_hostile_words_in_a_picture() -> None:
    """Quotes, backslashes, markup and what Graphviz reads as escapes are drawn as they are."""
    words = 'a"b\\N <b>&amp;\u202e\0\ud800]'
    marks = (Words(10, 10, words), Words(10, 30, words, "middle"), Words(90, 50, words, "end"), Line(((0, 0),), "ink"))
    plot = Plot("x", words, words, 200, 60, marks)
    assert draw_png(plot).data.startswith(b"\x89PNG")
    ElementTree.fromstring(whole_svg(plot))  # noqa: S314 - our own
