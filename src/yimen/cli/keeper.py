"""`yimen keeper`: the one process that opens keys."""

import threading

import click

from yimen.cli.attach import attached
from yimen.cli.supervise import stop_on_signal
from yimen.jobs.keeper.loop import run


@click.command()
def keeper() -> None:
    """Sign what the record says is due, until stopped. It holds the keys, and takes no orders."""
    stopping = stop_on_signal(threading.Event())
    with attached():
        run(stopping)
