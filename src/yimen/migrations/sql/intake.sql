-- Intake: drafts, what is offered and not asked, documents, filing, and answering a correction -------------------------

-- What a clerk may do says whom chance drew; so she asks in a transaction of its own, when the draw is kept. An applicant learns
-- nothing of it, and her program starts, saves, attaches and files in one statement.
create function casework_settled_for(p_role text) returns void
language plpgsql stable as $$
begin
    if p_role <> 'applicant' then
        perform record_settled();
    end if;
end $$;

-- A draft of the person who asks, or of the person whom a clerk serves in a visit that chance gave her.
create function casework_draft_of(p_session text, p_draft uuid) returns casework_draft
language plpgsql as $$
declare
    v_who record;
    v_draft casework_draft;
begin
    v_who := record_who(p_session, record_link());
    perform casework_settled_for(v_who.role);
    select d.* into v_draft from casework_draft d
    where d.id = p_draft and (v_who.post is null and d.person = v_who.person
                              or v_who.role = 'clerk' and casework_serves(v_who.person, d.person) is not null) for update;
    if not found then
        perform record_refuse('missing', 'draft.missing');
    elsif v_draft.filed then
        perform record_refuse('conflict', 'draft.filed_already');
    end if;
    return v_draft;
end $$;

-- Start a draft: for oneself, or (a clerk, with p_visit) for the person before her.
create function casework_start(p_session text, p_item text, p_key uuid, p_visit uuid default null, p_form jsonb default '{}') returns uuid
language plpgsql as $$
declare
    v_who record;
    v_person uuid;
    v_item uuid := (select i.id from registry_in_force i where i.code = p_item);
    v_draft casework_draft;
begin
    v_who := record_who(p_session, record_link());
    perform casework_settled_for(v_who.role);
    if v_who.post is null and p_visit is null then
        v_person := v_who.person;
    elsif v_who.role = 'clerk' and p_visit is not null then
        v_person := (select v.person from casework_visit v where v.stream = p_visit and casework_serves(v_who.person, v.person) = p_visit);
        if v_person is null then
            perform record_refuse('missing', 'visit.missing');
        end if;
    else
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    if v_item is null then
        perform record_refuse('missing', 'item.unknown', jsonb_build_object('item', left(p_item, 100)));
    elsif (select i.suspended from registry_item i where i.id = v_item) then
        perform record_refuse('conflict', 'item.suspended');
    end if;
    if jsonb_typeof(p_form) is distinct from 'object' or length(p_form::text) > 100000 then
        perform record_refuse('malformed', 'form.malformed');
    end if;
    insert into casework_draft (person, key, item, saved_at, visit, form) values (v_person, p_key, v_item, record_now(), p_visit, p_form)
    on conflict (person, key) do nothing;
    select d.* into v_draft from casework_draft d where d.person = v_person and d.key = p_key;
    if (select i.code from registry_item i where i.id = v_draft.item) <> p_item then
        perform record_refuse('conflict', 'key.reused');
    end if;
    return v_draft.id;
end $$;

-- Why this person may not act for this organisation, or under this mandate, in this item; null when she may. A mandate for an
-- organisation holds while whoever gave it represents the organisation.
create function casework_lacks_authority(p_person uuid, p_organisation uuid, p_mandate uuid, p_item uuid) returns text
language sql stable
return case
    when p_mandate is not null and not exists (
        select 1 from public.casework_mandate m join public.registry_item i on i.id = p_item join public.registry_person h on h.id = m.principal
        where m.stream = p_mandate and m.agent = p_person and m.ended_at is null and m.until_on >= public.record_day(public.record_now())
          and h.ended_at is null and m.organisation is not distinct from p_organisation and (m.items is null or i.code = any (m.items))
          and (p_organisation is null or exists (select 1 from public.registry_organisation o where o.id = p_organisation and o.representative = m.principal)))
        then 'mandate.not_live'
    when p_mandate is null and p_organisation is not null and not exists (
        select 1 from public.registry_organisation o where o.id = p_organisation and o.representative = p_person) then 'organisation.no_authority'
    when p_organisation is not null and exists (
        select 1 from public.registry_organisation o where o.id = p_organisation and o.ended_at is not null) then 'organisation.ended' end;

-- May this person file for this organisation, or under this mandate, in this item? Refuses what nobody gave.
create function casework_authority(p_person uuid, p_organisation uuid, p_mandate uuid, p_item uuid) returns void
language plpgsql as $$
declare v_lacks text := casework_lacks_authority(p_person, p_organisation, p_mandate, p_item);
begin
    if v_lacks is not null then
        perform record_refuse(case v_lacks when 'organisation.ended' then 'conflict' else 'forbidden' end, v_lacks);
    end if;
end $$;

create function casework_save(
    p_session text, p_draft uuid, p_organisation uuid, p_form jsonb,
    p_delivery text default 'electronic', p_address text default '', p_mandate uuid default null
) returns void
language plpgsql as $$
declare v_draft casework_draft := casework_draft_of(p_session, p_draft);
begin
    v_draft := casework_saved(v_draft, p_organisation, p_form, p_delivery, p_address, p_mandate, null);
end $$;

-- The same for whoever was asked already whose draft it is; with the digest of what was sent in one piece.
create function casework_saved(
    inout p_draft casework_draft, p_organisation uuid, p_form jsonb, p_delivery text, p_address text, p_mandate uuid, p_sent bytea
)
language plpgsql as $$
begin
    if jsonb_typeof(p_form) is distinct from 'object' or length(p_form::text) > 100000 or length(coalesce(p_address, '')) > 500 then
        perform record_refuse('malformed', 'form.malformed');
    end if;
    if not (select i.delivery from registry_item i where i.id = p_draft.item) ? coalesce(p_delivery, '') then
        perform record_refuse('malformed', 'delivery.unknown');
    end if;
    perform casework_authority(p_draft.person, p_organisation, p_mandate, p_draft.item);
    update casework_draft d set organisation = p_organisation, form = p_form, saved_at = record_now(),
        delivery = p_delivery, address = coalesce(p_address, ''), mandate = p_mandate, sent = p_sent where d.id = p_draft.id
    returning d.* into p_draft;
end $$;

-- Does a question or a material matter, by the answers given? {"field": name, "is": [values]}, or always.
create function casework_applies(p_when jsonb, p_form jsonb) returns boolean
language sql immutable
return coalesce(jsonb_typeof(p_when), 'null') = 'null'
    or case jsonb_typeof(p_form -> (p_when ->> 'field'))
       when 'array' then exists (select 1 from jsonb_array_elements(p_form -> (p_when ->> 'field')) x where p_when -> 'is' @> x)
       else coalesce(p_when -> 'is' @> (p_form -> (p_when ->> 'field')), false) end;

-- For whom a draft is: the principal of its mandate, or the person herself.
create function casework_principal(p_draft casework_draft) returns uuid
language sql stable
return coalesce((select m.principal from public.casework_mandate m where m.stream = p_draft.mandate), p_draft.person);

-- The cases of whom a draft is for: of the organisation, or of the person for herself.
create function casework_earlier(p_draft casework_draft) returns setof casework_case
language sql stable
begin atomic
    select c.* from public.casework_case c where c.organisation = p_draft.organisation
    union all
    select c.* from public.casework_case c
    where p_draft.organisation is null and c.organisation is null and c.applicant = public.casework_principal(p_draft);
end;

-- What need not be asked: papers given in earlier cases and still valid, and results issued here, for each material. A paper
-- used again is as old as when it was first given; and nothing of others is offered to whoever may not act for them now.
create function casework_offers(p_draft casework_draft)
returns table (material text, document uuid, name text, case_number text, given_on date, valid_until date, source text)
language sql stable
begin atomic
    select m ->> 'code', d.id, d.name, c.number, c.filed_on,
           case when d.material = 'certificate' then f.valid_until else (c.filed_on + make_interval(months => (m ->> 'valid_months')::int))::date end,
           case when d.material = 'certificate' then 'issued' else 'given' end
    from public.registry_item i
    cross join jsonb_array_elements(i.materials) m
    cross join public.casework_earlier(p_draft) c
    join public.registry_item j on j.id = c.item
    join public.casework_document d on d.stream = c.stream and d.removed_at is null
    left join public.casework_certificate f on f.stream = c.stream and f.document = d.id
    where i.id = p_draft.item and m ->> 'kind' is not null and d.earlier is null
      and public.casework_lacks_authority(p_draft.person, p_draft.organisation, p_draft.mandate, p_draft.item) is null
      and (d.material = 'certificate' and j.result_kind = m ->> 'kind'
              and coalesce(f.valid_until, 'infinity') >= (select public.record_day(public.record_now()))
           or d.filed is not null and (m ->> 'valid_months')::int > 0
              and j.kinds ->> d.material = m ->> 'kind'
              and c.filed_on + make_interval(months => (m ->> 'valid_months')::int) >= (select public.record_day(public.record_now())))
    order by m ->> 'code', d.material = 'certificate' desc, c.filed_at desc;
end;

-- Whose file a paper may be added to now: a draft, or a case whose correction is being answered. Returns the item. Whether there is such
-- a case is told to nobody but its parties and the clerk who serves one of them, unless she stepped aside from it.
create function casework_open_file(p_session text, p_file uuid) returns uuid
language plpgsql as $$
declare
    v_who record;
    v_file record;
begin
    if exists (select 1 from casework_case c where c.stream = p_file) then
        v_who := record_who(p_session, record_link());
        perform casework_settled_for(v_who.role);
        select c.item, s.state into v_file
        from record_stream s join casework_case c on c.stream = s.id
        where s.id = p_file
          and exists (select 1 from record_hat h where h.stream = s.id and h.hat = 'applicant' and (h.until is null or h.until > record_now())
                      and (v_who.post is null and h.person = v_who.person
                           or v_who.role = 'clerk' and casework_serves(v_who.person, h.person) is not null and casework_may_see(v_who.person, 'clerk', s.id)))
        for update of s;
        if not found then
            perform record_refuse('missing', 'case.missing');
        elsif v_file.state <> 'correcting' then
            perform record_refuse('conflict', 'draft.filed_already');
        elsif casework_lapsed(p_file) then
            perform record_refuse('conflict', 'case.lapsed');
        end if;
        return v_file.item;
    end if;
    return (select d.item from casework_draft_of(p_session, p_file) d);
end $$;

create function casework_open(p_session text, p_file uuid) returns uuid
language sql
begin atomic
    select public.casework_open_file(p_session, p_file);
end;

-- Papers for these materials, so many in the file with them: each asked for by the item, and not too many.
create function casework_papers_fit(p_item uuid, p_materials text[], p_papers int) returns void
language plpgsql as $$
declare
    v_unknown text := (select left(coalesce(m, ''), 100) from unnest(p_materials) m
                       where not exists (select 1 from registry_item i where i.id = p_item and i.materials @> jsonb_build_array(jsonb_build_object('code', m))) limit 1);
begin
    perform casework_refuse_when(v_unknown is not null, 'missing', 'material.unknown', jsonb_build_object('material', v_unknown));
    perform casework_refuse_when(p_papers > 40, 'malformed', 'document.too_many');
end $$;

create function casework_attach(
    p_session text, p_draft uuid, p_material text, p_name text, p_media_type text, p_size int,
    p_salt bytea, p_digest bytea, p_stored_as text, p_key bytea, p_mark text default null
) returns uuid
language plpgsql as $$
declare
    v_item uuid := casework_open_file(p_session, p_draft);
    v_signs bytea;
    v_id uuid;
begin
    perform casework_papers_fit(v_item, case when p_material = 'signed_confirmation' and record_link() = 'counter' then '{}' else array[p_material] end,
                                1 + (select count(*)::int from casework_document d where d.stream = p_draft and d.removed_at is null));
    if p_material = 'signed_confirmation' then
        v_signs := casework_signs(p_draft, p_mark);
    end if;
    insert into casework_document (stream, material, name, media_type, size, salt, digest, stored_as, added_at, signs)
    values (p_draft, p_material, left(p_name, 200), p_media_type, p_size, p_salt, p_digest, p_stored_as, record_now(), v_signs) returning id into v_id;
    insert into casework_document_key (document, key) values (v_id, p_key);
    return v_id;
end $$;

-- Use an earlier paper instead of asking for it again.
create function casework_reuse(p_session text, p_draft uuid, p_material text, p_document uuid) returns uuid
language plpgsql as $$
declare
    v_draft casework_draft := casework_draft_of(p_session, p_draft);
    v_id uuid;
begin
    perform casework_authority(v_draft.person, v_draft.organisation, v_draft.mandate, v_draft.item);
    if not exists (select 1 from casework_offers(v_draft) o where o.material = p_material and o.document = p_document) then
        perform record_refuse('missing', 'document.not_offered');
    end if;
    select d.id into v_id from casework_document d
    where d.stream = p_draft and d.material = p_material and d.earlier = p_document and d.removed_at is null;
    if found then
        return v_id;
    end if;
    insert into casework_document (stream, material, name, media_type, size, salt, digest, stored_as, added_at, earlier)
    select p_draft, p_material, d.name, d.media_type, d.size, d.salt, d.digest, d.stored_as, record_now(), d.id
    from casework_document d join casework_document_key k on k.document = d.id where d.id = p_document returning id into v_id;
    if v_id is null then
        perform record_refuse('missing', 'document.erased');
    end if;
    insert into casework_document_key (document, key) select v_id, k.key from casework_document_key k where k.document = p_document;
    return v_id;
end $$;

-- Removing a document that is not filed erases it: its key is deleted.
create function casework_detach(p_session text, p_document uuid) returns void
language plpgsql as $$
declare v_file uuid := (select d.stream from casework_document d where d.id = p_document and d.filed is null);
begin
    if v_file is null then
        perform record_refuse('missing', 'document.missing');
    end if;
    perform casework_open_file(p_session, v_file);
    update casework_document set removed_at = record_now() where id = p_document and removed_at is null;
    delete from casework_document_key k where k.document = p_document;
end $$;

-- Lay down the coming days before anybody files on them, so that no filing waits for the first of its day. Each begins where the numbers
-- stand, and is moved on until ten minutes before it begins. Returns how many were laid down or moved.
create function casework_lay_down_days() returns int
language plpgsql as $$
declare v_count int;
begin
    perform record_settled();
    insert into casework_serial_day as s (day, base)
    select record_day(record_now()) + n, case when q.is_called then q.last_value else q.last_value - 1 end
    from casework_serial q, generate_series(1, 7) n
    on conflict (day) do update set base = excluded.base
    where s.day > record_day(record_now() + interval '10 minutes') and s.base <> excluded.base;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- The number of a case. A day that nobody laid down (no worker ran) is laid down here by its first filing, and then the others of that
-- moment wait for it.
create function casework_number(p_code text, out number text, out serial bigint)
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
    number := p_code || to_char(v_day, 'YYYYMMDD')
              || lpad((serial - v_base)::text, greatest(4, length((serial - v_base)::text)), '0');
end $$;

-- The papers of a file, as the record names them.
create function casework_listed(p_stream uuid, p_unfiled boolean) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('material', d.material, 'document', d.id, 'digest', encode(d.digest, 'hex')) order by d.id), '[]')
        from public.casework_document d where d.stream = p_stream and d.removed_at is null and (not p_unfiled or d.filed is null));

-- The materials a draft still lacks: required by the item, asked by the answers given, not had by sharing.
create function casework_lacking(p_draft casework_draft) returns jsonb
language sql stable
return (select jsonb_agg(m ->> 'code')
        from public.registry_item i, jsonb_array_elements(i.materials) m
        where i.id = p_draft.item and (m ->> 'necessity')::int = 1 and not coalesce((m ->> 'exempt_by_sharing')::boolean, false)
          and not coalesce((m ->> 'from_form')::boolean, false) and public.casework_applies(m -> 'when', p_draft.form)
          and not exists (select 1 from public.casework_document d where d.stream = p_draft.id and d.material = m ->> 'code' and d.removed_at is null));

-- How many papers were given although we had them, or could have them by sharing: each is a needless ask, and counted.
create function casework_needless(p_draft casework_draft) returns int
language sql stable
return (select count(distinct d.material)::int
        from public.casework_document d
        join public.registry_item i on i.id = p_draft.item
        cross join jsonb_array_elements(i.materials) m
        where d.stream = p_draft.id and d.removed_at is null and d.earlier is null and m ->> 'code' = d.material
          and (coalesce((m ->> 'exempt_by_sharing')::boolean, false)
               or m ->> 'kind' is not null and d.material = any (array(select o.material from public.casework_offers(p_draft) o))));

-- A form without the fields marked as contact details.
create function casework_shown_form(p_item uuid, p_form jsonb) returns jsonb
language sql stable
return p_form - coalesce((select array_agg(f ->> 'name') from public.registry_item i, jsonb_array_elements(i.form) f
                          where i.id = p_item and (f ->> 'contact')::boolean), '{}');

-- Everyone for whom a draft is filed, or who files it: none of them may wear another hat on the case.
create function casework_parties(p_draft casework_draft) returns uuid[]
language sql stable
return array(select distinct x from unnest(array[p_draft.person, public.casework_principal(p_draft),
             (select o.representative from public.registry_organisation o where o.id = p_draft.organisation)]) x where x is not null);

-- File a draft: the form, the salted hashes of the documents and nothing personal go into the record. A clerk files what
-- the person before her confirmed.
create function casework_file(
    p_session text, p_draft uuid, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean, out case_number text
) language plpgsql as $$
declare
    v_who record;
    v_draft casework_draft;
    v_visit uuid;
    v_done record;
begin
    v_who := record_who(p_session, record_link());
    perform casework_settled_for(v_who.role);
    select d.* into v_draft from casework_draft d where d.id = p_draft for update;
    if found and v_who.role = 'clerk' then
        v_visit := casework_serves(v_who.person, v_draft.person);
    end if;
    if v_draft.id is null or v_visit is null and (v_who.post is not null or v_draft.person <> v_who.person) then
        perform record_refuse('missing', 'draft.missing');
    end if;
    v_done := casework_filed(p_session, v_draft, v_visit, p_key);
    number := v_done.number; hash := v_done.hash; at := v_done.at; state := v_done.state; retried := v_done.retried;
    case_number := (select c.number from casework_case c where c.stream = p_draft);
end $$;

-- The same for whoever was asked already whose draft it is, and which visit of hers this is.
create function casework_filed(
    p_session text, p_draft casework_draft, p_visit uuid, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_item registry_item;
    v_confirmed text;
    v_missing jsonb;
    v_done record;
begin
    if p_draft.filed then
        select e.number, e.hash, e.at, s.state, true into number, hash, at, state, retried
        from record_event e join record_stream s on s.id = e.stream where e.stream = p_draft.id and e.number = 1 and e.key = p_key;
        if not found then
            perform record_refuse('conflict', 'draft.filed_already');
        end if;
        return;
    end if;
    -- Who ends the mandate at this moment waits, and then finds the case; or this waits, and the mandate is over.
    if p_draft.mandate is not null then
        perform 1 from casework_mandate m where m.stream = p_draft.mandate for share;
    end if;
    select i.* into v_item from registry_item i where i.id = p_draft.item;
    if v_item.ended_at <= record_now() then
        perform record_refuse('conflict', case when exists (select 1 from registry_in_force i where i.code = v_item.code)
                                               then 'item.version_ended' else 'item.ended' end);
    elsif v_item.suspended then
        perform record_refuse('conflict', 'item.suspended');
    elsif p_draft.organisation is null and not v_item.for_person then
        perform record_refuse('malformed', 'organisation.missing');
    elsif p_draft.organisation is not null and not v_item.for_organisation then
        perform record_refuse('malformed', 'organisation.not_asked');
    elsif p_draft.organisation is not null
          and p_draft.form ->> 'credit_code' <> (select o.code from registry_organisation o where o.id = p_draft.organisation) then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"credit_code": "other_organisation"}}');
    end if;
    perform casework_authority(p_draft.person, p_draft.organisation, p_draft.mandate, p_draft.item);
    if not casework_address_can_be(coalesce(nullif(p_draft.form ->> 'contact_email', ''), 'none@none.none')) then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"contact_email": "email"}}');
    end if;
    v_missing := casework_lacking(p_draft);
    v_confirmed := case when p_visit is not null then casework_confirmed_by(p_draft) end;
    if v_missing is not null then
        perform record_refuse('malformed', 'material.missing', jsonb_build_object('materials', v_missing));
    elsif p_draft.delivery = 'post' and length(trim(p_draft.address)) = 0 then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"address": "required"}}');
    elsif p_visit is not null and v_confirmed is null then
        perform record_refuse('not_now', 'confirmation.awaited');
    end if;
    perform casework_drop_unfit(p_draft);
    -- A code to follow that was made on a screen holds only for what was confirmed there: else whoever looked at a draft once, and left it,
    -- would follow what its owner files later.
    update casework_follow f set code = '' where f.stream = p_draft.id and v_confirmed is distinct from 'screen';
    v_done := record_do(p_draft.id, 0, case when p_visit is null then 'case.submitted' else 'case.taken' end, p_session, jsonb_strip_nulls(jsonb_build_object(
        'item', p_draft.item, 'organisation', p_draft.organisation,
        'form', encode(sha256(p_draft.salt || convert_to(casework_shown_form(p_draft.item, p_draft.form)::text, 'UTF8')), 'hex'),
        'documents', casework_listed(p_draft.id, false), 'delivery', p_draft.delivery,
        'parties', (select jsonb_agg(encode(record_mark(p_draft.id, x), 'hex') order by record_mark(p_draft.id, x)) from unnest(casework_parties(p_draft)) x),
        'mandate', p_draft.mandate, 'asked_again', casework_needless(p_draft),
        'visit', p_visit, 'confirmed', v_confirmed,
        'unverified', (select '["identity"]'::jsonb from casework_visit v where v.stream = p_visit and v.identity = 'not_checked'))), p_key, true);
    number := v_done.number; hash := v_done.hash; at := v_done.at; state := v_done.state; retried := v_done.retried;
    -- the screen on which she confirmed shows her the receipt for a while
    update casework_draft set filed = true, form = '{}', address = '', confirmation = null, confirm_by = record_now() + interval '30 minutes' where id = p_draft.id;
end $$;

-- Carry a draft over to the version in force: answers and papers stay where it still asks for them, and what no longer is asked
-- for leaves the draft. What a person confirmed is to be confirmed anew. Does nothing when the version is in force.
create function casework_renew(p_session text, p_draft uuid) returns boolean
language plpgsql as $$
declare
    v_draft casework_draft := casework_draft_of(p_session, p_draft);
    v_old registry_item;
    v_new registry_item;
begin
    select i.* into v_old from registry_item i where i.id = v_draft.item;
    if coalesce(v_old.ended_at > record_now(), true) then
        return false;
    end if;
    select i.* into v_new from registry_item i join registry_in_force f on f.id = i.id where i.code = v_old.code;
    if not found then
        perform record_refuse('conflict', 'item.ended');
    end if;
    update casework_draft d
    set item = v_new.id, confirmed = null, confirmation = null, device = null, saved_at = record_now(),
        form = (select coalesce(jsonb_object_agg(a.key, a.value), '{}') from jsonb_each(v_draft.form) a
                where exists (select 1 from jsonb_array_elements(v_new.body -> 'form') f where f ->> 'name' = a.key)),
        delivery = case when coalesce(v_new.body -> 'delivery', '["electronic"]') ? v_draft.delivery then v_draft.delivery
                        else coalesce(v_new.body -> 'delivery' ->> 0, 'electronic') end
    where d.id = p_draft;
    with gone as (
        update casework_document d set removed_at = record_now()
        where d.stream = p_draft and d.removed_at is null
          and not exists (select 1 from jsonb_array_elements(v_new.body -> 'materials') m where m ->> 'code' = d.material)
        returning d.id)
    delete from casework_document_key k using gone where k.document = gone.id;
    return true;
end $$;

-- By what an application that is sent again is known: all that was sent, each paper by the hash of its content. Salted, and no login
-- reads it.
create function casework_sent(
    p_draft casework_draft, p_organisation uuid, p_form jsonb, p_documents jsonb, p_delivery text, p_address text, p_mandate uuid
) returns bytea
language sql stable
return sha256(p_draft.salt || convert_to(jsonb_build_array(p_organisation, p_form, p_delivery, coalesce(p_address, ''), p_mandate,
    (select coalesce(jsonb_agg(jsonb_build_array(y -> 'material', y -> 'content') order by y ->> 'material' collate "C", y ->> 'content' collate "C"), '[]')
     from jsonb_array_elements(p_documents) y))::text, 'UTF8'));

-- The whole application in one statement, for programs: answered again from the record when it is sent again.
create function casework_apply(
    p_session text, p_item text, p_organisation uuid, p_form jsonb, p_documents jsonb, p_key uuid,
    p_delivery text default 'electronic', p_address text default '', p_mandate uuid default null,
    out stream uuid, out number int, out hash bytea, out at timestamptz, out state text, out retried boolean, out case_number text
) language plpgsql as $$
declare
    v_draft casework_draft;
    v_sent bytea;
    v_done record;
begin
    if exists (select 1 from jsonb_array_elements(p_documents) y where coalesce(y ->> 'content', '') !~ '^[0-9a-f]{64}$') then
        perform record_refuse('malformed', 'request.malformed');
    end if;
    stream := casework_start(p_session, p_item, p_key);
    select x.* into v_draft from casework_draft x where x.id = casework_apply.stream for update;
    v_sent := casework_sent(v_draft, p_organisation, p_form, p_documents, p_delivery, p_address, p_mandate);
    if not v_draft.filed then
        if exists (select 1 from registry_item i where i.id = v_draft.item and i.ended_at <= record_now()) then
            perform casework_renew(p_session, stream);
            select x.* into v_draft from casework_draft x where x.id = casework_apply.stream;
        end if;
        v_draft := casework_saved(v_draft, p_organisation, p_form, p_delivery, p_address, p_mandate, v_sent);
        delete from casework_document_key k using casework_document p where k.document = p.id and p.stream = casework_apply.stream;
        update casework_document set removed_at = record_now() where casework_document.stream = casework_apply.stream and removed_at is null;
        perform casework_papers_fit(v_draft.item, array(select d ->> 'material' from jsonb_array_elements(p_documents) d), jsonb_array_length(p_documents));
        with given as materialized (select gen_random_uuid() as id, d from jsonb_array_elements(p_documents) d),
        papers as (
            insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as, added_at)
            select g.id, casework_apply.stream, g.d ->> 'material', left(g.d ->> 'name', 200), g.d ->> 'media_type', (g.d ->> 'size')::int,
                   decode(g.d ->> 'salt', 'hex'), decode(g.d ->> 'digest', 'hex'), g.d ->> 'stored_as', record_now() from given g)
        insert into casework_document_key (document, key) select g.id, decode(g.d ->> 'key', 'hex') from given g;
    elsif v_draft.sent is distinct from v_sent then
        perform record_refuse('conflict', 'key.reused');
    end if;
    v_done := casework_filed(p_session, v_draft, null, p_key);
    number := v_done.number; hash := v_done.hash; at := v_done.at; state := v_done.state; retried := v_done.retried;
    case_number := (select c.number from casework_case c where c.stream = casework_apply.stream);
end $$;

-- What an answer that is sent again said of its papers and its confirmation.
create function casework_said_before(p_case uuid, p_key uuid) returns jsonb
language sql stable
return (select jsonb_build_object('documents', e.facts::jsonb -> 'documents', 'confirmed', e.facts::jsonb -> 'confirmed')
        from public.record_event e where e.stream = p_case and e.key = p_key);

-- Answer a correction notice: the papers added since, and the questions answered anew. At the window the clerk whom chance
-- gave to the person does it for her, and sends what the person confirmed.
create function casework_correct(
    p_session text, p_case uuid, p_after int, p_form jsonb, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_case casework_case;
    v_draft casework_draft;
    v_confirmed text;
    v_form jsonb;
    v_said jsonb := casework_said_before(p_case, p_key);
begin
    perform record_settled();
    perform record_who(p_session, record_link());
    select c.* into v_case from casework_case c join record_stream s on s.id = c.stream where c.stream = p_case;
    if not found then
        perform record_refuse('missing', 'case.missing');
    end if;
    if v_said is null then
        begin
            perform casework_open_file(p_session, p_case);
        exception when sqlstate 'YM004' then  -- sent twice at the same moment, the second waited, and is answered from what the first did
            v_said := casework_said_before(p_case, p_key);
            if v_said is null then
                raise;
            end if;
        end;
    end if;
    if jsonb_typeof(p_form) is distinct from 'object' or length(p_form::text) > 100000 then
        perform record_refuse('malformed', 'form.malformed');
    elsif v_case.organisation is not null and p_form ->> 'credit_code' <> (select o.code from registry_organisation o where o.id = v_case.organisation) then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"credit_code": "other_organisation"}}');
    end if;
    -- Answered once, a form holds its answers: the same ones again change nothing, and others are seen by their hash.
    v_form := v_case.form || casework_shown_form(v_case.item, p_form);
    if v_said is null then
        select d.* into v_draft from casework_draft d where d.id = p_case for update;
        if record_link() = 'counter' then
            v_confirmed := casework_confirmed_by(v_draft);
            if v_draft.corrects is null or v_draft.form <> casework_shown_form(v_case.item, p_form) or v_confirmed is null then
                perform record_refuse('not_now', 'confirmation.awaited');
            end if;
            perform casework_drop_unfit(v_draft);
        end if;
        v_said := jsonb_build_object('documents', casework_listed(p_case, true), 'confirmed', v_confirmed);
        update casework_case c set form = v_form where c.stream = p_case;
    end if;
    select r.number, r.hash, r.at, r.state, r.retried into number, hash, at, state, retried
    from record_do(p_case, p_after, case record_link() when 'counter' then 'case.corrected_at_window' else 'case.corrected' end, p_session, jsonb_strip_nulls(jsonb_build_object(
        'form', encode(sha256(v_case.salt || convert_to(v_form::text, 'UTF8')), 'hex')) || v_said), p_key, true) r;
    if not retried then
        update casework_draft d set form = '{}', confirmation = null,
            confirm_by = case when d.corrects is not null then record_now() + interval '30 minutes' else d.confirm_by end where d.id = p_case;
    end if;
end $$;
