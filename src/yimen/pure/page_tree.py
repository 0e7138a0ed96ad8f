"""How many pages a PDF has, without walking through a tree that was made to be walked for ever."""

from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

NODES: Final = 10  # of the tree, for each page that may be


def pages_up_to(reader: PdfReader, most: int) -> int:
    """
    Return how many pages there are, or one more than `most` as soon as there are more, or as the tree does not end.

    A file of a thousand bytes can name one branch twice, twenty times over: whoever counts its pages counts a million.
    """
    waiting: list[Any] = [reader.root_object["/Pages"]]
    leaves = 0
    for _ in range(NODES * (most + 1)):
        if not waiting:
            return leaves
        node = waiting.pop().get_object()
        kids = node.get("/Kids") if isinstance(node, DictionaryObject) else None
        if kids is None:
            leaves += 1
        else:
            waiting.extend(kids.get_object())
        if leaves > most:
            break
    return most + 1
