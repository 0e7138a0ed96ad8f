-- reading: one place says who sees what -----------------------------------------------------------------------------------

-- A party while she is one; whoever has or had a step, in the hat she did it in; a clerk while she serves a party; supervisors.
-- Whoever stepped aside, and whose mandate ended, sees no more.
create function casework_may_see(p_person uuid, p_role text, p_stream uuid) returns boolean
language sql stable
return p_role = 'supervisor'
    or exists (select 1 from public.record_hat h join public.record_move m on m.hat = h.hat
               where h.stream = p_stream and h.person = p_person and coalesce(m.role, 'applicant') = p_role
                 and (h.until is null or h.until > public.record_now()))
    or p_role <> 'applicant'
       and not exists (select 1 from public.record_hat h where h.stream = p_stream and h.person = p_person and h.until <= public.record_now())
       and (p_role = 'clerk' and exists (select 1 from public.record_hat h
                where h.stream = p_stream and h.hat = 'applicant' and (h.until is null or h.until > public.record_now())
                  and public.casework_serves(p_person, h.person) is not null)
            or exists (select 1 from public.record_assignment a join public.record_purpose p on p.purpose = a.purpose
                where a.stream = p_stream and a.person = p_person and p.role = p_role));

-- Which documents a role may open: materials for those who judge them, the certificate for those it belongs to, what was issued
-- for all of them but with contact details for those who may know them. The page that a person signed shows all that she filled in, her
-- telephone and address too.
create function casework_may_open(p_role text, p_material text) returns boolean
language sql immutable
return case when p_material = 'certificate' then p_role in ('applicant', 'supervisor')
            when p_material in ('issued_contact', 'signed_confirmation') then p_role in ('applicant', 'clerk', 'supervisor')
            else p_role in ('applicant', 'clerk', 'examiner', 'decider', 'supervisor') end;

-- Which of them are shown: what is not filed yet is a matter of whoever files it. One rule for listing a paper and for opening it.
create function casework_shown(p_document casework_document, p_role text) returns boolean
language sql immutable
return public.casework_may_open(p_role, p_document.material)
    and (p_document.filed is not null or p_document.material = 'certificate' or p_role in ('applicant', 'clerk'));

-- What waits for an official in this post, the nearest date first; of one date, what was filed first. `waiting`: how many in all, as
-- far as a hundred.
create function casework_worklist(p_session text, p_limit int, p_after_due date, p_after_stream uuid, p_after_filed timestamptz default null)
returns table (stream uuid, number text, head int, state text, purpose text, item_zh text, item_en text, instant boolean,
               applicant_zh text, applicant_en text, filed_at timestamptz, clock text, due_on date, provisional boolean, promise_due date,
               blocked text[], decision text, seal text, waiting int)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    -- The page is found by the keys of its rows alone; what they say is looked up for these.
    return query
        select w.id, c.number, w.head, w.state, w.purpose, i.name_zh, i.name_en, c.instant,
               coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en), w.since, w.name, w.due_on, w.provisional, m.due_on,
               c.unverified || case when w.state = 'certifying' and f.stream is not null then '{fee}'::text[] else '{}' end,
               encode(d.content, 'hex'), l.code, least(w.waiting, 100)::int
        from (select * from (
                  select s.id, s.head, s.state, s.since, a.purpose, k.name, k.due_on, k.provisional, count(*) over () as waiting
                  from record_assignment a
                  join record_stream s on s.id = a.stream and s.open and s.type = 'case'
                  join casework_clock k on k.stream = s.id
                       and k.name = case when s.state = 'received' then 'acceptance' when s.state = 'correcting' then 'correction'
                                         when s.state in ('sealed', 'posted') then 'service' else 'link' end
                  where a.person = v_who.person and a.post = v_who.post and not a.done) mine
              where (mine.due_on, mine.since, mine.id) > (coalesce(p_after_due, '-infinity'), coalesce(p_after_filed, '-infinity'),
                                                          coalesce(p_after_stream, '00000000-0000-0000-0000-000000000000'))
              order by mine.due_on, mine.since, mine.id
              limit least(p_limit, 100)) w
        join casework_case c on c.stream = w.id
        join registry_item i on i.id = c.item
        join registry_person h on h.id = c.applicant
        left join registry_organisation o on o.id = c.organisation
        left join casework_clock m on m.stream = w.id and m.name = 'promise'
        left join casework_fee f on f.stream = w.id and f.paid is null
        left join casework_decision d on d.stream = w.id and v_who.role in ('maker', 'custodian')
        left join registry_seal l on l.id = i.seal and d.stream is not null
        order by w.due_on, w.since, w.id;
end $$;

-- The cases of a person: her own, those of organisations she represents, and those she files for others while the mandate lasts.
create function casework_mine(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid)
returns table (stream uuid, number text, head int, state text, open boolean, item_zh text, item_en text,
               applicant_zh text, applicant_en text, filed_at timestamptz, clock text, due_on date, asked text, fee int)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is not null then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select s.id, c.number, s.head, s.state, s.open, i.name_zh, i.name_en, coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en),
               w.since, k.name, k.due_on,
               case when s.state = 'correcting' then 'correct' when f.stream is not null and s.open then 'pay'
                    when s.state = 'sealed' and casework_to_collect(s.id) then 'collect' end,
               case when s.open then f.amount end
        from (select x.stream, x.since from record_hat x
              where x.person = v_who.person and x.hat = 'applicant' and (x.until is null or x.until > record_now())
                and (x.since, x.stream) < (coalesce(p_before, 'infinity'), coalesce(p_before_stream, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
              order by x.since desc, x.stream desc
              limit least(p_limit, 100)) w
        join casework_case c on c.stream = w.stream
        join record_stream s on s.id = c.stream
        join registry_item i on i.id = c.item
        join registry_person h on h.id = c.applicant
        left join registry_organisation o on o.id = c.organisation
        left join casework_fee f on f.stream = s.id and f.paid is null
        left join lateral (select x.name, x.due_on from casework_clock x
                           where x.stream = s.id and x.stopped is null and x.name <> 'link' order by x.due_on, x.name limit 1) k on true
        order by w.since desc, w.stream desc;
end $$;

create function casework_drafts(p_session text, p_limit int, p_before timestamptz, p_before_draft uuid)
returns table (draft uuid, item_code text, item_zh text, item_en text, saved_at timestamptz)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
        select d.id, i.code, i.name_zh, i.name_en, d.saved_at
        from casework_draft d join registry_item i on i.id = d.item
        where d.person = (select w.person from record_who(p_session, record_link()) w where w.post is null) and not d.filed
          and (p_before is null or d.saved_at <= p_before and (d.saved_at < p_before or d.id > p_before_draft))
        order by d.saved_at desc, d.id
        limit least(p_limit, 100);
end $$;

create function casework_documents(p_stream uuid, p_role text) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'material', d.material, 'name', d.name, 'media_type', d.media_type,
                                                     'size', d.size, 'digest', encode(d.digest, 'hex'), 'filed', d.filed,
                                                     'earlier', d.earlier is not null) order by d.added_at, d.id), '[]')
        from public.casework_document d
        where d.stream = p_stream and d.removed_at is null and d.filed is distinct from 0 and public.casework_shown(d, p_role));

-- For whom a person may file: the organisations she represents, and whoever gave her a mandate.
create function casework_for_whom(p_person uuid) returns jsonb
language sql stable
return jsonb_build_object(
    'organisations', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en) order by o.code), '[]')
                      from public.registry_organisation o where o.representative = p_person and o.ended_at is null),
    'mandates', (select coalesce(jsonb_agg(jsonb_build_object('mandate', m.stream, 'organisation', m.organisation, 'items', m.items, 'until_on', m.until_on,
                                 'name_zh', coalesce(o.name_zh, p.name_zh), 'name_en', coalesce(o.name_en, p.name_en), 'code', o.code) order by m.given_at), '[]')
                 from public.casework_mandate m join public.registry_person p on p.id = m.principal
                 left join public.registry_organisation o on o.id = m.organisation
                 where m.agent = p_person and m.ended_at is null and m.until_on >= public.record_day(public.record_now())));

create function casework_draft_view(p_session text, p_draft uuid) returns jsonb
language plpgsql as $$
declare v_draft casework_draft := casework_draft_of(p_session, p_draft);
begin
    return jsonb_build_object(
        'draft', v_draft.id, 'key', v_draft.key, 'organisation', v_draft.organisation, 'mandate', v_draft.mandate, 'form', v_draft.form,
        'delivery', v_draft.delivery, 'address', v_draft.address, 'saved_at', v_draft.saved_at, 'visit', v_draft.visit,
        'confirm_by', v_draft.confirm_by, 'confirmed', coalesce(v_draft.confirmed = casework_draft_digest(v_draft), false),
        'mark', casework_mark(casework_draft_digest(v_draft)), 'signed', coalesce(casework_confirmed_by(v_draft) = 'paper', false),
        'item', (select jsonb_build_object('id', i.id, 'code', i.code, 'version', i.version, 'in_force', coalesce(i.ended_at > public.record_now(), true),
                                           'suspended', i.suspended, 'for_person', i.for_person, 'for_organisation', i.for_organisation,
                                           'body', i.body || jsonb_build_object('document', i.document))
                 from registry_item i where i.id = v_draft.item),
        'person', (select jsonb_build_object('name_zh', h.name_zh, 'name_en', h.name_en, 'proof', h.proof) from registry_person h where h.id = v_draft.person),
        'offers', (select coalesce(jsonb_agg(to_jsonb(o)), '[]')
                   from (select distinct on (x.material) x.* from casework_offers(v_draft) x order by x.material, x.source desc, x.given_on desc) o),
        'lacking', coalesce(casework_lacking(v_draft), '[]'),
        'documents', casework_documents(v_draft.id, 'applicant')) || casework_for_whom(v_draft.person);
end $$;

create function casework_organisations(p_session text) returns jsonb
language plpgsql stable as $$
begin
    perform record_settled();
    return casework_for_whom((select w.person from record_who(p_session, record_link()) w)) -> 'organisations';
end $$;

-- Everything about one case that this session's hat may see, in one answer.
create function casework_view(p_session text, p_stream uuid) returns jsonb
language plpgsql stable as $$
declare
    v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if not casework_may_see(v_who.person, v_who.role, p_stream) then
        perform record_refuse('missing', 'case.missing');
    end if;
    return casework_seen_as(row(v_who.person, v_who.role, v_who.post)::casework_viewer, p_stream);
end $$;

-- The same for whoever was let in: a person in a role.
create type casework_viewer as (person uuid, role text, post uuid);
create function casework_seen_as(v_who casework_viewer, p_stream uuid) returns jsonb
language plpgsql stable as $$
declare
    v_view jsonb;
begin
    select jsonb_build_object(
        'stream', s.id, 'number', c.number, 'serial', c.serial, 'state', s.state, 'head', s.head, 'hash', encode(s.hash, 'hex'), 'open', s.open,
        'filed_at', c.filed_at, 'today', record_day(record_now()), 'role', v_who.role,
        'item', jsonb_build_object('id', i.id, 'code', i.code, 'version', i.version, 'body', i.body),
        'agency', jsonb_build_object('code', g.code, 'name_zh', g.name_zh, 'name_en', g.name_en),
        'centre', jsonb_build_object('code', n.code, 'name_zh', n.name_zh, 'name_en', n.name_en, 'division', n.division),
        'seal', jsonb_build_object('code', l.code, 'name_zh', l.name_zh, 'name_en', l.name_en),
        'organisation', case when o.id is not null then jsonb_build_object('code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en, 'ended', o.ended_at is not null) end,
        'representative', case when o.id is not null then jsonb_build_object('name_zh', p.name_zh, 'name_en', p.name_en) end,
        'applicant', jsonb_build_object('name_zh', h.name_zh, 'name_en', h.name_en, 'proof', h.proof),
        'agent', (select jsonb_build_object('name_zh', x.name_zh, 'name_en', x.name_en, 'proof', x.proof, 'until_on', m.until_on, 'ended_at', m.ended_at)
                  from casework_mandate m join registry_person x on x.id = m.agent where m.stream = c.mandate),
        'delivery', c.delivery, 'instant', c.instant, 'unverified', c.unverified, 'asked_again', c.asked_again, 'visit', c.visit,
        'differs', (select coalesce(jsonb_agg(k.what), '[]') from casework_check k where k.stream = s.id and k.differs),
        'deemed', casework_deemed(s.id), 'waits_for', s.waits_for,
        'form', c.form,
        'contact', case when v_who.role in ('applicant', 'clerk', 'supervisor') then
            (select jsonb_build_object('phone', x.phone, 'email', x.email, 'address', x.address) from casework_contact x where x.stream = s.id) end,
        'fee', (select jsonb_build_object('number', f.number, 'amount', f.amount, 'paid', f.paid is not null, 'paid_at', f.paid_at, 'reference', f.reference,
                    'payable', f.paid is null and s.state = any ('{examining,deciding,granted,certifying}'),
                    'order', (select r.number from casework_order r where r.stream = f.stream and r.state = 'open'),
                    'lines', (select jsonb_agg(l || (select jsonb_build_object('name_zh', b ->> 'name_zh', 'name_en', b ->> 'name_en', 'basis', b ->> 'basis')
                              from jsonb_array_elements(i.body -> 'fees') b where b ->> 'code' = l ->> 'code')) from jsonb_array_elements(f.lines) l))
                from casework_fee f where f.stream = s.id),
        'writings', (select coalesce(jsonb_agg(jsonb_build_object('number', w.number, 'kind', w.kind, 'body', w.body) order by w.number), '[]')
                     from casework_writing w where w.stream = s.id and (w.kind <> 'case.sent_back' or v_who.role in ('examiner', 'decider', 'supervisor'))),
        'originals', (select coalesce(jsonb_agg(jsonb_build_object('taken', r.taken, 'material', r.material, 'pieces', r.pieces, 'returned', r.returned) order by r.taken), '[]')
                      from casework_original r where r.stream = s.id),
        'to_collect', s.state = 'sealed' and casework_to_collect(s.id),
        'parcel', (select jsonb_build_object('carrier', r.carrier, 'tracking', r.tracking, 'returned', r.returned, 'looked_at', r.looked_at) from casework_parcel r where r.stream = s.id),
        'documents', casework_documents(s.id, v_who.role),
        'issued', casework_issued_papers(s.id, v_who.role),
        'turn', (select a.purpose from record_assignment a where a.stream = s.id and a.person = v_who.person and a.post = v_who.post and not a.done limit 1),
        'clocks', (select coalesce(jsonb_object_agg(k.name, to_jsonb(k) - 'stream' - 'name'), '{}') from casework_clock k where k.stream = s.id),
        'events', (select jsonb_agg(jsonb_build_object('number', e.number, 'kind', e.kind, 'at', e.at, 'hat', e.hat, 'role', e.role, 'login', e.login,
                                                       'hash', encode(e.hash, 'hex'), 'mark', encode(e.mark, 'hex'))
                                    || case when v_who.role = 'supervisor' then jsonb_build_object('facts', e.facts::jsonb, 'name_zh', w.name_zh, 'name_en', w.name_en,
                                            'place', (select r.place from record_place r where r.stream = e.stream and r.number = e.number))
                                            when e.kind = 'case.recounted' then jsonb_build_object('facts', e.facts::jsonb) else '{}' end
                                    order by e.number)
                   from record_event e left join registry_person w on w.id = e.person where e.stream = s.id),
        'readings', case when v_who.role in ('applicant', 'supervisor') then
            (select coalesce(jsonb_agg(jsonb_build_object('document', d.name, 'material', d.material, 'role', r.role, 'at', r.at) order by r.id), '[]')
             from casework_reading r join casework_document d on d.id = r.document where r.stream = s.id) end,
        'followed', case when v_who.role in ('applicant', 'supervisor') then casework_followed_in(s.id) end,
        'decision', (select d.body from casework_decision d where d.stream = s.id),
        'decision_content', (select encode(d.content, 'hex') from casework_decision d where d.stream = s.id),
        'finding', (select e.facts::jsonb || jsonb_build_object('at', e.at) from record_event e where e.stream = s.id and e.kind = 'case.examined' order by e.number desc limit 1),
        'grant', (select encode(g.signature, 'hex') from casework_grant g where g.stream = s.id),
        'certificate', (select jsonb_build_object('certificate_no', f.certificate_no, 'document', f.document, 'content', encode(f.content, 'hex'), 'valid_until', f.valid_until)
                        from casework_certificate f where f.stream = s.id))
    into v_view
    from record_stream s
    join casework_case c on c.stream = s.id
    join registry_item i on i.id = c.item
    join registry_agency g on g.id = i.agency
    join registry_centre n on n.id = i.centre
    join registry_seal l on l.id = i.seal
    join registry_person h on h.id = c.applicant
    left join registry_organisation o on o.id = c.organisation
    left join registry_person p on p.id = o.representative
    where s.id = p_stream;
    if v_view is null then
        perform record_refuse('missing', 'case.missing');
    end if;
    return v_view;
end $$;

-- A paper that this person may open in this role. Refuses alike what is not hers and what does not exist.
create function casework_openable(p_who casework_viewer, p_document uuid) returns casework_document
language plpgsql stable as $$
declare v_document casework_document;
begin
    select d.* into v_document from casework_document d where d.id = p_document and d.removed_at is null;
    if not found or not (
        casework_may_see(p_who.person, p_who.role, v_document.stream) and casework_shown(v_document, p_who.role)
        or p_who.role = 'clerk' and exists (select 1 from casework_draft t where t.id = v_document.stream and not t.filed and casework_serves(p_who.person, t.person) is not null)
        or exists (select 1 from casework_draft t where t.id = v_document.stream and t.person = p_who.person and not t.filed and p_who.role = 'applicant'
                   and (v_document.earlier is null or casework_lacks_authority(t.person, t.organisation, t.mandate, t.item) is null))) then
        perform record_refuse('missing', 'document.missing');
    elsif not exists (select 1 from casework_document_key k where k.document = p_document) then
        perform record_refuse('missing', 'document.erased');
    end if;
    return v_document;
end $$;

-- Her own draft is no secret from her; every other reading leaves a trace.
create function casework_leaves_trace(p_document casework_document, p_person uuid) returns boolean
language sql stable
return p_document.earlier is not null or not exists (
    select 1 from public.casework_draft t where t.id = p_document.stream and t.person = p_person and not t.filed);

-- Whether the trace of a reading is there, and committed: whoever could undo it would have read without one.
create function casework_traced(p_document casework_document, p_person uuid, p_role text) returns boolean
language sql stable
return exists (select 1 from public.casework_reading r where r.stream = p_document.stream and r.document = p_document.id and r.person = p_person
               and r.role = p_role and r.at > public.record_now() - interval '1 minute' and public.record_settled());

-- Say that a paper is opened: the trace that the owner of the file sees.
create function casework_read(p_session text, p_document uuid) returns void
language plpgsql as $$
declare
    v_who record;
    v_document casework_document;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_document := casework_openable(row(v_who.person, v_who.role, v_who.post)::casework_viewer, p_document);
    if casework_leaves_trace(v_document, v_who.person) then
        insert into casework_reading (document, stream, person, role, at) values (p_document, v_document.stream, v_who.person, v_who.role, record_now());
    end if;
end $$;

-- The one way to a document's key, within a minute after its reading was written down.
create function casework_open_document(
    p_session text, p_document uuid, out stored_as text, out key bytea, out media_type text, out name text, out digest bytea, out salt bytea
) language plpgsql as $$
declare
    v_who record;
    v_document casework_document;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_document := casework_openable(row(v_who.person, v_who.role, v_who.post)::casework_viewer, p_document);
    if casework_leaves_trace(v_document, v_who.person) and not casework_traced(v_document, v_who.person, v_who.role) then
        perform record_refuse('conflict', 'reading.untraced');
    end if;
    select k.key into key from casework_document_key k where k.document = p_document;
    stored_as := v_document.stored_as; media_type := v_document.media_type; name := v_document.name;
    digest := v_document.digest; salt := v_document.salt;
end $$;

-- What anyone may ask of a certificate: is it live. Says nothing about the holder.
create function casework_certificate_status(p_content bytea) returns jsonb
language sql stable
return (select jsonb_build_object('certificate_no', c.certificate_no, 'valid_until', c.valid_until, 'state', s.state, 'today', public.record_day(public.record_now()))
        from public.casework_certificate c join public.record_stream s on s.id = c.stream where c.content = p_content and public.record_settled());

-- Posts a person may sign in with; read by the door after the password was checked.
create function record_posts(p_username text) returns jsonb
language sql stable
return (select jsonb_build_object('person', p.id, 'name_zh', p.name_zh, 'name_en', p.name_en, 'posts', coalesce((
            select jsonb_agg(jsonb_build_object('post', o.id, 'role', o.role, 'login', r.login, 'place_zh', coalesce(c.name_zh, a.name_zh), 'place_en', coalesce(c.name_en, a.name_en)) order by o.role, o.id)
            from public.registry_post o join public.record_role r on r.role = o.role
            left join public.registry_centre c on c.id = o.centre left join public.registry_agency a on a.id = o.agency
            where o.person = p.id and o.ended_at is null), '[]'))
        from public.registry_person p where p.username = p_username and p.ended_at is null);

-- Every pool with people whom chance may pick, today and the coming days, with which halves are laid down: to a manager those of her
-- place and all that lies in it, to a supervisor all.
create function record_draw_coming(p_session text, p_ahead int) returns jsonb
language plpgsql stable as $$
declare
    v_who record;
    v_today date := record_day(record_now());
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.role not in ('manager', 'supervisor') then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return (
        with mine as materialized (select registry_pools(p.centre) as pool from registry_post p where p.id = v_who.post and v_who.role = 'manager')
        select jsonb_build_object('today', v_today::text, 'pools', coalesce(jsonb_agg(jsonb_build_object(
                'pool', p.pool, 'name_zh', coalesce(c.name_zh, a.name_zh), 'name_en', coalesce(c.name_en, a.name_en),
                'days', (select jsonb_agg(jsonb_build_object('day', n.day::date::text, 'opened', d.pool is not null,
                                'committed', d.supervisor_commitment is not null,
                                'digest', encode(d.roster_digest, 'hex')) order by n.day)
                         from generate_series(v_today::timestamp, v_today::timestamp + make_interval(days => least(p_ahead, 40)), '1 day') n (day)
                         left join record_draw_day d on d.pool = p.pool and d.day = n.day::date)
                ) order by a.code nulls last, c.code), '[]'))
        from (select distinct coalesce(o.centre, o.agency) as pool from registry_post o
              where o.ended_at is null and o.role in (select x.role from record_purpose x)) p
        left join registry_centre c on c.id = p.pool
        left join registry_agency a on a.id = p.pool
        where v_who.role = 'supervisor' or p.pool in (select m.pool from mine m));
end $$;

-- What a supervisor sees of a pool's day: who stands behind each pseudonym.
create function record_roster(p_session text, p_day date) returns jsonb
language plpgsql stable as $$
begin
    perform record_settled();
    if (select w.role from record_who(p_session, record_link()) w) <> 'supervisor' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return (select coalesce(jsonb_agg(jsonb_build_object('pool', r.pool, 'place_zh', coalesce(c.name_zh, a.name_zh), 'place_en', coalesce(c.name_en, a.name_en),
                'pseudonym', r.pseudonym, 'role', r.role, 'name_zh', p.name_zh, 'name_en', p.name_en, 'committed', d.supervisor_commitment is not null)
                order by r.pool, r.role, r.pseudonym), '[]')
            from record_draw_roster r join record_draw_day d on d.pool = r.pool and d.day = r.day join registry_person p on p.id = r.person
            left join registry_centre c on c.id = r.pool left join registry_agency a on a.id = r.pool
            where r.day = p_day);
end $$;
