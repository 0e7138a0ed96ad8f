-- The person confirms: what a clerk filled in for her, or answered for her, is filed only as she saw it. She looks at it on a screen
-- of her own under a one-time code, or signs a printed page that bears the mark of exactly that content.

-- Letters that nobody mistakes for others.
create function casework_code(p_length int) returns text
language sql volatile
return (select string_agg(substr('23456789ABCDEFGHJKMNPQRSTUVWXYZ', 1 + (('x' || substr(gen_random_uuid()::text, 1, 8))::bit(32)::bigint % 31)::int, 1), '')
        from generate_series(1, p_length));

-- What is kept of a code or secret. Whoever reads it cannot use it: functions take the secret, and hash it themselves.
create function casework_hashed(p_what text, p_secret text) returns bytea
language sql immutable
return sha256(convert_to('yimen.' || p_what || '.v1:' || upper(regexp_replace(p_secret, '[^0-9A-Za-z]', '', 'g')), 'UTF8'));

-- Exactly what a person confirms: a digest over everything that will be filed, or over her answer to a correction notice. The page
-- that she signs is no part of it.
create function casework_draft_digest(p_draft casework_draft) returns bytea
language sql stable
return (
    with papers as (select coalesce(jsonb_agg(d), '[]') as listed from jsonb_array_elements(public.casework_listed(p_draft.id, p_draft.corrects is not null)) d
                    where d ->> 'material' <> 'signed_confirmation')
    select sha256(p_draft.salt || convert_to((case when p_draft.corrects is null
        then jsonb_build_array(p_draft.item, p_draft.organisation, p_draft.mandate, p_draft.form, p_draft.delivery, p_draft.address, p.listed)
        else jsonb_build_array('correction', p_draft.corrects, p_draft.form, p.listed) end)::text, 'UTF8'))
    from papers p);

-- The mark at the foot of a printed page.
create function casework_mark(p_digest bytea) returns text
language sql immutable
return upper(substr(encode(p_digest, 'hex'), 1, 10));

-- How what stands in a draft now was confirmed: on a screen, on paper, or not at all.
create function casework_confirmed_by(p_draft casework_draft) returns text
language sql stable
return (
    with now as (select public.casework_draft_digest(p_draft) as digest)
    select case when p_draft.confirmed = n.digest then 'screen'
                when exists (select 1 from public.casework_document d where d.stream = p_draft.id and d.signs = n.digest and d.removed_at is null) then 'paper' end
    from now n);

-- A page that was signed before something changed says nothing of what stands there now: it goes, and is erased.
create function casework_drop_unfit(p_draft casework_draft) returns void
language plpgsql as $$
begin
    with gone as (update casework_document d set removed_at = record_now()
                  where d.stream = p_draft.id and d.removed_at is null and d.filed is null and d.signs is not null
                    and d.signs <> casework_draft_digest(p_draft) returning d.id)
    delete from casework_document_key k using gone where k.document = gone.id;
end $$;

-- The digest that a signed page signs: it must be the one that is printed on it.
create function casework_signs(p_file uuid, p_mark text) returns bytea
language plpgsql as $$
declare
    v_draft casework_draft := (select d from casework_draft d where d.id = p_file);
    v_digest bytea := casework_draft_digest(v_draft);
begin
    perform casework_refuse_when(v_digest is null or casework_mark(v_digest) <> upper(regexp_replace(coalesce(p_mark, ''), '[^0-9A-Za-z]', '', 'g')),
                                 'conflict', 'confirmation.other_page');
    perform casework_drop_unfit(v_draft);
    return v_digest;
end $$;

-- What a clerk has before her and the person is to confirm: a draft, or a case whose correction is being answered.
create function casework_to_confirm(p_session text, p_file uuid) returns casework_draft
language plpgsql as $$
declare v_draft casework_draft;
begin
    if not exists (select 1 from casework_case c where c.stream = p_file) then
        return casework_draft_of(p_session, p_file);
    end if;
    perform casework_open_file(p_session, p_file);
    select d.* into v_draft from casework_draft d where d.id = p_file for update;
    return v_draft;
end $$;

-- The clerk asks the person before her to confirm, on a second screen or her own phone, under a one-time code.
create function casework_ask_confirmation(p_session text, p_draft uuid, out code text, out until timestamptz) language plpgsql as $$
declare v_draft casework_draft := casework_to_confirm(p_session, p_draft);
begin
    perform casework_refuse_when(v_draft.filed and v_draft.corrects is null, 'conflict', 'draft.filed_already');
    code := casework_code(12);
    until := record_now() + interval '30 minutes';
    update casework_draft d set confirmation = casework_hashed('confirmation', code), device = null, confirm_by = until, confirmed = null
    where d.id = p_draft;
end $$;

-- The code is exchanged once, for a secret of the device that it was typed into: whoever holds the code afterwards, the clerk too,
-- has nothing. Of codes that begin alike, right or wrong, five are tried in half an hour: as long as each of them holds.
create function casework_confirmation_open(p_code text, out secret text, out refused text)
language plpgsql as $$
declare v_secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
    perform record_settled();
    if not casework_counted('confirmation', p_code, p_code) then
        refused := 'confirmation.wait';
        return;
    end if;
    update casework_draft d set confirmation = null, device = casework_hashed('device', v_secret)
    where d.confirmation = casework_hashed('confirmation', p_code) and d.confirm_by > record_now();
    if not found then
        refused := 'confirmation.missing';
        return;
    end if;
    perform casework_guessed_right('confirmation', p_code);
    secret := v_secret;
end $$;

-- The receipt of what was confirmed and then filed.
create function casework_confirmed_case(p_draft casework_draft) returns jsonb
language sql stable
return (select jsonb_build_object('stream', c.stream, 'number', c.number, 'event', e.number, 'hash', encode(e.hash, 'hex'), 'at', e.at,
                                  'centre_zh', n.name_zh, 'centre_en', n.name_en,
                                  'due_on', (select k.due_on from public.casework_clock k where k.stream = c.stream and k.name = 'acceptance' and k.stopped is null))
        from public.casework_case c join public.record_stream s on s.id = c.stream left join public.registry_centre n on n.id = s.centre
        join public.record_event e on e.stream = c.stream and case when p_draft.corrects is null then e.number = 1
                                                                   else e.kind = 'case.corrected_at_window' and e.number > p_draft.corrects end
        where c.stream = p_draft.id);

-- What the person sees on her device: what is to be confirmed, or what was filed as she confirmed it. Null when that time is over.
create function casework_confirmation(p_secret text) returns jsonb
language plpgsql stable as $$
declare
    v_draft casework_draft;
    v_done boolean;
begin
    perform record_settled();
    select d.* into v_draft from casework_draft d where d.device = casework_hashed('device', p_secret) and d.confirm_by > record_now();
    if not found then
        return null;
    end if;
    v_done := v_draft.filed and not (v_draft.corrects is not null and exists (
        select 1 from record_stream s where s.id = v_draft.id and s.state = 'correcting'));
    return (select jsonb_build_object(
        'what', case when v_draft.corrects is null then 'filing' else 'correction' end,
        'item', jsonb_build_object('code', i.code, 'body', i.body), 'person_zh', h.name_zh, 'person_en', h.name_en,
        'organisation', (select jsonb_build_object('code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en) from registry_organisation o where o.id = v_draft.organisation),
        'principal', (select jsonb_build_object('name_zh', p.name_zh, 'name_en', p.name_en) from registry_person p where p.id = casework_principal(v_draft)),
        'form', v_draft.form, 'delivery', v_draft.delivery, 'address', v_draft.address,
        'documents', (select coalesce(jsonb_agg(x), '[]') from jsonb_array_elements(casework_documents(v_draft.id, 'applicant')) x
                      where x ->> 'material' <> 'signed_confirmation' and (v_draft.corrects is null or x -> 'filed' = 'null')),
        'notice', (select w.body from casework_writing w where w.stream = v_draft.id and w.number = v_draft.corrects),
        'confirmed', coalesce(v_draft.confirmed = casework_draft_digest(v_draft), false), 'filed', v_done,
        'digest', encode(casework_draft_digest(v_draft), 'hex'),
        'case', case when v_done then casework_confirmed_case(v_draft) end,
        'follow', case when v_draft.corrects is null and (v_draft.confirmed is not null or v_done) then casework_follow_code(p_secret) end)
        from registry_item i, registry_person h where i.id = v_draft.item and h.id = v_draft.person);
end $$;

-- The person confirms what she saw. What was changed meanwhile is not confirmed. Returns why not, or nothing.
create function casework_confirm(p_secret text, p_digest bytea) returns text
language plpgsql as $$
declare v_draft casework_draft;
begin
    perform record_settled();
    select d.* into v_draft from casework_draft d where d.device = casework_hashed('device', p_secret) and d.confirm_by > record_now() for update;
    if not found then
        return 'confirmation.missing';
    elsif v_draft.filed and v_draft.corrects is null then
        return null;
    elsif casework_draft_digest(v_draft) is distinct from p_digest then
        return 'confirmation.changed';
    end if;
    update casework_draft d set confirmed = p_digest where d.id = v_draft.id;
    if v_draft.corrects is null then
        perform casework_follow_made(v_draft.id, v_draft.person, casework_follow_code(p_secret), 'made_on_screen');
    end if;
    return null;
end $$;

-- answering a correction at the window ---------------------------------------------------------------------------------

-- The correction notice that waits for its answer, by the number of its event: the law allows one.
create function casework_notice_number(p_case uuid) returns int
language sql stable
return (select max(e.number) from public.record_event e where e.stream = p_case and e.kind = 'case.correction_asked');

-- What a clerk answers for the person before her, as far as it is written: with its mark, and how it was confirmed.
create function casework_kept(p_draft casework_draft) returns jsonb
language sql stable
return jsonb_build_object('answers', p_draft.form, 'digest', encode(public.casework_draft_digest(p_draft), 'hex'),
                          'mark', public.casework_mark(public.casework_draft_digest(p_draft)), 'confirmed', public.casework_confirmed_by(p_draft));

create function casework_keep_answers(p_session text, p_case uuid, p_form jsonb) returns jsonb
language plpgsql as $$
declare
    v_draft casework_draft;
    v_notice int;
begin
    perform casework_refuse_when(not exists (select 1 from casework_case c where c.stream = p_case), 'missing', 'case.missing');
    perform casework_refuse_when(jsonb_typeof(p_form) is distinct from 'object' or length(p_form::text) > 100000, 'malformed', 'form.malformed');
    v_draft := casework_to_confirm(p_session, p_case);
    v_notice := casework_notice_number(p_case);
    update casework_draft d set form = casework_shown_form(v_draft.item, p_form), saved_at = record_now() where d.id = p_case returning d.* into v_draft;
    if v_draft.corrects is distinct from v_notice then
        update casework_draft d set corrects = v_notice, confirmation = null, device = null, confirmed = null where d.id = p_case returning d.* into v_draft;
    end if;
    return casework_kept(v_draft);
end $$;

create function casework_kept_answers(p_session text, p_case uuid) returns jsonb
language plpgsql as $$
declare v_draft casework_draft;
begin
    perform casework_refuse_when(not exists (select 1 from casework_case c where c.stream = p_case), 'missing', 'case.missing');
    v_draft := casework_to_confirm(p_session, p_case);
    if v_draft.corrects is null then
        v_draft.form := '{}';
        v_draft.corrects := casework_notice_number(p_case);
    end if;
    return casework_kept(v_draft);
end $$;
