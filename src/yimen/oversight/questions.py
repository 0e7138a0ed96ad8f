"""
Every question that `yimen check` puts to a running installation, in the order of the invariants, and what no question can show.

A question reads under the oversight login and from what is public; it changes nothing, and names no person.
"""

from collections.abc import Sequence
from typing import Final

from yimen.oversight.invariants import (
    certificates,
    chance,
    clocks,
    hats,
    items,
    readers,
    rights,
    seen,
    state,
    visits,
    whole,
)
from yimen.oversight.question import Question

INVARIANTS: Final = {
    1: "No state without a record",
    2: "The record only grows",
    3: "One person, one hat",
    4: "One login for each link",
    5: "Neither side alone",
    6: "Chance decides who serves, examines and decides",
    7: "Every open case has one responsible person and a due date",
    8: "The clock is the law's and the database's",
    9: "One item, one standard",
    10: "Asked once",
    11: "A retry never doubles, a crash never loses",
    12: "What I see in a list I may open, and the reverse",
    13: "The record holds no personal data",
    14: "A visit leaves a trace",
}

# What a look at an installation cannot tell: only tests of the program can.
ONLY_TESTS: Final = {
    1: "that no login can write a state",
    2: "that no login can change or delete an event; what the owner changed and changed back between two signatures is not seen",
    3: "that two persons on record are two human beings: an identity counted twice is not seen",
    4: "which processes hold which passwords: look at the machines",
    5: "that the keeper checks by itself before it signs; impressions are checked with the file in hand, by `yimen verify`",
    6: "that nobody but the two knew a seed before its day was over",
    8: "that the sentences which explain dates are true",
    9: "that every place shows the same version",
    10: "that everything which is held is offered, also when a correction is answered",
    11: "that a request sent again is answered from the record, and that a killed process loses nothing",
    12: "that lists and files show the same to everyone, and that no document is opened without a trace",
    13: "that hashes are salted; words in Latin letters that are a name are not seen",
    14: "that nobody is turned away before a visit is opened",
}

_REBUILT: Final = (
    "Somebody wrote to the database beside the platform. Find out who had the owner's login, and restore from a backup."
)
QUESTIONS: Final[Sequence[Question]] = (
    Question(
        name="state.replayed",
        invariant=1,
        asks="every stream stands where its events lead by the table of moves",
        todo=_REBUILT,
        ask=state.replayed,
        reads="streams",
    ),
    Question(
        name="record.whole",
        invariant=2,
        asks="chains, running hash and signed minutes are whole",
        todo="Run `yimen record check`, with the minutes you keep elsewhere. If it says the same, the history was rewritten.",
        ask=whole.whole,
        reads="record",
    ),
    Question(
        name="record.signed",
        invariant=2,
        asks="the keeper signed the head of the record within five minutes",
        todo="See that `yimen keeper` runs, and that it can open its keys and write its folder of minutes.",
        ask=whole.signed,
    ),
    Question(
        name="hats.single",
        invariant=3,
        asks="nobody wears two hats on one stream",
        todo=_REBUILT,
        ask=hats.single,
        reads="streams",
    ),
    Question(
        name="hats.marks",
        invariant=3,
        asks="every mark is that of one person, and hers",
        todo=_REBUILT,
        ask=hats.marks,
        reads="streams",
    ),
    Question(
        name="hats.kept",
        invariant=3,
        asks="the hats that the database guards are those of the events",
        todo=_REBUILT,
        ask=hats.kept,
        reads="streams",
    ),
    Question(
        name="rights.as_written",
        invariant=4,
        asks="the database gives exactly the rights of docs/privileges.md",
        todo="As an administrator of the database, revoke what is not written and grant what is missing.",
        ask=rights.as_written,
    ),
    Question(
        name="rights.enforced",
        invariant=4,
        asks="no constraint, trigger or index of the database is switched off",
        todo="As the owner, switch it on again; then run `yimen check` and look at what came in meanwhile.",
        ask=rights.enforced,
    ),
    Question(
        name="certificates.both",
        invariant=5,
        asks="every certificate has its signed grant, and three hands over the same decision and one seal",
        todo="Revoke that certificate, and find out how it came there: the platform cannot have made it.",
        ask=certificates.both,
        reads="streams",
    ),
    Question(
        name="certificates.signed",
        invariant=5,
        asks="a sample of decisions is signed under the agencies' keys",
        todo="Compare STATE/trust.json with the keeper's keys; if they agree, the decision was changed after it was signed.",
        ask=certificates.signed,
    ),
    Question(
        name="draws.committed",
        invariant=6,
        asks="both halves are laid down for today and tomorrow, wherever somebody is on duty",
        todo="The manager lays down the centre's half on /manager/, then a supervisor hers on /supervisor/roster/.",
        ask=chance.committed,
    ),
    Question(
        name="draws.recomputed",
        invariant=6,
        asks="drawn again, yesterday's and today's draws are as recorded",
        todo="Run `yimen draws check DAY`. Halves of past days are published by the worker: see that it runs.",
        ask=chance.recomputed,
    ),
    Question(
        name="draws.choice",
        invariant=6,
        asks="wherever chance draws there are two candidates at least",
        todo="Put more people on duty for that role; the next roster counts them.",
        ask=chance.a_choice,
    ),
    Question(
        name="cases.responsible",
        invariant=7,
        asks="every open case has a responsible person and a due date on each of its clocks",
        todo="Show it to the supervisor. Whoever was responsible and left: the centre's manager sees that the step is drawn anew.",
        ask=clocks.responsible,
    ),
    Question(
        name="originals.back",
        invariant=7,
        asks="no original lies here more than 30 days after its case was over",
        todo="Call the person. Whoever had the originals in hand has them on her list at the window.",
        ask=clocks.originals,
    ),
    Question(
        name="cases.looked_at",
        invariant=7,
        asks="the hourly check of all open cases runs",
        todo="See that `yimen worker` runs.",
        ask=clocks.hourly,
    ),
    Question(
        name="clocks.counted",
        invariant=8,
        asks="counted again by the calendar on record, every running clock ends when it says",
        todo="Somebody changed a clock or the calendar beside the platform: compare with the calendar that was confirmed.",
        ask=clocks.counted,
        reads="streams",
    ),
    Question(
        name="clocks.written",
        invariant=8,
        asks="what time brought is written down",
        todo="See that `yimen worker` runs. In law it has happened all the same.",
        ask=clocks.written,
    ),
    Question(
        name="items.in_force",
        invariant=9,
        asks="every case keeps the version in force when it was filed, and one version of each item is in force",
        todo=_REBUILT,
        ask=items.in_force,
        reads="streams",
    ),
    Question(
        name="items.as_confirmed",
        invariant=9,
        asks="every published version is word for word what two hands confirmed",
        todo="Compare the item with the entry that brought it (`yimen city entries`), and enter it anew by two hands.",
        ask=items.as_confirmed,
    ),
    Question(
        name="needless.counted",
        invariant=10,
        asks="every needless ask is counted as the record says",
        todo=_REBUILT,
        ask=items.needless,
        reads="streams",
    ),
    Question(
        name="readers.current",
        invariant=11,
        asks="every event has its place, and no reader is a minute behind",
        todo="See that `yimen worker` and `yimen keeper` run, and that no connection holds a transaction open (pg_stat_activity).",
        ask=readers.current,
    ),
    Question(
        name="readers.parked",
        invariant=11,
        asks="no event waits because a reader cannot handle it",
        todo="Mend what the error says; it is tried again every ten seconds.",
        ask=readers.parked,
    ),
    Question(
        name="readings.entitled",
        invariant=12,
        asks="every reading of a file is by somebody who could see the case",
        todo="Show it to the supervisor: the trace was forged, or a file was shown that should not have been.",
        ask=seen.entitled,
    ),
    Question(
        name="facts.impersonal",
        invariant=13,
        asks="the facts of no event look like personal data",
        todo="An event cannot be taken back. Find out what wrote it, and tell whoever answers for data protection.",
        ask=seen.impersonal,
        reads="streams",
    ),
    Question(
        name="visits.ended",
        invariant=14,
        asks="every visit has its outcome, and none of a past day is open",
        todo="The clerk whom chance gave to that person says how the visit ended.",
        ask=visits.ended,
    ),
)
