"""`yimen city`: a city as a folder of plain data, checked as a whole and entered by two hands."""

import json
import secrets
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
from django.conf import settings

from yimen.cli.attach import as_owner, attached
from yimen.record import draws, statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session, posts
from yimen.registry import entry, load
from yimen.registry.accounts import make_accounts
from yimen.registry.city import City, read_city
from yimen.registry.city_tables import CityInvalid

DAYS_AHEAD = 3


@click.group()
def city() -> None:
    """Check and load the folder of a city."""


@city.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def check(folder: Path, *, as_json: bool) -> None:
    """Check a folder as a whole, and write nothing. Every error is named by file, row and field."""
    found = read(folder, as_json=as_json)
    told = {
        "people": len(found.people),
        "items": len(found.items),
        "warnings": [one.as_dict() for one in found.warnings],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{folder} is sound: {len(found.people)} people, {len(found.centres)} centres, {len(found.items)} items")


@city.command(name="load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def load_city(folder: Path, *, as_json: bool = False) -> None:
    """
    Enter what a folder has and the record has not: proposed by one registrar, confirmed by another.

    Loading twice changes nothing. A demonstration city confirms itself, and says so; any other leaves the entry for its
    second registrar to read and confirm.
    """
    wanted = read(folder, as_json=as_json)
    with attached():
        try:
            told = enter(wanted)
        except Refusal as refusal:
            raise click.ClickException(refusal.words) from refusal
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for line in told["lines"]:
        click.echo(f"        {line}")


@city.command(name="draws")
def commit_draws() -> None:
    """In a demonstration: commit both halves of today's and the next days' draws, as manager and supervisor would."""
    with attached():
        if not (settings.DEMONSTRATION and is_demonstration()):
            raise click.ClickException(
                "Only a demonstration commits its own draws; here two people do, with `yimen draws`."
            )
        count = commit_coming_days()
    click.echo(f"{count} days of draws committed, both halves by the demonstration itself")


def read(folder: Path, *, as_json: bool) -> City:
    """Read a folder, or tell all that is wrong with it and exit with 1."""
    try:
        return read_city(folder)
    except CityInvalid as invalid:
        if as_json:
            click.echo(json.dumps({"problems": [one.as_dict() for one in invalid.problems]}, ensure_ascii=False))
        else:
            for problem in invalid.problems:
                click.echo(f"{problem.level}: {problem}", err=True)
            click.echo("Nothing was written.", err=True)
        raise click.exceptions.Exit(1) from invalid


def enter(wanted: City) -> dict[str, Any]:
    """Found the city if it is empty, propose what differs, and in a demonstration confirm it, make accounts, commit draws."""
    lines: list[str] = []
    alone = wanted.demonstration and wanted.confirms_itself and settings.DEMONSTRATION
    if not statement.value("registry", "select exists (select 1 from registry_person)"):
        with as_owner():
            entry.found(body=load.founding(wanted))
        lines.append("founded the city with its registrars")
    changed = load.changes(wanted)
    if changed:
        lines.append("entered " + ", ".join(f"{len(rows)} {table}" for table, rows in changed.items()))
        one, two = registrars(wanted)
        proposed = entry.propose(body=changed, session=one, key=uuid4())
        if alone:
            _, content = entry.read(entry=proposed.stream)
            entry.confirm(entry=proposed.stream, proposed=content, session=two, key=uuid4())
            lines.append("the sample city confirmed itself: one program was both hands, which no real city may do")
        else:
            lines.append(f"proposed as {proposed.stream}: it counts when the second registrar has confirmed it")
    if alone:
        accounts = make_accounts((one.username, password(one.username)) for one in wanted.people)
        committed = commit_coming_days()
        lines += [f"{accounts} accounts made"] * bool(accounts) + [f"{committed} days of draws committed"] * bool(
            committed
        )
        tell_people(wanted)
    return {"changed": {table: len(rows) for table, rows in changed.items()}, "lines": lines or ["nothing to change"]}


def registrars(wanted: City) -> tuple[Session, Session]:
    """Sessions of two registrars of the folder."""
    numbers = [post.staff_no for post in wanted.posts if post.role == "registrar"]
    names = [one.username for one in wanted.people if one.staff_no in numbers]
    one, two, *_ = (session_as(name, "registrar") for name in names)
    return one, two


def session_as(username: str, role: str) -> Session:
    post = next(post for post in posts(username=username)["posts"] if post["role"] == role)
    return open_session(username=username, post=UUID(post["post"]), hours=1).session


def password(username: str) -> str:
    """The password of a demonstration person: told to everyone, and worth nothing anywhere else."""
    return f"yimen-{username}"


def is_demonstration() -> bool:
    return bool(statement.value("registry", "select coalesce(bool_or(demonstration), false) from registry_city"))


def commit_coming_days() -> int:
    """Commit both halves for every pool with people, today and the next days, where that is not done yet."""
    pools = "select distinct coalesce(centre, agency) as pool from registry_post where ended_at is null and role <> 'registrar'"
    wanted = [UUID(str(row["pool"])) for row in statement.rows("registry", pools)]
    first: date = statement.value("registry", "select registry_today()")
    days = [first + timedelta(n) for n in range(DAYS_AHEAD)]
    done = {
        (UUID(str(row["pool"])), row["day"])
        for row in statement.rows(
            "registry", "select pool, day from record_draw_day where supervisor_commitment is not null"
        )
    }
    missing = [(pool, day) for pool in wanted for day in days if (pool, day) not in done]
    if not missing:
        return 0
    manager, supervisor = (someone_as(role) for role in ("manager", "supervisor"))
    for pool, day in missing:
        draws.open_day(pool=pool, day=day, half=secrets.token_bytes(32), session=manager, key=uuid4())
        draws.commit_day(pool=pool, day=day, half=secrets.token_bytes(32), session=supervisor, key=uuid4())
    return len(missing)


def someone_as(role: str) -> Session:
    """A session of the first person who holds a role."""
    sql = "select h.username from registry_post p join registry_person h on h.id = p.person where p.role = %s and p.ended_at is null order by h.staff_no limit 1"
    return session_as(statement.value("registry", sql, [role]), role)


def tell_people(wanted: City) -> None:
    """Write down who can sign in to the demonstration, for `yimen serve` to print."""
    roles: dict[str, list[str]] = {}
    for post in wanted.posts:
        roles.setdefault(post.staff_no, []).append(post.role)
    people = [
        {
            "login": one.username,
            "password": password(one.username),
            "what": ", ".join(roles.get(one.staff_no, ["applicant"])),
            "name_zh": one.name_zh,
        }
        for one in wanted.people
    ]
    path = settings.STATE_DIR / "demonstration.json"
    path.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o600)
