"""Accounts: names and passwords with which people come through the door. What they may do is said by their posts."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password


def make_accounts(people: Iterable[tuple[str, str]]) -> int:
    """
    Make an account for each (user name, password) that has none, and return how many. Existing passwords stay.

    An account without a person on record opens no session.
    """
    model = get_user_model()
    wanted = dict(people)
    there = set(model.objects.filter(username__in=wanted).values_list("username", flat=True))
    new = [model(username=name, password=make_password(wanted[name])) for name in wanted if name not in there]
    model.objects.bulk_create(new)
    return len(new)
