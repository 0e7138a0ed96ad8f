-- The functions of the record. Each is owned by the role that cannot log in, with a search path that no session changes.

create function record_frame(x bytea) returns bytea
language sql immutable parallel safe
return int4send(length(coalesce(x, ''::bytea))) || coalesce(x, ''::bytea);

create function record_frame(x text) returns bytea
language sql immutable parallel safe
return public.record_frame(convert_to(coalesce(x, ''), 'UTF8'));

create function record_frame(x bigint) returns bytea
language sql immutable parallel safe
return public.record_frame(int8send(x));

create function record_now() returns timestamptz
language sql volatile
return clock_timestamp() + (select c.ahead from public.record_clock c);

create function record_day(moment timestamptz) returns date
language sql stable
return (moment at time zone (select c.zone from public.record_clock c))::date;

-- Refuse with one of the six kinds; the code is stable and translated by the doors.
create function record_refuse(kind text, code text, params jsonb default '{}') returns void
language plpgsql as $$
begin
    raise exception using
        errcode = case kind when 'malformed' then 'YM001' when 'forbidden' then 'YM002' when 'missing' then 'YM003'
                            when 'conflict' then 'YM004' when 'not_now' then 'YM005' else 'YM006' end,
        message = code,
        detail = params::text;
end $$;

-- What is hashed at every event is framed in one expression, lengths that are always the same written out: 14 bytes of label,
-- 16 of a uuid, 8 of a number. tests/record compare it with the framing above, written again in Python.
create function record_mark(p_stream uuid, p_person uuid) returns bytea
language sql immutable parallel safe
return case when p_person is null then ''::bytea else
    sha256('\x0000000e'::bytea || 'yimen.actor.v1'::bytea || '\x00000010'::bytea || uuid_send(p_stream) || '\x00000010'::bytea || uuid_send(p_person)) end;

create function record_hash(
    p_stream uuid, p_number bigint, p_prev bytea, p_kind text, p_at timestamptz, p_mark bytea,
    p_role text, p_hat text, p_login text, p_key uuid, p_facts text
) returns bytea
language plpgsql immutable as $$  -- in SQL it would be a query of its own each time: what it calls is only stable, so that it is not inlined
begin
    return sha256(
        '\x0000000e'::bytea || 'yimen.event.v1'::bytea || '\x00000010'::bytea || uuid_send(p_stream) || '\x00000008'::bytea || int8send(p_number)
        || int4send(coalesce(length(p_prev), 0)) || coalesce(p_prev, '')
        || int4send(length(convert_to(coalesce(p_kind, ''), 'UTF8'))) || convert_to(coalesce(p_kind, ''), 'UTF8')
        || '\x00000008'::bytea || int8send((extract(epoch from p_at) * 1000000)::bigint)
        || int4send(coalesce(length(p_mark), 0)) || coalesce(p_mark, '')
        || int4send(length(convert_to(coalesce(p_role, ''), 'UTF8'))) || convert_to(coalesce(p_role, ''), 'UTF8')
        || int4send(length(convert_to(coalesce(p_hat, ''), 'UTF8'))) || convert_to(coalesce(p_hat, ''), 'UTF8')
        || int4send(length(convert_to(coalesce(p_login, ''), 'UTF8'))) || convert_to(coalesce(p_login, ''), 'UTF8')
        || coalesce('\x00000010'::bytea || uuid_send(p_key), '\x00000000'::bytea)
        || int4send(length(convert_to(coalesce(p_facts, ''), 'UTF8'))) || convert_to(coalesce(p_facts, ''), 'UTF8'));
end $$;

create function record_epoch_now() returns int
language plpgsql as $$
declare
    v_here record;
begin
    select s.system_identifier, d.oid, e.epoch into v_here
    from pg_control_system() s cross join pg_database d
    left join record_epoch e on e.system_identifier = s.system_identifier and e.database = d.oid
    where d.datname = current_database();
    if v_here.epoch is null then
        insert into record_epoch (system_identifier, database, opened_at) values (v_here.system_identifier, v_here.oid, clock_timestamp())
        on conflict do nothing;
        select e.epoch into v_here.epoch from record_epoch e where e.system_identifier = v_here.system_identifier and e.database = v_here.oid;
    end if;
    return v_here.epoch;
end $$;

-- Write one event at the head of a locked stream. Reached only through the functions below.
create function record_write(
    inout p_head record_stream, p_now timestamptz, p_epoch int, p_kind text, p_state text, p_login text, p_role text, p_hat text,
    p_person uuid, p_post uuid, p_key uuid, p_facts jsonb
) language plpgsql as $$
declare
    v_at timestamptz := greatest(p_now, p_head.at);
    v_mark bytea := record_mark(p_head.id, p_person);
    v_hash bytea;
begin
    v_hash := record_hash(p_head.id, p_head.head + 1, p_head.hash, p_kind, v_at, v_mark, p_role, p_hat, p_login, p_key, p_facts::text);
    insert into record_event (stream, number, kind, at, person, post, login, role, hat, mark, key, facts, content, prev, hash, epoch, xact)
    values (p_head.id, p_head.head + 1, p_kind, v_at, p_person, p_post, p_login, p_role, p_hat, v_mark, p_key, p_facts::text,
            decode(p_facts ->> 'content', 'hex'), p_head.hash, v_hash, p_epoch, pg_current_xact_id());
    p_head.head := p_head.head + 1;
    p_head.hash := v_hash;
    p_head.state := p_state;
    p_head.at := v_at;
end $$;

-- What is read must be committed, and a step stands alone. Whoever could look at the outcome of a draw before committing
-- could roll back what he does not like and wait for another day; whoever could keep an old snapshot could act with a
-- session that has ended meanwhile.
create function record_settled() returns boolean
language plpgsql stable as $$
begin
    if pg_current_xact_id_if_assigned() is not null or current_setting('transaction_isolation') <> 'read committed' then
        perform record_refuse('conflict', 'transaction.mixed');
    end if;
    return true;
end $$;

-- Who acts: the person, post and role behind a session secret. Refuses an ended, expired or foreign session.
create function record_who(p_session text, p_login text, out person uuid, out post uuid, out role text)
language plpgsql as $$
declare
    v_session record;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        perform record_refuse('conflict', 'transaction.mixed');
    end if;
    select s.person, s.post, s.login, s.ended_at is not null or s.ends_at <= clock_timestamp() + c.ahead or h.ended_at is not null as over,
           p.role, p.ended_at as left_at into v_session
    from record_session s left join registry_post p on p.id = s.post and p.person = s.person join registry_person h on h.id = s.person
    cross join record_clock c
    where s.hash = sha256(convert_to(coalesce(p_session, ''), 'UTF8'));
    if not found or v_session.over then
        perform record_refuse('forbidden', 'session.ended');
    elsif v_session.login <> p_login then
        perform record_refuse('forbidden', 'session.of_another_link');
    elsif v_session.post is not null and (v_session.role is null or v_session.left_at is not null) then
        perform record_refuse('forbidden', 'post.ended');
    end if;
    person := v_session.person;
    post := v_session.post;
    role := coalesce(v_session.role, 'applicant');
end $$;

-- The link whose login runs this: never an argument, never a setting.
create function record_link() returns text
language plpgsql stable as $$
declare v_login text;
begin
    select l.login into v_login from record_login l where l.role = session_user;
    if not found then
        perform record_refuse('forbidden', 'login.unknown');
    end if;
    return v_login;
end $$;

-- The draw: chance picks one of the roster of the day, from a seed nobody can read and a lot that was fixed before.
create function record_pick(p_seed bytea, p_lot bytea, p_purpose text, p_ordinal bigint, p_count bigint) returns bigint
language plpgsql immutable as $$
declare
    v_space constant bigint := 72057594037927936;  -- 2^56
    v_digest bytea;
    v_value bigint;
    k bigint := 0;
begin
    loop
        v_digest := sha256('\x0000000d'::bytea || 'yimen.draw.v1'::bytea || int4send(length(p_seed)) || p_seed || int4send(length(p_lot)) || p_lot
                           || int4send(length(convert_to(p_purpose, 'UTF8'))) || convert_to(p_purpose, 'UTF8')
                           || '\x00000008'::bytea || int8send(p_ordinal) || '\x00000008'::bytea || int8send(k));
        v_value := ('x00' || substr(encode(v_digest, 'hex'), 1, 14))::bit(64)::bigint;
        if v_value < v_space - v_space % p_count then
            return v_value % p_count;
        end if;
        k := k + 1;
    end loop;
end $$;

create function record_draw_waits(
    inout p_head record_stream, p_now timestamptz, p_epoch int, p_purpose record_purpose, p_login text, p_waits boolean, p_why text, p_day date
) language plpgsql as $$
begin
    if not p_waits or p_purpose.waits is null then
        perform record_refuse('not_now', p_why, jsonb_build_object('role', p_purpose.role, 'day', p_day::text));
    end if;
    p_head := record_write(p_head, p_now, p_epoch, p_head.type || '.draw_waits', p_head.state, p_login, '', '', null, null, null,
        jsonb_build_object('purpose', p_purpose.purpose, 'why', p_why, 'day', p_day::text));
    p_head.waits_for := p_purpose.purpose;
    execute format('select * from public.%I($1)', p_purpose.waits) into p_head using p_head;
end $$;

-- Draw for one purpose. When there is no seed for the day or nobody on duty, the step waits, if it is one that may
-- (record_purpose.waits), and the event after it says so; otherwise it is refused.
create function record_draw(
    inout p_head record_stream, p_now timestamptz, p_epoch int, p_purpose text, p_login text, p_waits boolean default true
) language plpgsql as $$
declare
    v_purpose record_purpose;
    v_pool uuid;
    v_day date := record_day(p_now);
    v_seed bytea;
    v_lot bytea;
    v_ordinal int;
    v_on_duty text[];
    v_people uuid[];
    v_posts uuid[];
    v_excluded text[];
    v_siblings uuid[];
    v_earlier record;
    v_place int;
    v_again jsonb := 'null';
begin
    select * into strict v_purpose from record_purpose p where p.purpose = p_purpose;
    v_pool := case v_purpose.pool when 'centre' then p_head.centre else p_head.agency end;
    select sha256('\x0000000d'::bytea || 'yimen.seed.v1'::bytea || '\x00000020'::bytea || c.seed || '\x00000020'::bytea || s.seed), e.hash,
           coalesce((select max(a.ordinal) from record_assignment a where a.stream = p_head.id and a.purpose = p_purpose), 0) + 1
    into v_seed, v_lot, v_ordinal
    from record_draw_day d
    join record_draw_seed c on c.pool = d.pool and c.day = d.day and c.half = 'centre'
    join record_draw_seed s on s.pool = d.pool and s.day = d.day and s.half = 'supervisor'
    join record_event e on e.stream = p_head.id and e.number = 1
    where d.pool = v_pool and d.day = v_day and not d.revealed;
    if not found then
        p_head := record_draw_waits(p_head, p_now, p_epoch, v_purpose, p_login, p_waits, 'draw.not_committed', v_day);
        return;
    end if;
    select array_agg(r.pseudonym order by r.pseudonym collate "C") filter (where r.free),
           array_agg(r.person order by r.pseudonym collate "C") filter (where r.free),
           array_agg(r.post order by r.pseudonym collate "C") filter (where r.free),
           coalesce(array_agg(r.pseudonym order by r.pseudonym collate "C") filter (where not r.free), '{}')
    into v_on_duty, v_people, v_posts, v_excluded
    from (select x.*, p.ended_at is null and w.ended_at is null
                      and not exists (select 1 from record_hat h where h.stream = p_head.id and h.person = x.person) as free
          from record_draw_roster x join registry_post p on p.id = x.post join registry_person w on w.id = x.person
          where x.pool = v_pool and x.day = v_day and x.role = v_purpose.role) r;
    if v_on_duty is null then
        p_head := record_draw_waits(p_head, p_now, p_epoch, v_purpose, p_login, p_waits, 'draw.nobody_on_duty', v_day);
        return;
    end if;
    if v_purpose.again then
        -- The same application, filed again or at the same time: whoever was drawn first for one of them is drawn for all.
        if p_head.same_as is not null then
            perform 1 from record_stream s where s.id = p_head.same_as for update;
        end if;
        select array_agg(s.id) into v_siblings from record_stream s where s.same_as = coalesce(p_head.same_as, p_head.id) and s.id <> p_head.id;
        if p_head.same_as is not null or v_siblings is not null then
            select a.stream as id, array_position(v_people, a.person) as place into v_earlier
            from record_assignment a join record_event e on e.stream = a.stream and e.number = a.number
            where a.stream = any (v_siblings || p_head.same_as) and a.purpose = p_purpose and a.person = any (v_people)
            order by e.at, a.stream limit 1;
            if found then
                v_place := v_earlier.place;
                v_again := jsonb_build_object('stream', v_earlier.id, 'purpose', p_purpose);
            end if;
        end if;
    end if;
    v_place := coalesce(v_place, 1 + record_pick(v_seed, v_lot, p_purpose, v_ordinal, cardinality(v_on_duty))::int);
    p_head := record_write(p_head, p_now, p_epoch, v_purpose.kind, p_head.state, p_login, '', '', null, null, null, jsonb_build_object(
        'purpose', p_purpose, 'role', v_purpose.role, 'pool', v_pool, 'day', v_day::text, 'lot', encode(v_lot, 'hex'),
        'ordinal', v_ordinal, 'candidates', cardinality(v_on_duty), 'excluded', to_jsonb(v_excluded),
        'chosen', v_on_duty[v_place], 'same_as', v_again, 'mark', encode(record_mark(p_head.id, v_people[v_place]), 'hex')));
    insert into record_assignment (stream, purpose, ordinal, person, post, number, stream_since)
    values (p_head.id, p_purpose, v_ordinal, v_people[v_place], v_posts[v_place], p_head.head, p_head.since)
    on conflict (stream, purpose) do update
    set ordinal = excluded.ordinal, person = excluded.person, post = excluded.post, number = excluded.number, done = false;
    p_head.responsible := v_people[v_place];
    p_head.waits_for := null;
end $$;

-- Whoever was drawn for a step before has it again, if still in post; otherwise chance draws.
create function record_give(inout p_head record_stream, p_now timestamptz, p_epoch int, p_purpose text, p_login text) language plpgsql as $$
declare v_person uuid;
begin
    update record_assignment a set done = false
    from registry_post p join registry_person w on w.id = p.person
    where a.stream = p_head.id and a.purpose = p_purpose and p.id = a.post and p.ended_at is null and w.ended_at is null
    returning a.person into v_person;
    if found then
        p_head.responsible := v_person;
    else
        p_head := record_draw(p_head, p_now, p_epoch, p_purpose, p_login);
    end if;
end $$;

-- Whether whoever was drawn for a step has left it: her post or the service ended, or she has no duty at all any more and today's
-- roster was laid down by both sides without her after that became known. Duty changes count from the next commitment, for who has a
-- step as for who could get one: else whoever enters them would take a case from the one whom chance drew.
create function record_gone(p_person uuid, p_post uuid) returns boolean
language sql stable
begin atomic
    select not exists (select 1 from public.registry_post p join public.registry_person w on w.id = p.person
                       where p.id = p_post and w.id = p_person and p.ended_at is null and w.ended_at is null)
        or not exists (select 1 from public.registry_duty u where u.post = p_post and u.ended_at is null)
           and exists (select 1 from public.registry_post p
                       join public.record_draw_day d on d.pool = coalesce(p.centre, p.agency) and d.day = public.record_day(public.record_now())
                            and d.supervisor_commitment is not null
                       join public.record_event e on e.stream = d.stream and e.number = 1
                       where p.id = p_post and not exists (select 1 from public.record_draw_roster r where r.pool = d.pool and r.day = d.day and r.post = p_post)
                         and e.at > all (select u.since from public.registry_duty u where u.post = p_post));
end;

-- Draw what could not be drawn before, and draw anew where the drawn person has left. Returns how many.
create function record_draw_waiting() returns int
language plpgsql as $$
declare
    v_head record_stream;
    v_step record;
    v_now timestamptz := record_now();
    v_count int := 0;
begin
    perform record_settled();
    for v_step in
        select x.id, x.purpose
        from (select s.id, s.waits_for as purpose from record_stream s where s.waits_for is not null and s.open
              union all
              select a.stream, a.purpose
              from registry_post p
              join record_assignment a on a.person = p.person and a.post = p.id and not a.done
              where record_gone(p.person, p.id)) x
        order by random() limit 200  -- those for whom there is nobody must not stand before the others for ever
    loop
        select * into v_head from record_stream s where s.id = v_step.id and s.open for update skip locked;
        continue when not found;
        -- Another worker may have drawn since the list was made: chance is asked once.
        continue when v_head.waits_for is distinct from v_step.purpose and not exists (
            select 1 from record_assignment a
            where a.stream = v_head.id and a.purpose = v_step.purpose and not a.done and record_gone(a.person, a.post));
        begin
            -- whoever left keeps nothing: where there is nobody else the step waits, and is said to, once
            v_head := record_draw(v_head, v_now, record_epoch_now(), v_step.purpose, record_link(), v_head.waits_for is null);
            if v_head.waits_for is not null then
                update record_assignment a set done = true where a.stream = v_head.id and a.purpose = v_step.purpose;
            end if;
            update record_stream s
            set head = v_head.head, hash = v_head.hash, at = v_head.at, responsible = v_head.responsible, waits_for = v_head.waits_for
            where s.id = v_head.id;
            v_count := v_count + 1;
        exception when sqlstate 'YM005' then
            continue;  -- still nobody to draw
        end;
    end loop;
    return v_count;
end $$;

-- Where nothing is to be done by a drawn person just now, whoever did the last step answers for the case. When she is in no post
-- any more, the manager does. Returns how many cases changed hands.
create function record_rehome() returns int
language plpgsql as $$
declare
    v_head record_stream;
    v_id uuid;
    v_count int := 0;
begin
    perform record_settled();
    for v_id in
        select distinct s.id
        from (select p.person from registry_post p where p.ended_at is not null union select w.id from registry_person w where w.ended_at is not null) g
        join record_stream s on s.responsible = g.person and s.open and s.type = 'case'
        where not record_in_post(s.responsible)
          and not exists (select 1 from record_assignment a where a.stream = s.id and not a.done)
        limit 200
    loop
        select * into v_head from record_stream s where s.id = v_id and s.open and not record_in_post(s.responsible) for update skip locked;
        continue when not found;
        begin
            perform record_do(v_id, v_head.head, 'case.left_to_manager', null, '{}', gen_random_uuid(), true);
            v_count := v_count + 1;
        exception when sqlstate 'YM005' then
            continue;  -- no manager either
        end;
    end loop;
    return v_count;
end $$;
create index record_stream_responsible on record_stream (responsible) where open;

create function record_in_post(p_person uuid) returns boolean
language sql stable
return exists (select 1 from public.registry_post p join public.registry_person w on w.id = p.person
               where w.id = p_person and p.ended_at is null and w.ended_at is null);

-- Whether facts are exactly the ones a move may carry: no key more or less, each a text of its pattern, or a whole number
-- where the pattern is '#'; a key with a '?' may be missing. So nothing personal gets into the record under whatever login.
create function record_facts_fit(p_facts jsonb, p_shape jsonb) returns boolean
language sql immutable
return not exists (select 1 from jsonb_object_keys(p_facts) k where k like '%?' or not (p_shape ? k or p_shape ? (k || '?')))
   and not exists (select 1 from (select rtrim(x.key, '?') as key, x.value, x.key like '%?' as may_lack from jsonb_each_text(p_shape) x) s
                   where not (s.may_lack and not p_facts ? s.key)
                     and not coalesce(case when s.value = '#' then jsonb_typeof(p_facts -> s.key) = 'number' and p_facts ->> s.key ~ '^(0|[1-9][0-9]{0,8})$'
                                           else jsonb_typeof(p_facts -> s.key) = 'string' and p_facts ->> s.key ~ s.value end, false));

-- Do a move. Session, right, state, hat and drawn person are all checked here, whoever calls.
create function record_do(
    p_stream uuid, p_after int, p_kind text, p_session text, p_facts jsonb, p_key uuid, p_inner boolean,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_link text;
    v_move record;
    v_who record;
    v_head record_stream;
    v_event record_event;
    v_hat record;
    v_now timestamptz;
    v_epoch int;
    v_alone constant boolean := p_inner or record_settled();  -- refuses; in an expression, since a PERFORM is a statement to run
begin
    -- One look for what is on the table of moves, whose login this is, how far the city's clock is ahead, and which epoch it is.
    select l.login as link, c.ahead, e.epoch, m.* into v_move
    from record_clock c left join record_login l on l.role = session_user left join record_move m on m.kind = p_kind
    left join record_epoch e on e.system_identifier = (select s.system_identifier from pg_control_system() s)
                             and e.database = (select d.oid from pg_database d where d.datname = current_database());
    v_link := v_move.link;
    if v_link is null then
        perform record_refuse('forbidden', 'login.unknown');
    elsif v_move.kind is null or v_move.follows or v_move.inner_only and not p_inner then
        perform record_refuse('malformed', 'move.unknown', jsonb_build_object('kind', p_kind));
    end if;
    v_epoch := coalesce(v_move.epoch, record_epoch_now());
    if v_move.login <> v_link then
        perform record_refuse('forbidden', 'move.of_another_link', jsonb_build_object('kind', p_kind));
    end if;
    if p_key is null or p_stream is null or p_after is null or jsonb_typeof(p_facts) is distinct from 'object'
       or not p_inner and length(p_facts::text) > 20000
       or v_move.content <> (p_facts ? 'content') or v_move.content <> coalesce(p_facts ->> 'content' ~ '^[0-9a-f]{64}$', false) then
        perform record_refuse('malformed', 'move.malformed', jsonb_build_object('kind', p_kind));
    end if;
    if v_move.machine then
        select null::uuid as person, null::uuid as post, 'machine' as role into v_who;
    else
        v_who := record_who(p_session, v_link);
        if v_who.role is distinct from coalesce(v_move.role, 'applicant') then
            perform record_refuse('forbidden', 'move.of_another_role', jsonb_build_object('kind', p_kind));
        end if;
    end if;
    if v_move.from_states = '{}' then
        insert into record_stream (id, type, head, hash, state, at)
        values (p_stream, v_move.type, 0, decode(repeat('00', 32), 'hex'), '', clock_timestamp() + v_move.ahead)
        on conflict (id) do nothing;
    end if;
    select * into v_head from record_stream s where s.id = p_stream for update;
    if not found or v_head.type <> v_move.type then
        perform record_refuse('missing', 'stream.missing');
    end if;
    select * into v_event from record_event e where e.stream = p_stream and e.key = p_key;
    if found then
        if v_event.kind <> p_kind or v_event.person is distinct from v_who.person or v_event.facts <> p_facts::text then
            perform record_refuse('conflict', 'key.reused');
        end if;
        number := v_event.number; hash := v_event.hash; at := v_event.at; state := v_head.state; retried := true;
        return;
    end if;
    v_now := clock_timestamp() + v_move.ahead;
    -- first: how far a case is, is told to nobody whose it is not
    if v_move.hat = 'applicant' and v_head.head > 0
       and not exists (select 1 from record_hat h where h.stream = p_stream and h.person = v_who.person and h.hat = 'applicant'
                       and (h.until is null or h.until > v_now)) then
        perform record_refuse('forbidden', 'case.not_yours');
    end if;
    if v_head.head <> p_after then
        perform record_refuse('conflict', 'case.moved_meanwhile', jsonb_build_object('head', v_head.head));
    end if;
    if v_head.head > 0 and not v_head.state = any (v_move.from_states) or v_head.head = 0 and v_move.from_states <> '{}' then
        perform record_refuse('conflict', 'case.wrong_state', jsonb_build_object('state', v_head.state));
    end if;
    if v_move.holds is not null then
        update record_assignment a set done = not v_move.keeps
        where a.stream = p_stream and a.purpose = v_move.holds and a.person = v_who.person and a.post = v_who.post and not a.done;
        if not found then
            perform record_refuse('forbidden', 'case.not_drawn');
        end if;
    end if;
    if v_move.facts is not null and not record_facts_fit(p_facts, v_move.facts) then
        perform record_refuse('malformed', 'move.malformed', jsonb_build_object('kind', p_kind));
    end if;
    v_head := record_write(v_head, v_now, v_epoch, p_kind, case v_move.to_state when '=' then v_head.state else v_move.to_state end, v_link, v_who.role, coalesce(v_move.hat, ''), v_who.person, v_who.post, p_key, p_facts);
    number := v_head.head; hash := v_head.hash; at := v_head.at; retried := false;
    if p_after = 0 then
        v_head.since := at;
    end if;
    if v_move.hat is not null then
        insert into record_hat (stream, person, hat, number, since, stream_since)
        values (p_stream, v_who.person, v_move.hat, number, at, v_head.since) on conflict do nothing;
        if not found then
            select h.hat, h.until <= v_now as over into v_hat from record_hat h where h.stream = p_stream and h.person = v_who.person;
            if v_hat.hat is distinct from v_move.hat then
                perform record_refuse('forbidden', 'hat.second', jsonb_build_object('worn', v_hat.hat, 'wanted', v_move.hat));
            elsif v_hat.over then
                perform record_refuse('forbidden', 'case.stepped_aside');
            end if;
        end if;
    end if;
    if v_move.effect is not null then
        execute format('select * from public.%I($1, $2)', v_move.effect) into v_head using v_head, p_facts;
    end if;
    if v_move.redraws then
        v_head := record_draw(v_head, v_now, v_epoch, v_move.draws, v_link);
    elsif v_move.draws is not null then
        v_head := record_give(v_head, v_now, v_epoch, v_move.draws, v_link);
    end if;
    if v_move.ends then
        update record_assignment a set done = true where a.stream = p_stream and not a.done;
        v_head.waits_for := null;
    end if;
    update record_stream s
    set head = v_head.head, hash = v_head.hash, state = v_head.state, at = v_head.at, centre = v_head.centre, agency = v_head.agency,
        same_as = v_head.same_as, responsible = v_head.responsible, waits_for = v_head.waits_for,
        open = case v_move.to_state when '=' then s.open else not v_move.ends end,
        since = v_head.since
    where s.id = p_stream;
    state := v_head.state;
end $$;

-- The only writer that serving logins reach: one step of a person or a machine, alone in its transaction.
create function record_append(
    p_stream uuid, p_after int, p_kind text, p_session text, p_facts jsonb, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare v_done record := record_do(p_stream, p_after, p_kind, p_session, p_facts, p_key, false);
begin
    number := v_done.number; hash := v_done.hash; at := v_done.at; state := v_done.state; retried := v_done.retried;
end $$;

-- Sessions: opened by the door after it has checked the password; bound to person, post and link.
create function record_session_open(p_username text, p_post uuid, p_hash bytea, p_hours int, out login text, out ends_at timestamptz)
language plpgsql as $$
declare v_person uuid;
begin
    select p.id into v_person from registry_person p where p.username = p_username and p.ended_at is null;
    if not found then
        perform record_refuse('missing', 'person.missing');
    end if;
    if p_hours not between 1 and 24 * 30 or length(p_hash) <> 32 then
        perform record_refuse('malformed', 'session.malformed');
    end if;
    login := 'public';
    if p_post is not null then
        select r.login into login from registry_post p join record_role r on r.role = p.role
        where p.id = p_post and p.person = v_person and p.ended_at is null;
        if not found then
            perform record_refuse('forbidden', 'post.ended');
        end if;
    end if;
    ends_at := record_now() + make_interval(hours => p_hours);
    insert into record_session (hash, person, post, login, opened_at, ends_at) values (p_hash, v_person, p_post, login, record_now(), ends_at);
end $$;

create function record_session_end(p_session text) returns void
language sql
begin atomic
    update public.record_session set ended_at = public.record_now()
    where hash = sha256(convert_to(p_session, 'UTF8')) and ended_at is null;
end;

-- Whoever gets a new password has lost the old one, perhaps to somebody who came in with it: all her sessions end. Returns how many.
create function record_sessions_end(p_username text) returns int
language plpgsql as $$
declare v_count int;
begin
    perform record_settled();
    update record_session s set ended_at = record_now()
    from registry_person p where p.username = p_username and s.person = p.id and s.ended_at is null;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

create function record_session_who(p_session text) returns jsonb
language plpgsql as $$
declare v_who record;
begin
    v_who := record_who(p_session, record_link());
    return (select jsonb_build_object('person', p.id, 'post', v_who.post, 'role', v_who.role, 'name_zh', p.name_zh, 'name_en', p.name_en, 'proof', p.proof,
                                      'place_zh', coalesce(c.name_zh, a.name_zh), 'place_en', coalesce(c.name_en, a.name_en))
            from registry_person p
            left join registry_post o on o.id = v_who.post
            left join registry_centre c on c.id = o.centre
            left join registry_agency a on a.id = o.agency
            where p.id = v_who.person);
end $$;

-- The halves of a day's seed. The manager's half comes first, with the roster; the supervisor's after it, over the same roster.
create function record_half_commitment(p_pool uuid, p_day date, p_half text, p_seed bytea) returns bytea
language sql immutable
return sha256(public.record_frame('yimen.half.v1'::text) || public.record_frame(uuid_send(p_pool))
              || public.record_frame(to_char(p_day, 'YYYY-MM-DD')) || public.record_frame(p_half) || public.record_frame(p_seed));

create function record_draw_open(p_session text, p_pool uuid, p_day date, p_seed bytea, p_key uuid) returns uuid
language plpgsql as $$
declare
    v_who record;
    v_stream uuid := gen_random_uuid();
    v_known record_draw_day;
    v_digest bytea;
    v_roster jsonb;
    v_commitment bytea := record_half_commitment(p_pool, p_day, 'centre', p_seed);
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.role <> 'manager' then
        perform record_refuse('forbidden', 'move.of_another_role', '{"kind": "draw.opened"}');
    elsif p_pool is null or p_pool not in (select registry_pools(p.centre) from registry_post p where p.id = v_who.post) then
        perform record_refuse('forbidden', 'place.not_yours');
    elsif length(p_seed) is distinct from 32 or p_day is null or p_day < record_day(record_now())
          or p_day > record_day(record_now()) + 40 then  -- a roster closed long before would keep later changes of duty out
        perform record_refuse('malformed', 'draw.malformed');
    end if;
    -- Sent twice at the same moment, the second waits here and finds what the first did.
    perform 1 from registry_centre c where c.id = p_pool for no key update;
    perform 1 from registry_agency a where a.id = p_pool for no key update;
    select * into v_known from record_draw_day d where d.pool = p_pool and d.day = p_day;
    if found then
        if v_known.centre_commitment = v_commitment then
            return v_known.stream;
        end if;
        perform record_refuse('conflict', 'draw.already_committed');
    end if;
    insert into record_draw_roster (pool, day, pseudonym, role, person, post)
    select p_pool, p_day, substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), p.role, p.person, p.id
    from registry_post p join registry_person h on h.id = p.person
    where p_pool in (p.centre, p.agency) and p.ended_at is null and h.ended_at is null
      and p.role in (select x.role from record_purpose x)
      and exists (select 1 from registry_duty d where d.post = p.id and d.weekday = extract(isodow from p_day)::int and d.ended_at is null);
    select sha256(record_frame('yimen.roster.v1'::text)
                  || coalesce(string_agg(record_frame(r.pseudonym) || record_frame(r.role), ''::bytea order by r.pseudonym collate "C"), ''::bytea)),
           coalesce(jsonb_agg(jsonb_build_object('pseudonym', r.pseudonym, 'role', r.role) order by r.pseudonym collate "C"), '[]')
    into v_digest, v_roster
    from record_draw_roster r where r.pool = p_pool and r.day = p_day;
    perform record_do(v_stream, 0, 'draw.opened', p_session, jsonb_build_object(
        'pool', p_pool, 'day', p_day::text, 'roster', v_roster, 'roster_digest', encode(v_digest, 'hex'),
        'commitment', encode(v_commitment, 'hex')), p_key, true);
    insert into record_draw_seed (pool, day, half, seed) values (p_pool, p_day, 'centre', p_seed);
    insert into record_draw_day (pool, day, stream, roster_digest, centre_commitment) values (p_pool, p_day, v_stream, v_digest, v_commitment);
    return v_stream;
end $$;

create function record_draw_commit(p_session text, p_pool uuid, p_day date, p_seed bytea, p_key uuid) returns uuid
language plpgsql as $$
declare
    v_day record_draw_day;
    v_commitment bytea := record_half_commitment(p_pool, p_day, 'supervisor', p_seed);
begin
    perform record_settled();
    if length(p_seed) is distinct from 32 or p_day is null or p_day < record_day(record_now()) then
        perform record_refuse('malformed', 'draw.malformed');
    end if;
    select * into v_day from record_draw_day d where d.pool = p_pool and d.day = p_day for no key update;
    if not found then
        perform record_refuse('not_now', 'draw.not_opened');
    end if;
    if v_day.supervisor_commitment = v_commitment then
        return v_day.stream;
    elsif v_day.supervisor_commitment is not null then
        perform record_refuse('conflict', 'draw.already_committed');
    end if;
    perform record_do(v_day.stream, 1, 'draw.committed', p_session, jsonb_build_object(
        'pool', p_pool, 'day', p_day::text, 'roster_digest', encode(v_day.roster_digest, 'hex'),
        'commitment', encode(v_commitment, 'hex')), p_key, true);
    insert into record_draw_seed (pool, day, half, seed) values (p_pool, p_day, 'supervisor', p_seed);
    update record_draw_day d set supervisor_commitment = v_commitment where d.pool = p_pool and d.day = p_day;
    return v_day.stream;
end $$;

-- After the day both halves are published, so that strangers can draw again.
create function record_draw_reveal() returns int
language plpgsql as $$
declare
    v_day record_draw_day;
    v_count int := 0;
begin
    perform record_settled();
    for v_day in
        select * from record_draw_day d
        where not d.revealed and d.supervisor_commitment is not null and d.day < record_day(record_now()) order by d.day, d.pool
    loop
        perform record_do(v_day.stream, 2, 'draw.revealed', null, jsonb_build_object(
            'pool', v_day.pool, 'day', v_day.day::text,
            'centre_half', (select encode(s.seed, 'hex') from record_draw_seed s where s.pool = v_day.pool and s.day = v_day.day and s.half = 'centre'),
            'supervisor_half', (select encode(s.seed, 'hex') from record_draw_seed s where s.pool = v_day.pool and s.day = v_day.day and s.half = 'supervisor')
            ), v_day.stream, true);
        update record_draw_day d set revealed = true where d.pool = v_day.pool and d.day = v_day.day;
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;

-- Everything the public may know of a day's draws: enough to draw again, nothing that names a person.
create function record_draw_public(p_day date) returns jsonb
language sql stable
begin atomic
    select coalesce(jsonb_agg(jsonb_build_object(
        'pool', d.pool, 'day', d.day::text, 'stream', d.stream, 'roster_digest', encode(d.roster_digest, 'hex'),
        'centre_commitment', encode(d.centre_commitment, 'hex'), 'supervisor_commitment', encode(d.supervisor_commitment, 'hex'),
        'centre_half', r.facts::jsonb -> 'centre_half', 'supervisor_half', r.facts::jsonb -> 'supervisor_half',
        'roster', o.facts::jsonb -> 'roster',
        'name_zh', coalesce(c.name_zh, a.name_zh), 'name_en', coalesce(c.name_en, a.name_en),
        'draws', (select coalesce(jsonb_agg((e.facts::jsonb - 'pool' - 'day' - 'mark') || jsonb_build_object(
                      'stream', e.stream, 'number', e.number, 'hash', encode(e.hash, 'hex')) order by e.at, e.stream, e.number), '[]')
                  from public.record_event e
                  where e.kind in (select p.kind from public.record_purpose p) and e.facts::jsonb ? 'lot'
                    and e.facts::jsonb ->> 'day' = p_day::text and e.facts::jsonb ->> 'pool' = d.pool::text)
        ) order by d.pool), '[]')
    from public.record_draw_day d
    join public.record_event o on o.stream = d.stream and o.number = 1
    left join public.record_event r on r.stream = d.stream and r.kind = 'draw.revealed'
    left join public.registry_centre c on c.id = d.pool
    left join public.registry_agency a on a.id = d.pool
    where d.day = p_day and public.record_settled();
end;
create index record_event_draws on record_event ((facts::jsonb ->> 'day'), (facts::jsonb ->> 'pool')) where facts::jsonb ? 'lot';

-- The sequencer: gives each committed event its place, below the oldest open write transaction.
create function record_sequence() returns bigint
language plpgsql as $$
declare
    v_line record_horizon;
    v_epoch int := record_epoch_now();
    v_until xid8;
    v_event record;
    v_count bigint := 0;
begin
    select * into v_line from record_horizon for update;
    v_until := pg_snapshot_xmin(pg_current_snapshot());
    for v_event in
        select e.stream, e.number, e.hash from record_event e
        where (e.epoch, e.xact) >= (v_line.epoch, v_line.xact) and (e.epoch < v_epoch or e.xact < v_until)
        order by e.epoch, e.xact, e.stream, e.number
    loop
        v_line.place := v_line.place + 1;
        v_line.running := sha256(record_frame('yimen.running.v1'::text) || record_frame(v_line.running) || record_frame(v_event.hash));
        insert into record_place (place, stream, number, running) values (v_line.place, v_event.stream, v_event.number, v_line.running);
        v_count := v_count + 1;
    end loop;
    if v_count > 0 then
        update record_horizon set epoch = v_epoch, xact = v_until, place = v_line.place, running = v_line.running;
    end if;
    return v_count;
end $$;

create function record_advance(p_name text, p_from bigint, p_to bigint) returns void
language plpgsql as $$
begin
    update record_cursor c set place = p_to where c.name = p_name and c.place = p_from and c.login = record_link() and p_to >= p_from;
    if not found then
        perform record_refuse('conflict', 'cursor.moved_meanwhile');
    end if;
end $$;

create function record_park(p_name text, p_place bigint, p_error text) returns int
language sql
begin atomic
    insert into public.record_parked (name, place, error, tries, at)
    select p_name, p_place, left(p_error, 2000), 1, public.record_now()
    from public.record_cursor c where c.name = p_name and c.login = public.record_link()
    on conflict (name, place) do update set error = excluded.error, tries = public.record_parked.tries + 1, at = excluded.at
    returning tries;
end;

create function record_unpark(p_name text, p_place bigint) returns void
language sql
begin atomic
    delete from public.record_parked k using public.record_cursor c
    where k.name = p_name and k.place = p_place and c.name = k.name and c.login = public.record_link();
end;
