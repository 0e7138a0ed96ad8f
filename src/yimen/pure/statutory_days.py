"""The 13 statutory days of rest, for years whose arrangement is not published yet.

Since 2025: New Year 1, Spring Festival 4 (its eve to the third day), Qingming 1, Labour Day 2,
Dragon Boat 1, Mid-Autumn 1, National Day 3. Three of them follow the moon: their dates are listed
for the years they were looked up for. In a later year only the others are known, which is one more
reason why such a year is provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str


NEW_YEAR = Name("元旦", "New Year's Day")
SPRING = Name("春节", "Spring Festival")
QINGMING = Name("清明节", "Qingming Festival")
LABOUR = Name("劳动节", "Labour Day")
DRAGON_BOAT = Name("端午节", "Dragon Boat Festival")
MID_AUTUMN = Name("中秋节", "Mid-Autumn Festival")
NATIONAL = Name("国庆节", "National Day")

# First day of the first month, fifth of the fifth, fifteenth of the eighth month of the lunar
# calendar.
_LUNAR = {
    2024: ((2, 10), (6, 10), (9, 17)),
    2025: ((1, 29), (5, 31), (10, 6)),
    2026: ((2, 17), (6, 19), (9, 25)),
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
    2037: ((2, 15), (6, 18), (9, 24)),
}


@lru_cache(maxsize=64)
def statutory_days(year: int) -> Mapping[date, Name]:
    """Return the statutory days of a year whose dates can be told; of two on one day, the longer
    feast names it.
    """
    days: dict[date, Name] = {}
    if year in _LUNAR:
        spring, dragon_boat, mid_autumn = (date(year, month, day) for month, day in _LUNAR[year])
        days |= {spring + timedelta(days=step): SPRING for step in range(-1, 3)}
        days |= {dragon_boat: DRAGON_BOAT, mid_autumn: MID_AUTUMN}
    days[date(year, 4, _qingming(year))] = QINGMING
    days[date(year, 1, 1)] = NEW_YEAR
    days |= {date(year, 5, day): LABOUR for day in (1, 2)}
    days |= {date(year, 10, day): NATIONAL for day in (1, 2, 3)}
    return MappingProxyType(days)


def _qingming(year: int) -> int:
    """Return the day of April on which the sun reaches 15 degrees; the rule of thumb holds from
    2000 to 2099.
    """
    short = year % 100
    return int(short * 0.2422 + 4.81) - short // 4
