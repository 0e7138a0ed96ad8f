"""Accounts: names and passwords with which people come through the door. What they may do is said by their posts."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password


class ToldToEveryone(Argon2PasswordHasher):
    """
    For passwords of a demonstration, which stand on the screen: there is nothing to make costly for who guesses.

    At its owner's first sign-in such a password is hashed again as everyone's is.
    """

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def make_accounts(people: Iterable[tuple[str, str]], *, told_to_everyone: bool = False) -> int:
    """
    Make an account for each (user name, password) that has none, and return how many. Existing passwords stay.

    An account without a person on record opens no session.
    """
    model = get_user_model()
    wanted = dict(people)
    there = set(model.objects.filter(username__in=wanted).values_list("username", flat=True))
    quick = ToldToEveryone()
    new = [
        model(username=name, password=quick.encode(word, quick.salt()) if told_to_everyone else make_password(word))
        for name, word in wanted.items()
        if name not in there
    ]
    model.objects.bulk_create(new)
    return len(new)
