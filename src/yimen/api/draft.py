"""
Drafts and their papers, for whoever fills them in: an applicant for herself or whom she may act for, or a clerk for the
person whom chance gave her. The same addresses; the token says which.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, filing_shapes, shapes, uploads
from yimen.api.answer import answer, page, read_cursor, receipt, saved
from yimen.api.papers import one_file
from yimen.api.token import bearer, session_of
from yimen.casework import draft as drafts
from yimen.casework import joining
from yimen.casework.joining import Sheet
from yimen.casework.paper import paper_of

router = Router(tags=["drafts"], auth=bearer)


@router.post("/drafts", response={201: filing_shapes.DraftMade})
def start(request: HttpRequest, given: asked.DraftNew, key: asked.Key) -> HttpResponse:
    """Begin an application, at the window for the person of a `visit`; the same key comes back to the same draft."""
    made = drafts.start(item=given.item, session=session_of(request), key=key, visit=given.visit)
    return answer({"draft": made}, status=201)


@router.get("/drafts", response=filing_shapes.Drafts)
def my_drafts(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """List my drafts, the last saved first."""
    rows = drafts.drafts(session=session_of(request), limit=limit, before=read_cursor(cursor, saved))
    return answer(page(rows, limit=limit, place=["saved_at", "draft"]))


@router.get("/drafts/{uuid:draft}", response=filing_shapes.Draft)
def view_draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Show a draft: its papers, what it lacks, what need not be given again, and for whom it may be filed."""
    return answer(drafts.view(draft=draft, session=session_of(request)))


@router.put("/drafts/{uuid:draft}", response={204: None})
def save(request: HttpRequest, draft: UUID, given: asked.DraftKept) -> HttpResponse:
    """Keep what was typed so far, right or wrong, and how the result shall come."""
    drafts.save(draft=draft, **given.dict(), session=session_of(request))
    return HttpResponse(status=204)


@router.post("/drafts/{uuid:draft}/documents", response={201: filing_shapes.DocumentMade}, openapi_extra=uploads.PAPER)
def attach(request: HttpRequest, draft: UUID) -> HttpResponse:
    """
    Add a paper for one material to a draft, or to a case whose correction is being answered; judged by its content.

    At the window a page that the person signed has the material `signed_confirmation`, and brings the `mark` that is printed on it.
    """
    paper = paper_of(one_file(request, "material", "mark"), material=request.POST.get("material", ""))
    mark = request.POST.get("mark", "")[:40]
    document = drafts.attach(draft=draft, paper=paper, session=session_of(request), mark=mark)
    return answer({"document": document}, status=201)


@router.post("/drafts/{uuid:draft}/reuse", response={201: filing_shapes.DocumentMade})
def reuse(request: HttpRequest, draft: UUID, given: asked.Reused) -> HttpResponse:
    """Use an earlier paper, or a result issued here, that the draft's `offers` name, instead of giving it again."""
    document = drafts.reuse(draft=draft, **given.dict(), session=session_of(request))
    return answer({"document": document}, status=201)


@router.post("/drafts/{uuid:draft}/renew", response=filing_shapes.Renewed)
def renew(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Carry a draft over to the version of its item that is in force; what still matters stays."""
    return answer({"renewed": drafts.renew(draft=draft, session=session_of(request))})


@router.get("/drafts/{uuid:draft}/pages/{material}", response=filing_shapes.Sources)
def pages(request: HttpRequest, draft: UUID, material: asked.ItemCode) -> HttpResponse:
    """List the papers of one material of a draft with how many pages each has."""
    found = joining.sources(draft=draft, material=material, session=session_of(request))
    return answer({"items": [vars(one) for one in found]})


@router.post("/drafts/{uuid:draft}/join", response={201: filing_shapes.DocumentMade})
def join(request: HttpRequest, draft: UUID, given: asked.Joined) -> HttpResponse:
    """Make one paper of the chosen pages, in order and turned; the papers it was made of are taken out."""
    sheets = [Sheet(**one.dict()) for one in given.sheets]
    made = joining.join_pages(draft=draft, material=given.material, sheets=sheets, session=session_of(request))
    return answer({"document": made}, status=201)


@router.delete("/documents/{uuid:document}", response={204: None})
def detach(request: HttpRequest, document: UUID) -> HttpResponse:
    """Take a paper that is not filed out again and erase it."""
    drafts.detach(document=document, session=session_of(request))
    return HttpResponse(status=204)


@router.post("/drafts/{uuid:draft}/file", response={201: shapes.Filed})
def file(request: HttpRequest, draft: UUID, key: asked.Key) -> HttpResponse:
    """File a draft; at the window, once the person confirmed it. Sent again with its key, it is answered from the record."""
    applied = drafts.file(draft=draft, session=session_of(request), key=key)
    return answer(receipt(applied.recorded, number=applied.number), status=201)
