"""What is done and then undone: whoever can roll back reads nothing without a trace, guesses nothing uncounted, and waits for no better draw."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

import at_window
import testing_city
import town as towns
from at_window import follow, followed
from yimen.casework import confirmation, draft
from yimen.casework.stepping_aside import step_aside
from yimen.record.refusal import Refusal

OPEN = "select key from casework_open_document(%s, %s)"
PLANT = "insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as) values (%s, %s, %s, 'x', 'application/pdf', 1, %s, %s, 'x')"
AT_COUNTER = "select * from casework_at_counter(%s, %s, %s, %s, %s, %s)"


def undone(login: str, *statements: tuple[object, ...]) -> Any:
    """Run statements in one transaction under a login, take all back, and return what the last one told, or why not."""
    with psycopg.connect(testing_city.uri(login)) as connection:
        try:
            for sql, *values in statements:
                told = connection.execute(str(sql), values or None).fetchall()
        except psycopg.Error as refused:
            return refused.diag.message_primary
        finally:
            connection.rollback()
    return told


def test_no_paper_is_opened_by_undoing_the_trace(ask: Any, refused: Any) -> None:
    town = towns.town()
    case = town.filed()
    ((paper,),) = ask("owner", "select id from casework_document where stream = %s", case)
    secret = town.drawn(case, "counter").session.secret
    read = ("select casework_read(%s, %s)", secret, paper)
    assert undone("counter", read, (OPEN, secret, paper)) == "transaction.mixed"
    assert undone("counter", read) == [("",)]
    refused("reading.untraced", ask, "counter", OPEN, secret, paper)
    other = town.people["supervisor"][0].session.secret
    ask("counter", *read)
    assert len(ask("counter", OPEN, secret, paper)[0][0]) == 32
    refused("reading.untraced", ask, "oversight", OPEN, other, paper)  # the trace of somebody else is not hers
    assert ask("oversight", "select count(*) from casework_reading where document = %s", paper) == [(1,)]
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_reading set at = at - interval '2 minutes' where document = %s", [paper])
    refused("reading.untraced", ask, "counter", OPEN, secret, paper)


def test_no_case_is_followed_by_undoing_the_trace_and_no_guess_by_undoing_its_count(ask: Any, refused: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    _case, number, code = followed(town)
    count = ("select casework_guess('follow', %s, %s)", number, code)
    read, look = (f"select casework_{what}(%s, %s)" for what in ("follow_read", "follow"))
    assert undone("public", count, (look, number, code)) == "transaction.mixed"
    assert undone("public", count) == [(True,)]
    assert undone("public", (look, number, code)) == [({"refused": "follow.wait"},)]
    assert undone("public", (read, number, code)) == [("follow.wait",)]
    ask("public", *count)
    refused("reading.untraced", ask, "public", look, number, code)
    assert ask("public", look, number, "23456789ABCD") == [({"refused": "follow.wait"},)], (
        "only what was counted is tried"
    )
    assert follow(ask, number, code)["number"] == number


def test_a_mandate_is_no_way_to_try_names_without_end(ask: Any) -> None:
    town = towns.town()
    secret, agent, until = town.applicant.session.secret, b"a" * 32, towns.today()
    give = "select refused from casework_mandate_give(%s, %s, %s, null, null, %s, %s)"
    for name in ("林小满", "张三"):
        assert undone("public", (give, secret, agent, name, until, uuid4())) == [("mandate.uncounted",)]
    ask("public", "select casework_guess('mandate', %s, %s)", secret, agent.hex() + "林小满")
    assert undone("public", (give, secret, agent, "林小满", until, uuid4())) == [("mandate.agent_unknown",)]
    assert undone("public", (give, secret, agent, "张三", until, uuid4())) == [("mandate.uncounted",)]


def test_of_one_time_codes_that_begin_alike_five_are_tried(ask: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    code, _ = confirmation.ask_confirmation(draft=new, session=clerk.session)
    for wrong in "23456":
        with pytest.raises(Refusal, match=r"confirmation\.missing"):
            confirmation.open_confirmation(code=f"{code[:4]} {wrong * 8}")
    with pytest.raises(Refusal, match=r"confirmation\.wait"):
        confirmation.open_confirmation(code=code)
    again, _ = confirmation.ask_confirmation(draft=new, session=clerk.session)
    assert confirmation.open_confirmation(code=f"{again[:4]}-{again[4:8]}-{again[8:]}".lower())


@pytest.mark.parametrize(
    ("login", "table"), [(one, table) for one in ("keeper", "worker") for table in ("record_event", "record_stream")]
)
def test_whoever_records_a_step_does_not_see_who_was_drawn_before_it_is_committed(login: str, table: str) -> None:
    town = towns.town()
    case = town.brought_to("granted" if login == "keeper" else "received")
    step: tuple[object, ...] = ("select record_sequence() - record_sequence()",)
    if login == "keeper":
        step = ("select count(*) from record_append(%s, %s, 'case.grant_signed', null, %s, %s)", case, town.head(case), Jsonb({"content": "0" * 64}), uuid4())  # fmt: skip
    column = "stream" if table == "record_event" else "id"
    look = (f"select count(*) > 0 from {table} where {column} = %s", case)
    assert undone(login, look) == [(True,)]
    assert undone(login, step, look) == [(False,)]


def test_the_keeper_puts_nothing_into_a_file(ask: Any, refused: Any) -> None:
    town = towns.town()
    case = town.filed()
    at_window.correction_asked(town, case)
    for stream, material in ((case, "layout"), (case, "certificate"), (town.drafted(), "layout")):
        refused("42501", ask, "keeper", PLANT, uuid4(), stream, material, b"s" * 16, b"d" * 32)
    refused("42501", ask, "keeper", "insert into casework_document_key (document, key) values (%s, %s)", uuid4(), bytes(32))  # fmt: skip


def test_whoever_stepped_aside_does_nothing_more_in_the_case(ask: Any, refused: Any) -> None:
    """Not even while she serves its applicant: her interest is the same."""
    town = towns.town(item=at_window.PERSONAL)
    case, clerk = at_window.filled(town, at_window.greeted(town, checked="not_checked"))
    at_window.confirmed(case, clerk)
    draft.file(draft=case, session=clerk.session, key=uuid4())
    step_aside(case=case, after=town.head(case), step="counter", ground="interest", session=clerk.session, key=uuid4())
    secret = clerk.session.secret
    for kind, facts in (("case.seen", {"what": "identity"}), ("original.taken", {"material": "layout", "pieces": 1})):
        refused("case.stepped_aside", ask, "counter", AT_COUNTER, secret, case, town.head(case), kind, Jsonb(facts), uuid4())  # fmt: skip
    at_window.correction_asked(town, case)
    refused("case.missing", ask, "counter", "select casework_keep_answers(%s, %s, '{}')", secret, case)
    refused("case.missing", ask, "counter", "select casework_follow_print(%s, %s)", secret, case)


def test_who_printed_a_code_is_kept(ask: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    case, _number, _code = followed(town)
    clerk = town.drawn(case, "counter")
    ask("counter", "select casework_follow_print(%s, %s)", clerk.session.secret, case)
    kept = ask("oversight", "select what, clerk from casework_followed where stream = %s order by id", case)
    assert kept == [("made_on_screen", None), ("made_at_window", clerk.person)]
