"""The one way in which text gets into a DOT file.

Graphviz reads `\\N`, `\\l` and entities inside strings, stops at a trailing backslash, chokes on control characters,
and `dot` 2.43 refuses strings over 16 KB. Ids are never text: every node is named by us (n0, n1, …).
"""

import re

from argmap.rendering.text import ELLIPSIS, cleaned

_ENTITY = re.compile(r"&(?=#?\w+;)")
MAX_BYTES = 16_000  # of one quoted string, escapes included


def quoted(text: str) -> str:
    """Return `text` as a DOT string in double quotes that reads back as the cleaned text, shortened to 16 KB."""
    escaped = _escaped(cleaned(text))
    if len(escaped.encode("utf-8")) > MAX_BYTES:
        escaped = _escaped(_shortened(cleaned(text)))
    return f'"{escaped}"'


def quoted_tooltip(text: str) -> str:
    """`quoted` for a tooltip: Graphviz undoes the escapes of one and then looks for `\\N` in what is left."""
    return quoted(cleaned(text).replace("\\", "\\\\"))


def _escaped(text: str) -> str:
    text = _ENTITY.sub("&amp;", text)  # Graphviz reads entities in every string
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _shortened(text: str) -> str:
    """The longest prefix that fits, by halving, and an ellipsis."""
    low, high = 0, min(len(text), MAX_BYTES)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_escaped(text[:middle]).encode("utf-8")) <= MAX_BYTES - 3:
            low = middle
        else:
            high = middle - 1
    return text[:low] + ELLIPSIS


def markup(text: str) -> str:
    """Return a line of text for an HTML-like label; Graphviz looks for `\\N` in it once its entities are decoded."""
    text = cleaned(text).replace("\n", " ")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\\", "&#92;&#92;")):
        text = text.replace(character, entity)
    return text
