"""Every version of an item: when it was in force, by which revision, and what it says. Table: registry_item."""

from collections.abc import Sequence
from typing import Final

from yimen.pure.item_rules import Whole, whole_of
from yimen.record import statement

_LISTED: Final = """
    select i.version, i.name_zh, i.name_en, i.published_at, i.ended_at, i.revision::text,
           exists (select 1 from registry_in_force f where f.id = i.id) as in_force
    from registry_item i where i.code = %s and (%s::int is null or i.version < %s::int) order by i.version desc limit %s::int
"""
_ROWS: Final = """
    select i.version, i.rows from registry_item i where i.code = %s and i.version = any (%s::int[]) and i.rows ? 'items'
"""


def listed(*, code: str, before: int | None = None, limit: int = 50) -> list[statement.Row]:
    """
    Return the versions of an item, the last first: version, name_zh/en, published_at, ended_at, revision (none: it came with an entry),
    in_force. One that is to come is among them.
    """
    return statement.rows("registry", _LISTED, [code, before, before, limit])


def rows_at(*, code: str, versions: Sequence[int]) -> dict[int, Whole]:
    """Return what versions of an item say, those of them that have rows."""
    found = statement.rows("registry", _ROWS, [code, list(versions)])
    return {one["version"]: whole_of(statement.read_json(one["rows"])) for one in found}
