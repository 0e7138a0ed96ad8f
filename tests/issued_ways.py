"""How each paper comes about: a town whose people take a case to the event that leads to it, and the keeper with real keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import town as towns
from town_item import resident_id
from yimen.casework import correction, decision, delivery, draft, intake, original, visit
from yimen.casework.intake import Missing
from yimen.casework.paper import Paper
from yimen.gateways.authority import Agency, Seal, found_demonstration_ca
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs import worker
from yimen.jobs.keeper import issued, loop
from yimen.record import order, statement

ITEM: dict[str, Any] = {
    "type_zh": "行政许可",
    "type_en": "Administrative licence",
    "basis_en": "Food Safety Law, art. 35",
    "service_objects": ["1", "2"],
    "delivery": ["electronic", "window", "post"],
    "conditions": [
        {"code": "premises", "zh": "经营场所符合要求", "en": "The premises are suitable"},
        {"code": "rules", "zh": "有保证食品安全的规章制度", "en": "There are rules that ensure food safety"},
    ],
    "form": [
        {"name": "premises", "label_zh": "经营场所", "label_en": "Premises"},
        {"name": "business_type", "label_zh": "主体业态", "label_en": "Type of business"},
        {"name": "business_items", "label_zh": "经营项目", "label_en": "Scope of business"},
        {"name": "contact_phone", "contact": True},
        {"name": "contact_email", "contact": True},
    ],
    "materials": [
        one | {"standard_zh": "A3 图幅，标明面积", "standard_en": "A3, with areas"} if one["code"] == "layout" else one
        for one in towns.ITEM["materials"]
    ],
}
FEES = [
    {
        "code": "cost",
        "name_zh": "工本费",
        "name_en": "Cost of making",
        "amount": 30050,
        "basis": "吉省价收〔2025〕1号",
        "when": None,
    }
]
LIMITS = towns.ITEM["limits"] | {
    "correction": {"amount": 15, "unit": "W"},
    "promise": {"amount": 0, "unit": "I"},
    "fallback": {"amount": 3, "unit": "W"},
}


@dataclass(frozen=True)
class Way:
    """The kind of paper, the event it is about, and how people come there."""

    kind: str
    event: str
    come: Callable[[towns.Town], UUID]
    item: dict[str, Any] | None = None


def founded(folder: Path, town: towns.Town) -> FileKeyStore:
    """The keys that a city with this town's agency and seal has."""
    agency = statement.value("public", "select name_zh from registry_agency where id = %s::uuid", [town.agency])
    keys = FileKeyStore(folder)
    found_demonstration_ca(
        keys,
        agencies=[Agency(code=town.agency_code, name=agency)],
        seals=[Seal(code=town.seal, name="章", agency_code=town.agency_code, agency_name=agency)],
        at=datetime.now(UTC) - timedelta(days=1),
    )
    return keys


def keeper_reads(case: UUID) -> None:
    """Let the keeper read every event of one case, as its cursors would bring them to it."""
    sql = "select stream, number, kind from record_event where stream = %s::uuid order by number"
    for event in statement.rows("keeper", sql, [case]):
        loop.handle(event)
        issued.handle(event)


def _filed(town: towns.Town) -> UUID:
    return town.filed()


def _asked(town: towns.Town) -> UUID:
    case = town.filed()
    intake.ask_correction(
        case=case,
        after=town.head(case),
        missing=[Missing(material="layout", what="请标明面积"), Missing(field="premises", what="请写明门牌号")],
        session=town.drawn(case, "counter").session,
        key=uuid4(),
    )
    return case


def _corrected(town: towns.Town) -> UUID:
    case = _asked(town)
    draft.attach(draft=case, paper=Paper("layout", "新布局图.png", towns.PAPER), session=town.applicant.session)
    answers = {"premises": "人民大街 2 号"}
    correction.correct(case=case, after=town.head(case), answers=answers, session=town.applicant.session, key=uuid4())
    return case


def _taken_at_window(town: towns.Town) -> UUID:
    stood = visit.open_visit(
        resident_id=resident_id(),
        name_zh="林小满",
        name_en="Lin Xiaoman",
        checked="seen",
        session=town.someone("clerk").session,
        key=uuid4(),
    )
    clerk = town.drawn(stood.visit, "window").session
    new = draft.start(item=town.item, session=clerk, key=uuid4(), visit=stood.visit)
    draft.save(draft=new, organisation=None, form=towns.FORM, session=clerk)
    draft.attach(draft=new, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk)
    code, _ = visit.ask_confirmation(draft=new, session=clerk)
    visit.confirm(code=code, digest=str(visit.confirmation(code=code)["digest"]))
    draft.file(draft=new, session=clerk, key=uuid4())
    return new


def _deemed(town: towns.Town) -> UUID:
    case = town.filed()
    with towns.later(town, 12):
        worker.what_time_brings()
        keeper_reads(case)
    return case


def _turned_away(town: towns.Town, act: Callable[..., object], **told: str) -> UUID:
    case = town.filed()
    act(case=case, after=town.head(case), session=town.drawn(case, "counter").session, key=uuid4(), **told)
    return case


def _not_required(town: towns.Town) -> UUID:
    return _turned_away(town, intake.not_required, reason="仅销售预包装食品，备案即可")


def _refused(town: towns.Town) -> UUID:
    return _turned_away(town, intake.refuse, reason="属于消防事项", where="消防救援支队")


def _granted(town: towns.Town) -> UUID:
    case = town.brought_to("granted")
    keeper_reads(case)
    return case


def _denied(town: towns.Town) -> UUID:
    case = town.brought_to("examining")
    town.examine(case, failed=("rules",))
    decision.deny(
        case=case,
        after=town.head(case),
        reasons={"rules": "没有食品安全管理制度"},
        session=town.drawn(case, "decider").session,
        key=uuid4(),
    )
    return case


def _accepted(town: towns.Town) -> UUID:
    return town.brought_to("examining")


def _paid(town: towns.Town) -> UUID:
    case = town.brought_to("examining")
    town.paid(case, 30050, reference=f"PAY-{case.hex[:12]}")
    return case


def _left(town: towns.Town) -> UUID:
    case = town.brought_to("examining")
    clerk = town.drawn(case, "counter").session
    original.take(case=case, after=town.head(case), material="licence", pieces=2, session=clerk, key=uuid4())
    return case


def _given_back(town: towns.Town) -> UUID:
    case = _left(town)
    taken = town.head(case)
    keeper_reads(case)
    clerk = town.drawn(case, "counter").session
    original.give_back(case=case, after=taken, taken=taken, session=clerk, key=uuid4())
    return case


def sealed(town: towns.Town, delivery_way: str, address: str = "") -> UUID:
    """A case whose certificate the keeper made and sealed."""
    case = town.brought_to("granted", delivery=delivery_way, address=address)
    keeper_reads(case)
    for purpose in ("maker", "first_custodian", "second_custodian"):
        town.custody(case, purpose)
    keeper_reads(case)
    return case


def _handed_over(town: towns.Town) -> UUID:
    case = sealed(town, "window")
    clerk = town.drawn(case, "deliverer").session
    delivery.hand_over(case=case, after=town.head(case), identity="seen", to="applicant", session=clerk, key=uuid4())
    return case


def _posted(town: towns.Town) -> UUID:
    case = sealed(town, "post", "人民大街 1 号")
    clerk = town.drawn(case, "deliverer").session
    tracking = f"EM{case.hex[:9]}CN"
    delivery.post(case=case, after=town.head(case), carrier="ems", tracking=tracking, session=clerk, key=uuid4())
    delivery.deliver(case=case, after=town.head(case), way="post")
    return case


def _noted(town: towns.Town) -> UUID:
    case = sealed(town, "post", "人民大街 1 号")
    for act, told in (
        (delivery.post, {"carrier": "ems", "tracking": f"EM{case.hex[:9]}CN"}),
        (delivery.note_arrival, {"evidence": "signed_receipt"}),
    ):
        clerk = town.drawn(case, "deliverer").session
        act(case=case, after=town.head(case), session=clerk, key=uuid4(), **told)  # type: ignore[arg-type]  # one tuple for two acts
    return case


def _arrived(town: towns.Town) -> UUID:
    case = sealed(town, "electronic")
    order.sequence()
    while worker.step():
        pass
    return case


WAYS = (
    Way("receipt", "case.submitted", _filed),
    Way("receipt", "case.taken", _taken_at_window),
    Way("corrected_receipt", "case.corrected", _corrected),
    Way(
        "correction", "case.correction_asked", _asked, {"limits": LIMITS | {"promise": towns.ITEM["limits"]["promise"]}}
    ),
    Way("acceptance", "case.accepted", _accepted),
    Way("deemed_acceptance", "case.deemed_accepted", _deemed),
    Way("not_required", "case.not_required", _not_required),
    Way("refusal", "case.refused", _refused),
    Way("grant", "case.grant_signed", _granted),
    Way("denial", "case.denied", _denied),
    Way("fee_notice", "fee.asked", _accepted, {"fees": FEES}),
    Way("fee_receipt", "fee.paid", _paid, {"fees": FEES}),
    Way("original_receipt", "original.taken", _left),
    Way("original_return", "original.returned", _given_back),
    Way("service", "certificate.handed_over", _handed_over),
    Way("service", "certificate.delivered", _posted),
    Way("service", "certificate.arrival_noted", _noted),
    Way("service", "certificate.delivered", _arrived),
)
