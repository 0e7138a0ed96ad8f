"""What each person finds on her page: what is asked of her and why by then, why a case stands first, and print she can read."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import segno
from django.conf import settings

import at_window
import town as towns
from counted import statements
from town_item import resident_id
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework import draft as drafts
from yimen.casework import mandate as mandates
from yimen.casework import visit as visits
from yimen.casework.document import open_document
from yimen.casework.paper import Paper
from yimen.pure.due_sentence import day_en, day_zh

PERSONAL = {"service_objects": ["1", "2"]}
FEE = {
    "fees": [{"code": "card", "name_zh": "工本费", "name_en": "Fee for the card", "amount": 1000, "basis": "x"}],
    "delivery": ["electronic", "window"],
}


def marks(page: str) -> dict[str, str]:
    """The key and the last event that the forms of a page carry."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("key", "after")}
    return {name: one[1] for name, one in found.items() if one}


def ask_correction(town: towns.Town, case: UUID) -> None:
    window = visitor(town.drawn(case, "counter"))
    told = {"do": "correct", **marks(window.get(f"/window/{case}/").content.decode())}
    window.post(f"/window/{case}/", told | {"correction-material-layout": "请标明面积"})


# the desk --------------------------------------------------------------------------------------------------------------


def test_what_is_asked_of_a_person_stands_first_with_its_last_day_and_the_reason_for_that_day() -> None:
    town = towns.town(item=FEE)
    town.filed()
    paying, correcting = town.filed(), town.filed()
    town.accept(paying)
    ask_correction(town, correcting)
    for language, day in (("en", day_en), ("zh-hans", day_zh)):
        home = visitor(town.applicant, language=language)
        home.get("/cases/")
        with statements("public") as seen:
            answer = home.get("/cases/")
        assert len(seen) == 4, seen
        asked = answer.context["asked"]
        assert [(one["what"], one["fee"]) for one in asked] == [("correct", None), ("pay", "¥10.00")]
        assert asked[0]["clock"]["due"] == town.clock(correcting, "correction")["due_on"]
        text = answer.content.decode()
        assert day(asked[0]["clock"]["due"]) in text
        assert text.index('id="asked-title"') < text.index(f"/cases/{correcting}/correct/") < text.index("<table")
    assert not visitor(town.stranger).get("/cases/").context["asked"]


def test_who_opened_a_file_is_told_in_words_and_to_nobody_else() -> None:
    town = towns.town(item=PERSONAL)
    case = town.filed()
    paper = UUID(cases.view(case=case, session=town.applicant.session)["documents"][0]["id"])
    open_document(document=paper, session=town.drawn(case, "counter").session)
    open_document(document=paper, session=town.applicant.session)
    for path in ("/cases/", "/cases/papers/"):
        page = visitor(town.applicant).get(path).content.decode()
        assert page.count("opened “布局图.png” in Food business licence (new)") == 1
        assert "Window clerk opened" in page
        assert "opened “" not in visitor(town.stranger).get(path).content.decode()


def test_an_agent_finds_the_case_on_her_desk_for_as_long_as_the_mandate_lasts() -> None:
    town = towns.town(item=PERSONAL)
    number = resident_id()
    visits.open_visit(
        resident_id=number,
        name_zh="林小满",
        name_en="",
        checked="seen",
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    until = towns.today() + timedelta(days=9)
    mandates.give(agent=number, name="林小满", until=until, session=town.applicant.session, key=uuid4())
    beside = visitor(town.applicant).get("/cases/").context["beside"]
    assert beside["mandates"] == {"given": 1, "held": 0}
    page = visitor(town.applicant).get("/cases/").content.decode()
    assert "1 person may act for you" in page
    assert "Proven when the person was entered" in page


# large print -----------------------------------------------------------------------------------------------------------


def test_large_print_is_kept_on_every_page_until_it_is_switched_off() -> None:
    town = towns.town()
    home = visitor(town.applicant)
    assert b'class="y-large"' not in home.get("/").content
    answer = home.post("/large-print/", {"large": "1", "next": "/cases/"})
    assert answer["Location"] == "/cases/"
    assert answer.cookies["yimen_large"]["httponly"]
    for path in ("/", "/cases/", "/mandates/", f"/guide/{town.item}/", "/nothing/", f"/cases/{uuid4()}/"):
        page = home.get(path).content.decode()
        assert 'class="y-large"' in page, path
        assert "css/large" in page, path
        assert "Normal print" in page, path
    home.post("/large-print/", {"large": "0", "next": "/"})
    assert b'class="y-large"' not in home.get("/cases/").content


@pytest.mark.parametrize("bad", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_else(bad: str) -> None:
    assert visitor().post("/large-print/", {"large": "1", "next": bad})["Location"] == "/"
    assert visitor().get("/large-print/").status_code == 405


def test_switching_in_the_middle_of_a_draft_keeps_what_was_typed() -> None:
    town = towns.town()
    draft = town.drafted()
    home = visitor(town.applicant)
    answer = home.post(f"/apply/{draft}/", {"item": town.item, "premises": "人民大街 9 号", "large": "1"})
    page = home.get(answer["Location"]).content.decode()
    assert "人民大街 9 号" in page
    assert 'class="y-large"' in page


# worklists and the window ----------------------------------------------------------------------------------------------


def served(town: towns.Town, *, checked: str) -> tuple[UUID, towns.Someone, UUID]:
    """A case filed at the window for a person, its clerk, and the visit."""
    stood = visits.open_visit(
        resident_id=resident_id(),
        name_zh="林小满",
        name_en="",
        checked=checked,  # type: ignore[arg-type]  # one of two words
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    clerk = town.drawn(stood.visit, "window")
    case = drafts.start(item=town.item, session=clerk.session, key=uuid4(), visit=stood.visit)
    drafts.save(draft=case, organisation=None, form=towns.FORM, session=clerk.session)
    drafts.attach(draft=case, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk.session)
    at_window.confirmed(case, clerk)
    drafts.file(draft=case, session=clerk.session, key=uuid4())
    return case, clerk, stood.visit


def test_what_blocks_a_case_is_said_on_the_list_and_made_good_at_the_window() -> None:
    town = towns.town(item=PERSONAL)
    case, clerk, visit = served(town, checked="not_checked")
    window = visitor(clerk)
    assert "identity not checked" in window.get(f"/window/visits/{visit}/").content.decode()
    town.accept(case)
    town.examine(case)
    decider = visitor(town.drawn(case, "decider"))
    listed = decider.get("/decider/").content.decode()
    assert "Blocked" in listed
    assert "The identity is not checked yet" in listed
    assert decider.get(f"/decider/{case}/").context["form"] is None

    told = {"do": "seen", "seen-what": "identity", **marks(window.get(f"/window/{case}/").content.decode())}
    window.post(f"/window/{case}/", told)
    assert "Blocked" not in decider.get("/decider/").content.decode()
    assert decider.get(f"/decider/{case}/").context["form"] is not None


def test_a_correction_is_answered_on_the_spot() -> None:
    town = towns.town(item=PERSONAL)
    case, clerk, _visit = served(town, checked="seen")
    window = visitor(clerk)
    ask_correction(town, case)
    assert f"/cases/{case}/correct/" in window.get(f"/window/{case}/").content.decode()
    drafts.attach(draft=case, paper=Paper("layout", "布局图2.png", towns.PAPER), session=clerk.session)
    page = window.get(f"/cases/{case}/correct/").content.decode()
    answer = window.post(f"/cases/{case}/correct/", {"do": "send", **marks(page)})
    check = answer["Location"]
    assert check == f"/cases/{case}/correct/check/"
    page = window.get(check).content.decode()
    assert "布局图2.png" in page
    assert window.post(check, {"do": "file", **marks(page)})["Location"] == f"{check}?awaited"
    asked = window.post(check, {"do": "ask", **marks(page)})
    phone = visitor(None)
    seen = phone.post("/confirm/", {"do": "open", "code": asked.context["code"]}, follow=True)
    assert [one["what"] for one in seen.context["shown"]["asked"]] == [one["what"] for one in asked.context["asked"]]
    phone.post("/confirm/", {"do": "confirm", "digest": seen.context["shown"]["digest"]})
    assert window.post(check, {"do": "file", **marks(page)})["Location"] == f"/window/{case}/?done=corrected_for"
    assert "Your correction is in" in phone.get("/confirm/").content.decode()
    assert town.kinds(case)[-1] == "case.corrected_at_window"


def test_the_square_on_the_clerks_screen_leads_to_what_the_person_confirms() -> None:
    town = towns.town(item=PERSONAL)
    stood = visits.open_visit(
        resident_id=resident_id(),
        name_zh="林小满",
        name_en="",
        checked="seen",
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    clerk = town.drawn(stood.visit, "window")
    draft = drafts.start(item=town.item, session=clerk.session, key=uuid4(), visit=stood.visit)
    drafts.save(draft=draft, organisation=None, form=towns.FORM, session=clerk.session)
    drafts.attach(draft=draft, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk.session)
    answer = visitor(clerk).post(f"/apply/{draft}/check/", {"do": "ask", "key": str(uuid4())})
    code = answer.context["code"]
    drawn = segno.make(
        f"{settings.PUBLIC_URL}/confirm/#{code}", error="m", micro=False
    )  # what follows # is sent to no server
    assert answer.context["picture"] == drawn.svg_data_uri(scale=4, border=4, light="#fff")
    shown = visitor(None).post("/confirm/", {"do": "open", "code": code}, follow=True)
    assert "林小满" in shown.content.decode()


# the supervisor, and the way of a case ---------------------------------------------------------------------------------


def test_the_life_of_a_denied_case_tells_what_was_written_and_where_it_ended() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    decider = visitor(town.drawn(case, "decider"))
    page = decider.get(f"/decider/{case}/").content.decode()
    decider.post(f"/decider/{case}/", {"do": "back", "back-reason": "请再看布局图", **marks(page)})
    town.examine(case, failed=("premises",))
    page = decider.get(f"/decider/{case}/").content.decode()
    told = {"do": "deny", "deny-premises": "操作间没有水池", **marks(page)}
    decider.post(f"/decider/{case}/", told)
    assert town.state(case) in ("denied", "closed")

    page = visitor(town.someone("supervisor")).get(f"/supervisor/{case}/").content.decode()
    assert page.index("请再看布局图") < page.index("操作间没有水池")
    assert f'href="/draws/{towns.today().isoformat()}/"' in page
    assert "The chain is whole" in page
    mine = visitor(town.applicant).get(f"/cases/{case}/").content.decode()
    assert "请再看布局图" not in mine
    steps = re.findall(r"y-steps__step y-steps__step--(\w+)", mine)
    assert steps == ["done", "done", "done", "done", "stop"]


def test_the_guide_says_what_it_costs_and_what_it_really_took() -> None:
    town = towns.town(item=FEE)
    guide = visitor().get(f"/guide/{town.item}/")
    assert [one["amount"] for one in guide.context["costs"]] == ["¥10.00"]
    assert guide.context["took"] is None
    page = guide.content.decode()
    assert "Nothing was decided here yet" in page
    assert "No hall offers it at present." in page
    assert [one["code"] for one in guide.context["has"]] == ["licence"]
    case = town.filed()
    town.accept(case)
    town.examine(case)
    town.decide(case)
    assert visitor().get(f"/guide/{town.item}/").context["took"]["cases"] == 1
