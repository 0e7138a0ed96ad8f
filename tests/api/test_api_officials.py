"""What officials do and see over the interface, and what is refused to them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import district
import town as towns
from asking import Asking, application, drawn, filed

BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "examine": {"conditions": ["premises", "rules"]},
    "decide": {},
    "make": {"decision": "0" * 64, "seal": "S"},
    "release": {"decision": "0" * 64, "seal": "S"},
    "release-again": {"decision": "0" * 64, "seal": "S"},
}
ROLES = dict(zip(BODIES, ("clerk", "examiner", "decider", "maker", "custodian", "custodian"), strict=True))


@pytest.mark.parametrize("move", BODIES)
def test_a_step_is_refused_to_whom_chance_did_not_draw(town: towns.Town, move: str) -> None:
    case = filed(town)
    head = Asking(town.applicant).get(f"/cases/{case}").said["head"]
    for one in town.people[ROLES[move]]:
        answer = Asking(one).post(f"/cases/{case}/{move}", {"after": head, **BODIES[move]})
        if answer.status == 200:
            assert move == "accept"
            return
        assert (answer.status, answer.code) in {
            (403, "case.not_drawn"),
            (409, "case.wrong_state"),
            (404, "case.missing"),
        }
    assert move != "accept"


@pytest.mark.parametrize("move", BODIES)
def test_a_step_is_refused_under_another_hat(town: towns.Town, move: str) -> None:
    case = filed(town)
    wrong = town.applicant if move != "accept" else town.someone("examiner")
    answer = Asking(wrong).post(f"/cases/{case}/{move}", {"after": 2, **BODIES[move]})
    if move == "decide":  # which begins by reading the case: the applicant may, and it is at another step
        assert (answer.status, answer.code) == (409, "case.wrong_state")
        return
    assert (answer.status, answer.code) == (403, "move.of_another_link")


@pytest.mark.parametrize("move", BODIES)
def test_a_step_needs_key_place_and_a_session(town: towns.Town, move: str) -> None:
    who = town.someone(ROLES[move])
    path, body = f"/cases/{uuid4()}/{move}", {"after": 2, **BODIES[move]}
    assert Asking(who).post(path, body, key=None).code == "key.missing"
    assert Asking(who).post(path, {**body, "after": "x"}).said["params"]["fields"] == {"after": "int_type"}
    assert Asking(who).post(path, body).code == ("case.missing" if move == "decide" else "stream.missing")
    assert Asking().post(path, body).code == "session.ended"
    assert Asking(who).get(path).status == 405


def test_a_stale_page_and_a_retry(town: towns.Town) -> None:
    case = filed(town)
    asking, line = drawn(town, case, "clerk")
    key, path = uuid4(), f"/cases/{case}/accept"
    assert asking.post(path, {"after": line["head"] - 1}).code == "case.moved_meanwhile"
    first = asking.post(path, {"after": line["head"]}, key=key)
    again = asking.post(path, {"after": line["head"]}, key=key)
    assert again.said["receipt"] == first.said["receipt"]
    assert again.said["retried"] is True
    other = Asking(drawn(town, case, "examiner")[0].who).post(
        f"/cases/{case}/examine", {"after": line["head"] + 2, **BODIES["examine"]}, key=key
    )
    assert (other.status, other.code) == (409, "key.reused")
    assert asking.post(path, {"after": line["head"] + 2}).code == "case.wrong_state"


def test_custody_of_another_decision_is_refused(town: towns.Town) -> None:
    case = str(town.brought_to("certifying"))
    asking, line = drawn(town, case, "maker")
    seen = asking.get(f"/cases/{case}").said
    right = {"after": line["head"], "decision": seen["decision_content"], "seal": seen["seal"]["code"]}
    for wrong in ({"decision": "0" * 64}, {"seal": "another"}):
        assert asking.post(f"/cases/{case}/make", right | wrong).code == "certificate.other_decision"
    assert asking.post(f"/cases/{case}/make", right | {"decision": "short"}).code == "request.malformed"


def test_worklists_are_ones_own_and_come_in_pages(town: towns.Town) -> None:
    cases = {filed(town) for _ in range(6)}
    found: list[str] = []
    for clerk in town.people["clerk"]:
        cursor = ""
        while True:
            page = Asking(clerk).get("/worklist", limit=1, **({"cursor": cursor} if cursor else {})).said
            found += [one["stream"] for one in page["items"]]
            if not page["next"]:
                break
            cursor = page["next"]
    assert len(found) == len(set(found))
    assert cases <= set(found)
    assert Asking(town.someone("clerk")).get("/worklist", cursor="bm9uc2Vuc2U").code == "cursor.malformed"


def test_a_case_is_seen_by_its_hats_alone(town: towns.Town) -> None:
    case = filed(town)
    asking, _ = drawn(town, case, "clerk")
    seen = asking.get(f"/cases/{case}").said
    assert seen["contact"]["phone"] or seen["contact"]
    assert Asking(town.someone("supervisor")).get(f"/cases/{case}").status == 200
    for other in (town.stranger, town.not_drawn(UUID(case), "counter"), town.someone("maker")):
        assert Asking(other).get(f"/cases/{case}").code == "case.missing"


def test_a_paper_is_an_attachment_and_its_reading_leaves_a_trace(town: towns.Town) -> None:
    case = filed(town)
    asking, _ = drawn(town, case, "clerk")
    (document,) = asking.get(f"/cases/{case}").said["documents"]
    answer = asking.get(f"/documents/{document['id']}/content")
    assert answer.response.content == towns.PAPER
    assert answer.response["Content-Type"] == "image/png"
    assert answer.response["Content-Disposition"].startswith("attachment;")
    assert answer.response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.response["Content-Security-Policy"]
    readings = Asking(town.applicant).get(f"/cases/{case}").said["readings"]
    assert [one["role"] for one in readings] == ["clerk"]
    for other in (town.stranger, town.someone("maker")):
        assert Asking(other).get(f"/documents/{document['id']}/content").code == "document.missing"
    assert asking.get(f"/documents/{uuid4()}/content").code == "document.missing"


def test_the_supervisor_sees_all_and_nobody_else_does(town: towns.Town) -> None:
    case = filed(town)
    supervisor = Asking(town.someone("supervisor"))
    first = supervisor.get("/all-cases", limit=1).said
    assert first["next"]
    second = supervisor.get("/all-cases", limit=1, cursor=first["next"]).said
    assert first["items"][0]["stream"] == case
    assert second["items"][0]["stream"] != case
    day = towns.today().isoformat()
    roster = supervisor.get(f"/roster/{day}").said["items"]
    assert {str(town.agency), str(town.centre)} <= {one["pool"] for one in roster}
    for path in ("/all-cases", f"/roster/{day}"):
        assert Asking(town.applicant).get(path).status == 403
        assert Asking(town.someone("manager")).get(path).status == 403
    assert supervisor.get("/roster/yesterday").code == "address.unknown"


def test_the_two_halves_of_a_day() -> None:
    town = towns.town(committed=False)
    manager, supervisor = Asking(town.someone("manager")), Asking(town.someone("supervisor"))
    day = towns.today() + timedelta(days=1)
    path = f"/draws/{town.centre}/{day}"
    assert supervisor.post(f"{path}/supervisor-half", {"half": "1" * 64}).code == "draw.not_opened"
    assert manager.post(f"{path}/centre-half", {"half": "short"}).code == "request.malformed"
    assert manager.post(f"{path}/supervisor-half", {"half": "0" * 64}).status == 403
    opened = manager.post(f"{path}/centre-half", {"half": "0" * 64})
    assert opened.status == 201, opened.said
    assert manager.post(f"{path}/centre-half", {"half": "0" * 64}).said == opened.said
    assert manager.post(f"{path}/centre-half", {"half": "2" * 64}).code == "draw.already_committed"
    assert supervisor.post(f"{path}/centre-half", {"half": "0" * 64}).status == 403
    assert supervisor.post(f"{path}/supervisor-half", {"half": "1" * 64}).status == 201
    past = f"/draws/{town.centre}/{day - timedelta(days=9)}/centre-half"
    assert manager.post(past, {"half": "0" * 64}).code == "draw.malformed"
    shown = Asking().get(f"/draws/{day}").said["items"]
    (pool,) = [one for one in shown if one["pool"] == str(town.centre)]
    assert pool["centre_half"] is None
    assert pool["supervisor_commitment"]


def test_on_a_day_that_was_not_committed_the_receipt_is_given_and_nobody_is_drawn() -> None:
    town = towns.town(committed=False)
    answer = Asking(town.applicant).send("/cases", application(town))
    assert (answer.status, answer.said["state"]) == (201, "received")
    assert town.kinds(answer.said["case"]) == ["case.submitted", "case.draw_waits"]


def test_an_entry_is_confirmed_by_a_second_registrar_as_it_was_proposed() -> None:
    one, two = (Asking(registrar) for registrar in towns.founded(towns.testing_city.current().database))
    rows = [{"code": uuid4().hex[:12], "name_zh": "某区", "name_en": "District", "level": "county"}]
    entry = one.post("/entries", {"divisions": rows}).said["case"]
    assert entry in {line["entry"] for line in two.get("/entries").said["items"]}
    shown = two.get(f"/entries/{entry}").said
    assert shown["body"] == {"divisions": rows}
    path, confirmed = f"/entries/{entry}/confirm", {"proposed": shown["proposed"]}
    assert one.post(path, confirmed).code == "hat.second"
    assert two.post(path, {"proposed": "0" * 64}).code == "entry.other_content"
    assert two.post(path, confirmed).said["state"] == "confirmed"
    assert two.get(f"/entries/{uuid4()}").code == "entry.missing"


@pytest.mark.parametrize(
    "body",
    [
        {"posts": [{"id": str(uuid4())}]},
        {"divisions": [{"code": "x", "name_zh": "x", "name_en": "x", "level": "county", "parent": "none"}]},
        {"duty": [{"post": "x"}]},
        {"calendar": [{"day": "31 February"}]},
    ],
)
def test_an_entry_that_no_table_takes_is_refused_when_it_is_confirmed(body: dict[str, Any]) -> None:
    one, two = (Asking(registrar) for registrar in towns.founded(towns.testing_city.current().database))
    entry = one.post("/entries", body).said["case"]
    proposed = two.get(f"/entries/{entry}").said["proposed"]
    assert two.post(f"/entries/{entry}/confirm", {"proposed": proposed}).code == "entry.malformed"


def test_only_registrars_read_what_is_proposed(town: towns.Town) -> None:
    for other in town.someone("manager"), town.someone("supervisor"), town.applicant:
        assert Asking(other).get("/entries").code == "move.of_another_role"


def test_what_is_not_asked_for_is_refused_wherever_it_stands(town: towns.Town) -> None:
    """A misspelt filter would show everything, a misspelt field be passed over, a question that there is not never be answered."""
    case = filed(town)
    clerk, line = drawn(town, case, "clerk")
    for asking, path in ((clerk, "/worklist"), (Asking(), "/items"), (clerk, f"/cases/{case}")):
        answer = asking.get(path, limmit=1)
        assert (answer.code, answer.said["params"]["fields"]) == ("request.malformed", {"limmit": "unknown"})
    applicant = Asking(town.applicant)
    draft = applicant.post("/drafts", {"item": town.item}).said["draft"]
    wrong = {"material": "layout", "remark": "x", "file": SimpleUploadedFile("a.png", towns.PAPER)}
    answer = applicant.send(f"/drafts/{draft}/documents", wrong, key=None)
    assert (answer.code, answer.said["params"]["fields"]) == ("request.malformed", {"remark": "unknown"})
    for part, name in (("material", "pasport"), ("field", "premisses"), ("field", "contact_phone")):
        told = {"after": line["head"], "missing": [{"what": "请补正", part: name}]}
        answer = clerk.post(f"/cases/{case}/ask-correction", told)
        assert (answer.code, answer.said["params"]["fields"]) == ("form.malformed", {part: "unknown"})


def test_an_entry_says_nothing_that_no_table_takes(town: towns.Town) -> None:
    registrar = Asking(towns.founded(towns.testing_city.current().database)[0])
    for rows in ({"people": [{"id": str(uuid4()), "ended": "2026-01-01"}]}, {"duty": [{"post": str(uuid4()), "weekday": 1, "since": "2020-01-01"}]}):  # fmt: skip
        answer = registrar.post("/entries", rows)
        assert answer.code == "entry.malformed"
        assert answer.said["params"]["detail"] in ("unknown: people.ended", "unknown: duty.since")


def test_a_manager_lays_down_halves_for_the_places_of_her_district_alone() -> None:
    made = district.city()
    mine, other = made.districts
    manager = Asking(mine.manager["hall"])
    assert {UUID(one["pool"]) for one in manager.get("/draws").said["pools"]} == mine.pools
    day = towns.today() + timedelta(days=1)
    for pool in mine.pools:
        assert manager.post(f"/draws/{pool}/{day}/centre-half", {"half": "0" * 64}).status == 201
    for pool in (*other.pools, made.hall, made.agency, uuid4()):
        refused = manager.post(f"/draws/{pool}/{day}/centre-half", {"half": "0" * 64})
        assert (refused.status, refused.code) == (403, "place.not_yours")
