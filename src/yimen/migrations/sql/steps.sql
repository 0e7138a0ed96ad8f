-- What each move does to the state of a case. A step that is not lawful now is refused here, whoever asks. ----------------

create function casework_refuse_when(p_wrong boolean, p_kind text, p_code text, p_params jsonb default '{}') returns void
language plpgsql as $$
begin
    if p_wrong is not false then
        perform record_refuse(p_kind, p_code, p_params);
    end if;
end $$;

-- The limits of an item that begin with an event (received, accepted), without those the item does not set.
create function casework_limits_from(p_limits jsonb, p_event text) returns jsonb
language sql immutable
return coalesce((select jsonb_object_agg(l.key, l.value) from jsonb_each(p_limits) l
                 where l.key in ('statutory', 'promise') and jsonb_typeof(l.value) = 'object' and coalesce(l.value ->> 'starts', 'accepted') = p_event), '{}');

-- The manager who answers for a case: of its centre, or of the nearest place that answers for that one. Never a party of the case.
create function casework_manager(p_head record_stream) returns uuid
language sql stable
return (select p.person from public.registry_over((p_head).centre) o
        join public.registry_post p on p.centre = o.place and p.role = 'manager' and p.ended_at is null
        join public.registry_person h on h.id = p.person and h.ended_at is null
        where not exists (select 1 from public.record_hat x where x.stream = (p_head).id and x.person = p.person and x.hat in ('applicant', 'visitor'))
        order by o.far, p.id limit 1);

-- Whoever answered for the case is in no post any more: the manager does.
create function casework_left_to_manager(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_manager uuid := casework_manager(p_head);
begin
    perform casework_refuse_when(v_manager is null, 'not_now', 'draw.nobody_on_duty', '{"role": "manager"}');
    p_head.responsible := v_manager;
    return p_head;
end $$;

-- Nobody to draw: the manager of the centre answers for the case until there is, and an instant case becomes a promise case,
-- whose promise runs from the day from which the instant one ran.
create function casework_draw_waits(p_head record_stream) returns record_stream
language plpgsql as $$
declare v_starts date;
begin
    p_head.responsible := coalesce(casework_manager(p_head), p_head.responsible);
    update casework_case c set instant = false where c.stream = p_head.id and c.instant;
    if found then
        select k.starts_on into v_starts from casework_clock k where k.stream = p_head.id and k.name = 'promise' and k.stopped is null;
        if found then
            perform casework_start_clocks(p_head, v_starts, jsonb_build_object('promise', casework_limits(p_head.id) -> 'promise'));
        end if;
    end if;
    return p_head;
end $$;

-- Filing -------------------------------------------------------------------------------------------------------------

create function casework_submitted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_draft casework_draft;
    v_item registry_item;
    v_number record;
    v_today date := record_day(p_head.at);
    v_received date;
    v_principal uuid;
    v_parties uuid[];
    v_until timestamptz;
    v_hats int;
    v_clerk record_assignment;
begin
    select d.* into v_draft from casework_draft d where d.id = p_head.id;
    select i.* into v_item from registry_item i where i.id = v_draft.item;
    v_principal := casework_principal(v_draft);
    v_parties := casework_parties(v_draft);
    p_head.centre := v_item.centre;
    p_head.agency := v_item.agency;
    if p_facts ? 'visit' then
        p_head.centre := coalesce((select v.centre from casework_visit v where v.stream = (p_facts ->> 'visit')::uuid), v_item.centre);
    end if;
    -- Filing the same again within 90 days, while the earlier is open or after it was withdrawn, comes back to the same
    -- people. A matter that was decided is over: the next one is left to chance again. Filings of one organisation or person
    -- wait for each other here, so that several at the same moment see the first.
    if v_draft.organisation is not null then
        perform 1 from registry_organisation o where o.id = v_draft.organisation for no key update;
    else
        perform 1 from registry_person h where h.id = v_principal for no key update;
    end if;
    select c.stream into p_head.same_as
    from casework_earlier(v_draft) c join record_stream s on s.id = c.stream
    where c.item = any (array(select i.id from registry_item i where i.code = v_item.code)) and c.filed_at > p_head.at - interval '90 days'
      and s.state in ('received', 'correcting', 'examining', 'deciding', 'withdrawn')
    order by c.filed_at limit 1;
    -- Whoever is a party wears that hat and no other; an agent only until the mandate ends.
    if v_draft.mandate is not null then
        v_until := (select (m.until_on + 1)::timestamp at time zone (select k.zone from record_clock k) from casework_mandate m where m.stream = v_draft.mandate);
    end if;
    insert into record_hat (stream, person, hat, number, until, since, stream_since)
    select p_head.id, x, 'applicant', p_head.head, case when x = v_draft.person then v_until end, p_head.at, p_head.since from unnest(v_parties) x
    on conflict (stream, person) do update set until = excluded.until where record_hat.hat = 'applicant';
    get diagnostics v_hats = row_count;  -- one for each party, unless she wears another hat here
    if v_hats <> cardinality(v_parties) then
        perform record_refuse('forbidden', 'hat.second', '{"worn": "applicant", "wanted": "counter"}');
    end if;
    v_number := casework_number(v_item.code);
    insert into casework_case (stream, number, serial, item, agency, applicant, agent, mandate, organisation, form, salt, delivery, instant,
                               unverified, asked_again, visit, filed_at, filed_on)
    values (p_head.id, v_number.number, v_number.serial, v_item.id, v_item.agency, v_principal,
            case when v_draft.mandate is not null then v_draft.person end, v_draft.mandate, v_draft.organisation,
            casework_shown_form(v_draft.item, v_draft.form), v_draft.salt, v_draft.delivery, v_item.instant,
            coalesce(array(select jsonb_array_elements_text(p_facts -> 'unverified')), '{}'), (p_facts ->> 'asked_again')::int,
            (p_facts ->> 'visit')::uuid, p_head.at, v_today);
    insert into casework_contact (stream, phone, email, address, given_by)
    values (p_head.id, coalesce(v_draft.form ->> 'contact_phone', ''), coalesce(v_draft.form ->> 'contact_email', ''), v_draft.address, v_draft.person);
    update casework_document d set filed = p_head.head where d.stream = p_head.id and d.removed_at is null;
    v_received := registry_received(p_head.at);
    perform casework_start_clocks(p_head, v_received, jsonb_build_object('acceptance', v_item.limits -> 'acceptance') || casework_limits_from(v_item.limits, 'received'));
    if p_facts ? 'visit' then
        -- The clerk before whom the person stands was drawn when she came; the same draw gives her the acceptance.
        select a.* into v_clerk from record_assignment a where a.stream = (p_facts ->> 'visit')::uuid and a.purpose = 'window';
        p_head := record_write(p_head, p_head.at, record_epoch_now(), 'case.counter_drawn', p_head.state, record_link(), '', '', null, null, null,
            jsonb_build_object('purpose', 'counter', 'visit', v_clerk.stream, 'drawn', v_clerk.number, 'mark', encode(record_mark(p_head.id, v_clerk.person), 'hex')));
        insert into record_assignment (stream, purpose, ordinal, person, post, number, stream_since)
        values (p_head.id, 'counter', 1, v_clerk.person, v_clerk.post, p_head.head, p_head.since);
        p_head.responsible := v_clerk.person;
    end if;
    return p_head;
end $$;

-- Unanswered to the end of the fifth working day, an application is accepted by law from the day of receipt
-- (Administrative Licensing Law 32(4)): from then on nobody may correct, refuse or accept it, whenever a machine writes it down.
-- A step is judged by the moment that stands in its event, so that none is too late by its own date.
create function casework_deemed_by(p_stream uuid, p_at timestamptz) returns boolean
language sql stable
return exists (select 1 from public.casework_clock k where k.stream = p_stream and k.name = 'acceptance' and k.stopped is null
               and k.due_on < public.record_day(p_at));

create function casework_deemed(p_stream uuid) returns boolean
language sql stable
return public.casework_deemed_by(p_stream, public.record_now());

-- A correction that did not come up to the end of its last day counts as taken back from then on, whenever a machine writes it down.
create function casework_lapsed_by(p_stream uuid, p_at timestamptz) returns boolean
language sql stable
return exists (select 1 from public.casework_clock k where k.stream = p_stream and k.name = 'correction' and k.stopped is null
               and k.due_on < public.record_day(p_at));

create function casework_lapsed(p_stream uuid) returns boolean
language sql stable
return public.casework_lapsed_by(p_stream, public.record_now());

create function casework_not_deemed(p_head record_stream) returns void
language plpgsql as $$
begin
    if casework_deemed_by(p_head.id, p_head.at) then
        perform record_refuse('conflict', 'case.deemed_accepted');
    end if;
end $$;

create function casework_due_writing_of(p_head record_stream) returns void
language sql
begin atomic
    insert into public.casework_due_writing (stream, number) values (p_head.id, p_head.head);
end;

-- Correction: once, and everything at once (32(4)).
create function casework_correction_asked(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_not_deemed(p_head);
    perform casework_refuse_when(exists (select 1 from record_event e where e.stream = p_head.id and e.kind = 'case.correction_asked' and e.number < p_head.head),
                                 'conflict', 'correction.second');
    perform casework_due_writing_of(p_head);
    -- what runs from receipt begins anew with the corrected application
    perform casework_stop_clocks(p_head, '{acceptance,statutory,promise}');
    perform casework_start_clocks(p_head, record_day(p_head.at),
        jsonb_build_object('correction', coalesce(casework_limits(p_head.id) -> 'correction', '{"amount": 30, "unit": "N"}')));
    return p_head;
end $$;

-- A corrected application has a new day of receipt.
create function casework_corrected(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_limits jsonb := casework_limits(p_head.id);
    v_received date := registry_received(p_head.at);
begin
    perform casework_refuse_when(casework_lapsed_by(p_head.id, p_head.at), 'conflict', 'case.lapsed');
    update casework_document d set filed = p_head.head where d.stream = p_head.id and d.removed_at is null and d.filed is null;
    perform casework_stop_clocks(p_head, '{correction}');
    perform casework_start_clocks(p_head, v_received, jsonb_build_object('acceptance', v_limits -> 'acceptance') || casework_limits_from(v_limits, 'received'));
    return p_head;
end $$;

-- A correction that never came: the application counts as taken back (Zhejiang 11, Anyang 36; national law is silent).
create function casework_lapsed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(not casework_lapsed_by(p_head.id, p_head.at), 'not_now', 'clock.still_running');
    return casework_ended(p_head, p_facts);
end $$;

-- Acceptance --------------------------------------------------------------------------------------------------------

create function casework_begin_examining(p_head record_stream, p_from date) returns record_stream
language plpgsql as $$
declare
    v_limits jsonb := casework_limits(p_head.id);
begin
    perform casework_stop_clocks(p_head, '{acceptance}');
    perform casework_start_clocks(p_head, p_from, casework_limits_from(v_limits, 'accepted'));
    perform casework_start_clocks(p_head, record_day(p_head.at), jsonb_build_object('link', v_limits -> 'links' -> 'examining'));
    return casework_ask_fee(p_head);
end $$;

create function casework_accepted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_not_deemed(p_head);
    return casework_begin_examining(p_head, record_day(p_head.at));
end $$;

create function casework_deemed_accepted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_received date := (select k.starts_on from casework_clock k where k.stream = p_head.id and k.name = 'acceptance');
begin
    perform casework_refuse_when(not casework_deemed_by(p_head.id, p_head.at), 'not_now', 'clock.still_running');
    perform casework_refuse_when(p_facts <> jsonb_build_object('since', v_received::text), 'malformed', 'move.malformed');
    update record_assignment a set done = true where a.stream = p_head.id and a.purpose = 'counter';
    return casework_begin_examining(p_head, v_received);
end $$;

-- Not needing a licence (32(1)), or another agency's matter (32(2)): with reasons, at once.
create function casework_turned_away(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_not_deemed(p_head);
    perform casework_due_writing_of(p_head);
    return casework_ended(p_head, p_facts);
end $$;

-- Fees: what the published item says, by the answers given; nobody writes an amount.
create function casework_ask_fee(p_head record_stream) returns record_stream
language plpgsql as $$
declare
    v_lines jsonb;
    v_amount int;
begin
    select jsonb_agg(jsonb_build_object('code', f ->> 'code', 'amount', (f ->> 'amount')::int) order by f ->> 'code' collate "C"), sum((f ->> 'amount')::int)
    into v_lines, v_amount
    from casework_case c join registry_item i on i.id = c.item cross join jsonb_array_elements(i.fees) f
    where c.stream = p_head.id and casework_applies(f -> 'when', c.form) and (f ->> 'amount')::int > 0;
    if v_amount is null then
        return p_head;
    end if;
    p_head := record_write(p_head, p_head.at, record_epoch_now(), 'fee.asked', p_head.state, record_link(), '', '', null, null, null,
                           jsonb_build_object('lines', v_lines, 'amount', v_amount));
    insert into casework_fee (stream, number, lines, amount) values (p_head.id, p_head.head, v_lines, v_amount);
    return p_head;
end $$;

-- Examination and decision --------------------------------------------------------------------------------------------

-- A finding names every condition of the item: those met and, if it fails, those not met. Nothing else is written down.
create function casework_examined(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_conditions jsonb := (select coalesce(jsonb_agg(o ->> 'code' order by o ->> 'code' collate "C"), '[]')
                           from casework_case c join registry_item i on i.id = c.item, jsonb_array_elements(i.conditions) o
                           where c.stream = p_head.id);
    v_named jsonb := (select coalesce(jsonb_agg(x order by x collate "C"), '[]')
                      from (select jsonb_array_elements_text(case jsonb_typeof(p_facts -> 'conditions') when 'array' then p_facts -> 'conditions' else '[]' end)
                            union all select jsonb_array_elements_text(case jsonb_typeof(p_facts -> 'failed') when 'array' then p_facts -> 'failed' else '[]' end)) t (x));
begin
    perform casework_refuse_when(jsonb_typeof(p_facts -> 'conditions') is distinct from 'array'
                                 or p_facts ->> 'finding' = 'fails' and jsonb_typeof(p_facts -> 'failed') is distinct from 'array', 'malformed', 'finding.unknown');
    if p_facts ->> 'finding' = 'meets' and p_facts = jsonb_build_object('finding', 'meets', 'conditions', v_conditions)
       or p_facts ->> 'finding' = 'fails' and v_named = v_conditions and jsonb_array_length(p_facts -> 'failed') > 0
          and p_facts - '{finding,conditions,failed}'::text[] = '{}' then
        perform casework_start_clocks(p_head, record_day(p_head.at), jsonb_build_object('link', casework_limits(p_head.id) -> 'links' -> 'deciding'));
        return p_head;
    end if;
    perform record_refuse('malformed', 'finding.unknown');
end $$;

create function casework_sent_back(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_due_writing_of(p_head);
    perform casework_start_clocks(p_head, record_day(p_head.at), jsonb_build_object('link', casework_limits(p_head.id) -> 'links' -> 'examining'));
    return p_head;
end $$;

-- What blocks a decision: what could not be checked at the counter, and an organisation that is no more.
create function casework_decidable(p_head record_stream) returns void
language plpgsql as $$
declare v_unverified text[] := (select c.unverified from casework_case c where c.stream = p_head.id);
begin
    if v_unverified is distinct from '{}' then
        perform record_refuse('not_now', 'case.unverified', jsonb_build_object('what', v_unverified));
    end if;
end $$;

-- A grant needs a finding that the conditions are met: neither the examiner nor the decider grants alone.
create function casework_granted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_limits jsonb := casework_limits(p_head.id);
begin
    perform casework_decidable(p_head);
    perform casework_refuse_when((select e.facts::jsonb ->> 'finding' from record_event e where e.stream = p_head.id and e.kind = 'case.examined'
                                  order by e.number desc limit 1) is distinct from 'meets', 'conflict', 'decision.against_finding');
    perform casework_holder_exists(p_head.id);
    perform casework_stop_clocks(p_head, '{statutory,promise}');
    perform casework_start_clocks(p_head, record_day(p_head.at),
                                  jsonb_build_object('service', v_limits -> 'service', 'link', v_limits -> 'links' -> 'certifying'));
    insert into casework_due_row (stream, decision) values (p_head.id, p_head.id);
    return p_head;
end $$;

create function casework_denied(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_decidable(p_head);
    perform casework_stop_clocks(p_head, '{statutory,promise,link}');
    perform casework_start_clocks(p_head, record_day(p_head.at), jsonb_build_object('service', casework_limits(p_head.id) -> 'service'));
    insert into casework_due_row (stream, decision) values (p_head.id, p_head.id);
    return p_head;
end $$;

create function casework_grant_signed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_due_row set granted = p_head.id where stream = p_head.id;
    return p_head;
end $$;

-- What a gateway, or a clerk who saw the document, has made good. What the register denied, no clerk makes good alone.
create function casework_verified(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare
    v_gateway boolean := record_link() = 'worker';
    v_asked casework_visit;
    v_visit casework_visit;
begin
    if v_gateway then
        v_asked := casework_asked_of(p_head.id, p_facts);
    end if;
    perform casework_refuse_when(not v_gateway and casework_differs(p_head.id, p_facts ->> 'what'), 'conflict', 'identity.differs');
    update casework_case c set unverified = array_remove(c.unverified, p_facts ->> 'what')
    where c.stream = p_head.id and p_facts ->> 'what' = any (c.unverified);
    perform casework_refuse_when(not found, 'conflict', 'case.verified_already');
    update casework_check k set next_at = 'infinity', differs = false where k.stream = p_head.id and k.what = p_facts ->> 'what';
    update casework_visit v set identity = case when v_gateway then 'matches' else 'seen' end
    from casework_case c where c.stream = p_head.id and v.stream = c.visit returning v.* into v_visit;
    perform casework_proven(v_visit.person, case when v_gateway then 'gateway' else 'seen' end, v_asked.name);
    perform casework_forget_number(v_visit.stream, null);
    return p_head;
end $$;

-- Custody and delivery ----------------------------------------------------------------------------------------------------

-- Who no longer exists holds no licence (Administrative Licensing Law 70(3)): what was granted in time is made no more.
create function casework_holder_exists(p_stream uuid) returns void
language plpgsql as $$
begin
    perform casework_refuse_when(exists (select 1 from casework_case c join registry_organisation o on o.id = c.organisation
                                         where c.stream = p_stream and o.ended_at is not null), 'conflict', 'organisation.ended');
end $$;

-- Custody acts over exactly the decision and with exactly the seal that are due.
create function casework_custody(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_holder_exists(p_head.id);
    if not exists (
        select 1 from casework_decision d
        join casework_case c on c.stream = d.stream join registry_item i on i.id = c.item join registry_seal s on s.id = i.seal
        where d.stream = p_head.id and encode(d.content, 'hex') = p_facts ->> 'decision' and s.code = p_facts ->> 'seal') then
        perform record_refuse('conflict', 'certificate.other_decision');
    end if;
    return p_head;
end $$;

-- Nothing is made before it is paid for.
create function casework_made(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(exists (select 1 from casework_fee f where f.stream = p_head.id and f.paid is null), 'not_now', 'fee.unpaid');
    return casework_custody(p_head, p_facts);
end $$;

create function casework_sealed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_delivery text := (select c.delivery from casework_case c where c.stream = p_head.id);
begin
    perform casework_holder_exists(p_head.id);
    update casework_due_row set certificate = p_head.id where stream = p_head.id;
    perform casework_stop_clocks(p_head, '{link}');
    if v_delivery <> 'electronic' then
        if v_delivery = 'window' then
            perform casework_start_clocks(p_head, record_day(p_head.at),
                jsonb_build_object('collection', coalesce(casework_limits(p_head.id) -> 'collection', '{"amount": 60, "unit": "N"}')));
        end if;
        p_head := record_draw(p_head, p_head.at, record_epoch_now(), 'deliverer', record_link());
    end if;
    return p_head;
end $$;

create function casework_posted(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when((select c.delivery from casework_case c where c.stream = p_head.id) <> 'post', 'conflict', 'delivery.another_way');
    perform casework_refuse_when(p_facts <> jsonb_build_object('carrier', p_facts ->> 'carrier', 'tracking', p_facts ->> 'tracking')
                                 or p_facts ->> 'carrier' !~ '^[a-z0-9_]{2,30}$' or p_facts ->> 'tracking' !~ '^[A-Za-z0-9-]{6,40}$', 'malformed', 'delivery.malformed');
    perform casework_refuse_when(exists (select 1 from casework_parcel l where l.tracking = p_facts ->> 'tracking'), 'conflict', 'delivery.number_used');
    perform casework_refuse_when(exists (select 1 from casework_parcel l where l.stream = p_head.id), 'conflict', 'delivery.came_back');
    insert into casework_parcel (stream, number, carrier, tracking, next_at)
    values (p_head.id, p_head.head, p_facts ->> 'carrier', p_facts ->> 'tracking', record_now() + interval '1 hour');
    return p_head;
end $$;

-- Served by machine: on the applicant's desk, or when the carrier says so (Administrative Licensing Law 44).
create function casework_delivered(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
declare v_delivery text := (select c.delivery from casework_case c where c.stream = p_head.id);
begin
    perform casework_refuse_when(p_facts ->> 'way' is distinct from v_delivery or v_delivery = 'window'
        or v_delivery = 'post' and not exists (select 1 from casework_parcel l where l.stream = p_head.id), 'conflict', 'delivery.another_way');
    if v_delivery = 'post' then
        perform casework_parcel_over(p_head.id, null);
    end if;
    update record_assignment a set done = true where a.stream = p_head.id and not a.done;
    return casework_received(p_head, p_facts);
end $$;

-- The result is with the person. While originals of hers are still here, the case stays open under the clock of collection.
create function casework_received(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    p_head := casework_ended(p_head, p_facts);
    if exists (select 1 from casework_original o where o.stream = p_head.id and o.returned is null) then
        perform casework_start_clocks(p_head, record_day(p_head.at),
            jsonb_build_object('collection', coalesce(casework_limits(p_head.id) -> 'collection', '{"amount": 60, "unit": "N"}')));
    end if;
    return p_head;
end $$;

-- Handed over to a person whose document the clerk saw.
create function casework_handed_over(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(p_facts <> jsonb_build_object('identity', 'seen', 'to', p_facts ->> 'to')
        or not p_facts ->> 'to' = any ('{applicant,agent}'), 'malformed', 'delivery.malformed');
    perform casework_refuse_when(p_facts ->> 'to' = 'agent' and not exists (
        select 1 from casework_case c join casework_mandate m on m.stream = c.mandate
        where c.stream = p_head.id and m.ended_at is null and m.until_on >= record_day(p_head.at)), 'forbidden', 'mandate.not_live');
    if p_head.state = 'closed' then
        -- Collected late, when nobody is drawn any more: by a clerk who serves a party now, or who had a part in the case.
        perform casework_refuse_when(not exists (
            select 1 from record_event e join record_hat h on h.stream = e.stream
            where e.stream = p_head.id and e.number = p_head.head
              and (h.person = e.person and h.number < p_head.head and (h.until is null or h.until > p_head.at) or h.hat = 'applicant' and casework_serves(e.person, h.person) is not null)),
            'missing', 'case.missing');
        perform casework_refuse_when(exists (select 1 from casework_original o where o.stream = p_head.id and o.returned is null), 'not_now', 'original.out');
    end if;
    return casework_received(p_head, p_facts);
end $$;

create function casework_kept(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when((select c.delivery from casework_case c where c.stream = p_head.id) = 'post' and not exists (
        select 1 from casework_parcel l where l.stream = p_head.id), 'not_now', 'delivery.not_sent');
    perform casework_refuse_when(not exists (
        select 1 from casework_clock k where k.stream = p_head.id and k.name = 'collection' and k.stopped is null
        and k.due_on < record_day(p_head.at)), 'not_now', 'clock.still_running');
    return casework_ended(p_head, p_facts);
end $$;

create function casework_closed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(p_facts ->> 'result' is distinct from (select substr(d.kind, 6) from casework_decision d where d.stream = p_head.id),
                                 'malformed', 'move.malformed', '{"kind": "case.closed"}');
    perform casework_refuse_when(exists (select 1 from casework_original o where o.stream = p_head.id and o.returned is null), 'not_now', 'original.out');
    return casework_ended(p_head, p_facts);
end $$;

create function casework_ended(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_stop_clocks(p_head, '{acceptance,correction,statutory,promise,service,collection,link}');
    perform casework_forget_number(c.visit, p_head.id) from casework_case c where c.stream = p_head.id and c.visit is not null;
    update casework_draft d set form = '{}' where d.id = p_head.id and d.form <> '{}';
    if p_head.state = 'withdrawn' then
        update casework_order o set owed_back = true where o.stream = p_head.id and o.state = 'paid';
    end if;
    return p_head;
end $$;

-- Stepping aside, and originals -------------------------------------------------------------------------------------------

create function casework_stepped_aside(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(not p_facts = any (array['{"ground": "interest"}'::jsonb, '{"ground": "absence"}']), 'malformed', 'ground.unknown');
    -- the hat stays hers, so that chance cannot give the case back to her; but she sees it no more
    update record_hat h set until = p_head.at from record_event e
    where e.stream = p_head.id and e.number = p_head.head and h.stream = e.stream and h.person = e.person;
    return p_head;
end $$;

create function casework_original_taken(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    insert into casework_original (stream, taken, material, pieces)
    values (p_head.id, p_head.head, p_facts ->> 'material', (p_facts ->> 'pieces')::int);
    return p_head;
end $$;

create function casework_original_returned(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    update casework_original o set returned = p_head.head
    where o.stream = p_head.id and o.taken = (p_facts ->> 'taken')::int and o.returned is null;
    perform casework_refuse_when(not found, 'conflict', 'original.not_here');
    return p_head;
end $$;

-- A clerk takes or gives back an original, or sees a document that a gateway could not check. She must serve a party of the
-- case now, or have received the case herself, or bring its result.
create function casework_at_counter(
    p_session text, p_case uuid, p_after int, p_kind text, p_facts jsonb, p_key uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if not p_kind = any ('{original.taken,original.returned,case.seen}') then
        perform record_refuse('malformed', 'move.unknown', jsonb_build_object('kind', p_kind));
    elsif not exists (select 1 from record_hat h where h.stream = p_case
                      and (h.until is null or h.until > record_now())
                      and (h.person = v_who.person and h.hat = 'counter' or h.hat = 'applicant' and casework_serves(v_who.person, h.person) is not null)
                      and v_who.role = 'clerk')
        and not (v_who.role = 'clerk' and exists (select 1 from record_assignment a where a.stream = p_case and a.purpose = 'deliverer'
                                                  and a.person = v_who.person and a.post = v_who.post and not a.done)) then
        perform record_refuse('missing', 'case.missing');
    elsif p_kind = 'original.taken' then
        perform casework_refuse_when(not coalesce(p_facts ->> 'pieces' ~ '^[1-9][0-9]?$', false), 'malformed', 'move.malformed');
        perform casework_papers_fit((select c.item from casework_case c where c.stream = p_case), array[p_facts ->> 'material'], 0);
    elsif p_kind = 'original.returned' and not coalesce(p_facts ->> 'taken' ~ '^[1-9][0-9]{0,5}$', false) then
        perform record_refuse('malformed', 'move.malformed');
    end if;
    select r.number, r.hash, r.at, r.state, r.retried into number, hash, at, state, retried
    from record_do(p_case, p_after, p_kind, p_session, p_facts, p_key, true) r;
end $$;

-- What time has brought and nobody has written down yet: for the worker.
create function casework_overdue() returns table (stream uuid, head int, kind text, facts jsonb)
language plpgsql stable as $$
declare v_today date := record_day(record_now());
begin
    perform record_settled();
    return query
        select s.id, s.head, case s.state when 'received' then 'case.deemed_accepted' else 'case.lapsed' end,
               case s.state when 'received' then jsonb_build_object('since', k.starts_on::text) else '{}' end
        from casework_clock k join record_stream s on s.id = k.stream
        where k.stopped is null and k.due_on < v_today and k.name in ('acceptance', 'correction') and s.state in ('received', 'correcting')
        order by k.due_on, k.stream limit 200;
end $$;

-- What could not be checked at the counter and is to be asked again now: for the worker.
create function casework_unverified()
returns table (stream uuid, head int, what text, asked uuid, name text, resident_id text, identity bytea, seconds bigint)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
        select c.stream, s.head, x.what, v.stream, v.name, v.resident_id, h.identity, extract(epoch from clock_timestamp())::bigint
        from casework_case c join record_stream s on s.id = c.stream cross join unnest(c.unverified) x (what)
        cross join lateral casework_visit_to_ask(c.stream) v join registry_person h on h.id = v.person
        left join casework_check k on k.stream = c.stream and k.what = x.what
        where c.unverified <> '{}' and s.state in ('received', 'correcting', 'examining', 'deciding') and v.resident_id is not null
          and coalesce(k.next_at, '-infinity') <= record_now()
        order by coalesce(k.next_at, c.filed_at) limit 50;
end $$;
