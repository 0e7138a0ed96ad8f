"""`yimen ready`: everything the platform needs before it serves, done where it is missing."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click
from django.conf import settings
from django.core.management import call_command

import yimen
from yimen.cli.attach import attached
from yimen.cli.database import migrate_all

FOLDERS: Final = ("KEYS_DIR", "DOCUMENTS_DIR", "RECORD_DIR", "LOG_DIR")


@click.command()
@click.pass_context
def ready(ctx: click.Context) -> None:
    """Make ready what `serve` needs: database, tables, static files, keys, the city."""
    with attached():
        prepare_everything(ctx)
        remember()


def prepare_everything(ctx: click.Context) -> None:
    """The steps in their order; each does nothing where there is nothing to do."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("folders", make_folders),
        ("tables", migrate_all),
        ("static files", collect_static),
        ("the city", lambda: run_command(ctx, "city", "load", folder=settings.CITY_DIR)),
        ("keys", lambda: run_command(ctx, "keys", "make")),
    ]
    for number, (what, step) in enumerate(steps, start=1):
        click.echo(f"  [{number}/{len(steps)}] {what}")
        step()


def make_folders() -> None:
    for name in FOLDERS:
        Path(getattr(settings, name)).mkdir(parents=True, exist_ok=True, mode=0o700)


def collect_static() -> None:
    """Bring the static files together under names that change with their content."""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def run_command(ctx: click.Context, group: str, name: str, **given: object) -> None:
    """Run `yimen GROUP NAME` within this process, as its own command would."""
    root = ctx.find_root()
    found = root.command.get_command(root, group) if isinstance(root.command, click.Group) else None
    command = found.get_command(ctx, name) if isinstance(found, click.Group) else None
    if command is None:
        raise click.ClickException(f"there is no command `yimen {group} {name}`")
    ctx.invoke(command, **given)


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
