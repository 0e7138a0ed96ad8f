"""The pages on which the catalogue is kept: an editor drafts and submits, another person reads what changes and publishes."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

import town as towns
from an_item import an_item, changed
from attack.test_hats import with_second_post
from visiting import visitor
from yimen.pure.item_fields import ITEM, LONGEST, MOST_ROWS
from yimen.pure.item_merge import merged
from yimen.record.sessions import open_session
from yimen.registry import revision
from yimen.web.catalogue_words import FIXED, SECTIONS


@pytest.fixture
def town() -> towns.Town:
    return towns.town(roles={"editor": 2, "reviewer": 1})


def code_of(town: towns.Town) -> str:
    return an_item(town.agency_code).said("implementation_code")


def drafted(town: towns.Town, **fields: str) -> UUID:
    whole = an_item(town.agency_code, **fields)
    return revision.begin(why="首次编制", items=[whole], session=town.someone("editor").session, key=uuid4()).stream


def published(town: towns.Town, stream: UUID) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    found = revision.read(revision=stream, session=editor)
    revision.submit(revision=stream, after=found.head, why="x", session=editor, key=uuid4())
    after = found.head + 1
    revision.publish(revision=stream, after=after, why="x", reviewed=found.draft, session=reviewer, key=uuid4())


def filled(page: Any, **more: Any) -> dict[str, Any]:
    """What the form of an item sends as it stands, with other values in some fields."""
    form = page.context["form"]
    rows = {f"{one['name']}-count": len(one["rows"]) for one in page.context["sections"] if one["add"]}
    hidden = {
        "key": page.context["key"],
        "after": page.context["after"],
        "follows": page.context["follows"],
    }
    return {**form.data, **rows, **hidden, "do": "save", **more}


def step(client: Client, stream: UUID, do: str, **more: Any) -> Any:
    page = client.get(f"/catalogue/revisions/{stream}/")
    return client.post(
        f"/catalogue/revisions/{stream}/", {"key": uuid4(), "after": page.context["after"], "do": do, **more}
    )


def waiting(reviewer: Client) -> str:
    """All that waits for a reviewer, page after page: other tests leave theirs."""
    told, following = "", "/catalogue/"
    while following:
        page = reviewer.get(following)
        told += page.content.decode()
        following = page.context["pages"]["next"] and f"/catalogue/{page.context['pages']['next']}"
    return told


def test_every_field_of_an_item_is_on_its_form_once() -> None:
    shown = [name for _name, _title, fields in SECTIONS for name in fields.split()]
    assert sorted([*shown, *FIXED]) == sorted(one.name for one in ITEM)


def test_an_item_is_changed_and_published_on_pages_by_two_people(town: towns.Town) -> None:
    published(town, drafted(town))
    editor, reviewer = visitor(town.someone("editor")), visitor(town.someone("reviewer"))
    home = editor.get("/catalogue/?q=licence").content.decode()
    assert f"/catalogue/items/{code_of(town)}/change/" in home
    assert editor.post(f"/catalogue/items/{code_of(town)}/change/", {"key": uuid4(), "why": ""}).status_code == 422
    begun = editor.post(f"/catalogue/items/{code_of(town)}/change/", {"key": uuid4(), "why": "多要一份"})
    address = begun["Location"]
    form = editor.get(address)
    longer = editor.post(address, filled(form, promise_amount="9", do="add:materials"))
    assert longer.context["form"].data["materials-2-code"] == "M03"
    wrong = editor.get(editor.post(address, filled(longer))["Location"])
    assert "The draft is saved." in wrong.content.decode()
    assert "govuk-error-summary" in wrong.content.decode()
    assert 'href="#id_materials-2-name"' in wrong.content.decode()
    stream = UUID(address.split("/")[3])
    assert "Submit it</button>" not in editor.get(f"/catalogue/revisions/{stream}/").content.decode()
    more = {"name": "照片", "name_en": "Photograph", "paper": "photo", "type": "1", "format": "3", "necessity": "1", "source": "10",
            "standard": "清晰", "standard_en": "Clear", "basis": "某法第二条", "valid_months": "0"}  # fmt: skip
    assert (
        editor.post(
            address, filled(wrong, **{f"materials-2-{name}": value for name, value in more.items()})
        ).status_code
        == 302
    )
    assert step(editor, stream, "submit", **{"submit-why": "请审核"})["Location"] == "/catalogue/?done=revision_submit"

    assert f"/catalogue/revisions/{stream}/" in waiting(reviewer)
    page = reviewer.get(f"/catalogue/revisions/{stream}/")
    text = page.content.decode()
    assert "The promised limit is longer." in text
    assert "One more material is asked for: Photograph." in text
    assert "<del>5</del>" in re.sub(r"</?p>", "", text)
    told = {"publish-why": "同意", "publish-when": "now", "publish-reviewed": page.context["revision"].draft}
    assert step(reviewer, stream, "publish", **told).status_code == 422, "not ticked"
    assert step(reviewer, stream, "publish", **told, **{"publish-sure": "on"}).status_code == 302
    assert [version for _code, version, _rows in revision.rows_of(codes=[code_of(town)])] == [2]
    assert "Nothing: it is published." in editor.get("/catalogue/").content.decode()


def test_whoever_saves_second_sees_what_the_other_changed_and_loses_nothing(town: towns.Town) -> None:
    stream = drafted(town)
    address = f"/catalogue/revisions/{stream}/{code_of(town)}/"
    one, two = (visitor(someone) for someone in town.people["editor"])
    hers, mine = one.get(address), two.get(address)
    one.post(address, filled(hers, hours="周末", **{"promise_amount": "6", "materials-0-name": "新申请表"}))
    answer = two.post(address, filled(mine, promise_amount="7", conditions="年满十六周岁"))
    assert answer.status_code == 409
    assert {(row["label"], row["theirs"], row["mine"], row["both"]) for row in answer.context["beside"]} == {
        ("When", "周末", "工作日 8:30—17:00", False),
        ("Promised limit", "6", "7", True),
        ("Application form · Name", "新申请表", "申请表", False),
    }
    assert two.post(address, filled(answer)).status_code == 302
    (item,) = revision.read(revision=stream, session=town.someone("editor").session).items
    said = item.rows.said
    assert (said("hours"), said("promise_amount"), said("conditions")) == ("周末", "7", "年满十六周岁")
    assert item.rows.materials[0]["name"] == "新申请表"


def test_what_was_published_meanwhile_is_shown_and_taken_in_by_saving(town: towns.Town) -> None:
    published(town, drafted(town))
    session = town.someone("editor").session
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    mine = revision.begin(why="a", items=[changed(rows, hours="周末")], session=session, key=uuid4()).stream
    other = revision.begin(why="b", items=[changed(rows, promise_amount="4")], session=session, key=uuid4()).stream
    published(town, other)
    editor, address = visitor(town.someone("editor")), f"/catalogue/revisions/{mine}/{code_of(town)}/"
    assert (
        "Another version of some of these items was published"
        in editor.get(f"/catalogue/revisions/{mine}/").content.decode()
    )
    page = editor.get(address)
    assert [(row["label"], row["theirs"]) for row in page.context["beside"]] == [("Promised limit", "4")]
    assert revision.read(revision=mine, session=session).moved == [code_of(town)]
    editor.post(address, filled(page))
    found = revision.read(revision=mine, session=session)
    assert (found.moved, found.items[0].rows.said("promise_amount"), found.items[0].rows.said("hours")) == (
        [],
        "4",
        "周末",
    )


def test_saving_one_item_of_a_revision_takes_no_other_item_past_what_was_published(town: towns.Town) -> None:
    published(town, drafted(town))
    session = town.someone("editor").session
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    both = [changed(rows, hours="周末"), an_item(town.agency_code, main="002")]
    mine = revision.begin(why="a", items=both, session=session, key=uuid4()).stream
    published(
        town, revision.begin(why="b", items=[changed(rows, promise_amount="4")], session=session, key=uuid4()).stream
    )
    editor, address = (
        visitor(town.someone("editor")),
        f"/catalogue/revisions/{mine}/{both[1].said('implementation_code')}/",
    )
    assert editor.post(address, filled(editor.get(address), hours="周一")).status_code == 302
    assert revision.read(revision=mine, session=session).moved == [code_of(town)]


def test_another_agencys_editor_and_other_roles_see_nothing_of_it(town: towns.Town) -> None:
    stream = drafted(town)
    other = towns.town(roles={"editor": 1})
    stranger = visitor(other.someone("editor"))
    for path in (f"/catalogue/revisions/{stream}/", f"/catalogue/revisions/{stream}/{code_of(town)}/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"key": uuid4(), "after": "1", "do": "withdraw"}).status_code == 404
        assert visitor(town.someone("clerk")).get(path).status_code == 403
    assert str(stream) not in stranger.get("/catalogue/").content.decode()
    published(town, stream)
    for what in ("change", "end"):
        assert stranger.get(f"/catalogue/items/{code_of(town)}/{what}/").status_code == 404


def test_who_edited_it_and_reviews_is_told_no_in_words(town: towns.Town) -> None:
    stream = drafted(town)
    both = with_second_post(town, town.someone("editor"), "reviewer")
    assert step(visitor(town.someone("editor")), stream, "submit", **{"submit-why": "x"}).status_code == 302
    reviewer = visitor(both, session=open_session(username=both.username, post=both.post).session)
    draft = reviewer.get(f"/catalogue/revisions/{stream}/").context["revision"].draft
    told = {"publish-why": "x", "publish-when": "now", "publish-reviewed": draft, "publish-sure": "on"}
    answer = step(reviewer, stream, "publish", **told)
    assert (answer.status_code, "hat.second" in answer.content.decode()) == (403, True)


def test_sent_back_withdrawn_and_at_a_time(town: towns.Town) -> None:
    stream = drafted(town)
    editor, reviewer = visitor(town.someone("editor")), visitor(town.someone("reviewer"))
    step(editor, stream, "submit", **{"submit-why": "x"})
    assert step(reviewer, stream, "return", **{"return-why": ""}).status_code == 422
    later = {"publish-why": "x", "publish-when": "later", "publish-day": "2019-01-01", "publish-sure": "on"}
    assert step(reviewer, stream, "publish", **later).status_code == 422
    step(reviewer, stream, "return", **{"return-why": "请补英文"})
    assert "请补英文" in editor.get(f"/catalogue/revisions/{stream}/").content.decode()
    assert step(editor, stream, "withdraw", **{"withdraw-why": "x"}).status_code == 422, "not ticked"
    step(editor, stream, "withdraw", **{"withdraw-why": "x", "withdraw-sure": "on"})
    assert (
        "Nothing waits to be reviewed" in reviewer.get("/catalogue/").content.decode()
        or str(stream) not in reviewer.get("/catalogue/").content.decode()
    )


def test_a_new_item_and_an_end_go_into_one_revision(town: towns.Town) -> None:
    published(town, drafted(town))
    editor = visitor(town.someone("editor"))
    named = {
        "name": "新事项",
        "name_en": "A new one",
        "type": "20",
        "code": "220120777000",
        "level": "3",
        "why": "新设",
    }
    assert editor.post("/catalogue/new/", {"key": uuid4(), **named, "code": "1"}).status_code == 422
    address = editor.post("/catalogue/new/", {"key": uuid4(), **named})["Location"]
    assert editor.get(address).status_code == 200
    stream = address.split("/")[3]
    end = f"/catalogue/items/{code_of(town)}/end/"
    assert stream in editor.get(end).content.decode(), "it may go into the draft that is open"
    assert editor.post(end, {"key": uuid4(), "why": "取消", "into": stream, "seen": "1"}).status_code == 302
    found = revision.read(revision=UUID(stream), session=town.someone("editor").session)
    assert (len(found.items), found.ends) == (1, [code_of(town)])
    step(editor, UUID(stream), f"drop:{code_of(town)}")
    assert revision.read(revision=UUID(stream), session=town.someone("editor").session).ends == []


def test_what_another_item_gives_is_shown_with_how_many_brought_it_and_marked(town: towns.Town) -> None:
    first = an_item(town.agency_code, result_paper=f"paper-{town.seal}")
    second = an_item(town.agency_code, main="002")
    asked = {
        **second.materials[0],
        "code": "M09",
        "paper": f"paper-{town.seal}",
        "name": "旧证",
        "name_en": "The old licence",
    }
    second = type(second)(item=second.item, materials=[*second.materials, asked], questions=second.questions)
    session = town.someone("editor").session
    published(town, revision.begin(why="x", items=[first, second], session=session, key=uuid4()).stream)
    editor = visitor(town.someone("editor"))
    page = editor.get("/catalogue/sharing/")
    (row,) = page.context["asked"]
    assert (row["material"], row["given_code"], row["applicants"]) == ("M09", first.said("implementation_code"), 0)
    told = {"key": row["key"], "code": row["code"], "material": "M09", "source": row["given_code"]}
    stream = editor.post("/catalogue/sharing/", told)["Location"].split("/")[3]
    found = revision.read(revision=UUID(stream), session=session)
    assert [one["shared_from"] for one in found.items[0].rows.materials][-1] == row["given_code"]
    assert found.findings == []
    published(town, UUID(stream))
    assert editor.get("/catalogue/sharing/").context["asked"] == []


def test_both_sides_of_a_merge_are_kept() -> None:
    base = an_item("1" * 18)
    theirs = type(base)(item=base.item, materials=[base.materials[1]], questions=base.questions)
    mine = type(base)(
        item=base.item, materials=[*base.materials, {"code": "M03", "name": "x"}], questions=base.questions
    )
    assert [one["code"] for one in merged(base, theirs, mine).materials] == ["M02", "M03"]


def test_rows_that_only_changed_places_are_saved_and_shown(town: towns.Town) -> None:
    published(town, drafted(town))
    session = town.someone("editor").session
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    stream = revision.begin(why="x", items=[rows], session=session, key=uuid4()).stream
    editor, address = visitor(town.someone("editor")), f"/catalogue/revisions/{stream}/{code_of(town)}/"
    moved = editor.post(address, filled(editor.get(address), do="up:materials:1"))
    assert editor.post(address, filled(moved)).status_code == 302
    (item,) = revision.read(revision=stream, session=session).items
    assert [one["code"] for one in item.rows.materials] == ["M02", "M01"]
    (part,) = editor.get(f"/catalogue/revisions/{stream}/").context["items"][0]["parts"]
    assert [(one["before"], one["after"]) for one in part["rows"]] == [
        ("1. Application form\n2. Identity card", "1. Identity card\n2. Application form")
    ]


def test_however_much_is_typed_nothing_of_it_is_cut_and_a_rule_says_that_it_is_too_much(town: towns.Town) -> None:
    stream = drafted(town)
    editor, address = visitor(town.someone("editor")), f"/catalogue/revisions/{stream}/{code_of(town)}/"
    long, many = "长" * (LONGEST + 5), MOST_ROWS + 1
    page = editor.get(address)
    fees = {f"fees-{place}-code": f"F{place}" for place in range(many)}
    saved = editor.post(address, filled(page, conditions=long, **fees, **{"fees-count": str(many)}))
    assert saved.status_code == 302
    found = revision.read(revision=stream, session=town.someone("editor").session)
    (item,) = found.items
    assert (item.rows.said("conditions"), len(item.rows.fees)) == (long, many)
    broken = {(one.rule, one.name) for one in found.findings}
    assert {("F4", "conditions"), ("F7", "fees")} <= broken
    text = editor.get(address).content.decode()
    assert 'href="#fees"' in text
    assert "or to 20,000 characters" in text
    with_too_many = filled(page, **{"fees-count": "9" * 9})
    assert editor.post(address, with_too_many).status_code == 400


def test_rows_that_only_the_other_moved_stay_moved_and_mine_keep_their_neighbours() -> None:
    base = an_item("1" * 18)
    theirs = replace(base, materials=base.materials[::-1])
    mine = replace(base, materials=[base.materials[0], {"code": "M03", "name": "x"}, base.materials[1]])
    assert [one["code"] for one in merged(base, theirs, mine).materials] == ["M02", "M01", "M03"]
    assert [one["code"] for one in merged(base, mine, theirs).materials] == ["M02", "M01", "M03"]


def test_every_version_of_an_item_is_there_with_what_it_changed_and_who_said_why(town: towns.Town) -> None:
    published(town, drafted(town))
    for fields in ({"hours": "周末"}, {"consult_phone": "0431-11111111"}):
        (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
        session = town.someone("editor").session
        published(town, revision.begin(why="改", items=[changed(rows, **fields)], session=session, key=uuid4()).stream)
    editor, address = visitor(town.someone("editor")), f"/catalogue/items/{code_of(town)}/"
    page = editor.get(address)
    assert [(one["version"], one["in_force"]) for one in page.context["versions"]] == [
        (3, True),
        (2, False),
        (1, False),
    ]
    assert changes_of(page) == [("Whom to ask", "0431-00000001", "0431-11111111")]
    both = editor.get(address, {"before": 1, "after": 3})
    assert {row[0] for row in changes_of(both)} == {"When", "Whom to ask"}
    assert changes_of(editor.get(address, {"before": 3, "after": 2}))[0][2] == "0431-00000001", "backwards too"
    assert "What version 1 says" in editor.get(address, {"after": 1}).content.decode()
    assert editor.get(address, {"after": 9}).context["changes"] is None
    assert editor.get(address, {"after": "x"}).status_code == 400
    assert editor.get("/catalogue/items/none/").status_code == 404
    seen = visitor(town.someone("reviewer")).get(address).content.decode()
    assert "/change/" not in seen
    for one in page.context["versions"]:
        assert f"/catalogue/revisions/{one['revision']}/" in seen
    assert address in editor.get("/catalogue/").content.decode()


def changes_of(page: Any) -> list[tuple[str, str, str]]:
    return [
        (row["label"], row["before"], row["after"]) for part in page.context["changes"]["parts"] for row in part["rows"]
    ]


def test_revisions_are_listed_by_where_they_stand(town: towns.Town) -> None:
    published(town, drafted(town))
    open_one = revision.begin(
        why="开着", items=[an_item(town.agency_code, main="002")], session=town.someone("editor").session, key=uuid4()
    )
    editor = visitor(town.someone("editor"))
    for state, listed in (("", 2), ("draft", 1), ("published", 1), ("submitted", 0), ("withdrawn", 0)):
        assert len(editor.get("/catalogue/", {"state": state}).context["revisions"]) == listed, state
    reviewer = visitor(town.someone("reviewer"))
    assert str(open_one.stream) not in reviewer.get("/catalogue/").content.decode()
    assert str(open_one.stream) in reviewer.get("/catalogue/?state=draft").content.decode()
    assert "Draft</strong>" in reviewer.get("/catalogue/?state=draft").content.decode()


def test_whoever_begins_to_change_an_item_sees_who_is_changing_it_already(town: towns.Town) -> None:
    published(town, drafted(town))
    one, two = town.people["editor"]
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    mine = revision.begin(why="周末也办", items=[changed(rows, hours="周末")], session=one.session, key=uuid4()).stream
    other = an_item(town.agency_code, main="002")
    revision.begin(why="另一个", items=[other], session=one.session, key=uuid4())
    pages = [f"/catalogue/items/{code_of(town)}/{part}" for part in ("", "change/", "end/")]
    for address in pages:
        shown = visitor(two).get(address).context["under_way"]
        assert [(row["revision"], row["standing"]) for row in shown] == [(mine, "draft")], address
    ending = revision.begin(why="取消", items=[], ends=[code_of(town)], session=two.session, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="x", session=two.session, key=uuid4())
    assert [row["revision"] for row in visitor(one).get(pages[1]).context["under_way"]] == [ending, mine]
    revision.withdraw(revision=mine, after=1, why="x", session=one.session, key=uuid4())
    assert [row["revision"] for row in visitor(one).get(pages[1]).context["under_way"]] == [ending]
    assert "Somebody is changing this item already." in visitor(one).get(pages[1]).content.decode()
