"""Who knows a number of a case, or of a person, and nothing else: what she learns, and how often she may try."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import at_window
import town as towns
from at_window import follow, followed
from town_item import resident_id
from visiting import visitor
from yimen.casework import confirmation, draft, mandate
from yimen.record import statement
from yimen.registry.ids import identity

GIVE = "select refused from casework_mandate_give(%s, %s::bytea, %s, null, null, %s, %s)"


def give(ask: Any, secret: str | None, agent: str, name: str, until: date) -> str:
    ask("public", "select casework_guess('mandate', %s, %s)", secret, identity(agent).removeprefix("\\x") + name)
    ((refused,),) = ask("public", GIVE, secret, identity(agent), name, until, uuid4())
    return str(refused)


def test_a_number_without_its_code_opens_nothing_and_tries_are_counted_in_the_database(ask: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    _case, number, code = followed(town)
    assert follow(ask, number, code)["number"] == number
    for tried in (
        number,
        "11220100000000000000000000",
    ):  # one that there is, and one that there is not: the same answers
        answers = [follow(ask, tried, f"23456789AB{n:02}") for n in range(11)]
        assert answers == [{"refused": "follow.missing"}] * 10 + [{"refused": "follow.wait"}]
    assert follow(ask, number, code) == {"refused": "follow.wait"}
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_attempt set next_at = now() - interval '1 second'")
    assert follow(ask, number, code)["number"] == number
    assert follow(ask, number, "23456789AB00") == {"refused": "follow.missing"}  # counted anew


def test_the_code_shows_no_answers_no_contact_and_no_papers_that_were_handed_in(ask: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    case, number, code = followed(town)
    told = follow(ask, number, code)
    for hidden in (towns.FORM["premises"], towns.FORM["contact_phone"], "布局图.png"):
        assert hidden not in str({name: value for name, value in told.items() if name != "item"})
    ((paper,),) = ask("owner", "select id from casework_document where stream = %s and material = 'layout'", case)
    assert ask("public", "select casework_follow_read(%s, %s, %s)", number, code, paper) == [("document.missing",)]
    opened = ask("public", "select refused, key from casework_follow_paper(%s, %s, %s)", number, code, paper)
    assert opened == [("document.missing", None)]


def test_the_owner_of_a_case_sees_when_codes_were_made_and_used_though_she_holds_none(ask: Any) -> None:
    """A clerk prints a code for whoever stands before her: if it went to somebody else, its owner can tell."""
    town = towns.town(item=at_window.PERSONAL)
    case, number, code = followed(town)
    follow(ask, number, code)
    clerk = town.drawn(case, "counter").session.secret
    ask("counter", "select casework_follow_print(%s, %s)", clerk, case)
    with towns.testing_city_owner() as owner:
        sql = "update record_hat set person = %s where stream = %s and hat = 'applicant'"
        owner.execute(sql, [town.applicant.person, case])
    view = "select jsonb_path_query_array(casework_view(%s, %s), '$.followed[*].what')"
    told = ["made_at_window", "read", "made_on_screen"]
    assert ask("public", view, town.applicant.session.secret, case) == [(told,)]
    page = visitor(town.applicant).get(f"/cases/{case}/").content.decode()
    assert "A clerk who served you printed the code" in page
    assert ask("counter", "select casework_view(%s, %s) -> 'followed'", clerk, case) == [(None,)]


def test_a_code_is_of_no_use_to_clerk_worker_or_another_case_and_ends_with_the_mandate(ask: Any, refused: Any) -> None:
    town = towns.town(item=at_window.PERSONAL)
    case, _number, code = followed(town)
    _other, number, _code = followed(town)
    assert follow(ask, number, code) == {"refused": "follow.missing"}
    for login in ("counter", "worker", "oversight"):
        refused("42501", ask, login, "select casework_follow(%s, %s)", number, code)
        refused("42501", ask, login, "select * from casework_follow")
        refused("42501", ask, login, "select casework_follow_code('x')")
    others = [one for one in town.people["clerk"] if one.person != town.drawn(case, "counter").person]
    refused("case.missing", ask, "counter", "select casework_follow_print(%s, %s)", others[0].session.secret, case)
    ((mine,),) = ask("oversight", "select number from casework_case where stream = %s", case)
    with towns.testing_city_owner() as owner:
        owner.execute("update record_hat set until = now() where stream = %s and hat = 'applicant'", [case])
    assert follow(ask, mine, code) == {"refused": "follow.missing"}


def test_who_looked_at_a_draft_once_does_not_follow_what_its_owner_files_later(ask: Any) -> None:
    """A clerk opens the code herself, keeps what it shows, and sends the person home, or has her sign a page instead."""
    town = towns.town(item=at_window.PERSONAL)
    online, clerk = at_window.filled(town, at_window.greeted(town))
    on_paper, other = at_window.filled(town, at_window.greeted(town))
    planted = {new: confirmation.confirmation(secret=at_window.confirmed(new, who))["follow"] for new, who in ((online, clerk), (on_paper, other))}  # fmt: skip
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_draft set person = %s where id = %s", [town.applicant.person, online])
    draft.file(draft=online, session=town.applicant.session, key=uuid4())
    confirmation.ask_confirmation(draft=on_paper, session=other.session)
    at_window.signed(on_paper, other)
    draft.file(draft=on_paper, session=other.session, key=uuid4())
    for case, code in planted.items():
        ((number,),) = ask("oversight", "select number from casework_case where stream = %s", case)
        assert follow(ask, number, code) == {"refused": "follow.missing"}
        assert follow(ask, number, "") == {"refused": "follow.missing"}


def test_nobody_learns_whose_a_number_is_by_giving_a_mandate_to_it(ask: Any) -> None:
    town, number = towns.town(), resident_id()
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [identity(number), town.stranger.person])  # fmt: skip
    secret, until = town.applicant.session.secret, towns.today() + timedelta(9)
    tries = [(resident_id(), "某1"), (number, "某2"), (number, "某"), (number, "某%"), (resident_id(), "某1")]
    answers = [give(ask, secret, one, name, until) for one, name in tries]
    assert answers == ["mandate.agent_unknown"] * 5
    assert give(ask, secret, number, "某1", until) == "mandate.uncounted", "she waits, whatever she tries"
    other = town.stranger.session
    mandate.give(agent=_known(town), name="SOMEONE 0", until=until, session=other, key=uuid4())  # others may
    (given,) = [one for one in mandate.mandates(session=other) if one["mine"]]
    assert (given["agent_zh"], given["agent_en"]) == ("SOMEONE 0", "SOMEONE 0"), "she is shown what she typed"
    assert statement.value("oversight", "select count(*) from casework_mandate where principal = %s", [town.applicant.person]) == 0  # fmt: skip


def _known(town: towns.Town) -> str:
    number = resident_id()
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [identity(number), town.applicant.person])  # fmt: skip
    return number
