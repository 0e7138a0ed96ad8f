"""What a page asks of the style sheets is there: a rule that was lost shows on no other test, only on a screen or on paper."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "src" / "yimen" / "web"
ASKED = re.compile(r'class="([^"]*)"')
TEMPLATE = re.compile(r"\{%.*?%\}")


def test_every_class_of_ours_that_a_template_names_has_a_rule() -> None:
    sheets = "".join(one.read_text(encoding="utf-8") for one in (WEB / "static" / "css").glob("*.css"))
    ruled = set(re.findall(r"\.(y-[\w-]+)", sheets))
    asked: dict[str, str] = {}
    for page in (WEB / "templates").rglob("*.html"):
        for names in ASKED.findall(page.read_text(encoding="utf-8")):
            asked |= dict.fromkeys((one for one in TEMPLATE.sub(" ", names).split() if one.startswith("y-")), page.name)
    assert len(asked) > 100
    lost = {
        name: page  # where the end of a name is filled in, one that begins like it
        for name, page in asked.items()
        if name not in ruled and not (_begins(name) and any(one.startswith(_begins(name)) for one in ruled))
    }
    assert lost == {}


def _begins(name: str) -> str:
    beginning = name.split("{{")[0]
    return beginning if beginning.endswith("--") else ""


def test_what_is_for_paper_alone_is_not_on_the_screen_and_the_reverse() -> None:
    sheet = (WEB / "static" / "css" / "yimen.css").read_text(encoding="utf-8")
    screen, paper = sheet.split("@media print", 1)
    assert re.search(r"^\.y-only-print \{ display: none; \}", screen, re.M)
    assert re.search(r"\.y-only-print \{ display: block; \}", paper)
    assert re.search(r"\.y-no-print \{ display: none !important; \}", paper)
