"""9 and 10: one item, one standard; and asked once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from yimen.oversight.question import LOGIN, Answer, Asking, count, over_streams, told
from yimen.pure.item_rules import Finding, Whole, findings, whole_of
from yimen.record import statement
from yimen.registry.item_body import body_of_rows
from yimen.registry.profile import profile

# A filing that runs while the next version is published may end a moment after it: a minute is allowed.
_IN_FORCE: Final = """
    select c.stream, 1 as number, 'version ' || i.version || ' of item ' || i.code || ' was not in force when it was filed' as what
    from casework_case c join registry_item i on i.id = c.item
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid
      and not (c.filed_at >= i.published_at and (i.ended_at is null or c.filed_at < i.ended_at + interval '1 minute'))
"""
# What places would apply differently: versions of an item whose times overlap, and the places that offer it meanwhile.
_OVERLAP: Final = """
    select a.code, a.version as one, b.version as other,
           (select string_agg(c.code, ', ' order by c.code) from registry_centre c
            where exists (select 1 from registry_offer o where o.item = a.code and o.offered and o.ended_at is null
                          and (o.place = c.id or o.level = c.level and c.kind = 'hall'))) as places
    from registry_item a join registry_item b on b.code = a.code and b.version > a.version
    where tstzrange(a.published_at, a.ended_at) && tstzrange(b.published_at, b.ended_at) order by a.code, a.version, b.version
"""
# The only facts of an offer that may be a place's own, beside which item and place it is and whether it is offered.
_FACTS: Final = """
    select a.attname as name from pg_attribute a where a.attrelid = 'registry_offer'::regclass and a.attnum > 0 and not a.attisdropped
      and a.attname not in ('item', 'level', 'place', 'offered', 'reason_zh', 'reason_en', 'phone', 'days', 'opens', 'closes', 'ended_at', 'change')
"""
# An entry says a version column by column; a revision the item that its second hand read, to which publishing adds the version.
_CONFIRMED: Final = """
    with entered as materialized (
        select (x ->> 'id')::uuid as id, x
        from registry_entry e join record_stream s on s.id = e.stream and s.state = 'confirmed'
        cross join jsonb_array_elements(coalesce(e.body::jsonb -> 'items', '[]')) x
    ), reviewed as materialized (
        select r.stream, x ->> 'code' as code, (x ->> 'base')::int + 1 as version, x
        from record_event e join registry_revision r on r.stream = e.stream and encode(r.content, 'hex') = e.facts::jsonb ->> 'reviewed'
        cross join jsonb_array_elements(coalesce(r.body::jsonb -> 'items', '[]')) x
        where e.kind = 'revision.published'
    )
    select i.code, i.version from registry_item i cross join lateral (select to_jsonb(i) as said) j
    where not exists (select 1 from entered e where i.revision is null and e.id = i.id
                      and not exists (select 1 from jsonb_each(e.x) k where j.said -> k.key is distinct from k.value))
      and not exists (select 1 from reviewed r where r.stream = i.revision and r.code = i.code and r.version = i.version and r.x -> 'body' = i.body
                      and jsonb_set(r.x -> 'rows', '{items,0,version}', to_jsonb(i.version::text)) = i.rows and i.document = '{}'
                      and (r.x ->> 'agency', r.x ->> 'centre', r.x ->> 'seal') = (i.agency::text, i.centre::text, i.seal::text))
    order by i.code, i.version
"""
# Items in force that came as whole rows, some at a time.
_ROWS: Final = """
    select i.code, i.version, i.rows, i.body, i.revision is not null as revised from registry_in_force i
    where i.code > %s and i.rows #> '{items,0}' ? 'handling_code' order by i.code limit %s::int
"""
_AT_ONCE: Final = 200
_ASKED: Final = ("limits", "materials", "fees", "form")  # of a body: what clocks count and people are asked for
_NEEDLESS: Final = """
    select c.stream, 1 as number, format('%%s papers were asked for needlessly, and %%s are counted',
                                         coalesce(e.facts::jsonb ->> 'asked_again', 'no'), c.asked_again) as what
    from casework_case c left join record_event e on e.stream = c.stream and e.number = 1
    where c.stream > %(after)s::uuid and c.stream <= %(upto)s::uuid
      and (e.facts::jsonb ->> 'asked_again')::int is distinct from c.asked_again
"""


def in_force(asking: Asking) -> Answer:
    """Invariant 9: was the version of every case in force when it was filed? That one is at a time, `one_standard` asks."""
    answer = Answer(looked_at={"cases": count("casework_case"), "items in force": count("registry_in_force")})
    answer.fault(*told(over_streams(_IN_FORCE, asking)))
    return answer


def one_standard(asking: Asking) -> Answer:
    """Invariant 9: does every place that offers an item apply the same version, and has it nothing of its own but telephone and hours?"""
    offers = "registry_offer where ended_at is null"
    answer = Answer(looked_at={"offers": count(offers), "places": count("registry_centre")})
    for row in statement.rows(LOGIN, _OVERLAP):
        answer.fault(
            f"item {row['code']}: versions {row['one']} and {row['other']} are in force at one time, at {row['places']}"
        )
    answer.fault(*(f"an offer has a {row['name']} of its own" for row in statement.rows(LOGIN, _FACTS)))
    answer.notes.append(
        f"{count(f'{offers} and num_nonnulls(phone, days) > 0')} have a telephone or hours of their own"
    )
    return answer


def as_confirmed(asking: Asking) -> Answer:
    """Invariant 9: is every published version word for word what two hands confirmed?"""
    answer = Answer(looked_at={"versions": count("registry_item")})
    for row in statement.rows(LOGIN, _CONFIRMED):
        answer.fault(f"item {row['code']}, version {row['version']}: no two hands confirmed what it says")
    return answer


def rules(asking: Asking) -> Answer:
    """Invariant 9: does every item in force keep the rules of publishing, and ask of people just what its rows say?"""
    elements, looked_at, past = profile(login=LOGIN), 0, ""
    answer = Answer()
    while some := statement.rows(LOGIN, _ROWS, [past, _AT_ONCE]):
        for row in some:
            whole, body = whole_of(statement.read_json(row["rows"])), statement.read_json(row["body"])
            found = findings(whole, elements)
            answer.fault(*(f"item {row['code']}, version {row['version']}: {one}" for one in _broken(found)))
            if row["revised"] and not found and _differs(whole, body):
                answer.fault(
                    f"item {row['code']}, version {row['version']}: people are asked for something else than its rows say"
                )
        looked_at, past = looked_at + len(some), some[-1]["code"]
    answer.looked_at = {"items in force": looked_at}
    return answer


def _broken(found: Sequence[Finding]) -> list[str]:
    return [f"rule {rule}" for rule in dict.fromkeys(one.rule for one in found)]


def _differs(whole: Whole, body: Mapping[str, Any]) -> bool:
    told = body_of_rows(whole, before=body)
    return any(told.get(name) != body.get(name) for name in _ASKED)


def needless(asking: Asking) -> Answer:
    """Invariant 10: is every paper that was asked for although we had it counted, as the record says?"""
    total = statement.value(LOGIN, "select coalesce(sum(asked_again), 0) from casework_case")
    answer = Answer(looked_at={"cases": count("casework_case")}, notes=[f"{total} papers were asked for needlessly"])
    answer.fault(*told(over_streams(_NEEDLESS, asking)))
    return answer
