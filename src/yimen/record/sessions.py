"""Sessions: what proves to the database who acts. The secret goes to the person, its hash to the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal


@dataclass(frozen=True)
class Opened:
    """A session just opened, and until when it lasts."""

    session: Session
    ends_at: datetime


def posts(*, username: str) -> dict[str, Any]:
    """
    Return the person behind an account and the posts she may sign in with: {person, name_zh, name_en, posts: [...]}.

    Refuses: missing when no living person has this account.
    """
    found = statement.document("door", "select record_posts(%s)", [username])
    if found is None:
        raise Refusal("missing", "person.missing")
    return dict(found)


def open_session(*, username: str, post: UUID | None, hours: int = 12) -> Opened:
    """
    Open a session after the door has checked the password; bound to person, post and link.

    Refuses: missing (no such person), forbidden (the post is not hers or has ended).
    """
    secret = secrets.token_urlsafe(32)
    opened = statement.row(
        "door",
        "select * from record_session_open(%s, %s::uuid, %s::bytea, %s::int)",
        [username, post, hashlib.sha256(secret.encode()).digest(), hours],
    )
    return Opened(session=Session(secret=secret, login=opened["login"]), ends_at=opened["ends_at"])


def end_session(*, session: Session) -> None:
    """End a session for good. Ending it twice changes nothing."""
    statement.rows(session.login, "select record_session_end(%s)", [session.secret])


def end_sessions(*, username: str) -> int:
    """End all sessions of a person, in whatever post and browser, and return how many: her password was changed."""
    return int(statement.value("door", "select record_sessions_end(%s)", [username]))


def who(*, session: Session) -> dict[str, Any]:
    """
    Return the person, post, role and place behind a session.

    Refuses: forbidden when the session has ended, expired or belongs to another link.
    """
    return dict(statement.document(session.login, "select record_session_who(%s)", [session.secret]))
