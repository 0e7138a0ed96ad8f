"""Who acts is found behind a session's secret, in the database: by no argument, no setting, no other login's session."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import town as towns

LINK = {"clerk": "counter", "examiner": "decide", "decider": "decide", "maker": "custody", "custodian": "custody",
        "manager": "registry", "supervisor": "oversight"}  # fmt: skip
OPEN = "select * from record_session_open(%s, %s::uuid, %s::bytea, %s::int)"


def ended(kind: str, someone: towns.Someone) -> None:
    """End a person or a post, by the two hands that enter the registry."""
    with towns.testing_city_owner() as owner:
        table = {"people": "registry_person", "posts": "registry_post"}[kind]
        key = someone.person if kind == "people" else someone.post
        ((row,),) = owner.execute(
            f"select to_jsonb(t) - 'proof' || jsonb_build_object('ended_at', now()) from {table} t where id = %s", [key]
        ).fetchall()
    towns.enter({kind: [row]}, *towns.founded(towns.testing_city.current().database))


@pytest.mark.parametrize("secret", [None, "", "x", "' or true --", "0" * 64])
def test_without_a_session_nobody_acts(secret: str | None, town: towns.Town, act: Any, ask: Any, refused: Any) -> None:
    case = town.filed()
    refused("session.ended", act, "counter", case, 2, "case.accepted", secret)
    for login in ("public", "counter", "decide", "custody", "oversight"):
        refused("session.ended", ask, login, "select casework_view(%s, %s)", secret, case)
    refused("session.ended", ask, "registry", "select registry_propose(%s, '{}', %s)", secret, uuid4())
    refused("session.ended", ask, "oversight", "select record_roster(%s, current_date)", secret)


@pytest.mark.parametrize("role", LINK)
def test_a_session_opens_nothing_on_another_link(role: str, town: towns.Town, ask: Any, refused: Any) -> None:
    secret = town.someone(role).session.secret
    for login in ("public", "counter", "decide", "custody", "registry", "oversight"):
        if login != LINK[role]:
            refused("session.of_another_link", ask, login, "select record_session_who(%s)", secret)
    who = ask(LINK[role], "select record_session_who(%s) ->> 'person'", secret)[0][0]
    assert UUID(who) == town.someone(role).person


def test_the_hash_that_the_database_keeps_is_not_the_secret(town: towns.Town, ask: Any, refused: Any) -> None:
    clerk = town.someone("clerk").session
    for (kept,) in ask(
        "owner", "select encode(hash, 'hex') from record_session where person = %s", town.someone("clerk").person
    ):
        refused("session.ended", ask, "counter", "select record_session_who(%s)", kept)
    assert clerk.secret


@pytest.mark.parametrize("setting", ["role", "session_authorization"])
@pytest.mark.parametrize("wanted", ["yimen_owner", "yimen_record", "yimen_decide", "postgres"])
def test_no_login_becomes_another(setting: str, wanted: str, ask: Any, refused: Any) -> None:
    refused("42501", ask, "counter", f"set {setting} = '{wanted}'")
    refused("42501", ask, "counter", "select set_config(%s, %s, false)", setting, wanted)


def test_a_session_that_was_ended_or_has_run_out_is_over(town: towns.Town, act: Any, ask: Any, refused: Any) -> None:
    case = town.filed()
    clerk = town.drawn(case, "counter")
    left = clerk.again()
    ask("counter", "select record_session_end(%s)", left.secret)
    refused("session.ended", act, "counter", case, 2, "case.accepted", left.secret)
    old = clerk.again()
    ask("owner", "update record_session set ends_at = now() where hash = sha256(convert_to(%s, 'UTF8'))", old.secret)
    refused("session.ended", act, "counter", case, 2, "case.accepted", old.secret)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_an_old_snapshot_does_not_bring_an_ended_session_back(
    level: str, town: towns.Town, connect: Any, ask: Any
) -> None:
    case = town.filed()
    session = town.drawn(case, "counter").again()
    counter = connect("counter")
    counter.execute(f"begin isolation level {level}")
    counter.execute("select * from registry_city")  # the snapshot is taken
    ask("counter", "select record_session_end(%s)", session.secret)
    with pytest.raises(psycopg.Error) as error:
        counter.execute(
            "select * from record_append(%s, 2, 'case.accepted', %s, '{\"form\": \"complete\"}', %s)",
            [case, session.secret, uuid4()],
        )
    assert error.value.diag.message_primary == "transaction.mixed"


@pytest.mark.parametrize("kind", ["posts", "people"])
def test_who_has_left_leaves_with_every_session(kind: str, town: towns.Town, act: Any, refused: Any) -> None:
    case = town.filed()
    clerk = town.drawn(case, "counter")
    secret = clerk.session.secret
    ended(kind, clerk)
    refused({"posts": "post.ended", "people": "session.ended"}[kind], act, "counter", case, 2, "case.accepted", secret)


def test_the_door_opens_sessions_for_posts_that_are_held_and_for_no_longer_than_a_month(
    town: towns.Town, ask: Any, refused: Any
) -> None:
    clerk, other = town.people["clerk"][:2]
    refused("post.ended", ask, "door", OPEN, clerk.username, other.post, b"x" * 32, 1)
    refused("person.missing", ask, "door", OPEN, "nobody at all", None, b"x" * 32, 1)
    for digest, hours in ((b"x", 1), (b"x" * 32, 0), (b"x" * 32, 24 * 30 + 1), (b"x" * 32, -1)):
        refused("session.malformed", ask, "door", OPEN, clerk.username, clerk.post, digest, hours)
    ended("posts", clerk)
    refused("post.ended", ask, "door", OPEN, clerk.username, clerk.post, b"y" * 32, 1)


def test_nobody_sees_or_withdraws_the_case_of_another(town: towns.Town, act: Any, ask: Any, refused: Any) -> None:
    case = town.filed()
    stranger = town.stranger.session.secret
    refused("case.missing", ask, "public", "select casework_view(%s, %s)", stranger, case)
    refused("case.not_yours", act, "public", case, 2, "case.withdrawn", stranger)
    draft = town.drafted()
    refused("draft.missing", ask, "public", "select casework_draft_view(%s, %s)", stranger, draft)
    refused("draft.missing", ask, "public", "select casework_file(%s, %s, %s)", stranger, draft, uuid4())
    refused("draft.missing", ask, "public", "select casework_save(%s, %s, null, '{}')", stranger, draft)
    document = ask("owner", "select id from casework_document where stream = %s", draft)[0][0]
    refused("draft.missing", ask, "public", "select casework_detach(%s, %s)", stranger, document)
    refused("document.missing", ask, "public", "select casework_open_document(%s, %s)", stranger, document)
    mine = ask("public", "select casework_start(%s, %s, %s)", stranger, town.item, uuid4())[0][0]
    refused(
        "organisation.no_authority",
        ask,
        "public",
        "select casework_save(%s, %s, %s, '{}')",
        stranger,
        mine,
        town.organisation,
    )


def test_an_official_whom_chance_did_not_draw_sees_nothing_of_a_case(town: towns.Town, ask: Any, refused: Any) -> None:
    case = town.brought_to("examining")
    for purpose, login in (("counter", "counter"), ("examiner", "decide")):
        secret = town.not_drawn(case, purpose).session.secret
        refused("case.missing", ask, login, "select casework_view(%s, %s)", secret, case)
        assert case not in [
            row[0] for row in ask(login, "select stream from casework_worklist(%s, 100, null, null)", secret)
        ]


def test_who_examines_and_decides_sees_no_contact_details(town: towns.Town, ask: Any) -> None:
    case = town.brought_to("deciding")
    for purpose in ("examiner", "decider"):
        view = str(ask("decide", "select casework_view(%s, %s)", town.drawn(case, purpose).session.secret, case))
        assert "0431" not in view
        assert "lin@example" not in view
        assert "'contact': None" in view


def test_supervisors_alone_see_everything(town: towns.Town, ask: Any, refused: Any) -> None:
    for sql in ("select casework_all(%s, 10, null, null, null)", "select record_roster(%s, current_date)"):
        assert ask("oversight", sql, town.someone("supervisor").session.secret)
        refused("session.of_another_link", ask, "oversight", sql, town.someone("manager").session.secret)
