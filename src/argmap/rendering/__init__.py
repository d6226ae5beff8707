"""Argument maps as pictures and pages: `render(map, ".svg")` and five more suffixes.

Nothing heavy is imported before something is drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from argmap.errors import UsageError
from argmap.explanation import Explanation
from argmap.graph import ArgumentMap

DEFAULT_TIME_LIMIT = 60.0  # seconds


@dataclass(frozen=True)
class Rendered:
    """A map in some format: its bytes, who drew it (None: argmap itself), and what the format does not keep."""

    data: bytes
    engine: str | None = None
    losses: tuple[str, ...] = ()


def render(
    argument_map: ArgumentMap, suffix: str, *, time_limit: float = DEFAULT_TIME_LIMIT, blame: bool = False
) -> Rendered:
    """Return `argument_map` in the format named by a file suffix (`.svg`, in any case); `time_limit` in seconds.

    With `blame` a picture's boxes say who is blamed and who is called on.

    Raises `UsageError` for an unknown suffix, `EngineError` or `MissingDependencyError` if no engine can draw it.
    """
    writer = _WRITERS.get(suffix.lower())
    if writer is None:
        raise UsageError(f"no format is written as {suffix!r}", expected=f"one of {', '.join(_WRITERS)}")
    return writer(argument_map, time_limit, blame)


def render_explained(
    argument_map: ArgumentMap, explanation: Explanation, *, time_limit: float = DEFAULT_TIME_LIMIT
) -> Rendered:
    """Return the HTML page of `argument_map` with what moved its scores; `time_limit` in seconds.

    Raises `EngineError` or `MissingDependencyError` if no engine can draw the map.
    """
    from argmap.rendering.page import build_page

    page = build_page(argument_map, time_limit=time_limit, explanation=explanation)
    return Rendered(page.data, page.engine, _PAGE_LOSSES)


def _svg(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:
    from argmap.rendering.svg import draw_svg

    drawing = draw_svg(argument_map, time_limit=time_limit, blame=blame)
    return Rendered(drawing.data, drawing.engine, _PICTURE_LOSSES)


def _png(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:
    from argmap.rendering.dot import to_dot
    from argmap.rendering.engines import draw
    from argmap.rendering.picture import compose

    picture = compose(argument_map, blame=blame)
    drawing = draw(to_dot(argument_map, picture), "png", dpi=picture.bitmap_dpi, time_limit=time_limit)
    return Rendered(drawing.data, drawing.engine, _PAPER_LOSSES)


def _pdf(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:
    from argmap.rendering.dot import to_dot
    from argmap.rendering.engines import draw
    from argmap.rendering.picture import compose

    drawing = draw(to_dot(argument_map, compose(argument_map, blame=blame)), "pdf", time_limit=time_limit)
    return Rendered(drawing.data, drawing.engine, _PAPER_LOSSES)


def _html(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:
    from argmap.rendering.page import build_page

    page = build_page(argument_map, time_limit=time_limit, blame=blame)
    return Rendered(page.data, page.engine, _PAGE_LOSSES)


def _dot(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:  # noqa: ARG001 - one signature for all writers
    from argmap.rendering.dot import to_dot
    from argmap.rendering.picture import compose

    return Rendered(to_dot(argument_map, compose(argument_map, blame=blame)).encode("utf-8"), None, _DOT_LOSSES)


def _json(argument_map: ArgumentMap, time_limit: float, blame: bool) -> Rendered:  # noqa: ARG001 - one signature for all writers
    from argmap.formats.map_json import dump_map

    return Rendered(dump_map(argument_map))


_PICTURE_LOSSES = ("sentences that take part in no link", "character offsets", "scores other than the first stance's")
_PAPER_LOSSES = (*_PICTURE_LOSSES, "long sentences beyond four lines")
_DOT_LOSSES = (*_PICTURE_LOSSES, "sentences beyond 16 KB")
_PAGE_LOSSES = ("character offsets", "attributions", "models")

_WRITERS: Mapping[str, Callable[[ArgumentMap, float, bool], Rendered]] = MappingProxyType(
    {".svg": _svg, ".png": _png, ".pdf": _pdf, ".html": _html, ".dot": _dot, ".json": _json}
)
SUFFIXES: tuple[str, ...] = tuple(_WRITERS)
