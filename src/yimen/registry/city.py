"""A city as a folder of plain data, read and checked as a whole before anything is written.

`cities/sample/README.md` explains every file and column.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from yimen.pure.workdays import ArrangedDay, Calendar
from yimen.registry.city_calendar import read_calendar
from yimen.registry.city_events import LifeEvent, read_events
from yimen.registry.city_items import Item, read_items
from yimen.registry.city_json import Node
from yimen.registry.city_offers import Offers, read_offers
from yimen.registry.city_people import (
    Duty,
    Organisation,
    Person,
    Post,
    check_candidates,
    read_duty,
    read_organisations,
    read_people,
    read_posts,
)
from yimen.registry.city_places import (
    Agency,
    Centre,
    Closure,
    Division,
    Window,
    read_agencies,
    read_centres,
    read_closures,
    read_divisions,
    read_windows,
)
from yimen.registry.city_profile import Element, read_profile
from yimen.registry.city_seals import Seal, check_item_seals, read_seals
from yimen.registry.city_synonyms import Synonym, read_synonyms
from yimen.registry.city_tables import BadField, CityInvalid, Findings, Problem, read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Everything a city folder says, sound and complete; `warnings` do not hinder loading."""

    code: str
    name_zh: str
    name_en: str
    time_zone: str
    demonstration: bool
    confirms_itself: bool
    calendar_years: tuple[int, ...]
    divisions: tuple[Division, ...]
    agencies: tuple[Agency, ...]
    centres: tuple[Centre, ...]
    windows: tuple[Window, ...]
    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    duty: tuple[Duty, ...]
    organisations: tuple[Organisation, ...]
    seals: tuple[Seal, ...]
    items: tuple[Item, ...]
    synonyms: tuple[Synonym, ...]
    profile: tuple[Element, ...]
    events: tuple[LifeEvent, ...]
    calendar: tuple[ArrangedDay, ...]
    closures: tuple[Closure, ...]
    offers: tuple[Offers, ...]
    warnings: tuple[Problem, ...]

    @property
    def city_hall(self) -> Centre:
        """The hall of the city itself."""
        return next(one for one in self.centres if (one.level, one.kind) == ("city", "hall"))

    def working_days(self) -> Calendar:
        """Return the calendar that counts this city's periods."""
        return Calendar(self.calendar, years=self.calendar_years)


def read_city(folder: Path) -> City:
    """Read a city folder and check it as a whole.

    Refuses: CityInvalid, with every error in the folder, each by file, row and field.
    """
    findings = Findings()
    document = read_json(folder, "city.json", findings)
    head = Node("city.json", "", document, findings)
    if document is None:
        raise CityInvalid(findings.problems)
    demonstration = head.at("demonstration").flag()
    years = _years(head)
    divisions = read_divisions(folder, findings)
    agencies = read_agencies(folder, findings)
    agency_by_code = {agency.code: agency for agency in agencies}
    centres = read_centres(folder, _by_code(divisions), findings)
    centre_by_code = _by_code(centres)
    windows = read_windows(folder, centre_by_code, findings)
    people = read_people(folder, findings, demonstration=demonstration)
    person_by_no = {person.staff_no: person for person in people}
    posts = read_posts(folder, person_by_no, centre_by_code, agency_by_code, findings)
    items = read_items(folder, agency_by_code, centre_by_code, findings)
    city = City(
        code=_city_code(head, divisions),
        name_zh=head.at("name_zh").text(),
        name_en=head.at("name_en").text(),
        time_zone=head.at("time_zone").read(_time_zone, ""),
        demonstration=demonstration,
        confirms_itself=_confirms_itself(head, demonstration=demonstration),
        calendar_years=years,
        divisions=divisions,
        agencies=agencies,
        centres=centres,
        windows=windows,
        people=people,
        posts=posts,
        duty=read_duty(folder, person_by_no, posts, findings),
        organisations=read_organisations(folder, person_by_no, findings, demonstration=demonstration),
        seals=read_seals(folder, agency_by_code, centre_by_code, findings),
        items=items,
        synonyms=read_synonyms(folder, findings),
        profile=read_profile(folder, findings),
        events=read_events(folder, findings),
        calendar=read_calendar(folder, years, findings),
        closures=read_closures(folder, centre_by_code, findings),
        offers=read_offers(folder, agency_by_code, centre_by_code, findings),
        warnings=(),
    )
    return _checked(city, findings)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_C = TypeVar("_C", bound=_Coded)


def _by_code(things: Iterable[_C]) -> dict[str, _C]:
    return {thing.code: thing for thing in things}


def _checked(city: City, findings: Findings) -> City:
    item_agencies = sorted({item.agency for item in city.items} & set(_by_code(city.agencies)))
    if not findings.fatal:
        check_candidates(
            posts=city.posts,
            duty=city.duty,
            centres=city.centres,
            item_agencies=item_agencies,
            findings=findings,
        )
        items_at = [(item.agency, item.centre) for item in city.items if item.agency in item_agencies]
        check_item_seals(city.seals, items_at, findings)
    if findings.fatal:
        raise CityInvalid(findings.problems)
    return replace(city, warnings=tuple(findings.problems))


def _years(head: Node) -> tuple[int, ...]:
    years = tuple(year.whole(1950, 2200) for year in head.at("calendar_years").each())
    if list(years) != sorted(set(years)):
        head.at("calendar_years").fault("calendar.years", "years rise and are named once")
    return years


def _city_code(head: Node, divisions: Iterable[Division]) -> str:
    code = head.at("code").text()
    if code and code not in {one.code for one in divisions if one.level == "city"}:
        message = f"divisions.csv has no city with the code {code}"
        head.at("code").fault("reference.unknown", message)
    return code


def _confirms_itself(head: Node, *, demonstration: bool) -> bool:
    confirms = head.at("confirms_itself").flag()
    if confirms and not demonstration:
        message = "only a demonstration confirms itself; in a city two people do"
        head.at("confirms_itself").fault("city.confirms_itself", message)
    return confirms


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:
        raise BadField("city.time_zone", f"{name!r} is no time zone like Asia/Shanghai") from error
