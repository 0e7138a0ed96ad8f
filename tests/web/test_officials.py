"""The pages of officials: each sees what chance gave her, does her part once, and nothing of another's."""

import json
import secrets
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

import district
import town as towns
from counted import statements
from town import Town
from visiting import act, address, sent, visitor
from yimen.oversight.life import broken_link, draw_findings, life, second_hat
from yimen.pure.draw_day import DayMalformed
from yimen.pure.due_sentence import day_en, day_zh
from yimen.record import sessions
from yimen.record.events import Session
from yimen.registry.calendar import calendar
from yimen.web.door import session_of

STATES = {
    "received": "counter",
    "examining": "examiner",
    "deciding": "decider",
    "certifying": "maker",
    "made": "first_custodian",
    "half_released": "second_custodian",
}
NEXT = {
    "counter": "examining",
    "examiner": "deciding",
    "decider": "granted",
    "maker": "made",
    "first_custodian": "half_released",
    "second_custodian": "released",
}
LISTS = {
    "clerk": "/window/",
    "examiner": "/examiner/",
    "decider": "/decider/",
    "maker": "/custody/",
    "custodian": "/custody/",
    "supervisor": "/supervisor/",
    "manager": "/manager/",
}


@cache
def the_town() -> Town:
    return towns.town()


def due(state: str) -> tuple[Town, UUID, str, Client]:
    """A case in a state, the purpose of its next step, and the browser of whoever was drawn for it."""
    town = the_town()
    case = town.brought_to(state)
    purpose = STATES[state]
    return town, case, purpose, visitor(town.drawn(case, purpose))


@pytest.mark.parametrize("state", STATES)
def test_whoever_was_drawn_does_the_step_from_the_list(state: str) -> None:
    town, case, purpose, mine = due(state)
    role = town.drawn(case, purpose).role
    listed = mine.get(LISTS[role])
    assert address(case, purpose) in [one["url"] for one in listed.context["cases"]]
    answer = act(mine, address(case, purpose))
    assert answer.status_code == 302, answer.content.decode()
    assert town.state(case) == NEXT[purpose]
    told = mine.get(answer.url)
    assert told.context["notice"]["good"]
    assert address(case, purpose) not in [one["url"] for one in told.context["cases"]]


@pytest.mark.parametrize("state", STATES)
def test_a_page_is_one_statement(state: str) -> None:
    town, case, purpose, mine = due(state)
    calendar(login="public")
    for url in (address(case, purpose), LISTS[town.drawn(case, purpose).role]):
        with statements() as seen:
            assert mine.get(url).status_code == 200
        # the clerk's list has a second one: the originals that are still here
        assert len(seen) == (2 if url == "/window/" else 1), seen


@pytest.mark.parametrize("state", STATES)
def test_sent_twice_is_done_once(state: str) -> None:
    town, case, purpose, mine = due(state)
    url = address(case, purpose)
    page = mine.get(url)
    form = page.context["form"]
    ticks = {
        n: [c for c, _ in f.points] if hasattr(f, "points") else "on"
        for n, f in form.fields.items()
        if not f.widget.is_hidden
    }
    data = sent(page, **ticks, hand=page.context.get("hand", ""))
    assert mine.post(url, data).status_code == 302
    head = town.head(case)
    assert mine.post(url, data).status_code == 302
    assert town.head(case) == head


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_done_before_everything_is_ticked(state: str) -> None:
    town, case, purpose, mine = due(state)
    page = mine.get(address(case, purpose))
    answer = mine.post(address(case, purpose), sent(page))
    assert answer.status_code == 422
    assert answer.context["key"] == UUID(str(page.context["key"]))
    assert b"govuk-error-summary" in answer.content
    assert town.state(case) == state


def test_each_condition_must_be_met() -> None:
    town, case, _, mine = due("examining")
    page = mine.get(f"/examiner/{case}/")
    answer = mine.post(f"/examiner/{case}/", sent(page, conditions=["premises"]))
    assert answer.status_code == 422
    assert "Rules" in answer.content.decode()
    assert town.state(case) == "examining"


def test_a_stale_page_is_refused_and_says_so() -> None:
    town, case, _, mine = due("received")
    page = mine.get(f"/window/{case}/")
    answer = mine.post(
        f"/window/{case}/", {**sent(page), "after": 1, "complete": "layout", "reasons": "typed with care"}
    )
    assert answer.status_code == 409
    assert "case.moved_meanwhile" in answer.content.decode()
    assert "typed with care" in answer.content.decode()
    assert town.state(case) == "received"


@pytest.mark.parametrize("field", ["key", "after"])
def test_a_form_without_its_marks_is_refused(field: str) -> None:
    _, case, _, mine = due("received")
    data = sent(mine.get(f"/window/{case}/"), complete="layout")
    for broken in ({**data, field: "x"}, {name: value for name, value in data.items() if name != field}):
        assert mine.post(f"/window/{case}/", broken).status_code == 400


@pytest.mark.parametrize("role", LISTS)
def test_another_hat_is_told_to_change(role: str) -> None:
    town = the_town()
    mine = visitor(town.someone(role))
    for page in {*LISTS.values(), "/supervisor/roster/"}:
        expected = 200 if page == LISTS[role] or (role == "supervisor" and page.startswith("/supervisor/")) else 403
        assert mine.get(page).status_code == expected, page


def test_whoever_was_not_drawn_sees_nothing() -> None:
    town, case, purpose, _ = due("examining")
    other = visitor(town.not_drawn(case, purpose))
    assert other.get(f"/examiner/{case}/").status_code == 404
    assert str(case) not in other.get("/examiner/").content.decode()
    assert other.get(f"/examiner/{uuid4()}/").status_code == 404


def test_whoever_is_signed_out_comes_back_to_the_page() -> None:
    _, case, _, _ = due("received")
    answer: Any = Client().get(f"/window/{case}/")
    assert answer.status_code == 302
    assert f"window%252F{case}" in answer.url


def test_an_ended_session_loses_nothing_that_was_typed() -> None:
    town, case, purpose, mine = due("received")
    page = mine.get(f"/window/{case}/")
    sessions.end_session(session=sessions_of(mine))
    answer = mine.post(f"/window/{case}/", sent(page, reasons="typed with care"))
    assert answer.status_code == 403
    assert "typed with care" in answer.content.decode()
    assert town.state(case) == "received"
    assert purpose == "counter"


def sessions_of(client: Client) -> Session:
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return session_of(request)


def test_contact_details_are_for_the_clerk_alone() -> None:
    town = the_town()
    case = town.filed()
    clerk = visitor(town.drawn(case, "counter"))
    assert "0431-80000001" in clerk.get(f"/window/{case}/").content.decode()
    town.accept(case)
    examiner = visitor(town.drawn(case, "examiner"))
    assert "0431-80000001" not in examiner.get(f"/examiner/{case}/").content.decode()
    town.examine(case)
    decider = visitor(town.drawn(case, "decider"))
    assert "0431-80000001" not in decider.get(f"/decider/{case}/").content.decode()


def test_custody_sees_the_decision_and_no_papers() -> None:
    _, case, _, mine = due("certifying")
    page = mine.get(f"/custody/{case}/make/")
    assert page.context["papers"] is None
    assert page.context["decision"]["standing"] == "unseen"
    assert page.context["decision"]["digest"] in page.content.decode().replace("</span> <span>", "")
    assert "布局图" not in page.content.decode()


def test_custody_cannot_release_another_decision() -> None:
    town, case, _, mine = due("certifying")
    answer = act(mine, f"/custody/{case}/make/", decision="0" * 64)
    assert answer.status_code == 409
    assert "certificate.other_decision" in answer.content.decode()
    assert town.state(case) == "certifying"


def test_a_signature_that_cannot_be_read_is_not_called_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, case, _, mine = due("certifying")
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    (tmp_path / "trust.json").write_text("{}", encoding="utf-8")
    assert mine.get(f"/custody/{case}/make/").context["decision"]["standing"] == "unseen"


def test_what_goes_on_by_itself_is_said() -> None:
    town, case, purpose, mine = due("deciding")
    act(mine, f"/decider/{case}/")
    page = mine.get(address(case, purpose))
    assert page.context["form"] is None
    assert "awaited" in page.content.decode()
    assert town.state(case) == "granted"


def test_a_paper_is_handed_out_and_leaves_a_trace() -> None:
    town, case, purpose, mine = due("examining")
    url = mine.get(f"/examiner/{case}/").context["papers"][0]["url"]
    answer = mine.get(url)
    assert answer.content == towns.PAPER
    assert answer["Content-Disposition"].startswith("inline; filename*=UTF-8''%E5")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    assert visitor(town.not_drawn(case, purpose)).get(url).status_code == 404
    life_of_it = visitor(town.someone("supervisor")).get(f"/supervisor/{case}/")
    assert [one["role"] for one in life_of_it.context["readings"]] == ["examiner"]


def test_each_clock_says_how_its_date_comes_about() -> None:
    _, case, _, mine = due("deciding")
    clocks = {one["name"]: one for one in mine.get(f"/decider/{case}/").context["clocks"]}
    assert set(clocks) == {"acceptance", "link", "promise", "statutory"}
    assert clocks["acceptance"]["standing"] == "stopped"
    for one in clocks.values():
        assert day_en(one["due"]) in one["why_en"]
        assert day_zh(one["due"]) in one["why_zh"]
    assert "examination" in clocks["link"]["why_en"]


def test_a_worklist_goes_on_where_the_page_ended() -> None:
    town = towns.town(roles={"clerk": 1})
    cases = {str(town.filed()) for _ in range(22)}
    mine = visitor(town.someone("clerk"))
    first = mine.get("/window/")
    second = mine.get(first.context["pages"]["next"])
    seen = [one["url"].split("/")[2] for page in (first, second) for one in page.context["cases"]]
    assert len(first.context["cases"]) == 20
    assert len(seen) == len(set(seen)) == 22
    assert set(seen) == cases
    assert not second.context["pages"]["next"]
    everything = visitor(town.someone("supervisor"))
    page = everything.get("/supervisor/")
    following = everything.get(page.context["pages"]["next"])
    assert not {one["url"] for one in page.context["cases"]} & {one["url"] for one in following.context["cases"]}


def test_the_supervisor_sees_every_case_and_the_whole_of_one() -> None:
    town = the_town()
    case = town.brought_to("released")
    mine = visitor(town.someone("supervisor"))
    calendar(login="public")
    with statements() as seen:
        listed = mine.get("/supervisor/")
    assert len(seen) == 3  # the agencies to choose from, the page, the last hourly check
    assert f"/supervisor/{case}/" in [one["url"] for one in listed.context["cases"]]
    with statements() as seen:
        page = mine.get(f"/supervisor/{case}/")
    assert len(seen) == 2  # the case, and what was told of it
    assert page.context["chain"]["whole"]
    assert page.context["chain"]["count"] == 14
    assert [one["hat"] for one in page.context["people"]] == [
        "applicant", "counter", "examiner", "decider", "maker", "first_custodian", "second_custodian"
    ]  # fmt: skip
    standings = [one["standing"] for one in page.context["checks"]]
    assert standings == ["passed", "passed", "unseen", "unseen"]
    assert mine.post(f"/supervisor/{case}/").status_code == 405


def test_a_changed_history_is_seen() -> None:
    town = the_town()
    case = town.brought_to("deciding")
    found = life(case=case, session=town.someone("supervisor").session)
    head = found.view["hash"]
    assert broken_link(found.events, head=head) is None
    changed = json.loads(json.dumps(found.events))
    changed[2]["facts"] = changed[2]["facts"].replace("complete", "Complete")
    broken = broken_link(changed, head=head)
    assert broken is not None
    assert (broken.number, broken.reason) == (3, "hash")
    assert broken_link(found.events[:-1], head=head) is not None
    changed = json.loads(json.dumps(found.events))
    changed[4]["mark"] = changed[2]["mark"]
    second = second_hat(changed)
    assert second is not None
    assert second.reason == "hat"


def test_draws_are_recomputed_once_the_day_is_over() -> None:
    town = towns.town(committed=False)
    halves = (secrets.token_bytes(32), secrets.token_bytes(32))
    towns.commit_day(town, halves=halves)
    case = town.brought_to("released")
    found = life(case=case, session=town.someone("supervisor").session)
    assert {one.level for one in draw_findings(found.days)} == {"open"}
    revealed = [day | {"centre_half": halves[0].hex(), "supervisor_half": halves[1].hex()} for day in found.days]
    assert not [one for one in draw_findings(revealed) if one.level == "wrong"]
    revealed[0]["draws"][0]["chosen"] = "0" * 12
    assert [one for one in draw_findings(revealed) if one.level == "wrong"]
    with pytest.raises(DayMalformed):
        draw_findings([{"pool": 1}])


def test_two_lay_down_the_halves_of_a_day() -> None:
    town = towns.town()
    day = (towns.today() + timedelta(days=3)).isoformat()
    manager, supervisor = visitor(town.someone("manager")), visitor(town.someone("supervisor"))
    wanted = f"{town.centre}/{day}"
    with statements() as seen:
        page = manager.get("/manager/")
    assert len(seen) == 1
    assert wanted in page.content.decode()
    assert wanted not in supervisor.get("/supervisor/roster/").content.decode()
    data = {"key": page.context["coming"]["key"], "days": [wanted]}
    assert manager.post("/manager/", data).status_code == 302
    assert manager.post("/manager/", data).status_code == 302
    assert wanted not in manager.get("/manager/").content.decode()
    with statements() as seen:
        page = supervisor.get(f"/supervisor/roster/?day={day}")
    assert len(seen) == 1
    assert wanted in page.content.decode()
    data = {"key": page.context["coming"]["key"], "days": [wanted]}
    assert supervisor.post("/supervisor/roster/", data).status_code == 302
    page = supervisor.get(f"/supervisor/roster/?day={day}")
    assert wanted not in page.content.decode()
    pools = [one for one in page.context["pools"] if len(one["people"]) == 11 and one["sealed"] and not one["few"]]
    assert any({one["name"] for one in pool["people"]} >= {"Someone 0", "Someone 4"} for pool in pools)
    assert manager.post("/manager/", {"key": uuid4(), "days": "x"}).status_code == 400


def test_a_manager_lays_down_halves_for_her_own_places_alone() -> None:
    made = district.city()
    mine, other = made.districts
    day = (towns.today() + timedelta(days=3)).isoformat()
    manager = visitor(mine.manager["hall"])
    page = manager.get("/manager/")
    shown = {one["value"].split("/")[0] for pool in page.context["coming"]["pools"] for one in pool["days"]}
    assert shown == {str(pool) for pool in mine.pools}
    for pool in (*other.pools, made.hall, made.agency):
        data = {"key": uuid4(), "days": [f"{pool}/{day}"]}
        refused = manager.post("/manager/", data)
        assert refused.status_code == 403
        assert "does not answer for this place" in refused.content.decode()


def test_too_few_candidates_are_said() -> None:
    town = towns.town(roles={"examiner": 1})
    page = visitor(town.someone("supervisor")).get("/supervisor/roster/")
    assert "Examiner: fewer than two candidates" in page.content.decode()


def test_pages_say_it_in_chinese_first() -> None:
    town, case, purpose, _ = due("received")
    page = visitor(town.drawn(case, purpose), language="zh-hans").get(f"/window/{case}/")
    assert "受理申请" in page.content.decode()
    assert 'lang="zh-Hans"' in page.content.decode()
