"""Graphs as files: Turtle to read, JSON-LD for programs. Written in parts and put in place whole, or not at all."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from rdflib import Graph

from yimen.registry.exchange.graph import PREFIXES

MEDIA_TYPES: Final = {".ttl": "text/turtle", ".jsonld": "application/ld+json"}
_CONTEXT: Final = {prefix: str(namespace) for prefix, namespace in sorted(PREFIXES.items())}


def write(parts: Iterable[Graph], path: Path) -> None:
    """Write graphs, none of which says what another says, as one file: .ttl or .jsonld."""
    texts = {".ttl": _turtle, ".jsonld": _json_ld}[path.suffix](parts)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(texts)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _turtle(parts: Iterable[Graph]) -> Iterator[str]:
    """The prefixes once: each part begins with those it uses, up to its first empty line."""
    yield from (f"@prefix {prefix}: <{address}> .\n" for prefix, address in _CONTEXT.items())
    for part in parts:
        if len(part):
            yield "\n" + part.serialize(format="turtle").split("\n\n", 1)[1].rstrip() + "\n"


def _json_ld(parts: Iterable[Graph]) -> Iterator[str]:
    yield f'{{"@context": {json.dumps(_CONTEXT)},\n"@graph": ['
    between = "\n"
    for part in parts:
        for node in _nodes(part):
            yield between + json.dumps(node, ensure_ascii=False)
            between = ",\n"
    yield "\n]}\n"


def _nodes(part: Graph) -> list[Any]:
    """The things of a part; a part of one thing is that thing itself."""
    document = json.loads(part.serialize(format="json-ld", context=_CONTEXT))
    document.pop("@context")
    return list(document["@graph"]) if "@graph" in document else [document] if document else []
