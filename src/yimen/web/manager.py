"""The centre manager: lays down the centre's half of a day's seed, and with it closes the roster of that day."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.oversight.days import coming
from yimen.record import draws
from yimen.record.events import Session
from yimen.web.door import signed_in
from yimen.web.halves import laid_down, waiting_days
from yimen.web.work import done, notice_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def open_days(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the coming days of every pool, and open those that are not open yet."""
    if request.method == "POST":
        laid_down(request, session, draws.open_day)
        return done("manager_draws", "committed")
    found = coming(session=session)
    context = {
        "today": date.fromisoformat(found["today"]),
        "coming": waiting_days(found, side="centre"),
        **notice_of(request),
    }
    return render(request, "manager/draws.html", context)
