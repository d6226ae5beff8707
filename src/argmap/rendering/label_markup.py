"""What stands inside the boxes, as Graphviz' HTML-like labels."""

from collections.abc import Iterable

from argmap.rendering import style
from argmap.rendering.quoting import markup
from argmap.rendering.scene import Card
from argmap.rendering.text import is_right_to_left

_RLM = "\u200f"  # keeps a right-to-left line's full stop at its left end


def number(value: float) -> str:
    """Points without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def card_label(card: Card) -> str:
    """The label of a unit's box: caption, score and number above, its lines below."""
    look = style.LOOKS[card.look]
    caption_color, text_color = ("#ffffff", "#ffffff") if card.is_thesis else (look.deep, style.INK)
    inner = card.width - 2 * style.BOX_PAD_X
    tip = style.TIP_WIDTH if look.shape == "cds" else 0.0
    width = inner - tip - style.NUMBER_WIDTH
    words = '<BR ALIGN="LEFT"/>'.join(f"<B>{markup(line)}</B>" for line in card.caption)
    font = f'<FONT POINT-SIZE="{number(style.CAPTION_SIZE)}" COLOR="{caption_color}">'
    caption = f"{font}{words}</FONT>"
    score = f"{card.score}  " if card.score else ""
    place = f"{font}{markup(score)}<B>{markup(card.number)}</B></FONT>"
    head = (
        f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP" WIDTH="{number(width)}" '
        f'HEIGHT="{number(style.caption_height(len(card.caption)))}">{caption}</TD>'
        f'<TD ALIGN="RIGHT" VALIGN="TOP" WIDTH="{number(style.NUMBER_WIDTH)}">{place}</TD>'
        f"{_gap(tip)}</TR>"
    )
    size = style.THESIS_SIZE if card.is_thesis else style.BODY_SIZE
    rows = [
        head,
        row(card.lines, right=is_right_to_left(card.lines[0]), size=size, color=text_color, span=2, after=tip),
    ]
    if card.blamed:
        rows.append(row((card.blamed,), size=style.CAPTION_SIZE, color=caption_color, span=2, after=tip))
    if card.hint:
        rows.append(row((card.hint,), size=style.CAPTION_SIZE, color=caption_color, span=2, after=tip))
    if card.against:
        color = caption_color if card.is_thesis else style.ATTACK
        rows.append(row((card.against,), size=style.CAPTION_SIZE, color=color, span=2, after=tip))
    return f"<{table(inner, rows)}>"


def table(width: float, rows: Iterable[str]) -> str:
    """A frameless table at least `width` points wide."""
    return (
        f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" WIDTH="{number(width)}">'
        f"{''.join(rows)}</TABLE>"
    )


def row(
    lines: Iterable[str],
    *,
    right: bool = False,
    size: float | None = None,
    color: str | None = None,
    span: int = 1,
    width: float | None = None,
    after: float = 0.0,
) -> str:
    """A table row that holds lines of text, to the left or to the `right`; `after`: points that stay free behind it.

    Graphviz sets lines to the right only in a cell whose `width` it is told.
    """
    align = "RIGHT" if right else "LEFT"
    mark = _RLM if right else ""
    text = "".join(f'{mark}{markup(line)}{mark}<BR ALIGN="{align}"/>' for line in lines)
    if size is not None:
        text = f'<FONT POINT-SIZE="{number(size)}" COLOR="{color}">{text}</FONT>'
    wide = "" if width is None else f' WIDTH="{number(width)}"'
    return f'<TR><TD COLSPAN="{span}"{wide} ALIGN="{align}" BALIGN="{align}">{text}</TD>{_gap(after)}</TR>'


def _gap(width: float) -> str:
    return f'<TD WIDTH="{number(width)}"></TD>' if width else ""
