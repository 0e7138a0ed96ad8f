"""
Reading a bounce: a delivery status notification (RFC 3464) that a mail server sends back.

Whose mail it is about is known by the token in the address it came to (bounces+TOKEN@…), or in the Message-ID that it quotes.
Anyone may send us one, so nothing of it is kept but the token and the code; who does not know the token changes nothing.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from typing import Final
from uuid import UUID

LARGEST: Final = 5_000_000
MOST_PARTS: Final = 50
_TO: Final = re.compile(r"\+([0-9a-f]{32})@")
_ID: Final = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class NoBounce(ValueError):
    """This is not a notification that a mail of ours failed; the code says what it is instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that did not arrive: its token and the status code."""

    token: UUID
    status: str


def envelope(address: str, token: UUID) -> str:
    """Return the address that a mail's bounce is to come to: bounces@city becomes bounces+TOKEN@city."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token.hex}@{domain}"


def read_bounce(raw: bytes, *, came_to: str = "") -> Bounce:
    """
    Return what a notification says of a mail of ours.

    Refuses: NoBounce too_large, no_report (an answer, an absence note, anything else), not_failed (delayed or delivered),
    not_ours (no token in it).
    """
    if len(raw) > LARGEST:
        raise NoBounce("too_large")
    message = email.message_from_bytes(raw, policy=policy.default)
    parts = list(_parts(message))
    reports = [one for one in parts if _type(one) in ("message/delivery-status", "message/global-delivery-status")]
    if not reports:
        raise NoBounce("no_report")
    status = _failure(reports)
    if status is None:
        raise NoBounce("not_failed")
    found = _TO.search(came_to) or _token_to(message) or _token_quoted(parts)
    if found is None:
        raise NoBounce("not_ours")
    return Bounce(UUID(hex=found[1]), status)


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count >= MOST_PARTS:
            return
        yield part


def _type(part: Message) -> str:
    return part.get_content_type()


def _failure(reports: list[Message]) -> str | None:
    """The status of the first recipient that failed; `5.0.0` where none is readable, None where nobody failed."""
    for report in reports:
        blocks = report.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and _text(block, "Action").strip().lower() == "failed":
                found = _STATUS.search(_text(block, "Status"))
                return found[0] if found else "5.0.0"
    return None


def _token_to(message: Message) -> re.Match[str] | None:
    """The token in an address the notification came to."""
    for name in ("Delivered-To", "X-Original-To", "To"):
        found = _TO.search(_text(message, name))
        if found:
            return found
    return None


def _token_quoted(parts: list[Message]) -> re.Match[str] | None:
    """The token in the Message-ID of the mail that is quoted, whole or by its headers."""
    for part in parts:
        kind = _type(part)
        if kind in ("message/rfc822", "message/global"):
            inner = part.get_payload()
            quoted = inner[0] if isinstance(inner, list) and inner else None
        elif kind in ("text/rfc822-headers", "message/global-headers"):
            quoted = email.message_from_bytes(_bytes(part), policy=policy.default)
        else:
            continue
        found = _ID.search(_text(quoted, "Message-ID")) if isinstance(quoted, Message) else None
        if found:
            return found
    return None


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(message: Message, name: str) -> str:
    """A header as text; one that cannot be read says nothing."""
    try:
        return str(message.get(name, ""))
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # what the library makes of a header written to break it
        return ""


def message_id(token: UUID, domain: str) -> str:
    """Return the Message-ID of a mail, the same at every try."""
    return f"<{token.hex}@{domain}>"
