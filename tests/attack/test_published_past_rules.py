"""An editor and a reviewer who both bring raw SQL: what protects applicants most they cannot publish past."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

import town as towns
from attack.test_revisions import REVISE, Ask, code_of, drafted, published, submitted
from attack.test_revisions import town as town  # its editors and reviewers
from attack.test_revisions_by_hand import Body, body_of
from yimen.record.refusal import Refusal
from yimen.registry import catalogue


def limit(item: Body, name: str, amount: int, unit: str = "W", *, rows: bool) -> None:
    item["body"]["limits"][name] |= {"amount": amount, "unit": unit}
    if rows:
        item["rows"]["items"][0] |= {f"{name}_amount": str(amount), f"{name}_unit": unit}


def one_more_paper(item: Body) -> None:
    item["body"]["materials"].append({**item["body"]["materials"][0], "code": "M99"})


PAST: dict[str, tuple[str, Callable[[Body], object]]] = {
    "a promise that cases read and nobody reviewed": ("revision.differs", lambda i: limit(i, "promise", 99, rows=False)),
    "a limit of the law that cases read alone": ("revision.differs", lambda i: limit(i, "statutory", 60, rows=False)),
    "no limit of the law where the rows have one": ("revision.differs", lambda i: i["body"]["limits"].update(statutory=None)),
    "a unit of its own": ("revision.differs", lambda i: limit(i, "promise", 5, "M", rows=False)),
    "a paper that no row asks for": ("revision.differs", one_more_paper),
    "no paper at all": ("revision.differs", lambda i: i["body"].update(materials=[])),
    "a body without limits": ("revision.differs", lambda i: i["body"].update(limits={})),
    "a promise longer than the law": ("revision.breaks_rules", lambda i: limit(i, "promise", 21, rows=True)),
    "longer in another unit": ("revision.breaks_rules", lambda i: limit(i, "promise", 29, "N", rows=True)),
    "an amount that is no number": ("revision.malformed", lambda i: (i["rows"]["items"][0].update(promise_amount="five"), i["body"]["limits"]["promise"].update(amount="five"))),
}  # fmt: skip


def test_an_amount_may_be_written_with_a_nought_before(town: towns.Town) -> None:
    """It is a number to the rules; what is compared is the number."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    assert published(town, submitted(town, editor, promise_amount="05"), reviewer) == "published"


@pytest.mark.parametrize("case", PAST)
def test_two_people_with_raw_sql_do_not_publish(
    town: towns.Town, ask: Ask, refused: Callable[..., None], case: str
) -> None:
    code, change = PAST[case]
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = drafted(town, editor)
    body = body_of(ask, editor, stream)
    change(body["items"][0])
    ask("registry", REVISE, editor.secret, stream, 1, "revision.saved", json.dumps(body), uuid4())
    ask("registry", REVISE, editor.secret, stream, 2, "revision.submitted", json.dumps({"why": "x"}), uuid4())
    read = "select content from registry_revision_read(%s, %s) where body is not null"
    told: dict[str, Any] = {"why": "x", "reviewed": ask("registry", read, reviewer.secret, stream)[0][0]}
    refused(code, ask, "registry", REVISE, reviewer.secret, stream, 3, "revision.published", json.dumps(told), uuid4())
    with pytest.raises(Refusal, match=r"item\.unknown"):
        catalogue.item(code=code_of(town))
