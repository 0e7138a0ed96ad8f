"""Draws: two halves of a seed, committed by two people before the day, published after it. Chance itself acts in the database."""

from datetime import date
from typing import Any
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Session


def open_day(*, pool: UUID, day: date, half: bytes, session: Session, key: UUID) -> UUID:
    """
    Commit the centre's half of a day's seed, and with it the roster of the pool (a centre or an agency).

    Later changes of duty count from the next day committed. `half` is 32 bytes that nobody else has seen.

    Refuses: malformed draw.malformed (a past day, not 32 bytes); forbidden move.of_another_link, move.of_another_role (not a
    manager), place.not_yours (not a pool of her place or of what lies in it); conflict draw.already_committed, key.reused.
    Records: draw.opened, with roster and commitment; never the half.
    """
    sql = "select record_draw_open(%s, %s::uuid, %s::date, %s::bytea, %s::uuid)"
    return UUID(str(statement.value(session.login, sql, [session.secret, pool, day, half, key])))


def commit_day(*, pool: UUID, day: date, half: bytes, session: Session, key: UUID) -> UUID:
    """
    Commit the supervisor's half over the same roster. From now on chance can act for this day.

    Refuses: not_now draw.not_opened (the centre has not committed); malformed draw.malformed; conflict draw.already_committed,
    key.reused; forbidden move.of_another_link, move.of_another_role (not a supervisor), hat.second (the same person).
    Records: draw.committed.
    """
    sql = "select record_draw_commit(%s, %s::uuid, %s::date, %s::bytea, %s::uuid)"
    return UUID(str(statement.value(session.login, sql, [session.secret, pool, day, half, key])))


def reveal_days() -> int:
    """
    Publish both halves of every day that is over, so that strangers can draw again. Returns how many days.

    Records: draw.revealed, once for each pool and day.
    """
    return int(statement.value("worker", "select record_draw_reveal()"))


def public_day(*, day: date, login: str = "public") -> list[dict[str, Any]]:
    """Return all that the public may know of a day's draws, one entry for each pool; what `pure.draw_check` recomputes."""
    return list(statement.document(login, "select record_draw_public(%s::date)", [day]))


def roster(*, day: date, session: Session) -> list[dict[str, Any]]:
    """
    Return who stands behind each pseudonym of a day.

    Refuses: forbidden move.of_another_role, move.of_another_link unless the session is a supervisor's.
    """
    return list(statement.document(session.login, "select record_roster(%s, %s::date)", [session.secret, day]))


def today() -> date:
    """Return the city's day by the database's clock."""
    found = statement.value("public", "select registry_today()")
    return found if isinstance(found, date) else date.fromisoformat(str(found))
