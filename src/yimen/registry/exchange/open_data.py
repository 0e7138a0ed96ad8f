"""
The open data of a city as DCAT-AP 3.0.1: one catalogue, its datasets, and the files in which each is there.

Only files that are there are described, each with its size and hash, so that whoever fetches one can tell whether it is the one meant.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rdflib import Graph, Literal, URIRef

from yimen.registry.exchange.described import Described
from yimen.registry.exchange.graph import DCAT, DCT, EU, FOAF, RDFS, SPDX, VCARD, XSD, Saying

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
_EU_LICENCE: Final = {LICENCE: "CC_BY_4_0", "https://creativecommons.org/publicdomain/zero/1.0/": "CC0"}
# What a dataset is called: title and description, in both languages.
DATASETS: Final[Mapping[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "items": (
        ("政务服务事项目录", "Catalogue of items of government service"),
        ("全部政务服务事项及其材料、收费、常见问题。", "All items with their materials, fees and questions."),
    ),
    "places": (
        ("政务服务场所", "Places of government service"),
        ("政务服务大厅和分中心的地址、电话、开放时间。", "Halls and sub-halls with addresses, telephones and hours."),
    ),
    "calendar": (
        ("工作日历", "Calendar of working days"),
        ("放假和调休的日期，办理时限按此计算。", "Days off and make-up days; limits are counted by them."),
    ),
}
# File type of the Publications Office, media type, and whether the file follows CPSV-AP, by how its name ends.
_FORMATS: Final[Mapping[str, tuple[str, str, bool]]] = {
    ".xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
    ".csv": ("CSV", "text/csv", False),
    ".zip": ("CSV", "text/csv", False),  # a table for each kind of row
    ".json": ("JSON", "application/json", False),
    ".ttl": ("RDF_TURTLE", "text/turtle", True),
    ".jsonld": ("JSON_LD", "application/ld+json", True),
}
_CPSV_AP: Final = URIRef("https://semiceu.github.io/CPSV-AP/releases/3.2.0/")
_MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A file of a dataset: its name is the dataset's with an ending that says its format."""

    dataset: str
    file: str
    size: int
    sha256: str
    modified: date


def found_in(folder: Path, *, time_zone: str) -> list[Distribution]:
    """Return the files of a folder that are named for a dataset: items.xlsx, places.csv, calendar.json …"""
    zone = ZoneInfo(time_zone)
    return [
        Distribution(
            dataset=path.stem,
            file=path.name,
            size=path.stat().st_size,
            sha256=_sha256(path),
            modified=datetime.fromtimestamp(path.stat().st_mtime, zone).date(),
        )
        for path in sorted(folder.iterdir())
        if path.stem in DATASETS and path.suffix in _FORMATS and path.is_file()
    ]


def open_data(distributions: Sequence[Distribution], *, city: Described, base: str, licence: str) -> Graph:
    """Return the catalogue of the files that there are, each under `base`, all under one licence."""
    saying = Saying(base)
    catalogue = saying.at("catalogue")
    names = [name for name in DATASETS if name in {one.dataset for one in distributions}]
    note_zh, note_en = city.note
    saying.a(catalogue, DCAT.Catalog)
    saying.say(
        catalogue,
        DCT.title,
        f"{city.city.name_zh}政务服务开放数据",
        f"Open data of government service of {city.city.name_en}",
    )
    what = (DATASETS[name][0] for name in names)
    zh, en = ("、".join, ", ".join)
    titles = list(zip(*what, strict=True))
    saying.say(catalogue, DCT.description, f"{zh(titles[0])}。{note_zh}", f"{en(titles[1])}. {note_en}".strip())
    saying.link(catalogue, DCT.publisher, saying.city(city.city))
    saying.link(catalogue, DCT.spatial, saying.where(city, ""))
    saying.link(catalogue, DCT.license, _licence(saying, licence))
    saying.link(catalogue, FOAF.homepage, _typed(saying, saying.at(""), FOAF.Document))
    _on(saying, catalogue, distributions)
    saying.languages(catalogue, "ZHO", "ENG")
    for name in names:
        own = [one for one in distributions if one.dataset == name]
        saying.link(catalogue, DCAT.dataset, _dataset(saying, city, name, own, licence))
    return saying.graph


def _dataset(saying: Saying, city: Described, name: str, own: Sequence[Distribution], licence: str) -> URIRef:
    dataset, (title, description) = saying.at("dataset", name), DATASETS[name]
    saying.a(dataset, DCAT.Dataset)
    saying.identified(dataset, name)
    saying.say(dataset, DCT.title, *title)
    saying.say(dataset, DCT.description, *description)
    saying.say(dataset, DCAT.keyword, "政务服务", "government service")
    saying.link(dataset, DCT.publisher, saying.city(city.city))
    saying.link(dataset, DCAT.contactPoint, _contact(saying, city))
    saying.link(dataset, DCT.spatial, saying.where(city, ""))
    saying.link(dataset, DCT.temporal, _period(saying, city, name))
    theme = saying.concept(EU["data-theme/GOVE"], "政府和公共部门", "Government and public sector")
    saying.link(dataset, DCAT.theme, theme)
    saying.link(dataset, DCT.accessRights, _typed(saying, EU["access-right/PUBLIC"], DCT.RightsStatement))
    saying.link(dataset, DCT.accrualPeriodicity, _typed(saying, EU["frequency/IRREG"], DCT.Frequency))
    saying.languages(dataset, "ZHO", "ENG")
    _on(saying, dataset, own)
    for one in own:
        saying.link(dataset, DCAT.distribution, _distribution(saying, one, licence))
    return dataset


def _distribution(saying: Saying, one: Distribution, licence: str) -> URIRef:
    kind, media_type, follows = _FORMATS[Path(one.file).suffix]
    thing, file = saying.at("distribution", one.file), _typed(saying, saying.at(one.file), RDFS.Resource)
    saying.a(thing, DCAT.Distribution)
    saying.graph.add((thing, DCT.title, Literal(one.file)))
    saying.link(thing, DCAT.accessURL, file)
    saying.link(thing, DCAT.downloadURL, file)
    saying.link(thing, DCT["format"], _typed(saying, EU[f"file-type/{kind}"], DCT.MediaTypeOrExtent))
    saying.link(thing, DCAT.mediaType, _typed(saying, URIRef(_MEDIA_TYPE + media_type), DCT.MediaType))
    if one.file.endswith(".zip"):
        saying.link(thing, DCAT.packageFormat, _typed(saying, URIRef(_MEDIA_TYPE + "application/zip"), DCT.MediaType))
    if follows and one.dataset == "items":
        saying.link(thing, DCT.conformsTo, _typed(saying, _CPSV_AP, DCT.Standard))
    saying.link(thing, DCT.license, _licence(saying, licence))
    saying.graph.add((thing, DCAT.byteSize, Literal(str(one.size), datatype=XSD.nonNegativeInteger)))
    checksum = URIRef(f"{thing}/sha256")
    saying.a(checksum, SPDX.Checksum)
    saying.link(checksum, SPDX.algorithm, _typed(saying, SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm))
    saying.graph.add((checksum, SPDX.checksumValue, Literal(one.sha256, datatype=XSD.hexBinary, normalize=False)))
    saying.link(thing, SPDX.checksum, checksum)
    saying.languages(thing, "ZHO", "ENG")
    _on(saying, thing, [one])
    return thing


def _typed(saying: Saying, thing: URIRef, kind: URIRef) -> URIRef:
    saying.a(thing, kind)
    return thing


def _on(saying: Saying, thing: URIRef, files: Sequence[Distribution]) -> None:
    saying.graph.add((thing, DCT.modified, Literal(max(one.modified for one in files))))


def _licence(saying: Saying, address: str) -> URIRef:
    """The licence by the Publications Office's name of it, where it has one, which says that it is the same."""
    known = _EU_LICENCE.get(address)
    licence = EU[f"licence/{known}"] if known else URIRef(address)
    if saying.a(licence, DCT.LicenseDocument) and known:
        saying.link(licence, FOAF.page, _typed(saying, URIRef(address), FOAF.Document))
    return licence


def _contact(saying: Saying, city: Described) -> URIRef:
    """The hall of the city: whoever has a question about the data asks there."""
    hall = city.hall
    contact = saying.at("contact", hall.code)
    if saying.a(contact, VCARD.Kind, VCARD.Organization):
        saying.say(contact, VCARD.fn, hall.name_zh, hall.name_en)
        saying.link(contact, VCARD.hasTelephone, URIRef(f"tel:+86-{city.phone.removeprefix('0')}"))
    return contact


def _period(saying: Saying, city: Described, name: str) -> URIRef:
    """From the first day in force of an item; the calendar from its first year to its last."""
    period = URIRef(f"{saying.at('dataset', name)}/period")
    saying.a(period, DCT.PeriodOfTime)
    start = city.since
    if name == "calendar":
        start, end = city.calendar
        saying.graph.add((period, DCAT.endDate, Literal(end)))
    saying.graph.add((period, DCAT.startDate, Literal(start)))
    return period


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
