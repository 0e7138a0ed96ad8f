-- Papers sent by post: what became of a parcel, as its carrier says, or as a clerk notes by hand with her evidence.

-- What the carrier is to be asked about now: for the worker.
create function casework_parcels_due() returns table (stream uuid, head int, carrier text, tracking text, seconds bigint)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
        select l.stream, s.head, l.carrier, l.tracking, extract(epoch from clock_timestamp())::bigint
        from casework_parcel l join record_stream s on s.id = l.stream
        where l.next_at <= record_now() and s.state = 'posted' order by l.next_at limit 50;
end $$;

-- It is still on its way, or nobody answered: ask again after a pause that grows, from an hour to twelve.
create function casework_parcel_later(p_stream uuid) returns void
language plpgsql as $$
begin
    perform record_settled();
    update casework_parcel l
    set tries = l.tries + 1, looked_at = record_now(), next_at = record_now() + casework_pause_before(l.tries, '1 hour', '12 hours')
    where l.stream = p_stream and l.next_at is not null;
end $$;

-- The parcel that is on its way is not on its way any more: it arrived, or (with the event's number) it came back.
create function casework_parcel_over(p_stream uuid, p_returned int) returns void
language plpgsql as $$
begin
    update casework_parcel l set next_at = null, looked_at = record_now(), returned = p_returned
    where l.stream = p_stream and l.returned is null;
    perform casework_refuse_when(not found, 'conflict', 'delivery.another_way');
end $$;

-- A clerk has the signed receipt before her, or the carrier's own word.
create function casework_arrival_noted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_parcel_over(p_head.id, null);
    return casework_received(p_head, p_facts);
end $$;

-- It came back: it lies at the counter again, for the person to collect, under the clock of collection. Whoever was drawn to bring it
-- has it on her list.
create function casework_returned(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_parcel_over(p_head.id, p_head.head);
    perform casework_start_clocks(p_head, record_day(p_head.at),
        jsonb_build_object('collection', coalesce(casework_limits(p_head.id) -> 'collection', '{"amount": 60, "unit": "N"}')));
    return p_head;
end $$;

-- Whether a result is to be fetched at the window: so it was chosen, or it came back by post.
create function casework_to_collect(p_stream uuid) returns boolean
language sql stable
return (select c.delivery = 'window' or exists (select 1 from public.casework_parcel l where l.stream = c.stream and l.returned is not null)
        from public.casework_case c where c.stream = p_stream);
