"""The engraved border and rosette behind a certificate: fine lines that a photocopier loses and nobody mistakes."""

from functools import cache
from math import cos, gcd, pi, sin

WIDTH, HEIGHT = 297.0, 210.0
GOLD = "#a98a46"

Point = tuple[float, float]


@cache
def ornament_svg() -> str:
    """Return the page's background, A4 landscape in millimetres."""
    parts = [_rosette(), *_border()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" fill="none" stroke="{GOLD}">'
        + "".join(parts)
        + "</svg>"
    )


def _border() -> list[str]:
    lines = [_frame(inset=9, width=0.9), _frame(inset=10.6, width=0.2), _frame(inset=17.4, width=0.2)]
    lines.append(_frame(inset=18.4, width=0.45))
    across, down = WIDTH - 28, HEIGHT - 28
    for phase in range(5):
        shift = phase * pi / 5
        lines.append(_path(_wave(length=across, turns=34, shift=shift, at=(14, 14), upright=False), width=0.13))
        lines.append(
            _path(_wave(length=across, turns=34, shift=shift, at=(14, HEIGHT - 14), upright=False), width=0.13)
        )
        lines.append(_path(_wave(length=down, turns=23, shift=shift, at=(14, 14), upright=True), width=0.13))
        lines.append(_path(_wave(length=down, turns=23, shift=shift, at=(WIDTH - 14, 14), upright=True), width=0.13))
    for x in (14.0, WIDTH - 14):
        for y in (14.0, HEIGHT - 14):
            lines.append(
                f'<rect x="{x - 3.9:g}" y="{y - 3.9:g}" width="7.8" height="7.8" fill="#fff" stroke-width=".3"/>'
            )
            lines.append(_path(_spirograph(centre=(x, y), radius=3.3, outer=12, inner=5, reach=0.9), width=0.16))
    return lines


def _rosette() -> str:
    rings = [
        _path(_spirograph(centre=(WIDTH / 2, 112), radius=radius, outer=48, inner=inner, reach=0.86), width=0.12)
        for radius, inner in ((62.0, 19), (47.0, 13), (30.0, 11))
    ]
    return f'<g opacity="0.2">{"".join(rings)}</g>'


def _frame(*, inset: float, width: float) -> str:
    return (
        f'<rect x="{inset:g}" y="{inset:g}" width="{WIDTH - 2 * inset:g}" height="{HEIGHT - 2 * inset:g}" '
        f'stroke-width="{width:g}"/>'
    )


def _wave(*, length: float, turns: int, shift: float, at: Point, upright: bool) -> list[Point]:
    points = []
    steps = turns * 4
    for step in range(steps + 1):
        along = length * step / steps
        aside = 2.9 * sin(2 * pi * turns * step / steps + shift) * (0.55 + 0.45 * cos(shift * 2))
        points.append((at[0] + aside, at[1] + along) if upright else (at[0] + along, at[1] + aside))
    return points


def _spirograph(*, centre: Point, radius: float, outer: int, inner: int, reach: float) -> list[Point]:
    """A point in a wheel of `inner` teeth rolling inside a ring of `outer` teeth."""
    turns = inner // gcd(outer, inner)
    ratio = inner / outer
    steps = turns * 14
    points = []
    for step in range(steps + 1):
        angle = 2 * pi * turns * step / steps
        back = angle * (1 - ratio) / ratio
        x = (1 - ratio) * cos(angle) + reach * ratio * cos(back)
        y = (1 - ratio) * sin(angle) - reach * ratio * sin(back)
        points.append((centre[0] + radius * x, centre[1] + radius * y))
    return points


def _path(points: list[Point], *, width: float) -> str:
    """A smooth line through the points: each stretch a curve whose ends lean as its neighbours do."""
    around = [points[0], *points, points[-1]]
    drawn = [f"M{points[0][0]:.2f} {points[0][1]:.2f}"]
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        leaving = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        arriving = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        drawn.append("C" + " ".join(f"{x:.2f} {y:.2f}" for x, y in (leaving, arriving, end)))
    return f'<path d="{"".join(drawn)}" stroke-width="{width:g}"/>'
