"""Originals: a clerk takes them against a receipt, gives them back, and sees documents that no gateway could check."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Recorded, Session


def take(*, case: UUID, after: int, material: str, pieces: int, session: Session, key: UUID) -> Recorded:
    """
    Take originals of a material; the receipt is a paper of this event. The case waits to be closed until they are returned.

    Refuses: missing case.missing (the clerk neither serves a party nor received the case), material.unknown;
    conflict case.wrong_state.
    Records: original.taken.
    """
    return _do("original.taken", case, after, {"material": material, "pieces": pieces}, session, key)


def give_back(*, case: UUID, after: int, taken: int, session: Session, key: UUID) -> Recorded:
    """
    Give back what was taken at event `taken`, also after the case is over.

    Refuses: missing case.missing; conflict original.not_here. Records: original.returned.
    """
    return _do("original.returned", case, after, {"taken": taken}, session, key)


def see(*, case: UUID, after: int, what: str, session: Session, key: UUID) -> Recorded:
    """
    Say that the document behind what a gateway could not check (`identity`) was seen; the decision is blocked no longer.

    Refuses: missing case.missing; conflict case.verified_already. Records: case.seen.
    """
    return _do("case.seen", case, after, {"what": what}, session, key)


def out(*, session: Session, limit: int = 50, after: tuple[datetime, UUID] | None = None) -> list[statement.Row]:
    """
    Return the originals that I had in hand and that still lie here although their case is over, the longest first: stream, number,
    state, item_zh/en, pieces, since; `after` is the last (since, stream) seen.

    Refuses: forbidden move.of_another_link.
    """
    sql = "select * from casework_originals_out(%s, %s::int, %s::timestamptz, %s::uuid)"
    return statement.rows(session.login, sql, [session.secret, limit, *(after or (None, None))])


def _do(kind: str, case: UUID, after: int, facts: dict[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Refuses: forbidden move.of_another_link, move.of_another_role, hat.second, case.stepped_aside; conflict case.wrong_state,
    case.moved_meanwhile, key.reused.
    """
    sql = "select * from casework_at_counter(%s, %s::uuid, %s::int, %s, %s::jsonb, %s::uuid)"
    values = [session.secret, case, after, kind, json.dumps(facts), key]
    return Recorded(stream=case, **statement.row(session.login, sql, values))
