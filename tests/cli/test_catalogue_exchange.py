"""`yimen catalogue export`, `check` and `compare`: what a file would change is shown, and what it cannot say makes the command fail."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from click.testing import CliRunner, Result

import town as towns
from an_item import an_item
from small_city import small_city
from yimen.cli.catalogue import catalogue
from yimen.pure.item_fields import SHEETS
from yimen.record.events import Session
from yimen.registry import revision
from yimen.registry.accounts import make_accounts

PASSWORD = "harbour-lantern-7"


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(catalogue, [str(one) for one in arguments], input=typed, catch_exceptions=False)


def publish(stream: UUID, editor: Session, reviewer: Session) -> None:
    revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    draft = revision.read(revision=stream, session=reviewer).draft
    revision.publish(revision=stream, after=2, why="同意", reviewed=draft, session=reviewer, key=uuid4())


def test_what_was_exported_is_edited_and_compared(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.zip", tmp_path / "edited"
    exported = run("export", file, "--folder", small_city(), "--json")
    assert exported.exit_code == 0
    told = json.loads(exported.stdout)
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    rows = list(csv.reader(io.StringIO((folder / "items.csv").read_text(encoding="utf-8-sig"), newline="")))
    rows[1][rows[0].index("task_name")] = "改过的名称"
    rows[2][rows[0].index("task_type")] = "七十七"
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as edited:
        csv.writer(edited).writerows(rows)

    compared = run("compare", folder, "--folder", small_city(), "--whole", "--json")
    said = json.loads(compared.stdout)
    assert compared.exit_code == 1  # an item was left out
    assert (said["added"], said["ended"], said["same"]) == ([], [], told["items"] - 2)
    assert [[one["after"] for one in item["changes"]] for item in said["changed"]] == [["改过的名称"]]
    assert [(one["code"], one["sheet"], one["row"], one["field"]) for one in said["remarks"]] == [
        ("value.unknown", "items", 3, "type")
    ]

    checked = run("check", folder, "--language", "zh")
    assert checked.exit_code == 1
    assert "未采用: items:3:type: value.unknown: “七十七”不在代码表中" in checked.stderr
    assert f"{told['items'] - 1} items" in checked.stdout


def test_a_file_that_is_there_is_left_alone_and_one_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("mine", encoding="utf-8")
    assert run("export", file, "--folder", small_city()).exit_code == 1
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("export", tmp_path / "a.docx").exit_code == 2
    assert run("export", tmp_path / "nowhere" / "a.json").exit_code == 1
    checked = run("check", file)
    assert checked.exit_code == 1
    assert "refused: file.kind: this is “mine”, no catalogue" in checked.stderr


def test_a_file_is_drafted_after_it_was_shown_and_published_whole(clone: Callable[[], object], tmp_path: Path) -> None:
    """What is on record is exported, changed in the file and imported: one item changes, one is new, and nothing else is touched."""
    clone()
    town = towns.town(roles={"editor": 1, "reviewer": 1})
    editor, reviewer = town.someone("editor"), town.someone("reviewer")
    make_accounts([(editor.username, PASSWORD)])
    first = revision.begin(why="首次编制", items=[an_item(town.agency_code)], session=editor.session, key=uuid4())
    publish(first.stream, editor.session, reviewer.session)

    file = tmp_path / "a.json"
    assert run("export", file, "--agency", town.agency_code).exit_code == 0
    draft = ("import", file, "--username", editor.username, "--why", "缩短承诺")
    same = run(*draft, typed=f"{PASSWORD}\n")
    assert "nothing to change" in same.stdout, same.output

    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(edited(told, town.agency_code), ensure_ascii=False), encoding="utf-8")
    shown = run(*draft, typed="n\n")
    assert shown.exit_code == 1
    assert revision.listed(session=editor.session, state="draft") == []
    done = run(*draft, "--json", "--yes", typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout.splitlines()[-1])
    assert (made["items"], made["ends"], made["findings"]) == (2, 0, 0)
    publish(UUID(made["revision"]), editor.session, reviewer.session)
    codes = [an_item(town.agency_code, main=main).said("implementation_code") for main in ("001", "002")]
    found = {code: (version, rows.said("promise_amount")) for code, version, rows in revision.rows_of(codes=codes)}
    assert found == {codes[0]: (2, "3"), codes[1]: (1, "5")}


def test_an_agencys_editor_ends_nothing_of_others_with_her_whole_list(tmp_path: Path) -> None:
    """Her file is the whole list of her agency, not of the city; and what it says of another agency's items is left out and said."""
    town, other = (towns.town(roles={"editor": 1, "reviewer": 1}) for _ in range(2))
    for one in (town, other):
        items = [an_item(one.agency_code), an_item(one.agency_code, main="002")]
        begun = revision.begin(why="首次编制", items=items, session=one.someone("editor").session, key=uuid4())
        publish(begun.stream, one.someone("editor").session, one.someone("reviewer").session)
    editor = town.someone("editor")
    make_accounts([(editor.username, PASSWORD)])
    file, theirs = tmp_path / "a.json", tmp_path / "b.json"
    run("export", file, "--agency", town.agency_code)
    told = json.loads(file.read_text(encoding="utf-8"))
    kept = an_item(town.agency_code).said("handling_code")
    only = {
        sheet: [row for row in rows if kept in row.values()] for sheet, rows in told.items() if isinstance(rows, list)
    }
    file.write_text(json.dumps({**told, **only}, ensure_ascii=False), encoding="utf-8")
    draft = ("--username", editor.username, "--why", "取消", "--whole", "--yes", "--json")
    done = run("import", file, *draft, typed=f"{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    made = json.loads(done.stdout.splitlines()[-1])
    found = revision.read(revision=UUID(made["revision"]), session=editor.session)
    gone = an_item(town.agency_code, main="002").said("implementation_code")
    assert (found.items, found.ends) == ([], [gone])

    run("export", theirs, "--agency", other.agency_code)
    left = run("import", theirs, *draft, typed=f"{PASSWORD}\n")
    assert left.exit_code == 1
    said = json.loads(left.stdout.splitlines()[-1])
    assert "item.of_another_agency" in {one["code"] for one in said["remarks"]}


def edited(told: dict[str, Any], agency: str) -> dict[str, Any]:
    """The same file with a shorter promise in the agency's item, and one item more."""
    mine = next(row for row in told["items"] if agency in row.values())
    heading = next(name for name in mine if name in ("promise_day", "promise_amount"))
    mine |= {heading: "3", "certifying_amount": "0"}
    more = an_item(agency, main="002").as_rows()
    for sheet, rows in more.items():
        named = {one.name: one.heading() for one in SHEETS[sheet]}
        told.setdefault(sheet, []).extend({named[name]: value for name, value in row.items()} for row in rows)
    return told
