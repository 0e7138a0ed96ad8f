-- Changes of places: a manager proposes what shall be otherwise at places that are hers, and another one, whose they are too, confirms exactly that.

-- What each step of a change said: the first what it would change, any other why. Every step has the places that it touches.
create table registry_change (
    stream  uuid not null,
    number  int not null,
    kind    text not null check (kind ~ '^place\.'),
    places  uuid[] not null check (places <> '{}'),
    parts   text[] not null,  -- what of them it changes
    body    text not null,
    why     text not null,  -- of the body: a list opens no body
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream, number),
    foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);
create index registry_change_places on registry_change using gin (places) where number = 1;

-- The places that a manager answers for: those of her own post.
create function registry_managed(p_session text) returns setof uuid
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.role is distinct from 'manager' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query select w from registry_post p cross join registry_within(p.centre) w where p.id = v_who.post;
end $$;

-- The rows of a change, each with its place, and with what is changed there: what a change says twice contradicts itself.
create function registry_change_rows(b jsonb) returns table (part text, said jsonb, place uuid, what text)
language sql stable
begin atomic
    select p.key, r, c.id, case when p.key in ('closures', 'reopened') then 'day ' || (r ->> 'day')
                                when p.key in ('offers', 'as_level') then 'item ' || (r ->> 'item')
                                when p.key in ('windows', 'windows_ended') then 'window ' || (r ->> 'code') else p.key end
    from jsonb_each(b - 'why') p
    cross join jsonb_array_elements(case jsonb_typeof(p.value) when 'array' then p.value else '[null]' end) r
    left join public.registry_centre c on c.code = r ->> 'place';
end;

-- Whether days and hours of a week are whole: days by their numbers, each once, and a time that ends after it begins.
create function registry_hours_sound(r jsonb) returns boolean
language sql immutable
return coalesce(jsonb_typeof(r -> 'days') = 'array' and r -> 'days' <@ '[1, 2, 3, 4, 5, 6, 7]' and r -> 'days' <> '[]'
    and (select count(*) = count(distinct d) from jsonb_array_elements(r -> 'days') d)
    and r ->> 'opens' ~ '^[0-2][0-9]:[0-5][0-9]$' and r ->> 'closes' ~ '^[0-2][0-9]:[0-5][0-9]$' and r ->> 'opens' < r ->> 'closes' and r ->> 'closes' < '24', false);

-- Whether a row of a change says what its part needs, in texts that can be shown.
create function registry_change_sound(p_part text, r jsonb) returns boolean
language sql stable
return coalesce(jsonb_typeof(r) = 'object' and case p_part
    when 'closures' then r ?& '{place,day,name_zh,name_en}' and r - '{place,day,name_zh,name_en}'::text[] = '{}'
    when 'reopened' then r ?& '{place,day}' and r - '{place,day}'::text[] = '{}'
    when 'hours' then r ?& '{place,days,opens,closes,phone}' and r - '{place,days,opens,closes,phone}'::text[] = '{}' and registry_hours_sound(r)
    when 'windows' then r ?& '{place,code,name_zh,name_en}' and r - '{place,code,name_zh,name_en}'::text[] = '{}'
    when 'windows_ended' then r ?& '{place,code}' and r - '{place,code}'::text[] = '{}'
    when 'as_level' then r ?& '{place,item}' and r - '{place,item}'::text[] = '{}'
    when 'offers' then r ?& '{place,item,offered}' and jsonb_typeof(r -> 'offered') = 'boolean' and case when (r ->> 'offered')::boolean
        then r - '{place,item,offered,phone,days,opens,closes}'::text[] = '{}' and (not r ?| '{days,opens,closes}' or registry_hours_sound(r))
        else r ?& '{reason_zh,reason_en}' and r - '{place,item,offered,reason_zh,reason_en}'::text[] = '{}' end
    end
    and (not r ? 'day' or r ->> 'day' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
    and not exists (select 1 from jsonb_each(r) f where f.key not in ('days', 'offered')
                    and (jsonb_typeof(f.value) <> 'string' or trim(f.value #>> '{}') <> f.value #>> '{}'
                         or length(f.value #>> '{}') not between 1 and case f.key when 'code' then 20 when 'phone' then 40 when 'item' then 100 else 500 end)), false);

-- What a change may say: {"why", and any of closures, reopened, hours, windows, windows_ended, offers, as_level}. Null where it is sound, else what is wrong.
create function registry_change_fault(b jsonb) returns text
language plpgsql stable as $$
begin
    if jsonb_typeof(b -> 'why') is distinct from 'string' or length(trim(b ->> 'why')) not between 1 and 2000 then
        return 'why';
    elsif (select count(*) not between 1 and 5000 from registry_change_rows(b)) then
        return 'rows';
    end if;
    return coalesce(
        (select min(x.part) from registry_change_rows(b) x where not registry_change_sound(x.part, x.said) or x.place is null),
        (select min('twice: ' || x.what) from registry_change_rows(b) x group by x.place, x.what having count(*) > 1 limit 1),
        (select min('no such item: ' || (x.said ->> 'item')) from registry_change_rows(b) x
         where x.said ? 'item' and not exists (select 1 from registry_item i where i.code = x.said ->> 'item')));
exception when data_exception then
    return 'rows';
end $$;

-- Whether a change can still be done: its days are to come, and what it takes back is there. Refuses what it cannot.
create function registry_change_stands(b jsonb) returns void
language plpgsql stable as $$
declare
    v_today constant date := registry_today();
    v_gone text;
begin
    if exists (select 1 from registry_change_rows(b) x where x.said ? 'day'
               and (x.said ->> 'day')::date not between v_today and (v_today + interval '2 years')::date) then
        perform record_refuse('malformed', 'place.day');
    end if;
    v_gone := (select min(x.what) from registry_change_rows(b) x where
        x.part = 'reopened' and not exists (select 1 from registry_closure c
                                            where c.centre = x.place and c.day = (x.said ->> 'day')::date and c.ended_at is null)
        or x.part = 'windows_ended' and not exists (select 1 from registry_window w
                                                    where w.centre = x.place and w.code = x.said ->> 'code' and w.ended_at is null)
        or x.part = 'as_level' and not exists (select 1 from registry_offer o
                                               where o.place = x.place and o.item = x.said ->> 'item' and o.ended_at is null));
    if v_gone is not null then
        perform record_refuse('conflict', 'place.moved_meanwhile', jsonb_build_object('detail', v_gone));
    end if;
exception when datetime_field_overflow or invalid_datetime_format then
    perform record_refuse('malformed', 'place.malformed', '{"detail": "day"}');
end $$;

-- One step of a change. Refuses what is no change, and any place that is not hers.
create function registry_change_step(
    p_session text, p_change uuid, p_after int, p_kind text, p_body text, p_key uuid,
    out stream uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_who record;
    v_hers uuid[];
    v_places uuid[];
    v_proposer uuid;
    v_body jsonb;
    v_fault text;
    v_facts jsonb := jsonb_build_object('content', encode(record_digest(p_body), 'hex'));
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_hers := array(select registry_managed(p_session));
    if coalesce(length(p_body), 0) not between 2 and 2000000 then
        perform record_refuse('malformed', 'place.malformed', '{"detail": "length"}');
    end if;
    begin
        v_body := p_body::jsonb;
        if jsonb_typeof(v_body) <> 'object' then
            v_fault := 'json';
        elsif p_kind = 'place.proposed' then
            v_fault := registry_change_fault(v_body);
        elsif v_body - '{why,proposed}'::text[] <> '{}' or jsonb_typeof(v_body -> 'why') is distinct from 'string'
              or length(trim(v_body ->> 'why')) not between 1 and 2000 or (v_body ? 'proposed') <> (p_kind = 'place.confirmed') then
            v_fault := 'why';
        end if;
    exception when data_exception then
        v_fault := 'json';
    end;
    if v_fault is not null then
        perform record_refuse('malformed', 'place.malformed', jsonb_build_object('detail', left(v_fault, 200)));
    end if;
    if p_kind = 'place.proposed' then
        stream := substr(encode(sha256(convert_to('yimen.place.v1:' || v_who.person || ':' || p_key, 'UTF8')), 'hex'), 1, 32)::uuid;
        v_places := array(select distinct x.place from registry_change_rows(v_body) x order by 1);
        if not v_places <@ v_hers then
            perform record_refuse('forbidden', 'place.not_yours');
        end if;
        if not exists (select 1 from registry_change c where c.stream = registry_change_step.stream) then  -- else it is sent again
            perform registry_change_stands(v_body);
        end if;
    else
        stream := p_change;
        select c.places, e.person into v_places, v_proposer
        from registry_change c join record_event e on e.stream = c.stream and e.number = 1 where c.stream = p_change and c.number = 1;
        if not found or not v_places && v_hers then
            perform record_refuse('missing', 'stream.missing');
        elsif not v_places <@ v_hers then
            perform record_refuse('forbidden', 'place.not_yours');
        elsif p_kind = 'place.withdrawn' and v_proposer <> v_who.person then
            perform record_refuse('forbidden', 'place.of_another');
        end if;
        v_facts := v_facts || jsonb_strip_nulls(jsonb_build_object('proposed', v_body -> 'proposed'));
    end if;
    select d.number, d.hash, d.at, d.state, d.retried into number, hash, at, state, retried
    from record_do(stream, p_after, p_kind, p_session, v_facts, p_key, true) d;
    insert into registry_change (stream, number, kind, places, parts, body, why)
    values (registry_change_step.stream, registry_change_step.number, p_kind, v_places,
            array(select k from jsonb_object_keys(v_body - '{why,proposed}'::text[]) k order by k), p_body, v_body ->> 'why')
    on conflict do nothing;
end $$;

-- The second hand confirms exactly what was proposed, and it is in force.
create function registry_place_confirmed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_change registry_change;
    b jsonb;
begin
    select c.* into v_change from registry_change c where c.stream = p_head.id and c.number = 1;
    if encode(v_change.content, 'hex') is distinct from p_facts ->> 'proposed' then
        perform record_refuse('conflict', 'entry.other_content');
    end if;
    b := v_change.body::jsonb;
    perform 1 from registry_centre c where c.id = any (v_change.places) order by c.id for no key update of c;  -- two changes of a place wait for each other
    perform registry_change_stands(b);
    begin
        perform registry_change_apply(b, p_head.id);
    exception when integrity_constraint_violation or data_exception then
        perform record_refuse('malformed', 'place.malformed', jsonb_build_object('detail', left(sqlerrm, 200)));
    end;
    return p_head;
end $$;

create function registry_change_apply(b jsonb, p_change uuid) returns void
language plpgsql as $$
begin
    insert into registry_closure (centre, day, name_zh, name_en, change)
    select x.place, (x.said ->> 'day')::date, x.said ->> 'name_zh', x.said ->> 'name_en', p_change from registry_change_rows(b) x where x.part = 'closures'
    on conflict (centre, day) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, ended_at = null, change = excluded.change;
    update registry_closure c set ended_at = record_now(), change = p_change from registry_change_rows(b) x
    where x.part = 'reopened' and c.centre = x.place and c.day = (x.said ->> 'day')::date;
    update registry_centre c set days = x.said -> 'days', opens = (x.said ->> 'opens')::time, closes = (x.said ->> 'closes')::time, phone = x.said ->> 'phone',
        change = p_change
    from registry_change_rows(b) x where x.part = 'hours' and c.id = x.place;
    insert into registry_window (id, centre, code, name_zh, name_en, change)
    select gen_random_uuid(), x.place, x.said ->> 'code', x.said ->> 'name_zh', x.said ->> 'name_en', p_change from registry_change_rows(b) x where x.part = 'windows'
    on conflict (centre, code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, ended_at = null, change = excluded.change;
    update registry_window w set ended_at = record_now(), change = p_change from registry_change_rows(b) x
    where x.part = 'windows_ended' and w.centre = x.place and w.code = x.said ->> 'code';
    perform registry_apply_offers((select jsonb_agg(x.said || jsonb_build_object('place', x.place)) from registry_change_rows(b) x where x.part = 'offers'), p_change);
    update registry_offer o set ended_at = record_now(), change = p_change from registry_change_rows(b) x
    where x.part = 'as_level' and o.place = x.place and o.item = x.said ->> 'item' and o.ended_at is null;
end $$;

-- The changes that somebody may see, the last touched first: a manager those that touch places of hers, a supervisor all; of one place, or of one state.
-- `hers`: she answers for all of its places, and may act on it.
create function registry_changes(p_session text, p_place text, p_state text, p_limit int, p_before timestamptz default null, p_before_stream uuid default null)
returns table (change uuid, state text, head int, at timestamptz, why text, parts text[], places int, place text, place_zh text, place_en text,
               proposer_zh text, proposer_en text, proposed_at timestamptz, own boolean, hers boolean)
language plpgsql stable as $$
declare
    v_who record;
    v_hers uuid[];
    v_place uuid := (select c.id from registry_centre c where c.code = p_place);
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_hers := registry_change_seers(v_who.role, v_who.post);
    return query
    select s.id, s.state, s.head, s.at, o.why, o.parts, cardinality(o.places), c.code, c.name_zh, c.name_en, h.name_zh, h.name_en, e.at,
           e.person = v_who.person, v_who.role = 'manager' and o.places <@ v_hers
    from registry_change o join record_stream s on s.id = o.stream
    join record_event e on e.stream = s.id and e.number = 1 join registry_person h on h.id = e.person
    cross join lateral (select x.code, x.name_zh, x.name_en from registry_centre x where x.id = any (o.places)
                        order by x.id is distinct from v_place, x.code limit 1) c
    where o.number = 1 and (v_hers is null or o.places && v_hers) and (p_state = '' or s.state = p_state)
      and (p_place = '' or o.places @> array[v_place] and (v_hers is null or v_place = any (v_hers)))
      and (p_before is null or (s.at, s.id) < (p_before, p_before_stream))
    order by s.at desc, s.id desc limit least(p_limit, 200);
end $$;

-- Of whose changes somebody reads: a manager of the places that are hers, a supervisor (null) of all. Refuses all others.
create function registry_change_seers(p_role text, p_post uuid) returns uuid[]
language plpgsql stable as $$
begin
    if p_role = 'supervisor' then
        return null;
    elsif p_role is distinct from 'manager' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return array(select w from registry_post p cross join registry_within(p.centre) w where p.id = p_post);
end $$;

-- One change with every step of it, to those who may see it.
create function registry_change_read(p_session text, p_change uuid)
returns table (number int, kind text, at timestamptz, state text, name_zh text, name_en text, own boolean, hers boolean, body text, content text)
language plpgsql stable as $$
declare
    v_who record;
    v_hers uuid[];
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_hers := registry_change_seers(v_who.role, v_who.post);
    return query
    select r.number, r.kind, e.at, s.state, h.name_zh, h.name_en, e.person = v_who.person, v_who.role = 'manager' and r.places <@ v_hers,
           r.body, encode(r.content, 'hex')
    from registry_change r join record_stream s on s.id = r.stream join record_event e on e.stream = r.stream and e.number = r.number
    join registry_person h on h.id = e.person
    where r.stream = p_change and (v_hers is null or r.places && v_hers)
    order by r.number;
end $$;

-- The other managers who answer for all places of a change, the nearest first: whom its proposer can ask to confirm it.
create function registry_change_seconds(p_session text, p_change uuid)
returns table (name_zh text, name_en text, place_zh text, place_en text)
language plpgsql stable as $$
declare
    v_places uuid[];
    v_proposer uuid;
begin
    perform 1 from registry_change_read(p_session, p_change) limit 1;
    if not found then
        perform record_refuse('missing', 'stream.missing');
    end if;
    select c.places, e.person into v_places, v_proposer
    from registry_change c join record_event e on e.stream = c.stream and e.number = 1 where c.stream = p_change and c.number = 1;
    return query
    select n.name_zh, n.name_en, n.place_zh, n.place_en from (
        select distinct on (h.id) h.name_zh, h.name_en, h.staff_no, c.name_zh as place_zh, c.name_en as place_en, o.far
        from registry_over(v_places[1]) o join registry_post p on p.centre = o.place and p.role = 'manager' and p.ended_at is null
        join registry_person h on h.id = p.person and h.ended_at is null and h.id <> v_proposer
        join registry_centre c on c.id = p.centre
        where v_places <@ array(select registry_within(p.centre))
        order by h.id, o.far) n
    order by n.far, n.staff_no limit 6;
end $$;
