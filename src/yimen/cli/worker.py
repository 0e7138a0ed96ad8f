"""`yimen worker`: what follows from events, without a person."""

import threading

import click

from yimen.cli.attach import attached
from yimen.cli.supervise import stop_on_signal
from yimen.jobs.worker import run


@click.command()
def worker() -> None:
    """Do what follows from events, until stopped. Any number may run."""
    stopping = stop_on_signal(threading.Event())
    with attached():
        run(stopping)
