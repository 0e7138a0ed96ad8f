"""The figures of the reform: declared by the catalogue, measured by the record, by no hand."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

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
from yimen.registry.city import read_city
from yimen.registry.city_catalogue import read_catalogue

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
    assert 0 < (found.total.saved or 0) < 1

    told = json.loads(CliRunner().invoke(command, ["--json"], catch_exceptions=False).output)
    assert (told["total"]["items"], told["seals"], told["measured"]["at_most_once_share"]) == (2498, 982, None)
    shown = CliRunner().invoke(command, [], catch_exceptions=False).output
    assert "98.76 %  2,467 of 2,498 items" in shown
    page = Client().get("/figures/", headers={"Accept-Language": "en"}).content.decode()
    assert re.search(r"98\.76.%.*2,467 of 2,498", page, re.DOTALL)
    assert page.count("<table") == page.count("<figure") == 6


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
    withdrawn = town.filed()
    cases.withdraw(case=withdrawn, after=town.head(withdrawn), session=town.applicant.session, key=uuid4())
    found = figures(fresh=True)
    assert found.visited == {"cases": 4, "none": 3, "once": 1, "more": 0}, "however they ended"
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
