-- Revisions: how items change. Editors draft and submit; a reviewer, who is another person, publishes all of it at once or sends it back.

-- What each step of a revision said: a draft the items it would publish, any other step why. Of an agency's items; without one, of any.
create table registry_revision (
    stream  uuid not null,
    number  int not null,
    kind    text not null check (kind ~ '^revision\.'),
    agency  uuid references registry_agency (id),
    body    text not null,
    why     text not null,  -- of the body, as are how many items and ends a draft has, their codes and at which places: a list opens no body
    items   int,
    ends    int,
    cancels int,
    places  uuid[],
    codes   text[],
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream, number),
    foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);
create index registry_revision_agency on registry_revision (agency, stream) where number = 1;

-- Who keeps the catalogue: for which agency she edits, without one for any; and at which places, without any named for all.
create function registry_keeper(p_session text, out role text, out agency uuid, out code text, out name_zh text, out name_en text, out places uuid[])
language plpgsql as $$
declare
    v_who record;
    v_post registry_post;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.role is null or v_who.role not in ('editor', 'reviewer', 'registrar') then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    role := v_who.role;
    select p.* into v_post from registry_post p where p.id = v_who.post;
    select a.id, a.code, a.name_zh, a.name_en into agency, code, name_zh, name_en from registry_agency a where a.id = v_post.agency;
    if role = 'reviewer' or role = 'editor' and agency is null then
        places := array(select registry_within(v_post.centre));
    end if;
end $$;

-- Whether an item of a draft is whole: rows of texts, of the agency that has it (a new one: that its code names), under a seal of that agency or the one it had.
create function registry_revision_sound(i jsonb, p_agency uuid) returns boolean
language plpgsql stable as $$
declare
    v_uuid constant text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
    v_last record;
begin
    if jsonb_typeof(i) <> 'object' or (select array_agg(k order by k) from jsonb_object_keys(i) k)
                                      is distinct from '{agency,base,body,centre,code,initials,pinyin,rows,seal}'::text[] then
        return false;
    elsif not coalesce(i ->> 'base' ~ '^[0-9]{1,6}$' and i ->> 'code' ~ '^[0-9A-Z]{31}$' and i ->> 'agency' ~ v_uuid and i ->> 'centre' ~ v_uuid
                       and i ->> 'seal' ~ v_uuid and jsonb_typeof(i -> 'pinyin') = 'string' and jsonb_typeof(i -> 'initials') = 'string'
                       and jsonb_typeof(i -> 'body') = 'object' and jsonb_typeof(i -> 'rows') = 'object'
                       and left(i -> 'body' ->> 'handling_code', 31) = i ->> 'code', false) then
        return false;
    elsif (i -> 'rows') - '{items,situations,materials,fees,questions}'::text[] <> '{}' or jsonb_path_exists(i -> 'rows', 'strict $.* ? (@.type() != "array")')
          or jsonb_path_exists(i -> 'rows', 'strict $.*[*] ? (@.type() != "object")')
          or jsonb_path_exists(i -> 'rows', 'strict $.*[*].* ? (@.type() != "string")')
          or i -> 'rows' -> 'items' -> 0 ->> 'implementation_code' is distinct from i ->> 'code' then
        return false;
    end if;
    select l.agency, l.seal into v_last from registry_item l where l.code = i ->> 'code' order by l.version desc limit 1;
    return coalesce((p_agency is null or i ->> 'agency' = p_agency::text)
        and case when v_last is null then (select a.code = left(i ->> 'code', 18) from registry_agency a where a.id = (i ->> 'agency')::uuid)
                 else p_agency is null or v_last.agency = p_agency end
        and (i ->> 'seal' = v_last.seal::text
             or exists (select 1 from registry_seal s where s.id = (i ->> 'seal')::uuid and s.agency = (i ->> 'agency')::uuid)), false);
end $$;

-- What is to come of an item: the last version of it that has not begun, or that has an end that has not come.
create function registry_coming(p_code text, p_version int) returns boolean
language sql stable
return (select exists (select 1 from registry_item i where i.code = p_code and i.version = p_version
                       and (i.ended_at > record_now() and i.ended_at > i.published_at or i.ended_at is null and i.published_at > record_now())
                       and not exists (select 1 from registry_item l where l.code = p_code and l.version > p_version
                                       and (l.ended_at is null or l.ended_at > l.published_at))));

-- What a draft may say: {"why", "items": [{code, base, agency, centre, seal, body, rows, pinyin, initials}], "ends": [{code, base}],
-- "cancels": [{code, base}]}. `base` is the version that it follows, 0 for a new item; of what is cancelled, the version that has not begun,
-- or whose end has not come. Null where it is sound, else what is wrong.
create function registry_revision_fault(b jsonb, p_agency uuid) returns text
language sql stable
return (select case
    when (select array_agg(k order by k) from jsonb_object_keys(b) k) is distinct from '{cancels,ends,items,why}'::text[] then 'why, items, ends, cancels'
    when jsonb_typeof(b -> 'why') <> 'string' or length(b ->> 'why') not between 1 and 2000 then 'why'
    when jsonb_typeof(b -> 'items') <> 'array' or jsonb_typeof(b -> 'ends') <> 'array' or jsonb_typeof(b -> 'cancels') <> 'array' then 'items, ends, cancels'
    when jsonb_array_length(b -> 'items') + jsonb_array_length(b -> 'ends') + jsonb_array_length(b -> 'cancels') = 0 then 'nothing'
    else coalesce(
        (select min('items: ' || left(coalesce(i ->> 'code', '?'), 40)) from jsonb_array_elements(b -> 'items') i
         where not registry_revision_sound(i, p_agency)),
        (select min('ends, cancels: ' || left(coalesce(e ->> 'code', '?'), 40)) from jsonb_array_elements((b -> 'ends') || (b -> 'cancels')) e
         where jsonb_typeof(e) <> 'object' or (select array_agg(k order by k) from jsonb_object_keys(e) k) is distinct from '{base,code}'::text[]
            or coalesce(e ->> 'base' !~ '^[1-9][0-9]{0,5}$', true)),
        (select min('ends: ' || (e ->> 'code')) from jsonb_array_elements(b -> 'ends') e
         where not exists (select 1 from registry_item i where i.code = e ->> 'code' and i.ended_at is null and (p_agency is null or i.agency = p_agency))),
        (select min('cancels: ' || (e ->> 'code')) from jsonb_array_elements(b -> 'cancels') e
         where not registry_coming(e ->> 'code', (e ->> 'base')::int)
            or p_agency is not null and not exists (select 1 from registry_item i where i.code = e ->> 'code' and i.version = (e ->> 'base')::int and i.agency = p_agency)),
        (select min('twice: ' || t.code) from (select x ->> 'code' as code from jsonb_array_elements((b -> 'items') || (b -> 'ends') || (b -> 'cancels')) x
                                               group by x ->> 'code' having count(*) > 1) t))
    end);

-- The number of the draft at which a revision stands, or stood after one of its steps.
create function registry_revision_drafted(p_revision uuid, p_number int default null) returns int
language sql stable
return (select max(r.number) from registry_revision r where r.stream = p_revision and r.kind in ('revision.opened', 'revision.saved')
                                                         and (p_number is null or r.number <= greatest(p_number, 1)));

create function registry_revision_draft(p_revision uuid) returns jsonb
language sql stable
return (select r.body::jsonb from registry_revision r where r.stream = p_revision and r.number = registry_revision_drafted(p_revision));

-- At which places the items of a draft would be offered, and those are that change, end or are cancelled.
create function registry_revision_places(b jsonb) returns uuid[]
language sql stable
return (select coalesce(array_agg(distinct at.centre), '{}') from (
            select (i ->> 'centre')::uuid as centre from jsonb_array_elements(b -> 'items') i
            union all
            select l.centre from jsonb_array_elements((b -> 'items') || (b -> 'ends')) x join registry_item l on l.code = x ->> 'code' and l.ended_at is null
            union all
            select l.centre from jsonb_array_elements(b -> 'cancels') x join registry_item l on l.code = x ->> 'code' and l.version = (x ->> 'base')::int) at);

-- The stream that somebody opens with a key: what is sent twice, at the same moment too, is one revision.
create function registry_revision_of(p_person uuid, p_key uuid) returns uuid
language sql immutable
return substr(encode(sha256(convert_to('yimen.revision.v1:' || p_person || ':' || p_key, 'UTF8')), 'hex'), 1, 32)::uuid;

-- One step of a revision. Refuses what is no draft, whoever edits for another agency, and a place that is not hers to edit or review.
-- What was done already with this key is asked first, whatever has changed since.
create function registry_revise(
    p_session text, p_revision uuid, p_after int, p_kind text, p_body text, p_key uuid,
    out stream uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_who record;
    v_keeper record;
    v_agency uuid;
    v_again boolean;
    v_time constant text := '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$';  -- as ISO 8601, with its zone
    v_drafts constant boolean := p_kind in ('revision.opened', 'revision.saved');
    v_body jsonb;
    v_fault text;
    v_facts jsonb := jsonb_build_object('content', encode(record_digest(p_body), 'hex'));
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_keeper := registry_keeper(p_session);
    if p_kind = 'revision.opened' then
        stream := registry_revision_of(v_who.person, p_key);
        v_agency := v_keeper.agency;
    else
        stream := p_revision;
        select r.agency into v_agency from registry_revision r where r.stream = p_revision and r.number = 1;
        if not found then
            perform record_refuse('missing', 'stream.missing');
        end if;
    end if;
    if v_who.role is distinct from (select m.role from record_move m where m.kind = p_kind) then  -- before anything is read of what she sent
        perform record_refuse('forbidden', 'move.of_another_role', jsonb_build_object('kind', p_kind));
    elsif v_who.role = 'editor' and v_keeper.agency is distinct from v_agency then
        perform record_refuse('forbidden', 'revision.of_another_agency');
    end if;
    perform 1 from record_stream s where s.id = registry_revise.stream for update;
    v_again := exists (select 1 from record_event e where e.stream = registry_revise.stream and e.key = p_key);
    if length(p_body) > 50000000 then
        perform record_refuse('malformed', 'revision.malformed', jsonb_build_object('detail', 'length'));
    end if;
    begin
        v_body := p_body::jsonb;
    exception when data_exception then
        perform record_refuse('malformed', 'revision.malformed', jsonb_build_object('detail', 'json'));
    end;
    if jsonb_typeof(v_body) <> 'object' then
        perform record_refuse('malformed', 'revision.malformed', jsonb_build_object('detail', 'json'));
    end if;
    if v_again then
        null;
    elsif v_drafts then
        v_fault := registry_revision_fault(v_body, v_agency);
    elsif v_body - '{why,reviewed,from}'::text[] <> '{}' or jsonb_typeof(v_body -> 'why') is distinct from 'string'
          or length(v_body ->> 'why') not between 1 and 2000 or v_body ?| '{reviewed,from}' and p_kind <> 'revision.published' then
        v_fault := 'why';
    elsif v_body ? 'from' and not coalesce(v_body ->> 'from' ~ v_time, false) then
        v_fault := 'from';
    end if;
    if v_fault is not null then
        perform record_refuse('malformed', 'revision.malformed', jsonb_build_object('detail', v_fault));
    end if;
    if p_kind = 'revision.published' then
        v_facts := v_facts || jsonb_strip_nulls(jsonb_build_object('reviewed', v_body -> 'reviewed', 'from', v_body -> 'from'));
    end if;
    if v_keeper.places is not null and not v_again
       and not ((v_drafts is false or registry_revision_places(v_body) <@ v_keeper.places)
                and (p_kind = 'revision.opened' or registry_revision_places(registry_revision_draft(stream)) <@ v_keeper.places)) then
        perform record_refuse('forbidden', 'revision.of_another_place');
    end if;
    select d.number, d.hash, d.at, d.state, d.retried into number, hash, at, state, retried
    from record_do(stream, p_after, p_kind, p_session, v_facts, p_key, true) d;
    if not retried then
        insert into registry_revision (stream, number, kind, agency, body, why, items, ends, cancels, places, codes)
        values (registry_revise.stream, registry_revise.number, p_kind, v_agency, p_body, v_body ->> 'why', jsonb_array_length(v_body -> 'items'),
                jsonb_array_length(v_body -> 'ends'), jsonb_array_length(v_body -> 'cancels'), case when v_drafts then registry_revision_places(v_body) end,
                case when v_drafts then array(select x ->> 'code' from jsonb_array_elements((v_body -> 'items') || (v_body -> 'ends') || (v_body -> 'cancels')) x) end);
    end if;
end $$;

-- What somebody sent with a key already, so that the same is sent again although what it was made from has changed since.
create function registry_revision_sent(p_session text, p_revision uuid, p_key uuid) returns text
language plpgsql as $$
declare
    v_who record;
    v_keeper record := registry_keeper(p_session);
begin
    v_who := record_who(p_session, record_link());
    return (select r.body from record_event e join registry_revision r on r.stream = e.stream and r.number = e.number
            where e.stream = coalesce(p_revision, registry_revision_of(v_who.person, p_key)) and e.key = p_key and e.person = v_who.person
              and (v_keeper.role <> 'editor' or r.agency is not distinct from v_keeper.agency));
end $$;

-- Whether what a draft follows is still what was last published, and what it cancels still to come: the first code that has moved, else
-- null. It locks what it looks at.
create function registry_revision_moved(b jsonb) returns text
language plpgsql as $$
begin
    perform 1 from registry_item i join jsonb_array_elements((b -> 'items') || (b -> 'ends') || (b -> 'cancels')) x on i.code = x ->> 'code'
    where i.ended_at is null or i.ended_at > record_now() order by i.code, i.version for update of i;
    return (select min(m.code) from (
                select x ->> 'code' as code from jsonb_array_elements((b -> 'items') || (b -> 'ends')) x
                where (x ->> 'base')::int <> coalesce((select i.version from registry_item i where i.code = x ->> 'code' and i.ended_at is null),
                                                      case when exists (select 1 from registry_item i where i.code = x ->> 'code') then -1 else 0 end)
                union all
                select x ->> 'code' from jsonb_array_elements(b -> 'cancels') x where not registry_coming(x ->> 'code', (x ->> 'base')::int)) m);
end $$;

-- A version to come does not begin: it ends as it begins, and the one that it would have followed goes on. An end to come does not come.
create function registry_cancel(p_cancels jsonb) returns void
language plpgsql as $$
declare v_item record;
begin
    for v_item in select i.id, i.code, i.published_at, i.ended_at from registry_item i
                  join jsonb_array_elements(p_cancels) x on i.code = x ->> 'code' and i.version = (x ->> 'base')::int order by i.code loop
        if v_item.ended_at is null then
            update registry_item i set ended_at = i.published_at where i.id = v_item.id;
            update registry_item i set ended_at = null where i.code = v_item.code and i.ended_at = v_item.published_at and i.published_at < i.ended_at;
        else
            update registry_item i set ended_at = null where i.id = v_item.id;
        end if;
    end loop;
end $$;

-- What protects applicants most is asked here too, so that no two people can publish past it: the limits and the materials that cases read
-- are those of the rows that were reviewed.
create function registry_follows(i jsonb) returns boolean
language sql stable
return (select coalesce(bool_and((l.given ->> 'amount')::int = (i -> 'rows' -> 'items' -> 0 ->> (l.name || '_amount'))::int and l.given ->> 'unit' = i -> 'rows' -> 'items' -> 0 ->> (l.name || '_unit')), false)
               and (i -> 'body' -> 'limits' -> 'statutory' <> 'null') = ((i -> 'rows' -> 'items' -> 0 ->> 'statutory_amount')::int <> 0 or i -> 'rows' -> 'items' -> 0 ->> 'statutory_unit' = 'I')
               and array(select m ->> 'code' || (m ->> 'necessity') from jsonb_array_elements(i -> 'body' -> 'materials') m)
                   = array(select m ->> 'code' || (m ->> 'necessity') from jsonb_array_elements(i -> 'rows' -> 'materials') m)
        from (values ('promise', i -> 'body' -> 'limits' -> 'promise'), ('statutory', i -> 'body' -> 'limits' -> 'statutory')) l (name, given)
        where l.given is distinct from 'null');

-- How many days a unit of a limit is, as the rules compare them.
create function registry_days_of(p_unit text) returns numeric
language sql immutable
return case p_unit when 'W' then 1.4 when 'N' then 1 when 'H' then 1.0 / 24 when 'M' then 30 when 'I' then 0 end;

-- Whether the promise is no longer than what the law gives, if it gives a limit (rule D1 of pure/item_rules.py).
create function registry_within_law(i jsonb) returns boolean
language sql stable
return (select (r ->> 'statutory_amount')::int = 0 and r ->> 'statutory_unit' <> 'I'
               or coalesce((r ->> 'promise_amount')::int * registry_days_of(r ->> 'promise_unit') <= (r ->> 'statutory_amount')::int * registry_days_of(r ->> 'statutory_unit'), false)
        from (select i -> 'rows' -> 'items' -> 0 as r) one);

create function registry_submitted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_moved text := registry_revision_moved(registry_revision_draft(p_head.id));
begin
    if v_moved is not null then
        perform record_refuse('conflict', 'revision.moved_meanwhile', jsonb_build_object('item', v_moved));
    end if;
    return p_head;
end $$;

-- Publishing: exactly the draft that was reviewed, all of it or nothing, in force from the time that the reviewer gave, or at once.
create function registry_published(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    b jsonb := registry_revision_draft(p_head.id);
    v_now timestamptz := record_now();
    v_from timestamptz;
    v_moved text;
begin
    if (select encode(r.content, 'hex') from registry_revision r where r.stream = p_head.id and r.number = registry_revision_drafted(p_head.id))
       is distinct from p_facts ->> 'reviewed' then
        perform record_refuse('conflict', 'entry.other_content');
    end if;
    v_moved := registry_revision_moved(b);
    if v_moved is not null then
        perform record_refuse('conflict', 'revision.moved_meanwhile', jsonb_build_object('item', v_moved));
    end if;
    begin
        v_from := coalesce((p_facts ->> 'from')::timestamptz, v_now);
        if v_from < v_now or v_from > v_now + interval '2 years' then
            perform record_refuse('malformed', 'revision.time');
        end if;
        if exists (select 1 from registry_item i join jsonb_array_elements((b -> 'items') || (b -> 'ends')) x on i.code = x ->> 'code'
                   where i.ended_at is null and i.published_at > v_from) then
            perform record_refuse('conflict', 'revision.another_to_come');
        end if;
        v_moved := (select min((x ->> 'code') || ': ' || registry_lacking(x -> 'rows')) from jsonb_array_elements(b -> 'items') x);
        if v_moved is not null then
            perform record_refuse('malformed', 'revision.incomplete', jsonb_build_object('item', v_moved));
        end if;
        v_moved := (select min(x ->> 'code') from jsonb_array_elements(b -> 'items') x where not registry_follows(x));
        if v_moved is not null then
            perform record_refuse('conflict', 'revision.differs', jsonb_build_object('item', v_moved));
        end if;
        v_moved := (select min(x ->> 'code') from jsonb_array_elements(b -> 'items') x where not registry_within_law(x));
        if v_moved is not null then
            perform record_refuse('malformed', 'revision.breaks_rules', jsonb_build_object('item', v_moved, 'rule', 'D1', 'field', 'promise_amount', 'findings', 1));
        end if;
        update registry_item i set ended_at = v_from
        from jsonb_array_elements((b -> 'items') || (b -> 'ends')) x where i.code = x ->> 'code' and i.ended_at is null;
        perform registry_cancel(b -> 'cancels');
        -- An agency that ends meanwhile waits for this, or this for it: `key share` would let both go on.
        perform 1 from registry_agency a where a.id in (select (x ->> 'agency')::uuid from jsonb_array_elements(b -> 'items') x) order by a.id for share of a;
        if exists (select 1 from registry_agency a join jsonb_array_elements(b -> 'items') x on a.id = (x ->> 'agency')::uuid where a.ended_at is not null) then
            perform record_refuse('conflict', 'agency.ended');
        end if;
        with made as (
            insert into registry_item (id, code, version, agency, centre, seal, body, rows, published_at, revision)
            select gen_random_uuid(), x ->> 'code', n.version, (x ->> 'agency')::uuid, (x ->> 'centre')::uuid, (x ->> 'seal')::uuid,
                   x -> 'body', jsonb_set(x -> 'rows', '{items,0,version}', to_jsonb(n.version::text)), v_from, p_head.id
            from jsonb_array_elements(b -> 'items') x
            cross join lateral (select coalesce(max(l.version), 0) + 1 as version from registry_item l where l.code = x ->> 'code') n order by x ->> 'code'  -- two who publish the same new items wait for each other in one order
            returning id, code)
        insert into registry_spelling (item, pinyin, initials)
        select m.id, x ->> 'pinyin', x ->> 'initials' from made m join jsonb_array_elements(b -> 'items') x on x ->> 'code' = m.code;
        perform registry_seek(array(select i.id from registry_item i where i.revision = p_head.id));
    exception
        when unique_violation then
            perform record_refuse('conflict', 'revision.moved_meanwhile', jsonb_build_object('item', registry_revision_moved(b)));
        when integrity_constraint_violation or data_exception then
            perform record_refuse('malformed', 'revision.malformed', jsonb_build_object('detail', left(sqlerrm, 200)));
    end;
    return p_head;
end $$;

-- The revisions that somebody may see, the last touched first, or the longest untouched: an editor those of her agency, or of places of hers; a
-- reviewer those of places of hers; a registrar all.
create function registry_revisions(p_session text, p_state text, p_limit int, p_before timestamptz default null, p_before_stream uuid default null,
                                   p_oldest boolean default false, p_code text default null)
returns table (revision uuid, state text, head int, at timestamptz, agency_zh text, agency_en text, why text, items int, ends int, cancels int,
               editor_zh text, editor_en text)
language plpgsql as $$
declare v_keeper record := registry_keeper(p_session);
begin
    return query
    select s.id, s.state, s.head, s.at, a.name_zh, a.name_en, d.why, d.items, d.ends, d.cancels, h.name_zh, h.name_en
    from record_stream s
    join registry_revision d on d.stream = s.id and d.number = registry_revision_drafted(s.id)
    join record_event e on e.stream = s.id and e.number = d.number
    join registry_person h on h.id = e.person
    left join registry_agency a on a.id = d.agency
    where s.type = 'revision' and (p_state = '' or s.state = p_state) and (p_code is null or p_code = any (d.codes))
      and (v_keeper.role <> 'editor' or d.agency is not distinct from v_keeper.agency) and (v_keeper.places is null or d.places <@ v_keeper.places)
      and (p_before is null or case when p_oldest then (s.at, s.id) > (p_before, p_before_stream) else (s.at, s.id) < (p_before, p_before_stream) end)
    order by case when p_oldest then s.at end, case when p_oldest then s.id end, s.at desc, s.id desc limit least(p_limit, 200);
end $$;

-- One revision with every step of it, to those who may see it (as they are listed): number, kind, time, who and why; and with the draft at
-- which it stands, or stood after a step, the whole of that.
create function registry_revision_read(p_session text, p_revision uuid, p_number int default null)
returns table (number int, kind text, at timestamptz, state text, name_zh text, name_en text, why text, body text, content text)
language plpgsql as $$
declare
    v_keeper record := registry_keeper(p_session);
    v_draft constant int := registry_revision_drafted(p_revision, p_number);
begin
    return query
    select r.number, r.kind, e.at, s.state, h.name_zh, h.name_en, r.why, case when r.number = v_draft then r.body end, encode(r.content, 'hex')
    from registry_revision r join record_stream s on s.id = r.stream join record_event e on e.stream = r.stream and e.number = r.number
    join registry_person h on h.id = e.person
    join registry_revision d on d.stream = r.stream and d.number = registry_revision_drafted(p_revision)
    where r.stream = p_revision
      and (v_keeper.role <> 'editor' or d.agency is not distinct from v_keeper.agency) and (v_keeper.places is null or d.places <@ v_keeper.places)
    order by r.number;
end $$;

-- The last published versions of the items that somebody may change, by code, also one to come or with an end to come: an editor those of her
-- agency, or of places of hers; a reviewer and a registrar look at all.
create function registry_changeable(p_session text, p_words text, p_after text, p_limit int, p_code text default null)
returns table (code text, version int, name_zh text, name_en text, published_at timestamptz, ended_at timestamptz, coming boolean)
language plpgsql as $$
declare v_keeper record := registry_keeper(p_session);
begin
    return query
    select i.code, i.version, i.name_zh, i.name_en, i.published_at, i.ended_at, i.ended_at is not null or i.published_at > record_now() from registry_item i
    where (i.ended_at is null or registry_coming(i.code, i.version)) and i.code > p_after and (p_code is null or i.code = p_code)
      and (v_keeper.role <> 'editor' or (v_keeper.agency is null or i.agency = v_keeper.agency) and (v_keeper.places is null or i.centre = any (v_keeper.places)))
      and strpos(lower(i.name_zh || ' ' || i.name_en || ' ' || i.code), lower(p_words)) > 0
    order by i.code limit least(p_limit, 200);
end $$;
