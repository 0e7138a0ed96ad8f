"""
Identity: does a resident number belong to this name? The register behind the gateway answers; we keep neither question nor answer.

The wire is described in docs/gateways.md.
"""

import logging
from dataclasses import dataclass
from typing import Literal, Protocol

from django.conf import settings

from yimen.gateways.signed_http import Channel, GatewayAway

Answer = Literal["matches", "differs", "unavailable"]
log = logging.getLogger(__name__)


class IdentityGateway(Protocol):
    """What an identity gateway does; `connected` is False where there is none."""

    @property
    def connected(self) -> bool: ...

    def check(self, *, resident_id: str, name: str, at: int) -> Answer:
        """Say whether number and name belong together; `at`: the time of asking, in seconds. Never raises."""
        ...


@dataclass(frozen=True)
class RegisterOfPeople:
    """The real side: a register that speaks our protocol."""

    channel: Channel
    connected: bool = True

    def check(self, *, resident_id: str, name: str, at: int) -> Answer:
        try:
            status, said = self.channel.ask("/check", {"resident_id": resident_id, "name": name}, at=at)
        except GatewayAway:
            return "unavailable"
        answer = said.get("answer")
        if status == 200 and answer in ("matches", "differs"):
            return "matches" if answer == "matches" else "differs"
        log.warning("the identity gateway answered %s without an answer we know", status)
        return "unavailable"


@dataclass(frozen=True)
class NotConnected:
    """The null side: no register is connected, so nothing can be checked over the network."""

    connected: bool = False

    def check(self, *, resident_id: str, name: str, at: int) -> Answer:
        return "unavailable"


def identity_gateway() -> IdentityGateway:
    """The identity gateway of this installation."""
    if settings.IDENTITY_URL:
        return RegisterOfPeople(Channel(settings.IDENTITY_URL, settings.IDENTITY_SECRET))
    return NotConnected()
