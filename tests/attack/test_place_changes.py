"""
Two hands change a place, and both are of managers whose place it is. docs/decisions/0026-places.md.

The attacker holds the registry's login and the session of a manager, and sends raw SQL.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import district
import testing_city
import town as towns
from yimen.record import statement
from yimen.registry import places

STEP = "select state from registry_change_step(%s, %s, %s, %s, %s, %s)"
READ = "select body, content, hers from registry_change_read(%s, %s)"
LISTED = "select change from registry_changes(%s, %s, '', 200)"
NOT_GRANTED = "42501"
HOURS = {"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "16:00", "phone": "0431-80000001"}
Refused = Callable[..., None]


@pytest.fixture(scope="module")
def city() -> district.City:
    return district.city()


@pytest.fixture(scope="module")
def item() -> str:
    """An item in force anywhere."""
    return towns.town().item


def code(place: UUID) -> str:
    return place.hex[:12]


def day(ahead: int = 3) -> str:
    return (towns.today() + timedelta(days=ahead)).isoformat()


def closure(place: UUID, ahead: int = 3, **more: Any) -> dict[str, Any]:
    return {"place": code(place), "day": day(ahead), "name_zh": "停电检修", "name_en": "Power works"} | more


def proposed(ask: Any, who: towns.Someone, why: str = "停电", key: UUID | None = None, **said: Any) -> UUID:
    body = json.dumps({"why": why, **said})
    sql = "select stream from registry_change_step(%s, null, 0, 'place.proposed', %s, %s)"
    return UUID(str(ask("registry", sql, who.session.secret, body, key or uuid4())[0][0]))


def content(ask: Any, who: towns.Someone, change: UUID) -> str:
    return str(ask("registry", READ, who.session.secret, change)[0][1])


def confirmed(ask: Any, who: towns.Someone, change: UUID, seen: str | None = None, key: UUID | None = None) -> str:
    body = json.dumps({"why": "同意", "proposed": seen or content(ask, who, change)})
    return str(ask("registry", STEP, who.session.secret, change, 1, "place.confirmed", body, key or uuid4())[0][0])


def over(ask: Any, who: towns.Someone, change: UUID, kind: str) -> str:
    body = json.dumps({"why": "不行"})
    return str(ask("registry", STEP, who.session.secret, change, 1, f"place.{kind}", body, uuid4())[0][0])


def closed(place: UUID) -> set[str]:
    sql = "select day::text as day from registry_closure where centre = %s::uuid and ended_at is null"
    return {one["day"] for one in statement.rows("public", sql, [place])}


def test_one_proposes_and_another_of_the_place_or_above_it_confirms(city: district.City, ask: Any) -> None:
    mine, _ = city.districts
    street = mine.at["street"]
    change = proposed(ask, mine.manager["street"], closures=[closure(street), closure(street, 4)])
    assert closed(street) == set()
    key = uuid4()
    seen = content(ask, mine.manager["hall"], change)
    assert confirmed(ask, mine.manager["hall"], change, seen, key) == "confirmed"
    assert confirmed(ask, mine.manager["hall"], change, seen, key) == "confirmed"  # sent twice it is done once
    assert closed(street) == {day(3), day(4)}
    again = proposed(ask, mine.manager["hall"], reopened=[{"place": code(street), "day": day(4)}])
    assert confirmed(ask, city.managers[0], again) == "confirmed"
    assert closed(street) == {day(3)}


def test_who_proposed_never_confirms_nor_declines_also_with_another_post(
    city: district.City, ask: Any, refused: Refused
) -> None:
    hall, manager = city.districts[0].at["hall"], city.districts[0].manager["hall"]
    change = proposed(ask, manager, closures=[closure(hall, 5)])
    post = {"id": str(uuid4()), "person": str(manager.person), "role": "manager", "centre": str(city.hall)}
    towns.enter({"posts": [post]}, *towns.founded(testing_city.current().database))
    second = towns.Someone(manager.person, UUID(post["id"]), manager.username, "manager")
    for who in (manager, second):
        refused("hat.second", confirmed, ask, who, change)
        refused("hat.second", over, ask, who, change, "declined")
    assert day(5) not in closed(hall)
    assert over(ask, second, change, "withdrawn") == "withdrawn"
    refused("case.moved_meanwhile", confirmed, ask, city.managers[1], change)


@pytest.mark.parametrize("at", district.AT)
def test_no_manager_proposes_for_a_place_that_is_not_hers(
    at: str, city: district.City, ask: Any, refused: Refused, item: str
) -> None:
    mine, other = city.districts
    hers = mine.pools if at == "hall" else {mine.at[at]}
    for place in city.pools - hers:
        for said in (
            {"closures": [closure(place)]},
            {"closures": [closure(mine.at[at]), closure(place)]},
            {"reopened": [{"place": code(place), "day": day()}]},
            {"hours": [{"place": code(place), **HOURS}]},
            {"windows": [{"place": code(place), "code": "01", "name_zh": "窗", "name_en": "Window"}]},
            {"windows_ended": [{"place": code(place), "code": "01"}]},
            {"offers": [{"place": code(place), "item": item, "offered": True}]},
            {"as_level": [{"place": code(place), "item": item}]},
        ):
            refused("place.not_yours", proposed, ask, mine.manager[at], **said)
    assert closed(other.at["hall"]) == set()


def test_no_manager_of_another_place_sees_or_ends_a_change(city: district.City, ask: Any, refused: Refused) -> None:
    mine, other = city.districts
    change = proposed(ask, mine.manager["hall"], closures=[closure(mine.at["hall"], 6)])
    seen = content(ask, mine.manager["hall"], change)
    for who in (*other.manager.values(), mine.manager["street"], mine.manager["sub"], *district.city().managers):
        assert ask("registry", READ, who.session.secret, change) == []
        assert (change,) not in ask("registry", LISTED, who.session.secret, "")
        refused("stream.missing", confirmed, ask, who, change, seen)
        for kind in ("declined", "withdrawn"):
            refused("stream.missing", over, ask, who, change, kind)
    for place in (other.at["hall"], mine.at["hall"]):
        assert ask("registry", LISTED, other.manager["hall"].session.secret, code(place)) == []
    refused("place.of_another", over, ask, city.managers[0], change, "withdrawn")
    assert over(ask, city.managers[0], change, "declined") == "declined"


def test_who_answers_for_a_part_of_a_change_sees_it_and_does_not_confirm_it(
    city: district.City, ask: Any, refused: Refused
) -> None:
    mine, other = city.districts
    places = [mine.at["hall"], other.at["hall"]]
    change = proposed(ask, city.managers[0], closures=[closure(place, 7) for place in places])
    ((_, seen, hers),) = ask("registry", READ, mine.manager["hall"].session.secret, change)
    assert not hers
    refused("place.not_yours", confirmed, ask, mine.manager["hall"], change, seen)
    assert confirmed(ask, city.managers[1], change) == "confirmed"


def test_a_place_that_moved_away_is_confirmed_by_whose_it_is_now(ask: Any, refused: Refused) -> None:
    city = district.city()
    mine, other = city.districts
    change = proposed(ask, mine.manager["street"], closures=[closure(mine.at["street"])])
    seen = content(ask, mine.manager["hall"], change)
    row = {"code": f"{mine.code}-001", "name_zh": "街", "name_en": "Street", "level": "township", "parent": other.code}
    towns.enter({"divisions": [row]}, *towns.founded(testing_city.current().database))
    refused("stream.missing", confirmed, ask, mine.manager["hall"], change, seen)
    assert confirmed(ask, other.manager["hall"], change) == "confirmed"


def test_nothing_else_than_what_was_proposed_is_confirmed(city: district.City, ask: Any, refused: Refused) -> None:
    hall = city.hall
    change = proposed(ask, city.managers[0], closures=[closure(hall, 8)])
    second = city.managers[1]
    refused("entry.other_content", confirmed, ask, second, change, "0" * 64)
    wrong: list[Any] = [
        {"why": "同意"},
        {"why": "", "proposed": "x"},
        {"why": "y", "proposed": "x", "closures": []},
        [],
    ]
    for body in wrong:
        sent = (second.session.secret, change, 1, "place.confirmed", json.dumps(body), uuid4())
        refused("place.malformed", ask, "registry", STEP, *sent)
    assert day(8) not in closed(hall)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"closures": []},
        {"closures": {}},
        {"closures": "x"},
        {"closures": [None]},
        {"closures": [{"place": "nowhere", "day": "2026-12-01", "name_zh": "a", "name_en": "b"}]},
        {"closures": [{"ended_at": "2020-01-01"}]},
        {"closures": [{"name_en": ""}]},
        {"closures": [{"name_zh": " "}]},
        {"closures": [{"name_zh": "x" * 501}]},
        {"closures": [{"name_zh": ["x"]}]},
        {"closures": [{"day": "2026-13-01"}]},
        {"closures": [{"day": "infinity"}]},
        {"closures": [{"day": "now"}]},
        {"closures": [{}, {}]},
        {"closures": [{}], "reopened": [{}]},
        {"hours": [{"days": []}]},
        {"hours": [{"days": [1, 8]}]},
        {"hours": [{"days": [1, 1]}]},
        {"hours": [{"days": "1"}]},
        {"hours": [{"opens": "17:00"}]},
        {"hours": [{"closes": "24:30"}]},
        {"hours": [{"opens": "08:30:00"}]},
        {"hours": [{"phone": ""}]},
        {"hours": [{"name_zh": "another"}]},
        {"windows": [{"id": str(uuid4())}]},
        {"windows": [{"code": ""}]},
        {"windows": [{}], "windows_ended": [{}]},
        {"windows_ended": [{"name_zh": "x"}]},
        {"offers": [{"offered": "yes"}]},
        {"offers": [{"offered": False}]},
        {"offers": [{"offered": True, "reason_zh": "无", "reason_en": "none"}]},
        {"offers": [{"offered": True, "days": [1]}]},
        {"offers": [{"item": "no such item"}]},
        {"offers": [{"level": "city"}]},
        {"offers": [{}], "as_level": [{}]},
        {"centres": [{}]},
        {"posts": [{}]},
        {"city": [{}]},
    ],
)  # fmt: skip
def test_what_is_no_change_is_not_proposed(
    said: dict[str, Any], city: district.City, ask: Any, refused: Refused, item: str
) -> None:
    whole: dict[str, Any] = {
        "closures": closure(city.hall),
        "reopened": {"place": code(city.hall), "day": day()},
        "hours": {"place": code(city.hall), **HOURS},
        "windows": {"place": code(city.hall), "code": "01", "name_zh": "窗", "name_en": "Window"},
        "windows_ended": {"place": code(city.hall), "code": "01"},
        "offers": {"place": code(city.hall), "item": item, "offered": True},
        "as_level": {"place": code(city.hall), "item": item},
    }
    body: dict[str, Any] = {
        part: [whole.get(part, {}) | one if isinstance(one, dict) else one for one in rows]
        if isinstance(rows, list)
        else rows
        for part, rows in said.items()
    }
    refused("place.malformed", proposed, ask, city.managers[0], **body)


@pytest.mark.parametrize("ahead", [-1, 800])
def test_a_closure_is_not_of_yesterday_nor_far_off(ahead: int, city: district.City, ask: Any, refused: Refused) -> None:
    refused("place.day", proposed, ask, city.managers[0], closures=[closure(city.hall, ahead)])
    refused("place.day", proposed, ask, city.managers[0], reopened=[{"place": code(city.hall), "day": day(ahead)}])


def test_what_is_not_closed_is_not_reopened_and_no_offer_ends_that_is_none(
    city: district.City, ask: Any, refused: Refused, item: str
) -> None:
    hall, (first, second) = city.hall, city.managers
    refused("place.moved_meanwhile", proposed, ask, first, reopened=[{"place": code(hall), "day": day(30)}])
    refused("place.moved_meanwhile", proposed, ask, first, as_level=[{"place": code(hall), "item": item}])
    confirmed(ask, second, proposed(ask, first, closures=[closure(hall, 30)]))
    one, two = (proposed(ask, first, reopened=[{"place": code(hall), "day": day(30)}]) for _ in range(2))
    assert confirmed(ask, second, one) == "confirmed"
    refused("place.moved_meanwhile", confirmed, ask, second, two)
    confirmed(ask, second, proposed(ask, first, closures=[closure(hall, 30)]))  # closed once more
    assert day(30) in closed(hall)


def test_hours_windows_and_offers_change_as_proposed(
    city: district.City, ask: Any, refused: Refused, item: str
) -> None:
    mine, _ = city.districts
    place, hall = mine.at["street"], mine.manager["hall"]
    no = {"place": code(place), "item": item, "offered": False, "reason_zh": "在区中心办", "reason_en": "At the centre"}
    said: dict[str, Any] = {
        "hours": [{"place": code(place), **HOURS}],
        "windows": [{"place": code(place), "code": "09", "name_zh": "九号窗", "name_en": "Window 9"}],
        "offers": [no],
    }
    confirmed(ask, hall, proposed(ask, mine.manager["street"], **said))
    sql = "select opens::text as opens, phone, address_zh from registry_centre where id = %s::uuid"
    (now,) = statement.rows("public", sql, [place])
    assert now == {"opens": "09:00:00", "phone": HOURS["phone"], "address_zh": "某路1号"}
    sql = "select offered, reason_en from registry_offering where place = %s::uuid and code = %s"
    assert statement.rows("public", sql, [place, item]) == [{"offered": False, "reason_en": "At the centre"}]
    again = [{"place": code(place), "code": "09", "name_zh": "第九窗", "name_en": "Ninth"}]
    confirmed(
        ask, hall, proposed(ask, mine.manager["street"], windows=again, as_level=[{"place": code(place), "item": item}])
    )
    found = statement.rows("public", "select name_en from registry_window where centre = %s::uuid", [place])
    assert found == [{"name_en": "Ninth"}]
    end: dict[str, Any] = {"windows_ended": [{"place": code(place), "code": "09"}]}
    one, two = (proposed(ask, mine.manager["street"], **end) for _ in range(2))
    confirmed(ask, hall, one)
    assert [row for row in places.place(code=code(place))["windows"] if row["name_en"] == "Ninth"] == []
    refused("place.moved_meanwhile", confirmed, ask, hall, two)
    refused("place.moved_meanwhile", proposed, ask, mine.manager["street"], **end)
    confirmed(ask, hall, proposed(ask, mine.manager["street"], windows=again))
    assert "Ninth" in [row["name_en"] for row in places.place(code=code(place))["windows"]]
    ended = "select count(*) from registry_offer where place = %s::uuid and ended_at is not null"
    assert statement.value("public", ended, [place]) == 1


def test_a_key_is_for_one_proposal(city: district.City, ask: Any, refused: Refused) -> None:
    key, manager = uuid4(), city.managers[0]
    first = proposed(ask, manager, key=key, closures=[closure(city.hall, 9)])
    assert proposed(ask, manager, key=key, closures=[closure(city.hall, 9)]) == first
    refused("key.reused", proposed, ask, manager, key=key, closures=[closure(city.hall, 10)])


def test_only_managers_change_places_and_only_they_and_supervisors_read_it(
    city: district.City, ask: Any, refused: Refused
) -> None:
    change = proposed(ask, city.managers[0], closures=[closure(city.hall, 11)])
    registrar = towns.founded(testing_city.current().database)[0]
    refused("move.of_another_role", proposed, ask, registrar, closures=[closure(city.hall, 11)])
    for sql in (
        READ.replace("%s, %s", "%s, gen_random_uuid()"),
        LISTED.replace("%s, %s", "%s, ''"),
        "select registry_managed(%s)",
    ):
        refused("move.of_another_role", ask, "registry", sql, registrar.session.secret)
    supervisor = city.supervisor.session.secret
    assert [hers for _, _, hers in ask("oversight", READ, supervisor, change)] == [False]
    assert (change,) in ask("oversight", LISTED, supervisor, "")
    refused(NOT_GRANTED, ask, "oversight", STEP, supervisor, change, 1, "place.confirmed", "{}", uuid4())


@pytest.mark.parametrize(
    "link", ["door", "public", "counter", "decide", "custody", "registry", "oversight", "worker", "keeper"]
)
def test_no_login_writes_a_change_or_a_place(link: str, city: district.City, ask: Any, refused: Refused) -> None:
    for sql in (
        f"insert into registry_closure values ('{city.hall}', current_date, 'x', 'x')",
        "update registry_closure set ended_at = now()",
        "update registry_centre set phone = 'x'",
        "update registry_offer set ended_at = now()",
        "select * from registry_change",
        f"insert into registry_change values (gen_random_uuid(), 1, 'place.proposed', '{{{city.hall}}}', '{{}}', '{{}}', 'x')",
        "select registry_change_apply('{}', null)",
        "select registry_place_confirmed(null, '{}')",
        "select registry_change_stands('{}')",
    ):
        refused(NOT_GRANTED, ask, link, sql)


def test_who_can_confirm_is_told_to_whose_it_is_alone(city: district.City, ask: Any, refused: Refused) -> None:
    mine, other = city.districts
    sql = "select name_en from registry_change_seconds(%s, %s)"
    change = proposed(ask, mine.manager["street"], closures=[closure(mine.at["street"], 13)])
    names = [one for (one,) in ask("registry", sql, mine.manager["street"].session.secret, change)]
    assert names[0] == mine.manager["hall"].username
    assert {*names[1:]} == {one.username for one in city.managers}
    refused("stream.missing", ask, "registry", sql, other.manager["hall"].session.secret, change)


@pytest.mark.parametrize("part", ["centres", "closures", "windows", "offers"])
def test_no_entry_says_that_managers_changed_a_row(part: str, ask: Any, refused: Refused) -> None:
    """What the folder leaves as it is would otherwise be whatever a registrar calls so."""
    registrar = towns.founded(testing_city.current().database)[0]
    body = json.dumps({part: [{"change": str(uuid4())}]})
    refused(
        "entry.malformed",
        ask,
        "registry",
        "select registry_propose(%s, %s, %s)",
        registrar.session.secret,
        body,
        uuid4(),
    )


def test_a_change_is_no_move_that_the_one_writer_takes(city: district.City, ask: Any, refused: Refused) -> None:
    change = proposed(ask, city.managers[0], closures=[closure(city.hall, 12)])
    sql = "select record_append(%s, 1, 'place.confirmed', %s, '{}', gen_random_uuid())"
    refused("move.unknown", ask, "registry", sql, change, city.managers[1].session.secret)
