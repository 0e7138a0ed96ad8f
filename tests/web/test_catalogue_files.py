"""An editor takes her items out as a file and hands it in: she sees what it would change, drafts it, and loses nothing of what was sound."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import town as towns
from an_item import an_item, changed
from attack.test_hats import with_second_post
from counted import statements
from kept_items import heading, published
from visiting import visitor
from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Whole
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session
from yimen.registry import revision
from yimen.registry.exchange import handing_in
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.writing import WRITERS, write

FILE = "/catalogue/file/"


@pytest.fixture
def town() -> towns.Town:
    """A town whose agency has three items."""
    made = towns.town(roles={"editor": 2, "reviewer": 1})
    names = ("first", "second", "third")
    published(made, *(an_item(made.agency_code, main=f"00{n}", name=name) for n, name in enumerate(names, 1)))
    return made


def own(town: towns.Town) -> list[Whole]:
    return [whole for _, _, whole in handing_in.own_items(session=town.someone("editor").session)]


def taken_out(client: Client, kind: str = "json", words: str = "") -> bytes:
    answer = client.get(f"{FILE}items.{kind}", {"q": words} if words else {})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    return answer.content


def sent(client: Client, content: bytes, name: str = "a.json", whole: str = "no") -> Any:
    return client.post(FILE, {"file": SimpleUploadedFile(name, content), "whole": whole})


def shown(client: Client, content: bytes, name: str = "a.json", whole: str = "no") -> Any:
    """The page that shows what a file would change."""
    answer = sent(client, content, name, whole)
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"])


def drafted(client: Client, page: Any, **more: str) -> Any:
    context = page.context
    seen = context["form"].initial["seen"]
    told = {"key": context["key"], "why": "一年一改", "seen": seen, **more}
    return client.post(f"{FILE}{context['reading']}/", told)


def edited(content: bytes, change: Callable[[Any], object]) -> bytes:
    told = json.loads(content)
    change(told)
    return json.dumps(told, ensure_ascii=False).encode()


def first(town: towns.Town, **fields: str) -> Whole:
    return changed(own(town)[0], **fields)


def as_file(tmp_path: Path, *items: Whole, suffix: str = ".json") -> bytes:
    path = tmp_path / f"{uuid4()}{suffix}"
    write(items, path)
    return path.read_bytes()


@pytest.mark.parametrize("kind", [one[1:] for one in WRITERS])
def test_what_is_taken_out_and_handed_in_changes_nothing(town: towns.Town, kind: str) -> None:
    editor = visitor(town.someone("editor"))
    page = shown(editor, taken_out(editor, kind), f"a.{kind}", whole="yes")
    assert page.context["counts"] == {"added": 0, "changed": 0, "ended": 0, "same": 3}
    assert "The file changes nothing" in page.content.decode()
    assert page.context["told"] == 0


def test_a_file_that_is_edited_is_shown_drafted_in_one_and_published(town: towns.Town, tmp_path: Path) -> None:
    editor, session = visitor(town.someone("editor")), town.someone("editor").session
    rows = [
        first(town, promise_amount="4", hours="周末"),
        own(town)[1],
        an_item(town.agency_code, main="009", name="新事项"),
    ]
    page = shown(editor, as_file(tmp_path, *rows), whole="yes")
    text = page.content.decode()
    assert page.context["counts"] == {"added": 1, "changed": 1, "ended": 1, "same": 1}
    assert "<del>5</del>" in text.replace("<p>", "").replace("</p>", "")
    assert drafted(editor, page, why="").status_code == 422
    missing = drafted(editor, page)
    assert missing.status_code == 422, "that an item ends is to be confirmed"
    assert "Tick this if you mean it." in missing.content.decode()
    stream = UUID(drafted(editor, page, ends="on")["Location"].split("/")[3])
    found = revision.read(revision=stream, session=session)
    assert (found.why, len(found.items), len(found.ends), found.moved) == ("一年一改", 2, 1, [])
    assert drafted(editor, page, ends="on", key=str(page.context["key"]))["Location"].split("/")[3] == str(stream), (
        "sent twice"
    )


def test_a_dirty_file_says_by_row_what_was_left_out_and_the_rest_is_taken(town: towns.Town) -> None:
    editor = visitor(town.someone("editor"))

    def dirty(told: Any) -> None:
        told["items"][0][heading("items", "name")] = "改过的名称"
        told["materials"][2][heading("materials", "necessity")] = "也许"

    page = shown(editor, edited(taken_out(editor), dirty), whole="yes")
    assert page.context["counts"] == {"added": 0, "changed": 1, "ended": 0, "same": 1}
    assert page.context["left_out"] == 4, "an item is taken whole or not at all: itself, two materials, a question"
    assert "Nothing ends, because not all of the file could be taken." in page.content.decode()
    assert [(one["sheet"], one["row"]) for one in page.context["remarks"]] == [("Material", 3), ("The item itself", 2)]
    listed = editor.get(f"{FILE}{page.context['reading']}/remarks.csv")
    assert listed["Content-Disposition"].startswith("attachment;")
    assert "也许" in listed.content.decode("utf-8-sig")
    assert drafted(editor, page).status_code == 422, "she takes the rest, and says so"
    assert drafted(editor, page, rest="on").status_code == 302


def test_what_another_published_since_the_file_was_made_is_kept(town: towns.Town) -> None:
    editor = visitor(town.someone("editor"))
    content = taken_out(editor, words="first")
    published(town, first(town, hours="周末", consult_phone="0431-11111111"))

    def edit(told: Any) -> None:
        told["items"][0][heading("items", "promise_amount")] = "4"
        told["items"][0][heading("items", "consult_phone")] = "0431-22222222"

    page = shown(editor, edited(content, edit))
    assert "1 item was published again since the file was made." in page.content.decode()
    assert drafted(editor, page).status_code == 302
    planned = handing_in.plan(read_of(page, town), session=town.someone("editor").session)
    (after,) = planned.items
    said = [after.said(name) for name in ("hours", "consult_phone", "promise_amount")]
    assert said == ["周末", "0431-22222222", "4"]


def test_what_is_published_while_she_reads_is_shown_before_anything_is_drafted(
    town: towns.Town, tmp_path: Path
) -> None:
    editor = visitor(town.someone("editor"))
    page = shown(editor, as_file(tmp_path, first(town, promise_amount="4")))
    published(town, first(town, hours="周末"))
    answer = drafted(editor, page)
    assert answer.status_code == 409
    assert "Something was published while you were reading" in answer.content.decode()
    assert answer.context["form"].initial["why"] == "一年一改"
    assert drafted(editor, answer).status_code == 302


def test_only_one_of_two_tabs_has_the_file_that_was_handed_in_last_and_nobody_else_has_it(
    town: towns.Town, tmp_path: Path
) -> None:
    one, two = (visitor(someone) for someone in town.people["editor"])
    content = as_file(tmp_path, first(town, promise_amount="4"))
    former, page = shown(one, content), shown(one, content)
    for client, reading in ((one, former), (two, page)):
        for part in ("", "remarks.csv"):
            answer = client.get(f"{FILE}{reading.context['reading']}/{part}")
            assert (answer.status_code, answer.context["code"]) == (404, "reading.missing")
    assert drafted(two, page).status_code == 404
    assert drafted(one, page).status_code == 302


def test_items_of_others_and_codes_that_mean_another_item_are_left_out_and_said(
    town: towns.Town, tmp_path: Path
) -> None:
    other = towns.town(roles={"editor": 1, "reviewer": 1})
    ended = an_item(town.agency_code, main="003", name="third")
    published(town, ends=(ended.said("implementation_code"),))
    mine, two = own(town)
    code = two.said("handling_code")
    otherwise = Whole(
        item={**two.item, "handling_code": f"{code[:31]}02"},
        materials=[{**one, "handling_code": f"{code[:31]}02"} for one in two.materials],
    )
    rows = [changed(mine, promise_amount="4"), an_item(other.agency_code, name="theirs"), ended, otherwise]
    editor = visitor(town.someone("editor"))
    page = shown(editor, as_file(tmp_path, *rows), whole="yes")
    assert page.context["counts"] == {"added": 0, "changed": 1, "ended": 0, "same": 0}
    assert sorted(one["code"] for one in page.context["remarks"]) == [
        "item.ended",
        "item.known_otherwise",
        "item.of_another_agency",
    ]
    assert drafted(editor, page, rest="on").status_code == 302


def test_two_rows_with_one_code_and_codes_that_contradict_each_other_are_none_of_them_taken(
    town: towns.Town, tmp_path: Path
) -> None:
    mine, two, three = own(town)
    code = three.said("handling_code")
    twin = changed(three, handling_code=f"{code[:31]}02", name="twin")
    rows = [mine, changed(mine, name="again"), changed(two, agency_code=town_code(town)), three, twin]
    page = shown(visitor(town.someone("editor")), as_file(tmp_path, *rows))
    codes = {one["code"] for one in page.context["remarks"]}
    assert {"row.code_twice", "item.codes_apart", "item.implementation_twice"} <= codes
    assert page.context["counts"]["changed"] == 0


def town_code(town: towns.Town) -> str:
    """The code of another agency than the town's."""
    return towns.town().agency_code


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "Choose a file that is not empty."),
        ("事项名称,编码\n".encode(), "a.xlsx", "no catalogue"),
        (b"PK\x03\x04 half of it", "a.xlsx", "the file is broken or not whole"),
        (b'{"format": "yimen-catalogue", "version": 1', "a.json", "the file is broken or not whole"),
        (b'{"format": "other", "version": 1}', "a.json", "the file says its format is"),
    ],
)
def test_what_is_no_catalogue_is_said_at_the_file_and_nothing_is_kept(
    town: towns.Town, content: bytes, name: str, said: str
) -> None:
    answer = sent(visitor(town.someone("editor")), content, name)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert 'href="#id_file"' in text


def test_too_many_rows_and_too_large_a_file_are_refused_in_words(
    town: towns.Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = visitor(town.someone("editor"))
    rows: dict[str, Any] = {sheet: [] for sheet in SHEETS} | {
        "questions": [{heading("questions", "question"): "x"}] * 100_000
    }
    told = {"format": "yimen-catalogue", "version": 1, **rows}
    answer = sent(editor, json.dumps(told).encode())
    assert (answer.status_code, "more than 50,000 rows" in answer.content.decode()) == (422, True)
    monkeypatch.setattr(settings, "MAX_UPLOAD_BYTES", 5000)
    answer = sent(editor, as_file(tmp_path, *own(town)))
    assert (answer.status_code, "It is too large" in answer.content.decode()) == (422, True)


def test_formulas_and_merged_cells_are_said_and_never_computed(town: towns.Town) -> None:
    whole, editor = own(town)[0], visitor(town.someone("editor"))
    page = shown(editor, workbook_of(whole), "a.xlsx")
    assert {"cell.formula", "cell.merged"} <= {one["code"] for one in page.context["remarks"]}
    assert page.context["counts"]["changed"] == 0


def workbook_of(whole: Whole) -> bytes:
    """A workbook of an item whose promise is a formula and whose first material is merged over two columns."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for sheet, rows in whole.as_rows().items():
            page, headings = book.add_worksheet(sheet), [one.heading() for one in SHEETS[sheet]]
            page.write_row(0, 0, headings)
            for number, row in enumerate(rows, 1):
                for column, one in enumerate(SHEETS[sheet]):
                    page.write_string(number, column, row.get(one.name, ""))
            if sheet == "items":
                page.write_formula(1, headings.index(heading("items", "promise_amount")), "=2+2", None, "4")
            if sheet == "materials":
                at = headings.index(heading("materials", "name"))
                page.merge_range(1, at, 1, at + 1, "申请表")
    return content.getvalue()


def test_a_list_that_is_longer_than_a_page_is_read_page_by_page(town: towns.Town, tmp_path: Path) -> None:
    editor = visitor(town.someone("editor"))
    rows = [an_item(town.agency_code, main=f"{n:03}", name=f"新{n}") for n in range(100, 145)]
    counts = []
    for many in (rows[:1], rows):
        page = shown(editor, as_file(tmp_path, *many))
        with statements() as sent_to_it:
            editor.get(f"{FILE}{page.context['reading']}/")
        counts.append(len(sent_to_it))
    assert counts[0] == counts[1], "as many statements for one item as for forty-five"
    address, seen = f"{FILE}{page.context['reading']}/", []
    for number in (1, 2, 3, 4):
        part = editor.get(address, {"page": number})
        seen.append([one["name"] for one in part.context["entries"]])
    assert [len(one) for one in seen] == [20, 20, 5, 5]
    assert editor.get(address, {"page": "x"}).status_code == 400
    revised = drafted(editor, page)["Location"]
    assert [len(editor.get(revised, {"page": n}).context["items"]) for n in (1, 2, 3)] == [20, 20, 5]


def test_whoever_is_no_editor_neither_hands_in_nor_takes_out(town: towns.Town) -> None:
    for someone in (town.someone("reviewer"), town.applicant):
        client = visitor(someone)
        for address in (FILE, f"{FILE}items.json", f"{FILE}{uuid4()}/"):
            assert client.get(address).status_code in (302, 403), address
        with pytest.raises(Refusal):
            handing_in.keep(name="a", whole=False, reading=Reading(), session=someone.session)


def test_an_editor_of_no_agency_takes_every_item_and_those_of_an_agency_without_a_seal_are_left_out(
    town: towns.Town, tmp_path: Path
) -> None:
    of_centre = with_second_post(town, town.someone("reviewer"), "editor")
    editor = visitor(of_centre, session=open_session(username=of_centre.username, post=of_centre.post).session)
    rows = [first(town, promise_amount="4"), an_item(towns.code(), name="of nobody")]
    page = shown(editor, as_file(tmp_path, *rows))
    assert page.context["counts"] == {"added": 0, "changed": 1, "ended": 0, "same": 0}
    assert [one["code"] for one in page.context["remarks"]] == ["item.agency_unknown"]
    assert drafted(editor, page, rest="on").status_code == 302


def read_of(page: Any, town: towns.Town) -> handing_in.HandedIn:
    return handing_in.kept(reading=page.context["reading"], session=town.someone("editor").session)


def test_items_at_places_of_others_are_left_out_for_an_editor_of_a_centre(town: towns.Town, tmp_path: Path) -> None:
    centre, post, division, someone = uuid4(), uuid4(), uuid4().hex[:12], town.someone("clerk")
    under = {"code": division, "name_zh": "区", "name_en": "District", "level": "county", "parent": "220100"}
    edits = {"id": str(post), "person": str(someone.person), "role": "editor", "centre": str(centre)}
    row = towns.centre_row(centre) | {"division": division, "level": "county"}
    two = towns.founded(towns.testing_city.current().database)
    towns.enter({"divisions": [under], "centres": [row], "posts": [edits]}, *two)
    local = towns.Someone(someone.person, post, someone.username, "editor")
    editor = visitor(local, session=open_session(username=someone.username, post=post).session)
    page = shown(editor, as_file(tmp_path, first(town, promise_amount="4"), an_item(town.agency_code, main="009")))
    assert page.context["counts"] == {"added": 0, "changed": 0, "ended": 0, "same": 0}
    assert [one["code"] for one in page.context["remarks"]] == ["item.of_another_place", "item.agency_unknown"]
    assert "The file changes nothing" in page.content.decode()
