"""`yimen serve`: the whole platform in the foreground, or the faces whose logins this machine has."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import click
import psycopg
from django.conf import settings

from yimen.cli.attach import embedded_server, prepare_embedded
from yimen.cli.readiness import is_ready
from yimen.cli.supervise import Child, Supervisor, stop_on_signal
from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.postgres_programs import PostgresError

FACES: Final = ("door", "public", "counter", "decide", "custody", "registry", "oversight")
BACKGROUND: Final = ("worker", "keeper")
DRAWING: Final = ("door", "registry", "oversight")  # what both halves of a demonstration's draws take
HIDDEN: Final = ("YIMEN_LOGIN_OWNER", "YIMEN_ADMIN")  # no serving process has them
MAIL: Final = ("YIMEN_SMTP_URL",)  # its password is the worker's alone
RESERVED_CONNECTIONS: Final = 10  # superuser's, and a command or two beside the platform
LOOPBACK: Final = {"127.0.0.1", "localhost"}
SHOWN: Final = 4  # people of one kind that are named at the start
EACH_HOUR: Final = 3600.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 256), help="Web processes; YIMEN_WEB_WORKERS otherwise.")
def serve(host: str, port: int, workers: int | None) -> None:
    """
    Start the platform: what is missing is made ready, then web, worker and keeper run until Ctrl-C.

    A machine that has some logins only serves those faces, and runs worker and keeper only with their logins.
    """
    stopping = stop_on_signal(threading.Event())
    refuse_taken(host, port)
    if host in LOOPBACK and not os.environ.get("YIMEN_PUBLIC_URL"):
        os.environ["YIMEN_PUBLIC_URL"] = f"http://{host}:{port}"  # what is printed on certificates leads back here
    server = embedded_server() if settings.EMBEDDED else None
    try:
        if server is not None:
            click.echo(f"Database: embedded, in {settings.POSTGRES_DIR}")
            prepare_embedded(server, server.join())
        make_ready()
        count = workers or settings.WEB_WORKERS
        refuse_too_many_connections(count)
        run(server, stopping, host=host, port=port, workers=count)
    except PostgresError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    finally:
        if server is not None:
            server.leave()
    click.echo("Stopped.")


def run(server: EmbeddedServer | None, stopping: threading.Event, *, host: str, port: int, workers: int) -> None:
    """Start the processes whose logins are here, say where the platform is, and watch until stopped."""
    faces = having(FACES)
    draws = DemonstrationDraws()

    def each_second() -> None:
        revive(server)
        draws.commit_when_due()

    supervisor = Supervisor(
        tell=lambda line: click.echo(line, err=True),
        each_second=each_second,
        stopping=stopping,
    )
    try:
        if faces:
            supervisor.add(web(host, port, workers))
            wait_for_web(host, port, supervisor)
        if not stopping.is_set():
            for name in having(BACKGROUND):
                supervisor.add(background(name))
            announce(host, port, faces)
        supervisor.watch()
    finally:
        click.echo("Stopping …")
        supervisor.stop()


def make_ready() -> None:
    """In a process of its own, so that the owner's login is never in this one."""
    if settings.EMBEDDED and is_ready():
        return
    click.echo("Making ready:")
    everything = {name: value for name, value in os.environ.items() if name != "YIMEN_LOGINS"}
    done = subprocess.run([sys.executable, "-m", "yimen", "ready"], env=everything, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def web(host: str, port: int, workers: int) -> Child:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "yimen.config.wsgi:application"]
    command += ["--host", host, "--port", str(port), "--workers", str(workers)]
    command += ["--blocking-threads", str(settings.WEB_THREADS), "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "3", "--no-ws", "--log-level", "error"]
    return Child("web", command, environment(*FACES))


def background(name: str) -> Child:
    return Child(name, [sys.executable, "-m", "yimen", name], environment(name))


def having(logins: Iterable[str]) -> list[str]:
    """Which of these logins this machine has, and YIMEN_LOGINS lets it use."""
    configured = settings.READ_LOGINS()
    return [login for login in logins if login in configured]


def environment(*logins: str) -> dict[str, str]:
    """A process is given the logins of its own work, of those that are here, and never the owner's."""
    hidden = HIDDEN if "worker" in logins else (*HIDDEN, *MAIL)
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    given = ",".join(having(logins))
    return kept | {"YIMEN_LOGINS": given, "YIMEN_STATE": str(settings.STATE_DIR), "PYTHONUNBUFFERED": "1"}


class DemonstrationDraws:
    """In a demonstration, both halves of the coming days are committed by a program, each hour, as two people would."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.due = 0.0

    def commit_when_due(self) -> None:
        running = self.process is not None and self.process.poll() is None
        if running or time.monotonic() < self.due:
            return
        demonstration = settings.DEMONSTRATION and (settings.STATE_DIR / "demonstration.json").is_file()
        if not demonstration or len(having(DRAWING)) < len(DRAWING):
            return
        self.due = time.monotonic() + EACH_HOUR
        command = [sys.executable, "-m", "yimen", "city", "draws"]
        self.process = subprocess.Popen(command, env=environment(*DRAWING), stdout=subprocess.DEVNULL)


def revive(server: EmbeddedServer | None) -> None:
    """Start a database that was killed; if that fails now, the next second tries again."""
    if server is None or server.answers():
        return
    try:
        if server.revive():
            click.echo("The database was away; it is running again.", err=True)
    except PostgresError as wrong:
        click.echo(str(wrong), err=True)


def refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            message = (
                f"Nothing can listen on {host}:{port} ({wrong.strerror}). Is Yimen running there already? "
                f"Another port: --port {port + 1}"
            )
            raise click.ClickException(message) from wrong


def refuse_too_many_connections(workers: int) -> None:
    """All pools together must fit into what the server allows, before it is found out under load."""
    logins = settings.READ_LOGINS()
    faces = having(FACES)
    pools = workers * (len(faces) + ("door" in faces)) + len(having(BACKGROUND))
    wanted = pools * settings.POOL_SIZE + RESERVED_CONNECTIONS
    if not logins:
        raise click.ClickException("No login is configured; run `yimen database prepare` first.")
    login, uri = next(iter(logins.items()))
    try:
        with psycopg.connect(uri, connect_timeout=10) as connection:
            row = connection.execute("SELECT current_setting('max_connections')::int").fetchone()
    except psycopg.OperationalError as away:
        raise click.ClickException(f"The database cannot be reached with the login {login}: {away}") from away
    allowed = row[0] if row else 0
    if wanted > allowed:
        message = (
            f"{pools} pools of {settings.POOL_SIZE} need {wanted} connections, and the server allows {allowed}. "
            f"Lower YIMEN_WEB_WORKERS or YIMEN_POOL_SIZE, or raise max_connections."
        )
        raise click.ClickException(message)


def wait_for_web(host: str, port: int, supervisor: Supervisor) -> None:
    """Return when a page is served, or when told to stop."""
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104 - compared, not bound
    began = time.monotonic()
    while not supervisor.stopping.wait(0.05):
        for child in supervisor.children:
            child.look(supervisor.tell)
        with (
            suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=2),
        ):
            return
        if time.monotonic() - began > 120:
            raise click.ClickException(f"No page is served at {address} after two minutes.")


def announce(host: str, port: int, faces: list[str]) -> None:
    """Where the platform is, what of it is here, and in a demonstration, who can sign in."""
    where = f" at http://{host}:{port}/" if faces else ""
    click.echo(f"\nYimen 一门 is running{where}   (Ctrl-C stops it)")
    here = [*faces, *having(BACKGROUND)]
    if len(here) < len(FACES) + len(BACKGROUND):
        click.echo(f"Here are only: {', '.join(here)}")
    path = settings.STATE_DIR / "demonstration.json"
    if not settings.DEMONSTRATION or not path.is_file():
        return
    people = json.loads(path.read_text(encoding="utf-8"))
    click.echo("\nDemonstration people, fictional, who can sign in, with yimen- and their name as the password:")
    for what in dict.fromkeys(person["what"] for person in people):
        names = [person["login"] for person in people if person["what"] == what]
        more = f" … and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        click.echo(f"  {what:<22} {', '.join(names[:SHOWN])}{more}")
    if where:
        click.echo(f"All of them, by the place they work at: http://{host}:{port}/accounts/login/")
