"""The applicant's desk: her cases page by page, one case in full, its papers, and withdrawing it."""

from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

import town as towns
from town import PAPER, Town
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework.document import open_document
from yimen.web import desk


def test_cases_are_listed_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    town = towns.town()
    filed = [town.filed() for _ in range(3)]
    client = visitor(town.applicant)
    first = client.get("/cases/")
    assert [one["url"] for one in first.context["cases"]] == [f"/cases/{one}/" for one in reversed(filed[1:])]
    second = client.get("/cases/" + first.context["pages"]["next"])
    assert [one["url"] for one in second.context["cases"]] == [f"/cases/{filed[0]}/"]
    assert not second.context["pages"]["next"]
    assert client.get("/cases/?before=nonsense").status_code == 400
    assert not visitor(town.stranger).get("/cases/").context["cases"]


def test_a_case_shows_hats_and_dates_but_no_names() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    for language in ("en", "zh-hans"):
        page = visitor(town.applicant, language=language).get(f"/cases/{case}/")
        clocks = {one["name"]: one for one in page.context["clocks"]}
        assert set(clocks) == {"acceptance", "promise", "statutory"}
        assert clocks["acceptance"]["standing"] == "stopped"
        assert all(one["why_zh"] and one["why_en"] for one in clocks.values())
        assert page.context["responsible"]["hat"] == "decider"
        text = page.content.decode()
        assert not any(one.username in text for many in town.people.values() for one in many)
        assert not any(f"某{n}" in text.replace("某人", "") for n in range(5))


def test_who_read_a_paper_is_shown_to_its_owner() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    examiner = town.drawn(case, "examiner").session
    paper = cases.view(case=case, session=examiner)["documents"][0]["id"]
    open_document(document=UUID(paper), session=examiner)
    readings = visitor(town.applicant).get(f"/cases/{case}/").context["readings"]
    assert [(one["role"], one["paper"]) for one in readings] == [("examiner", "布局图.png")]


def test_a_paper_is_handed_out_and_never_shown_in_a_page_of_ours() -> None:
    town = towns.town()
    case = town.filed()
    paper = cases.view(case=case, session=town.applicant.session)["documents"][0]["id"]
    answer = visitor(town.applicant).get(f"/documents/{paper}/")
    assert answer.content == PAPER
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('布局图.png')}"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


def test_withdrawing_asks_once_more_and_happens_once() -> None:
    town = towns.town()
    case = town.filed()
    client = visitor(town.applicant)
    page = client.get(f"/cases/{case}/withdraw/")
    sent = {"key": str(page.context["key"]), "after": page.context["after"]}
    for _ in range(2):
        assert client.post(f"/cases/{case}/withdraw/", sent)["Location"] == f"/cases/{case}/"
    shown = client.get(f"/cases/{case}/")
    assert shown.context["case"]["state"] == "case.withdrawn"
    assert [one["kind"] for one in shown.context["events"]].count("case.withdrawn") == 1
    assert client.get(f"/cases/{case}/withdraw/")["Location"] == f"/cases/{case}/"


def test_a_stale_page_is_told_what_happened_meanwhile() -> None:
    town = towns.town()
    case = town.filed()
    client = visitor(town.applicant)
    page = client.get(f"/cases/{case}/withdraw/")
    town.accept(case)
    stale = client.post(f"/cases/{case}/withdraw/", {"key": str(uuid4()), "after": page.context["after"]})
    assert stale.status_code == 409
    assert "moved" in stale.content.decode()
    assert _state(town, case) == "examining"
    town.examine(case)
    town.decide(case)
    late = client.post(f"/cases/{case}/withdraw/", {"key": str(uuid4()), "after": town.head(case)})
    assert late.status_code == 409
    assert _state(town, case) == "granted"
    for bad in ({"key": "x", "after": "1"}, {"key": str(uuid4()), "after": "x"}):
        assert client.post(f"/cases/{case}/withdraw/", bad).status_code == 400


def _state(town: Town, case: UUID) -> str:
    return town.state(case)
