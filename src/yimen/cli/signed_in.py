"""A person at a terminal: her password is asked for and checked as at the door, and a session opened with one hat."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import click
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.models import User

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import end_session, open_session, posts


@contextmanager
def signed_in(username: str, *roles: str) -> Iterator[Session]:
    """Have a session of a person in the first of some roles that she has for the length of a block, after password and second factor."""
    user = authenticate(
        None, username=username, password=click.prompt(f"Password of {username}", hide_input=True, err=True)
    )
    if not isinstance(user, User) or not second_factor(user):
        raise click.ClickException("The name or the password is wrong.")
    held = {post["role"]: post for post in reversed(posts(username=username)["posts"])}
    post = next((held[role] for role in roles if role in held), None)
    if post is None:
        raise click.ClickException(f"{username} is on record, and holds no post as {' or '.join(roles)}.")
    session = open_session(username=username, post=UUID(post["post"]), hours=1).session
    try:
        yield session
    finally:
        with suppress(Refusal):  # it ends by itself within the hour
            end_session(session=session)


def second_factor(user: User) -> bool:
    """Whether whoever set up a second factor gives it; who did not needs none."""
    factors = list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN))
    if not factors:
        return True
    code = click.prompt("Code of the second factor", hide_input=True, err=True)
    return any(factor.wrap().validate_code(code) for factor in factors)
