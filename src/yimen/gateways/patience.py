"""
A line to the world outside that is cut when its time is over.

A time-out of a socket counts from the last byte: whoever sends one byte at a time, or lines without end, is waited for as long as
it likes. This counts from the first.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer


@contextmanager
def cut_after(seconds: float, line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Run a block; when it takes longer, shut the line it waits on, so that reading and writing end in an error of the line."""

    def cut() -> None:
        if (open_now := line()) is not None:
            with suppress(OSError):
                open_now.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
