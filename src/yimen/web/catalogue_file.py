"""The catalogue as a file: an editor takes her items out, edits them, hands the file in, sees what it would change, and has it drafted."""

import csv
import io
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.pure.handed_out import lines_of
from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import findings
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import keeping, revision
from yimen.registry.exchange import handing_in
from yimen.registry.exchange.handing_in import HandedIn, Planned
from yimen.registry.exchange.reading import Reading, read
from yimen.registry.exchange.remarks import GRADES, Grade, Remark
from yimen.registry.exchange.sources import guarded
from yimen.registry.exchange.tables import MAX_PACKED, megabytes
from yimen.registry.exchange.writing import WRITERS, TooLong, write
from yimen.registry.profile import profile
from yimen.web.catalogue_differences import label
from yimen.web.catalogue_paging import Entry, entry_of, page_of
from yimen.web.catalogue_words import SHEETS as SHEETS_SAID
from yimen.web.door import signed_in
from yimen.web.sent import key_of
from yimen.web.shown import english
from yimen.web.work import notice_of

MEDIA: Final[Mapping[str, str]] = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/json",
}
TONES: Final[Mapping[Grade, str]] = {"refused": "stop", "left out": "stop", "put right": "going", "noted": "quiet"}
SHOWN: Final = 50  # remarks on a page; all of them are in the list that can be saved
_ONE_AT_A_TIME: Final = threading.Lock()  # a whole catalogue takes 200 MB while it is read or written


class Handing(forms.Form):
    """A file, and whether it is all that its editor keeps."""

    file = forms.Field(
        required=False, widget=forms.FileInput(attrs={"accept": ".xlsx,.zip,.json", "class": "govuk-!-width-full"})
    )
    whole = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"whole": "no"})
        self.fields["file"].label = _("The file")
        self.fields["file"].help_text = _("A workbook (.xlsx), JSON, or an archive (.zip) of the CSV files; up to %(size)s.") % {"size": megabytes(_most())}  # fmt: skip
        whole: Any = self.fields["whole"]
        whole.label = _("Items that are not in the file")
        whole.choices = [("no", _("stay as they are")), ("yes", _("end: the file is the whole list"))]
        whole.error_messages["required"] = _("Choose one.")


class Drafting(forms.Form):
    """Why a file is taken as a draft; that not all of it is, and that items end, is confirmed."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    field_order = ("why", "rest", "ends", "seen")

    def __init__(self, data: Any, *, handed: HandedIn, planned: Planned) -> None:
        super().__init__(data, initial={"seen": planned.mark})
        self.fields["why"].label, self.fields["why"].help_text = (
            _("Why?"),
            _("The reviewer reads it, and it stays in the record."),
        )
        self.fields["why"].error_messages["required"] = _("Say why.")
        sure = {"required": _("Tick this if you mean it.")}
        if out := handed.reading.left_out:
            text = _("%(n)s rows were not taken. I have the list of them, and take the rest.") % {"n": out}
            self.fields["rest"] = forms.BooleanField(label=text, error_messages=sure)
        if ending := planned.ends:
            text = _("Items that end: %(n)s. I mean that.") % {"n": len(ending)}
            self.fields["ends"] = forms.BooleanField(label=text, error_messages=sure)
        self.order_fields(self.field_order)


def _most() -> int:
    return min(MAX_PACKED, settings.MAX_UPLOAD_BYTES)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def hand_in(request: HttpRequest, session: Session) -> HttpResponse:
    """Take items out as a file, or hand one in: it is read, and the page that follows shows what it would change."""
    keeper = keeping.keeper(session=session)
    form, refused = Handing(request.POST if request.method == "POST" else None), None
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or not upload.size:
            form.add_error("file", _("Choose a file that is not empty."))
        elif upload.size > _most():
            words = _("It is too large: %(size)s, where %(most)s is the limit. Divide it.")
            form.add_error("file", words % {"size": megabytes(upload.size), "most": megabytes(_most())})
        elif form.is_valid():
            reading = _read(upload)
            if not reading.refused:
                name, whole = Path(upload.name or "").name, form.cleaned_data["whole"] == "yes"
                return redirect("catalogue_handed_in", handing_in.keep(name=name, whole=whole, reading=reading, session=session))  # fmt: skip
            refused = reading.remarks[0]
            form.add_error("file", _remark(refused)["words"])
    context = {"keeper": keeper, "form": form, "words": _words(request), "kinds": [one[1:] for one in WRITERS]}
    return render(request, "catalogue/file.html", context, status=422 if form.errors else 200)


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _read(upload: Any) -> Reading:
    with _ONE_AT_A_TIME, tempfile.NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return read(Path(file.name))


@never_cache
@require_safe
@signed_in("editor")
def take_out(request: HttpRequest, session: Session, kind: str) -> HttpResponse:
    """The items of an editor, or those that have some words, as a file to be edited and handed in again."""
    suffix = f".{kind}"
    if suffix not in WRITERS:
        raise Http404
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"items{suffix}"
        items = [whole for _code, _version, whole in handing_in.own_items(session=session, words=_words(request))]
        try:
            write(items, path)
        except TooLong as wrong:
            raise Refusal("conflict", "reading.too_long", detail=str(wrong)[:200]) from wrong
        content = path.read_bytes()
    name = f"{_('items')}-{timezone.localdate():%Y-%m-%d}{suffix}"
    return HttpResponse(content, headers=lines_of(name=name, media_type=MEDIA[suffix], look=False))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def handed_in(request: HttpRequest, session: Session, reading: UUID) -> HttpResponse:
    """Show what taking a file would add, change and end, and every remark on it; draft it when that is sent."""
    with _ONE_AT_A_TIME:
        handed = handing_in.kept(reading=reading, session=session)
        planned = handing_in.plan(handed, session=session)
        posted = request.method == "POST"
        form = Drafting(request.POST if posted else None, handed=handed, planned=planned)
        moved = posted and request.POST.get("seen") != planned.mark
        if posted and form.is_valid() and not moved:
            begun = revision.begin(
                why=form.cleaned_data["why"], items=planned.items, ends=planned.ends, bases=planned.bases, session=session, key=key_of(request)
            )  # fmt: skip
            return redirect("catalogue_revision", begun.stream)
        context = {**_told(request, handed, planned), "reading": reading, "moved": moved, "key": uuid4()}
    context["form"] = Drafting(None, handed=handed, planned=planned) if moved else form
    if moved:
        context["form"].initial["why"] = request.POST.get("why", "")
    status = 409 if moved else 422 if posted else 200
    return render(request, "catalogue/handed_in.html", context | notice_of(request), status=status)


def _told(request: HttpRequest, handed: HandedIn, planned: Planned) -> dict[str, Any]:
    changes, read_, asked = planned.changes, handed.reading, profile()
    entries = [Entry(whole.said("implementation_code"), "ended", whole, None) for whole in changes.ended]
    entries += [Entry(one.after.said("implementation_code"), "changed", None, one.after) for one in changes.changed]
    entries += [Entry(whole.said("implementation_code"), "added", None, whole) for whole in changes.added]
    shown, pages = page_of(request, entries)
    part = _beside_what_is(shown)
    listed = sorted(read_.remarks, key=lambda one: list(TONES).index(one.grade))
    return {
        "name": handed.name,
        "at": handed.at,
        "counts": {
            "added": len(changes.added),
            "changed": len(changes.changed),
            "ended": len(changes.ended),
            "same": changes.same,
        },
        "nothing_ends": handed.whole and not read_.complete,
        "entries": [entry_of(one, asked) | {"overtaken": one.code in planned.joined} for one in part],
        "joined": len(planned.joined),
        "pages": pages,
        "remarks": [_remark(one) for one in listed[:SHOWN]],
        "told": sum(read_.counts.values()),
        "graded": [
            {"words": GRADES[grade][english()], "tone": tone, "count": read_.graded(grade)}
            for grade, tone in TONES.items()
            if read_.graded(grade)
        ],
        "left_out": read_.left_out,
        "rows": read_.rows,
        "findings": sum(len(findings(one, asked)) for one in planned.items),
        "changing": bool(planned.items or planned.ends),
    }


def _beside_what_is(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of a page, those that change with what they are now."""
    codes = [one.code for one in entries if one.what == "changed"]
    now = {code: whole for code, _version, whole in revision.rows_of(codes=codes)} if codes else {}
    return [one._replace(before=now.get(one.code)) if one.what == "changed" else one for one in entries]


def _remark(one: Remark) -> dict[str, Any]:
    """A remark in the words of the page: what was done, in which sheet, row and field, of which item, and what was found."""
    names = {field.name: label(field) for field in SHEETS.get(one.sheet, ())}
    return {
        "grade": GRADES[one.grade][english()],
        "tone": TONES[one.grade],
        "sheet": SHEETS_SAID.get(one.sheet, one.sheet),
        "row": one.row or "",
        "field": names.get(one.name, one.name),
        "item": one.item,
        "code": one.code,
        "words": one.words("en" if english() else "zh"),
    }


COLUMNS: Final = {
    "grade": gettext_lazy("What was done"),
    "sheet": gettext_lazy("Sheet"),
    "row": gettext_lazy("Row"),
    "field": gettext_lazy("Field"),
    "item": gettext_lazy("Item"),
    "words": gettext_lazy("What was found"),
    "code": gettext_lazy("Code of the remark"),
}


@never_cache
@require_safe
@signed_in("editor")
def remarks(request: HttpRequest, session: Session, reading: UUID) -> HttpResponse:
    """Every remark on a file as a list that a spreadsheet opens. Refuses: missing reading.missing."""
    handed = handing_in.kept(reading=reading, session=session)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(str(one) for one in COLUMNS.values())
    for one in handed.reading.remarks:
        said = _remark(one)
        table.writerow(guarded(str(said[name])) for name in COLUMNS)
    name = f"{Path(handed.name).stem[:80]}-{_('remarks')}.csv"
    return HttpResponse(text.getvalue().encode("utf-8-sig"), headers=lines_of(name=name, media_type="text/csv; charset=utf-8", look=False))  # fmt: skip
