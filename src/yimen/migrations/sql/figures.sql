-- Figures that anyone may see: numbers of cases, and nothing of a case.

-- Which items in force say every element of the city's profile.
create function oversight_complete() returns setof uuid
language sql stable
begin atomic
    select i.id from public.registry_in_force i where public.registry_lacking(i.rows) is null;
end;

-- How often people really came, by agency and type of item, over the newest 2,000 cases that are over, however they ended: the days on which
-- somebody was at a window for the case, as the record has them. 'At most once' is measured by this, whatever the catalogue declares.
create function oversight_visited() returns jsonb
language sql stable
return (
    with over as (
        select c.stream, c.item from public.casework_case c join public.record_stream s on s.id = c.stream
        where not s.open order by c.filed_at desc, c.stream desc limit 2000
    ), counted as (
        select o.item, count(*) as cases, count(*) filter (where v.days = 0) as none, count(*) filter (where v.days = 1) as once,
               count(*) filter (where v.days > 1) as more
        from over o cross join lateral (
            select count(distinct public.record_day(e.at)) as days from public.record_event e
            where e.stream = o.stream and e.kind in ('case.taken', 'case.corrected_at_window', 'case.seen', 'original.taken', 'original.returned',
                                                     'certificate.handed_over', 'certificate.collected_late')) v
        group by o.item
    ), grouped as (
        select a.code as agency, coalesce(i.rows -> 'items' -> 0 ->> 'type', '') as type, sum(c.cases)::int as cases, sum(c.none)::int as none,
               sum(c.once)::int as once, sum(c.more)::int as more
        from counted c join public.registry_item i on i.id = c.item join public.registry_agency a on a.id = i.agency group by 1, 2)
    select coalesce(jsonb_agg(to_jsonb(g)), '[]') from grouped g);
