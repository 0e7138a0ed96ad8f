-- The desk of a person: what is asked of her now, what she was given, and who opened her files; one answer for one page.

-- The clocks of a case with the events they began with: what it takes to explain their dates.
create function casework_desk_clocks(p_stream uuid) returns jsonb
language sql stable
return (select jsonb_build_object(
            'clocks', coalesce(jsonb_object_agg(k.name, to_jsonb(k) - 'stream' - 'name'), '{}'),
            'events', coalesce(jsonb_agg(distinct jsonb_build_object('number', e.number, 'kind', e.kind, 'at', e.at)), '[]'))
        from public.casework_clock k join public.record_event e on e.stream = k.stream and e.number = k.started
        where k.stream = p_stream);

create function casework_desk(p_session text, p_limit int) returns jsonb
language plpgsql stable as $$
declare
    v_who record;
    v_limit int := least(p_limit, 100);
    v_mine uuid[];
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is not null then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    v_mine := array(select h.stream from record_hat h
                    where h.person = v_who.person and h.hat = 'applicant' and (h.until is null or h.until > record_now()));
    return jsonb_build_object(
        'today', record_day(record_now()),
        'proof', (select p.proof from registry_person p where p.id = v_who.person),
        'asked', (
            select coalesce(jsonb_agg(to_jsonb(a) || casework_desk_clocks(a.stream) order by a.due_on nulls last, a.filed_at, a.stream), '[]')
            from (select s.id as stream, c.number, i.name_zh as item_zh, i.name_en as item_en, coalesce(o.name_zh, h.name_zh) as holder_zh,
                         coalesce(o.name_en, h.name_en) as holder_en, c.filed_at, x.what, f.amount as fee, k.name as clock, k.due_on
                  from record_stream s
                  join casework_case c on c.stream = s.id
                  join registry_item i on i.id = c.item
                  join registry_person h on h.id = c.applicant
                  left join registry_organisation o on o.id = c.organisation
                  left join casework_fee f on f.stream = s.id and f.paid is null
                  cross join lateral (values ('correct', s.state = 'correcting', 'correction'),
                                             ('pay', f.stream is not null, null),
                                             ('collect', s.state = 'sealed' and casework_to_collect(s.id), 'collection')) x (what, wanted, clock)
                  left join casework_clock k on k.stream = s.id and k.name = x.clock and k.stopped is null
                  where s.id = any (v_mine) and s.open and x.wanted
                  order by k.due_on nulls last, c.filed_at, s.id limit 100) a),
        'given', (
            select coalesce(jsonb_agg(to_jsonb(d) order by d.at desc, d.document), '[]')
            from (select d.id as document, d.stream, d.name, d.size, d.added_at as at, d.material = 'certificate' as certificate,
                         f.certificate_no, f.valid_until, c.number, i.name_zh as item_zh, i.name_en as item_en,
                         coalesce(o.name_zh, h.name_zh) as holder_zh, coalesce(o.name_en, h.name_en) as holder_en
                  from casework_document d
                  join casework_case c on c.stream = d.stream
                  join registry_item i on i.id = c.item
                  join registry_person h on h.id = c.applicant
                  left join registry_organisation o on o.id = c.organisation
                  left join casework_certificate f on f.document = d.id
                  where d.stream = any (v_mine) and d.removed_at is null and d.material in ('certificate', 'issued', 'issued_contact')
                    and casework_may_open('applicant', d.material)
                  order by d.added_at desc, d.id limit v_limit) d),
        'readings', (
            select coalesce(jsonb_agg(to_jsonb(r) order by r.id desc), '[]')
            from (select r.id, r.stream, r.role, r.at, d.name as paper, i.name_zh as item_zh, i.name_en as item_en
                  from casework_reading r
                  join casework_document d on d.id = r.document
                  join casework_case c on c.stream = r.stream
                  join registry_item i on i.id = c.item
                  where r.stream = any (v_mine) and r.role <> 'applicant'
                  order by r.id desc limit v_limit) r),
        'mandates', (
            select jsonb_build_object('given', count(*) filter (where m.principal = v_who.person), 'held', count(*) filter (where m.agent = v_who.person))
            from casework_mandate m
            where (m.principal = v_who.person or m.agent = v_who.person) and m.ended_at is null and m.until_on >= record_day(record_now())));
end $$;
