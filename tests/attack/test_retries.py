"""The same key again: with the same content it is answered, with other content refused, and nothing is done twice."""

from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

import at_window
import town as towns
from yimen.casework import visit

APPLY = "select * from casework_apply(%s, %s, %s, %s, %s, %s, %s, %s)"
GREET = "select visit, retried from casework_visit_open(%s, %s, '', '林小满', '', 'seen', %s)"


def paper(of: bytes) -> dict[str, Any]:
    return {"material": "layout", "name": "x.png", "media_type": "image/png", "size": 1, "salt": of.hex() * 16,
            "digest": of.hex() * 32, "stored_as": "x", "key": "00" * 32}  # fmt: skip


def test_an_application_sent_again_for_another_address_or_telephone_is_another(ask: Any, refused: Any) -> None:
    town, key = towns.town(item={"delivery": ["electronic", "post"]}), uuid4()
    who = [town.applicant.session.secret, town.item, town.organisation]

    def sent(address: str, **other: str) -> list[Any]:
        return [*who, Jsonb(towns.FORM | other), Jsonb([paper(b"a")]), key, "post", address]

    first = ask("public", APPLY, *sent("人民大街 1 号"))
    assert ask("public", APPLY, *sent("人民大街 1 号"))[0][:3] == first[0][:3]
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 2 号"))
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 1 号", contact_phone="0431-1"))
    refused("key.reused", ask, "public", APPLY, *sent("人民大街 1 号", contact_email="another@example.org"))


def test_a_greeting_sent_again_greets_nobody_else_and_nobody_twice(ask: Any, refused: Any) -> None:
    town, key = towns.town(roles={"clerk": 4}), uuid4()
    secret, one, two = town.someone("clerk").session.secret, towns.identity(), towns.identity()
    ((stood, retried),) = ask("counter", GREET, secret, one, key)
    assert not retried
    refused("key.reused", ask, "counter", GREET, secret, two, key)
    server = town.drawn(stood, "window").session
    visit.end(visit=stood, outcome="left", session=server, key=uuid4())
    assert ask("counter", GREET, secret, one, key) == [(stood, True)]
    refused("key.reused", ask, "counter", GREET, town.people["clerk"][1].session.secret, one, key)


@pytest.mark.parametrize("address", ["@", "a@b\r\nRCPT TO:<x@y.cn>", "a@b.cn\nBcc: x@y.cn", "<a@b.cn>", "林@示范.cn"])
def test_no_address_is_filed_that_cannot_stand_in_an_envelope(address: str, ask: Any, refused: Any) -> None:
    town = towns.town()
    new = town.drafted(form={"contact_email": address})
    refused("form.malformed", ask, "public", "select * from casework_file(%s, %s, %s)", town.applicant.session.secret, new, uuid4())  # fmt: skip


def test_who_stepped_aside_hands_nothing_over_afterwards(act: Any, refused: Any) -> None:
    town = towns.town(roles={"clerk": 5}, item={"delivery": ["electronic", "post"]})
    case = at_window.sealed(town, town.brought_to("released", delivery="post", address="人民大街 1 号"))
    aside = town.drawn(case, "deliverer")
    act(
        "counter", case, town.head(case), "certificate.deliverer_stepped_aside", aside.session.secret, ground="interest"
    )
    keeper = town.drawn(case, "deliverer").session.secret
    act("counter", case, town.head(case), "certificate.posted", keeper, carrier="ems", tracking=f"EMS{uuid4().hex[:9]}")
    act("counter", case, town.head(case), "certificate.kept", keeper)
    late = {"identity": "seen", "to": "applicant"}
    refused("case.missing", act, "counter", case, town.head(case), "certificate.collected_late", aside.session.secret, **late)  # fmt: skip
