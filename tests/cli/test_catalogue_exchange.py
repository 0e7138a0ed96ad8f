"""`yimen catalogue export`, `check` and `compare`: what a file would change is shown, and what it cannot say makes the command fail."""

import csv
import io
import json
import zipfile
from pathlib import Path

from click.testing import CliRunner, Result

from yimen.cli.catalogue import catalogue

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(catalogue, [str(one) for one in arguments], catch_exceptions=False)


def test_what_was_exported_is_edited_and_compared(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.zip", tmp_path / "edited"
    exported = run("export", SAMPLE, file, "--json")
    assert exported.exit_code == 0
    told = json.loads(exported.stdout)
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    rows = list(csv.reader(io.StringIO((folder / "items.csv").read_text(encoding="utf-8-sig"), newline="")))
    rows[1][rows[0].index("task_name")] = "改过的名称"
    rows[2][rows[0].index("task_type")] = "七十七"
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as edited:
        csv.writer(edited).writerows(rows)

    compared = run("compare", SAMPLE, folder, "--whole", "--json")
    said = json.loads(compared.stdout)
    assert compared.exit_code == 1  # an item was left out
    assert (said["added"], said["ended"], said["same"]) == ([], [], told["items"] - 2)
    assert [[one["after"] for one in item["fields"]] for item in said["changed"]] == [["改过的名称"]]
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
    assert run("export", SAMPLE, file).exit_code == 1
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("export", SAMPLE, tmp_path / "a.docx").exit_code == 2
    assert run("export", SAMPLE, tmp_path / "nowhere" / "a.json").exit_code == 1
    checked = run("check", file)
    assert checked.exit_code == 1
    assert "refused: file.kind: this is “mine”, no catalogue" in checked.stderr
