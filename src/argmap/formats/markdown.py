"""Markdown as GitHub and GitLab read it: cells and lines in which nothing of a text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from argmap.errors import one_line

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@&])")
CUT = "\n\n(The rest was left out: a summary may have one mebibyte.)\n"
_CLOSING = "\n\n</details>"  # else the notice would stand in what is folded away


def plain(text: str) -> str:
    """A text on one line, with every sign that could be markup escaped."""
    return _MARKUP.sub(r"\\\1", one_line(text)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with plain cells; the first column stands left, the others right."""
    rule = ["---", *["---:"] * (len(columns) - 1)]
    lines = [[plain(cell) for cell in columns], rule, *([plain(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def within(text: str, *, most: int) -> str:
    """The text, cut at the end of a line if it has more than `most` bytes of UTF-8, and then it says so."""
    if len(text.encode("utf-8")) <= most:
        return text
    room = most - len(CUT.encode("utf-8")) - len(_CLOSING)
    if room <= 0:
        return ""
    kept = text.encode("utf-8")[:room].decode("utf-8", "ignore")
    kept = kept[: kept.rfind("\n") + 1].rstrip("\n")
    closing = _CLOSING if kept.count("<details") > kept.count("</details>") else ""
    return kept + closing + CUT
