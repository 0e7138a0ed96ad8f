"""The pages on which managers keep their places: one proposes, another confirms, everybody reads what came of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

import district
import offering
import town as towns
from counted import statements
from visiting import visitor
from yimen.registry import changes


@pytest.fixture(scope="module")
def city() -> district.City:
    return district.city()


@pytest.fixture(scope="module")
def item() -> str:
    return offering.World().item


def code(place: UUID) -> str:
    return place.hex[:12]


def day(ahead: int) -> str:
    return (towns.today() + timedelta(days=ahead)).isoformat()


def sent(client: Client, path: str, **more: Any) -> Any:
    """Fill in a form as it stands, with other values in some fields."""
    page = client.get(path)
    assert page.status_code == 200
    form = page.context["form"]
    stands = {one.name: one.value() for one in form if one.value() is not None}
    return client.post(path, {"key": page.context["key"], "why": "停电检修", **stands, **more})


def proposed(client: Client, path: str, **more: Any) -> str:
    """Propose a change, and return where its page is."""
    answer = sent(client, path, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return str(answer.headers["Location"]).split("?")[0]


def acted(client: Client, url: str, do: str, **more: Any) -> Any:
    page = client.get(url)
    form = page.context["ways"][do]
    stands = {one.html_name: one.value() for one in form if one.value() is not None}
    asked = {f"{do}-why": "同意", f"{do}-sure": "on", **stands, **more}
    return client.post(url, {"key": page.context["key"], "do": do, **asked})


def test_a_closure_is_proposed_confirmed_shown_and_taken_back(city: district.City) -> None:
    mine, _ = city.districts
    street, hall, anyone = visitor(mine.manager["street"]), visitor(mine.manager["hall"]), visitor()
    at = f"/manager/places/{code(mine.at['street'])}/"
    days = {"first": day(4), "last": day(6), "name_zh": "停电", "name_en": "Power works"}
    url = proposed(street, f"{at}close/", **days)
    page = street.get(url)
    assert "confirm" not in page.context["ways"]
    assert mine.manager["hall"].username in page.content.decode()  # whom she can ask
    assert "Power works" not in anyone.get(f"/places/{code(mine.at['street'])}/").content.decode()
    assert url in hall.get("/manager/places/").content.decode()
    assert acted(hall, url, "confirm").status_code == 302
    assert acted_again(hall, url) == 409
    page = anyone.get(f"/places/{code(mine.at['street'])}/")
    assert page.content.decode().count("Power works") == 3
    found = street.get(at).context
    (closure,) = found["closures"]
    assert (closure["first"].isoformat(), closure["last"].isoformat(), closure["days"]) == (day(4), day(6), 3)
    assert [(one["why"], one["what"]) for one in found["changes"]] == [("停电检修", "Closed on days")]
    back = proposed(hall, f"{at}reopen/?first={day(4)}&last={day(6)}", first=day(5), last=day(6))
    acted(visitor(city.managers[0]), back, "confirm")
    (closure,) = street.get(at).context["closures"]
    assert closure["days"] == 1
    steps = street.get(back).context["steps"]
    assert [(str(one["what"]), one["why"]) for one in steps] == [
        ("Proposed", "停电检修"),
        ("Confirmed, and in force", "同意"),
    ]


def acted_again(client: Client, url: str) -> int:
    form = {"key": uuid4(), "do": "confirm", "confirm-why": "x", "confirm-sure": "on", "confirm-proposed": "0" * 64}
    return client.post(url, form).status_code


def test_a_closure_is_of_all_that_lies_in_a_place_where_it_is_meant(city: district.City) -> None:
    mine, _ = city.districts
    first, second = (visitor(one) for one in city.managers)
    at = f"/manager/places/{code(mine.at['hall'])}/"
    words = {"name_zh": "台风", "name_en": "Typhoon"}
    url = proposed(first, f"{at}close/", where="all", first=day(12), **words)
    page = second.get(url)
    ((line,),) = [part["lines"] for part in page.context["parts"]]
    assert len(line["places"]) == 3
    acted(second, url, "confirm")
    street = visitor(mine.manager["street"])
    assert typhoons(street, mine.at["street"]) == 1
    assert "ways" in street.get(url).context
    assert street.get(url).context["ways"] == {}
    back = proposed(first, f"{at}reopen/", where="all", first=day(12), last=day(13))
    acted(second, back, "confirm")
    assert typhoons(street, mine.at["street"]) == 0


def typhoons(client: Client, place: UUID) -> int:
    closures = client.get(f"/manager/places/{code(place)}/").context["closures"]
    return sum(one["name_en"] == "Typhoon" for one in closures)


def test_what_is_typed_wrongly_is_said_and_kept(city: district.City) -> None:
    client, at = visitor(city.managers[0]), f"/manager/places/{code(city.hall)}"
    words = {"name_zh": "停电", "name_en": "Power works"}
    for path, asked in (
        ("close/", {"first": day(5), "last": day(4), **words}),
        ("close/", {"first": "x", **words}),
        ("close/", {"first": day(5), "last": "2999-01-01", "where": "all", **words}),
        ("close/", {"first": day(5), **words, "name_en": ""}),
        ("close/", {"first": day(5), **words, "why": " "}),
        ("reopen/", {"first": day(300)}),
        ("hours/", {}),
        ("hours/", {"opens": "18:00"}),
        ("hours/", {"days": []}),
        ("window/", {"code": "a b", "name_zh": "窗", "name_en": "W"}),
    ):
        page = sent(client, f"{at}/{path}", **asked)
        assert page.status_code == 422, (path, asked)
        assert "govuk-error-summary" in page.content.decode()
    for ahead in (-1, 1000):
        refused = sent(client, f"{at}/close/", first=day(ahead), **words)
        assert refused.status_code in (400, 422)


def test_hours_and_windows_change(city: district.City) -> None:
    first, second = (visitor(one) for one in city.managers)
    at = f"/manager/places/{code(city.hall)}/"
    url = proposed(first, f"{at}hours/", days=["1", "2", "3"], opens="09:30", phone="0431-12345678")
    page = second.get(url)
    assert "0431-80000000" in page.content.decode()
    assert "Monday to Wednesday 09:30–16:30" in page.content.decode()
    acted(second, url, "confirm")
    found = first.get(at).context["place"]
    assert (found["days"], found["phone"]) == ([1, 2, 3], "0431-12345678")
    acted(second, proposed(first, f"{at}window/", code="A1", name_zh="一号", name_en="One"), "confirm")
    form = first.get(f"{at}window/?code=A1").context["form"]
    assert form["name_en"].value() == "One"
    acted(second, proposed(first, f"{at}window/?code=A1", name_en="First"), "confirm")
    assert [one["name_en"] for one in first.get(at).context["place"]["windows"]] == ["First"]
    url = proposed(first, f"{at}window/end/?code=A1")
    assert "First" in second.get(url).content.decode()
    acted(second, url, "confirm")
    assert first.get(at).context["place"]["windows"] == []


def test_what_a_place_offers_is_listed_searched_and_changed(city: district.City, item: str) -> None:
    mine, _ = city.districts
    street, hall = visitor(mine.manager["street"]), visitor(mine.manager["hall"])
    at = f"/manager/places/{code(mine.at['street'])}/offers/"
    (row,) = street.get(f"{at}?q={item}").context["items"]
    assert not row["offered"]
    for path in (f"{at}?q={item}&offered=yes", f"{at}?q=nothing-like-this"):
        assert street.get(path).context["items"] == []
    assert sent(street, f"{at}{item}/", what="no").status_code == 422
    assert sent(street, f"{at}{item}/", what="yes", days=["1"]).status_code == 422
    url = proposed(street, f"{at}{item}/", what="yes", days=["2"], opens="09:00", closes="11:00", phone="110")
    acted(hall, url, "confirm")
    (row,) = street.get(f"{at}?q={item}&offered=yes").context["items"]
    assert (row["own"], row["phone"], row["week"]) == (True, "110", "Tuesday 09:00–11:00")
    url = proposed(street, f"{at}{item}/", what="no", reason_zh="在区中心办", reason_en="At the centre")
    assert "At the centre" in hall.get(url).content.decode()
    acted(hall, url, "confirm")
    assert "At the centre" in street.get(f"{at}?q={item}").content.decode()
    acted(hall, proposed(street, f"{at}{item}/", what="level"), "confirm")
    (row,) = street.get(f"{at}?q={item}").context["items"]
    assert row["reason_en"] is None
    assert sent(street, f"{at}{item}/", what="level").status_code == 409
    assert street.get(f"{at}nothing/").status_code == 404
    nowhere = offering.World().made(in_halls=False)
    assert sent(street, f"{at}{nowhere}/", what="yes").status_code == 422


@pytest.mark.parametrize("path", ["", "close/", "reopen/", "hours/", "window/", "offers/"])
def test_another_district_is_not_hers(path: str, city: district.City) -> None:
    mine, other = city.districts
    client = visitor(mine.manager["hall"])
    assert client.get(f"/manager/places/{code(other.at['hall'])}/{path}").status_code == 403
    assert client.get(f"/manager/places/nowhere/{path}").status_code == 404


def test_each_sees_the_changes_of_her_places(city: district.City) -> None:
    mine, other = city.districts
    session = mine.manager["hall"].session
    rows = [{"place": code(mine.at["hall"]), "day": day(20), "name_zh": "x", "name_en": "x"}]
    url = f"/place-changes/{changes.propose(why='看看', said={'closures': rows}, session=session, key=uuid4()).stream}/"
    assert visitor(other.manager["hall"]).get(url).status_code == 404
    supervisor = visitor(city.supervisor)
    assert supervisor.get(url).context["ways"] == {}
    assert url in supervisor.get("/place-changes/?state=proposed").content.decode()
    assert url not in visitor(other.manager["hall"]).get("/place-changes/").content.decode()
    own = visitor(mine.manager["hall"])
    assert acted_again(own, url) == 403
    assert own.post(url, {"key": uuid4(), "do": "x"}).status_code == 400
    assert acted(own, url, "withdraw", **{"withdraw-sure": ""}).status_code == 422
    assert acted(own, url, "withdraw").status_code == 302
    assert url in own.get("/place-changes/?state=withdrawn").content.decode()


def test_places_are_found_by_words_and_pages(city: district.City) -> None:
    client = visitor(city.managers[0])
    with statements() as seen:
        found = client.get("/manager/places/").context["places"]
    assert len(seen) == 2
    assert {one["code"] for one in found} == {code(place) for place in city.pools}
    name = found[3]["name_en"]
    assert [one["name_en"] for one in client.get(f"/manager/places/?q={name}").context["places"]] == [name]
    assert len(client.get(f"/manager/places/?past={found[4]['code']}").context["places"]) == len(found) - 5
