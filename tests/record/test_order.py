"""The one order of all events: whatever happens between, a reader neither skips nor repeats."""

import random
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import testing_city
import town as towns
from yimen.record import order

SAVE = "select casework_file(%s, %s, %s)"


def events(ask: Callable[..., Any]) -> set[tuple[UUID, int]]:
    return set(ask("oversight", "select stream, number from record_event"))


def places(ask: Callable[..., Any]) -> list[tuple[UUID, int]]:
    rows = ask("oversight", "select place, stream, number from record_place order by place")
    assert [place for place, _, _ in rows] == list(range(1, len(rows) + 1))
    return [(stream, number) for _, stream, number in rows]


class Reader:
    """An idempotent reader as worker and keeper have; remembers what it was handed."""

    def __init__(self, name: str = "delivery") -> None:
        self.name, self.seen = name, list[tuple[UUID, int]]()

    def read(self) -> None:
        while order.read(name=self.name, login="worker", handle=lambda e: self.seen.append((e["stream"], e["number"]))):
            pass


def test_eight_writers_a_sequencer_and_a_reader_at_once(connect: Any, ask: Any) -> None:
    order.sequence()
    reader = Reader()
    reader.read()
    before = len(reader.seen)
    town = towns.town(roles={"clerk": 8, "examiner": 8})
    drafts = [[town.drafted() for _ in range(6)] for _ in range(8)]
    secret = town.applicant.session.secret
    writing = threading.Barrier(9)
    done = threading.Event()

    def write(mine: list[UUID]) -> None:
        chance = random.Random(str(mine[0]))  # noqa: S311 - only how long a writer waits
        with psycopg.connect(testing_city.uri("public"), autocommit=True) as link:
            writing.wait()
            for one in mine:
                with link.transaction(force_rollback=chance.random() < 0.2):
                    link.execute(SAVE, [secret, one, uuid4()])
                    done.wait(chance.random() / 100)

    threads = [threading.Thread(target=write, args=[mine]) for mine in drafts]
    for thread in threads:
        thread.start()
    writing.wait()
    while any(thread.is_alive() for thread in threads):
        order.sequence()
        reader.read()
    order.sequence()
    reader.read()
    assert set(places(ask)) == events(ask)
    assert len(reader.seen) == len(set(reader.seen))
    assert reader.seen[before:] == places(ask)[-(len(reader.seen) - before) :]
    order.close(login="worker")


def test_a_long_open_transaction_holds_places_back_and_is_not_passed_over(connect: Any, ask: Any) -> None:
    town = towns.town()
    slow, quick = town.drafted(), town.drafted()
    order.sequence()
    link = connect("public")
    link.execute("begin")
    link.execute(SAVE, [town.applicant.session.secret, slow, uuid4()])
    # Another town files meanwhile, under a transaction that began later and commits earlier.
    other = towns.town()
    later = other.filed()
    order.sequence()
    assert (later, 1) not in places(ask)
    assert quick
    link.execute("commit")
    order.sequence()
    found = places(ask)
    assert found.index((slow, 1)) < found.index((later, 1))
    assert set(found) == events(ask)


def test_places_follow_each_stream(ask: Any) -> None:
    case = towns.town().brought_to("granted")
    order.sequence()
    assert [number for stream, number in places(ask) if stream == case] == list(range(1, 8))


def test_what_fails_is_parked_and_tried_again_until_it_is_done(ask: Any) -> None:
    case = towns.town().filed()
    order.sequence()
    seen: list[int] = []

    def fails(event: dict[str, Any]) -> None:
        seen.append(event["number"])
        if event["stream"] == case:
            raise ValueError("the printer is on fire")

    while order.read(name="delivery", login="worker", handle=fails):
        pass
    parked = "select p.number, k.tries, k.error from record_parked k join record_place p on p.place = k.place where p.stream = %s order by 1"
    assert ask("worker", parked, case) == [(n, 1, "ValueError: the printer is on fire") for n in (1, 2)]
    assert order.retry_parked(name="delivery", login="worker", handle=fails) == 2
    assert [tries for _, tries, _ in ask("worker", parked, case)] == [2, 2]
    assert order.retry_parked(name="delivery", login="worker", handle=lambda _: None) == 0
    assert ask("worker", parked, case) == []
    order.close(login="worker")


def test_a_cursor_is_moved_by_its_own_link_from_where_it_stands(ask: Any) -> None:
    order.sequence()
    (place,) = ask("worker", "select place from record_cursor where name = 'delivery'")[0]
    for login, start, end in (
        ("keeper", place, place + 1),
        ("worker", place - 1, place + 1),
        ("worker", place, place - 1),
    ):
        with pytest.raises(psycopg.Error, match=r"cursor\.moved_meanwhile"):
            ask(login, "select record_advance('delivery', %s::bigint, %s::bigint)", start, end)
    assert ask("keeper", "select record_park('delivery', 1, 'x')") == [(None,)]
