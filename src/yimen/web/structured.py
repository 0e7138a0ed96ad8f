"""What a guide says to search engines: a GovernmentService of schema.org as JSON-LD, only what the item says."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from yimen.web.elements import objects_in_words, told, type_of, what_it_is
from yimen.web.shown import english
from yimen.web.tags import both

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HARMLESS: Final = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def script(data: Mapping[str, Any]) -> SafeString:
    """Return data as text that can end no script element."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_HARMLESS))  # noqa: S308 - nothing in it can be markup


def service(item: Mapping[str, Any], *, at: str, root: str) -> dict[str, Any]:
    """Return an item as a GovernmentService whose page is `at`; other pages are below `root`."""
    whole, body = item["whole"], item["body"]
    place = _office(item["office"], root) if item["office"] else {}
    data = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": root + reverse("guide", args=[item["code"]]),
        "url": at,
        "identifier": item["code"],
        "name": both(body, "name"),
        "alternateName": body["name_zh" if english() else "name_en"],
        "description": what_it_is(item),
        "serviceType": type_of(item),
        "provider": {
            "@type": "GovernmentOrganization",
            "name": both(item, "agency"),
            "identifier": item["agency_code"],
        },
        "areaServed": {"@type": "AdministrativeArea", "name": both(item, "city")},
        "audience": _named("Audience", "audienceType", objects_in_words(item)),
        "availableChannel": _channels(item, place, root),
        "hoursAvailable": place.get("openingHoursSpecification"),
        "offers": [_offer(one) for one in body.get("fees") or []],
        "serviceOutput": _output(item),
        "termsOfService": told(whole.item, "rights_and_duties"),
    }
    return {name: value for name, value in data.items() if value}


def _named(kind: str, name: str, value: str) -> dict[str, str]:
    return {"@type": kind, name: value} if value else {}


def _office(office: Mapping[str, Any], root: str) -> dict[str, Any]:
    hours = {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [DAYS[one - 1] for one in sorted(office["days"])],
        "opens": office["opens"],
        "closes": office["closes"],
    }
    return {
        "@type": "GovernmentOffice",
        "name": both(office, "name"),
        "address": both(office, "address"),
        "telephone": office["phone"],
        "url": root + reverse("place", args=[office["code"]]),
        "openingHoursSpecification": [hours],
    }


def _channels(item: Mapping[str, Any], place: Mapping[str, Any], root: str) -> list[dict[str, Any]]:
    whole = item["whole"]
    phone = whole.said("consult_phone")
    window = {"@type": "ServiceChannel", "serviceLocation": place} | (
        {"servicePhone": {"@type": "ContactPoint", "contactType": "customer service", "telephone": phone}}
        if phone
        else {}
    )
    online = {
        "@type": "ServiceChannel",
        "serviceUrl": root + reverse("apply", args=[item["code"]]),
        "availableLanguage": ["zh-Hans", "en"],
    }
    return [*([window] if place else []), *([online] if whole.said("online") == "1" and not item["suspended"] else [])]


def _offer(fee: Mapping[str, Any]) -> dict[str, str]:
    return {"@type": "Offer", "name": both(fee, "name"), "price": f"{fee['amount'] / 100:.2f}", "priceCurrency": "CNY"}


def _output(item: Mapping[str, Any]) -> dict[str, str]:
    whole = item["whole"]
    name = told(whole.item, "result_name")
    kind = "GovernmentPermit" if whole.said("result_type") in ("1", "2") else "Thing"
    return {"@type": kind, "name": name} if name and whole.said("result_type") != "4" else {}
