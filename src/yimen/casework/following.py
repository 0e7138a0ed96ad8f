"""
Following a case without an account: whoever was served at a window has its number and a code, and reads where it stands.

Tables: casework_follow, casework_followed, casework_attempt. The code is kept as a hash. It follows from the secret of the screen on which
the person confirmed, or a clerk who serves her prints it.
"""

from typing import Any
from uuid import UUID

from yimen.casework.document import Opened, unlocked
from yimen.casework.guess import counted
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal


def follow(*, number: str, code: str) -> dict[str, Any]:
    """
    Return where a case stands, as `case.view` says it but without the answers given and how anyone is reached; and `followed`,
    when the code was made and used. The reading leaves a trace.

    Refuses: missing follow.missing (no such number, or not with this code); not_now follow.wait (too many wrong tries).
    """
    _let_in(number, code)
    found = dict(statement.document("public", "select casework_follow(%s, %s)", [number, code]))
    _refuse(found.get("refused"))
    return found


def paper(*, number: str, code: str, document: UUID) -> Opened:
    """
    Open a paper that was issued in the case, or its certificate. The reading leaves a trace.

    Refuses: as `follow`; missing document.missing; unavailable document.store_away, document.altered.
    """
    _let_in(number, code, document)
    found = statement.row("public", "select * from casework_follow_paper(%s, %s, %s::uuid)", [number, code, document])
    _refuse(found.pop("refused"))
    return unlocked(found)


def _let_in(number: str, code: str, document: UUID | None = None) -> None:
    """
    Have the try counted, then the reading written down, each by itself: nothing is answered that could be undone.

    Refuses: missing follow.missing, document.missing; not_now follow.wait.
    """
    counted(about="follow", at=number, guess=code)
    sql = "select casework_follow_read(%s, %s, %s::uuid)"
    _refuse(statement.value("public", sql, [number, code, document]))


def print_code(*, case: UUID, session: Session) -> str:
    """
    Return a new code for the person before the clerk, to be printed for her; the one before ends.

    Refuses: missing case.missing (the clerk does not serve a party of it now).
    """
    return str(statement.value(session.login, "select casework_follow_print(%s, %s::uuid)", [session.secret, case]))


def _refuse(code: str | None) -> None:
    """Refuses: missing follow.missing, document.missing; not_now follow.wait."""
    if code == "follow.wait":
        raise Refusal("not_now", "follow.wait")
    if code == "document.missing":
        raise Refusal("missing", "document.missing")
    if code:
        raise Refusal("missing", "follow.missing")
