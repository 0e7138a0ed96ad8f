-- The statements of one life as the operations send them, each under the login of its link.
reset session authorization;
select item, organisation, form, documents, secret, conditions from bench.given where number = (select nextval('bench.turn') % (select count(*) from bench.given)) \gset
set session authorization "yimen_public";
select stream as s from casework_apply(:secret, :item, :organisation::uuid, :form::jsonb, :documents::jsonb, gen_random_uuid()) \gset
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'counter' \gset
set session authorization "yimen_counter";
select * from record_append(:s::uuid, 2, 'case.accepted', :c, '{"form": "complete"}'::jsonb, gen_random_uuid());
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'examiner' \gset
set session authorization "yimen_decide";
select * from record_append(:s::uuid, 4, 'case.examined', :c, jsonb_build_object('finding', 'meets', 'conditions', :conditions::jsonb), gen_random_uuid());
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'decider' \gset
set session authorization "yimen_decide";
with e as (select * from record_append(:s::uuid, 6, 'case.granted', :c, jsonb_build_object('verdict', 'granted', 'content', encode(sha256(convert_to('bench ' || :s::text, 'UTF8')), 'hex')), gen_random_uuid())), row as (insert into casework_decision (stream, number, body) select :s::uuid, e.number, 'bench ' || :s::text from e where not e.retried) select * from e;
reset session authorization;
set session authorization "yimen_keeper";
with e as (select * from record_append(:s::uuid, 7, 'case.grant_signed', null, jsonb_build_object('content', encode(sha256(convert_to(:s::text, 'UTF8')), 'hex')), gen_random_uuid())), row as (insert into casework_grant (stream, number, signature) select :s::uuid, e.number, convert_to(:s::text, 'UTF8') from e where not e.retried) select * from e;
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'maker' \gset
select l.code as seal from casework_case c join registry_item i on i.id = c.item join registry_seal l on l.id = i.seal where c.stream = :s::uuid \gset
set session authorization "yimen_custody";
select * from record_append(:s::uuid, 9, 'certificate.made', :c, jsonb_build_object('decision', encode(sha256(convert_to('bench ' || :s::text, 'UTF8')), 'hex'), 'seal', :seal::text), gen_random_uuid());
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'first_custodian' \gset
set session authorization "yimen_custody";
select * from record_append(:s::uuid, 11, 'certificate.released', :c, jsonb_build_object('decision', encode(sha256(convert_to('bench ' || :s::text, 'UTF8')), 'hex'), 'seal', :seal::text), gen_random_uuid());
reset session authorization;
select b.secret as c from record_assignment a join bench.session b on b.person = a.person and b.post = a.post where a.stream = :s::uuid and a.purpose = 'second_custodian' \gset
set session authorization "yimen_custody";
select * from record_append(:s::uuid, 13, 'certificate.released_again', :c, jsonb_build_object('decision', encode(sha256(convert_to('bench ' || :s::text, 'UTF8')), 'hex'), 'seal', :seal::text), gen_random_uuid());
reset session authorization;
set session authorization "yimen_keeper";
with e as (select * from record_append(:s::uuid, 14, 'certificate.sealed', null, jsonb_build_object('content', encode(sha256(convert_to('pdf' || :s::text, 'UTF8')), 'hex'), 'number', 'x'), gen_random_uuid())), document as (insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as) select :s::uuid, :s::uuid, 'certificate', 'x.pdf', 'application/pdf', 100000, substr(uuid_send(:s::uuid), 1, 16), sha256(convert_to(:s::text, 'UTF8')), :s::text from e where not e.retried), lock as (insert into casework_document_key (document, key) select :s::uuid, sha256(convert_to(:s::text, 'UTF8')) from e where not e.retried), row as (insert into casework_certificate (stream, number, certificate_no, content, document, valid_until) select :s::uuid, e.number, :s::text, sha256(convert_to('pdf' || :s::text, 'UTF8')), :s::uuid, current_date + 1826 from e where not e.retried) select * from e;
reset session authorization;
set session authorization "yimen_worker";
select * from record_append(:s::uuid, 15, 'certificate.delivered', null, '{"way": "electronic"}'::jsonb, gen_random_uuid());
select * from record_append(:s::uuid, 16, 'case.closed', null, '{"result": "granted"}'::jsonb, gen_random_uuid());
