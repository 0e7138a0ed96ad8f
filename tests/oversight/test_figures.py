"""The figures of the reform: declared by the catalogue, measured by the record, by no hand."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client

import at_window
import testing_city
import town as towns
from yimen.casework import case as cases
from yimen.casework import decision, delivery
from yimen.cli.city import load_folder
from yimen.cli.figures import figures as command
from yimen.oversight.figures import figures
from yimen.pure.item_rules import Whole
from yimen.registry.city import read_city
from yimen.registry.city_catalogue import read_catalogue
from yimen.registry.city_offers import offer_rows
from yimen.registry.ids import identifier

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"


@pytest.fixture
def sample(clone: Callable[[], testing_city.City], monkeypatch: pytest.MonkeyPatch) -> None:
    clone()
    monkeypatch.setattr(settings, "DEMONSTRATION", True)
    load_folder(SAMPLE)


def denied(town: towns.Town, case: UUID) -> None:
    """Take a case that was filed to its end without another visit."""
    town.accept(case)
    town.examine(case, failed=("rules",))
    decider = town.drawn(case, "decider").session
    decision.deny(case=case, after=town.head(case), reasons={"rules": "x"}, session=decider, key=uuid4())
    delivery.close(case=case, after=town.head(case), result="denied")


def test_the_sample_city_stands_where_the_reform_stands(sample: None) -> None:
    """What the pages say is what the rows of the folder add up to, and that is what the reform's text says."""
    found = figures(fresh=True)
    wholes = read_catalogue(SAMPLE, read_city(SAMPLE))
    counted = {
        "items": len(wholes),
        "at_most_once": sum(one.said("visits") in ("0", "1") for one in wholes),
        "none": sum(one.said("visits") == "0" for one in wholes),
        "entered": sum(one.said("entered") == "1" for one in wholes),
        "elsewhere": sum(bool(one.said("elsewhere")) for one in wholes),
    }
    assert {name: found.total.sums[name] for name in counted} == counted
    assert (counted["items"], counted["at_most_once"], counted["elsewhere"]) == (2498, 2467, 265)
    assert (found.total.share("at_most_once"), found.total.share("entered")) == pytest.approx((0.9876, 0.952), abs=5e-5)
    assert (found.total.sums["complete"], found.seals) == (2498, 982)
    assert {one.code: one.sums["items"] for one in found.by_type} == Counter(one.said("type") for one in wholes)
    assert {one.code: one.sums["items"] for one in found.by_agency} == Counter(
        one.said("agency_code") for one in wholes
    )
    both = [
        one
        for one in wholes
        if one.said("statutory_unit") == "W"
        and one.said("promise_unit") in "WI"
        and one.said("statutory_amount") != "0"
    ]
    law, promise = (sum(int(one.said(f"{name}_amount")) for one in both) for name in ("statutory", "promise"))
    assert found.total.saved == pytest.approx(1 - promise / law)
    assert 0.3 < 1 - promise / law < 0.9
    assert {one.code: one.sums["items"] for one in found.by_level} == levels_of(SAMPLE, wholes)
    seals, centres = Counter[str](), {one.code: one.level for one in read_city(SAMPLE).centres}
    for seal in read_city(SAMPLE).seals:
        seals[centres[seal.centre]] += 1
    assert {one["level"]: one["seals"] for one in found.seals_by_level} == seals

    told = json.loads(CliRunner().invoke(command, ["--json"], catch_exceptions=False).output)
    assert (told["total"]["items"], told["seals"], told["total"]["measured"]["at_most_once_share"]) == (2498, 982, None)
    shown = CliRunner().invoke(command, [], catch_exceptions=False).output
    assert "98.76 %  2,467 of 2,498 items" in shown
    page = Client().get("/figures/", headers={"Accept-Language": "en"}).content.decode()
    assert re.search(r"98\.76.%.*2,467 of 2,498", page, re.DOTALL)
    assert page.count("<table") == page.count("<figure") == 6
    assert Client().get("/figures.json").json().keys() == told.keys()


def levels_of(folder: Path, wholes: list[Whole]) -> dict[str, int]:
    """How many items each level offers, by the rules of the folder as its reader gives them; '' for those in no hall."""
    city = read_city(folder)
    centres = {str(identifier("centre", one.code)): one.level for one in city.centres}
    at: dict[str, set[str]] = {"city": set(), "county": set(), "township": set(), "": set()}
    for one in wholes:
        if one.said("entered") != "1":
            at[""].add(one.said("implementation_code"))
    for row in offer_rows(city.offers, wholes):
        if row.get("offered", True) and row["item"] not in at[""]:
            at[row["level"] or centres[row["place"]]].add(row["item"])
    return {level: len(items) for level, items in at.items()}


def test_visits_are_measured_by_what_happened_whatever_is_declared(clone: Callable[[], testing_city.City]) -> None:
    clone()
    town = towns.town(
        item={
            "service_objects": ["1", "2"],
            "conditions": [{"code": code, "zh": "制度", "en": "y"} for code in ("premises", "rules")],
        }
    )
    for case in (town.filed(), town.filed(), at_window.filed(town)):
        denied(town, case)
    town.filed()  # not over: it may still need a visit
    twice = at_window.filed(town)
    denied(town, twice)
    with psycopg.connect(testing_city.uri("admin"), autocommit=True) as owner:
        # Whoever filed at the window had been there the day before, to show an original.
        owner.execute("set session_replication_role = replica")
        owner.execute(
            "insert into record_event select (jsonb_populate_record(e, jsonb_build_object('number', 99, 'kind', 'case.seen', 'key', gen_random_uuid()))).*"
            " from record_event e where e.stream = %s and e.number = 1",
            [twice],
        )
        owner.execute("update record_event set at = at - interval '1 day' where stream = %s and number = 99", [twice])
    withdrawn = town.filed()
    cases.withdraw(case=withdrawn, after=town.head(withdrawn), session=town.applicant.session, key=uuid4())
    found = figures(fresh=True)
    assert found.total.visited == {"cases": 5, "none": 3, "once": 1, "more": 1}, "a case that was withdrawn is over too"
    assert found.total.came_at_most_once == pytest.approx(0.8)
    assert {one.code: one.visited["cases"] for one in found.by_agency} == {town.agency_code: 5}
    assert found.total.sums["at_most_once"] == 0, "an item that says nothing of visits declares nothing"


def test_an_empty_city_has_figures_too(clone: Callable[[], testing_city.City]) -> None:
    clone()
    found = figures(fresh=True)
    assert (found.total.sums["items"], found.total.share("at_most_once"), found.total.saved, found.seals) == (
        0,
        None,
        None,
        0,
    )
    assert CliRunner().invoke(command, [], catch_exceptions=False).exit_code == 0
    assert Client().get("/figures/").status_code == 200
