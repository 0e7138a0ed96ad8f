"""Who sees a case sees it in the hat she wears on it, and in no other of her posts; and what she may open is on her lists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

import random_lives
import town as towns
from asking import Asking
from yimen.casework import case as cases
from yimen.casework import draft, stepping_aside, visit
from yimen.casework.document import open_document
from yimen.record.refusal import Refusal


def test_an_examiner_does_not_see_contact_details_through_a_second_post() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    examiner = town.drawn(case, "examiner")
    post = uuid4()
    body = {"posts": [{"id": str(post), "person": str(examiner.person), "role": "clerk", "centre": str(town.centre)}]}
    towns.enter(body, *towns.founded(towns.testing_city.current().database))
    as_clerk = towns.Someone(examiner.person, post, examiner.username, "clerk")

    assert cases.view(case=case, session=examiner.session)["contact"] is None
    with pytest.raises(Refusal) as refused:
        cases.view(case=case, session=as_clerk.session)
    assert refused.value.code == "case.missing"


def test_whoever_stepped_aside_sees_the_case_no_more() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    first = town.drawn(case, "examiner")
    told: dict[str, Any] = {"case": case, "after": town.head(case), "session": first.session, "key": uuid4()}
    stepping_aside.step_aside(step="examiner", ground="interest", **told)
    with pytest.raises(Refusal) as refused:
        cases.view(case=case, session=first.session)
    assert refused.value.code == "case.missing"
    assert case not in {row["stream"] for row in cases.worked(session=first.session)}


# list and open agree -----------------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What one session has on its lists, or can open: cases, drafts and documents, by their ids."""

    cases: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_on_a_list_can_be_opened_and_the_reverse(seed: int) -> None:
    lives = random_lives.Lives(seed)
    for _ in range(2):
        lives.go_on(60)
        they_agree(lives)
    with towns.later(lives.town, 10):  # mandates have run out, and yesterday's visits are over
        they_agree(lives)


def they_agree(lives: random_lives.Lives) -> None:
    exists = existing(lives)
    assert min(len(exists.cases), len(exists.documents)) > 2
    for one in lives.everyone:
        someone = towns.Someone(one.person, one.post, one.username, one.role)  # signed in anew
        assert listed(someone, lives.town.agency) == opened(someone, exists), (one.role, one.username)


def test_it_agrees_over_the_interface_too() -> None:
    lives = random_lives.Lives(7)
    lives.go_on(90)
    exists = existing(lives)
    for one in {someone.role: someone for someone in lives.everyone}.values():
        assert told(one, lives.town.agency) == answered(one, exists) == opened(one, exists), one.role


def existing(lives: random_lives.Lives) -> Seen:
    """All cases of the town, all drafts of its people, and every paper of both."""
    found = Seen(cases={str(case) for case in lives.cases})
    with towns.testing_city_owner() as owner:
        sql = (
            "select d.id from casework_draft d join registry_item i on i.id = d.item where i.code = %s and not d.filed"
        )
        found.drafts = {str(row[0]) for row in owner.execute(sql, [lives.town.item])}
        sql = "select id from casework_document where stream = any (%s::uuid[]) and removed_at is null"
        found.documents = {str(row[0]) for row in owner.execute(sql, [[*found.cases, *found.drafts]])}
    return found


def listed(one: towns.Someone, agency: UUID) -> Seen:
    """What the lists of a session show, and the papers on what they show."""
    session, found = one.session, Seen()
    if one.role == "applicant":
        found.cases |= streams(cases.mine(session=session, limit=100))
        found.drafts |= {str(row["draft"]) for row in draft.drafts(session=session, limit=100)}
    elif one.role == "supervisor":
        found.cases |= streams(cases.all_cases(session=session, limit=100, agency=agency))
    elif one.role != "manager":  # who acts on no case
        found.cases |= streams(cases.worklist(session=session, limit=100))
        found.cases |= streams(cases.worked(session=session, limit=100))
    for stood in visit.waiting(session=session) if one.role == "clerk" else []:
        found.cases |= {row["stream"] for row in stood["cases"]}
        found.drafts |= {row["draft"] for row in stood["drafts"]}
    views = [cases.view(case=UUID(case), session=session) for case in found.cases]
    views += [draft.view(draft=UUID(new), session=session) for new in found.drafts]
    found.documents = {paper["id"] for view in views for paper in view["documents"]}
    found.documents |= {paper["document"] for view in views for paper in view.get("issued", [])}
    return found


def opened(one: towns.Someone, exists: Seen) -> Seen:
    """What of all that exists a session can open."""
    session = one.session
    return Seen(
        cases={case for case in exists.cases if opens(cases.view, case=UUID(case), session=session)},
        drafts={new for new in exists.drafts if opens(draft.view, draft=UUID(new), session=session)},
        documents={paper for paper in exists.documents if opens(open_document, document=UUID(paper), session=session)},
    )


def opens(operation: Callable[..., object], **told: Any) -> bool:
    try:
        operation(**told)
    except Refusal as refusal:
        if refusal.kind not in ("missing", "forbidden"):
            raise
        return False
    return True


def streams(rows: list[dict[str, Any]]) -> set[str]:
    return {str(row["stream"]) for row in rows}


def told(one: towns.Someone, agency: UUID) -> Seen:
    """The same as `listed`, as a program reads it, two lines at a time."""
    asking, found = Asking(one), Seen()
    for path in LISTS[one.role]:
        for line in lines(asking, path, **({"agency": agency} if path == "/all-cases" else {})):
            found.cases |= {line["stream"]} if "stream" in line else {case["stream"] for case in line.get("cases", [])}
            found.drafts |= {new["draft"] for new in line.get("drafts", [line] if "draft" in line else [])}
    views = [asking.get(f"/cases/{case}").said for case in found.cases]
    views += [asking.get(f"/drafts/{new}").said for new in found.drafts]
    found.documents = {paper["id"] for view in views for paper in view["documents"]}
    found.documents |= {paper["document"] for view in views for paper in view.get("issued", [])}
    return found


LISTS = {
    "applicant": ["/cases", "/drafts"],
    "clerk": ["/worklist", "/worked", "/visits"],
    "supervisor": ["/all-cases"],
    "manager": [],
    **{role: ["/worklist", "/worked"] for role in ("examiner", "decider", "maker", "custodian")},
}


def lines(asking: Asking, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    while True:
        page = asking.get(path, **query, **({} if path == "/visits" else {"limit": 2})).said
        yield from page["items"]
        if not page.get("next"):
            return
        query["cursor"] = page["next"]


def answered(one: towns.Someone, exists: Seen) -> Seen:
    """The same as `opened`, as a program is answered."""
    asking = Asking(one)
    return Seen(
        cases={case for case in exists.cases if asking.get(f"/cases/{case}").status == 200},
        drafts={new for new in exists.drafts if asking.get(f"/drafts/{new}").status == 200},
        documents={paper for paper in exists.documents if asking.get(f"/documents/{paper}/content").status == 200},
    )
