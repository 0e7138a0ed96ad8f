"""The case as its people see it, and withdrawing it. Who sees what is said once, in the database (casework_may_see)."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Recorded, Session, append

# The last case of a page: when it was filed, and, since several may be filed at one moment, which it was.
Filed = tuple[datetime, UUID]
Due = tuple[date, UUID, str]
# The last case of a worklist: when it is due, when it was filed, and which it was.
Waiting = tuple[date, datetime, UUID]
_NONE: Final = (None, None)


def view(*, case: UUID, session: Session) -> dict[str, Any]:
    """
    Return everything about one case that this session's hat may see, in one statement.

    Contact details come to applicant, clerk and supervisor only; names of officials to supervisors only.

    Refuses: missing case.missing, also when the case is not this hat's to see.
    """
    return dict(statement.document(session.login, "select casework_view(%s, %s::uuid)", [session.secret, case]))


def worklist(*, session: Session, limit: int = 20, after: Waiting | None = None) -> list[statement.Row]:
    """
    Return the cases whose next step chance gave to me, the most urgent first and of these the first filed; `after` is the last
    (due_on, filed_at, stream) seen.

    Each: stream, number, head, state, purpose, item_zh/en, applicant_zh/en, filed_at, due_on, provisional, promise_due, today, and
    `waiting`: how many wait for me in all, 100 standing for more than 99.
    """
    due, at, stream = after or (None, None, None)
    sql = "select w.*, registry_today() as today from casework_worklist(%s, %s::int, %s::date, %s::uuid, %s::timestamptz) w"
    return statement.rows(session.login, sql, [session.secret, limit, due, stream, at])


def worked(*, session: Session, limit: int = 20, before: Filed | None = None) -> list[statement.Row]:
    """
    Return the cases I had a part in, in this hat, and that do not wait for me now; the last filed first, `before` as of `mine`.

    With `worklist`, and at the window the cases of the people before her, these are all that an official may open.

    Refuses: forbidden move.of_another_role (applicants list what is theirs with `mine`), move.of_another_link.
    """
    sql = "select * from casework_worked(%s, %s::int, %s::timestamptz, %s::uuid)"
    return statement.rows(session.login, sql, [session.secret, limit, *(before or _NONE)])


def mine(*, session: Session, limit: int = 20, before: Filed | None = None) -> list[statement.Row]:
    """Return the cases I filed, the newest first; `before` is the last (filed_at, stream) seen."""
    sql = "select * from casework_mine(%s, %s::int, %s::timestamptz, %s::uuid)"
    return statement.rows(session.login, sql, [session.secret, limit, *(before or _NONE)])


def all_cases(
    *,
    session: Session,
    limit: int = 20,
    before: Filed | None = None,
    only_open: bool | None = None,
    agency: UUID | None = None,
    state: str | None = None,
) -> list[statement.Row]:
    """
    Return every case, the newest first, with the responsible person and the nearest due date; `before` as of `mine`.

    `only_open` takes the open (True) or those that are over (False), `agency` those of one, `state` those in it.

    Refuses: forbidden move.of_another_role (only supervisors), move.of_another_link.
    """
    sql = """
        select a.*, registry_today() as today
        from casework_all(%s, %s::int, %s::timestamptz, %s::uuid, %s::boolean, %s::uuid, %s) a
    """
    values = [session.secret, limit, *(before or _NONE), only_open, agency, state]
    return statement.rows(session.login, sql, values)


def due(
    *,
    session: Session,
    limit: int = 20,
    after: Due | None = None,
    clock: str | None = None,
    late: bool = False,
    agency: UUID | None = None,
    state: str | None = None,
) -> list[statement.Row]:
    """
    Return every running clock with its case, the most urgent first; `after` is the last (due_on, stream, clock) seen.

    A case is listed once for each of its clocks: of one name, of one agency, in one state, late only where that is asked for.

    Refuses: forbidden move.of_another_role unless the session is a supervisor's.
    """
    sql = """
        select a.*, registry_today() as today from casework_due(%s, %s::int, %s::date, %s::uuid, %s, %s,
            case when %s::boolean then registry_today() end, %s::uuid, %s) a
    """
    place = after or (None, None, None)
    return statement.rows(session.login, sql, [session.secret, limit, *place, clock, late, agency, state])


def numbered(*, session: Session, number: str, limit: int = 20, after: str | None = None) -> list[statement.Row]:
    """
    Return the cases whose number is this or begins with it, by number, as `all_cases` does; `after` is the last number seen. Spaces
    make no difference, and small letters are tried as capitals too.

    Refuses: forbidden move.of_another_role unless the session is a supervisor's.
    """
    sql = "select a.*, registry_today() as today from casework_numbered(%s, %s, %s::int, %s) a"
    return statement.rows(session.login, sql, [session.secret, number, limit, after])


def withdraw(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Take an application back before it is decided. All clocks stop; the case is over.

    Refuses: conflict case.wrong_state (already decided or over), case.moved_meanwhile; forbidden case.not_yours.
    Records: case.withdrawn.
    """
    return append(stream=case, after=after, kind="case.withdrawn", session=session, facts={}, key=key)
