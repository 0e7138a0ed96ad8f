"""`yimen worker`: what follows from events, without a person."""

import threading

import click

from yimen.cli.attach import attached
from yimen.cli.supervise import stop_on_signal
from yimen.jobs import notices
from yimen.jobs.worker import run


@click.command()
def worker() -> None:
    """Do what follows from events, and tell and mail the applicants, until stopped. Any number may run."""
    stopping = stop_on_signal(threading.Event())
    with attached():
        telling = threading.Thread(target=notices.run, args=[stopping], name="notices")
        telling.start()
        try:
            run(stopping)
        finally:
            stopping.set()
            telling.join()
