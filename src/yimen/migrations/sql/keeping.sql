-- What the pages read on which agencies' editors and the centre's reviewers keep the catalogue.

-- What was read of the file that an editor handed in last: hers alone, until she hands in another or a day is over. It is no draft yet.
create table registry_reading (
    person  uuid primary key references registry_person (id),
    id      uuid not null unique,
    name    text not null check (length(name) <= 200),
    read_at timestamptz not null,
    packed  bytea not null check (length(packed) <= 50000000)
);

-- Materials that an agency's items still ask for although the government holds them: another item gives that paper as its result, or another
-- item has it by sharing already. With how many applicants handed each in during the last twelve months: numbers, and nobody's case.
create function registry_still_asked(p_session text, p_limit int, p_past int default null, p_past_code text default '', p_past_material text default '')
returns table (code text, name_zh text, name_en text, material text, material_zh text, material_en text, applicants int,
               given_code text, given_zh text, given_en text, given_agency_zh text, given_agency_en text, shared_from text)
language plpgsql as $$
declare v_mine record := registry_keeper(p_session);
begin
    return query
    with asked as (
        select i.code, i.agency, i.name_zh, i.name_en, m ->> 'code' as material, m ->> 'name_zh' as material_zh, m ->> 'name_en' as material_en, m ->> 'kind' as kind
        from registry_item i cross join jsonb_array_elements(i.materials) m
        where i.ended_at is null and i.rows ? 'items' and (v_mine.agency is null or i.agency = v_mine.agency)
          and (v_mine.places is null or i.centre = any (v_mine.places))
          and not (m ->> 'exempt_by_sharing')::boolean and not coalesce((m ->> 'from_form')::boolean, false)
    ), given as (  -- the first two by code that give such a paper: one of them may be the item that asks for it
        select * from (
            select i.result_kind as kind, i.code, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en,
                   row_number() over (partition by i.result_kind order by i.code) as place
            from registry_in_force i join registry_agency a on a.id = i.agency
            where i.result_kind in (select s.kind from asked s) and i.body -> 'result' ->> 'type' <> '4') one where one.place <= 2
    ), shared as (  -- where another item has such a paper from
        select distinct on (r ->> 'paper') r ->> 'paper' as kind, i.code, r ->> 'shared_from' as source
        from registry_in_force i cross join jsonb_array_elements(coalesce(i.rows -> 'materials', '[]')) r
        where r ->> 'shared_from' <> '' and r ->> 'paper' in (select s.kind from asked s) order by r ->> 'paper', i.code
    ), counted as (
        select i.code, d.material, count(distinct coalesce(c.organisation, c.applicant))::int as applicants
        from casework_case c join registry_item i on i.id = c.item
        join casework_document d on d.stream = c.stream and d.removed_at is null and d.filed is not null
        where (v_mine.agency is null or c.agency = v_mine.agency) and c.filed_at > record_now() - interval '12 months'
        group by i.code, d.material
    )
    select s.code, s.name_zh, s.name_en, s.material, s.material_zh, s.material_en, coalesce(n.applicants, 0),
           g.code, g.name_zh, g.name_en, g.agency_zh, g.agency_en, h.source
    from asked s
    left join lateral (select * from given one where one.kind = s.kind and one.code <> s.code order by one.code limit 1) g on true
    left join shared h on h.kind = s.kind
    left join counted n on n.code = s.code and n.material = s.material
    where (g.code is not null or h.source is not null)
      and (p_past is null or (-coalesce(n.applicants, 0), s.code, s.material) > (-p_past, p_past_code, p_past_material))
    order by coalesce(n.applicants, 0) desc, s.code, s.material limit least(p_limit, 200);
end $$;

-- Keeps what was read of a file in the place of what this editor handed in before.
create function registry_keep_reading(p_session text, p_name text, p_packed bytea) returns uuid
language plpgsql as $$
declare
    v_who record;
    v_id uuid := gen_random_uuid();
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    if v_who.role <> 'editor' then
        perform record_refuse('forbidden', 'move.of_another_role');
    end if;
    delete from registry_reading r where r.read_at < record_now() - interval '1 day';
    insert into registry_reading (person, id, name, read_at, packed) values (v_who.person, v_id, left(p_name, 200), record_now(), p_packed)
    on conflict (person) do update set id = excluded.id, name = excluded.name, read_at = excluded.read_at, packed = excluded.packed;
    return v_id;
end $$;

-- What this editor handed in, if it is what she handed in last.
create function registry_kept_reading(p_session text, p_id uuid) returns table (name text, read_at timestamptz, packed bytea)
language plpgsql as $$
declare v_who record;
begin
    perform record_settled();
    v_who := record_who(p_session, record_link());
    return query select r.name, r.read_at, r.packed from registry_reading r
    where r.id = p_id and r.person = v_who.person and v_who.role = 'editor' and r.read_at >= record_now() - interval '1 day';
    if not found then
        perform record_refuse('missing', 'reading.missing');
    end if;
end $$;
