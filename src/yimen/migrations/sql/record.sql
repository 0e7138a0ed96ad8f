-- The record: what is never changed, and the only function that writes it.
--
-- Tables belong to the owner, who serves migrations and nothing else. The functions belong to a role that cannot log in
-- and that may add to the record but not change or delete what is in it. Serving logins get EXECUTE, column by column
-- reading, and nothing else (privileges.sql).

-- The hash by which a row is bound to its event.
create function record_digest(body text) returns bytea
language sql immutable
return sha256(convert_to(body, 'UTF8'));

-- Which link a database role serves. Filled when the installation is prepared.
create table record_login (
    role  name primary key,
    login text not null unique
          check (login in ('owner', 'door', 'public', 'counter', 'decide', 'custody', 'registry', 'oversight', 'worker', 'keeper'))
);

-- The clock of the city. Only the owner can write it; tests move time here and nowhere else.
create table record_clock (
    only_row boolean primary key default true check (only_row),
    ahead    interval not null default '0',
    zone     text not null default 'Asia/Shanghai'
);
insert into record_clock default values;

-- After a dump and restore transaction ids begin anew, so events are ordered by (epoch, transaction).
create table record_epoch (
    epoch             int generated always as identity primary key,
    system_identifier bigint not null,
    database          oid not null,
    opened_at         timestamptz not null,
    unique (system_identifier, database)
);

create table record_session (
    hash      bytea primary key check (length(hash) = 32),
    person    uuid not null,
    post      uuid,
    login     text not null,
    opened_at timestamptz not null,
    ends_at   timestamptz not null,
    ended_at  timestamptz
);
create index record_session_person on record_session (person) where ended_at is null;

create table record_role (
    role  text primary key,
    login text not null
);

create table record_stream (
    id          uuid primary key,
    type        text not null,
    head        int not null,
    hash        bytea not null,
    state       text not null,
    at          timestamptz not null,
    centre      uuid,
    agency      uuid,
    same_as     uuid,
    responsible uuid,
    waits_for   text,
    open        boolean not null default true,
    since       timestamptz not null default now()  -- when its first event was recorded
);
create index record_stream_waits on record_stream (at) where waits_for is not null;
create index record_stream_same_as on record_stream (same_as) where same_as is not null;
-- Lists of cases, the newest first: what is open, what is over, and by agency and link.
create index record_stream_newest on record_stream (since, id) where open and type = 'case';
create index record_stream_newest_agency on record_stream (agency, since, id) where open and type = 'case';
create index record_stream_over on record_stream (since, id) where not open and type = 'case';
create index record_stream_over_agency on record_stream (agency, since, id) where not open and type = 'case';
create index record_stream_state on record_stream (state, since, id) where type = 'case';
create index record_stream_state_agency on record_stream (agency, state, since, id) where type = 'case';

create table record_event (
    stream  uuid not null references record_stream (id),
    number  int not null,
    kind    text not null,
    at      timestamptz not null,
    person  uuid,
    post    uuid,
    login   text not null,
    role    text not null,
    hat     text not null,
    mark    bytea not null,
    key     uuid,
    facts   text not null,
    content bytea,
    prev    bytea not null,
    hash    bytea not null,
    epoch   int not null,
    xact    xid8 not null,
    -- one constraint: each is read and made ready anew for every event
    constraint event_is_well_formed check (number > 0 and jsonb_typeof(facts::jsonb) = 'object' and length(prev) = 32 and length(hash) = 32
                                           and coalesce(length(content) = 32, true)),
    primary key (stream, number),
    unique (stream, number, kind, content),
    unique (stream, key)
);
create index record_event_order on record_event (epoch, xact);

-- One person, one hat: a human being wears one hat on one stream. Who acts for another wears it until the mandate ends; the
-- row stays, so that nobody comes back under another hat.
create table record_hat (
    stream uuid not null,
    person uuid not null,
    hat    text not null,
    number int not null,
    until  timestamptz,
    since  timestamptz not null default now(),
    stream_since timestamptz not null default now(),  -- when its stream began, so that a list in that order is a range of one index
    primary key (stream, person),
    foreign key (stream, number) references record_event (stream, number) deferrable initially deferred
);
create index record_hat_applicant on record_hat (person, since, stream) where hat = 'applicant';

-- What chance is asked for: who of which pool, and what the event is called. With `waits`, a step for which there is nobody
-- to draw goes on and is drawn later; that function says who answers for it meanwhile.
create table record_purpose (
    purpose text primary key,
    role    text not null,
    pool    text not null check (pool in ('centre', 'agency')),
    kind    text not null unique,
    again   boolean not null,
    waits   text
);

-- The table of moves: which link may do what, from which state to which ('=' leaves it), in which hat. `holds` is the step one
-- must have been drawn for, and `keeps` leaves it with that person; `draws` gives the next step to whom chance drew for it
-- before, or draws; `redraws` always draws anew. What `follows` is written by the database after another move of any link.
-- `facts` names what an event may say (facts.sql); null where the database itself writes or compares every word of it.
create table record_move (
    kind        text primary key,
    type        text not null,
    login       text not null,
    role        text,
    from_states text[] not null,
    to_state    text not null,
    hat         text,
    holds       text references record_purpose (purpose),
    keeps       boolean not null default false,
    draws       text references record_purpose (purpose),
    redraws     boolean not null default false,
    follows     boolean not null default false,
    machine     boolean not null default false,
    content     boolean not null default false,
    inner_only  boolean not null default false,
    ends        boolean not null default false,
    effect      text,
    facts       jsonb,
    unique (kind, type),
    check (machine = (hat is null)),
    check (not machine or role is null)
);

-- Who was drawn. Read through functions that ask for a session; no serving login reads the table.
create table record_assignment (
    stream  uuid not null references record_stream (id),
    purpose text not null references record_purpose (purpose),
    ordinal int not null,
    person  uuid not null,
    post    uuid not null,
    number  int not null,
    done    boolean not null default false,
    stream_since timestamptz not null default now(),  -- as of a hat
    primary key (stream, purpose),
    foreign key (stream, number) references record_event (stream, number) deferrable initially deferred
);
create index record_assignment_todo on record_assignment (person, stream) where not done;

-- A pool's day of draws: roster and both commitments, made before any draw of the day.
create table record_draw_day (
    pool                  uuid not null,
    day                   date not null,
    stream                uuid not null unique references record_stream (id),
    roster_digest         bytea not null,
    centre_commitment     bytea not null,
    supervisor_commitment bytea,
    revealed              boolean not null default false,
    primary key (pool, day)
);
create table record_draw_seed (
    pool uuid not null,
    day  date not null,
    half text not null check (half in ('centre', 'supervisor')),
    seed bytea not null check (length(seed) = 32),
    primary key (pool, day, half)
);
create table record_draw_roster (
    pool      uuid not null,
    day       date not null,
    pseudonym text not null,
    role      text not null,
    person    uuid not null,
    post      uuid not null,
    primary key (pool, day, pseudonym),
    unique (pool, day, post)
);

-- The one order of all events, given by the sequencer after the fact.
create table record_place (
    place   bigint primary key,
    stream  uuid not null,
    number  int not null,
    running bytea not null,
    unique (stream, number),
    foreign key (stream, number) references record_event (stream, number)
);
create table record_horizon (
    only_row boolean primary key default true check (only_row),
    epoch    int not null default 0,
    xact     xid8 not null default '0',
    place    bigint not null default 0,
    running  bytea not null default decode(repeat('00', 32), 'hex')
);
insert into record_horizon default values;

create table record_cursor (
    name  text primary key,
    login text not null,
    place bigint not null default 0
);
create table record_parked (
    name  text not null references record_cursor (name),
    place bigint not null,
    error text not null,
    tries int not null,
    at    timestamptz not null,
    primary key (name, place)
);

-- The running hash, signed every minute by the keeper; the same line goes into a file outside the database.
create table record_minute (
    place     bigint primary key,
    running   bytea not null,
    at        timestamptz not null,
    signature bytea not null
);
