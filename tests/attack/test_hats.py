"""One person, one hat; and the hat is worn by whom chance drew."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

import town as towns
from yimen.record import draws
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session

STEPS: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
    ("received", "counter", "counter", "case.accepted", {}),
    ("examining", "examiner", "decide", "case.examined", {"finding": "meets"}),
    ("deciding", "decider", "decide", "case.granted", {"content": "0" * 64}),
    ("certifying", "maker", "custody", "certificate.made", {}),
    ("made", "first_custodian", "custody", "certificate.released", {}),
    ("half_released", "second_custodian", "custody", "certificate.released_again", {}),
)
PLACE = {"examiner": "agency", "decider": "agency"}


def with_second_post(town: towns.Town, person: towns.Someone, role: str) -> towns.Someone:
    """Give a person one post more, on duty every day; counts from the next commitment."""
    place = PLACE.get(role, "centre")
    post = uuid4()
    body = {
        "posts": [{"id": str(post), "person": str(person.person), "role": role, place: str(getattr(town, place))}],
        "duty": [{"post": str(post), "weekday": day} for day in range(1, 8)],
    }
    towns.enter(body, *towns.founded(towns.testing_city.current().database))
    return towns.Someone(person.person, post, person.username, role)


@pytest.mark.parametrize(("state", "purpose", "login", "kind", "facts"), STEPS)
def test_nobody_acts_whom_chance_did_not_draw(
    state: str, purpose: str, login: str, kind: str, facts: Any, town: towns.Town, act: Any, refused: Any
) -> None:
    case = town.brought_to(state)
    after = town.head(case)
    refused("case.not_drawn", act, login, case, after, kind, town.not_drawn(case, purpose).session.secret, **facts)
    for role in {
        "examiner": ["decider"],
        "decider": ["examiner"],
        "maker": ["custodian"],
        "first_custodian": ["maker"],
    }.get(purpose, []):
        refused("move.of_another_role", act, login, case, after, kind, town.someone(role).session.secret, **facts)


def test_whoever_has_had_a_part_is_never_drawn_again_whatever_her_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody holds every post: six people, six parts, and an applicant who is an official of every kind."""
    roles = ("clerk", "examiner", "decider", "maker", "custodian")
    town = towns.town(committed=False, roles=dict.fromkeys(roles, 0))
    people = [towns.Someone(one.person, None, one.username, "applicant") for one in town.applicants]
    extra = towns.town(committed=False, roles={"clerk": 6}).people["clerk"]
    for person in [people[0], *extra]:
        for role in roles:
            town.people.setdefault(role, []).append(with_second_post(town, person, role))
    towns.commit_day(town)
    role_of = {"counter": "clerk", "first_custodian": "custodian", "second_custodian": "custodian"}

    def drawn(case: object, purpose: str) -> towns.Someone:
        with towns.testing_city_owner() as owner:
            sql = "select person from record_assignment where stream = %s and purpose = %s"
            ((person,),) = owner.execute(sql, [case, purpose]).fetchall()
        return next(one for one in town.people[role_of.get(purpose, purpose)] if one.person == person)

    monkeypatch.setattr(town, "drawn", drawn)
    case = town.brought_to("released")
    with towns.testing_city_owner() as owner:
        worn = owner.execute("select person, hat from record_hat where stream = %s", [case]).fetchall()
        chosen = owner.execute("select person from record_assignment where stream = %s", [case]).fetchall()
    assert len(worn) == 7 == len({person for person, _ in worn})
    assert people[0].person not in {person for (person,) in chosen}


def test_a_drawn_person_cannot_act_through_another_of_her_posts(act: Any, refused: Any) -> None:
    town = towns.town(committed=False, roles={"clerk": 1, "examiner": 1})
    both = with_second_post(town, town.someone("clerk"), "examiner")
    towns.commit_day(town)
    case = town.filed()
    secret = open_session(username=both.username, post=both.post).session.secret
    refused("move.of_another_link", act, "decide", case, 2, "case.accepted", secret)
    town.accept(case)
    assert town.drawn(case, "examiner").person != both.person
    refused("case.not_drawn", act, "decide", case, town.head(case), "case.examined", secret, finding="meets")


def test_one_human_being_cannot_be_two_people(town: towns.Town) -> None:
    with towns.testing_city_owner() as owner:
        ((row,),) = owner.execute(
            "select to_jsonb(p) || jsonb_build_object('id', gen_random_uuid(), 'staff_no', 'again', 'username', 'again')"
            " from registry_person p where id = %s", [town.someone("clerk").person],
        ).fetchall()  # fmt: skip
    with pytest.raises(Exception, match=r"entry\.malformed"):
        towns.enter({"people": [row]}, *towns.founded(towns.testing_city.current().database))


def test_who_proposes_does_not_confirm(town: towns.Town, act: Any, ask: Any, refused: Any) -> None:
    one, two = towns.founded(towns.testing_city.current().database)
    ((stream, *_),) = ask(
        "registry", "select * from registry_propose(%s, %s, %s)", one.session.secret, '{"duty": []}', uuid4()
    )
    content = ask("registry", "select encode(content, 'hex') from registry_entry where stream = %s", stream)[0][0]
    refused("hat.second", act, "registry", stream, 1, "entry.confirmed", one.again().secret, proposed=content)
    refused("entry.other_content", act, "registry", stream, 1, "entry.confirmed", two.session.secret, proposed="0" * 64)
    refused(
        "move.of_another_role",
        act,
        "registry",
        stream,
        1,
        "entry.confirmed",
        town.someone("manager").session.secret,
        proposed=content,
    )
    act("registry", stream, 1, "entry.confirmed", two.session.secret, proposed=content)


def test_nobody_gives_both_halves(town: towns.Town, refused: Any, ask: Any) -> None:
    other = towns.town(committed=False)
    manager = other.someone("manager")
    both = with_second_post(other, manager, "supervisor")
    session = open_session(username=both.username, post=both.post).session
    day, half = towns.today(), b"h" * 32
    draws.open_day(pool=other.agency, day=day, half=half, session=manager.session, key=uuid4())
    with pytest.raises(Refusal) as second:
        draws.commit_day(pool=other.agency, day=day, half=half, session=session, key=uuid4())
    assert second.value.code == "hat.second"


def test_the_inner_functions_are_nobodys(ask: Any, connect: Any) -> None:
    """Whatever runs inside the writer cannot be called beside it."""
    inner = ask(
        "owner",
        "select p.oid::regprocedure::text, p.pronargs from pg_proc p where p.pronamespace = 'public'::regnamespace and not p.prosecdef",
    )
    assert len(inner) > 25
    for login in ("door", "public", "counter", "decide", "custody", "registry", "oversight", "worker", "keeper"):
        for name, count in inner:
            if name.startswith("record_digest(") and login in ("decide", "counter"):
                continue
            types = name[name.index("(") + 1 : -1].split(",")
            arguments = ", ".join(f"null::{one}" for one in types) if count else ""
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(login, f"select {name[: name.index('(')]}({arguments})")
