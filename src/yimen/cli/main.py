"""The `yimen` command: finds its commands in this folder and sets Django up before it loads one."""

import importlib
import os
import pkgutil
import sys
from typing import Final

import click
import django
from django.core.exceptions import ImproperlyConfigured

import yimen
from yimen import cli
from yimen.cli.listing import Listing

SETTINGS: Final = "DJANGO_SETTINGS_MODULE"
ONE_LOGIN: Final = {
    "worker": "worker",
    "mail": "worker",
    "fees": "worker",
    "keeper": "keeper",
}  # a process that holds one login only
WITHOUT_TABLES: Final = {"serve"}  # it only starts others, and must start quickly


class Commands(Listing):
    """A file `cli/NAME.py` with a click command called NAME is `yimen NAME`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (module.name for module in pkgutil.iter_modules(cli.__path__))
        return sorted(name.replace("_", "-") for name in names if self.get_command(ctx, name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name == "main" or name not in {module.name for module in pkgutil.iter_modules(cli.__path__)}:
            return None
        found = getattr(importlib.import_module(f"yimen.cli.{name}"), name, None)
        return found if isinstance(found, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(yimen.__version__, prog_name="yimen")
def yimen_command() -> None:
    """Yimen 一门: a city's government service, where no one can act alone."""


def main() -> None:
    """Run `yimen`; a setting that cannot be meant is named, and nothing is started with it."""
    os.environ.setdefault(SETTINGS, "yimen.config.settings")
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if command in ONE_LOGIN:
        os.environ.setdefault("YIMEN_LOGINS", ONE_LOGIN[command])
    try:
        if command in WITHOUT_TABLES:
            importlib.import_module(os.environ[SETTINGS])
        else:
            django.setup()
    except ImproperlyConfigured as bad:
        sys.exit(f"yimen: {bad}")
    yimen_command(prog_name="yimen")
