"""An honest city for questions: cases of every state, certificates from the keeper, visits, two days of draws, signed minutes."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

import town as towns
from an_item import an_item, changed
from town_item import resident_id
from yimen.casework import case as cases
from yimen.casework import visit
from yimen.casework.document import open_document
from yimen.casework.trust import trust_path
from yimen.gateways.authority import Agency, Seal, found_demonstration_ca, trust
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs import notices, worker
from yimen.jobs.keeper import issued
from yimen.jobs.keeper import loop as keeper
from yimen.record import draws
from yimen.registry import revision

READERS = (worker, keeper, issued, notices)
STALL = {"business_type": "摊贩"}
FEE = {
    "code": "new",
    "name_zh": "工本费",
    "name_en": "Fee",
    "amount": 2000,
    "basis": "某办法第三条",
    "when": {"field": "business_type", "is": ["摊贩"]},
}
ITEM: dict[str, Any] = {"service_objects": ["1", "2"], "delivery": ["electronic", "window"], "fees": [FEE]}
STATES = ("received", "examining", "deciding", "granted", "granted")


def tick() -> None:
    """What worker and keeper do within a minute, until there is nothing left to do."""
    while sum(reader.step() for reader in READERS):
        pass
    draws.reveal_days()
    worker.what_time_brings()
    worker.look_at_open_cases()
    for reader in READERS:
        reader.step()
    keeper.minute()


def keys_of(town: towns.Town) -> None:
    """The keys of a town's agency and seal, as `yimen keys make` makes them for a folder."""
    for name in ("KEYS_DIR", "DOCUMENTS_DIR", "RECORD_DIR"):
        getattr(settings, name).mkdir(mode=0o700, exist_ok=True)
    store = FileKeyStore(settings.KEYS_DIR)
    agency = Agency(code=town.agency_code, name="示范局")
    seal = Seal(code=town.seal, name="章", agency_code=agency.code, agency_name=agency.name)
    found_demonstration_ca(store, agencies=[agency], seals=[seal], at=datetime.now(UTC) - timedelta(days=2))
    trust_path().write_text(trust(store), encoding="utf-8")


def ahead(days: int) -> None:
    with towns.testing_city_owner() as owner:
        owner.execute("update record_clock set ahead = make_interval(days => %s)", [days])


def make(monkeypatch: pytest.MonkeyPatch, **told: Any) -> towns.Town:
    """Live yesterday and today in the city of this database."""
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))
    ahead(-1)
    town = towns.town(item=ITEM, roles={"clerk": 5, "editor": 1, "reviewer": 1}, **told)
    keys_of(town)
    certified(town)
    ahead(0)
    for one in [*town.applicants, *(one for many in town.people.values() for one in many)]:
        one.__dict__.pop("_session", None)
    for day in (towns.today(), towns.today() + timedelta(days=1)):
        towns.commit_day(town, day)
    *_, last = [town.brought_to(state) for state in STATES]
    visited(town)
    revised(town)
    tick()
    town.custody(last, "maker")
    tick()
    return town


def certified(town: towns.Town) -> Any:
    """One case to its end; its paper is read by the clerk on the way."""
    case = town.filed()
    clerk = town.drawn(case, "counter").session
    (paper, *_) = cases.view(case=case, session=clerk)["documents"]
    open_document(document=paper["id"], session=clerk)
    for act in (town.accept, town.examine, town.decide):
        act(case)
    tick()
    for purpose in ("maker", "first_custodian", "second_custodian"):
        town.custody(case, purpose)
    tick()
    return case


def charged(town: towns.Town) -> None:
    """One fee is open, and a certificate that was paid for lies at the window."""
    town.ordered(town.brought_to("examining", form=STALL))
    case = town.brought_to("examining", delivery="window", form=STALL)
    town.paid(case, 2000)
    for act in (town.examine, town.decide):
        act(case)
    tick()
    for purpose in ("maker", "first_custodian", "second_custodian"):
        town.custody(case, purpose)
    tick()


def revised(town: towns.Town) -> None:
    """An item that came into force by a revision, and was changed by another."""
    editor, reviewer = (town.someone(role).session for role in ("editor", "reviewer"))
    whole = an_item(town.agency_code)
    for one in (whole, changed(whole, hours="周末")):
        stream = revision.begin(why="编制", items=[one], session=editor, key=uuid4()).stream
        revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
        reviewed = revision.read(revision=stream, session=reviewer).draft
        revision.publish(revision=stream, after=2, why="同意", reviewed=reviewed, session=reviewer, key=uuid4())


def visited(town: towns.Town) -> None:
    for ends in (True, False):
        stood = visit.open_visit(
            resident_id=resident_id(),
            name_zh="林小满",
            name_en="Lin Xiaoman",
            checked="seen",
            session=town.someone("clerk").session,
            key=uuid4(),
        )
        if ends:
            visit.end(
                visit=stood.visit, outcome="advice", session=town.drawn(stood.visit, "window").session, key=uuid4()
            )
