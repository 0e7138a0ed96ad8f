"""All items of a city's folder as rows: those written by hand, and those that a demonstration makes from stems."""

from dataclasses import replace
from pathlib import Path

from yimen.pure.item_rules import Whole
from yimen.registry.city import City
from yimen.registry.city_events import check_events
from yimen.registry.city_offers import check_offers
from yimen.registry.city_people import check_candidates
from yimen.registry.city_seals import check_item_seals
from yimen.registry.city_stems import main_items, make_items
from yimen.registry.city_synonyms import Synonym, check_synonyms, of_items
from yimen.registry.city_tables import CityInvalid, Findings
from yimen.registry.item_rows import rows_by_hand


def read_catalogue(folder: Path, city: City) -> list[Whole]:
    """Return the items of a folder that was read as `city`, those by hand first. Raises CityInvalid with all that is wrong."""
    problems = Findings()
    by_hand = rows_by_hand(city)
    made = make_items(folder, city, by_hand, problems)
    agencies = sorted({one.said("agency_code") for one in made})
    check_candidates(posts=city.posts, duty=city.duty, centres=city.centres, item_agencies=agencies, findings=problems)
    check_item_seals(city.seals, [(agency, city.city_hall.code) for agency in agencies], problems)
    if not problems.fatal:
        check_events(city.events, [*by_hand, *made], problems)
        check_synonyms([one for one in city.synonyms if one.row], [*by_hand, *made], problems)
        check_offers(city.offers, [*by_hand, *made], problems)
    if problems.fatal:
        raise CityInvalid(problems.problems)
    return [*by_hand, *made]


def with_words(folder: Path, city: City) -> City:
    """Return the city with its everyday words by the codes of items, and with those of the items that its stems make."""
    mains = {one.name.zh.lower(): one.catalogue_code[:9] for one in city.items}
    mains |= {name.partition("（")[0]: code for name, code in mains.items() if name.partition("（")[0] not in mains}
    told = []
    for name, code, words in main_items(folder, city):
        mains.setdefault(name.lower(), code)
        told += [Synonym(word=word, stands_for=code) for word in words]
    known = {(one.word, one.stands_for): one for one in (*of_items(city.synonyms, mains), *told)}
    return replace(city, synonyms=tuple(known.values()))
