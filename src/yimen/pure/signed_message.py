"""
Messages between this platform and a gateway: each side shows with a shared secret that it wrote what it says, and when.

Form, for strangers who build the other side (docs/gateways.md says the same in words):

- a request carries `Yimen-Time` (seconds since 1970), `Yimen-Nonce` (16 letters and digits or more, never twice) and
  `Yimen-Signature`, the HMAC-SHA-256 in hex of `yimen.request.v1`, method, path, time, nonce and body, each on a line of
  its own but the body, which comes last as it is;
- an answer carries `Yimen-Signature` over `yimen.answer.v1`, the request's signature, the status and the body. So an
  answer belongs to one request, and an old one proves nothing.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

TIME: Final = "Yimen-Time"
NONCE: Final = "Yimen-Nonce"
SHORTEST_NONCE: Final = 16
SIGNATURE: Final = "Yimen-Signature"
WINDOW: Final = 300  # seconds by which a request may be late or early


class NotGenuine(ValueError):
    """A message that the other side did not write, or not now. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign_request(*, secret: str, method: str, path: str, at: int, nonce: str, body: bytes) -> str:
    """Return the signature of a request sent at `at`."""
    return _sign(secret, f"yimen.request.v1\n{method}\n{path}\n{at}\n{nonce}\n", body)


def sign_answer(*, secret: str, request: str, status: int, body: bytes) -> str:
    """Return the signature of an answer to the request that bears `request` as its signature."""
    return _sign(secret, f"yimen.answer.v1\n{request}\n{status}\n", body)


def check_request(*, secret: str, method: str, path: str, headers: Mapping[str, str], body: bytes, now: int) -> None:
    """
    Check that a request was written by who shares the secret, within the window around `now`.

    Refuses: NotGenuine message.unsigned, message.out_of_time, message.forged.
    """
    time, nonce, signature = (headers.get(name, "") for name in (TIME, NONCE, SIGNATURE))
    dated = time.isascii() and time.isdigit() and len(time) <= 12
    if not secret or not signature or not dated or not (nonce.isalnum() and SHORTEST_NONCE <= len(nonce) <= 100):
        raise NotGenuine("message.unsigned")
    right = sign_request(secret=secret, method=method, path=path, at=int(time), nonce=nonce, body=body)
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise NotGenuine("message.forged")
    if abs(now - int(time)) > WINDOW:
        raise NotGenuine("message.out_of_time")


def check_answer(*, secret: str, request: str, status: int, signature: str | None, body: bytes) -> None:
    """Refuses: NotGenuine message.unsigned, message.forged, unless the answer is one to this request."""
    if not signature:
        raise NotGenuine("message.unsigned")
    right = sign_answer(secret=secret, request=request, status=status, body=body)
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise NotGenuine("message.forged")


def _sign(secret: str, head: str, body: bytes) -> str:
    return hmac.new(secret.encode(), head.encode() + body, hashlib.sha256).hexdigest()
