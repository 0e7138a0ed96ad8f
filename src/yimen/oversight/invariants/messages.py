"""11: whoever is to be told was told, of what happened and of nothing else."""

from typing import Final

from yimen.oversight.question import Answer, Asking, count, over_streams, told

_TOLD: Final = """
    with always as (select kind from casework_notice_policy group by kind having bool_and(told = 'always'))
    select n.stream, n.number, x.what
    from casework_notice n
    left join record_event e on e.stream = n.stream and e.number = n.number
    left join casework_notice_policy p on p.version = n.version and p.kind = n.kind
    cross join lateral (values
        ((e.kind, e.at) is distinct from (n.kind, n.at), 'somebody was told of another event'),
        (p.told is null or p.told = 'never', 'somebody was told of it, which nobody is'),
        (not exists (select 1 from record_hat h where h.stream = n.stream and h.person = n.person and h.hat = 'applicant')
         and not exists (select 1 from casework_mandate m where m.stream = n.stream and n.person in (m.principal, m.agent)),
         'somebody was told whose matter it is not')) x (wrong, what)
    where n.stream > %(after)s::uuid and n.stream <= %(upto)s::uuid and x.wrong
    union all
    select m.stream, m.number, x.what
    from casework_mail m
    left join record_event e on e.stream = m.stream and e.number = m.number
    left join casework_notice_policy p on p.version = m.version and p.kind = m.kind
    cross join lateral (values
        (e.kind is distinct from m.kind, 'a mail tells of another event'),
        (p.mailed is null or p.mailed = 'never', 'it was mailed, which it never is')) x (wrong, what)
    where m.stream > %(after)s::uuid and m.stream <= %(upto)s::uuid and x.wrong
    union all
    select e.stream, e.number, 'nobody was told of it'
    from record_event e
    join always a on a.kind = e.kind
    join record_place p on p.stream = e.stream and p.number = e.number
    join record_cursor r on r.name = 'notices' and p.place <= r.place
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid
      and (exists (select 1 from record_hat h where h.stream = e.stream and h.hat = 'applicant' and h.until is null)
           or exists (select 1 from casework_mandate m where m.stream = e.stream))
      and not exists (select 1 from casework_notice n where n.stream = e.stream and n.number = e.number)
      and not exists (select 1 from record_parked w where w.name = 'notices' and w.place = p.place)
"""


def grounded(asking: Asking) -> Answer:
    """Invariant 11: has every notice and mail its event, and was somebody told of every event that is always told and was read?"""
    answer = Answer(looked_at={"notices": count("casework_notice"), "mails": count("casework_mail")})
    answer.fault(*told(over_streams(_TOLD, asking)))
    return answer
