"""Each paper the law wants: with every element, in both languages, once, sealed, and for those alone who may have it."""

import io
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from pypdf import PdfReader

import issued_ways as ways
import town as towns
from issued_elements import ALWAYS, BY_WAY, ELEMENTS
from yimen.casework import case as cases
from yimen.casework import document
from yimen.casework import issued as operations
from yimen.casework.document import open_document
from yimen.gateways.authority import trust
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs.keeper import issued, issued_print
from yimen.pure.issued import PAPERS
from yimen.pure.issued_verification import verify_issued
from yimen.pure.signed_pdf import squeezed
from yimen.pure.trust import read_trust
from yimen.pure.verification import NotGenuine, verify
from yimen.record import order, statement
from yimen.record.refusal import Refusal

LATER = datetime.now(UTC) + timedelta(days=30)  # some papers are made on a day to come
_ISSUED = """
    select i.number, i.kind, i.issued_no, i.document, i.content, e.kind as event, encode(e.hash, 'hex') as hash
    from casework_issued i join record_event e on e.stream = i.stream and e.number = i.number
    where i.stream = %s::uuid order by i.number
"""


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys in a folder of the test's own; the installation's are found again afterwards."""
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path / "keys")
    return tmp_path / "keys"


def issued_in(case: UUID) -> list[statement.Row]:
    return statement.rows("oversight", _ISSUED, [case])


def opened(town: towns.Town, paper: statement.Row) -> bytes:
    return open_document(document=paper["document"], session=town.someone("supervisor").session).content


def words_of(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def made(way: ways.Way, keys: Path) -> tuple[towns.Town, UUID, FileKeyStore]:
    town = towns.town(item=ways.ITEM | (way.item or {}))
    store = ways.founded(keys, town)
    case = way.come(town)
    ways.keeper_reads(case)
    return town, case, store


@pytest.mark.parametrize("way", ways.WAYS, ids=lambda way: f"{way.kind}-{way.come.__name__.strip('_')}")
def test_a_paper_has_every_element_and_its_place_on_the_record(way: ways.Way, own_keys: Path) -> None:
    town, case, store = made(way, own_keys)
    (paper,) = [one for one in issued_in(case) if one["event"] == way.event]
    assert paper["kind"] == way.kind
    pdf = opened(town, paper)
    text = words_of(pdf)

    facts = statement.document(
        "oversight", "select facts::jsonb from record_event where stream = %s and number = 1", [case]
    )
    elements = (*ALWAYS, *ELEMENTS[way.kind], *(BY_WAY[facts["delivery"]] if way.kind == "service" else ()))
    lacking = [one for one in elements if squeezed(one.zh) not in text or squeezed(one.en) not in text]
    assert lacking == []

    # its witness: stream, number and hash are printed, and verify inside; the seal is the special one and no other
    assert all(
        squeezed(one) in text for one in (str(case), f"第{paper['number']}号事件", paper["hash"], paper["issued_no"])
    )
    genuine = verify_issued(body=pdf, trust=read_trust(trust(store)), at=LATER)
    assert (genuine.head.hex(), genuine.events) == (paper["hash"], paper["number"])
    assert (genuine.seal.role, genuine.seal.agency_code) == ("special", town.agency_code)
    with pytest.raises(NotGenuine):
        verify(body=pdf, trust=read_trust(trust(store)), at=LATER)


def test_every_kind_of_paper_is_tried() -> None:
    assert {way.kind for way in ways.WAYS} == set(PAPERS) == set(ELEMENTS)
    held = statement.rows("oversight", "select kind, events from casework_issued_kind")
    assert {row["kind"]: tuple(row["events"]) for row in held} == {kind: one.events for kind, one in PAPERS.items()}


def test_read_twice_or_by_two_keepers_at_once_it_is_made_once(own_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = towns.town(item=ways.ITEM)
    store = ways.founded(own_keys, town)
    case = town.filed()
    press, both = threading.Lock(), threading.Barrier(2)
    make, store_away = issued_print.make_paper, document.keep
    results: list[bool] = []

    def one_press(**told: Any) -> bytes:  # two keepers are two processes, each with a press of its own
        with press:
            return make(**told)

    def kept_at_once(**told: Any) -> Any:
        stored = store_away(**told)
        both.wait()
        return stored

    monkeypatch.setattr(issued, "make_paper", one_press)
    monkeypatch.setattr(issued, "keep", kept_at_once)

    def keeper() -> None:
        results.append(issued.issue(case=case, event=1, keystore=store))
        order.close(login="keeper")

    keepers = [threading.Thread(target=keeper) for _ in range(2)]
    for one in keepers:
        one.start()
    for one in keepers:
        one.join()
    assert sorted(results) == [False, True]
    ways.keeper_reads(case)
    assert [one["kind"] for one in issued_in(case)] == ["receipt"]


def test_killed_after_it_was_stored_and_before_it_was_written_down_nothing_is_lost(
    own_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = towns.town(item=ways.ITEM)
    ways.founded(own_keys, town)
    case = town.filed()

    def killed(**_: Any) -> bool:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(operations, "issue", killed)
        with pytest.raises(SystemExit):
            ways.keeper_reads(case)
    assert issued_in(case) == []
    ways.keeper_reads(case)
    (paper,) = issued_in(case)
    assert opened(town, paper).startswith(b"%PDF-")


def test_what_cannot_be_made_is_parked_and_reception_goes_on(own_keys: Path) -> None:
    town = towns.town(item=ways.ITEM)
    case = town.filed()  # and there are no keys
    event = {"stream": case, "number": 1, "kind": "case.submitted", "tries": None, "place": 0}
    with pytest.raises(Exception, match=r"keys\."):
        issued.handle(event)
    town.accept(case)
    ways.founded(own_keys, town)
    ways.keeper_reads(case)
    assert [one["kind"] for one in issued_in(case)] == ["receipt", "acceptance"]


def test_who_may_open_what_was_issued_and_that_it_leaves_a_trace(own_keys: Path) -> None:
    town, case, _ = made(ways.Way("acceptance", "case.accepted", lambda town: town.brought_to("deciding")), own_keys)
    papers = {one["kind"]: one["document"] for one in issued_in(case)}
    judging = {"receipt"}
    for who, may in (
        (town.applicant, {"receipt", "acceptance"}),
        (town.drawn(case, "counter"), {"receipt", "acceptance"}),
        (town.someone("supervisor"), {"receipt", "acceptance"}),
        (town.drawn(case, "examiner"), judging),
        (town.drawn(case, "decider"), judging),
        (town.stranger, set()),
        (town.not_drawn(case, "counter"), set()),
        (town.someone("maker"), set()),
    ):
        if may:
            assert {one["kind"] for one in cases.view(case=case, session=who.session)["issued"]} == may
        for kind, paper in papers.items():
            if kind in may:
                assert open_document(document=paper, session=who.session).name.endswith(".pdf")
            else:
                with pytest.raises(Refusal, match=r"document\.missing"):
                    open_document(document=paper, session=who.session)
    read = cases.view(case=case, session=town.applicant.session)["readings"]
    assert [one["role"] for one in read if one["material"] == "issued_contact"] == ["applicant", "clerk", "supervisor"]
    assert [one["material"] for one in cases.view(case=case, session=town.applicant.session)["documents"]] == ["layout"]


def test_done_on_the_spot_needs_no_notice_of_acceptance_unless_it_becomes_a_promise_case(own_keys: Path) -> None:
    town = towns.town(item=ways.ITEM | {"instant": True, "limits": ways.LIMITS})
    ways.founded(own_keys, town)
    case = town.brought_to("granted")
    ways.keeper_reads(case)
    ways.keeper_reads(case)  # and the agency's signature, which the first reading brought
    assert [one["kind"] for one in issued_in(case)] == ["receipt", "grant"]
    (receipt, _) = issued_in(case)
    assert "不另发受理通知书" in words_of(opened(town, receipt))

    few = towns.town(item=ways.ITEM | {"instant": True, "limits": ways.LIMITS}, roles={"examiner": 0})
    ways.founded(own_keys, few)
    case = few.brought_to("examining")
    ways.keeper_reads(case)
    assert [one["kind"] for one in issued_in(case)] == ["receipt", "acceptance"]
