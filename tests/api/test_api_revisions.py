"""Items change over the interface: what a program reads it changes and sends back, and anyone reads which versions there are."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import town as towns
from an_item import an_item
from asking import Answer, Asking
from succeeding_revisions import sent


@pytest.fixture
def town() -> towns.Town:
    return towns.town(roles={"editor": 1, "reviewer": 1})


def code_of(town: towns.Town) -> str:
    return an_item(town.agency_code).said("implementation_code")


def drafted(editor: Asking, item: Any, why: str = "首次编制") -> str:
    answer = editor.post("/revisions", {"why": why, "items": [item]})
    assert answer.status == 201, answer.said
    return f"/revisions/{answer.said['case']}"


def published(editor: Asking, reviewer: Asking, path: str, **more: Any) -> Answer:
    assert editor.post(f"{path}/submit", {"after": 1, "why": "请审核"}).status == 200
    told = {"after": 2, "why": "同意", "reviewed": reviewer.get(path).said["draft"], **more}
    return reviewer.post(f"{path}/publish", told)


def test_what_is_read_is_changed_and_published_from_a_time_on(town: towns.Town) -> None:
    editor, reviewer = Asking(town.someone("editor")), Asking(town.someone("reviewer"))
    first = drafted(editor, sent(an_item(town.agency_code)))
    assert published(editor, reviewer, first).said["state"] == "published"

    line = editor.get("/changeable-items", words="示例许可").said["items"][0]
    read = editor.get(f"/changeable-items/{line['code']}").said
    assert (line["code"], read["version"]) == (code_of(town), 1)
    read["rows"]["item"]["promise_amount"] = "4"
    second = drafted(editor, read["rows"], "缩短承诺")
    shown = reviewer.get(second).said
    (item,) = shown["items"]
    assert (item["base"], item["before"]["item"]["promise_amount"], item["rows"]["item"]["promise_amount"]) == (
        1,
        "5",
        "4",
    )
    assert (shown["findings"], shown["moved"], shown["steps"][0]["why"]) == ([], [], "缩短承诺")

    begins = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    naive = published(editor, reviewer, second, begins=begins.replace(tzinfo=None).isoformat())
    assert (naive.code, list(naive.said["params"]["fields"])) == ("request.malformed", ["begins"])
    told = {"after": 2, "why": "同意", "reviewed": shown["draft"], "begins": begins.isoformat()}
    assert reviewer.post(f"{second}/publish", told).status == 200
    versions = Asking().get(f"/items/{code_of(town)}/versions").said["items"]
    assert [(one["version"], one["in_force"]) for one in versions] == [(2, False), (1, True)]
    assert datetime.fromisoformat(versions[1]["ended_at"]) == begins
    assert not {key for one in versions for key in one if "editor" in key or "person" in key}


def test_versions_are_listed_page_by_page(town: towns.Town) -> None:
    editor, reviewer = Asking(town.someone("editor")), Asking(town.someone("reviewer"))
    for why in ("一", "二"):
        assert published(editor, reviewer, drafted(editor, sent(an_item(town.agency_code)), why)).status == 200
    path = f"/items/{code_of(town)}/versions"
    page = Asking().get(path, limit=1).said
    assert [one["version"] for one in page["items"]] == [2]
    page = Asking().get(path, limit=1, cursor=page["next"]).said
    assert [one["version"] for one in page["items"]] == [1]
    assert Asking().get(path, limit=1, cursor=page["next"]).said == {"items": [], "next": None}
    assert Asking().get("/items/none/versions").code == "item.unknown"


def test_a_misspelt_field_is_noticed_and_a_rule_is_told_by_its_field(town: towns.Town) -> None:
    editor = Asking(town.someone("editor"))
    item = sent(an_item(town.agency_code, complaint_phone="0431-00000001"))
    misspelt = json.loads(json.dumps(item))
    misspelt["item"]["promise_ammount"] = "1"
    assert editor.post("/revisions", {"why": "x", "items": [misspelt]}).code == "request.malformed"
    assert editor.post("/revisions", {"why": "x"}).code == "revision.malformed"
    path = drafted(editor, item)
    (found,) = editor.get(path).said["findings"]
    assert (found["rule"], found["sheet"], found["place"], found["field"]) == ("R7", "items", 1, "complaint_phone")
    refused = editor.post(f"{path}/submit", {"after": 1, "why": "请审核"})
    assert (refused.status, refused.code, refused.said["params"]["field"]) == (
        422,
        "revision.breaks_rules",
        "complaint_phone",
    )


def test_revisions_are_listed_page_by_page_and_of_ones_own_agency(town: towns.Town) -> None:
    editor = Asking(town.someone("editor"))
    paths = [drafted(editor, sent(an_item(town.agency_code)), str(n)) for n in range(3)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = editor.get("/revisions", limit=2, state="draft", **cursor).said
        seen += [f"/revisions/{one['revision']}" for one in page["items"]]
        if not page["next"]:
            break
        cursor = {"cursor": page["next"]}
    assert seen == paths[::-1]
    assert len(editor.get("/revisions", item=code_of(town)).said["items"]) == 3
    assert editor.get("/revisions", item="0" * 31).said["items"] == []
    assert editor.get("/revisions", item="x").code == "request.malformed"
    stranger = Asking(towns.town(roles={"editor": 1}).someone("editor"))
    assert stranger.get("/revisions").said["items"] == []
    assert stranger.get(paths[0]).code == "stream.missing"
    assert stranger.get(f"/changeable-items/{code_of(town)}").code == "item.unknown"
    assert stranger.post(f"{paths[0]}/withdraw", {"after": 1, "why": "x"}).code == "revision.of_another_agency"
    assert Asking(town.applicant).get("/revisions").code == "move.of_another_link"
