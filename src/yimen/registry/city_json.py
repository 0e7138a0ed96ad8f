"""Reading values inside the JSON files of a city folder, each fault noted with its path."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from yimen.pure.identifiers import IdentifierError
from yimen.registry.city_tables import BadField, Findings

MARKS = ("source", "typical", "fictional")
_T = TypeVar("_T")
_MAX_TEXT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from: read in a source, typical of practice, or made up; and which."""

    mark: str
    source: str


class Node:
    """One value of a JSON file and the path at which it stands."""

    def __init__(self, file: str, path: str, value: object, findings: Findings) -> None:
        self.file = file
        self.path = path
        self.value = value
        self.findings = findings

    def fault(self, code: str, message: str) -> None:
        self.findings.error(self.file, None, self.path, code, message)

    def has(self, name: str) -> bool:
        return isinstance(self.value, Mapping) and name in self.value

    def at(self, name: str) -> "Node":
        """Return a member; one that is missing is noted and reads as None."""
        path = f"{self.path}.{name}" if self.path else name
        if isinstance(self.value, Mapping) and name in self.value:
            return Node(self.file, path, self.value[name], self.findings)
        self.findings.error(self.file, None, path, "field.missing", "this is missing")
        return Node(self.file, path, _MISSING, self.findings)

    def each(self) -> "Iterator[Node]":
        if self.value is _MISSING:
            return
        if not isinstance(self.value, list):
            self.fault("field.not_a_list", "this must be a list")
            return
        for place, value in enumerate(self.value):
            yield Node(self.file, f"{self.path}[{place}]", value, self.findings)

    def text(self) -> str:
        if isinstance(self.value, str) and 0 < len(self.value.strip()) <= _MAX_TEXT:
            return self.value.strip()
        self._not("field.not_text", "this must be text")
        return ""

    def whole(self, least: int, most: int) -> int:
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._not("field.not_a_number", f"this must be a whole number from {least} to {most}")
        return least

    def flag(self) -> bool:
        if isinstance(self.value, bool):
            return self.value
        self._not("field.not_a_flag", "this must be true or false")
        return False

    def both(self) -> Text:
        return Text(zh=self.at("zh").text(), en=self.at("en").text())

    def one_of(self, allowed: Sequence[str]) -> str:
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        self._not("field.unknown_value", f"this must be one of {', '.join(allowed)}")
        return allowed[0]

    def read(self, read: Callable[[str], _T], default: _T) -> _T:
        text = self.text()
        if not text:
            return default
        try:
            return read(text)
        except (BadField, IdentifierError) as error:
            self.fault(error.code, str(error))
            return default

    def marked(self) -> "tuple[Node, Origin]":
        """Return the value of a marked value and its origin."""
        origin = Origin(mark=self.at("mark").one_of(MARKS), source=self.at("from").text())
        return self.at("value"), origin

    def _not(self, code: str, message: str) -> None:
        if self.value is not _MISSING:
            self.fault(code, message)


class _Missing:
    pass


_MISSING = _Missing()
