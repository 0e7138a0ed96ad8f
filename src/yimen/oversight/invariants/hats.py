"""3. One person, one hat: on one stream a human being wears one hat only."""

from typing import Final

from yimen.oversight.question import Answer, Asking, count, over_streams, told

# The sign under which a person appears in one stream, as the database makes it (record_mark).
MARK: Final = "sha256(int4send(14) || convert_to('yimen.actor.v1', 'UTF8') || int4send(16) || uuid_send({stream}) || int4send(16) || uuid_send({person}))"
_TWO: Final = """
    select e.stream, max(e.number) as number, 'one person wears the hats ' || string_agg(distinct e.hat, ', ') as what
    from record_event e
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid and e.hat <> ''
    group by e.stream, e.person having count(distinct e.hat) > 1
"""
_MARKS: Final = f"""
    select e.stream, max(e.number) as number, 'one mark stands for two persons' as what
    from record_event e
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid and e.person is not null
    group by e.stream, e.mark having count(distinct e.person) > 1
    union all
    select e.stream, e.number, 'it does not bear the mark of its person' from record_event e
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid and e.person is not null
      and e.mark <> {MARK.format(stream="e.stream", person="e.person")}
"""  # noqa: S608 - made of the constant above
_BESIDE: Final = f"""
    select h.stream, h.number, 'the hat ' || h.hat || ' is worn, and no event gave it' as what
    from record_hat h
    where h.stream > %(after)s::uuid and h.stream <= %(upto)s::uuid
      and not exists (select 1 from record_event e where e.stream = h.stream and e.person = h.person and e.hat = h.hat)
      and not (h.hat = 'applicant' and exists (
          select 1 from record_event e where e.stream = h.stream and e.number = 1
          and e.facts::jsonb -> 'parties' ? encode({MARK.format(stream="h.stream", person="h.person")}, 'hex')))
    union all
    select e.stream, e.number, 'the hat ' || e.hat || ' was worn first, and is not kept'
    from (select distinct on (x.stream, x.person) x.stream, x.person, x.number, x.hat from record_event x
          where x.stream > %(after)s::uuid and x.stream <= %(upto)s::uuid and x.hat <> '' order by x.stream, x.person, x.number) e
    where not exists (select 1 from record_hat h where h.stream = e.stream and h.person = e.person and h.hat = e.hat)
"""  # noqa: S608 - made of the constant above


def single(asking: Asking) -> Answer:
    """Invariant 3: is there nobody with two hats on one stream?"""
    answer = Answer(looked_at={"events": count("record_event")})
    answer.fault(*told(over_streams(_TWO, asking)))
    return answer


def marks(asking: Asking) -> Answer:
    """Invariant 3: is every mark that of one person, so that strangers count hats rightly?"""
    answer = Answer(looked_at={"events": count("record_event")})
    answer.fault(*told(over_streams(_MARKS, asking)))
    return answer


def kept(asking: Asking) -> Answer:
    """Invariant 3: are the hats that the database refuses a second of exactly those of the events?"""
    answer = Answer(looked_at={"hats": count("record_hat")})
    answer.fault(*told(over_streams(_BESIDE, asking)))
    return answer
