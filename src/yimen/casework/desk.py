"""The desk of a person: over all her cases, what is asked of her now, what she was given, and who opened her papers."""

from typing import Any

from yimen.record import statement
from yimen.record.events import Session


def desk(*, session: Session, limit: int = 5) -> dict[str, Any]:
    """
    Return, over all the cases of a person: `asked` (what, by when, with the clock that says so), `given` (certificates and papers),
    `readings` (who, by role, opened what), `mandates` (how many live), `proof` (how her identity was proven) and `today`.

    `limit` is how many of the given papers and of the readings, the last first; what is asked is never cut.

    Refuses: forbidden move.of_another_role (a post's session).
    """
    return dict(statement.document(session.login, "select casework_desk(%s, %s::int)", [session.secret, limit]))
