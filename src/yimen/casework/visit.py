"""
Visits: whoever greets a person does not serve her; chance draws the clerk who does.

Table: casework_visit. A visit ends with what came of it, so that coming and going without a trace is impossible.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from yimen.casework.guess import counted
from yimen.gateways.identity import identity_gateway
from yimen.pure.identifiers import IdentifierError, check_resident_id
from yimen.record import statement
from yimen.record.events import Recorded, Session, append
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity

Outcome = Literal["filed", "advice", "handed_over", "left"]
Checked = Literal["gateway", "seen", "not_checked"]
_CLERK: Final = (
    "select record_session_who(%s) ->> 'role' as role, extract(epoch from clock_timestamp())::bigint as seconds"
)


@dataclass(frozen=True)
class Visit:
    """
    A visit: its stream, the number in the person's hand, the person, whether she was here already, and how her identity stands.

    `matches` is what the register told the clerk just now. On record it stands only once the worker has asked.
    """

    visit: UUID
    ticket: int
    person: UUID
    retried: bool
    identity: Literal["matches", "seen", "not_checked"]


def open_visit(*, resident_id: str, name_zh: str, name_en: str, checked: Checked, session: Session, key: UUID) -> Visit:
    """
    Greet a person: she gets a number, and chance draws another clerk of this centre, who will serve her.

    `checked` says how her identity is checked: by the register of people, by eye with her document, or not yet. What the
    register answers here helps the clerk and proves nothing: the worker asks it again within seconds of filing, and only its
    word counts. Until then a decision is blocked, never the person. A register that says number and name do not belong together
    is believed: nobody is greeted under that name. A person who is here already keeps her number and her clerk.

    Refuses: malformed visit.malformed, form.malformed; forbidden move.of_another_role, hat.second; conflict key.reused,
    identity.not_this_person, case.moved_meanwhile; not_now draw.not_committed, draw.nobody_on_duty, identity.not_connected, identity.wait
    (it denied too many).
    Records: visit.opened, visit.window_drawn; the visitor only as a mark.
    """
    try:
        known = check_resident_id(resident_id)
    except IdentifierError as wrong:
        raise Refusal("malformed", "form.malformed", fields={"resident_id": "check_digit"}) from wrong
    identified = _asked(known.text, name_zh.strip(), session, key) if checked == "gateway" else checked
    hashed = bytes.fromhex(identity(known.text).removeprefix("\\x"))
    sql = "select * from casework_visit_open(%s, %s::bytea, %s, %s, %s, %s, %s::uuid)"
    said = "seen" if identified == "seen" else "not_checked"
    values = [session.secret, hashed, known.text, name_zh.strip(), name_en.strip(), said, key]
    return Visit(identity=identified, **statement.row(session.login, sql, values))


def connected() -> bool:
    """Whether a register of people can be asked here."""
    return identity_gateway().connected


def _asked(resident_id: str, name: str, session: Session, key: UUID) -> Literal["matches", "not_checked"]:
    """Ask the register of people, on behalf of a clerk and of nobody else; what it denies is counted, so that nobody searches it."""
    gateway = identity_gateway()
    if not gateway.connected:
        raise Refusal("not_now", "identity.not_connected")
    who = statement.row(session.login, _CLERK, [session.secret])
    if who["role"] != "clerk":
        raise Refusal("forbidden", "move.of_another_role")
    if not counted(about="register", at=session.secret, guess=str(key), login=session.login):
        raise Refusal("not_now", "identity.wait")
    answer = gateway.check(resident_id=resident_id, name=name, at=who["seconds"])
    if answer == "differs":
        raise Refusal("conflict", "identity.not_this_person")
    return "matches" if answer == "matches" else "not_checked"


def cases_of(*, visit: UUID, session: Session) -> list[statement.Row]:
    """
    Return what the clerk needs of the person before her, her cases, the newest first: stream, number, head, state, open,
    item_zh/en, filed_at, originals (pieces that are here), unverified, differs.

    Refuses: missing visit.missing.
    """
    return statement.rows(session.login, "select * from casework_of_visitor(%s, %s::uuid)", [session.secret, visit])


def waiting(*, session: Session) -> list[statement.Row]:
    """
    Return the visits chance gave to this clerk: visit, head, ticket, person, name_zh/en, identity, opened_at, and, while she
    serves the person (today), `drafts` and `cases` of hers.

    Refuses: forbidden move.of_another_link.
    """
    rows = statement.rows(session.login, "select * from casework_visits(%s)", [session.secret])
    return [row | {"drafts": _drafts(row["drafts"]), "cases": _read(row["cases"])} for row in rows]


def _drafts(told: Any) -> list[dict[str, Any]]:
    return [one | {"saved_at": datetime.fromisoformat(one["saved_at"])} for one in _read(told)]


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


def end(*, visit: UUID, outcome: Outcome, session: Session, key: UUID, after: int = 2) -> Recorded:
    """
    End a visit with what came of it. That something was filed or handed over must be so on the record.

    Refuses: forbidden case.not_drawn; malformed visit.malformed; conflict case.wrong_state, visit.not_what_happened.
    Records: visit.ended.
    """
    return append(stream=visit, after=after, kind="visit.ended", session=session, facts={"outcome": outcome}, key=key)
