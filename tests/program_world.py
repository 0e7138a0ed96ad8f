"""The world in which a program acts: cases at every step, people of every role, and what is there to be named."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any, LiteralString
from uuid import UUID, uuid4

import at_window
import town as towns
from town_item import resident_id
from yimen.api.token import token_of
from yimen.casework import certificate, confirmation, draft, intake, mandate, visit
from yimen.casework.document import Stored, keep
from yimen.casework.paper import Paper
from yimen.registry import entry
from yimen.registry.ids import identity

STALL = {"business_type": "摊贩"}
WITH_FEE = {"field": "business_type", "is": ["摊贩"]}
# Operations that succeed in another test, since no role of ours can ask for them.
ELSEWHERE = {"fees_called": "signed by a payment provider: tests/gateways/test_payment.py"}
PASSWORD = "open sesame, one door"
ITEM = {
    "service_objects": ["1", "2"],
    "delivery": ["electronic", "window", "post"],
    "fees": [{"code": "new", "name_zh": "工本费", "name_en": "Fee", "amount": 2000, "basis": "x", "when": WITH_FEE}],
    "materials": [one | {"kind": one["code"], "valid_months": 12, "necessity": 3} for one in towns.ITEM["materials"]],
}


EXISTING: dict[str, LiteralString] = {
    "case": "select stream from casework_case",
    "draft": "select id from casework_draft",
    "document": "select id from casework_document",
    "visit": "select stream from casework_visit",
    "mandate": "select stream from casework_mandate",
    "entry": "select stream from registry_entry",
    "revision": "select stream from registry_revision where number = 1",
    "change": "select stream from registry_change where number = 1",
}


@dataclass
class Request:
    """What a program sends: in the path, as a body, and by whom."""

    who: towns.Someone | None
    path: dict[str, str] = field(default_factory=dict)
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return token_of(self.who.session) if self.who else ""


@dataclass
class World:
    """A town with everything that a successful request needs."""

    town: towns.Town

    def at(self, state: str, **told: Any) -> UUID:
        return self.town.brought_to(state, **told)

    def moved(self, case: UUID, purpose: str, **body: Any) -> Request:
        """A move of a case by whom chance drew for it."""
        who = self.town.drawn(case, purpose)
        return Request(who, {"case": str(case)}, {"after": self.town.head(case), **body})

    def mine(self, case: UUID, **body: Any) -> Request:
        return Request(self.town.applicant, {"case": str(case)}, {"after": self.town.head(case), **body})

    def sealed(self, way: str) -> UUID:
        case = self.at("released", delivery=way, address="人民大街 1 号" if way == "post" else "")
        pdf = b"%PDF-1.7 " + case.bytes
        stored: Stored = keep(content=pdf, media_type="application/pdf")
        certificate.seal(case=case, after=self.town.head(case), pdf=pdf, stored=stored)
        return case

    def correcting(self) -> UUID:
        case, clerk = self.at("received"), None
        clerk = self.town.drawn(case, "counter").session
        missing = [intake.Missing(what="看不清", material="layout")]
        intake.ask_correction(case=case, after=self.town.head(case), missing=missing, session=clerk, key=uuid4())
        return case

    def greeted(self, checked: Any = "seen") -> tuple[visit.Visit, towns.Someone]:
        """A person at the window, and the clerk whom chance gave her."""
        told = {"resident_id": resident_id(), "name_zh": "林小满", "name_en": "Lin"}
        first = self.town.someone("clerk").session
        stood = visit.open_visit(**told, checked=checked, session=first, key=uuid4())
        return stood, self.town.drawn(stood.visit, "window")

    def at_window(self, checked: Any = "seen") -> tuple[UUID, towns.Someone]:
        stood, clerk = self.greeted(checked)
        new = draft.start(item=self.town.item, session=clerk.session, key=uuid4(), visit=stood.visit)
        draft.save(draft=new, organisation=None, form=towns.FORM, session=clerk.session)
        draft.attach(draft=new, paper=Paper("layout", "x.png", towns.PAPER), session=clerk.session)
        at_window.signed(new, clerk)
        return new, clerk

    def custody(self, state: str, purpose: str) -> Request:
        case = self.at(state)
        view = self.town.seen(case, purpose)
        return self.moved(case, purpose, decision=view["decision_content"], seal=view["seal"]["code"])

    def known(self, who: towns.Someone) -> str:
        """A resident id that leads to a person of the town."""
        number = resident_id()
        with towns.testing_city_owner() as owner:
            sql = "update registry_person set identity = %s::bytea where id = %s"
            owner.execute(sql, [identity(number), who.person])
        return number

    def mandated(self) -> UUID:
        agent, until = self.known(self.town.stranger), towns.today() + timedelta(30)
        return mandate.give(agent=agent, name="某1", until=until, session=self.town.applicant.session, key=uuid4())

    def proposed(self, by: towns.Someone) -> UUID:
        body = {"divisions": [{"code": uuid4().hex[:12], "name_zh": "区", "name_en": "District", "level": "county"}]}
        return entry.propose(body=body, session=by.session, key=uuid4()).stream

    def token(self, role: str) -> Callable[[], str]:
        """A token of the first who has a role; of a session of its own each time, since one of them may be ended."""
        who = {"anonymous": None, "applicant": self.town.applicant, "registrar": self.registrars[0]}
        one = who[role] if role in who else self.town.someone(role)
        return lambda: token_of(one.again()) if one else ""

    def ids(self) -> dict[str, Iterator[str]]:
        """What exists in this city, by what it is called in a path: over and over again."""
        found = {"code": [self.town.item], "pool": [str(self.town.centre)], "day": [str(towns.today())]}
        with towns.testing_city_owner() as owner:
            for name, sql in EXISTING.items():
                found[name] = [str(row[0]) for row in owner.execute(sql)]
        return {name: cycle(many) for name, many in found.items() if many}

    @property
    def registrars(self) -> tuple[towns.Someone, towns.Someone]:
        return towns.founded(towns.testing_city.current().database)


def followed(w: World) -> dict[str, str]:
    """The number of a case filed at the window, and the code that its person got on her screen."""
    new, clerk = w.at_window()
    secret = at_window.confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    told = confirmation.confirmation(secret=secret)
    return {"number": told["case"]["number"], "code": told["follow"]}


def at_correction(w: World) -> tuple[UUID, towns.Someone]:
    """A case of a person at the window whose correction is awaited, and the clerk who serves her."""
    new, clerk = w.at_window()
    draft.file(draft=new, session=clerk.session, key=uuid4())
    at_window.correction_asked(w.town, new)
    return new, clerk
