"""Mail that goes beside a message: its text, in both languages, and handing it over one by one."""

import logging
import re
import time
from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.casework import notice
from yimen.gateways.message import ClaimLostError, Messages, Outcome
from yimen.pure.bounce import envelope, message_id
from yimen.pure.notice_words import EN, NOTICES, ZH, lines
from yimen.record import order
from yimen.record.refusal import Refusal

AT_ONCE: Final = 50  # how many in one round
RULE: Final = "-" * 40
SAID_AGAIN: Final = 10
log = logging.getLogger(__name__)

_ZH: Final = """《{item}》（办件编号 {number}）

{title}
{text}
{lines}
办件页面：{link}

本邮件由系统自动发出，请勿回复。它只是提醒：正式告知以您登录后看到的“消息”为准，期限自站内消息到达之日起算，与本邮件是否收到无关。
收件地址有误的，请在办件页面更正。
"""
_EN: Final = """{item} (case {number})

{title}
{text}
{lines}
The case: {link}

This mail was sent by a machine; please do not answer it. It is a reminder: what counts is the message you find when you sign
in, and periods run from its arrival, whether this mail reached you or not. If the address is wrong, correct it on the
page of the case.
"""


def deliver(gateway: Messages) -> int:
    """Hand over what is due, one by one, each claimed before and settled after. Returns how many were tried."""
    done = 0
    try:
        while done < AT_ONCE and (mail := notice.claim()) is not None:
            done += 1
            _hand(gateway, mail)
    finally:
        gateway.close()
    return done


def _hand(gateway: Messages, mail: Mapping[str, Any]) -> None:
    try:
        outcome = gateway.send(
            message=letter(mail),
            sender=sender(mail),
            recipient=mail["email"],
            last_word=partial(notice.hand_over, mail=mail),
        )
    except ClaimLostError:
        log.warning("mail %s: another process has it", mail["token"])
        return
    except (ValueError, MessageError):  # the library found something that cannot stand in a header
        outcome = Outcome("failed", "malformed")
    if outcome.state not in ("sent", "no_gateway"):
        log.warning("mail %s: %s %s", mail["token"], outcome.state, outcome.reply)
    _settle(mail, outcome)


def _settle(mail: Mapping[str, Any], outcome: Outcome) -> None:
    """Write down what came of it. When the database is away just then, what we know is kept for a while and said again."""
    for left in reversed(range(SAID_AGAIN)):
        try:
            notice.settle(mail=mail, outcome=outcome.state, reply=outcome.reply)
            return
        except Refusal as refused:
            if refused.code != "database.away" or not left:
                raise
        order.close(login=notice.LOGIN)
        time.sleep(1)


def sender(mail: Mapping[str, Any]) -> str:
    """The address in the envelope: where a bounce is to come to, named for this mail if the city takes such addresses."""
    bounces: str = settings.MAIL_BOUNCES
    return envelope(bounces, UUID(mail["token"])) if bounces else settings.MAIL_FROM.addr_spec


def letter(mail: Mapping[str, Any]) -> EmailMessage:
    """
    Write a mail: what it is about, what is asked, by when, and where; nothing of the person.

    The same at every try but for its date; the Message-ID is the mail's own.
    """
    wording = NOTICES[mail["kind"]]
    origin: Address = settings.MAIL_FROM
    message = EmailMessage(policy=SMTP)
    message["From"] = origin
    message["To"] = Address(addr_spec=mail["email"])
    message["Subject"] = one_line(f"{wording.title[ZH]}：{mail['item_zh']} / {wording.title[EN]}", 200)
    message["Date"] = format_datetime(datetime.now(ZoneInfo(settings.CITY_TIME_ZONE)))
    message["Message-ID"] = message_id(UUID(mail["token"]), origin.domain)
    message["Auto-Submitted"] = "auto-generated"
    parts = [_part(mail, language) for language in (ZH, EN)]
    message.set_content(f"\n{RULE}\n\n".join(parts), cte="base64")
    message["Content-Language"] = "zh, en"
    return message


def _part(mail: Mapping[str, Any], language: int) -> str:
    wording = NOTICES[mail["kind"]]
    said = [f"- {label}{'：' if language == ZH else ': '}{value}" for label, value in lines(mail, language)]
    return (_ZH, _EN)[language].format(
        item=one_line(mail[("item_zh", "item_en")[language]], 200),
        number=mail["case_number"],
        title=wording.title[language],
        text=wording.text[language],
        lines="".join(f"{line}\n" for line in said),
        link=f"{settings.PUBLIC_URL}/cases/{mail['stream']}/",
    )


def one_line(text: str, longest: int) -> str:
    """A text that cannot end the line it stands in."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:longest]
