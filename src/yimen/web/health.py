"""Whether this process answers; it says nothing about the database, so that a monitor can tell them apart."""

from django.http import HttpRequest, HttpResponse


def healthy(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
