"""What became of messages, for supervisors: who was told when, and which mail did not arrive. No address is read here."""

from typing import Any
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Session


def messages_of(*, case: UUID, session: Session) -> list[dict[str, Any]]:
    """
    Return the mails of a case in the order of its events: number, kind, state, reply, tries, settled_at; `told` people, `read` of them.

    Refuses: forbidden move.of_another_link unless the session is one of oversight.
    """
    sql = """
        select n.number, n.kind, count(*)::int as told, count(n.read_at)::int as read, m.state, m.reply, m.tries, m.settled_at
        from casework_notice n left join casework_mail m on m.stream = n.stream and m.number = n.number
        where n.stream = %s::uuid and record_session_who(%s) ->> 'role' = 'supervisor'
        group by n.number, n.kind, m.state, m.reply, m.tries, m.settled_at order by n.number
    """
    return statement.rows(session.login, sql, [case, session.secret])
