"""The addresses of this face."""

import yimen
from yimen.api import (
    applicant,
    changing,
    counter,
    custody,
    decide,
    draft,
    drawing,
    fees,
    interface,
    issued,
    messages,
    official,
    places,
    public,
    registrar,
    revising,
    seen,
    sessions,
    supervisor,
)

v1 = interface.make(yimen.__version__)
v1.add_router("/sessions", sessions.router)
for one in (public, places, applicant, draft, messages, fees, seen, issued, official):
    v1.add_router("", one.router)
for one in (counter, decide, custody, supervisor, drawing, registrar, revising, changing):
    v1.add_router("", one.router)

urlpatterns = interface.addresses(v1)
