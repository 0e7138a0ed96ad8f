"""Mandates: one person lets another act for her, or for the organisation she represents, until a day, and ends it at will."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from yimen.casework.guess import counted
from yimen.pure.identifiers import IdentifierError, check_resident_id
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity


def give(
    *,
    agent: str,
    name: str,
    until: date,
    session: Session,
    key: UUID,
    organisation: UUID | None = None,
    items: Sequence[str] | None = None,
) -> UUID:
    """
    Let the person with this resident id and name act, in some items (codes) or in all, up to and including a day.

    Nobody learns by it whether a number is on record or whose it is: that is refused alike, and after several wrong ones for a while.

    Refuses: missing mandate.agent_unknown (nobody with this number and name); not_now mandate.wait; malformed mandate.malformed, form.malformed; forbidden organisation.no_authority,
    move.of_another_link, move.of_another_role; conflict key.reused.
    Records: mandate.given, the agent only as a mark.
    """
    try:
        known = check_resident_id(agent)
    except IdentifierError as wrong:
        raise Refusal("malformed", "form.malformed", fields={"agent": "check_digit"}) from wrong
    hashed = bytes.fromhex(identity(known.text).removeprefix("\\x"))
    sql = "select * from casework_mandate_give(%s, %s::bytea, %s, %s::uuid, %s::text[], %s::date, %s::uuid)"
    wanted = list(items) if items else None
    values = [session.secret, hashed, name, organisation, wanted, until, key]
    found = statement.row(session.login, sql, values)
    if found["refused"] == "mandate.uncounted" and counted(
        about="mandate", at=session.secret, guess=f"{hashed.hex()}{name}"
    ):
        found = statement.row(session.login, sql, values)
    if found["refused"] == "mandate.uncounted":
        raise Refusal("not_now", "mandate.wait")
    if found["refused"]:
        raise Refusal("missing", "mandate.agent_unknown")
    return UUID(str(found["mandate"]))


def end(*, mandate: UUID, session: Session, key: UUID) -> None:
    """
    End a mandate: the agent sees and does nothing more from now on, in no case; cases go on with the principal.

    Refuses: missing mandate.missing; conflict case.wrong_state (ended already), case.moved_meanwhile,
    key.reused; forbidden move.of_another_link.
    Records: mandate.ended.
    """
    statement.rows(session.login, "select casework_mandate_end(%s, %s::uuid, %s::uuid)", [session.secret, mandate, key])


def mandates(*, session: Session) -> list[dict[str, Any]]:
    """Return the mandates I gave (`mine`) and those I hold: mandate, principal_zh/en, agent_zh/en (of those I gave: as I typed it), items, until_on, live."""
    return list(statement.document(session.login, "select casework_mandates(%s)", [session.secret]))
