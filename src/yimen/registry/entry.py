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


@dataclass(frozen=True)
class Waiting:
    """An entry that was proposed and not yet confirmed, and the user name of who proposed it."""

    stream: UUID
    at: datetime
    username: str


def propose(*, body: Mapping[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Propose rows of the registry: {"people": [...], "posts": [...], ...}, by table, whole rows.

    Refuses: forbidden (not a registrar), malformed entry.malformed, conflict key.reused.
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


def confirm(*, entry: UUID, proposed: str, session: Session, key: UUID) -> Recorded:
    """
    Confirm an entry by its hash (hex); its rows are in force from now on.

    Refuses: forbidden (not a registrar, hat.second: the proposer), conflict entry.other_content, case.wrong_state.
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
