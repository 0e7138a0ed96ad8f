"""Many items that change, a page of them at a time: each with what it says differently."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest

from yimen.pure.item_rules import Profile, Whole, findings
from yimen.web.catalogue_differences import harder, told
from yimen.web.catalogue_form import listed
from yimen.web.catalogue_home import named
from yimen.web.catalogue_words import SHEETS, WHAT
from yimen.web.sent import number_of

SHOWN: Final = 20
_Listed = TypeVar("_Listed")


class Entry(NamedTuple):
    """An item that is added, changed or ended: as it was, and as it would be."""

    code: str
    what: str
    before: Whole | None
    after: Whole | None


def page_of(request: HttpRequest, entries: Sequence[_Listed]) -> tuple[Sequence[_Listed], dict[str, Any]]:
    """
    Return the part of a list that the address asks for, and where the parts beside it are: previous, next, first, last, all.

    Refuses: malformed move.malformed.
    """
    last = max((len(entries) - 1) // SHOWN, 0)
    at = min(max(number_of(request.GET.get("page", "1")[:6]), 1) - 1, last)
    part = entries[at * SHOWN : (at + 1) * SHOWN]
    pages = {
        "previous": f"?{urlencode({'page': at})}#items" if at else "",
        "next": f"?{urlencode({'page': at + 2})}#items" if at < last else "",
        "first": at * SHOWN + 1,
        "last": at * SHOWN + len(part),
        "all": len(entries),
    }
    return part, pages


def entry_of(one: Entry, profile: Profile) -> dict[str, Any]:
    """Return what a page shows of an item that changes: its parts, what is harder for people, and every rule that it breaks."""
    shown = one.after or one.before or Whole(item={})
    parts = told(one.before, one.after) if one.after else []
    return {
        "code": one.code,
        "name": named(shown.item),
        "new": one.before is None,
        "ends": one.after is None,
        "parts": [part | {"sheet": SHEETS[part["sheet"]], "what_word": WHAT[part["what"]]} for part in parts],
        "harder": harder(one.before, one.after) if one.before and one.after else [],
        "findings": [listed(found) for found in findings(one.after, profile)] if one.after else [],
    }
