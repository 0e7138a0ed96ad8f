"""
Prepare a database for Yimen on any PostgreSQL 17 or newer: roles, logins, passwords and the rights they begin with.

Doing it again changes nothing, except that a password whose file is gone is replaced.
"""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yimen.gateways.postgres import write_secret
from yimen.gateways.postgres_programs import OLDEST, PostgresError

SERVING: Final = (
    "door",
    "public",
    "counter",
    "decide",
    "custody",
    "registry",
    "oversight",
    "worker",
    "keeper",
)
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
PLAIN_ROLE: Final = sql.SQL("NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """One installation on one server: `admin` may create roles and databases there."""

    admin: str
    name: str
    state: Path
    database: str = ""
    take_over: bool = False
    external: bool = False

    def prepare(self) -> list[str]:
        """
        Make the roles and the database, write the logins down, and return what was done.

        Refuses, by PostgresError: a server older than 17; a name that is no name; another installation of that name;
        a database whose letters are not UTF-8 sorted as C.UTF-8.
        """
        if not NAME.fullmatch(self.name):
            raise PostgresError(f"{self.name!r} is no name: small letters, digits and _ are, up to 31.")
        with connected(self.admin) as server:
            refuse_old(server)
            self._refuse_foreign(server)
            done = self._make_roles(server)
            done += self._make_database(server)
        with connected(at_database(self.admin, self.dbname)) as inside:
            refuse_letters(inside, self.dbname)
            grant_database(inside, name=self.name)
            self._close_functions(inside)
        self._write_installation()
        return done

    @property
    def dbname(self) -> str:
        return self.database or self.name

    def role(self, login: str) -> str:
        return f"{self.name}_{login}"

    # Roles

    def _refuse_foreign(self, server: Connection) -> None:
        ours = (self.state / "logins" / "owner").is_file() or self.take_over
        if not ours and has_role(server, self.role("owner")):
            message = (
                f"This server already has an installation called {self.name!r}, and its passwords are not in "
                f"{self.state / 'logins'}. Choose another --name, or give --take-over to replace its passwords."
            )
            raise PostgresError(message)

    def _make_roles(self, server: Connection) -> list[str]:
        done = []
        if not has_role(server, self.role("record")):
            make = sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT {}")
            server.execute(make.format(sql.Identifier(self.role("record")), PLAIN_ROLE))
            done.append(f"role {self.role('record')}, who cannot log in")
        for login in ("owner", *SERVING):
            done += self._make_login(server, login)
        give = sql.SQL("GRANT {} TO {} WITH ADMIN FALSE, INHERIT TRUE, SET TRUE")
        server.execute(give.format(sql.Identifier(self.role("record")), sql.Identifier(self.role("owner"))))
        self._let_admin_act(server)
        return done

    def _let_admin_act(self, server: Connection) -> None:
        """An administrator who is no superuser acts for the owner and the record by being granted them."""
        row = server.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if row and row[0]:
            return
        for role in ("owner", "record"):
            give = sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE")
            server.execute(give.format(sql.Identifier(self.role(role))))

    def _make_login(self, server: Connection, login: str) -> list[str]:
        """The password is sent as a SCRAM verifier, so that no log of the server can hold it."""
        role, path = self.role(login), self.state / "logins" / login
        exists = has_role(server, role)
        known = password_in(path)
        uri = self._uri(server, role, known or secrets.token_urlsafe(32))
        verifier = server.pgconn.encrypt_password(password_of(uri).encode(), role.encode(), b"scram-sha-256")
        verb = sql.SQL("ALTER" if exists else "CREATE")
        make = sql.SQL("{} ROLE {} LOGIN NOINHERIT {} PASSWORD {}")
        server.execute(make.format(verb, sql.Identifier(role), PLAIN_ROLE, sql.Literal(verifier.decode())))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.is_file() or path.read_text(encoding="utf-8") != uri:
            write_secret(path, uri)
        return [] if exists and known else [f"login {role}"]

    def _uri(self, server: Connection, role: str, password: str) -> str:
        """The way the administrator came, with this login's name; `sslmode` and the like are kept."""
        came = conninfo_to_dict(self.admin)
        host, port = came.get("host") or server.info.host, came.get("port") or server.info.port
        query = urlsplit(self.admin).query
        where = f"{quote(role)}:{quote(password, safe='')}@{host}:{port}/{quote(self.dbname)}"
        return f"postgresql://{where}" + (f"?{query}" if query else "")

    # Database

    def _make_database(self, server: Connection) -> list[str]:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.dbname]).fetchone():
            return []
        make = sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE 'C.UTF-8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        )
        server.execute(make.format(sql.Identifier(self.dbname), sql.Identifier(self.role("owner"))))
        return [f"database {self.dbname}"]

    def _close_functions(self, inside: Connection) -> None:
        """What owner or record make from now on, nobody may run until it is granted."""
        for role in ("owner", "record"):
            close = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
            inside.execute(close.format(sql.Identifier(self.role(role))))

    def _write_installation(self) -> None:
        path = self.state / "installation.json"
        written = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        wanted = {"name": self.name, "database": "external" if self.external else "embedded"}
        if wanted != written:
            path.write_text(json.dumps(wanted) + "\n", encoding="utf-8")


def grant_database(inside: Connection, *, name: str) -> None:
    """The rights on the database itself, which a copy made from a template does not inherit."""
    row = inside.execute("SELECT current_database()").fetchone()
    words = {
        "database": sql.Identifier(row[0] if row else ""),
        "record": sql.Identifier(f"{name}_record"),
        "logins": sql.SQL(", ").join(sql.Identifier(f"{name}_{login}") for login in SERVING),
    }
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {logins}",
        "GRANT USAGE ON SCHEMA public TO {record}, {logins}",
    ):
        inside.execute(sql.SQL(statement).format(**words))
    for login in SERVING:
        role = sql.Identifier(f"{name}_{login}")
        settings = ("search_path TO public, pg_temp", "idle_in_transaction_session_timeout TO '60s'")
        for setting in settings:
            change = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {}")
            inside.execute(change.format(role, words["database"], sql.SQL(setting)))


def refuse_old(server: Connection) -> None:
    if server.info.server_version < OLDEST * 10000:
        found = server.info.parameter_status("server_version")
        raise PostgresError(f"PostgreSQL {OLDEST} or newer is needed, and this server is {found}.")


def refuse_letters(inside: Connection, database: str) -> None:
    """Sorting, searching and upper case must be the same in every city: UTF-8, builtin C.UTF-8."""
    row = inside.execute(
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, coalesce(datlocale, ''), datctype"
        " FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    encoding, provider, locale, letters = row or ("", "", "", "")
    if (encoding, provider, locale) != ("UTF8", "b", "C.UTF-8") or letters in {"C", "POSIX"}:
        message = (
            f"The database {database!r} has encoding {encoding}, locale {locale or letters!r} and letters {letters!r}; "
            f"Yimen needs encoding UTF8 with the builtin locale C.UTF-8. Name a database that does not exist yet with "
            f"--name, and it is made so."
        )
        raise PostgresError(message)


@contextmanager
def connected(uri: str) -> Iterator[Connection]:
    """An administrator's connection; a server that is away is named without its password."""
    try:
        connection = psycopg.connect(uri, autocommit=True, connect_timeout=10)
    except psycopg.Error as wrong:
        message = str(wrong).replace(password_of(uri), "…") if password_of(uri) else str(wrong)
        raise PostgresError(f"The database server cannot be reached: {message}") from None
    try:
        yield connection
    except psycopg.errors.InsufficientPrivilege as wrong:
        message = f"The administrator may not do this: {wrong}. It needs CREATEROLE and CREATEDB."
        raise PostgresError(message) from wrong
    finally:
        connection.close()


def has_role(server: Connection, role: str) -> bool:
    return bool(server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone())


def at_database(uri: str, database: str) -> str:
    return make_conninfo(uri, dbname=database)


def password_of(uri: str) -> str:
    return str(conninfo_to_dict(uri).get("password") or "")


def password_in(path: Path) -> str:
    return password_of(path.read_text(encoding="utf-8")) if path.is_file() else ""
