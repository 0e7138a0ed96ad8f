-- Following a case without an account: who was served at a window has its number and a code, and reads where it stands.

-- Wrong tries, by what was tried and by whom or at what; a wrong number counts like a wrong code, so that neither is told from the other.
create table casework_attempt (
    about   text not null,
    who     bytea not null,
    tries   int not null default 0,
    last_at timestamptz not null,
    next_at timestamptz,          -- not before then
    primary key (about, who)
);
create index casework_attempt_old on casework_attempt (last_at);

-- Begin a try, one after the other; whether it may be made now.
create function casework_attempt_begin(p_about text, p_who bytea) returns boolean
language plpgsql as $$
declare v_next timestamptz;
begin
    insert into casework_attempt as a (about, who, last_at) values (p_about, p_who, record_now())
    on conflict (about, who) do update set about = a.about returning a.next_at into v_next;
    return v_next is null or v_next <= record_now();
end $$;

-- It was wrong: after some, each is followed by a pause, and the pauses grow. Forgotten a day after the last.
create function casework_attempt_wrong(p_about text, p_who bytea, p_free int, p_first interval, p_longest interval) returns void
language plpgsql as $$
begin
    update casework_attempt a set tries = case when a.last_at < record_now() - interval '1 day' then 1 else a.tries + 1 end
    where a.about = p_about and a.who = p_who;
    update casework_attempt a
    set last_at = record_now(), next_at = case when a.tries >= p_free then record_now() + casework_pause_before(a.tries - p_free, p_first, p_longest) end
    where a.about = p_about and a.who = p_who;
    delete from casework_attempt a where a.last_at < record_now() - interval '2 days' and a.who <> p_who;
end $$;

-- Who may follow a case: its code, as a hash, and whose it is. Made on a draft that is being confirmed, it holds for the case.
create table casework_follow (
    stream  uuid primary key,
    person  uuid not null references registry_person (id),
    code    bytea not null,
    made_at timestamptz not null
);
-- What happened with it, as whoever holds the code sees.
create table casework_followed (
    id     bigint generated always as identity primary key,
    stream uuid not null,
    what   text not null check (what in ('made_on_screen', 'made_at_window', 'read')),
    at     timestamptz not null
);
create index casework_followed_stream on casework_followed (stream, id);

-- The code of a person who confirmed on a screen of her own follows from the secret of that screen, which is kept nowhere else: it is
-- shown there as often as she looks, and to nobody after her.
create function casework_follow_code(p_secret text) returns text
language sql immutable
return (select string_agg(substr('23456789ABCDEFGHJKMNPQRSTUVWXYZ', 1 + (get_byte(h, 2 * n) * 256 + get_byte(h, 2 * n + 1)) % 31, 1), '' order by n)
        from sha256(convert_to('yimen.follow.v1:' || p_secret, 'UTF8')) h, generate_series(0, 11) n);

create function casework_follow_hash(p_stream uuid, p_code text) returns bytea
language sql immutable
return public.casework_hashed('follow.' || p_stream::text, p_code);

create function casework_follow_made(p_stream uuid, p_person uuid, p_code text, p_what text) returns void
language plpgsql as $$
begin
    insert into casework_follow (stream, person, code, made_at) values (p_stream, p_person, casework_follow_hash(p_stream, p_code), record_now())
    on conflict (stream) do update set person = excluded.person, code = excluded.code, made_at = excluded.made_at;
    insert into casework_followed (stream, what, at) values (p_stream, p_what, record_now());
end $$;

-- At the window, for whoever has no screen of her own or lost her code: the clerk who serves a party of the case now prints a new one.
-- The one before ends, and its holder can see why.
create function casework_follow_print(p_session text, p_case uuid) returns text
language plpgsql as $$
declare
    v_who record;
    v_person uuid;
    v_code text := casework_code(12);
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    v_person := (select h.person from record_hat h
                 where h.stream = p_case and h.hat = 'applicant' and (h.until is null or h.until > record_now())
                   and casework_serves(v_who.person, h.person) is not null order by h.number limit 1);
    perform casework_refuse_when(v_who.role <> 'clerk' or v_person is null or not exists (select 1 from casework_case c where c.stream = p_case),
                                 'missing', 'case.missing');
    perform casework_follow_made(p_case, v_person, v_code, 'made_at_window');
    return v_code;
end $$;

-- Does this code open this case? It holds while its person is a party of the case, and for a year after the case is over. Returns the
-- case, or why not; what is refused is counted, and so it must not be an error.
create function casework_follow_try(p_number text, p_code text, out stream uuid, out person uuid, out refused text)
language plpgsql as $$
declare
    v_number text := left(regexp_replace(coalesce(p_number, ''), '\s', '', 'g'), 100);
    v_who bytea := sha256(convert_to(upper(v_number), 'UTF8'));
begin
    if not casework_attempt_begin('follow', v_who) then
        refused := 'follow.wait';
        return;
    end if;
    select f.stream, f.person into stream, person
    from casework_case c join casework_follow f on f.stream = c.stream join record_stream s on s.id = c.stream
    join record_event e on e.stream = s.id and e.number = s.head
    where c.number in (v_number, upper(v_number)) and f.code = casework_follow_hash(c.stream, coalesce(p_code, ''))
      and (s.open or e.at > record_now() - interval '1 year')
      and exists (select 1 from record_hat h where h.stream = c.stream and h.person = f.person and h.hat = 'applicant' and (h.until is null or h.until > record_now()));
    if stream is null then
        refused := 'follow.missing';
        perform casework_attempt_wrong('follow', v_who, 10, '1 minute', '1 hour');
    else
        delete from casework_attempt a where a.about = 'follow' and a.who = v_who;
    end if;
end $$;

-- When its codes were made and used, the last first: for who holds one, and for its owner, who may never have asked for any.
create function casework_followed_in(p_stream uuid) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('what', w.what, 'at', w.at) order by w.id desc), '[]')
        from (select x.* from public.casework_followed x where x.stream = p_stream order by x.id desc limit 20) w);

-- Where a case stands, for whoever holds its code: what is asked and by when, what was issued, what is to be paid; neither the answers
-- given nor how anyone is reached.
create function casework_follow(p_number text, p_code text) returns jsonb
language plpgsql as $$
declare
    v_found record;
    v_case jsonb;
begin
    perform record_settled();
    select * into v_found from casework_follow_try(p_number, p_code);
    if v_found.refused is not null then
        return jsonb_build_object('refused', v_found.refused);
    end if;
    insert into casework_followed (stream, what, at) values (v_found.stream, 'read', record_now());
    v_case := casework_seen_as(row(v_found.person, 'applicant', null)::casework_viewer, v_found.stream);
    return v_case - '{form,contact,representative,agent,readings,visit,serial,asked_again,finding,decision_content,grant,turn,seal}'::text[] || jsonb_build_object(
        'documents', (select coalesce(jsonb_agg(d), '[]') from jsonb_array_elements(v_case -> 'documents') d where d ->> 'material' = 'certificate'),
        'applicant', (v_case -> 'applicant') - 'proof',
        'followed', casework_followed_in(v_found.stream));
end $$;

-- A paper that was issued in the case, or its certificate, under the same code; the reading leaves the trace that every reading leaves.
create function casework_follow_paper(
    p_number text, p_code text, p_document uuid,
    out refused text, out stored_as text, out key bytea, out media_type text, out name text, out digest bytea, out salt bytea
) language plpgsql as $$
declare
    v_found record;
    v_document casework_document;
begin
    perform record_settled();
    select * into v_found from casework_follow_try(p_number, p_code);
    refused := v_found.refused;
    if refused is not null then
        return;
    end if;
    select d.* into v_document from casework_document d
    where d.id = p_document and d.stream = v_found.stream and d.removed_at is null and d.material in ('certificate', 'issued', 'issued_contact');
    select k.key into key from casework_document_key k where k.document = v_document.id;
    if key is null then
        refused := 'document.missing';
        return;
    end if;
    insert into casework_reading (document, stream, person, role, at) values (p_document, v_found.stream, v_found.person, 'code', record_now());
    stored_as := v_document.stored_as; media_type := v_document.media_type; name := v_document.name;
    digest := v_document.digest; salt := v_document.salt;
end $$;
