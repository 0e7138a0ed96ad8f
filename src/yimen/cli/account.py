"""`yimen account`: the names and passwords with which people on record come through the door."""

from typing import Any

import click
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yimen.cli.attach import attached
from yimen.cli.listing import Listing
from yimen.record.refusal import Refusal
from yimen.record.sessions import posts
from yimen.registry.accounts import make_accounts


@click.group(cls=Listing)
def account() -> None:
    """Make accounts for people on record."""


@account.command()
@click.argument("username")
def make(username: str) -> None:
    """
    Make the account of a person on record. She types her password here, twice; nobody else should know it.

    An account that is there stays as it is: its owner changes the password on /accounts/password/change/.
    """
    with attached():
        person = on_record(username)
        model = get_user_model()
        if model.objects.filter(username=username).exists():
            raise click.ClickException(f"{username} has an account already; it was not changed.")
        password = click.prompt(f"Password for {username}", hide_input=True, confirmation_prompt=True, err=True)
        try:
            validate_password(password, model(username=username))
        except ValidationError as weak:
            raise click.ClickException(" ".join(weak.messages)) from weak
        make_accounts([(username, password)])
    click.echo(f"{person['name_zh']} {person['name_en']} can sign in as {username}:")
    for post in person["posts"]:
        click.echo(f"  {post['role']}, {post['place_zh']} {post['place_en']}")
    click.echo("  applicant")


def on_record(username: str) -> dict[str, Any]:
    try:
        return posts(username=username)
    except Refusal as refusal:
        if refusal.code != "person.missing":
            raise click.ClickException(refusal.words) from refusal
        message = f"Nobody on record has the user name {username}. Accounts are for people whom two registrars entered."
        raise click.ClickException(message) from refusal
