"""The only place that reads the environment: typed readers that refuse a bad value loudly."""

import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

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


LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_SECRET = 16


def gateway(at: str, secret_of: str) -> tuple[str, str]:
    """The address of a gateway and the secret it shares with us, by the names of two variables; neither, where there is none."""
    url, secret = text(at), text(secret_of)
    if not url:
        return "", ""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" and parts.hostname or here) or parts.query or parts.fragment:
        raise BadSettingError(at, url, "an https address is wanted; http only on this machine")
    if len(secret) < SHORTEST_SECRET:
        wanted = f"a secret of {SHORTEST_SECRET} characters or more is wanted, shared with {url}"
        raise BadSettingError(secret_of, "…", wanted)
    return url.rstrip("/"), secret
