"""
The bearer token: `LINK.SECRET`. The link says which login of the database to ask; the database checks the secret.

A token with another link's name is refused by the database, not by us: the secret is bound to its link there.
"""

from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from yimen.record.events import Session
from yimen.record.refusal import Refusal

LINKS: Final = frozenset({"public", "counter", "decide", "custody", "registry", "oversight"})


class Bearer(HttpBearer):
    """Splits a token; asks nobody, since every statement of ours checks the session itself."""

    def authenticate(self, request: HttpRequest, token: str) -> Session:
        link, dot, secret = token.partition(".")
        if not dot or link not in LINKS or not 20 <= len(secret) <= 100 or not secret.isascii():
            raise Refusal("forbidden", "session.ended")
        if link not in settings.LOGINS:
            raise Refusal("missing", "face.elsewhere", link=link)
        return Session(secret=secret, login=link)


bearer = Bearer()


def token_of(session: Session) -> str:
    return f"{session.login}.{session.secret}"


def session_of(request: HttpRequest) -> Session:
    """
    The session of a route that asks for one.

    Refuses: forbidden session.ended, session.of_another_link, move.of_another_link, post.ended; missing face.elsewhere.
    """
    return cast(Session, request.auth)  # type: ignore[attr-defined]  # set by ninja
