"""The page: one offline file that holds the whole article and its map."""

import base64
import hashlib
import json
import re

import lxml.html
import pytest
from rendering_maps import build, chain, harbour

from argmap.graph import ArgumentMap
from argmap.rendering import render
from argmap.rendering.outline import MAX_DEPTH, outline_rows
from argmap.rendering.scene import unit_numbers


def parsed(argument_map: ArgumentMap) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(render(argument_map, ".html").data.decode("utf-8"))


@pytest.fixture(scope="module")
def page() -> lxml.html.HtmlElement:
    return parsed(harbour())


def test_the_whole_article_is_there_in_order(page: lxml.html.HtmlElement) -> None:
    """Every unit of every kind stands in the article, in text order."""
    argument_map = harbour()
    shown = [node.text_content() for node in page.xpath("//article//bdi")]
    assert shown == [argument_map.document.text_of(unit) for unit in argument_map.document.units]


def test_what_is_not_text_is_folded_away(page: lxml.html.HtmlElement) -> None:
    """Boilerplate and comments stand in closed details with a summary that counts them."""
    details = page.xpath("//article//details")
    assert [detail.find("summary").text for detail in details] == [
        "Not part of the article: 1 line",
        "Readers' comments: 1 line",
    ]
    assert not any("open" in detail.attrib for detail in details)


def test_text_and_map_share_their_keys(page: lxml.html.HtmlElement) -> None:
    """Each drawn unit has one sentence and one node under the same key, and both can be reached by keyboard."""
    nodes = page.xpath("//*[local-name()='svg']//*[@data-unit]")
    sentences = page.xpath("//article//span[contains(@class, 'in-map')]")
    assert {node.get("data-unit") for node in nodes} == {node.get("data-unit") for node in sentences}
    assert len(nodes) == len(sentences) == 11
    assert all(node.get("tabindex") == "0" and node.get("role") == "button" for node in nodes + sentences)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_nothing_is_requested_and_only_our_script_runs(page: lxml.html.HtmlElement) -> None:
    """Only the style and script whose digests the policy names; no address, no handler, no style attribute."""
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    (style,), (data, script) = page.xpath("//style"), page.xpath("//script")
    for element, directive in ((style, "style-src"), (script, "script-src")):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert data.get("type") == "application/json"
    assert not page.xpath("//@src | //@style | //link | //iframe | //object | //base | //form | //img")
    assert all(href.startswith("#") for href in page.xpath("//@href"))
    assert not [name for element in page.iter() for name in element.attrib if name.lower().startswith("on")]
    assert not re.search(r"url\(|@import|https?:", style.text)
    assert "innerHTML" not in script.text


def test_the_facts_hold_scores_evidence_and_links(page: lxml.html.HtmlElement) -> None:
    """What the page shows about a unit is the map's."""
    facts = json.loads(page.get_element_by_id("facts").text)
    assert facts["thesis"] == "2"
    assert facts["units"]["3"] == {"stances": ["accusation"], "scores": {"accusation": 0.9}, "evidence": None}
    assert {"kind": "support", "sources": ["4", "5"], "target": "3", "undercut": False, "score": 0.5} in facts["links"]
    assert {"kind": "attack", "sources": ["7"], "target": "6", "undercut": True, "score": 0.5} in facts["links"]


def test_the_outline_nests_grounds_under_their_claims(page: lxml.html.HtmlElement) -> None:
    """A screen reader finds the thesis first, and below each claim what supports and attacks it."""
    top = page.xpath("//section[@id='outline']/ul/li")
    assert top[0].find("a").text == "2"
    assert "thesis, recommendation" in top[0].find("b").text
    grounds = {li.find("a").text: li.find("em").text for li in top[0].xpath("./ul/li")}
    assert grounds == {"3": "supported by", "9": "supported by", "11": "attacked by"}
    assert top[0].xpath("./ul/li/ul/li/ul/li/em/text()") == ["its link attacked by"]
    entries = page.xpath("//section[@id='outline']//li")
    assert len(entries) == 11


def test_a_long_chain_does_not_nest_beyond_what_browsers_nest() -> None:
    """Depth is capped, every entry is there, and lists are closed as often as they are opened."""
    argument_map = chain(80)
    rows, left_open = outline_rows(argument_map, unit_numbers(argument_map))
    depth = 0
    for row in rows:
        depth += row.opens - row.closes
        assert depth <= MAX_DEPTH + 1
    assert len(rows) == 80
    assert depth == left_open


def test_paragraphs_follow_the_text() -> None:
    """A blank line starts a paragraph, a line break inside one does not."""
    argument_map = build([("heading", "H"), ("text", "One."), ("text", "Two."), ("heading", "I"), ("text", "Three.")])
    page = parsed(argument_map)
    assert [len(p.xpath("./span")) for p in page.xpath("//article/p")] == [2, 1]


def test_the_page_is_deterministic_and_small() -> None:
    """The same map gives the same bytes, far below 400 KB."""
    data = render(harbour(), ".html").data
    assert data == render(harbour(), ".html").data
    assert len(data) < 120_000


def test_the_page_says_what_its_numbers_and_lines_mean(page: lxml.html.HtmlElement) -> None:
    """Where links have scores, the legend explains them; every class of line in the drawing is in the style sheet."""
    legend = page.xpath("//ul[@class='legend']")[0].text_content()
    assert "a guess" in legend
    assert "claim, grounds" in legend
    assert "how sure argmap is" in page.xpath("//p[@class='meta key']")[0].text_content()
    assert not parsed(build([("text", "One.")])).xpath("//p[@class='meta key']")


def test_captions_keep_the_size_by_which_the_style_sheet_finds_them(page: lxml.html.HtmlElement) -> None:
    """The drawing's captions have the font size, and its attacks the colour, that the page's rules select."""
    style = page.xpath("//style")[0].text
    sizes = set(re.findall(r'text\[font-size="([0-9.]+)"\]', style))
    fills = set(re.findall(r'text\[fill="([^"]+)"\]', style))
    assert sizes
    assert fills
    texts = page.xpath("//*[local-name()='svg']//*[local-name()='text']")
    assert sizes <= {text.get("font-size") for text in texts}
    assert fills <= {text.get("fill") for text in texts}
