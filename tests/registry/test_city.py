import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yimen.pure.identifiers import check_credit_code, check_resident_id
from yimen.registry.city import read_city
from yimen.registry.city_items import ELEMENTS
from yimen.registry.city_tables import CityInvalid, Problem

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
ITEM = "items/food-service-new.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "city"))


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(CityInvalid) as refused:
        read_city(folder)
    assert all(problem.message for problem in refused.value.problems)
    return list(refused.value.problems)


def found(folder: Path) -> set[tuple[str, int | None, str, str]]:
    return {(one.file, one.row, one.field, one.code) for one in problems(folder)}


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first occurrence and return its row."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def edit_json(folder: Path, file: str, change: Callable[[Any], object]) -> None:
    path = folder / file
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def test_the_sample_city_is_whole_and_without_warning() -> None:
    city = read_city(SAMPLE)
    assert city.warnings == ()
    assert (city.demonstration, city.confirms_itself) == (True, True)
    levels = [division.level for division in city.divisions]
    assert levels.count("township") == 231
    assert levels.count("county") + levels.count("zone") == 15
    assert len(city.agencies) == 40
    halls = [centre for centre in city.centres if centre.kind == "hall"]
    by_level = [centre.level for centre in halls]
    assert (by_level.count("city") + by_level.count("county"), by_level.count("township")) == (16, 231)
    assert len({centre.division for centre in halls}) == 247, "one hall for each division"
    assert len(city.centres) - len(halls) >= 5
    assert all(centre.phone.startswith("0431-0000") for centre in city.centres), "telephones that cannot be dialled"
    assert len({(centre.longitude, centre.latitude) for centre in city.centres}) == len(city.centres)
    assert all(124 < centre.longitude < 127.5 and 43 < centre.latitude < 45.5 for centre in city.centres)
    assert city.working_days().due(date(2026, 9, 18), 20, "W").date == date(2026, 10, 22)


def test_everybody_in_the_sample_is_made_up() -> None:
    city = read_city(SAMPLE)
    assert all(check_resident_id(person.resident_id).fictional for person in city.people)
    assert all(check_credit_code(agency.code).fictional for agency in city.agencies)
    assert all(check_credit_code(one.credit_code).fictional for one in city.organisations)
    posted = {post.staff_no for post in city.posts}
    assert len([person for person in city.people if person.staff_no not in posted]) == 4


def test_the_item_has_its_limits_materials_and_origins() -> None:
    item = next(one for one in read_city(SAMPLE).items if one.key == "food-service-new")
    limits = {
        "statutory": (10, "W", "accepted"),
        "promise": (7, "W", "accepted"),
        "acceptance": (5, "W", "received"),
        "service": (10, "W", "decided"),
    }
    for name, expected in limits.items():
        limit = getattr(item, name)
        assert (limit.amount, limit.unit, limit.starts) == expected
    assert [material.necessity for material in item.materials] == [1, 1, 1, 3, 3]
    assert [one.code for one in item.form if one.contact] == ["contact_phone", "contact_email"]
    assert {origin.mark for origin in item.origins.values()} == {"source", "typical", "fictional"}


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "code"),
    [
        ("divisions.csv", "220102,南关区", "22010x,南关区", "code", "division.code"),
        ("divisions.csv", "220102,南关区", "2201021,南关区", "code", "division.code_length"),
        ("divisions.csv", "220103,宽城区", "220102,宽城区", "code", "row.duplicate"),
        ("divisions.csv", "county,220100", "village,220100", "level", "field.unknown_value"),
        ("divisions.csv", "county,220100", "county,229900", "parent", "reference.unknown"),
        ("divisions.csv", "township,220102", "township,220100", "parent", "division.parent"),
        ("divisions.csv", "township,220102", "township,220103", "code", "division.parent"),
        ("divisions.csv", "province,", "province,220100", "parent", "division.parent"),
        ("divisions.csv", "南关区", " ", "name_zh", "field.empty"),
        ("agencies.csv", "11220199999901903F", "11220199999901903G", "code", "credit_code.check_digit"),
        ("agencies.csv", "11220199999901903F", "1122019999990190F", "code", "credit_code.length"),
        ("agencies.csv", "market-regulation", "public-security", "key", "row.duplicate"),
        ("agencies.csv", "market-regulation", "market regulation", "key", "field.not_a_code"),
        ("centres.csv", "C220100,city", "C220100,town", "level", "field.unknown_value"),
        ("centres.csv", "county,220102,", "county,229999,", "division", "reference.unknown"),
        ("centres.csv", "county,220102,", "county,220102001,", "division", "centre.level"),
        ("centres.csv", "C220102,county,220102", "C220102,city,220100", "level", "centre.two_cities"),
        ("centres.csv", "0431-00000100", "hello", "phone", "field.not_a_phone"),
        ("centres.csv", "1234567,08:30", "1223,08:30", "days", "field.not_weekdays"),
        ("centres.csv", "08:30,17:00", "8:30,17:00", "opens", "field.not_a_time"),
        ("centres.csv", "08:30,17:00", "18:30,17:00", "closes", "centre.hours"),
        ("centres.csv", "hall,,125", "hall,C220102,125", "parent", "centre.parent"),
        ("centres.csv", "hall,,125", "hut,,125", "kind", "field.unknown_value"),
        ("centres.csv", "sub_hall,C220100", "sub_hall,C9", "parent", "reference.unknown"),
        ("centres.csv", "sub_hall,C220100", "sub_hall,", "parent", "reference.unknown"),
        ("centres.csv", "sub_hall,C220100", "sub_hall,C220102", "parent", "centre.parent"),
        ("centres.csv", "sub_hall,C220100", "sub_hall,C220100-S02", "parent", "centre.parent"),
        ("centres.csv", "125.32450", "125", "longitude", "field.not_degrees"),
        ("centres.csv", "43.88680", "93.88680", "latitude", "field.not_degrees"),
        ("closures.csv", "C220100-S01,2026", "C9,2026", "centre", "reference.unknown"),
        ("closures.csv", "2026-12-01", "2026-11-30", "date", "row.duplicate"),
        ("closures.csv", "2026-12-04", "2026-12-32", "date", "field.not_a_date"),
        ("windows.csv", "C220100-W01,C220100", "C220100-W01,C9", "centre", "reference.unknown"),
        ("windows.csv", "C220100-W02", "C220100-W01", "code", "row.duplicate"),
        ("windows.csv", "W02,C220100,2", "W02,C220100,1", "number", "row.duplicate"),
        ("windows.csv", "W01,C220100,1,", "W01,C220100,0,", "number", "field.not_a_number"),
        ("people.csv", "220199197201019008", "220199197201019007", "resident_id", "resident_id.check_digit"),
        ("people.csv", "220199197201019008", "22019919720101900", "resident_id", "resident_id.length"),
        ("people.csv", "220199197201019008", "220199197202309008", "resident_id", "resident_id.date"),
        ("people.csv", "220199197201019008", "22019919720101900x", "resident_id", "resident_id.character"),
        ("people.csv", "220199197201019008", "110101199003070134", "resident_id", "field.not_fictional"),
        ("people.csv", ",clerk2", ",clerk1", "username", "row.duplicate"),
        ("people.csv", ",clerk2", ",Clerk 2", "username", "field.not_a_username"),
        ("people.csv", "S002,", "S001,", "staff_no", "row.duplicate"),
        ("posts.csv", "S001,clerk", "S001,king", "role", "field.unknown_value"),
        ("posts.csv", "S001,clerk", "S999,clerk", "staff_no", "reference.unknown"),
        ("posts.csv", "S001,clerk", "S001,examiner", "place", "reference.unknown"),
        ("posts.csv", "S002,clerk", "S001,clerk", "place", "row.duplicate"),
        ("duty.csv", "S001,1234567", "S999,1234567", "staff_no", "reference.unknown"),
        ("duty.csv", "S001,1234567", "A001,1234567", "staff_no", "duty.no_post"),
        ("duty.csv", "S001,1234567", "S001,8", "weekdays", "field.not_weekdays"),
        ("duty.csv", "S002,", "S001,", "staff_no", "row.duplicate"),
        ("organisations.csv", "91220199MA9999013Y", "91220199MA9999014Y", "credit_code", "credit_code.organisation_check_digit"),
        ("organisations.csv", "91220199MA9999013Y", "11370800MB28559184", "credit_code", "field.not_fictional"),
        ("organisations.csv", "A001", "A999", "representative", "reference.unknown"),
        ("seals.csv", "11220199999901903F", "11220199999901903X", "agency", "reference.unknown"),
        ("seals.csv", "C220100,42", "C9,42", "centre", "reference.unknown"),
        ("seals.csv", "C220100,42", "C220100,46", "diameter_mm", "seal.too_large"),
        ("seals.csv", ".approval,approval", ".approval,wax", "kind", "field.unknown_value"),
        ("calendar.csv", "2026-01-01,off", "2026-02-30,off", "date", "field.not_a_date"),
        ("calendar.csv", "2026-01-01,off", "2026-1-1,off", "date", "field.not_a_date"),
        ("calendar.csv", "2026-01-01,off", "2027-01-01,off", "date", "calendar.year"),
        ("calendar.csv", "2026-01-01,off", "2026-01-01,work", "date", "calendar.not_a_weekend"),
        ("calendar.csv", "2026-01-02,off", "2026-01-01,off", "date", "row.duplicate"),
    ],
)  # fmt: skip
def test_a_broken_field_is_named_by_file_row_and_field(
    folder: Path, file: str, old: str, new: str, field: str, code: str
) -> None:
    row = edit(folder, file, old, new)
    assert (file, row, field, code) in found(folder)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (lambda d: d["elements"].pop("fee"), "elements.fee", "item.element_missing"),
        (lambda d: d.pop("elements"), "elements.name", "item.element_missing"),
        (lambda d: d["elements"]["name"].pop("mark"), "elements.name.mark", "field.missing"),
        (lambda d: d["elements"]["name"].update(mark="sure"), "elements.name.mark", "field.unknown_value"),
        (lambda d: d["elements"]["name"]["value"].pop("en"), "elements.name.value.en", "field.missing"),
        (lambda d: d["elements"]["promise_limit"]["value"].update(amount=11), "elements.promise_limit", "item.promise_too_long"),
        (lambda d: d["elements"]["promise_limit"]["value"].update(unit="N", amount=15), "elements.promise_limit", "item.promise_too_long"),
        (lambda d: d["elements"]["promise_limit"]["value"].update(amount="7"), "elements.promise_limit.value.amount", "field.not_a_number"),
        (lambda d: d["elements"]["statutory_limit"]["value"].update(unit="X"), "elements.statutory_limit.value.unit", "field.unknown_value"),
        (lambda d: d["elements"]["agency"]["value"].update(code="112201999999000110"), "elements.item_code", "item.codes_differ"),
        (lambda d: d["elements"]["agency"]["value"].update(code="x"), "elements.agency", "reference.unknown"),
        (lambda d: d["elements"]["item_code"]["value"].update(catalogue="220131999"), "elements.item_code.value.catalogue", "item_code.length"),
        (lambda d: d.update(code="x"), "code", "item.codes_differ"),
        (lambda d: d["elements"]["place"]["value"].update(centre="C9"), "elements.place", "reference.unknown"),
        (lambda d: d["elements"]["complaint_phone"].update(value=d["elements"]["consult_phone"]["value"]), "elements.complaint_phone", "item.same_phone"),
        (lambda d: d["elements"]["procedure"]["value"].pop(0), "elements.procedure", "item.procedure_gap"),
        (lambda d: d["elements"]["basis"].update(value=[]), "elements.basis", "item.no_basis"),
        (lambda d: d["elements"]["fee"]["value"].update(online_payment=True), "elements.fee.value", "item.payment_without_fee"),
        (lambda d: d["elements"]["materials"].update(value={}), "elements.materials.value", "field.not_a_list"),
        (lambda d: d["elements"]["materials"].update(value=[]), "elements.materials.value", "item.no_material"),
        (lambda d: d["elements"]["materials"]["value"][1]["value"].update(code="M01"), "elements.materials.value[1].value.code", "row.duplicate"),
        (lambda d: d["elements"]["materials"]["value"][0]["value"].update(exempt_by_sharing=True), "elements.materials.value[0].value.exempt_by_sharing", "item.exempt_source"),
        (lambda d: d["elements"]["materials"]["value"][0]["value"].update(accepted_types=["text/html"]), "elements.materials.value[0].value.accepted_types[0]", "field.unknown_value"),
        (lambda d: d["elements"]["materials"]["value"][0]["value"].update(accepted_types=[]), "elements.materials.value[0].value.accepted_types", "field.empty"),
        (lambda d: d["form"]["value"][4].update(contact=False), "form.value[4].contact", "item.contact"),
        (lambda d: d["form"]["value"][1].update(code="credit_code"), "form.value[1].code", "row.duplicate"),
        (lambda d: d["form"]["value"][1].update(min_length=300), "form.value[1].max_length", "item.length"),
        (lambda d: d["form"]["value"][2].update(choices=[]), "form.value[2].choices", "item.no_choice"),
        (lambda d: d["form"].update(value=[]), "form.value", "item.no_form"),
        (lambda d: d["form"]["value"][0].update(required="yes"), "form.value[0].required", "field.not_a_flag"),
        (lambda d: d["link_limits"]["deciding"].update(amount=3), "link_limits", "item.links_too_long"),
        (lambda d: d["link_limits"].pop("deciding"), "link_limits.deciding", "field.missing"),
        (lambda d: d.update(from_form=["M09"]), "from_form", "reference.unknown"),
        (lambda d: d.update(effective_from="soon"), "effective_from", "field.not_a_date"),
        (lambda d: d.update(key="a\u0000"), "", "field.unprintable"),
    ],
)  # fmt: skip
def test_a_broken_item_is_named_by_its_path(
    folder: Path, change: Callable[[Any], object], field: str, code: str
) -> None:
    edit_json(folder, ITEM, change)
    assert (ITEM, None, field, code) in found(folder)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (lambda d: d.update(code="230100"), "code", "reference.unknown"),
        (lambda d: d.pop("name_zh"), "name_zh", "field.missing"),
        (lambda d: d.update(time_zone="Mars/Base"), "time_zone", "city.time_zone"),
        (lambda d: d.update(time_zone="../etc"), "time_zone", "city.time_zone"),
        (lambda d: d.update(calendar_years=[2026, 2025]), "calendar_years", "calendar.years"),
        (lambda d: d.update(demonstration=False), "confirms_itself", "city.confirms_itself"),
    ],
)
def test_a_broken_head_is_named(folder: Path, change: Callable[[Any], object], field: str, code: str) -> None:
    edit_json(folder, "city.json", change)
    assert ("city.json", None, field, code) in found(folder)


def test_a_real_city_takes_no_made_up_numbers(folder: Path) -> None:
    edit_json(folder, "city.json", lambda d: d.update(demonstration=False))
    assert ("people.csv", 2, "resident_id", "field.fictional") in found(folder)


def test_a_year_without_a_day_is_an_error(folder: Path) -> None:
    edit_json(folder, "city.json", lambda d: d["calendar_years"].append(2027))
    assert ("calendar.csv", None, "date", "calendar.year_empty") in found(folder)


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    edit(folder, "people.csv", "220199197201019008", "220199197201019007")
    edit(folder, "duty.csv", "S003,1234567", "S003,0")
    edit(folder, "windows.csv", "W01,C220100,1", "W01,C9,1")
    edit_json(folder, ITEM, lambda d: d["elements"].pop("fee"))
    assert {one.file for one in problems(folder)} >= {"people.csv", "duty.csv", "windows.csv", ITEM}


def test_a_problem_speaks_to_people_and_to_machines(folder: Path) -> None:
    edit(folder, "people.csv", "220199197201019008", "220199197201019007")
    problem = problems(folder)[0]
    assert str(problem) == ("people.csv:2:resident_id: resident id: the last character does not fit the rest")
    assert json.loads(json.dumps(problem.as_dict())) == {
        "level": "error",
        "file": "people.csv",
        "row": 2,
        "field": "resident_id",
        "code": "resident_id.check_digit",
        "message": "resident id: the last character does not fit the rest",
    }


def test_the_number_of_a_person_is_not_repeated_in_an_error(folder: Path) -> None:
    edit(folder, "people.csv", "220199197201019008", "220199197201019007")
    assert not any("22019919720101900" in str(problem) for problem in problems(folder))


def test_spreadsheets_may_add_a_byte_order_mark_and_their_line_ends(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    path = folder / "city.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_city(folder) == read_city(SAMPLE)


@pytest.mark.parametrize(
    ("content", "row", "field", "code"),
    [
        ("staff_no,role\nS001,clerk\n", 1, "place", "column.missing"),
        ("staff_no,role,place,colour\n", 1, "colour", "column.unknown"),
        ("staff_no,role,place,place\n", 1, "", "column.twice"),
        ("", 1, "staff_no", "column.missing"),
        ("staff_no,role,place\nS001,clerk\n", 2, "", "row.broken"),
        ("staff_no,role,place\nS001,clerk,C220100,x\n", 2, "", "row.broken"),
        ('staff_no,role,place\nS001,clerk,"C2201', 2, "", "row.broken"),
        ("staff_no,role,place\nS001,clerk,C22\0\n", 2, "place", "field.unprintable"),
        ('staff_no,role,place\nS001,clerk,"a\nb"\n', 3, "place", "field.unprintable"),
        ("staff_no,role,place\nS001,clerk," + "x" * 501 + "\n", 2, "place", "field.unprintable"),
        ("staff_no,role,place\nS001,clerk," + "x" * 200_000 + "\n", 2, "", "row.broken"),
    ],
)
def test_a_broken_table_is_named(folder: Path, content: str, row: int, field: str, code: str) -> None:
    (folder / "posts.csv").write_text(content, encoding="utf-8")
    assert ("posts.csv", row, field, code) in found(folder)


def test_text_in_another_encoding_is_named_by_its_row(folder: Path) -> None:
    path = folder / "agencies.csv"
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first + b"\n" + rest.decode().encode("gb18030"))
    assert ("agencies.csv", 2, "", "file.not_utf8") in found(folder)


@pytest.mark.parametrize("file", ["city.json", "people.csv", "calendar.csv"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert (file, None, "", "file.missing") in found(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere") == {("city.json", None, "", "file.missing")}


def test_a_file_too_large_is_not_read(folder: Path) -> None:
    with (folder / "people.csv").open("ab") as file:
        file.truncate(21 * 1024 * 1024)
    assert ("people.csv", None, "", "file.too_large") in found(folder)


@pytest.mark.parametrize(
    ("content", "row"),
    [("{", 1), ("[]", None), ('{"a":1,"a":2}', None), ("[" * 200_000, None)],
)
def test_broken_json_is_named(folder: Path, content: str, row: int | None) -> None:
    (folder / ITEM).write_text(content, encoding="utf-8")
    assert (ITEM, row, "", "json.broken") in found(folder)


def test_a_city_without_items_is_refused(folder: Path) -> None:
    for path in (folder / "items").glob("*.json"):
        path.unlink()
    assert ("items", None, "", "file.missing") in found(folder)


def test_two_files_may_not_hold_the_same_version(folder: Path) -> None:
    shutil.copy(folder / ITEM, folder / "items" / "twin.json")
    assert ("items/twin.json", None, "code", "row.duplicate") in found(folder)


def test_a_city_needs_a_centre_of_its_own(folder: Path) -> None:
    edit(folder, "centres.csv", "C220100,city,220100", "C220100,county,220102")
    assert ("centres.csv", None, "level", "centre.no_city") in found(folder)


def test_a_supervisor_holds_no_other_role(folder: Path) -> None:
    edit(folder, "posts.csv", "S001,clerk,", "S014,clerk,")
    rows = {one.row for one in problems(folder) if one.code == "post.supervisor_alone"}
    assert rows == {15}


def test_fewer_than_three_candidates_warn_and_fewer_than_two_refuse(folder: Path) -> None:
    edit(folder, "duty.csv", "S001,1234567", "S001,123456")
    assert read_city(folder).warnings == ()
    edit(folder, "duty.csv", "S002,1234567", "S002,12345")
    (warning,) = read_city(folder).warnings
    assert (warning.level, warning.field, warning.code) == ("warning", "clerk", "pool.few")
    edit(folder, "duty.csv", "S003,1234567", "S003,12345")
    assert ("posts.csv", None, "clerk", "pool.too_few") in found(folder)


def test_two_custodians_of_a_case_need_one_more_to_choose_from(folder: Path) -> None:
    for number in ("S008", "S009", "S010"):
        edit(folder, "duty.csv", f"{number},1234567", f"{number},1")
    (warning,) = read_city(folder).warnings
    assert (warning.field, warning.code) == ("custodian", "pool.few")
    edit(folder, "duty.csv", "S011,1234567", "S011,1")
    assert ("posts.csv", None, "custodian", "pool.too_few") in found(folder)


def test_an_agency_with_an_item_needs_its_people_and_its_seals(folder: Path) -> None:
    text = (folder / "posts.csv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "decider" not in line]
    (folder / "posts.csv").write_text("\n".join(kept), encoding="utf-8")
    duty = (folder / "duty.csv").read_text(encoding="utf-8").splitlines()
    gone = {line.split(",")[0] for line in text.splitlines() if "decider" in line}
    on_duty = [line for line in duty if line.split(",")[0] not in gone]
    (folder / "duty.csv").write_text("\n".join(on_duty), encoding="utf-8")
    assert ("posts.csv", None, "decider", "pool.too_few") in found(folder)
    shutil.copy(SAMPLE / "posts.csv", folder / "posts.csv")
    shutil.copy(SAMPLE / "duty.csv", folder / "duty.csv")
    seals = (folder / "seals.csv").read_text(encoding="utf-8").splitlines()
    left = [line for line in seals if not line.startswith("market-regulation.licence,")]
    (folder / "seals.csv").write_text("\n".join(left), encoding="utf-8")
    assert ("seals.csv", None, "agency", "seal.missing") in found(folder)
    shutil.copy(SAMPLE / "seals.csv", folder / "seals.csv")
    file = folder / "items" / "food-service-new.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"C220100"', '"C220102001"'), encoding="utf-8")
    assert ("seals.csv", None, "agency", "seal.missing") in found(folder), "the place of the item itself has none"


def test_the_readme_explains_every_file_and_column() -> None:
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for path in SAMPLE.glob("*.csv"):
        (line,) = [line for line in readme.splitlines() if line.startswith(f"| `{path.name}`")]
        header = path.read_text(encoding="utf-8").splitlines()[0]
        assert [name for name in header.split(",") if f"`{name}`" not in line] == []
    assert [name for name in ELEMENTS if f"`{name}`" not in readme] == []
