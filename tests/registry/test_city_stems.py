"""The items that are made for the sample city: believable, the same every time, sound by every rule, and counted to the letter."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from yimen.pure.item_rules import Whole, findings
from yimen.registry.city_places import Agency, read_agencies
from yimen.registry.city_stems import BASIS, make_items
from yimen.registry.city_tables import Findings

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
def agencies() -> tuple[Agency, ...]:
    return read_agencies(SAMPLE, Findings())


@pytest.fixture(scope="module")
def made(agencies: tuple[Agency, ...]) -> list[Whole]:
    problems = Findings()
    items = make_items(SAMPLE, agencies, [], problems)
    assert problems.problems == []
    return items


def test_every_made_item_keeps_every_rule(made: list[Whole]) -> None:
    assert made
    assert [one for item in made for one in findings(item)] == []


def test_each_has_a_code_and_a_name_of_its_own_and_says_that_it_is_made_up(made: list[Whole]) -> None:
    assert len({one.said("implementation_code") for one in made}) == len(made)
    assert len({one.said("name") for one in made}) == len(made)
    assert {(one.said("synthetic"), one.said("basis")) for one in made} == {("1", BASIS)}


def test_the_same_folder_makes_the_same_items(made: list[Whole], agencies: tuple[Agency, ...]) -> None:
    assert make_items(SAMPLE, agencies, [], Findings()) == made


def test_no_agency_has_more_than_the_city_says(made: list[Whole], agencies: tuple[Agency, ...]) -> None:
    with (SAMPLE / "catalogue" / "targets.csv").open(encoding="utf-8") as file:
        targets = {row["agency"]: row for row in csv.DictReader(file)}
    for agency in agencies:
        own = [one for one in made if one.said("agency_code") == agency.code]
        types = Counter(one.said("type") for one in own)
        target = targets[agency.key]
        assert all(types[code] <= int(target[column]) for code, column in TYPES.items()), agency.key
        assert sum(bool(one.said("elsewhere")) for one in own) <= int(target["elsewhere"])
        assert sum(one.said("entered") == "0" for one in own) <= int(target["not_entered"])


def test_a_stem_that_names_an_unknown_paper_is_a_fault_of_its_row(tmp_path: Path, agencies: tuple[Agency, ...]) -> None:
    stems = tmp_path / "catalogue" / "stems"
    stems.mkdir(parents=True)
    for name in ("targets.csv", "materials.csv"):
        (stems.parent / name).write_text((SAMPLE / "catalogue" / name).read_text(encoding="utf-8"), encoding="utf-8")
    text = (SAMPLE / "catalogue" / "stems" / "tobacco.csv").read_text(encoding="utf-8").splitlines()
    broken = text[1].replace("application ", "no_such_paper ")
    (stems / "tobacco.csv").write_text("\n".join([text[0], broken]), encoding="utf-8")
    problems = Findings()
    assert make_items(tmp_path, agencies, [], problems) == []
    assert "no_such_paper" in str(problems.problems[0])
    assert problems.problems[0].row == 2
