"""`yimen city`: a city as a folder of plain data, checked as a whole and entered by two hands."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
from django.conf import settings
from django.db import IntegrityError

from yimen.cli.attach import as_owner, attached
from yimen.cli.listing import Listing
from yimen.cli.signed_in import signed_in
from yimen.oversight.days import coming
from yimen.pure.item_rules import Whole
from yimen.record import draws, statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session, posts
from yimen.registry import entry, load
from yimen.registry.accounts import make_accounts
from yimen.registry.city import City, read_city
from yimen.registry.city_catalogue import read_catalogue, with_words
from yimen.registry.city_offers import places_of
from yimen.registry.city_people import Post
from yimen.registry.city_tables import CityInvalid

DAYS_AHEAD = 3


@click.group(cls=Listing)
def city() -> None:
    """Check the folder of a city, propose what it changes, and confirm what another registrar proposed."""


@city.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def check(folder: Path, *, as_json: bool) -> None:
    """Check a folder as a whole, and write nothing. Every error is named by file, row and field."""
    found = read(folder, as_json=as_json)
    catalogue = items_of(folder, found, as_json=as_json)
    items, places = len(catalogue), places_of(found.offers, found.centres, catalogue)
    nowhere = [one for one in catalogue if one.said("entered") == "1" and not places[one.said("implementation_code")]]
    told = {
        "people": len(found.people),
        "items": items,
        "offered_nowhere": [one.said("implementation_code") for one in nowhere],
        "warnings": [one.as_dict() for one in found.warnings],
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    if nowhere:
        named = ", ".join(one.said("name") for one in nowhere[:5])
        many = f"{len(nowhere)} items that are in a hall are offered nowhere, so nobody learns where to go"
        click.echo(f"warning: offers.csv: {many}: {named}{' …' * (len(nowhere) > 5)}", err=True)
    click.echo(f"{folder} is sound: {len(found.people)} people, {len(found.centres)} centres, {items} items")


@city.command(name="load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--username", metavar="NAME", help="The registrar who proposes; the password is asked for.")
@click.option("--again", is_flag=True, help="Propose although another entry waits.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def load_city(folder: Path, *, username: str | None = None, again: bool = False, as_json: bool = False) -> None:
    """
    Enter what a folder has and the record has not: proposed by one registrar, confirmed by another.

    Loading twice changes nothing. An empty city is founded with its registrars first. A demonstration city confirms
    itself, and says so; in any other, a registrar proposes under her own name, and another one confirms.
    """
    told = load_folder(folder, username=username, again=again, as_json=as_json)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else in_words(told))
    if told["unproposed"] and not told["founded"]:
        raise click.exceptions.Exit(1)


@city.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def entries(*, as_json: bool) -> None:
    """List the entries that were proposed and wait for a second registrar."""
    with attached(), refused_in_words():
        found = [described(one) for one in entry.waiting()]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(sentence(one))
    if not found:
        click.echo("no entry waits")


@city.command()
@click.argument("number", type=click.UUID, metavar="ENTRY")
@click.option(
    "--username", metavar="NAME", required=True, help="The registrar who confirms; the password is asked for."
)
@click.option("--rows", is_flag=True, help="Show every row that would be entered.")
def confirm(number: UUID, *, username: str, rows: bool) -> None:
    """
    Confirm, as the second registrar, what another one proposed: exactly what is shown, and nothing that came later.

    ENTRY is its number, as `yimen city entries` lists it.
    """
    with attached(), refused_in_words(), signed_in(username, "registrar") as session:
        found = next((one for one in entry.waiting() if one.stream == number), None)
        if found is None:
            raise click.ClickException(f"No entry {number} waits. `yimen city entries` lists those that do.")
        body, content = entry.read(entry=number)
        click.echo(sentence(described(found)))
        for table, listed in body.items() if rows else ():
            for row in listed:
                click.echo(f"  {table}: {json.dumps(row, ensure_ascii=False)}")
        click.confirm("Is this right, and shall it be in force from now on?", abort=True, err=True)
        confirm_as_shown(number, content, session)
    click.echo("confirmed: it is in force")


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
    with invalid_in_words(as_json=as_json):
        return with_words(folder, read_city(folder))


def items_of(folder: Path, city: City, *, as_json: bool) -> list[Whole]:
    """Read all items of a folder, or tell all that is wrong with it and exit with 1."""
    with invalid_in_words(as_json=as_json):
        return read_catalogue(folder, city)


@contextmanager
def invalid_in_words(*, as_json: bool) -> Iterator[None]:
    """Tell all that is wrong with a city folder, and exit with 1."""
    try:
        yield
    except CityInvalid as invalid:
        if as_json:
            click.echo(json.dumps({"problems": [one.as_dict() for one in invalid.problems]}, ensure_ascii=False))
        else:
            for problem in invalid.problems:
                click.echo(f"{problem.level}: {problem}", err=True)
            click.echo("Nothing was written.", err=True)
        raise click.exceptions.Exit(1) from invalid


def confirm_as_shown(number: UUID, content: str, session: Session) -> None:
    """Confirm by the hash of what was shown, and say in words for registrars why that cannot be."""
    try:
        entry.confirm(entry=number, proposed=content, session=session, key=uuid4())
    except IntegrityError as changed:
        message = "The registry has changed since this was proposed, so it no longer fits. Load the folder again."
        raise click.ClickException(message) from changed
    except Refusal as refusal:
        if refusal.code != "hat.second":
            raise
        message = "You proposed this entry yourself; another registrar confirms it."
        raise click.ClickException(message) from refusal


@contextmanager
def refused_in_words() -> Iterator[None]:
    """Say a refusal as a command does: its words, and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(refusal.words) from refusal


def load_folder(
    folder: Path, *, username: str | None = None, again: bool = False, as_json: bool = False
) -> dict[str, Any]:
    """Load a folder as far as that can be done: without a registrar's name, a real city's changes stay unproposed."""
    wanted = read(folder, as_json=as_json)
    catalogue = items_of(folder, wanted, as_json=as_json)
    with attached(), refused_in_words():
        founded = found_city(wanted)
        if wanted.demonstration and wanted.confirms_itself and settings.DEMONSTRATION:
            told = enter_alone(wanted, catalogue)
        else:
            told = propose(wanted, catalogue, folder, username=username, again=again)
    told["founded"] = founded
    if founded:
        told["lines"].insert(0, "founded the city with its registrars")
    told["lines"] = told["lines"] or ["nothing to change"]
    return told


def in_words(told: dict[str, Any]) -> str:
    return "\n".join(f"        {line}" for line in told["lines"])


def found_city(wanted: City) -> bool:
    """Found an empty city with its registrars, as the owner, and say whether that was done."""
    if statement.value("registry", "select exists (select 1 from registry_person)"):
        return False
    with as_owner():
        entry.found(body=load.founding(wanted))
    return True


def propose(
    wanted: City, catalogue: Sequence[Whole], folder: Path, *, username: str | None, again: bool
) -> dict[str, Any]:
    """In a real city: propose what differs as one registrar, who proves who she is; or say who can."""
    changed = load.changes(wanted, catalogue)
    told: dict[str, Any] = {"changed": counts(changed), "lines": [], "unproposed": bool(changed), "entry": None}
    if not changed:
        return told
    if username is None:
        names = registrar_names(wanted)
        told["lines"] = [
            f"not entered yet: {in_short(counts(changed))}",
            "each registrar first has an account made, and types the password: "
            + "; ".join(f"yimen account make {name}" for name in names),
            f"then one proposes: yimen city load {folder} --username {names[0]}",
            f"and another confirms: yimen city confirm ENTRY --username {names[1]}",
        ]
        return told
    others = entry.waiting()
    if others and not again:
        message = f"This waits already: {sentence(described(others[0]))}. Confirm it first, or propose with --again."
        raise click.ClickException(message)
    with signed_in(username, "registrar") as session:
        proposed = entry.propose(body=changed, session=session, key=uuid4())
    told["lines"] = [
        f"proposed {in_short(counts(changed))} as entry {proposed.stream}",
        f"it counts when another registrar has confirmed it: yimen city confirm {proposed.stream} --username NAME",
    ]
    return told | {"unproposed": False, "entry": str(proposed.stream)}


def counts(body: dict[str, Any]) -> dict[str, int]:
    return {table: len(rows) for table, rows in body.items()}


def in_short(number: dict[str, int]) -> str:
    return ", ".join(f"{count} {table}" for table, count in number.items())


def described(waiting: entry.Waiting) -> dict[str, Any]:
    body, content = entry.read(entry=waiting.stream)
    return {
        "entry": str(waiting.stream),
        "proposed_at": waiting.at.isoformat(),
        "proposed_by": waiting.username,
        "hash": content,
        "rows": counts(body),
    }


def sentence(one: dict[str, Any]) -> str:
    return f"{one['entry']}, proposed by {one['proposed_by']} at {one['proposed_at']}: {in_short(one['rows'])}"


def enter_alone(wanted: City, catalogue: Sequence[Whole]) -> dict[str, Any]:
    """In a demonstration: one program proposes and confirms, makes everybody's account, and commits draws."""
    lines: list[str] = []
    changed = load.changes(wanted, catalogue)
    if changed:
        one, two = registrars(wanted)
        proposed = entry.propose(body=changed, session=one, key=uuid4())
        _, content = entry.read(entry=proposed.stream)
        entry.confirm(entry=proposed.stream, proposed=content, session=two, key=uuid4())
        lines.append(f"entered {in_short(counts(changed))}")
        lines.append("the sample city confirmed itself: one program was both hands, which no real city may do")
    known = [(one.username, password(one.username)) for one in wanted.people]
    accounts = make_accounts(known, told_to_everyone=True)
    committed = commit_coming_days()
    lines += [f"{accounts} accounts made"] * bool(accounts)
    lines += [f"{committed} days of draws committed"] * bool(committed)
    tell_people(wanted)
    return {"changed": counts(changed), "lines": lines, "unproposed": False, "entry": None}


def registrar_names(wanted: City) -> list[str]:
    numbers = [post.staff_no for post in wanted.posts if post.role == "registrar"]
    return [one.username for one in wanted.people if one.staff_no in numbers]


def registrars(wanted: City) -> tuple[Session, Session]:
    """Sessions of two registrars of the folder."""
    one, two, *_ = (session_as(name, "registrar") for name in registrar_names(wanted))
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
    """
    Commit both halves for every pool with people, today and the next days, where that is not done yet.

    A day of which only the centre's half is committed, because a program was stopped between the two, gets the other.
    """
    pools = "select distinct coalesce(centre, agency) as pool from registry_post where ended_at is null and role not in ('registrar', 'editor', 'reviewer')"
    wanted = [UUID(str(row["pool"])) for row in statement.rows("registry", pools)]
    first: date = statement.value("registry", "select registry_today()")
    days = [first + timedelta(n) for n in range(DAYS_AHEAD)]
    begun = "select pool, day, supervisor_commitment is not null as done from record_draw_day where day >= %s"
    known = {(UUID(str(row["pool"])), row["day"]): row["done"] for row in statement.rows("registry", begun, [first])}
    missing = [(pool, day) for pool in wanted for day in days if not known.get((pool, day))]
    if not missing:
        return 0
    for manager in everyone_as("manager"):
        hers = {UUID(one["pool"]) for one in coming(session=manager)["pools"]}
        for pool, day in [one for one in missing if one not in known and one[0] in hers]:
            draws.open_day(pool=pool, day=day, half=secrets.token_bytes(32), session=manager, key=uuid4())
            known[pool, day] = False
        if all(one in known for one in missing):
            break
    supervisor = next(everyone_as("supervisor"))
    opened = [one for one in missing if one in known]  # a pool that no manager answers for stays closed
    for pool, day in opened:
        draws.commit_day(pool=pool, day=day, half=secrets.token_bytes(32), session=supervisor, key=uuid4())
    return len(opened)


def everyone_as(role: str) -> Iterator[Session]:
    """A session of each who holds a role, by staff number."""
    sql = "select h.username, p.id as post from registry_post p join registry_person h on h.id = p.person where p.role = %s and p.ended_at is null order by h.staff_no"
    for row in statement.rows("registry", sql, [role]):
        yield open_session(username=row["username"], post=row["post"], hours=1).session


def tell_people(wanted: City) -> None:
    """Write down who can sign in to the demonstration, for `yimen serve` to print."""
    held: dict[str, list[Post]] = {}
    for post in wanted.posts:
        held.setdefault(post.staff_no, []).append(post)
    named = {place.code: place.name_zh for place in wanted.agencies} | {
        place.code: place.name_zh for place in wanted.centres
    }
    people = [
        {
            "login": one.username,
            "password": password(one.username),
            "what": ", ".join(post.role for post in held.get(one.staff_no, [])) or "applicant",
            "name_zh": one.name_zh,
            "places": (places := sorted({post.place for post in held.get(one.staff_no, [])})),
            "where_zh": "、".join(named[place] for place in places),
        }
        for one in wanted.people
    ]
    path = settings.STATE_DIR / "demonstration.json"
    path.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o600)
