"""The service level says of every kind of event whether it is told, and has words for all it tells."""

from collections.abc import Callable

import psycopg

from yimen.pure.notice_words import DATES, NOTICES, WHYS
from yimen.web.messages import MAILED, WHEN
from yimen.web.words import EVENTS

Connect = Callable[[str], psycopg.Connection]


def test_every_kind_of_event_is_told_or_has_a_reason_why_not(connect: Connect) -> None:
    link = connect("oversight")
    kinds = {kind for (kind,) in link.execute("select kind from record_move union select kind from record_purpose")}
    level = link.execute(
        "select kind, told, mailed, why, clocks from casework_notice_policy"
        " where version = (select max(version) from casework_notice_policy)"
    ).fetchall()
    assert {kind for kind, *_ in level} == kinds
    assert {kind for kind, told, *_ in level if told != "never"} == set(NOTICES)
    assert {why for *_, why, _ in level} == set(WHYS)
    assert {told for _, told, *_ in level} | {mailed for _, _, mailed, *_ in level} == set(WHEN)
    assert {clock for *_, clocks in level for clock in clocks} == set(DATES)
    assert set(NOTICES) <= set(EVENTS)


def test_what_is_told_has_words_in_both_languages() -> None:
    words = [one for wording in NOTICES.values() for one in (wording.title, wording.text)]
    for chinese, english in [*words, *WHYS.values(), *DATES.values()]:
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese), chinese
        assert english.isascii(), english


def test_every_state_of_a_mail_has_words(connect: Connect) -> None:
    (rule,) = connect("owner").execute(
        "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'casework_mail'::regclass and conname ~ 'state'"
    ).fetchone() or ("",)
    assert {one for one in MAILED if f"'{one}'" in rule} == set(MAILED)
    assert rule.count("'") == 2 * len(MAILED)
