"""4. One login for each link: who may do what, as docs/privileges.md writes it and as the database holds it."""

from pathlib import Path
from typing import Final

from yimen.oversight.question import LOGIN, Answer, Asking, count
from yimen.record import statement

DOCUMENT: Final = Path(__file__).with_name("privileges.md")
Right = tuple[str, str, str]  # object, privilege, who

_HELD: Final = """
with object as (
    select case c.relkind when 'S' then 'sequence ' else '' end || c.relname as name, a.*
    from pg_class c cross join aclexplode(coalesce(c.relacl, acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner))) a
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and a.grantee <> c.relowner
  union all
    select c.relname || '.' || t.attname, a.*
    from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attacl is not null cross join aclexplode(t.attacl) a
    where c.relnamespace = 'public'::regnamespace
  union all
    select p.proname || '()', a.*
    from pg_proc p cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    where p.pronamespace = 'public'::regnamespace and a.grantee <> p.proowner
  union all
    select 'schema ' || n.nspname, a.*
    from pg_namespace n cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and a.grantee <> n.nspowner
  union all
    select 'the database', a.*
    from pg_database d cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    where d.datname = current_database() and a.grantee <> d.datdba
  union all
    select 'language ' || l.lanname, a.*
    from pg_language l cross join aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
    where l.lanpltrusted and a.grantee <> l.lanowner
  union all
    select 'new ' || case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end
        || ' of ' || o.rolname, a.*
    from pg_default_acl d join pg_roles o on o.oid = d.defaclrole cross join aclexplode(d.defaclacl) a where a.grantee <> d.defaclrole
)
select name, privilege_type || case when is_grantable then ' WITH GRANT OPTION' else '' end,
       case grantee when 0 then 'PUBLIC' else (select rolname from pg_roles r where r.oid = grantee) end
from object
union all
select 'role ' || r.rolname, x.what, r.rolname
from pg_roles r cross join lateral (values ('SUPERUSER', r.rolsuper), ('INHERIT', r.rolinherit), ('CREATEROLE', r.rolcreaterole),
    ('CREATEDB', r.rolcreatedb), ('LOGIN', r.rolcanlogin), ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls)) x (what, has)
where r.rolname like %(ours)s and x.has
union all
select 'role ' || g.rolname, 'MEMBER' || case when m.admin_option then ' WITH ADMIN' else '' end, r.rolname
from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
where g.rolname like %(ours)s or r.rolname like %(ours)s
"""
# What the database no longer enforces of what it was told to; readers of the record see none of it while they write (privileges.sql).
_OFF: Final = """
    select format('the constraint %I of %s is not enforced for what was there before', c.conname, c.conrelid::regclass) as what
    from pg_constraint c where c.connamespace = 'public'::regnamespace and not c.convalidated
    union all
    select format('a trigger of %s is switched off: %s', t.tgrelid::regclass, coalesce(c.conname, t.tgname))
    from pg_trigger t left join pg_constraint c on c.oid = t.tgconstraint
    where t.tgenabled <> 'O' and t.tgrelid in (select r.oid from pg_class r where r.relnamespace = 'public'::regnamespace)
    union all
    select format('the index %s is not valid', i.indexrelid::regclass) from pg_index i
    where not i.indisvalid and i.indrelid in (select r.oid from pg_class r where r.relnamespace = 'public'::regnamespace)
    union all
    select format('the policies of %s are switched off', r.oid::regclass) from pg_class r
    where r.oid in ('public.record_event'::regclass, 'public.record_stream'::regclass) and not r.relrowsecurity
    order by 1
"""
_CHECKED: Final = """
    select (select count(*) from pg_constraint c where c.connamespace = 'public'::regnamespace) as constraints,
           (select count(*) from pg_trigger t join pg_class r on r.oid = t.tgrelid where r.relnamespace = 'public'::regnamespace) as triggers
"""
# Functions are the one way to change anything: each belongs to the role that cannot log in; those that a login may call run as that
# role and fix what a session could set, and the others run only inside these. record_digest hashes and touches nothing,
# registry_within tells which place lies under which.
_FUNCTIONS: Final = """
    with f as (
        select p.oid::regprocedure::text as name, p.proname, p.prosecdef, pg_get_userbyid(p.proowner)::text as owner,
               coalesce(p.proconfig, '{}') as fixed,
               p.proname = any (%(open)s) as open
        from pg_proc p where p.pronamespace = 'public'::regnamespace)
    select f.name, x.what from f
    cross join lateral (values
        (f.owner <> %(record)s, 'belongs to ' || f.owner),
        (f.open and not f.prosecdef and f.proname not in ('record_digest', 'registry_within'), 'runs with the rights of whoever calls it'),
        (f.prosecdef and not f.open, 'would run with the rights of its owner, and nobody is to call it'),
        (f.open and f.prosecdef and not f.fixed @> array['search_path=pg_catalog, public, pg_temp', 'DateStyle=ISO, YMD', 'TimeZone=UTC',
                                                            'standard_conforming_strings=on', 'row_security=on'],
         'does not fix its search path, dates, time zone, strings and policies')) x (wrong, what)
    where x.wrong order by 1, 2
"""
_CONNECTED: Final = """
    select a.usename::text as who, count(*) as connections from pg_stat_activity a join pg_roles r on r.rolname = a.usename
    where a.datname = current_database() and (r.rolsuper or r.rolname = %s) group by a.usename order by 1
"""
_ADMINISTRATORS: Final = "select r.rolname::text as name from pg_roles r where r.rolsuper or r.rolcreaterole"


def held(installation: str) -> set[Right]:
    """Return every right anyone but an object's owner has, under names without the installation's prefix."""
    ours = installation.replace("_", r"\_") + r"\_%"
    found = statement.rows(LOGIN, _HELD, {"ours": ours})
    return {_plain(row, installation) for row in found}


def _plain(row: statement.Row, installation: str) -> Right:
    name, privilege, who = (str(part).replace(f"{installation}_", "") for part in row.values())
    return name, privilege, who


def written() -> set[Right]:
    """Return every right the document gives; a row is an object, its privileges and who has them."""
    rights: set[Right] = set()
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip("| ").split("|")]
        if not line.startswith("| `") or len(cells) < 3:
            continue
        names, privileges, who = ([one.strip() for one in cell.split(",")] for cell in cells[:3])
        rights |= {(name, privilege, one) for name in names for privilege in privileges for one in who}
    return rights


def as_written(asking: Asking) -> Answer:
    """Invariant 4: does the database give exactly the rights that are written, and is no serving role more than that?"""
    has, should = held(asking.installation), written()
    administrators = {row["name"] for row in statement.rows(LOGIN, _ADMINISTRATORS)}
    theirs = {right for right in has - should if right[2] in administrators}
    answer = Answer(looked_at={"rights": len(has), "rights written": len(should)})
    answer.notes += [
        f"{who}, an administrator of the server, has {what} on {name}" for name, what, who in sorted(theirs)
    ]
    for row in statement.rows(LOGIN, _CONNECTED, [f"{asking.installation}_owner"]):
        answer.notes.append(
            f"{row['who']} is connected {row['connections']} times: a command of an operator, or someone else"
        )
    answer.fault(
        *(f"{who} has {what} on {name}, which is not written" for name, what, who in sorted(has - should - theirs))
    )
    answer.fault(*(f"{who} should have {what} on {name}, and has not" for name, what, who in sorted(should - has)))
    return answer


def enforced(asking: Asking) -> Answer:
    """Invariant 4 and all others: does the database still enforce every constraint it was given?"""
    row = statement.row(LOGIN, _CHECKED)
    answer = Answer(looked_at={"constraints": row["constraints"], "triggers": row["triggers"]})
    answer.fault(*(one["what"] for one in statement.rows(LOGIN, _OFF)))
    return answer


def functions(asking: Asking) -> Answer:
    """Invariant 4: does each function belong to the role that cannot log in, and does each that a login may call fix what it stands on?"""
    answer = Answer(looked_at={"functions": count("pg_proc where pronamespace = 'public'::regnamespace")})
    called = [name.removesuffix("()") for name, privilege, _ in written() if privilege == "EXECUTE"]
    for row in statement.rows(LOGIN, _FUNCTIONS, {"record": f"{asking.installation}_record", "open": called}):
        answer.fault(f"{row['name']} {row['what']}")
    return answer
