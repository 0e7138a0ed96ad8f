"""A mail server on this machine that does as it is told, and remembers everything it took."""

import asyncio
import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller

from yimen.gateways.message import Server, SmtpMessages
from yimen.jobs import mail, notices
from yimen.record import order


@dataclass
class Taken:
    """One mail as it came in."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return str(self.message.get_content())


@dataclass
class MailServer:
    """Answers by recipient: `at_rcpt` and `at_end` hold answers still to give, one for each try; `vanish` breaks the line instead."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    at_rcpt: dict[str, list[str]] = field(default_factory=dict)
    at_end: dict[str, list[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pause: Callable[[], object] = bool  # before it answers the last line

    def to(self, address: str) -> list[Taken]:
        return [one for one in self.taken if one.to == address]

    def gateway(self, **told: Any) -> SmtpMessages:
        return SmtpMessages(Server("127.0.0.1", self.port, **{"tls": "none", "timeout": 5, **told}))

    # what aiosmtpd calls

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt.get(address):
            return self.at_rcpt[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802 - as above
        (to,) = envelope.rcpt_tos
        answer = self.at_end[to].pop(0) if self.at_end.get(to) else "250 2.0.0 taken"
        if answer.startswith("2") or answer == "vanish after taking":
            with self.lock:
                self.taken.append(Taken(str(envelope.mail_from), to, envelope.original_content or b""))
        self.pause()
        if answer.startswith("vanish"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


@contextmanager
def mail_server(**told: Any) -> Iterator[MailServer]:
    """Run one for the length of a block; `told` goes to aiosmtpd."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = MailServer(port=probe.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **told)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def tell() -> None:
    """Let the reader of the record tell what happened so far."""
    order.sequence()
    while notices.step():
        pass


def post(server: MailServer, **told: Any) -> None:
    """Tell, and hand over everything that is due."""
    tell()
    gateway = server.gateway(**told)
    while mail.deliver(gateway):
        pass


def tls(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def password_is(wanted: str) -> Any:
    """An authenticator of aiosmtpd that knows one password."""

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> smtp.AuthResult:
        return smtp.AuthResult(success=data.password == wanted.encode(), handled=False)

    return known


def together(count: int, what: Callable[[], Any]) -> None:
    """Do the same in several threads at one moment, each with connections of its own."""
    start, failed = threading.Barrier(count), list[BaseException]()

    def one() -> None:
        try:
            start.wait(10)
            what()
        except BaseException as error:  # whatever it is, the test is told
            failed.append(error)
        finally:
            order.close(login="worker")

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
