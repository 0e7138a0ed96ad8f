"""Keep the processes of the platform running until they are told to stop."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

DIE_WITH_PARENT: Final = 1  # Linux: PR_SET_PDEATHSIG
PATIENCE_SECONDS: Final = 15
SETTLED_SECONDS: Final = 30
LONGEST_WAIT_SECONDS: Final = 15.0


@dataclass
class Child:
    """A process that is started again when it dies, more slowly the more often it does."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    born: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop the others in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def look(self, tell: Callable[[str], None]) -> None:
        """Note a death and start again when its time has come."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            _kill_session(self.process.pid)  # its own children would stay, and go on answering
            self.deaths = 1 if now - self.born > SETTLED_SECONDS else self.deaths + 1
            wait = 0.0 if self.deaths == 1 else min(0.25 * 2**self.deaths, LONGEST_WAIT_SECONDS)
            tell(f"{self.name} ended ({how(self.process.returncode)}); starting it again")
            self.due, self.process = now + wait, None
        if self.process is None and now >= self.due:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_session(self.process.pid)
            self.process.wait()


@dataclass
class Supervisor:
    """Watches its children, and whatever else `each_second` looks after."""

    tell: Callable[[str], None]
    each_second: Callable[[], object]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def add(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def watch(self) -> None:
        """Return when stopped."""
        looked = 0.0
        while not self.stopping.wait(0.2):
            if time.monotonic() - looked >= 1:
                looked = time.monotonic()
                self.each_second()
            for child in self.children:
                child.look(self.tell)

    def stop(self) -> None:
        """End all children, the last started first; one that does not end is killed."""
        for child in reversed(self.children):
            child.ask_to_stop()
        until = time.monotonic() + PATIENCE_SECONDS
        for child in reversed(self.children):
            child.wait(until)


def stop_on_signal(stopping: threading.Event) -> threading.Event:
    """Set the event at SIGTERM or SIGINT, and return it."""

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping


def how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _die_with_parent() -> None:
    """If the one who started it is killed, a child does not stay behind alone."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _kill_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended in this moment
