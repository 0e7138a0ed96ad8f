"""Chance cannot be steered, foreseen or looked at before it has committed. docs/decisions/0003-draw.md says the same in words."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import at_window
import town as towns
from yimen.casework import case as cases
from yimen.jobs import worker
from yimen.pure.draw import seed_of
from yimen.pure.draw_check import check_day
from yimen.record import draws
from yimen.record.refusal import Refusal

ACCEPT = "select * from record_append(%s, 2, 'case.accepted', %s, '{\"form\": \"complete\"}', %s)"
HALVES = (b"c" * 32, b"s" * 32)


def day_of(town: towns.Town, pool: str = "agency") -> dict[str, Any]:
    return next(one for one in draws.public_day(day=towns.today()) if one["pool"] == str(getattr(town, pool)))


def chosen(town: towns.Town, case: UUID, purpose: str) -> str:
    found = [one["chosen"] for pool in ("agency", "centre") for one in day_of(town, pool)["draws"]
             if one["stream"] == str(case) and one["purpose"] == purpose]  # fmt: skip
    return str(found[-1])


def codes(day: dict[str, Any]) -> set[str]:
    return {one.code for one in check_day(day)}


# Looking before committing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "given"),
    [
        ("select record_draw_public(registry_today())", ()),
        ("select casework_view(%s, %s)", ("secret", "case")),
        ("select * from casework_worklist(%s, 100, null, null)", ("secret",)),
        ("select * from casework_open_document(%s, %s)", ("secret", "document")),
        ("select * from record_append(%s, 4, 'case.withdrawn', %s, '{}', gen_random_uuid())", ("case", "secret")),
    ],
)
def test_a_draw_is_not_looked_at_before_it_has_committed(
    look: str, given: tuple[str, ...], town: towns.Town, connect: Any, ask: Any
) -> None:
    """Begin, accept, look whether it is a friend, roll back, and come again tomorrow: refused at the look."""
    case = town.filed()
    known = {"case": case, "secret": town.drawn(case, "counter").session.secret,
             "document": ask("owner", "select id from casework_document where stream = %s", case)[0][0]}  # fmt: skip
    counter = connect("counter")
    counter.execute("begin")
    counter.execute(ACCEPT, [case, known["secret"], uuid4()])
    with pytest.raises(psycopg.Error) as error:
        counter.execute(look, [known[name] for name in given])
    assert error.value.diag.message_primary == "transaction.mixed"
    counter.execute("rollback")
    assert town.state(case) == "received"


def test_nor_in_the_same_statement_nor_after_going_back_to_a_savepoint(town: towns.Town, connect: Any) -> None:
    case = town.filed()
    secret = town.drawn(case, "counter").session.secret
    counter = connect("counter")
    peek = f"with e as materialized ({ACCEPT}) select record_draw_public(registry_today()), e.hash from e"
    with pytest.raises(psycopg.Error) as error:
        counter.execute(peek, [case, secret, uuid4()])
    assert error.value.diag.message_primary == "transaction.mixed"
    counter.execute("begin; savepoint grind")
    counter.execute(ACCEPT, [case, secret, uuid4()])
    counter.execute("rollback to savepoint grind")
    with pytest.raises(psycopg.Error) as error:
        counter.execute(ACCEPT, [case, secret, uuid4()])
    assert error.value.diag.message_primary == "transaction.mixed"
    counter.execute("rollback")


def test_rolling_back_changes_nothing_about_who_is_drawn(town: towns.Town, connect: Any, ask: Any) -> None:
    """The lot was fixed when the application was recorded: neither another key nor another moment draws another examiner."""
    case = town.filed()
    secret = town.drawn(case, "counter").session.secret
    counter = connect("counter")
    for _ in range(8):
        counter.execute("begin")
        counter.execute(ACCEPT, [case, secret, uuid4()])
        counter.execute("rollback")
    assert [one for one in day_of(town)["draws"] if one["stream"] == str(case)] == []
    lot = ask("oversight", "select encode(hash, 'hex') from record_event where stream = %s and number = 1", case)[0][0]
    town.accept(case)
    (drawn,) = (one for one in day_of(town)["draws"] if one["stream"] == str(case) and one["purpose"] == "examiner")
    assert drawn["lot"] == lot
    assert drawn["ordinal"] == 1


# Seeds ----------------------------------------------------------------------------------------------------------------


def test_a_committed_half_is_never_replaced_and_the_supervisor_comes_second(town: towns.Town, ask: Any) -> None:
    manager, supervisor = town.someone("manager").session, town.someone("supervisor").session
    tomorrow = towns.today() + timedelta(days=1)

    def refusal(do: Callable[..., Any], **given: Any) -> str:
        with pytest.raises(Refusal) as error:
            do(pool=town.agency, key=uuid4(), **given)
        return error.value.code

    half = {"half": b"1" * 32}
    assert refusal(draws.commit_day, day=tomorrow, session=supervisor, **half) == "draw.not_opened"
    opened = draws.open_day(pool=town.agency, day=tomorrow, session=manager, key=uuid4(), **half)
    assert draws.open_day(pool=town.agency, day=tomorrow, session=manager, key=uuid4(), **half) == opened
    assert refusal(draws.open_day, day=tomorrow, session=manager, half=b"2" * 32) == "draw.already_committed"
    draws.commit_day(pool=town.agency, day=tomorrow, session=supervisor, key=uuid4(), **half)
    assert refusal(draws.commit_day, day=tomorrow, session=supervisor, half=b"2" * 32) == "draw.already_committed"
    for day in (towns.today() - timedelta(days=1), towns.today() + timedelta(days=41)):
        assert refusal(draws.open_day, day=day, session=manager, **half) == "draw.malformed"
    assert refusal(draws.open_day, day=tomorrow + timedelta(days=1), session=manager, half=b"short") == "draw.malformed"
    with pytest.raises(Refusal):
        draws.open_day(pool=uuid4(), day=tomorrow, session=manager, key=uuid4(), **half)


def test_halves_come_from_manager_and_supervisor_only(town: towns.Town, ask: Any, refused: Any) -> None:
    day = towns.today() + timedelta(days=1)
    registrar = towns.founded(towns.testing_city.current().database)[0].session.secret
    refused(
        "move.of_another_role",
        ask,
        "registry",
        "select record_draw_open(%s, %s, %s, %s, %s)",
        registrar,
        town.agency,
        day,
        b"x" * 32,
        uuid4(),
    )
    draws.open_day(pool=town.agency, day=day, half=b"x" * 32, session=town.someone("manager").session, key=uuid4())
    refused("session.of_another_link", ask, "oversight", "select record_draw_commit(%s, %s, %s, %s, %s)",
            town.someone("manager").session.secret, town.agency, day, b"x" * 32, uuid4())  # fmt: skip


def test_nothing_is_revealed_before_its_day_is_over(ask: Any) -> None:
    town = towns.town(committed=False)
    towns.commit_day(town, halves=HALVES)
    ask("worker", "select record_draw_reveal()")
    day = day_of(town)
    assert day["centre_half"] is None
    assert day["supervisor_half"] is None
    everything = str(
        ask("oversight", "select facts from record_event where facts::jsonb ->> 'pool' = %s", str(town.agency))
    )
    for half in (*HALVES, seed_of(centre_half=HALVES[0], supervisor_half=HALVES[1])):
        assert half.hex() not in json.dumps(day) + everything


def test_one_half_or_yesterdays_tells_nothing_of_todays_seed() -> None:
    both = seed_of(centre_half=HALVES[0], supervisor_half=HALVES[1])
    assert (
        len(
            {
                both,
                seed_of(centre_half=HALVES[0], supervisor_half=b"t" * 32),
                seed_of(centre_half=HALVES[1], supervisor_half=HALVES[0]),
            }
        )
        == 3
    )


# Duty -----------------------------------------------------------------------------------------------------------------


def test_duty_changed_today_counts_from_the_next_commitment(town: towns.Town, ask: Any) -> None:
    before = day_of(town)["roster"]
    gone, new = town.people["examiner"][0], town.people["clerk"][0]
    post = str(uuid4())
    towns.enter(
        {
            "posts": [{"id": post, "person": str(new.person), "role": "examiner", "agency": str(town.agency)}],
            "duty": [
                {"post": str(gone.post), "weekday": day, "ended_at": "2020-01-01T00:00:00Z"} for day in range(1, 8)
            ]
            + [{"post": post, "weekday": day} for day in range(1, 8)],
        },
        *towns.founded(towns.testing_city.current().database),
    )
    assert day_of(town)["roster"] == before
    tomorrow = towns.today() + timedelta(days=1)
    towns.commit_day(town, day=tomorrow)
    rows = ask(
        "owner",
        "select person from record_draw_roster where pool = %s and day = %s and role = 'examiner'",
        town.agency,
        tomorrow,
    )
    people = {person for (person,) in rows}
    assert new.person in people
    assert gone.person not in people


@pytest.mark.parametrize("rest", [False, True], ids=["a day of her duty", "a day of rest"])
def test_nobody_takes_a_case_from_whom_chance_drew_by_taking_her_off_duty_for_a_moment(rest: bool, ask: Any) -> None:
    """Two registrars who agree take her off duty, let the worker look, and put her back: the case stays where chance put it."""
    town, registrars = towns.town(), towns.founded(towns.testing_city.current().database)
    case = town.brought_to("examining")
    who = town.drawn(case, "examiner")
    if rest:  # as on a day that is not hers: she is on no roster of today, though a case of hers waits
        with towns.testing_city_owner() as owner:
            owner.execute("delete from record_draw_roster where post = %s", [who.post])

    def on_duty(ended_at: str | None) -> None:
        towns.enter(
            {"duty": [{"post": str(who.post), "weekday": day, "ended_at": ended_at} for day in range(1, 8)]},
            *registrars,
        )

    head = town.head(case)
    on_duty("2020-01-01T00:00:00Z")
    worker.what_time_brings()
    on_duty(None)
    worker.what_time_brings()
    assert (town.drawn(case, "examiner").person, town.head(case)) == (who.person, head)
    on_duty("2020-01-01T00:00:00Z")
    with at_window.days(town) as until:
        until(1)
        worker.what_time_brings()
        assert town.drawn(case, "examiner").person != who.person, "off duty when the next day was committed"


def test_pseudonyms_are_made_anew_every_day(town: towns.Town, ask: Any) -> None:
    towns.commit_day(town, day=towns.today() + timedelta(days=1))
    rows = ask(
        "owner",
        "select person, count(distinct pseudonym), count(*) from record_draw_roster where pool = %s group by 1",
        town.agency,
    )
    assert all(different == days == 2 for _, different, days in rows)


# Filing again ---------------------------------------------------------------------------------------------------------


def test_withdrawn_and_filed_again_comes_back_to_the_same_people() -> None:
    town = towns.town(roles={"clerk": 8, "examiner": 8, "decider": 8})
    first = town.brought_to("deciding")
    people = {purpose: town.drawn(first, purpose).person for purpose in ("counter", "examiner", "decider")}
    for _ in range(3):
        latest = town.head(first)
        cases.withdraw(case=first, after=latest, session=town.applicant.session, key=uuid4())
        first = town.filed()  # and this one is withdrawn before an examiner was drawn
        cases.withdraw(case=first, after=town.head(first), session=town.applicant.session, key=uuid4())
        first = town.brought_to("deciding")
        assert {purpose: town.drawn(first, purpose).person for purpose in people} == people
    assert not [one for one in check_day(day_of(town)) if one.level == "wrong"]


def test_two_filed_at_once_have_the_same_people_whichever_is_accepted_first() -> None:
    town = towns.town(roles={"clerk": 8, "examiner": 8})
    one, two, three = town.filed(), town.filed(), town.filed()
    for case in (three, one, two):
        town.accept(case)
    assert len({town.drawn(case, "examiner").person for case in (one, two, three)}) == 1
    assert len({town.drawn(case, "counter").person for case in (one, two, three)}) == 1


def test_after_a_decision_the_next_matter_is_left_to_chance_again(town: towns.Town, ask: Any) -> None:
    town.brought_to("granted")
    again = town.filed()
    assert ask("oversight", "select same_as from record_stream where id = %s", again) == [(None,)]


# Too few, or none -----------------------------------------------------------------------------------------------------


def test_a_single_candidate_is_a_finding() -> None:
    town = towns.town(roles={"examiner": 1})
    town.brought_to("deciding")
    assert "single_candidate" in codes(day_of(town))


def test_nobody_on_duty_makes_the_step_wait_and_nobody_is_chosen_by_hand(act: Any, refused: Any) -> None:
    town = towns.town(roles={"examiner": 0})
    case = town.filed()
    act("counter", case, 2, "case.accepted", town.drawn(case, "counter").session.secret, form="complete")
    assert (town.state(case), town.kinds(case)[-1]) == ("examining", "case.draw_waits")
    worker.what_time_brings()
    assert town.kinds(case)[-1] == "case.draw_waits"
    refused("move.unknown", act, "worker", case, town.head(case), "case.draw_waits", None)
    refused("move.unknown", act, "worker", case, town.head(case), "case.examiner_drawn", None)


def test_without_both_halves_nobody_is_drawn_and_the_receipt_is_given_all_the_same() -> None:
    town = towns.town(committed=False)
    case = town.filed()
    assert town.kinds(case) == ["case.submitted", "case.draw_waits"]
    draws.open_day(
        pool=town.centre, day=towns.today(), half=b"1" * 32, session=town.someone("manager").session, key=uuid4()
    )
    worker.what_time_brings()
    assert town.kinds(case)[-1] == "case.draw_waits"
    draws.commit_day(
        pool=town.centre, day=towns.today(), half=b"2" * 32, session=town.someone("supervisor").session, key=uuid4()
    )
    worker.what_time_brings()
    assert town.kinds(case) == ["case.submitted", "case.draw_waits", "case.counter_drawn"]
    assert town.drawn(case, "counter")
