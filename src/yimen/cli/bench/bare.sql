-- The bare schema: what a case management system keeps at the least, with as many moves and no guarantee at all.
-- It is fixed, so that figures of different versions compare.
drop schema if exists bare cascade;
create schema bare;
create table bare.cases (
    id uuid primary key, number bigint generated always as identity, item text not null, applicant uuid not null,
    form jsonb not null, state text not null, head int not null, responsible uuid, due_on date, at timestamptz not null);
create index on bare.cases (responsible, due_on) where state <> 'closed';
create table bare.event (
    case_id uuid not null references bare.cases, number int not null, kind text not null, at timestamptz not null default now(),
    person uuid, facts jsonb not null, primary key (case_id, number));
create table bare.document (
    id uuid primary key default gen_random_uuid(), case_id uuid not null references bare.cases, material text not null,
    name text not null, stored_as text not null, at timestamptz not null default now());
create table bare.decision (case_id uuid primary key references bare.cases, body text not null);
create table bare.certificate (case_id uuid primary key references bare.cases, number text not null unique, document uuid not null);
