"""
Post: what became of a parcel, as its carrier says. We name the carrier and the number, and nobody's address.

The wire is described in docs/gateways.md.
"""

from dataclasses import dataclass
from typing import Final, Literal, Protocol, cast, get_args

from django.conf import settings

from yimen.gateways.signed_http import AnswerUnusable, Channel, GatewayAway

Stands = Literal["on_its_way", "delivered", "returned", "unknown"]
STANDS: Final = frozenset(get_args(Stands))


class PostGateway(Protocol):
    """What the carriers' side does; `connected` is False where there is none. `at`: the time of asking, in seconds."""

    @property
    def connected(self) -> bool: ...

    def parcel(self, *, carrier: str, tracking: str, at: int) -> Stands:
        """
        Say what became of a parcel. `returned`: it is back with who sent it; `unknown`: the carrier has no such parcel yet.

        Refuses: GatewayAway; AnswerUnusable, where the answer says nothing that can be used.
        """
        ...


@dataclass(frozen=True)
class Carriers:
    """The real side: carriers behind an adapter that speaks our protocol."""

    channel: Channel
    connected: bool = True

    def parcel(self, *, carrier: str, tracking: str, at: int) -> Stands:
        status, said = self.channel.ask("/parcels/query", {"carrier": carrier, "tracking": tracking}, at=at)
        state = said.get("state")
        if (
            status != 200
            or not isinstance(state, str)
            or state not in STANDS
            or (said.get("carrier"), said.get("tracking")) != (carrier, tracking)
        ):
            raise AnswerUnusable(f"nothing of the parcel, {status}")
        return cast(Stands, state)


@dataclass(frozen=True)
class NotConnected:
    """The null side: no carrier is asked; a clerk notes by hand, with her evidence, what became of a parcel."""

    connected: bool = False

    def parcel(self, *, carrier: str, tracking: str, at: int) -> Stands:
        raise GatewayAway("no carrier is connected")


def post_gateway() -> PostGateway:
    """The post gateway of this installation."""
    if settings.POST_URL:
        return Carriers(Channel(settings.POST_URL, settings.POST_SECRET))
    return NotConnected()
