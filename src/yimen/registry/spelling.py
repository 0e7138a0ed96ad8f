"""How names sound to people who type no characters, and what of a question says what is looked for."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final

# What people type around the thing itself.
_AROUND_ZH: Final = re.compile(
    "^(去?办个?|我要办)|怎么办理|怎么办|怎么|怎样|如何|哪里|在哪|去哪儿?|需要什么|材料|流程|我们?(想要?|要|需要)|想要?|需要|办理|申请|申办|可以|多少钱|吗|呢|[?？!！,，。、]"
)
_AROUND_EN: Final = frozenset(
    (
        *("a", "an", "the", "to", "for", "of", "in", "on", "at", "my", "our", "me", "i", "we", "is", "are", "do", "does", "can"),
        *("how", "where", "what", "want", "need", "get", "apply", "please", "and", "with", "it", "be", "am", "have"),
    )
)  # fmt: skip

MOST_PARTS: Final = 8


def pinyin(text: str) -> str:
    """Return the syllables of the characters and the words in Latin letters of a text, without tones, a space between them."""
    found = _speller()(text, v_to_u=False, errors=lambda other: "".join(c if c.isalnum() else " " for c in other))
    return " ".join(" ".join(found).lower().split())


@cache
def _speller() -> Callable[..., list[str]]:
    """The dictionary of sounds, 50 MB and a quarter of a second: read when something is spelled, which most commands never do."""
    speller: Callable[..., list[str]] = import_module("pypinyin").lazy_pinyin
    return speller


def initials(spelled: str) -> str:
    """Return the first letters of what `pinyin` returned."""
    return "".join(syllable[0] for syllable in spelled.split())


def plain(typed: str) -> str:
    """Return what was typed without what people type around the thing they look for; all of it where nothing else is left."""
    words = [one for one in _AROUND_ZH.sub(" ", typed).split() if one.strip("?!,.") not in _AROUND_EN]
    return " ".join(words) or typed


def parts(typed: str) -> list[str]:
    """Return the parts by which something half right is known: words in Latin letters, and each two characters that stand together."""
    found = []
    for word in typed.split():
        pairs = [word] if word.isascii() else [word[n : n + 2] for n in range(max(1, len(word) - 1))]
        found += [one for one in pairs if len(one) > 1]
    return list(dict.fromkeys(found))[:MOST_PARTS]
