-- Lists beside the worklist, so that whatever may be opened is on a list, and the reverse: casework_may_see says who sees what.

create index record_hat_worn on record_hat (person, stream_since, stream) where hat <> 'applicant';
create index record_assignment_done on record_assignment (person, stream_since, stream) where done;

-- The cases an official had a part in, in this hat, and that do not wait for her now; the last filed first. Her hats and the
-- steps she was drawn for without doing them are each a range of one index, up to the page, however many cases she had.
create function casework_worked(p_session text, p_limit int, p_before timestamptz, p_before_stream uuid)
returns table (stream uuid, number text, head int, state text, open boolean, item_zh text, item_en text,
               applicant_zh text, applicant_en text, filed_at timestamptz)
language plpgsql stable as $$
declare
    v_who record;
    v_limit int := least(p_limit, 100);
    v_before timestamptz := coalesce(p_before, 'infinity');
    v_before_stream uuid := coalesce(p_before_stream, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is null then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select s.id, c.number, s.head, s.state, s.open, i.name_zh, i.name_en, coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en), c.filed_at
        from (select p.stream, p.stream_since
              from ((select w.stream, w.stream_since from record_hat w
                     where w.person = v_who.person and w.hat <> 'applicant' and (w.stream_since, w.stream) < (v_before, v_before_stream)
                       and casework_worked_case(v_who.person, v_who.post, v_who.role, w.stream)
                     order by w.stream_since desc, w.stream desc limit v_limit)
                    union
                    (select a.stream, a.stream_since from record_assignment a
                     where a.person = v_who.person and a.done and (a.stream_since, a.stream) < (v_before, v_before_stream)
                       and casework_worked_case(v_who.person, v_who.post, v_who.role, a.stream)
                     order by a.stream_since desc, a.stream desc limit v_limit)
                    union  -- what waits for her in another post of the same role
                    (select a.stream, a.stream_since from record_assignment a
                     where a.person = v_who.person and not a.done and a.post <> v_who.post and (a.stream_since, a.stream) < (v_before, v_before_stream)
                       and casework_worked_case(v_who.person, v_who.post, v_who.role, a.stream)
                     order by a.stream_since desc, a.stream desc limit v_limit)) p
              order by p.stream_since desc, p.stream desc limit v_limit) w
        join casework_case c on c.stream = w.stream
        join record_stream s on s.id = c.stream
        join registry_item i on i.id = c.item
        join registry_person h on h.id = c.applicant
        left join registry_organisation o on o.id = c.organisation
        order by w.stream_since desc, w.stream desc;
end $$;

-- Whether a stream is a case she may see in this role and that does not wait for her in this post.
create function casework_worked_case(p_person uuid, p_post uuid, p_role text, p_stream uuid) returns boolean
language sql stable
return exists (select 1 from public.record_stream s where s.id = p_stream and s.type = 'case'
               and not (s.open and exists (select 1 from public.record_assignment a
                                           where a.stream = s.id and a.person = p_person and a.post = p_post and not a.done)))
   and public.casework_may_see(p_person, p_role, p_stream);

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
    v_who := record_who(p_session, record_link());
    v_person := (select v.person from casework_visit v where v.stream = p_visit and casework_serves(v_who.person, v.person) = p_visit);
    if v_person is null then
        perform record_refuse('missing', 'visit.missing');
    end if;
    return query select * from casework_cases_of(v_who.person, v_person);
end $$;

-- A case that is over, whether or not it is closed yet: the result is with the person, or she knows that there is none.
create function casework_over(p_open boolean, p_state text) returns boolean
language sql immutable
return not p_open or p_state in ('delivered', 'denied');

-- Originals that still lie here although their case is over: on the list of whoever had them in hand, the longest first.
create index casework_original_out on casework_original (stream) where returned is null;
create function casework_originals_out(p_session text, p_limit int, p_after timestamptz default null, p_after_stream uuid default null)
returns table (stream uuid, number text, state text, item_zh text, item_en text, pieces int, since timestamptz)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    return query
        select s.id, c.number, s.state, i.name_zh, i.name_en, w.pieces, w.since
        from (select o.stream, sum(o.pieces)::int as pieces, min(e.at) as since
              from record_hat h join casework_original o on o.stream = h.stream and o.returned is null
              join record_event e on e.stream = o.stream and e.number = o.taken
              where h.person = v_who.person and h.hat = 'counter' group by o.stream) w
        join record_stream s on s.id = w.stream and casework_over(s.open, s.state)
        join casework_case c on c.stream = s.id join registry_item i on i.id = c.item
        where casework_may_see(v_who.person, v_who.role, s.id)
          and (p_after is null or (w.since, w.stream) > (p_after, p_after_stream))
        order by w.since, w.stream limit least(p_limit, 100);
end $$;
