"""Have the database for as long as a command runs: the embedded server is started, prepared and let go of."""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

import click
from django.conf import settings
from django.db import connections

from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.postgres_programs import PostgresError
from yimen.gateways.preparation import Preparation

PREPARATION: Final = 1  # raised when `prepare` learns to do more, so that embedded servers do it again
P = ParamSpec("P")
R = TypeVar("R")


def embedded_server() -> EmbeddedServer:
    return EmbeddedServer(settings.POSTGRES_DIR, binaries=settings.POSTGRES_BIN)


@contextmanager
def attached() -> Iterator[EmbeddedServer | None]:
    """Hold the database; yields the embedded server, or None where another server is configured."""
    server = embedded_server() if settings.EMBEDDED else None
    try:
        if server is not None:
            prepare_embedded(server, server.join())
            read_logins_again()
        yield server
    except PostgresError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    finally:
        close_connections()
        if server is not None:
            server.leave()


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Decorate a click command: `@click.command() @needs_database def …`."""

    @functools.wraps(command)
    def with_database(*args: P.args, **kwargs: P.kwargs) -> R:
        with attached():
            return command(*args, **kwargs)

    return with_database


def prepare_embedded(server: EmbeddedServer, admin: str) -> list[str]:
    """Prepare the embedded server, unless it was already, under this name and at this port."""
    stamp = settings.POSTGRES_DIR / "prepared.json"
    port = (settings.POSTGRES_DIR / "port").read_text(encoding="ascii")
    wanted = json.dumps({"name": settings.INSTALLATION, "port": port, "preparation": PREPARATION})
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return []
    done = Preparation(admin=admin, name=settings.INSTALLATION, state=settings.STATE_DIR).prepare()
    stamp.write_text(wanted, encoding="utf-8")
    return done


def read_logins_again() -> None:
    """Give Django the logins as they are now: they may have been made a moment ago."""
    close_connections()
    settings.LOGINS.clear()
    settings.LOGINS.update(settings.READ_LOGINS())
    settings.DATABASES.clear()
    settings.DATABASES.update(settings.MAKE_DATABASES(settings.LOGINS))
    connections.configure_settings(None)


@contextmanager
def as_owner() -> Iterator[str]:
    """Add the owner's connection for the length of a block; yields its alias."""
    owner = settings.OWNER_DATABASE()
    if not owner:
        message = f"The owner's login is not in {settings.LOGINS_DIR}; run `yimen database prepare`."
        raise click.ClickException(message)
    settings.DATABASES["owner"] = owner
    connections.configure_settings(None)
    try:
        yield "owner"
    finally:
        connections["owner"].close()
        del connections["owner"], settings.DATABASES["owner"]


def close_connections() -> None:
    """Close what this thread has open and every pool of the process, so that it can end and the server can stop."""
    for connection in connections.all():  # also those that only other threads used: a pool belongs to all
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        del connections[connection.alias]
