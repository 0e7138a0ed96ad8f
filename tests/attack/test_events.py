"""An event is recorded by the one writer, at the head, by the right link, once; or not at all."""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

import town as towns
from yimen.casework import case as cases

APPEND = "select * from record_append(%s::uuid, %s::int, %s, %s, %s::jsonb, %s::uuid)"
MOVES = {
    "case.accepted": "counter", "case.examined": "decide", "case.granted": "decide", "case.withdrawn": "public",
    "case.grant_signed": "keeper", "certificate.made": "custody", "certificate.released": "custody",
    "certificate.released_again": "custody", "certificate.delivered": "worker",
    "case.closed": "worker", "entry.confirmed": "registry",
}  # fmt: skip
INNER = ("case.submitted", "entry.proposed", "draw.opened", "draw.committed", "draw.revealed", "case.counter_drawn",
         "case.examiner_drawn", "city.founded", "no.such_kind")  # fmt: skip
APPENDING = ("public", "counter", "decide", "custody", "registry", "worker", "keeper")
ZERO = "0" * 64


@pytest.mark.parametrize("login", APPENDING)
def test_a_link_records_its_own_kinds_only(login: str, town: towns.Town, act: Any, refused: Any) -> None:
    case = town.filed()
    for kind, link in MOVES.items():
        if link != login:
            refused("move.of_another_link", act, login, case, 2, kind, town.applicant.session.secret)
    for kind in INNER:
        refused("move.unknown", act, login, case, 2, kind, town.applicant.session.secret)


@pytest.mark.parametrize("login", ["door", "oversight"])
def test_two_logins_cannot_call_the_writer_at_all(login: str, act: Any, refused: Any) -> None:
    refused("42501", act, login, uuid4(), 0, "case.accepted", "")


def test_a_step_follows_the_last_event_and_the_state(town: towns.Town, act: Any, refused: Any) -> None:
    case = town.filed()
    clerk = town.drawn(case, "counter").session.secret
    for after in (0, 1, 3, -1, 2**31 - 1):
        refused("case.moved_meanwhile", act, "counter", case, after, "case.accepted", clerk)
    refused("move.malformed", act, "counter", case, None, "case.accepted", clerk)
    refused("stream.missing", act, "counter", uuid4(), 0, "case.accepted", clerk)
    examiner = town.people["examiner"][0].session.secret
    refused("case.wrong_state", act, "decide", case, 2, "case.examined", examiner, finding="meets")
    refused("case.wrong_state", act, "worker", case, 2, "case.closed", None)


def test_a_step_of_one_kind_of_stream_cannot_be_done_on_another(town: towns.Town, act: Any, refused: Any) -> None:
    one, _ = towns.founded(towns.testing_city.current().database)
    refused("stream.missing", act, "registry", town.filed(), 2, "entry.confirmed", one.session.secret, proposed=ZERO)


@pytest.mark.parametrize(
    "facts", ["[]", "null", '"x"', '{"content": 1}', '{"content": "' + ZERO + '"}', '{"x": "' + "x" * 30000 + '"}']
)
def test_facts_are_a_small_object_and_carry_a_hash_only_where_one_is_due(
    facts: str, town: towns.Town, ask: Any, refused: Any
) -> None:
    case = town.filed()
    given = (case, 2, "case.accepted", town.drawn(case, "counter").session.secret, facts, uuid4())
    refused("move.malformed", ask, "counter", APPEND, *given)


def test_a_key_is_of_one_request_by_one_person(town: towns.Town, act: Any, refused: Any) -> None:
    case, key = town.filed(), uuid4()
    clerk = town.drawn(case, "counter")
    first = act("counter", case, 2, "case.accepted", clerk.session.secret, key=key, form="complete")
    again = act("counter", case, 2, "case.accepted", clerk.again().secret, key=key, form="complete")
    assert (first[0], first[1], first[2]) == (again[0], again[1], again[2])
    assert (first[4], again[4]) == (False, True)
    refused("key.reused", act, "counter", case, 2, "case.accepted", clerk.session.secret, key=key, more="content")
    refused(
        "key.reused", act, "counter", case, 2, "case.accepted", town.not_drawn(case, "counter").session.secret, key=key
    )
    refused("key.reused", act, "public", case, 4, "case.withdrawn", town.applicant.session.secret, key=key)


def test_two_at_once_record_one_event(town: towns.Town, connect: Callable[[str], psycopg.Connection]) -> None:
    case = town.filed()
    secret = town.drawn(case, "counter").session.secret
    links = [connect("counter") for _ in range(6)]

    def accept(link: psycopg.Connection) -> str:
        try:
            link.execute(APPEND, (case, 2, "case.accepted", secret, Jsonb({"form": "complete"}), uuid4()))
        except psycopg.Error as error:
            return str(error.diag.message_primary)
        return "recorded"

    with ThreadPoolExecutor(6) as pool:
        said = sorted(pool.map(accept, links))
    assert said == ["case.moved_meanwhile"] * 5 + ["recorded"]


# Rows of a step ------------------------------------------------------------------------------------------------------

GRANT = """with e as (select * from record_append(%(case)s::uuid, %(after)s::int, 'case.granted', %(secret)s, %(facts)s::jsonb, %(key)s::uuid))"""


def deciding(town: towns.Town) -> dict[str, Any]:
    case = town.brought_to("deciding")
    body = "what I decided"
    content = hashlib.sha256(body.encode()).hexdigest()
    return {"case": case, "after": town.head(case), "secret": town.drawn(case, "decider").session.secret, "key": uuid4(),
            "facts": Jsonb({"verdict": "granted", "content": content}), "body": body}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("select * from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body) select %(case)s, e.number, 'another body' from e) select 1 from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body) select %(case)s, e.number - 1, %(body)s from e) select 1 from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body) select gen_random_uuid(), e.number, %(body)s from e) select 1 from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body) select %(case)s, e.number, %(body)s from e, generate_series(1, 2)) select 1 from e", "23505"),
        (", r as (insert into casework_decision (stream, number, body) select %(case)s, e.number, 'x' from e, generate_series(1, 2) on conflict do nothing) select 1 from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body) select %(case)s, e.number, %(body)s from e where e.retried) select 1 from e", "23503"),
        (", r as (insert into casework_decision (stream, number, body, content) select %(case)s, e.number, 'x', '\\x00' from e) select 1 from e", "428C9"),
    ],
)  # fmt: skip
def test_a_grant_stands_with_exactly_its_decision_or_not_at_all(
    row: str, code: str, town: towns.Town, connect: Any
) -> None:
    given = deciding(town)
    with pytest.raises(psycopg.Error) as error:
        connect("decide").execute(f"{GRANT} {row}", given)
    assert error.value.sqlstate == code
    assert town.state(given["case"]) == "deciding"


def test_a_decision_without_its_event_does_not_commit(town: towns.Town, ask: Any, refused: Any) -> None:
    insert = "insert into casework_decision (stream, number, body) values (%s, %s, 'x')"
    case = town.brought_to("deciding")
    for number in (1, town.head(case), town.head(case) + 1):
        refused("23503", ask, "decide", insert, case, number)
    granted = town.brought_to("granted")
    refused("23505", ask, "decide", insert, granted, town.head(granted))


def test_deferring_a_constraint_defers_it_to_the_commit_and_no_further(town: towns.Town, connect: Any) -> None:
    given = deciding(town)
    decide = connect("decide")
    decide.execute("begin; set constraints all deferred")
    decide.execute(f"{GRANT} select * from e", given)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        decide.execute("commit")
    assert town.state(given["case"]) == "deciding"


def test_the_keeper_signs_and_seals_only_what_is_due(town: towns.Town, act: Any, ask: Any, refused: Any) -> None:
    for state in ("received", "examining", "deciding"):
        case = town.brought_to(state)
        refused("case.wrong_state", act, "keeper", case, town.head(case), "case.grant_signed", None, content=ZERO)
        refused("case.wrong_state", ask, "keeper", *seal(town, case))
    granted = town.brought_to("granted")
    refused("23503", act, "keeper", granted, town.head(granted), "case.grant_signed", None, content=ZERO)
    refused(
        "23503",
        ask,
        "keeper",
        "insert into casework_grant (stream, number, signature) values (%s, %s, 'x')",
        granted,
        town.head(granted),
    )
    for state in ("certifying", "made", "half_released"):
        case = town.brought_to(state)
        refused("case.wrong_state", ask, "keeper", *seal(town, case))
    released = town.brought_to("released")
    refused("move.unknown", act, "keeper", released, town.head(released), "certificate.sealed", None, content=ZERO)
    ask("keeper", *seal(town, released))
    decided = json.loads(cases.view(case=released, session=town.applicant.session)["decision"])
    kept = "select certificate_no, valid_until::text from casework_certificate where stream = %s"
    assert ask("oversight", kept, released) == [(decided["certificate"]["number"], decided["valid_until"])]


def seal(town: towns.Town, case: UUID) -> tuple[object, ...]:
    """What the keeper says of a file: nothing of number and term."""
    sql = "select * from casework_seal(%s, %s, %s, %s, 1, %s, %s, 'x', %s, %s)"
    return sql, case, town.head(case), bytes(32), uuid4(), bytes(16), bytes(32), bytes(32), uuid4()


def content(case: object, ask: Any) -> str:
    return str(ask("oversight", "select encode(content, 'hex') from casework_decision where stream = %s", case)[0][0])


def test_custody_releases_exactly_the_decision_and_the_seal_that_are_due(
    town: towns.Town, act: Any, ask: Any, refused: Any
) -> None:
    case, other = town.brought_to("certifying"), town.brought_to("certifying")
    maker = town.drawn(case, "maker").session.secret
    due = content(case, ask)
    for facts in ({"decision": ZERO, "seal": town.seal}, {"decision": content(other, ask), "seal": town.seal},
                  {"decision": due, "seal": "another"}):  # fmt: skip
        refused("certificate.other_decision", act, "custody", case, town.head(case), "certificate.made", maker, **facts)
