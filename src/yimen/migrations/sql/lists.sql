-- What a supervisor lists: every case, the newest first, and every running clock, the most urgent first.
--
-- Each page is a range of one index, whatever is asked for and however many cases there are; what its rows say is looked up
-- afterwards for these rows alone. The statement that finds the page is made of what is asked for, and nothing else is in its
-- plan; to say what the rows say is planned once, since that costs more than doing it.

create type casework_listed_case as (
    stream uuid, number text, state text, open boolean, item_zh text, item_en text, applicant_zh text, applicant_en text,
    agency_zh text, agency_en text, filed_at timestamptz, clock text, due_on date, responsible_zh text, responsible_en text
);

create function casework_supervises(p_session text) returns void
language plpgsql stable as $$
begin
    perform record_settled();
    if (select w.role from record_who(p_session, record_link()) w) <> 'supervisor' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
end $$;

-- What the rows of a page say. With a clock, that one; without, the one due first.
create function casework_listed_cases(p_streams uuid[], p_clocks text[]) returns setof casework_listed_case
language sql stable
begin atomic
    select s.id, c.number, s.state, s.open, i.name_zh, i.name_en, coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en),
           g.name_zh, g.name_en, c.filed_at, k.name, k.due_on, r.name_zh, r.name_en
    from unnest(p_streams, p_clocks) with ordinality p (stream, clock, n)
    join public.record_stream s on s.id = p.stream
    join public.casework_case c on c.stream = p.stream
    join public.registry_item i on i.id = c.item
    join public.registry_agency g on g.id = c.agency
    join public.registry_person h on h.id = c.applicant
    left join public.registry_organisation o on o.id = c.organisation
    left join public.registry_person r on r.id = s.responsible
    left join lateral (select x.name, x.due_on from public.casework_clock x
                       where x.stream = p.stream and x.stopped is null and (p.clock is null or x.name = p.clock)
                       order by x.due_on, x.name limit 1) k on true
    order by p.n;
end;

-- Cases, the newest first: of one agency, at one link (state), open or over; each null for all.
create function casework_all(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid, p_open boolean,
                             p_agency uuid default null, p_state text default null) returns setof casework_listed_case
language plpgsql stable as $$
declare
    v_limit int := least(p_limit, 100);
    v_before timestamptz := coalesce(p_before, 'infinity');
    v_before_stream uuid := coalesce(p_before_stream, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    v_page uuid[];
begin
    perform casework_supervises(p_session);
    if p_state is null and p_open is null then
        execute 'select array(select c.stream from casework_case c where (c.filed_at, c.stream) < ($1, $2)'
            || case when p_agency is not null then ' and c.agency = $3' else '' end
            || ' order by c.filed_at desc, c.stream desc limit $4)'
        into v_page using v_before, v_before_stream, p_agency, v_limit;
    else
        execute 'select array(select s.id from record_stream s where s.type = ''case'' and (s.since, s.id) < ($1, $2)'
            || case when p_agency is not null then ' and s.agency = $3' else '' end
            -- what stands at a step is read in order from the index of that step: whether it is open goes with where it stands, which
            -- the planner does not know, and it would read all of it and sort
            || case when p_state is not null then ' and s.state = $5 and ($6 is null or s.open is not distinct from $6)'
                    when p_open then ' and s.open' else ' and not s.open' end
            || ' order by s.since desc, s.id desc limit $4)'
        into v_page using v_before, v_before_stream, p_agency, v_limit, p_state, p_open;
    end if;
    return query select * from casework_listed_cases(v_page, null);
end $$;

-- Running clocks, the most urgent first: of one name, of one agency, at one link, due before a day; each null for all.
create function casework_due(p_session text, p_limit int, p_after_due date, p_after_stream uuid, p_after_clock text,
                             p_clock text, p_until date, p_agency uuid, p_state text) returns setof casework_listed_case
language plpgsql stable as $$
declare
    v_limit int := least(p_limit, 100);
    v_due date := coalesce(p_after_due, '-infinity');
    v_stream uuid := coalesce(p_after_stream, '00000000-0000-0000-0000-000000000000');
    v_name text := coalesce(p_after_clock, '');
    v_streams uuid[];
    v_clocks text[];
begin
    perform casework_supervises(p_session);
    execute 'select array_agg(k.stream), array_agg(k.name) from (
                 select x.stream, x.name from casework_clock x'
        || case when p_state is not null then ' join record_stream s on s.id = x.stream and s.type = ''case'' and s.state = $8' else '' end
        || ' where x.stopped is null and (x.due_on, x.stream, x.name) > ($1, $2, $3)'
        || case when p_agency is not null then ' and x.agency = $5' else '' end
        || case when p_clock is not null then ' and x.name = $6' else '' end
        || case when p_until is not null then ' and x.due_on < $7' else '' end
        || ' order by x.due_on, x.stream, x.name limit $4) k'
    into v_streams, v_clocks using v_due, v_stream, v_name, v_limit, p_agency, p_clock, p_until, p_state;
    return query select * from casework_listed_cases(v_streams, v_clocks);
end $$;

-- Cases whose number is this, or begins with it, as typed or in capitals, by number: ranges of the index that keeps numbers unique.
create function casework_numbered(p_session text, p_number text, p_limit int, p_after text default null) returns setof casework_listed_case
language plpgsql stable as $$
declare
    v_typed text collate "C" := regexp_replace(coalesce(p_number, ''), '\s', '', 'g');
    v_capitals text collate "C" := upper(v_typed);
    v_limit int := least(p_limit, 100);
    v_page uuid[];
begin
    perform casework_supervises(p_session);
    v_page := array(select f.stream
                    from ((select c.stream, c.number from casework_case c
                           where c.number >= v_typed and c.number < v_typed || '~' and c.number > coalesce(p_after, '') order by c.number limit v_limit)
                          union
                          (select c.stream, c.number from casework_case c
                           where c.number >= v_capitals and c.number < v_capitals || '~' and c.number > coalesce(p_after, '') order by c.number limit v_limit)) f
                    order by f.number limit v_limit);
    return query select * from casework_listed_cases(v_page, null);
end $$;
