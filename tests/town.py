"""A town of one's own for a test: an agency, a centre, people for every hat, an item, and a day of draws."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg

import testing_city as testing_city
from town_item import FORM as FORM
from town_item import ITEM as ITEM
from town_item import PAPER as PAPER
from yimen.casework import case as cases
from yimen.casework import custody, decision, draft, examination, fee, intake
from yimen.casework.paper import Paper
from yimen.cli.attach import as_owner
from yimen.record import draws, statement
from yimen.record.events import Recorded, Session
from yimen.record.sessions import open_session
from yimen.registry import entry

CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identity() -> str:
    return "\\x" + secrets.token_hex(32)


def code() -> str:
    return "11" + "".join(secrets.choice(CREDIT) for _ in range(16))


def calendar(first: date = date(2024, 1, 1), last: date = date(2030, 12, 31)) -> list[dict[str, Any]]:
    """Every day without official arrangements: weekends off."""
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [
        {
            "day": d.isoformat(),
            "working": d.isoweekday() < 6,
            "provisional": d.year > 2026,
            "name_zh": "",
            "name_en": "",
        }
        for d in days
    ]


@dataclass
class Someone:
    """A person of the town with one post (or none), and her session."""

    person: UUID
    post: UUID | None
    username: str
    role: str

    @property
    def session(self) -> Session:
        if not hasattr(self, "_session"):
            self._session = open_session(username=self.username, post=self.post).session
        return self._session

    def again(self) -> Session:
        """A second session of the same person."""
        return open_session(username=self.username, post=self.post).session


@cache
def founded(database: str) -> tuple[Someone, Someone]:
    """Found the city of this database once, with two registrars, as an installation does."""
    centre, people, posts = uuid4(), [], []
    for n in (1, 2):
        person, post = uuid4(), uuid4()
        people.append(
            {
                "id": str(person),
                "staff_no": f"R{n}",
                "username": f"registrar-{n}",
                "name_zh": "登记员",
                "name_en": "Registrar",
                "identity": identity(),
            }
        )
        posts.append({"id": str(post), "person": str(person), "role": "registrar", "centre": str(centre)})
    body = {
        "city": [{"code": "220100", "name_zh": "示范市", "name_en": "Sample", "demonstration": True}],
        "divisions": [{"code": "220100", "name_zh": "示范市", "name_en": "Sample", "level": "city"}],
        "centres": [centre_row(centre)],
        "people": people,
        "posts": posts,
        "calendar": calendar(),
    }
    with as_owner():
        entry.found(body=body)
    one, two = (
        Someone(UUID(p["person"]), UUID(p["id"]), f"registrar-{n}", "registrar") for n, p in enumerate(posts, 1)
    )
    return one, two


def centre_row(centre: UUID) -> dict[str, Any]:
    return {
        "id": str(centre),
        "code": str(centre),
        "name_zh": "政务服务中心",
        "name_en": "Service centre",
        "level": "city",
        "division": "220100",
        "address_zh": "x",
        "address_en": "x",
        "days": [1, 2, 3, 4, 5],
        "opens": "08:30",
        "closes": "17:00",
        "phone": "x",
    }


DUTY = {"clerk": 3, "examiner": 3, "decider": 3, "maker": 3, "custodian": 5, "manager": 1, "supervisor": 1}
AGENCY_ROLES = ("examiner", "decider")


@dataclass
class Town:
    """Everything a test needs to take a case through its life, made anew by two registrars."""

    agency: UUID = field(default_factory=uuid4)
    centre: UUID = field(default_factory=uuid4)
    item: str = ""
    organisation: UUID = field(default_factory=uuid4)
    people: dict[str, list[Someone]] = field(default_factory=dict)
    applicants: list[Someone] = field(default_factory=list)
    agency_code: str = field(default_factory=code)
    seal: str = ""

    def someone(self, role: str) -> Someone:
        return self.people[role][0]

    @property
    def applicant(self) -> Someone:
        return self.applicants[0]

    @property
    def stranger(self) -> Someone:
        return self.applicants[1]

    def drawn(self, case: UUID, purpose: str) -> Someone:
        """Whoever chance drew, as only the owner of the database could look it up."""
        with testing_city_owner() as owner:
            sql = "select person from record_assignment where stream = %s and purpose = %s"
            (person,) = owner.execute(sql, [case, purpose]).fetchall()[0]
        return next(one for many in self.people.values() for one in many if one.person == person)

    def not_drawn(self, case: UUID, purpose: str) -> Someone:
        chosen = self.drawn(case, purpose)
        return next(one for one in self.people[chosen.role] if one.person != chosen.person)

    # the path ------------------------------------------------------------------------------------------------------

    def drafted(
        self,
        *,
        who: Someone | None = None,
        form: dict[str, Any] | None = None,
        delivery: str = "electronic",
        address: str = "",
        mandate: UUID | None = None,
        personal: bool = False,
    ) -> UUID:
        session = (who or self.applicant).session
        new = draft.start(item=self.item, session=session, key=uuid4())
        draft.save(
            draft=new,
            organisation=None if personal else self.organisation,
            form=FORM | (form or {}),
            session=session,
            delivery=delivery,
            address=address,
            mandate=mandate,
        )
        draft.attach(draft=new, paper=Paper("layout", "布局图.png", PAPER), session=session)
        return new

    def filed(self, **told: Any) -> UUID:
        new = self.drafted(**told)
        draft.file(draft=new, session=(told.get("who") or self.applicant).session, key=uuid4())
        return new

    def kinds(self, case: UUID) -> list[str]:
        sql = "select kind from record_event where stream = %s::uuid order by number"
        return [row["kind"] for row in statement.rows("oversight", sql, [case])]

    def clock(self, case: UUID, name: str) -> dict[str, Any]:
        sql = "select * from casework_clock where stream = %s::uuid and name = %s"
        return statement.row("oversight", sql, [case, name])

    def head(self, case: UUID) -> int:
        return int(statement.value("oversight", "select head from record_stream where id = %s::uuid", [case]))

    def state(self, case: UUID) -> str:
        return str(statement.value("oversight", "select state from record_stream where id = %s::uuid", [case]))

    def accept(self, case: UUID) -> Recorded:
        return intake.accept(case=case, after=self.head(case), session=self.drawn(case, "counter").session, key=uuid4())

    def examine(self, case: UUID, *, failed: tuple[str, ...] = ()) -> Recorded:
        who = self.drawn(case, "examiner").session
        met = [one for one in ("premises", "rules") if one not in failed]
        return examination.examine(
            case=case, after=self.head(case), conditions=met, failed=failed, session=who, key=uuid4()
        )

    def decide(self, case: UUID) -> Recorded:
        return decision.decide(
            case=case, after=self.head(case), session=self.drawn(case, "decider").session, key=uuid4()
        )

    def sign_grant(self, case: UUID, signature: bytes = b"signature") -> Recorded:
        return decision.sign_grant(case=case, after=self.head(case), signature=signature)

    def ordered(self, case: UUID, session: Session | None = None) -> str:
        """The number under which a fee is paid, as the applicant is told it, or the clerk who has her case."""
        nowhere = {"back": "http://127.0.0.1/back", "call": "http://127.0.0.1/call"}
        return fee.pay(case=case, session=session or self.applicant.session, **nowhere).order

    def paid(self, case: UUID, amount: int, *, reference: str = "", session: Session | None = None) -> Recorded:
        order, told = self.ordered(case, session), {"amount": amount, "reference": reference or uuid4().hex}
        return fee.record_paid(case=case, after=self.head(case), order=order, **told)  # type: ignore[arg-type]  # one dictionary for two words

    def seen(self, case: UUID, purpose: str) -> dict[str, Any]:
        """A case as whoever was drawn for a step sees it."""
        return cases.view(case=case, session=self.drawn(case, purpose).session)

    def custody(self, case: UUID, purpose: str) -> Recorded:
        who, view = self.drawn(case, purpose).session, self.seen(case, purpose)
        act = {"maker": custody.make, "first_custodian": custody.release, "second_custodian": custody.release_again}[
            purpose
        ]
        return act(
            case=case,
            after=view["head"],
            decision=view["decision_content"],
            seal=view["seal"]["code"],
            session=who,
            key=uuid4(),
        )

    def brought_to(self, state: str, **told: Any) -> UUID:
        """File a case and take it to a state by the people chance draws."""
        case = self.filed(**told)
        steps = [
            ("received", None),
            ("examining", self.accept),
            ("deciding", self.examine),
            ("granted", self.decide),
            ("certifying", self.sign_grant),
            ("made", lambda c: self.custody(c, "maker")),
            ("half_released", lambda c: self.custody(c, "first_custodian")),
            ("released", lambda c: self.custody(c, "second_custodian")),
        ]
        for reached, act in steps:
            if act:
                act(case)
            if reached == state:
                return case
        raise LookupError(state)


def testing_city_owner() -> psycopg.Connection:
    """A connection under the owner's login, which no serving process has."""
    return psycopg.connect(testing_city.uri("owner"), autocommit=True)


@contextmanager
def later(made: Town, days: int) -> Iterator[None]:
    """Live some days later: everybody signs in anew, and the day is committed; afterwards it is today again."""
    try:
        _ahead(made, days)
        commit_day(made)
        yield
    finally:
        _ahead(made, 0)


def _ahead(made: Town, days: int) -> None:
    with testing_city_owner() as owner:
        owner.execute("update record_clock set ahead = make_interval(days => %s)", [days])
    for one in [*made.applicants, *(one for many in made.people.values() for one in many)]:
        one.__dict__.pop("_session", None)


def town(*, committed: bool = True, roles: dict[str, int] | None = None, item: dict[str, Any] | None = None) -> Town:
    """
    Make a town; by default its day is committed by both sides, so that chance can act. `item` changes parts of the item.
    """
    one, two = founded(testing_city.current().database)
    made = Town()
    mark = secrets.token_hex(4)
    body: dict[str, Any] = {
        "agencies": [
            {"id": str(made.agency), "code": made.agency_code, "name_zh": f"示范局{mark}", "name_en": f"Bureau {mark}"}
        ],
        "centres": [centre_row(made.centre)],
        "people": [],
        "posts": [],
        "duty": [],
    }
    for role, count in {**DUTY, **(roles or {}), "applicant": 2}.items():
        made.people[role] = []
        for n in range(count):
            someone = Someone(uuid4(), None if role == "applicant" else uuid4(), f"{role}-{n}-{mark}", role)
            (made.applicants if role == "applicant" else made.people[role]).append(someone)
            body["people"].append(
                {
                    "id": str(someone.person),
                    "staff_no": someone.username,
                    "username": someone.username,
                    "name_zh": f"某{n}",
                    "name_en": f"Someone {n}",
                    "identity": identity(),
                }
            )
            if someone.post:
                place = {"agency": str(made.agency)} if role in AGENCY_ROLES else {"centre": str(made.centre)}
                body["posts"].append({"id": str(someone.post), "person": str(someone.person), "role": role, **place})
                body["duty"] += [{"post": str(someone.post), "weekday": day} for day in range(1, 8)]
    made.seal = f"SEAL-{mark}"
    seal = str(uuid4())
    body["seals"] = [
        {
            "id": seal,
            "code": made.seal,
            "agency": str(made.agency),
            "centre": str(made.centre),
            "kind": "licence",
            "name_zh": "章",
            "name_en": "Seal",
        }
    ]
    body["organisations"] = [
        {
            "id": str(made.organisation),
            "code": "9122" + code()[4:],
            "name_zh": f"一门餐饮{mark}",
            "name_en": "Yimen Food",
            "representative": str(made.applicant.person),
        }
    ]
    made.item = f"{made.agency_code}3{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    body["items"] = [
        {
            "id": str(uuid4()),
            "code": made.item,
            "version": 1,
            "agency": str(made.agency),
            "centre": str(made.centre),
            "seal": seal,
            "body": ITEM | (item or {}),
        }
    ]
    enter(body, one, two)
    if committed:
        commit_day(made)
    return made


def enter(body: dict[str, Any], one: Someone, two: Someone) -> UUID:
    """Have one registrar propose and another confirm."""
    proposed = entry.propose(body=body, session=one.session, key=uuid4())
    _, content = entry.read(entry=proposed.stream)
    entry.confirm(entry=proposed.stream, proposed=content, session=two.session, key=uuid4())
    return proposed.stream


def today() -> date:
    day: date = statement.value("public", "select registry_today()")
    return day


def commit_day(made: Town, day: date | None = None, halves: tuple[bytes, bytes] | None = None) -> None:
    centre, supervisor = halves or (secrets.token_bytes(32), secrets.token_bytes(32))
    for pool in (made.agency, made.centre):
        draws.open_day(pool=pool, day=day or today(), half=centre, session=made.someone("manager").session, key=uuid4())
        draws.commit_day(
            pool=pool, day=day or today(), half=supervisor, session=made.someone("supervisor").session, key=uuid4()
        )
