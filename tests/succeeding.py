"""
For every operation of the interface, one request that succeeds: by whom, for which case at which state, with what body.

`READY[role]` names the operations of a role; each makes its own case, draft or visit in a town, by the people chance drew.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import at_window
import town as towns
from program_world import PASSWORD, STALL, Request, World, at_correction, followed
from town_item import resident_id
from yimen.casework import confirmation, delivery, draft, original
from yimen.pure.canonical import canonical
from yimen.record import draws
from yimen.registry import entry
from yimen.registry.accounts import make_accounts

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
    return confirmation.ask_confirmation(draft=new, session=clerk.session)[0]


plain("anonymous", "public_items", "public_ways", "public_record_minutes", "public_trust")
plain("anonymous", "public_item", "public_took", "public_versions", code=lambda w: w.town.item)
plain("anonymous", "public_drawn", day=lambda w: towns.today())
plain(
    "applicant", "applicant_organisations", "applicant_mine", "applicant_my_mandates", "draft_my_drafts", "sessions_who"
)
plain("applicant", "draft_view_draft", draft=lambda w: w.town.drafted())
plain("applicant", "seen_view", "seen_clocks", case=lambda w: w.at("examining"))
plain("clerk", "counter_visits_waiting", "counter_originals_out", "official_worklist")
plain("examiner", "official_worked")
plain("supervisor", "supervisor_all_cases", "drawing_coming")
plain("applicant", "messages_mine", "messages_waiting")
plain("applicant", "issued_of_case", case=lambda w: w.at("examining"))
plain("applicant", "fees_fee", "fees_pay", case=lambda w: w.at("examining", form=STALL))
plain("applicant", "draft_renew", draft=lambda w: w.town.drafted())
plain("applicant", "draft_pages", draft=lambda w: w.town.drafted(), material=lambda w: "layout")
plain("supervisor", "supervisor_orders", "supervisor_due")
success("supervisor", "supervisor_numbered")(lambda w: Request(w.town.someone("supervisor"), query={"number": "1"}))
plain("supervisor", "supervisor_mails", case=lambda w: w.at("examining"))
plain("supervisor", "supervisor_life", case=lambda w: w.at("deciding"))
plain("supervisor", "supervisor_roster", day=lambda w: towns.today())
plain("registrar", "registrar_waiting")
plain("registrar", "registrar_show", entry=lambda w: w.proposed(w.registrars[0]))


@success("anonymous", "public_confirm")
def _(w: World) -> Request:
    new, clerk = w.at_window()
    secret = at_window.screen(new, clerk)
    return Request(None, body={"secret": secret, "digest": confirmation.confirmation(secret=secret)["digest"]})


@success("anonymous", "public_open_confirmation")
def _(w: World) -> Request:
    return Request(None, body={"code": code_of(w)})


@success("anonymous", "public_confirmation")
def _(w: World) -> Request:
    return Request(None, body={"secret": at_window.screen(*w.at_window())})


@success("anonymous", "public_follow")
def _(w: World) -> Request:
    return Request(None, body=followed(w))


@success("anonymous", "public_followed_paper")
def _(w: World) -> Request:
    case = w.sealed("electronic")
    with towns.testing_city_owner() as owner:  # served at a window, as far as following it goes
        told = "select c.number, c.applicant, f.document from casework_case c join casework_certificate f on f.stream = c.stream where c.stream = %s"
        ((number, person, document),) = owner.execute(told, [case]).fetchall()
        owner.execute("select casework_follow_made(%s, %s, '23456789ABCD', 'made_at_window')", [case, person])
    return Request(None, {"document": str(document)}, {"number": number, "code": "23456789ABCD"})


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
    return Request(
        w.town.applicant, body={"agent": w.known(w.town.stranger), "name": "某1", "until": until.isoformat()}
    )


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


@success("clerk", "counter_kept_answers")
@success("clerk", "counter_keep_answers")
@success("clerk", "counter_print_follow_code")
def _(w: World) -> Request:
    case, clerk = at_correction(w)
    return Request(clerk, {"case": str(case)}, {"answers": {"premises": "别处 2 号"}})


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


def _posted(w: World) -> UUID:
    case = w.sealed("post")
    told: dict[str, Any] = {"carrier": "ems", "tracking": f"EB{uuid4().int % 10**9}CN"}
    clerk = w.town.drawn(case, "deliverer").session
    delivery.post(case=case, after=w.town.head(case), session=clerk, key=uuid4(), **told)
    return case


@success("clerk", "counter_arrived")
def _(w: World) -> Request:
    return w.moved(_posted(w), "deliverer", evidence="signed_receipt")


@success("clerk", "counter_came_back")
def _(w: World) -> Request:
    return w.moved(_posted(w), "deliverer")


@success("clerk", "counter_lost")
def _(w: World) -> Request:
    return w.moved(_posted(w), "deliverer")


@success("clerk", "counter_keep")
def _(w: World) -> Request:
    case = w.sealed("window")
    at_window.uncollected(case)
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
