"""What things look like: measures in points, colours, and the words and shapes of each kind of unit.

The colours (brick, blue, teal, grey) stay apart for people who do not see red and green, and none of them is the only
sign: every kind has its own outline and its word.
"""

from dataclasses import dataclass

FONT, FONT_BOLD = "Helvetica", "Helvetica-Bold"
BODY_SIZE, LINE_HEIGHT, CAPTION_SIZE, CAPTION_HEIGHT, NUMBER_WIDTH = 11.0, 14.0, 8.5, 13.0, 50.0
THESIS_SIZE, THESIS_LINE = 14.0, 18.0
TITLE_SIZE, TITLE_LINE = 18.0, 23.0
SECTION_SIZE, SECTION_HEIGHT = 12.5, 26.0
NOTE_SIZE, NOTE_LINE = 9.5, 13.0

BOX_WIDTH, BOX_PAD_X, BOX_PAD_Y, BOX_LINES = 238.0, 10.0, 7.0, 4
THESIS_WIDTH, THESIS_LINES = 520.0, 6
GUTTER, ROW_GAP, TREE_GAP = 56.0, 10.0, 14.0
PANEL_PAD, PANEL_GAP = 16.0, 18.0
LANE, LANE_MARGIN = 11.0, 14.0
ARROW = 8.0

INK, MUTED, PAPER = "#1f2933", "#5f6b76", "#ffffff"
PANEL_FILL, PANEL_LINE = "#f7f6f2", "#dcd9d0"
SUPPORT, ATTACK = "#2f7d4f", "#b3261e"


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
    "other": Look("Grounds", "", "box", "rounded,filled", "#ffffff", "#8a949e", "#3d4852", 1.0),
}
