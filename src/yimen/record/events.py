"""Events: the only way anything changes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.record import statement

_APPEND = "select * from record_append(%(stream)s::uuid, %(after)s::int, %(kind)s, %(secret)s, %(facts)s::jsonb, %(key)s::uuid)"


@dataclass(frozen=True)
class Session:
    """
    Whose hands act: the secret of a session and the link it is for.

    The database finds the person behind the secret; nobody can name himself. A machine (worker, keeper) has no secret.
    """

    secret: str | None
    login: str


WORKER = Session(secret=None, login="worker")
KEEPER = Session(secret=None, login="keeper")


@dataclass(frozen=True)
class Recorded:
    """One event as it stands on the record; `retried` when the same request had been recorded before."""

    stream: UUID
    number: int
    hash: bytes
    at: datetime
    state: str
    retried: bool


def append(
    *,
    stream: UUID,
    after: int,
    kind: str,
    session: Session,
    facts: Mapping[str, Any],
    key: UUID,
    rows: str = "",
    values: Mapping[str, Any] | None = None,
) -> Recorded:
    """
    Record one event, with the rows of its step in the same statement.

    `after` is the number of the last event the caller saw. `rows` are inserts that read the event's number from `e`
    and must be written nowhere when `e.retried`; `values` are their parameters.

    Refuses: forbidden move.of_another_link, move.of_another_role, hat.second, case.stepped_aside; conflict case.wrong_state,
    case.moved_meanwhile, key.reused; missing stream.missing; malformed move.malformed; not_now calendar.too_short.
    Records: `kind`, and the draw that the move asks for.
    """
    params = {
        "stream": stream,
        "after": after,
        "kind": kind,
        "secret": session.secret,
        "facts": json.dumps(facts, ensure_ascii=False),
        "key": key,
        **(values or {}),
    }
    sql = f"with e as ({_APPEND}), {rows} select * from e" if rows else _APPEND  # noqa: S608 - constants of the steps
    return Recorded(stream=stream, **statement.row(session.login, sql, params))
