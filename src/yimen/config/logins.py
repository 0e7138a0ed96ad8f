"""The logins of the database: where their URIs are read, and Django's DATABASES made of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from yimen.config import env
from yimen.gateways.preparation import SERVING

LOGINS: Final = SERVING
ENGINE: Final = "django.db.backends.postgresql"


def read(folder: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Return the URI of each wanted login that is configured, by environment or by file."""
    found = {}
    for login in wanted:
        uri = env.postgres_uri(f"YIMEN_LOGIN_{login.upper()}") or _from_file(folder / login)
        if uri:
            found[login] = uri
    return found


def _from_file(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def databases(logins: dict[str, str], *, pool_size: int) -> dict[str, dict[str, Any]]:
    """Return an alias for each login; `default`, of Django's own tables, is door."""
    made = {login: serving(uri, pool_size=pool_size) for login, uri in logins.items()}
    made["default"] = serving(logins["door"], pool_size=pool_size) if "door" in logins else {}
    return made


def serving(uri: str, *, pool_size: int) -> dict[str, Any]:
    """A pooled connection that starts empty and prepares what it repeats."""
    made = plain(uri)
    made["OPTIONS"] |= {
        "server_side_binding": True,
        "prepare_threshold": 2,
        "pool": {"min_size": 0, "max_size": pool_size, "timeout": 10, "max_idle": 120},
    }
    return made


def plain(uri: str) -> dict[str, Any]:
    """One connection without a pool, as migrations need it."""
    parts = urlsplit(uri)
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 0,
        "OPTIONS": dict(parse_qsl(parts.query)) | {"connect_timeout": 10},
    }


def owner(folder: Path) -> dict[str, Any]:
    """The owner's connection, which a migrating command asks for by name and nothing else has."""
    uri = read(folder, ["owner"]).get("owner", "")
    return plain(uri) if uri else {}
