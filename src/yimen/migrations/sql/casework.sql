-- One case in the order it happens.

-- visit and mandate ---------------------------------------------------------------------------------------------------
-- A person at a place. Who she is stays out of the record; her resident id is kept only while it waits to be checked. 'seen' is the
-- clerk's word, who looked at the document; 'matches' the register's, which the worker asked.
create table casework_visit (
    stream      uuid primary key references record_stream (id) deferrable initially deferred,
    centre      uuid not null references registry_centre (id),
    person      uuid not null references registry_person (id),
    day         date not null,
    identity    text not null check (identity in ('matches', 'seen', 'not_checked')),
    resident_id text,                                               -- number and name as they were typed, while they wait for the register
    name        text,
    ticket      int not null,
    outcome     text check (outcome in ('filed', 'advice', 'handed_over', 'left')),
    ended_at    timestamptz,
    unique (centre, day, ticket)
);
create index casework_visit_person on casework_visit (person, day);
create index casework_visit_unchecked on casework_visit (stream) where identity = 'not_checked';

-- One person lets another act for her, or for the organisation she represents, in some items or all, until a day.
create table casework_mandate (
    stream       uuid primary key references record_stream (id),
    principal    uuid not null references registry_person (id),
    agent        uuid not null references registry_person (id),
    agent_name   text not null,  -- as the principal typed it: all that she is shown
    organisation uuid references registry_organisation (id),
    items        text[],
    until_on     date not null,
    given_at     timestamptz not null,
    ended_at     timestamptz,
    check (agent <> principal)
);
create index casework_mandate_principal on casework_mandate (principal, given_at desc);
create index casework_mandate_agent on casework_mandate (agent, given_at desc);

-- intake ------------------------------------------------------------------------------------------------------------
create table casework_draft (
    id           uuid primary key default gen_random_uuid(),
    person       uuid not null references registry_person (id),  -- who files: for herself, or by the mandate
    key          uuid not null,
    item         uuid not null references registry_item (id),
    organisation uuid references registry_organisation (id),
    mandate      uuid references casework_mandate (stream),
    form         jsonb not null default '{}',
    delivery     text not null default 'electronic' check (delivery in ('electronic', 'window', 'post')),
    address      text not null default '',
    salt         bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
    saved_at     timestamptz not null,
    filed        boolean not null default false,
    visit        uuid references casework_visit (stream),         -- filled at the window during this visit
    confirmation bytea unique,                                    -- hash of the one-time code under which the person confirms
    device       bytea unique,                                    -- hash of the secret that a screen got in exchange for the code
    confirm_by   timestamptz,
    confirmed    bytea,                                           -- digest of exactly what the person confirmed
    corrects     int,                                             -- the correction notice that is answered at the window; null: it is being filed
    sent         bytea,                                           -- digest of an application that was sent in one piece
    unique (person, key)
);
create index casework_draft_mine on casework_draft (person, saved_at desc) where not filed;

-- What the decide login must never see.
create table casework_contact (
    stream  uuid primary key,
    phone   text not null,
    email   text not null default '',
    address text not null default '',
    given_by   uuid,         -- who gave phone and e-mail: no mail goes there when she acts for nobody here any more
    changed_at timestamptz,
    salt       bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);

create table casework_document (
    id         uuid primary key default gen_random_uuid(),
    stream     uuid not null,
    material   text not null,
    name       text not null,
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),  -- what a browser shows and never runs
    size       int not null check (size > 0),
    salt       bytea not null check (length(salt) = 16),
    digest     bytea not null check (length(digest) = 32),
    stored_as  text not null,
    added_at   timestamptz not null default now(),
    removed_at timestamptz,
    filed      int,   -- the event that brought it into the case; null while it waits in a draft or a correction
    earlier    uuid references casework_document (id),  -- the paper of an earlier case that it is
    signs      bytea  -- of a page that the person signed: the digest of what she signed
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
    number       text collate "C" not null unique, -- in the order of its characters: looked for by how it begins
    serial       bigint not null unique,
    item         uuid not null references registry_item (id),
    agency       uuid not null references registry_agency (id),
    applicant    uuid not null references registry_person (id),     -- for whom, or who represents the organisation
    agent        uuid references registry_person (id),              -- who acts by the mandate
    mandate      uuid references casework_mandate (stream),
    organisation uuid references registry_organisation (id),
    form         jsonb not null,
    salt         bytea not null,
    delivery     text not null default 'electronic',
    instant      boolean not null default false,
    unverified   text[] not null default '{}',                      -- what a gateway could not check yet; blocks the decision
    asked_again  int not null default 0,                            -- papers given although we had them
    visit        uuid references casework_visit (stream),
    filed_at     timestamptz not null,
    filed_on     date not null
);
create index casework_case_applicant on casework_case (applicant, filed_at desc, stream);
create index casework_case_again on casework_case (organisation, item, filed_at desc);
create index casework_case_agency on casework_case (agency, filed_at, stream);
create index casework_case_unverified on casework_case (stream) where unverified <> '{}';
create index casework_case_latest on casework_case (filed_at, stream);

-- Serial numbers of a day come from a sequence, so that filing waits for nobody.
create sequence casework_serial;
create table casework_serial_day (
    day  date primary key,
    base bigint not null
);

-- The clocks of a case: acceptance, statutory, promise, service and the link that is at work now.
create table casework_clock (
    stream      uuid not null references record_stream (id),
    name        text not null check (name in ('acceptance', 'correction', 'statutory', 'promise', 'service', 'collection', 'link')),
    started     int not null,
    starts_on   date not null,
    amount      int not null,
    unit        text not null,
    due_on      date not null,
    provisional boolean not null,
    stopped     int,
    stopped_on  date,
    extended    int not null default 0,  -- days added by approval
    paused_days int not null default 0,  -- days of its unit on which it stood still; not counted
    paused_on   date,                    -- since when it stands still now
    agency      uuid,                    -- whose clock it is, so that an agency's list is a range of one index
    primary key (stream, name)
);
create index casework_clock_running on casework_clock (due_on, stream, name) where stopped is null;
create index casework_clock_agency on casework_clock (agency, due_on, stream, name) where stopped is null;

-- What a person wrote in a step: what to correct, why not, why back. The event carries its hash.
create table casework_writing (
    stream  uuid not null,
    number  int not null,
    kind    text not null,
    body    text not null check (length(body) <= 20000 and jsonb_typeof(body::jsonb) = 'object'),
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream, number),
    constraint writing_says_what_its_step_needs check (coalesce(case kind
        when 'case.correction_asked' then jsonb_array_length(body::jsonb -> 'items') > 0
        when 'case.refused' then length(trim(body::jsonb ->> 'reason')) > 0 and length(trim(body::jsonb ->> 'where')) > 0
        when 'case.not_required' then length(trim(body::jsonb ->> 'reason')) > 0
        when 'case.sent_back' then length(trim(body::jsonb ->> 'reason')) > 0 else true end, false)),
    constraint writing_is_what_the_record_says
        foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);

-- The originals a person left, against a receipt.
create table casework_original (
    stream   uuid not null references record_stream (id),
    taken    int not null,
    material text not null,
    pieces   int not null check (pieces between 1 and 99),
    returned int,
    primary key (stream, taken)
);

-- What is to be paid: computed from the published item by the database, never written by a person.
create table casework_fee (
    stream    uuid primary key references record_stream (id),
    number    int not null,
    lines     jsonb not null,
    amount    int not null check (amount > 0),  -- fen
    paid      int,
    paid_at   timestamptz,
    reference text unique
);
create index casework_fee_open on casework_fee (stream) where paid is null;

-- decision ----------------------------------------------------------------------------------------------------------
create table casework_decision (
    stream  uuid not null,
    number  int not null,
    kind    text not null default 'case.granted' check (kind in ('case.granted', 'case.denied')),
    body    text not null,
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream),
    constraint denial_has_reasons_and_remedies check (case when kind = 'case.denied' then coalesce(
        body::jsonb ->> 'verdict' = 'denied' and jsonb_array_length(body::jsonb -> 'reasons') > 0
        and (body::jsonb -> 'remedies' ->> 'reconsideration_days')::int > 0 and (body::jsonb -> 'remedies' ->> 'action_months')::int > 0, false) else true end),
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
    valid_until    date,  -- without one it holds until something ends it
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
create table casework_due_writing (
    stream uuid not null,
    number int not null,
    primary key (stream, number),
    foreign key (stream, number) references casework_writing (stream, number) deferrable initially deferred
);

-- Papers sent by post.
create table casework_parcel (
    stream   uuid primary key references record_stream (id),
    number   int not null,
    carrier  text not null,
    tracking text not null unique,
    tries     int not null default 0,
    looked_at timestamptz,
    next_at   timestamptz,  -- when the carrier is asked; null: no more
    returned  int           -- the event by which it came back
);
create index casework_parcel_due on casework_parcel (next_at) where next_at is not null;
