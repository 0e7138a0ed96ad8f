"""Every event that can start a clock has the words that explain its date; none is explained by another's."""

import re
from datetime import date
from typing import Any

import pytest

import town as towns
from yimen.casework import due
from yimen.casework.due import ORDER, explained

FRIDAY = "2026-11-20"


def starting() -> set[str]:
    """The kinds of events whose effect in the database, by itself or through another function, starts a clock."""
    with towns.testing_city_owner() as owner:
        bodies: dict[str, str] = dict(
            owner.execute("select proname, coalesce(prosrc, '') || coalesce(pg_get_functiondef(oid), '') from pg_proc "
                          "where pronamespace = 'public'::regnamespace and prokind = 'f' and proname like 'casework%'").fetchall()
        )  # fmt: skip
        found = {"casework_start_clocks"}
        while more := {name for name, body in bodies.items() if set(re.findall(r"casework_\w+", body)) & found} - found:
            found |= more
        kinds = {
            kind for kind, effect in owner.execute("select kind, effect from record_move").fetchall() if effect in found
        }
        waits = {waits for (waits,) in owner.execute("select waits from record_purpose").fetchall()} & found
    return kinds | ({"case.draw_waits"} if waits else set())


def test_every_event_that_starts_a_clock_is_known() -> None:
    assert starting() == due.STARTS.keys() | {"case.draw_waits"}


# Which words stand in the sentence, by the clock and by the events that led to it.
WALK: list[tuple[str, list[str], str]] = [
    ("acceptance", ["case.submitted"], "收到申请材料之日"),
    ("acceptance", ["case.taken"], "收到申请材料之日"),
    ("correction", ["case.submitted", "case.correction_asked"], "告知补正之日"),
    ("acceptance", ["case.submitted", "case.correction_asked", "case.corrected"], "收到补正材料之日"),
    ("acceptance", ["case.taken", "case.correction_asked", "case.corrected_at_window"], "收到补正材料之日"),
    ("promise", ["case.submitted", "case.accepted"], "受理日"),
    ("statutory", ["case.submitted", "case.deemed_accepted"], "收到申请材料之日"),
    ("statutory", ["case.submitted", "case.corrected", "case.deemed_accepted"], "收到补正材料之日"),
    ("link", ["case.submitted", "case.deemed_accepted"], "转入审查之日"),
    ("link", ["case.accepted", "case.examined"], "审查完成之日"),
    ("link", ["case.examined", "case.sent_back"], "退回重新审查之日"),
    ("service", ["case.granted"], "作出决定之日"),
    ("service", ["case.denied"], "作出决定之日"),
    ("collection", ["certificate.sealed"], "证照制成之日"),
    *(("collection", [f"certificate.{one}"], "结果送达之日") for one in ("delivered", "arrival_noted", "handed_over", "collected_late")),
    *(("collection", [f"certificate.{one}"], "邮件退回窗口之日") for one in ("returned", "return_noted")),
    ("collection", ["certificate.loss_noted"], "登记邮件遗失之日"),
    ("promise", ["case.submitted", "case.accepted", "case.draw_waits"], "受理日"),
    ("promise", ["case.taken", "case.deemed_accepted", "case.draw_waits"], "收到申请材料之日"),
    ("promise from receipt", ["case.taken", "case.accepted", "case.draw_waits"], "收到申请材料之日"),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "kinds", "words"), WALK)
def test_a_date_is_explained_by_what_it_counts_from(clock: str, kinds: list[str], words: str) -> None:
    name, _, receipt = clock.partition(" from ")
    events = [{"number": n, "kind": kind, "at": f"{FRIDAY}T02:00:00+00:00"} for n, kind in enumerate(kinds, 1)]
    running: dict[str, Any] = {"starts_on": FRIDAY, "amount": 3, "unit": "W", "due_on": "2026-11-25", "provisional": False,
                               "started": len(kinds), "stopped_on": None, "paused_on": None, "paused_days": 0, "extended": 0}  # fmt: skip
    limits = {"promise": {"starts": "received" if receipt else "accepted"}}
    view = {"today": FRIDAY, "events": events, "clocks": {name: running}, "item": {"body": {"limits": limits}}}
    (told,) = explained(view, login="public")
    assert (name in ORDER, told.due) == (True, date(2026, 11, 25))
    assert words in told.why.zh


def test_the_walk_leaves_out_no_event() -> None:
    assert {kinds[-1] for _clock, kinds, _words in WALK} == starting()
