"""What operations say they refuse is what the sources refuse: kind and code, said once, and told to programs."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yimen
from yimen.api.errors import STATUS
from yimen.api.errors import WORDS as OF_THE_INTERFACE
from yimen.api.refusals import reached_by, refused_by, said_by
from yimen.api.urls import v1
from yimen.record.refusal import WORDS

SOURCE = Path(yimen.__file__).parent
KIND = r"'(malformed|forbidden|missing|conflict|not_now|unavailable)',\s*"
IN_SQL = re.compile(KIND + r"'([a-z_]+\.[a-z_]+)'")
ONE_OF = re.compile(KIND + r"(case\s[^;]*?\send)")  # one code or another of the same kind
NOBODY = re.compile(r"record_draw_waits\(.*'(draw\.[a-z_]+)'")  # refused there, unless the step may wait
CODE = re.compile(r"'([a-z_]+\.[a-z_]+)'")
# What takes a session and has no route, and why.
NOT_OFFERED = {
    "casework.desk.desk": "a page in one statement: its cases, messages and mandates each have a route",
    "registry.keeping.keeper": "of a page: the session's own post, which signing in tells",
    "registry.keeping.still_asked": "a page's comparison of items that each have a route, with a count beside it",
    "registry.changes.closed": "of a form: days that a program has from the place itself",
    "registry.changes.seconds": "of a page: whom its proposer can ask",
    "registry.revision.drafted_at": "of a page that shows two drafts side by side: a program keeps the one that it read",
    "oversight.days.day_of_draws": "a page's three answers at once: `coming`, `roster` and `public_day`, each with a route",
}


def test_a_refusal_has_one_kind_wherever_it_comes_from() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, code in raised():
        kinds.setdefault(code, set()).add(kind)
    assert {code: many for code, many in kinds.items() if len(many) > 1} == {}


def test_every_docstring_names_kind_and_code_as_they_are_raised() -> None:
    true = set(raised())
    wrong = [
        f"{name}: {kind or 'no kind'} {code}"
        for name, docstring in docstrings()
        for code, kind in said_by(docstring).items()
        if (kind, code) not in true
    ]
    assert wrong == []


def test_every_refusal_of_the_words_is_raised_somewhere() -> None:
    assert sorted((WORDS.keys() | OF_THE_INTERFACE.keys()) - {code for _, code in raised()}) == []


def test_whatever_a_person_can_do_has_a_route() -> None:
    reached = {one for route in v1.operations() for one in reached_by(route.view_func)}
    missing = {name for name, operation in operations() if inspect.unwrap(operation) not in reached}
    assert missing == NOT_OFFERED.keys()


def test_every_route_that_acts_says_what_it_refuses() -> None:
    silent = [one.view_func.__name__ for one in v1.operations() if not refused_by(one.view_func)]
    assert silent == []


def operations() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function that takes a session, of the steps, the draws, the entries and what is read of them."""
    for folder in ("casework", "record", "registry", "oversight"):
        for path in sorted((SOURCE / folder).glob("*.py")):
            module = import_module(f"yimen.{folder}.{path.stem}")
            for name, found in vars(module).items():
                if not name.startswith("_") and inspect.isfunction(found) and found.__module__ == module.__name__:
                    taken = inspect.signature(found).parameters.get("session")
                    if taken is not None and taken.default is inspect.Parameter.empty:
                        yield f"{folder}.{path.stem}.{name}", found


@cache
def nodes() -> list[tuple[Path, ast.AST]]:
    """Every node of every module of ours."""
    modules = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(SOURCE.rglob("*.py"))]
    return [(path, node) for path, module in modules for node in ast.walk(module)]


def docstrings() -> Iterator[tuple[str, str]]:
    """The docstring of every function of ours."""
    for path, node in nodes():
        if isinstance(node, ast.FunctionDef):
            yield f"{path.relative_to(SOURCE)}:{node.name}", ast.get_docstring(node) or ""


def raised() -> Iterator[tuple[str, str]]:
    """Every kind and code that is refused anywhere: in SQL, and in Python as `Refusal(kind, code)` or a table of such."""
    for path in sorted((SOURCE / "migrations" / "sql").glob("*.sql")):
        yield from IN_SQL.findall(path.read_text(encoding="utf-8"))
        for kind, codes in ONE_OF.findall(path.read_text(encoding="utf-8")):
            yield from ((kind, code) for code in CODE.findall(codes))
        yield from (("not_now", code) for code in NOBODY.findall(path.read_text(encoding="utf-8")))
    for _, node in nodes():
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Refusal"):
            kind = ast.unparse(node.args[0]).strip("'")
            if kind in STATUS:
                yield from ((kind, code) for code in CODE.findall(ast.unparse(node.args[1])))
