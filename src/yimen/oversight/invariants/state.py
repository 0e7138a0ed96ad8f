"""1. No state without a record: every stream stands where its events lead by the table of moves."""

from typing import Final

from yimen.oversight.question import Answer, Asking, count, over_streams, told

# Events that move are told from those that stay ('='): each begins a step, and all up to the next one stand in its state.
_REPLAY: Final = """
    with move as (
        select kind, type, from_states, to_state, ends from record_move
        union all select kind, null, null, '=', false from record_purpose
        union all values ('city.founded', 'city', '{}'::text[], 'founded', false), ('record.restored', 'city', '{}', 'restored', false)),
    event as (
        select e.stream, e.number, e.kind, m.kind is not null as known, m.type, m.from_states, m.to_state, m.ends,
               count(*) filter (where m.to_state <> '=') over (partition by e.stream order by e.number) as step
        from record_event e left join move m on m.kind = e.kind
        where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid),
    reached as (
        select e.*, case when e.step > 0 then first_value(e.to_state) over s else '' end as state,
               e.step > 0 and first_value(e.ends) over s as over
        from event e window s as (partition by e.stream, e.step order by e.number)),
    led as (
        select r.*, lag(r.state, 1, '') over (partition by r.stream order by r.number) as before,
               row_number() over (partition by r.stream order by r.number desc) as from_last
        from reached r)
    select l.stream, l.number, case when l.known then l.kind || ' cannot follow the state ' || coalesce(nullif(l.before, ''), 'before the first event')
                               else l.kind || ' is no step of the table of moves' end as what
    from led l
    where not l.known or not case when l.from_states is null then l.before <> '' when l.from_states = '{}' then l.before = ''
                                  else l.before = any (l.from_states) end
    union all
    select s.id, null, format('it stands at %%L, %%s, with head %%s; its events lead to %%L, %%s, with head %%s', s.state,
                              case when s.open then 'open' else 'over' end, s.head,
                              coalesce(l.state, ''), case when l.over then 'over' else 'open' end, coalesce(l.number, 0))
    from record_stream s left join led l on l.stream = s.id and l.from_last = 1
    where s.id > %(after)s::uuid and s.id <= %(upto)s::uuid
      and (s.state, not s.open, s.head) is distinct from (l.state, l.over, l.number)
"""


def replayed(asking: Asking) -> Answer:
    """Invariant 1: does every stream's state equal what its events say by the table of moves?"""
    answer = Answer(looked_at={"streams": count("record_stream"), "events": count("record_event")})
    answer.fault(*told(over_streams(_REPLAY, asking)))
    return answer
