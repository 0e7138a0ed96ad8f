-- One case in the order it happens.

-- intake ------------------------------------------------------------------------------------------------------------
create table casework_draft (
    id           uuid primary key default gen_random_uuid(),
    person       uuid not null,
    key          uuid not null,
    item         uuid not null references registry_item (id),
    organisation uuid references registry_organisation (id),
    form         jsonb not null default '{}',
    salt         bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    saved_at     timestamptz not null,
    filed        boolean not null default false,
    unique (person, key)
);
create index casework_draft_mine on casework_draft (person, saved_at desc) where not filed;

-- What the decide login must never see.
create table casework_contact (
    stream uuid primary key,
    phone  text not null,
    email  text not null default ''
);

create table casework_document (
    id         uuid primary key default gen_random_uuid(),
    stream     uuid not null,
    material   text not null,
    name       text not null,
    media_type text not null,
    size       int not null check (size > 0),
    salt       bytea not null check (length(salt) = 16),
    digest     bytea not null check (length(digest) = 32),
    stored_as  text not null,
    added_at   timestamptz not null default now(),
    removed_at timestamptz
);
create index casework_document_stream on casework_document (stream) where removed_at is null;

-- One key for each document; deleting it erases the document. Read only through casework_open_document, which leaves a trace.
create table casework_document_key (
    document uuid primary key references casework_document (id),
    key      bytea not null check (length(key) = 32)
);
create table casework_reading (
    id       bigint generated always as identity primary key,
    document uuid not null references casework_document (id),
    stream   uuid not null,
    person   uuid not null,
    role     text not null,
    at       timestamptz not null
);
create index casework_reading_stream on casework_reading (stream, id);

-- case --------------------------------------------------------------------------------------------------------------
create table casework_case (
    stream       uuid primary key references record_stream (id),
    number       text not null unique,
    serial       bigint not null unique,
    item         uuid not null references registry_item (id),
    applicant    uuid not null references registry_person (id),
    organisation uuid not null references registry_organisation (id),
    form         jsonb not null,
    salt         bytea not null,
    filed_at     timestamptz not null,
    filed_on     date not null
);
create index casework_case_applicant on casework_case (applicant, filed_at desc, stream);
create index casework_case_again on casework_case (organisation, item, filed_at desc);
create index casework_case_latest on casework_case (filed_at desc, stream);

-- Serial numbers of a day come from a sequence, so that filing waits for nobody.
create sequence casework_serial;
create table casework_serial_day (
    day  date primary key,
    base bigint not null
);

-- The clocks of a case: acceptance, statutory, promise, service and the link that is at work now.
create table casework_clock (
    stream      uuid not null references record_stream (id),
    name        text not null check (name in ('acceptance', 'statutory', 'promise', 'service', 'link')),
    started     int not null,
    starts_on   date not null,
    amount      int not null,
    unit        text not null,
    due_on      date not null,
    provisional boolean not null,
    stopped     int,
    stopped_on  date,
    primary key (stream, name)
);
create index casework_clock_running on casework_clock (due_on, stream) where stopped is null;

-- decision ----------------------------------------------------------------------------------------------------------
create table casework_decision (
    stream  uuid not null,
    number  int not null,
    kind    text not null default 'case.granted' check (kind = 'case.granted'),
    body    text not null,
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream),
    constraint decision_is_what_the_record_says
        foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);

-- The agency's signature over the decision, made by the keeper after it checked the record.
create table casework_grant (
    stream    uuid primary key references casework_decision (stream),
    number    int not null,
    kind      text not null default 'case.grant_signed' check (kind = 'case.grant_signed'),
    signature bytea not null,
    content   bytea not null generated always as (sha256(signature)) stored,
    constraint grant_is_what_the_record_says
        foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);

-- certificate -------------------------------------------------------------------------------------------------------
create table casework_certificate (
    stream         uuid primary key references casework_grant (stream),
    number         int not null,
    kind           text not null default 'certificate.sealed' check (kind = 'certificate.sealed'),
    certificate_no text not null unique,
    content        bytea not null check (length(content) = 32),
    document       uuid not null references casework_document (id),
    valid_until    date not null,
    constraint certificate_is_what_the_record_says
        foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);

-- A state that needs a row cannot commit without it: these columns are set by the record and point at the row.
create table casework_due_row (
    stream      uuid primary key references record_stream (id),
    decision    uuid references casework_decision (stream) deferrable initially deferred,
    granted     uuid references casework_grant (stream) deferrable initially deferred,
    certificate uuid references casework_certificate (stream) deferrable initially deferred
);
