"""A map of places from our own data: a round drawing with the chosen place, or the centre of the city, in its middle."""

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any, Final

from yimen.pure import ground
from yimen.web.tags import both

SIZE: Final = 190.0  # from the middle to the rim, of a drawing of 400 by 400
DOT: Final = 9.0
LETTERS: Final = 10.0  # how high
WIDE: Final = 55.0  # half of the longest name
RINGS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
Row = Mapping[str, Any]
Box = tuple[float, float, float, float]


def position(row: Row) -> ground.Point | None:
    """Return where a place is, if it is known."""
    return None if row["longitude"] is None or row["latitude"] is None else (row["longitude"], row["latitude"])


def drawn(listed: Sequence[Row], *, districts: Sequence[Row], start: ground.Point | None = None) -> dict[str, Any]:
    """
    Draw the places that are listed, each under its number of the list, on the areas of the districts.

    The area of a district is what lies nearest to its centre: we hold no borders. Without a start the first place is the middle.
    """
    numbered = [(n, one, at) for n, one in enumerate(listed, 1) if (at := position(one))]
    if not numbered:
        return {}
    middle = start or numbered[0][2]
    plane = [ground.plane(at, middle=middle) for _n, _one, at in numbered]
    reach = max(2.0, *(hypot(*at) for at in plane)) * 1.1
    dots = ground.apart([ground.shown(at, reach=reach, size=SIZE) for at in plane], least=2 * DOT + 1, rim=SIZE)
    held = [one for one in districts if position(one)]
    outlines = _outlines(held, middle, reach)
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots] + [(-15.0, -15.0, 15.0, 15.0)] * (start is not None)
    rings = _rings(reach, taken)
    return {
        "places": [
            {"number": n, "x": round(x, 1), "y": round(y, 1), "name": both(one, "name"), "sub": one["kind"] == "sub_hall"}
            for (n, one, _at), (x, y) in zip(numbered, dots, strict=True)
        ],
        "areas": ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in one) + "Z" for one in outlines if one],
        "names": _names(held, outlines, taken),
        "subs": any(one["kind"] == "sub_hall" for _n, one, _at in numbered),
        "rings": rings,
        "start": start is not None,
        "size": SIZE,
        "dot": DOT,
    }  # fmt: skip


def _outlines(districts: Sequence[Row], middle: ground.Point, reach: float) -> list[list[ground.Point]]:
    sites = [ground.plane((one["longitude"], one["latitude"]), middle=middle) for one in districts]
    return [
        [ground.shown(at, reach=reach, size=SIZE) for at in ground.finer(one, parts=6)]
        for one in ground.areas(sites, reach=reach)
    ]


def _rings(reach: float, taken: list[Box]) -> list[dict[str, Any]]:
    """The rings that say how far it is, not too close to each other; the number of each stands where nothing else does, if it can."""
    found: list[dict[str, Any]] = []
    for kilometres in RINGS:
        away = ground.ring(kilometres, reach=reach, size=SIZE)
        if kilometres >= reach or away - (found[-1]["r"] if found else 0) <= 3 * DOT:
            continue
        ways = [(0.0, away), (0.0, -away), (away, 0.0), (-away, 0.0)]
        boxes = [(x - 16, y - LETTERS, x + 16, y + 3) for x, y in ways]
        free = [n for n, box in enumerate(boxes) if not any(_meet(box, other) for other in taken)]
        chosen = free[0] if free else 0
        taken.append(boxes[chosen])
        x, y = ways[chosen]
        found.append({"r": round(away, 1), "kilometres": kilometres, "x": round(x, 1), "y": round(y, 1)})
    return found


def _names(districts: Sequence[Row], outlines: list[list[ground.Point]], taken: list[Box]) -> list[dict[str, Any]]:
    """The names of the districts for which there is room."""
    found = []
    for one, outline in zip(districts, outlines, strict=True):
        name = both(one, "name")
        half = sum(LETTERS if ord(letter) > 0x2E80 else LETTERS * 0.55 for letter in name) / 2
        if not outline or half > WIDE:
            continue
        x, y = (sum(values) / len(outline) for values in zip(*outline, strict=True))
        for down in (0.0, -14.0, 14.0, -24.0, 24.0):
            box = (x - half, y + down - LETTERS, x + half, y + down + 3)
            inside = all(hypot(across, along) < SIZE for across in (box[0], box[2]) for along in (box[1], box[3]))
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append({"x": round(x, 1), "y": round(y + down, 1), "name": name})
                break
    return found


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
