"""What anyone may ask, without a session: the catalogue, the draws, the minutes, and whether a certificate is genuine."""

import json
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router

from yimen.api import asked, case_shapes, filing_shapes, revision_shapes, shapes, uploads
from yimen.api.answer import answer, page, read_cursor
from yimen.api.papers import file_of, one_file
from yimen.casework import certificate, following, issued
from yimen.casework import clocks as pace
from yimen.casework import confirmation as confirming
from yimen.casework.paper import read
from yimen.casework.trust import published, published_trust
from yimen.pure.issued_verification import ISSUED_CHECKS, GenuinePaper, is_issued, verify_issued
from yimen.pure.verification import Genuine, NotGenuine, verify
from yimen.pure.wording import CHECKS
from yimen.record import draws, minutes
from yimen.registry import catalogue

router = Router(tags=["public"])
Titles = tuple[tuple[str, str], ...]


@router.get("/items", response=shapes.Items)
def items(
    request: HttpRequest,
    limit: asked.Limit = 50,
    cursor: asked.Cursor = None,
    words: asked.Words = None,
    agency: asked.CodeQuery = None,
    kind: asked.ItemKind = None,
    theme: asked.Theme = None,
    event: asked.LifeEvent = None,
) -> HttpResponse:
    """
    List the items in force: all, or those of an agency, a kind, a theme or an event of life; or those that are meant by some words, which
    are one page, the nearest first.
    """
    among = catalogue.Among(agency=agency or "", kind=kind or "", theme=theme or "", event=event or "")
    if words:
        found = catalogue.find(typed=words, login="public", among=among, limit=limit)
        return answer({"items": found, "next": None}, public_seconds=60)
    after = read_cursor(cursor, str) or ""
    rows = catalogue.listed(among=among, after=after, limit=limit)
    return answer(page(rows, limit=limit, place=["code"]), public_seconds=60)


@router.get("/ways", response=shapes.Ways)
def ways(request: HttpRequest) -> HttpResponse:
    """Show what the list of items can be narrowed to: kinds, themes, agencies and events of life, each with how many items it has."""
    return answer(catalogue.ways(), public_seconds=60)


@router.get("/items/{code}", response=shapes.Item)
def item(request: HttpRequest, code: asked.ItemCode) -> HttpResponse:
    """Show an item in force: its elements, limits, materials and form."""
    return answer(catalogue.item(code=code), public_seconds=60)


@router.get("/items/{code}/versions", response=revision_shapes.Versions)
def versions(
    request: HttpRequest, code: asked.ItemCode, limit: asked.Limit = 20, cursor: asked.Cursor = None
) -> HttpResponse:
    """List the versions of an item, the last first, also one to come: from when until when each is in force."""
    rows = catalogue.versions(code=code, before=read_cursor(cursor, _version), limit=limit)
    return answer(page(rows, limit=limit, place=["version"]), public_seconds=60)


@router.get("/items/{code}/took", response=shapes.Took)
def took(request: HttpRequest, code: asked.ItemCode) -> HttpResponse:
    """Say what the last decided cases of an item really took, in the unit of its promise; null where none was decided."""
    return answer({"took": pace.took(item=code, login="public")}, public_seconds=60)


@router.get("/draws/{day}", response=shapes.Day)
def drawn(request: HttpRequest, day: date) -> HttpResponse:
    """Show all that is public of a day's draws; after the day, enough to draw again."""
    return answer({"items": draws.public_day(day=day)})


@router.get("/record/minutes", response=shapes.Minutes)
def record_minutes(request: HttpRequest, limit: asked.Limit = 60, cursor: asked.Cursor = None) -> HttpResponse:
    """List the signed minutes of the record, the last first."""
    rows = minutes.minutes(before=read_cursor(cursor, int), limit=limit)
    return answer(page(rows, limit=limit, place=["place"]))


@router.get("/trust", response=shapes.Trust)
def trust(request: HttpRequest) -> HttpResponse:
    """Give out the city's root and keys, with which anyone verifies without us."""
    return answer(json.loads(published()), public_seconds=60)


@router.post("/confirmations", response={201: filing_shapes.Opened})
def open_confirmation(request: HttpRequest, given: asked.OneTimeCode) -> HttpResponse:
    """Exchange the one-time code a clerk gave me for the secret of my screen, once; it is told to nobody else."""
    return answer({"secret": confirming.open_confirmation(code=given.code)}, status=201)


@router.post("/confirmations/look", response=filing_shapes.Confirmation)
def confirmation(request: HttpRequest, given: asked.Screen) -> HttpResponse:
    """Show what a clerk filled in for me; once it is filed, its number, its receipt and the code to follow it."""
    return answer(confirming.confirmation(secret=given.secret))


@router.post("/confirmations/confirm", response={204: None})
def confirm(request: HttpRequest, given: asked.Confirmed) -> HttpResponse:
    """Confirm exactly what was shown, by its digest."""
    confirming.confirm(secret=given.secret, digest=given.digest)
    return HttpResponse(status=204)


@router.post("/follow", response=case_shapes.Following)
def follow(request: HttpRequest, given: asked.Followed) -> HttpResponse:
    """Show where a case stands, under its number and the code of its receipt. The reading leaves a trace."""
    return answer(following.follow(number=given.number, code=given.code))


@router.post("/follow/papers/{uuid:document}", response={200: None}, openapi_extra=uploads.CONTENT)
def followed_paper(request: HttpRequest, document: UUID, given: asked.Followed) -> HttpResponse:
    """Fetch a paper that was issued in the case, under the same number and code. The reading leaves a trace."""
    return file_of(following.paper(number=given.number, code=given.code, document=document))


@router.post("/verify", response=shapes.Verified, openapi_extra=uploads.ONE_FILE)
def verified(request: HttpRequest) -> HttpResponse:
    """
    Check a certificate or an issued paper: numbered checks, up to the first that fails; nothing outside the signature is trusted.

    `decision` is what a certificate grants, `paper` what an issued paper says.
    """
    body = read(one_file(request))
    trust, now = published_trust(), timezone.now()
    checks = ISSUED_CHECKS if is_issued(body) else CHECKS
    try:
        if checks is ISSUED_CHECKS:
            return answer(_genuine_paper(verify_issued(body=body, trust=trust, at=now), body))
        return answer(_genuine(verify(body=body, trust=trust, at=now), body))
    except NotGenuine as failed:
        return answer(_not_genuine(failed, checks))


def _version(number: int) -> int:
    return min(max(int(number), 0), 10**6)


def _genuine(genuine: Genuine, body: bytes) -> dict[str, object]:
    return {
        "genuine": True,
        "checks": _checks(len(CHECKS) + 1, CHECKS),
        "failed": None,
        "decision": json.loads(genuine.body),
        "paper": None,
        "signed_at": genuine.signed_at,
        "demonstration": genuine.demonstration,
        "issued_here": certificate.status(pdf=body),
    }


def _genuine_paper(genuine: GenuinePaper, body: bytes) -> dict[str, object]:
    return {
        "genuine": True,
        "checks": _checks(len(ISSUED_CHECKS) + 1, ISSUED_CHECKS),
        "failed": None,
        "decision": None,
        "paper": json.loads(genuine.body),
        "signed_at": genuine.signed_at,
        "demonstration": genuine.demonstration,
        "issued_here": issued.status(pdf=body),
    }


def _not_genuine(failed: NotGenuine, checks: Titles) -> dict[str, object]:
    words = failed.message_en if _english() else failed.message_zh
    return {
        "genuine": False,
        "checks": _checks(failed.number, checks),
        "failed": {"number": failed.number, "code": failed.code, "detail": words},
        "decision": None,
        "paper": None,
        "signed_at": None,
        "demonstration": None,
        "issued_here": None,
    }


def _checks(failed: int, checks: Titles) -> list[dict[str, object]]:
    """Each check with its outcome: passed, failed, or not reached."""
    place = 1 if _english() else 0
    return [
        {"number": n, "title": titles[place], "passed": None if n > failed else n < failed}
        for n, titles in enumerate(checks, 1)
    ]


def _english() -> bool:
    return (get_language() or "").startswith("en")
