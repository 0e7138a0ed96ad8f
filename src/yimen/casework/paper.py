"""
Papers on their way in, before anything of them is kept: how large, under which name, for which material.

No table. Whoever sends them is not known yet, so nothing here touches the document store.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings

from yimen.casework.document import Stored, forget, judge, keep
from yimen.record.refusal import Refusal

TOGETHER: Final = 5  # times the limit of one file, in one request


class Upload(Protocol):
    """A file as a door has it: its size is known before it is read."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class Paper:
    """A file for one material of an item, under the name it came with."""

    material: str
    name: str
    content: bytes


def paper_of(upload: Upload, *, material: str) -> Paper:
    """
    Read a file whose size allows it.

    Refuses: malformed document.too_large, naming the file.
    """
    name = name_of(upload)
    material = material[:100].replace("\x00", "")
    return Paper(material, name, read(upload, material=material, file=name))


def read(upload: Upload, **named: str) -> bytes:
    """
    Return the content of a file whose size allows it.

    Refuses: malformed document.too_large.
    """
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 1024 // 1024
        raise Refusal("malformed", "document.too_large", most=most, **named)
    return upload.read()


def name_of(upload: Upload) -> str:
    """The name a file came with, without what no name needs; it decides nothing."""
    name = "".join(letter for letter in (upload.name or "") if letter.isprintable())
    return name.strip()[-200:] or "file"


@contextmanager
def kept(papers: Sequence[Paper]) -> Iterator[list[Stored]]:
    """
    Judge all papers, then store them; what is refused inside leaves no file behind.

    A refusal means that the database has kept nothing. Only `unavailable` leaves open whether it has: then the files stay,
    since a file that nothing points to is the lesser harm than a record that points to nothing.

    Refuses: as `document.judge`, naming the file; unavailable document.store_away.
    """
    types = [_judged(one) for one in papers]
    stored: list[Stored] = []
    try:
        for one, media_type in zip(papers, types, strict=True):
            stored.append(keep(content=one.content, media_type=media_type))
    except Refusal:
        forget(stored)
        raise
    try:
        yield stored
    except Refusal as refused:
        if refused.kind != "unavailable":
            forget(stored)
        raise


def _judged(paper: Paper) -> str:
    try:
        return judge(content=paper.content)
    except Refusal as refused:
        named = {"material": paper.material, "file": paper.name}
        raise Refusal(refused.kind, refused.code, **refused.params, **named) from refused
