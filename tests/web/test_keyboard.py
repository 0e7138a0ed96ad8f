"""A clerk works without a mouse: greet, start, fill in, have it confirmed, file, print, accept, by keys alone."""

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import BrowserContext, FilePayload, Page, sync_playwright

import testing_city
import town as towns
from served import served
from town_item import resident_id
from visiting import visitor
from walking import ARGUMENTS, CHROMIUM
from yimen.web.door import COOKIE


class Keys:
    """A person at a keyboard. What has the focus is asked of the browser; nothing is ever clicked."""

    def __init__(self, context: BrowserContext, url: str, cookie: str) -> None:
        carried = [(COOKIE, cookie), ("django_language", "en")]
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in carried if value])
        context.add_init_script("window.print = () => { document.title = 'printed'; };")
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        self.wire = context.new_cdp_session(self.page)
        self.url = url

    def press(self, *keys: str) -> None:
        for key in keys:
            if key.startswith("Alt+"):
                self._alt(key.removeprefix("Alt+"))
            else:
                self.page.keyboard.press(key)

    def _alt(self, letter: str) -> None:
        """An access key, as a real keyboard sends it: the browser looks at the letter that would have been typed."""
        code = ord(letter.upper())
        pressed = {"modifiers": 1, "key": letter, "windowsVirtualKeyCode": code, "unmodifiedText": letter}
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": letter, **pressed})
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})

    def go(self, *keys: str) -> None:
        """Press keys, the last of which leads to another page."""
        self.press(*keys[:-1])
        with self.page.expect_navigation():
            self.press(keys[-1])

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    @property
    def focus(self) -> str:
        """The name, or the words, of what has the focus."""
        script = "(document.activeElement.name || document.activeElement.innerText || '').trim()"
        return str(self.page.evaluate(script))

    def reach(self, name: str, *, most: int = 30) -> None:
        for _ in range(most):
            if self.focus == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} cannot be reached; the focus is on {self.focus}")


def test_a_filing_at_the_window_by_keys_alone(clone: Callable[[], testing_city.City]) -> None:
    clone()
    town = towns.town(item={"service_objects": ["1"]})
    cookies = {one.person: visitor(one).cookies[COOKIE].value for one in town.people["clerk"]}
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)

        def at(cookie: str) -> Keys:
            return Keys(browser.new_context(locale="en-GB"), url, cookie)

        _greet(at(cookies[town.someone("clerk").person]))
        clerk = at(cookies[_drawn(town)])
        _file(clerk, at(""))
        _accept(clerk)
        browser.close()


def _drawn(town: towns.Town) -> UUID:
    with towns.testing_city_owner() as owner:
        sql = (
            "select a.person from casework_visit v join record_assignment a on a.stream = v.stream where v.centre = %s"
        )
        return UUID(str(owner.execute(sql, [town.centre]).fetchall()[0][0]))


def _greet(door: Keys) -> None:
    door.page.goto(f"{door.url}/window/")
    door.go("Alt+2")
    assert door.focus == "resident_id"
    door.write(resident_id())
    door.press("Tab")
    door.write("林小满")
    door.go("Enter")
    assert "Give the person this number" in door.page.inner_text("main")
    assert door.focus == "resident_id", "the next person can be greeted at once"


def _file(clerk: Keys, phone: Keys) -> None:
    clerk.page.goto(f"{clerk.url}/window/")
    clerk.go("Alt+2")
    assert "林小满" in clerk.focus
    clerk.go("Enter")
    assert clerk.focus == "item"
    clerk.write("food licence")
    clerk.go("Enter")
    _fill_in(clerk)
    clerk.go("Alt+s")
    assert clerk.focus == "do"
    clerk.go("Enter")
    _confirm(phone, clerk.page.locator("[role=status]").inner_text().replace(" ", ""))
    clerk.go("Enter")
    assert clerk.page.url.endswith("/receipt/")
    clerk.press("Alt+p")
    assert clerk.page.title() == "printed"


def _accept(clerk: Keys) -> None:
    clerk.go("Alt+s")
    assert clerk.focus == "complete"
    clerk.press("Space")
    clerk.go("Alt+s")
    assert "The application is accepted" in clerk.page.inner_text("main")
    clerk.press("Alt+h")
    assert clerk.page.get_by_text("greet the next person").is_visible()


def _fill_in(clerk: Keys) -> None:
    for name, answer in towns.FORM.items():
        clerk.reach(name)
        clerk.write(answer if isinstance(answer, str) else answer[0])
    clerk.reach("material_layout")
    with clerk.page.expect_file_chooser(timeout=30_000) as chosen:
        clerk.press("Space")
    chosen.value.set_files([FilePayload(name="布局图.png", mimeType="image/png", buffer=towns.PAPER)])


def _confirm(phone: Keys, code: str) -> None:
    phone.page.goto(f"{phone.url}/confirm/#{code}")
    phone.page.wait_for_selector("[name=digest]", state="attached")
    assert code not in phone.page.url
    phone.press("Tab")
    for _ in range(30):
        if phone.page.evaluate("document.activeElement.matches('main form button')"):
            break
        phone.press("Tab")
    phone.go("Enter")
    assert "Confirmed" in phone.page.inner_text("main")
