-- Figures that anyone may see: numbers of cases, and nothing of a case.

-- Which items in force say every element of the city's profile.
create function oversight_complete() returns setof uuid
language sql stable
begin atomic
    select i.id from public.registry_in_force i where public.registry_lacking(i.rows) is null;
end;

-- How often people really came, by the newest cases that are over, however they ended: the days on which somebody was at a window for the case, as the
-- record has them. 'At most once' is measured by this, whatever the catalogue declares.
create function oversight_visited() returns jsonb
language sql stable
return (select jsonb_build_object('cases', count(*), 'none', count(*) filter (where v.days = 0), 'once', count(*) filter (where v.days = 1),
                                  'more', count(*) filter (where v.days > 1))
        from (select s.id as stream from public.record_stream s where not s.open and s.type = 'case' order by s.since desc, s.id desc limit 2000) d
        cross join lateral (
            select count(distinct public.record_day(e.at)) as days from public.record_event e
            where e.stream = d.stream and e.kind in ('case.taken', 'case.corrected_at_window', 'case.seen', 'original.taken', 'original.returned',
                                                     'certificate.handed_over', 'certificate.collected_late')) v);
