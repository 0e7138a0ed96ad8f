-- Visits and mandates: who stands before whom, and who may act for whom.

-- Open a visit for a person at this clerk's centre; chance draws another clerk, who serves her. A person who is here already
-- is not drawn again: the visit that waits comes back. What the counter says of her identity is that a document was seen, or that
-- nothing was checked: what the register says, the worker asks.
create function casework_visit_open(
    p_session text, p_identity bytea, p_resident_id text, p_name_zh text, p_name_en text, p_checked text, p_key uuid,
    out visit uuid, out ticket int, out person uuid, out retried boolean
) language plpgsql as $$
declare
    v_who record;
    v_centre uuid;
    v_today date := record_day(record_now());
    v_asked boolean := casework_counted('register', p_session, p_key::text);  -- for this greeting, and it denied nothing
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    v_centre := (select p.centre from registry_post p where p.id = v_who.post);
    if v_who.role <> 'clerk' or v_centre is null then
        perform record_refuse('forbidden', 'move.of_another_role');
    elsif p_key is null or p_checked is null or p_checked not in ('seen', 'not_checked') or length(p_identity) is distinct from 32
          or length(trim(coalesce(p_name_zh, ''))) = 0 or length(p_name_zh) > 100 or length(coalesce(p_name_en, '')) > 100
          -- what turns the writing round, or is not seen, would print another name on her papers than the one that stands here
          or concat(p_name_zh, p_name_en) ~ '[\u0001-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]' then
        perform record_refuse('malformed', 'visit.malformed');
    end if;
    insert into registry_person (id, name_zh, name_en, identity, proof)
    values (gen_random_uuid(), p_name_zh, coalesce(nullif(p_name_en, ''), p_name_zh), p_identity, p_checked)
    on conflict (identity) do nothing;
    select h.id into person from registry_person h where h.identity = p_identity for no key update;
    -- The visit goes by the key it was asked under: sent again it is the same visit, over or not, and nobody else's.
    select v.stream, v.ticket into visit, ticket
    from casework_visit v join record_event e on e.stream = v.stream and e.number = 1
    where v.stream = p_key and v.person = casework_visit_open.person and e.person = v_who.person;
    if found then
        retried := true;
        return;
    elsif exists (select 1 from casework_visit v where v.stream = p_key) or exists (select 1 from casework_draft d where d.id = p_key) then
        perform record_refuse('conflict', 'key.reused');  -- nor does a visit take the place of an application that is being written
    end if;
    if v_asked then
        perform casework_guessed_right('register', p_session);
    end if;
    select v.stream, v.ticket into visit, ticket
    from casework_visit v where v.person = casework_visit_open.person and v.centre = v_centre and v.day = v_today and v.ended_at is null;
    if found then
        retried := true;
        return;
    end if;
    perform 1 from registry_centre c where c.id = v_centre for no key update;
    ticket := (select coalesce(max(v.ticket), 0) + 1 from casework_visit v where v.centre = v_centre and v.day = v_today);
    visit := p_key;
    insert into casework_visit (stream, centre, person, day, identity, resident_id, name, ticket)
    values (visit, v_centre, person, v_today, p_checked, case when p_checked = 'not_checked' then p_resident_id end,
            case when p_checked = 'not_checked' then p_name_zh end, ticket);
    perform record_do(visit, 0, 'visit.opened', p_session, jsonb_build_object(
        'centre', v_centre, 'day', v_today::text, 'ticket', ticket, 'identity', p_checked,
        'visitor', encode(record_mark(visit, person), 'hex')), p_key, true);
    if p_checked = 'seen' then
        perform casework_proven(person, 'seen');
    else
        perform casework_check_anew(person);
    end if;
    retried := false;
end $$;

-- Visits of one person on one day come back to the same clerk, so that nobody goes away and comes again until the clerk suits.
-- A clerk who comes as a visitor neither greets nor serves herself.
create function casework_visit_opened(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    p_head.centre := (p_facts ->> 'centre')::uuid;
    p_head.same_as := (select o.stream from casework_visit v join casework_visit o on o.person = v.person and o.day = v.day and o.centre = v.centre
                       where v.stream = p_head.id and o.stream <> v.stream order by o.ticket limit 1);
    insert into record_hat (stream, person, hat, number) select v.stream, v.person, 'visitor', p_head.head from casework_visit v where v.stream = p_head.id
    on conflict do nothing;
    if not found then
        perform record_refuse('forbidden', 'hat.second', '{"worn": "greeter", "wanted": "visitor"}');
    end if;
    return p_head;
end $$;

-- Whether what is said of a visit happened: something was filed or corrected in it, or something of hers came into this person's hands that day.
create function casework_visit_came_to(p_visit casework_visit, p_outcome text) returns boolean
language sql stable
begin atomic
    select case p_outcome
        when 'filed' then exists (
            select 1 from public.record_hat h join public.casework_case c on c.stream = h.stream
            where h.person = p_visit.person and h.hat = 'applicant' and c.visit = p_visit.stream) or exists (
            select 1 from public.record_hat h join public.record_event e on e.stream = h.stream and e.kind = 'case.corrected_at_window'
            where h.person = p_visit.person and h.hat = 'applicant' and e.at >= (select o.at from public.record_event o where o.stream = p_visit.stream and o.number = 1)
              and e.person = (select a.person from public.record_assignment a where a.stream = p_visit.stream and a.purpose = 'window' order by a.number desc limit 1))
        when 'handed_over' then exists (
            select 1 from public.record_hat h join public.record_event e on e.stream = h.stream
            join public.casework_case c on c.stream = h.stream
            where h.person = p_visit.person and h.hat = 'applicant' and public.record_day(e.at) = p_visit.day
              and (e.kind in ('certificate.handed_over', 'certificate.collected_late')
                   and (e.facts::jsonb ->> 'to' = 'agent') = (c.agent is not distinct from p_visit.person)
                   or e.kind in ('original.taken', 'original.returned')))
        else true end;
end;

create function casework_visit_ended(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(not p_facts = any (array(select jsonb_build_object('outcome', x) from unnest('{filed,advice,handed_over,left}'::text[]) x)),
                                 'malformed', 'visit.malformed');
    perform casework_refuse_when(not casework_visit_came_to((select v from casework_visit v where v.stream = p_head.id), p_facts ->> 'outcome'),
                                 'conflict', 'visit.not_what_happened');
    update casework_visit v set outcome = p_facts ->> 'outcome', ended_at = p_head.at where v.stream = p_head.id;
    perform casework_forget_number(p_head.id, null);
    return p_head;
end $$;

-- Does this clerk serve this person now, in a visit that chance gave to her?
create function casework_serves(p_clerk uuid, p_person uuid) returns uuid
language sql stable
return (select v.stream from public.casework_visit v
        join public.record_assignment a on a.stream = v.stream and a.purpose = 'window' and a.person = p_clerk and not a.done
        where v.person = p_person and v.ended_at is null and v.day = public.record_day(public.record_now()) limit 1);

-- The visits that chance gave to this clerk and that wait for her.
create function casework_visits(p_session text)
returns table (visit uuid, head int, ticket int, person uuid, name_zh text, name_en text, identity text, opened_at timestamptz, drafts jsonb, cases jsonb)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    return query
        select v.stream, s.head, v.ticket, v.person, h.name_zh, h.name_en, v.identity, e.at,
               (select coalesce(jsonb_agg(jsonb_build_object('draft', d.id, 'item_zh', i.name_zh, 'item_en', i.name_en, 'saved_at', d.saved_at)
                                          order by d.saved_at desc), '[]')
                from casework_draft d join registry_item i on i.id = d.item
                where d.person = v.person and not d.filed and casework_serves(v_who.person, v.person) is not null),
               (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from casework_cases_of(v_who.person, v.person) c)
        from record_assignment a
        join casework_visit v on v.stream = a.stream and v.ended_at is null
        join record_stream s on s.id = v.stream
        join record_event e on e.stream = v.stream and e.number = 1
        join registry_person h on h.id = v.person
        where a.person = v_who.person and a.purpose = 'window' and not a.done
        order by v.day, v.ticket;
end $$;

-- mandates ------------------------------------------------------------------------------------------------------------

-- The principal names the agent by number and name. Whether a number is unknown or belongs to another name is not told, and whoever
-- tries several waits: each is counted before it is looked up (casework_guess).
create function casework_mandate_give(
    p_session text, p_agent bytea, p_name text, p_organisation uuid, p_items text[], p_until date, p_key uuid,
    out mandate uuid, out retried boolean, out refused text
) language plpgsql as $$
declare
    v_who record;
    v_agent uuid;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if p_until is null or p_until < record_day(record_now()) or p_until > record_day(record_now()) + 366 * 3
          or cardinality(p_items) not between 1 and 100
          or exists (select 1 from unnest(p_items) x where not exists (select 1 from registry_item i where i.code = x))
          or length(trim(coalesce(p_name, ''))) not between 1 and 100
          or p_agent is not distinct from (select h.identity from registry_person h where h.id = v_who.person) then
        perform record_refuse('malformed', 'mandate.malformed');
    elsif p_organisation is not null and not exists (
        select 1 from registry_organisation o where o.id = p_organisation and o.representative = v_who.person and o.ended_at is null) then
        perform record_refuse('forbidden', 'organisation.no_authority');
    elsif not casework_counted('mandate', p_session, encode(p_agent, 'hex') || p_name) then
        refused := 'mandate.uncounted';
        return;
    end if;
    select h.id into v_agent from registry_person h
    where h.identity = p_agent and h.ended_at is null and lower(trim(p_name)) in (lower(h.name_zh), lower(h.name_en));
    if not found then
        refused := 'mandate.agent_unknown';
        return;
    end if;
    perform casework_guessed_right('mandate', p_session);
    perform casework_refuse_when(exists (select 1 from casework_draft d where d.id = p_key), 'conflict', 'key.reused');
    mandate := p_key;
    select d.retried into retried from record_do(mandate, 0, 'mandate.given', p_session, jsonb_build_object(
        'agent', encode(record_mark(mandate, v_agent), 'hex'), 'organisation', p_organisation, 'items', to_jsonb(p_items), 'until', p_until::text), p_key, true) d;
    insert into casework_mandate (stream, principal, agent, agent_name, organisation, items, until_on, given_at)
    values (mandate, v_who.person, v_agent, trim(p_name), p_organisation, p_items, p_until, record_now()) on conflict do nothing;
end $$;

create function casework_mandate_end(p_session text, p_mandate uuid, p_key uuid) returns void
language plpgsql as $$
declare v_head int;
begin
    perform record_settled();
    select s.head into v_head from casework_mandate m join record_stream s on s.id = m.stream
    where m.stream = p_mandate and m.principal = (select w.person from record_who(p_session, record_link()) w);
    if not found then
        perform record_refuse('missing', 'mandate.missing');
    end if;
    perform record_do(p_mandate, v_head, 'mandate.ended', p_session, '{}', p_key, true);
end $$;

-- Whose mandate ends in mid-case sees and does nothing more from that moment; the case goes on with the principal.
create function casework_mandate_ended(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_mandate m set ended_at = p_head.at where m.stream = p_head.id;
    update record_hat h set until = p_head.at
    from casework_case c where c.mandate = p_head.id and h.stream = c.stream and h.person = c.agent and h.hat = 'applicant';
    return p_head;
end $$;

create function casework_mandates(p_session text) returns jsonb
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    return (select coalesce(jsonb_agg(jsonb_build_object(
                'mandate', m.stream, 'mine', m.principal = v_who.person, 'principal_zh', p.name_zh, 'principal_en', p.name_en,
                'agent_zh', case when m.principal = v_who.person then m.agent_name else g.name_zh end,
                'agent_en', case when m.principal = v_who.person then m.agent_name else g.name_en end, 'organisation', o.id, 'organisation_zh', o.name_zh, 'organisation_en', o.name_en,
                'items', m.items, 'until_on', m.until_on, 'given_at', m.given_at, 'ended_at', m.ended_at,
                'live', m.ended_at is null and m.until_on >= record_day(record_now())) order by m.given_at desc), '[]')
            from casework_mandate m join registry_person p on p.id = m.principal join registry_person g on g.id = m.agent
            left join registry_organisation o on o.id = m.organisation
            where m.principal = v_who.person or m.agent = v_who.person);
end $$;
