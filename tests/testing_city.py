"""The database that tests run on: a server for each pytest worker, with a migrated template and copies of it."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test.utils import setup_test_environment
from psycopg import sql

from yimen.cli.attach import close_connections, read_logins_again
from yimen.cli.database import migrate_all
from yimen.config import logins
from yimen.gateways.postgres import EmbeddedServer, write_secret
from yimen.gateways.preparation import SERVING, Preparation, grant_database

NAME = "yimen"
TEMPLATE = "yimen_template"


@dataclass(frozen=True)
class City:
    """A database with a state folder of its own, as an installation has it."""

    database: str
    state: Path

    def uri(self, login: str) -> str:
        return (self.state / "logins" / login).read_text(encoding="utf-8")


class Run:
    """What one test run holds; each process has one."""

    base: Path
    server: EmbeddedServer | None = None
    city: City


def start() -> None:
    """
    Start the server and make the template, once for each worker.

    Workers share no server: the order of events is given below the oldest open transaction of the whole server.
    """
    Run.base = Path(tempfile.mkdtemp(prefix="yimen-tests-"))
    Run.base.chmod(0o711)
    Run.server = EmbeddedServer(Run.base / "postgres")
    Preparation(admin=Run.server.join(), name=NAME, state=Run.base, database=TEMPLATE, external=True).prepare()
    _set_django_up(Run.base)
    migrate_all()
    call_command("collectstatic", interactive=False, verbosity=0)
    close_connections()
    Run.city = make("yimen_main")
    move_to(Run.city)


def leave() -> None:
    """Close everything, stop the server and remove its folder."""
    if apps.ready:
        close_connections()
    if Run.server is not None:
        Run.server.leave()
        shutil.rmtree(Run.base, ignore_errors=True)


def current() -> City:
    return Run.city


def uri(login: str) -> str:
    """The URI of a login to the database of this process; "admin" is the server's superuser."""
    return admin_uri(Run.city.database) if login == "admin" else Run.city.uri(login)


def admin_uri(database: str = "postgres") -> str:
    return EmbeddedServer(Run.base / "postgres").uri(database)


def make(database: str) -> City:
    """Copy the template, with the rights that a copy does not inherit, and a state folder."""
    city = City(database=database, state=Run.base / database)
    with psycopg.connect(admin_uri(), autocommit=True) as server:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        names = (database, TEMPLATE, f"{NAME}_owner")
        server.execute(copy.format(*map(sql.Identifier, names)))
    with psycopg.connect(admin_uri(database), autocommit=True) as inside:
        grant_database(inside, name=NAME)
    (city.state / "logins").mkdir(parents=True, mode=0o700)
    for login in ("owner", *SERVING):
        template = urlsplit((Run.base / "logins" / login).read_text(encoding="utf-8"))
        write_secret(city.state / "logins" / login, template._replace(path=f"/{database}").geturl())
    written = json.dumps({"name": NAME, "database": "external"})
    (city.state / "installation.json").write_text(written, encoding="utf-8")
    return city


def drop(city: City) -> None:
    with psycopg.connect(admin_uri(), autocommit=True) as server:
        name = sql.Identifier(city.database)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
    shutil.rmtree(city.state, ignore_errors=True)


def move_to(city: City) -> None:
    """Send Django's aliases, the folders of the settings and the commands a test runs to another city."""
    Run.city = city
    os.environ["YIMEN_STATE"] = str(city.state)
    settings.STATE_DIR = city.state
    for name in ("LOGINS", "KEYS", "DOCUMENTS", "RECORD", "LOG"):
        setattr(settings, f"{name}_DIR", city.state / name.lower())
    settings.READ_LOGINS = partial(_logins, city)
    settings.OWNER_DATABASE = partial(_owner, city)
    read_logins_again()


def _logins(city: City) -> dict[str, str]:
    return {login: city.uri(login) for login in SERVING}


def _owner(city: City) -> dict[str, Any]:
    return logins.plain(city.uri("owner"))


def _set_django_up(state: Path) -> None:
    """Settings are read from a state folder whose logins exist, as by any command."""
    os.environ["YIMEN_STATE"] = str(state)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    os.environ.setdefault("YIMEN_HOSTS", "testserver,127.0.0.1,localhost")
    os.environ.setdefault("YIMEN_POOL_SIZE", "4")
    django.setup()
    setup_test_environment()
