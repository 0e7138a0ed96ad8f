"""The applicant's messages, the service level behind them, and how she is reached in a case."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import case as cases
from yimen.casework import notice
from yimen.pure.notice_words import EN, NOTICES, WHYS, ZH, lines
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.door import signed_in
from yimen.web.forms import WIDGETS, WRONG
from yimen.web.sent import key_of, number_of
from yimen.web.tags import both, moment
from yimen.web.words import EVENTS, Words

PAGE: Final = 20
# What became of the mail beside a message.
MAILED: Final[Words] = {
    "waiting": _("E-mail on its way"),
    "claimed": _("E-mail on its way"),
    "handing": _("E-mail on its way"),
    "sent": _("E-mailed"),
    "failed": _("E-mail could not be delivered"),
    "bounced": _("E-mail came back undelivered"),
    "uncertain": _("E-mail may not have arrived"),
    "no_address": _("Not e-mailed: there is no address"),
    "withheld": _("Not e-mailed: whoever gave the address no longer acts for you"),
    "overtaken": _("Not e-mailed: it was done already"),
    "no_gateway": _("Not e-mailed: this platform sends no e-mail"),
}
WHEN: Final[Words] = {
    "always": _("yes"),
    "never": _("no"),
    "to_collect": _("if you collect it at the window"),
    "own_clock": _("if a date changes by which you must act"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant")
def messages(request: HttpRequest, session: Session) -> HttpResponse:
    """Show my messages, the unread first, page by page; all of them can be marked as read."""
    if request.method == "POST":
        notice.read(session=session, upto=number_of(request.POST.get("upto", "")))
        return redirect("messages")
    after = _place(request)
    rows = notice.mine(session=session, limit=PAGE + 1, after=after)
    page = rows[:PAGE]
    following = urlencode({"unread": int(page[-1]["unread"]), "after": page[-1]["id"]}) if len(rows) > PAGE else ""
    level = notice.policy(login=session.login)
    context = {
        "messages_shown": [_message(row) for row in page],
        "upto": max((row["id"] for row in page if row["unread"]), default=None) if after is None else None,
        "pages": {"previous": reverse("messages") if after else "", "next": following and f"?{following}"},
        "waiting": waiting_of(notice.waiting(session=session)),
        "policy": [_rule(one) for one in level if one["told"] != "never"],
        "version": level[0]["version"],
    }
    return render(request, "public/messages.html", context)


def _message(row: Mapping[str, Any]) -> dict[str, Any]:
    language, wording = _language(), NOTICES[row["kind"]]
    mailed = str(MAILED[row["mail"]]) if row["mail"] else ""
    return {
        "url": reverse("case", args=[row["stream"]]) if row["case_number"] else reverse("mandates"),
        "title": wording.title[language],
        "text": wording.text[language],
        "unread": row["unread"],
        "at": row["at"],
        "name_zh": row["item_zh"] or row["agent_zh"],
        "name_en": row["item_en"] or row["agent_en"],
        "number": row["case_number"] or "",
        "holder": both(row, "holder"),
        "lines": lines(row["says"], language),
        "mail": f"{mailed} {moment(row['mailed_at'])}" if row["mail"] == "sent" else mailed,
    }


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event": EVENTS[rule["kind"]],
        "mailed": WHEN[rule["mailed"]],
        "why": WHYS[rule["why"]][_language()],
    }


def told_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """One event that was told, as supervisors see it: to how many, read by how many, and what became of the mail."""
    return {
        "event": EVENTS[row["kind"]],
        "told": row["told"],
        "read": row["read"],
        "mail": MAILED[row["state"]] if row["state"] else "",
        "at": row["settled_at"],
        "reply": row["reply"] or "",
    }


def _language() -> int:
    return EN if shown.english() else ZH


def waiting_of(found: Mapping[str, Any], *, only: UUID | None = None) -> dict[str, Any]:
    """What waits for the reader: how many messages, and the cases (or `only` this one) whose mail does not reach her."""
    unreached = [
        one | {"name_zh": one["item_zh"], "name_en": one["item_en"]}
        for one in found["unreached"]
        if only is None or one["stream"] == str(only)
    ]
    return {"unread": found["unread"], "unreached": unreached}


def _place(request: HttpRequest) -> tuple[bool, int] | None:
    """The last message of the page before. Refuses: malformed move.malformed."""
    if "after" not in request.GET:
        return None
    return bool(number_of(request.GET.get("unread", "0"))), number_of(request.GET["after"])


class Contact(forms.Form):
    """How I am reached; what is right is said by the operation."""

    contact_phone = forms.CharField(
        label=_("Telephone"), required=False, widget=forms.TextInput(dict(WIDGETS["phone"]))
    )
    contact_email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("Leave it empty if you want no e-mail. Messages are here all the same."),
        widget=forms.TextInput(dict(WIDGETS["email"])),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant")
def contact(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Show and change how I am reached in an open case. Sent twice, it is changed once."""
    view = cases.view(case=case, session=session)
    if not view["open"]:
        return redirect("case", case)
    now = view["contact"]
    form, key = Contact(initial={"contact_phone": now["phone"], "contact_email": now["email"]}), uuid4()
    if request.method == "POST":
        key, form = key_of(request), Contact(request.POST)
        form.full_clean()
        if _changed(form, case=case, session=session, key=key):
            return redirect("case", case)
    waiting = waiting_of(notice.waiting(session=session), only=case)
    context = {"case": shown.case_of(view), "form": form, "key": key, "waiting": waiting}
    return render(request, "public/contact.html", context, status=422 if form.errors else 200)


def _changed(form: Contact, *, case: UUID, session: Session, key: UUID) -> bool:
    """Change it; whether it was changed. What is wrong is said at its field."""
    if form.errors:
        return False
    told = form.cleaned_data
    try:
        notice.change_contact(
            case=case, phone=told["contact_phone"], email=told["contact_email"], session=session, key=key
        )
    except Refusal as refused:
        if refused.code != "form.malformed":
            raise
        for name, code in refused.params["fields"].items():
            form.add_error(name, str(WRONG.get(code, code)))
    return not form.errors
