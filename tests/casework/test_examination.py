"""Examination: every condition of the item, and nothing that is not one."""

from uuid import uuid4

import pytest

import town as towns
from yimen.casework import examination
from yimen.record.refusal import Refusal


@pytest.mark.parametrize("conditions", [[], ["premises"], ["premises", "rules", "龙文䶮 13800000000"]])
def test_other_conditions_than_the_items_are_refused(conditions: list[str]) -> None:
    town = towns.town()
    case = town.brought_to("examining")
    examiner = town.drawn(case, "examiner").session

    with pytest.raises(Refusal) as refused:
        examination.examine(case=case, after=town.head(case), conditions=conditions, session=examiner, key=uuid4())
    assert refused.value.code == "finding.unknown"
    assert town.state(case) == "examining"
