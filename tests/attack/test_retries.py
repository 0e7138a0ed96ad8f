"""The same key again: with the same content it is answered, with other content refused, and nothing is done twice."""

import hashlib
from datetime import timedelta
from functools import cache
from threading import Event
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

import at_window
import town as towns
from town_item import resident_id
from yimen.casework import correction, mandate, visit
from yimen.record import draws
from yimen.record.refusal import Refusal
from yimen.registry import entry
from yimen.registry.ids import identity

APPLY = "select * from casework_apply(%s, %s, %s, %s, %s, %s, %s, %s)"
GREET = "select visit, retried from casework_visit_open(%s, %s, '', '林小满', '', 'seen', %s)"

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


def paper(of: bytes) -> dict[str, Any]:
    return {"material": "layout", "name": "x.png", "media_type": "image/png", "size": 1, "salt": of.hex() * 16,
            "digest": of.hex() * 32, "content": hashlib.sha256(of).hexdigest(), "stored_as": "x", "key": "00" * 32}  # fmt: skip


def test_an_application_sent_again_for_another_address_or_telephone_is_another(ask: Any, refused: Any) -> None:
    town, key = towns.town(item={"delivery": ["electronic", "post"]}), uuid4()
    who = [town.applicant.session.secret, town.item, town.organisation]

    def sent(address: str, **other: str) -> list[Any]:
        return [*who, Jsonb(towns.FORM | other), Jsonb([paper(b"a")]), key, "post", address]

    first = ask("public", APPLY, *sent("人民大街 1 号"))
    assert ask("public", APPLY, *sent("人民大街 1 号"))[0][:3] == first[0][:3]
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 2 号"))
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 1 号", contact_phone="0431-1"))
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 1 号", contact_email="another@example.org"))


def test_papers_are_known_by_their_content_and_not_by_their_size(ask: Any, refused: Any) -> None:
    town, key = towns.town(), uuid4()
    who = [town.applicant.session.secret, town.item, town.organisation, Jsonb(towns.FORM)]

    def sent(*papers: dict[str, Any]) -> Any:
        return [*who, Jsonb(list(papers)), key, "electronic", ""]

    one, other = paper(b"a"), paper(b"b")
    first = ask("public", APPLY, *sent(one, other | {"material": "rules"}))
    again = {"salt": "ff" * 16, "digest": "ff" * 32, "key": "ff" * 32}  # locked anew, as each request is
    assert ask("public", APPLY, *sent(other | again | {"material": "rules"}, one | again))[0][:3] == first[0][:3]
    for papers in ((other, other | {"material": "rules"}), (one,), (one, one | {"material": "rules"})):
        refused("key.reused", ask, "public", APPLY, *sent(*papers))
    refused("request.malformed", ask, "public", APPLY, *sent(one | {"content": ""}))


def test_a_correction_sent_again_with_other_answers_is_another() -> None:
    town = towns.town()
    case = town.filed()
    at_window.correction_asked(town, case)
    told: dict[str, Any] = {"case": case, "after": town.head(case), "session": town.applicant.session, "key": uuid4()}
    first = correction.correct(answers={"premises": "人民大街 3 号"}, **told)
    assert correction.correct(answers={"premises": "人民大街 3 号"}, **told).hash == first.hash
    for other in ({"premises": "人民大街 4 号"}, {"premises": "人民大街 3 号", "business_type": "摊贩"}):
        with pytest.raises(Refusal, match=r"key.reused"):
            correction.correct(answers=other, **told)


def test_what_is_sent_twice_at_the_same_moment_is_done_once_and_both_are_told_so() -> None:
    town, key = towns.town(), uuid4()
    case, registrar = town.filed(), towns.founded(towns.testing_city.current().database)[0].session
    at_window.correction_asked(town, case)
    answered: dict[str, Any] = {"case": case, "after": town.head(case), "answers": {}, "session": town.applicant.session, "key": key}  # fmt: skip
    proposed: dict[str, Any] = {"body": {"people": []}, "session": registrar, "key": key}
    half: dict[str, Any] = {"pool": town.centre, "day": towns.today() + timedelta(9), "half": b"h" * 32}
    manager, supervisor = town.someone("manager").session, town.someone("supervisor").session
    for act in (
        lambda: correction.correct(**answered).hash,
        lambda: entry.propose(**proposed).hash,
        lambda: draws.open_day(**half, session=manager, key=key),
        lambda: draws.commit_day(**half, session=supervisor, key=case),
    ):
        first, second, third = at_window.together(act, act, act)
        assert first == second == third
        assert not isinstance(first, str), "no refusal"


def test_a_mandate_that_ends_while_its_agent_files_ends_in_that_case_too(connect: Any, ask: Any) -> None:
    town, number = towns.town(item=at_window.EVERYBODY), resident_id()
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [identity(number), town.stranger.person])  # fmt: skip
    given = mandate.give(agent=number, name="某1", until=towns.today() + timedelta(9), session=town.applicant.session, key=uuid4())  # fmt: skip
    new = town.drafted(who=town.stranger, mandate=given, personal=True)
    agent = connect("public")
    agent.execute("begin")
    agent.execute("select number from casework_file(%s, %s, %s)", [town.stranger.session.secret, new, uuid4()])

    done, watching = Event(), connect("admin")

    def end() -> None:
        mandate.end(mandate=given, session=town.applicant.session, key=uuid4())
        done.set()

    def commit() -> None:  # once the other waits for it, or is through
        while not done.is_set() and watching.execute(WAITING).fetchall() == [(0,)]:
            sleep(0.02)
        agent.execute("commit")

    assert at_window.together(end, commit) == [None, None]
    hats = "select count(*) from record_hat where stream = %s and person = %s and until > now()"
    assert ask("oversight", hats, new, town.stranger.person) == [(0,)]


def test_one_who_files_first_on_a_day_and_does_not_commit_holds_up_nobody(
    clone: Any, ask: Any, connect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone()  # where nobody else sees a case of tomorrow
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))
    one = towns.town()
    ask("worker", "select casework_lay_down_days()")
    with at_window.days(one) as until:
        until(1)
        other = towns.town()
        new, again = one.drafted(), other.drafted()
        holder = connect("public")
        holder.execute("begin")
        file = "select number from casework_file(%s, %s, %s)"
        holder.execute(file, [one.applicant.again().secret, new, uuid4()])
        mine = connect("public")
        mine.execute("set statement_timeout = '5s'")
        mine.execute(file, [other.applicant.again().secret, again, uuid4()])
        holder.execute("rollback")
        assert ask("oversight", "select right(number, 4) >= '0001' from casework_case where stream = %s", again) == [
            (True,)
        ]


def test_a_greeting_sent_again_greets_nobody_else_and_nobody_twice(ask: Any, refused: Any) -> None:
    town, key = towns.town(roles={"clerk": 4}), uuid4()
    secret, one, two = town.someone("clerk").session.secret, towns.identity(), towns.identity()
    ((stood, retried),) = ask("counter", GREET, secret, one, key)
    assert not retried
    refused("key.reused", ask, "counter", GREET, secret, two, key)
    server = town.drawn(stood, "window").session
    visit.end(visit=stood, outcome="left", session=server, key=uuid4())
    assert ask("counter", GREET, secret, one, key) == [(stood, True)]
    refused("key.reused", ask, "counter", GREET, town.people["clerk"][1].session.secret, one, key)


@pytest.mark.parametrize("address", ["@", "a@b\r\nRCPT TO:<x@y.cn>", "a@b.cn\nBcc: x@y.cn", "<a@b.cn>", "林@示范.cn"])
def test_no_address_is_filed_that_cannot_stand_in_an_envelope(address: str, ask: Any, refused: Any) -> None:
    town = towns.town()
    new = town.drafted(form={"contact_email": address})
    refused("form.malformed", ask, "public", "select * from casework_file(%s, %s, %s)", town.applicant.session.secret, new, uuid4())  # fmt: skip


def test_who_stepped_aside_hands_nothing_over_afterwards(act: Any, refused: Any) -> None:
    town = towns.town(roles={"clerk": 5}, item={"delivery": ["electronic", "post"]})
    case = at_window.sealed(town, town.brought_to("released", delivery="post", address="人民大街 1 号"))
    aside = town.drawn(case, "deliverer")
    act(
        "counter", case, town.head(case), "certificate.deliverer_stepped_aside", aside.session.secret, ground="interest"
    )
    keeper = town.drawn(case, "deliverer").session.secret
    act("counter", case, town.head(case), "certificate.posted", keeper, carrier="ems", tracking=f"EMS{uuid4().hex[:9]}")
    act("counter", case, town.head(case), "certificate.return_noted", keeper, evidence="parcel")
    at_window.uncollected(case)
    act("counter", case, town.head(case), "certificate.kept", keeper)
    late = {"identity": "seen", "to": "applicant"}
    refused("case.stepped_aside", act, "counter", case, town.head(case), "certificate.collected_late", aside.session.secret, **late)  # fmt: skip


def test_nobody_keeps_a_decision_away_by_changing_how_she_is_reached(ask: Any, refused: Any) -> None:
    """Each change is an event, and whoever decides must have seen the last one."""
    town, keys = towns.town(), [uuid4() for _ in range(10)]
    case, change = town.filed(), "select retried from casework_contact_change(%s, %s, %s, '', %s)"
    secret = town.applicant.session.secret
    for n, key in enumerate(keys):
        ask("public", change, secret, case, f"1380000000{n}", key)
    refused("contact.too_often", ask, "public", change, secret, case, "13900000000", uuid4())
    assert ask("public", change, secret, case, "13800000003", keys[3]) == [(True,)], "sent again, it is answered"
