"""How Chinese names sound, as people type them who type no characters."""

from pypinyin import lazy_pinyin


def pinyin(text: str) -> str:
    """Return the syllables of the characters and the words in Latin letters of a text, without tones, a space between them."""
    found = lazy_pinyin(text, v_to_u=False, errors=lambda other: "".join(c if c.isalnum() else " " for c in other))
    return " ".join(" ".join(found).lower().split())


def initials(spelled: str) -> str:
    """Return the first letters of what `pinyin` returned."""
    return "".join(syllable[0] for syllable in spelled.split())
