"""Services are found while one types, by keys alone, and without any script by the button."""

from playwright.sync_api import sync_playwright

import town as towns
from served import served
from visiting import visitor
from walking import ARGUMENTS, CHROMIUM


def test_as_one_types_what_is_found_is_shown_told_and_reached_by_keys() -> None:
    town = towns.town()
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context()
        context.add_cookies([{"name": "django_language", "value": "en", "url": url}])
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(f"{url}/items/")
        page.focus("#q")
        page.keyboard.type(town.item)
        page.locator(f"#found a[href='/guide/{town.item}/']").wait_for()
        page.get_by_role("status").get_by_text("1 found").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{url}/guide/{town.item}/")
        page.go_back()
        page.fill("#q", "")
        page.get_by_role("heading", name="By agency").wait_for()
        assert wrong == []
        browser.close()


def test_without_script_the_same_is_found_by_the_button() -> None:
    town = towns.town()
    page = visitor().get("/items/", {"q": town.item, "agency": town.agency_code}).content.decode()
    assert f"/guide/{town.item}/" in page
    assert "1 found" in page
    assert f'value="{town.agency_code}" selected' in page
