-- Figures that anyone may see: numbers of cases, and nothing of a case.

create index casework_pace_newest on casework_pace (decided_on desc, stream);

-- How often people really came, by the newest cases that are over: the days on which somebody was at a window for the case, as the
-- record has them. 'At most once' is measured by this, whatever the catalogue declares.
create function oversight_visited() returns jsonb
language sql stable
return (select jsonb_build_object('cases', count(*), 'none', count(*) filter (where v.days = 0), 'once', count(*) filter (where v.days = 1),
                                  'more', count(*) filter (where v.days > 1))
        from (select p.stream from public.casework_pace p join public.record_stream s on s.id = p.stream
              where not s.open order by p.decided_on desc, p.stream limit 2000) d
        cross join lateral (
            select count(distinct public.record_day(e.at)) as days from public.record_event e
            where e.stream = d.stream and e.kind in ('case.taken', 'case.corrected_at_window', 'case.seen', 'original.taken', 'original.returned',
                                                     'certificate.handed_over', 'certificate.collected_late')) v);
