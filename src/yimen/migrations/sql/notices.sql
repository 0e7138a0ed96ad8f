-- Messages to the applicant's side. A reader of the record turns events into notices, and where a clock hangs on them, into mail.
-- A notice holds ids and codes; words are made when it is read. No address stands here.

-- The service level: which event is told, and which is mailed too. Versioned, and shown to everybody; a change is a new version.
-- told, mailed: always, never, to_collect (when the paper is to be fetched at the window), own_clock (when a clock of the
-- applicant's own is touched). clocks: the dates a message names. why: the reason, in the words of pure/notice_words.py.
create table casework_notice_policy (
    version int not null check (version > 0),
    kind    text not null,
    told    text not null check (told in ('always', 'never', 'to_collect')),
    mailed  text not null check (mailed in ('always', 'never', 'to_collect', 'own_clock')),
    clocks  text[] not null default '{}',
    why     text not null,
    primary key (version, kind),
    constraint what_is_mailed_is_told_too check (told <> 'never' or mailed = 'never')
);
insert into casework_notice_policy (version, kind, told, mailed, clocks, why) values
    (1, 'case.correction_asked', 'always', 'always', '{correction}', 'you_act'),
    (1, 'fee.asked', 'always', 'always', '{}', 'you_pay'),
    (1, 'certificate.sealed', 'to_collect', 'to_collect', '{collection}', 'you_collect'),
    (1, 'case.accepted', 'always', 'always', '{promise,statutory}', 'our_time'),
    (1, 'case.deemed_accepted', 'always', 'always', '{promise,statutory}', 'our_time'),
    (1, 'case.denied', 'always', 'always', '{}', 'remedies'),
    (1, 'case.refused', 'always', 'always', '{}', 'remedies'),
    (1, 'case.not_required', 'always', 'always', '{}', 'remedies'),
    (1, 'case.lapsed', 'always', 'always', '{}', 'remedies'),
    (1, 'certificate.delivered', 'always', 'always', '{}', 'remedies'),
    (1, 'certificate.posted', 'always', 'always', '{}', 'remedies'),
    (1, 'certificate.arrival_noted', 'always', 'always', '{}', 'remedies'),
    (1, 'certificate.returned', 'always', 'always', '{collection}', 'you_collect'),
    (1, 'certificate.return_noted', 'always', 'always', '{collection}', 'you_collect'),
    (1, 'certificate.loss_noted', 'always', 'always', '{collection}', 'you_collect'),
    (1, 'certificate.kept', 'always', 'always', '{}', 'remedies'),
    (1, 'case.recounted', 'always', 'own_clock', '{correction,collection,promise,statutory}', 'our_time'),
    (1, 'case.submitted', 'always', 'never', '{acceptance}', 'course'),
    (1, 'case.taken', 'always', 'never', '{acceptance}', 'course'),
    (1, 'case.corrected', 'always', 'never', '{acceptance}', 'course'),
    (1, 'case.corrected_at_window', 'always', 'never', '{acceptance}', 'course'),
    (1, 'case.withdrawn', 'always', 'never', '{}', 'course'),
    (1, 'case.granted', 'always', 'never', '{service}', 'course'),
    (1, 'case.verified', 'always', 'never', '{}', 'course'),
    (1, 'case.check_differed', 'always', 'always', '{}', 'you_come'),
    (1, 'case.contact_changed', 'always', 'never', '{}', 'course'),
    (1, 'fee.paid', 'always', 'never', '{}', 'course'),
    (1, 'certificate.handed_over', 'always', 'never', '{}', 'course'),
    (1, 'certificate.collected_late', 'always', 'never', '{}', 'course'),
    (1, 'original.taken', 'always', 'never', '{}', 'course'),
    (1, 'original.returned', 'always', 'never', '{}', 'course'),
    (1, 'mandate.given', 'always', 'never', '{}', 'course'),
    (1, 'mandate.ended', 'always', 'never', '{}', 'course'),
    (1, 'case.closed', 'never', 'never', '{}', 'follows'),
    (1, 'case.seen', 'never', 'never', '{}', 'present'),
    (1, 'case.examined', 'never', 'never', '{}', 'inner'),
    (1, 'case.sent_back', 'never', 'never', '{}', 'inner'),
    (1, 'case.grant_signed', 'never', 'never', '{}', 'inner'),
    (1, 'certificate.made', 'never', 'never', '{}', 'inner'),
    (1, 'certificate.released', 'never', 'never', '{}', 'inner'),
    (1, 'certificate.released_again', 'never', 'never', '{}', 'inner'),
    (1, 'case.clerk_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'case.examiner_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'case.decider_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.maker_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.first_custodian_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.second_custodian_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.deliverer_stepped_aside', 'never', 'never', '{}', 'chance'),
    (1, 'case.draw_waits', 'never', 'never', '{}', 'chance'),
    (1, 'case.left_to_manager', 'never', 'never', '{}', 'chance'),
    (1, 'case.counter_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'case.examiner_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'case.decider_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'case.maker_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'case.deliverer_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.first_custodian_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'certificate.second_custodian_drawn', 'never', 'never', '{}', 'chance'),
    (1, 'visit.opened', 'never', 'never', '{}', 'present'),
    (1, 'visit.window_drawn', 'never', 'never', '{}', 'present'),
    (1, 'visit.ended', 'never', 'never', '{}', 'present'),
    (1, 'entry.proposed', 'never', 'never', '{}', 'no_case'),
    (1, 'entry.confirmed', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.opened', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.saved', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.submitted', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.withdrawn', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.returned', 'never', 'never', '{}', 'no_case'),
    (1, 'revision.published', 'never', 'never', '{}', 'no_case'),
    (1, 'place.proposed', 'never', 'never', '{}', 'no_case'),
    (1, 'place.confirmed', 'never', 'never', '{}', 'no_case'),
    (1, 'place.declined', 'never', 'never', '{}', 'no_case'),
    (1, 'place.withdrawn', 'never', 'never', '{}', 'no_case'),
    (1, 'draw.opened', 'never', 'never', '{}', 'no_case'),
    (1, 'draw.committed', 'never', 'never', '{}', 'no_case'),
    (1, 'draw.revealed', 'never', 'never', '{}', 'no_case');

create function casework_notice_rule(p_kind text) returns casework_notice_policy
language sql stable
return (select p from public.casework_notice_policy p where p.kind = p_kind and p.version = (select max(x.version) from public.casework_notice_policy x));

-- A notice of one event to one person, under the version of the service level that held.
create table casework_notice (
    id      bigint generated always as identity primary key,
    stream  uuid not null,
    number  int not null,
    person  uuid not null references registry_person (id),
    kind    text not null,
    at      timestamptz not null,
    version int not null,
    read_at timestamptz,
    unique (stream, number, person),
    foreign key (version, kind) references casework_notice_policy (version, kind),
    foreign key (stream, number) references record_event (stream, number)
);
create index casework_notice_mine on casework_notice (person, (read_at is null), id);

-- The mail beside it: one for each event, to the address of the case. Its state tells what is known of it:
-- waiting, claimed (a process is at it), handing (its last line is about to be given away), sent, failed (refused for good, or given up),
-- bounced, uncertain (the process died or the line broke after the last line: it may have gone out, and is never sent again
-- unless an operator says so), no_address, withheld (who gave the address acts for nobody here any more), overtaken (what it
-- asks for was done), no_gateway (this city sends no mail). The answer of the other side is kept as its codes alone.
create table casework_mail (
    stream     uuid not null,
   number     int not null,
    version    int not null,
    kind       text not null,
    token      uuid not null unique default gen_random_uuid(),
    state      text not null default 'waiting' check (state in
               ('waiting', 'claimed', 'handing', 'sent', 'failed', 'bounced', 'uncertain', 'no_address', 'withheld', 'overtaken', 'no_gateway')),
    claim      uuid,
    tries      int not null default 0,
    made_at    timestamptz not null,
    due_at     timestamptz not null,
    claimed_at timestamptz,
    settled_at timestamptz,
    reply      text not null default '' check (reply ~ '^[a-z0-9_. ]{0,60}$'),
    primary key (stream, number),
    foreign key (version, kind) references casework_notice_policy (version, kind),
    foreign key (stream, number) references record_event (stream, number)
);
create index casework_mail_waiting on casework_mail (due_at) where state = 'waiting';
create index casework_mail_at_work on casework_mail (claimed_at) where state in ('claimed', 'handing');
create index casework_mail_unreached on casework_mail (settled_at, stream, number) where state in ('failed', 'bounced', 'uncertain', 'withheld');

-- Who is told about a stream now: everyone who wears the applicant's hat, and both sides of a mandate.
create function casework_told(p_stream uuid, p_person uuid) returns boolean
language sql stable
return exists (select 1 from public.record_hat h where h.stream = p_stream and h.person = p_person and h.hat = 'applicant'
               and (h.until is null or h.until > public.record_now()))
    or exists (select 1 from public.casework_mandate m where m.stream = p_stream and p_person in (m.principal, m.agent));

create function casework_notice_due(p_when text, p_stream uuid, p_facts jsonb) returns boolean
language sql stable
return case p_when when 'always' then true
                   when 'to_collect' then (select c.delivery = 'window' from public.casework_case c where c.stream = p_stream)
                   when 'own_clock' then coalesce(p_facts -> 'clocks' @> '[{"name": "correction"}]' or p_facts -> 'clocks' @> '[{"name": "collection"}]', false)
                   else false end;

-- Tell of one event: a notice for everyone concerned and the mail beside it, in one statement. Doing it again changes nothing.
-- What somebody did herself counts as read by her.
create function casework_notify(p_stream uuid, p_number int) returns void
language plpgsql as $$
declare
    v_event record_event;
    v_rule casework_notice_policy;
begin
    perform record_settled();
    select e.* into v_event from record_event e where e.stream = p_stream and e.number = p_number;
    if not found then
        perform record_refuse('missing', 'stream.missing');
    end if;
    v_rule := casework_notice_rule(v_event.kind);
    if v_rule.kind is null or not casework_notice_due(v_rule.told, p_stream, v_event.facts::jsonb) then
        return;
    end if;
    with told as (
        insert into casework_notice (stream, number, person, kind, at, version, read_at)
        select p_stream, p_number, x.person, v_event.kind, v_event.at, v_rule.version, case when x.person = v_event.person then v_event.at end
        from (select h.person from record_hat h where h.stream = p_stream and h.hat = 'applicant'
              union select unnest(array[m.principal, m.agent]) from casework_mandate m where m.stream = p_stream) x
        where casework_told(p_stream, x.person)
        on conflict do nothing
    )
    insert into casework_mail (stream, number, version, kind, made_at, due_at)
    select p_stream, p_number, v_rule.version, v_rule.kind, record_now(), record_now()
    where casework_notice_due(v_rule.mailed, p_stream, v_event.facts::jsonb) and exists (select 1 from casework_case c where c.stream = p_stream)
    on conflict do nothing;
end $$;

-- The dates that a message names: those of its clocks that still run.
create function casework_notice_dates(p_stream uuid, p_clocks text[]) returns jsonb
language sql stable
return (select coalesce(jsonb_agg(jsonb_build_object('clock', k.name, 'due_on', k.due_on) order by array_position(p_clocks, k.name)), '[]')
        from public.casework_clock k where k.stream = p_stream and k.name = any (p_clocks) and k.stopped is null);

-- What a message says beside its kind: numbers and codes, no person.
create function casework_notice_says(p_stream uuid, p_kind text, p_clocks text[]) returns jsonb
language sql stable
return jsonb_build_object(
    'dates', public.casework_notice_dates(p_stream, p_clocks),
    'amount', case when p_kind in ('fee.asked', 'fee.paid') then (select f.amount from public.casework_fee f where f.stream = p_stream) end,
    'remedies', case when p_kind = 'case.denied' then (select d.body::jsonb -> 'remedies' from public.casework_decision d where d.stream = p_stream) end);

-- reading ---------------------------------------------------------------------------------------------------------------

-- My notices, the unread first, the newest first; p_unread and p_id are those of the last one seen.
create function casework_notices(p_session text, p_limit int, p_unread boolean, p_id bigint)
returns table (id bigint, stream uuid, number int, kind text, at timestamptz, unread boolean, case_number text, item_zh text, item_en text,
               holder_zh text, holder_en text, agent_zh text, agent_en text, says jsonb, mail text, mailed_at timestamptz)
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is not null then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select n.id, n.stream, n.number, n.kind, n.at, n.read_at is null, c.number, i.name_zh, i.name_en,
               coalesce(o.name_zh, h.name_zh), coalesce(o.name_en, h.name_en),
               case when d.principal = n.person then d.agent_name else g.name_zh end, case when d.principal = n.person then d.agent_name else g.name_en end,
               casework_notice_says(n.stream, n.kind, p.clocks), m.state, m.settled_at
        from casework_notice n
        join casework_notice_policy p on p.version = n.version and p.kind = n.kind
        left join casework_case c on c.stream = n.stream
        left join registry_item i on i.id = c.item
        left join casework_mandate d on d.stream = n.stream
        left join registry_person h on h.id = coalesce(c.applicant, d.principal)
        left join registry_organisation o on o.id = coalesce(c.organisation, d.organisation)
        left join registry_person g on g.id = d.agent
        left join casework_mail m on m.stream = n.stream and m.number = n.number
        where n.person = v_who.person and casework_told(n.stream, n.person)
          and (p_id is null or (n.read_at is null, n.id) < (p_unread, p_id))
        order by (n.read_at is null) desc, n.id desc
        limit least(p_limit, 100);
end $$;

-- How many I have not read (counted up to 100), and the cases in which mail does not reach me.
create function casework_notices_waiting_for(p_person uuid) returns jsonb
language sql stable
return jsonb_build_object(
    'unread', (select count(*) from (select 1 from public.casework_notice n where n.person = p_person and n.read_at is null
                                     and public.casework_told(n.stream, n.person) limit 100) x),
    'unreached', (select coalesce(jsonb_agg(to_jsonb(u) order by u.at desc), '[]') from (
        select distinct on (m.stream) m.stream, c.number, i.name_zh as item_zh, i.name_en as item_en, m.state as why, m.settled_at as at, s.open
        from public.record_hat h join public.casework_mail m on m.stream = h.stream and m.state in ('failed', 'bounced', 'withheld')
        join public.casework_contact t on t.stream = m.stream and (t.changed_at is null or t.changed_at < m.settled_at)
        join public.casework_case c on c.stream = m.stream join public.registry_item i on i.id = c.item join public.record_stream s on s.id = m.stream
        where h.person = p_person and h.hat = 'applicant' and (h.until is null or h.until > public.record_now())
        order by m.stream, m.settled_at desc limit 20) u));

create function casework_notices_waiting(p_session text) returns jsonb
language plpgsql stable as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    return casework_notices_waiting_for(v_who.person);
end $$;

-- Mark as read: what is told of one case, or everything up to a notice. Returns what waits still.
create function casework_notices_read(p_session text, p_case uuid, p_upto bigint) returns jsonb
language plpgsql as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is not null then
        perform record_refuse('forbidden', 'move.of_another_role');
    elsif p_case is null and p_upto is null then
        perform record_refuse('malformed', 'notice.which');
    end if;
    update casework_notice n set read_at = record_now()
    where n.person = v_who.person and n.read_at is null and (p_case is null or n.stream = p_case) and (p_upto is null or n.id <= p_upto);
    return casework_notices_waiting_for(v_who.person);
end $$;

-- contact ---------------------------------------------------------------------------------------------------------------

-- Another telephone number or address for an open case. The record gets a salted hash; the newest mail that had not arrived is
-- sent to the new address, under a name of its own.
create function casework_contact_change(
    p_session text, p_case uuid, p_phone text, p_email text, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare
    v_who record;
    v_head int;
    v_contact casework_contact;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.post is not null or not casework_may_see(v_who.person, 'applicant', p_case) then
        perform record_refuse('missing', 'case.missing');
    elsif length(coalesce(p_phone, '')) not between 1 and 40 or p_phone ~ '[[:cntrl:]]' then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"contact_phone": "phone"}}');
    elsif p_email is null or p_email <> '' and not casework_address_can_be(p_email) then
        perform record_refuse('malformed', 'form.malformed', '{"fields": {"contact_email": "email"}}');
    end if;
    select s.head into v_head from record_stream s where s.id = p_case for update;
    -- Each is an event, and whoever is about to decide begins anew after it: nobody keeps a decision away by changing this again and again.
    if (select count(*) filter (where e.at > record_now() - interval '1 day') >= 10 and bool_and(e.key is distinct from p_key)
        from record_event e where e.stream = p_case and e.kind = 'case.contact_changed') then
        perform record_refuse('not_now', 'contact.too_often');
    end if;
    select c.* into v_contact from casework_contact c where c.stream = p_case;
    select r.number, r.hash, r.at, r.state, r.retried into number, hash, at, state, retried
    from record_do(p_case, v_head, 'case.contact_changed', p_session, jsonb_build_object('contact',
        encode(sha256(v_contact.salt || convert_to(jsonb_build_array(p_phone, p_email)::text, 'UTF8')), 'hex')), p_key, true) r;
    if retried then
        return;
    end if;
    update casework_contact c set phone = p_phone, email = p_email, given_by = v_who.person, changed_at = record_now() where c.stream = p_case;
    update casework_mail m
    set state = 'waiting', token = gen_random_uuid(), claim = null, tries = 0, made_at = record_now(), due_at = record_now(), settled_at = null, reply = ''
    where m.stream = p_case and m.state in ('failed', 'bounced', 'no_address', 'withheld')
      and m.number = (select max(x.number) from casework_mail x where x.stream = p_case);
end $$;

-- What can stand in the envelope of a mail: letters of ASCII, one @, nothing that ends a line or a path.
create function casework_address_can_be(p_email text) returns boolean
language sql immutable
return length(p_email) <= 254 and p_email ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$';

insert into record_cursor (name, login) values ('notices', 'worker');
