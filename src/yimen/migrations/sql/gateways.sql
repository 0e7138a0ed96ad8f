-- The world outside: what it was asked and what it answered. Its word moves a case only through an event of the worker.

-- identity -------------------------------------------------------------------------------------------------------------

-- What could not be checked at the counter and is asked again, with growing pauses.
create table casework_check (
    stream  uuid not null references record_stream (id),
    what    text not null,
    tries   int not null default 0,
    next_at timestamptz not null,          -- infinity: it was answered
    differs boolean not null default false,
    primary key (stream, what)
);

-- The pause before the next question: a minute, two, four and so on, and never more than six hours.
create function casework_pause_before(p_tries int, p_first interval, p_longest interval) returns interval
language sql immutable
return least(p_first * power(2, least(p_tries, 20)), p_longest);

-- A gateway did not answer: ask again later.
create function casework_check_later(p_stream uuid, p_what text) returns void
language plpgsql as $$
begin
    perform record_settled();
    insert into casework_check as k (stream, what, tries, next_at)
    select c.stream, p_what, 1, record_now() + casework_pause_before(0, '1 minute', '6 hours')
    from casework_case c where c.stream = p_stream and p_what = any (c.unverified)
    on conflict (stream, what) do update
    set tries = k.tries + 1, next_at = record_now() + casework_pause_before(k.tries, '1 minute', '6 hours') where k.next_at < 'infinity';
end $$;

-- The register says otherwise than the person said. The decision stays blocked, and no clerk lifts that alone.
create function casework_check_differed(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(not exists (select 1 from casework_case c where c.stream = p_head.id and p_facts ->> 'what' = any (c.unverified)),
                                 'conflict', 'case.verified_already');
    perform casework_asked_of(p_head.id, p_facts);
    perform casework_refuse_when(exists (select 1 from casework_check k where k.stream = p_head.id and k.what = p_facts ->> 'what' and k.next_at = 'infinity'),
                                 'conflict', 'identity.differs');
    insert into casework_check (stream, what, next_at, differs) values (p_head.id, p_facts ->> 'what', 'infinity', true)
    on conflict (stream, what) do update set differs = true, next_at = 'infinity';
    return p_head;
end $$;

-- The visit whose number and name the register is asked about for a case: the last one of that person in which they were typed.
create function casework_visit_to_ask(p_stream uuid) returns casework_visit
language sql stable
return (select v from public.casework_case c join public.casework_visit o on o.stream = c.visit join public.casework_visit v on v.person = o.person
        join public.record_event e on e.stream = v.stream and e.number = 1
        where c.stream = p_stream and v.resident_id is not null order by e.at desc, v.ticket desc limit 1);

-- The worker's word is about what it asked, and about nothing that was typed since.
create function casework_asked_of(p_stream uuid, p_facts jsonb) returns casework_visit
language plpgsql stable as $$
declare v_visit casework_visit := casework_visit_to_ask(p_stream);
begin
    perform casework_refuse_when(v_visit.stream is distinct from (p_facts ->> 'asked')::uuid, 'conflict', 'case.moved_meanwhile');
    return v_visit;
end $$;

create function casework_differs(p_stream uuid, p_what text) returns boolean
language sql stable
return exists (select 1 from public.casework_check k where k.stream = p_stream and k.what = p_what and k.differs);

-- A number is kept only while something of that person waits to be checked with it.
create function casework_forget_number(p_visit uuid, p_over uuid) returns void
language plpgsql as $$
declare v_person uuid := (select o.person from casework_visit o where o.stream = p_visit);
begin
    update casework_visit v set resident_id = null, name = null
    where v.person = v_person and v.resident_id is not null and v.ended_at is not null
      and not exists (select 1 from casework_visit o join casework_case c on c.visit = o.stream join record_stream s on s.id = c.stream
                      where o.person = v_person and c.stream is distinct from p_over and c.unverified <> '{}' and s.state in ('received', 'correcting', 'examining', 'deciding'));
end $$;

-- How a person's identity was proven only ever becomes better; a name that the register confirmed replaces one that nobody had checked.
create function casework_proven(p_person uuid, p_proof text, p_name_zh text default null) returns void
language plpgsql as $$
begin
    update registry_person h
    set proof = p_proof,
        name_zh = case when p_proof = 'gateway' and h.proof = 'not_checked' then coalesce(p_name_zh, h.name_zh) else h.name_zh end,
        name_en = case when p_proof = 'gateway' and h.proof = 'not_checked' and h.name_en = h.name_zh then coalesce(p_name_zh, h.name_en) else h.name_en end
    where h.id = p_person and (h.proof = 'not_checked' and p_proof in ('seen', 'gateway') or h.proof = 'seen' and p_proof = 'gateway');
end $$;

-- A person who comes again may have cases that wait, under a name that was mistyped then: the register is asked anew, with what was typed now.
create function casework_check_anew(p_person uuid) returns void
language plpgsql as $$
begin
    update casework_check k set next_at = record_now(), tries = 0
    from casework_case c join casework_visit v on v.stream = c.visit
    where k.stream = c.stream and v.person = p_person and k.what = any (c.unverified);
end $$;

-- payment --------------------------------------------------------------------------------------------------------------

-- An order at the provider for exactly the fee. The number says nothing about the case, and no two orders share one.
create table casework_order (
    number      text primary key check (number ~ '^Y[0-9]{8}[0-9A-F]{16}$'),
    stream      uuid not null references casework_fee (stream),
    amount      int not null check (amount > 0),
    made_at     timestamptz not null,
    valid_until timestamptz not null,
    state       text not null default 'open' check (state in ('open', 'paid', 'closed', 'mismatch', 'surplus')),
    told        jsonb not null default '[]',   -- the payments the provider names, where they are not what was asked
    tries       int not null default 0,
    looked_at   timestamptz,
    next_at     timestamptz,                   -- when the worker looks at it; null: no more, unless someone gives a reason
    owed_back   boolean not null default false -- paid, and the case was withdrawn
);
create unique index casework_order_open on casework_order (stream) where state = 'open';
create index casework_order_stream on casework_order (stream);
create index casework_order_due on casework_order (next_at) where next_at is not null;
create index casework_order_looked_after on casework_order (made_at, number) where state in ('open', 'mismatch', 'surplus') or owed_back;

-- The applicant pays, or a clerk who has her case asks for her: one open order a case, the same one when asked again. Nobody names
-- an amount.
create function casework_pay(p_session text, p_case uuid, out number text, out amount int, out item_zh text, out valid_until timestamptz, out seconds bigint)
language plpgsql as $$
declare
    v_who record;
    v_fee casework_fee;
    v_state text;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    select f.* into v_fee from casework_fee f where f.stream = p_case for update;
    select s.state into v_state from record_stream s
    where s.id = p_case and v_who.role in ('applicant', 'clerk') and casework_may_see(v_who.person, v_who.role, p_case);
    if v_state is null then
        perform record_refuse('missing', 'case.missing');
    elsif v_fee.stream is null then
        perform record_refuse('missing', 'fee.none');
    elsif v_fee.paid is not null then
        perform record_refuse('conflict', 'fee.paid_already');
    elsif not v_state = any ('{examining,deciding,granted,certifying}') then
        perform record_refuse('conflict', 'fee.not_due');
    end if;
    select o.number, o.amount, o.valid_until into number, amount, valid_until from casework_order o where o.stream = p_case and o.state = 'open';
    if not found then
        number := 'Y' || to_char(record_day(record_now()), 'YYYYMMDD') || upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 16));
        amount := v_fee.amount;
        valid_until := record_now() + interval '1 day';
        insert into casework_order (number, stream, amount, made_at, valid_until, next_at)
        values (casework_pay.number, p_case, v_fee.amount, record_now(), casework_pay.valid_until, record_now() + interval '5 seconds');
    end if;
    item_zh := (select i.name_zh from casework_case c join registry_item i on i.id = c.item where c.stream = p_case);
    seconds := extract(epoch from clock_timestamp())::bigint;
end $$;

-- The fee of a case and its orders, for whoever may see the case.
create function casework_payment(p_session text, p_case uuid) returns jsonb
language plpgsql stable as $$
declare
    v_case jsonb := casework_view(p_session, p_case);
begin
    if jsonb_typeof(v_case -> 'fee') is distinct from 'object' then
        perform record_refuse('missing', 'fee.none');
    end if;
    return jsonb_build_object(
        'stream', v_case -> 'stream', 'number', v_case -> 'number', 'state', v_case -> 'state', 'item', v_case -> 'item', 'fee', v_case -> 'fee',
        'role', v_case -> 'role', 'payable', v_case -> 'fee' -> 'payable',
        'orders', (select coalesce(jsonb_agg(jsonb_build_object('number', o.number, 'amount', o.amount, 'made_at', o.made_at, 'state', o.state,
                                             'looked_at', o.looked_at, 'told', o.told) order by o.made_at desc), '[]')
                   from casework_order o where o.stream = p_case));
end $$;

-- A reason to look sooner: the provider calls, or the payer comes back. It is no more than that.
create function casework_order_soon(p_number text) returns boolean
language plpgsql as $$
begin
    perform record_settled();
    update casework_order o set next_at = greatest(record_now(), coalesce(o.looked_at, '-infinity') + interval '2 seconds')
    where o.number = p_number and (o.next_at is null or o.next_at > record_now());
    return exists (select 1 from casework_order o where o.number = p_number);
end $$;

create function casework_orders_due() returns table (number text, stream uuid, head int, amount int, state text, over boolean, seconds bigint)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
        select o.number, o.stream, s.head, o.amount, o.state, o.valid_until < record_now(), extract(epoch from clock_timestamp())::bigint
        from casework_order o join record_stream s on s.id = o.stream
        where o.next_at <= record_now() order by o.next_at limit 50;
end $$;

-- What the worker saw of an order, where it is not the payment that was asked for.
create function casework_order_seen(p_number text, p_saw text, p_told jsonb default '[]') returns void
language plpgsql as $$
begin
    perform record_settled();
    if p_saw is null or not p_saw = any ('{open,away,closed,paid,mismatch,surplus}') or jsonb_typeof(p_told) is distinct from 'array' or length(p_told::text) > 5000 then
        perform record_refuse('malformed', 'payment.malformed');
    end if;
    update casework_order o
    set looked_at = record_now(), tries = o.tries + 1,
        state = case when p_saw = 'closed' and o.state = 'open' then 'closed' when p_saw = 'mismatch' and o.state in ('open', 'closed') then 'mismatch'
                     when p_saw = 'surplus' then 'surplus' else o.state end,
        told = case when p_saw in ('mismatch', 'surplus') then p_told else o.told end,
        next_at = case when p_saw = 'away' or p_saw = 'open' and o.state = 'open'
                       then record_now() + casework_pause_before(o.tries, '5 seconds', '1 hour') end
    where o.number = p_number;
end $$;

-- Paid: exactly the amount that was asked, once, under a reference that paid for nothing else, through an order of ours for it.
create function casework_fee_paid(p_head record_stream, p_facts jsonb) returns record_stream
language plpgsql as $$
begin
    perform casework_refuse_when(exists (select 1 from casework_fee f where f.reference = p_facts ->> 'reference'), 'conflict', 'fee.reference_used');
    update casework_fee f set paid = p_head.head, paid_at = p_head.at, reference = p_facts ->> 'reference'
    where f.stream = p_head.id and f.paid is null and f.amount = (p_facts ->> 'amount')::int;
    perform casework_refuse_when(not found, 'conflict', 'fee.not_as_asked');
    update casework_order o set state = 'paid', looked_at = p_head.at, next_at = null, owed_back = p_head.state = 'withdrawn'
    where o.number = p_facts ->> 'order' and o.stream = p_head.id and o.amount = (p_facts ->> 'amount')::int and o.state in ('open', 'closed');
    perform casework_refuse_when(not found, 'conflict', 'fee.not_as_asked');
    return p_head;
end $$;

-- Payments that a supervisor looks after: open ones, those that are not what was asked, and those that came after the case was over.
create function casework_orders(p_session text, p_limit int, p_before timestamptz default null, p_before_number text default null)
returns table (number text, stream uuid, case_number text, case_state text, item_zh text, item_en text, amount int, made_at timestamptz,
               looked_at timestamptz, state text, told jsonb, what text)
language plpgsql stable as $$
begin
    perform record_settled();
    if (select w.role from record_who(p_session, record_link()) w) <> 'supervisor' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    return query
        select o.number, o.stream, c.number, s.state, i.name_zh, i.name_en, o.amount, o.made_at, o.looked_at, o.state, o.told,
               case when o.state = 'paid' then 'pay_back' else o.state end
        from casework_order o join casework_case c on c.stream = o.stream join record_stream s on s.id = o.stream join registry_item i on i.id = c.item
        where (o.state in ('open', 'mismatch', 'surplus') or o.owed_back)
          and (o.made_at, o.number) < (coalesce(p_before, 'infinity'), coalesce(p_before_number, ''))
        order by o.made_at desc, o.number desc limit least(p_limit, 100);
end $$;
