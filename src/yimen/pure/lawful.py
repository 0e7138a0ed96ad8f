"""
The lawful life of a case that ends in a certificate: which steps, in which order, through which login, under which hat.

The keeper asks this before it signs; a stranger asks it again of what was signed. It says the same as the table of moves in
the database (moves.sql), and a test compares the two: what is not in it here is unlawful.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yimen.pure.chain import Event

MARK_BYTES: Final = 32
SAME: Final = "="


@dataclass(frozen=True, slots=True)
class Move:
    """A step: its login, role and hat, the states it may follow, the state it leads to, and the draw that gives it."""

    login: str
    role: str
    hat: str
    since: tuple[str, ...]
    to: str = SAME
    holds: str = ""
    redraws: str = ""


_APPLICANT: Final = ("public", "applicant", "applicant")
_CLERK: Final = ("counter", "clerk", "counter")
_EXAMINER: Final = ("decide", "examiner", "examiner")
_DECIDER: Final = ("decide", "decider", "decider")
_MAKER: Final = ("custody", "maker", "maker")
_FIRST: Final = ("custody", "custodian", "first_custodian")
_SECOND: Final = ("custody", "custodian", "second_custodian")
_WORKER: Final = ("worker", "machine", "")
_KEEPER: Final = ("keeper", "machine", "")
_FOLLOWS: Final = (SAME, "", "")
_FIRST_STATE: Final = ("",)
_UNDECIDED: Final = ("received", "correcting", "examining", "deciding")
_UNSEALED: Final = (*_UNDECIDED, "granted", "certifying", "made", "half_released", "released")

SUBMITTED, TAKEN = "case.submitted", "case.taken"
ACCEPTED: Final = frozenset({"case.accepted", "case.deemed_accepted"})
CORRECTED: Final = frozenset({"case.corrected", "case.corrected_at_window"})
GRANTED = "case.granted"
WITHDRAWN = "case.withdrawn"
RELEASED_AGAIN = "certificate.released_again"
CUSTODY = ("certificate.made", "certificate.released", RELEASED_AGAIN)

MOVES: Final[Mapping[str, Move]] = {
    SUBMITTED: Move(*_APPLICANT, _FIRST_STATE, "received"),
    TAKEN: Move(*_CLERK, _FIRST_STATE, "received"),
    "case.correction_asked": Move(*_CLERK, ("received",), "correcting", holds="counter"),
    "case.corrected": Move(*_APPLICANT, ("correcting",), "received"),
    "case.corrected_at_window": Move(*_CLERK, ("correcting",), "received"),
    "case.accepted": Move(*_CLERK, ("received",), "examining", holds="counter"),
    "case.deemed_accepted": Move(*_WORKER, ("received",), "examining"),
    "case.examined": Move(*_EXAMINER, ("examining",), "deciding", holds="examiner"),
    "case.sent_back": Move(*_DECIDER, ("deciding",), "examining", holds="decider"),
    GRANTED: Move(*_DECIDER, ("deciding",), "granted", holds="decider"),
    "case.grant_signed": Move(*_KEEPER, ("granted",), "certifying"),
    "certificate.made": Move(*_MAKER, ("certifying",), "made", holds="maker"),
    "certificate.released": Move(*_FIRST, ("made",), "half_released", holds="first_custodian"),
    RELEASED_AGAIN: Move(*_SECOND, ("half_released",), "released", holds="second_custodian"),
    "case.clerk_stepped_aside": Move(*_CLERK, ("received",), holds="counter", redraws="counter"),
    "case.examiner_stepped_aside": Move(*_EXAMINER, ("examining",), holds="examiner", redraws="examiner"),
    "case.decider_stepped_aside": Move(*_DECIDER, ("deciding",), holds="decider", redraws="decider"),
    "certificate.maker_stepped_aside": Move(*_MAKER, ("certifying",), holds="maker", redraws="maker"),
    "certificate.first_custodian_stepped_aside": Move(
        *_FIRST, ("made",), holds="first_custodian", redraws="first_custodian"
    ),
    "certificate.second_custodian_stepped_aside": Move(
        *_SECOND, ("half_released",), holds="second_custodian", redraws="second_custodian"
    ),
    "original.taken": Move(*_CLERK, _UNSEALED),
    "original.returned": Move(*_CLERK, _UNSEALED),
    "case.seen": Move(*_CLERK, _UNDECIDED),
    "case.verified": Move(*_WORKER, _UNDECIDED),
    "case.check_differed": Move(*_WORKER, _UNDECIDED),
    "case.recounted": Move(*_WORKER, _UNSEALED),
    "case.contact_changed": Move(*_APPLICANT, _UNSEALED),
    "case.left_to_manager": Move(*_WORKER, _UNSEALED),
    "fee.asked": Move(*_FOLLOWS, ("examining",)),
    "fee.paid": Move(*_WORKER, ("examining", "deciding", "granted", "certifying")),
    "case.draw_waits": Move(*_FOLLOWS, ("received", "examining", "deciding", "certifying", "made", "half_released")),
}
# What is drawn in a state, and the event that says who was.
DRAWS: Final[Mapping[str, str]] = {
    "case.counter_drawn": "counter",
    "case.examiner_drawn": "examiner",
    "case.decider_drawn": "decider",
    "case.maker_drawn": "maker",
    "certificate.first_custodian_drawn": "first_custodian",
    "certificate.second_custodian_drawn": "second_custodian",
}
DUE: Final[Mapping[str, str]] = {
    "received": "counter",
    "examining": "examiner",
    "deciding": "decider",
    "certifying": "maker",
    "made": "first_custodian",
    "half_released": "second_custodian",
}


class Unlawful(ValueError):
    """What is wrong with a case, and at which event (0: with the whole of it)."""

    def __init__(self, code: str, number: int = 0) -> None:
        super().__init__(f"{code} at event {number}" if number else code)
        self.code = code
        self.number = number


def check_order(*, events: Sequence[Event], last: str) -> tuple[Event, ...]:
    """
    Return the steps up to and including `last`, having checked their order, logins, hats and what each of them needs.

    Draws stand between the steps; a draw has no person, and names by its mark who must do the step. Whoever stepped aside
    never acts again. The last finding before a grant is that the conditions are met, what could not be checked at filing was
    checked by then, and what was asked for was paid before anything is made. Anything unknown is unlawful.

    Refuses: Unlawful record.withdrawn, record.unlawful_order, record.not_drawn, record.stepped_aside, record.wrong_link,
    record.second_correction, record.against_finding, record.unverified, record.fee_unpaid, record.incomplete.
    """
    life = _Life(end=MOVES[last].to)
    for event in events:
        life.take(event)
    if life.state != life.end:
        raise Unlawful("record.incomplete")
    return tuple(life.steps)


def check_different_people(events: Sequence[Event]) -> None:
    """
    Check that every step of a person bears a mark, and that nobody wears two hats; the parties, named in the first event,
    wear the applicant's.

    Refuses: Unlawful hats.missing, hats.not_a_party (who applies or corrects is none), hats.same_person (at the event at which
    someone appears under a second hat).
    """
    parties = facts_of(events[0]).get("parties") if events else None
    worn: dict[bytes, str] = {bytes.fromhex(one): "applicant" for one in _marks(parties)}
    if not worn:
        raise Unlawful("hats.missing", 1)
    for event in events:
        if not event.hat:
            continue
        if len(event.mark) != MARK_BYTES:
            raise Unlawful("hats.missing", event.number)
        if event.hat == "applicant" and event.mark not in worn:
            raise Unlawful("hats.not_a_party", event.number)
        if worn.setdefault(event.mark, event.hat) != event.hat:
            raise Unlawful("hats.same_person", event.number)


def check_same_decision(*, steps: Iterable[Event], decision_body: bytes) -> None:
    """Refuses: Unlawful record.other_decision, unless grant, making and releases are about exactly these bytes."""
    content = hashlib.sha256(decision_body).hexdigest()
    named = {GRANTED: "content"} | dict.fromkeys(CUSTODY, "decision")
    for event in steps:
        if event.kind in named and facts_of(event).get(named[event.kind]) != content:
            raise Unlawful("record.other_decision", event.number)


def seals_named(steps: Iterable[Event]) -> set[object]:
    """The codes of the seals that maker and custodians named; one, if all is well."""
    return {facts_of(event).get("seal") for event in steps if event.kind in CUSTODY}


def recorded_form(events: Iterable[Event]) -> object:
    """The salted hash of the form as it was last recorded: filed, or corrected."""
    forms = [facts_of(event).get("form") for event in events if event.kind in {SUBMITTED, TAKEN} | CORRECTED]
    return forms[-1] if forms else None


def facts_of(event: Event) -> dict[str, object]:
    """The facts of an event; none, if they cannot be read."""
    try:
        facts = json.loads(event.facts)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _marks(value: object) -> list[str]:
    """Marks written in hex; none at all, if one of them is not."""
    found = value if isinstance(value, list) else []
    try:
        whole = all(len(bytes.fromhex(one)) == MARK_BYTES for one in found)
    except (TypeError, ValueError):
        return []
    return found if whole else []


@dataclass
class _Life:
    """A case on its way to the state in which it must end, event by event."""

    end: str
    state: str = ""
    steps: list[Event] = field(default_factory=list)
    drawn: dict[str, object] = field(default_factory=dict)
    aside: set[object] = field(default_factory=set)
    before: Event | None = None  # the event just before
    login: str = ""  # the link of the last step; what follows by itself goes through the same
    corrected: bool = False
    finding: object = None
    unverified: list[object] = field(default_factory=list)
    denied: set[object] = field(default_factory=set)  # what a register said is otherwise: no clerk makes that good
    owed: object = 0

    def take(self, event: Event) -> None:
        if event.kind == WITHDRAWN:
            raise Unlawful("record.withdrawn", event.number)
        if event.kind in DRAWS:
            self._draw(event, DRAWS[event.kind])
        else:
            move = MOVES.get(event.kind)
            if move is None or self.state not in move.since or (self.state == self.end and move.to != SAME):
                raise Unlawful("record.unlawful_order", event.number)
            if self._taken_just_now():
                raise Unlawful("record.not_drawn", event.number)
            self._step(event, move)
        self.before = event

    def _step(self, event: Event, move: Move) -> None:
        if move.holds and self.drawn.get(move.holds) != event.mark.hex():
            raise Unlawful("record.not_drawn", event.number)
        links = {self.login, "worker"} if move.login == SAME else {move.login}  # a worker too may find nobody to draw
        if (
            event.login not in links
            or (event.role, event.hat) != (move.role, move.hat)
            or (event.mark and not move.hat)
        ):
            raise Unlawful("record.wrong_link", event.number)
        if event.kind in _NEEDS:
            _NEEDS[event.kind](self, event)
        if move.redraws:
            self.aside.add(self.drawn.pop(move.redraws))
        self.state = self.state if move.to == SAME else move.to
        if move.login != SAME:
            self.login = move.login
            self.steps.append(event)

    def _draw(self, event: Event, purpose: str) -> None:
        """Chance picks for the step that is due; at a window the clerk who stands there was drawn before, for the visit."""
        facts = facts_of(event)
        if DUE.get(self.state) != purpose:
            raise Unlawful("record.unlawful_order", event.number)
        if event.mark or not self._drawn_at_window(facts):
            raise Unlawful("record.not_drawn", event.number)
        if facts.get("mark") in self.aside:
            raise Unlawful("record.stepped_aside", event.number)
        if event.login not in {self.login, "worker"} or event.role or event.hat:
            raise Unlawful("record.wrong_link", event.number)
        self.drawn[purpose] = facts.get("mark")

    def _taken_just_now(self) -> bool:
        return self.before is not None and self.before.kind == TAKEN

    def _drawn_at_window(self, facts: Mapping[str, object]) -> bool:
        """Whether a draw refers to a visit exactly when it must: right after the case was taken, to whoever took it."""
        if self.before is None or not self._taken_just_now():
            return "visit" not in facts
        visit = facts_of(self.before).get("visit")
        return visit is not None and (facts.get("visit"), facts.get("mark")) == (visit, self.before.mark.hex())

    def filed(self, event: Event) -> None:
        unverified = facts_of(event).get("unverified", [])
        self.unverified = list(unverified) if isinstance(unverified, list) else [unverified]

    def correction_asked(self, event: Event) -> None:
        if self.corrected:
            raise Unlawful("record.second_correction", event.number)
        self.corrected = True

    def examined(self, event: Event) -> None:
        self.finding = facts_of(event).get("finding")

    def verified(self, event: Event) -> None:
        what = facts_of(event).get("what")
        if what not in self.unverified or (event.kind == "case.seen" and what in self.denied):
            raise Unlawful("record.unlawful_order", event.number)
        self.unverified.remove(what)

    def differed(self, event: Event) -> None:
        self.denied.add(facts_of(event).get("what"))

    def granted(self, event: Event) -> None:
        if self.unverified:
            raise Unlawful("record.unverified", event.number)
        if self.finding != "meets":
            raise Unlawful("record.against_finding", event.number)

    def fee_asked(self, event: Event) -> None:
        if self.before is None or self.before.kind not in ACCEPTED:
            raise Unlawful("record.unlawful_order", event.number)
        self.owed = facts_of(event).get("amount")

    def fee_paid(self, event: Event) -> None:
        if not self.owed:
            raise Unlawful("record.unlawful_order", event.number)
        if facts_of(event).get("amount") != self.owed:
            raise Unlawful("record.fee_unpaid", event.number)
        self.owed = 0

    def made(self, event: Event) -> None:
        if self.owed != 0:
            raise Unlawful("record.fee_unpaid", event.number)

    def draw_waits(self, event: Event) -> None:
        if facts_of(event).get("purpose") != DUE[self.state]:
            raise Unlawful("record.unlawful_order", event.number)
        self.drawn.pop(DUE[self.state], None)


_NEEDS: Final[Mapping[str, Callable[[_Life, Event], None]]] = {
    SUBMITTED: _Life.filed,
    TAKEN: _Life.filed,
    "case.correction_asked": _Life.correction_asked,
    "case.examined": _Life.examined,
    "case.seen": _Life.verified,
    "case.verified": _Life.verified,
    "case.check_differed": _Life.differed,
    GRANTED: _Life.granted,
    "fee.asked": _Life.fee_asked,
    "fee.paid": _Life.fee_paid,
    "certificate.made": _Life.made,
    "case.draw_waits": _Life.draw_waits,
}
