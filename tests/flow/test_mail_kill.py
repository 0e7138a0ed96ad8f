"""
Kill -9 at random moments over the process that mails, while a mail server remembers every Message-ID.

In the end none came twice, none is lost, and what nobody can know stands there as uncertain: never more than one for each kill.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import mailing
import testing_city
import town as towns
from yimen.casework import notice
from yimen.record import statement

CASES = 16
KILLS = 3
PATIENCE = 40
SENDING = """
import django; django.setup()
import threading
from yimen.jobs import notices
print("running", flush=True)
notices.run(threading.Event())
"""


def later() -> None:
    """Let the minutes pass after which a claim counts as left behind."""
    with towns.testing_city_owner() as owner:
        owner.execute("update record_clock set ahead = ahead + interval '11 minutes'")


def started(port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "YIMEN_STATE": str(testing_city.current().state),
        "YIMEN_LOGINS": "worker",
        "YIMEN_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
    }
    process = subprocess.Popen([sys.executable, "-c", SENDING], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"running\n"
    return process


def kill_when(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    if reached():
        process.kill()


def has_taken(server: mailing.MailServer, enough: int) -> bool:
    return len(server.taken) >= enough


def wait_until(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until, states()
        time.sleep(0.02)


def states() -> Counter[str]:
    return Counter({row["state"]: row["n"] for row in statement.rows("worker", "select state, count(*)::int as n from casework_mail group by state")})  # fmt: skip


def tokens(state: str) -> set[str]:
    rows = statement.rows("worker", "select token from casework_mail where state = %s", [state])
    return {f"<{row['token'].hex}@127.0.0.1>" for row in rows}


def test_none_is_sent_twice_and_none_is_lost(clone: Callable[[], testing_city.City]) -> None:
    clone()
    chance = random.Random(20261125)  # noqa: S311 - only when to kill
    town = towns.town(roles={"clerk": 2})
    for n in range(CASES):
        town.accept(town.filed(form={"contact_email": f"lin-{n}@example.org"}))
    mailing.tell()
    with mailing.mail_server() as server:
        for number in range(KILLS):
            process = started(server.port)
            enough = len(server.taken) + 1 + chance.randrange(3)
            if number % 2:  # exactly between the last line and the answer to it
                server.pause = partial(kill_when, process, partial(has_taken, server, enough))
            else:
                server.pause = lambda: time.sleep(chance.random() / 50)
                wait_until(partial(has_taken, server, enough))
                time.sleep(chance.random() / 20)
                process.kill()
            process.wait(PATIENCE)
            later()
            notice.recover()
        server.pause = bool
        last = started(server.port)
        wait_until(lambda: not {"waiting", "claimed", "handing"} & states().keys())
        last.kill()
        last.wait()
    came = Counter(one.id for one in server.taken)
    sent, uncertain = tokens("sent"), tokens("uncertain")
    assert [one for one, times in came.items() if times > 1] == []
    assert sent | uncertain >= set(came) >= sent
    assert len(sent) + len(uncertain) == CASES
    assert KILLS // 2 <= len(uncertain) <= KILLS
    assert states().total() == CASES


def test_a_process_that_dies_before_the_last_line_has_sent_nothing_and_after_it_nobody_knows(
    clone: Callable[[], testing_city.City],
) -> None:
    """The two sides of the one moment, each stopped exactly there."""
    clone()
    town = towns.town()
    case = town.filed(form={"contact_email": "lin@example.org"})
    town.accept(case)
    mailing.tell()
    claimed: Any = notice.claim()
    assert notice.claim() is None  # nobody else gets it
    assert notice.recover() == 0  # nor before its time
    later()
    assert notice.recover() == 1
    assert states() == {"waiting": 1}
    again: Any = notice.claim()
    assert not notice.hand_over(mail=claimed)  # who was away too long has lost it, and gives nothing away
    assert notice.hand_over(mail=again)
    notice.settle(mail=claimed, outcome="sent", reply="250")
    assert states() == {"handing": 1}
    later()
    notice.recover()
    assert states() == {"uncertain": 1}
    assert notice.claim() is None
    assert notice.mine(session=town.applicant.again())[0]["mail"] == "uncertain"

    notice.settle(mail=again, outcome="later", reply="421")  # it lived after all, and knows what nobody else does
    assert states() == {"waiting": 1}
