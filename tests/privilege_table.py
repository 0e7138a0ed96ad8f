"""Who may do what: as docs/privileges.md writes it, and as a database holds it."""

from pathlib import Path

import psycopg

DOCUMENT = Path(__file__).parent.parent / "docs" / "privileges.md"
NAME = "yimen"
Right = tuple[str, str, str]  # object, privilege, who

_HELD = """
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


def held(connection: psycopg.Connection) -> set[Right]:
    """Return every right anyone but an object's owner has, under names without the installation's prefix."""
    found = connection.execute(_HELD, {"ours": f"{NAME}\\_%"}).fetchall()
    return {tuple(part.replace(f"{NAME}_", "") for part in row) for row in found}


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
