"""Where to go: the places anyone sees, page by page, and whether one is open, in both languages."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

import town as towns
from counted import statements
from offering import World
from visiting import visitor
from yimen.registry.calendar import calendar
from yimen.web import places as pages


@pytest.fixture
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    ten = datetime.combine(towns.today(), time(10))
    monkeypatch.setattr("yimen.web.places.timezone.localtime", lambda: ten)


def entered(**rows: list[dict[str, Any]]) -> None:
    towns.enter(rows, *towns.founded(towns.testing_city.current().database))


@pytest.fixture(scope="module")
def district() -> dict[str, Any]:
    """A district of its own with a hall, a sub-hall, a street, and beside it another district."""
    towns.founded(towns.testing_city.current().database)
    names = {"980192": "county", "980192001": "township", "980193": "county"}
    entered(divisions=[{"code": code, "name_zh": f"港区{code}", "name_en": f"Harbour {code}", "level": level,
                        "parent": "980192" if level == "township" else "220100"} for code, level in names.items()])  # fmt: skip
    made = {
        code: towns.centre_row(uuid4()) | {"level": level, "division": code, "name_en": f"Hall {code}"}
        for code, level in names.items()
    }
    made["sub"] = made["980192"] | {
        "kind": "sub_hall",
        "parent": made["980192"]["id"],
        "name_en": "Tax sub-hall",
        "days": [*range(1, 8)],
    }
    made["sub"] |= dict.fromkeys(("id", "code"), str(uuid4()))
    entered(
        centres=list(made.values()),
        windows=[
            {
                "id": str(uuid4()),
                "centre": made["sub"]["id"],
                "code": f"W{n}",
                "name_zh": "窗口",
                "name_en": f"Window {n}",
            }
            for n in (1, 2)
        ],
    )
    return made


def listed(page: Any) -> list[str]:
    return re.findall(r"/places/([^/?\"]+)/", page.content.decode().split("<main", 1)[1])


def test_a_district_is_listed_with_what_lies_in_it_and_no_other(district: dict[str, Any]) -> None:
    page = visitor().get("/places/?district=980192")
    assert listed(page) == [district[name]["code"] for name in ("980192", "sub", "980192001")]
    assert "2 windows" in page.content.decode()
    assert listed(visitor().get("/places/?district=980192&q=TAX")) == [district["sub"]["code"]]
    for asked in ("q=%00nothing", "after=nothing"):
        assert listed(visitor().get(f"/places/?{asked}")) == []
    assert "没有找到" in visitor(language="zh-hans").get("/places/?q=nothing").content.decode()


def test_page_after_page_shows_every_place_once(district: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    first = visitor().get("/places/?district=980192")
    second = visitor().get(first.context["pages"]["next"])
    assert listed(first) == [district["980192"]["code"], district["sub"]["code"]]
    assert listed(second) == [district["980192001"]["code"]]
    assert second.context["pages"]["next"] == ""


def test_a_place_says_whether_it_is_open_and_a_closure_closes_it(at_ten: None, district: dict[str, Any]) -> None:
    calendar(login="public")
    address, hall = (f"/places/{district[name]['code']}/" for name in ("sub", "980192"))
    with statements("public") as seen:
        page = visitor().get(address).content.decode()
    assert len(seen) <= 2, seen
    assert "Open now, until 17:00" in page
    assert hall in page, "the hall it belongs to"
    assert address in visitor().get(hall).content.decode(), "its sub-halls"
    today = towns.today()
    closed = {"centre": district["sub"]["id"], "day": str(today), "name_zh": "检修", "name_en": "Repair of the heating"}
    entered(closures=[closed])
    page = visitor().get(address).content.decode()
    assert re.search(rf"Closed, opens on \w+day {today + timedelta(1)} at 08:30", page)
    assert "Repair of the heating" in page
    assert "检修" in visitor(language="zh-hans").get(address).content.decode()
    entered(closures=[closed | {"ended_at": f"{today}T01:00:00+00:00"}])
    assert "Open now, until 17:00" in visitor().get(address).content.decode()


def test_a_place_lists_what_it_offers_and_says_of_the_rest_why_not() -> None:
    world = World()
    world.offer(level="county")
    reason = {"reason_zh": "没有设备", "reason_en": "No machine for it"}
    world.offer(at="sub", offered=False, **reason)
    client, district = visitor(language="en"), world.places["district"]["code"]
    assert "services" in client.get(f"/places/{district}/").content.decode()
    here = client.get(f"/places/{district}/items/?q={world.item}")
    assert [one["code"] for one in here.context["items"]] == [world.item]
    sub = f"/places/{world.places['sub']['code']}/items/"
    assert client.get(f"{sub}?q={world.item}").context["items"] == []
    left = client.get(f"{sub}?q={world.item}&offered=no").content.decode()
    assert "No machine for it" in left
    assert "没有设备" in visitor(language="zh-hans").get(f"{sub}?q={world.item}&offered=no").content.decode()
    street = client.get(f"/places/{world.places['street']['code']}/items/?q={world.item}&offered=no").content.decode()
    assert "halls of districts and counties" in street
    assert client.get("/places/none/items/").status_code == 404


@pytest.mark.parametrize("code", ["nothing", "%00"])
def test_a_place_that_is_not_there_is_said(code: str) -> None:
    assert visitor().get(f"/places/{code}/").status_code == 404


def test_those_that_are_open_at_a_time_and_a_district_that_is_none(district: dict[str, Any], at_ten: None) -> None:
    page = visitor().get("/places/?district=980192&open=7")
    assert [one["code"] for group in page.context["groups"] for one in group] == [district["sub"]["code"]]
    assert "Only those that are open on Sunday" in page.content.decode()
    assert "We know no such district" in visitor().get("/places/?district=nothing").content.decode()
