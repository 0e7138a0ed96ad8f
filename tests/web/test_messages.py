"""The messages on pages and in the interface: what waits, what is read, and how an address is corrected."""

from uuid import UUID, uuid4

import pytest

import mailing
import town as towns
from asking import Asking
from counted import statements
from visiting import visitor
from yimen.casework import notice
from yimen.web import messages


def bounced(town: towns.Town, case: UUID) -> None:
    town.accept(case)
    to = f"{uuid4().hex}@example.org"
    notice.change_contact(case=case, phone="0431-80000001", email=to, session=town.applicant.session, key=uuid4())
    with mailing.mail_server() as server:
        server.at_rcpt[to] = ["550 5.1.1 no such user"]
        mailing.post(server)


def test_messages_are_counted_shown_and_read_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "PAGE", 3)
    town = towns.town()
    cases = [town.filed() for _ in range(2)]
    for case in cases:
        town.accept(case)
    mailing.tell()
    for language, title in (("zh-hans", "申请已受理"), ("en", "Application accepted")):
        client = visitor(town.applicant, language=language)
        assert client.get("/cases/").context["waiting"]["unread"] == 2
        page = client.get("/messages/")
        assert [one["unread"] for one in page.context["messages_shown"]] == [True, True, False]
        text = page.content.decode()
        assert text.count(title) >= 2
        assert f"{town.clock(cases[0], 'promise')['due_on']}" in text
        following = client.get("/messages/" + page.context["pages"]["next"])
        assert [one["unread"] for one in following.context["messages_shown"]] == [False]
    assert client.get(f"/cases/{cases[0]}/").context["waiting"]["unread"] == 1  # opening a case reads its messages
    late = client.get("/messages/").context["upto"]
    town.examine(cases[1])
    town.decide(cases[1])
    mailing.tell()
    client.post("/messages/", {"upto": late})
    page = client.get("/messages/")
    assert page.context["waiting"]["unread"] == 1  # what came after the page was shown is not read with it
    assert client.post("/messages/", {"upto": "x"}).status_code == 400
    assert client.get("/messages/?after=x").status_code == 400
    assert not visitor(town.stranger).get("/messages/").context["messages_shown"]


def test_a_page_asks_as_often_for_many_as_for_few() -> None:
    town = towns.town()
    asked = []
    for _ in range(2):
        for case in [town.filed() for _ in range(2)]:
            town.accept(case)
        mailing.tell()
        client = visitor(town.applicant)
        client.get("/messages/")
        with statements() as seen:
            client.get("/messages/")
        asked.append(len(seen))
    assert asked == [2, 2]


def test_who_cannot_be_reached_is_told_where_she_looks_and_corrects_it_there() -> None:
    town = towns.town()
    case = town.filed()
    bounced(town, case)
    client = visitor(town.applicant)
    for where in ("/cases/", f"/cases/{case}/", "/messages/"):
        text = client.get(where).content.decode()
        assert "We could not reach you by e-mail about this case." in text, where
        assert f'href="/cases/{case}/contact/"' in text, where
    address = f"/cases/{case}/contact/"
    page = client.get(address)
    wrong = client.post(address, {"key": page.context["key"], "contact_phone": "", "contact_email": "x@"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"contact_phone", "contact_email"}
    right = {"key": page.context["key"], "contact_phone": "0431-80000009", "contact_email": "neu@example.org"}
    for _ in range(2):  # sent twice, it is changed once
        assert client.post(address, right)["Location"] == f"/cases/{case}/"
    assert town.kinds(case).count("case.contact_changed") == 2  # the first was the address that bounced
    assert "could not reach" not in client.get(f"/cases/{case}/").content.decode()
    assert visitor(town.stranger).get(address).status_code == 404


def test_the_supervisor_sees_what_became_of_messages_and_no_address() -> None:
    town = towns.town()
    case = town.filed()
    bounced(town, case)
    text = visitor(town.someone("supervisor")).get(f"/supervisor/{case}/").content.decode()
    assert "E-mail could not be delivered" in text
    assert "550 5.1.1" in text


def test_the_interface_lists_reads_and_corrects() -> None:
    town = towns.town()
    case = town.filed()
    town.accept(case)
    mailing.tell()
    mine, stranger = Asking(town.applicant), Asking(town.stranger)
    first = mine.get("/messages", limit=1).said
    second = mine.get("/messages", limit=1, cursor=first["next"]).said
    assert [one["kind"] for one in first["items"] + second["items"]] == ["case.accepted", "case.submitted"]
    assert {one["clock"] for one in first["items"][0]["says"]["dates"]} == {"promise", "statutory"}
    assert mine.get("/messages", cursor="WyJ4IiwxXQ").code == "cursor.malformed"
    assert stranger.get("/messages").said["items"] == []
    assert Asking(town.drawn(case, "counter")).get("/messages").status == 403

    assert mine.post("/messages/read", {}, key=None).code == "notice.which"
    assert mine.post("/messages/read", {"case": str(case)}, key=None).said == {"unread": 0, "unreached": []}

    key, told = uuid4(), {"phone": "0431-80000003", "email": "neu@example.org"}
    recorded = mine.post(f"/cases/{case}/contact", told, key=key)
    assert (recorded.status, recorded.said["retried"]) == (200, False)
    assert mine.post(f"/cases/{case}/contact", told, key=key).said["retried"]
    assert mine.post(f"/cases/{case}/contact", told | {"email": "a@b.c, d@e.f"}).code == "form.malformed"
    assert stranger.post(f"/cases/{case}/contact", told).code == "case.missing"


def test_what_a_browser_asks_for_before_anyone_wants_it_is_not_made() -> None:
    """Opening a case reads its messages; a browser that only guesses opens nothing."""
    town = towns.town()
    case = town.filed()
    home = visitor(town.applicant)
    for told in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}):
        assert home.get(f"/cases/{case}/", headers=told).status_code == 503
    assert home.get(f"/cases/{case}/").status_code == 200
