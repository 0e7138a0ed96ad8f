"""Browsers for tests of pages: signed in as the door would, without going through its password."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from town import Someone
from yimen.web.door import COOKIE, remember


def browser(who: Someone, *, english: bool = True) -> Client:
    """A browser that carries a session of someone."""
    response = HttpResponse()
    viewer = {"name_zh": "某", "name_en": who.username, "role": who.role, "several": True}
    remember(response, session=who.again(), viewer=viewer)
    client = Client()
    client.cookies[COOKIE] = response.cookies[COOKIE].value
    if english:
        client.cookies["django_language"] = "en"
    return client


def sent(page: Any, **more: Any) -> dict[str, Any]:
    """What the form of a page sends: its key, the event it was drawn from, its hidden fields, and what is filled in."""
    context = page.context
    hidden = {
        name: field.initial or context["form"].initial.get(name)
        for name, field in context["form"].fields.items()
        if field.widget.is_hidden
    }
    return {"key": context["key"], "after": context["after"], "hand": context.get("hand", ""), **hidden, **more}


def act(client: Client, url: str, **more: Any) -> Any:
    """Open a page, tick everything that is to be ticked, and send it."""
    page = client.get(url)
    form = page.context["form"]
    ticks = {
        name: [code for code, _ in field.points] if hasattr(field, "points") else "on"
        for name, field in form.fields.items()
        if not field.widget.is_hidden
    }
    return client.post(url, sent(page, **{**ticks, **more}))


def address(case: UUID, purpose: str) -> str:
    return {
        "counter": f"/window/{case}/",
        "examiner": f"/examiner/{case}/",
        "decider": f"/decider/{case}/",
        "maker": f"/custody/{case}/make/",
        "first_custodian": f"/custody/{case}/release/",
        "second_custodian": f"/custody/{case}/release/",
    }[purpose]
