"""The only place that reads the environment: typed readers that refuse a bad value loudly."""

import os
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

from yimen.gateways.message import ADDRESS, Server

MAIL_SCHEMES: Final[dict[str, tuple[Literal["none", "starttls", "tls"], int]]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
THIS_MACHINE: Final = {"127.0.0.1", "localhost", "::1"}
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class BadSettingError(ImproperlyConfigured):
    """A variable of the environment holds something that cannot be meant."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name}={value!r}: {wanted}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: list[str]) -> list[str]:
    """Words divided by commas."""
    given = text(name)
    return [word.strip() for word in given.split(",") if word.strip()] if given else default


def integer(name: str, default: int, *, low: int, high: int) -> int:
    given = text(name)
    if not given:
        return default
    wanted = f"a whole number from {low} to {high} is wanted"
    try:
        number = int(given)
    except ValueError:
        raise BadSettingError(name, given, wanted) from None
    if not low <= number <= high:
        raise BadSettingError(name, given, wanted)
    return number


def flag(name: str, *, default: bool) -> bool:
    given = text(name).lower()
    if not given:
        return default
    if given not in TRUE | FALSE:
        raise BadSettingError(name, given, "yes or no is wanted")
    return given in TRUE


def folder(name: str, default: Path) -> Path:
    given = text(name)
    if not given:
        return default
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise BadSettingError(name, given, "an absolute path is wanted")
    if path.exists() and not path.is_dir():
        raise BadSettingError(name, given, "a folder is wanted, and this is a file")
    return path


def time_zone(name: str, default: str) -> str:
    given = text(name, default)
    try:
        return ZoneInfo(given).key
    except (KeyError, ValueError, OSError):
        raise BadSettingError(name, given, "a time zone like Asia/Shanghai is wanted") from None


def choice(name: str, default: str, allowed: set[str]) -> str:
    given = text(name, default)
    if given not in allowed:
        raise BadSettingError(name, given, f"one of {', '.join(sorted(allowed))} is wanted")
    return given


def web_address(name: str, default: str) -> SplitResult:
    given = text(name, default)
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise BadSettingError(name, given, "an address like https://yimen.example is wanted")
    return parts


def postgres_uri(name: str) -> str:
    given = text(name)
    parts = urlsplit(given)
    complete = parts.scheme in {"postgresql", "postgres"} and parts.hostname and parts.username
    if given and not (complete and parts.path.strip("/")):
        wanted = "a URI like postgresql://login:password@host:5432/database is wanted"
        raise BadSettingError(name, "…", wanted)  # never prints a password
    return given


def mail_server(name: str, *, timeout: int, authority: str, greets_as: str) -> Server | None:
    """A server to hand mail to, or None. In clear only on this machine; elsewhere encryption is demanded, not hoped for."""
    given = text(name)
    if not given:
        return None
    parts = urlsplit(given)
    wanted = (
        "smtp+starttls://user:password@host:587, smtps://user:password@host:465, or smtp://127.0.0.1:25 for a mail "
        "server on this machine is wanted"
    )
    try:
        tls, port = MAIL_SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        raise BadSettingError(name, "…", wanted) from None  # never prints a password
    host = parts.hostname or ""
    if not host or parts.path.strip("/") or parts.query or (tls == "none" and host not in THIS_MACHINE):
        raise BadSettingError(name, "…", wanted)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if authority and not Path(authority).is_file():
        raise BadSettingError(f"{name} with CA file", authority, "a file of certificates is wanted")
    return Server(host, port, tls, user, password, timeout, authority, greets_as)


def mail_host(host: str) -> tuple[str, str]:
    """How a host stands in an address of mail, and how it greets a mail server: numbers are written in brackets."""
    try:
        version = ip_address(host).version
    except ValueError:
        return host, host
    return (host, f"[{host}]") if version == 4 else ("localhost", f"[IPv6:{host}]")


def mailbox(name: str, default: str) -> Address:
    """A name and an address, like 示范市一门 <no-reply@yimen.example>."""
    given = text(name, default)
    shown, address = parseaddr(given)
    if not ADDRESS.fullmatch(address) or any(ord(c) < 32 for c in given):
        raise BadSettingError(
            name, given, "an address like no-reply@yimen.example, with a name before it or not, is wanted"
        )
    return Address(display_name=shown, addr_spec=address)


def mail_address(name: str) -> str:
    """An address, or nothing."""
    given = text(name)
    if given and not ADDRESS.fullmatch(given):
        raise BadSettingError(name, given, "an address like bounces@yimen.example is wanted")
    return given


LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 16


def gateway(at: str, secret_of: str) -> tuple[str, str]:
    """The address of a gateway and the secret it shares with us, by the names of two variables; neither, where there is none."""
    url, secret = text(at), text(secret_of)
    if not url:
        return "", ""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not ((parts.scheme == "https" and parts.hostname) or here) or parts.query or parts.fragment:
        raise BadSettingError(at, url, "an https address is wanted; http only on this machine")
    if len(secret) < SHORTEST_SECRET:
        wanted = f"a secret of {SHORTEST_SECRET} characters or more is wanted, shared with {url}"
        raise BadSettingError(secret_of, "…", wanted)
    return url.rstrip("/"), secret
