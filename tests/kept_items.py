"""Items that two people of a town publish, and what their columns are called in a file."""

from uuid import uuid4

import town as towns
from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Whole
from yimen.registry import revision


def published(town: towns.Town, *items: Whole, ends: tuple[str, ...] = ()) -> None:
    """Publish items, and have others end, by the town's editor and reviewer."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = revision.begin(why="x", items=items, ends=ends, session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="x", session=editor, key=uuid4())
    draft = revision.read(revision=stream, session=reviewer).draft
    revision.publish(revision=stream, after=2, why="x", reviewed=draft, session=reviewer, key=uuid4())


def heading(sheet: str, name: str) -> str:
    """What the column of a field is called in a file."""
    return next(one.heading() for one in SHEETS[sheet] if one.name == name)
