"""The draws of a day, recomputed from public data alone, and the signed minutes of the record."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yimen.casework.trust import published_trust
from yimen.pure.draw import candidates_of
from yimen.pure.draw_check import Finding, check_day
from yimen.pure.draw_day import PublicDay, read_day
from yimen.pure.minutes import minute_message
from yimen.pure.trust import Trust, has_signed
from yimen.record import draws as record_draws
from yimen.record import minutes as record_minutes
from yimen.record.refusal import Refusal
from yimen.web.shown import english

MOST: Final = 60  # draws of a place on the page, and every one that does not agree; all of them are in the JSON
PAGE: Final = 50
DAY: Final = timedelta(days=1)


@require_safe
def draws(request: HttpRequest, day: str = "") -> HttpResponse:
    """Every draw of a day, today's if none is named, and the sum that proves it once both halves are opened."""
    today = record_draws.today()
    wanted = _day(day) if day else today
    pools = [_pool(one) for one in record_draws.public_day(day=wanted)]
    context = {
        "day": wanted,
        "today": today,
        "earlier": reverse("draws_of", args=[wanted - DAY]) if wanted > date.min else "",
        "later": reverse("draws_of", args=[wanted + DAY]) if wanted <= today else "",
        "counted": {
            "draws": sum(one["count"] for one in pools),
            "wrong": sum(draw["standing"] == "failed" for one in pools for draw in one["draws"]),
        },
        "pools": pools,
        "quiet": [one for one in pools if not one["draws"] and not one["findings"]],
        "json_url": reverse("draws_json", args=[wanted]),
    }
    return render(request, "public/draws.html", context)


@require_safe
def draws_json(request: HttpRequest, day: str) -> HttpResponse:
    """All that is public of a day, as `yimen draws check` and strangers read it."""
    pools = record_draws.public_day(day=_day(day))
    return JsonResponse(pools, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Http404 from wrong


def _pool(public: Mapping[str, Any]) -> dict[str, Any]:
    day, found = read_day(public), check_day(public)
    revealed = day.centre_half is not None and day.supervisor_half is not None
    every = [_draw(day, place, found, revealed=revealed) for place in range(len(day.draws))]
    shown = [one for place, one in enumerate(every) if place < MOST or one["standing"] == "failed"]
    return {
        "name_zh": public["name_zh"],
        "name_en": public["name_en"],
        "commitment_centre": public["centre_commitment"],
        "commitment_supervisor": public["supervisor_commitment"],
        "half_centre": public["centre_half"],
        "half_supervisor": public["supervisor_half"],
        "revealed": revealed,
        "roster_digest": public["roster_digest"],
        "roster": public["roster"],
        "findings": [_says(one) for one in found if one.draw is None and one.level == "wrong"],
        "draws": shown,
        "count": len(every),
        "more": len(every) - len(shown),
    }


def _draw(day: PublicDay, place: int, found: list[Finding], *, revealed: bool) -> dict[str, Any]:
    drawn = day.draws[place]
    names = list(candidates_of(day.roster, role=drawn.role, excluded=drawn.excluded))
    mine = [one for one in found if one.draw == place and one.level != "open"]
    wrong = any(one.level == "wrong" for one in mine)
    return {
        "purpose": drawn.purpose,
        "stream": str(drawn.stream),
        "number": drawn.number,
        "ordinal": drawn.ordinal,
        "lot": drawn.lot.hex(),
        "candidates": len(names),
        "index": names.index(drawn.chosen) if drawn.chosen in names else None,
        "pseudonym": drawn.chosen,
        "same": drawn.same_as is not None,
        "standing": "failed" if wrong else "passed" if revealed else "waiting",
        "findings": [_says(one) for one in mine],
    }


def _says(finding: Finding) -> str:
    return finding.en if english() else finding.zh


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The signed minutes, the last first, each signature checked with the key that is published."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Refusal("malformed", "move.malformed")
    rows = record_minutes.minutes(before=int(before) if before else None, limit=PAGE + 1)
    trust = _trust_or_none()
    shown = [row | {"standing": _standing(row, trust)} for row in rows[:PAGE]]
    key = trust.record[-1].public_key() if trust and trust.record else None
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) if key else b""
    context = {
        "latest": shown[0] if shown and not before else None,
        "minutes": shown,
        "key_fingerprint": hashlib.sha256(spki).hexdigest() if spki else "",
        "key_url": reverse("trust") if spki else "",
        "pages": {
            "previous": reverse("record") if before else "",
            "next": f"?before={shown[-1]['place']}" if len(rows) > PAGE else "",
        },
    }
    return render(request, "public/record.html", context)


def _trust_or_none() -> Trust | None:
    try:
        return published_trust()
    except Refusal:
        return None


def _standing(row: Mapping[str, Any], trust: Trust | None) -> str:
    if trust is None:
        return "unseen"
    message = minute_message(place=row["place"], running=bytes.fromhex(row["running"]), at=row["at"])
    signature = bytes.fromhex(row["signature"])
    good = any(has_signed(one, signature=signature, data=message) for one in trust.record)
    return "passed" if good else "failed"
