"""Amounts of money in words: in figures, and in the capital numerals that no stroke changes into another (票据 use)."""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def figures(fen: int) -> str:
    """Return an amount of fen in yuan: 30050 is ¥300.50."""
    return f"¥{fen // 100:,}.{fen % 100:02d}"


def plain(fen: int) -> str:
    """Return an amount of fen as a bank's statement has it: 123456 is 1234.56."""
    return f"{fen // 100}.{fen % 100:02d}"


def capitals(fen: int) -> str:
    """
    Return an amount of fen in capital numerals: 30050 is 人民币叁佰元伍角整.

    Refuses: ValueError below zero and from ten quadrillion yuan on.
    """
    if not 0 <= fen < 10**18:
        raise ValueError("an amount that has no words")
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    told = f"{_whole(yuan)}元" if yuan or not fen else ""
    if jiao:
        told += f"{_DIGITS[jiao]}角"
    elif rest and yuan:
        told += "零"
    return "人民币" + told + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole(number: int) -> str:
    """A whole number: groups of four digits, and one zero for any gap before a digit."""
    told, gap = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10_000**group % 10_000
        if not part:
            gap = bool(told)
            continue
        told += ("零" if told and (gap or part < 1000) else "") + _four(part) + _GROUPS[group]
        gap = False
    return told or _DIGITS[0]


def _four(number: int) -> str:
    told, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(told)
            continue
        told += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return told
