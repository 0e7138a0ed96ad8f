"""The signed minutes: the running hash over all events, as the keeper signed it. Table: record_minute."""

from yimen.record import statement

_SQL = """
    select m.place, encode(m.running, 'hex') as running, m.at, encode(m.signature, 'hex') as signature
    from record_minute m where %s::bigint is null or m.place < %s::bigint order by m.place desc limit %s::int
"""


def minutes(*, before: int | None = None, limit: int = 60) -> list[statement.Row]:
    """Return the minutes, the last first: place, running, at, signature; `before` is the last place seen."""
    return statement.rows("public", _SQL, [before, before, min(limit, 500)])
