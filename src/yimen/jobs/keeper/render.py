"""
Print a decision as a certificate: PDF/A-3a and PDF/UA-1, with the decision and its record attached.

Both standards are enforced while compiling: a certificate that would break one is not made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import segno
import typst

from yimen.jobs.keeper.ornament import ornament_svg
from yimen.jobs.keeper.typeface import FOLDER, check_printable
from yimen.pure.canonical import canonical, read_canonical
from yimen.pure.evidence import NO_END, read_decision
from yimen.pure.verification import printed_subset

STANDARDS: "typst.PDFStandards" = ["a-3a", "ua-1"]
MIME_TYPES = {"json": "application/json", "sig": "application/octet-stream"}
DESCRIPTIONS = {
    "decision.json": "决定 The decision, in canonical form",
    "decision.sig": "决定的签名 The agency's signature of the decision",
    "record.json": "办理记录 The record of the case, and its witness",
    "issued.json": "文书内容 What the paper says, in canonical form",
    "content.json": "所依据的文字 The text or decision that the record holds the hash of",
}
SOURCES = ("decision.json", "issued.json")


class CannotRender(ValueError):
    """The certificate cannot be printed as it must be; nothing was made."""

    kind = "unavailable"
    code = "certificate.cannot_render"


@dataclass(frozen=True, kw_only=True)
class SealImage:
    """What the picture of the seal says: the arc above the star and the line below it."""

    arc: str
    base: str


def render(
    *,
    decision: Mapping[str, Any],
    attachments: Mapping[str, bytes],
    head_number: int,
    head_hash: bytes,
    seal: SealImage,
    demonstration: bool,
    verify_url: str,
    at: datetime,
) -> bytes:
    """
    Return the unsigned certificate, one page; the same input gives the same bytes.

    Refuses: CharacterMissing; CannotRender, when it does not fit one page or breaks a standard.
    """
    number = decision["certificate"]["number"]
    content = {
        "title": f"{decision['certificate']['type_zh']} {number}",
        "description": f"{decision['certificate']['type_en']} {number}",
        "printed": canonical(printed_subset(read_decision(canonical(decision)))).decode(),
        "number": number,
        "type_zh": decision["certificate"]["type_zh"],
        "type_en": decision["certificate"]["type_en"],
        "agency": {key: decision["agency"][key] for key in ("name_zh", "name_en")},
        "fields": _fields(decision),
        "valid_until": _date(decision["valid_until"]) if decision["valid_until"] else {"zh": NO_END, "iso": "no end"},
        "valid_from": _date(decision["valid_from"]),
        "decided_on": _date(decision["decided_on"]),
        "case": decision["case"],
        "stream": decision["stream"],
        "head": {"number": str(head_number), "hash": head_hash.hex()},
        "demonstration": demonstration,
        "verify_url": verify_url,
        "seal": {"arc": seal.arc, "base": seal.base, "alt": f"印章 Seal: {seal.arc} {seal.base}"},
    }
    check_characters(content)
    address = f"{verify_url}?no={quote(number)}"
    content["qr"] = {
        "svg": segno.make(address, error="m", micro=False).svg_inline(scale=4, border=0, dark="#1f1a17"),
        "alt": f"二维码 QR code: {address}",
    }
    content["ornament"] = ornament_svg()
    content["attachments"] = [attachment(name, body) for name, body in attachments.items()]
    return compiled(canonical(content).decode(), template="certificate", at=at)


def compiled(content: str, *, template: str, at: datetime) -> bytes:
    """Return what a template makes of its content. Refuses: CannotRender, also when it breaks a standard."""
    try:
        made, warnings = _compiler().compile_with_warnings(
            input=_template(template),
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={template: content},
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
    except typst.TypstError as cause:
        raise CannotRender(str(cause)) from cause
    if warnings:
        raise CannotRender("; ".join(warning.message for warning in warnings))
    if not isinstance(made, bytes):
        raise CannotRender("nothing was made")
    return made


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


@cache
def _template(name: str) -> bytes:
    return resources.files("yimen.jobs.keeper").joinpath(f"{name}.typ").read_bytes()


def _fields(decision: Mapping[str, Any]) -> list[dict[str, object]]:
    holder = decision["holder"]
    rows: list[tuple[str, str, str]] = [("持证人", "Holder", holder["name"])]
    if holder["credit_code"]:
        rows += [
            ("统一社会信用代码", "Unified social credit code", holder["credit_code"]),
            ("法定代表人（负责人）", "Legal representative", holder["representative"]),
        ]
    rows += [(one["zh"], one["en"], one["value"]) for one in decision["scope"]]
    return [{"zh": zh, "en": en, "value": value, "strong": not at} for at, (zh, en, value) in enumerate(rows)]


def _date(text: str) -> dict[str, str]:
    day = date.fromisoformat(text)
    return {"zh": f"{day.year}年{day.month}月{day.day}日", "iso": day.isoformat()}


def attachment(name: str, body: bytes) -> dict[str, object]:
    """A file to attach, in the terms of the templates."""
    return {
        "name": name,
        "content": list(body),
        "relationship": "source" if name in SOURCES else "supplement",
        "mime_type": MIME_TYPES[name.rsplit(".", 1)[1]],
        "description": DESCRIPTIONS.get(name, name),
    }


def check_characters(value: object, where: str = "certificate") -> None:
    """Look at every text that will be printed. Refuses: CharacterMissing."""
    if isinstance(value, str):
        check_printable(text=value, where=where)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            check_characters(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for inner in value:
            check_characters(inner, where)


def decision_of(body: bytes) -> dict[str, Any]:
    """Read a decision body. Refuses: NotCanonical, CannotRender."""
    value = read_canonical(body)
    if not isinstance(value, dict):
        raise CannotRender("the decision is not an object")
    return value
