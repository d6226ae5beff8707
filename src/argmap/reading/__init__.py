"""From a file, standard input or a string to a `Document` with its paragraphs, each marked for what it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from argmap.document import Block, Document, Span
from argmap.errors import InputError
from argmap.labels import UnitKind
from argmap.reading.html import html_paragraphs, is_plain, looks_like_html
from argmap.reading.kinds import kinds_of
from argmap.reading.markdown import markdown_paragraphs
from argmap.reading.paragraphs import paragraph_spans
from argmap.reading.sources import STDIN, load_text

__all__ = ["document_from_text", "read"]

_HTML = frozenset({".html", ".htm", ".xhtml"})
_MARKDOWN = frozenset({".md", ".markdown"})


def read(path: str | Path, *, title: str | None = None) -> Document:
    """Read an article: `.html` and `.md` by suffix, anything else as plain text, `-` for standard input (text or HTML).

    A page without a single tag is plain text too.
    The text must be UTF-8. Plain text stays as it is but for `\\r\\n`, which becomes `\\n`; of HTML and Markdown the
    text is the prose, a paragraph a line with an empty line between. Offsets are into that text. Raises `InputError`
    in one line for what cannot be read.
    """
    text, identifier, source = load_text(path)
    suffix = Path(path).suffix.lower()
    if (suffix in _HTML and not is_plain(text)) or (source == STDIN and looks_like_html(text)):
        found, named = html_paragraphs(text, where=source)
    elif suffix in _MARKDOWN:
        found, named = markdown_paragraphs(text)
    else:
        return document_from_text(text, id=identifier, title=title, source=source)
    if not found:
        raise InputError("holds no text", where=source, expected="an article")
    return _from_paragraphs(found, identifier, title or named, source)


def document_from_text(text: str, *, id: str, title: str | None = None, source: str | None = None) -> Document:  # noqa: A002
    """Make a document from plain text, which is kept as it is (`\\r\\n` included). Never raises, whatever the string.

    `blocks` holds its paragraphs, in text order and trimmed, with their kinds; `title` defaults to the heading at its
    top.
    """
    spans = paragraph_spans(text)
    kinds = kinds_of([span.of(text) for span in spans])
    return _document(text, spans, kinds, id, title, source)


def _from_paragraphs(
    found: Sequence[tuple[str, UnitKind | None]], identifier: str, title: str | None, source: str
) -> Document:
    spans: list[Span] = []
    at = 0
    for paragraph, _ in found:
        spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 2
    text = "\n\n".join(paragraph for paragraph, _ in found) + "\n"
    kinds = kinds_of([paragraph for paragraph, _ in found], [hint for _, hint in found])
    return _document(text, spans, kinds, identifier, title, source)


def _document(
    text: str, spans: Sequence[Span], kinds: Sequence[UnitKind], identifier: str, title: str | None, source: str | None
) -> Document:
    blocks = tuple(Block(span, kind) for span, kind in zip(spans, kinds, strict=True))
    if title is None and blocks and blocks[0].kind is UnitKind.HEADING:
        title = " ".join(blocks[0].span.of(text).split())
    return Document(id=identifier, text=text, title=title, source=source, blocks=blocks)
