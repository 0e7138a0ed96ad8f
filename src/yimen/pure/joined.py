"""Several papers as one: pages in the order that was chosen, each turned as it should be read. Nothing is compressed anew."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pypdf import PdfReader, PdfWriter

Turn = Literal[0, 90, 180, 270]
TURNS: Final = (0, 90, 180, 270)


@dataclass(frozen=True)
class Leaf:
    """One page: of which paper (its place among those given), which page of it (from 0), and how far to turn it clockwise."""

    paper: int
    page: int
    turn: Turn = 0


def pages_in(paper: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(paper)).pages)


def join(papers: Sequence[bytes], leaves: Sequence[Leaf]) -> bytes:
    """Return one PDF of the leaves, in their order, from papers that are PDFs. Refuses: IndexError, where there is no such page."""
    readers = [PdfReader(io.BytesIO(paper)) for paper in papers]
    writer = PdfWriter()
    for leaf in leaves:
        if leaf.paper < 0 or leaf.page < 0:
            raise IndexError(leaf)
        added = writer.add_page(readers[leaf.paper].pages[leaf.page])
        if leaf.turn:
            added.rotate(leaf.turn)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
