-- The certificate, sealed by the keeper: its file, its key and its row come in with its event and in no other way. Number and term are
-- those of the decision on record, whatever the keeper says.

create function casework_seal(
    p_case uuid, p_after int, p_content bytea, p_document uuid, p_size int, p_salt bytea, p_digest bytea, p_stored_as text, p_key bytea, p_again uuid,
    out number int, out hash bytea, out at timestamptz, out state text, out retried boolean
) language plpgsql as $$
declare v_decided jsonb := (select d.body::jsonb from casework_decision d where d.stream = p_case);
begin
    perform record_settled();
    select r.number, r.hash, r.at, r.state, r.retried into number, hash, at, state, retried
    from record_do(p_case, p_after, 'certificate.sealed', null, jsonb_build_object('content', encode(p_content, 'hex'),
        'number', encode(record_digest(v_decided -> 'certificate' ->> 'number'), 'hex')), p_again, true) r;
    if retried then
        return;
    end if;
    insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as, added_at)
    values (p_document, p_case, 'certificate', (v_decided -> 'certificate' ->> 'number') || '.pdf', 'application/pdf', p_size, p_salt, p_digest, p_stored_as, record_now());
    insert into casework_document_key (document, key) values (p_document, p_key);
    insert into casework_certificate (stream, number, certificate_no, content, document, valid_until)
    values (p_case, casework_seal.number, v_decided -> 'certificate' ->> 'number', p_content, p_document, (v_decided ->> 'valid_until')::date);
end $$;
