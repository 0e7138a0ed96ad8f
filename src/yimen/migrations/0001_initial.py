"""Tables and functions of the record, the registry and casework, in the order they need each other."""

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FOLDER = Path(__file__).parent / "sql"
PARTS = (
    "record.sql",
    "registry.sql",
    "finding.sql",
    "offers.sql",
    "casework.sql",
    "record_functions.sql",
    "registry_functions.sql",
    "revision.sql",
    "keeping.sql",
    "changes.sql",
    "clocks.sql",
    "visits.sql",
    "intake.sql",
    "confirmation.sql",
    "steps.sql",
    "sealing.sql",
    "gateways.sql",
    "bank.sql",
    "post.sql",
    "reading.sql",
    "lists.sql",
    "worked.sql",
    "notices.sql",
    "mail.sql",
    "issued.sql",
    "check.sql",
    "restore.sql",
    "desk.sql",
    "follow.sql",
    "figures.sql",
    "moves.sql",
    "facts.sql",
    "privileges.sql",
)
LOGINS = (
    "owner",
    "door",
    "public",
    "counter",
    "decide",
    "custody",
    "registry",
    "oversight",
    "worker",
    "keeper",
)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Run every part under the names of this installation's roles."""
    roles = {login: f'"{settings.INSTALLATION}_{login}"' for login in (*LOGINS, "record")}
    with schema_editor.connection.cursor() as cursor:
        for part in PARTS:
            sql = (FOLDER / part).read_text(encoding="utf-8")
            if part == "privileges.sql":
                for login, role in roles.items():
                    sql = sql.replace("{" + login + "}", role)
            cursor.execute(sql)
        cursor.executemany(
            "insert into record_login (role, login) values (%s, %s)",
            [(f"{settings.INSTALLATION}_{login}", login) for login in LOGINS],
        )


class Migration(migrations.Migration):
    """The first shape of the database."""

    initial = True
    operations: ClassVar = [migrations.RunPython(create, atomic=True)]
