"""The folder of a backup: its files, and the manifest that names each with its hash and the head of the record."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from yimen.gateways.postgres import write_secret

VERSION: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
DOCUMENTS: Final = "documents"
RECORD: Final = "record"
KEYS: Final = "keys"
TRUST: Final = "trust.json"
BLOCK: Final = 1024 * 1024
Progress = Callable[[int], None]


class BackupBroken(Exception):
    """A folder that is no backup, or not what was written; the message names the file."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where the record ended: its last place, the running hash up to it, and how many events there were, placed or not."""

    place: int
    running: str
    events: int
    epoch: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `files`: path in the folder to SHA-256 and size; `secret`: how to know the secret key again."""

    name: str
    program: str
    at: str
    head: Head
    migrations: list[str]
    secret: dict[str, str]
    files: dict[str, list[Any]] = field(default_factory=dict)
    missing_documents: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        body = {"version": VERSION, **asdict(self)}
        (folder / MANIFEST).write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Refuses: BackupBroken, when there is none, or one that this version cannot read."""
    try:
        body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if body.pop("version") != VERSION:
            raise BackupBroken(f"{folder / MANIFEST} was written by another version of Yimen")
        return Manifest(**{**body, "head": Head(**body["head"])})
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BackupBroken(f"{folder / MANIFEST} is no manifest of a backup ({wrong})") from wrong


def verify(folder: Path, manifest: Manifest, *, progress: Progress = lambda _: None) -> None:
    """
    Read every file and compare it with the manifest; progress is told in bytes.

    Refuses: BackupBroken, naming the first file that is missing, changed, or that nobody put there.
    """
    for name, (digest, size) in manifest.files.items():
        path = inside(folder, name)
        if not path.is_file():
            raise BackupBroken(f"{name} is missing from the backup")
        if path.stat().st_size != size or digest_of(path, progress=progress) != digest:
            raise BackupBroken(f"{name} is not what was written: its hash differs")
    extra = sorted(set(files_in(folder)) - set(manifest.files) - {MANIFEST})
    if extra:
        raise BackupBroken(f"{extra[0]} is in the folder and not in the manifest")


def inside(folder: Path, name: str) -> Path:
    """Where a file of the manifest is: in the folder, under a plain name, and nowhere else. Refuses: BackupBroken."""
    path, plain = folder / name, PurePosixPath(name)
    if plain.is_absolute() or ".." in plain.parts or plain.as_posix() != name or "\\" in name or "\x00" in name:
        raise BackupBroken(f"{name!r} leads out of the backup")
    if not path.resolve().is_relative_to(folder.resolve()) or path.is_symlink():
        raise BackupBroken(f"{name} leads out of the backup")
    return path


def files_in(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def bytes_of(manifest: Manifest) -> int:
    return sum(size for _, size in manifest.files.values())


def digest_of(path: Path, *, progress: Progress = lambda _: None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            progress(len(block))
    return digest.hexdigest()


# The two secrets that must not lie beside the data: they open the keys, and tell whose the hashes of identities are.


def fingerprint(secret_key: str, salt: str = "") -> dict[str, str]:
    """Something to know a secret key by, from which it cannot be guessed cheaply."""
    used = salt or secrets.token_hex(16)
    made = hashlib.scrypt(secret_key.encode(), salt=bytes.fromhex(used), n=2**14, r=8, p=1, dklen=32)
    return {"salt": used, "scrypt": made.hex()}


def is_secret_of(manifest: Manifest, secret_key: str) -> bool:
    return fingerprint(secret_key, manifest.secret["salt"]) == manifest.secret


def write_secrets(path: Path, *, secret_key: str, passphrase: str) -> None:
    write_secret(path, json.dumps({"secret_key": secret_key, "passphrase": passphrase}) + "\n")


def read_secrets(path: Path) -> Mapping[str, str]:
    """Refuses: BackupBroken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"secret_key": str(found["secret_key"]), "passphrase": str(found["passphrase"])}
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BackupBroken(f"{path} does not hold the secrets of a backup ({wrong})") from wrong
