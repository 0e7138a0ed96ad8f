"""What the keeper reads and opens: the public fields of a case's events, the database's time, and the key store."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from yimen.gateways.keystore import FileKeyStore, KeyStore
from yimen.pure.chain import Event
from yimen.record import statement

LOGIN = "keeper"
_CHAIN = """
    select stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key
    from record_event where stream = %s::uuid order by number
"""


def key_store() -> KeyStore:
    return FileKeyStore(settings.KEYS_DIR)


def read_chain(stream: UUID) -> list[Event]:
    """The public fields of a case's events, from the first to the last."""
    found = statement.rows(LOGIN, _CHAIN, [stream])
    return [
        Event(**{**row, "prev": bytes(row["prev"]), "hash": bytes(row["hash"]), "mark": bytes(row["mark"])})
        for row in found
    ]


def database_time() -> datetime:
    moment: datetime = statement.value(LOGIN, "select now() + ahead from record_clock")
    return moment
