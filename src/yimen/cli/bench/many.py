"""
A great many cases, made up: what COPY takes for each table, the same for the same numbers.

Every stream is whole: its events are numbered, hashed and chained as the record does it, and people wear one hat each. X
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from yimen.pure.framing import frame

NULL: Final = "\\N"
DAY: Final = 86_400_000_000
HOUR: Final = 3_600_000_000
SLOTS: Final = 1000
IDS: Final = 42  # ids are so far apart that a hundred million cases have room
NOBODY: Final = "00000000-0000-0000-0000-000000000000"
# kind, role and hat of who does it ("" for the database or a machine), login, state afterwards, and for whom it draws
Step = tuple[str, str, str, str, str, str]
STEPS: Final[Mapping[str, Step]] = {
    "filed": ("case.submitted", "applicant", "applicant", "public", "received", "counter"),
    "corrected": ("case.correction_asked", "clerk", "counter", "counter", "correcting", ""),
    "accepted": ("case.accepted", "clerk", "counter", "counter", "examining", "examiner"),
    "examined": ("case.examined", "examiner", "examiner", "decide", "deciding", "decider"),
    "granted": ("case.granted", "decider", "decider", "decide", "granted", ""),
    "signed": ("case.grant_signed", "machine", "", "keeper", "certifying", "maker"),
    "made": ("certificate.made", "maker", "maker", "custody", "made", "first_custodian"),
    "released": (
        "certificate.released",
        "custodian",
        "first_custodian",
        "custody",
        "half_released",
        "second_custodian",
    ),
    "again": ("certificate.released_again", "custodian", "second_custodian", "custody", "released", ""),
    "sealed": ("certificate.sealed", "machine", "", "keeper", "sealed", ""),
    "waits": ("certificate.sealed", "machine", "", "keeper", "sealed", "deliverer"),
    "delivered": ("certificate.delivered", "machine", "", "worker", "delivered", ""),
    "closed": ("case.closed", "machine", "", "worker", "closed", ""),
    "withdrawn": ("case.withdrawn", "applicant", "applicant", "public", "withdrawn", ""),
    "refused": ("case.refused", "clerk", "counter", "counter", "refused", ""),
    "not_required": ("case.not_required", "clerk", "counter", "counter", "not_required", ""),
    "lapsed": ("case.lapsed", "machine", "", "worker", "lapsed", ""),
    "denied": ("case.denied", "decider", "decider", "decide", "denied", ""),
}
DECIDING: Final = ("filed", "accepted", "examined")
SEALING: Final = (*DECIDING, "granted", "signed", "made", "released", "again")
# How many of a thousand cases have which life, and whether it is over. Five events a case in the mean; four in a hundred open.
LIVES: Final[Sequence[tuple[int, tuple[str, ...], bool]]] = (
    (300, ("filed", "withdrawn"), True),
    (250, ("filed", "refused"), True),
    (150, ("filed", "not_required"), True),
    (100, ("filed", "corrected", "lapsed"), True),
    (40, (*DECIDING, "denied", "closed"), True),
    (120, (*SEALING, "sealed", "delivered", "closed"), True),
    (8, ("filed",), False),
    (4, ("filed", "corrected"), False),
    (8, ("filed", "accepted"), False),
    (6, DECIDING, False),
    (5, (*DECIDING, "granted", "signed"), False),
    (4, (*DECIDING, "granted", "signed", "made"), False),
    (3, (*DECIDING, "granted", "signed", "made", "released"), False),
    (2, (*SEALING, "waits"), False),
)
DRAWN: Final = {
    "counter": ("clerk", "case.counter_drawn"),
    "examiner": ("examiner", "case.examiner_drawn"),
    "decider": ("decider", "case.decider_drawn"),
    "maker": ("maker", "case.maker_drawn"),
    "first_custodian": ("custodian", "certificate.first_custodian_drawn"),
    "second_custodian": ("custodian", "certificate.second_custodian_drawn"),
    "deliverer": ("clerk", "case.deliverer_drawn"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "record_stream": "id, type, head, hash, state, at, centre, agency, responsible, open, since",
    "record_event": "stream, number, kind, at, person, post, login, role, hat, mark, key, facts, content, prev, hash, epoch, xact",
    "record_hat": "stream, person, hat, number, since, stream_since",
    "record_assignment": "stream, purpose, ordinal, person, post, number, done, stream_since",
    "casework_case": "stream, number, serial, item, agency, applicant, organisation, form, salt, filed_at, filed_on, delivery",
    "casework_contact": "stream, phone",
    "casework_clock": "stream, name, started, starts_on, amount, unit, due_on, provisional, stopped, stopped_on, agency",
    "casework_decision": "stream, number, body",
    "casework_document": "id, stream, material, name, media_type, size, salt, digest, stored_as, added_at, filed",
    "casework_notice": "stream, number, person, kind, at, version, read_at",
    "casework_fee": "stream, number, lines, amount, paid, paid_at, reference",
    "casework_order": "number, stream, amount, made_at, valid_until, state",
}


@dataclass(frozen=True)
class Item:
    """An item in force, and where it is done."""

    id: str
    code: str
    agency: str
    centre: str


@dataclass
class City:
    """Whom the cases are for and who works on them: by kind and place, the busiest first."""

    items: list[Item]
    applicants: list[str]
    organisations: list[tuple[str, str]]
    officials: dict[tuple[str, str], list[tuple[str, str]]]
    today: date
    epoch: int


@dataclass
class Case:
    """One case as it is written down, event by event."""

    number: int
    chance: bytes
    stream: UUID
    item: Item
    at: int
    hash: bytes = bytes(32)
    head: int = 0
    state: str = ""
    responsible: str = NOBODY
    content: str = NULL
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    drawn: dict[str, tuple[int, bool]] = field(default_factory=dict)
    hats: dict[str, tuple[str, int]] = field(default_factory=dict)


class Writer:
    """Writes the rows of cases, table by table, as COPY reads them."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.rows: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self.lives = [one for many, life, over in LIVES for one in [(life, over)] * many]
        self.midnight = int(datetime.combine(city.today, datetime.min.time(), UTC).timestamp()) * 1_000_000

    def write(self, number: int) -> None:
        """Write one case; its id begins with its number, so that ids rise while cases are loaded."""
        chance = hashlib.sha256(b"yimen.bench" + number.to_bytes(8, "big")).digest()
        life, over = self.lives[int.from_bytes(chance[:4], "big") % SLOTS]
        ago = int.from_bytes(chance[4:8], "big") % (900 if over else 40) + (30 if over else 0)
        case = Case(
            number=number,
            chance=chance,
            stream=UUID(bytes=(number * IDS).to_bytes(4, "big") + chance[8:20]),
            item=self.city.items[chance[20] % len(self.city.items)],
            at=self.midnight - ago * DAY + int.from_bytes(chance[21:24], "big"),
        )
        filed_at = case.at
        organisation = self._applicant(case)
        for name in life:
            self._step(case, name, last=over and name == life[-1])
        self._case(case, filed_at, organisation, over=over)
        self._clocks(case, life, filed_at, over=over)
        self._given(case, life, filed_at)

    def _applicant(self, case: Case) -> str:
        """The busiest applicant has one case in a thousand."""
        many = int.from_bytes(case.chance[24:28], "big")
        if many % 5 < 3:
            organisation, person = self.city.organisations[many % len(self.city.organisations)]
        else:
            organisation, person = (
                NULL,
                self.city.applicants[0 if many % 1000 == 3 else many % len(self.city.applicants)],
            )
        case.people["applicant"] = (person, NULL)
        return organisation

    def _step(self, case: Case, name: str, *, last: bool) -> None:
        kind, role, hat, login, state, draws = STEPS[name]
        case.state = state
        holds = {one: (number, True) for one, (number, _) in case.drawn.items()} if hat != "applicant" or last else {}
        case.drawn |= holds
        facts = "{}"
        content = NULL
        if kind in ("case.granted", "case.denied"):
            body = f'{{"case": "{self._number(case)}"}}'
            content = hashlib.sha256(body.encode()).hexdigest()
            facts = f'{{"content": "{content}"}}'
            denied = kind == "case.denied"
            if not denied:
                self.rows["casework_decision"].append(f"{case.stream}\t{case.head + 1}\t{body}\n")
        self._event(case, kind, role, hat, login, facts, content)
        if hat:
            case.hats.setdefault(case.people[hat][0], (hat, case.head))
        if draws:
            self._draw(case, draws, login)

    def _draw(self, case: Case, purpose: str, login: str) -> None:
        role, kind = DRAWN[purpose]
        place = case.item.agency if role in ("examiner", "decider") else case.item.centre
        many = self.city.officials[role, place]
        pick = case.chance[28 + len(case.drawn) % 4] + 256 * case.chance[len(case.drawn)]
        chosen = many[0 if pick % 10 == 0 else pick % len(many)]
        while chosen[0] in case.hats or any(chosen == one for one in case.people.values()):
            pick += 1
            chosen = many[pick % len(many)]
        case.people[purpose] = chosen
        mark = hashlib.sha256(
            frame("yimen.actor.v1") + frame(case.stream.bytes) + frame(UUID(chosen[0]).bytes)
        ).hexdigest()
        self._event(case, kind, "", "", login, f'{{"mark": "{mark}", "purpose": "{purpose}"}}', NULL)
        case.drawn[purpose] = (case.head, False)
        case.responsible = chosen[0]

    def _event(self, case: Case, kind: str, role: str, hat: str, login: str, facts: str, content: str) -> None:
        person, post, mark, key = NULL, NULL, b"", b""
        case.head += 1
        case.at += HOUR
        if hat:
            person, post = case.people[hat]
            mark = hashlib.sha256(
                frame("yimen.actor.v1") + frame(case.stream.bytes) + frame(UUID(person).bytes)
            ).digest()
        if role:
            key = hashlib.sha256(case.chance + bytes([case.head])).digest()[:16]
        before = case.hash
        framed = (
            frame("yimen.event.v1") + frame(case.stream.bytes) + frame(case.head.to_bytes(8, "big")) + frame(before)
            + frame(kind) + frame(case.at.to_bytes(8, "big")) + frame(mark) + frame(role) + frame(hat) + frame(login)
            + frame(key) + frame(facts)
        )  # fmt: skip
        case.hash = hashlib.sha256(framed).digest()
        told = content if content == NULL else f"\\\\x{content}"
        self.rows["record_event"].append(
            f"{case.stream}\t{case.head}\t{kind}\t{_moment(case.at)}\t{person}\t{post}\t{login}\t{role}\t{hat}\t\\\\x{mark.hex()}\t"
            f"{key.hex() or NULL}\t{facts}\t{told}\t\\\\x{before.hex()}\t\\\\x{case.hash.hex()}\t{self.city.epoch}\t10\n"
        )

    def _number(self, case: Case) -> str:
        return f"{case.item.code}B{case.number:09d}"

    def _case(self, case: Case, filed_at: int, organisation: str, *, over: bool) -> None:
        stream, item, first = case.stream, case.item, _moment(filed_at + HOUR)
        self.rows["record_stream"].append(
            f"{stream}\tcase\t{case.head}\t\\\\x{case.hash.hex()}\t{case.state}\t{_moment(case.at)}\t{item.centre}\t{item.agency}\t"
            f"{case.responsible}\t{'f' if over else 't'}\t{first}\n"
        )
        self.rows["casework_case"].append(
            f"{stream}\t{self._number(case)}\t{10**12 + case.number}\t{item.id}\t{item.agency}\t{case.people['applicant'][0]}\t"
            f"{organisation}\t{{}}\t\\\\x00\t{first}\t{first[:10]}\t{'window' if 'deliverer' in case.people else 'electronic'}\n"
        )
        self.rows["casework_contact"].append(f"{stream}\t0431-{case.number:08d}\n")
        for person, (hat, number) in case.hats.items():
            self.rows["record_hat"].append(f"{stream}\t{person}\t{hat}\t{number}\t{first}\t{first}\n")
        for purpose, (number, done) in case.drawn.items():
            person, post = case.people[purpose]
            self.rows["record_assignment"].append(
                f"{stream}\t{purpose}\t1\t{person}\t{post}\t{number}\t{'t' if over or done else 'f'}\t{first}\n"
            )

    def _clocks(self, case: Case, life: tuple[str, ...], filed_at: int, *, over: bool) -> None:
        """Clocks of acceptance and correction still run, so that time brings nothing while lists are measured; others may be late."""
        today = self.city.today
        start = date.fromisoformat(_moment(filed_at)[:10])
        soon = today + timedelta(days=1 + case.chance[9] % 8)
        later = today + timedelta(days=case.chance[10] % 40 - 4)
        received = life == ("filed",)
        clocks = [("acceptance", soon, not received)]
        if "corrected" in life:
            clocks.append(("correction", soon + timedelta(days=10), False))
        if "accepted" in life:
            decided = "granted" in life or "denied" in life
            clocks += [("promise", later, decided), ("statutory", later + timedelta(days=20), decided)]
            clocks.append(("link", later - timedelta(days=2), False))
        if "granted" in life:
            clocks.append(("service", later + timedelta(days=5), False))
        if "waits" in life:
            clocks.append(("collection", later + timedelta(days=60), False))
        for name, due, stopped in clocks:
            stop = over or stopped
            told = f"{case.head}\t{start + timedelta(days=3)}" if stop else f"{NULL}\t{NULL}"
            due_on = start + timedelta(days=7) if stop else due
            self.rows["casework_clock"].append(
                f"{case.stream}\t{name}\t1\t{start}\t5\tW\t{due_on}\tf\t{told}\t{case.item.agency}\n"
            )

    def _given(self, case: Case, life: tuple[str, ...], filed_at: int) -> None:
        """What the applicant holds: a receipt, a message of what was filed, often not read, and what she paid or has to pay."""
        at, stream, chance = _moment(filed_at + HOUR), case.stream, case.chance
        person, _ = case.people["applicant"]
        papers = ("issued", "certificate") if "sealed" in life or "waits" in life else ("issued",)
        for place, material in enumerate(papers):
            named = UUID(bytes=stream.bytes[:15] + bytes([place]))
            self.rows["casework_document"].append(
                f"{named}\t{stream}\t{material}\t{material}.pdf\tapplication/pdf\t100000\t\\\\x{chance[:16].hex()}\t"
                f"\\\\x{chance.hex()}\t{named.hex}\t{at}\t1\n"
            )
        read = NULL if chance[11] % 8 == 0 else at
        self.rows["casework_notice"].append(f"{stream}\t1\t{person}\tcase.submitted\t{at}\t1\t{read}\n")
        if "accepted" not in life or chance[12] % 4:
            return
        owed = case.state in ("examining", "deciding", "certifying")
        paid = f"{NULL}\t{NULL}\t{NULL}" if owed else f"{case.head}\t{at}\tbench-{case.number}"
        self.rows["casework_fee"].append(f"{stream}\t1\t[]\t2000\t{paid}\n")
        order = f"Y{at[:10].replace('-', '')}{case.number:016X}"
        self.rows["casework_order"].append(f"{order}\t{stream}\t2000\t{at}\t{at}\t{'open' if owed else 'paid'}\n")


def written(city: City, part: tuple[int, int]) -> dict[str, list[str]]:
    """The rows of the cases from one number up to another, table by table."""
    writer = Writer(city)
    for number in range(*part):
        writer.write(number)
    return writer.rows


def _moment(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    shown: Any = datetime.fromtimestamp(seconds, UTC)
    return f"{shown:%Y-%m-%d %H:%M:%S}.{rest:06d}+00"
