"""
One way to ask a gateway: JSON over HTTP, signed both ways (pure/signed_message.py), never waited for long.

Python's own client and nothing else: it follows no redirect, asks no proxy of the environment, and reads no more than it must.
"""

import json
import logging
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from secrets import token_hex
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from yimen.gateways.patience import cut_after
from yimen.pure.signed_message import NONCE, SIGNATURE, TIME, NotGenuine, check_answer, sign_request

LARGEST: Final = 64 * 1024
PATIENCE: Final = 4.0  # seconds for one question, whatever the other side does
log = logging.getLogger(__name__)


class GatewayAway(RuntimeError):
    """No answer that can be believed came in time: the other side is down, slow, broken, or not who it should be."""


class AnswerUnusable(GatewayAway):
    """The other side answered and is there, but this answer says nothing that can be used: it costs this question and no other."""


@dataclass(frozen=True)
class Channel:
    """Where a gateway is, and the secret it shares with us. TLS where the address says https."""

    url: str
    secret: str = field(repr=False)
    patience: float = PATIENCE

    def ask(self, path: str, question: dict[str, Any], *, at: int) -> tuple[int, dict[str, Any]]:
        """
        Send a question, dated `at` (seconds), and return status and answer, which the other side has signed.

        Refuses: GatewayAway; AnswerUnusable, where what was signed cannot be read.
        """
        whole = urlsplit(self.url).path.rstrip("/") + path
        body = json.dumps(question, ensure_ascii=False).encode()
        nonce = token_hex(16)
        signature = sign_request(secret=self.secret, method="POST", path=whole, at=at, nonce=nonce, body=body)
        headers = {"Content-Type": "application/json", TIME: str(at), NONCE: nonce, SIGNATURE: signature}
        try:
            status, signed, answer = self._exchange(whole, body, headers)
            check_answer(secret=self.secret, request=signature, status=status, signature=signed, body=answer)
        except (OSError, HTTPException, NotGenuine, ValueError) as wrong:
            log.warning("%s%s: %s: %s", urlsplit(self.url).netloc, path, type(wrong).__name__, wrong)
            raise GatewayAway(str(wrong)) from wrong
        return status, _read(answer)

    def _exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str | None, bytes]:
        until = monotonic() + self.patience
        connection = self._connection()
        try:
            with cut_after(self.patience, lambda: connection.sock):
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                read = b""
                while part := answer.read1(LARGEST):
                    read += part
                    if len(read) > LARGEST:
                        raise HTTPException("the answer is too long")
                    if monotonic() > until:
                        raise TimeoutError("the answer does not end")
                return answer.status, answer.getheader(SIGNATURE), read
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(str(parts.hostname), parts.port, timeout=self.patience, context=context)
        return HTTPConnection(str(parts.hostname), parts.port, timeout=self.patience)


def _read(answer: bytes) -> dict[str, Any]:
    """Refuses: AnswerUnusable, for what is no object, or written so that nobody could read it (a number of thousands of digits)."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as wrong:
        raise AnswerUnusable(f"the answer cannot be read: {wrong}") from wrong
    if not isinstance(said, dict):
        raise AnswerUnusable("the answer is no object")
    return said
