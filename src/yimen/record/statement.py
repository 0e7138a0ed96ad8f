"""One statement under one login. The only place that turns the database's refusals into ours."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import DataError, Error, InterfaceError, OperationalError, connections
from django.utils.connection import ConnectionDoesNotExist

from yimen.record.refusal import KINDS, Refusal

Row = dict[str, Any]


def rows(login: str, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> list[Row]:
    """
    Run one statement under a login and return its rows.

    Refuses: whatever the database's functions refuse, by their code; unavailable database.away; missing face.elsewhere
    where the login is not configured; forbidden move.of_another_link where it was not given the function.
    """
    try:
        with connections[login].cursor() as cursor:
            cursor.execute(sql, params or None)
            description = cursor.description  # made anew at each look
            if description is None:
                return []
            names = [column.name for column in description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except Error as error:
        raise refusal_of(error) from error
    except ConnectionDoesNotExist as elsewhere:
        raise Refusal("missing", "face.elsewhere", link=login) from elsewhere


def row(login: str, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Row:
    """Run one statement that returns exactly one row."""
    (only,) = rows(login, sql, params)
    return only


def value(login: str, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
    """Run one statement that returns one value. A jsonb value comes back as Python data."""
    (found,) = row(login, sql, params).values()
    return found


def document(login: str, sql: str, params: Mapping[str, Any] | Sequence[Any] = ()) -> Any:
    """Run one statement that returns one jsonb value, as Python data whatever the driver's settings."""
    return read_json(value(login, sql, params))


def read_json(found: Any) -> Any:
    """Return a jsonb value as Python data, whatever the driver's settings."""
    return json.loads(found) if isinstance(found, str) else found


def refusal_of(error: Error) -> Exception:
    """Return the refusal an error of the database stands for; the error itself when it stands for none."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    diag = getattr(cause, "diag", None)
    if state is not None and state in KINDS and diag is not None:
        params = json.loads(diag.message_detail or "{}")
        return Refusal(KINDS[state], cast(str, diag.message_primary), **params)
    if isinstance(error, OperationalError | InterfaceError) and (state is None or state[:2] in ("08", "57", "53")):
        return Refusal("unavailable", "database.away")
    if state == "42501":  # the login was not given the function: it belongs to another link
        return Refusal("forbidden", "move.of_another_link", database=str(cause).splitlines()[0])
    if isinstance(error, DataError):  # a character or number that no column can hold
        return Refusal("malformed", "request.malformed")
    return error
