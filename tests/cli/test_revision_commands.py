"""`yimen revision`: an editor submits, a reviewer who is another person reads what changes, and publishes it or sends it back."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

import town as towns
from an_item import an_item, changed
from attack.test_hats import with_second_post
from yimen.cli.revision import revision as command
from yimen.pure.item_rules import Whole
from yimen.registry import catalogue, revision
from yimen.registry.accounts import make_accounts

PASSWORD = "harbour-lantern-7"


@dataclass
class Desk:
    """An agency's editor and a reviewer, each with an account."""

    town: towns.Town
    editor: towns.Someone
    reviewer: towns.Someone

    @property
    def code(self) -> str:
        return an_item(self.town.agency_code).said("implementation_code")

    def run(self, name: str, *words: object, by: towns.Someone, answer: str = "") -> Result:
        typed = f"{PASSWORD}\n{answer}"
        told = [name, *map(str, words), "--username", by.username]
        return CliRunner().invoke(command, told, input=typed, catch_exceptions=False)

    def drafted(self, *items: Whole, ends: tuple[str, ...] = ()) -> UUID:
        return revision.begin(why="首次编制", items=items, ends=ends, session=self.editor.session, key=uuid4()).stream

    def published(self, stream: UUID, *words: object) -> str:
        submitted = self.run("submit", stream, "--why", "请审核", by=self.editor)
        assert submitted.exit_code == 0, submitted.output
        done = self.run("publish", stream, "--why", "同意", *words, by=self.reviewer, answer="y\n")
        assert done.exit_code == 0, done.output
        return done.stdout


@pytest.fixture
def desk() -> Desk:
    town = towns.town(roles={"editor": 1, "reviewer": 1})
    made = Desk(town, town.someone("editor"), town.someone("reviewer"))
    make_accounts([(one.username, PASSWORD) for one in (made.editor, made.reviewer)])
    return made


def data(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_two_people_take_a_revision_from_draft_to_published(desk: Desk) -> None:
    desk.published(desk.drafted(an_item(desk.town.agency_code)))
    (_, _, rows), *_ = revision.rows_of(codes=[desk.code])
    materials = [{**rows.materials[0], "name": "申请书"}]
    again = desk.drafted(
        Whole(item=changed(rows, promise_amount="4").item, materials=materials, questions=rows.questions)
    )

    shown = desk.run("show", again, by=desk.reviewer).stdout
    assert f"{desk.code} 示例许可 / A licence: a version after version 1" in shown
    assert "promise_amount (Promised limit): 5 → 4\n" in shown
    assert "materials M01, name (Name): 申请表 → 申请书\n" in shown
    assert "materials M02, name (Name): 身份证 → -\n" in shown
    assert "source (" in shown
    assert "breaks no rule" in shown
    assert "承诺办结时限): 5 → 4" in desk.run("show", again, "--language", "zh", by=desk.editor).stdout
    told = data(desk.run("show", again, "--json", by=desk.reviewer))
    assert {"sheet": "items", "key": "", "field": "promise_amount", "before": "5", "after": "4"} in told["items"][0][
        "changes"
    ]

    said = desk.published(again)
    assert "promise_amount (Promised limit): 5 → 4" in said, "what is published is shown before it is asked for"
    assert catalogue.item(code=desk.code)["version"] == 2
    steps = data(desk.run("show", again, "--json", by=desk.editor))["steps"]
    assert [(one["kind"], one["why"]) for one in steps][1:] == [
        ("revision.submitted", "请审核"),
        ("revision.published", "同意"),
    ]


def test_what_ends_is_named(desk: Desk) -> None:
    desk.published(desk.drafted(an_item(desk.town.agency_code)))
    said = desk.published(desk.drafted(ends=(desk.code,)))
    assert f"{desk.code} 示例许可 / A licence: ends" in said
    assert "changes 0, ends 1: 首次编制" in desk.run("list", by=desk.editor).stdout


def test_nothing_is_published_before_the_reviewer_says_yes(desk: Desk) -> None:
    stream = desk.drafted(an_item(desk.town.agency_code))
    early = desk.run("publish", stream, "--why", "同意", by=desk.reviewer, answer="y\n")
    assert (early.exit_code, "at another step" in early.output) == (1, True)
    desk.run("submit", stream, "--why", "请审核", by=desk.editor)
    assert desk.run("publish", stream, "--why", "同意", by=desk.reviewer, answer="n\n").exit_code == 1
    assert revision.read(revision=stream, session=desk.editor.session).state == "submitted"
    receipt = data(desk.run("publish", stream, "--why", "同意", "--json", by=desk.reviewer, answer="y\n"))
    assert (receipt["state"], receipt["number"]) == ("published", 3)


def test_a_time_to_come_is_the_citys_and_a_time_past_is_refused(desk: Desk) -> None:
    stream = desk.drafted(an_item(desk.town.agency_code))
    desk.run("submit", stream, "--why", "请审核", by=desk.editor)
    publish = ("publish", stream, "--why", "同意", "--at")
    assert "write it as 2026-12-01T08:00" in desk.run(*publish, "tomorrow", by=desk.reviewer).output
    past = desk.run(*publish, "2020-01-01T08:00", by=desk.reviewer, answer="y\n")
    assert (past.exit_code, "now or later" in past.output) == (1, True)
    begins = (timezone.localtime() + timedelta(days=30)).replace(hour=8, minute=0, second=0, microsecond=0)
    done = desk.run(*publish, begins.strftime("%Y-%m-%dT%H:%M"), by=desk.reviewer, answer="y\n")
    assert f"in force from {begins:%Y-%m-%d} 08:00 on?" in done.output
    (version,) = catalogue.versions(code=desk.code)
    assert (version["published_at"], version["in_force"]) == (begins, False)


def test_what_breaks_a_rule_or_goes_back_says_why(desk: Desk) -> None:
    wrong = changed(an_item(desk.town.agency_code), complaint_phone="0431-00000001")
    broken = desk.run("submit", desk.drafted(wrong), "--why", "请审核", by=desk.editor)
    assert broken.exit_code == 1
    assert "complaint_phone: R7: telephones with area code" in broken.output

    stream = desk.drafted(an_item(desk.town.agency_code))
    desk.run("submit", stream, "--why", "请审核", by=desk.editor)
    assert "draft" in desk.run("return", stream, "--why", "补充依据", by=desk.reviewer).stdout
    assert "sent back by 某0 (Someone 0): 补充依据" in desk.run("show", stream, by=desk.editor).stdout
    assert "withdrawn" in desk.run("withdraw", stream, "--why", "不再需要", by=desk.editor).stdout
    assert "at another step" in desk.run("withdraw", stream, "--why", "x", by=desk.editor).output


def test_a_list_is_of_ones_own_agency_and_a_stranger_sees_nothing(desk: Desk) -> None:
    streams = [desk.drafted(an_item(desk.town.agency_code, main=f"00{n}")) for n in (1, 2)]
    desk.run("withdraw", streams[0], "--why", "不再需要", by=desk.editor)
    listed = data(desk.run("list", "--json", by=desk.editor))
    assert [(one["revision"], one["state"]) for one in listed] == [
        (str(streams[0]), "withdrawn"),
        (str(streams[1]), "draft"),
    ]
    assert [one["revision"] for one in data(desk.run("list", "--state", "draft", "--json", by=desk.editor))] == [
        str(streams[1])
    ]
    of_one = an_item(desk.town.agency_code, main="001").said("implementation_code")
    assert [one["revision"] for one in data(desk.run("list", "--item", of_one, "--json", by=desk.editor))] == [
        str(streams[0])
    ]
    assert str(streams[1]) in desk.run("list", by=desk.reviewer).stdout
    other = towns.town(roles={"editor": 1}).someone("editor")
    make_accounts([(other.username, PASSWORD)])
    assert desk.run("list", by=other).stdout == "no revision\n"
    assert "not yours to see" in desk.run("show", streams[1], by=other).output
    wrong = CliRunner().invoke(command, ["list", "--username", other.username], input="wrong\n")
    assert "name or the password is wrong" in wrong.output
    assert "no post as editor or reviewer or registrar" in desk.run("list", by=clerk(desk)).output


def test_who_edited_it_does_not_publish_it_with_another_post(desk: Desk) -> None:
    two = with_second_post(desk.town, desk.editor, "reviewer")
    stream = desk.drafted(an_item(desk.town.agency_code))
    desk.run("submit", stream, "--why", "请审核", by=desk.editor)
    refused = desk.run("publish", stream, "--why", "同意", by=two, answer="y\n")
    assert (refused.exit_code, "another person takes this step" in refused.output) == (1, True)


def clerk(desk: Desk) -> towns.Someone:
    one = desk.town.someone("clerk")
    make_accounts([(one.username, PASSWORD)])
    return one
