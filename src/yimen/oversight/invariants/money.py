"""9 and 11: what was asked is the published fee, and what counts as paid was paid, through an order of exactly that amount."""

from collections.abc import Iterator
from typing import Any, Final

from yimen.casework.form import matters
from yimen.oversight.question import Answer, Asking, count, over_streams, told
from yimen.record import statement

_FEES: Final = """
    select c.stream, c.form, i.fees, f.number, f.lines, f.amount, f.paid, f.paid_at, f.reference, a.number as asked, a.facts as asked_facts,
           p.number as came, p.at as came_at, p.facts as came_facts,
           exists (select 1 from record_event e where e.stream = c.stream and e.kind in ('case.accepted', 'case.deemed_accepted')) as accepted
    from casework_case c
    join registry_item i on i.id = c.item
    left join casework_fee f on f.stream = c.stream
    left join record_event a on a.stream = c.stream and a.kind = 'fee.asked'
    left join record_event p on p.stream = c.stream and p.kind = 'fee.paid'
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid and (i.fees <> '[]' or f.stream is not null)
"""
_ORDERS: Final = """
    select o.stream, null::int as number, 'order ' || o.number || ' ' || x.what as what
    from casework_order o
    left join record_event a on a.stream = o.stream and a.kind = 'fee.asked'
    cross join lateral (values
        (a.facts is null or (a.facts::jsonb ->> 'amount')::int <> o.amount, 'is for another amount than was asked'),
        (o.state = 'paid' and not exists (select 1 from record_event p where p.stream = o.stream and p.kind = 'fee.paid'
                                          and p.facts::jsonb ->> 'order' = o.number), 'counts as paid, and no event says so')) x (wrong, what)
    where o.stream > %(after)s::uuid and o.stream <= %(upto)s::uuid and x.wrong
    union all
    select p.stream, p.number, 'it was paid through an order that does not count as paid' from record_event p
    where p.stream > %(after)s::uuid and p.stream <= %(upto)s::uuid and p.kind = 'fee.paid'
      and not exists (select 1 from casework_order o where o.stream = p.stream and o.number = p.facts::jsonb ->> 'order'
                      and o.state in ('paid', 'surplus'))
"""


def fees(asking: Asking) -> Answer:
    """Invariant 9: is every fee the one that the case's version of the item publishes, and paid exactly as its event says?"""
    answer = Answer(looked_at={"fees": count("casework_fee")})
    for row in over_streams(_FEES, asking):
        answer.fault(*(f"stream {row['stream']}: {what}" for what in _wrong(row)))
    return answer


def orders(asking: Asking) -> Answer:
    """Invariant 11: is every order for the fee that was asked, and paid if and only if an event says so?"""
    answer = Answer(looked_at={"orders": count("casework_order")})
    answer.fault(*told(over_streams(_ORDERS, asking)))
    return answer


def _wrong(row: dict[str, Any]) -> Iterator[str]:
    published = _published(row) if row["accepted"] else []
    if row["number"] is None:
        if published:
            yield "the item publishes a fee, and none was asked"
        return
    asked = {"lines": statement.read_json(row["lines"]), "amount": row["amount"]}
    if asked != {"lines": published, "amount": sum(one["amount"] for one in published)}:
        yield "its fee is not the published one"
    elif row["asked"] != row["number"] or statement.read_json(row["asked_facts"]) != asked:
        yield "its event asks for another fee"
    came = statement.read_json(row["came_facts"]) or {}
    paid = (row["paid"], row["paid_at"], row["reference"])
    if (
        paid != (row["came"], row["came_at"], came.get("reference"))
        or came.get("amount", row["amount"]) != row["amount"]
    ):
        yield "its fee counts as paid, and its events say otherwise" if row["paid"] else "its fee was paid and is open"


def _published(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of the published fees that matter by the answers given."""
    form = statement.read_json(row["form"])
    lines = [
        {"code": one["code"], "amount": int(one["amount"])}
        for one in statement.read_json(row["fees"])
        if int(one["amount"]) > 0 and matters(one, form)
    ]
    return sorted(lines, key=lambda one: str(one["code"]))
