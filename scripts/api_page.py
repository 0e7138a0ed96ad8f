"""
Write the table of operations in docs/api.md, from the interface itself. For maintainers; run it after changing a route.

    python scripts/api_page.py
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
BEGIN, END = "<!-- operations: written by scripts/api_page.py -->", "<!-- end of operations -->"


def table(schema: dict) -> str:
    """One line for each operation: what to call, for whom, and what it does."""
    return "\n".join(["| call | for | what it does |", "|---|---|---|", *sorted(_lines(schema))])


def _lines(schema: dict) -> Iterator[str]:
    for address, methods in schema["paths"].items():
        for method, route in methods.items():
            words = route["description"].split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
            yield f"| `{method.upper()} {address.removeprefix('/api/v1')}` | {route['tags'][0]} | {words} |"


def parts(page: str) -> tuple[str, str, str]:
    """The page before, in and after the table."""
    before, rest = page.split(BEGIN)
    inside, after = rest.split(END)
    return before, inside.strip(), after


def main() -> None:
    """Write the table into the page."""
    import django

    os.environ.setdefault("YIMEN_STATE", tempfile.mkdtemp(prefix="yimen-page-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    django.setup()
    from yimen.api.urls import v1

    before, _, after = parts(PAGE.read_text(encoding="utf-8"))
    told = table(v1.get_openapi_schema(path_prefix=""))
    PAGE.write_text(f"{before}{BEGIN}\n{told}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
