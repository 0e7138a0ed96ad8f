"""Positions on the ground: distances, areas nearest to a site, and a map on which none covers another."""

from math import hypot, isclose
from random import Random

import pytest

from yimen.pure import ground

CITY = (125.3245, 43.8868)


def test_distance_is_that_of_the_ground() -> None:
    assert ground.distance(CITY, CITY) == 0
    assert ground.distance((125.3245, 44.8868), CITY) == pytest.approx(111.3, abs=0.1)
    assert ground.distance((126.3245, 43.8868), CITY) == pytest.approx(80.2, abs=0.1), "a degree is shorter up here"


def test_a_map_keeps_directions_and_order_and_its_rim() -> None:
    points = [(0.0, 1.0), (3.0, 4.0), (-30.0, 40.0), (100.0, 0.0)]
    shown = [ground.shown(at, reach=100, size=190) for at in points]
    for (east, north), (right, down) in zip(points, shown, strict=True):
        assert isclose(east * -down, north * right, abs_tol=1e-6), "the same direction"
    assert [hypot(*at) for at in shown] == sorted(hypot(*at) for at in shown)
    assert shown[-1] == pytest.approx((190, 0))
    assert ground.shown((0.0, 0.0), reach=100, size=190) == (0, 0)


def inside(at: ground.Point, outline: list[ground.Point]) -> bool:
    crossed = False
    for n, (x, y) in enumerate(outline):
        u, v = outline[n - 1]
        if (y > at[1]) != (v > at[1]) and at[0] < (u - x) * (at[1] - y) / (v - y) + x:
            crossed = not crossed
    return crossed


@pytest.mark.parametrize("seed", range(8))
def test_every_point_lies_in_the_area_of_its_nearest_site_and_in_no_other(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a test that can be repeated
    sites = [(chance.uniform(-50, 50), chance.uniform(-50, 50)) for _ in range(16)]
    areas = ground.areas(sites, reach=80)
    for _ in range(200):
        at = (chance.uniform(-50, 50), chance.uniform(-50, 50))
        nearest = min(range(16), key=lambda n: hypot(at[0] - sites[n][0], at[1] - sites[n][1]))
        assert [n for n, one in enumerate(areas) if inside(at, one)] == [nearest]


def test_two_sites_at_one_spot_share_their_area_and_one_out_of_reach_has_none() -> None:
    one, other, far = ground.areas([(1.0, 1.0), (1.0, 1.0), (900.0, 0.0)], reach=10)
    assert one == other
    assert one
    assert far == []


def test_a_finer_outline_has_the_same_corners() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    finer = ground.finer(square, parts=4)
    assert finer[::4] == square
    assert finer[1] == (1.0, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_points_that_covered_each_other_stand_apart(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a test that can be repeated
    points = [(chance.uniform(-40, 40), chance.uniform(-40, 40)) for _ in range(10)] + [(0.0, 0.0), (0.0, 0.0)]
    moved = ground.apart(points, least=15, rim=190)
    pairs = [(a, b) for n, a in enumerate(moved) for b in moved[:n]]
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in pairs) > 13
    assert ground.apart([(0.0, 0.0), (50.0, 0.0)], least=15, rim=190) == [(0.0, 0.0), (50.0, 0.0)]


def test_a_crowd_is_not_pushed_over_the_rim() -> None:
    crowd = [(0.0, 8.0 * n) for n in range(20)]
    assert max(hypot(*at) for at in ground.apart(crowd, least=19, rim=152)) <= 152.001
