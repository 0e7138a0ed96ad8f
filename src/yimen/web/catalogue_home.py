"""The home of those who keep the catalogue: an editor's revisions and items, what waits for a reviewer, and what could be shared."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.pure import item_codes
from yimen.pure.identifiers import IdentifierError, check_item_code
from yimen.pure.item_rules import Whole
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import keeping, revision
from yimen.registry.drafting import Wanted
from yimen.web.catalogue_words import NEXT, STATES, TONES
from yimen.web.door import signed_in
from yimen.web.sent import before_of, id_of, key_of, number_of
from yimen.web.shown import english
from yimen.web.tags import both
from yimen.web.work import notice_of

PAGE: Final = 10
ITEMS: Final = 20


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("editor", "reviewer")
def home(request: HttpRequest, session: Session) -> HttpResponse:
    """An editor's revisions and the items of her agency; or what waits for a reviewer, the longest waiting first."""
    keeper = keeping.keeper(session=session)
    reviewing = keeper.role == "reviewer"
    asked = request.GET.get("state", "submitted" if reviewing else "")
    state = asked if asked in STATES else ""
    waiting = reviewing and state == "submitted"
    rows = revision.listed(
        session=session, state=state, before=before_of(request, "revision"), limit=PAGE + 1, oldest=waiting
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    chosen = {"state": state} if "state" in request.GET else {}
    following = {**chosen, "before": last["at"].isoformat(), "revision": str(last["revision"])} if last else {}
    words = {"": _("All"), **STATES}
    context = {
        "keeper": keeper,
        "revisions": [_listed(one) for one in rows[:PAGE]],
        "state": state,
        "states": [{"state": name, "word": word, "here": name == state} for name, word in words.items()],
        "pages": {
            "previous": f"?{urlencode(chosen)}" if "before" in request.GET else "",
            "next": f"?{urlencode(following)}" if following else "",
        },
        **notice_of(request),
        **_items(request, session),
    }
    return render(request, "catalogue/reviewer.html" if reviewing else "catalogue/editor.html", context)


def under_way(code: str, *, session: Session) -> list[dict[str, Any]]:
    """Return the revisions of an item that are neither published nor over, as a list shows them."""
    found = [revision.listed(session=session, state=one, limit=PAGE, code=code) for one in ("submitted", "draft")]
    return [_listed(one) for rows in found for one in rows]


def _listed(one: Mapping[str, Any]) -> dict[str, Any]:
    state = one["state"]
    return {**one, "state": STATES[state], "tone": TONES[state], "next": NEXT[state], "standing": state}


def _items(request: HttpRequest, session: Session) -> dict[str, Any]:
    words, past = (request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("q", "past"))
    rows = revision.changeable(session=session, after=past, words=words, limit=ITEMS + 1)
    asked = {"q": words} if words else {}
    following = urlencode(asked | {"past": rows[ITEMS - 1]["code"]}) if len(rows) > ITEMS else ""
    return {
        "words": words,
        "items": rows[:ITEMS],
        "item_pages": {
            "previous": f"?{urlencode(asked)}#items" if past else "",
            "next": f"?{following}#items" if following else "",
        },
    }


class Begun(forms.Form):
    """Why something is changed, and whether it joins a draft that is open already."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    into = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any, *, session: Session) -> None:
        super().__init__(data, initial={"into": ""})
        self.fields["why"].label = _("Why?")
        self.fields["why"].help_text = _("The reviewer reads it, and it stays in the record.")
        self.fields["why"].error_messages["required"] = _("Say why.")
        drafts = revision.listed(session=session, state="draft", limit=PAGE)
        choices = [("", _("A revision of its own"))]
        choices += [(str(one["revision"]), _("Together with: %(why)s") % {"why": one["why"][:80]}) for one in drafts]
        into: Any = self.fields["into"]
        into.choices, into.label = choices, _("Where does it go?")
        into.help_text = _("What one revision holds is published together: all of it or nothing.")
        if not drafts:
            into.widget = forms.HiddenInput()


class New(Begun):
    """What names an item that is new."""

    name = forms.CharField(max_length=200)
    name_en = forms.CharField(max_length=200)
    code = forms.CharField(max_length=12)
    level = forms.ChoiceField()
    type = forms.ChoiceField()

    field_order = ("name", "name_en", "type", "code", "level", "why", "into")

    def __init__(self, data: Any, *, session: Session) -> None:
        super().__init__(data, session=session)
        labels = {
            "name": _("Name in Chinese"),
            "name_en": _("Name in English"),
            "code": _("Basic code"),
            "level": _("Exercised by"),
            "type": _("Type"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("Fill this in.")
        self.fields["code"].help_text = _("The 12 characters of the basic catalogue; another code is another item.")
        for name, codes in (("level", item_codes.LEVEL), ("type", item_codes.TYPE)):
            field: Any = self.fields[name]
            field.choices = [(code, words[english()]) for code, words in codes.items()]
        self.initial["level"] = "3"

    def clean_code(self) -> str:
        """Refuse a code that the basic catalogue cannot have."""
        code: str = self.cleaned_data["code"].strip()
        try:
            check_item_code(code)
        except IdentifierError as wrong:
            raise forms.ValidationError(
                _("This is no basic code: 12 digits, of which the third and fourth name the type.")
            ) from wrong
        return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def change(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Begin to change an item: in a revision of its own, or in one that is open."""
    version, rows = _published(code, session)
    form = Begun(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        asked = Wanted(why=form.cleaned_data["why"], items=[rows], bases={code: version})
        return _to_item(_joined(request, session, form, asked), code)
    return _asking(
        request,
        form,
        title=_("Change an item"),
        of={"code": code, "name": named(rows.item)},
        button=_("Begin"),
        session=session,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def end(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Have an item end, once a reviewer agrees."""
    version, rows = _published(code, session)
    form = Begun(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        bases = {code: number_of(request.POST.get("seen", ""))}
        asked = Wanted(why=form.cleaned_data["why"], ends=[code], bases=bases)
        return redirect("catalogue_revision", _joined(request, session, form, asked))
    of = {"code": code, "name": named(rows.item), "seen": version, "ending": True}
    return _asking(request, form, title=_("End an item"), of=of, button=_("Put it into the revision"), session=session)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def cancel(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Have a version that has not begun not begin, or an end that has not come not come, once a reviewer agrees."""
    found = [one for one in revision.changeable(session=session, code=code[:100], limit=1) if one["coming"]]
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    form = Begun(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        bases = {code: number_of(request.POST.get("seen", ""))}
        asked = Wanted(why=form.cleaned_data["why"], cancels=[code], bases=bases)
        return redirect("catalogue_revision", _joined(request, session, form, asked))
    coming = found[0]
    of = {"code": code, "name": both(coming, "name"), "seen": coming["version"], "coming": coming}
    return _asking(
        request, form, title=_("Cancel what is to come"), of=of, button=_("Put it into the revision"), session=session
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def new(request: HttpRequest, session: Session) -> HttpResponse:
    """Begin an item that is new: what names it, and why."""
    keeper = keeping.keeper(session=session)
    if not keeper.code:
        raise Refusal("forbidden", "revision.of_another_agency")
    form = New(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        whole = _begun(keeper, form.cleaned_data)
        code = whole.said("implementation_code")
        asked = Wanted(why=form.cleaned_data["why"], items=[whole], bases={code: 0})
        return _to_item(_joined(request, session, form, asked), code)
    return _asking(request, form, title=_("A new item"), of={}, button=_("Begin"), session=session)


def _asking(
    request: HttpRequest, form: Begun, *, title: str, of: Mapping[str, Any], button: str, session: Session
) -> HttpResponse:
    key = key_of(request) if request.method == "POST" else uuid4()
    under = under_way(of["code"], session=session) if "code" in of else []
    context = {"form": form, "title": title, **of, "button": button, "key": key, "under_way": under}
    return render(request, "catalogue/begin.html", context, status=422 if form.is_bound else 200)


def _published(code: str, session: Session) -> tuple[int, Whole]:
    """Refuses: missing item.unknown."""
    return revision.whole_item(code=code.replace("\x00", "")[:100], session=session)


def _begun(keeper: keeping.Keeper, given: Mapping[str, str]) -> Whole:
    implementation = f"{keeper.code}{given['level']}{given['code']}"
    yes_no = dict.fromkeys(
        ("charged", "online_payment", "online", "entered", "appointments", "express", "terminal"), "0"
    )
    item = {
        **yes_no,
        **dict.fromkeys(("single_sign_on", "app_single_sign_on", "synthetic"), "0"),
        "version": "1", "state": "1", "visits": "0", "power_source": "1", "agency_nature": "1", "special_procedures": "无",
        "name": given["name"], "name_en": given["name_en"], "type": given["type"], "levels": given["level"],
        "agency_name": keeper.name_zh, "agency_code": keeper.code, "catalogue_code": given["code"],
        "implementation_code": implementation, "handling_code": f"{implementation}01",
    }  # fmt: skip
    return Whole(item=item)


def _joined(request: HttpRequest, session: Session, form: forms.Form, asked: Wanted) -> UUID:
    """Begin a revision, or put what is asked for into an open one; return which."""
    given, key = form.cleaned_data, key_of(request)
    if given["into"]:
        return joined(id_of(given["into"]), asked, session=session, key=key)
    begun = revision.begin(
        why=given["why"],
        items=asked.items,
        ends=asked.ends,
        cancels=asked.cancels,
        bases=asked.bases,
        session=session,
        key=key,
    )
    return begun.stream


def joined(into: UUID, asked: Wanted, *, session: Session, key: UUID) -> UUID:
    """
    Put what is asked for into a draft; an item that it changes already is gone on with as it is there.

    Refuses: conflict revision.has_item (it ends there, or is cancelled, and is to be changed; or the reverse).
    """
    found = revision.read(revision=into, session=session)
    has = found.wanted
    twice = sorted(set(has.codes) & set(asked.codes))
    if twice and all(set(asked.parts[name]) <= set(codes) for name, codes in has.parts.items()):
        return into
    if twice:
        raise Refusal("conflict", "revision.has_item", item=twice[0])
    wanted = replace(
        has,
        items=[*has.items, *asked.items],
        ends=[*has.ends, *asked.ends],
        cancels=[*has.cancels, *asked.cancels],
        bases={**found.bases, **asked.bases},
    )
    revision.save(revision=into, after=found.head, wanted=wanted, session=session, key=key)
    return into


def _to_item(into: UUID, code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("catalogue_item", args=[into, code]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def sharing(request: HttpRequest, session: Session) -> HttpResponse:
    """What the agency still asks people for although the government holds it; each can be marked as obtained by sharing."""
    if request.method == "POST":
        return _shared(request, session)
    past = None
    if "past" in request.GET:
        code, material = (request.GET.get(name, "").replace("\x00", "")[:100] for name in ("code", "material"))
        past = keeping.Place(number_of(request.GET["past"][:9]), code, material)
    rows = keeping.still_asked(session=session, limit=ITEMS + 1, past=past)
    last = rows[ITEMS - 1] if len(rows) > ITEMS else None
    following = {"past": last["applicants"], "code": last["code"], "material": last["material"]} if last else {}
    context = {
        "asked": [{**one, "key": uuid4()} for one in rows[:ITEMS]],
        "pages": {
            "previous": reverse("catalogue_sharing") if past else "",
            "next": f"?{urlencode(following)}" if last else "",
        },
    }
    return render(request, "catalogue/sharing.html", context)


def _shared(request: HttpRequest, session: Session) -> HttpResponse:
    """Open a revision in which a material is obtained by sharing: from whom, and for which item's sake."""
    version, rows = _published(request.POST.get("code", ""), session)
    wanted, source = request.POST.get("material", ""), request.POST.get("source", "").replace("\x00", "").strip()[:200]
    if not source or wanted not in {one["code"] for one in rows.materials}:
        raise Refusal("malformed", "move.malformed")
    materials = [
        {**one, "shared_from": source, "source": "20"} if one["code"] == wanted else one for one in rows.materials
    ]
    name = next(one["name"] for one in rows.materials if one["code"] == wanted)
    begun = revision.begin(
        why=_("%(material)s is obtained by sharing and asked of nobody any more.") % {"material": name},
        items=[replace(rows, materials=materials)],
        bases={rows.said("implementation_code"): version},
        session=session,
        key=key_of(request),
    )
    return redirect("catalogue_revision", begun.stream)


def named(rows: Mapping[str, str]) -> str:
    """Return what an item is called in the language of the page."""
    return both({"name_zh": rows.get("name", ""), "name_en": rows.get("name_en", "")}, "name")
