"""
The days of the draws as the two who commit to them see them: which halves are laid down, and, for supervisors, who is
behind each pseudonym.
"""

from datetime import date
from typing import Any, Final

from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal

AHEAD: Final = 7

# Every pool with people whom chance may pick, and the coming days, with what is laid down for each.
_COMING: Final = """
    select jsonb_build_object(
        'who', record_session_who(%(secret)s), 'today', registry_today(),
        'pools', (select coalesce(jsonb_agg(jsonb_build_object(
                'pool', p.pool, 'name_zh', coalesce(c.name_zh, a.name_zh), 'name_en', coalesce(c.name_en, a.name_en),
                'days', (select jsonb_agg(jsonb_build_object('day', n.day::date::text, 'opened', d.pool is not null,
                                'committed', d.supervisor_commitment is not null,
                                'digest', encode(d.roster_digest, 'hex')) order by n.day)
                         from generate_series(registry_today()::timestamp, registry_today()::timestamp + make_interval(days => %(ahead)s::int), '1 day') n (day)
                         left join record_draw_day d on d.pool = p.pool and d.day = n.day::date)
                ) order by a.code nulls last, c.code), '[]')
            from (select distinct coalesce(centre, agency) as pool from registry_post
                  where ended_at is null and role in ('clerk', 'examiner', 'decider', 'maker', 'custodian')) p
            left join registry_centre c on c.id = p.pool
            left join registry_agency a on a.id = p.pool))
"""
_DAY: Final = """
    select jsonb_build_object(
        'coming', ({coming}),
        'day', coalesce(%(day)s::date, registry_today()),
        'people', record_roster(%(secret)s, coalesce(%(day)s::date, registry_today())),
        'public', record_draw_public(coalesce(%(day)s::date, registry_today())))
"""


def coming(*, session: Session) -> dict[str, Any]:
    """
    Return today and the coming days of every pool, with which halves are laid down: {who, today, pools}.

    Refuses: forbidden move.of_another_role unless the session is a manager's or a supervisor's.
    """
    found = dict(statement.document(session.login, _COMING, {"secret": session.secret, "ahead": AHEAD}))
    if found["who"]["role"] not in ("manager", "supervisor"):
        raise Refusal("forbidden", "move.of_another_role")
    return found


def day_of_draws(*, day: date | None, session: Session) -> dict[str, Any]:
    """
    Return one day (today if none is given) with its people behind the pseudonyms and its public draws, and the coming days.

    Refuses: forbidden move.of_another_role unless the session is a supervisor's.
    """
    sql = _DAY.format(coming=_COMING)
    return dict(statement.document(session.login, sql, {"secret": session.secret, "day": day, "ahead": AHEAD}))
