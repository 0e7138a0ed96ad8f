-- Following a case without an account: who was served at a window has its number and a code, and reads where it stands.

-- Guesses, by what is guessed and at what or by whom; a wrong number counts like a wrong code, so that neither is told from the other.
create table casework_attempt (
    about   text not null check (about in ('follow', 'confirmation', 'mandate', 'register')),
    who     bytea not null,
    tries   int not null default 0,
    last_at timestamptz not null,
    next_at timestamptz,          -- not before then
    guess   bytea,                -- the last that was let through, as a hash
    primary key (about, who)
);
create index casework_attempt_old on casework_attempt (last_at);

-- How often each may be guessed before the pauses begin, the first of them and the longest.
create table casework_patience (
    about   text primary key,
    free    int not null,
    first   interval not null,
    longest interval not null
);
insert into casework_patience (about, free, first, longest) values
    ('follow', 10, '1 minute', '1 hour'), ('confirmation', 5, '30 minutes', '30 minutes'), ('mandate', 5, '1 hour', '1 day'),
    ('register', 20, '1 minute', '1 hour');

create function casework_number_typed(p_number text) returns text
language sql immutable
return upper(left(regexp_replace(coalesce(p_number, ''), '\s', '', 'g'), 100));

-- What is guessed at: the number of a case, the first four letters of a one-time code, whoever the person who asks (her session) names
-- as her agent, or a clerk as her visitor.
create function casework_guessed_at(p_about text, p_at text) returns bytea
language sql stable
return case when p_about = 'follow' then sha256(convert_to(public.casework_number_typed(p_at), 'UTF8'))
                    when p_about = 'confirmation' then public.casework_hashed('first', left(upper(regexp_replace(coalesce(p_at, ''), '[^0-9A-Za-z]', '', 'g')), 4))
                    when p_about in ('mandate', 'register') then uuid_send((select w.person from public.record_who(p_at, public.record_link()) w)) end;

-- Say what will be guessed. It is counted and committed before anything is answered: whoever could undo the count would guess for ever.
-- Whether it may be tried now; after some, each is followed by a pause, and the pauses grow. Forgotten a day after the last.
create function casework_guess(p_about text, p_at text, p_guess text) returns boolean
language plpgsql as $$
declare
    v_rule casework_patience := (select p from casework_patience p where p.about = p_about);
    v_who bytea := casework_guessed_at(p_about, p_at);
    v_last casework_attempt;
begin
    perform record_settled();
    if v_who is null then
        perform record_refuse('malformed', 'move.malformed');
    end if;
    insert into casework_attempt as a (about, who, last_at) values (p_about, v_who, record_now())
    on conflict (about, who) do update set about = a.about returning a.* into v_last;
    if v_last.next_at > record_now() then
        return false;
    end if;
    v_last.tries := case when v_last.last_at < record_now() - interval '1 day' then 1 else v_last.tries + 1 end;
    update casework_attempt a
    set tries = v_last.tries, last_at = record_now(), guess = sha256(convert_to(p_guess, 'UTF8')),
        next_at = case when v_last.tries >= v_rule.free then record_now() + casework_pause_before(v_last.tries - v_rule.free, v_rule.first, v_rule.longest) end
    where a.about = p_about and a.who = v_who;
    delete from casework_attempt a using (select x.about, x.who from casework_attempt x where x.last_at < record_now() - interval '2 days' for update skip locked) o
    where a.about = o.about and a.who = o.who;
    return true;
end $$;

-- Whether this is the guess that was counted, a moment ago.
create function casework_counted(p_about text, p_at text, p_guess text) returns boolean
language sql stable
return exists (select 1 from public.casework_attempt a where a.about = p_about and a.who = public.casework_guessed_at(p_about, p_at)
               and a.guess = sha256(convert_to(p_guess, 'UTF8')) and a.last_at > public.record_now() - interval '1 minute' and public.record_settled());

-- It was right, and so it was no guess: what was counted for it is taken back.
create function casework_guessed_right(p_about text, p_at text) returns void
language sql
begin atomic
    update public.casework_attempt a set tries = case when p_about in ('mandate', 'register') then greatest(a.tries - 1, 0) else 0 end, next_at = null
    where a.about = p_about and a.who = public.casework_guessed_at(p_about, p_at);
end;

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
    at     timestamptz not null,
    clerk  uuid          -- who printed it at the window
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

create function casework_follow_made(p_stream uuid, p_person uuid, p_code text, p_what text, p_clerk uuid default null) returns void
language plpgsql as $$
begin
    insert into casework_follow (stream, person, code, made_at) values (p_stream, p_person, casework_follow_hash(p_stream, p_code), record_now())
    on conflict (stream) do update set person = excluded.person, code = excluded.code, made_at = excluded.made_at;
    insert into casework_followed (stream, what, at, clerk) values (p_stream, p_what, record_now(), p_clerk);
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
    v_who := record_who(p_session, record_link());
    v_person := (select h.person from record_hat h
                 where h.stream = p_case and h.hat = 'applicant' and (h.until is null or h.until > record_now())
                   and casework_serves(v_who.person, h.person) is not null order by h.number limit 1);
    perform casework_refuse_when(v_who.role <> 'clerk' or v_person is null or not exists (select 1 from casework_case c where c.stream = p_case)
                                 or not casework_may_see(v_who.person, 'clerk', p_case), 'missing', 'case.missing');
    perform casework_follow_made(p_case, v_person, v_code, 'made_at_window', v_who.person);
    return v_code;
end $$;

-- Does this code open this case? It holds while its person is a party of the case, and for a year after the case is over. Returns the
-- case, or why not.
create function casework_follow_try(p_number text, p_code text, out stream uuid, out person uuid, out refused text)
language plpgsql as $$
declare v_number text := left(regexp_replace(coalesce(p_number, ''), '\s', '', 'g'), 100);
begin
    if not casework_counted('follow', p_number, p_code) then
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
    end if;
end $$;

-- When its codes were made and used, the last first: for who holds one, and for its owner, who may never have asked for any.
create function casework_followed_in(p_stream uuid) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('what', w.what, 'at', w.at) order by w.id desc), '[]')
        from (select x.* from public.casework_followed x where x.stream = p_stream order by x.id desc limit 20) w);

-- Say that a case is read with its code, or a paper of it: the certificate, or what was issued in it. Returns why not, or nothing.
create function casework_follow_read(p_number text, p_code text, p_document uuid default null) returns text
language plpgsql as $$
declare v_found record;
begin
    perform record_settled();
    select * into v_found from casework_follow_try(p_number, p_code);
    if v_found.refused is not null then
        return v_found.refused;
    end if;
    perform casework_guessed_right('follow', p_number);
    if p_document is null then
        insert into casework_followed (stream, what, at) values (v_found.stream, 'read', record_now());
    elsif casework_follow_openable(v_found.stream, p_document) is null then
        return 'document.missing';
    else
        insert into casework_reading (document, stream, person, role, at) values (p_document, v_found.stream, v_found.person, 'code', record_now());
    end if;
    return null;
end $$;

-- A paper of this case that its code opens, if it is not erased.
create function casework_follow_openable(p_stream uuid, p_document uuid) returns casework_document
language sql stable
return (select d from public.casework_document d join public.casework_document_key k on k.document = d.id
        where d.id = p_document and d.stream = p_stream and d.removed_at is null and d.material in ('certificate', 'issued', 'issued_contact'));

-- Where a case stands, for whoever holds its code and has just said so: what is asked and by when, what was issued, what is to be paid;
-- neither the answers given nor how anyone is reached.
create function casework_follow(p_number text, p_code text) returns jsonb
language plpgsql stable as $$
declare
    v_found record;
    v_case jsonb;
begin
    perform record_settled();
    select * into v_found from casework_follow_try(p_number, p_code);
    if v_found.refused is not null then
        return jsonb_build_object('refused', v_found.refused);
    elsif not exists (select 1 from casework_followed w where w.stream = v_found.stream and w.what = 'read' and w.at > record_now() - interval '1 minute') then
        perform record_refuse('conflict', 'reading.untraced');
    end if;
    v_case := casework_seen_as(row(v_found.person, 'applicant', null)::casework_viewer, v_found.stream);
    return v_case - '{form,contact,representative,agent,readings,visit,serial,asked_again,finding,decision_content,grant,turn,seal}'::text[] || jsonb_build_object(
        'documents', (select coalesce(jsonb_agg(d), '[]') from jsonb_array_elements(v_case -> 'documents') d where d ->> 'material' = 'certificate'),
        'applicant', (v_case -> 'applicant') - 'proof',
        'followed', casework_followed_in(v_found.stream));
end $$;

-- The key of a paper, under the same code, after its reading was written down.
create function casework_follow_paper(
    p_number text, p_code text, p_document uuid,
    out refused text, out stored_as text, out key bytea, out media_type text, out name text, out digest bytea, out salt bytea
) language plpgsql stable as $$
declare
    v_found record;
    v_document casework_document;
begin
    perform record_settled();
    select * into v_found from casework_follow_try(p_number, p_code);
    v_document := casework_follow_openable(v_found.stream, p_document);
    refused := coalesce(v_found.refused, case when v_document.id is null then 'document.missing' end);
    if refused is not null then
        return;
    elsif not casework_traced(v_document, v_found.person, 'code') then
        perform record_refuse('conflict', 'reading.untraced');
    end if;
    select k.key into key from casework_document_key k where k.document = v_document.id;
    stored_as := v_document.stored_as; media_type := v_document.media_type; name := v_document.name;
    digest := v_document.digest; salt := v_document.salt;
end $$;
