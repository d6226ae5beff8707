"""A plot as SVG: inline for a page, whose style colours it, or whole, with a style of its own for light and dark."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from argmap.rendering.label_markup import number
from argmap.rendering.plots import HEATS, Box, Dot, Line, Mark, Plot, Words
from argmap.rendering.text import flattened

LIGHT = {
    "paper": "#ffffff", "ink": "#1f2933", "muted": "#5f6b76", "rule": "#dcd9d0",
    "accusation": "#b3402e", "quotation": "#2b62a8", "recommendation": "#00796b", "readers": "#8a6100",
    "bar": "#c9ced4", "good": "#2f7d4f", "bad": "#b3261e",
    **{f"heat-{step}": f"#{round(255 - 2.6 * 8 * step):02x}{round(255 - 1.9 * 8 * step):02x}{round(255 - 8 * step):02x}"
       for step in range(HEATS)},
}  # fmt: skip
DARK = {
    "paper": "#14181d", "ink": "#e6e9ec", "muted": "#9aa5b1", "rule": "#323a44",
    "accusation": "#e58a78", "quotation": "#86b3ea", "recommendation": "#5fc4b4", "readers": "#f2c744",
    "bar": "#4a545f", "good": "#6cc58f", "bad": "#f08a80",
    **{f"heat-{step}": f"#{20 + 3 * step:02x}{24 + 9 * step:02x}{29 + 16 * step:02x}" for step in range(HEATS)},
}  # fmt: skip
_SVG = "http://www.w3.org/2000/svg"


def palette() -> str:
    """The colours of plots as custom properties of CSS, for light and for dark."""
    light, dark = (";".join(f"--{name}:{value}" for name, value in side.items()) for side in (LIGHT, DARK))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def marks_style() -> str:
    """What the classes of marks mean; the same for a page and for a whole SVG."""
    rules = [f".s-{name}{{stroke:var(--{name})}}.f-{name}{{fill:var(--{name})}}" for name in LIGHT]
    rules += [f".h-{step}{{background:var(--heat-{step})}}" for step in range(HEATS)]
    return (
        "".join(rules)
        + '.plot text{font-family:system-ui,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;dominant-baseline:central}'
        + ".plot .bold{font-weight:700}.plot .line{fill:none;stroke-linejoin:round}.plot .dashed{stroke-dasharray:5 4}"
        + ".plot .hollow{stroke-width:2}"
    )


def inline_svg(plot: Plot) -> str:
    """The plot as an element for a page that has `palette` and `marks_style` in its style."""
    return _svg(plot, "")


def whole_svg(plot: Plot) -> bytes:
    """The plot as a file, with a margin and a ground; dark where the reader's system is."""
    style = f"<style>{palette()}{marks_style()}</style>"
    return (
        _svg(plot, f'{style}<rect x="-16" y="-16" width="100%" height="100%" class="f-paper"/>', 16) + "\n"
    ).encode()


def _svg(plot: Plot, start: str, margin: float = 0.0) -> str:
    width, height = plot.width + 2 * margin, plot.height + 2 * margin
    edge = number(-margin) if margin else "0"
    size = f' width="{number(width)}" height="{number(height)}"' if margin else ""
    name = f"plot-{plot.name}"
    return (
        f'<svg xmlns="{_SVG}" class="plot" role="img" aria-labelledby="{name}-t {name}-d"'
        f' viewBox="{edge} {edge} {number(width)} {number(height)}"{size}>'
        f'<title id="{name}-t">{_text(plot.title)}</title><desc id="{name}-d">{_text(plot.says)}</desc>{start}'
        f"{''.join(map(_mark, plot.marks))}</svg>"
    )


def _mark(mark: Mark) -> str:
    if isinstance(mark, Line):
        points = " ".join(f"{number(x)},{number(y)}" for x, y in mark.points)
        kind = f"line s-{mark.colour}" + (" dashed" if mark.dashed else "")
        return f'<polyline class="{kind}" points="{points}" stroke-width="{number(mark.width)}"/>'
    if isinstance(mark, Dot):
        kind = f"hollow f-paper s-{mark.colour}" if mark.hollow else f"f-{mark.colour}"
        return f'<circle class="{kind}" cx="{number(mark.x)}" cy="{number(mark.y)}" r="{number(mark.radius)}"/>'
    if isinstance(mark, Box):
        place = f'x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.width)}" height="{number(mark.height)}"'
        return f'<rect class="f-{mark.colour}" {place}/>'
    return _words(mark)


def _words(words: Words) -> str:
    kind = f"f-{words.colour}" + (" bold" if words.bold else "")
    place = f'x="{number(words.x)}" y="{number(words.y)}" font-size="{number(words.size)}"'
    return f'<text class={quoteattr(kind)} {place} text-anchor="{words.anchor}">{_text(words.text)}</text>'


def _text(text: str) -> str:
    return escape(flattened(text))
