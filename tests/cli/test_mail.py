"""`yimen mail`: bounces as mail servers write them, and what an operator sees and says, without an address or a name."""

import json
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

import mailing
import town as towns
from yimen.casework import notice
from yimen.cli.attach import close_connections
from yimen.cli.mail import mail
from yimen.record import statement

TO = "lin@example.org"


def dsn(*, quoted: str = "", to: str = "no-reply@city.example", action: str = "failed", status: str = "5.1.1", whole: bool = True) -> bytes:  # fmt: skip
    """A notification as Postfix and Exchange write them: the whole mail, or its headers, come back with it."""
    part = f"Content-Type: message/rfc822\n\nMessage-ID: {quoted}\nTo: {TO}\nSubject: x\n\nbody\n" if whole else f"Content-Type: text/rfc822-headers\n\nMessage-ID: {quoted}\nTo: {TO}\n"  # fmt: skip
    return f"""From: MAILER-DAEMON@mail.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<{TO}>: user unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {TO}
Action: {action}
Status: {status}

--b
{part}
--b--
""".encode()


def piped(raw: bytes, *words: str) -> Result:
    return CliRunner().invoke(mail, ["bounce", *words], input=raw)


@pytest.fixture
def sent() -> Any:
    """A case whose mail was sent, and its token."""
    town = towns.town()
    case = town.filed(form={"contact_email": f"{uuid4().hex}@example.org"})
    town.accept(case)
    with mailing.mail_server() as server:
        mailing.post(server)
    (row,) = statement.rows("worker", "select token from casework_mail where stream = %s::uuid", [case])
    return town, case, row["token"]


def state_of(case: UUID) -> tuple[str, str]:
    row = statement.row("worker", "select state, reply from casework_mail where stream = %s::uuid", [case])
    return row["state"], row["reply"]


@pytest.mark.parametrize("way", ["whole", "headers", "address", "told"])
def test_a_bounce_is_known_by_its_address_or_by_the_mail_it_quotes(sent: Any, way: str) -> None:
    town, case, token = sent
    quoted, named = f"<{token.hex}@127.0.0.1>", f"bounces+{token.hex}@city.example"
    raw, words = {
        "whole": (dsn(quoted=quoted), []),
        "headers": (dsn(quoted=quoted, whole=False), []),
        "address": (dsn(to=named), []),
        "told": (dsn(), ["--to", named]),
    }[way]
    assert "noted" in piped(raw, *words).output
    assert state_of(case) == ("bounced", "5.1.1")
    assert "known already" in piped(raw, *words).output
    (unreached,) = notice.waiting(session=town.applicant.session)["unreached"]
    assert (unreached["stream"], unreached["why"]) == (str(case), "bounced")
    town.examine(case)
    assert town.decide(case).state == "granted"  # a bounce never stops a case


def test_what_is_no_bounce_of_ours_changes_nothing(sent: Any) -> None:
    _, case, token = sent
    quoted = f"<{token.hex}@127.0.0.1>"
    answer = EmailMessage()
    answer["In-Reply-To"], answer["Subject"] = quoted, "Re"
    answer.set_content("I am away until Monday")
    for raw in (
        dsn(quoted=quoted, action="delayed", status="4.4.1"),
        dsn(quoted=quoted, action="delivered", status="2.0.0"),
        dsn(quoted=f"<{uuid4().hex}@127.0.0.1>"),
        dsn(quoted="<someone@else>"),
        bytes(answer),
        b"",
        b"\xff\xfe\x00" * 1000,
        b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n" * 1000,
        b"Content-Type: multipart/report; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 300,
    ):
        answered = piped(raw)
        assert answered.exit_code == 0, answered.output
        assert "nothing changes" in answered.output
    assert state_of(case)[0] == "sent"


def test_when_the_database_is_away_the_mail_server_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    here = settings.DATABASES["worker"]
    pool = {"min_size": 0, "max_size": 1, "timeout": 0.5}
    monkeypatch.setitem(settings.DATABASES, "worker", here | {"PORT": "1", "OPTIONS": here["OPTIONS"] | {"pool": pool}})
    close_connections()
    try:
        assert piped(dsn(quoted=f"<{uuid4().hex}@x>")).exit_code == 75
    finally:
        close_connections()


def test_an_operator_sees_no_address_and_says_what_became_of_an_uncertain_mail() -> None:
    town, to = towns.town(), f"{uuid4().hex}@example.org"
    case = town.filed(form={"contact_email": to})
    town.accept(case)
    with mailing.mail_server() as server:
        server.at_end[to] = ["vanish"]
        mailing.post(server)
        assert state_of(case) == ("uncertain", "no_answer")
        mailing.post(server)
        assert server.to(to) == []  # it is not sent again by itself

        listed = CliRunner().invoke(mail, ["list"])
        found = json.loads(CliRunner().invoke(mail, ["list", "--json"]).output)
        (token,) = [one["token"] for one in found["mails"] if one["stream"] == str(case)]
        assert token in listed.output
        for private in (to, "某0", town.applicant.username):
            assert private not in listed.output + json.dumps(found, ensure_ascii=False)

        assert CliRunner().invoke(mail, ["settle", token, "again"]).exit_code == 0
        mailing.post(server)
        assert [one.id for one in server.to(to)] == [f"<{UUID(token).hex}@127.0.0.1>"]
        assert CliRunner().invoke(mail, ["settle", token, "again"]).exit_code == 1  # it is not uncertain any more


def test_a_trial_says_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(mail, ["try", TO]).exit_code == 1
    with mailing.mail_server() as server:
        monkeypatch.setattr(settings, "SMTP", server.gateway()._server)
        monkeypatch.setattr(settings, "MAIL_BOUNCES", "bounces@city.example")
        answered = CliRunner().invoke(mail, ["try", TO])
        assert answered.exit_code == 0, answered.output
        assert "sent 250" in answered.output
        assert server.taken[0].sender.startswith("bounces+")
