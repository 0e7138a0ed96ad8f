"""The people of a city folder: who they are, their posts and duty, the organisations they act for."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yimen.pure.identifiers import CreditCode, ResidentId, check_credit_code, check_resident_id
from yimen.registry.city_places import Agency, Centre, code, weekdays
from yimen.registry.city_tables import BadField, Findings, Row, check_unique, read_rows

CENTRE_ROLES = ("clerk", "maker", "custodian", "supervisor", "manager", "registrar")
AGENCY_ROLES = ("examiner", "decider")
ROLES = CENTRE_ROLES + AGENCY_ROLES

# How many people a role needs in its pool: below the first number chance has no choice at all, below the second too
# little. Two custodians of one case are two people, so there must be one more of them.
_NEEDED = {
    "clerk": (2, 3),
    "examiner": (2, 3),
    "decider": (2, 3),
    "maker": (2, 3),
    "custodian": (3, 4),
}
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    staff_no: str
    name_zh: str
    name_en: str
    resident_id: str
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role that a person has at a centre or in an agency (`place`)."""

    staff_no: str
    role: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The weekdays on which a person is on duty, 1 for Monday to 7 for Sunday."""

    staff_no: str
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    credit_code: str
    name_zh: str
    name_en: str
    representative: str


def read_people(folder: Path, findings: Findings, *, demonstration: bool) -> tuple[Person, ...]:
    columns = ("staff_no", "name_zh", "name_en", "resident_id", "username")

    def resident(raw: str) -> str:
        number = check_resident_id(raw)
        _check_fictional(number, demonstration=demonstration)
        return number.text

    read = []
    for row in read_rows(folder, "people.csv", columns, findings):
        person = Person(
            staff_no=row.get("staff_no", code, ""),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            resident_id=row.get("resident_id", resident, ""),
            username=row.get("username", _username, ""),
        )
        read.append((row, person))
    whole = [(row, person) for row, person in read if row.whole]
    check_unique(whole, "staff_no", lambda thing: thing.staff_no)
    check_unique(whole, "resident_id", lambda thing: thing.resident_id)
    check_unique(whole, "username", lambda thing: thing.username)
    return tuple(person for _, person in whole)


def read_posts(
    folder: Path,
    people: Mapping[str, Person],
    centres: Mapping[str, Centre],
    agencies: Mapping[str, Agency],
    findings: Findings,
) -> tuple[Post, ...]:
    read = []
    for row in read_rows(folder, "posts.csv", ("staff_no", "role", "place"), findings):
        post = Post(
            staff_no=_person(row, "staff_no", people),
            role=row.one_of("role", ROLES),
            place=row.text("place"),
        )
        places: Mapping[str, object] = agencies if post.role in AGENCY_ROLES else centres
        if post.role and post.place and post.place not in places:
            kind = "agency" if post.role in AGENCY_ROLES else "centre"
            message = f"a {post.role} belongs to a centre or agency: no {kind} is {post.place}"
            row.fault("place", "reference.unknown", message)
        read.append((row, post))
    whole = [(row, post) for row, post in read if row.whole]
    check_unique(whole, "place", lambda thing: thing)
    _check_supervisors(whole)
    return tuple(post for _, post in whole)


def read_duty(
    folder: Path, people: Mapping[str, Person], posts: Sequence[Post], findings: Findings
) -> tuple[Duty, ...]:
    holders = {post.staff_no for post in posts}
    read = []
    for row in read_rows(folder, "duty.csv", ("staff_no", "weekdays"), findings):
        duty = Duty(
            staff_no=_person(row, "staff_no", people),
            weekdays=row.get("weekdays", weekdays, ()),
        )
        if duty.staff_no in people and duty.staff_no not in holders:
            row.fault("staff_no", "duty.no_post", "this person holds no post")
        read.append((row, duty))
    whole = [(row, duty) for row, duty in read if row.whole]
    check_unique(whole, "staff_no", lambda thing: thing.staff_no)
    return tuple(duty for _, duty in whole)


def read_organisations(
    folder: Path, people: Mapping[str, Person], findings: Findings, *, demonstration: bool
) -> tuple[Organisation, ...]:
    columns = ("credit_code", "name_zh", "name_en", "representative")

    def credit(raw: str) -> str:
        body = check_credit_code(raw)
        _check_fictional(body, demonstration=demonstration)
        return body.text

    read = []
    for row in read_rows(folder, "organisations.csv", columns, findings):
        organisation = Organisation(
            credit_code=row.get("credit_code", credit, ""),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            representative=_person(row, "representative", people),
        )
        read.append((row, organisation))
    whole = [(row, organisation) for row, organisation in read if row.whole]
    check_unique(whole, "credit_code", lambda thing: thing.credit_code)
    return tuple(organisation for _, organisation in whole)


def check_candidates(
    *,
    posts: Sequence[Post],
    duty: Sequence[Duty],
    centres: Sequence[Centre],
    item_agencies: Sequence[str],
    findings: Findings,
) -> None:
    """Note every pool where chance has too few people to choose from, on any day on which the centre is open.

    The city's own centre needs every role of a centre and an agency with an item those of an agency; elsewhere a role
    that is there at all must be there with enough people.
    """
    city = next(centre for centre in centres if (centre.level, centre.kind) == ("city", "hall"))
    days_of = {centre.code: centre.days for centre in centres}
    on_duty = {one.staff_no: one.weekdays for one in duty}
    for (place, role), holders in sorted(_pools(posts, city, item_agencies).items()):
        weeks = [on_duty.get(holder, ()) for holder in holders]
        days = days_of.get(place, city.days)
        fewest = min(sum(day in week for week in weeks) for day in days)
        least, enough = _NEEDED[role]
        message = f"{place} has a day with {fewest} {role}(s) on duty; {enough} are needed"
        if fewest < least:
            findings.error("posts.csv", None, role, "pool.too_few", message)
        elif fewest < enough:
            findings.warn("posts.csv", None, role, "pool.few", message)


def _pools(posts: Sequence[Post], city: Centre, item_agencies: Sequence[str]) -> dict[tuple[str, str], set[str]]:
    pools: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for role in ("clerk", "maker", "custodian"):
        pools[city.code, role] = set()
    for agency in item_agencies:
        pools |= {(agency, role): set() for role in AGENCY_ROLES}
    for post in posts:
        if post.role in _NEEDED:
            pools[post.place, post.role].add(post.staff_no)
    return pools


def _check_supervisors(read: Sequence[tuple[Row, Post]]) -> None:
    roles: defaultdict[str, set[str]] = defaultdict(set)
    for _, post in read:
        roles[post.staff_no].add(post.role)
    for row, post in read:
        if post.role == "supervisor" and len(roles[post.staff_no]) > 1:
            row.fault("role", "post.supervisor_alone", "a supervisor holds no other role")


def _person(row: Row, name: str, people: Mapping[str, Person]) -> str:
    staff_no = row.text(name)
    if staff_no and staff_no not in people:
        row.fault(name, "reference.unknown", f"no person has the number {staff_no}")
    return staff_no


def _username(raw: str) -> str:
    if not _USERNAME.fullmatch(raw):
        message = "a username is 2 to 40 of small letters, digits, dot, - and _, and begins with a letter"
        raise BadField("field.not_a_username", message)
    return raw


def _check_fictional(number: ResidentId | CreditCode, *, demonstration: bool) -> None:
    if demonstration and not number.fictional:
        message = "a demonstration may not use a number that could be somebody's; use region 220199"
        raise BadField("field.not_fictional", message)
    if number.fictional and not demonstration:
        raise BadField("field.fictional", "this is a made-up number, and the city is no demonstration")
