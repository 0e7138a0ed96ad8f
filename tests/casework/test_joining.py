"""Pages that were scanned one by one become one paper, in order and turned; what nobody can read is refused in clear words."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from pypdf import PdfReader, PdfWriter

import town as towns
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework import draft, joining
from yimen.casework.document import open_document
from yimen.casework.joining import Sheet
from yimen.casework.paper import Paper
from yimen.pure.content import MOST_PAGES
from yimen.record.refusal import Refusal


def pdf(*widths: int, password: str = "") -> bytes:
    """A PDF whose pages are told apart by their width."""
    writer = PdfWriter()
    for width in widths:
        writer.add_blank_page(width, 800)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def drafted(town: towns.Town, *papers: tuple[str, bytes]) -> tuple[UUID, list[UUID]]:
    session = town.applicant.session
    new = draft.start(item=town.item, session=session, key=uuid4())
    draft.save(draft=new, organisation=town.organisation, form=towns.FORM, session=session)
    made = [draft.attach(draft=new, paper=Paper("layout", *one), session=session) for one in papers]
    return new, made


def pages_of(town: towns.Town, new: UUID) -> list[tuple[int, int]]:
    """Width and turn of every page of the only paper there is now."""
    (paper,) = draft.view(draft=new, session=town.applicant.session)["documents"]
    assert (paper["media_type"], paper["material"]) == ("application/pdf", "layout")
    content = open_document(document=UUID(paper["id"]), session=town.applicant.session).content
    return [(round(page.mediabox.width), page.rotation) for page in PdfReader(io.BytesIO(content)).pages]


def refused(code: str, doing: Any, *given: Any, **told: Any) -> Refusal:
    with pytest.raises(Refusal) as error:
        doing(*given, **told)
    assert error.value.code == code
    return error.value


def test_photographs_and_scans_become_one_paper_on_the_page_without_scripts() -> None:
    town = towns.town()
    new, (photo, scan) = drafted(town, ("一.png", towns.PAPER), ("二.pdf", pdf(300, 400)))
    home = visitor(town.applicant, language="en")
    page = home.get(f"/apply/{new}/pages/layout/").content.decode()
    assert page.count("Leave this page out") == 3
    told = {f"order-{scan}-2": "1", f"turn-{scan}-2": "180", f"order-{photo}-1": "2", f"turn-{photo}-1": "90"}
    wrong = home.post(f"/apply/{new}/pages/layout/", told | {f"order-{scan}-2": "one"})
    assert (wrong.status_code, "Write the place of each page as a number" in wrong.content.decode()) == (422, True)
    sent = home.post(f"/apply/{new}/pages/layout/", told | {f"out-{scan}-1": "on"})
    assert sent["Location"] == f"/apply/{new}/#id_material_layout"
    assert pages_of(town, new) == [(400, 180), (595, 90)]
    draft.file(draft=new, session=town.applicant.session, key=uuid4())


def test_what_was_added_after_the_pages_were_looked_at_stays_and_her_own_draft_leaves_no_readings() -> None:
    town = towns.town()
    new, (one, two) = drafted(town, ("一.pdf", pdf(300)), ("二.pdf", pdf(400)))
    home, session = visitor(town.applicant), town.applicant.session
    home.get(f"/apply/{new}/pages/layout/")
    late = draft.attach(draft=new, paper=Paper("layout", "后来.pdf", pdf(500)), session=session)
    home.post(f"/apply/{new}/pages/layout/", {f"order-{one}-1": "1", f"order-{two}-1": "2", f"out-{two}-1": "on"})
    there = {one["id"]: one["name"] for one in draft.view(draft=new, session=session)["documents"]}
    assert (there.pop(str(late)), list(there.values())) == ("后来.pdf", ["一.pdf"])
    refused(
        "pages.unknown",
        joining.join_pages,
        draft=new,
        material="layout",
        sheets=[Sheet(late, 1)],
        session=session,
        without=[one],
    )
    case = draft.file(draft=new, session=session, key=uuid4()).recorded.stream
    assert cases.view(case=case, session=session)["readings"] == []


def test_a_single_scan_is_turned_and_a_stranger_turns_nothing() -> None:
    town = towns.town()
    new, (scan,) = drafted(town, ("上下颠倒.pdf", pdf(300)))
    told: dict[str, Any] = {"draft": new, "material": "layout"}
    stranger = town.stranger.session
    refused("draft.missing", joining.join_pages, sheets=[Sheet(scan, 1, 180)], session=stranger, **told)
    refused("pages.none", joining.join_pages, sheets=[], session=town.applicant.session, **told)
    for sheet in (Sheet(uuid4(), 1), Sheet(scan, 2), Sheet(scan, 0), Sheet(scan, 1, 45)):  # type: ignore[arg-type]  # 45 is no turn
        refused("pages.unknown", joining.join_pages, sheets=[sheet], session=town.applicant.session, **told)
    joining.join_pages(sheets=[Sheet(scan, 1, 180)], session=town.applicant.session, **told)
    assert pages_of(town, new) == [(300, 180)]


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (pdf(300, password="x"), "document.locked", "without a password"),
        (pdf(*[300] * (MOST_PAGES + 1)), "document.too_many_pages", f"files of up to {MOST_PAGES} pages"),
    ],
)
def test_a_locked_paper_and_one_of_too_many_pages_are_refused_with_what_to_do(
    content: bytes, code: str, word: str
) -> None:
    town = towns.town()
    new, _ = drafted(town)
    paper = Paper("layout", "大.pdf", content)
    assert word in refused(code, draft.attach, draft=new, paper=paper, session=town.applicant.session).words
    assert draft.view(draft=new, session=town.applicant.session)["documents"] == []


def test_together_they_keep_to_the_limit_of_one_file_and_nothing_is_lost() -> None:
    town = towns.town()
    half = pdf(*[300] * (MOST_PAGES // 2 + 1))
    new, (one, two) = drafted(town, ("一.pdf", half), ("二.pdf", half))
    sheets = [Sheet(each, page + 1) for each in (one, two) for page in range(MOST_PAGES // 2 + 1)]
    told: dict[str, Any] = {"draft": new, "material": "layout", "session": town.applicant.session}
    refused("document.too_many_pages", joining.join_pages, sheets=sheets, **told)
    assert len(draft.view(draft=new, session=town.applicant.session)["documents"]) == 2
    joining.join_pages(sheets=sheets[:MOST_PAGES], **told)
    assert len(pages_of(town, new)) == MOST_PAGES
