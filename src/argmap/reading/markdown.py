"""Markdown as prose: paragraphs without markup, and what the markup says about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from argmap.labels import UnitKind

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_ATX = re.compile(r" {0,3}#{1,6}(?:[ \t]+(?P<title>.*?))?[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_QUOTE = re.compile(r" {0,3}(?:>[ \t]?)+")
_ROW = re.compile(r" {0,3}\|.*\|[ \t]*$")
_LINE_ENDS = {ord(mark): "\n" for mark in "\r\v\f\x85\u2028\u2029"}
_REFERENCE = re.compile(r" {0,3}\[[^\]]{1,200}\]:[ \t]*\S")
_FRONT = re.compile(r"\A---[ \t]*\n(?P<matter>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?P<title>.+?)[ \t]*$", re.MULTILINE)
_LONGEST_FRONT = 20_000

_IMAGE = re.compile(
    r"!\[([^\[\]]{0,500})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)|\[[^\[\]\n]{0,200}\])"
)
_LINK = re.compile(
    r"\[([^\[\]]{1,500})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)|\[[^\[\]\n]{0,200}\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_STRONG = re.compile(r"(?<!\w)(\*\*|__)(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"(`{1,3})([^`\n]{1,500})\1")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,50}\](?!:)")
_COMMENT = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK_LINE = re.compile(r"\W*(?:!?\[[^\[\]]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])[\s|·•,;-]*)+\W*")


@dataclass(slots=True)
class _Walk:
    """Paragraphs as they are found; `lines` is the one being gathered."""

    found: list[tuple[str, UnitKind | None]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def close(self, kind: UnitKind | None = None) -> None:
        raw = "\n".join(self.lines)
        self.lines = []
        if raw.strip():
            links_only = kind is None and _LINK_LINE.fullmatch(raw[:5000]) is not None
            self.add(raw, UnitKind.BOILERPLATE if links_only else kind)

    def add(self, raw: str, kind: UnitKind | None) -> None:
        prose = " ".join(inline_prose(raw).split())
        if prose:
            self.found.append((prose, kind))


def markdown_paragraphs(source: str) -> tuple[list[tuple[str, UnitKind | None]], str | None]:
    """Return the paragraphs of a Markdown text, each with its kind where the markup settles it, and the front
    matter's title.

    Headings become headings; code, tables, pictures, reference lists and lines of nothing but links become boilerplate;
    block quotations and list items are text. Emphasis marks and link targets are taken off. Front matter is no part of
    the text. Never raises.
    """
    source = source.replace("\r\n", "\n").translate(_LINE_ENDS)
    front = _FRONT.match(source[:_LONGEST_FRONT])
    title = None
    if front is not None:
        named = _FRONT_TITLE.search(front["matter"])
        title = named["title"].strip("\"'") if named else None
        source = source[front.end() :]
    walk = _Walk()
    for line, fenced in _fenced(_COMMENT.sub("", source).split("\n")):
        if fenced:
            walk.close()
            walk.found.append((line.strip(), UnitKind.BOILERPLATE)) if line.strip() else None
        else:
            _take(walk, line)
    walk.close()
    return walk.found, title


def _fenced(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is inside a code fence; the fences themselves are left out."""
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
        elif match and fence and match[1][0] == fence[0] and len(match[1]) >= len(fence):
            fence = ""
        else:
            yield line, bool(fence)


def _take(walk: _Walk, line: str) -> None:
    heading = _ATX.match(line) if line.lstrip().startswith("#") else None
    if not line.strip():
        walk.close()
    elif heading:
        walk.close()
        walk.add(heading["title"] or "", UnitKind.HEADING)
    elif len(walk.lines) == 1 and _SETEXT.match(line):
        walk.close(UnitKind.HEADING)
    elif _RULE.match(line):
        walk.close()
    elif _ROW.match(line):
        walk.close()
        walk.add(line.replace("|", " ").strip(), UnitKind.BOILERPLATE) if re.search(r"\w", line) else None
    elif _REFERENCE.match(line) and not walk.lines:
        walk.add(line, UnitKind.BOILERPLATE)
    else:
        quote = _QUOTE.match(line)
        body = line[quote.end() :] if quote else line
        item = _ITEM.match(body)
        if item:
            walk.close()
            body = body[item.end() :] if body.lstrip()[0] in "-*+" else body
        if not body.strip():
            walk.close()
        else:
            walk.lines.append(body)


def inline_prose(raw: str) -> str:
    """Take the inline markup off: the words of links, the captions of pictures, emphasis without its marks."""
    prose = raw
    for pattern, kept in _INLINE:
        prose = pattern.sub(kept, prose)
    return prose


_INLINE = (
    (_IMAGE, r"\1"),
    (_LINK, r"\1"),
    (_AUTOLINK, r"\1"),
    (_FOOTNOTE, ""),
    (_CODE, r"\2"),
    (_STRONG, r"\2"),
    (_EMPHASIS, r"\2"),
    (_TAG, ""),
    (_ESCAPE, r"\1"),
)
