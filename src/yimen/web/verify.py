"""Verifying a certificate or an issued paper: the numbered checks over the file itself, and whether it is live on record here."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yimen.casework import certificate, issued
from yimen.casework.trust import published, published_trust
from yimen.pure.evidence import Decision
from yimen.pure.issued_verification import ISSUED_CHECKS, GenuinePaper, is_issued, verify_issued
from yimen.pure.trust import Trust
from yimen.pure.verification import Genuine, NotGenuine, verify
from yimen.pure.wording import CHECKS
from yimen.record.refusal import Refusal
from yimen.web.shown import english
from yimen.web.tags import moment

LONGEST_NUMBER: Final = 60


class CertificateForm(forms.Form):
    """One file."""

    file = forms.Field(
        required=False,
        label=gettext_lazy("Certificate (PDF)"),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: HttpRequest) -> HttpResponse:
    """Check an uploaded certificate; nothing of it is kept. Refuses: unavailable trust.missing."""
    trust = published_trust()
    asked = "".join(letter for letter in request.GET.get("no", "") if letter.isprintable())[:LONGEST_NUMBER]
    context: dict[str, Any] = {"form": CertificateForm(), "result": None, "asked": asked}
    if request.method == "POST":
        form = context["form"] = CertificateForm(request.POST, request.FILES)
        form.full_clean()
        upload = request.FILES.get("file")
        if upload is None or not upload.size:
            form.add_error("file", _("Choose the PDF file of the certificate."))
        elif upload.size > settings.MAX_UPLOAD_BYTES:
            most = settings.MAX_UPLOAD_BYTES // 1024 // 1024
            form.add_error("file", Refusal("malformed", "document.too_large", most=most).words)
        else:
            context |= {"form": CertificateForm(), "result": checked(upload.read(), upload.name or "", trust)}
    return render(request, "public/verify.html", context, status=422 if context["form"].errors else 200)


@require_safe
def trust_file(request: HttpRequest) -> HttpResponse:
    """The public keys that everyone may keep, for verifying without us. Refuses: unavailable trust.missing."""
    response = HttpResponse(published(), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="trust.json"'
    response["Cache-Control"] = "public, max-age=300"
    return response


def checked(pdf: bytes, name: str, trust: Trust) -> dict[str, Any]:
    """The outcome of all checks in words, and if genuine, what lay under the signatures: of a certificate or a paper."""
    paper = is_issued(pdf)
    checks = ISSUED_CHECKS if paper else CHECKS
    try:
        genuine = (verify_issued if paper else verify)(body=pdf, trust=trust, at=timezone.now())
    except NotGenuine as failed:
        return {
            "genuine": False,
            "name": name,
            "checks": _checks(failed.number, checks),
            "failed": f"{failed.number}. {checks[failed.number - 1][1 if english() else 0]}",
            "says": failed.message_en if english() else failed.message_zh,
        }
    issued_paper = isinstance(genuine, GenuinePaper)
    return {
        "genuine": True,
        "paper": issued_paper,
        "demonstration": genuine.demonstration,
        "name": name,
        "checks": _checks(len(checks) + 1, checks),
        "facts": _paper_facts(genuine) if isinstance(genuine, GenuinePaper) else _facts(genuine),
        "here": (issued.status if issued_paper else certificate.status)(pdf=pdf),
    }


def _checks(failed: int, checks: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    place = 1 if english() else 0
    return [
        {
            "number": number,
            "name": names[place],
            "standing": "passed" if number < failed else "failed" if number == failed else "unseen",
        }
        for number, names in enumerate(checks, start=1)
    ]


def _organisation(decision: Decision) -> list[dict[str, Any]]:
    """The code and representative of a holder that is an organisation."""
    if not decision.credit_code:
        return []
    return [
        {"key": _("Unified social credit code"), "value": decision.credit_code, "code": True},
        {"key": _("Legal representative"), "value": decision.representative},
    ]


def _facts(genuine: Genuine) -> list[dict[str, Any]]:
    decision, language = genuine.decision, "en" if english() else "zh"
    return [
        {"key": _("Certificate"), "value": getattr(decision, f"type_{language}")},
        {"key": _("Number"), "value": decision.number, "code": True},
        {"key": _("Holder"), "value": decision.holder},
        *_organisation(decision),
        *({"key": one.en if english() else one.zh, "value": one.value} for one in decision.scope),
        {"key": _("Decided by"), "value": getattr(decision, f"agency_{language}")},
        {"key": _("Decided on"), "value": decision.decided_on.isoformat()},
        {"key": _("Valid until"), "value": decision.valid_until.isoformat() if decision.valid_until else _("no end")},
        {"key": _("Seal used"), "value": f"{genuine.seal.agency_name} {genuine.seal.name}"},
        {"key": _("Time of sealing"), "value": moment(genuine.signed_at)},
        {"key": _("Case"), "value": decision.case, "code": True},
        {"key": _("Fingerprint of the record"), "value": genuine.head.hex(), "code": True},
    ]


def _paper_facts(genuine: GenuinePaper) -> list[dict[str, Any]]:
    """What an issued paper is, and what it says line by line."""
    paper, language = genuine.issued, "en" if english() else "zh"
    return [
        {"key": _("Paper"), "value": getattr(paper, f"title_{language}")},
        {"key": _("Number"), "value": paper.number, "code": True},
        {"key": _("Issued by"), "value": getattr(paper, f"agency_{language}")},
        {"key": _("Date"), "value": paper.issued_on.isoformat()},
        *({"key": getattr(one, language) or one.zh, "value": one.value} for one in paper.lines),
        {"key": _("Seal used"), "value": f"{genuine.seal.agency_name} {genuine.seal.name}"},
        {"key": _("Time of sealing"), "value": moment(genuine.signed_at)},
        {"key": _("Event of the record"), "value": f"{paper.stream} · {paper.event}", "code": True},
        {"key": _("Fingerprint of the record"), "value": genuine.head.hex(), "code": True},
    ]
