"""Servers of the world outside that send one byte after another, or lines without end: each is left when its time is over."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

import pytest

from yimen.gateways.message import Server, SmtpMessages
from yimen.gateways.signed_http import Channel, GatewayAway

PAUSE, LONGEST = 0.05, 20.0


@contextmanager
def dripping(first: bytes, again: bytes) -> Iterator[tuple[int, threading.Event]]:
    """A server that says something, and then the same little over and over; whether the other side hung up."""
    left, stop = threading.Event(), threading.Event()
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = door.accept()
        with suppress(OSError), line:
            line.sendall(first)
            while not stop.wait(PAUSE):
                line.sendall(again)
        left.set()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1], left
    finally:
        stop.set()
        door.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("first", "again"),
    [(b"HTTP/1.1 200 OK\r\nX: ", b"x"), (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" ")],
)
def test_an_answer_that_drips_is_left(first: bytes, again: bytes) -> None:
    with dripping(first, again) as (port, left):
        with pytest.raises(GatewayAway):
            Channel(f"http://127.0.0.1:{port}", "secret", patience=0.4).ask("/check", {}, at=1)
        assert left.wait(LONGEST)


def test_a_mail_server_that_greets_without_end_is_left() -> None:
    with dripping(b"220-welcome\r\n", b"220-and welcome\r\n") as (port, left):
        gateway = SmtpMessages(Server("127.0.0.1", port, "none", timeout=1))
        sent = gateway.send(
            message=EmailMessage(), sender="a@city.example", recipient="b@example.org", last_word=lambda: True
        )
        assert sent.state == "later"
        assert left.wait(LONGEST)


def test_an_answer_that_nests_without_end_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Channel("http://127.0.0.1:1", "secret")
    monkeypatch.setattr(Channel, "_exchange", lambda *_: (200, "signed", b"[" * 60_000))
    monkeypatch.setattr("yimen.gateways.signed_http.check_answer", lambda **_: None)
    with pytest.raises(RecursionError):
        json.loads(b"[" * 60_000)
    with pytest.raises(GatewayAway):
        channel.ask("/check", {}, at=1)
