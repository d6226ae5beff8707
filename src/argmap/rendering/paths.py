"""Paths of cubic curves: a start and three points a curve, as DOT and SVG write them."""

Point = tuple[float, float]


def line(path: list[Point], end: Point) -> None:
    """Go straight to `end`."""
    (x, y), (u, v) = path[-1], end
    path += [(x + (u - x) / 3, y + (v - y) / 3), (x + 2 * (u - x) / 3, y + 2 * (v - y) / 3), end]


def bend(path: list[Point], end: Point) -> None:
    """An S that leaves and arrives level."""
    (x, y), (u, v) = path[-1], end
    middle = (x + u) / 2
    path += [(middle, y), (middle, v), end]


def turn(path: list[Point], corner: Point, end: Point) -> None:
    """A quarter turn around `corner`."""
    (x, y), (cx, cy), (u, v) = path[-1], corner, end
    path += [(x + (cx - x) * 0.6, y + (cy - y) * 0.6), (u + (cx - u) * 0.6, v + (cy - v) * 0.6), end]


def quarter_point(points: tuple[Point, ...]) -> Point:
    """A point on the first curve, a quarter of the way."""
    a, b, c, d = points[:4]
    weights = (0.75**3, 3 * 0.75**2 * 0.25, 3 * 0.75 * 0.25**2, 0.25**3)
    corners = (a, b, c, d)
    x = sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True))
    y = sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True))
    return x, y
