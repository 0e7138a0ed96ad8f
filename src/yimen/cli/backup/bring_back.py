"""Bringing a backup back: into an installation that holds nothing, and with what is lost written down."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from yimen.casework.trust import trust_path
from yimen.cli.backup.folder import DATABASE, DOCUMENTS, KEYS, RECORD, TRUST, Manifest, Progress, files_in, inside
from yimen.cli.backup.rehearse import compare
from yimen.cli.backup.take import dumping, owner_uri, tables_of
from yimen.pure.minutes import Minute, MinuteMalformed, minute_message, read_minute
from yimen.pure.trust import Trust, TrustMalformed, has_signed, read_trust


class NotEmpty(Exception):
    """There is something here that a backup would overwrite, or it belongs elsewhere; the message says what."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What was signed after the backup: how many places, the last minute of them, and where their minutes are kept now."""

    places: int = 0
    last: Minute | None = None
    kept_in: str = ""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back, for telling."""

    place: int
    events: int
    documents: int
    lost: int
    lost_until: str
    lost_in: str
    passphrase_missing: bool
    stream: str


def refuse_data(folder: Path, manifest: Manifest) -> None:
    """
    Refuses: NotEmpty, when the database has a table, the store a document, or another key of the same name is here. The same keys,
    and minutes, may be here: they are kept apart.
    """
    with psycopg.connect(owner_uri()) as owner:
        tables = tables_of(owner)
    if tables:
        message = (
            f"This installation has data: its database holds {tables} tables. Nothing was changed. Restore into an empty one: "
            f"another YIMEN_STATE, or a new database prepared with `yimen database prepare`."
        )
        raise NotEmpty(message)
    if settings.DOCUMENTS_DIR.is_dir() and any(files_in(settings.DOCUMENTS_DIR)):
        raise NotEmpty(
            f"There are documents in {settings.DOCUMENTS_DIR}. Nothing was changed. Move them away, and restore again."
        )
    for source, target in homes(folder, manifest):
        if target.is_file() and target.read_bytes() != source.read_bytes():
            raise NotEmpty(
                f"{target} is here and is another than the backup's. Nothing was changed. Move it away, and restore again."
            )


def homes(folder: Path, manifest: Manifest) -> Iterator[tuple[Path, Path]]:
    """Where the files of a backup belong, for those that have a place of their own. Refuses: BackupBroken."""
    folders = {DOCUMENTS: settings.DOCUMENTS_DIR, KEYS: settings.KEYS_DIR}
    for name in manifest.files:
        kind, _, rest = name.partition("/")
        if kind in folders:
            yield inside(folder, name), folders[kind] / rest
        elif name == TRUST:
            yield inside(folder, name), trust_path()


def load_database(folder: Path, manifest: Manifest, *, progress: Progress) -> None:
    """
    Bring the database back, all or nothing; see that it ends where the manifest says; and give every event its place.

    Refuses: PostgresError, BackupBroken.
    """
    dumping().load(owner_uri(), folder / DATABASE, record=f"{manifest.name}_record", progress=progress)
    compare(owner_uri(), manifest)
    with psycopg.connect(owner_uri()) as owner:
        owner.execute("select record_sequence()")


def bring_back_files(folder: Path, manifest: Manifest, *, progress: Progress) -> None:
    """Put documents, keys and trust in their places."""
    for source, target in homes(folder, manifest):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(source, target)
        target.chmod(0o600)
        progress(1)


def set_minutes_right(folder: Path, *, elsewhere: Path | None) -> Lost:
    """
    Bring the signed minutes together, from the backup, from this installation and from elsewhere, and put aside those that do
    not stand on the record as it came back: what they were signed over is lost.
    """
    settings.RECORD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines: dict[str, dict[str, Minute]] = {}
    for source in (folder / RECORD, settings.RECORD_DIR, elsewhere):
        for path in sorted(source.glob("*.log")) if source and source.is_dir() else ():
            lines.setdefault(path.name, {}).update(_minutes_of(path))
    with psycopg.connect(owner_uri()) as owner:
        aside = {
            line for name, found in lines.items() if not name.startswith("lost-") for line in _fallen(owner, found)
        }
        end = owner.execute("select place from record_horizon").fetchone() or (0,)
    later: dict[str, Minute] = {}
    for name, found in lines.items():
        later |= {line: one for line, one in found.items() if line in aside}
        kept = [line for line in found if line not in aside]
        _write(settings.RECORD_DIR / name, kept, found)
    return _put_aside(later, end=end[0])


def _minutes_of(path: Path) -> Iterator[tuple[str, Minute]]:
    """Whole minutes; the end of a line that was just being written is left out."""
    for line in path.read_text(encoding="ascii", errors="replace").splitlines(keepends=True):
        try:
            one = read_minute(line)
        except MinuteMalformed:
            continue
        if line.endswith("\n"):
            yield line, one


def _fallen(owner: psycopg.Connection, found: Mapping[str, Minute]) -> set[str]:
    """The minutes that were signed over another record than this one."""
    places = [one.place for one in found.values()]
    stands: dict[int, bytes] = dict(
        owner.execute("select place, running from record_place where place = any (%s)", [places]).fetchall()
    )
    return {line for line, one in found.items() if stands.get(one.place) != one.running}


def _put_aside(later: Mapping[str, Minute], *, end: int) -> Lost:
    """Keep what fell for ever, under another name, and say how far it reached; a minute that the record's key did not sign says nothing."""
    if not later:
        return Lost()
    trust = _trust()
    signed = [one for one in later.values() if trust is None or _is_signed(one, trust)]
    last = max(signed, key=lambda one: one.place, default=None)
    aside = settings.RECORD_DIR / f"lost-after-{end}.log"
    _write(aside, list(later), later)
    return Lost(places=max(0, last.place - end) if last else 0, last=last, kept_in=str(aside))


def _write(path: Path, lines: Iterable[str], minutes: Mapping[str, Minute]) -> None:
    path.write_text("".join(sorted(lines, key=lambda line: minutes[line].place)), encoding="ascii")


def _is_signed(one: Minute, trust: Trust) -> bool:
    data = minute_message(place=one.place, running=one.running, at=one.at)
    return any(has_signed(key, signature=one.signature, data=data) for key in trust.record)


def _trust() -> Trust | None:
    try:
        return read_trust(trust_path().read_text(encoding="utf-8"))
    except (OSError, TrustMalformed):
        return None


def write_down(manifest: Manifest, lost: Lost) -> Restored:
    """
    Put the restore on the record, and end every session and account session.

    Records: record.restored.
    """
    with psycopg.connect(owner_uri()) as owner:
        (place, events) = owner.execute(
            "select place, (select count(*) from record_event) from record_horizon"
        ).fetchone() or (0, 0)
        running = lost.last.running.hex() if lost.last else ""
        facts = {"taken_at": manifest.at, "place": place, "lost": lost.places, "running": running}
        (stream,) = owner.execute("select record_restored(%s::jsonb)", [json.dumps(facts)]).fetchone() or (None,)
        owner.execute("delete from django_session")
    return Restored(
        place=place,
        events=events,
        documents=sum(name.startswith(f"{DOCUMENTS}/") for name in manifest.files),
        lost=lost.places,
        lost_until=lost.last.at.isoformat(timespec="minutes") if lost.last else "",
        lost_in=lost.kept_in,
        passphrase_missing=settings.KEYS_DIR.is_dir()
        and any(settings.KEYS_DIR.rglob("*.key"))
        and not (settings.KEYS_DIR / "passphrase").is_file(),
        stream=str(stream),
    )
