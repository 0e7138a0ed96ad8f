"""What anyone sees: front page, guide, draws, record, verification; and what is not there."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

import certificate_kit as kit
import town as towns
from counted import statements
from visiting import visitor
from yimen.casework.trust import published_trust
from yimen.gateways.authority import trust as kit_trust
from yimen.gateways.keystore import FileKeyStore
from yimen.pure.draw_check import check_day
from yimen.pure.minutes import minute_message
from yimen.record import draws as record_draws
from yimen.web import draws

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"


def test_from_the_front_page_an_item_is_found_by_words_by_kind_and_by_agency() -> None:
    town = towns.town()
    with statements("public") as seen:
        page = visitor().get("/")
    assert len(seen) <= 1, seen
    assert {one["name"]: one["url"] for one in page.context["ways"]}["By agency"] == "/items/"
    assert f"/items/?agency={town.agency_code}" in visitor().get("/items/").content.decode()
    for asked in (f"agency={town.agency_code}", f"q={town.item}", f"kind=organisation&after={town.item[:-1]}"):
        for part, most in (("", 2), ("&part", 1)):
            with statements("public") as seen:
                listed = visitor().get(f"/items/?{asked}{part}").content.decode()
            assert f"/guide/{town.item}/" in listed
            assert ("<h1" in listed) is (not part)
            assert len(seen) <= most, seen
    assert "By agency" in visitor().get("/items/?q=&part").content.decode()
    for asked in ("theme=nothing", "event=%00", "agency=nothing", "q=%00nothing", "kind=nothing", "agency=x&after=%00"):
        assert visitor().get(f"/items/?{asked}").status_code == 200
    guide = visitor().get(f"/guide/{town.item}/")
    assert b"Food business licence (new)" in guide.content
    assert b"7 working days" in guide.content


def test_a_page_is_kept_for_nobody_else() -> None:
    towns.town()
    assert visitor().get("/")["Cache-Control"] == "private, no-cache"


def test_the_guide_needs_two_statements_the_item_and_what_it_really_took() -> None:
    town = towns.town()
    visitor().get(f"/guide/{town.item}/")
    with statements("public") as seen:
        visitor().get(f"/guide/{town.item}/")
    assert len(seen) <= 2, seen


@pytest.mark.parametrize("path", ["/nothing/", "/guide/nothing/", "/draws/2026-02-30/", "/guide/%00/", "/draws/x.json"])
def test_what_is_not_there_is_said_in_both_languages(path: str) -> None:
    assert visitor().get(path).status_code == 404
    assert "没有" in visitor(language="zh-hans").get(path).content.decode()


def test_the_language_is_switched_and_remembered() -> None:
    client = visitor(language="zh-hans")
    assert "首页" in client.get("/").content.decode()
    switched = client.post("/language/", {"language": "en", "next": "/verify/?no=1"})
    assert switched["Location"] == "/verify/?no=1"
    assert "Front page" in client.get("/").content.decode()


def test_a_day_of_draws_is_recomputed_from_public_data_alone() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    client = visitor()
    day = record_draws.today()
    with statements("public") as seen:
        page = client.get("/draws/")
    assert len(seen) <= 2, seen
    assert str(case)[:8] in page.content.decode()
    listed = json.loads(client.get(f"/draws/{day}.json").content)
    mine = [one for one in listed if one["pool"] in (str(town.centre), str(town.agency))]
    assert len(mine) == 2
    for one in mine:
        assert not [found for found in check_day(one) if found.level == "wrong"]
    for other in (day - timedelta(days=1), date.min, date.max):
        assert client.get(f"/draws/{other}/").status_code == 200


def test_an_opened_draw_is_marked_as_it_computes() -> None:
    town = towns.town(committed=False)
    halves = secrets.token_bytes(32), secrets.token_bytes(32)
    towns.commit_day(town, halves=halves)
    town.filed()
    public = next(one for one in record_draws.public_day(day=record_draws.today()) if one["pool"] == str(town.centre))
    assert [one["standing"] for one in draws._pool(public)["draws"]] == ["waiting"]
    opened = public | {"centre_half": halves[0].hex(), "supervisor_half": halves[1].hex()}
    assert [one["standing"] for one in draws._pool(opened)["draws"]] == ["passed"]
    drawn = opened["draws"][0]
    other = next(one["pseudonym"] for one in opened["roster"] if one["pseudonym"] != drawn["chosen"])
    steered = opened | {"draws": [drawn | {"chosen": other}]}
    assert [one["standing"] for one in draws._pool(steered)["draws"]] == ["failed"]
    swapped = opened | {"centre_half": secrets.token_hex(32)}
    assert draws._pool(swapped)["findings"]


def test_the_record_page_is_there_before_anything_is_signed() -> None:
    with statements("public") as seen:
        assert visitor().get("/record/").status_code == 200
    assert len(seen) <= 1, seen
    assert visitor().get("/record/?before=x").status_code == 400


def test_without_published_keys_nothing_is_verified_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    page = visitor().get("/verify/")
    assert page.status_code == 503
    assert "not published yet" in page.content.decode()
    assert visitor().get("/trust.json").status_code == 503


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the kit's city and, beside it, that city's trust."""
    folder = tmp_path_factory.mktemp("city")
    store = kit.make_keys(folder / "keys")
    (folder / "trust.json").write_text(kit_trust(store), encoding="utf-8")
    forge = kit.Forge(store)
    forge.decide(kit.decision_of(valid_until="2099-12-31"))
    (folder / "certificate.pdf").write_bytes(forge.build())
    return folder / "certificate.pdf"


def sent(language: str, name: str, content: bytes) -> tuple[int, str]:
    page = visitor(language=language).post("/verify/", {"file": SimpleUploadedFile(name, content)})
    return page.status_code, page.content.decode()


def test_a_certificate_is_verified_and_the_first_failed_check_is_named_in_words(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", certificate.parent)
    body = certificate.read_bytes()
    status, page = sent("en", "certificate.pdf", body)
    assert (status, "y-verdict--good" in page) == (200, True)
    assert "JY29901040000017" in page
    assert "Not on record here" in page
    assert page.count("y-check--passed") == 14
    place = body.index(b"\n%") + 2
    forged = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    for language, says in (("en", "The content was changed after signing"), ("zh-hans", "文件内容在签章之后被改动过")):
        status, page = sent(language, "certificate.pdf", forged)
        assert (status, says in page) == (200, True)
        assert (page.count("y-check--passed"), page.count("y-check--failed"), page.count("y-check--unseen")) == (
            2,
            1,
            11,
        )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose the PDF file"),
        (b"x" * 60_000, "larger than"),
        (b"<script>alert(1)</script>", "Do not trust this file"),
    ],
)
def test_a_bad_file_is_told_what_is_wrong_with_it(
    content: bytes, says: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", certificate.parent)
    monkeypatch.setattr(settings, "MAX_UPLOAD_BYTES", 50_000)
    _, page = sent("en", "<script>x</script>.pdf", content)
    assert says in page
    assert "<script>" not in page.replace("<script src=", "")


def test_the_number_of_a_scanned_code_is_shown_as_text(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", certificate.parent)
    page = visitor().get("/verify/", {"no": "<b>JY1</b>"}).content.decode()
    assert "&lt;b&gt;JY1" in page
    trust = visitor().get("/trust.json")
    assert json.loads(trust.content)["version"] == 1


def test_signed_minutes_are_checked_with_the_published_key(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", certificate.parent)
    store, at, running = FileKeyStore(certificate.parent / "keys"), datetime.now(UTC), secrets.token_bytes(32)
    signature = store.sign("record", minute_message(place=7, running=running, at=at))
    row = {"place": 7, "running": running.hex(), "at": at, "signature": signature.hex()}
    assert draws._standing(row, published_trust()) == "passed"
    assert draws._standing(row | {"place": 8}, published_trust()) == "failed"
    assert draws._standing(row, None) == "unseen"
