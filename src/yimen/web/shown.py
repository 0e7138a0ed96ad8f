"""
What a case looks like on a page: the answer of `casework.case.view` in the shapes that the templates ask for.

None of it reads the database, but for the calendar, which is kept.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.pure.issued import titles_of
from yimen.pure.yuan import figures
from yimen.web import clocks
from yimen.web.words import LAST, PROOFS, RESPONSIBLE

View = Mapping[str, Any]
WITHDRAWABLE: Final = frozenset({"received", "correcting", "examining", "deciding"})
SIGNED: Final = "signed_confirmation"
TYPES: Final = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}


def english() -> bool:
    return (get_language() or "").startswith("en")


def case_of(view: View) -> dict[str, Any]:
    """The head of a case."""
    body = view["item"]["body"]
    return {
        "stream": view["stream"],
        "number": view["number"],
        "name_zh": body["name_zh"],
        "name_en": body["name_en"],
        "holder": (view["organisation"] or view["applicant"])["name_en" if english() else "name_zh"],
        "state": LAST[view["state"]],
        "open": view["open"],
        "may_withdraw": view["state"] in WITHDRAWABLE,
        "deemed": view["deemed"],
        "unverified": view["unverified"],
        "differs": view["differs"],
        "withdrawn": view["state"] == "withdrawn",
        "head_number": view["head"],
        "head_hash": view["hash"],
        "filed_at": datetime.fromisoformat(view["filed_at"]),
    }


def standing_of(view: View, *, login: str) -> dict[str, Any]:
    """Where a case stands, for every page on which its applicant follows it (parts/standing.html)."""
    running = clocks_of(view, login=login)
    return {
        "case": case_of(view),
        "events": events_of(view),
        "clocks": running,
        **{f"clock_{one['name']}": one for one in running if one["standing"] != "stopped"},
        "responsible": responsible_of(view),
        "outcome": outcome_of(view),
        "fee": fee_of(view),
        "collect": view["to_collect"],
        "parcel": view["parcel"] if view["state"] == "posted" else None,
        "originals": [one for one in view["originals"] if one["returned"] is None],
        "waits": bool(view["waits_for"]),
    }


def events_of(view: View) -> list[dict[str, Any]]:
    """The life of a case so far; names only where the answer has them, that is, for supervisors."""
    name = "name_en" if english() else "name_zh"
    return [
        {
            "number": one["number"],
            "kind": one["kind"],
            "at": datetime.fromisoformat(one["at"]),
            "hat": one["hat"] or ("chance" if one["kind"].endswith("_drawn") else "machine"),
            "name": one.get(name) or "",
            "pseudonym": (one.get("facts") or {}).get("chosen", "") if one["kind"].endswith("_drawn") else "",
            "hash": one["hash"],
            "login": one["login"],
            "role": one["role"],
            "place": one.get("place"),
        }
        for one in view["events"]
    ]


def clocks_of(view: View, *, login: str) -> list[dict[str, Any]]:
    """The clocks that bind towards the applicant, those that run first; the inner limit of a step is not hers to count."""
    shown = [one for one in clocks.clocks_of(view, login=login) if one["name"] != "link"]
    return sorted(shown, key=lambda one: one["standing"] == "stopped")


def papers_of(view: View) -> list[dict[str, Any]]:
    """The papers that this hat may open."""
    names = materials_of(view)
    return [
        {
            "id": one["id"],
            "url": reverse("document", args=[one["id"]]) + "?look",
            "look": True,
            "name": one["name"],
            "type": TYPES.get(one["media_type"], one["media_type"]),
            "size": one["size"],
            "material": names.get(one["material"], ""),
        }
        for one in view["documents"]
        if one["material"] != "certificate"
    ]


def issued_of(view: View) -> list[dict[str, Any]]:
    """What the agency issued in the case, the last first."""
    body, place = view["item"]["body"], 1 if english() else 0
    return [
        {
            "document": one["document"],
            "url": reverse("issued_paper", args=[view["stream"], one["document"]]),
            "look": True,
            "name": titles_of(one["kind"], type_zh=body.get("type_zh", ""), type_en=body.get("type_en", ""))[place],
            "material": one["issued_no"],
            "type": "PDF",
            "size": one["size"],
        }
        for one in reversed(view["issued"])
    ]


def new_papers_of(view: View) -> list[dict[str, Any]]:
    """The papers added to a case since the correction was asked for, and not sent yet; a signed page is none of them."""
    waiting = {one["id"] for one in view["documents"] if one["filed"] is None and one["material"] != SIGNED}
    return [one for one in papers_of(view) if one["id"] in waiting]


def readings_of(view: View) -> list[dict[str, Any]]:
    """Who, by role, opened which paper, the last first."""
    names = materials_of(view)
    return [
        {
            "at": datetime.fromisoformat(one["at"]),
            "role": one["role"],
            "paper": one["document"],
            "material": names.get(one["material"], ""),
        }
        for one in reversed(view["readings"] or [])
    ]


def followed_of(view: View) -> list[dict[str, Any]]:
    """When a code to follow the case was made and used, the last first."""
    return [one | {"at": datetime.fromisoformat(one["at"])} for one in view["followed"] or []]


def materials_of(view: View) -> dict[str, str]:
    """What the papers of a case are called, by code: those of the item, and the page a person signed at the window."""
    name = "name_en" if english() else "name_zh"
    return {SIGNED: _("Signed confirmation"), **{one["code"]: one[name] for one in view["item"]["body"]["materials"]}}


def certificate_of(view: View) -> dict[str, Any] | None:
    """The certificate, once it lies there and this hat may have it."""
    made = view["certificate"]
    paper = next((one for one in view["documents"] if made and one["id"] == made["document"]), None)
    if made is None or paper is None:
        return None
    sealed = next((one for one in view["events"] if one["kind"] == "certificate.sealed"), None)
    return {
        "url": reverse("document", args=[paper["id"]]),
        "name": paper["name"],
        "size": paper["size"],
        "number": made["certificate_no"],
        "valid_until": date.fromisoformat(made["valid_until"]) if made["valid_until"] else None,
        "sealed_at": datetime.fromisoformat(sealed["at"]) if sealed else None,
    }


def responsible_of(view: View) -> dict[str, Any] | None:
    """Which hat is responsible now, and where; None when the case is over."""
    if view["state"] not in RESPONSIBLE:
        return None
    hat, where = RESPONSIBLE[view["state"]]
    if view["state"] == "sealed" and view["delivery"] != "electronic":
        hat = "counter"
    return {"hat": hat, "agency_zh": view[where]["name_zh"], "agency_en": view[where]["name_en"]}


def details_of(view: View) -> list[dict[str, Any]]:
    """What the applicant wrote, question by question, in the words of the item."""
    name = "name_en" if english() else "name_zh"
    organisation, agent = view["organisation"], view["agent"]
    rows: list[dict[str, Any]] = []
    if organisation:
        rows += [
            {"key": _("Organisation"), "value": organisation[name]},
            {"key": _("Unified social credit code"), "value": organisation["code"], "code": True},
        ]
        if view["role"] != "applicant":
            rows.append({"key": _("Legal representative"), "value": view["representative"][name]})
    else:
        rows.append({"key": _("Applicant"), "value": view["applicant"][name]})
    if agent:
        rows.append({"key": _("Acting under a mandate"), "value": f"{agent[name]}\n{PROOFS[agent['proof']]}"})
    rows.append({"key": _("Identity"), "value": PROOFS[view["applicant"]["proof"]]})
    contact = view.get("contact") or {}
    given = {**view["form"], "contact_phone": contact.get("phone"), "contact_email": contact.get("email")}
    return rows + list(answers(view["item"]["body"]["form"], given))


def answers(questions: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Question and answer, in words; what was not answered, and the credit code (it is the organisation's), is left out."""
    language = "en" if english() else "zh"
    for one in questions:
        value = given.get(one["name"])
        if not value or one.get("type") == "credit_code":
            continue
        words = {choice["code"]: choice[language] for choice in one.get("choices", [])}
        many = value if isinstance(value, list) else [value]
        yield {
            "name": one["name"],
            "key": one.get(f"label_{language}") or one["name"],
            "value": "\n".join(words.get(str(single), str(single)) for single in many),
        }


def outcome_of(view: View) -> dict[str, Any] | None:
    """Why an application was turned away or denied, where to go, and what can be done against it; None for other outcomes."""
    if view["state"] in ("refused", "not_required"):
        body = json.loads(view["writings"][-1]["body"])
        return {
            "kind": view["state"],
            "reasons": [{"key": "", "value": body["reason"]}],
            "where": body.get("where", ""),
        }
    decided = json.loads(view["decision"]) if view["decision"] else None
    if decided is None or decided["verdict"] != "denied":
        return None
    language = "en" if english() else "zh"
    names = {one["code"]: one.get(language) or one["code"] for one in view["item"]["body"]["conditions"]}
    reasons = [{"key": names[one["condition"]], "value": one["why"]} for one in decided["reasons"]]
    return {"kind": "denied", "reasons": reasons, "where": "", "remedies": decided["remedies"]}


def fee_of(view: View) -> dict[str, Any] | None:
    """What is to be paid or was paid, in yuan, line by line."""
    fee = view["fee"]
    if fee is None:
        return None
    name = "name_en" if english() else "name_zh"
    lines = [{"key": one[name], "value": figures(one["amount"]), "basis": one.get("basis")} for one in fee["lines"]]
    paid_at = datetime.fromisoformat(fee["paid_at"]) if fee["paid_at"] else None
    amount = figures(fee["amount"])
    kept = {name: fee[name] for name in ("paid", "reference", "payable", "order")}
    return {**kept, "amount": amount, "paid_at": paid_at, "lines": lines}
