"""`yimen offers`: the places of an item with the version that each applies, and the items of a place."""

import json

from click.testing import CliRunner

from offering import World
from yimen.cli.offers import offers


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(offers, list(arguments), catch_exceptions=False)
    return done.exit_code, done.output


def test_an_item_at_its_places_and_a_place_with_its_items() -> None:
    world = World()
    world.offer(level="county")
    world.offer(at="street", phone="0431-00000009")
    code, told = run("item", world.item)
    assert code == 0
    assert "the same at all of its" in told
    assert world.places["district"]["code"] in told
    assert "its own telephone or hours" in told
    _, told = run("item", world.item, "--json")
    found = json.loads(told)
    assert found["versions"] == [1]
    assert {one["version"] for one in found["at"]} == {1}
    _, told = run("place", world.places["street"]["code"], "--words", world.item, "--json")
    assert [one["code"] for one in json.loads(told)["listed"]] == [world.item]
    _, told = run("place", world.places["city"]["code"], "--left-out", "--words", world.item)
    assert "offered by halls of county" in told
    elsewhere, nowhere = world.made(), world.made(in_halls=False, why="")
    world.offer(item=elsewhere, at="sub")
    city = world.places["city"]["code"]
    assert "offered by other places" in run("place", city, "--left-out", "--words", elsewhere)[1]
    assert "in no hall; nobody said why" in run("place", city, "--left-out", "--words", nowhere)[1]


def test_what_is_not_there_is_said() -> None:
    assert run("item", "nothing")[0] == 1
    assert run("place", "nothing")[0] == 1
