"""The keeper compares a decision with the case by itself: whoever holds the decide login cannot have another one signed."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

import town as towns
from certificate_kit import changed
from yimen.jobs.keeper.check import NotDue
from yimen.jobs.keeper.loop import check_decision, read_case
from yimen.jobs.keeper.reading import read_chain
from yimen.pure.canonical import canonical

OTHERWISE: list[Mapping[str, Any]] = [
    {"agency": {"name_zh": "另一机关"}},
    {"certificate": {"type_zh": "药品经营许可证"}},
    {"certificate": {"number": "JY22201990000000"}},
    {"holder": {"name": "另一家公司"}},
    {"item": {"name_zh": "另一事项"}},
    {"scope": []},
    {"basis": "无"},
    {"verdict": "denied"},
    {"valid_until": "2099-12-31"},
    {"stream": "00000000-0000-4000-8000-000000000000"},
    {"bonus": "more"},
]


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    town = towns.town()
    return read_case(town.brought_to("granted"))


def check(case: dict[str, Any]) -> None:
    check_decision(case, read_chain(case["stream"]))


def decided(case: Mapping[str, Any], decision: Mapping[str, Any]) -> dict[str, Any]:
    return {**case, "decision": canonical(dict(decision)).decode()}


def test_what_was_applied_for_is_due(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("other", OTHERWISE, ids=lambda other: next(iter(other)))
def test_any_part_that_differs_is_named(case: dict[str, Any], other: Mapping[str, Any]) -> None:
    decision = json.loads(case["decision"])
    part, value = next(iter(other.items()))
    bent = changed(decision, **{part: value}) if isinstance(value, dict) else decision | {part: value}

    with pytest.raises(NotDue, match=part):
        check(decided(case, bent))


def test_a_term_begins_on_the_day_of_the_grant(case: dict[str, Any]) -> None:
    later = (case["granted_on"] + timedelta(days=30)).isoformat()

    with pytest.raises(NotDue, match="decided_on"):
        check(decided(case, json.loads(case["decision"]) | {"decided_on": later, "valid_from": later}))
    with pytest.raises(NotDue, match="valid_from"):
        check(decided(case, json.loads(case["decision"]) | {"valid_from": later}))


def test_a_form_that_is_not_the_recorded_one_is_not_granted(case: dict[str, Any]) -> None:
    """Whoever could write the table of cases could change what was applied for; the record holds the hash of what was."""
    with pytest.raises(NotDue, match="form"):
        check({**case, "form_hash": "00" * 32})
