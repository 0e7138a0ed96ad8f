"""A browser for tests: one context for each person, every page looked at by axe, wide and narrow, in both languages."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
AXE = Axe()
AGED = {"home", "guide", "draft", "review", "case"}  # looked at by axe in large print too: each run costs a second
PICTURES = os.environ.get("YIMEN_TEST_PICTURES", "")  # a folder: every page that is looked at is also kept as a picture


@dataclass
class Someone:
    """A person with a browser of her own, who may come from the sign-in list of the demonstration."""

    context: BrowserContext
    url: str
    username: str = ""
    page: Page = field(init=False)
    seen: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.page.on("response", lambda r: self.failed.append(f"{r.status} {r.url}") if r.status >= 500 else None)

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self) -> Page:
        """Sign in with the demonstration's password, and take the post (the first offered) where there are several."""
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", self.username)
        self.page.fill("input[name=password]", f"yimen-{self.username}")
        self.press("form:has(input[name=password]) button.govuk-button")
        if "/accounts/post/" in self.page.url:
            self.look("choose_post")
            self.press("main form button.govuk-button")
        return self.page

    def press(self, selector: str) -> None:
        """Press a button or link, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def look(self, name: str, *, answer: bool = False) -> None:
        """
        Check a page once: accessible, and no wider than the screen. Chinese on a desk, English on a phone, large print on a phone.

        The answer to a form is not loaded again, and stays Chinese.
        """
        if name in self.seen:
            return
        self.seen.add(name)
        self._show(name, DESKTOP)
        self._accessible(name)
        again = "" if answer else self.page.url
        if again:
            self.speak("en")
            self.page.goto(again)
        self._show(name, PHONE)
        self._accessible(name)
        if again:
            self.speak("zh-hans")
            self.enlarge("1")
            self.page.goto(again)
            self._show(f"{name} large", PHONE)
            if name in AGED:
                self._accessible(f"{name} large")
            self.enlarge("")
            self.page.goto(again)
        self.page.set_viewport_size(DESKTOP)

    def speak(self, language: str) -> None:
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.url}])

    def enlarge(self, on: str) -> None:
        """Ask for large print, or for print as usual."""
        self.context.add_cookies([{"name": "yimen_large", "value": on, "url": self.url}])

    def _show(self, name: str, size: ViewportSize) -> None:
        self.page.set_viewport_size(size)
        if PICTURES:
            picture = f"{re.sub(r'[^a-z_]+', '-', name)}-{size['width']}.png"
            self.page.screenshot(path=Path(PICTURES) / picture, full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (name, size, f"{wide} px too wide")

    def _accessible(self, name: str) -> None:
        found = AXE.run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
        assert not told, (name, self.page.viewport_size, told)


def open_context(browser: Browser, url: str, username: str = "", **kwargs: Any) -> Someone:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN", **kwargs)
    return Someone(context=context, url=url, username=username)


def text_of(page: Page) -> str:
    return re.sub(r"\s+", " ", page.inner_text("main"))
