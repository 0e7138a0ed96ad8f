-- Entries into the registry: proposed by one person, confirmed by another, applied by the record's role and by nobody else.

-- A part of an entry, or a column of its rows, that nothing takes in: two hands would confirm what is then passed over. Null where there is none.
create function registry_unknown(b jsonb) returns text
language sql stable
return (select min(p.key || coalesce('.' || c.name, ''))
        from jsonb_each(b) p
        left join (values ('city', 'city'), ('divisions', 'division'), ('agencies', 'agency'), ('centres', 'centre'), ('windows', 'window'),
                          ('people', 'person'), ('posts', 'post'), ('duty', 'duty'), ('organisations', 'organisation'), ('seals', 'seal'),
                          ('items', 'item'), ('spellings', 'spelling'), ('synonyms', 'synonym'), ('calendar', 'calendar'),
                          ('closures', 'closure'), ('offers', 'offer'), ('elements', 'element'), ('events', 'life_event')) t (part, name) on t.part = p.key
        left join lateral (select distinct k as name
                           from jsonb_array_elements(case jsonb_typeof(p.value) when 'array' then p.value else '[]' end) r,
                                jsonb_object_keys(case jsonb_typeof(r) when 'object' then r else '{}' end) k) c on true
        where t.part is null or c.name is not null and (
            (t.name, c.name) in (('city', 'only_row'), ('person', 'proof'), ('duty', 'since'), ('item', 'published_at'), ('item', 'ended_at'), ('item', 'revision'), ('calendar', 'ordinal'),
                                  ('centre', 'change'), ('closure', 'change'), ('window', 'change'), ('offer', 'change'))
            or not exists (select 1 from pg_attribute a where a.attrelid = to_regclass('public.registry_' || t.name) and a.attname = c.name
                           and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')));

create function registry_propose(
    p_session text, p_body text, p_key uuid,
    out stream uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare v_unknown text;
begin
    perform record_settled();
    if length(p_body) > 50000000 or jsonb_typeof(p_body::jsonb) <> 'object' then
        perform record_refuse('malformed', 'entry.malformed');
    end if;
    v_unknown := registry_unknown(p_body::jsonb);
    if v_unknown is not null then
        perform record_refuse('malformed', 'entry.malformed', jsonb_build_object('detail', left('unknown: ' || v_unknown, 200)));
    end if;
    -- It goes by who proposes it and her key, so that what is sent twice, at the same moment too, is one entry.
    stream := substr(encode(sha256(convert_to('yimen.entry.v1:' || (select w.person from record_who(p_session, record_link()) w) || ':' || p_key, 'UTF8')),
                            'hex'), 1, 32)::uuid;
    select d.number, d.hash, d.at, d.state, d.retried into number, hash, at, state, retried
    from record_do(stream, 0, 'entry.proposed', p_session, jsonb_build_object('content', encode(record_digest(p_body), 'hex')), p_key, true) d;
    insert into registry_entry (stream, body) values (registry_propose.stream, p_body) on conflict do nothing;
end $$;

-- The second hand confirms exactly the body that was proposed.
create function registry_confirmed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_body text;
begin
    select e.body into v_body from registry_entry e
    where e.stream = p_head.id and encode(e.content, 'hex') = p_facts ->> 'proposed';
    if not found then
        perform record_refuse('conflict', 'entry.other_content');
    end if;
    begin
        perform registry_apply(v_body::jsonb, p_head.id);
        set constraints registry_division_parent_fkey immediate;
    exception when integrity_constraint_violation or data_exception or cardinality_violation then  -- a row that no table takes, or one twice
        perform record_refuse('malformed', 'entry.malformed', jsonb_build_object('detail', left(sqlerrm, 200)));
    end;
    return p_head;
end $$;

-- What was proposed and waits for its second hand. The registry's login does not read the record itself.
create function registry_waiting() returns table (stream uuid, at timestamptz, person uuid)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
    select e.stream, e.at, e.person from record_event e join record_stream s on s.id = e.stream
    where e.kind = 'entry.proposed' and e.number = 1 and s.state = 'proposed';
end $$;

-- An agency that ends leaves nothing behind: its items have ended or are another's, its cases are over, its people have left.
create function registry_agencies_stand() returns void
language plpgsql stable as $$
declare
    v_agency text := (select min(a.name_zh) from registry_agency a where a.ended_at is not null and (
        exists (select 1 from registry_item i where i.agency = a.id and (i.ended_at is null or i.ended_at > record_now()))
        or exists (select 1 from registry_post p where p.agency = a.id and p.ended_at is null)
        or exists (select 1 from record_stream s where s.agency = a.id and s.open and s.type = 'case')));
begin
    if v_agency is not null then
        perform record_refuse('conflict', 'agency.in_use', jsonb_build_object('agency', v_agency));
    end if;
end $$;

-- A place that ends leaves nothing behind: nobody has a post there, no item in force is its, no case is open at it, and no sub-hall lies under it.
create function registry_places_stand() returns void
language plpgsql stable as $$
declare
    v_place text := (select min(c.code) from registry_centre c where c.ended_at is not null and (
        exists (select 1 from registry_post p where p.centre = c.id and p.ended_at is null)
        or exists (select 1 from registry_item i where i.centre = c.id and (i.ended_at is null or i.ended_at > record_now()))
        or exists (select 1 from record_stream s where s.centre = c.id and s.open and s.type in ('case', 'visit'))
        or exists (select 1 from registry_centre s where s.parent = c.id and s.ended_at is null)));
begin
    if v_place is not null then
        perform record_refuse('conflict', 'place.in_use', jsonb_build_object('place', v_place));
    end if;
end $$;

-- What an entry says of items overwrites nothing that two people reviewed, and lacks nothing that every item must say.
create function registry_items_stand(p_items jsonb) returns void
language plpgsql stable as $$
declare
    v_reviewed text := (select min(i.code) from registry_item i where i.revision is not null
                        and i.code in (select x ->> 'code' from jsonb_array_elements(coalesce(p_items, '[]')) x));
    v_lacking text := (select min((x ->> 'code') || ': ' || registry_lacking(x -> 'rows')) from jsonb_array_elements(coalesce(p_items, '[]')) x);
begin
    if v_reviewed is not null then
        perform record_refuse('conflict', 'item.of_a_revision', jsonb_build_object('item', v_reviewed));
    elsif v_lacking is not null then
        perform record_refuse('malformed', 'revision.incomplete', jsonb_build_object('item', v_lacking));
    end if;
end $$;

create function registry_apply(b jsonb, p_entry uuid default null) returns void
language plpgsql as $$
begin
    insert into registry_city (code, name_zh, name_en, demonstration)
    select x.code, x.name_zh, x.name_en, x.demonstration from jsonb_populate_recordset(null::registry_city, b -> 'city') x
    on conflict (only_row) do update set code = excluded.code, name_zh = excluded.name_zh, name_en = excluded.name_en, demonstration = excluded.demonstration;
    insert into registry_division select * from jsonb_populate_recordset(null::registry_division, b -> 'divisions')
    on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level, parent = excluded.parent;
    insert into registry_agency select * from jsonb_populate_recordset(null::registry_agency, b -> 'agencies')
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, short_zh = excluded.short_zh, ended_at = excluded.ended_at;
    insert into registry_centre (id, code, name_zh, name_en, level, division, address_zh, address_en, days, opens, closes, phone,
                                 kind, parent, longitude, latitude, ended_at)
    select x.id, x.code, x.name_zh, x.name_en, x.level, x.division, x.address_zh, x.address_en, x.days, x.opens, x.closes, x.phone,
           coalesce(x.kind, 'hall'), x.parent, x.longitude, x.latitude, x.ended_at
    from jsonb_populate_recordset(null::registry_centre, b -> 'centres') x
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level, division = excluded.division,
        address_zh = excluded.address_zh, address_en = excluded.address_en, days = excluded.days, opens = excluded.opens,
        closes = excluded.closes, phone = excluded.phone, kind = excluded.kind, parent = excluded.parent,
        longitude = excluded.longitude, latitude = excluded.latitude, ended_at = excluded.ended_at,
        change = case when (registry_centre.days, registry_centre.opens, registry_centre.closes, registry_centre.phone)
                           = (excluded.days, excluded.opens, excluded.closes, excluded.phone) then registry_centre.change end;
    insert into registry_closure select * from jsonb_populate_recordset(null::registry_closure, b -> 'closures')
    on conflict (centre, day) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, ended_at = excluded.ended_at, change = null;
    insert into registry_window select * from jsonb_populate_recordset(null::registry_window, b -> 'windows')
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, ended_at = excluded.ended_at, change = null;
    insert into registry_person (id, staff_no, username, name_zh, name_en, identity, ended_at)
    select x.id, x.staff_no, x.username, x.name_zh, x.name_en, x.identity, x.ended_at from jsonb_populate_recordset(null::registry_person, b -> 'people') x
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, username = excluded.username, ended_at = excluded.ended_at;
    insert into registry_post select * from jsonb_populate_recordset(null::registry_post, b -> 'posts')
    on conflict (id) do update set ended_at = excluded.ended_at;
    insert into registry_duty as d (post, weekday, ended_at, since)
    select x.post, x.weekday, x.ended_at, record_now() from jsonb_populate_recordset(null::registry_duty, b -> 'duty') x
    on conflict (post, weekday) do update
    set ended_at = excluded.ended_at,
        since = case when (d.ended_at is null) = (excluded.ended_at is null) then d.since else excluded.since end;
    insert into registry_organisation select * from jsonb_populate_recordset(null::registry_organisation, b -> 'organisations')
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, representative = excluded.representative, ended_at = excluded.ended_at;
    insert into registry_seal select * from jsonb_populate_recordset(null::registry_seal, b -> 'seals')
    on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en;
    update registry_item i set ended_at = record_now()
    from jsonb_to_recordset(b -> 'items') as x (id uuid, code text) where i.code = x.code and i.id <> x.id and i.ended_at is null;
    insert into registry_item (id, code, version, agency, centre, seal, body, document, rows, digest, published_at)
    select x.id, x.code, x.version, x.agency, x.centre, x.seal, x.body, coalesce(x.document, '{}'), coalesce(x.rows, '{}'), coalesce(x.digest, ''), record_now()
    from jsonb_populate_recordset(null::registry_item, b -> 'items') x;
    insert into registry_spelling select * from jsonb_populate_recordset(null::registry_spelling, b -> 'spellings')
    on conflict (item) do update set pinyin = excluded.pinyin, initials = excluded.initials;
    insert into registry_element select * from jsonb_populate_recordset(null::registry_element, b -> 'elements')
    on conflict (code) do update set place = excluded.place, name_zh = excluded.name_zh, name_en = excluded.name_en, fields = excluded.fields,
        ended_at = excluded.ended_at;
    perform registry_seek(array(select (x ->> 'id')::uuid from jsonb_array_elements(coalesce(b -> 'items', '[]')) x)
                          || array(select (x ->> 'item')::uuid from jsonb_array_elements(coalesce(b -> 'spellings', '[]')) x));
    insert into registry_synonym (word, sound, initials, stands_for, ended_at)
    select x.word, coalesce(x.sound, ''), coalesce(x.initials, ''), x.stands_for, x.ended_at from jsonb_populate_recordset(null::registry_synonym, b -> 'synonyms') x
    on conflict (word, stands_for) do update set sound = excluded.sound, initials = excluded.initials, ended_at = excluded.ended_at;
    insert into registry_life_event select * from jsonb_populate_recordset(null::registry_life_event, b -> 'events')
    on conflict (code) do update set ordinal = excluded.ordinal, name_zh = excluded.name_zh, name_en = excluded.name_en, items = excluded.items,
        ended_at = excluded.ended_at;
    perform registry_apply_offers(b -> 'offers');
    perform registry_agencies_stand();
    perform registry_places_stand();
    perform registry_items_stand(b -> 'items');
    if b ? 'calendar' then
        perform registry_apply_calendar(b -> 'calendar', p_entry);
    end if;
end $$;

-- The first two registrars of an empty city. Only the owner can found a city, and only once.
create function registry_found(p_body jsonb) returns void
language plpgsql as $$
declare
    v_head record_stream;
begin
    lock table registry_person in exclusive mode;
    if exists (select 1 from registry_person) then
        perform record_refuse('conflict', 'city.founded_already');
    end if;
    perform registry_apply(p_body);
    insert into record_stream (id, type, head, hash, state, at)
    values (gen_random_uuid(), 'city', 0, decode(repeat('00', 32), 'hex'), '', record_now()) returning * into v_head;
    v_head := record_write(v_head, record_now(), record_epoch_now(), 'city.founded', 'founded', 'owner', 'machine', '', null, null, null,
        jsonb_build_object('content', encode(sha256(convert_to(p_body::text, 'UTF8')), 'hex')));
    update record_stream s set head = v_head.head, hash = v_head.hash, state = v_head.state, at = v_head.at where s.id = v_head.id;
end $$;

-- Law's counting: the opening day is not counted; a last day that is a rest day rolls to the next working day
-- (Civil Code 200 to 203, by analogy). Working days (W), natural days (N), months (M); on the spot (I) is the day itself, or the
-- next working day. `p_more`: days added by extensions and pauses, of the same kind. Null beyond the calendar.
create function registry_count(p_start date, p_amount int, p_unit text, p_more int, out due date, out provisional boolean)
language plpgsql stable as $$
declare
    -- the first day whose kind matters: every working day is counted, of other periods only the end
    v_from date := case p_unit when 'M' then (p_start + make_interval(months => p_amount))::date + p_more
                               when 'N' then p_start + p_amount + p_more when 'I' then p_start else p_start + 1 end;
begin
    if p_unit in ('W', 'I') then
        select d.day, exists (select 1 from registry_calendar c where c.day between v_from and d.day and c.provisional) into due, provisional
        from registry_calendar s
        join registry_calendar d on d.working and d.ordinal = s.ordinal + p_amount + p_more + (p_unit = 'I' and not s.working)::int
        where s.day = p_start;
    else
        select d.day, exists (select 1 from registry_calendar c where c.day between v_from and d.day and c.provisional) into due, provisional
        from registry_calendar f join registry_calendar d on d.working and d.day >= f.day
        where f.day = v_from order by d.day limit 1;
    end if;
    provisional := coalesce(provisional, false);
end $$;

-- The same. Refuses a limit that is none, and a date beyond the calendar.
create function registry_due(p_start date, p_amount int, p_unit text, p_more int default 0, out due date, out provisional boolean)
language plpgsql stable as $$
declare v_found record;
begin
    if p_start is null or p_more is null or p_more < 0 or p_more > 4000 or coalesce(case p_unit when 'W' then p_amount not between 1 and 2000
            when 'N' then p_amount not between 1 and 4000 when 'M' then p_amount not between 1 and 120 when 'I' then p_amount <> 0 end, true) then
        perform record_refuse('malformed', 'limit.malformed', jsonb_build_object('amount', p_amount, 'unit', p_unit));
    end if;
    v_found := registry_count(p_start, p_amount, p_unit, p_more);
    due := v_found.due;
    provisional := v_found.provisional;
    if due is null then
        perform record_refuse('not_now', 'calendar.too_short', jsonb_build_object('start', p_start::text));
    end if;
end $$;

-- The places that a place answers for: all those of its division and of the divisions in it, with their sub-halls; a sub-hall for itself.
-- `union` lets divisions that lie in a circle end.
create function registry_within(p_place uuid) returns setof uuid
language sql stable
begin atomic
    with recursive below (code) as (
        select c.division from public.registry_centre c where c.id = p_place and c.kind = 'hall'
        union
        select d.code from public.registry_division d join below b on d.parent = b.code)
    select c.id from below b join public.registry_centre c on c.division = b.code and c.ended_at is null
    union
    select c.id from public.registry_centre c where c.id = p_place;
end;

-- The places that answer for a place, the nearest first: itself, the hall under which it is listed, the halls of its division and of those above.
create function registry_over(p_place uuid) returns table (place uuid, far int)
language sql stable
begin atomic
    with recursive above (code, parent, far) as (
        select d.code, d.parent, 2 from public.registry_centre c join public.registry_division d on d.code = c.division where c.id = p_place
        union all
        select d.code, d.parent, a.far + 1 from public.registry_division d join above a on d.code = a.parent
    ) cycle code set again using path
    select o.place, min(o.far) from (
        select p_place as place, 0 as far
        union all
        select c.parent, 1 from public.registry_centre c where c.id = p_place and c.parent is not null
        union all
        select c.id, a.far from above a join public.registry_centre c on c.division = a.code and c.kind = 'hall' where not a.again) o
    group by o.place;
end;

-- Whose people are drawn under the eyes of a place: those of the places that it answers for; and of agencies, which stand at no place and
-- whose people decide for all, where it is a hall of the city.
create function registry_pools(p_place uuid) returns setof uuid
language sql stable
begin atomic
    select public.registry_within(p_place)
    union all
    select a.id from public.registry_agency a join public.registry_centre c on c.id = p_place where (c.level, c.kind) = ('city', 'hall');
end;

-- Which elements of the city's profile the rows of an item do not say; null where none is lacking.
create function registry_lacking(p_rows jsonb) returns text
language sql stable
return (select string_agg(e.code, ', ' order by e.place) from public.registry_element e
        where e.ended_at is null and exists (
            select 1 from jsonb_array_elements_text(e.fields) f
            where case f when 'materials' then coalesce(jsonb_array_length(p_rows -> 'materials'), 0) = 0
                         else coalesce(trim(p_rows -> 'items' -> 0 ->> f), '') = '' end));

-- The city's date, by the database's clock.
create function registry_today() returns date
language sql stable
return public.record_day(public.record_now());
