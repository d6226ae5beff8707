"""What things look like: measures in points, colours, and the words and shapes of each kind of unit.

The colours (brick, blue, teal, grey) stay apart for people who do not see red and green, and none of them is the only
sign: every kind has its own outline and its word.
"""

from dataclasses import dataclass

FONT, FONT_BOLD = "Helvetica", "Helvetica-Bold"
# Whole numbers inside boxes: Graphviz drops the fraction of a POINT-SIZE.
BODY_SIZE, LINE_HEIGHT, CAPTION_SIZE, CAPTION_HEIGHT, NUMBER_WIDTH = 11.0, 14.0, 9.0, 13.0, 50.0
THESIS_SIZE, THESIS_LINE = 14.0, 18.0
TITLE_SIZE, TITLE_LINE = 18.0, 23.0
SECTION_SIZE, SECTION_HEIGHT = 12.5, 26.0
NOTE_SIZE, NOTE_LINE = 9.5, 13.0

BOX_WIDTH, BOX_PAD_X, BOX_PAD_Y, BOX_LINES = 238.0, 10.0, 7.0, 4
TIP_WIDTH = 10.0  # what the point of an arrow-shaped box takes from its lines
THESIS_WIDTH, THESIS_LINES = 520.0, 6
GUTTER, ROW_GAP, TREE_GAP = 56.0, 10.0, 14.0
PANEL_PAD, PANEL_GAP = 16.0, 18.0
LANE, LANE_MARGIN = 11.0, 14.0
ARROW = 8.0

INK, MUTED, PAPER = "#1f2933", "#5f6b76", "#ffffff"
PANEL_FILL, PANEL_LINE = "#f7f6f2", "#dcd9d0"
SUPPORT, ATTACK = "#2f7d4f", "#b3261e"
SUPPORT_PALE, ATTACK_PALE = "#5f9c79", "#cf6f68"  # three to one against the panels


def caption_height(lines: int) -> float:
    """The height of a box's caption, in points."""
    return CAPTION_HEIGHT + 11.0 * (lines - 1)


@dataclass(frozen=True)
class Look:
    """How one kind of unit is drawn: Graphviz shape and style, and its word with a sign that every font has."""

    word: str
    sign: str
    shape: str
    style: str
    fill: str
    line: str
    deep: str
    pen: float
    frames: int = 1


LOOKS: dict[str, Look] = {
    "accusation": Look("Accusation", "!", "box", "filled", "#fdecea", "#b3402e", "#8f2d1e", 1.3, 2),
    "quotation": Look("Quotation", "“", "note", "filled", "#e9f1fb", "#2b62a8", "#1f4c87", 1.1),
    "recommendation": Look("Recommendation", "→", "cds", "filled", "#e2f4f0", "#00796b", "#00594f", 1.5),
    "other": Look("Claim, grounds", "", "box", "rounded,filled", "#ffffff", "#8a949e", "#3d4852", 1.0),
}


@dataclass(frozen=True)
class Weight:
    """How a line shows its link's score: its class, the least score, the pen, and whether its colour is pale."""

    name: str
    least: float
    pen: float
    pale: bool = False


PLAIN = Weight("plain", 0.0, 1.5)
FIRM, LIKELY, FAINT = Weight("firm", 0.5, 2.2), Weight("likely", 0.2, 1.4), Weight("faint", 0.0, 0.8, pale=True)


def weight_of(score: float | None) -> Weight:
    """The weight of a link's line; a link without a score (set by hand) has a plain one."""
    if score is None:
        return PLAIN
    return next((weight for weight in (FIRM, LIKELY) if score >= weight.least), FAINT)
