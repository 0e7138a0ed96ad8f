"""What public vocabularies say of a city beside its items: who it is, its agencies, its hall, and since when the data are. From its folder or the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from yimen.record import statement
from yimen.registry.city import City

MADE_UP: Final = (
    "本数据为示范：行政区划为公开事实，机构代码、人员、电话、地址、印章均为虚构。",
    "This is a sample: the divisions are public facts; agency codes, people, phones, addresses and seals are made up.",
)


class Named(NamedTuple):
    """What has a code and a name in two languages."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """
    `divisions` and `agencies` by their codes; `hall`: the city's own, where whoever has a question asks, and its telephone; `everyday`:
    words that people say, each with the basic code of an item or a word in its name; `since`: the first day on which an item is in force;
    `calendar`: the first and last day of the years that are arranged.
    """

    city: Named
    made_up: bool
    divisions: Mapping[str, Named]
    agencies: Mapping[str, Named]
    hall: Named
    phone: str
    everyday: Sequence[tuple[str, str]]
    since: date
    calendar: tuple[date, date]

    @property
    def note(self) -> tuple[str, str]:
        """That the data are made up, in Chinese and English; nothing of a real city."""
        return MADE_UP if self.made_up else ("", "")


def of_folder(city: City) -> Described:
    """Return what a city's folder says."""
    hall = city.city_hall
    return Described(
        city=Named(city.code, city.name_zh, city.name_en),
        made_up=city.demonstration,
        divisions={one.code: Named(one.code, one.name_zh, one.name_en) for one in city.divisions},
        agencies={one.code: Named(one.code, one.name_zh, one.name_en) for one in city.agencies},
        hall=Named(hall.code, hall.name_zh, hall.name_en),
        phone=hall.phone,
        everyday=[(one.word, one.stands_for) for one in city.synonyms],
        since=min(one.effective_from for one in city.items),
        calendar=(date(min(city.calendar_years), 1, 1), date(max(city.calendar_years), 12, 31)),
    )


def of_record() -> Described:
    """Return what is on record of the city; a city that has no items or no hall has nothing to describe: ValueError."""
    city = _rows("select c.code, c.name_zh, c.name_en, c.demonstration from registry_city c")
    hall = _rows("""
        select h.code, h.name_zh, h.name_en, h.phone from registry_centre h
        where h.level = 'city' and h.kind = 'hall' and h.ended_at is null order by h.code limit 1
    """)
    when = _rows("""
        select (select min(i.published_at)::date from registry_item i) as since,
               (select min(k.day) from registry_calendar k) as first, (select max(k.day) from registry_calendar k) as last
    """)[0]
    if not city or not hall or None in when.values():
        raise ValueError("There is nothing on record to describe: bring in the city first.")
    everyday = _rows("select s.word, s.stands_for from registry_synonym s where s.ended_at is null order by 1, 2")
    return Described(
        city=_named(city[0]),
        made_up=city[0]["demonstration"],
        divisions=_by_code("select d.code, d.name_zh, d.name_en from registry_division d"),
        agencies=_by_code("select a.code, a.name_zh, a.name_en from registry_agency a"),
        hall=_named(hall[0]),
        phone=hall[0]["phone"],
        everyday=[(one["word"], one["stands_for"]) for one in everyday],
        since=when["since"],
        calendar=(when["first"], when["last"]),
    )


def _rows(sql: str) -> list[statement.Row]:
    return statement.rows("registry", sql)


def _named(row: statement.Row) -> Named:
    return Named(row["code"], row["name_zh"], row["name_en"])


def _by_code(sql: str) -> dict[str, Named]:
    return {row["code"]: _named(row) for row in _rows(sql)}
