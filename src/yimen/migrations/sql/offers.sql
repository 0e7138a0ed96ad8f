-- Which items a place offers. An item stands here by its code and never by a version: the version in force is the same at every place.

-- A row of a level offers an item in all halls of that level, also in one that is built later; a row of a place goes before it, and
-- either offers the item there or says why it does not. Of an offer only the telephone and the hours can be the place's own.
create table registry_offer (
    item      text not null,
    level     text check (level in ('city', 'county', 'township')),
    place     uuid references registry_centre (id),
    offered   boolean not null default true,
    reason_zh text check (length(reason_zh) between 1 and 500),
    reason_en text check (length(reason_en) between 1 and 500),
    phone     text check (length(phone) between 1 and 40),
    days      jsonb check (jsonb_typeof(days) = 'array' and days <@ '[1, 2, 3, 4, 5, 6, 7]' and days <> '[]'),
    opens     time,
    closes    time,
    ended_at  timestamptz,
    change    uuid references record_stream (id),  -- of the managers who said so, after the last entry
    constraint offer_is_of_a_level_or_a_place unique nulls not distinct (item, level, place),
    constraint offer_is_of_one_of_them check (num_nonnulls(level, place) = 1),
    constraint a_level_only_offers check (place is not null or offered),
    constraint what_is_not_offered_says_why check (case when offered then num_nonnulls(reason_zh, reason_en) = 0
                                                        else num_nonnulls(reason_zh, reason_en) = 2 end),
    constraint only_an_offer_of_a_place_has_its_own check (place is not null and offered or num_nonnulls(phone, days, opens, closes) = 0),
    constraint hours_are_whole check (num_nonnulls(days, opens, closes) in (0, 3) and (opens is null or opens < closes))
);
create index registry_offer_place on registry_offer (place, item) where place is not null and ended_at is null;

-- Every item in force at every place: whether it is offered there, and with which telephone and hours.
create view registry_offering with (security_invoker = true) as
select i.id as item, i.code, i.version, i.entered, c.id as place,
       i.entered and coalesce(p.offered, l.item is not null) as offered,
       p.reason_zh, p.reason_en, coalesce(p.phone, c.phone) as phone,
       coalesce(p.days, c.days) as days, coalesce(p.opens, c.opens) as opens, coalesce(p.closes, c.closes) as closes,
       coalesce(p.offered and num_nonnulls(p.phone, p.days) > 0, false) as own
from registry_in_force i cross join registry_centre c
left join registry_offer l on l.item = i.code and l.level = c.level and c.kind = 'hall' and l.ended_at is null
left join registry_offer p on p.item = i.code and p.place = c.id and p.ended_at is null
where c.ended_at is null;

-- Puts offers in force, as an entry or a change of a place says them. Refuses an item that never was.
create function registry_apply_offers(b jsonb, p_change uuid default null) returns void
language plpgsql as $$
declare v_unknown text := (select min(coalesce(x.item, '?')) from jsonb_populate_recordset(null::registry_offer, b) x
                           where not exists (select 1 from registry_item i where i.code = x.item));
begin
    if v_unknown is not null then
        perform record_refuse('malformed', 'entry.malformed', jsonb_build_object('detail', left('no such item: ' || v_unknown, 200)));
    end if;
    insert into registry_offer (item, level, place, offered, reason_zh, reason_en, phone, days, opens, closes, ended_at, change)
    select x.item, x.level, x.place, coalesce(x.offered, true), x.reason_zh, x.reason_en, x.phone, x.days, x.opens, x.closes, x.ended_at, p_change
    from jsonb_populate_recordset(null::registry_offer, b) x
    on conflict (item, level, place) do update set offered = excluded.offered, reason_zh = excluded.reason_zh, reason_en = excluded.reason_en,
        phone = excluded.phone, days = excluded.days, opens = excluded.opens, closes = excluded.closes, ended_at = excluded.ended_at, change = excluded.change;
end $$;
