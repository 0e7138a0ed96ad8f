"""5. Neither side alone: a certificate exists only with a signed grant and a seal impression over exactly that decision."""

import secrets
from typing import Final
from uuid import UUID

from yimen.oversight.question import LOGIN, Answer, Asking, CannotAsk, count, over_streams, told
from yimen.pure.trust import agency_has_signed
from yimen.record import statement

SAMPLE: Final = 100  # the newest, and as many from a place that chance gives
_BOTH: Final = """
    select c.stream, c.number, x.what
    from casework_certificate c
    left join casework_grant g on g.stream = c.stream
    left join casework_decision d on d.stream = c.stream and d.kind = 'case.granted'
    left join record_event s on s.stream = c.stream and s.number = c.number and s.kind = 'certificate.sealed'
    cross join lateral (
        select count(*) filter (where e.kind = 'case.granted' and e.number = d.number and e.content = d.content) as granted,
               count(*) filter (where e.kind = 'case.grant_signed' and e.number = g.number and e.content = g.content) as signed,
               count(distinct e.person) filter (where e.kind in ('certificate.made', 'certificate.released', 'certificate.released_again')
                                                and e.facts::jsonb ->> 'decision' = encode(d.content, 'hex')) as hands,
               count(distinct e.facts::jsonb ->> 'seal') filter (where e.facts::jsonb ? 'seal') as seals
        from record_event e where e.stream = c.stream and e.number < c.number) e
    cross join lateral (values
        (g.stream is null or e.signed <> 1, 'no signed grant before it'),
        (d.stream is null or e.granted <> 1, 'no decision before it'),
        (e.hands <> 3, 'maker and two custodians did not all name this decision'),
        (e.seals <> 1, 'more or less than one seal was named'),
        (s.content is distinct from c.content, 'its event says another file')) x (wrong, what)
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid and x.wrong
    union all
    select e.stream, e.number, 'sealed, and the certificate is not there' from record_event e
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid and e.kind = 'certificate.sealed'
      and not exists (select 1 from casework_certificate c where c.stream = e.stream and c.number = e.number)
"""
_SAMPLE: Final = """
    select g.stream, g.signature, d.body, a.code
    from casework_grant g join casework_decision d on d.stream = g.stream
    join casework_case c on c.stream = g.stream join registry_agency a on a.id = c.agency
    where g.stream in (select e.stream from casework_case e join casework_grant x on x.stream = e.stream order by e.filed_at desc limit %(most)s::int)
       or g.stream in (select x.stream from casework_grant x where x.stream > %(chance)s::uuid order by x.stream limit %(most)s::int)
"""


def both(asking: Asking) -> Answer:
    """Invariant 5: has every certificate its signed grant, and three hands over the same decision and one seal?"""
    answer = Answer(looked_at={"certificates": count("casework_certificate"), "grants": count("casework_grant")})
    answer.fault(*told(over_streams(_BOTH, asking)))
    return answer


def signed(asking: Asking) -> Answer:
    """Invariant 5: is a sample of grants signed under the key of the agency that decided?"""
    rows = statement.rows(LOGIN, _SAMPLE, {"most": SAMPLE, "chance": UUID(bytes=secrets.token_bytes(16))})
    trust = asking.outside.trust
    if rows and trust is None:
        raise CannotAsk("the city's published trust is not here: give it with --trust")
    answer = Answer(
        looked_at={"signatures": len(rows)},
        notes=["a seal's impression is in the certificate's file, which this login cannot open: `yimen verify FILE`"],
    )
    for row in rows:
        given = {"agency_code": row["code"], "signature": bytes(row["signature"]), "data": row["body"].encode()}
        if trust is None or not agency_has_signed(trust, **given):
            answer.fault(f"stream {row['stream']}: its decision is not signed under the key of agency {row['code']}")
    return answer
