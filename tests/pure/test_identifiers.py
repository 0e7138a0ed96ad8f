from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.pure import identifiers
from yimen.pure.identifiers import (
    IdentifierError,
    OldNumber,
    WrongCharacter,
    WrongCheckDigit,
    WrongDate,
    WrongLength,
    WrongOrganisationCheckDigit,
    WrongPart,
    case_number,
    check_case_number,
    check_credit_code,
    check_implementation_code,
    check_item_code,
    check_licence_number,
    check_resident_id,
    credit_check,
    licence_number,
    organisation_check,
    resident_check,
)

PEOPLE = [
    "220199195803121174",
    "220199199105272264",
    "22019920150903318X",
    "220199198402294297",
    "220199197611115043",
    "220199200107046311",
    "220199196908157426",
    "220199199912318556",
    "22019919910527004X",
    "230199199105272266",
    "230199200107046313",
]
BODIES = [
    "112201999999000110",
    "11220199999901903F",
    "11220199999901911A",
    "1122019999990192X2",
    "112201999999019382",
    "11220199999901946W",
    "11220199999901954P",
    "11220199999901962J",
    "12220199999900054A",
    "91220199MA9999013Y",
    "92220199MA9999021N",
    "93220199MA999903XB",
    "52220199MJ9999040A",
]
IMPLEMENTATION = "1122019999990001103220117001000"
CASE = IMPLEMENTATION + "20261009" + "0001"
LICENCE = "1.2.156.3005.2.111000009999009943001.112201999999000110.20260000000001.001.S"


@pytest.mark.parametrize("number", PEOPLE)
def test_fictional_people_pass_and_say_that_they_are(number: str) -> None:
    person = check_resident_id(number)
    assert person.fictional
    assert person.text == number


def test_a_resident_number_is_taken_apart() -> None:
    person = check_resident_id("22019919910527004X")
    assert (person.region, person.birth, person.male) == ("220199", date(1991, 5, 27), False)
    assert check_resident_id("220199195803121174").male


@pytest.mark.parametrize(
    ("number", "error", "code"),
    [
        ("22019919580312117", WrongLength, "resident_id.length"),
        ("", WrongLength, "resident_id.length"),
        ("220199580312117", OldNumber, "resident_id.old_number"),
        ("22019919910527004x", WrongCharacter, "resident_id.character"),
        ("22019919910527X041", WrongCharacter, "resident_id.character"),
        ("22019919910527００41", WrongCharacter, "resident_id.character"),
        ("220199199102300000", WrongDate, "resident_id.date"),
        ("220199170005272264", WrongDate, "resident_id.date"),
        ("220199195803121175", WrongCheckDigit, "resident_id.check_digit"),
    ],
)
def test_a_wrong_resident_number_says_which_rule(number: str, error: type[IdentifierError], code: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        check_resident_id(number)
    assert type(refused.value) is error
    assert refused.value.code == code
    assert not number or number not in str(refused.value)


def test_the_place_of_a_wrong_character_is_told() -> None:
    with pytest.raises(WrongCharacter) as refused:
        check_resident_id("22019919910527O041")
    assert refused.value.params == {"position": 15, "character": "O"}


def test_nobody_is_born_tomorrow_when_today_is_known() -> None:
    check_resident_id("220199200107046311", today=date(2001, 7, 4))
    with pytest.raises(WrongDate):
        check_resident_id("220199200107046311", today=date(2001, 7, 3))


@given(st.sampled_from(PEOPLE), st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_changed_digit_of_a_resident_number_is_always_found(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]
    if changed != number:
        with pytest.raises(IdentifierError):
            check_resident_id(changed)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999))
def test_a_made_number_passes(birth: date, sequence: int) -> None:
    first = f"220199{birth:%Y%m%d}{sequence:03d}"
    assert check_resident_id(first + resident_check(first)).birth == birth


@pytest.mark.parametrize("code", BODIES)
def test_fictional_bodies_pass_and_say_that_they_are(code: str) -> None:
    body = check_credit_code(code)
    assert body.fictional
    assert body.organisation == code[8:17]


@pytest.mark.parametrize("code", ["11370800MB28559184", "12441500196720244T"])
def test_published_codes_of_agencies_pass(code: str) -> None:
    assert not check_credit_code(code).fictional


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("91220199MA9999013", WrongLength),
        ("91220199MA9999O13Y", WrongCharacter),
        ("91220199ma9999013y", WrongCharacter),
        ("9122O199MA9999013Y", WrongCharacter),
        ("91A20199MA9999013Y", WrongCharacter),
        ("91220199MA9999014Y", WrongOrganisationCheckDigit),
        ("91220199MA9999013X", WrongCheckDigit),
    ],
)
def test_a_wrong_credit_code_says_which_rule(code: str, error: type[IdentifierError]) -> None:
    with pytest.raises(IdentifierError) as refused:
        check_credit_code(code)
    assert type(refused.value) is error


@given(st.sampled_from(BODIES), st.integers(0, 17), st.sampled_from(identifiers._CREDIT_ALPHABET))
def test_one_changed_character_of_a_credit_code_is_always_found(code: str, place: int, char: str) -> None:
    changed = code[:place] + char + code[place + 1 :]
    if changed != code:
        with pytest.raises(IdentifierError):
            check_credit_code(changed)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_a_made_code_passes(first8: str) -> None:
    first = f"91220199{first8}{organisation_check(first8)}"
    check_credit_code(first + credit_check(first))


@pytest.mark.parametrize("code", ["00016421300Y", "000164213003", "370117002011", "442199806003"])
def test_published_item_codes_pass(code: str) -> None:
    assert check_item_code(code).item_type == code[2:4]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("00016421300", WrongLength),
        ("0001642130AY", WrongCharacter),
        ("00016421301Y", WrongPart),
        ("000064213003", WrongPart),
    ],
)
def test_a_wrong_item_code_says_which_rule(code: str, error: type[IdentifierError]) -> None:
    with pytest.raises(error):
        check_item_code(code)


def test_implementation_and_case_are_taken_apart() -> None:
    case = check_case_number(CASE)
    assert (case.day, case.serial) == (date(2026, 10, 9), 1)
    assert case.implementation.level == "3"
    assert case.implementation.item.text == "220117001000"
    assert case.implementation.agency.text == BODIES[0]
    assert check_implementation_code(IMPLEMENTATION + "01").handling == "01"


def test_case_numbers_are_made_and_grow_when_a_day_is_full() -> None:
    day = date(2026, 10, 9)
    assert case_number(implementation=IMPLEMENTATION, day=day, serial=1) == CASE
    full = case_number(implementation=IMPLEMENTATION, day=day, serial=12345)
    assert check_case_number(full).serial == 12345
    with pytest.raises(WrongPart):
        case_number(implementation=IMPLEMENTATION, day=day, serial=0)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (CASE[:-1], WrongLength),
        (CASE[:31] + "20260230" + "0001", WrongDate),
        (CASE[:39] + "00001", WrongPart),
        (CASE[:39] + "000A", WrongCharacter),
        (CASE[:18] + "9" + CASE[19:], WrongPart),
        ("2" + CASE[1:], WrongCheckDigit),
    ],
)
def test_a_wrong_case_number_says_which_rule(number: str, error: type[IdentifierError]) -> None:
    with pytest.raises(error):
        check_case_number(number)


def test_implementation_codes_have_31_or_33_characters() -> None:
    for wrong in (IMPLEMENTATION[:-1], IMPLEMENTATION + "1", ""):
        with pytest.raises(WrongLength):
            check_implementation_code(wrong)


def test_a_licence_number_is_taken_apart_and_made() -> None:
    licence = check_licence_number(LICENCE)
    assert (licence.serial, licence.version) == ("20260000000001", 1)
    made = licence_number(
        licence_type="111000009999009943001",
        issuer="112201999999000110",
        serial="20260000000001",
        version=1,
    )
    assert made == LICENCE


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("1.2.156.3005.3" + LICENCE[14:], WrongPart),
        (LICENCE[:-2], WrongPart),
        (LICENCE.replace("943001", "94300"), WrongLength),
        (LICENCE.replace(".20260000000001.", ".."), WrongLength),
        (LICENCE.replace("20260000000001", "2026000000000a"), WrongCharacter),
        (LICENCE.replace(".001.", ".000."), WrongPart),
        (LICENCE.replace("000110.", "000111."), WrongCheckDigit),
        (LICENCE[:-1] + "T", WrongCheckDigit),
        (LICENCE.replace(".2026", ".2027"), WrongCheckDigit),
    ],
)
def test_a_wrong_licence_number_says_which_rule(number: str, error: type[IdentifierError]) -> None:
    with pytest.raises(error):
        check_licence_number(number)
