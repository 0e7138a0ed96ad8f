"""A browser that goes back, and an item that changed meanwhile, on the pages: a clear answer in both languages, nothing lost."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import town as towns
from town import FORM, PAPER
from visiting import sent, visitor
from yimen.casework import draft as drafts
from yimen.record import statement
from yimen.record.refusal import Refusal

ANSWERS = {**FORM, "do": "go on"}


def published(town: towns.Town) -> None:
    """The next version of the town's item."""
    with towns.testing_city_owner() as owner:
        ((row,),) = owner.execute("select to_jsonb(i) from registry_item i where code = %s", [town.item]).fetchall()
    kept = {name: row[name] for name in ("code", "agency", "centre", "seal", "body")}
    towns.enter(
        {"items": [kept | {"id": str(uuid4()), "version": 2}]}, *towns.founded(towns.testing_city.current().database)
    )


def filled(town: towns.Town, client: Any) -> str:
    address = str(client.post(f"/guide/{town.item}/apply/", {"key": str(uuid4())})["Location"])
    told = {**ANSWERS, "item": town.item, "organisation": str(town.organisation)}
    client.post(address, {**told, "material_layout": [SimpleUploadedFile("布局图.png", PAPER)]})
    return address


@pytest.mark.parametrize(
    ("language", "words"), [("en", "filed already"), ("zh-hans", "已经提交")], ids=["english", "chinese"]
)
def test_going_back_after_filing_shows_what_was_typed_and_leads_to_the_case(language: str, words: str) -> None:
    town = towns.town()
    client = visitor(town.applicant, language=language)
    address = filled(town, client)
    draft = UUID(address.split("/")[-2])
    key = str(client.get(f"{address}check/").context["key"])
    client.post(f"{address}check/", {"key": key})
    assert client.post(f"{address}check/", {"key": key})["Location"] == f"/cases/{draft}/receipt/"
    assert client.post(f"{address}check/", {"key": str(uuid4())})["Location"] == f"/cases/{draft}/"
    assert client.get(address)["Location"] == f"/cases/{draft}/"
    old = client.post(address, {**ANSWERS, "item": town.item, "premises": "后来想到的地址"})
    assert old.status_code == 409
    assert "后来想到的地址" in old.content.decode()
    assert words in old.content.decode()
    assert town.kinds(draft) == ["case.submitted", "case.counter_drawn"]


def test_going_back_after_accepting_says_that_the_case_has_moved() -> None:
    town = towns.town()
    case = town.filed()
    client = visitor(town.drawn(case, "counter"))
    page = client.get(f"/window/{case}/")
    told = sent(page, complete=[code for code, _ in page.context["form"].fields["complete"].points])
    client.post(f"/window/{case}/", told)
    again = client.post(f"/window/{case}/", told | {"key": str(uuid4())})
    assert again.status_code in (403, 404, 409)
    assert town.kinds(case).count("case.accepted") == 1


def test_a_form_that_was_open_while_the_item_changed_goes_on_in_the_new_version_with_all_that_was_typed() -> None:
    town = towns.town()
    client = visitor(town.applicant)
    address = filled(town, client)
    key = str(client.get(f"{address}check/").context["key"])
    published(town)
    assert client.post(f"{address}check/", {"key": key})["Location"] == f"{address}?renewed"
    page = client.get(f"{address}?renewed").content.decode()
    assert "carried over" in page
    assert FORM["premises"] in page
    view = drafts.view(draft=UUID(address.split("/")[-2]), session=town.applicant.session)
    assert (view["item"]["version"], [one["name"] for one in view["documents"]]) == (2, ["布局图.png"])
    client.post(f"{address}check/", {"key": str(client.get(f"{address}check/").context["key"])})
    sql = "select i.version from casework_case c join registry_item i on i.id = c.item where c.stream = %s"
    assert statement.value("oversight", sql, [address.split("/")[-2]]) == 2


def test_an_item_that_ends_while_it_is_filled_in_keeps_all_that_was_typed_and_says_where_to_go_on() -> None:
    town = towns.town()
    client = visitor(town.applicant)
    address = filled(town, client)
    key = str(client.get(f"{address}check/").context["key"])
    form = client.get(f"/guide/{town.item}/apply/").context["key"]
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_item set ended_at = now() where code = %s", [town.item])
    typed = client.post(address, {**ANSWERS, "item": town.item, "premises": "最后想到的地址"})
    shown = client.get(address)
    assert (typed.status_code, shown.status_code) == (409, 200)
    for page in (typed, shown):
        text = page.content.decode()
        assert "This is no longer offered" in text
        assert "最后想到的地址" in text
        assert "布局图.png" in text
        assert f"/guide/{town.item}/" in text
    assert client.post(f"{address}check/", {"key": key})["Location"] == address
    assert client.get(f"{address}check/")["Location"] == address
    for answer in (client.get(f"/guide/{town.item}/apply/"), client.post(f"/guide/{town.item}/apply/", {"key": form})):
        assert answer["Location"] == f"/guide/{town.item}/"
    assert "can no longer be applied for" in client.get(f"/guide/{town.item}/").content.decode()


def test_what_was_answered_before_never_overwrites_what_was_written_since() -> None:
    town = towns.town()
    key, session = uuid4(), town.applicant.session
    begun = drafts.start(item=town.item, session=session, key=key, form={"premises": "before"})
    assert drafts.view(draft=begun, session=session)["form"] == {"premises": "before"}
    drafts.save(draft=begun, organisation=None, form={}, session=session)
    assert drafts.start(item=town.item, session=session, key=key, form={"premises": "before"}) == begun
    assert drafts.view(draft=begun, session=session)["form"] == {}
    with pytest.raises(Refusal, match=r"form\.malformed"):
        drafts.start(item=town.item, session=session, key=uuid4(), form={"x": "x" * 200_000})


def test_begun_twice_with_answers_after_it_was_filed_leads_to_the_case() -> None:
    town = towns.town()
    client = visitor(town.applicant)
    begin, key = f"/guide/{town.item}/apply/", str(uuid4())
    address = str(client.post(begin, {"key": key, "q-premises": "x"})["Location"])
    told = {**ANSWERS, "item": town.item, "organisation": str(town.organisation)}
    client.post(address, {**told, "material_layout": [SimpleUploadedFile("a.png", PAPER)]})
    client.post(f"{address}check/", {"key": str(client.get(f"{address}check/").context["key"])})
    again = client.post(begin, {"key": key, "q-premises": "x"})
    assert again["Location"] == address
    assert client.get(address)["Location"] == f"/cases/{address.split('/')[-2]}/"
