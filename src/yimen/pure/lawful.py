"""
The lawful life of a case that ends in a certificate: which steps, in which order, through which login, under which hat.

The keeper asks this before it signs; a stranger asks it again of what was signed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yimen.pure.chain import Event

MARK_BYTES = 32
MACHINE = frozenset({"", "machine"})


@dataclass(frozen=True)
class Step:
    """A step that must be there once: its kind, its login, its hat (none for a machine), and the draw before it."""

    kind: str
    login: str
    hat: str = ""
    draw: str = ""


STEPS = (
    Step("case.submitted", "public", "applicant"),
    Step("case.accepted", "counter", "counter", "case.counter_drawn"),
    Step("case.examined", "decide", "examiner", "case.examiner_drawn"),
    Step("case.granted", "decide", "decider", "case.decider_drawn"),
    Step("case.grant_signed", "keeper"),
    Step("certificate.made", "custody", "maker", "case.maker_drawn"),
    Step("certificate.released", "custody", "first_custodian", "certificate.first_custodian_drawn"),
    Step("certificate.released_again", "custody", "second_custodian", "certificate.second_custodian_drawn"),
)
GRANTED = "case.granted"
RELEASED_AGAIN = "certificate.released_again"
WITHDRAWN = "case.withdrawn"
DRAWS = frozenset(step.draw for step in STEPS if step.draw)
CUSTODY = ("certificate.made", "certificate.released", RELEASED_AGAIN)


class Unlawful(ValueError):
    """What is wrong with a case, and at which event (0: with the whole of it)."""

    def __init__(self, code: str, number: int = 0) -> None:
        super().__init__(f"{code} at event {number}" if number else code)
        self.code = code
        self.number = number


def check_order(*, events: Sequence[Event], last: str) -> dict[str, Event]:
    """
    Return the steps up to and including `last` by kind, having checked their order, logins and hats.

    Between the steps only draws may stand; a draw has no person, and names by its mark who must do the step. Anything
    unknown is unlawful.

    Refuses: Unlawful record.withdrawn, record.unlawful_order, record.not_drawn, record.wrong_link, record.incomplete.
    """
    waiting = iter(_steps_until(last))
    done: dict[str, Event] = {}
    drawn: dict[str, object] = {}
    for event in events:
        if event.kind == WITHDRAWN:
            raise Unlawful("record.withdrawn", event.number)
        if event.kind in DRAWS:
            if event.mark:
                raise Unlawful("record.not_drawn", event.number)
            drawn[event.kind] = _facts(event).get("mark")
            continue
        _check_step(event, next(waiting, None), drawn)
        done[event.kind] = event
    if next(waiting, None) is not None:
        raise Unlawful("record.incomplete")
    return done


def check_different_people(steps: Iterable[Event]) -> None:
    """Refuses: Unlawful hats.missing, hats.same_person (the event at which someone appears a second time)."""
    seen: set[bytes] = set()
    for event in steps:
        if event.login == "keeper":
            continue
        if len(event.mark) != MARK_BYTES:
            raise Unlawful("hats.missing", event.number)
        if event.mark in seen:
            raise Unlawful("hats.same_person", event.number)
        seen.add(event.mark)


def check_same_decision(*, steps: Mapping[str, Event], decision_body: bytes) -> None:
    """Refuses: Unlawful record.other_decision, unless grant, making and releases are about exactly these bytes."""
    content = hashlib.sha256(decision_body).hexdigest()
    named = {GRANTED: "content"} | dict.fromkeys(CUSTODY, "decision")
    for kind, fact in named.items():
        if kind in steps and _facts(steps[kind]).get(fact) != content:
            raise Unlawful("record.other_decision", steps[kind].number)


def seals_named(steps: Mapping[str, Event]) -> set[object]:
    """The codes of the seals that maker and custodians named; one, if all is well."""
    return {_facts(steps[kind]).get("seal") for kind in CUSTODY if kind in steps}


def _facts(event: Event) -> dict[str, object]:
    """The facts of an event; none, if they cannot be read."""
    try:
        facts = json.loads(event.facts)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _check_step(event: Event, step: Step | None, drawn: Mapping[str, object]) -> None:
    if step is None or event.kind != step.kind:
        raise Unlawful("record.unlawful_order", event.number)
    if step.draw and drawn.get(step.draw) != event.mark.hex():
        raise Unlawful("record.not_drawn", event.number)
    if event.login != step.login or not _hat_fits(event, step):
        raise Unlawful("record.wrong_link", event.number)


def _steps_until(last: str) -> list[Step]:
    place = [step.kind for step in STEPS].index(last)
    return list(STEPS[: place + 1])


def _hat_fits(event: Event, step: Step) -> bool:
    if step.hat:
        return event.hat == step.hat
    return event.hat in MACHINE and not event.mark
