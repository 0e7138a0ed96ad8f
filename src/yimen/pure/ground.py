"""Positions on the ground: how far apart they are, and where they stand on a round map that is drawn wider in its middle."""

from collections.abc import Sequence
from math import cos, hypot, log1p, pi, radians, sin
from typing import Final

Point = tuple[float, float]
DEGREE: Final = 111.32  # kilometres of a degree of latitude
NEAR: Final = 2.0  # kilometres: up to here a map is drawn nearly as it is, beyond ever closer together
CORNERS: Final = 72
ROUNDS: Final = 16


def plane(position: Point, *, middle: Point) -> Point:
    """Return where a position (longitude, latitude) lies from the middle of a map: kilometres to the east and to the north."""
    east = (position[0] - middle[0]) * DEGREE * cos(radians(middle[1]))
    return east, (position[1] - middle[1]) * DEGREE


def distance(one: Point, other: Point) -> float:
    """Return the kilometres between two positions, in a straight line."""
    return hypot(*plane(one, middle=other))


def ring(kilometres: float, *, reach: float, size: float) -> float:
    """Return how far from its middle a map of a size shows what is some kilometres away; `reach` is shown at its rim."""
    return size * log1p(kilometres / NEAR) / log1p(reach / NEAR)


def shown(at: Point, *, reach: float, size: float) -> Point:
    """Return where a map shows a point of the plane: in its true direction, to the right and down from the middle."""
    away = hypot(*at)
    if not away:
        return 0.0, 0.0
    scale = ring(away, reach=reach, size=size) / away
    return at[0] * scale, -at[1] * scale


def areas(sites: Sequence[Point], *, reach: float) -> list[list[Point]]:
    """Return, for each site of the plane, the outline of what lies nearer to it than to any other, within reach of the middle."""
    rim = [(reach * cos(2 * pi * n / CORNERS), reach * sin(2 * pi * n / CORNERS)) for n in range(CORNERS)]
    return [_nearest(site, [one for one in sites if one != site], rim) for site in sites]


def _nearest(site: Point, others: Sequence[Point], outline: list[Point]) -> list[Point]:
    for other in others:
        east, north = other[0] - site[0], other[1] - site[1]
        half = east * (other[0] + site[0]) / 2 + north * (other[1] + site[1]) / 2
        outline = _cut(outline, [half - east * at[0] - north * at[1] for at in outline])
    return outline


def _cut(outline: list[Point], inside: Sequence[float]) -> list[Point]:
    """Keep the part of an outline whose corners are inside (not below zero), with new corners where a side leaves it."""
    kept: list[Point] = []
    for n, (at, here) in enumerate(zip(outline, inside, strict=True)):
        before, there = outline[n - 1], inside[n - 1]
        if (here < 0) != (there < 0):
            part = there / (there - here)
            kept.append((before[0] + (at[0] - before[0]) * part, before[1] + (at[1] - before[1]) * part))
        if here >= 0:
            kept.append(at)
    return kept


def finer(outline: Sequence[Point], *, parts: int) -> list[Point]:
    """Return an outline with each side in several parts, so that a map that bends it shows it bent."""
    sides = zip(outline, [*outline[1:], *outline[:1]], strict=True)
    return [
        (a[0] + (b[0] - a[0]) * n / parts, a[1] + (b[1] - a[1]) * n / parts) for a, b in sides for n in range(parts)
    ]


def apart(points: Sequence[Point], *, least: float, rim: float) -> list[Point]:
    """Return points moved as little as it takes for none to cover another: at least so far apart, if there is room within the rim."""
    moved = [list(one) for one in points]
    for _ in range(ROUNDS):
        close = [
            (n, m, east, north)
            for n in range(len(moved))
            for m in range(n)
            if abs(east := moved[n][0] - moved[m][0]) < least and abs(north := moved[n][1] - moved[m][1]) < least
            and hypot(east, north) < least - 0.01
        ]  # fmt: skip
        for n, m, east, north in close:
            away = hypot(east, north)
            push = (least - away) / 2
            way = (east / away, north / away) if away else (cos(n), sin(n))
            for one, sign in ((n, 1), (m, -1)):
                moved[one][0] += sign * push * way[0]
                moved[one][1] += sign * push * way[1]
        if not close:
            break
        for at in moved:
            back = rim / max(hypot(*at), rim)
            at[:] = at[0] * back, at[1] * back
    return [(x, y) for x, y in moved]
