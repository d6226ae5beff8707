"""Text as it can be drawn: cleaned of what breaks a file, wrapped by an estimate of its width, shortened."""

import re
import unicodedata
from collections.abc import Iterator

_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_CHARACTERS = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
# Advance widths of DejaVu Sans in em (the widest of the usual fonts: what fits in it fits in Helvetica and Arial).
_WIDTHS = {
    character: width
    for width, characters in (
        (0.29, "'ijlIJ"), (0.33, " ,.‘’/:;\\|"), (0.36, "f-"), (0.40, "()[]t!"), (0.42, "r"), (0.50, '"*_`–'),
        (0.53, "sz“”?"), (0.57, "cLFk"), (0.60, "vxyPTYao"), (0.64, "eESbdghnpqu$0123456789{}"), (0.69, "KAVBRXZC"),
        (0.76, "UHNDG&"), (0.82, "OQw"), (0.87, "#+<=>^~M"), (1.00, "%mW@—…"),
    )
    for character in characters
}  # fmt: skip
_OTHER_UPPER, _OTHER, _EAST_ASIAN_WIDE = 0.78, 0.66, 1.06
_SAMPLE = 4000  # characters that are looked at before shortening; more never fits into a box
ELLIPSIS = "…"


def cleaned(text: str) -> str:
    """Drop control characters but tab and newline; show what no file can carry (unpaired surrogates) as U+FFFD."""
    return _NOT_CHARACTERS.sub("\ufffd", _UNDRAWABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def flattened(text: str) -> str:
    """`cleaned`, on one line and without direction controls: a line cut out of an override would run on backwards."""
    return _SPACE.sub(" ", _BIDI_CONTROLS.sub("", cleaned(text))).strip()


def is_right_to_left(text: str) -> bool:
    """Whether the first strongly directed character is right-to-left."""
    for character in text[:_SAMPLE]:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def _character_width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _EAST_ASIAN_WIDE
    return _OTHER_UPPER if character.isupper() else _OTHER


def width_in_em(text: str) -> float:
    """An estimate, on the generous side, of a line's width in units of its font size."""
    return sum(map(_character_width, text))


def wrapped(text: str, *, em: float, lines: int) -> tuple[str, ...]:
    """Break `text` into at most `lines` lines of `em` width; the last ends in an ellipsis if something is left over.

    Breaks at spaces and between East Asian wide characters; a longer word is broken where it has to be.
    """
    flat = flattened(text[:_SAMPLE])
    cut = len(text) > _SAMPLE
    built: list[str] = []
    current, used = "", 0.0
    for piece in _pieces(flat, em):
        width = width_in_em(piece.rstrip())
        if current and used + width > em:
            built.append(current.rstrip())
            current, used = "", 0.0
            if len(built) > lines:
                break
        current += piece
        used += width_in_em(piece)
    if current.strip():
        built.append(current.rstrip())
    if len(built) > lines or (cut and built):
        built = built[:lines]
        built[-1] = _shortened(built[-1], em)
    return tuple(built)


def _shortened(line: str, em: float) -> str:
    """Cut a line for an ellipsis, before a word if that leaves most of the line."""
    room = em - width_in_em(ELLIPSIS)
    kept = line
    while kept and width_in_em(kept) > room:
        kept = kept[:-1]
    if len(kept) < len(line) and line[len(kept)] != " ":
        word = kept.rfind(" ")
        if word > len(kept) * 0.6:
            kept = kept[:word]
    return kept.rstrip(" ,;:–—-") + ELLIPSIS


def _pieces(text: str, em: float) -> Iterator[str]:
    """The unbreakable parts of a line, each with the space that follows it."""
    for match in re.finditer(r"\S+\s?", text):
        yield from _broken(match[0], em)


def _broken(word: str, em: float) -> Iterator[str]:
    part, width = "", 0.0
    for character in word:
        step = _character_width(character)
        wide = step >= _EAST_ASIAN_WIDE
        after_wide = bool(part) and _character_width(part[-1]) >= _EAST_ASIAN_WIDE
        if part and step and (((wide or after_wide) and character.isalnum()) or width + step > em):
            yield part
            part, width = "", 0.0
        part += character
        width += step
    if part:
        yield part
