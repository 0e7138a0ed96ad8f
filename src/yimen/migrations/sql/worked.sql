-- Lists beside the worklist, so that whatever may be opened is on a list, and the reverse: casework_may_see says who sees what.

create index record_hat_worn on record_hat (person, stream) where hat <> 'applicant';
create index record_assignment_done on record_assignment (person, stream) where done;

-- The cases an official had a part in, in this hat, and that do not wait for her now.
create function casework_worked(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid)
returns table (stream uuid, number text, head int, state text, open boolean, item_zh text, item_en text,
               applicant_zh text, applicant_en text, filed_at timestamptz)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    if v_who.post is null then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select s.id, c.number, s.head, s.state, s.open, i.name_zh, i.name_en, coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en), c.filed_at
        from (select w.stream from record_hat w where w.person = v_who.person and w.hat <> 'applicant'
              union select a.stream from record_assignment a where a.person = v_who.person) w
        join casework_case c on c.stream = w.stream
        join record_stream s on s.id = c.stream
        join registry_item i on i.id = c.item
        join registry_person h on h.id = c.applicant
        left join registry_organisation o on o.id = c.organisation
        where (p_before is null or c.filed_at <= p_before and (c.filed_at < p_before or c.stream > p_before_stream))
          and not (s.open and exists (select 1 from record_assignment a
                                      where a.stream = s.id and a.person = v_who.person and a.post = v_who.post and not a.done))
          and casework_may_see(v_who.person, v_who.role, s.id)
        order by c.filed_at desc, c.stream
        limit least(p_limit, 100);
end $$;

-- The cases of the person before a clerk, while she serves her, with the originals that are here and what could not be checked.
create function casework_cases_of(p_clerk uuid, p_person uuid)
returns table (stream uuid, number text, head int, state text, open boolean, item_zh text, item_en text, filed_at timestamptz,
               originals int, unverified text[], differs boolean)
language sql stable
begin atomic
    select c.stream, c.number, s.head, s.state, s.open, i.name_zh, i.name_en, c.filed_at,
           (select coalesce(sum(o.pieces), 0)::int from public.casework_original o where o.stream = c.stream and o.returned is null), c.unverified,
           public.casework_differs(c.stream, 'identity')
    from public.record_hat h
    join public.casework_case c on c.stream = h.stream
    join public.record_stream s on s.id = c.stream
    join public.registry_item i on i.id = c.item
    where h.person = p_person and h.hat = 'applicant' and public.casework_serves(p_clerk, p_person) is not null
      and public.casework_may_see(p_clerk, 'clerk', c.stream)
    order by c.filed_at desc, c.stream;
end;

-- The same, for the visit that chance gave her.
create function casework_of_visitor(p_session text, p_visit uuid)
returns table (stream uuid, number text, head int, state text, open boolean, item_zh text, item_en text, filed_at timestamptz,
               originals int, unverified text[], differs boolean)
language plpgsql stable as $$
declare
    v_who record;
    v_person uuid;
begin
    perform record_settled();
    select * into v_who from record_who(p_session, record_link());
    v_person := (select v.person from casework_visit v where v.stream = p_visit and casework_serves(v_who.person, v.person) = p_visit);
    if v_person is null then
        perform record_refuse('missing', 'visit.missing');
    end if;
    return query select * from casework_cases_of(v_who.person, v_person);
end $$;
