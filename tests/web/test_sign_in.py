"""The door: the password, the hat, the session of the record; and what is told when it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client, override_settings

import town as towns
from town import Someone, Town
from yimen.record import sessions
from yimen.record.refusal import Refusal

PASSWORD = "one-door-for-all"


def signed_up(town: Town, who: Someone) -> Client:
    """A browser of someone who has an account, before the password."""
    get_user_model().objects.create_user(username=who.username, password=PASSWORD)
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def login(client: Client, who: Someone, *, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": who.username, "password": password, **more})


def test_an_official_chooses_a_hat_and_works_in_it() -> None:
    town = towns.town()
    clerk = town.someone("clerk")
    client = signed_up(town, clerk)
    assert login(client, clerk).url == "/accounts/post/"
    page: Any = client.get("/accounts/post/")
    assert [one["role"] for one in page.context["posts"]] == ["clerk", "applicant"]
    answer: Any = client.post("/accounts/post/", {"post": str(clerk.post)})
    assert answer.url == "/window/"
    assert client.get("/window/").status_code == 200
    assert client.get("/examiner/").status_code == 403


def test_an_official_has_matters_of_her_own() -> None:
    town = towns.town()
    examiner = town.someone("examiner")
    client = signed_up(town, examiner)
    login(client, examiner)
    client.get("/accounts/post/")
    client.post("/accounts/post/", {"post": ""})
    assert client.get("/examiner/").status_code == 403


def test_whoever_has_no_post_goes_straight_in() -> None:
    town = towns.town()
    client = signed_up(town, town.applicant)
    assert login(client, town.applicant).url == "/accounts/post/"
    assert client.get("/accounts/post/").status_code == 302
    assert client.get("/window/").status_code == 403


def test_a_post_of_another_is_not_given() -> None:
    town = towns.town()
    clerk, other = town.someone("clerk"), town.someone("decider")
    client = signed_up(town, clerk)
    login(client, clerk)
    answer: Any = client.post("/accounts/post/", {"post": str(other.post)})
    assert answer.status_code == 200
    assert "Choose what you are here for." in answer.content.decode()
    assert client.get("/decider/").status_code == 302


def test_a_wrong_password_says_so_and_opens_nothing() -> None:
    town = towns.town()
    clerk = town.someone("clerk")
    client = signed_up(town, clerk)
    answer = login(client, clerk, password="not-the-password")
    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()
    assert client.get("/accounts/post/").status_code == 302
    assert client.get("/window/").status_code == 302


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def test_one_stranger_at_an_address_keeps_nobody_else_there_from_signing_in() -> None:
    """All of a hall, an office, or a city behind its proxy, come from one address."""
    town = towns.town()
    clerk = town.someone("clerk")
    client, stranger = signed_up(town, clerk), Client()
    for n in range(32):
        stranger.post("/accounts/login/", {"login": f"nobody-{clerk.username}-{n}", "password": "x"})
    other = town.someone("decider")
    elsewhere = signed_up(town, other)
    for _ in range(6):
        assert login(elsewhere, other, password="wrong").status_code == 200
    assert login(elsewhere, other).status_code == 200, "five wrong ones, and this account waits"
    assert login(client, clerk).url == "/accounts/post/"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_the_door_leads_nowhere_else(elsewhere: str) -> None:
    town = towns.town()
    clerk = town.someone("clerk")
    client = signed_up(town, clerk)
    login(client, clerk)
    answer: Any = client.post("/accounts/post/", {"post": str(clerk.post), "next": elsewhere})
    assert answer.url == "/window/"


def test_the_door_leads_back_to_the_page_that_was_wanted() -> None:
    town = towns.town()
    clerk = town.someone("clerk")
    client = signed_up(town, clerk)
    wanted: Any = client.get("/window/?due=2026-01-05")
    page: Any = client.get(wanted.url)
    answer = login(client, clerk, next=page.wsgi_request.GET["next"])
    chosen = client.get(answer.url)
    back: Any = client.post("/accounts/post/", {"post": str(clerk.post), "next": chosen.context["next"]})
    assert back.url == "/window/?due=2026-01-05"


@pytest.mark.parametrize(("address", "leads"), [("/accounts/sign-out/", "/signed-out/"), ("/accounts/logout/", "/")])
def test_signing_out_ends_the_session_of_the_record(address: str, leads: str) -> None:
    town = towns.town()
    clerk = town.someone("clerk")
    client = signed_up(town, clerk)
    login(client, clerk)
    client.post("/accounts/post/", {"post": str(clerk.post)})
    stolen = client.cookies["yimen_session"].value
    left: Any = client.post(address)
    assert left.url == leads
    assert client.get("/accounts/sign-out/").status_code == 405
    thief = Client()
    thief.cookies["yimen_session"] = stolen
    answer: Any = thief.get("/window/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_a_new_password_ends_every_session_and_another_hat_the_one_before() -> None:
    """Whoever stole a cookie or a token before keeps nothing that its owner has taken off."""
    town = towns.town()
    clerk = town.someone("clerk")
    client, thief = signed_up(town, clerk), Client()
    login(client, clerk)

    def stolen(post: str) -> int:
        client.post("/accounts/post/", {"post": post})
        thief.cookies["yimen_session"] = client.cookies["yimen_session"].value
        return thief.get("/window/" if post else "/cases/").status_code

    assert stolen(str(clerk.post)) == 200
    client.post("/accounts/post/", {"post": ""})
    assert thief.get("/window/").status_code == 302
    assert stolen("") == 200
    elsewhere, wanted = clerk.again(), "another-door-for-me"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": wanted, "password2": wanted})
    assert thief.get("/cases/").status_code == 302
    with pytest.raises(Refusal, match=r"session.ended"):
        sessions.who(session=elsewhere)
    assert sessions.who(session=town.people["clerk"][1].session)["role"] == "clerk", "others work on"


def test_no_disk_keeps_what_an_account_is_shown() -> None:
    """The page of a second factor holds its secret; the terminal in the hall is everybody's."""
    town = towns.town()
    client = signed_up(town, town.applicant)
    login(client, town.applicant)
    for page in ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/", "/accounts/email/"):
        assert "no-store" in client.get(page)["Cache-Control"], page


def test_a_cookie_of_ones_own_making_opens_nothing() -> None:
    client = Client()
    for value in ("", "x", "eyJzZWNyZXQiOiJ4In0:1:2"):
        client.cookies["yimen_session"] = value
        assert client.get("/window/").status_code == 302


def test_a_demonstration_shows_its_people_and_nothing_else_does(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        {"login": "clerk1", "password": "xq-secret-1", "what": "clerk", "name_zh": "王思齐", "where_zh": "甲中心"},
        {
            "login": "both1",
            "password": "xq-secret-2",
            "what": "maker, custodian",
            "name_zh": "李安然",
            "where_zh": "甲中心",
        },
    ]
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    assert client.get("/accounts/login/").context["demonstration_people"] == []
    (tmp_path / "demonstration.json").write_text(json.dumps(people), encoding="utf-8")
    page: Any = client.get("/accounts/login/").content.decode()
    assert "clerk1" in page
    assert page.count("both1") == 2
    assert "xq-secret" not in page
    monkeypatch.setattr(settings, "DEMONSTRATION", False)
    assert "clerk1" not in client.get("/accounts/login/").content.decode()


def test_nobody_is_promised_a_password_by_mail(client: Client) -> None:
    assert "password/reset" not in client.get("/accounts/login/").content.decode()


def test_nobody_makes_an_account_under_the_name_of_a_person_on_record() -> None:
    town = towns.town()
    clerk, client = town.someone("clerk"), Client()
    given = {"username": clerk.username, "password1": PASSWORD, "password2": PASSWORD}

    assert "password1" not in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", given)

    assert not get_user_model().objects.filter(username=clerk.username).exists()


def test_a_password_in_a_form_that_could_not_be_taken_is_not_shown_again() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": PASSWORD})

    assert answer.status_code == 403
    assert PASSWORD not in answer.content.decode()
