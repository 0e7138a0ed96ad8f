"""
The whole journey in a real browser, one for each person: from the guide to a certificate that a stranger verifies.

The platform runs as an installation does (web, worker, keeper, the sample city), on a database of its own. Every page on
the way is looked at by axe, wide in Chinese and narrow in English.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

import testing_city
from small_city import small_city
from walking import ARGUMENTS, CHROMIUM, Someone, open_context, text_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)
CENTRE, MARKET = "C220100", "11220199999901903F"
FOOD = f"{MARKET}3220131999000"
HOSTILE = "长春市示范区人民大街 1 号 <script>document.title='x'</script>\"'&lt;"
ROLES = ("clerk", "examiner", "decider", "maker", "custodian")


@dataclass
class Platform:
    """Where the platform runs, and who can sign in."""

    url: str
    people: dict[str, list[str]]
    browser: Browser
    known: dict[str, Someone] = field(default_factory=dict)

    def person(self, username: str) -> Someone:
        """The same person comes back to the same browser, and is signed in once."""
        if username not in self.known:
            self.known[username] = open_context(self.browser, self.url, username)
            if len(self.known) > 1:
                self.known[username].seen = next(iter(self.known.values())).seen
            self.known[username].sign_in()
        return self.known[username]

    def drawn(self, role: str, number: str, worklist: str, *, within: float = 20) -> Someone:
        """Whoever finds the case on her worklist: chance drew her, and nobody else sees it."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            for username in self.people[role]:
                someone = self.person(username)
                if someone.go(worklist).get_by_text(number).count():
                    return someone
        raise AssertionError(f"no {role} was drawn for {number}")


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    city = testing_city.make(f"yimen_journey_{os.getpid()}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    environment = kept | {
        "YIMEN_STATE": str(city.state),
        "YIMEN_CITY": str(small_city()),
        "YIMEN_WEB_WORKERS": "1",
        "YIMEN_POOL_SIZE": "3",
    }
    command = [sys.executable, "-m", "yimen", "serve", "--port", str(port)]
    with (city.state / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        _wait(lambda: "is running at" in (city.state / "serve.log").read_text(), 180, serving)
        people: dict[str, list[str]] = {}
        for one in json.loads((city.state / "demonstration.json").read_text(encoding="utf-8")):
            if not one["places"] or {CENTRE, MARKET} & set(one["places"]):
                people.setdefault(one["what"].split(",")[0], []).append(one["login"])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
            yield Platform(f"http://127.0.0.1:{port}", people, browser)
            browser.close()
    finally:
        serving.send_signal(signal.SIGTERM)
        try:
            serving.wait(30)
        except subprocess.TimeoutExpired:
            serving.kill()
        testing_city.drop(city)


def _wait(reached: Callable[[], bool], seconds: float, serving: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert serving.poll() is None, "the platform ended"
        assert time.monotonic() < until, f"waited {seconds} s for the platform"
        time.sleep(0.2)


def test_a_paper_goes_through_the_whole_house(platform: Platform) -> None:
    applicant = platform.person("applicant1")
    number = _apply(applicant)
    steps = [
        ("clerk", "/window/", "case.accepted"),
        ("examiner", "/examiner/", "case.examined"),
        ("decider", "/decider/", "case.granted"),
        ("maker", "/custody/", "certificate.made"),
        ("custodian", "/custody/", "certificate.released"),
        ("custodian", "/custody/", "certificate.released_again"),
    ]
    acted = [_act(platform.drawn(role, number, worklist), worklist, number, step) for role, worklist, step in steps]
    assert len(set(acted)) == len(acted), "one person, one hat"
    certificate = _fetch(applicant, number)
    _verify(platform, certificate)
    _supervise(platform, number)
    for someone in platform.known.values():
        assert not someone.failed, someone.failed


def _find(applicant: Someone) -> Page:
    """The front page, all items, the guide, and the questions whether it fits."""
    page = applicant.go("/")
    applicant.look("home")
    applicant.press("main a[href='/items/']")
    applicant.look("items")
    page.fill("[name=q]", "食品经营许可")
    applicant.press("main [role=search] button")
    applicant.press(f"main a[href*='{FOOD}']")
    applicant.look("guide")
    applicant.press("main aside a[href$='/check/']")
    applicant.look("check")
    page.go_back()
    return page


def _apply(applicant: Someone) -> str:
    """Begin, errors, keep, check, send; what is typed is shown as text and nothing else."""
    page = _find(applicant)
    applicant.press("main aside a.govuk-button")
    applicant.look("begin")
    applicant.press("main form button")
    applicant.look("draft")
    draft = page.url
    applicant.press("button[value='go on']")
    applicant.look("draft with errors", answer=True)
    page.fill("[name=premises]", HOSTILE)
    page.locator("[name=business_type]").nth(1).check()
    page.locator("[name=business_items]").nth(2).check()
    page.fill("[name=contact_phone]", "0431-80000001")
    applicant.press(".govuk-button-group button[value=save]")
    page.goto(draft)
    assert page.input_value("[name=premises]") == HOSTILE
    page.set_input_files("[name=material_M03]", [FilePayload(name="布局图.png", mimeType="image/png", buffer=PNG)])
    applicant.press("button[value='go on']")
    assert page.url.endswith("/check/"), text_of(page)
    applicant.look("review")
    assert HOSTILE in text_of(page)
    applicant.press("main form button")
    applicant.look("receipt")
    number = page.locator(".govuk-panel strong").inner_text()
    applicant.press("main .govuk-button-group a")
    applicant.look("case")
    assert HOSTILE in text_of(page)
    assert page.title() != "x"
    applicant.go("/cases/")
    applicant.look("desk")
    page.goto(draft)
    assert "/cases/" in page.url, "a draft that was filed leads to its case"
    return number


def _act(official: Someone, worklist: str, number: str, step: str) -> str:
    """Open the case from the worklist, read what there is to read, tick what is asked, and do the step."""
    official.look(worklist)
    page = official.page
    official.press(f"tr:has-text('{number}') a")
    official.look(step)
    for paper in page.locator("main a[href*='/documents/']").all()[:1]:
        with page.expect_popup() as opened:
            paper.click()
        assert opened.value.url.endswith("?look")
        opened.value.close()
    for box in page.locator("main .y-sure form input[type=checkbox]").all():
        box.check()
    official.press("main form button.govuk-button")
    assert page.locator(".govuk-error-summary").count() == 0, text_of(page)
    official.look(f"after {step}")
    return official.username


def _fetch(applicant: Someone, number: str) -> bytes:
    """The keeper seals, the worker delivers and closes; the applicant sees who read, and fetches the file."""
    applicant.go("/cases/")
    applicant.press(f"tr:has-text('{number}') a")
    page = applicant.page
    until = time.monotonic() + 40
    while page.locator(".govuk-tag:has-text('已办结')").count() == 0:
        assert time.monotonic() < until, text_of(page)
        time.sleep(0.3)
        page.reload()
    applicant.look("case with a certificate")
    for role in ("窗口", "审查", "审批"):
        assert role in page.locator("table:has-text('布局图.png')").inner_text()
    applicant.go("/cases/papers/")
    applicant.look("papers")
    page.go_back()
    with page.expect_download() as download:
        page.locator("main .y-card--seal a.govuk-button").click()
    return Path(download.value.path()).read_bytes()


def _verify(platform: Platform, certificate: bytes) -> None:
    """A stranger with nothing but the file; and one who altered it."""
    stranger = open_context(platform.browser, platform.url)
    platform.known["stranger"] = stranger
    page = stranger.go("/verify/?no=JY22201990000011")
    stranger.look("verify")
    forged = certificate.replace(b"/Producer", b"/producer", 1)
    forged = forged if forged != certificate else certificate[:-40] + b" " + certificate[-39:]
    for body, says in ((certificate, "y-verdict--good"), (forged, "y-verdict--bad")):
        page.set_input_files(
            "input[type=file]", FilePayload(name="certificate.pdf", mimeType="application/pdf", buffer=body)
        )
        stranger.press("main form button")
        expect(page.locator(f".{says}")).to_be_visible()
        stranger.look(says, answer=True)
        page.goto(f"{platform.url}/verify/")
    for path in ("/draws/", "/record/", "/nothing/", "/signed-out/", "/accounts/login/"):
        stranger.go(path)
        stranger.look(path)


def _supervise(platform: Platform, number: str) -> None:
    supervisor = platform.person("supervisor1")
    supervisor.go("/supervisor/?show=all")
    supervisor.look("supervisor cases")
    supervisor.press(f"tr:has-text('{number}') a")
    supervisor.look("supervisor case")
    supervisor.go("/supervisor/roster/")
    supervisor.look("supervisor roster")
    manager = platform.person("manager1")
    manager.go("/manager/")
    manager.look("manager")


def test_without_javascript_an_application_is_sent_once_and_withdrawn(platform: Platform) -> None:
    applicant = open_context(platform.browser, platform.url, "applicant2", java_script_enabled=False)
    applicant.sign_in()
    page = applicant.go("/")
    applicant.press("header button[name=large]")
    assert page.locator("html.y-large").count(), (
        "the switch of large print needs no scripts, and is kept on the next pages"
    )
    page.fill("[name=q]", "食品经营许可")
    applicant.press("main [role=search] button")
    applicant.press(f"main a[href*='{FOOD}']")
    applicant.press("main aside a.govuk-button")
    applicant.press("main form button")
    draft = page.url
    page.fill("[name=premises]", "长春市示范区净月大街 2 号")
    page.locator("[name=business_type]").nth(0).check()
    page.locator("[name=business_items]").nth(0).check()
    page.fill("[name=contact_phone]", "0431-80000002")
    page.set_input_files("[name=material_M03]", [FilePayload(name="a.png", mimeType="image/png", buffer=PNG)])
    page.press("[name=premises]", "Enter")
    page.wait_for_url(draft)
    assert page.get_by_text("a.png").count(), "Enter keeps the draft and removes nothing"
    applicant.press("button[value='go on']")
    applicant.press("main form button")
    case = page.url
    page.go_back()
    assert f"{page.url}receipt/" == case, "what was sent cannot be sent again: going back leads to the case"
    applicant.press("a[href$='/withdraw/']")
    applicant.press("main form button")
    assert "已撤回" in text_of(page)
    applicant.go("/cases/")
    assert page.locator("html.y-large").count()
    assert page.locator("main table tbody tr").count() == 1
    assert not applicant.failed
