-- The hourly check: every open case has one responsible person and a due date on each of its clocks, and whoever has none is told to
-- the supervisor. It looks, and acts on no case.

create index record_stream_open on record_stream (id) where open and type = 'case';

create table oversight_hour (
    hour       timestamptz primary key,
    at         timestamptz not null,
    open_cases int,
    lacking    int
);

-- A finding stays when what it found is over: it says when.
create table oversight_orphan (
    stream   uuid not null references record_stream (id),
    lacks    text not null,
    found_at timestamptz not null,
    gone_at  timestamptz,
    primary key (stream, lacks, found_at)
);
create unique index oversight_orphan_open on oversight_orphan (stream, lacks) where gone_at is null;

-- Open cases that lack something, now: a responsible person who is still in a post, or a clock that must run in their state. Which
-- these are is said by the version of the item under which the case was filed. A delivered case waits only to be closed, or for its
-- originals to be collected.
create function oversight_orphans() returns table (stream uuid, lacks text)
language sql stable
begin atomic
    with running as (
        select k.stream, array_agg(k.name) as names from public.casework_clock k where k.stopped is null group by k.stream)
    select s.id, x.name
    from public.record_stream s
    left join public.casework_case c on c.stream = s.id
    left join public.registry_item i on i.id = c.item
    left join running r on r.stream = s.id
    cross join lateral (values
        ('responsible', s.responsible is null or not public.record_in_post(s.responsible)),
        ('case', c.stream is null),
        ('clock', r.names is null and s.state <> 'delivered'),
        ('acceptance', s.state = 'received'),
        ('correction', s.state = 'correcting'),
        ('statutory', s.state in ('examining', 'deciding') and jsonb_typeof(i.limits -> 'statutory') = 'object'),
        ('promise', s.state in ('examining', 'deciding') and jsonb_typeof(i.limits -> 'promise') = 'object'),
        ('service', s.state in ('granted', 'certifying', 'made', 'half_released', 'released', 'sealed', 'posted', 'denied')
                    and jsonb_typeof(i.limits -> 'service') = 'object'),
        ('collection', s.state = 'sealed' and public.casework_to_collect(s.id)
                       or s.state = 'delivered' and exists (select 1 from public.casework_original o where o.stream = s.id and o.returned is null)),
        ('link', jsonb_typeof(i.limits -> 'links' -> case s.state when 'examining' then 'examining' when 'deciding' then 'deciding'
                    when 'granted' then 'certifying' when 'certifying' then 'certifying' when 'made' then 'certifying'
                    when 'half_released' then 'certifying' when 'released' then 'certifying' end) = 'object')
    ) x (name, wanted)
    where s.open and s.type = 'case' and x.wanted
      and (x.name in ('responsible', 'case', 'clock') or not x.name = any (coalesce(r.names, '{}')));
end;

-- Look once in each hour, whichever worker comes first. Returns how many cases lack something, or nothing if this hour was looked at.
create function oversight_look() returns int
language plpgsql as $$
declare
    v_now timestamptz := record_now();
    v_lacking int;
begin
    perform record_settled();
    insert into oversight_hour (hour, at) values (date_trunc('hour', v_now), v_now) on conflict do nothing;
    if not found then
        return null;
    end if;
    with found as materialized (select f.stream, f.lacks from oversight_orphans() f),
    gone as (
        update oversight_orphan o set gone_at = v_now
        where o.gone_at is null and not exists (select 1 from found f where f.stream = o.stream and f.lacks = o.lacks)),
    new as (
        insert into oversight_orphan (stream, lacks, found_at)
        select f.stream, f.lacks, v_now from found f
        where not exists (select 1 from oversight_orphan o where o.stream = f.stream and o.lacks = f.lacks and o.gone_at is null))
    select count(distinct f.stream) into v_lacking from found f;
    update oversight_hour h set lacking = v_lacking,
        open_cases = (select count(*) from record_stream s where s.open and s.type = 'case')
    where h.hour = date_trunc('hour', v_now);
    return v_lacking;
end $$;
