"""One change of places: what it changes, who proposed it and why, and what the second hand does with it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import changes
from yimen.registry.changes import Change
from yimen.web.change_words import PARTS, STATES, STEPS, TONES
from yimen.web.door import signed_in
from yimen.web.manager_places import spans, week_of
from yimen.web.sent import key_of
from yimen.web.tags import both
from yimen.web.work import notice_of

Row = Mapping[str, Any]


class Because(forms.Form):
    """Why a step is taken, and that it is meant."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, prefix: str, sure: str = "", proposed: str = "") -> None:
        super().__init__(data, prefix=prefix, initial={"proposed": proposed})
        self.fields["why"].label = _("Why?")
        self.fields["why"].error_messages["required"] = _("Say why.")
        if sure:
            meant = {"required": _("Tick this if you mean it.")}
            self.fields["sure"] = forms.BooleanField(label=sure, error_messages=meant)
        if proposed:
            self.fields["proposed"] = forms.CharField(max_length=64, widget=forms.HiddenInput)


def _ways(found: Change, data: Any, chosen: str) -> dict[str, Because]:
    """What can be done now, each with its form; the one that was sent holds what was typed."""
    made: dict[str, dict[str, str]] = {}
    if found.state == "proposed" and found.hers and found.own:
        made["withdraw"] = {"sure": _("I withdraw it. It ends.")}
    elif found.state == "proposed" and found.hers:
        made["confirm"] = {"sure": _("I have read what changes, and confirm exactly this."), "proposed": found.proposed}
        made["decline"] = {}
    return {name: Because(data if name == chosen else None, prefix=name, **more) for name, more in made.items()}


def _confirm(given: Mapping[str, str], **step: Any) -> None:
    changes.confirm(why=given["why"], proposed=given["proposed"], **step)


def _decline(given: Mapping[str, str], **step: Any) -> None:
    changes.decline(why=given["why"], **step)


def _withdraw(given: Mapping[str, str], **step: Any) -> None:
    changes.withdraw(why=given["why"], **step)


STEPPING: Final[Mapping[str, Callable[..., None]]] = {
    "confirm": _confirm,
    "decline": _decline,
    "withdraw": _withdraw,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager", "supervisor")
def page(request: HttpRequest, session: Session, change: UUID) -> HttpResponse:
    """Show a change, and do what was chosen."""
    found = changes.read(change=change, session=session)
    posted = request.method == "POST"
    key = key_of(request) if posted else uuid4()
    chosen = request.POST.get("do", "")
    if posted and chosen not in STEPPING:
        raise Refusal("malformed", "move.malformed")
    ways = _ways(found, request.POST if posted else None, chosen)
    form = ways.get(chosen) or Because(request.POST, prefix=chosen, proposed="x" * (chosen == "confirm"))
    if posted and form.is_valid():
        STEPPING[chosen](form.cleaned_data, change=change, session=session, key=key)
        return HttpResponseRedirect(f"{reverse('place_change', args=[change])}?done=place_{chosen}")
    context = {
        "change": found,
        "why": found.steps[0].why,
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "parts": _parts(changes.beside(said=found.said, login=session.login), going=found.state == "proposed"),
        "steps": [{"what": STEPS[one.kind], "at": one.at, "name_zh": one.name_zh, "name_en": one.name_en, "why": one.why} for one in found.steps],
        "seconds": changes.seconds(change=change, session=session) if found.state == "proposed" else [],
        "ways": ways,
        "wrong": form if posted else None,
        "key": key,
    }  # fmt: skip
    return render(request, "manager/change.html", context | notice_of(request), status=422 if posted else 200)


def _parts(rows: Sequence[Row], *, going: bool) -> list[dict[str, Any]]:
    """What changes, part by part: {title, lines: list of {what, places, now, then}}; `now` only as long as it is not yet done."""
    made = []
    for part, title in PARTS.items():
        of_it = [one for one in rows if one["part"] == part or (part == "offers" and one["part"] == "as_level")]
        lines = _days(of_it, part) if part in ("closures", "reopened") else [_line(one) for one in of_it]
        if lines:
            made.append({"title": title, "lines": [one if going else one | {"now": ""} for one in lines]})
    return made


def _days(rows: Sequence[Row], part: str) -> list[dict[str, Any]]:
    """Days that are closed, or open after all, at one place or at several alike, together."""
    by_place: dict[str, list[Row]] = {}
    for one in rows:
        by_place.setdefault(one["said"]["place"], []).append(one)
    alike: dict[tuple[Any, ...], list[str]] = {}
    for many in by_place.values():
        days = [{"day": one["said"]["day"], **_reason(one, part)} for one in many]
        told = tuple((one["first"], one["last"], one["name_zh"], one["name_en"]) for one in spans(days))
        alike.setdefault(told, []).append(both(many[0], "name"))
    return [
        {"places": names, "what": "", "now": "", "then": [_span(*one) for one in told]} for told, names in alike.items()
    ]


def _reason(one: Row, part: str) -> dict[str, str]:
    named = one["said"] if part == "closures" else one["now"] or {}
    return {name: named.get(name, "") for name in ("name_zh", "name_en")}


def _span(first: Any, last: Any, name_zh: str, name_en: str) -> str:
    told = {"first": first.isoformat(), "last": last.isoformat(), "n": (last - first).days + 1}
    days = told["first"] if first == last else _("%(first)s to %(last)s (%(n)s days)") % told
    reason = both({"name_zh": name_zh, "name_en": name_en}, "name")
    return f"{days}{_(': ')}{reason}" if reason else days


def _line(one: Row) -> dict[str, Any]:
    """A row of hours, windows or offers, in words: how it is now, and how it is then."""
    part, said, now = one["part"], one["said"], one["now"] or {}
    what = ""
    if part == "hours":
        before, after = ([week_of(row), row["phone"]] for row in (now, said))
    elif part in ("windows", "windows_ended"):
        what, before = said["code"], [both(now, "name")] if now else []
        after = [both(said, "name")] if part == "windows" else [_("ended")]
    else:
        what, before, after = both(now, "item") or said["item"], _offer(now), _offer(said)
    return {"places": [both(one, "name")], "what": what, "now": before, "then": after}


def _offer(row: Row) -> list[str]:
    """Whether something is offered, in words; `row` is of a change, or how it stands."""
    if "offered" not in row:
        return [_("as at all halls of this level")]
    if not row["offered"]:
        return [_("not offered"), both(row, "reason")] if both(row, "reason") else [_("not offered")]
    own = row.get("own", True)
    more = [str(row["phone"])] if own and row.get("phone") else []
    more += [week_of(row)] if own and row.get("days") else []
    return [_("offered"), *more]
