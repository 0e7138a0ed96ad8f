"""What window clerks do: greet and serve people, receive applications, keep originals, and hand results out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, filing_shapes, shapes
from yimen.api.answer import answer, page, read_cursor, receipt, since
from yimen.api.moving import moved
from yimen.api.token import bearer, session_of
from yimen.casework import confirmation, delivery, following, intake, original
from yimen.casework import visit as visits
from yimen.casework.intake import Missing

router = Router(tags=["counter"], auth=bearer)


@router.get("/visits", response=filing_shapes.Visits)
def visits_waiting(request: HttpRequest) -> HttpResponse:
    """List the people chance gave to me and who wait, with their drafts and their cases."""
    return answer({"items": visits.waiting(session=session_of(request))})


@router.post("/visits", response={201: filing_shapes.Greeted})
def greet(request: HttpRequest, given: asked.Greeting, key: asked.Key) -> HttpResponse:
    """Greet a person; chance gives her to another clerk. Who is here already keeps her number and her clerk."""
    opened = visits.open_visit(**given.dict(), session=session_of(request), key=key)
    return answer(vars(opened), status=201)


@router.get("/visits/{uuid:visit}/cases", response=filing_shapes.VisitorCases)
def visitor_cases(request: HttpRequest, visit: UUID) -> HttpResponse:
    """List what I need of the person before me: her cases, with the originals here and what could not be checked."""
    return answer({"items": visits.cases_of(visit=visit, session=session_of(request))})


@router.post("/visits/{uuid:visit}/end", response=shapes.Recorded)
def end_visit(request: HttpRequest, visit: UUID, given: asked.VisitEnded, key: asked.Key) -> HttpResponse:
    """End a visit with what came of it."""
    return answer(receipt(visits.end(visit=visit, **given.dict(), session=session_of(request), key=key)))


@router.post("/drafts/{uuid:draft}/confirmation", response={201: filing_shapes.Asked})
def ask_confirmation(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Get a one-time code under which the person before me confirms what is about to be filed, or answered to a correction notice."""
    code, until = confirmation.ask_confirmation(draft=draft, session=session_of(request))
    return answer({"code": code, "until": until}, status=201)


@router.get("/cases/{uuid:case}/answers", response=filing_shapes.Kept)
def kept_answers(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show what is answered to a correction notice for the person before me, and whether she confirmed it."""
    return answer(confirmation.kept_answers(case=case, session=session_of(request)))


@router.put("/cases/{uuid:case}/answers", response=filing_shapes.Kept)
def keep_answers(request: HttpRequest, case: UUID, given: asked.Answered) -> HttpResponse:
    """
    Keep what is answered to a correction notice for the person before me.

    She confirms it as she confirms a draft (its id is the case's); then it is sent by `correct`, with the same answers.
    """
    return answer(confirmation.keep_answers(case=case, **given.dict(), session=session_of(request)))


@router.post("/cases/{uuid:case}/follow-code", response={201: filing_shapes.FollowCode})
def print_follow_code(request: HttpRequest, case: UUID) -> HttpResponse:
    """Make a new code with which the person before me follows her case without an account; the one before ends."""
    return answer({"code": following.print_code(case=case, session=session_of(request))}, status=201)


@router.get("/originals", response=filing_shapes.OriginalsOut)
def originals_out(request: HttpRequest, limit: asked.Limit = 50, cursor: asked.Cursor = None) -> HttpResponse:
    """List the originals that I had in hand and that still lie here although their case is over, the longest first."""
    rows = original.out(session=session_of(request), limit=limit, after=read_cursor(cursor, since))
    return answer(page(rows, limit=limit, place=["since", "stream"]))


@router.post("/cases/{uuid:case}/accept", response=shapes.Recorded)
def accept(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Take an application into the process; the legal clocks start, and chance draws the examiner."""
    return moved(intake.accept, request, case, given, key)


@router.post("/cases/{uuid:case}/ask-correction", response=shapes.Recorded)
def ask_correction(request: HttpRequest, case: UUID, given: asked.CorrectionAsked, key: asked.Key) -> HttpResponse:
    """Tell the applicant once everything that is missing or wrong."""
    missing: list[Any] = [Missing(**one.dict()) for one in given.missing]
    return moved(intake.ask_correction, request, case, given, key, missing=missing)


@router.post("/cases/{uuid:case}/not-required", response=shapes.Recorded)
def not_required(request: HttpRequest, case: UUID, given: asked.Reasoned, key: asked.Key) -> HttpResponse:
    """Say that what was applied for needs no licence. The case is over."""
    return moved(intake.not_required, request, case, given, key)


@router.post("/cases/{uuid:case}/refuse", response=shapes.Recorded)
def refuse(request: HttpRequest, case: UUID, given: asked.Refused, key: asked.Key) -> HttpResponse:
    """Do not accept what is another agency's matter, and say where to go. The case is over."""
    return moved(intake.refuse, request, case, given, key)


@router.post("/cases/{uuid:case}/take-original", response=shapes.Recorded)
def take_original(request: HttpRequest, case: UUID, given: asked.OriginalTaken, key: asked.Key) -> HttpResponse:
    """Take originals of a material, against a receipt."""
    return moved(original.take, request, case, given, key)


@router.post("/cases/{uuid:case}/return-original", response=shapes.Recorded)
def return_original(request: HttpRequest, case: UUID, given: asked.OriginalReturned, key: asked.Key) -> HttpResponse:
    """Give back what was taken at event `taken`."""
    return moved(original.give_back, request, case, given, key)


@router.post("/cases/{uuid:case}/see", response=shapes.Recorded)
def see(request: HttpRequest, case: UUID, given: asked.SeenDocument, key: asked.Key) -> HttpResponse:
    """Say that I saw the document behind what could not be checked when the case was filed."""
    return moved(original.see, request, case, given, key)


@router.post("/cases/{uuid:case}/post", response=shapes.Recorded)
def post(request: HttpRequest, case: UUID, given: asked.Posted, key: asked.Key) -> HttpResponse:
    """Send the certificate by post, under the carrier's number."""
    return moved(delivery.post, request, case, given, key)


@router.post("/cases/{uuid:case}/arrived", response=shapes.Recorded)
def arrived(request: HttpRequest, case: UUID, given: asked.Arrived, key: asked.Key) -> HttpResponse:
    """Note by hand that a parcel arrived, and on which evidence; where a carrier is connected, it is asked without you."""
    return moved(delivery.note_arrival, request, case, given, key)


@router.post("/cases/{uuid:case}/came-back", response=shapes.Recorded)
def came_back(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Note by hand that a parcel came back and is here; the applicant is told to collect it."""
    return moved(delivery.note_return, request, case, given, key)


@router.post("/cases/{uuid:case}/lost", response=shapes.Recorded)
def lost(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Note by hand that the carrier says it lost a parcel; the applicant is told to collect the result."""
    return moved(delivery.note_loss, request, case, given, key)


@router.post("/cases/{uuid:case}/hand-over", response=shapes.Recorded)
def hand_over(request: HttpRequest, case: UUID, given: asked.HandedOver, key: asked.Key) -> HttpResponse:
    """Hand the certificate to the person whose document I saw; `late` when it had been kept."""
    return moved(delivery.hand_over, request, case, given, key)


@router.post("/cases/{uuid:case}/keep", response=shapes.Recorded)
def keep(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Keep a certificate that nobody collected in time."""
    return moved(delivery.keep, request, case, given, key)
