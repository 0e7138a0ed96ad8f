from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from yimen.pure.chain import (
    FIRST_PREV,
    RUNNING_START,
    ChainBroken,
    Event,
    check_chain,
    check_hats,
    event_hash,
    mark,
    microseconds,
    running,
)

STREAM = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
APPLICANT = UUID("00000000-0000-4000-8000-0000000000a1")
CLERK = UUID("00000000-0000-4000-8000-0000000000a2")
KNOWN_HASH = "501641df411cad0ca787524d886748f025ad1a8bdab020d0ee7f65f21086c501"
START = datetime(2026, 9, 18, 1, 2, 3, 4, tzinfo=UTC)


def life() -> list[Event]:
    steps = [
        ("case.submitted", "public", APPLICANT, "applicant", "applicant"),
        ("case.counter_drawn", "public", None, "", ""),
        ("case.accepted", "counter", CLERK, "clerk", "counter"),
        ("case.examiner_drawn", "counter", None, "", ""),
    ]
    events: list[Event] = []
    prev = FIRST_PREV
    for number, (kind, login, person, role, hat) in enumerate(steps, start=1):
        event = Event(
            stream=STREAM,
            number=number,
            kind=kind,
            at=START + timedelta(minutes=number),
            login=login,
            facts=f'{{"n": {number}}}',
            prev=prev,
            hash=b"",
            mark=mark(stream=STREAM, person=person) if person else b"",
            role=role,
            hat=hat,
            key=OTHER if number == 1 else None,
        )
        event = replace(event, hash=event_hash(event))
        prev = event.hash
        events.append(event)
    return events


def rehashed(event: Event) -> Event:
    return replace(event, hash=event_hash(event))


def test_a_whole_chain_passes_and_meets_its_witness() -> None:
    events = life()
    check_chain(events)
    check_chain(events, head=events[-1].hash)


def test_the_hash_of_a_known_event_never_changes() -> None:
    assert event_hash(life()[0]).hex() == KNOWN_HASH


def test_microseconds_are_exact_and_the_zone_does_not_matter() -> None:
    at = datetime(2262, 4, 11, 23, 47, 16, 854_775, tzinfo=UTC)
    assert microseconds(at) == 9_223_372_036_854_775
    assert microseconds(at.astimezone(timezone(timedelta(hours=8)))) == microseconds(at)
    with pytest.raises(ValueError, match="zone"):
        microseconds(at.replace(tzinfo=None))


def test_a_mark_is_the_same_in_one_stream_and_another_elsewhere() -> None:
    assert mark(stream=STREAM, person=CLERK) == mark(stream=STREAM, person=CLERK)
    assert mark(stream=STREAM, person=CLERK) != mark(stream=OTHER, person=CLERK)
    assert mark(stream=STREAM, person=CLERK) != mark(stream=STREAM, person=APPLICANT)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "case.granted"},
        {"at": START},
        {"login": "decide"},
        {"facts": "{}"},
        {"mark": bytes(32)},
        {"role": "decider"},
        {"hat": "decider"},
        {"key": STREAM},
    ],
)
def test_every_field_changed_alone_is_found(change: dict[str, object]) -> None:
    events = life()
    events[2] = replace(events[2], **change)  # type: ignore[arg-type]  # any field
    with pytest.raises(ChainBroken) as broken:
        check_chain(events)
    assert (broken.value.number, broken.value.reason) == (3, "hash")


def test_an_event_rewritten_with_its_hash_is_found_at_the_next() -> None:
    events = life()
    events[1] = rehashed(replace(events[1], facts='{"n": 9}'))
    with pytest.raises(ChainBroken) as broken:
        check_chain(events)
    assert (broken.value.number, broken.value.reason) == (3, "prev")


def test_a_history_rewritten_to_its_end_is_found_by_the_witness() -> None:
    events = life()
    head = events[-1].hash
    events[-1] = rehashed(replace(events[-1], facts='{"n": 9}'))
    check_chain(events)
    with pytest.raises(ChainBroken) as broken:
        check_chain(events, head=head)
    assert (broken.value.number, broken.value.reason) == (4, "head")


def test_gaps_repeats_order_and_strangers_are_found() -> None:
    events = life()
    cases = {
        "gap": ([events[0], *events[2:]], 2, "number"),
        "cut at the front": (events[1:], 1, "number"),
        "twice": ([events[0], events[0]], 2, "number"),
        "swapped": ([events[0], events[2], events[1]], 2, "number"),
        "stranger": ([events[0], rehashed(replace(events[1], stream=OTHER))], 2, "stream"),
        "nothing": ([], 1, "empty"),
        "first with a past": ([rehashed(replace(events[0], prev=bytes([1]) * 32))], 1, "prev"),
        "short mark": ([rehashed(replace(events[0], mark=b"x"))], 1, "mark"),
        "no zone": ([replace(events[0], at=START.replace(tzinfo=None))], 1, "time"),
    }
    for name, (broken_events, number, reason) in cases.items():
        with pytest.raises(ChainBroken) as broken:
            check_chain(broken_events)
        assert (broken.value.number, broken.value.reason) == (number, reason), name


def test_hats_are_told_apart_by_marks_alone() -> None:
    events = life()
    assert set(check_hats(events).values()) == {"applicant", "counter"}
    events.append(replace(events[2], number=5, hat="decider"))
    with pytest.raises(ChainBroken) as broken:
        check_hats(events)
    assert (broken.value.number, broken.value.reason) == (5, "hat")


def test_the_running_hash_depends_on_every_event_and_their_order() -> None:
    one, two = (event.hash for event in life()[:2])
    assert running(running(RUNNING_START, one), two) != running(running(RUNNING_START, two), one)
    with pytest.raises(ValueError, match="32 bytes"):
        running(b"", one)
