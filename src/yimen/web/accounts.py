"""What accounts may be made and changed by their owners: an account begins with a person on record, never on a page."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's part of the door. Whoever could choose a name here could choose that of a person on record."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
