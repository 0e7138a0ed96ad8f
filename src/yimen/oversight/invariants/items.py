"""9 and 10: one item, one standard; and asked once."""

from typing import Final

from yimen.oversight.question import LOGIN, Answer, Asking, count, over_streams, told
from yimen.record import statement

# A filing that runs while the next version is published may end a moment after it: a minute is allowed.
_IN_FORCE: Final = """
    select c.stream, 1 as number, 'version ' || i.version || ' of item ' || i.code || ' was not in force when it was filed' as what
    from casework_case c join registry_item i on i.id = c.item
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid
      and not (c.filed_at >= i.published_at and (i.ended_at is null or c.filed_at < i.ended_at + interval '1 minute'))
"""
_ONE: Final = """
    select i.code, count(*) as versions from registry_item i where i.ended_at is null group by i.code having count(*) > 1 order by i.code
"""
_CONFIRMED: Final = """
    with confirmed as (
        select (x ->> 'id')::uuid as id, x -> 'body' as body
        from registry_entry e join record_stream s on s.id = e.stream and s.state = 'confirmed'
        cross join jsonb_array_elements(coalesce(e.body::jsonb -> 'items', '[]')) x)
    select i.code, i.version from registry_item i
    where not exists (select 1 from confirmed c where c.id = i.id and c.body = i.body) order by i.code, i.version
"""
_NEEDLESS: Final = """
    select c.stream, 1 as number, format('%%s papers were asked for needlessly, and %%s are counted',
                                         coalesce(e.facts::jsonb ->> 'asked_again', 'no'), c.asked_again) as what
    from casework_case c left join record_event e on e.stream = c.stream and e.number = 1
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid
      and (e.facts::jsonb ->> 'asked_again')::int is distinct from c.asked_again
"""


def in_force(asking: Asking) -> Answer:
    """Invariant 9: was the version of every case in force when it was filed, and is one version in force for each item?"""
    answer = Answer(
        looked_at={"cases": count("casework_case"), "items in force": count("registry_item where ended_at is null")}
    )
    answer.fault(
        *(f"item {row['code']}: {row['versions']} versions are in force" for row in statement.rows(LOGIN, _ONE))
    )
    answer.fault(*told(over_streams(_IN_FORCE, asking)))
    return answer


def as_confirmed(asking: Asking) -> Answer:
    """Invariant 9: is every published version word for word what two hands confirmed?"""
    answer = Answer(looked_at={"versions": count("registry_item")})
    for row in statement.rows(LOGIN, _CONFIRMED):
        answer.fault(f"item {row['code']}, version {row['version']}: no confirmed entry says this")
    return answer


def needless(asking: Asking) -> Answer:
    """Invariant 10: is every paper that was asked for although we had it counted, as the record says?"""
    total = statement.value(LOGIN, "select coalesce(sum(asked_again), 0) from casework_case")
    answer = Answer(looked_at={"cases": count("casework_case")}, notes=[f"{total} papers were asked for needlessly"])
    answer.fault(*told(over_streams(_NEEDLESS, asking)))
    return answer
