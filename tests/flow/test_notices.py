"""Messages to the applicant's side: each told to everyone concerned, and to nobody else; mailed once where a clock depends on it."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import mailing
import town as towns
from yimen.casework import certificate, decision, delivery, intake, mandate, notice
from yimen.casework.document import Stored
from yimen.casework.intake import Missing
from yimen.jobs import mail, notices, worker
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity

FEE = {"code": "new", "name_zh": "工本费", "name_en": "Fee", "amount": 2050, "basis": "x", "when": None}


def refused(code: str, what: Callable[..., Any], **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        what(**told)
    assert error.value.code == code


def address() -> str:
    """An address of one test's own, so that mail of others is not counted."""
    return f"lin-{secrets.token_hex(6)}@example.org"


def filed(town: towns.Town, to: str, **told: Any) -> UUID:
    return town.filed(form={"contact_email": to}, **told)


def told(who: towns.Someone) -> list[str]:
    return [row["kind"] for row in notice.mine(session=who.session, limit=100)]


def state_of(case: UUID) -> list[tuple[str, str, str]]:
    """What became of the mails of a case: kind, state and the codes of the answer."""
    sql = "select kind, state, reply from casework_mail where stream = %s::uuid order by number"
    return [(row["kind"], row["state"], row["reply"]) for row in statement.rows("worker", sql, [case])]


def ask_correction(town: towns.Town, case: UUID) -> None:
    missing = [Missing(field="premises", what="请写明张三的门牌号")]
    clerk = town.drawn(case, "counter").session
    intake.ask_correction(case=case, after=town.head(case), missing=missing, session=clerk, key=uuid4())


def sealed(town: towns.Town, case: UUID) -> None:
    """Seal as the keeper does; what it seals does not matter here."""
    stored = Stored("application/pdf", 5, bytes(16), bytes(32), f"{case}", bytes(32))
    certificate.seal(case=case, after=town.head(case), pdf=case.bytes, stored=stored)


# what is told, and what is mailed ------------------------------------------------------------------------------------------


def test_what_is_asked_of_her_comes_by_mail_with_its_date_and_nothing_of_her_person() -> None:
    town, to = towns.town(item={"fees": [FEE]}), address()
    with mailing.mail_server() as server:
        case = filed(town, to)
        mailing.post(server)
        assert (told(town.applicant), server.to(to)) == (["case.submitted"], [])

        ask_correction(town, case)
        mailing.post(server)
        (letter,) = server.to(to)
        due = town.clock(case, "correction")["due_on"]
        assert letter.message["Subject"] == "请补正申请材料：食品经营许可（新办） / Please correct your application"
        assert letter.message["Auto-Submitted"] == "auto-generated"
        for words in (f"补正的最后日期：{due}", f"Correct it by: {due}", f"/cases/{case}/", "食品经营许可（新办）"):
            assert words in letter.text
        secret = ("张三", "某0", "Someone", "一门餐饮", "0431", "人民大街", town.applicant.username)
        assert [one for one in secret if one in letter.raw.decode() + letter.text] == []

    with mailing.mail_server() as server:
        other = filed(town, to)
        town.accept(other)
        mailing.post(server)
        accepted, fee = (one.text for one in server.to(to))
        assert f"法定办结日期：{town.clock(other, 'statutory')['due_on']}" in accepted
        assert "金额：¥20.50" in fee


def test_outcomes_are_mailed_with_the_time_for_remedies() -> None:
    town, to = towns.town(), address()
    with mailing.mail_server() as server:
        case = filed(town, to)
        town.accept(case)
        town.examine(case, failed=("rules",))
        act: dict[str, Any] = {"case": case, "after": town.head(case), "key": uuid4()}
        decision.deny(reasons={"rules": "没有制度"}, session=town.drawn(case, "decider").session, **act)
        mailing.post(server)
        denied = server.to(to)[-1].text
        assert "申请行政复议：60 日内" in denied
        assert "Action in court: within 6 months" in denied
        assert "没有制度" not in denied

        for kind, act_of in (("case.refused", intake.refuse), ("case.not_required", intake.not_required)):
            case = filed(town, to)
            where = {"where": "别处"} if kind == "case.refused" else {}
            clerk = town.drawn(case, "counter").session
            act_of(case=case, after=town.head(case), reason="x", session=clerk, key=uuid4(), **where)
            mailing.post(server)
            assert state_of(case) == [(kind, "sent", "250 2.0.0")]


def test_a_certificate_to_collect_is_mailed_when_it_lies_there_and_an_electronic_one_when_it_is_served() -> None:
    town, to = towns.town(item={"delivery": ["electronic", "window"]}), address()
    with mailing.mail_server() as server:
        at_window, electronic = (town.brought_to("released", form={"contact_email": to}, delivery=d) for d in ("window", "electronic"))  # fmt: skip
        for case in (at_window, electronic):
            sealed(town, case)
        delivery.deliver(case=electronic, after=town.head(electronic))
        mailing.post(server)
        assert [kind for kind, *_ in state_of(at_window)] == ["case.accepted", "certificate.sealed"]
        assert [kind for kind, *_ in state_of(electronic)] == ["case.accepted", "certificate.delivered"]
        due = town.clock(at_window, "collection")["due_on"]
        assert any(f"领取的最后日期：{due}" in one.text for one in server.to(to))


def test_what_time_brought_is_told_and_mailed() -> None:
    town, to = towns.town(), address()
    case = filed(town, to)
    with mailing.mail_server() as server, towns.later(town, 12):
        worker.what_time_brings()
        mailing.post(server)
        assert list(told(town.applicant)) == ["case.deemed_accepted", "case.submitted"]
        assert state_of(case) == [("case.deemed_accepted", "sent", "250 2.0.0")]


def test_what_was_done_before_the_mail_went_out_is_not_asked_for_again() -> None:
    town, to = towns.town(item={"fees": [FEE]}), address()
    case = filed(town, to)
    town.accept(case)
    mailing.tell()
    town.paid(case, 2050)
    with mailing.mail_server() as server:
        mailing.post(server)
    assert [state for _, state, _ in state_of(case)] == ["sent", "overtaken"]
    assert "fee.paid" in told(town.applicant)


# who is told -----------------------------------------------------------------------------------------------------------------


def test_both_sides_of_a_mandate_are_told_and_its_end_ends_it_for_the_agent_and_for_her_address() -> None:
    town, to = towns.town(item={"service_objects": ["1", "2"]}), address()
    number = "220199199105270" + secrets.choice("123456789") + secrets.choice("123456789") + "X"
    number = _resident(number)
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update registry_person set identity = %s::bytea where id = %s", [identity(number), town.stranger.person]
        )
    given = mandate.give(
        agent=number, name="某1", until=towns.today() + timedelta(30), session=town.applicant.session, key=uuid4()
    )
    case = filed(town, to, who=town.stranger, mandate=given, personal=True)
    mailing.tell()
    for who in (town.applicant, town.stranger):
        assert told(who) == ["case.submitted", "mandate.given"] or set(told(who)) == {"case.submitted", "mandate.given"}
    unread = {who.username: notice.waiting(session=who.session)["unread"] for who in (town.applicant, town.stranger)}
    assert unread == {town.applicant.username: 1, town.stranger.username: 1}  # each has done one of the two herself

    mandate.end(mandate=given, session=town.applicant.session, key=uuid4())
    town.accept(case)
    with mailing.mail_server() as server:
        mailing.post(server)
        assert server.to(to) == []  # the address was the agent's
    assert state_of(case) == [("case.accepted", "withheld", "")]
    assert set(told(town.stranger)) == {"mandate.given", "mandate.ended"}
    assert set(told(town.applicant)) == {"mandate.given", "mandate.ended", "case.submitted", "case.accepted"}
    (hers,) = notice.waiting(session=town.applicant.session)["unreached"]
    assert (hers["stream"], hers["why"]) == (str(case), "withheld")
    refused("case.missing", notice.change_contact, case=case, phone="0431-80000002", email=to, session=town.stranger.session, key=uuid4())  # fmt: skip


def _resident(begun: str) -> str:
    body = begun[:17]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def test_a_stranger_and_an_official_see_no_messages() -> None:
    town = towns.town()
    case = town.filed()
    town.accept(case)
    mailing.tell()
    assert told(town.stranger) == []
    assert notice.waiting(session=town.stranger.session) == {"unread": 0, "unreached": []}
    for what in (notice.mine, notice.waiting):
        refused("move.of_another_link", what, session=town.drawn(case, "examiner").session)
    before = notice.waiting(session=town.applicant.session)["unread"]
    notice.read(session=town.stranger.session, case=case)
    assert notice.waiting(session=town.applicant.session)["unread"] == before == 1


def test_the_unread_come_first_page_by_page_and_opening_a_case_reads_its_own() -> None:
    town = towns.town()
    one, two = town.filed(), town.filed()
    town.accept(one)
    town.accept(two)
    mailing.tell()
    rows, after = [], None
    while page := notice.mine(session=town.applicant.session, limit=1, after=after):
        rows += page
        after = (page[0]["unread"], page[0]["id"])
    assert [(row["stream"], row["kind"], row["unread"]) for row in rows] == [
        (two, "case.accepted", True),
        (one, "case.accepted", True),
        (two, "case.submitted", False),
        (one, "case.submitted", False),
    ]
    assert notice.read(session=town.applicant.session, case=two)["unread"] == 1
    assert notice.read(session=town.applicant.session, upto=rows[1]["id"])["unread"] == 0
    refused("notice.which", notice.read, session=town.applicant.session)


# how she is reached ------------------------------------------------------------------------------------------------------------


def test_a_corrected_address_gets_the_newest_mail_that_had_not_arrived() -> None:
    town, wrong, right = towns.town(), address(), address()
    case = filed(town, wrong)
    town.accept(case)
    with mailing.mail_server() as server:
        server.at_rcpt[wrong] = ["550 5.1.1 no such user <someone>"]
        mailing.post(server)
        assert state_of(case) == [("case.accepted", "failed", "550 5.1.1")]
        (unreached,) = notice.waiting(session=town.applicant.session)["unreached"]
        assert unreached["stream"] == str(case)

        told_: dict[str, Any] = {"case": case, "phone": "0431-80000002", "session": town.applicant.session}
        refused("form.malformed", notice.change_contact, email="lin@ex\r\nBcc: all@example.org", key=uuid4(), **told_)
        refused("form.malformed", notice.change_contact, email="林@例子.中国", key=uuid4(), **told_)
        key = uuid4()
        first = notice.change_contact(email=right, key=key, **told_)
        again = notice.change_contact(email=right, key=key, **told_)
        assert (first.number, first.hash, again.retried) == (again.number, again.hash, True)
        refused("key.reused", notice.change_contact, email=wrong, key=key, **told_)
        (facts,) = statement.rows("oversight", "select facts from record_event where stream = %s::uuid and number = %s", [case, first.number])  # fmt: skip
        assert right not in facts["facts"]
        assert "0431" not in facts["facts"]
        assert notice.waiting(session=town.applicant.session)["unreached"] == []
        mailing.post(server)
        assert state_of(case)[0] == ("case.accepted", "sent", "250 2.0.0")
        assert len(server.to(right)) == 1
    town.examine(case)
    assert town.decide(case).state == "granted"  # the case goes on as before


# raw SQL -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login", ["door", "public", "counter", "decide", "custody", "registry", "oversight", "worker", "keeper"]
)
def test_no_login_reads_addresses_and_only_the_worker_takes_a_mail(login: str, connect: Callable[[str], psycopg.Connection]) -> None:  # fmt: skip
    attacks = ["select email from casework_contact", "update casework_mail set state = 'sent'", "delete from casework_notice",
               "insert into casework_notice_policy select 2, kind, 'never', 'never', '{}', why from casework_notice_policy"]  # fmt: skip
    if login != "worker":
        attacks += ["select casework_mail_claim()", "select casework_mail_bounced(gen_random_uuid(), '5.1.1')", "select casework_mail_decide(gen_random_uuid(), true)"]  # fmt: skip
    if login not in ("oversight", "worker"):
        attacks += ["select * from casework_mail"]
    for attack in attacks:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connect(login).execute(attack)


def test_the_reader_run_twice_and_beside_itself_tells_once() -> None:
    town, to = towns.town(), address()
    case = filed(town, to)
    town.accept(case)
    mailing.tell()
    (event,) = list(statement.rows("oversight", "select * from record_event where stream = %s::uuid and kind = 'case.accepted'", [case]))  # fmt: skip
    for _ in range(3):
        notices.handle(event)
    assert told(town.applicant).count("case.accepted") == 1
    with mailing.mail_server() as server:
        mailing.together(4, lambda: mail.deliver(server.gateway()))
        assert len(server.to(to)) == 1


# trying again ------------------------------------------------------------------------------------------------------------------


def ahead(interval: str) -> None:
    with towns.testing_city_owner() as owner:
        owner.execute("update record_clock set ahead = ahead + %s::interval", [interval])


def test_a_mail_refused_for_now_is_tried_again_after_pauses_that_grow_and_given_up_after_five_days(
    clone: Callable[[], Any],
) -> None:
    clone()
    town, to = towns.town(), address()
    towns.commit_day(town, towns.today() + timedelta(days=1))  # late in the evening the pauses lead into the next day
    case = filed(town, to)
    town.accept(case)
    with mailing.mail_server() as server:
        server.at_rcpt[to] = ["450 4.2.1 busy"] * 3
        server.at_end[to] = ["451 4.3.0 later"]
        for minutes in (1, 4, 16, 64):
            mailing.post(server)
            assert state_of(case)[0][1] == "waiting"
            ahead(f"{minutes * 60 - 20} seconds")
            assert mail.deliver(server.gateway()) == 0  # not before its time
            ahead("20 seconds")
        mailing.post(server)
        assert state_of(case) == [("case.accepted", "sent", "250 2.0.0")]
        assert len(server.to(to)) == 1

        server.at_rcpt[to] = ["450 4.2.1 busy"] * 2
        town.applicant.__dict__.pop("_session")
        other = filed(town, to)
        clerk = town.drawn(other, "counter").again()
        intake.accept(case=other, after=town.head(other), session=clerk, key=uuid4())
        mailing.post(server)
        ahead("6 days")
        mailing.post(server)
        assert state_of(other) == [("case.accepted", "failed", "450 4.2.1")]
