"""
What each route refuses. Nothing is typed twice: a route may give whatever the operations it calls, and all that they call in
turn, say after `Refuses:` in their docstrings, as `kind code, code; kind code`. Statuses are those of `errors`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final, TypeGuard

from yimen.api.errors import STATUS, STATUS_OF_CODE, WORDS
from yimen.record import refusal

_SAID: Final = re.compile(r"Refuses(?: and records)?:(.*?)(?:Records:|\n\s*\n|\Z)", re.DOTALL)
_WORD: Final = re.compile(r"[a-z_]+(?:\.[a-z_]+)?")
Codes = Mapping[str, str]  # code to kind


def known(code: str) -> bool:
    """Is this a code of ours? Other words with a dot in a docstring are names of operations."""
    return code in refusal.WORDS or code in WORDS


def said_by(docstring: str) -> dict[str, str]:
    """Return the codes that one docstring says are refused, each with its kind; `` when no kind was said before it."""
    found: dict[str, str] = {}
    for passage in _SAID.findall(docstring):
        kind = ""
        for word in _WORD.findall(passage):
            if word in STATUS:
                kind = word
            elif known(word):
                found[word] = kind
    return found


@cache
def refused_by(operation: Callable[..., Any]) -> Codes:
    """Return every code that a function, or anything of ours that it calls, says is refused."""
    found: dict[str, str] = {}
    for one in reached_by(operation):
        found |= said_by(one.__doc__ or "")
    return found


def reached_by(operation: Callable[..., Any]) -> list[FunctionType]:
    """Return a function and all of ours that it calls, however deep."""
    reached: dict[FunctionType, None] = {}
    waiting = [operation]
    while waiting:
        one = unwrap(waiting.pop())
        if isinstance(one, FunctionType) and one not in reached:
            reached[one] = None
            waiting += _called(one)
    return list(reached)


def _called(function: FunctionType) -> Iterator[FunctionType]:
    names = dict.fromkeys(_names(function.__code__))
    for found in (function.__globals__.get(name) for name in names):
        if isinstance(found, ModuleType):
            yield from filter(_ours, (getattr(found, name, None) for name in names))
        elif _ours(found):
            yield found


def _ours(found: object) -> TypeGuard[FunctionType]:
    return isinstance(found, FunctionType) and found.__module__.startswith("yimen.")


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)


def by_status(codes: Codes) -> dict[int, list[str]]:
    """Return the codes by the status they are answered with, in order."""
    found: dict[int, list[str]] = {}
    for code in sorted(codes):
        found.setdefault(STATUS_OF_CODE.get(code, STATUS[codes[code]]), []).append(code)
    return dict(sorted(found.items()))
