"""Guides: what the rows of an item say to people and to search engines, what ended and what is to come, and whether it fits."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import town as towns
from an_item import an_item, changed
from counted import statements
from offering import World, entered
from visiting import visitor
from yimen.casework import draft as drafts
from yimen.pure.item_rules import Whole
from yimen.registry import revision
from yimen.registry.item_rows import numbered
from yimen.web import sitemap

NASTY = "A licence</script><script>alert(1)</script>"
CHOICE = {
    "name": "why",
    "type": "choice",
    "label_zh": "原因",
    "label_en": "Why",
    "choices": [{"code": "renew", "zh": "换领", "en": "Renewal"}, {"code": "lost", "zh": "遗失", "en": "Loss"}],
}
OTHER = {"name": "reason", "label_zh": "说明", "label_en": "Reason"}
DEPENDS = {
    "service_objects": ["1"],
    "form": [CHOICE, OTHER],
    "conditions": [{"code": "age", "zh": "年满十八周岁", "en": "of age"}],
    "materials": [
        {"code": "old", "necessity": 1, "name_zh": "原证", "name_en": "Present card", "when": {"field": "why", "is": ["renew"]}},
        {"code": "photo", "necessity": 1, "name_zh": "照片", "name_en": "Photograph"},
        {"code": "register", "necessity": 1, "exempt_by_sharing": True, "name_zh": "户口簿", "name_en": "Household register"},
    ],
    "fees": [
        {"code": code, "name_zh": code, "name_en": code, "amount": fen, "basis": "x", "when": {"field": "why", "is": [code]}}
        for code, fen in (("renew", 2000), ("lost", 4000))
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def town() -> towns.Town:
    return towns.town(roles={"editor": 2, "reviewer": 2})


def published(town: towns.Town, *items: Whole, ends: tuple[str, ...] = (), begins: datetime | None = None) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = revision.begin(why="编制", items=items, ends=ends, session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    found = revision.read(revision=stream, session=reviewer)
    told = {"why": "同意", "reviewed": found.draft, "begins": begins}
    revision.publish(revision=stream, after=found.head, session=reviewer, key=uuid4(), **told)  # type: ignore[arg-type]  # words and a time


def offered(town: towns.Town, main: str, **fields: str) -> tuple[Whole, str]:
    whole = an_item(town.agency_code, main=main, **fields)
    published(town, whole)
    code = whole.said("implementation_code")
    entered(offers=[{"item": code, "place": str(town.centre)}])
    return whole, code


def test_a_guide_says_from_rows_alone_what_a_person_asks(town: towns.Town) -> None:
    _, code = offered(town, "101", visits="1", visits_reason="采集指纹", visits_reason_en="Fingerprints are taken",
                      online_depth="3", quantity_limit="每年 50 个", litigation="示范法院", reconsideration="复议机构", reconsideration_en="Reconsideration office")  # fmt: skip
    visitor().get(f"/guide/{code}/")
    with statements() as seen:
        guide = visitor().get(f"/guide/{code}/")
    assert len(seen) <= 2, seen
    page = guide.content.decode()
    for told in ("Licence, decided by Bureau", "for persons", "Of age", "每年 50 个", "Fingerprints are taken", "5 working days",
                 "0431-00000001", "0431-00000002", "示范法院", "Reconsideration office", "Checked by sharing", "多久能办好？"):  # fmt: skip
        assert told in page, told
    context = guide.context
    assert [one["number"] for one in context["elements"]] == list(range(1, 17))
    assert context["coming"]["visits"] == 1
    assert "Have your identity card with you" in page
    assert [one["code"] for one in context["has"]] == ["M01", "M02"]
    assert f"/guide/{code}/where/" in page
    chinese = visitor(language="zh-hans").get(f"/guide/{code}/").context
    assert [one["value"] for one in chinese["elements"]][6] == "年满十八周岁\n材料齐全"
    assert "→" in chinese["procedure"]
    assert chinese["remedies"]["reconsideration"] == "复议机构"


def test_an_address_asks_for_its_language_and_changing_it_leads_out_of_there(town: towns.Town) -> None:
    _, code = offered(town, "102")
    client = visitor(language="en")
    page = client.get(f"/guide/{code}/?language=zh-hans&x=1")
    assert page["Content-Language"] == "zh-hans"
    assert "示例许可" in page.content.decode()
    assert f'name="next" value="/guide/{code}/?x=1"' in page.content.decode()
    assert "A licence" in client.get(f"/guide/{code}/").content.decode()


def test_what_search_engines_read_is_what_the_rows_say_and_ends_no_script(town: towns.Town) -> None:
    whole, code = offered(town, "103", name_en=NASTY)
    answer = visitor().get(f"/guide/{code}/")
    page = answer.content.decode()
    assert "alert(1)</script>" not in page
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(told)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "GovernmentService")
    assert (data["name"], data["alternateName"]) == (NASTY, whole.said("name"))
    assert data["provider"]["identifier"] == whole.said("agency_code")
    assert data["audience"]["audienceType"] == "persons"
    assert data["serviceOutput"] == {"@type": "GovernmentPermit", "name": whole.said("result_name_en")}
    window, online = data["availableChannel"]
    assert window["servicePhone"]["telephone"] == whole.said("consult_phone")
    assert online["serviceUrl"].endswith(f"/guide/{code}/apply/")
    assert data["hoursAvailable"][0]["opens"] == "08:30"
    assert "offers" not in data  # nothing is charged
    links = dict(re.findall(r'hreflang="([^"]+)" href="([^"]+)"', page))
    assert (set(links), data["url"]) == ({"zh-Hans", "en", "x-default"}, links["x-default"])
    assert f'<link rel="canonical" href="{data["url"]}">' in page
    assert re.findall(r'name="description" content="[^"]*5 working days', page)


def test_a_guide_sends_nobody_to_a_place_that_does_not_offer_the_item(town: towns.Town) -> None:
    """The item is of the city's centre and is done in a sub-hall, at hours of its own; or it is in no hall at all."""
    world = World()
    whole = an_item(town.agency_code, main="151")
    published(town, whole)
    code = whole.said("implementation_code")
    none = visitor(language="en").get(f"/guide/{code}/")
    assert none.context["place"]["offices"] == 0
    assert "No hall offers it at present." in none.content.decode()
    world.offer(item=code, at="sub", phone="0431-00000777", days=[6], opens="10:00", closes="11:00")
    guide = visitor(language="en").get(f"/guide/{code}/")
    place, page = guide.context["place"], guide.content.decode()
    assert (place["code"], place["phone"], place["offices"]) == (world.places["sub"]["code"], "0431-00000777", 1)
    assert "10:00–11:00" in page
    assert '"opens": "10:00"' in page
    centre = {"item": code, "place": str(town.centre)}
    entered(offers=[centre])
    assert visitor().get(f"/guide/{code}/").context["place"]["offices"] == 2
    entered(offers=[{**centre, "offered": False, "reason_zh": "装修", "reason_en": "Rebuilding"}])
    assert visitor().get(f"/guide/{code}/").context["place"]["code"] == world.places["sub"]["code"]


def test_the_guide_of_an_item_in_no_hall_says_why_and_whom_to_ring(town: towns.Town) -> None:
    whole = an_item(
        town.agency_code,
        main="152",
        entered="0",
        not_entered_reason="涉密",
        not_entered_reason_en="Secret",
        address="某局办公楼",
    )
    published(town, whole)
    page = visitor().get(f"/guide/{whole.said('implementation_code')}/").content.decode()
    for told in ("Secret", "某局办公楼", whole.said("consult_phone")):
        assert told in page
    assert "Open now" not in page
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert "hoursAvailable" not in json.loads(data)
    assert [one for one in json.loads(data)["availableChannel"] if "serviceLocation" in one] == []


def test_a_suspended_item_says_so_wherever_one_would_apply(town: towns.Town) -> None:
    _, code = offered(town, "107", state="2")
    applicant = visitor(town.applicant)
    for path in (
        f"/guide/{code}/",
        f"/guide/{code}/check/?asked=1&for=person&c-1=yes&c-2=yes",
        f"/guide/{code}/apply/",
        f"/guide/{code}/where/",
    ):
        page = applicant.get(path).content.decode()
        assert "It is suspended at present" in page, path
        assert f'href="/guide/{code}/apply/' not in page, path
        assert f'/guide/{code}/apply/", "availableLanguage"' not in page, path
    assert applicant.post(f"/guide/{code}/apply/", {"key": str(uuid4())}).status_code == 409


def test_a_version_to_come_is_announced_with_what_differs(town: towns.Town) -> None:
    whole, code = offered(town, "104")
    begins = datetime.now(UTC) + timedelta(days=2)
    published(
        town, changed(whole, promise_amount="3", certifying_amount="0", consult_phone="0431-00000009"), begins=begins
    )
    guide = visitor().get(f"/guide/{code}/")
    differs = {one["name"]: (one["before"], one["after"]) for one in guide.context["next"]["differs"]}
    assert differs == {
        "Promised limit": ("5 working days", "3 working days"),
        "Whom to ask": ("0431-00000001", "0431-00000009"),
    }
    assert "It changes on" in guide.content.decode()
    assert guide.context["limits"]["promise"] == "5 working days"


def test_what_ended_says_so_and_a_short_address_leads_to_what_is_offered(town: towns.Town) -> None:
    _, code = offered(town, "105")
    basic = code[19:]
    assert visitor().get(f"/g/{basic}/")["Location"] == f"/guide/{code}/"
    published(town, ends=(code,))
    gone = visitor().get(f"/guide/{code}/")
    assert gone.status_code == 410
    assert f"This ended on {towns.today()}" in gone.content.decode()
    assert f"/items/?agency={town.agency_code}" in gone.content.decode()
    assert visitor().get(f"/g/{basic}/")["Location"] == f"/guide/{code}/"
    assert visitor().get(f"/guide/{code}/check/").status_code == 404
    another = towns.town(roles={"editor": 2, "reviewer": 2})
    _, elsewhere = offered(another, "105")
    assert visitor().get(f"/g/{basic}/")["Location"] == f"/guide/{elsewhere}/"
    assert f"/guide/{elsewhere}/" in visitor().get(f"/guide/{code}/").content.decode()
    third = towns.town(roles={"editor": 2, "reviewer": 2})
    _, again = offered(third, "105")
    listed = visitor().get(f"/g/{basic}/").content.decode()
    assert all(f"/guide/{one}/" in listed for one in (elsewhere, again))
    for nothing in ("999999999999", "x", "%00"):
        assert visitor().get(f"/g/{nothing}/").status_code == 404


def test_search_engines_are_told_every_guide_in_force(town: towns.Town) -> None:
    _, code = offered(town, "106")
    sitemap._kept.clear()
    tree = ET.fromstring(visitor().get("/sitemap.xml").content)  # noqa: S314 - our own
    listed = [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert any(one.endswith(f"/guide/{code}/") for one in listed)
    assert any("/places/" in one and not one.endswith("/places/") for one in listed)
    published(town, ends=(code,))
    with statements() as seen:
        assert visitor().get("/sitemap.xml").status_code == 200
    assert not seen
    sitemap._kept.clear()
    assert f"/guide/{code}/" not in visitor().get("/sitemap.xml").content.decode()
    robots = visitor().get("/robots.txt").content.decode()
    assert re.findall(r"^Sitemap: http.*/sitemap\.xml$", robots, re.MULTILINE)
    assert "Disallow: /cases/" in robots
    assert "Disallow: /catalogue/" in robots


def asked(item: str, **answers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in answers.items()}
    return visitor().get(f"/guide/{item}/check/", {"asked": "1", **told})


def test_a_published_item_asks_for_the_papers_of_the_situation_alone(town: towns.Town) -> None:
    whole = an_item(town.agency_code, main="140")
    answers = [
        {"code": f"old.{answer}", "question": "原证件还在吗？", "question_en": "Do you still have it?", "answer": answer, "answer_en": answer}
        for answer in ("damaged", "lost")
    ]  # fmt: skip
    loss = {**whole.materials[0], "code": "M03", "name": "遗失声明", "paper": "loss", "situations": "old.lost"}
    whole = replace(
        whole,
        situations=numbered(whole.said("handling_code"), answers),
        materials=[*whole.materials, {**loss, "order": "3"}],
    )
    published(town, whole)
    code = whole.said("implementation_code")
    page = visitor(language="en").get(f"/guide/{code}/check/")
    assert page.context["questions"][-1]["text"] == "Do you still have it?"
    told = {"for": "person", "c_C1": "yes", "c_C2": "yes"}
    for answer, papers in (("lost", ["M01", "M02", "M03"]), ("damaged", ["M01", "M02"])):
        found = asked(code, **told, q_old=answer).context["answer"]
        assert [one["code"] for one in (*found["has"], *found["brings"])] == papers


def test_questions_say_whether_it_fits_and_what_to_bring_in_this_case() -> None:
    item = towns.town(item=DEPENDS).item
    page = visitor().get(f"/guide/{item}/check/")
    assert [one["name"] for one in page.context["questions"]] == ["for", "c-age", "q-why"]
    unanswered = asked(item, c_age="yes", q_why="nothing")
    assert (unanswered.status_code, len(unanswered.context["missing"])) == (422, 2)
    whole = {"for": "person", "c_age": "yes", "q_why": "renew"}
    with statements() as seen:
        fits = asked(item, **whole)
    assert len(seen) <= 2, seen
    answer = fits.context["answer"]
    assert answer["fits"]
    assert [one["code"] for one in answer["brings"]] == ["old", "photo"]
    assert [one["code"] for one in answer["has"]] == ["register"]
    assert [one["amount"] for one in answer["costs"]] == ["¥20.00"]
    lost = asked(item, **whole | {"q_why": "lost"}).context["answer"]
    assert ([one["code"] for one in lost["brings"]], lost["costs"][0]["amount"]) == (["photo"], "¥40.00")
    for changed_to, fit, heading in (
        ({"c_age": "no"}, True, "It does not fit"),
        ({"c_age": "unsure"}, False, "Ask first"),
        ({"for": "organisation"}, True, "It does not fit"),
    ):
        other = asked(item, **whole | changed_to)
        assert (other.context["answer"]["wrong"], heading in other.content.decode()) == (fit, True)


def test_answers_go_into_a_new_draft_and_never_over_what_was_written() -> None:
    town = towns.town(item=DEPENDS)
    client, key = visitor(town.applicant), str(uuid4())
    link = asked(town.item, **{"for": "person", "c_age": "yes", "q_why": "lost"}).context["answer"]["apply"]
    page = client.get(link)
    told = dict(page.context["told"])
    assert told == {"q-why": "lost", "for": "person"}
    address = client.post(f"/guide/{town.item}/apply/", {"key": key, **told, "q-other": "x"})["Location"]
    draft = UUID(address.split("/")[2])
    assert drafts.view(draft=draft, session=town.applicant.session)["form"] == {"why": "lost"}
    assert client.get(address).context["form"]["why"].value() == "lost"
    written = {"why": "renew", "reason": "写过的"}
    drafts.save(draft=draft, organisation=None, form=written, session=town.applicant.session)
    client.post(f"/guide/{town.item}/apply/", {"key": key, **told})
    assert drafts.view(draft=draft, session=town.applicant.session)["form"] == written
