"""`yimen backup`: take a backup of this installation while it runs, and check one."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from django.conf import settings

from yimen.cli.attach import attached
from yimen.cli.backup import rehearse, take
from yimen.cli.backup.folder import DATABASE, BackupBroken, bytes_of, files_in, read_manifest, verify, write_secrets
from yimen.cli.listing import Listing

INCOMPLETE: Final = 1
A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class FolderOrCommand(Listing):
    """`yimen backup FOLDER` takes one; `yimen backup check FOLDER` checks one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["make", *args])


@click.group(cls=FolderOrCommand)
def backup() -> None:
    """Take a backup into FOLDER while the platform runs (`yimen backup FOLDER`), or check one (`yimen backup check FOLDER`)."""


@dataclass
class Taken:
    """What a backup holds, for telling."""

    folder: str
    place: int
    events: int
    documents: int
    minutes: int
    keys: int
    bytes: int
    manifest: str
    left_out: list[str]
    missing_documents: list[str]


@backup.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--secrets",
    "secrets_file",
    type=click.Path(path_type=Path),
    help="Write passphrase and secret key here: keep it apart.",
)
@click.option("--without-documents", is_flag=True, help="The document store is backed up by other means.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def make(
    context: click.Context, folder: Path, secrets_file: Path | None, *, without_documents: bool, as_json: bool
) -> None:
    """
    Take a backup into FOLDER, which must not exist: database, documents, signed minutes, encrypted keys, and a manifest.

    Exit status: 0 complete, 1 it failed, or documents are missing from the store, 2 wrong use.
    """
    if folder.exists():
        raise click.UsageError(f"{folder} is there already; nothing is overwritten. Name a new folder.")
    if secrets_file and (secrets_file.exists() or secrets_file.resolve().is_relative_to(folder.resolve())):
        raise click.UsageError(f"{secrets_file} must be a new file, and not in the backup: its place is elsewhere.")
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        with attached():
            taken = take_into(draft, with_documents=not without_documents)
        if secrets_file:
            passphrase = settings.KEYS_DIR / "passphrase"
            found = passphrase.read_text(encoding="utf-8") if passphrase.is_file() else ""
            write_secrets(secrets_file, secret_key=settings.SECRET_KEY, passphrase=found)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    taken.folder = str(folder)
    click.echo(json.dumps(vars(taken)) if as_json else in_words(taken, secrets_file))
    context.exit(INCOMPLETE if taken.missing_documents else 0)


def take_into(folder: Path, *, with_documents: bool) -> Taken:
    """The database first, at one moment; then the files, of which those it names are there already."""
    with take.frozen(take.owner_uri()) as (owner, snapshot):
        manifest, named = take.describe(owner), take.named_documents(owner)
        with bar(take.tables_of(owner), "Database") as moving:
            take.dump_database(folder, snapshot, progress=moving.update)
    stored = take.stored_documents() if with_documents else []
    with bar(len(stored), "Documents") as moving:
        copied = take.copy_documents(folder, stored, progress=moving.update)
    missing = named - copied if with_documents else set()
    minutes = take.copy_minutes(folder, place=manifest.head.place)
    keys, left_out = take.copy_keys(folder)
    size = sum((folder / name).stat().st_size for name in files_in(folder))
    with bar(size, "Hashes") as moving:
        digest = take.sealed(folder, manifest, missing=missing, progress=moving.update)
    return Taken(
        folder=str(folder),
        place=manifest.head.place,
        events=manifest.head.events,
        documents=len(copied),
        minutes=minutes,
        keys=keys,
        bytes=size,
        manifest=digest,
        left_out=left_out,
        missing_documents=sorted(missing),
    )


def bar(length: int, label: str) -> Any:
    return click.progressbar(length=max(1, length), label=f"{label:<10}", file=sys.stderr)


def in_words(taken: Taken, secrets_file: Path | None) -> str:
    held = f"{taken.events:,} events up to place {taken.place:,}, {taken.documents:,} documents, {taken.minutes:,} signed minutes"
    lines = [
        f"{taken.folder} holds {held} and {taken.keys:,} files of keys ({taken.bytes:,} bytes).",
        f"SHA-256 of its manifest: {taken.manifest}",
        "It holds personal data, for the database has the documents' keys: guard it as the installation itself.",
        "What is erased later is still in it: do not keep it for ever.",
    ]
    if secrets_file:
        lines.append(f"Passphrase and secret key are in {secrets_file}: take it to another place than the backup.")
    else:
        lines.append(
            "Not in it, and needed with it: STATE/secret_key and KEYS/passphrase. Keep them in another place (--secrets FILE)."
        )
    if others := [name for name in taken.left_out if name != "passphrase"]:
        lines.append(f"Left out, because they are not encrypted keys: {', '.join(others)}")
    if taken.missing_documents:
        lines.append(
            f"MISSING: {len(taken.missing_documents)} documents are on record and not in the store; the manifest names them."
        )
    return "\n".join(lines)


@backup.command()
@click.argument("folder", type=A_FOLDER)
@click.option(
    "--rehearse", "full", is_flag=True, help="Also bring it back into a database made for it, and throw that away."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def check(folder: Path, *, full: bool, as_json: bool) -> None:
    """
    Check that every file of a backup is what was written; with --rehearse, that it can be brought back.

    Exit status: 0 sound, 1 broken (the file is named), 2 wrong use.
    """
    try:
        manifest = read_manifest(folder)
        with bar(bytes_of(manifest), "Hashes") as moving:
            verify(folder, manifest, progress=moving.update)
        tables = take.dumping().tables(folder / DATABASE)
        if full:
            rehearse.bring_back(folder, manifest, tables=tables, bar=bar)
    except (BackupBroken, rehearse.PostgresError) as broken:
        raise click.ClickException(str(broken)) from broken
    told = {"sound": True, "rehearsed": full, "at": manifest.at, "files": len(manifest.files), **vars(manifest.head)}
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{folder} is sound: {len(manifest.files):,} files, taken {manifest.at}, {manifest.head.events:,} events up to place "
        f"{manifest.head.place:,}" + (", and was brought back in a rehearsal." if full else ".")
    )
