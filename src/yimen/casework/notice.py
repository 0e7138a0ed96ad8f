"""
Messages to the applicant's side: who is told, what she has read, and the mail that goes beside it.

Tables: casework_notice_policy (what is told and mailed), casework_notice, casework_mail. A notice is made by a reader of the record,
together with its mail; addresses leave the database only one at a time, to whoever claimed that mail.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID

from yimen.casework.form import check_form
from yimen.record import statement
from yimen.record.events import Recorded, Session

LOGIN: Final = "worker"
_CONTACT: Final = {
    "form": [
        {"name": "contact_phone", "type": "phone", "required": True},
        {"name": "contact_email", "type": "email", "required": False},
    ]
}


def notify(*, stream: UUID, number: int) -> None:
    """
    Tell everyone concerned of one event, and write the mail beside it. Doing it again changes nothing.

    Refuses: missing stream.missing. Records: nothing; a notice is a row of its own.
    """
    statement.rows(LOGIN, "select casework_notify(%s::uuid, %s::int)", [stream, number])


def told_kinds() -> frozenset[str]:
    """Return the kinds of events that are told, under the service level in force."""
    sql = """
        select kind from casework_notice_policy
        where told <> 'never' and version = (select max(version) from casework_notice_policy)
    """
    return frozenset(row["kind"] for row in statement.rows(LOGIN, sql))


@cache
def policy(*, login: str) -> tuple[statement.Row, ...]:
    """
    Return the service level in force: version, kind, told, mailed, why; what is mailed first.

    Asked once by each process: a new version of it comes with a new version of the program.
    """
    sql = """
        select version, kind, told, mailed, why from casework_notice_policy
        where version = (select max(version) from casework_notice_policy)
        order by mailed = 'never', told = 'never', why, kind
    """
    return tuple(statement.rows(login, sql))


# what the applicant does ---------------------------------------------------------------------------------------------


def mine(*, session: Session, limit: int = 20, after: tuple[bool, int] | None = None) -> list[statement.Row]:
    """
    Return my messages, the unread first, the newest first; `after` is the last (unread, id) seen.

    Each: id, stream, number, kind, at, unread, case_number, item_zh/en, holder_zh/en, agent_zh/en (of a mandate), says (dates,
    amount, remedies), mail (what became of it, or None) and mailed_at.

    Refuses: forbidden move.of_another_role.
    """
    unread, last = after or (None, None)
    sql = "select * from casework_notices(%s, %s::int, %s::boolean, %s::bigint)"
    rows = statement.rows(session.login, sql, [session.secret, limit, unread, last])
    return [row | {"says": statement.read_json(row["says"])} for row in rows]


def waiting(*, session: Session) -> dict[str, Any]:
    """Return how many messages I have not read (`unread`, up to 100), and the cases whose mail does not reach me (`unreached`)."""
    return dict(statement.document(session.login, "select casework_notices_waiting(%s)", [session.secret]))


def read(*, session: Session, case: UUID | None = None, upto: int | None = None) -> dict[str, Any]:
    """
    Mark as read what was told of one case, or everything up to a message. Returns what waits, as `waiting`.

    Refuses: forbidden move.of_another_role; malformed notice.which (neither is named). Records: nothing.
    """
    sql = "select casework_notices_read(%s, %s::uuid, %s::bigint)"
    return dict(statement.document(session.login, sql, [session.secret, case, upto]))


def change_contact(*, case: UUID, phone: str, email: str, session: Session, key: UUID) -> Recorded:
    """
    Say how I am reached in an open case. The newest mail that had not arrived is sent to the new address.

    Refuses: missing case.missing; malformed form.malformed (contact_phone, contact_email); conflict case.wrong_state; not_now
    contact.too_often.
    Records: case.contact_changed, with a salted hash and nothing that could be read.
    """
    check_form(_CONTACT, {"contact_phone": phone, "contact_email": email})
    sql = "select * from casework_contact_change(%s, %s::uuid, %s, %s, %s::uuid)"
    told = [session.secret, case, phone.strip(), email.strip(), key]
    return Recorded(stream=case, **statement.row(session.login, sql, told))


# mail ------------------------------------------------------------------------------------------------------------------


def claim() -> Mapping[str, Any] | None:
    """
    Take the next mail that is due, or None. It is ours, and committed as such, before anybody speaks to a mail server.

    It carries token, claim, tries, email, kind, stream, case_number, item_zh/en, at, and what `mine` calls `says`.
    """
    found = statement.document(LOGIN, "select casework_mail_claim()")
    return dict(found) if found else None


def hand_over(*, mail: Mapping[str, Any]) -> bool:
    """Say that the text of a claimed mail is about to be given away; False when somebody else has it by now."""
    sql = "select casework_mail_hand_over(%s::uuid, %s::uuid)"
    return bool(statement.value(LOGIN, sql, [mail["token"], mail["claim"]]))


def settle(*, mail: Mapping[str, Any], outcome: str, reply: str) -> None:
    """Say what came of a claimed mail: sent, later, failed, uncertain or no_gateway. Without the claim nothing changes."""
    sql = "select casework_mail_settle(%s::uuid, %s::uuid, %s, %s)"
    statement.rows(LOGIN, sql, [mail["token"], mail["claim"], outcome, reply.lower()])


def recover() -> int:
    """Take up what a dead process left: what was surely not sent is sent again, the rest is uncertain. Returns how many."""
    return int(statement.value(LOGIN, "select casework_mail_recover()"))


def bounced(*, token: UUID, status: str) -> str:
    """Note that a mail came back. Returns recorded, known, not_sent or unknown."""
    return str(statement.value(LOGIN, "select casework_mail_bounced(%s::uuid, %s)", [token, status]))


def decide(*, token: UUID, sent: bool) -> bool:
    """Say of an uncertain mail, after looking into the mail server's log, that it was sent or is to be sent again."""
    return bool(statement.value(LOGIN, "select casework_mail_decide(%s::uuid, %s::boolean)", [token, sent]))


def mails(*, states: tuple[str, ...], limit: int = 100) -> list[statement.Row]:
    """Return mails in some states, without any address: token, stream, number, kind, state, tries, reply, made_at, due_at, settled_at."""
    sql = """
        select token, stream, number, kind, state, tries, reply, made_at, due_at, settled_at from casework_mail
        where state = any (%s) order by coalesce(settled_at, made_at) desc limit %s::int
    """
    return statement.rows(LOGIN, sql, [list(states), limit])


def counts() -> dict[str, int]:
    """Return how many mails stand in each state."""
    rows = statement.rows(LOGIN, "select state, count(*)::int as n from casework_mail group by state")
    return {row["state"]: row["n"] for row in rows}
