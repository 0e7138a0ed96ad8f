"""Who sees a case sees it in the hat she wears on it, and in no other of her posts."""

from uuid import uuid4

import pytest

import town as towns
from yimen.casework import case as cases
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
