"""The one way in which text gets into a DOT file.

Graphviz reads `\\N`, `\\l` and the like inside strings, stops at a trailing backslash, chokes on control characters,
and `dot` 2.43 refuses strings over 16 KB. Ids are never text: every node is named by us (n0, n1, …).
"""

from argmap.rendering.text import ELLIPSIS, cleaned

MAX_BYTES = 16_000  # of one quoted string, escapes included


def quoted(text: str) -> str:
    """Return `text` as a DOT string in double quotes that reads back as the cleaned text, shortened to 16 KB."""
    escaped = _escaped(cleaned(text))
    if len(escaped.encode("utf-8")) > MAX_BYTES:
        escaped = _escaped(_shortened(cleaned(text)))
    return f'"{escaped}"'


def _escaped(text: str) -> str:
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
    """Return a line of text for the inside of an HTML-like label (whose strings Graphviz scans for backslashes too)."""
    text = cleaned(text).replace("\n", " ")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\\", "&#92;")):
        text = text.replace(character, entity)
    return text
