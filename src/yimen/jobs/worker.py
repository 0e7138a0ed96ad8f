"""What follows from events without a person: the order of the record, delivery, closing, and the end of a day of draws."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from yimen.casework import clocks, delivery
from yimen.jobs import outside
from yimen.record import draws, order, statement
from yimen.record.events import WORKER, append
from yimen.record.refusal import Refusal

LOGIN = "worker"
PAUSE = 0.15
EACH_SECOND = 1.0
EACH_MINUTE = 60.0
AGAIN = 10.0  # seconds until what failed is tried again
ARRIVED: Final = ("certificate.delivered", "certificate.arrival_noted", "certificate.handed_over")
FOLLOWED: Final = ("certificate.sealed", *ARRIVED, "case.denied")
_STANDS: Final = """
    select s.head, (select e.facts::jsonb ->> 'delivery' from record_event e where e.stream = s.id and e.number = 1) as way
    from record_stream s where s.id = %s::uuid
"""
log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Follow the record until told to stop. When the database is away, wait for it; nothing is lost."""
    rounds = (
        step,
        Every(AGAIN, retry),
        Every(AGAIN, what_time_brings),
        Every(EACH_SECOND, clocks.recount),
        Every(EACH_MINUTE, draws.reveal_days),
        Every(EACH_MINUTE, lay_down_days),
        Every(EACH_MINUTE, look_at_open_cases),
    )
    asking = threading.Thread(target=_ask_outside, args=(stop,), name="outside", daemon=True)
    asking.start()
    while not stop.wait(PAUSE):
        for each in rounds:
            patiently(LOGIN, each)
    asking.join(outside.LONGEST)


def _ask_outside(stop: threading.Event) -> None:
    """Ask gateways in a thread of its own: one that hangs holds up nothing else."""
    while not stop.wait(outside.PAUSE):
        patiently(LOGIN, outside.rounds)
    order.close(login=LOGIN)


def step() -> int:
    """Give new events their place, and handle those that have one. Returns how many were handled."""
    order.sequence()
    return order.read(name="delivery", login=LOGIN, handle=handle)


def retry() -> None:
    """Try parked events again."""
    order.retry_parked(name="delivery", login=LOGIN, handle=handle)


def handle(event: dict[str, Any]) -> None:
    """Deliver what was sealed for the desk, close what is over. Doing it again changes nothing."""
    if event["kind"] not in FOLLOWED:
        return
    case = statement.row(LOGIN, _STANDS, [event["stream"]])
    if event["kind"] == "certificate.sealed" and case["way"] == "electronic":
        delivery.deliver(case=event["stream"], after=case["head"])
    elif event["kind"] in ARRIVED:
        delivery.close(case=event["stream"], after=case["head"])
    elif event["kind"] == "case.denied":
        delivery.close(case=event["stream"], after=case["head"], result="denied")


def what_time_brings() -> None:
    """Draw what could not be drawn, and write down what the law brought about: deemed acceptance, corrections that never came."""
    statement.value(LOGIN, "select record_draw_waiting()")
    statement.value(LOGIN, "select record_rehome()")
    for due in statement.rows(LOGIN, "select * from casework_overdue()"):
        facts = json.loads(due["facts"]) if isinstance(due["facts"], str) else due["facts"]
        key = uuid5(NAMESPACE_URL, f"{due['stream']}/{due['kind']}/{due['head']}")
        try:
            append(stream=due["stream"], after=due["head"], kind=due["kind"], session=WORKER, facts=facts, key=key)
        except Refusal as refusal:  # someone moved it meanwhile; the next round looks again
            log.warning("%s: %s %s", due["kind"], refusal.code, due["stream"])


def lay_down_days() -> None:
    """Lay down where the numbers of the coming days begin, so that the first filing of a day holds up no other."""
    statement.value(LOGIN, "select casework_lay_down_days()")


def look_at_open_cases() -> None:
    """Once in each hour, whichever worker comes first: does every open case have a responsible person and its due dates?"""
    if lacking := statement.value(LOGIN, "select oversight_look()"):
        log.warning(
            "%s open cases lack a responsible person or a due date; `yimen check` and the supervisor's page name them",
            lacking,
        )


class Every:
    """Run something at once, and then whenever so many seconds have passed."""

    def __init__(self, seconds: float, what: Callable[[], object]) -> None:
        self._seconds, self._what = seconds, what
        self._due = 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._due:
            self._what()
            self._due = time.monotonic() + self._seconds


def patiently(login: str, what: Callable[[], object]) -> None:
    """Do one round. Whatever fails is told in the log, and the next round tries again on a fresh connection."""
    try:
        what()
        return
    except Refusal as refusal:
        log.warning("%s: %s", login, refusal.code)
    except Exception:  # whatever it was, the process goes on: the next round begins where this one did
        log.exception("%s: a round failed", login)
    order.close(login=login)
    time.sleep(1)
