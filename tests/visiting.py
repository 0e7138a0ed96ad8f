"""Visiting pages as a person of a town: Django's client with the session that the door would have given."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from town import Someone
from yimen.record.events import Session
from yimen.web.door import COOKIE, remember


def visitor(
    someone: Someone | None = None, *, session: Session | None = None, language: str = "en", **kwargs: Any
) -> Client:
    """A browser, signed in as someone; with a session of its own, unless one is given."""
    client = Client(**kwargs)
    client.cookies["django_language"] = language
    if someone is not None:
        response = HttpResponse()
        viewer = {"name_zh": "某人", "name_en": "Someone", "role": someone.role, "several": True}
        remember(response, session=session or someone.again(), viewer=viewer)
        client.cookies[COOKIE] = response.cookies[COOKIE].value
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
