"""Signing in, who one is, and the end of a session."""

from typing import Any
from uuid import uuid4

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import User
from django.core.cache import cache

import town as towns
from asking import Answer, Asking
from yimen.registry.accounts import make_accounts

PASSWORD = "open sesame, one door"


def sign_in(who: towns.Someone, **more: Any) -> Answer:
    make_accounts([(who.username, PASSWORD)])
    return Asking().post("/sessions", {"username": who.username, "password": PASSWORD, **more}, key=None)


def test_an_official_signs_in_with_her_only_post(town: towns.Town) -> None:
    clerk = town.someone("clerk")
    answer = sign_in(clerk)
    assert answer.status == 201
    assert answer.said["role"] == "clerk"
    assert answer.said["token"].startswith("counter.")
    who = Asking(token=answer.said["token"]).get("/sessions/current").said
    assert (who["person"], who["post"]) == (str(clerk.person), str(clerk.post))


def test_the_same_person_signs_in_as_applicant(town: towns.Town) -> None:
    answer = sign_in(town.someone("clerk"), post="applicant")
    assert answer.said["role"] == "applicant"
    assert answer.said["token"].startswith("public.")


def test_who_holds_several_posts_is_asked_which(town: towns.Town) -> None:
    both = town.people["maker"][2]
    more = {"id": str(uuid4()), "person": str(both.person), "role": "clerk", "centre": str(town.centre)}
    towns.enter({"posts": [more]}, *towns.founded(towns.testing_city.current().database))
    answer = sign_in(both)
    assert (answer.status, answer.code) == (409, "sign_in.choose_post")
    assert {post["role"] for post in answer.said["params"]["posts"]} == {"maker", "clerk"}
    assert sign_in(both, post=more["id"]).said["role"] == "clerk"


def test_a_wrong_password_an_unknown_name_and_nobody_look_alike(town: towns.Town) -> None:
    make_accounts([(town.applicant.username, PASSWORD), ("nobody-in-the-registry", PASSWORD)])
    wrong = Asking().post("/sessions", {"username": town.applicant.username, "password": "x"}, key=None)
    unknown = Asking().post("/sessions", {"username": f"who-{uuid4()}", "password": "x"}, key=None)
    assert (wrong.status, wrong.code) == (unknown.status, unknown.code) == (401, "sign_in.wrong")
    assert wrong.said == unknown.said
    nobody = Asking().post("/sessions", {"username": "nobody-in-the-registry", "password": PASSWORD}, key=None)
    assert nobody.code == "person.missing"


def test_guessing_is_slowed_down(town: towns.Town) -> None:
    cache.clear()
    who = town.people["decider"][0]
    make_accounts([(who.username, PASSWORD)])
    for n in range(10):
        username = who.username.upper() if n % 2 else who.username.title()  # one account, however it is written
        Asking().post("/sessions", {"username": username, "password": "x"}, key=None)
    answer = sign_in(who)
    assert (answer.status, answer.code) == (429, "sign_in.too_often")
    assert answer.response["Retry-After"]


def test_a_second_factor_is_asked_here_too(town: towns.Town) -> None:
    who = town.people["decider"][1]
    make_accounts([(who.username, PASSWORD)])
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(User.objects.get(username=who.username), secret)
    assert sign_in(who).code == "sign_in.code_wanted"
    assert sign_in(who, code="000000").code == "sign_in.wrong"
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[-1]))
    assert sign_in(who, code=code).status == 201


def test_a_post_of_someone_else_opens_nothing(town: towns.Town) -> None:
    answer = sign_in(town.applicant, post=str(town.someone("clerk").post))
    assert (answer.status, answer.code) == (403, "post.ended")


def test_an_ended_session_opens_nothing(town: towns.Town) -> None:
    token = sign_in(town.applicant).said["token"]
    assert Asking(token=token).delete("/sessions/current").status == 204
    assert Asking(token=token).delete("/sessions/current").status == 204
    answer = Asking(token=token).get("/cases")
    assert (answer.status, answer.code) == (401, "session.ended")
    assert answer.response["WWW-Authenticate"] == "Bearer"


def test_no_token_a_strange_one_and_one_of_another_link(town: towns.Town) -> None:
    for token in ("", "x", "public.", "keeper." + "a" * 43, "public." + "a" * 43, "public." + "字" * 43):
        assert Asking(token=token).get("/cases").code == "session.ended"
    secret = town.applicant.session.secret
    borrowed = Asking(token=f"counter.{secret}").get("/worklist")
    assert (borrowed.status, borrowed.code) == (403, "session.of_another_link")


def test_what_is_said_is_said_in_the_language_asked_for() -> None:
    english = Asking(language="en").get("/cases").said
    chinese = Asking(language="zh-hans").get("/cases").said
    assert english["code"] == chinese["code"]
    assert english["detail"] == "You are signed out. Sign in again; what you typed was kept."
    assert {"type", "title", "status", "detail", "code", "kind", "params"} == set(chinese)


def test_a_field_too_many_or_too_few_is_named() -> None:
    answer = Asking().post("/sessions", {"username": "a", "passwort": "b"}, key=None)
    assert (answer.status, answer.code) == (422, "request.malformed")
    assert answer.said["params"]["fields"] == {"password": "missing", "passwort": "extra_forbidden"}
    assert Asking().post("/sessions", "{", key=None).code == "request.malformed"
