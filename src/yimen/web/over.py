"""A draft whose item is offered no more: what was written and handed in is shown, and nothing of it is lost."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yimen.record.refusal import Refusal
from yimen.registry import catalogue
from yimen.web.shown import TYPES, answers

OVER: Final = "item.ended"


def is_over(view: Mapping[str, Any]) -> bool:
    """Return whether no version of a draft's item is in force any more."""
    if view["item"]["in_force"]:
        return False
    try:
        catalogue.item(code=view["item"]["code"])
    except Refusal as refused:
        if refused.code != "item.unknown":
            raise
        return True
    return False


def over(request: HttpRequest, view: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Show what such a draft holds, and where to go on."""
    body = view["item"]["body"]
    context = {
        "item": {"code": view["item"]["code"], "name_zh": body["name_zh"], "name_en": body["name_en"]},
        "answers": list(answers(body["form"], view["form"])),
        "papers": [
            {"url": "", "name": one["name"], "type": TYPES.get(one["media_type"], ""), "size": one["size"]}
            for one in view["documents"]
        ],
        "visit": view["visit"],
    }
    return render(request, "public/over.html", context, status=status)
