"""An editor and a reviewer keep the catalogue in a browser: every page of theirs by axe, wide and narrow, in both languages."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, sync_playwright

import town as towns
from an_item import an_item
from kept_items import heading, published
from served import served
from visiting import visitor
from walking import ARGUMENTS, CHROMIUM, Someone, open_context, text_of
from yimen.web.door import COOKIE

MANY = 24  # more than a page


def test_an_item_and_many_are_changed_in_a_browser(tmp_path: Path) -> None:
    town = towns.town(roles={"editor": 1, "reviewer": 1})
    items = [
        an_item(town.agency_code, main=f"{n:03}", name=f"示例许可{n}", name_en=f"Licence {n}")
        for n in range(1, 1 + MANY)
    ]
    published(town, *items)
    cookies = {role: visitor(town.someone(role)).cookies[COOKIE].value for role in ("editor", "reviewer")}
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        editor, reviewer = (signed_in(browser, url, cookies[role]) for role in ("editor", "reviewer"))
        code = items[0].said("implementation_code")
        one = _one_is_changed(editor, code)
        _published_by(reviewer, one)
        many = _many_are_changed(editor, tmp_path)
        _published_by(reviewer, many)
        reviewer.go(f"/catalogue/items/{code}/")
        reviewer.look("history")
        assert "第 3 版与第 2 版的不同之处" in text_of(reviewer.page)
        assert editor.failed == reviewer.failed == []
        browser.close()


def signed_in(browser: Browser, url: str, cookie: str) -> Someone:
    person = open_context(browser, url)
    cookies = {COOKIE: cookie, "django_language": "zh-hans"}
    person.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    return person


def _one_is_changed(editor: Someone, code: str) -> str:
    """Change one item as a form, break a rule, settle it, and submit; return where its revision is."""
    editor.go("/catalogue/?q=示例许可")
    editor.look("catalogue")
    editor.press(f"a[href='/catalogue/items/{code}/change/']")
    editor.look("change")
    editor.page.fill("[name=why]", "缩短承诺时限")
    editor.press("main form[method=post] .govuk-button")
    editor.page.fill("[name=promise_amount]", "90")
    editor.press(".y-sections__list button")
    editor.look("item")
    assert "to settle" not in text_of(editor.page)
    editor.page.fill("[name=promise_amount]", "6")
    editor.page.locator("#materials summary").first.click()
    editor.press(".y-sections__list button")
    address = editor.page.url.split("?")[0].removesuffix("/").rpartition("/")[0].removeprefix(editor.url) + "/"
    editor.go(address)
    editor.look("revision")
    editor.page.fill("[name=submit-why]", "请审核")
    editor.press("form:has([name=submit-why]) button")
    return address


def _published_by(reviewer: Someone, address: str) -> None:
    reviewer.go("/catalogue/")
    reviewer.look("reviewer")
    while not reviewer.page.locator(f"a[href='{address}']").count():
        reviewer.press("nav a[rel=next]")  # others wait longer
    reviewer.press(f"a[href='{address}']")
    reviewer.look("review")
    assert not reviewer.page.is_visible("[name=publish-day]"), "a time is asked for only where one is wanted"
    reviewer.page.check("[name=publish-when][value=later]", force=True)
    assert reviewer.page.is_visible("[name=publish-day]")
    reviewer.page.check("[name=publish-when][value=now]", force=True)
    reviewer.page.fill("[name=publish-why]", "同意")
    reviewer.page.check("[name=publish-sure]", force=True)
    reviewer.press("form:has([name=publish-why]) button")
    assert "修订已发布" in text_of(reviewer.page)


def _many_are_changed(editor: Someone, tmp_path: Path) -> str:
    """Take all items out, change each in the file, hand it in with one that is dirty, take the rest, and submit."""
    editor.go("/catalogue/file/")
    editor.look("file")
    with editor.page.expect_download() as taken:
        editor.page.click("a[href*='items.json']")
    told: Any = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    for row in told["items"]:
        row[heading("items", "consult_phone")] = "0431-22222222"
    told["items"][-1][heading("items", "type")] = "=cmd"
    payload = FilePayload(name="改过.json", mimeType="application/json", buffer=json.dumps(told).encode())
    editor.page.set_input_files("[name=file]", payload)
    editor.press("form:has([name=file]) button")
    editor.look("handed_in")
    text = text_of(editor.page)
    assert f"第 1 至 20 项，共 {MANY - 1} 项" in text
    assert "未采用" in text
    editor.page.fill("[name=why]", "换了电话")
    editor.page.check("[name=rest]", force=True)
    editor.press("#draft form button")
    address = editor.page.url.removeprefix(editor.url).partition("#")[0]
    editor.page.fill("[name=submit-why]", "请审核")
    editor.press("form:has([name=submit-why]) button")
    return address
