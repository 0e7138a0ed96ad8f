"""A person at the window of a town: greeted, served by whom chance drew, and filed for."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

import town as towns
from town_item import resident_id
from yimen.casework import certificate, confirmation, decision, delivery, draft, intake, visit
from yimen.casework.document import Stored
from yimen.casework.paper import Paper
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity as identity

PERSONAL: dict[str, Any] = {"service_objects": ["1"]}
PLACE = {"examiner": "agency", "decider": "agency"}
EVERYBODY: dict[str, Any] = {"service_objects": ["1", "2"]}


def greeted(
    town: towns.Town, number: str = "", *, by: towns.Someone | None = None, checked: visit.Checked = "seen"
) -> visit.Visit:
    return visit.open_visit(
        resident_id=number or resident_id(),
        name_zh="林小满",
        name_en="Lin Xiaoman",
        checked=checked,
        session=(by or town.someone("clerk")).session,
        key=uuid4(),
    )


def filled(town: towns.Town, stood: visit.Visit, *, delivery: str = "electronic") -> tuple[UUID, towns.Someone]:
    """A draft filled in for the person by the clerk whom chance drew."""
    clerk = town.drawn(stood.visit, "window")
    new = draft.start(item=town.item, session=clerk.session, key=uuid4(), visit=stood.visit)
    draft.save(
        draft=new,
        organisation=None,
        form=towns.FORM,
        session=clerk.session,
        delivery=delivery,
        address="人民大街 1 号" if delivery == "post" else "",
    )
    draft.attach(draft=new, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk.session)
    return new, clerk


def screen(new: UUID, clerk: towns.Someone) -> str:
    """The person opens on a screen of her own what the clerk asks her to confirm; the secret of that screen."""
    code, _ = confirmation.ask_confirmation(draft=new, session=clerk.session)
    return confirmation.open_confirmation(code=code)


def confirmed(new: UUID, clerk: towns.Someone) -> str:
    secret = screen(new, clerk)
    confirmation.confirm(secret=secret, digest=str(confirmation.confirmation(secret=secret)["digest"]))
    return secret


def signed(new: UUID, clerk: towns.Someone, *, mark: str = "") -> UUID:
    """The person signs the printed page instead; the clerk types the mark at its foot."""
    mark = mark or draft.view(draft=new, session=clerk.session)["mark"]
    paper = Paper("signed_confirmation", "签名.png", towns.PAPER)
    return draft.attach(draft=new, paper=paper, session=clerk.session, mark=mark)


def scan() -> SimpleUploadedFile:
    """A page as a scanner gives it."""
    return SimpleUploadedFile("签名.png", towns.PAPER, "image/png")


def filed(town: towns.Town, *, checked: visit.Checked = "seen", delivery: str = "electronic") -> UUID:
    new, clerk = filled(town, greeted(town, checked=checked), delivery=delivery)
    confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    return new


def followed(town: towns.Town) -> tuple[UUID, str, str]:
    """A case filed at the window, its number, and the code that the person got."""
    new, clerk = filled(town, greeted(town))
    secret = confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    told = confirmation.confirmation(secret=secret)
    return new, told["case"]["number"], told["follow"]


def follow(ask: Any, number: str, code: str) -> dict[str, Any]:
    """As the page does it: the try is counted, the reading written down, and then it is answered."""
    ask("public", "select casework_guess('follow', %s, %s)", number, code)
    ask("public", "select casework_follow_read(%s, %s)", number, code)
    return dict(ask("public", "select casework_follow(%s, %s)", number, code)[0][0])


def sealed(town: towns.Town, case: UUID) -> UUID:
    """Have the keeper put a file under seal for a case whose seal was released; not a real certificate."""
    pdf = secrets.token_bytes(32)
    stored = Stored(
        media_type="application/pdf", size=32, salt=b"s" * 16, digest=hashlib.sha256(pdf).digest(), stored_as="x", key=b"k" * 32
    )  # fmt: skip
    certificate.seal(case=case, after=town.head(case), pdf=pdf, stored=stored)
    return case


def brought_to(town: towns.Town, state: str, **told: Any) -> UUID:
    """A case as far as its result lies at the window: sealed, posted, come back, or kept."""
    case = sealed(town, town.brought_to("released", **told))
    if state == "sealed":
        return case
    clerk = town.drawn(case, "deliverer").session
    if told.get("delivery") == "post":
        number = f"EMS{secrets.token_hex(5)}"
        delivery.post(case=case, after=town.head(case), carrier="ems", tracking=number, session=clerk, key=uuid4())
    if state in ("back", "kept"):
        delivery.note_return(case=case, after=town.head(case), session=clerk, key=uuid4())
    if state == "kept":
        uncollected(case)
        delivery.keep(case=case, after=town.head(case), session=clerk, key=uuid4())
    return case


def uncollected(case: UUID) -> None:
    """Let the time in which a result can be collected be over."""
    with towns.testing_city_owner() as owner:
        sql = "update casework_clock set due_on = registry_today() - 1 where stream = %s and name = 'collection'"
        owner.execute(sql, [case])


def correction_asked(town: towns.Town, case: UUID) -> None:
    missing = [intake.Missing(material="layout", what="请标明面积")]
    clerk = town.drawn(case, "counter").session
    intake.ask_correction(case=case, after=town.head(case), missing=missing, session=clerk, key=uuid4())


def sent_back(town: towns.Town, case: UUID) -> None:
    decider = town.drawn(case, "decider").session
    decision.send_back(case=case, after=town.head(case), reason="请核对布局图", session=decider, key=uuid4())


@contextmanager
def days(town: towns.Town) -> Iterator[Callable[[int], None]]:
    """Let days pass, one call after another; everybody signs in anew, and each day is committed. Afterwards it is today again."""
    registrars = towns.founded(towns.testing_city.current().database)

    def ahead(count: int) -> None:
        for one in registrars:
            one.__dict__.pop("_session", None)
        towns._ahead(town, count)

    def until(count: int) -> None:
        ahead(count)
        towns.commit_day(town)

    try:
        yield until
    finally:
        ahead(0)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each with connections of its own; what each returned, or the code with which it was refused."""

    def do(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def newcomer(town: towns.Town, role: str) -> towns.Someone:
    """Somebody new gets a post of this role and is on duty every day; she counts from the next commitment."""
    person, post, name = uuid4(), uuid4(), f"new-{uuid4().hex[:8]}"
    place = PLACE.get(role, "centre")
    body = {
        "people": [{"id": str(person), "staff_no": name, "username": name, "name_zh": "新人", "name_en": "New", "identity": towns.identity()}],
        "posts": [{"id": str(post), "person": str(person), "role": role, place: str(getattr(town, place))}],
        "duty": [{"post": str(post), "weekday": day} for day in range(1, 8)],
    }  # fmt: skip
    towns.enter(body, *towns.founded(towns.testing_city.current().database))
    town.people[role].append(towns.Someone(person, post, name, role))
    return town.people[role][-1]


def leaves(town: towns.Town, who: towns.Someone, *, how: str) -> None:
    """Somebody leaves her post, all her duty, or the service altogether."""
    now = datetime.now(UTC).isoformat()
    place = {PLACE.get(who.role, "centre"): str(getattr(town, PLACE.get(who.role, "centre")))}
    bodies: dict[str, dict[str, Any]] = {
        "post": {"posts": [{"id": str(who.post), "person": str(who.person), "role": who.role, "ended_at": now, **place}]},
        "duty": {"duty": [{"post": str(who.post), "weekday": day, "ended_at": now} for day in range(1, 8)]},
        "person": {"people": [{"id": str(who.person), "staff_no": who.username, "username": who.username, "name_zh": "某",
                               "name_en": "Gone", "identity": towns.identity(), "ended_at": now}]},
    }  # fmt: skip
    towns.enter(bodies[how], *towns.founded(towns.testing_city.current().database))
