"""Taking a backup while people work: everything that the database shows at one moment, and the files that belong to it."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

import yimen
from yimen.casework.trust import trust_path
from yimen.cli.attach import embedded_server
from yimen.cli.backup.folder import (
    DATABASE,
    DOCUMENTS,
    KEYS,
    RECORD,
    TRUST,
    Head,
    Manifest,
    Progress,
    digest_of,
    files_in,
    fingerprint,
)
from yimen.gateways.dump import Dumping
from yimen.gateways.postgres_programs import PostgresError
from yimen.pure.minutes import MinuteMalformed, read_minute

ENCRYPTED: Final = b"ENCRYPTED PRIVATE KEY"
HEAD: Final = """
    select h.place, encode(h.running, 'hex'), (select count(*) from record_event), (select coalesce(max(e.epoch), 0) from record_epoch e)
    from record_horizon h
"""
_DOCUMENTS: Final = """
    select d.stored_as from casework_document d join casework_document_key k on k.document = d.id where d.removed_at is null order by 1
"""


def owner_uri() -> str:
    """
    The owner's login, with which alone everything is read and brought back.

    Refuses: PostgresError, where it is not on this machine.
    """
    owner = settings.OWNER_DATABASE()
    if not owner:
        raise PostgresError(f"The owner's login is not in {settings.LOGINS_DIR}; run `yimen database prepare`.")
    where = {
        "dbname": owner["NAME"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        "host": owner["HOST"],
        "port": owner["PORT"],
    }
    return make_conninfo("", **where, **owner["OPTIONS"])


def dumping() -> Dumping:
    return Dumping(embedded_server().programs)


@contextmanager
def frozen(uri: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """One moment of the database, for several to look at: a connection that stands in it, and its name."""
    with psycopg.connect(uri, autocommit=True) as owner:
        owner.execute("begin transaction isolation level repeatable read, read only")
        row = owner.execute("select pg_export_snapshot()").fetchone()
        yield owner, str(row[0]) if row else ""
        owner.execute("commit")


def describe(owner: psycopg.Connection) -> Manifest:
    """What the manifest says of the database at this moment."""
    place, running, events, epoch = owner.execute(HEAD).fetchone() or (0, "", 0, 0)
    (at,) = owner.execute("select now()").fetchone() or (None,)
    return Manifest(
        name=settings.INSTALLATION,
        program=yimen.__version__,
        at=at.isoformat(timespec="seconds") if at else "",
        head=Head(place=place, running=running, events=events, epoch=epoch),
        migrations=applied(owner),
        secret=fingerprint(settings.SECRET_KEY),
    )


def applied(owner: psycopg.Connection) -> list[str]:
    """The migrations of a database, by name."""
    return [
        name
        for (name,) in owner.execute("select app || '.' || name from django_migrations order by app, name").fetchall()
    ]


def tables_of(owner: psycopg.Connection) -> int:
    (count,) = owner.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() or (0,)
    return int(count)


def named_documents(owner: psycopg.Connection) -> set[str]:
    return {name for (name,) in owner.execute(_DOCUMENTS)}


def stored_documents() -> list[Path]:
    return sorted(path for path in settings.DOCUMENTS_DIR.glob("[0-9a-f][0-9a-f]/*") if not path.suffix)


def copy_documents(folder: Path, stored: list[Path], *, progress: Progress) -> set[str]:
    """Copy the ciphertexts. One that is erased while we copy is left out; it is missed below if it is needed."""
    copied = set()
    for path in stored:
        target = folder / DOCUMENTS / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(path, target)
            copied.add(path.name)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
        progress(1)
    return copied


def copy_minutes(folder: Path, *, place: int) -> int:
    """Copy the signed minutes up to where the dump ends: what is signed while we copy belongs to the next backup."""
    (folder / RECORD).mkdir(mode=0o700)
    count = 0
    for path in sorted(settings.RECORD_DIR.glob("*.log")):
        lines = path.read_text(encoding="ascii", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if path.name.startswith("lost-") or _is_up_to(line, place)]
        count += len(kept)
        (folder / RECORD / path.name).write_text("".join(kept), encoding="ascii")
    return count


def _is_up_to(line: str, place: int) -> bool:
    try:
        return line.endswith("\n") and read_minute(line).place <= place
    except MinuteMalformed:
        return False


def copy_keys(folder: Path) -> tuple[int, list[str]]:
    """Copy certificates and encrypted keys; never the passphrase, nor a key in clear. Returns how many, and what was left out."""
    left_out, count = [], 0
    for name in files_in(settings.KEYS_DIR) if settings.KEYS_DIR.is_dir() else ():
        path = settings.KEYS_DIR / name
        closed = path.suffix in (".crt", ".crl") or (path.suffix == ".key" and ENCRYPTED in path.read_bytes())
        if closed:
            target = folder / KEYS / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, target)
            count += 1
        else:
            left_out.append(name)
    if trust_path().is_file():
        shutil.copyfile(trust_path(), folder / TRUST)
    return count, left_out


def sealed(folder: Path, manifest: Manifest, *, missing: set[str], progress: Progress) -> str:
    """Write the manifest over all files; returns its own hash, for the operator to keep elsewhere."""
    files = {}
    for name in sorted(files_in(folder)):
        path = folder / name
        path.chmod(0o600)
        files[name] = [digest_of(path, progress=progress), path.stat().st_size]
    replace(manifest, files=files, missing_documents=sorted(missing)).write(folder)
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def dump_database(folder: Path, snapshot: str, *, progress: Progress) -> None:
    dumping().dump(owner_uri(), folder / DATABASE, snapshot=snapshot, progress=progress)
