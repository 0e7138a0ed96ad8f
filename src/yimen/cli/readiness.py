"""What `yimen ready` made ready is noted, so that `yimen serve` need not look again, nor load what looks."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

import yimen


def remember() -> None:
    """Note what was made ready, so that the next start need not look again."""
    (settings.STATE_DIR / "ready.json").write_text(json.dumps(fingerprint()), encoding="utf-8")


def is_ready() -> bool:
    """Whether nothing changed since: neither this program, nor the city's folder, nor the database's address."""
    path = settings.STATE_DIR / "ready.json"
    return path.is_file() and json.loads(path.read_text(encoding="utf-8")) == fingerprint()


def fingerprint() -> dict[str, str]:
    prepared = settings.POSTGRES_DIR / "prepared.json"
    return {
        "version": yimen.__version__,
        "program": digest_of(Path(yimen.__file__).parent),
        "city": digest_of(settings.CITY_DIR),
        "database": prepared.read_text(encoding="utf-8") if prepared.is_file() else "",
    }


def digest_of(folder: Path) -> str:
    """A digest of names, sizes and times, cheap enough for every start."""
    digest = hashlib.sha256()
    for path in _files(folder):
        stat = path.stat()
        digest.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    found = sorted(folder.rglob("*")) if folder.is_dir() else []
    return (path for path in found if path.is_file() and "__pycache__" not in path.parts)
