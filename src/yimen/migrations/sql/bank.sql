-- Fees paid at the bank or the window, where no payment provider is asked: what stands behind the number a payer quotes, and
-- what came under it that was not asked for.

create function casework_order_quoted(p_number text, p_reference text)
returns table (stream uuid, head int, amount int, state text, case_state text, paid boolean, reference text, used boolean)
language plpgsql stable as $$
begin
    perform record_settled();
    return query
        select o.stream, s.head, o.amount, o.state, s.state, f.paid is not null, f.reference,
               exists (select 1 from casework_fee u where u.reference = p_reference and u.stream <> o.stream)
        from casework_order o join casework_fee f on f.stream = o.stream join record_stream s on s.id = o.stream where o.number = p_number;
end $$;

-- Money that came under an order and is not the fee that was asked for: another amount, or more than once. A supervisor looks
-- after it; the same line of a statement again changes nothing.
create function casework_order_came(p_number text, p_saw text, p_reference text, p_amount int) returns boolean
language plpgsql as $$
declare
    v_order casework_order;
    v_came jsonb := jsonb_build_array(jsonb_build_object('reference', p_reference, 'amount', p_amount));
begin
    perform record_settled();
    if p_saw is null or not p_saw = any ('{mismatch,surplus}') or coalesce(p_reference, '') !~ '^[A-Za-z0-9._:/-]{1,100}$' or coalesce(p_amount, 0) <= 0 then
        perform record_refuse('malformed', 'payment.malformed');
    end if;
    select o.* into v_order from casework_order o where o.number = p_number for update;
    if not found then
        perform record_refuse('missing', 'payment.order_missing');
    elsif v_order.told @> v_came or jsonb_array_length(v_order.told) >= 20 then
        return false;
    elsif v_order.state = 'paid' and v_order.told = '[]' then
        v_order.told := (select jsonb_build_array(jsonb_build_object('reference', f.reference, 'amount', f.amount)) from casework_fee f where f.stream = v_order.stream);
    end if;
    update casework_order o
    set told = v_order.told || v_came, looked_at = record_now(), next_at = null,
        state = case when o.state in ('paid', 'surplus') or p_saw = 'surplus' then 'surplus' else 'mismatch' end
    where o.number = p_number;
    return true;
end $$;
