-- What items are found by, in one narrow table: everything is lowered, joined and taken apart when an item is entered or published, so
-- that a search reads a thousand short rows and nothing else. Written by the functions that write items, and derived from these whole.
create table registry_sought (
    item      uuid primary key references registry_item (id),
    code      text not null,
    catalogue text not null,  -- its last three digits are the variant of a main item
    name_zh   text not null,
    name_en   text not null,
    names     text not null generated always as (name_zh || ' ' || name_en) stored,
    pinyin    text not null,  -- between spaces, as its syllables are
    joined    text not null generated always as (replace(pinyin, ' ', '')) stored,
    initials  text not null,
    heard     text[] not null generated always as (registry_heard(name_en)) stored,
    later     boolean not null generated always as (name_zh ~ '（[^（）]*(变更|延续|补证|注销)[^（）]*）$') stored,  -- on what one has already
    asked     text not null,
    agency    uuid not null references registry_agency (id),
    kinds     text[] not null,  -- person, organisation, instant
    themes    text[] not null   -- p and a theme for persons, e and one for enterprises
);
create index registry_sought_agency on registry_sought (agency);
create index registry_sought_main on registry_sought (left(catalogue, 9));
-- Of a thousand names these leave twenty to compare letter by letter.
create index registry_sought_written on registry_sought using gin (name_en spelt.gin_trgm_ops);
create index registry_sought_sounds on registry_sought using gin (joined spelt.gin_trgm_ops);
create index registry_synonym_written on registry_synonym using gin (word spelt.gin_trgm_ops);

-- Events of a life, of a person or a company, with what is then to be done: catalogue codes of items, or the first nine digits of one.
create table registry_life_event (
    code     text primary key check (code ~ '^[a-z][a-z-]{0,39}$'),
    ordinal  int not null,
    name_zh  text not null,
    name_en  text not null,
    items    text[] not null,
    ended_at timestamptz
);

-- Take items into what is sought, as they are now, and take out whatever has ended.
create function registry_seek(p_items uuid[]) returns void
language plpgsql as $$
begin
    delete from registry_sought s using registry_item i where i.id = s.item and i.ended_at <= record_now();
    insert into registry_sought (item, code, catalogue, name_zh, name_en, pinyin, initials, asked, agency, kinds, themes)
    select i.id, lower(i.code), substr(i.code, 20), lower(i.name_zh), lower(i.name_en), ' ' || coalesce(p.pinyin, '') || ' ', coalesce(p.initials, ''), i.asked, i.agency,
           array_remove(array[case when i.for_person then 'person' end, case when i.for_organisation then 'organisation' end,
                              case when i.instant then 'instant' end], null),
           array(select 'p' || t from string_to_table(i.rows #>> '{items,0,person_themes}', '^') t where t <> '')
           || array(select 'e' || t from string_to_table(i.rows #>> '{items,0,enterprise_themes}', '^') t where t <> '')
    from registry_item i left join registry_spelling p on p.item = i.id
    where i.id = any (p_items) and (i.ended_at is null or i.ended_at > record_now())
    on conflict (item) do update set pinyin = excluded.pinyin, initials = excluded.initials;
end $$;

-- Items that are meant by what was typed, by rank: 1 code or name, 2 what people say for it, 3 how the name begins, 4 all the words, 6 pinyin,
-- 7 initials, 8 an everyday word within what was typed, 9 characters that sound like that. Of one rank, whoever has the longer everyday
-- word comes first, and what one gets before what is done later with it.
create function registry_meant(p_typed text, p_words text[], p_spelled text)
returns table (item uuid, rank int, score real)
language sql stable
begin atomic
    with typed as materialized (
        select p_typed ~ '^[ -~]*$' as latin, length(p_typed) as long, coalesce(nullif(replace(p_spelled, ' ', ''), ''), p_typed) as sound,
               ' ' || p_spelled || ' ' as syllables, ' ' || p_typed || ' ' as spaced,
               array(select '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' from unnest(p_words) w) as patterns
    ), said as materialized (
        select y.stands_for, sum(case when y.word = p_typed or (t.latin or t.long > 2) and y.sound = t.sound then 1000
                                      when t.latin and y.initials = p_typed then 500
                                      when starts_with(y.word, p_typed) or starts_with(y.sound, t.sound) then t.long else length(y.word) end)::real as score
        from public.registry_synonym y, typed t
        where y.ended_at is null and y.of_item and (
            t.long > 1 and starts_with(y.word, p_typed)
            or t.long > 2 and y.sound = t.sound
            or t.latin and (length(t.sound) > 4 and starts_with(y.sound, t.sound) or t.long > 2 and y.initials = p_typed)
            or strpos(p_typed, y.word) > 0 and (y.sound <> '' or strpos(t.spaced, ' ' || y.word || ' ') > 0))
        group by y.stands_for
    ), hits as (
        select s.item, 0 as score, case
            when t.latin and t.long = 1 then case when starts_with(s.initials, p_typed) or starts_with(s.name_en, p_typed) then 7 end
            when s.names like all (t.patterns) then case when p_typed in (s.name_zh, s.name_en) then 1
                when starts_with(s.name_zh, p_typed) or starts_with(s.name_en, p_typed) then 3 else 4 end
            when not t.latin then case when t.long > 1 and strpos(s.pinyin, t.syllables) > 0 then 9 end
            when starts_with(s.joined, t.sound) or length(t.sound) > 4 and strpos(s.joined, t.sound) > 0 then 6
            when starts_with(s.initials, p_typed) or t.long > 2 and strpos(s.initials, p_typed) > 0 then 7
            when p_typed in (s.code, s.catalogue) then 1
        end as rank
        from public.registry_sought s, typed t
        union all
        select s.item, d.score, case when d.score >= 1000 then 2 when d.score >= 500 then 7 else 8 end
        from said d join public.registry_sought s on left(s.catalogue, 9) = left(d.stands_for, 9) and starts_with(s.catalogue, d.stands_for)
    )
    select h.item, min(h.rank), max(h.score)::real from hits h where h.rank is not null group by h.item;
end;

-- Where nothing is meant: those whose form has the words (10), and those that are nearly written or nearly sound like that, that have more
-- than half of its parts, or whose everyday word is nearly written or sounds like that (11).
create function registry_nearly(p_typed text, p_words text[], p_spelled text, p_parts text[])
returns table (item uuid, rank int, score real)
language sql stable
begin atomic
    with said as materialized (
        select s.item, w.word as part, spelt.similarity(y.word, w.word) as score
        from unnest(p_parts || p_typed) w (word)
        join public.registry_synonym y on y.word operator(spelt.%) w.word and y.ended_at is null and y.of_item
        join public.registry_sought s on left(s.catalogue, 9) = left(y.stands_for, 9) and starts_with(s.catalogue, y.stands_for)
        where spelt.similarity(y.word, w.word) > 0.45
        union all
        select s.item, p_typed, 0.5 + 0.4 * cardinality(y.heard) / cardinality(t.heard)
        from registry_heard(p_typed) t (heard) join public.registry_synonym y on t.heard @> y.heard and length(array_to_string(y.heard, '')) > 3 and y.of_item
        join public.registry_sought s on left(s.catalogue, 9) = left(y.stands_for, 9) and starts_with(s.catalogue, y.stands_for)
        where y.ended_at is null and p_typed ~ '^[ -~]*$'
    ), near as (
        select s.item, 1.0::real as score, 10 as rank from public.registry_sought s
        where s.asked like all (array(select '%' || regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%' from unnest(p_words) w))
        union all
        select s.item, spelt.strict_word_similarity(p_typed, s.name_en), 11 from public.registry_sought s
        where p_typed operator(spelt.<<%) s.name_en
        union all
        select s.item, spelt.word_similarity(replace(p_spelled, ' ', ''), s.joined), 11 from public.registry_sought s
        where replace(p_spelled, ' ', '') operator(spelt.<%) s.joined
        union all
        select d.item, d.score, 11 from said d where d.part = p_typed
        union all
        select s.item, 0.8, 11 from registry_heard(p_typed) t (heard) join public.registry_sought s on s.heard @> t.heard
        where length(array_to_string(t.heard, '')) > 5 and p_typed ~ '^[ -~]*$'
        union all
        select b.item, sum(b.score)::real / cardinality(p_parts), 11
        from (select h.item, h.part, max(h.score) as score
              from (select d.item, d.part, d.score from said d where d.part = any (p_parts)
                    union all
                    select s.item, p.part, 1 from unnest(p_parts) p (part) join public.registry_sought s on strpos(s.names, p.part) > 0) h
              group by h.item, h.part) b
        group by b.item having sum(b.score) * 2 > cardinality(p_parts)
    )
    select n.item, min(n.rank), max(n.score) from near n group by n.item;
end;

-- The search: what is meant by what was typed, else by that without words such as 'how do I' (`p_plain`) and with words as names have them, else what is nearly like it.
create function registry_find(p_typed text, p_words text[], p_spelled text, p_plain text, p_plain_words text[], p_plain_spelled text, p_parts text[],
                              p_agency text, p_kind text, p_theme text, p_event text, p_limit int)
returns table (code text, version int, name_zh text, name_en text, agency_zh text, agency_en text, promise jsonb, visits int, charged boolean, near boolean)
language plpgsql stable as $$
declare
    y record;
    v_at constant timestamptz := statement_timestamp() + (select c.ahead from record_clock c);
    v_agency constant uuid := (select a.id from registry_agency a where a.code = p_agency);
    v_items constant text[] := (select e.items from registry_life_event e where e.code = p_event and e.ended_at is null);
begin
    for y in select s.word, s.stands_for from registry_synonym s
             where s.ended_at is null and not s.of_item and strpos(p_plain, s.word) > 0 order by length(s.word) desc loop
        p_plain := replace(p_plain, y.word, y.stands_for);
        p_plain_words := string_to_array(p_plain, ' ');
        p_parts := array(select replace(one, y.word, y.stands_for) from unnest(p_parts) one);
    end loop;
    for v_way in 1..3 loop
        continue when v_way = 2 and p_plain = p_typed;
        return query
        with m as materialized (
            select * from registry_meant(p_typed, p_words, p_spelled) where v_way = 1
            union all select * from registry_meant(p_plain, p_plain_words, p_plain_spelled) where v_way = 2
            union all select * from registry_nearly(p_plain, p_plain_words, p_plain_spelled, p_parts) where v_way = 3
        )
        select i.code, i.version, i.name_zh, i.name_en, a.name_zh, a.name_en, i.promise, i.visits, i.charged, v_way = 3
        from m  -- then by key, in this order: `offset 0` keeps the planner from reading whole tables beside so few
        cross join lateral (select * from registry_sought s where s.item = m.item offset 0) s
        cross join lateral (select i.code, i.version, i.name_zh, i.name_en, i.limits -> 'promise' as promise, i.visits, i.fees <> '[]' as charged from registry_item i
                            where i.id = m.item and i.published_at <= v_at and (i.ended_at is null or i.ended_at > v_at) offset 0) i
        cross join lateral (select a.name_zh, a.name_en from registry_agency a where a.id = s.agency offset 0) a
        where (p_agency = '' or s.agency = v_agency) and (p_kind = '' or p_kind = any (s.kinds)) and (p_theme = '' or p_theme = any (s.themes))
          and (p_event = '' or s.catalogue = any (v_items) or left(s.catalogue, 9) = any (v_items))
        order by m.rank, round(m.score::numeric, 1) desc, s.later, length(s.name_zh), s.code limit p_limit;
        exit when found;
    end loop;
end $$;
