"""
Mail: a real side that speaks SMTP, and a null side that says that this city sends none.

What came of a mail is told as one of five words. The one thing a sender cannot know is whether a mail was taken when the
line breaks after its last line; that is `uncertain`, and everything before it is not.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Final, Literal, Protocol

from yimen.gateways.patience import cut_after

type_of_outcome = Literal["sent", "later", "failed", "uncertain", "no_gateway"]
ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
_LINE_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a mail, and the codes of the answer; never its words, which may name people."""

    state: type_of_outcome
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server to hand mail to: `tls` is none (on this machine only), starttls (demanded) or tls (from the start)."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 20
    authority: str = ""  # a file of CA certificates instead of the system's
    name: str = "localhost"  # how we greet


class ClaimLostError(Exception):
    """Somebody else has this mail by now; nothing was given away."""


class Messages(Protocol):
    """Hands mail over. `last_word` is asked right before a mail's text is given away; False stops it."""

    says: str

    def send(self, *, message: EmailMessage, sender: str, recipient: str, last_word: Callable[[], bool]) -> Outcome: ...

    def close(self) -> None: ...


class NoMessages:
    """The null side: nothing is mailed; whoever is told finds it among her messages."""

    says = "This installation sends no e-mail (YIMEN_SMTP_URL is empty). Messages are shown on the platform alone."

    def send(self, *, message: EmailMessage, sender: str, recipient: str, last_word: Callable[[], bool]) -> Outcome:
        return Outcome("no_gateway")

    def close(self) -> None:
        """There is nothing open."""


class _No(Exception):
    """The other side, or the line, said no before the mail's last line."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Patient:
    """Every reply has its time as a whole: one that drips, or never ends, is a broken line."""

    def getreply(self: smtplib.SMTP) -> tuple[int, bytes]:  # type: ignore[misc]  # it stands before a class of smtplib
        with cut_after(self.timeout, lambda: self.sock):
            return smtplib.SMTP.getreply(self)


class _Line(_Patient, smtplib.SMTP):
    """In clear, or encrypted when both sides have said so."""


class _SealedLine(_Patient, smtplib.SMTP_SSL):
    """Encrypted from the start."""


class SmtpMessages:
    """The real side. A connection is kept from mail to mail until something goes wrong, or `close`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None
        self.says = f"E-mail goes through {server.host}:{server.port} ({server.tls})."

    def send(self, *, message: EmailMessage, sender: str, recipient: str, last_word: Callable[[], bool]) -> Outcome:
        """
        Hand one mail over and say what came of it.

        1. what cannot stand in an envelope is refused without asking anyone
        2. connection, encryption, password and our own address: a no is ours to mend, so later
        3. the recipient and the permission to send the text: 5xx is for good, 4xx is later
        4. the last word: whoever lost the claim stops here
        5. the text and the last line: a broken line before its end means that nothing was taken, so later
        6. the answer: 2xx is sent, 5xx is for good, 4xx is later, and no answer is uncertain
        """
        if not ADDRESS.fullmatch(recipient):
            return Outcome("failed", "address")
        try:
            line = self._connected()
            self._addressed(line, sender, recipient)
            if not last_word():
                raise ClaimLostError
            self._given(line, message)
        except _No as no:
            self.close()
            return no.outcome
        except BaseException:
            self.close()
            raise
        outcome = _answer(line)
        if outcome.state != "sent":
            self.close()
        return outcome

    def close(self) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.close()
            self._open = None

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            return self._open
        to, tls = self._server, ssl.create_default_context(cafile=self._server.authority or None)
        try:
            if to.tls == "tls":
                self._open = _SealedLine(to.host, to.port, to.name, timeout=to.timeout, context=tls)
            else:
                self._open = _Line(to.host, to.port, to.name, timeout=to.timeout)
            if to.tls == "starttls":
                self._open.starttls(context=tls)
            if to.user:
                self._open.login(to.user, to.password)
            else:
                self._open.ehlo_or_helo_if_needed()
        except smtplib.SMTPResponseException as said:
            raise _No(Outcome("later", _codes(said.smtp_code, said.smtp_error))) from said
        except (smtplib.SMTPException, OSError) as broken:
            raise _No(Outcome("later", _broken(broken))) from broken
        return self._open

    @staticmethod
    def _addressed(line: smtplib.SMTP, sender: str, recipient: str) -> None:
        try:
            code, words = line.mail(sender)
            if code != 250:
                raise _No(Outcome("later", _codes(code, words)))
            code, words = line.rcpt(recipient)
            if code not in (250, 251):
                raise _No(_refused(code, words))
            code, words = line.docmd("DATA")
            if code != 354:
                raise _No(_refused(code, words))
        except (smtplib.SMTPException, OSError) as broken:
            raise _No(Outcome("later", _broken(broken))) from broken

    @staticmethod
    def _given(line: smtplib.SMTP, message: EmailMessage) -> None:
        text = _LINE_DOT.sub(b"..", message.as_bytes(policy=policy.SMTP))
        ending = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            line.send(text + ending)
        except (smtplib.SMTPException, OSError) as broken:
            raise _No(Outcome("later", "cut_off")) from broken


def messages(server: Server | None) -> Messages:
    """Return the real side where a server is configured, the null side otherwise."""
    return SmtpMessages(server) if server else NoMessages()


def _answer(line: smtplib.SMTP) -> Outcome:
    try:
        code, words = line.getreply()
    except (smtplib.SMTPException, OSError):
        return Outcome("uncertain", "no_answer")
    if 200 <= code < 300:
        return Outcome("sent", _codes(code, words))
    return _refused(code, words) if 400 <= code < 600 else Outcome("uncertain", "no_answer")


def _refused(code: int, words: bytes) -> Outcome:
    return Outcome("failed" if 500 <= code < 600 else "later", _codes(code, words))


def _codes(code: int, words: bytes | str) -> str:
    found = _ENHANCED.match(words if isinstance(words, bytes) else words.encode())
    return f"{code} {found[0].decode()}" if found else str(code) if code > 0 else "no_answer"


def _broken(error: Exception) -> str:
    """A word for a line that broke, of our own."""
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "not_offered"
    return "disconnected" if isinstance(error, smtplib.SMTPException) else "unreachable"
