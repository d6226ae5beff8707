"""The main text of a saved page. Nothing is fetched, and no script is run."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from argmap.errors import InputError
from argmap.labels import UnitKind

_LARGEST_PAGE = 20_000_000  # characters; a saved article is a thousandth of it
_LARGEST_FOR_EXTRACTION = 3_000_000  # beyond it the main text is not searched for, the whole page is taken
_LONGEST_TAG = 2_000
_LOOKS_LIKE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p|h1)\b",
    re.I | re.S,
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?=[\s/>])[^<>]{0,2000}>")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_AROUND = frozenset({"nav", "footer", "aside", "figcaption", "form", "button", "caption"})
_BLOCKS = (
    _HEADINGS
    | _AROUND
    | {
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "br",
        "hr",
        "body",
    }
    | {"article", "section", "header", "main", "figure", "address", "fieldset", "details", "summary"}
)
_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "head", "select", "textarea"}
)

_MAKING = _BLOCKS | _UNREAD | {"html", "frameset"}

Paragraphs = list[tuple[str, UnitKind | None]]


def looks_like_html(text: str) -> bool:
    """Whether a text begins like a web page."""
    return _LOOKS_LIKE.match(text[:20_000]) is not None


def is_markup(text: str) -> bool:
    """Whether a text has an element that makes a paragraph; with inline markup alone its lines are all there is."""
    return any(match.group().strip("</>").split()[0].rstrip("/").lower() in _MAKING for match in _TAG.finditer(text))


def is_plain(text: str) -> bool:
    """Whether a text has no markup at all, whatever its file is called."""
    return _TAG.search(text) is None and not looks_like_html(text)


def html_paragraphs(source: str, *, where: str) -> tuple[Paragraphs, str | None]:
    """Return the paragraphs of a page's main text, each with its kind where the page settles it, and the page's title.

    The main text is found by trafilatura; where it finds nothing, the text of the whole page is taken. Raises
    `InputError` for a page that is too large or holds no text.
    """
    if len(source) > _LARGEST_PAGE:
        raise InputError("the page is too large", where=where, expected=f"at most {_LARGEST_PAGE} characters")
    page = _NOT_XML.sub("\ufffd", _DECLARATION.sub("", source, count=1))
    page = _preformatted_as_paragraphs(page) if is_markup(page) else f"<div>{_as_paragraphs(page)}</div>"
    found, title = _main_text(page) if len(page) <= _LARGEST_FOR_EXTRACTION else ([], None)
    if not any(kind is None for _, kind in found):
        found, page_title = _whole_text(page)
        title = title or page_title
    if not found:
        raise InputError("the page holds no text", where=where, expected="an article")
    if title and not any(_same(title, paragraph) for paragraph, _ in found[:3]):
        found.insert(0, (title, UnitKind.HEADING))
    return found, title


def _as_paragraphs(text: str) -> str:
    return "".join(f"<p>{part}</p>" for part in _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n")))


def _preformatted_as_paragraphs(page: str) -> str:
    """A browser saves a text file as a page with all of the text in `pre`: its blank lines set paragraphs apart."""
    lower = page.lower() if page.isascii() else page.replace("<PRE", "<pre").replace("</PRE", "</pre")
    pieces: list[str] = []
    at = start = end = 0
    while (start := lower.find("<pre", max(start, at))) >= 0:
        end = end if end > start else lower.find("</pre", start)
        if end < 0:
            break
        body = lower.find(">", start, min(end, start + _LONGEST_TAG)) + 1
        if body and lower[start + 4] in " >\n\t":
            pieces += [page[at:start], "<div>", _as_paragraphs(page[body:end]), "</div>"]
            at = lower.find(">", end) + 1 or len(page)
        start += 4
    return "".join(pieces) + page[at:]


def _same(left: str, right: str) -> bool:
    return re.sub(r"\W+", "", left).lower() == re.sub(r"\W+", "", right).lower()


def _main_text(page: str) -> tuple[Paragraphs, str | None]:
    import trafilatura
    from lxml import etree  # type: ignore[import-untyped, unused-ignore]  # no stubs; comes with trafilatura
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # it warns of every page without a main text
    try:
        document = trafilatura.bare_extraction(page, include_tables=False, include_comments=True, with_metadata=True)
    except (ValueError, AttributeError, TypeError, RecursionError, etree.LxmlError):
        return [], None  # a page it cannot cope with; the caller takes the whole text
    if not isinstance(document, Document) or document.body is None:
        return [], None
    found = list(_walk_main(document.body))
    if document.commentsbody is not None:
        found += [(text, UnitKind.COMMENT) for text, _ in _walk_main(document.commentsbody)]
    return found, _one_line(document.title) or None


def _walk_main(body: Any) -> Iterator[tuple[str, UnitKind | None]]:
    """The paragraphs of trafilatura's tree: `head`, `p`, `item`, `quote` and the text between them."""
    for kind, text in _gather(body, _MAIN_BLOCKS, frozenset()):
        yield text, UnitKind.HEADING if kind == "head" else None


_MAIN_BLOCKS = frozenset(
    {"head", "p", "item", "quote", "list", "code", "row", "cell", "table", "body", "lb", "div", "main", "comments"}
)


def _whole_text(page: str) -> tuple[Paragraphs, str | None]:
    from lxml import etree, html

    parser = html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return [], None
    titles = root.xpath("//title")
    title = _one_line(titles[0].text_content()) if titles else ""
    found: Paragraphs = []
    for tag, text in _gather(root, _BLOCKS, _UNREAD):
        found.append((text, UnitKind.HEADING if tag in _HEADINGS else UnitKind.BOILERPLATE if tag in _AROUND else None))
    return found, title or None


def _gather(root: Any, blocks: frozenset[str], unread: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Text between the edges of block elements, with the innermost telling tag around it; no recursion, pages nest
    deep.
    """
    from lxml import etree

    pieces: list[str] = []
    around: list[str] = []
    skipping = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        skipping += (tag in unread) * (1 if event == "start" else -1)
        if tag in blocks:
            text = _one_line("".join(pieces))
            if text:
                yield _telling(around), text
            pieces = []
            around.append(tag) if event == "start" else around.pop()
        if event == "start" and not skipping:
            pieces.append(element.text or "")
        elif event == "end" and not skipping and element is not root:
            pieces.append(element.tail or "")
    text = _one_line("".join(pieces))
    if text:
        yield "", text


def _telling(around: list[str]) -> str:
    for tag in reversed(around[-12:]):
        if tag in _HEADINGS or tag in _AROUND or tag == "head":
            return tag
    return around[-1] if around else ""


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
