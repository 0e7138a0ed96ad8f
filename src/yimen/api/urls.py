"""The addresses of this face."""

import yimen
from yimen.api import applicant, drawing, fees, interface, issued, messages, official, public, seen, sessions

v1 = interface.make(yimen.__version__)
v1.add_router("/sessions", sessions.router)
v1.add_router("", public.router)
v1.add_router("", applicant.router)
v1.add_router("", messages.router)
v1.add_router("", official.router)
v1.add_router("", fees.router)
v1.add_router("", seen.router)
v1.add_router("", issued.router)
v1.add_router("", drawing.router)

urlpatterns = interface.addresses(v1)
