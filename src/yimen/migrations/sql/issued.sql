-- What the agency issues on the way of a case: receipts, notices, decisions (Administrative Licensing Law 32, 37 to 40, 44). ----

-- Which event leads to which paper, and the word of its number. A paper with contact details is not for those who examine and
-- decide.
create table casework_issued_kind (
    kind     text primary key,
    events   text[] not null,
    nature   text not null unique,
    material text not null check (material in ('issued', 'issued_contact'))
);
insert into casework_issued_kind (kind, events, nature, material) values
    ('receipt', '{case.submitted,case.taken}', '收', 'issued'),
    ('corrected_receipt', '{case.corrected,case.corrected_at_window}', '补收', 'issued'),
    ('correction', '{case.correction_asked}', '补告', 'issued'),
    ('acceptance', '{case.accepted}', '受', 'issued_contact'),
    ('deemed_acceptance', '{case.deemed_accepted}', '视受', 'issued_contact'),
    ('not_required', '{case.not_required}', '不受', 'issued'),
    ('refusal', '{case.refused}', '不予受', 'issued'),
    ('grant', '{case.grant_signed}', '准', 'issued'),
    ('denial', '{case.denied}', '不准', 'issued'),
    ('fee_notice', '{fee.asked}', '费', 'issued'),
    ('fee_receipt', '{fee.paid}', '费讫', 'issued'),
    ('original_receipt', '{original.taken}', '原收', 'issued'),
    ('original_return', '{original.returned}', '原还', 'issued'),
    ('service', '{certificate.handed_over,certificate.collected_late,certificate.delivered,certificate.arrival_noted}', '送', 'issued');

-- Numbers are given out by a sequence, so that no paper waits for another; a number that was given out for nothing stays a gap.
create sequence casework_issued_serial;
create table casework_issued_year (
    year int primary key,
    base bigint not null
);

-- One paper for one event, never changed.
create table casework_issued (
    stream    uuid not null,
    number    int not null,
    kind      text not null references casework_issued_kind (kind),
    issued_no text not null unique,
    content   bytea not null unique check (length(content) = 32),
    document  uuid not null unique references casework_document (id),
    issued_on date not null,
    signature bytea not null,  -- of all this, under the agency's key: whoever holds the keeper's login alone has no key
    primary key (stream, number),
    foreign key (stream, number) references record_event (stream, number)
);

-- The paper an event of a case leads to; null when it leads to none. What is concluded on the spot needs no notice of acceptance
-- (Zhejiang 11, Anyang 36): an instant item gets one only when its case became a promise case, and before it is decided.
create function casework_issued_due(p_stream uuid, p_number int) returns text
language sql stable
return (select k.kind from public.record_event e
        join public.casework_issued_kind k on e.kind = any (k.events)
        join public.casework_case c on c.stream = e.stream
        join public.registry_item i on i.id = c.item
        where e.stream = p_stream and e.number = p_number and public.record_settled()
          and not (e.kind = 'case.accepted' and i.instant
                   and (c.instant or exists (select 1 from public.casework_decision d where d.stream = e.stream)))
          and not exists (select 1 from public.casework_issued i where i.stream = e.stream and i.number = e.number));

-- Everything one paper says, for the keeper; contact details only where the law wants them on it.
create function casework_issued_source(p_stream uuid, p_number int) returns jsonb
language sql stable
return (
    select jsonb_build_object(
        'kind', k.kind, 'event', e.kind, 'number', e.number, 'at', e.at, 'facts', e.facts::jsonb,
        'today', public.record_day(e.at), 'received', public.registry_received(r.at), 'filed_on', public.record_day(r.at),
        'case', c.number, 'stream', c.stream, 'delivery', c.delivery, 'instant', c.instant, 'unverified', to_jsonb(c.unverified),
        'item', jsonb_build_object('code', i.code, 'version', i.version, 'name_zh', i.name_zh, 'name_en', i.name_en), 'body', i.body,
        'agency', jsonb_build_object('code', g.code, 'name_zh', g.name_zh, 'name_en', g.name_en),
        'centre', jsonb_build_object('name_zh', n.name_zh, 'name_en', n.name_en, 'address_zh', n.address_zh, 'address_en', n.address_en, 'phone', n.phone),
        'city', (select jsonb_build_object('name_zh', y.name_zh, 'name_en', y.name_en, 'demonstration', y.demonstration) from public.registry_city y),
        'applicant', jsonb_build_object('name_zh', coalesce(o.name_zh, h.name_zh), 'name_en', coalesce(o.name_en, h.name_en), 'code', o.code,
                                        'representative', case when o.id is not null then h.name_zh end),
        'agent', (select x.name_zh from public.registry_person x where x.id = c.agent),
        'clerk', (select jsonb_build_object('name', x.name_zh, 'staff_no', x.staff_no) from public.registry_person x where x.id = e.person and e.role = 'clerk'),
        'contact', case when k.material = 'issued_contact' then
            (select jsonb_build_object('phone', x.phone, 'email', x.email, 'address', x.address) from public.casework_contact x where x.stream = c.stream) end,
        'materials', (select coalesce(jsonb_agg(jsonb_build_object('material', d.material, 'name', d.name, 'pieces', 1, 'earlier', d.earlier is not null) order by d.material, d.added_at, d.id), '[]')
                      from public.casework_document d where d.stream = c.stream and d.filed >= 1
                       and case when k.kind in ('acceptance', 'deemed_acceptance') then d.filed <= e.number else d.filed = e.number end),
        'writing', (select w.body from public.casework_writing w where w.stream = e.stream and w.number = e.number),
        'decision', case when k.kind in ('grant', 'denial') then (select x.body from public.casework_decision x where x.stream = c.stream) end,
        'certificate_no', (select f.certificate_no from public.casework_certificate f where f.stream = c.stream),
        'fee', (select jsonb_build_object('amount', f.amount, 'lines', f.lines, 'paid_at', f.paid_at, 'reference', f.reference,
                                          'notice', (select x.issued_no from public.casework_issued x where x.stream = f.stream and x.number = f.number))
                from public.casework_fee f where f.stream = c.stream and k.kind in ('fee_notice', 'fee_receipt')),
        'original', (select jsonb_build_object('material', t.material, 'pieces', t.pieces, 'taken', (select x.at from public.record_event x where x.stream = t.stream and x.number = t.taken),
                                               'receipt', (select x.issued_no from public.casework_issued x where x.stream = t.stream and x.number = t.taken))
                     from public.casework_original t where t.stream = c.stream and (t.taken = e.number or t.returned = e.number)),
        'parcel', (select jsonb_build_object('carrier', l.carrier, 'tracking', l.tracking) from public.casework_parcel l where l.stream = c.stream and k.kind = 'service'))
    from public.record_event e
    join public.casework_issued_kind k on e.kind = any (k.events)
    join public.casework_case c on c.stream = e.stream
    join public.registry_item i on i.id = c.item
    join public.registry_agency g on g.id = i.agency
    join public.registry_centre n on n.id = i.centre
    join public.registry_person h on h.id = c.applicant
    left join public.registry_organisation o on o.id = c.organisation
    cross join lateral (select x.at from public.record_event x where x.stream = e.stream and x.number <= e.number
                        and x.kind in ('case.submitted', 'case.taken', 'case.corrected', 'case.corrected_at_window') order by x.number desc limit 1) r
    where e.stream = p_stream and e.number = p_number and public.record_settled());

-- The next number of a kind of paper: short name of the agency, nature, year, serial.
create function casework_issued_number(p_stream uuid, p_number int, p_kind text) returns text
language plpgsql as $$
declare
    v_year int := (select extract(year from record_day(e.at)) from record_event e where e.stream = p_stream and e.number = p_number);
    v_base bigint;
begin
    perform record_settled();
    select y.base into v_base from casework_issued_year y where y.year = v_year;
    if not found then
        insert into casework_issued_year (year, base) values (v_year, nextval('casework_issued_serial')) on conflict do nothing;
        select y.base into v_base from casework_issued_year y where y.year = v_year;
    end if;
    return (select coalesce(g.short_zh, g.name_zh) || k.nature || '〔' || v_year || '〕' || (nextval('casework_issued_serial') - v_base) || '号'
            from casework_case c join registry_agency g on g.id = c.agency join casework_issued_kind k on k.kind = p_kind where c.stream = p_stream);
end $$;

-- Keep a paper with its document and its document's key, all or nothing. Whoever comes second finds what is there.
create function casework_issue(
    p_stream uuid, p_number int, p_kind text, p_issued_no text, p_content bytea, p_document uuid, p_name text, p_media_type text, p_size int,
    p_salt bytea, p_digest bytea, p_stored_as text, p_key bytea, p_signature bytea
) returns boolean
language plpgsql as $$
begin
    perform record_settled();
    if exists (select 1 from casework_issued i where i.stream = p_stream and i.number = p_number) then
        return false;
    elsif casework_issued_due(p_stream, p_number) is distinct from p_kind then
        perform record_refuse('conflict', 'issued.not_due');
    end if;
    -- Filed at no event: it was made here. So it is no answer to a correction, and nobody takes it out again.
    insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as, added_at, filed)
    select p_document, p_stream, k.material, p_name, p_media_type, p_size, p_salt, p_digest, p_stored_as, record_now(), 0
    from casework_issued_kind k where k.kind = p_kind
    on conflict (id) do nothing;
    if not found then
        return false;
    end if;
    insert into casework_document_key (document, key) values (p_document, p_key);
    insert into casework_issued (stream, number, kind, issued_no, content, document, issued_on, signature)
    select p_stream, p_number, p_kind, p_issued_no, p_content, p_document, record_day(e.at), p_signature from record_event e where e.stream = p_stream and e.number = p_number;
    return true;
end $$;

-- The papers of a case that a hat may open, in the order of what they are about.
create function casework_issued_papers(p_stream uuid, p_role text) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('number', i.number, 'kind', i.kind, 'issued_no', i.issued_no, 'issued_on', i.issued_on,
                                                     'document', d.id, 'name', d.name, 'size', d.size, 'content', encode(i.content, 'hex')) order by i.number), '[]')
        from public.casework_issued i join public.casework_document d on d.id = i.document
        where i.stream = p_stream and d.removed_at is null and public.casework_may_open(p_role, d.material));

-- What anyone may ask of a paper: did this installation issue exactly this file. Says nothing of whom it is for.
create function casework_issued_status(p_content bytea) returns jsonb
language sql stable
return (select jsonb_build_object('issued_no', i.issued_no, 'kind', i.kind, 'issued_on', i.issued_on, 'today', public.record_day(public.record_now()))
        from public.casework_issued i where i.content = p_content and public.record_settled());
