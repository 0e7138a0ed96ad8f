-- The clocks of a case ------------------------------------------------------------------------------------------------
--
-- A clock runs from a day, for an amount of working days (W), natural days (N) or months (M), or on the spot (I). Extended days
-- and days on which it was paused move its end by their number. Every end is computed by the calendar on record, and computed
-- again when that calendar changes under an open case.

-- The times at which a clock stood still. Days in (paused_on, resumed_on] are not counted (Administrative Licensing Law 45).
create table casework_pause (
    stream     uuid not null references record_stream (id),
    name       text not null,
    paused     int not null,
    paused_on  date not null,
    resumed    int,
    resumed_on date,
    primary key (stream, name, paused),
    constraint pause_ends_after_it_began check (resumed_on >= paused_on)
);

-- What a decided case took, by its promise: for telling others what to expect. A new row each, so that nobody waits for another.
create table casework_pace (
    stream     uuid primary key references record_stream (id),
    item       text not null,
    unit       text not null,
    decided_on date not null,
    days       int not null check (days >= 0)
);
create index casework_pace_item on casework_pace (item, unit, decided_on desc) include (days);

-- A change of the calendar, and how far the open cases have been counted again. Clocks that end before its first day are not
-- touched by it.
create table registry_calendar_change (
    id        bigint generated always as identity primary key,
    entry     uuid,
    first_day date not null,
    at        timestamptz not null,
    epoch     int,
    seen      xid8,
    due_on    date not null,
    stream    uuid not null default '00000000-0000-0000-0000-000000000000',
    done_at   timestamptz
);
create index registry_calendar_change_open on registry_calendar_change (id) where done_at is null;

-- Enter days of the calendar. What changes days already there is noted, for the clocks of open cases.
create function registry_apply_calendar(p_days jsonb, p_entry uuid) returns void
language plpgsql as $$
declare v_first date;
begin
    select min(x.day) into v_first
    from jsonb_populate_recordset(null::registry_calendar, p_days) x join registry_calendar c on c.day = x.day
    where (c.working, c.provisional) is distinct from (x.working, x.provisional);
    insert into registry_calendar (day, working, provisional, name_zh, name_en)
    select x.day, x.working, x.provisional, x.name_zh, x.name_en from jsonb_populate_recordset(null::registry_calendar, p_days) x
    on conflict (day) do update set working = excluded.working, provisional = excluded.provisional, name_zh = excluded.name_zh, name_en = excluded.name_en;
    if (select max(c.day) - min(c.day) + 1 <> count(*) from registry_calendar c) then
        perform record_refuse('malformed', 'calendar.gap');
    end if;
    update registry_calendar c set ordinal = n.ordinal
    from (select k.day, (count(*) filter (where k.working) over (order by k.day))::int as ordinal from registry_calendar k) n
    where n.day = c.day and n.ordinal <> c.ordinal;
    if v_first is not null then
        insert into registry_calendar_change (entry, first_day, at, due_on) values (p_entry, v_first, record_now(), v_first);
    end if;
end $$;

-- How many days lie after the first date, up to and with the second: working days for W and I, natural days for N and M.
create function registry_days(p_after date, p_until date, p_unit text) returns int
language sql stable
return case when p_unit in ('N', 'M') then p_until - p_after
            else (select u.ordinal - a.ordinal from public.registry_calendar a, public.registry_calendar u where a.day = p_after and u.day = p_until) end;

-- The working day on which something counts as received: after closing or on a day of rest it is the next one.
create function registry_received(p_at timestamptz, p_closes time default '24:00') returns date
language plpgsql stable as $$
declare
    v_local timestamp := p_at at time zone (select k.zone from record_clock k);
    v_day date := v_local::date + (v_local::time >= p_closes)::int;
    v_found date := (select min(c.day) from registry_calendar c where c.working and c.day >= v_day);
begin
    if v_found is null then
        perform record_refuse('not_now', 'calendar.too_short', jsonb_build_object('start', v_day::text));
    end if;
    return v_found;
end $$;

-- The limits of a case: its item's, and once an instant case could not be done on the spot, the promise published for that.
create function casework_limits(p_stream uuid) returns jsonb
language sql stable
return (select case when i.instant and not c.instant and jsonb_typeof(i.limits -> 'fallback') = 'object'
                    then i.limits || jsonb_build_object('promise', jsonb_build_object('starts', i.limits -> 'promise' ->> 'starts') || (i.limits -> 'fallback'))
                    else i.limits end
        from public.casework_case c join public.registry_item i on i.id = c.item where c.stream = p_stream);

-- Start clocks, each by its limit: {name: {amount, unit}}. A limit that is null starts none. Started again, a clock begins anew.
create function casework_start_clocks(p_head record_stream, p_starts date, p_limits jsonb) returns void
language sql
begin atomic
    insert into public.casework_clock (stream, name, started, starts_on, amount, unit, due_on, provisional, agency)
    select p_head.id, l.key, p_head.head, p_starts, (l.value ->> 'amount')::int, l.value ->> 'unit', d.due, d.provisional, p_head.agency
    from jsonb_each(p_limits) l cross join lateral public.registry_due(p_starts, (l.value ->> 'amount')::int, l.value ->> 'unit') d
    where jsonb_typeof(l.value) = 'object'
    on conflict (stream, name) do update
    set started = excluded.started, starts_on = excluded.starts_on, amount = excluded.amount, unit = excluded.unit,
        due_on = excluded.due_on, provisional = excluded.provisional, stopped = null, stopped_on = null,
        extended = 0, paused_days = 0, paused_on = null;
end;

-- The days on which a clock stood still since it was started; a pause that still lasts is not in it.
create function casework_paused_days(k casework_clock) returns int
language sql stable
return (select coalesce(sum(public.registry_days(p.paused_on, p.resumed_on, k.unit)), 0)::int from public.casework_pause p
        where p.stream = k.stream and p.name = k.name and p.paused >= k.started and p.resumed is not null);

-- Compute clocks again, after a pause or an extension.
create function casework_count_again(p_stream uuid, p_names text[]) returns void
language sql
begin atomic
    update public.casework_clock c set paused_days = d.paused, due_on = d.due, provisional = d.provisional
    from (select k.name, x.paused, r.due, r.provisional
          from public.casework_clock k
          cross join lateral (select public.casework_paused_days(k) as paused) x
          cross join lateral public.registry_due(k.starts_on, k.amount, k.unit, k.extended + x.paused) r
          where k.stream = p_stream and k.name = any (p_names)) d
    where c.stream = p_stream and c.name = d.name;
end;

-- Let clocks stand still from a day on. Those that the case does not have, or that have stopped, are left alone. No move pauses or
-- extends yet: the special procedures will (Administrative Licensing Law 42, 45), and the clocks are ready for them.
create function casework_pause_clocks(p_head record_stream, p_names text[], p_day date) returns void
language plpgsql as $$
begin
    if exists (select 1 from casework_clock k where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null and k.paused_on is not null) then
        perform record_refuse('conflict', 'clock.paused_already');
    end if;
    update casework_clock k set paused_on = greatest(p_day, k.starts_on)
    where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null;
    if not found then
        perform record_refuse('conflict', 'clock.not_running');
    end if;
    insert into casework_pause (stream, name, paused, paused_on)
    select k.stream, k.name, p_head.head, k.paused_on from casework_clock k
    where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null;
end $$;

-- Let paused clocks run on: the days of their unit in (pause, resume] are not counted, and the end moves by their number.
create function casework_resume_clocks(p_head record_stream, p_names text[], p_day date) returns void
language plpgsql as $$
declare v_names text[] := array(select k.name from casework_clock k where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null
                                and k.paused_on is not null);
begin
    if v_names = '{}' then
        perform record_refuse('conflict', 'clock.not_paused');
    elsif exists (select 1 from casework_clock k where k.stream = p_head.id and k.name = any (v_names) and k.paused_on > p_day) then
        perform record_refuse('malformed', 'clock.resumed_before_pause');
    end if;
    update casework_pause p set resumed = p_head.head, resumed_on = p_day
    where p.stream = p_head.id and p.name = any (v_names) and p.resumed is null;
    update casework_clock k set paused_on = null where k.stream = p_head.id and k.name = any (v_names);
    perform casework_count_again(p_head.id, v_names);
end $$;

-- Give running clocks more days of their unit (Administrative Licensing Law 42: once, with the approval its step demands).
create function casework_extend_clocks(p_head record_stream, p_names text[], p_days int) returns void
language plpgsql as $$
begin
    if p_days is null or p_days not between 1 and 400 then
        perform record_refuse('malformed', 'limit.malformed');
    end if;
    update casework_clock k set extended = k.extended + p_days
    where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null;
    if not found then
        perform record_refuse('conflict', 'clock.not_running');
    end if;
    perform casework_count_again(p_head.id, p_names);
end $$;

-- Stop clocks. One that stands still runs on to this day first, so that what it took leaves the pause out. The stop of a promise by
-- a decision tells others what to expect.
create function casework_stop_clocks(p_head record_stream, p_names text[]) returns void
language plpgsql as $$
declare
    v_day date := record_day(p_head.at);
    v_paused text[];
begin
    with stopped as (
        update casework_clock k set stopped = p_head.head, stopped_on = v_day
        where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null and k.paused_on is null)
    select coalesce(array_agg(k.name), '{}') into v_paused
    from casework_clock k where k.stream = p_head.id and k.name = any (p_names) and k.stopped is null and k.paused_on is not null;
    if v_paused <> '{}' then
        perform casework_resume_clocks(p_head, v_paused, greatest(v_day, (select max(k.paused_on) from casework_clock k where k.stream = p_head.id)));
        update casework_clock k set stopped = p_head.head, stopped_on = v_day where k.stream = p_head.id and k.name = any (v_paused);
    end if;
    if 'promise' = any (p_names) and p_head.state in ('granted', 'denied') then
        insert into casework_pace (stream, item, unit, decided_on, days)
        select k.stream, i.code, k.unit, k.stopped_on, greatest(0, registry_days(k.starts_on, k.stopped_on, k.unit) - k.paused_days)
        from casework_clock k join casework_case c on c.stream = k.stream join registry_item i on i.id = c.item
        where k.stream = p_head.id and k.name = 'promise' and k.stopped = p_head.head
          and registry_days(k.starts_on, k.stopped_on, k.unit) is not null
        on conflict do nothing;
    end if;
end $$;

-- What the last 200 decided cases of an item really took, from acceptance (or receipt) to the decision, without the time they stood
-- still: the middle one, and the day by which nine in ten were decided. Null where none was decided.
create function casework_took(p_item text) returns jsonb
language sql stable
return (select jsonb_build_object('cases', count(*), 'unit', p.unit, 'median', percentile_disc(0.5) within group (order by p.days),
                                  'nine_in_ten', percentile_disc(0.9) within group (order by p.days))
        from (select x.unit, x.days from public.casework_pace x
              where x.item = p_item and x.unit = (select i.limits -> 'promise' ->> 'unit' from public.registry_item i where i.code = p_item
                                                  and i.published_at <= statement_timestamp() + (select c.ahead from public.record_clock c) order by i.version desc limit 1)
              order by x.decided_on desc limit 200) p
        group by p.unit);

-- The calendar changed under an open case: its dates are those of the facts, which casework_recount computed.
create function casework_recounted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_clock k set due_on = (x.clock ->> 'now')::date
    from jsonb_array_elements(p_facts -> 'clocks') as x (clock)
    where k.stream = p_head.id and k.name = x.clock ->> 'name' and k.stopped is null;
    return p_head;
end $$;

-- Count the next open cases again after the calendar changed. Returns how many were looked at; 0 when there is nothing to do now.
-- Every step that may have counted by the calendar before is over when this begins. A case that someone is moving just then is taken
-- in the next call, and one whose dates stay is left alone, so that nothing is lost or done twice wherever a call is broken off.
-- Acceptance and correction that have run out have had their effect in law and stay.
create function casework_recount(p_limit int default 500) returns int
language plpgsql as $$
declare
    v_change registry_calendar_change;
    v_epoch int := record_epoch_now();
    v_states text[] := (select m.from_states from record_move m where m.kind = 'case.recounted');
    v_batch record;
    v_free uuid[];
    v_case record;
begin
    perform record_settled();
    select * into v_change from registry_calendar_change c where c.done_at is null order by c.id limit 1 for update skip locked;
    if not found then
        return 0;
    elsif v_change.epoch is distinct from v_epoch then
        update registry_calendar_change c set epoch = v_epoch, seen = pg_current_xact_id() where c.id = v_change.id;
        return 0;
    elsif pg_snapshot_xmin(pg_current_snapshot()) <= v_change.seen then
        return 0;
    end if;
    select array_agg(b.stream) as streams, array_agg(b.due_on) as dues into v_batch
    from (select k.due_on, k.stream from casework_clock k
          where k.stopped is null and (k.due_on, k.stream) > (v_change.due_on, v_change.stream)
          order by k.due_on, k.stream limit greatest(1, least(p_limit, 2000))) b;
    if v_batch.streams is null then
        update registry_calendar_change c set done_at = record_now() where c.id = v_change.id;
        return 0;
    end if;
    v_free := array(select s.id from record_stream s where s.id = any (v_batch.streams) order by s.id for update skip locked);
    for v_case in
        with counted as materialized (
            select k.stream, k.name, k.due_on, x.paused, r.due, r.provisional, s.head
            from casework_clock k
            join record_stream s on s.id = k.stream and s.open and s.state = any (v_states)
            cross join lateral (select casework_paused_days(k) as paused) x
            cross join lateral registry_count(k.starts_on, k.amount, k.unit, k.extended + x.paused) r
            where k.stream = any (v_free) and k.stopped is null and r.due is not null
              and not (k.name in ('acceptance', 'correction') and k.due_on < record_day(record_now()))),
        surer as (
            update casework_clock k set provisional = c.provisional, paused_days = c.paused
            from counted c
            where k.stream = c.stream and k.name = c.name and (k.provisional, k.paused_days) is distinct from (c.provisional, c.paused))
        select c.stream, c.head, jsonb_agg(jsonb_build_object('name', c.name, 'was', c.due_on::text, 'now', c.due::text) order by c.name) as clocks
        from counted c where c.due <> c.due_on group by c.stream, c.head
    loop
        perform record_do(v_case.stream, v_case.head, 'case.recounted', null,
                          jsonb_build_object('entry', v_change.entry, 'clocks', v_case.clocks), gen_random_uuid(), true);
    end loop;
    -- on to the first case that was being moved, and no further
    update registry_calendar_change c set due_on = b.due_on, stream = b.stream
    from (select d.due_on, d.stream from unnest(v_batch.dues, v_batch.streams) with ordinality as d (due_on, stream, n)
          where d.n < coalesce((select min(u.n) from unnest(v_batch.streams) with ordinality as u (stream, n) where u.stream <> all (v_free)), 2147483647)
          order by d.n desc limit 1) b
    where c.id = v_change.id;
    return cardinality(v_batch.streams);
end $$;
