"""A reader of the record that tells the applicant's side what happened, and hands over the mail beside it."""

import logging
import threading
from functools import cache, partial
from typing import Any, Final

from django.conf import settings

from yimen.casework import notice
from yimen.gateways.message import messages
from yimen.jobs import mail
from yimen.jobs.worker import AGAIN, EACH_MINUTE, LOGIN, Every, patiently
from yimen.record import order

PAUSE: Final = 0.5
log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Tell and mail until told to stop. It runs beside the worker, so that a slow mail server holds up nothing else."""
    gateway = messages(settings.SMTP)
    log.info(gateway.says)
    rounds = (step, Every(AGAIN, retry), Every(EACH_MINUTE, notice.recover), partial(mail.deliver, gateway))
    try:
        while not stop.wait(PAUSE):
            for each in rounds:
                patiently(LOGIN, each)
    finally:
        order.close(login=LOGIN)


def step() -> int:
    """Turn the next events into notices. Returns how many events were looked at."""
    return order.read(name="notices", login=LOGIN, handle=handle)


def retry() -> None:
    """Try parked events again."""
    order.retry_parked(name="notices", login=LOGIN, handle=handle)


def handle(event: dict[str, Any]) -> None:
    """Tell of one event, if it is one that is told. Doing it again changes nothing."""
    if event["kind"] in told_kinds():
        notice.notify(stream=event["stream"], number=event["number"])


@cache
def told_kinds() -> frozenset[str]:
    """What is told, asked once: a new version of the service level comes with a new version of the program."""
    return notice.told_kinds()
