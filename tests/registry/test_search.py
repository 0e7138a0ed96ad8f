"""Items are found as people ask for them, and nobody writes what they are found by."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

import testing_city
from yimen.cli.city import city
from yimen.gateways.preparation import SERVING
from yimen.registry import catalogue

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
FOOD = "食品经营许可（新办）"


@pytest.fixture(scope="module")
def sample() -> Iterator[None]:
    before = testing_city.current()
    made = testing_city.make("yimen_search")
    testing_city.move_to(made)
    loaded = CliRunner().invoke(city, ["load", str(SAMPLE)])
    assert loaded.exit_code == 0, loaded.output
    yield
    testing_city.move_to(before)
    testing_city.drop(made)


def names(typed: str, *, agency: str = "", kind: str = "") -> list[str]:
    return [one["name_zh"] for one in catalogue.find(typed=typed, login="public", agency=agency, kind=kind)]


@pytest.mark.parametrize(
    "typed",
    [
        *("11220199999901903F3220131999000", "220131999000", FOOD, "食品经营", "许可 食品", "food business"),
        *("shipinjingying", "shi pin jing ying", "spjyxk"),
        *("开饭店", "我想开饭店", "饭店", "Open a Restaurant", "restaur"),
        *("食品经迎许可", "shipinjinyingxuke", "fod business licence", "food busines lisence"),
    ],
)
def test_the_food_licence_is_the_first_that_is_found(sample: None, typed: str) -> None:
    assert names(typed)[:1] == [FOOD]


def test_what_is_found_can_be_of_one_agency_or_kind(sample: None) -> None:
    assert FOOD in names("licence", kind="organisation", agency="11220199999901903F")
    assert "护士执业注册" in names("注册", kind="person")
    assert "护士执业注册" not in names("注册", kind="organisation")
    assert names(FOOD, agency="11220199999901946W") == []


def test_what_nothing_is_like_finds_nothing(sample: None) -> None:
    for typed in ("", " ", "\x00", "%", "xqzwvk", "潜水艇"):
        assert names(typed) == [], typed


@pytest.mark.parametrize(("table", "column"), [("registry_spelling", "pinyin"), ("registry_synonym", "word")])
@pytest.mark.parametrize("login", SERVING)
def test_no_login_writes_what_items_are_found_by(
    connect: Callable[[str], psycopg.Connection], login: str, table: str, column: str
) -> None:
    for write in (
        f"insert into {table} ({column}) values ('x')",
        f"update {table} set {column} = 'x'",
        f"delete from {table}",
    ):
        with connect(login) as one, pytest.raises(psycopg.errors.InsufficientPrivilege):
            one.execute(write)
