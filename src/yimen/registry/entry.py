"""
Entries: how anything in the registry changes. One person proposes, another confirms exactly what was proposed.

Table: registry_entry. Applied by the database when it is confirmed; no login writes the registry's tables.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Recorded, Session, append
from yimen.record.refusal import Refusal


@dataclass(frozen=True)
class Waiting:
    """An entry that was proposed and not yet confirmed, and the user name of who proposed it."""

    stream: UUID
    at: datetime
    username: str


def propose(*, body: Mapping[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Propose rows of the registry: {"people": [...], "posts": [...], ...}, by table, whole rows.

    Refuses: forbidden move.of_another_role, move.of_another_link (not a registrar); malformed entry.malformed; conflict key.reused.
    Records: entry.proposed, with the hash of the body.
    """
    sql = "select * from registry_propose(%s, %s, %s::uuid)"
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Recorded(**statement.row(session.login, sql, [session.secret, text, key]))


def waiting() -> list[Waiting]:
    """Return the entries that wait for a second registrar, oldest first."""
    sql = "select w.stream, w.at, p.username from registry_waiting() w join registry_person p on p.id = w.person order by w.at"
    return [Waiting(**row) for row in statement.rows("registry", sql)]


def read(*, entry: UUID) -> tuple[dict[str, Any], str]:
    """Return what an entry would enter, and the hash (hex) that confirms it."""
    body = statement.value("registry", "select body from registry_entry where stream = %s::uuid", [entry])
    return json.loads(body), hashlib.sha256(body.encode()).hexdigest()


_PROPOSED = """
    select w.stream as entry, w.at, p.username from registry_waiting() w join registry_person p on p.id = w.person
    where record_session_who(%s) ->> 'role' = 'registrar' order by w.at
"""
_SHOWN = """
    select e.stream as entry, e.body, encode(e.content, 'hex') as proposed from registry_entry e
    where e.stream = %s::uuid and record_session_who(%s) ->> 'role' = 'registrar'
"""


def proposed(*, session: Session) -> list[statement.Row]:
    """
    Return to a registrar the entries that wait for a second one, the oldest first: entry, at, username (who proposed it).

    Refuses: forbidden move.of_another_role, move.of_another_link.
    """
    _registrars_only(session)
    return statement.rows(session.login, _PROPOSED, [session.secret])


def show(*, entry: UUID, session: Session) -> dict[str, Any]:
    """
    Return to a registrar what an entry enters or would enter, and the hash that confirms it: entry, body, proposed.

    Refuses: missing entry.missing; forbidden move.of_another_role, move.of_another_link.
    """
    _registrars_only(session)
    found = statement.rows(session.login, _SHOWN, [entry, session.secret])
    if not found:
        raise Refusal("missing", "entry.missing")
    return found[0] | {"body": json.loads(found[0]["body"])}


def _registrars_only(session: Session) -> None:
    if statement.document(session.login, "select record_session_who(%s)", [session.secret])["role"] != "registrar":
        raise Refusal("forbidden", "move.of_another_role")


def confirm(*, entry: UUID, proposed: str, session: Session, key: UUID) -> Recorded:
    """
    Confirm an entry by its hash (hex); its rows are in force from now on.

    Refuses: forbidden hat.second (the proposer); conflict entry.other_content, case.wrong_state; malformed entry.malformed,
    limit.malformed, calendar.gap; not_now calendar.too_short.
    Records: entry.confirmed.
    """
    return append(stream=entry, after=1, kind="entry.confirmed", session=session, facts={"proposed": proposed}, key=key)


def found(*, body: Mapping[str, Any]) -> None:
    """
    Found an empty city with its first registrars. Done by the owner's login when a city is installed, and never again.

    Refuses: conflict city.founded_already.
    Records: city.founded, with the hash of the body.
    """
    statement.rows("owner", "select registry_found(%s::jsonb)", [json.dumps(body, ensure_ascii=False, sort_keys=True)])
