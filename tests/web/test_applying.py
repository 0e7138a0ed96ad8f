"""Applying on the pages: nothing typed is ever lost, nothing is sent twice, nothing is anyone else's."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import town as towns
from counted import statements
from town import FORM, PAPER, Town
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework import draft as drafts
from yimen.record.sessions import end_session

ANSWERS = {**FORM, "do": "go on"}
HOSTILE = "<script>alert('x')</script>\"'&lt;{{ 7|add:7 }}{% now %}\u202e"


def begun(town: Town, client: Client) -> str:
    """Begin an application on the pages; the address of its draft."""
    page = client.post(f"/guide/{town.item}/apply/", {"key": str(uuid4())})
    return str(page["Location"])


def answers(town: Town, **changed: Any) -> dict[str, Any]:
    return {**ANSWERS, "item": town.item, "organisation": str(town.organisation), **changed}


def ready_to_send(town: Town, client: Client) -> str:
    address = begun(town, client)
    sent = client.post(address, answers(town, material_layout=[SimpleUploadedFile("布局图.png", PAPER)]))
    assert sent["Location"] == f"{address}check/", re.findall(r"error-message.*", sent.content.decode())
    return address


def view_of(town: Town, address: str) -> dict[str, Any]:
    return drafts.view(draft=UUID(address.split("/")[2]), session=town.applicant.session)


def key_in(page: str) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page)[0])


@pytest.fixture
def town() -> Town:
    return towns.town()


def test_an_application_is_begun_once_however_often_it_is_sent(town: Town) -> None:
    client, key = visitor(town.applicant), str(uuid4())
    assert "Layout" in client.get(f"/guide/{town.item}/apply/").content.decode()
    first, second = (client.post(f"/guide/{town.item}/apply/", {"key": key})["Location"] for _ in range(2))
    assert first == second
    assert client.post("/guide/unknown/apply/", {"key": str(uuid4())}, follow=True).status_code == 404


def test_what_is_wrong_is_kept_and_named_at_its_field(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    page = client.get(
        client.post(address, answers(town, premises="", organisation="", contact_phone="abc"))["Location"]
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_premises"' in text
    assert 'href="#id_organisation_0"' in text
    assert 'href="#id_material_layout"' in text
    assert f'action="{address}"' in text  # wherever it is shown, it is sent to the draft
    assert view_of(town, address)["form"]["contact_phone"] == "abc"
    assert 'value="abc"' in client.get(address).content.decode()


def test_a_draft_is_kept_at_any_time_even_with_errors(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    assert client.post(address, {"premises": "x", "do": "save"})["Location"] == address
    page = client.get(address).content.decode()
    assert 'value="x"' in page
    assert "Draft kept" in page
    assert address in client.get("/cases/").content.decode()
    assert address in client.get(f"/guide/{town.item}/apply/").content.decode()


def test_changing_the_language_in_the_middle_keeps_what_was_typed(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    client.post(address, {"premises": "half an addr", "language": "zh-hans"})
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert 'value="half an addr"' in page
    assert 'lang="zh-Hans"' in page
    client.post(address, {"premises": "half an addr", "language": "nonsense"})
    assert "zh-Hans" in client.get(address).content.decode()


def test_hostile_text_is_text_everywhere(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    client.post(address, answers(town, premises=HOSTILE, do="save"))
    assert view_of(town, address)["form"]["premises"] == HOSTILE
    refused = client.get(client.post(address, answers(town, premises=HOSTILE))["Location"])
    assert "cannot be printed" in refused.content.decode()
    shown = HOSTILE.replace("\u202e", "")
    files = [SimpleUploadedFile("<img src=x onerror=alert(1)>.png", PAPER)]
    client.post(address, answers(town, premises=shown, material_layout=files))
    sent = client.post(f"{address}check/", {"key": str(uuid4())})
    pages = [client.get(path).content.decode() for path in (sent["Location"], f"/cases/{address.split('/')[2]}/")]
    for page in [refused.content.decode(), *pages]:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "{{ 7|add:7 }}" in pages[1]


def test_papers_are_stored_at_once_and_can_be_taken_out(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    files = [SimpleUploadedFile(name, PAPER) for name in ("a.png", "b.png")]
    client.post(address, answers(town, do="save", premises="", material_layout=files))
    documents = view_of(town, address)["documents"]
    assert [one["name"] for one in documents] == ["a.png", "b.png"]
    client.post(address, {"remove": documents[0]["id"], "premises": "kept"})
    assert [one["name"] for one in view_of(town, address)["documents"]] == ["b.png"]
    assert view_of(town, address)["form"]["premises"] == "kept"
    client.post(address, {"remove": "nonsense", "premises": "kept"})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"MZ\x90\x00 a program", "not a PDF, JPEG or PNG"),
        (b"%PDF-1.7 damaged", "damaged"),
        (PAPER + b"x" * 60_000, "larger than"),
    ],
)
def test_a_bad_file_is_named_and_costs_nothing_else(
    town: Town, content: bytes, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MAX_UPLOAD_BYTES", 50_000)
    client = visitor(town.applicant)
    address = begun(town, client)
    files = [SimpleUploadedFile("good.png", PAPER), SimpleUploadedFile("bad.pdf", content)]
    page = client.post(address, answers(town, do="save", material_layout=files))
    assert page.status_code == 422
    assert "bad.pdf was not taken" in page.content.decode()
    assert says in page.content.decode()
    view = view_of(town, address)
    assert [one["name"] for one in view["documents"]] == ["good.png"]
    assert view["form"]["premises"] == FORM["premises"]


def test_sent_twice_it_is_one_case_and_the_receipt_says_which(town: Town) -> None:
    client = visitor(town.applicant)
    address = ready_to_send(town, client)
    check = client.get(f"{address}check/").content.decode()
    assert str(FORM["premises"]) in check
    key = key_in(check)
    first, second = (client.post(f"{address}check/", {"key": key})["Location"] for _ in range(2))
    assert first == second
    receipt = client.get(first).content.decode()
    view = cases.view(case=UUID(address.split("/")[2]), session=town.applicant.session)
    assert view["number"] in receipt
    assert view["events"][0]["hash"][:8] in receipt
    again = client.post(f"{address}check/", {"key": str(uuid4())})
    assert again["Location"] == f"/cases/{view['stream']}/"
    assert client.get(address)["Location"] == f"/cases/{view['stream']}/"
    assert len(cases.mine(session=town.applicant.session)) == 1


def test_what_is_typed_into_a_page_that_was_filed_elsewhere_is_shown(town: Town) -> None:
    client = visitor(town.applicant)
    address = ready_to_send(town, client)
    client.post(f"{address}check/", {"key": str(uuid4())})
    stale = client.post(address, answers(town, premises="typed too late"))
    assert stale.status_code == 409
    assert "typed too late" in stale.content.decode()


def test_a_session_that_ends_in_mid_form_loses_nothing(town: Town) -> None:
    session = town.applicant.again()
    client = visitor(town.applicant, session=session)
    address = begun(town, client)
    client.post(address, answers(town, premises="kept before", do="save"))
    end_session(session=session)
    lost = client.post(
        address, answers(town, premises="typed after", material_layout=[SimpleUploadedFile("a.png", PAPER)])
    )
    page = lost.content.decode()
    assert lost.status_code == 403
    assert "typed after" in page
    assert "filled in for you" in page
    assert "files have to be chosen again" in page
    again = visitor(town.applicant)
    assert 'value="kept before"' in again.get(address).content.decode()
    again.cookies["yimen_kept"] = client.cookies["yimen_kept"].value
    filled = again.get(address).content.decode()
    assert 'value="typed after"' in filled
    assert "filled in again" in filled
    assert again.post(address, answers(town, premises="typed after", do="save"))["Location"] == address
    assert view_of(town, address)["form"]["premises"] == "typed after"
    assert again.cookies["yimen_kept"].value == ""


def test_when_the_document_store_is_away_the_answers_are_kept(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(settings, "DOCUMENTS_DIR", tmp_path / "file")
    files = [SimpleUploadedFile("a.png", PAPER)]
    away = client.post(address, answers(town, premises="typed during an outage", material_layout=files))
    assert away.status_code == 503
    assert "typed during an outage" in away.content.decode()
    assert away.cookies["yimen_kept"]["path"] == address
    assert view_of(town, address)["form"]["premises"] == "typed during an outage"


def test_what_was_kept_opens_only_where_the_person_may_write(town: Town) -> None:
    client = visitor(town.applicant)
    address = begun(town, client)
    other = visitor(town.stranger)
    other.cookies["yimen_kept"] = "forged"
    assert other.get(address).status_code == 404
    client.cookies["yimen_kept"] = "forged"
    assert client.get(address).status_code == 200


def test_every_form_needs_its_token_and_shows_what_was_typed(town: Town) -> None:
    client = visitor(town.applicant)
    address = ready_to_send(town, client)
    strict = visitor(town.applicant, enforce_csrf_checks=True)
    case = address.split("/")[2]
    for path in (f"/guide/{town.item}/apply/", address, f"{address}check/", f"/cases/{case}/withdraw/", "/verify/"):
        page = strict.post(path, {"premises": "typed here", "key": str(uuid4())})
        assert page.status_code == 403, path
        assert "typed here" in page.content.decode(), path
    assert not cases.mine(session=town.applicant.session)


def test_nobody_else_comes_near(town: Town) -> None:
    client = visitor(town.applicant)
    address = ready_to_send(town, client)
    paper = view_of(town, address)["documents"][0]["id"]
    case = address.split("/")[2]
    draft_paths = (address, f"{address}check/", f"/documents/{paper}/")
    assert {visitor(town.stranger).get(path).status_code for path in draft_paths} == {404}
    client.post(f"{address}check/", {"key": str(uuid4())})
    case_paths = (f"/cases/{case}/", f"/cases/{case}/receipt/", f"/cases/{case}/withdraw/", f"/documents/{paper}/")
    assert {visitor(town.stranger).get(path).status_code for path in case_paths} == {404}
    clerk = town.someone("clerk")
    assert visitor(clerk).get(f"/cases/{case}/").status_code == 403
    assert visitor().get(f"/cases/{case}/")["Location"].startswith("/accounts/login/")
    assert visitor(town.stranger).post(address, answers(town)).status_code == 404


def test_pages_need_a_constant_number_of_statements(town: Town) -> None:
    client = visitor(town.applicant)
    address = ready_to_send(town, client)
    for path, most in ((address, 1), (f"{address}check/", 1), (f"/guide/{town.item}/apply/", 2), ("/cases/", 4)):
        with statements("public") as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= most, seen
    client.post(f"{address}check/", {"key": str(uuid4())})
    case = address.split("/")[2]
    client.get(f"/cases/{case}/")
    for path, most in ((f"/cases/{case}/", 2), (f"/cases/{case}/receipt/", 1), (f"/cases/{case}/withdraw/", 1)):
        with statements("public") as seen:
            assert client.get(path).status_code == 200
        assert len(seen) == most, seen
