"""
The days of the draws as the two who commit to them see them: which halves are laid down, and, for supervisors, who is
behind each pseudonym.
"""

from datetime import date
from typing import Any, Final

from yimen.record import statement
from yimen.record.events import Session

AHEAD: Final = 7

_DAY: Final = """
    select jsonb_build_object(
        'coming', record_draw_coming(%(secret)s, %(ahead)s),
        'day', coalesce(%(day)s::date, registry_today()),
        'people', record_roster(%(secret)s, coalesce(%(day)s::date, registry_today())),
        'public', record_draw_public(coalesce(%(day)s::date, registry_today())))
"""


def coming(*, session: Session) -> dict[str, Any]:
    """
    Return today and the coming days with which halves are laid down, to a manager of the pools of her places, to a supervisor
    of every pool: {today, pools}.

    Refuses: forbidden move.of_another_role unless the session is a manager's or a supervisor's.
    """
    return dict(statement.document(session.login, "select record_draw_coming(%s, %s)", [session.secret, AHEAD]))


def day_of_draws(*, day: date | None, session: Session) -> dict[str, Any]:
    """
    Return one day (today if none is given) with its people behind the pseudonyms and its public draws, and the coming days.

    Refuses: forbidden move.of_another_role unless the session is a supervisor's.
    """
    return dict(statement.document(session.login, _DAY, {"secret": session.secret, "day": day, "ahead": AHEAD}))
