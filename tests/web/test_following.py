"""Who was served at a window follows her case on her own phone, without an account: from the confirmation to the last paper."""

from typing import Any
from uuid import UUID, uuid4

from django.test import Client

import at_window
import town as towns
from visiting import visitor
from yimen.casework import confirmation, draft, visit
from yimen.record import statement

ITEM: dict[str, Any] = {"service_objects": ["1"], "delivery": ["electronic", "window"]}


def confirmed_on(phone: Client, new: UUID, clerk: towns.Someone) -> None:
    code, _ = confirmation.ask_confirmation(draft=new, session=clerk.session)
    page = phone.post("/confirm/", {"do": "open", "code": code}, follow=True)
    assert "fetched for you from the government" in page.content.decode()
    phone.post("/confirm/", {"do": "confirm", "digest": page.context["shown"]["digest"]})


def test_the_screen_on_which_she_confirmed_shows_number_receipt_and_the_code_to_follow() -> None:
    town = towns.town(item=ITEM)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    phone = visitor(None)
    confirmed_on(phone, new, clerk)
    waiting = phone.get("/confirm/")
    assert "The case number appears here" in waiting.content.decode()
    code = waiting.context["shown"]["follow"]
    draft.file(draft=new, session=clerk.session, key=uuid4())
    receipt = phone.get("/confirm/")
    told = receipt.context["shown"]
    assert (told["case"]["stream"], told["follow"]) == (str(new), code)
    assert code[:4] in receipt.content.decode()

    at_window.correction_asked(town, new)
    other = visitor(None)
    assert other.get("/follow/").status_code == 200
    wrong = other.post("/follow/", {"number": told["case"]["number"], "code": "23456789ABCD"})
    assert (wrong.status_code, "There is no case to follow" in wrong.content.decode()) == (404, True)
    key = {"number": told["case"]["number"], "code": f"{code[:4]} {code[4:8].lower()}-{code[8:]}"}
    shown = other.post("/follow/", key, follow=True)
    page = shown.content.decode()
    assert "请标明面积" in page
    assert shown.context["clock_correction"]["why_zh"] in page or shown.context["clock_correction"]["why_en"] in page
    assert towns.FORM["premises"] not in page
    assert towns.FORM["contact_phone"] not in page
    assert code not in page
    other.post("/follow/", {"do": "close"})
    assert "请标明面积" not in other.get("/follow/").content.decode()
    phone.post("/confirm/", {"do": "close"})
    assert phone.get("/confirm/").context["shown"] is None


def test_who_signed_on_paper_gets_a_code_with_her_receipt_and_a_new_one_ends_the_old() -> None:
    town = towns.town(item=ITEM)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    window = visitor(clerk)
    review = f"/apply/{new}/check/"
    mark = window.get(review).context["mark"]
    told = {"do": "signed", "mark": "00000 00000", "signed": at_window.scan(), "key": str(uuid4())}
    assert "This mark is not that of what stands here now" in window.post(review, told).content.decode()
    told |= {"mark": f"{mark[:5]} {mark[5:]}", "signed": at_window.scan()}
    assert window.post(review, told).context["signed"] is True
    receipt = window.post(review, {"key": str(uuid4())})["Location"]
    assert window.get(receipt).context["follow_code"] == ""
    number, first = window.get(receipt).context["case"]["number"], window.post(receipt).context["follow_code"]
    phone = visitor(None)
    assert phone.post("/follow/", {"number": number, "code": first})["Location"] == "/follow/"
    second = window.post(receipt).context["follow_code"]
    assert phone.get("/follow/").status_code == 404
    page = phone.post("/follow/", {"number": number, "code": second}, follow=True).content.decode()
    assert page.count("an earlier one ended") == 2

    visit.end(visit=UUID(str(town.seen(new, "counter")["visit"])), outcome="filed", session=clerk.session, key=uuid4())
    assert window.post(receipt).status_code == 404  # only while she serves her


def test_a_paper_that_was_issued_is_read_with_the_code_and_the_reading_leaves_a_trace() -> None:
    town = towns.town(item=ITEM)
    case = at_window.brought_to(town, "sealed", personal=True)
    with towns.testing_city_owner() as owner:
        ((number, document),) = owner.execute("select c.number, f.document from casework_case c join casework_certificate f on f.stream = c.stream where c.stream = %s", [case])  # fmt: skip
        owner.execute("select casework_follow_made(%s, %s, '23456789ABCD', 'made_at_window')", [case, town.applicant.person])  # fmt: skip
    phone = visitor(None)
    assert phone.get(f"/follow/papers/{document}/")["Location"] == "/follow/"
    page = phone.post("/follow/", {"number": number, "code": "23456789abcd"}, follow=True).content.decode()
    assert f"/follow/papers/{document}/" in page
    assert phone.get(f"/follow/papers/{uuid4()}/").status_code == 404
    phone.get(f"/follow/papers/{document}/")
    traces = "select role from casework_reading where stream = %s order by id"
    assert [row["role"] for row in statement.rows("oversight", traces, [case])][-1] == "code"
