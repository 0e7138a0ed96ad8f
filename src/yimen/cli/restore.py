"""`yimen restore`: bring a backup back into an installation that holds nothing."""

import json
from collections.abc import Mapping
from pathlib import Path

import click
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

import yimen
from yimen.cli.attach import attached
from yimen.cli.backup import A_FOLDER, bar, take
from yimen.cli.backup.bring_back import (
    NotEmpty,
    Restored,
    bring_back_files,
    load_database,
    refuse_data,
    set_minutes_right,
    write_down,
)
from yimen.cli.backup.folder import (
    DATABASE,
    BackupBroken,
    Manifest,
    bytes_of,
    is_secret_of,
    read_manifest,
    read_secrets,
    verify,
)
from yimen.gateways.postgres import write_secret
from yimen.gateways.postgres_programs import PostgresError


@click.command()
@click.argument("folder", type=A_FOLDER)
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Passphrase and secret key, as `yimen backup --secrets` wrote them.",
)
@click.option(
    "--minutes",
    "elsewhere",
    type=A_FOLDER,
    help="Signed minutes kept elsewhere: what was signed later than the backup is lost.",
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def restore(folder: Path, secrets_file: Path | None, elsewhere: Path | None, *, as_json: bool) -> None:
    """
    Bring the backup in FOLDER back: database, documents, signed minutes and keys. The installation must hold nothing yet.

    Passwords of the logins are those of this installation; none is in a backup. Everybody signs in anew. What was signed
    after the backup is told as lost, and the restore is on the record.

    Exit status: 0 restored, 1 refused or failed (nothing is lost by trying), 2 wrong use.
    """
    try:
        manifest = read_manifest(folder)
        with bar(bytes_of(manifest), "Hashes") as moving:
            verify(folder, manifest, progress=moving.update)
        refuse_other(manifest)
        refuse_newer(manifest)
        given = secrets_for(manifest, secrets_file)
        tables = take.dumping().tables(folder / DATABASE)
        with attached():
            refuse_data(folder, manifest)
            keep_secrets(given, secrets_file)
            with bar(tables, "Database") as moving:
                load_database(folder, manifest, progress=moving.update)
            with bar(len(manifest.files), "Files") as moving:
                bring_back_files(folder, manifest, progress=moving.update)
            lost = set_minutes_right(folder, elsewhere=elsewhere)
            restored = write_down(manifest, lost)
    except (BackupBroken, NotEmpty, PostgresError) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(json.dumps(vars(restored)) if as_json else in_words(restored, manifest))


def refuse_other(manifest: Manifest) -> None:
    """A backup goes back under the name it was taken under: its rights are given to roles of that name."""
    if manifest.name != settings.INSTALLATION:
        message = (
            f"This is a backup of the installation {manifest.name!r}, and this one is called {settings.INSTALLATION!r}. "
            f"Prepare one of that name: YIMEN_INSTALLATION={manifest.name}, or `yimen database prepare --name {manifest.name}`."
        )
        raise NotEmpty(message)


def refuse_newer(manifest: Manifest) -> None:
    """
    Refuses: BackupBroken, for tables that this version of Yimen does not know. Tables that are older are brought back, and up to
    date by `yimen database migrate`.
    """
    unknown = sorted(set(manifest.migrations) - known_migrations())
    if unknown:
        raise BackupBroken(
            f"This backup was taken by Yimen {manifest.program}, whose tables this one ({yimen.__version__}) does not know ({unknown[0]}). "
            f"Nothing was changed. Restore it with that version or a later one."
        )


def known_migrations() -> set[str]:
    """Every migration of this version of Yimen and of what it brings with it."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def secrets_for(manifest: Manifest, secrets_file: Path | None) -> Mapping[str, str]:
    """
    Find the secret key with which the identities on record were hashed, and the passphrase of the keys if it is given.

    Refuses: BackupBroken, when it is another key: nobody on record would be found again.
    """
    given = read_secrets(secrets_file) if secrets_file else {"secret_key": settings.SECRET_KEY, "passphrase": ""}
    if not is_secret_of(manifest, given["secret_key"]):
        where = secrets_file or settings.STATE_DIR / "secret_key"
        raise BackupBroken(
            f"The secret key in {where} is not the one of this backup. Without it nobody on record is found again by her identity. "
            f"Put the right one there, or give the file that `yimen backup --secrets` wrote."
        )
    return given


def keep_secrets(given: Mapping[str, str], secrets_file: Path | None) -> None:
    if secrets_file:
        write_secret(settings.STATE_DIR / "secret_key", given["secret_key"])
    if given["passphrase"]:
        settings.KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(settings.KEYS_DIR / "passphrase", given["passphrase"])


def in_words(restored: Restored, manifest: Manifest) -> str:
    lines = [
        f"Restored: {restored.events:,} events up to place {restored.place:,}, as of {manifest.at}; {restored.documents:,} documents.",
        "Every session has ended: everybody signs in anew. A password changed since the backup is the old one again.",
    ]
    if restored.lost:
        lines.append(
            f"LOST: {restored.lost:,} places, {restored.place + 1:,} to {restored.place + restored.lost:,}, signed until {restored.lost_until}. "
            f"Their minutes are kept in {restored.lost_in}; that they are lost is on the record."
        )
    else:
        lines.append(
            "No signed minute is later than the backup. If you keep minutes elsewhere, compare them: `yimen record check --minutes`."
        )
    if restored.passphrase_missing:
        lines.append(
            f"The keys are here, and their passphrase is not: put it into {settings.KEYS_DIR / 'passphrase'} (mode 600)."
        )
    if manifest.missing_documents:
        lines.append(f"{len(manifest.missing_documents)} documents were missing when the backup was taken.")
    behind = known_migrations() - set(manifest.migrations)
    lines.append(f"Next: {'`yimen database migrate`, ' if behind else ''}`yimen serve`, then `yimen check`.")
    return "\n".join(lines)
