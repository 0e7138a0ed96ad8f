"""Papers that only some cases need: written as rows, asked as a question before and in the application, and gone with their rows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from an_item import an_item
from yimen.pure.item_rules import Whole, findings
from yimen.registry.city import read_city
from yimen.registry.city_catalogue import read_catalogue
from yimen.registry.item_body import body_of_rows
from yimen.registry.item_rows import numbered

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
ANSWERS = {"damaged": "在，已损坏", "lost": "已遗失"}


def with_situations() -> Whole:
    whole = an_item("11220199999901903F")
    code = whole.said("handling_code")
    asked = [
        {"code": f"old.{answer}", "question": "原证件还在吗？", "question_en": "Do you have it?", "answer": zh, "answer_en": answer}
        for answer, zh in ANSWERS.items()
    ]  # fmt: skip
    form, card = whole.materials
    return replace(whole, situations=numbered(code, asked), materials=[form, {**card, "situations": "old.lost"}])


def form_of(body: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in body["form"]}


def test_a_situation_is_a_question_of_the_form_and_its_paper_hangs_on_the_answer() -> None:
    whole = with_situations()
    assert findings(whole) == []
    body = body_of_rows(whole)
    assert list(form_of(body)) == ["old", "contact_phone", "contact_email"]
    asked = form_of(body)["old"]
    assert (asked["label_zh"], asked["label_en"], asked["required"]) == ("原证件还在吗？", "Do you have it?", True)
    assert [(one["code"], one["zh"]) for one in asked["choices"]] == list(ANSWERS.items())
    assert [one["when"] for one in body["materials"]] == [None, {"field": "old", "is": ["lost"]}]


def test_a_question_that_was_there_keeps_its_place_and_one_whose_rows_are_gone_goes() -> None:
    before = body_of_rows(with_situations())
    before["form"] = [*before["form"][1:], {**before["form"][0], "hint_zh": "看一看"}]
    again = body_of_rows(with_situations(), before=before)
    assert list(form_of(again)) == ["contact_phone", "contact_email", "old"]
    assert form_of(again)["old"]["hint_zh"] == "看一看"
    whole = with_situations()
    always = replace(whole, situations=[], materials=[{**one, "situations": ""} for one in whole.materials])
    gone = body_of_rows(always, before=before)
    assert list(form_of(gone)) == ["contact_phone", "contact_email"]
    assert [one["when"] for one in gone["materials"]] == [None, None]


def test_the_sample_has_many_items_that_ask_for_papers_by_case_and_each_names_situations_of_its_own() -> None:
    asking = [one for one in read_catalogue(SAMPLE, read_city(SAMPLE)) if one.situations]
    assert len(asking) > 200
    for one in asking:
        named = {each for row in one.materials for each in row.get("situations", "").split("^") if each}
        named |= {each for row in one.fees for each in row.get("situations", "").split("^") if each}
        assert named, one.said("name")
        assert named <= {row["code"] for row in one.situations}


def test_no_telephone_of_an_item_is_that_of_a_place_or_of_an_item_of_another_agency() -> None:
    city = read_city(SAMPLE)
    places = {one.phone for one in city.centres}
    of: dict[str, str] = {}
    for one in read_catalogue(SAMPLE, city):
        told = [one.said("consult_phone"), one.said("complaint_phone")]
        told += [part for name in ("reconsideration", "litigation") for part in one.said(name).split("，")[-1:] if part]
        assert not places & set(told), one.said("name")
        assert {of.setdefault(phone, one.said("agency_code")) for phone in told[:2]} == {one.said("agency_code")}
        assert "未核" not in "".join(one.item.values())
