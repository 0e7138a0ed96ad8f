"""`yimen catalogue check`: what an item breaks is told by item, row, field and rule, with what would satisfy it."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from yimen.cli.catalogue import catalogue

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"


def test_the_sample_city_breaks_no_rule() -> None:
    done = CliRunner().invoke(catalogue, ["check", str(SAMPLE), "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert told["items"] == told["complete"] > 55
    assert told["findings"] == []


def test_a_broken_rule_is_told_and_the_command_fails(tmp_path: Path) -> None:
    folder = shutil.copytree(SAMPLE, tmp_path / "city")
    file = folder / "items" / "company-new.json"
    item = json.loads(file.read_text(encoding="utf-8"))
    item["handling"]["themes"]["value"]["enterprise"] = []
    file.write_text(json.dumps(item, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(catalogue, ["check", str(folder), "--language", "zh"], catch_exceptions=False)
    assert done.exit_code == 1
    assert f"{item['code']} items:1 objects: R8: 主题分类须与服务对象一致" in done.stderr
    assert "1 findings: R8 1" in done.stdout
