-- Mail on its way: taken, handed over once, and what became of it. No address stands in these rows (notices.sql).

-- Take the next mail that is due: its state is changed and committed before anybody speaks to a mail server. Null when none is.
create function casework_mail_claim() returns jsonb
language plpgsql as $$
declare
    v_mail casework_mail;
    v_contact casework_contact;
    v_rule casework_notice_policy;
    v_says jsonb;
    v_instead text;
begin
    perform record_settled();
    loop
        select m.* into v_mail from casework_mail m where m.state = 'waiting' and m.due_at <= record_now()
        order by m.due_at limit 1 for update skip locked;
        if not found then
            return null;
        end if;
        select p.* into v_rule from casework_notice_policy p where p.version = v_mail.version and p.kind = v_mail.kind;
        select c.* into v_contact from casework_contact c where c.stream = v_mail.stream;
        v_says := casework_notice_says(v_mail.stream, v_rule.kind, v_rule.clocks);
        v_instead := case when v_rule.why in ('you_act', 'you_collect') and v_says -> 'dates' = '[]' then 'overtaken'
                          when v_rule.why = 'you_pay' and not exists (select 1 from casework_fee f where f.stream = v_mail.stream and f.paid is null) then 'overtaken'
                          when coalesce(v_contact.email, '') = '' then 'no_address'
                          when v_contact.given_by is null or not casework_told(v_mail.stream, v_contact.given_by) then 'withheld' end;
        exit when v_instead is null;
        update casework_mail m set state = v_instead, settled_at = record_now() where m.stream = v_mail.stream and m.number = v_mail.number;
    end loop;
    update casework_mail m set state = 'claimed', claim = gen_random_uuid(), claimed_at = record_now(), tries = m.tries + 1
    where m.stream = v_mail.stream and m.number = v_mail.number returning m.* into v_mail;
    return (select jsonb_build_object('token', v_mail.token, 'claim', v_mail.claim, 'tries', v_mail.tries, 'email', v_contact.email,
                                      'kind', v_rule.kind, 'stream', c.stream, 'case_number', c.number, 'item_zh', i.name_zh, 'item_en', i.name_en, 'at', e.at) || v_says
            from casework_case c join registry_item i on i.id = c.item join record_event e on e.stream = c.stream and e.number = v_mail.number
            where c.stream = v_mail.stream);
end $$;

-- Said right before the mail's text and last line are given away. Whoever lost the claim meanwhile is told so, and gives nothing away.
create function casework_mail_hand_over(p_token uuid, p_claim uuid) returns boolean
language plpgsql as $$
begin
    perform record_settled();
    update casework_mail m set state = 'handing', claimed_at = record_now() where m.token = p_token and m.claim = p_claim and m.state = 'claimed';
    return found;
end $$;

-- What came of it: sent, failed, uncertain, no_gateway, or later: again after a pause that grows (1, 4, 16, 64 minutes, then 4 hours), and
-- given up after five days. Only who holds the claim can say so.
create function casework_mail_settle(p_token uuid, p_claim uuid, p_outcome text, p_reply text) returns void
language plpgsql as $$
declare v_mail casework_mail;
begin
    perform record_settled();
    select m.* into v_mail from casework_mail m
    where m.token = p_token and m.claim = p_claim and m.state in ('claimed', 'handing', 'uncertain') for update;
    if not found then
        return;
    elsif p_outcome is null or p_outcome not in ('sent', 'failed', 'uncertain', 'no_gateway', 'later') then
        perform record_refuse('malformed', 'move.malformed');
    elsif p_outcome = 'later' and v_mail.made_at > record_now() - interval '5 days' then
        update casework_mail m set state = 'waiting', claim = null, reply = p_reply,
            due_at = record_now() + least(interval '1 minute' * power(4, least(v_mail.tries, 10) - 1), interval '4 hours')
        where m.token = p_token;
        return;
    end if;
    update casework_mail m set state = case p_outcome when 'later' then 'failed' else p_outcome end, settled_at = record_now(), reply = p_reply
    where m.token = p_token;
end $$;

-- What a process left behind that died or hangs: before the last line it was surely not sent and is taken again; after it nobody knows.
create function casework_mail_recover() returns int
language plpgsql as $$
declare
    v_again int;
    v_uncertain int;
begin
    perform record_settled();
    update casework_mail m set state = 'waiting', claim = null, due_at = record_now()
    where m.state = 'claimed' and m.claimed_at < record_now() - interval '10 minutes';
    get diagnostics v_again = row_count;
    update casework_mail m set state = 'uncertain', settled_at = record_now()
    where m.state = 'handing' and m.claimed_at < record_now() - interval '10 minutes';
    get diagnostics v_uncertain = row_count;
    return v_again + v_uncertain;
end $$;

-- A bounce came back: known by the token in the address it came to, or in the Message-ID it quotes.
create function casework_mail_bounced(p_token uuid, p_reply text) returns text
language plpgsql as $$
begin
    perform record_settled();
    update casework_mail m set state = 'bounced', settled_at = record_now(), reply = p_reply
    where m.token = p_token and m.state in ('handing', 'sent', 'uncertain');
    if found then
        return 'recorded';
    end if;
    return coalesce((select case m.state when 'bounced' then 'known' else 'not_sent' end from casework_mail m where m.token = p_token), 'unknown');
end $$;

-- An operator looked into the mail server's log and says what became of an uncertain mail: sent, or not, and then it is sent again.
create function casework_mail_decide(p_token uuid, p_sent boolean) returns boolean
language plpgsql as $$
begin
    perform record_settled();
    update casework_mail m set state = case when p_sent then 'sent' else 'waiting' end, claim = null, due_at = record_now(),
        settled_at = case when p_sent then record_now() end
    where m.token = p_token and m.state = 'uncertain';
    return found;
end $$;
