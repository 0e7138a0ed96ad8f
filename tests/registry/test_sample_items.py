"""The items of the sample city: fifty-five, each with its sixteen elements, and nothing without a word on where it comes from."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yimen.pure.identifiers import check_implementation_code
from yimen.registry.city import read_city
from yimen.registry.city_items import ELEMENTS, Item
from yimen.registry.city_tables import CityInvalid
from yimen.registry.item_body import body_of_rows, item_body
from yimen.registry.item_rows import rows_by_hand

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
FILES = sorted((SAMPLE / "items").glob("*.json"))


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    return read_city(SAMPLE).items


def test_there_are_fifty_five_with_codes_of_their_own(items: tuple[Item, ...]) -> None:
    assert len(items) == 55
    assert len({one.code for one in items}) == 55
    assert all(check_implementation_code(one.code).text == one.code for one in items)


def test_every_item_has_its_sixteen_elements_each_with_a_mark() -> None:
    for path in FILES:
        document = json.loads(path.read_text(encoding="utf-8"))
        assert set(ELEMENTS) <= set(document["elements"]), path.name
        for name, element in document["elements"].items():
            assert element["mark"] in ("source", "typical", "fictional"), f"{path.name} {name}"
            assert element["from"], f"{path.name} {name}"


def test_what_is_done_on_the_spot_is_promised_so_and_has_a_promise_for_bad_days(items: tuple[Item, ...]) -> None:
    instant = [one for one in items if one.instant]
    assert len(instant) == 12
    assert all((one.promise.amount, one.promise.unit) == (0, "I") and one.fallback for one in instant)


def test_limits_run_from_receipt_where_the_law_says_so(items: tuple[Item, ...]) -> None:
    from_receipt = {one.key for one in items if one.statutory and one.statutory.starts == "received"}
    assert {"construction-permit", "hr-services", "pension", "passport", "legal-aid", "nurse"} <= from_receipt
    assert {one.key for one in items if one.statutory is None} >= {"birth-service", "utilities", "insurance-print"}


def test_an_item_whose_rows_do_not_change_is_for_cases_what_it_was(items: tuple[Item, ...]) -> None:
    """Whoever puts right a telephone moves no limit from the day of receipt to that of acceptance; rows name every basis, bodies the first."""
    whole = {one.said("handling_code"): one for one in rows_by_hand(read_city(SAMPLE))}
    for item in items:
        before = item_body(item)
        after = body_of_rows(whole[item.code], before=before)
        assert {key for key in before if before[key] != after[key]} <= {"basis_zh", "basis_en"}, item.key


def test_fees_are_named_line_by_line(items: tuple[Item, ...]) -> None:
    fees = {one.key: [fee.amount for fee in one.fees] for one in items if one.fees}
    assert fees["id-card"] == [2000, 4000]
    assert fees["passport"] == [12000]
    assert fees["real-estate-transfer"] == [8000, 55000]


def test_at_least_a_dozen_ask_something_only_when_it_matters(items: tuple[Item, ...]) -> None:
    asking = [one for one in items if any(field.when for field in one.form)]
    assert len(asking) >= 12
    body = item_body(next(one for one in asking if one.key == "sole-trader-new"))
    name = next(field for field in body["form"] if field["name"] == "name")
    assert name["when"] == {"field": "named", "is": ["yes"]}


def test_every_agency_of_an_item_has_three_to_examine_and_three_to_decide() -> None:
    with (SAMPLE / "posts.csv").open(encoding="utf-8") as file:
        posts = list(csv.DictReader(file))
    for agency in {json.loads(path.read_text(encoding="utf-8"))["agency"] for path in FILES}:
        for role in ("examiner", "decider"):
            assert sum(one["place"] == agency and one["role"] == role for one in posts) >= 3, (agency, role)


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def do(document: dict[str, Any]) -> None:
        *way, last = path.split(".")
        here: Any = document
        for step in way:
            here = here[int(step)] if step.isdigit() else here[step]
        here[int(last) if last.isdigit() else last] = value

    return do


@pytest.mark.parametrize(
    ("file", "path", "value", "code"),
    [
        ("id-card", "elements.promise_limit.value.amount", 99, "item.promise_too_long"),
        ("marriage", "elements.promise_limit.value", {"amount": 1, "unit": "W", "starts": "accepted"}, "item.instant"),
        ("passport", "elements.promise_limit.value", {"amount": 0, "unit": "I", "starts": "accepted"}, "item.instant"),
        ("marriage", "other_limits", {}, "item.fallback"),
        ("passport", "elements.fee.value.lines", [], "item.fee_lines"),
        ("nurse", "elements.fee.value.online_payment", True, "item.payment_without_fee"),
        ("id-card", "elements.fee.value.lines.0.when.field", "weather", "item.when"),
        ("id-card", "elements.materials.value.2.value.when.is", ["never"], "item.when"),
        ("id-card", "form.value.1.when.is", [], "item.when"),
        ("id-card", "handling.delivery.value", ["pigeon"], "field.unknown_value"),
        ("id-card", "elements.materials.value.0.value.kind", "no kind", "field.not_a_code"),
        ("marriage", "elements.promise_limit.value.amount", 1, "field.not_a_number"),
    ],
)
def test_each_rule_refuses_a_broken_twin(tmp_path: Path, file: str, path: str, value: Any, code: str) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "city"))
    target = folder / "items" / f"{file}.json"
    document = json.loads(target.read_text(encoding="utf-8"))
    change(path, value)(document)
    target.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(CityInvalid) as refused:
        read_city(folder)
    assert code in {problem.code for problem in refused.value.problems}


def test_its_agencies_are_the_forty_of_the_matrix_by_name(items: tuple[Item, ...]) -> None:
    """The names of agency_names.txt (from the catalogue matrix), in the city's own form: no other agency, none left out, and every item has one."""
    named = (Path(__file__).parent / "agency_names.txt").read_text(encoding="utf-8").split()
    with (SAMPLE / "agencies.csv").open(newline="", encoding="utf-8") as file:
        agencies = {row["code"]: row["name_zh"] for row in csv.DictReader(file)}
    assert sorted(agencies.values()) == sorted(f"长春示范{name}" for name in named)
    assert {one.agency for one in items} <= set(agencies)
