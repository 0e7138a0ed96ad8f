"""A rehearsal: a backup is brought back into a server made for it, compared with its manifest, and thrown away."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from yimen.cli.backup.folder import DATABASE, BackupBroken, Head, Manifest
from yimen.cli.backup.take import HEAD, applied
from yimen.gateways.dump import Dumping
from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.postgres_programs import PostgresError as PostgresError
from yimen.gateways.preparation import Preparation


def bring_back(folder: Path, manifest: Manifest, *, tables: int, bar: Callable[[int, str], Any]) -> None:
    """
    Refuses: BackupBroken, when what comes back is not what the manifest says; PostgresError, when nothing comes back.
    """
    state = Path(tempfile.mkdtemp(prefix="yimen-rehearsal-"))
    state.chmod(0o711)
    server = EmbeddedServer(state / "postgres", binaries=settings.POSTGRES_BIN)
    try:
        Preparation(admin=server.join(), name=manifest.name, state=state).prepare()
        owner = (state / "logins" / "owner").read_text(encoding="utf-8")
        with bar(tables, "Rehearsal") as moving:
            Dumping(server.programs).load(
                owner, folder / DATABASE, record=f"{manifest.name}_record", progress=moving.update
            )
        compare(owner, manifest)
    finally:
        server.leave()
        shutil.rmtree(state, ignore_errors=True)


def compare(uri: str, manifest: Manifest) -> None:
    """
    Whether a database that was brought back ends where the manifest says.

    Refuses: BackupBroken.
    """
    with psycopg.connect(uri) as owner:
        place, running, events, epoch = owner.execute(HEAD).fetchone() or (0, "", 0, 0)
        migrations = applied(owner)
    if migrations != manifest.migrations:
        raise BackupBroken(f"{DATABASE} does not have the migrations that the manifest names: {migrations}")
    found = Head(place=place, running=running, events=events, epoch=epoch)
    if found != manifest.head:
        raise BackupBroken(f"{DATABASE} does not hold what the manifest says: {found} and not {manifest.head}")
