"""The offers of a city folder: lines about many items, read strictly; and every item of the sample that is in a hall is offered somewhere."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from yimen.cli.city import city as city_commands
from yimen.pure.item_rules import Whole
from yimen.registry.city import City, read_city
from yimen.registry.city_catalogue import read_catalogue
from yimen.registry.city_offers import offer_rows, places_of
from yimen.registry.city_tables import CityInvalid

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
HEAD = "agencies,types,words,but_not,at,phone,days,opens,closes,reason_zh,reason_en\n"


@cache
def sample() -> tuple[City, list[Whole]]:
    city = read_city(SAMPLE)
    return city, read_catalogue(SAMPLE, city)


def offered() -> dict[str, set[str]]:
    city, catalogue = sample()
    return places_of(city.offers, city.centres, catalogue)


def test_every_item_in_a_hall_is_offered_somewhere_and_every_other_says_why() -> None:
    _, catalogue = sample()
    places = offered()
    entered = [one for one in catalogue if one.said("entered") == "1"]
    assert round(100 * len(entered) / len(catalogue), 2) == 95.2
    for one in catalogue:
        if one.said("entered") == "1":
            assert places[one.said("implementation_code")], one.said("name")
        else:
            assert not places[one.said("implementation_code")]
            assert one.said("not_entered_reason")


def test_every_place_offers_something_and_what_a_hall_leaves_to_a_sub_hall_is_done_there() -> None:
    city, catalogue = sample()
    places = offered()
    assert set().union(*places.values()) == {one.code for one in city.centres}
    tax = [
        one.said("implementation_code")
        for one in catalogue
        if "办税" in one.said("agency_name") or "税务" in one.said("agency_name")
    ]
    assert tax
    assert all("C220100-S02" in places[one] and "C220100" not in places[one] for one in tax)


def test_a_later_line_goes_before_an_earlier_one() -> None:
    city, catalogue = sample()
    rows = offer_rows(city.offers, catalogue)
    keys = [(row["item"], row["level"], row["place"]) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    def made(lines: str) -> Path:
        shutil.copytree(SAMPLE, tmp_path / "city", ignore=shutil.ignore_patterns("stems", "events.csv"))
        (tmp_path / "city" / "synonyms.csv").write_text("word,stands_for\n", encoding="utf-8")
        (tmp_path / "city" / "offers.csv").write_text(HEAD + lines, encoding="utf-8")
        return tmp_path / "city"

    return made


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ("nobody,,,,city,,,,,,", "agencies", "reference.unknown"),
        (",99,,,city,,,,,,", "types", "reference.unknown"),
        (",,,,nowhere,,,,,,", "at", "reference.unknown"),
        (",,,,,,,,,,", "at", "field.empty"),
        (",,,,county,0431-00000001,,,,,", "at", "offer.of_a_level"),
        (",,,,county,,,,,装修,Rebuilding", "at", "offer.of_a_level"),
        (",,,,C220102,,,,,装修,", "reason_en", "field.empty"),
        (",,,,C220102,0431-00000001,,,,装修,Rebuilding", "phone", "offer.not_offered"),
        (",,,,C220102,x,,,,,", "phone", "field.not_a_phone"),
        (",,,,C220102,,9,09:00,10:00,,", "days", "field.not_weekdays"),
        (",,,,C220102,,1,09:00,,,", "closes", "centre.hours"),
        (",,,,C220102,,1,10:00,09:00,,", "closes", "centre.hours"),
        (",,没有这样的事项,,city,,,,,,", "", "reference.unknown"),
    ],
)
def test_a_line_that_means_nothing_is_named(folder: Callable[[str], Path], line: str, field: str, code: str) -> None:
    made = folder(line + "\n")
    with pytest.raises(CityInvalid) as no:
        read_catalogue(made, read_city(made))
    assert [(one.file, one.row, one.field, one.code) for one in no.value.problems if one.level == "error"] == [
        ("offers.csv", 2, field, code)
    ]


def test_what_a_newborn_needs_is_done_in_every_street() -> None:
    _, catalogue = sample()
    (birth,) = [one for one in catalogue if one.said("name") == "出生登记（新生儿入户）"]
    assert len(offered()[birth.said("implementation_code")]) > 200


def test_items_in_a_hall_that_no_place_offers_are_told(folder: Callable[[str], Path]) -> None:
    made = folder("market-regulation,,,,city,,,,,,\n")
    told = CliRunner().invoke(city_commands, ["check", str(made)])
    assert told.exit_code == 0, told.output
    assert "items that are in a hall are offered nowhere" in told.output
    nowhere = json.loads(CliRunner().invoke(city_commands, ["check", str(made), "--json"]).output)["offered_nowhere"]
    agencies = {one.key: one.code for one in read_city(made).agencies}
    assert agencies["market-regulation"] not in {code[:18] for code in nowhere}
    assert agencies["public-security"] in {code[:18] for code in nowhere}


def test_a_folder_without_the_file_offers_nothing(folder: Callable[[str], Path]) -> None:
    made = folder("")
    (made / "offers.csv").unlink()
    assert read_city(made).offers == ()
