"""Applying over the interface: in one call and by a draft, and every way it is refused."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

import town as towns
from asking import Asking, application, filed, paper
from yimen.api.answer import cursor_of
from yimen.casework.form import check_form
from yimen.record import statement
from yimen.record.refusal import Refusal

INJECTIONS = (
    "'; drop table record_event; --",
    "<script>alert(1)</script>",
    "{{7*7}} {% debug %}",
    "../../../../etc/passwd",
    '" or 1=1 --',
    "$(reboot) `id`",
    "＇；ｄｒｏｐ",
)


def cases_of(who: towns.Someone) -> int:
    return len(Asking(who).get("/cases", limit=100).said["items"])


def test_applying_hands_out_a_receipt(town: towns.Town) -> None:
    answer = Asking(town.applicant).send("/cases", application(town))
    said = answer.said
    assert (answer.status, said["state"], said["retried"]) == (201, "received", False)
    assert said["number"].startswith(town.item)
    assert said["receipt"]["stream"] == said["case"]
    assert said["receipt"]["number"] == 1
    assert len(said["receipt"]["hash"]) == 64


def test_sent_twice_it_is_one_case_and_the_same_answer(town: towns.Town) -> None:
    key, before = uuid4(), cases_of(town.applicant)
    first = Asking(town.applicant).send("/cases", application(town), key=key)
    second = Asking(town.applicant).send("/cases", application(town), key=key)
    assert second.status == first.status == 201
    assert second.said == first.said | {"retried": True}
    assert cases_of(town.applicant) == before + 1


def test_a_key_used_again_for_something_else_is_refused(town: towns.Town) -> None:
    key = uuid4()
    asking = Asking(town.applicant)
    assert asking.send("/cases", application(town), key=key).status == 201
    others = [
        application(town, form={**towns.FORM, "premises": "another place"}),
        application(town, files={"rules": paper()}),
    ]
    for other in others:
        answer = asking.send("/cases", other, key=key)
        assert (answer.status, answer.code) == (409, "key.reused")
    assert asking.send("/cases", application(town), key=key).said["retried"] is True


def test_without_a_key_nothing_is_recorded(town: towns.Town) -> None:
    before = cases_of(town.applicant)
    for key in (None, "not-a-uuid"):
        answer = Asking(town.applicant).send("/cases", application(town), key=key)
        assert (answer.status, answer.code) == (422, "key.missing")
    assert cases_of(town.applicant) == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"item": "no-such-item"}, 404, "item.unknown"),
        ({"item": "x" * 101}, 422, "request.malformed"),
        ({"organisation": str(uuid4())}, 403, "organisation.no_authority"),
        ({"organisation": "me"}, 422, "request.malformed"),
        ({"form": []}, 422, "request.malformed"),
        ({"more": 1}, 422, "request.malformed"),
        ({"files": {"layout": None}}, 422, "material.missing"),
        ({"files": {"passport": paper()}}, 404, "material.unknown"),
        ({"files": {"layout": paper(b"")}}, 422, "document.empty"),
        ({"files": {"layout": paper(b"MZ\x90\x00 not a picture")}}, 422, "document.type"),
        ({"files": {"layout": paper(towns.PAPER[:40])}}, 422, "document.hostile"),
        ({"files": {"layout": paper(b"%PDF-1.7\n/JavaScript (app.alert(1))")}}, 422, "document.hostile"),
    ],
)
def test_what_cannot_be_filed_is_named(town: towns.Town, changes: dict[str, Any], status: int, code: str) -> None:
    before = cases_of(town.applicant)
    answer = Asking(town.applicant).send("/cases", application(town, **changes))
    assert (answer.status, answer.code) == (status, code), answer.said
    assert cases_of(town.applicant) == before


def test_a_missing_paper_and_a_bad_one_are_named(town: towns.Town) -> None:
    missing = Asking(town.applicant).send("/cases", application(town, files={"layout": None}))
    assert missing.said["params"]["materials"] == ["layout"]
    bad = Asking(town.applicant).send("/cases", application(town, files={"layout": paper(b"x", "图 1.png")}))
    assert bad.said["params"]["material"] == "layout"
    assert bad.said["params"]["file"] == "图 1.png"


def test_a_file_too_large_is_refused_before_it_is_read(town: towns.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_UPLOAD_BYTES", 1000)
    for size in (1001, 6000):
        answer = Asking(town.applicant).send("/cases", application(town, files={"layout": paper(b"x" * size)}))
        assert (answer.status, answer.code) == (413, "document.too_large")


def test_the_form_is_checked_field_by_field(town: towns.Town) -> None:
    form = {**towns.FORM, "premises": "", "colour": "red", "business_items": "one"}
    answer = Asking(town.applicant).send("/cases", application(town, form=form))
    assert answer.code == "form.malformed"
    assert answer.said["params"]["fields"].keys() >= {"premises", "colour"}


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_typed_is_only_ever_text(town: towns.Town, text: str) -> None:
    form = {**towns.FORM, "premises": text}
    answer = Asking(town.applicant).send("/cases", application(town, form=form, files={"layout": paper(name=text)}))
    assert answer.status == 201, answer.said
    seen = Asking(town.applicant).get(f"/cases/{answer.said['case']}").said
    assert seen["form"]["premises"] == text
    assert int(statement.value("oversight", "select count(*) from record_event")) > 0


@pytest.mark.parametrize("text", [*INJECTIONS, "\x00", "\ud800", "x" * 5000])
def test_injection_in_any_other_field_is_refused(town: towns.Town, text: str) -> None:
    asking = Asking(town.applicant)
    field = application(town, item=text)
    field["application"] = field["application"].encode("utf-8", "replace").decode()
    assert asking.send("/cases", field).status in (404, 422)
    assert asking.send("/cases", application(town, organisation=text.replace("\ud800", "?"))).status == 422
    assert asking.send(
        "/cases", {**application(town), f"m{text}".replace("\ud800", "?").replace('"', "%22")[:200]: paper()}
    ).status in (
        404,
        422,
    )
    assert asking.send("/cases", {"application": text.replace("\ud800", "?")}).status == 422
    assert asking.post("/drafts", {"item": text}).status in (404, 422)
    assert asking.get("/cases", cursor=text.replace("\ud800", "?")).status == 422
    assert asking.get("/cases", limit=text.replace("\ud800", "?")).status == 422


def test_a_control_character_in_a_form_is_refused(town: towns.Town) -> None:
    for text in ("a\u202eb", "a\x1bb"):
        answer = Asking(town.applicant).send("/cases", application(town, form={**towns.FORM, "premises": text}))
        assert answer.said["params"]["fields"] == {"premises": "characters"}
    null = Asking(town.applicant).send("/cases", application(town, form={**towns.FORM, "premises": "a\x00b"}))
    assert null.code == "request.malformed"


def test_what_is_no_form_is_refused(town: towns.Town) -> None:
    asking = Asking(town.applicant)
    assert asking.post("/cases", {}).code == "request.malformed"
    assert asking.post("/cases", "x").code == "request.malformed"
    headers = {"authorization": asking._headers(None)["authorization"], "idempotency-key": str(uuid4())}
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        broken = asking.client.post("/api/v1/cases", "--y\r\n\r\n", content_type=content_type, headers=headers)
        assert broken.status_code == 422
        assert broken["Content-Type"] == "application/problem+json"


def test_an_official_cannot_apply_with_her_post(town: towns.Town) -> None:
    answer = Asking(town.someone("clerk")).send("/cases", application(town))
    assert (answer.status, answer.code) == (403, "move.of_another_role")


def test_a_draft_survives_and_is_filed(town: towns.Town) -> None:
    asking, key = Asking(town.applicant), uuid4()
    draft = asking.post("/drafts", {"item": town.item}, key=key).said["draft"]
    assert asking.post("/drafts", {"item": town.item}, key=key).said["draft"] == draft
    assert (
        asking.put(f"/drafts/{draft}", {"organisation": str(town.organisation), "form": {"premises": "x"}}).status
        == 204
    )
    assert asking.post(f"/drafts/{draft}/file").code == "form.malformed"
    asking.put(f"/drafts/{draft}", {"organisation": str(town.organisation), "form": towns.FORM})
    assert asking.post(f"/drafts/{draft}/file").code == "material.missing"
    added = asking.send(f"/drafts/{draft}/documents", {"material": "layout", "file": paper()}, key=None)
    assert added.status == 201, added.said
    extra = asking.send(f"/drafts/{draft}/documents", {"material": "rules", "file": paper()}, key=None).said["document"]
    assert asking.delete(f"/documents/{extra}").status == 204
    seen = Asking(town.applicant, token=Asking(town.applicant).token).get(f"/drafts/{draft}").said
    assert [one["id"] for one in seen["documents"]] == [added.said["document"]]
    assert draft in [one["draft"] for one in asking.get("/drafts").said["items"]]
    key = uuid4()
    first = asking.post(f"/drafts/{draft}/file", key=key)
    assert first.status == 201, first.said
    assert draft not in [one["draft"] for one in asking.get("/drafts").said["items"]]
    assert asking.put(f"/drafts/{draft}", {"form": {}}).code == "draft.filed_already"


def test_a_draft_is_nobody_elses(town: towns.Town) -> None:
    draft = Asking(town.applicant).post("/drafts", {"item": town.item}).said["draft"]
    stranger = Asking(town.stranger)
    assert stranger.get(f"/drafts/{draft}").code == "draft.missing"
    assert stranger.put(f"/drafts/{draft}", {"form": {}}).code == "draft.missing"
    assert stranger.post(f"/drafts/{draft}/file").code == "draft.missing"
    refused = stranger.send(f"/drafts/{draft}/documents", {"material": "layout", "file": paper()}, key=None)
    assert refused.code == "draft.missing"


def test_drafts_refuse_what_they_cannot_keep(town: towns.Town) -> None:
    asking = Asking(town.applicant)
    draft = asking.post("/drafts", {"item": town.item}).said["draft"]
    asked = [
        asking.post("/drafts", {"item": "none"}).code,
        asking.post("/drafts", {"item": town.item}, key=None).code,
        asking.send(f"/drafts/{draft}/documents", {"material": "layout"}, key=None).code,
        asking.send(f"/drafts/{draft}/documents", {"material": "none", "file": paper()}, key=None).code,
        asking.send(f"/drafts/{draft}/documents", {"material": "layout", "file": paper(b"MZ")}, key=None).code,
        asking.put(f"/drafts/{draft}", {"organisation": str(uuid4()), "form": {}}).code,
        asking.delete(f"/documents/{uuid4()}").code,
        asking.get("/drafts/not-a-uuid").code,
    ]
    assert asked == [
        "item.unknown",
        "key.missing",
        "request.malformed",
        "material.unknown",
        "document.type",
        "organisation.no_authority",
        "document.missing",
        "address.unknown",
    ]


def test_my_cases_come_in_pages(town: towns.Town) -> None:
    wanted = {filed(town) for _ in range(3)}
    asking, cursor, seen = Asking(town.applicant), None, []
    while True:
        page = asking.get("/cases", limit=2, **({"cursor": cursor} if cursor else {})).said
        seen += [one["stream"] for one in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen))
    assert wanted <= set(seen)


def test_cases_filed_at_one_moment_are_all_on_a_page(town: towns.Town) -> None:
    wanted = {filed(town) for _ in range(3)}
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_case set filed_at = now() where stream = any(%s::uuid[])", [list(wanted)])
    for asking, path in ((Asking(town.applicant), "/cases"), (Asking(town.someone("supervisor")), "/all-cases")):
        seen: list[str] = []
        cursor = ""
        while not wanted <= set(seen):
            page = asking.get(path, limit=1, **({"cursor": cursor} if cursor else {})).said
            seen += [one["stream"] for one in page["items"]]
            cursor = page["next"]
            assert cursor, (path, seen)
        assert len(seen) == len(set(seen))
    assert asking.get("/all-cases", cursor=cursor_of(["2026-01-01T00:00:00", str(town.centre)])).status == 422


def test_withdrawing(town: towns.Town) -> None:
    case = filed(town)
    asking = Asking(town.applicant)
    head = asking.get(f"/cases/{case}").said["head"]
    assert asking.post(f"/cases/{case}/withdraw", {"after": head - 1}).code == "case.moved_meanwhile"
    assert Asking(town.stranger).post(f"/cases/{case}/withdraw", {"after": head}).code == "case.not_yours"
    key = uuid4()
    assert asking.post(f"/cases/{case}/withdraw", {"after": head}, key=key).said["state"] == "withdrawn"
    assert asking.post(f"/cases/{case}/withdraw", {"after": head}, key=key).said["retried"] is True
    assert asking.post(f"/cases/{case}/withdraw", {"after": head + 1}).code == "case.wrong_state"


def test_organisations_are_those_on_record(town: towns.Town) -> None:
    assert [one["id"] for one in Asking(town.applicant).get("/organisations").said["items"]] == [str(town.organisation)]
    assert Asking(town.stranger).get("/organisations").said["items"] == []


def test_the_check_digits_of_a_form() -> None:
    item = {"form": [{"name": "credit_code", "type": "credit_code", "required": True}]}
    check_form(item, {"credit_code": "91220199MA9999013Y"})
    with pytest.raises(Refusal) as refused:
        check_form(item, {"credit_code": "91220199MA99990130"})
    assert refused.value.params["fields"] == {"credit_code": "check_digit"}
    assert json.dumps(refused.value.params)
