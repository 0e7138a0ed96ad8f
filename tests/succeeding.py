"""
For every operation of the interface, one request that succeeds: by whom, for which case at which state, with what body.

`READY[role]` names the operations of a role; each makes its own case, draft or visit in a town, by the people chance drew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from typing import Any, LiteralString
from uuid import UUID, uuid4

import town as towns
from town_item import resident_id
from yimen.api.token import token_of
from yimen.casework import certificate, delivery, draft, intake, mandate, original, visit
from yimen.casework.document import Stored, keep
from yimen.casework.paper import Paper
from yimen.pure.canonical import canonical
from yimen.record import draws
from yimen.registry import entry
from yimen.registry.accounts import make_accounts
from yimen.registry.load import identity

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
        told = {"certificate": {"number": f"JY{uuid4().int % 10**9}"}, "valid_until": "2031-11-24"}
        certificate.seal(case=case, after=self.town.head(case), decision=told, pdf=pdf, stored=stored)
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
        for material in ("layout", "signed_confirmation"):
            draft.attach(draft=new, paper=Paper(material, "x.png", towns.PAPER), session=clerk.session)
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
        return mandate.give(agent=agent, until=until, session=self.town.applicant.session, key=uuid4())

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


Make = Callable[[World], Request]
READY: dict[str, dict[str, Make]] = {}


def success(role: str, operation: str) -> Callable[[Make], Make]:
    """Name what a function asks for: the role, and the operation by its id."""

    def named(make: Make) -> Make:
        READY.setdefault(role, {})[operation] = make
        return make

    return named


def plain(role: str, *operations: str, **path: Callable[[World], object]) -> None:
    """Requests of a role that need nothing but what stands in the path."""
    for one in operations:

        def make(w: World) -> Request:
            who = None if role == "anonymous" else w.town.applicant if role == "applicant" else _of(w, role)
            return Request(who, {name: str(value(w)) for name, value in path.items()})

        READY.setdefault(role, {})[one] = make


def _of(w: World, role: str) -> towns.Someone:
    return w.registrars[0] if role == "registrar" else w.town.someone(role)


def code_of(w: World) -> str:
    new, clerk = w.at_window()
    return visit.ask_confirmation(draft=new, session=clerk.session)[0]


plain("anonymous", "public_items", "public_record_minutes", "public_trust")
plain("anonymous", "public_item", "public_took", code=lambda w: w.town.item)
plain("anonymous", "public_drawn", day=lambda w: towns.today())
plain("anonymous", "public_confirmation", code=code_of)
plain(
    "applicant", "applicant_organisations", "applicant_mine", "applicant_my_mandates", "draft_my_drafts", "sessions_who"
)
plain("applicant", "draft_view_draft", draft=lambda w: w.town.drafted())
plain("applicant", "seen_view", "seen_clocks", case=lambda w: w.at("examining"))
plain("clerk", "counter_visits_waiting", "official_worklist")
plain("examiner", "official_worked")
plain("supervisor", "supervisor_all_cases", "drawing_coming")
plain("applicant", "messages_mine", "messages_waiting")
plain("applicant", "issued_of_case", case=lambda w: w.at("examining"))
plain("applicant", "fees_fee", "fees_pay", case=lambda w: w.at("examining", form=STALL))
plain("applicant", "draft_renew", draft=lambda w: w.town.drafted())
plain("applicant", "draft_pages", draft=lambda w: w.town.drafted(), material=lambda w: "layout")
plain("supervisor", "supervisor_orders", "supervisor_due")
plain("supervisor", "supervisor_mails", case=lambda w: w.at("examining"))
plain("supervisor", "supervisor_life", case=lambda w: w.at("deciding"))
plain("supervisor", "supervisor_roster", day=lambda w: towns.today())
plain("registrar", "registrar_waiting")
plain("registrar", "registrar_show", entry=lambda w: w.proposed(w.registrars[0]))


@success("anonymous", "public_confirm")
def _(w: World) -> Request:
    code = code_of(w)
    return Request(None, {"code": code}, {"digest": visit.confirmation(code=code)["digest"]})


@success("anonymous", "public_verified")
def _(w: World) -> Request:
    return Request(None, body={"file": b"%PDF-1.7 nothing"})


@success("anonymous", "sessions_sign_in")
def _(w: World) -> Request:
    make_accounts([(w.town.applicant.username, PASSWORD)])
    return Request(None, body={"username": w.town.applicant.username, "password": PASSWORD})


@success("applicant", "sessions_sign_out")
def _(w: World) -> Request:
    one = w.town.applicant
    return Request(towns.Someone(one.person, one.post, one.username, one.role))


@success("applicant", "applicant_apply")
def _(w: World) -> Request:
    told = {"item": w.town.item, "organisation": str(w.town.organisation), "form": towns.FORM}
    return Request(w.town.applicant, body={"application": canonical(told).decode()})


@success("applicant", "applicant_correct")
def _(w: World) -> Request:
    return w.mine(w.correcting(), answers={"premises": "别处 2 号"})


@success("applicant", "applicant_withdraw")
def _(w: World) -> Request:
    return w.mine(w.at("received"))


@success("applicant", "applicant_give")
def _(w: World) -> Request:
    until = towns.today() + timedelta(30)
    return Request(w.town.applicant, body={"agent": w.known(w.town.stranger), "until": until.isoformat()})


@success("applicant", "applicant_end")
def _(w: World) -> Request:
    return Request(w.town.applicant, {"mandate": str(w.mandated())})


@success("applicant", "draft_start")
def _(w: World) -> Request:
    return Request(w.town.applicant, body={"item": w.town.item})


@success("applicant", "draft_save")
def _(w: World) -> Request:
    told = {
        "organisation": str(w.town.organisation),
        "form": towns.FORM,
        "delivery": "post",
        "address": "人民大街 1 号",
    }
    return Request(w.town.applicant, {"draft": str(w.town.drafted())}, told)


@success("applicant", "draft_attach")
def _(w: World) -> Request:
    return Request(w.town.applicant, {"draft": str(w.town.drafted())}, {"material": "rules", "file": towns.PAPER})


@success("applicant", "draft_join")
def _(w: World) -> Request:
    new = w.town.drafted()
    body = {"material": "layout", "sheets": [{"document": _paper_of(w, new), "page": 1, "turn": 180}]}
    return Request(w.town.applicant, {"draft": str(new)}, body)


@success("applicant", "messages_read")
def _(w: World) -> Request:
    return Request(w.town.applicant, body={"case": str(w.at("received"))})


@success("applicant", "messages_contact")
def _(w: World) -> Request:
    case = w.at("received")
    return Request(w.town.applicant, {"case": str(case)}, {"phone": "0431-80000009", "email": "b@example.org"})


@success("applicant", "draft_reuse")
def _(w: World) -> Request:
    w.town.filed()
    again = w.town.drafted()
    offers = draft.view(draft=again, session=w.town.applicant.session)["offers"]
    body = {"material": "layout", "document": next(one["document"] for one in offers if one["material"] == "layout")}
    return Request(w.town.applicant, {"draft": str(again)}, body)


def _paper_of(w: World, new: UUID) -> str:
    return str(draft.view(draft=new, session=w.town.applicant.session)["documents"][0]["id"])


@success("applicant", "draft_detach")
def _(w: World) -> Request:
    return Request(w.town.applicant, {"document": _paper_of(w, w.town.drafted())})


@success("applicant", "seen_content")
def _(w: World) -> Request:
    return Request(w.town.applicant, {"document": _paper_of(w, w.town.drafted())})


@success("applicant", "draft_file")
def _(w: World) -> Request:
    return Request(w.town.applicant, {"draft": str(w.town.drafted())})


@success("clerk", "counter_greet")
def _(w: World) -> Request:
    told = {"resident_id": resident_id(), "name_zh": "林小满", "name_en": "", "checked": "seen"}
    return Request(w.town.someone("clerk"), body=told)


@success("clerk", "counter_visitor_cases")
def _(w: World) -> Request:
    stood, clerk = w.greeted()
    return Request(clerk, {"visit": str(stood.visit)})


@success("clerk", "counter_end_visit")
def _(w: World) -> Request:
    stood, clerk = w.greeted()
    return Request(clerk, {"visit": str(stood.visit)}, {"after": 2, "outcome": "advice"})


@success("clerk", "counter_ask_confirmation")
def _(w: World) -> Request:
    new, clerk = w.at_window()
    return Request(clerk, {"draft": str(new)})


@success("clerk", "counter_accept")
def _(w: World) -> Request:
    return w.moved(w.at("received"), "counter")


@success("clerk", "counter_ask_correction")
def _(w: World) -> Request:
    return w.moved(w.at("received"), "counter", missing=[{"what": "看不清", "material": "layout"}])


@success("clerk", "counter_not_required")
def _(w: World) -> Request:
    return w.moved(w.at("received"), "counter", reason="备案即可")


@success("clerk", "counter_refuse")
def _(w: World) -> Request:
    return w.moved(w.at("received"), "counter", reason="不属于本机关", where="消防救援支队")


@success("clerk", "official_step_aside")
def _(w: World) -> Request:
    return w.moved(w.at("received"), "counter", step="counter", ground="interest")


@success("clerk", "counter_take_original")
def _(w: World) -> Request:
    case = w.at("received")
    w.town.accept(case)
    return w.moved(case, "counter", material="licence", pieces=2)


@success("clerk", "counter_return_original")
def _(w: World) -> Request:
    case = w.at("examining")
    told: dict[str, Any] = {"material": "licence", "pieces": 1, "session": w.town.drawn(case, "counter").session}
    taken = original.take(case=case, after=w.town.head(case), key=uuid4(), **told)
    return w.moved(case, "counter", taken=taken.number)


@success("clerk", "counter_see")
def _(w: World) -> Request:
    new, clerk = w.at_window("not_checked")
    draft.file(draft=new, session=clerk.session, key=uuid4())
    return w.moved(new, "counter", what="identity")


@success("clerk", "counter_post")
def _(w: World) -> Request:
    return w.moved(w.sealed("post"), "deliverer", carrier="ems", tracking=f"EB{uuid4().int % 10**9}CN")


@success("clerk", "counter_hand_over")
def _(w: World) -> Request:
    return w.moved(w.sealed("window"), "deliverer", identity="seen", to="applicant")


@success("clerk", "counter_keep")
def _(w: World) -> Request:
    case = w.sealed("post")
    told: dict[str, Any] = {"carrier": "ems", "tracking": f"EB{uuid4().int % 10**9}CN"}
    clerk = w.town.drawn(case, "deliverer").session
    delivery.post(case=case, after=w.town.head(case), session=clerk, key=uuid4(), **told)
    return w.moved(case, "deliverer")


@success("examiner", "decide_examine")
def _(w: World) -> Request:
    return w.moved(w.at("examining"), "examiner", conditions=["premises"], failed=["rules"])


@success("decider", "decide_decide")
def _(w: World) -> Request:
    return w.moved(w.at("deciding"), "decider")


@success("decider", "decide_deny")
def _(w: World) -> Request:
    return w.moved(w.at("deciding"), "decider", reasons={"rules": "没有管理制度"})


@success("decider", "decide_send_back")
def _(w: World) -> Request:
    return w.moved(w.at("deciding"), "decider", reason="请核对布局图")


READY["maker"] = {"custody_make": lambda w: w.custody("certifying", "maker")}
READY["custodian"] = {
    "custody_release": lambda w: w.custody("made", "first_custodian"),
    "custody_release_again": lambda w: w.custody("half_released", "second_custodian"),
}


def _half(w: World, role: str, path: dict[str, str]) -> Request:
    return Request(w.town.someone(role), path, {"half": uuid4().hex * 2})


@success("manager", "drawing_centre_half")
def _(w: World) -> Request:
    return _half(w, "manager", {"pool": str(w.town.centre), "day": str(towns.today() + timedelta(1))})


@success("supervisor", "drawing_supervisor_half")
def _(w: World) -> Request:
    day = towns.today() + timedelta(2)
    manager = w.town.someone("manager").session
    draws.open_day(pool=w.town.centre, day=day, half=uuid4().bytes * 2, session=manager, key=uuid4())
    return _half(w, "supervisor", {"pool": str(w.town.centre), "day": str(day)})


@success("registrar", "registrar_propose")
def _(w: World) -> Request:
    rows = [{"code": uuid4().hex[:12], "name_zh": "区", "name_en": "District", "level": "county"}]
    return Request(w.registrars[0], body={"divisions": rows})


@success("registrar", "registrar_confirm")
def _(w: World) -> Request:
    one, two = w.registrars
    proposed = w.proposed(one)
    return Request(two, {"entry": str(proposed)}, {"proposed": entry.read(entry=proposed)[1]})
