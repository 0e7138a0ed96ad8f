-- The clocks of a case ------------------------------------------------------------------------------------------------

-- Start clocks, each by its limit: {name: {amount, unit}}.
create function casework_start_clocks(p_head record_stream, p_starts date, p_limits jsonb) returns void
language sql
begin atomic
    insert into public.casework_clock (stream, name, started, starts_on, amount, unit, due_on, provisional)
    select p_head.id, l.key, p_head.head, p_starts, (l.value ->> 'amount')::int, l.value ->> 'unit', d.due, d.provisional
    from jsonb_each(p_limits) l cross join lateral public.registry_due(p_starts, (l.value ->> 'amount')::int, l.value ->> 'unit') d
    on conflict (stream, name) do update
    set started = excluded.started, starts_on = excluded.starts_on, amount = excluded.amount, unit = excluded.unit,
        due_on = excluded.due_on, provisional = excluded.provisional, stopped = null, stopped_on = null;
end;

create function casework_stop_clocks(p_head record_stream, p_names text[]) returns void
language sql
begin atomic
    update public.casework_clock set stopped = p_head.head, stopped_on = public.record_day(p_head.at)
    where stream = p_head.id and name = any (p_names) and stopped is null;
end;

create function casework_limits(p_stream uuid) returns jsonb
language sql stable
return (select i.limits from public.casework_case c join public.registry_item i on i.id = c.item where c.stream = p_stream);
