"""The items that are made for the sample city: believable, the same every time, sound by every rule, and counted to the letter."""

import csv
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from yimen.pure.item_rules import Whole, findings
from yimen.registry.city import City, read_city
from yimen.registry.city_stems import BASIS, make_items
from yimen.registry.city_tables import Findings
from yimen.registry.item_rows import rows_by_hand

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
TYPES = {
    "01": "licences",
    "05": "benefits",
    "07": "confirmations",
    "08": "rewards",
    "09": "adjudications",
    "10": "others",
    "20": "services",
}


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(SAMPLE)


@pytest.fixture(scope="module")
def by_hand(city: City) -> list[Whole]:
    return rows_by_hand(city)


@pytest.fixture(scope="module")
def made(city: City, by_hand: list[Whole]) -> list[Whole]:
    problems = Findings()
    items = make_items(SAMPLE, city, by_hand, problems)
    assert problems.problems == []
    return items


def test_every_item_keeps_every_rule(made: list[Whole], by_hand: list[Whole]) -> None:
    assert made
    assert len(by_hand) == 55
    assert [one for item in [*by_hand, *made] for one in findings(item)] == []


def test_each_has_a_code_and_a_name_of_its_own_and_says_that_it_is_made_up(
    made: list[Whole], by_hand: list[Whole]
) -> None:
    both = [*by_hand, *made]
    assert len({one.said("implementation_code") for one in both}) == len(both)
    assert len({one.said("name") for one in both}) == len(both)
    assert {(one.said("synthetic"), one.said("basis")) for one in made} == {("1", BASIS)}


def test_the_same_folder_makes_the_same_items(made: list[Whole], by_hand: list[Whole], city: City) -> None:
    assert make_items(SAMPLE, city, by_hand, Findings()) == made


def test_no_agency_has_more_than_the_city_says(made: list[Whole], by_hand: list[Whole], city: City) -> None:
    with (SAMPLE / "catalogue" / "targets.csv").open(encoding="utf-8") as file:
        targets = {row["agency"]: row for row in csv.DictReader(file)}
    for agency in city.agencies:
        own = [one for one in [*by_hand, *made] if one.said("agency_code") == agency.code]
        types = Counter(one.said("type") for one in own)
        target = targets[agency.key]
        assert all(types[code] <= int(target[column]) for code, column in TYPES.items()), agency.key
        assert sum(bool(one.said("elsewhere")) for one in own) <= int(target["elsewhere"])
        assert sum(one.said("entered") == "0" for one in own) <= int(target["not_entered"])


def test_a_stem_that_names_an_unknown_paper_is_a_fault_of_its_row(tmp_path: Path, city: City) -> None:
    stems = tmp_path / "catalogue" / "stems"
    stems.mkdir(parents=True)
    for name in ("targets.csv", "materials.csv"):
        (stems.parent / name).write_text((SAMPLE / "catalogue" / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (SAMPLE / "catalogue" / "stems" / "tobacco.csv").read_text(encoding="utf-8").splitlines()
    broken = text[1].replace("application ", "no_such_paper ")
    (stems / "tobacco.csv").write_text("\n".join([text[0], broken]), encoding="utf-8")
    problems = Findings()
    assert make_items(tmp_path, city, [], problems) == []
    assert "no_such_paper" in str(problems.problems[0])
    assert problems.problems[0].row == 2


def test_what_no_agency_owns_or_no_number_is_is_a_fault_and_no_surprise(tmp_path: Path, city: City) -> None:
    folder = shutil.copytree(SAMPLE / "catalogue", tmp_path / "catalogue")
    tobacco = folder / "stems" / "tobacco.csv"
    lines = tobacco.read_text(encoding="utf-8").splitlines()
    (folder / "stems" / "nobody.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "stems" / "sports.csv").write_text("\n".join(lines[:2]), encoding="utf-8")  # another agency's
    tobacco.write_text("\n".join([lines[0], lines[2].replace(",20,0,", ",二十,0,")]), encoding="utf-8")
    targets = folder / "targets.csv"
    targets.write_text(targets.read_text(encoding="utf-8").replace("tobacco,3", "tobacco,many"), encoding="utf-8")
    problems = Findings()
    make_items(tmp_path, city, [], problems)
    assert {(one.file, one.field, one.code) for one in problems.problems} == {
        ("catalogue/stems/nobody.csv", "", "reference.unknown"),
        ("catalogue/stems/sports.csv", "agency", "field.unknown_value"),
        ("catalogue/stems/tobacco.csv", "statutory", "field.not_a_number"),
        ("catalogue/targets.csv", "licences", "field.not_a_number"),
    }


def test_a_city_that_is_no_demonstration_has_no_made_items(city: City) -> None:
    problems = Findings()
    assert make_items(SAMPLE, replace(city, demonstration=False), [], problems) == []
    assert [one.code for one in problems.problems] == ["item.made_up"]
