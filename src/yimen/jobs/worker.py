"""What follows from events without a person: the order of the record, delivery, closing, and the end of a day of draws."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from yimen.casework import delivery
from yimen.record import draws, order
from yimen.record.refusal import Refusal

LOGIN = "worker"
PAUSE = 0.15
EACH_MINUTE = 60.0
AGAIN = 10.0  # seconds until what failed is tried again
log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Follow the record until told to stop. When the database is away, wait for it; nothing is lost."""
    rounds = (step, Every(AGAIN, retry), Every(EACH_MINUTE, draws.reveal_days))
    while not stop.wait(PAUSE):
        for each in rounds:
            patiently(LOGIN, each)


def step() -> int:
    """Give new events their place, and handle those that have one. Returns how many were handled."""
    order.sequence()
    return order.read(name="delivery", login=LOGIN, handle=handle)


def retry() -> None:
    """Try parked events again."""
    order.retry_parked(name="delivery", login=LOGIN, handle=handle)


def handle(event: dict[str, Any]) -> None:
    """Deliver what was sealed, close what was delivered. Doing it again changes nothing."""
    if event["kind"] == "certificate.sealed":
        delivery.deliver(case=event["stream"], after=event["number"])
    elif event["kind"] == "certificate.delivered":
        delivery.close(case=event["stream"], after=event["number"])


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
