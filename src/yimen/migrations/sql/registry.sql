-- The registry: what changes slowly. Every row enters by an entry that one person proposes and another confirms.

create table registry_entry (
    stream  uuid not null,
    number  int not null default 1 check (number = 1),
    kind    text not null default 'entry.proposed' check (kind = 'entry.proposed'),
    body    text not null,
    content bytea not null generated always as (record_digest(body)) stored,
    primary key (stream),
    foreign key (stream, number, kind, content) references record_event (stream, number, kind, content) deferrable initially deferred
);

create table registry_city (
    only_row boolean primary key default true check (only_row),
    code          text not null,
    name_zh       text not null,
    name_en       text not null,
    demonstration boolean not null
);

create table registry_division (
    code    text primary key,
    name_zh text not null,
    name_en text not null,
    level   text not null,
    parent  text references registry_division (code) deferrable initially deferred
);
create index registry_division_parent on registry_division (parent);

create table registry_agency (
    id      uuid primary key,
    code    text not null unique check (code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
    name_zh text not null,
    name_en text not null,
    short_zh text,  -- its short name with the region's, as the numbers of its papers begin
    ended_at timestamptz  -- merged or abolished; what it decided stays its own
);

-- A hall, or a sub-hall that is listed under the hall of its level: its parent is a hall, of the same level and division, so that none
-- lies under a sub-hall and none in a circle.
create table registry_centre (
    id         uuid primary key,
    code       text not null unique,
    name_zh    text not null,
    name_en    text not null,
    level      text not null check (level in ('city', 'county', 'township')),
    division   text not null references registry_division (code),
    address_zh text not null,
    address_en text not null,
    days       jsonb not null,
    opens      time not null,
    closes     time not null,
    phone      text not null,
    kind       text not null check (kind in ('hall', 'sub_hall')),
    parent     uuid,
    longitude  numeric(8, 5) check (longitude between -180 and 180),
    latitude   numeric(7, 5) check (latitude between -90 and 90),
    ended_at   timestamptz,  -- it is a place no more; what was done there stays on record
    under      text generated always as (case when parent is not null then 'hall' end) stored,
    unique (id, kind, level, division),
    constraint sub_hall_lies_under_a_hall check ((kind = 'sub_hall') = (parent is not null)),
    constraint hall_is_of_its_level foreign key (parent, under, level, division) references registry_centre (id, kind, level, division),
    change     uuid references record_stream (id),  -- by which its managers changed days, hours and telephone, after the last entry
    constraint position_is_whole check (num_nulls(longitude, latitude) in (0, 2))
);
create index registry_centre_place on registry_centre (division, kind, code);
create index registry_centre_parent on registry_centre (parent) where parent is not null;

-- Days on which a place is closed beyond its weekly hours.
create table registry_closure (
    centre   uuid not null references registry_centre (id),
    day      date not null,
    name_zh  text not null,
    name_en  text not null,
    ended_at timestamptz,  -- taken back
    change   uuid references record_stream (id),  -- of the managers who closed it or took it back, after the last entry
    primary key (centre, day)
);

create table registry_window (
    id      uuid primary key,
    centre  uuid not null references registry_centre (id),
    code    text not null,
    name_zh text not null,
    name_en text not null,
    ended_at timestamptz,
    change  uuid references record_stream (id),
    unique (centre, code)
);

create table registry_person (
    id       uuid primary key,
    staff_no text unique,
    username text unique,
    name_zh  text not null,
    name_en  text not null,
    identity bytea not null unique,
    proof    text not null default 'registry' check (proof in ('registry', 'gateway', 'seen', 'not_checked')),
    ended_at timestamptz
);

create table registry_post (
    id       uuid primary key,
    person   uuid not null references registry_person (id),
    role     text not null references record_role (role),
    centre   uuid references registry_centre (id),
    agency   uuid references registry_agency (id),
    ended_at timestamptz,
    constraint post_is_at_one_place check (num_nonnulls(centre, agency) = 1),
    unique nulls not distinct (person, role, centre, agency)
);
create index registry_post_place on registry_post ((coalesce(centre, agency))) where ended_at is null;

create table registry_duty (
    post     uuid not null references registry_post (id),
    weekday  int not null check (weekday between 1 and 7),
    ended_at timestamptz,
    since    timestamptz not null default '-infinity',  -- when the database learned of it as it is; no entry says that
    primary key (post, weekday)
);

create table registry_organisation (
    id             uuid primary key,
    code           text not null unique check (code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
    name_zh        text not null,
    name_en        text not null,
    representative uuid not null references registry_person (id),
    ended_at       timestamptz
);
create index registry_organisation_representative on registry_organisation (representative);

create table registry_seal (
    id      uuid primary key,
    code    text not null unique,
    agency  uuid not null references registry_agency (id),
    centre  uuid not null references registry_centre (id),
    kind    text not null check (kind in ('licence', 'approval')),
    name_zh text not null,
    name_en text not null
);

-- The kind of paper that each material is, by its code, as far as it is of a kind that other items know too.
create function registry_kinds(p_materials jsonb) returns jsonb
language sql immutable
return (select coalesce(jsonb_object_agg(m ->> 'code', m ->> 'kind'), '{}') from jsonb_array_elements(p_materials) m where m ->> 'kind' is not null);

-- The questions of a form and their choices, in both languages: what a person calls a thing often stands there and not in its name.
create function registry_asked(p_form jsonb) returns text
language sql immutable
return (select coalesce(lower(string_agg(concat_ws(' ', f ->> 'label_zh', f ->> 'label_en', c ->> 'zh', c ->> 'en'), ' ')), '')
        from jsonb_array_elements(p_form) f left join jsonb_array_elements(coalesce(f -> 'choices', '[]')) c on true);

-- To refuse times that overlap; in a schema of its own, since its functions are not ours.
create schema ranges;
create extension btree_gist schema ranges;

-- A published version of an item: 16 elements, limits, materials, form. Immutable: a case keeps its own.
create table registry_item (
    id           uuid primary key,
    code         text not null,
    version      int not null check (version > 0),
    agency       uuid not null references registry_agency (id),
    centre       uuid not null references registry_centre (id),
    seal         uuid not null references registry_seal (id),
    body         jsonb not null,
    document     jsonb not null default '{}',  -- the whole file, with the source of each value: read by guides only
    rows         jsonb not null default '{}',  -- the implementation list's rows by sheet, of which the body is made
    digest       text not null default '',     -- of all it says, by which a folder is compared with it
    name_zh      text not null generated always as (body ->> 'name_zh') stored,
    name_en      text not null generated always as (body ->> 'name_en') stored,
    limits       jsonb not null generated always as (body -> 'limits') stored,
    -- Parts of the body that steps read: unpacking the whole for one of them cost a third of filing a case.
    materials    jsonb not null generated always as (coalesce(body -> 'materials', '[]')) stored,
    kinds        jsonb not null generated always as (registry_kinds(coalesce(body -> 'materials', '[]'))) stored,
    result_kind  text generated always as (body -> 'result' ->> 'kind') stored,
    form         jsonb not null generated always as (coalesce(body -> 'form', '[]')) stored,
    asked        text not null generated always as (registry_asked(coalesce(body -> 'form', '[]'))) stored,
    conditions   jsonb not null generated always as (coalesce(body -> 'conditions', '[]')) stored,
    fees         jsonb not null generated always as (coalesce(body -> 'fees', '[]')) stored,
    delivery     jsonb not null generated always as (coalesce(body -> 'delivery', '["electronic"]')) stored,
    instant      boolean not null generated always as (coalesce((body ->> 'instant')::boolean, false)) stored,
    for_person   boolean not null generated always as (coalesce(body -> 'service_objects' ? '1', false)) stored,
    for_organisation boolean not null generated always as (coalesce(body -> 'service_objects' ?| '{2,3,4,5,6}', true)) stored,
    entered      boolean not null generated always as (coalesce(rows -> 'items' -> 0 ->> 'entered' = '1', false)) stored,  -- is it in halls
    visits       int generated always as (case when rows #>> '{items,0,visits}' ~ '^[0-9]{1,4}$' then (rows #>> '{items,0,visits}')::int end) stored,
    suspended    boolean not null generated always as (coalesce(rows -> 'items' -> 0 ->> 'state' = '2', false)) stored,  -- in force, and not taken
    published_at timestamptz not null default now(),  -- in force from then
    ended_at     timestamptz,  -- and until then; a version to come is there with the one before it, which ends when it begins; one that was cancelled ended as it began
    revision     uuid,         -- which published it; of an entry's, none
    unique (code, version),
    constraint version_ends_after_it_begins check (ended_at >= published_at),
    -- At every moment one version of an item, so that no place can have another.
    constraint one_version_at_a_time exclude using gist (code ranges.gist_text_ops with =, tstzrange(published_at, ended_at) with &&)
);
alter table registry_item alter column body set storage external, alter column document set storage external, alter column rows set storage external;
create unique index registry_item_last on registry_item (code) where ended_at is null;

-- The versions in force, by the city's clock: true at its time, whoever slept.
create view registry_in_force with (security_invoker = true) as
select i.* from registry_item i
where i.published_at <= statement_timestamp() + (select c.ahead from record_clock c)
  and (i.ended_at is null or i.ended_at > statement_timestamp() + (select c.ahead from record_clock c));

-- How the Chinese name of an item sounds: a syllable a word, and the first letters. Only looked up, so it may be put right in a version.
create table registry_spelling (
    item     uuid primary key references registry_item (id),
    pinyin   text not null,
    initials text not null
);

-- Typing errors, by the letters that two words share and by how English words sound; in a schema of its own, since its functions are not ours.
create schema spelt;
create extension pg_trgm schema spelt;
create extension fuzzystrmatch schema spelt;

-- How the English words of a text sound, so that 'resteraunt' is a restaurant; none where it has other letters.
create function registry_heard(p_text text) returns text[]
language sql immutable
begin atomic
    select coalesce(array_agg(distinct h.heard), '{}')
    from (select spelt.metaphone(left(w, 40), 12) as heard from regexp_split_to_table(lower(p_text), '[^a-z]+') w where length(w) > 1) h
    where h.heard <> '';
end;

-- What people say for it: `stands_for` is the catalogue code of an item, the first nine digits of a main item's, or words that stand in names.
create table registry_synonym (
    word       text not null check (word <> '' and word = lower(word)),
    sound      text not null default '',  -- its pinyin, joined
    initials   text not null default '',
    stands_for text not null check (stands_for <> '' and stands_for = lower(stands_for)),
    of_item    boolean not null generated always as (stands_for ~ '^[0-9]{9}([0-9]{3})?$') stored,
    heard      text[] not null generated always as (registry_heard(word)) stored,
    ended_at   timestamptz,
    primary key (word, stands_for)
);

-- The elements that an item must say before it is published, and the fields of its rows that say them; "materials": at least one.
create table registry_element (
    code     text primary key,
    place    int not null,
    name_zh  text not null,
    name_en  text not null,
    fields   jsonb not null check (jsonb_typeof(fields) = 'array'),
    ended_at timestamptz
);

-- Every day of the years covered, with the number of working days up to it. Provisional: no official arrangement yet.
create table registry_calendar (
    day         date primary key,
    working     boolean not null,
    provisional boolean not null,
    name_zh     text not null default '',
    name_en     text not null default '',
    ordinal     int not null default 0
);
create index registry_calendar_working on registry_calendar (ordinal, day) where working;
