-- intake: drafts, documents and filing ------------------------------------------------------------------------------

create function casework_draft_of(p_session text, p_draft uuid) returns casework_draft
language plpgsql as $$
declare v_draft casework_draft;
begin
    select d.* into v_draft from casework_draft d
    where d.id = p_draft and d.person = (select w.person from record_who(p_session, record_link()) w) for update;
    if not found then
        perform record_refuse('missing', 'draft.missing');
    elsif v_draft.filed then
        perform record_refuse('conflict', 'draft.filed_already');
    end if;
    return v_draft;
end $$;

create function casework_start(p_session text, p_item text, p_key uuid) returns uuid
language plpgsql as $$
declare
    v_person uuid := (select w.person from record_who(p_session, record_link()) w where w.post is null);
    v_item uuid := (select i.id from registry_item i where i.code = p_item and i.ended_at is null);
    v_draft casework_draft;
begin
    if v_person is null then
        perform record_refuse('forbidden', 'move.of_another_role');
    elsif v_item is null then
        perform record_refuse('missing', 'item.unknown', jsonb_build_object('item', left(p_item, 100)));
    end if;
    insert into casework_draft (person, key, item, saved_at) values (v_person, p_key, v_item, record_now())
    on conflict (person, key) do nothing;
    select d.* into v_draft from casework_draft d where d.person = v_person and d.key = p_key;
    if (select i.code from registry_item i where i.id = v_draft.item) <> p_item then
        perform record_refuse('conflict', 'key.reused');
    end if;
    return v_draft.id;
end $$;

create function casework_save(p_session text, p_draft uuid, p_organisation uuid, p_form jsonb) returns void
language plpgsql as $$
declare v_draft casework_draft := casework_draft_of(p_session, p_draft);
begin
    if jsonb_typeof(p_form) is distinct from 'object' or length(p_form::text) > 100000 then
        perform record_refuse('malformed', 'form.malformed');
    end if;
    if p_organisation is not null and not exists (
        select 1 from registry_organisation o where o.id = p_organisation and o.representative = v_draft.person) then
        perform record_refuse('forbidden', 'organisation.no_authority');
    end if;
    update casework_draft set organisation = p_organisation, form = p_form, saved_at = record_now() where id = p_draft;
end $$;

create function casework_attach(
    p_session text, p_draft uuid, p_material text, p_name text, p_media_type text, p_size int,
    p_salt bytea, p_digest bytea, p_stored_as text, p_key bytea
) returns uuid
language plpgsql as $$
declare
    v_draft casework_draft := casework_draft_of(p_session, p_draft);
    v_id uuid;
begin
    if not exists (select 1 from registry_item i, jsonb_array_elements(i.body -> 'materials') m
                   where i.id = v_draft.item and m ->> 'code' = p_material) then
        perform record_refuse('missing', 'material.unknown', jsonb_build_object('material', left(p_material, 100)));
    end if;
    if (select count(*) from casework_document d where d.stream = p_draft and d.removed_at is null) >= 40 then
        perform record_refuse('malformed', 'document.too_many');
    end if;
    insert into casework_document (stream, material, name, media_type, size, salt, digest, stored_as, added_at)
    values (p_draft, p_material, left(p_name, 200), p_media_type, p_size, p_salt, p_digest, p_stored_as, record_now()) returning id into v_id;
    insert into casework_document_key (document, key) values (v_id, p_key);
    return v_id;
end $$;

-- Removing a document from a draft erases it: its key is deleted.
create function casework_detach(p_session text, p_document uuid) returns void
language plpgsql as $$
declare v_draft casework_draft;
begin
    v_draft := casework_draft_of(p_session, (select d.stream from casework_document d where d.id = p_document));
    update casework_document set removed_at = record_now() where id = p_document and removed_at is null;
    delete from casework_document_key k where k.document = p_document;
end $$;

create function casework_number(p_item uuid, out number text, out serial bigint)
language plpgsql as $$
declare
    v_day date := record_day(record_now());
    v_base bigint;
begin
    select d.base into v_base from casework_serial_day d where d.day = v_day;
    if not found then
        insert into casework_serial_day (day, base) values (v_day, nextval('casework_serial')) on conflict do nothing;
        select d.base into v_base from casework_serial_day d where d.day = v_day;
    end if;
    serial := nextval('casework_serial');
    number := (select i.code from registry_item i where i.id = p_item) || to_char(v_day, 'YYYYMMDD')
              || lpad((serial - v_base)::text, greatest(4, length((serial - v_base)::text)), '0');
end $$;

-- File a draft: the form, the salted hashes of the documents and nothing personal go into the record.
create function casework_file(
    p_session text, p_draft uuid, p_key uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_draft casework_draft;
    v_facts jsonb;
    v_missing jsonb;
begin
    select d.* into v_draft from casework_draft d
    where d.id = p_draft and d.person = (select w.person from record_who(p_session, record_link()) w) for update;
    if not found then
        perform record_refuse('missing', 'draft.missing');
    end if;
    if v_draft.filed then
        select e.number, e.hash, e.at, s.state, true into number, hash, at, state, retried
        from record_event e join record_stream s on s.id = e.stream where e.stream = p_draft and e.number = 1 and e.key = p_key;
        if not found then
            perform record_refuse('conflict', 'draft.filed_already');
        end if;
        return;
    end if;
    if v_draft.organisation is null then
        perform record_refuse('malformed', 'organisation.missing');
    end if;
    if v_draft.form ->> 'credit_code' <> (select o.code from registry_organisation o where o.id = v_draft.organisation) then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"credit_code": "other_organisation"}}');
    end if;
    select jsonb_agg(m ->> 'code') into v_missing
    from registry_item i, jsonb_array_elements(i.body -> 'materials') m
    where i.id = v_draft.item and (m ->> 'necessity')::int = 1 and not coalesce((m ->> 'exempt_by_sharing')::boolean, false)
      and not coalesce((m ->> 'from_form')::boolean, false)
      and not exists (select 1 from casework_document d where d.stream = p_draft and d.material = m ->> 'code' and d.removed_at is null);
    if v_missing is not null then
        perform record_refuse('malformed', 'material.missing', jsonb_build_object('materials', v_missing));
    end if;
    select jsonb_build_object(
        'item', v_draft.item, 'organisation', v_draft.organisation,
        'form', encode(sha256(v_draft.salt || convert_to(casework_form(v_draft)::text, 'UTF8')), 'hex'),
        'documents', coalesce((select jsonb_agg(jsonb_build_object('material', d.material, 'document', d.id, 'digest', encode(d.digest, 'hex')) order by d.id)
                               from casework_document d where d.stream = p_draft and d.removed_at is null), '[]'),
        'delivery', 'electronic') into v_facts;
    select r.number, r.hash, r.at, r.state, r.retried into number, hash, at, state, retried
    from record_do(p_draft, 0, 'case.submitted', p_session, v_facts, p_key, true) r;
    update casework_draft set filed = true, form = '{}' where id = p_draft;
end $$;

-- The form without the fields marked as contact details.
create function casework_form(p_draft casework_draft) returns jsonb
language sql stable
return p_draft.form - coalesce((select array_agg(f ->> 'name') from public.registry_item i, jsonb_array_elements(i.body -> 'form') f
                                where i.id = p_draft.item and (f ->> 'contact')::boolean), '{}');

-- The whole application in one statement, for programs: answered again from the record when it is sent again.
create function casework_apply(
    p_session text, p_item text, p_organisation uuid, p_form jsonb, p_documents jsonb, p_key uuid,
    out stream uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean, out case_number text
) language plpgsql as $$
declare d jsonb;
begin
    stream := casework_start(p_session, p_item, p_key);
    if not (select x.filed from casework_draft x where x.id = stream) then
        perform casework_save(p_session, stream, p_organisation, p_form);
        delete from casework_document_key k using casework_document p where k.document = p.id and p.stream = casework_apply.stream;
        update casework_document set removed_at = record_now() where casework_document.stream = casework_apply.stream and removed_at is null;
        for d in select * from jsonb_array_elements(p_documents) loop
            perform casework_attach(p_session, stream, d ->> 'material', d ->> 'name', d ->> 'media_type', (d ->> 'size')::int,
                                    decode(d ->> 'salt', 'hex'), decode(d ->> 'digest', 'hex'), d ->> 'stored_as', decode(d ->> 'key', 'hex'));
        end loop;
    elsif exists (select 1 from casework_case c join registry_item i on i.id = c.item where c.stream = casework_apply.stream
                  and (c.organisation <> p_organisation or c.form <> p_form - coalesce(
                      (select array_agg(f ->> 'name') from jsonb_array_elements(i.body -> 'form') f where (f ->> 'contact')::boolean), '{}')))
       or (select coalesce(jsonb_agg(jsonb_build_array(x.material, x.size) order by x.material, x.size), '[]')
           from casework_document x where x.stream = casework_apply.stream and x.removed_at is null and x.material <> 'certificate')
          <> (select coalesce(jsonb_agg(jsonb_build_array(y ->> 'material', (y ->> 'size')::int) order by y ->> 'material', (y ->> 'size')::int), '[]')
              from jsonb_array_elements(p_documents) y) then
        perform record_refuse('conflict', 'key.reused');
    end if;
    select f.number, f.hash, f.at, f.state, f.retried into number, hash, at, state, retried from casework_file(p_session, stream, p_key) f;
    case_number := (select c.number from casework_case c where c.stream = casework_apply.stream);
end $$;

-- effects: what a move does to the state of a case ----------------------------------------------------------------------

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

create function casework_submitted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_draft casework_draft;
    v_item registry_item;
    v_number record;
    v_today date := record_day(p_head.at);
begin
    select d.* into v_draft from casework_draft d where d.id = p_head.id;
    select i.* into v_item from registry_item i where i.id = v_draft.item;
    p_head.centre := v_item.centre;
    p_head.agency := v_item.agency;
    -- Filing the same again within 90 days, while the earlier is open or after it was withdrawn, comes back to the same
    -- people. A matter that was decided is over: the next one is left to chance again. Filings of one organisation wait for
    -- each other here, so that several at the same moment see the first.
    perform 1 from registry_organisation o where o.id = v_draft.organisation for no key update;
    select c.stream into p_head.same_as
    from casework_case c join registry_item i on i.id = c.item join record_stream s on s.id = c.stream
    where c.organisation = v_draft.organisation and i.code = v_item.code and c.filed_at > p_head.at - interval '90 days'
      and s.state in ('received', 'examining', 'deciding', 'withdrawn')
    order by c.filed_at limit 1;
    select * into v_number from casework_number(v_item.id);
    insert into casework_case (stream, number, serial, item, applicant, organisation, form, salt, filed_at, filed_on)
    values (p_head.id, v_number.number, v_number.serial, v_item.id, v_draft.person, v_draft.organisation, casework_form(v_draft),
            v_draft.salt, p_head.at, v_today);
    insert into casework_contact (stream, phone, email)
    values (p_head.id, coalesce(v_draft.form ->> 'contact_phone', ''), coalesce(v_draft.form ->> 'contact_email', ''));
    perform casework_start_clocks(p_head, (select min(c.day) from registry_calendar c where c.working and c.day >= v_today),
                                  jsonb_build_object('acceptance', v_item.limits -> 'acceptance'));
    return p_head;
end $$;

create function casework_limits(p_stream uuid) returns jsonb
language sql stable
return (select i.limits from public.casework_case c join public.registry_item i on i.id = c.item where c.stream = p_stream);

create function casework_accepted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_limits jsonb := casework_limits(p_head.id);
    v_today date := record_day(p_head.at);
begin
    perform casework_stop_clocks(p_head, '{acceptance}');
    perform casework_start_clocks(p_head, v_today, jsonb_build_object(
        'statutory', v_limits -> 'statutory', 'promise', v_limits -> 'promise', 'link', v_limits -> 'links' -> 'examining'));
    return p_head;
end $$;

-- What is found is that each condition of the item is met, and nothing else is written down.
create function casework_examined(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_conditions jsonb := (select coalesce(jsonb_agg(o ->> 'code' order by o ->> 'code' collate "C"), '[]')
                           from casework_case c join registry_item i on i.id = c.item, jsonb_array_elements(i.body -> 'conditions') o
                           where c.stream = p_head.id);
begin
    if p_facts <> jsonb_build_object('finding', 'meets', 'conditions', v_conditions) then
        perform record_refuse('malformed', 'finding.unknown');
    end if;
    perform casework_start_clocks(p_head, record_day(p_head.at),
                                  jsonb_build_object('link', casework_limits(p_head.id) -> 'links' -> 'deciding'));
    return p_head;
end $$;

create function casework_granted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_limits jsonb := casework_limits(p_head.id);
begin
    perform casework_stop_clocks(p_head, '{statutory,promise}');
    perform casework_start_clocks(p_head, record_day(p_head.at),
                                  jsonb_build_object('service', v_limits -> 'service', 'link', v_limits -> 'links' -> 'certifying'));
    insert into casework_due_row (stream, decision) values (p_head.id, p_head.id);
    return p_head;
end $$;

create function casework_grant_signed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_due_row set granted = p_head.id where stream = p_head.id;
    return p_head;
end $$;

-- Custody acts over exactly the decision and with exactly the seal that are due.
create function casework_custody(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    if not exists (
        select 1 from casework_decision d
        join casework_case c on c.stream = d.stream join registry_item i on i.id = c.item join registry_seal s on s.id = i.seal
        where d.stream = p_head.id and encode(d.content, 'hex') = p_facts ->> 'decision' and s.code = p_facts ->> 'seal') then
        perform record_refuse('conflict', 'certificate.other_decision');
    end if;
    return p_head;
end $$;

create function casework_sealed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_due_row set certificate = p_head.id where stream = p_head.id;
    return p_head;
end $$;

create function casework_ended(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_stop_clocks(p_head, '{acceptance,statutory,promise,service,link}');
    return p_head;
end $$;

-- reading: one place says who sees what -----------------------------------------------------------------------------------

create function casework_may_see(p_person uuid, p_role text, p_stream uuid) returns boolean
language sql stable
return p_role = 'supervisor'
    or exists (select 1 from public.record_hat h join public.record_move m on m.hat = h.hat
               where h.stream = p_stream and h.person = p_person and coalesce(m.role, 'applicant') = p_role)
    or p_role <> 'applicant' and exists (
        select 1 from public.record_assignment a join public.record_purpose p on p.purpose = a.purpose
        where a.stream = p_stream and a.person = p_person and p.role = p_role);

-- Which documents a role may open: materials for those who judge them, the certificate for those it belongs to.
create function casework_may_open(p_role text, p_material text) returns boolean
language sql immutable
return case when p_material = 'certificate' then p_role in ('applicant', 'supervisor')
            else p_role in ('applicant', 'clerk', 'examiner', 'decider', 'supervisor') end;

create function casework_worklist(p_session text, p_limit int, p_after_due date, p_after_stream uuid)
returns table (stream uuid, number text, head int, state text, purpose text, item_zh text, item_en text,
               organisation_zh text, organisation_en text, filed_at timestamptz, due_on date, provisional boolean, promise_due date,
               decision text, seal text)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    return query
        select s.id, c.number, s.head, s.state, a.purpose, i.name_zh, i.name_en,
               o.name_zh, o.name_en, c.filed_at, k.due_on, k.provisional, m.due_on, encode(d.content, 'hex'), l.code
        from record_assignment a
        join record_stream s on s.id = a.stream and s.open
        join casework_case c on c.stream = s.id
        join registry_item i on i.id = c.item
        join registry_organisation o on o.id = c.organisation
        join casework_clock k on k.stream = s.id and k.name = case when s.state = 'received' then 'acceptance' else 'link' end
        left join casework_clock m on m.stream = s.id and m.name = 'promise'
        left join casework_decision d on d.stream = s.id and v_who.role in ('maker', 'custodian')
        left join registry_seal l on l.id = i.seal and d.stream is not null
        where a.person = v_who.person and a.post = v_who.post and not a.done
          and (p_after_due is null or (k.due_on, s.id) > (p_after_due, p_after_stream))
        order by k.due_on, s.id
        limit least(p_limit, 100);
end $$;

create function casework_mine(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid)
returns table (stream uuid, number text, head int, state text, item_zh text, item_en text,
               organisation_zh text, organisation_en text, filed_at timestamptz, due_on date)
language plpgsql stable as $$
declare v_who record;
begin
    select * into v_who from record_who(p_session, record_link());
    return query
        select s.id, c.number, s.head, s.state, i.name_zh, i.name_en, o.name_zh, o.name_en, c.filed_at,
               (select min(k.due_on) from casework_clock k where k.stream = s.id and k.stopped is null and k.name <> 'link')
        from casework_case c
        join record_stream s on s.id = c.stream
        join registry_item i on i.id = c.item
        join registry_organisation o on o.id = c.organisation
        where c.applicant = v_who.person and v_who.role = 'applicant'
          and (p_before is null or c.filed_at <= p_before and (c.filed_at < p_before or c.stream > p_before_stream))
        order by c.filed_at desc, c.stream
        limit least(p_limit, 100);
end $$;

create function casework_drafts(p_session text)
returns table (draft uuid, item_code text, item_zh text, item_en text, saved_at timestamptz)
language plpgsql stable as $$
begin
    return query
        select d.id, i.code, i.name_zh, i.name_en, d.saved_at
        from casework_draft d join registry_item i on i.id = d.item
        where d.person = (select w.person from record_who(p_session, record_link()) w) and not d.filed
        order by d.saved_at desc limit 50;
end $$;

create function casework_documents(p_stream uuid, p_role text) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'material', d.material, 'name', d.name, 'media_type', d.media_type,
                                                     'size', d.size, 'digest', encode(d.digest, 'hex')) order by d.added_at, d.id), '[]')
        from public.casework_document d
        where d.stream = p_stream and d.removed_at is null and public.casework_may_open(p_role, d.material));

create function casework_draft_view(p_session text, p_draft uuid) returns jsonb
language plpgsql as $$
declare v_draft casework_draft := casework_draft_of(p_session, p_draft);
begin
    return jsonb_build_object(
        'draft', v_draft.id, 'key', v_draft.key, 'organisation', v_draft.organisation, 'form', v_draft.form, 'saved_at', v_draft.saved_at,
        'item', (select jsonb_build_object('id', i.id, 'code', i.code, 'version', i.version, 'body', i.body || jsonb_build_object('document', i.document))
                 from registry_item i where i.id = v_draft.item),
        'organisations', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en)
                                                    order by o.code), '[]') from registry_organisation o where o.representative = v_draft.person),
        'documents', casework_documents(v_draft.id, 'applicant'));
end $$;

create function casework_organisations(p_session text) returns jsonb
language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en)
                                      order by o.code), '[]')
            from registry_organisation o where o.representative = (select w.person from record_who(p_session, record_link()) w));
end $$;

-- Everything about one case that this session's hat may see, in one answer.
create function casework_view(p_session text, p_stream uuid) returns jsonb
language plpgsql stable as $$
declare
    v_who record;
    v_view jsonb;
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    if not casework_may_see(v_who.person, v_who.role, p_stream) then
        perform record_refuse('missing', 'case.missing');
    end if;
    select jsonb_build_object(
        'stream', s.id, 'number', c.number, 'serial', c.serial, 'state', s.state, 'head', s.head, 'hash', encode(s.hash, 'hex'), 'open', s.open,
        'filed_at', c.filed_at, 'today', record_day(record_now()), 'role', v_who.role,
        'item', jsonb_build_object('id', i.id, 'code', i.code, 'version', i.version, 'body', i.body),
        'agency', jsonb_build_object('code', g.code, 'name_zh', g.name_zh, 'name_en', g.name_en),
        'centre', jsonb_build_object('code', n.code, 'name_zh', n.name_zh, 'name_en', n.name_en, 'division', n.division),
        'seal', jsonb_build_object('code', l.code, 'name_zh', l.name_zh, 'name_en', l.name_en),
        'organisation', jsonb_build_object('code', o.code, 'name_zh', o.name_zh, 'name_en', o.name_en),
        'representative', jsonb_build_object('name_zh', p.name_zh, 'name_en', p.name_en),
        'form', c.form,
        'contact', case when v_who.role in ('applicant', 'clerk', 'supervisor') then
            (select jsonb_build_object('phone', x.phone, 'email', x.email) from casework_contact x where x.stream = s.id) end,
        'documents', casework_documents(s.id, v_who.role),
        'turn', (select a.purpose from record_assignment a where a.stream = s.id and a.person = v_who.person and not a.done),
        'clocks', (select coalesce(jsonb_object_agg(k.name, to_jsonb(k) - 'stream' - 'name'), '{}') from casework_clock k where k.stream = s.id),
        'events', (select jsonb_agg(jsonb_build_object('number', e.number, 'kind', e.kind, 'at', e.at, 'hat', e.hat, 'role', e.role, 'login', e.login,
                                                       'hash', encode(e.hash, 'hex'), 'mark', encode(e.mark, 'hex'))
                                    || case when v_who.role = 'supervisor' then jsonb_build_object('facts', e.facts::jsonb, 'name_zh', w.name_zh, 'name_en', w.name_en,
                                            'place', (select r.place from record_place r where r.stream = e.stream and r.number = e.number)) else '{}' end
                                    order by e.number)
                   from record_event e left join registry_person w on w.id = e.person where e.stream = s.id),
        'readings', case when v_who.role in ('applicant', 'supervisor') then
            (select coalesce(jsonb_agg(jsonb_build_object('document', d.name, 'material', d.material, 'role', r.role, 'at', r.at) order by r.id), '[]')
             from casework_reading r join casework_document d on d.id = r.document where r.stream = s.id) end,
        'decision', (select d.body from casework_decision d where d.stream = s.id),
        'decision_content', (select encode(d.content, 'hex') from casework_decision d where d.stream = s.id),
        'finding', (select e.facts::jsonb || jsonb_build_object('at', e.at) from record_event e where e.stream = s.id and e.kind = 'case.examined'),
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
    join registry_organisation o on o.id = c.organisation
    join registry_person p on p.id = o.representative
    where s.id = p_stream;
    if v_view is null then
        perform record_refuse('missing', 'case.missing');
    end if;
    return v_view;
end $$;

-- The one way to a document's key. Opening leaves a trace the owner of the file sees.
create function casework_open_document(
    p_session text, p_document uuid, out stored_as text, out key bytea, out media_type text, out name text, out digest bytea, out salt bytea
) language plpgsql as $$
declare
    v_who record;
    v_document casework_document;
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    select d.* into v_document from casework_document d where d.id = p_document and d.removed_at is null;
    if not found or not (
        casework_may_see(v_who.person, v_who.role, v_document.stream) and casework_may_open(v_who.role, v_document.material)
        or exists (select 1 from casework_draft t where t.id = v_document.stream and t.person = v_who.person and not t.filed and v_who.role = 'applicant')) then
        perform record_refuse('missing', 'document.missing');
    end if;
    insert into casework_reading (document, stream, person, role, at) values (p_document, v_document.stream, v_who.person, v_who.role, record_now());
    select k.key into key from casework_document_key k where k.document = p_document;
    if not found then
        perform record_refuse('missing', 'document.erased');
    end if;
    stored_as := v_document.stored_as; media_type := v_document.media_type; name := v_document.name;
    digest := v_document.digest; salt := v_document.salt;
end $$;

-- All cases, newest first: for supervisors only.
create function casework_all(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid, p_open boolean)
returns table (stream uuid, number text, state text, open boolean, item_zh text, item_en text, organisation_zh text, organisation_en text,
               agency_zh text, agency_en text, filed_at timestamptz, due_on date, responsible_zh text, responsible_en text)
language plpgsql stable as $$
begin
    perform record_settled();
    if (select w.role from record_who(p_session, record_link()) w) <> 'supervisor' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select s.id, c.number, s.state, s.open, i.name_zh, i.name_en, o.name_zh, o.name_en, g.name_zh, g.name_en, c.filed_at,
               (select min(k.due_on) from casework_clock k where k.stream = s.id and k.stopped is null), r.name_zh, r.name_en
        from casework_case c
        join record_stream s on s.id = c.stream
        join registry_item i on i.id = c.item
        join registry_agency g on g.id = i.agency
        join registry_organisation o on o.id = c.organisation
        left join registry_person r on r.id = s.responsible
        where (p_before is null or c.filed_at <= p_before and (c.filed_at < p_before or c.stream > p_before_stream))
          and (p_open is null or s.open = p_open)
        order by c.filed_at desc, c.stream
        limit least(p_limit, 100);
end $$;

-- What anyone may ask of a certificate: is it live. Says nothing about the holder.
create function casework_certificate_status(p_content bytea) returns jsonb
language sql stable
return (select jsonb_build_object('certificate_no', c.certificate_no, 'valid_until', c.valid_until, 'state', s.state, 'today', public.record_day(public.record_now()))
        from public.casework_certificate c join public.record_stream s on s.id = c.stream where c.content = p_content);

-- Posts a person may sign in with; read by the door after the password was checked.
create function record_posts(p_username text) returns jsonb
language sql stable
return (select jsonb_build_object('person', p.id, 'name_zh', p.name_zh, 'name_en', p.name_en, 'posts', coalesce((
            select jsonb_agg(jsonb_build_object('post', o.id, 'role', o.role, 'login', r.login, 'place_zh', coalesce(c.name_zh, a.name_zh), 'place_en', coalesce(c.name_en, a.name_en)) order by o.role, o.id)
            from public.registry_post o join public.record_role r on r.role = o.role
            left join public.registry_centre c on c.id = o.centre left join public.registry_agency a on a.id = o.agency
            where o.person = p.id and o.ended_at is null), '[]'))
        from public.registry_person p where p.username = p_username and p.ended_at is null);

-- What a supervisor sees of a pool's day: who stands behind each pseudonym.
create function record_roster(p_session text, p_day date) returns jsonb
language plpgsql stable as $$
begin
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
