"""The items of a city's folder, for the commands on its catalogue."""

from pathlib import Path

from yimen.cli.city import invalid_in_words, read
from yimen.pure.item_rules import Whole
from yimen.registry.city import City
from yimen.registry.city_stems import make_items
from yimen.registry.city_tables import CityInvalid, Findings
from yimen.registry.item_rows import rows_by_hand


def read_items(folder: Path, *, as_json: bool) -> tuple[City, list[Whole]]:
    """Read a folder with its items, or tell all that is wrong with it and exit with 1."""
    city, problems = read(folder, as_json=as_json), Findings()
    by_hand = rows_by_hand(city)
    made = make_items(folder, city, by_hand, problems)
    with invalid_in_words(as_json=as_json):
        if problems.fatal:
            raise CityInvalid(problems.problems)
    return city, [*by_hand, *made]
