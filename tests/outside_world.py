"""
The world outside, as real HTTP servers: a payment provider with a page to pay on, a register of people, and carriers.

Each speaks the protocol of docs/gateways.md with code of its own for the signatures, and can be told to misbehave.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import override_settings

SECRET = "shared-secret-of-the-tests"


def signed(*lines: object, body: bytes, secret: str = SECRET) -> str:
    head = "".join(f"{one}\n" for one in lines).encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


@dataclass
class Outside:
    """A server of the world outside. `mood`: "" (as it should be), "error", "silent", "forged", "garbage", "replay"."""

    mood: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    last: tuple[str, bytes] | None = None
    url: str = ""

    def answer(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        raise NotImplementedError

    def page(self, path: str, form: dict[str, list[str]] | None) -> tuple[int, str]:
        return 404, ""


class Handler(BaseHTTPRequestHandler):
    """Checks what is asked, answers, signs; or does not, as told."""

    outside: Outside

    def do_GET(self) -> None:
        self._send(*self.outside.page(self.path, None))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/pages/"):
            return self._send(*self.outside.page(self.path, parse_qs(body.decode())))
        asked = self.headers["Yimen-Signature"]
        dated = (self.headers["Yimen-Time"], self.headers["Yimen-Nonce"])
        right = signed("yimen.request.v1", "POST", self.path, *dated, body=body)
        if asked != right or abs(time() - int(self.headers["Yimen-Time"])) > 300:
            return self._send(403, "not ours")
        said = json.loads(body)
        self.outside.asked.append((self.path, said))
        mood = self.outside.mood
        if mood == "silent":
            self.outside.release.wait(20)
            self.close_connection = True
            return None
        if mood == "error":
            return self._send(500, "out of order")
        status, answer = self.outside.answer(self.path, said)
        text = b"<html>" if mood == "garbage" else json.dumps(answer).encode()
        signature = signed("yimen.answer.v1", asked, status, body=text)
        if mood == "forged":
            signature = signed("yimen.answer.v1", asked, status, body=text, secret="another-secret-altogether")
        if mood == "replay" and self.outside.last:
            signature, text = self.outside.last
        self.outside.last = signature, text
        return self._send(status, text.decode(), signature)

    def _send(self, status: int, text: str, signature: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if signature:
            self.send_header("Yimen-Signature", signature)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Keep the tests quiet."""


@contextmanager
def served(outside: Outside) -> Iterator[Outside]:
    handler = type("Bound", (Handler,), {"outside": outside})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    outside.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield outside
    finally:
        outside.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Register(Outside):
    """A register of people: numbers and the names they belong to."""

    people: dict[str, str] = field(default_factory=dict)

    def answer(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        known = self.people.get(said["resident_id"])
        return 200, {"answer": "matches" if known == said["name"] else "differs"}


@dataclass
class Bank(Outside):
    """A payment provider: orders, and a page on which whoever comes pays."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        known = self.orders.get(said["order"])
        if path == "/pay/orders/query":
            if known is None:
                return 200, {"order": said["order"], "state": "unknown"}
            told = {name: known[name] for name in ("order", "amount", "state", "payments")}
            return 200, told
        if known is None:
            known = self.orders[said["order"]] = {**said, "state": "open", "payments": []}
        elif known["amount"] != said["amount"]:
            return 409, {"code": "order.exists_otherwise"}
        return 200, {"page": f"{self.url}/pages/{said['order']}"}

    def page(self, path: str, form: dict[str, list[str]] | None) -> tuple[int, str]:
        order = self.orders.get(path.removeprefix("/pages/").split("?")[0])
        if order is None:
            return 404, "no such order"
        if form is None:
            return (
                200,
                f"<h1>{order['title']}</h1><p>{order['amount']}</p><form method=post><button>Pay</button></form>",
            )
        self.pay(order["order"])
        return 200, f'<a id="back" href="{order["return_url"]}">back</a>'

    def pay(self, number: str, *, amount: int | None = None, reference: str = "") -> None:
        order = self.orders[number]
        reference = reference or f"{number}-{len(order['payments']) + 1}"
        order["state"] = "paid"
        order["payments"] = [*order["payments"], {"reference": reference, "amount": amount or order["amount"]}]


@dataclass
class Carrier(Outside):
    """Carriers of parcels: numbers, and what became of them."""

    parcels: dict[str, object] = field(default_factory=dict)

    def answer(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return 200, {**said, "state": self.parcels.get(said["tracking"], "unknown")}


def visit_page(url: str, *, pay: bool = False) -> str:
    """Open a page of the provider as a browser does; pay on it."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    connection.request("POST" if pay else "GET", parts.path, b"do=pay" if pay else None)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


@contextmanager
def bank(**told: Any) -> Iterator[Bank]:
    """A city connected to a payment provider."""
    with served(Bank(**told)) as there, override_settings(PAYMENT_URL=f"{there.url}/pay", PAYMENT_SECRET=SECRET):
        yield there  # type: ignore[misc]  # served gives back what it was given


@contextmanager
def register(**people: str) -> Iterator[Register]:
    """A city connected to a register of people."""
    with served(Register(people=people)) as there, override_settings(IDENTITY_URL=there.url, IDENTITY_SECRET=SECRET):
        yield there  # type: ignore[misc]  # served gives back what it was given


@contextmanager
def carriers() -> Iterator[Carrier]:
    """A city connected to its carriers."""
    with served(Carrier()) as there, override_settings(POST_URL=f"{there.url}/post", POST_SECRET=SECRET):
        yield there  # type: ignore[misc]  # served gives back what it was given
