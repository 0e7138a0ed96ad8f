"""What accounts may be made and changed by their owners: an account begins with a person on record, never on a page."""

from contextlib import suppress

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from yimen.record import sessions
from yimen.record.refusal import Refusal
from yimen.web.door import session_of


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's part of the door. Whoever could choose a name here could choose that of a person on record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Whoever came in with the old password is out: the sessions of the record end with it."""
        super().set_password(user, password)
        sessions.end_sessions(username=user.get_username())

    def logout(self, request: HttpRequest) -> None:
        """Signing out at allauth's own address ends the session of the record too, as at ours."""
        with suppress(Refusal):
            sessions.end_session(session=session_of(request))
        super().logout(request)
