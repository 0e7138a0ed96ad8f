-- Bringing a backup back is itself on the record: where the backup ended, and how much is known to be lost. Only the owner brings one
-- back. Every session ends: one that was ended after the backup would be alive again.

create function record_restored(p_facts jsonb) returns uuid
language plpgsql as $$
declare
    v_head record_stream;
    v_place bigint := (select h.place from record_horizon h);
begin
    if p_facts <> jsonb_build_object('taken_at', p_facts ->> 'taken_at', 'place', v_place, 'lost', (p_facts ->> 'lost')::bigint, 'running', p_facts ->> 'running') then
        perform record_refuse('malformed', 'restore.malformed');
    end if;
    update record_session s set ended_at = record_now() where s.ended_at is null;
    insert into record_stream (id, type, head, hash, state, at)
    values (gen_random_uuid(), 'city', 0, decode(repeat('00', 32), 'hex'), '', record_now()) returning * into v_head;
    v_head := record_write(v_head, record_now(), record_epoch_now(), 'record.restored', 'restored', 'owner', 'machine', '', null, null, null, p_facts);
    update record_stream s set head = v_head.head, hash = v_head.hash, state = v_head.state, at = v_head.at where s.id = v_head.id;
    return v_head.id;
end $$;
