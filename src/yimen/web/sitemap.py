"""What search engines are told: every guide with its two languages, the halls, and which pages are not for them."""

import time
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from yimen.registry import guides, places
from yimen.web.guide import address

KEPT_SECONDS: Final = 600.0
PUBLIC: Final = {"Cache-Control": "public, max-age=3600"}
PAGES: Final = ("home", "items", "places", "figures")
# Pages of persons and of officials, forms, and answers to questions: what is there has an address of its own.
NOT_THEIRS: Final = (
    *("/accounts/", "/api/", "/apply/", "/cases/", "/catalogue/", "/confirm/", "/custody/", "/decider/", "/documents/", "/examiner/", "/follow/"),
    *("/guide/*/apply/", "/guide/*/check/", "/guide/*/where/?", "/items/?q=", "/mandates/", "/manager/", "/messages/", "/place-changes/", "/supervisor/", "/window/"),
)  # fmt: skip
_kept: dict[str, tuple[float, str]] = {}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every hall, and every guide with the day since which it says what it says; kept for ten minutes."""
    kept = _kept.get("sitemap")
    if kept is None or kept[0] < time.monotonic():
        found = [(address(reverse("guide", args=[one["code"]])), one["published_at"]) for one in guides.addresses()]
        halls = [address(reverse("place", args=[one["code"]])) for one in places.halls()]
        context = {"pages": [*(address(reverse(name)) for name in PAGES), *halls], "guides": found}
        kept = _kept["sitemap"] = time.monotonic() + KEPT_SECONDS, render_to_string("public/sitemap.xml", context)
    return HttpResponse(kept[1], content_type="application/xml; charset=utf-8", headers=PUBLIC)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Which pages are not for search engines, and where all guides are listed."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {one}" for one in NOT_THEIRS),
        "",
        f"Sitemap: {address(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8", headers=PUBLIC)
