"""The window clerk: applications that chance gave her, looked at for form and completeness, and accepted."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import delivery, intake, original
from yimen.casework.form import matters
from yimen.casework.intake import Missing
from yimen.casework.writing import LONGEST
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.fields import EveryPoint
from yimen.web.seen import SEEN
from yimen.web.tags import both
from yimen.web.words import LAST
from yimen.web.work import View, Way, Work, asked, case_page, named, step_aside, worklist


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("clerk")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """List the applications that wait for me."""
    context = worklist(
        request, session, page="window_worklist", case_url=lambda row: reverse("window_case", args=[row["stream"]])
    )
    first = "after" not in request.GET
    left = original.out(session=session) if first else []
    return render(
        request, "window/worklist.html", {**context, "left": [one | {"state": LAST[one["state"]]} for one in left]}
    )


def _form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    here = [one for one in materials(view) if one["present"]]
    form.fields["complete"] = EveryPoint(
        label=_("I have looked at each of these: it is there, legible and in the proper form"),
        points=named(here, "name"),
        missing=_("Tick each paper once you have looked at it."),
    )
    if not here:
        del form.fields["complete"]
    return form


def materials(view: View) -> list[dict[str, Any]]:
    """The item's materials against what came: present, and asked for at all."""
    came = {one["material"] for one in view["documents"]}
    return [
        one
        | {
            "present": one["code"] in came,
            "asked": one["necessity"] == 1 and not one.get("exempt_by_sharing") and not one.get("from_form"),
            "shared": bool(one.get("exempt_by_sharing")),
            "from_form": bool(one.get("from_form")),
        }
        for one in view["item"]["body"]["materials"]
    ]


def _accept(*, given: dict[str, Any], **move: Any) -> Recorded:
    return intake.accept(**move)


def _correction_form(view: View, data: Any) -> forms.Form:
    """One place to write for each paper and each question: everything is told at once."""
    form = forms.Form(data, prefix="correction")
    body = view["item"]["body"]
    places = [(f"material-{code}", name) for code, name in named(body["materials"], "name")]
    # what is taken from the register is not typed again, and how she is reached she changes herself
    asked = [one for one in body["form"] if not one.get("contact") and one.get("type") != "credit_code"]
    places += [
        (f"field-{one['name']}", both(one, "label") or one["name"]) for one in asked if matters(one, view["form"])
    ]
    for name, label in places:
        form.fields[name] = forms.CharField(
            label=label, required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
        )
    return form


def _ask_correction(*, given: dict[str, Any], **move: Any) -> Recorded:
    missing = []
    for name, what in given.items():
        if what.strip():
            kind, code = name.split("-", 1)
            missing.append(Missing(what=what, **{kind: code}))
    return intake.ask_correction(missing=missing, **move)


def _not_required(*, given: dict[str, Any], **move: Any) -> Recorded:
    return intake.not_required(reason=given["reason"], **move)


def _refuse(*, given: dict[str, Any], **move: Any) -> Recorded:
    return intake.refuse(reason=given["reason"], where=given["where"], **move)


def _once_only(view: View) -> bool:
    asked_before = any(one["kind"] == "case.correction_asked" for one in view["events"])
    return view["turn"] == "counter" and not view["deemed"] and not asked_before


def _answerable(view: View) -> bool:
    return view["turn"] == "counter" and not view["deemed"]


ACCEPT = Work(
    template="window/case.html",
    worklist="window_worklist",
    way=Way(done="accepted", form=_form, act=_accept, when=_answerable),
    about=lambda view, session: {
        "complete": materials(view),
        "receipt": view["state"] == "received",
        "correcting": view["state"] == "correcting",
    },
    others={
        "correct": Way(
            done="correction_asked",
            form=_correction_form,
            act=_ask_correction,
            title=gettext_lazy("If something is missing or wrong"),
            text=gettext_lazy(
                "Write at each paper or question what is to be corrected. The law allows one notice: everything at once. "
                "What can be put right on the spot, let the person put right now."
            ),
            button=gettext_lazy("Ask for the correction"),
            when=_once_only,
        ),
        "not_required": Way(
            done="not_required",
            form=asked("not_required", reason=gettext_lazy("Why is no application needed?")),
            act=_not_required,
            title=gettext_lazy("If no application is needed for this"),
            text=gettext_lazy("The case is over and the applicant is told why."),
            button=gettext_lazy("Say that no application is needed"),
            stop=True,
            when=_answerable,
        ),
        "refuse": Way(
            done="refused",
            form=asked(
                "refuse",
                reason=gettext_lazy("Why is it not this agency's matter?"),
                where=gettext_lazy("Where should the person go?"),
            ),
            act=_refuse,
            title=gettext_lazy("If it is another agency's matter"),
            text=gettext_lazy(
                "The application is not accepted and the case is over. The applicant gets this in writing."
            ),
            button=gettext_lazy("Do not accept"),
            stop=True,
            when=_answerable,
        ),
        "seen": SEEN,
        "aside": step_aside("counter"),
    },
)


def _hand_over_form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields["to"] = forms.ChoiceField(
        label=_("Who collects it?"),
        choices=[("applicant", _("The applicant")), ("agent", _("The agent under the mandate"))][
            : 2 if view["agent"] else 1
        ],
        widget=forms.RadioSelect,
        initial="applicant",
    )
    form.fields["seen"] = forms.BooleanField(
        label=_("I have seen the identity document of whoever stands before me"),
        error_messages={"required": _("Check the identity first.")},
    )
    return form


def _hand_over(*, given: dict[str, Any], **move: Any) -> Recorded:
    return delivery.hand_over(identity="seen", to=given["to"], **move)


def _post_form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields["carrier"] = forms.ChoiceField(label=_("Carrier"), choices=[("ems", "EMS"), ("sf", _("SF Express"))])
    form.fields["tracking"] = forms.RegexField(
        label=_("Number of the parcel"),
        regex=r"^[A-Za-z0-9-]{6,40}$",
        error_messages={"required": _("Scan or type the number."), "invalid": _("Letters and digits only.")},
    )
    return form


def _post(*, given: dict[str, Any], **move: Any) -> Recorded:
    return delivery.post(carrier=given["carrier"], tracking=given["tracking"], **move)


def _nothing(view: View, data: Any) -> forms.Form:
    return forms.Form(data)


HAND_OVER = Way(
    done="handed_over",
    form=_hand_over_form,
    act=_hand_over,
    title=gettext_lazy("Hand over the certificate"),
    text=gettext_lazy("Check who stands before you; then hand it over against a signature."),
    button=gettext_lazy("It is handed over"),
    when=lambda view: view["turn"] == "deliverer",
)
POST = Way(
    done="posted",
    form=_post_form,
    act=_post,
    title=gettext_lazy("Send the certificate by post"),
    text=gettext_lazy("The address is below, for this page only."),
    button=gettext_lazy("It is in the post"),
    when=lambda view: view["turn"] == "deliverer" and view["state"] == "sealed",
)


def _arrival_form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields["evidence"] = forms.ChoiceField(
        label=_("What shows that it arrived?"),
        choices=[
            ("signed_receipt", _("The receipt with the person's signature lies before me")),
            ("carrier_record", _("The carrier's record of delivery lies before me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what shows that it arrived.")},
    )
    return form


ARRIVED = Way(
    done="arrived",
    form=_arrival_form,
    act=lambda *, given, **move: delivery.note_arrival(evidence=given["evidence"], **move),
    title=gettext_lazy("Note that the parcel arrived"),
    text=gettext_lazy("It is on record that you noted it by hand, and on which evidence. The applicant is told."),
    button=gettext_lazy("It arrived"),
    when=lambda view: view["turn"] == "deliverer",
)
CAME_BACK = Way(
    done="came_back",
    form=_nothing,
    act=lambda *, given, **move: delivery.note_return(**move),
    title=gettext_lazy("If the parcel came back"),
    text=gettext_lazy(
        "Only when it is here. The applicant is told to collect it, and the case stays on your list until then."
    ),
    button=gettext_lazy("It is here again"),
    when=lambda view: view["turn"] == "deliverer",
)
LOST = Way(
    done="lost",
    form=_nothing,
    act=lambda *, given, **move: delivery.note_loss(**move),
    title=gettext_lazy("If the parcel was lost"),
    text=gettext_lazy(
        "Only when the carrier says so in writing. The applicant is told to collect the result, and the case stays on your list until then."
    ),
    button=gettext_lazy("It was lost"),
    when=lambda view: view["turn"] == "deliverer",
)
KEEP = Way(
    done="kept",
    form=_nothing,
    act=lambda *, given, **move: delivery.keep(**move),
    title=gettext_lazy("If nobody collected it in time"),
    text=gettext_lazy("The certificate is kept at the centre and the case is over; it can still be collected."),
    button=gettext_lazy("Keep it at the centre"),
    stop=True,
    when=lambda view: view["turn"] == "deliverer",
)
LATE = Way(
    done="handed_over",
    form=_hand_over_form,
    act=lambda *, given, **move: delivery.hand_over(identity="seen", to=given["to"], late=True, **move),
    title=gettext_lazy("Hand over a certificate that was kept"),
    text=gettext_lazy("Check who stands before you; then hand it over against a signature."),
    button=gettext_lazy("It is handed over"),
    when=lambda view: view["state"] == "kept",
)


def work_of(view: View) -> Work:
    """The step this case is at, for a clerk: looking at an application, or bringing the result to the person."""
    if view["state"] in ("sealed", "posted", "kept"):
        posting = view["delivery"] == "post" and view["parcel"] is None
        sealed = POST if posting else HAND_OVER
        way = {"kept": LATE, "posted": ARRIVED, "sealed": sealed}[view["state"]]
        also = (
            {"came_back": CAME_BACK, "lost": LOST} if view["state"] == "posted" else {} if posting else {"keep": KEEP}
        )
        others = {**also, "aside": step_aside("deliverer")}
        return Work(
            template="window/deliver.html",
            worklist="window_worklist",
            way=way,
            about=lambda view, session: {
                "way": way,
                "parcel": view["parcel"],
                "address": view["contact"]["address"] if way is POST and view["turn"] else "",
                "elsewhere": view["to_collect"] and not view["turn"],
            },
            others=others,
        )
    return ACCEPT


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def accept(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Work on one case at the window."""
    return case_page(request, session, case, work_of)
