"""
Laying down a half of a day's seed, from a page. The half is made here, goes to the database, and is kept nowhere else:
neither the one who lays it down nor this process can say it afterwards.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.sent import key_of

MOST: Final = 400
Side = Literal["centre", "supervisor"]


def laid_down(request: HttpRequest, session: Session, lay: Callable[..., UUID]) -> int:
    """
    Lay down a half for each day that was ticked; days on which one lies already are left as they are.

    Refuses: malformed move.malformed; and what `lay` refuses.
    """
    key = key_of(request)
    try:
        chosen = [(UUID(pool), date.fromisoformat(day)) for pool, day in map(_parts, request.POST.getlist("days"))]
    except ValueError as wrong:
        raise Refusal("malformed", "move.malformed") from wrong
    for pool, day in chosen[:MOST]:
        try:
            lay(
                pool=pool,
                day=day,
                half=secrets.token_bytes(32),
                session=session,
                key=uuid5(key, f"{pool}/{day}"),
            )
        except Refusal as refusal:
            if refusal.code != "draw.already_committed":
                raise
    return len(chosen)


def _parts(value: str) -> tuple[str, str]:
    pool, day = value.split("/")
    return pool, day


def chosen_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET["day"])
    except (KeyError, ValueError):
        return None


def waiting_days(coming: Mapping[str, Any], *, side: Side) -> dict[str, Any]:
    """Return the coming days of each pool, and for which this side can lay down its half now."""
    pools = [
        {
            "name_zh": pool["name_zh"],
            "name_en": pool["name_en"],
            "days": [
                {
                    "value": f"{pool['pool']}/{one['day']}",
                    "day": date.fromisoformat(one["day"]),
                    "opened": one["opened"],
                    "committed": one["committed"],
                    "open_to_me": not one["opened"] if side == "centre" else one["opened"] and not one["committed"],
                }
                for one in pool["days"]
            ],
        }
        for pool in coming["pools"]
    ]
    return {"pools": pools, "any": any(day["open_to_me"] for pool in pools for day in pool["days"]), "key": uuid4()}
