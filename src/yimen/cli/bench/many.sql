-- The people of a large city, beside those of the sample: officials at every agency and at the city's centre, applicants, and
-- organisations. Who is the first of a kind is the busiest one.
create schema if not exists bench;
create table if not exists bench.loaded (first int primary key, past int not null);  -- which cases are there, part by part
create table if not exists bench.person (kind text, number int, id uuid, post uuid, place uuid, primary key (kind, place, number));

with wanted as (
    select r.role, a.id as agency, null::uuid as centre, n
    from registry_agency a cross join (values ('examiner', 12), ('decider', 8)) r (role, many) cross join generate_series(0, r.many - 1) n
    where a.id in (select i.agency from registry_item i)
    union all
    select r.role, null, c.id, n
    from registry_centre c cross join (values ('clerk', 120), ('maker', 30), ('custodian', 60), ('supervisor', 2)) r (role, many)
    cross join generate_series(0, r.many - 1) n
    where c.id in (select i.centre from registry_item i)),
named as (select w.*, gen_random_uuid() as person, gen_random_uuid() as post from wanted w),
people as (
    insert into registry_person (id, name_zh, name_en, identity)
    select person, '测速员' || n, 'Bench ' || role || ' ' || n, sha256(uuid_send(person)) from named),
posts as (insert into registry_post (id, person, role, centre, agency) select post, person, role, centre, agency from named),
duty as (insert into registry_duty (post, weekday) select post, d from named, generate_series(1, 7) d)
insert into bench.person select role, n, person, post, coalesce(agency, centre) from named where not exists (select 1 from bench.person);

with named as (
    select n, gen_random_uuid() as id from generate_series(0, {applicants} - 1) n
    where not exists (select 1 from bench.person b where b.kind = 'applicant' and b.number = n)),
people as (
    insert into registry_person (id, name_zh, name_en, identity)
    select id, '申请人' || n, 'Applicant ' || n, sha256(uuid_send(id)) from named)
insert into bench.person select 'applicant', n, id, null, '00000000-0000-0000-0000-000000000000' from named;

with named as (
    select b.number, b.id as representative, gen_random_uuid() as id from bench.person b
    where b.kind = 'applicant' and b.number % 10 = 0 and not exists (select 1 from bench.person o where o.kind = 'organisation')),
made as (
    insert into registry_organisation (id, code, name_zh, name_en, representative)
    select id, '91220000' || lpad(number::text, 10, '0'), '测速公司' || number, 'Bench company ' || number, representative from named)
insert into bench.person select 'organisation', number, id, representative, '00000000-0000-0000-0000-000000000000' from named;

-- What waits on the desk of the busiest applicant: drafts she never filed.
insert into casework_draft (person, key, item, saved_at)
select b.id, gen_random_uuid(), i.id, now() - make_interval(hours => n)
from bench.person b cross join generate_series(1, 60) n
cross join lateral (select x.id from registry_item x where x.ended_at is null order by x.id offset n % 20 limit 1) i
where b.kind = 'applicant' and b.number = 0 and not exists (select 1 from casework_draft d where d.person = b.id);

-- Who waits at the window for the busiest clerk.
with clerk as (select b.* from bench.person b where b.kind = 'clerk' and b.number = 0 order by b.place limit 1),
visits as (
    select gen_random_uuid() as id, k.id as clerk, k.post, k.place, v.id as visitor, v.number
    from clerk k cross join (select b.id, b.number from bench.person b where b.kind = 'applicant' and b.number between 1 and 30) v
    where not exists (select 1 from casework_visit)),
streams as (
    insert into record_stream (id, type, head, hash, state, at, centre, responsible)
    select id, 'visit', 1, decode(repeat('00', 32), 'hex'), 'waiting', now(), place, clerk from visits),
events as (
    insert into record_event (stream, number, kind, at, login, role, hat, mark, facts, prev, hash, epoch, xact)
    select id, 1, 'visit.opened', now(), 'counter', 'clerk', '', '', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 1, '10' from visits),
given as (insert into record_assignment (stream, purpose, ordinal, person, post, number) select id, 'window', 1, clerk, post, 1 from visits)
insert into casework_visit (stream, centre, person, day, identity, ticket) select id, place, visitor, registry_today(), 'seen', number from visits;
