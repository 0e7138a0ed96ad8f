"""Count the statements of pages: addresses on standard input, numbers on standard output. A process of its own, over its own state."""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import django
from django.db import connections
from django.test import Client


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    django.setup()
    seen: list[str] = []

    def counting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    for one in connections.all():
        one.execute_wrappers.append(counting)
    found = {}
    for page in json.load(sys.stdin):
        browser = Client(HTTP_HOST="127.0.0.1", headers=page["carries"])
        browser.get(page["address"])  # what a process reads once, it has read
        seen.clear()
        browser.get(page["address"])
        found[page["name"]] = len(seen)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
