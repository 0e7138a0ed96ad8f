"""The window's pages: greet, be drawn, fill in, let the person confirm, file, accept; and every other way out of a case."""

import re
from uuid import UUID, uuid4

import town as towns
from town_item import resident_id
from visiting import visitor
from yimen.casework import draft as drafts
from yimen.casework import visit as visits
from yimen.casework.paper import Paper


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_person_is_greeted_served_and_files_what_she_confirmed() -> None:
    town = towns.town(item={"service_objects": ["1"]})
    door = visitor(town.someone("clerk"), language="en")
    page = door.get("/window/visits/").content.decode()
    told = {"resident_id": resident_id(), "name": "林小满", "checked": "seen", "key": hidden(page, "key"), "after": "1"}
    assert (
        "The check digit is wrong"
        in door.post("/window/visits/", told | {"resident_id": "220199199001010000"}).content.decode()
    )
    page = door.post("/window/visits/", told).content.decode()
    assert "Give the person this number" in page

    stood = visits.open_visit(
        resident_id=told["resident_id"],
        name_zh="x",
        name_en="",
        checked="seen",
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    clerk = town.drawn(stood.visit, "window")
    window = visitor(clerk, language="en")
    assert "林小满" in window.get("/window/visits/").content.decode()
    page = window.get(f"/window/visits/{stood.visit}/").content.decode()
    start = {"do": "start", "key": hidden(page, "key"), "after": hidden(page, "after")}
    towns.town()  # its item has the same name
    for typed, answered in (
        ("烟花 fireworks", "No item has these words"),
        ("licence FOOD", "items have these words"),
    ):
        assert answered in window.post(f"/window/visits/{stood.visit}/", start | {"item": typed}).content.decode()
    begun = window.post(f"/window/visits/{stood.visit}/", start | {"item": town.item})
    address = begun["Location"]
    draft = UUID(address.split("/")[2])
    assert "林小满" in window.get(address).content.decode()
    drafts.attach(draft=draft, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk.session)
    answers = {name: value for name, value in towns.FORM.items() if name != "business_items"}
    sent = window.post(address, answers | {"business_items": "热食类", "organisation": "self", "do": "go on"})
    review = sent["Location"]
    assert "The person confirms" in window.get(review).content.decode()
    waiting = window.post(review, {"key": str(uuid4())}, follow=True)
    assert "She has not confirmed yet, so nothing was sent" in waiting.content.decode()

    page = window.post(review, {"do": "ask", "key": str(uuid4())}).content.decode()
    (code,) = re.findall(r'y-number" role="status">((?:[A-Z0-9]{4} ){3})<', page)
    assert "She has confirmed: send it" in window.get(review).content.decode(), (
        "the page was left, and the code is good"
    )
    phone = visitor(None, language="en")
    seen = phone.post("/confirm/", {"do": "open", "code": f"{code[:5]} {code[5:].lower()}"}, follow=True)
    assert towns.FORM["premises"] in seen.content.decode()
    phone.post("/confirm/", {"do": "confirm", "digest": seen.context["shown"]["digest"]})
    filed = window.post(review, {"key": str(uuid4())})
    assert filed["Location"] == f"/cases/{draft}/receipt/"
    assert "If the printer is off" in window.get(filed["Location"]).content.decode()
    assert town.state(draft) == "received"
    page = window.get(f"/window/{draft}/").content.decode()
    assert "Accept" in page
    assert "Identity card seen by a clerk" in page


def test_a_code_that_is_wrong_says_so_plainly() -> None:
    phone = visitor(None, language="en")
    page = phone.post("/confirm/", {"do": "open", "code": "NOTTHEONE2"})
    assert page.status_code == 404
    assert "There is nothing to confirm under this code" in page.content.decode()


def test_a_correction_is_asked_for_once_on_the_page_and_answered_on_the_desk() -> None:
    town = towns.town()
    case = town.filed()
    window = visitor(town.drawn(case, "counter"), language="en")
    page = window.get(f"/window/{case}/").content.decode()
    told = {"do": "correct", "key": hidden(page, "key"), "after": hidden(page, "after")}
    window.post(
        f"/window/{case}/",
        told | {"correction-material-layout": "请标明面积", "correction-field-premises": "请写门牌号"},
    )
    assert town.state(case) == "correcting"

    home = visitor(town.applicant, language="en")
    assert "To be corrected by you" in home.get("/cases/").content.decode()
    assert "请标明面积" in home.get(f"/cases/{case}/").content.decode()
    page = home.get(f"/cases/{case}/correct/").content.decode()
    assert page.count("请写门牌号") == 1
    sent = home.post(
        f"/cases/{case}/correct/",
        {"do": "send", "premises": "人民大街 8 号", "key": hidden(page, "key"), "after": hidden(page, "after")},
    )
    assert sent["Location"] == f"/cases/{case}/"
    assert town.state(case) == "received"
    page = window.get(f"/window/{case}/").content.decode()
    assert "人民大街 8 号" in page
    assert "If something is missing or wrong" not in page  # the law allows one notice


def test_turning_away_asks_for_the_reason_and_the_place_to_go() -> None:
    town = towns.town()
    case = town.filed()
    window = visitor(town.drawn(case, "counter"), language="en")
    page = window.get(f"/window/{case}/").content.decode()
    told = {"do": "refuse", "key": hidden(page, "key"), "after": hidden(page, "after")}
    assert window.post(f"/window/{case}/", told | {"refuse-reason": "x"}).status_code == 422
    window.post(f"/window/{case}/", told | {"refuse-reason": "不归本机关", "refuse-where": "消防救援支队"})
    assert town.state(case) == "refused"
    page = visitor(town.applicant, language="en").get(f"/cases/{case}/").content.decode()
    assert "消防救援支队" in page


def test_the_examiner_says_what_fails_and_the_decider_denies_with_reasons() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    examiner = visitor(town.drawn(case, "examiner"), language="en")
    page = examiner.get(f"/examiner/{case}/").content.decode()
    told = {"do": "fails", "key": hidden(page, "key"), "after": hidden(page, "after")}
    examiner.post(f"/examiner/{case}/", told | {"fails-failed": "rules"})
    assert town.state(case) == "deciding"

    decider = visitor(town.drawn(case, "decider"), language="en")
    page = decider.get(f"/decider/{case}/").content.decode()
    assert "this cannot be granted" in page
    assert "Grant what was applied for" not in page
    told = {"do": "deny", "key": hidden(page, "key"), "after": hidden(page, "after")}
    assert decider.post(f"/decider/{case}/", told).status_code == 422
    decider.post(f"/decider/{case}/", told | {"deny-rules": "没有制度"})
    assert town.state(case) == "denied"
    page = visitor(town.applicant, language="en").get(f"/cases/{case}/").content.decode()
    assert "没有制度" in page
    assert "reconsideration within 60 days" in page


def test_sent_back_and_handed_back_from_the_page() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    decider = visitor(town.drawn(case, "decider"), language="en")
    page = decider.get(f"/decider/{case}/").content.decode()
    told = {"do": "back", "key": hidden(page, "key"), "after": hidden(page, "after")}
    decider.post(f"/decider/{case}/", told | {"back-reason": "请核对图纸"})
    examiner = visitor(town.drawn(case, "examiner"), language="en")
    page = examiner.get(f"/examiner/{case}/").content.decode()
    assert "请核对图纸" in page
    first = town.drawn(case, "examiner").person
    told = {"do": "aside", "key": hidden(page, "key"), "after": hidden(page, "after")}
    examiner.post(f"/examiner/{case}/", told | {"aside-ground": "interest"})
    assert town.drawn(case, "examiner").person != first


def test_a_mandate_is_given_and_ended_on_a_page() -> None:
    town = towns.town()
    number = resident_id()
    stood = visits.open_visit(
        resident_id=number,
        name_zh="受托人",
        name_en="",
        checked="seen",
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    assert stood.ticket
    home = visitor(town.applicant, language="en")
    page = home.get("/mandates/").content.decode()
    assert "Nobody." in page
    told = {
        "agent": number,
        "name": "受托人",
        "behalf": "self",
        "scope": "one",
        "item": town.item,
        "until": "2027-06-30",
        "key": hidden(page, "key"),
    }
    assert (
        "The check digit is wrong" in home.post("/mandates/", told | {"agent": "220199199001010000"}).content.decode()
    )
    for wrong in ({"name": "别人"}, {"agent": resident_id()}):  # the same answer, whichever of the two is wrong
        answer = home.post("/mandates/", told | wrong).content.decode()
        assert "There is nobody on record with this number and name" in answer
    home.post("/mandates/", told)
    page = home.get("/mandates/").content.decode()
    assert "受托人" in page
    (mandate,) = re.findall(r'name="end" value="([^"]+)"', page)
    home.post("/mandates/", {"end": mandate, "key": str(uuid4())})
    assert 'name="end"' not in home.get("/mandates/").content.decode()
