"""Mail, handed to a real server on this machine: what comes of it in each way it can go, and what is never sent in clear."""

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import mailing
from yimen.config import env
from yimen.gateways.message import ClaimLostError, NoMessages, Outcome, Server, SmtpMessages

TO = "lin@example.org"


def letter(text: str = ".a line that begins with a point\n..two\n") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(text)
    return message


def send(gateway: Any, to: str = TO, last_word: Callable[[], bool] = lambda: True) -> Outcome:
    outcome: Outcome = gateway.send(message=letter(), sender="no-reply@city.example", recipient=to, last_word=last_word)
    gateway.close()
    return outcome


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, now - dt.timedelta(1), now + dt.timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = built.add_extension(address, critical=False).sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_what_arrives_is_what_was_written() -> None:
    with mailing.mail_server() as server:
        assert send(server.gateway()) == Outcome("sent", "250 2.0.0")
        assert server.taken[0].text.replace("\r\n", "\n") == letter().get_content()
        assert server.taken[0].sender == "no-reply@city.example"


@pytest.mark.parametrize(
    ("where", "answer", "outcome"),
    [
        ("rcpt", "450 4.2.1 mailbox busy", Outcome("later", "450 4.2.1")),
        ("rcpt", "550 5.1.1 lin@example.org unknown", Outcome("failed", "550 5.1.1")),
        ("end", "451 try again", Outcome("later", "451")),
        ("end", "554 5.7.1 not wanted", Outcome("failed", "554 5.7.1")),
        ("end", "vanish", Outcome("uncertain", "no_answer")),
        ("end", "vanish after taking", Outcome("uncertain", "no_answer")),
    ],
)
def test_every_answer_is_one_of_five_words_and_its_codes(where: str, answer: str, outcome: Outcome) -> None:
    with mailing.mail_server() as server:
        (server.at_rcpt if where == "rcpt" else server.at_end)[TO] = [answer]
        assert send(server.gateway()) == outcome


def test_a_server_that_is_away_or_mute_is_tried_later() -> None:
    with mailing.mail_server() as server:
        gateway = server.gateway()
    assert send(gateway) == Outcome("later", "unreachable")


def test_an_address_that_would_write_lines_of_its_own_is_never_spoken() -> None:
    with mailing.mail_server() as server:
        for address in ("a@b\r\nRCPT TO:<c@d>", "a@b> SIZE=1", "<a@b>", "a b@c", "林@例子.中国", ""):
            assert send(server.gateway(), to=address) == Outcome("failed", "address")
        assert server.taken == []


def test_the_last_word_stops_a_mail() -> None:
    with mailing.mail_server() as server:
        with pytest.raises(ClaimLostError):
            send(server.gateway(), last_word=lambda: False)
        assert server.taken == []
        assert send(server.gateway()).state == "sent"


def test_starttls_is_demanded_and_a_server_without_it_gets_nothing(certificate: tuple[str, str]) -> None:
    with mailing.mail_server() as server:
        assert send(server.gateway(tls="starttls")) == Outcome("later", "not_offered")
        assert server.taken == []
    with mailing.mail_server(tls_context=mailing.tls(*certificate), require_starttls=True) as server:
        assert send(server.gateway(tls="starttls")) == Outcome("later", "tls")  # vouched for by nobody we know
        assert send(server.gateway()).state == "later"  # in clear it takes nothing
        assert send(server.gateway(tls="starttls", authority=certificate[0])).state == "sent"
        assert len(server.taken) == 1


def test_a_password_is_given_under_encryption_and_a_wrong_one_is_ours_to_mend(certificate: tuple[str, str]) -> None:
    told = {"tls_context": mailing.tls(*certificate), "require_starttls": True, "auth_required": True}
    with mailing.mail_server(authenticator=mailing.password_is("right"), **told) as server:
        known = {"tls": "starttls", "authority": certificate[0], "user": "yimen"}
        assert send(server.gateway(password="wrong", **known)) == Outcome("later", "535 5.7.8")
        assert send(server.gateway(password="right", **known)).state == "sent"


def test_without_a_server_nothing_is_sent_and_it_says_so() -> None:
    assert send(NoMessages()) == Outcome("no_gateway")
    assert "no e-mail" in NoMessages.says


@pytest.mark.parametrize(
    ("given", "server"),
    [
        ("", None),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "none", "", "")),
        ("smtps://yimen:p%40ss@mail.example", ("mail.example", 465, "tls", "yimen", "p@ss")),
        ("smtp+starttls://mail.example", ("mail.example", 587, "starttls", "", "")),
    ],
)
def test_a_server_is_named_by_a_url(
    given: str, server: tuple[Any, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMEN_SMTP_URL", given)
    read = env.mail_server("YIMEN_SMTP_URL", timeout=20, authority="", greets_as="x")
    said = read and (read.host, read.port, read.tls, read.user, read.password)
    assert said == server
    assert "p@ss" not in repr(read)


@pytest.mark.parametrize(
    "given", ["smtp://mail.example:25", "http://mail.example", "smtps://", "mail.example", "smtps://u:secret@h:x"]
)
def test_a_server_that_cannot_be_meant_or_would_get_mail_in_clear_is_refused_without_its_password(given: str, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("YIMEN_SMTP_URL", given)
    with pytest.raises(env.BadSettingError) as refused:
        env.mail_server("YIMEN_SMTP_URL", timeout=20, authority="", greets_as="x")
    assert "secret" not in str(refused.value)


def test_a_password_stands_in_no_error() -> None:
    gateway = SmtpMessages(Server("127.0.0.1", 1, "none", "u", "secret"))
    assert "secret" not in gateway.says
    assert send(gateway).state == "later"
