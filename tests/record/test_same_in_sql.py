"""The database and the pure calculation agree, byte for byte: what strangers recompute is what was done."""

import hashlib
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from yimen.casework.form import check_form
from yimen.pure.chain import Event, event_hash, mark
from yimen.pure.draw import commitment, draw
from yimen.pure.framing import frame
from yimen.record.refusal import Refusal

STREAM = UUID("00000000-0000-4000-8000-000000000001")
PERSON = UUID("00000000-0000-4000-8000-0000000000a1")
HALF = hashlib.sha256(b"half").digest()


@pytest.fixture
def ask(connect: Callable[[str], psycopg.Connection]) -> Callable[..., Any]:
    connection = connect("owner")

    def one(query: str, *params: object) -> Any:
        row = connection.execute(query, params).fetchone()
        assert row is not None
        return row[0]

    return one


def test_frames_agree(ask: Callable[..., Any]) -> None:
    for text in ("", "case.granted", "长春示范市", "\U00020000"):
        assert bytes(ask("select record_frame(%s::text)", text)) == frame(text)


def test_draws_agree_whatever_the_number_of_candidates(ask: Callable[..., Any]) -> None:
    chance = random.Random(2026)  # noqa: S311 - the same inputs every time, nothing is drawn for anybody
    for _ in range(2000):
        seed, lot = chance.randbytes(32), chance.randbytes(32)
        ordinal, count = chance.randint(1, 9), chance.choice([1, 2, 3, 7, 10, 97])
        purpose = chance.choice(["counter", "examiner", "second_custodian"])
        index = ask("select record_pick(%s, %s, %s, %s::bigint, %s::bigint)", seed, lot, purpose, ordinal, count)
        candidates = [f"{number:012x}" for number in range(count)]
        drawn = draw(seed=seed, lot=lot, purpose=purpose, ordinal=ordinal, candidates=candidates)
        assert drawn.index == index


def test_commitments_and_marks_agree(ask: Callable[..., Any]) -> None:
    query = "select record_half_commitment(%s, %s, %s, %s)"
    for side in ("centre", "supervisor"):
        committed = commitment(pool=STREAM, day=date(2026, 9, 8), side=side, half=HALF)
        assert bytes(ask(query, STREAM, date(2026, 9, 8), side, HALF)) == committed
    assert bytes(ask("select record_mark(%s, %s)", STREAM, PERSON)) == mark(stream=STREAM, person=PERSON)


@pytest.mark.parametrize("key", [None, PERSON])
@pytest.mark.parametrize("by", [b"", mark(stream=STREAM, person=PERSON)])
def test_event_hashes_agree(ask: Callable[..., Any], key: UUID | None, by: bytes) -> None:
    event = Event(
        stream=STREAM,
        number=3,
        kind="case.accepted",
        at=datetime(2026, 9, 18, 1, 2, 3, 456_789, tzinfo=UTC),
        login="counter",
        facts='{"受理": true}',
        prev=HALF,
        hash=b"",
        mark=by,
        role="clerk" if by else "",
        hat="counter" if by else "",
        key=key,
    )
    found = ask(
        "select record_hash(%s, %s::bigint, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        *(event.stream, event.number, event.prev, event.kind, event.at, event.mark),
        *(event.role, event.hat, event.login, event.key, event.facts),
    )
    assert bytes(found) == event_hash(event)


@pytest.mark.parametrize(
    "address",
    ["lin@example.org", "a.b+c=d@x-y.example.cn", "{|}~@a.b", "林@example.org", "lin@示范.cn", "a@b", "a@b..c", "a@-b.cn", "a@b-.cn", "@b.cn",
     "a b@c.cn", "a@b.cn\n", "a\n@b.cn", f"{'a' * 64}@b.cn", f"{'a' * 65}@b.cn", f"a@{'b' * 249}.cn", f"a@{'b' * 250}.cn", "<a@b.cn>", "a@b_c.cn"],
)  # fmt: skip
def test_page_and_database_take_the_same_addresses(address: str, ask: Callable[..., Any]) -> None:
    item = {"form": [{"name": "email", "type": "email", "max_length": 300}]}
    try:
        check_form(item, {"email": address})
        taken = True
    except Refusal:
        taken = False
    assert taken == ask("select casework_address_can_be(%s)", address)
