"""The window and the desk under attack: nobody confirms, serves, corrects or collects for whom she may not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

import at_window
import town as towns
from town_item import resident_id
from yimen.casework import confirmation, draft, guess, mandate
from yimen.registry.ids import identity

CORRECT = "select * from casework_correct(%s, %s, %s, %s, %s)"
START = "select casework_start(%s, %s, %s, %s)"
OPEN = "select * from casework_confirmation_open(%s)"
FILE = "select * from casework_file(%s, %s, %s)"


def test_a_clerk_cannot_file_without_the_person_nor_confirm_for_her(ask: Any, refused: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    secret = clerk.session.secret
    refused("confirmation.awaited", ask, "counter", FILE, secret, new, uuid4())
    for mine in ("confirm('x', '\\x00')", "confirmation('x')", "confirmation_open('x')", "follow('x', 'y')"):
        refused("42501", ask, "counter", f"select casework_{mine}")
    refused("42501", ask, "counter", "update casework_draft set confirmed = '\\x00' where id = %s", new)
    ((code, _until),) = ask("counter", "select * from casework_ask_confirmation(%s, %s)", secret, new)
    screen = confirmation.open_confirmation(code=code)
    assert ask("public", OPEN, code) == [(None, "confirmation.missing")]
    wrong = "select casework_confirm(%s, %s)"
    assert ask("public", wrong, screen, b"d" * 32) == [("confirmation.changed",)]
    assert ask("public", wrong, code, b"d" * 32) == [("confirmation.missing",)]
    refused("confirmation.awaited", ask, "counter", FILE, secret, new, uuid4())


def test_what_the_tables_hold_confirms_nothing_and_follows_nothing(ask: Any) -> None:
    """Whoever reads the tables, in a backup or as their owner, has hashes: no function takes a hash for the secret."""
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    ask("counter", "select * from casework_ask_confirmation(%s, %s)", clerk.session.secret, new)
    ((code,),) = ask("owner", "select encode(confirmation, 'hex') from casework_draft where id = %s", new)
    guess.counted(about="confirmation", at=code, guess=code)
    assert ask("public", OPEN, code) == [(None, "confirmation.missing")]
    at_window.confirmed(new, clerk)
    ((screen, follow),) = ask("owner", "select encode(d.device, 'hex'), encode(f.code, 'hex') from casework_draft d join casework_follow f on f.stream = d.id where d.id = %s", new)  # fmt: skip
    assert ask("public", "select casework_confirmation(%s)", screen) == [(None,)]
    draft.file(draft=new, session=clerk.session, key=uuid4())
    ((number,),) = ask("oversight", "select number from casework_case where stream = %s", new)
    guess.counted(about="follow", at=number, guess=follow)
    assert ask("public", "select casework_follow(%s, %s) ->> 'refused'", number, follow) == [("follow.missing",)]


def test_who_examines_and_decides_never_sees_the_page_that_was_signed(ask: Any, refused: Any) -> None:
    """It is a print of all that was filled in: telephone, e-mail and address stand on it."""
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    page = at_window.signed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    town.accept(new)
    town.examine(new)
    for purpose in ("examiner", "decider"):
        who = town.drawn(new, purpose)
        assert [one["material"] for one in town.seen(new, purpose)["documents"]] == ["layout"]
        refused("document.missing", ask, "decide", "select casework_open_document(%s, %s)", who.session.secret, page)
    assert {one["material"] for one in town.seen(new, "counter")["documents"]} == {"layout", "signed_confirmation"}


def test_a_correction_at_the_window_needs_the_person_whatever_the_counter_runs(ask: Any, refused: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    case, clerk = at_window.filled(town, at_window.greeted(town))
    secret = clerk.session.secret
    at_window.confirmed(case, clerk)
    draft.file(draft=case, session=clerk.session, key=uuid4())
    at_window.correction_asked(town, case)
    answers, sign = Jsonb({"premises": "别处"}), "select casework_attach(%s, %s, 'signed_confirmation', 'x', 'image/png', 1, %s, %s, 'x', %s, %s)"  # fmt: skip
    refused("confirmation.awaited", ask, "counter", CORRECT, secret, case, town.head(case), Jsonb({}), uuid4())
    ask("counter", "select casework_keep_answers(%s, %s, %s)", secret, case, answers)
    refused("confirmation.awaited", ask, "counter", CORRECT, secret, case, town.head(case), answers, uuid4())
    for mark in (None, "", "0" * 10):
        refused("confirmation.other_page", ask, "counter", sign, secret, case, b"s" * 16, b"d" * 32, b"k" * 32, mark)
    refused("42501", ask, "counter", "update casework_document set signs = '\\x00'")
    others = next(one for one in town.people["clerk"] if one.person != clerk.person).session.secret
    refused("case.missing", ask, "counter", "select casework_keep_answers(%s, %s, %s)", others, case, answers)


def test_no_login_keeps_a_paper_that_a_browser_would_run(ask: Any, refused: Any) -> None:
    """Papers are opened in a window of their own, as what they were kept as."""
    town = towns.town()
    new, attach = town.drafted(), "select casework_attach(%s, %s, 'layout', 'x', %s, 1, %s, %s, 'x', %s)"
    for kind in ("text/html", "image/svg+xml", "application/xml", "image/png\r\nX: y", ""):
        values = [kind, b"s" * 16, b"d" * 32, b"k" * 32]
        refused("23514", ask, "public", attach, town.applicant.session.secret, new, *values)


def test_the_counter_says_of_an_identity_no_more_than_that_a_document_was_seen(
    ask: Any, act: Any, refused: Any
) -> None:
    """Nobody is proven by the register, and nobody's name is changed, on the word of a stolen counter login."""
    town, number = towns.town(item=at_window.PERSONAL), resident_id()
    hashed, sql = identity(number), "select person from casework_visit_open(%s, %s::bytea, %s, %s, '', %s, %s)"
    case = at_window.filed(town, checked="not_checked")
    greeter, clerk = town.someone("clerk").session.secret, town.drawn(case, "counter").session.secret
    refused("visit.malformed", ask, "counter", sql, greeter, hashed, number, "林小满", "matches", uuid4())
    refused("visit.malformed", ask, "counter", sql, greeter, hashed, number, "林小满", "gateway", uuid4())
    person = ask("counter", sql, greeter, hashed, number, "林小满", "not_checked", uuid4())[0][0]
    assert ask("counter", sql, clerk, hashed, number, "冒名", "seen", uuid4()) == [(person,)]
    kept = "select name_zh, proof from registry_person where id = %s"
    assert ask("owner", kept, person) == [("林小满", "not_checked")]
    told = {"what": "identity", "asked": str(uuid4())}
    refused("move.of_another_link", act, "counter", case, town.head(case), "case.verified", clerk, **told)
    refused("42501", ask, "counter", "update registry_person set proof = 'gateway' where id = %s", person)
    refused("42501", ask, "counter", "select casework_proven(%s, 'gateway', '冒名')", person)


def test_a_result_is_handed_over_to_whose_document_was_seen_and_not_as_checked_by_the_register(
    act: Any, refused: Any
) -> None:
    town = towns.town(item={"delivery": ["electronic", "window"]})
    case = at_window.brought_to(town, "sealed", delivery="window")
    clerk = town.drawn(case, "deliverer").session.secret
    told = {"to": "applicant", "identity": "matches"}
    refused("delivery.malformed", act, "counter", case, town.head(case), "certificate.handed_over", clerk, **told)


def test_what_was_signed_on_paper_is_not_said_to_be_confirmed_on_a_screen(ask: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    at_window.confirmed(new, clerk)
    draft.save(draft=new, organisation=None, form=towns.FORM | {"premises": "别处"}, session=clerk.session)
    at_window.signed(new, clerk)
    ask("counter", FILE, clerk.session.secret, new, uuid4())
    sql = "select facts::jsonb ->> 'confirmed' from record_event where stream = %s and number = 1"
    assert ask("oversight", sql, new) == [("paper",)]


def test_whoever_greets_does_not_serve_and_nobody_takes_another_clerks_visitor(
    act: Any, ask: Any, refused: Any
) -> None:
    town = towns.town(item=at_window.PERSONAL)
    stood = at_window.greeted(town)
    drawn = town.drawn(stood.visit, "window")
    for other in town.people["clerk"]:
        if other.person == drawn.person:
            continue
        secret = other.session.secret
        refused("visit.missing", ask, "counter", START, secret, town.item, uuid4(), stood.visit)
        refused("case.not_drawn", act, "counter", stood.visit, 2, "visit.ended", secret, outcome="left")
    refused("42501", ask, "counter", "update record_assignment set person = %s", town.someone("clerk").person)
    refused("42501", ask, "counter", "update casework_visit set person = %s", town.applicant.person)


@pytest.mark.parametrize("facts", [{"outcome": None}, {}, {"outcome": "lost"}, {"outcome": "left", "who": "林小满"}])
def test_a_visit_ends_in_an_outcome_and_in_nothing_else(facts: Any, act: Any, ask: Any, refused: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    stood = at_window.greeted(town)
    secret = town.drawn(stood.visit, "window").session.secret
    refused("visit.malformed", act, "counter", stood.visit, 2, "visit.ended", secret, **facts)
    assert ask("oversight", "select outcome, ended_at from casework_visit where stream = %s", stood.visit) == [
        (None, None)
    ]


@pytest.mark.parametrize("name", ["  ", "林小满\n", "\u202e满小林", "林\u200b小满", "林\u2066小满", "\x1b[2J林"])
def test_nobody_is_greeted_under_a_name_that_prints_as_another(name: str, ask: Any, refused: Any) -> None:
    clerk = towns.town(item=at_window.PERSONAL).someone("clerk")
    greet = "select * from casework_visit_open(%s, %s::bytea, '', %s, %s, 'seen', %s)"
    refused("visit.malformed", ask, "counter", greet, clerk.session.secret, towns.identity(), name, "", uuid4())
    if name.strip():
        refused("visit.malformed", ask, "counter", greet, clerk.session.secret, towns.identity(), "林", name, uuid4())


def test_a_clerk_who_comes_as_a_visitor_neither_greets_nor_serves_herself() -> None:
    town = towns.town(item=at_window.PERSONAL, roles={"clerk": 2})
    number = "220199199105272264"
    one, two = town.people["clerk"]
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [identity(number), one.person])
    with pytest.raises(Exception, match=r"hat.second"):
        at_window.greeted(town, number, by=one)
    with pytest.raises(Exception, match=r"draw.nobody_on_duty"):  # of two, one greets and the other is the visitor
        at_window.greeted(town, number, by=two)
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [towns.identity(), one.person])


def test_the_public_login_corrects_nobody_elses_case(ask: Any, act: Any, refused: Any) -> None:
    town = towns.town()
    case = town.filed()
    after = town.head(case)
    mine, stranger = town.applicant.session.secret, town.stranger.session.secret
    refused("draft.filed_already", ask, "public", CORRECT, mine, case, after, Jsonb({}), uuid4())
    refused("case.missing", ask, "public", CORRECT, stranger, case, after, Jsonb({}), uuid4())
    refused("case.missing", ask, "public", "select casework_open(%s, %s)", stranger, case)
    refused("session.ended", ask, "public", CORRECT, "nobody", case, after, Jsonb({}), uuid4())
    for kind in ("case.corrected", "case.corrected_at_window", "case.submitted"):
        refused("move.unknown", act, "public", case, after, kind, mine)
    for seen in (after, 1):
        refused("case.not_yours", act, "public", case, seen, "case.withdrawn", stranger)


def test_after_a_mandate_has_ended_the_agent_has_no_papers_of_the_principal(ask: Any, refused: Any) -> None:
    materials = [one | {"kind": one["code"], "valid_months": 12} for one in towns.ITEM["materials"]]
    town = towns.town(item=at_window.EVERYBODY | {"materials": materials})
    town.filed()
    number = "220199200107046311"
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update registry_person set identity = %s::bytea where id = %s", [identity(number), town.stranger.person]
        )
    given = mandate.give(agent=number, name="某1", until=towns.today() + timedelta(9), session=town.applicant.session, key=uuid4(), organisation=town.organisation)  # fmt: skip
    secret = town.stranger.session.secret
    new = ask("public", START, secret, town.item, uuid4(), None)[0][0]
    ask("public", "select casework_save(%s, %s, %s, '{}', 'electronic', '', %s)", secret, new, town.organisation, given)
    (offer,) = ask("public", "select casework_draft_view(%s, %s)", secret, new)[0][0]["offers"]
    reuse = "select casework_reuse(%s, %s, 'layout', %s)"
    paper = ask("public", reuse, secret, new, offer["document"])[0][0]
    ask("public", "select casework_read(%s, %s)", secret, paper)
    ask("public", "select casework_open_document(%s, %s)", secret, paper)
    mandate.end(mandate=given, session=town.applicant.session, key=uuid4())
    assert ask("public", "select casework_draft_view(%s, %s)", secret, new)[0][0]["offers"] == []
    refused("mandate.not_live", ask, "public", reuse, secret, new, offer["document"])
    refused("document.missing", ask, "public", "select casework_open_document(%s, %s)", secret, paper)
    refused("mandate.not_live", ask, "public", FILE, secret, new, uuid4())
    refused("document.missing", ask, "public", "select casework_open_document(%s, %s)", secret, offer["document"])
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update registry_person set identity = %s::bytea where id = %s", [towns.identity(), town.stranger.person]
        )


def test_what_was_kept_is_not_handed_out_by_a_clerk_who_has_no_part_in_it(act: Any, refused: Any) -> None:
    """Nobody is drawn for a late collection: whoever had a part in the case, or serves a party now, hands it over."""
    town, elsewhere = towns.town(item={"delivery": ["electronic", "post"]}), towns.town()
    case = at_window.brought_to(town, "kept", delivery="post", address="人民大街 1 号")
    late = {"identity": "seen", "to": "applicant"}
    parts = {town.drawn(case, purpose).person for purpose in ("counter", "deliverer")}
    without = next(one for one in town.people["clerk"] if one.person not in parts)
    for clerk in (elsewhere.someone("clerk"), without):
        refused("case.missing", act, "counter", case, town.head(case), "certificate.collected_late", clerk.session.secret, **late)  # fmt: skip
    keeper = town.drawn(case, "deliverer")
    act("counter", case, town.head(case), "certificate.collected_late", keeper.session.secret, **late)
    assert town.state(case) == "closed"


def test_nobody_learns_whom_chance_drew_before_the_draw_is_kept(connect: Any, refused: Any) -> None:
    """With the counter's login and the sessions of two clerks: whoever could look first would roll back what she does not like."""
    town = towns.town(item=at_window.PERSONAL)
    number = identity("220199199105272264")
    clerks = town.people["clerk"]
    new, _ = at_window.filled(town, at_window.greeted(town, "220199199105272264"))
    looks: list[tuple[str, tuple[Any, ...]]] = [
        (START, (town.item, uuid4(), None)),
        ("select casework_draft_view(%s, %s)", (new,)),
        ("select casework_save(%s, %s, null, '{}')", (new,)),
        ("select casework_renew(%s, %s)", (new,)),
        ("select casework_open(%s, %s)", (new,)),
        ("select casework_ask_confirmation(%s, %s)", (new,)),
        (FILE, (new, uuid4())),
    ]
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_visit set ended_at = now(), outcome = 'left' where person = (select person from casework_draft where id = %s)", [new])  # fmt: skip
    for sql, given in looks:
        counter, visit = connect("counter"), uuid4()
        counter.execute("begin")
        greet = "select visit from casework_visit_open(%s, %s::bytea, '', '林小满', '', 'seen', %s)"
        (visit,) = counter.execute(greet, [clerks[0].session.secret, number, visit]).fetchone()
        values = [visit if one is None else one for one in given]
        refused("transaction.mixed", counter.execute, sql, [clerks[1].session.secret, *values])
        counter.execute("rollback")
