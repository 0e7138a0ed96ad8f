"""
A catalogue as CPSV-AP 3.2: each item a public service with who answers for it, what goes in, what comes out, what it costs and how to reach it.

Questions and answers, sub-limits of the links, and what only the platform uses have no place in that vocabulary and stay out. Limits in
working days become natural days, rounded up, because a duration knows no working days; the words keep the promise as it was given.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import Graph, Literal, Namespace, URIRef

from yimen.pure.item_codes import ENTERPRISE_THEME, MATERIAL_TYPE, OBJECT, PERSON_THEME, PROJECT, TYPE, UNIT
from yimen.pure.item_fields import ITEM, MATERIAL
from yimen.pure.item_rules import DAYS_OF, Row, Whole
from yimen.registry.exchange.described import Described, Named
from yimen.registry.exchange.graph import (
    ADDRESS,
    ADMS,
    CPSV,
    CV,
    DCAT,
    DCT,
    ELI,
    EU,
    FOAF,
    LOCN,
    ORG,
    SKOS,
    TIME,
    XSD,
    Saying,
)

# Which fields of an item classify it, beside its type, its themes, whom it is for and its state.
_CLASSIFYING: Final = ("levels", "power_source", "project_type", "area", "elsewhere", "online_depth", "synthetic")
_LISTS: Final = (
    *("type", "state", "objects", "person_themes", "enterprise_themes", "handling_forms", "result_type"),
    *_CLASSIFYING,
)
_LISTS_OF_MATERIALS: Final = ("necessity", "source")

# The themes that are something that happens in a life, or in the life of a business.
_EVENTS: Final[Mapping[str, tuple[URIRef, tuple[str, ...]]]] = {
    "person_themes": (CV.LifeEvent, ("005", "025", "030", "035", "060", "105", "150", "155")),
    "enterprise_themes": (CV.BusinessEvent, ("005", "010", "030", "040", "045", "165")),
}
# The themes of organisations that name a branch of the economy, and its section of NACE Rev. 2.
_SECTORS: Final[Mapping[str, tuple[str, str, str]]] = {
    "045": ("K", "金融和保险活动", "Financial and insurance activities"),
    "055": ("G", "批发和零售业", "Wholesale and retail trade; repair of motor vehicles and motorcycles"),
    "075": ("A", "农业、林业和渔业", "Agriculture, forestry and fishing"),
    "085": ("F", "建筑业", "Construction"),
    "090": ("H", "运输和仓储", "Transportation and storage"),
    "110": ("Q", "人体健康和社会工作活动", "Human health and social work activities"),
    "115": ("M", "专业、科学和技术活动", "Professional, scientific and technical activities"),
    "160": ("D", "电、煤气、蒸汽和空调供应", "Electricity, gas, steam and air conditioning supply"),
}
_NACE: Final = Namespace("http://data.europa.eu/ux2/nace2/")
_STATUS: Final[Mapping[str, str]] = {"1": "Completed", "3": "Withdrawn"}  # a suspended item has no like in that list
_ADMS_STATUS: Final = Namespace("http://purl.org/adms/status/")
_DURATION: Final[Mapping[str, str]] = {"H": "PT{}H", "M": "P{}M"}


def public_services(wholes: Iterable[Whole], *, city: Described, base: str) -> Graph:
    """Return items that keep the rules of publishing as public services, with every agency, code list and place that they name."""
    return next(parts(wholes, city=city, base=base, size=0))


def parts(wholes: Iterable[Whole], *, city: Described, base: str, size: int = 50) -> Iterator[Graph]:
    """Return the same in parts of `size` items (0: one part), so that a large catalogue is never in memory as one graph."""
    catalogue = Services(city=city, base=base)
    for place, one in enumerate(wholes, 1):
        catalogue.add(one)
        if size and place % size == 0:
            yield catalogue.saying.cut()
    yield catalogue.saying.cut()


def duration(amount: str, unit: str) -> Literal | None:
    """Return a limit as a duration; none where there is none. Working days are natural days, rounded up."""
    if unit == "I":
        return Literal("P0D", datatype=XSD.duration, normalize=False)
    if not (amount.isascii() and amount.isdigit() and int(amount)):
        return None
    days = math.ceil(int(amount) * DAYS_OF[unit] - 1e-9)
    written = _DURATION[unit].format(int(amount)) if unit in _DURATION else f"P{days}D"
    return Literal(written, datatype=XSD.duration, normalize=False)


class Services:
    """The graph of a catalogue while its items are added one by one."""

    def __init__(self, *, city: Described, base: str) -> None:
        self.saying = Saying(base)
        self._city = city
        self._agencies = city.agencies
        self._everyday = _everyday_words(city)
        self._catalogue()

    def add(self, whole: Whole) -> None:
        """Say one item with all that belongs to it."""
        said, saying = whole.said, self.saying
        service = saying.at("service", said("handling_code"))
        agency = self._agency(whole)
        saying.a(service, CPSV.PublicService)
        saying.identified(service, said("handling_code"))
        saying.say(service, DCT.title, said("name"), said("name_en"))
        saying.say(service, DCT.description, *self._description(whole))
        saying.languages(service, "ZHO", "ENG")
        saying.link(service, DCT.isPartOf, saying.at("dataset", "items"))
        saying.link(service, CV.hasCompetentAuthority, agency)
        saying.link(service, DCT.spatial, saying.where(self._city, said("area")))
        takes = duration(said("promise_amount"), said("promise_unit"))
        if takes is not None:
            saying.graph.add((service, CV.processingTime, takes))
        self._classify(service, whole)
        self._events_and_sectors(service, whole)
        self._contacts(service, whole)
        rule = self._rule(service, whole)
        self._inputs(service, whole, rule)
        self._output(service, whole)
        self._costs(service, whole, agency)
        self._channels(service, whole, agency)

    def _catalogue(self) -> None:
        saying = self.saying
        dataset = saying.at("dataset", "items")
        saying.a(dataset, DCAT.Dataset)
        saying.identified(dataset, "items")
        saying.say(dataset, DCT.title, "政务服务事项目录", "Catalogue of items of government service")
        note_zh, note_en = self._city.note
        zh, en = (
            f"{self._city.city.name_zh}的政务服务事项。{note_zh}",
            f"The items of {self._city.city.name_en}. {note_en}".strip(),
        )
        saying.say(dataset, DCT.description, zh, en)
        saying.link(dataset, DCT.publisher, saying.city(self._city.city))
        lists = {one.name: one for one in (*MATERIAL, *ITEM)}  # a name in both is the item's
        for name in _LISTS:
            saying.code_list(lists[name])
        for name in _LISTS_OF_MATERIALS:
            saying.code_list(lists[name])
        for state, status in _STATUS.items():
            saying.link(saying.code("state", state), SKOS.closeMatch, _ADMS_STATUS[status])

    def _description(self, whole: Whole) -> tuple[str, str]:
        said = whole.said
        kind, objects = TYPE[said("type")], [OBJECT[one] for one in whole.several("objects")]
        unit, project = UNIT[said("promise_unit")], PROJECT[said("project_type")]
        amount = "" if said("promise_unit") == "I" else f"{said('promise_amount')} "
        made_up = said("synthetic") == "1"
        zh = (
            f"{said('agency_name')}办理的{kind[0]}事项（{project[0]}）。办理对象：{'、'.join(zh for zh, _ in objects)}。"
            f"承诺办结时限：{amount}{unit[0]}。到办事现场次数：{said('visits')}。受理条件：{said('conditions')}"
        )
        agency = self._agencies.get(said("agency_code"))
        en = (
            f"A {kind[1]} of {agency.name_en if agency else said('agency_name')}, for: {', '.join(en for _, en in objects)}. "
            f"Promised: {amount}{unit[1]}. Visits: {said('visits')}."
        )
        return ("示例数据。" + zh, "Made up as a sample. " + en) if made_up else (zh, en)

    def _classify(self, service: URIRef, whole: Whole) -> None:
        saying = self.saying

        def codes(name: str) -> list[URIRef]:
            return [saying.code(name, one) for one in whole.several(name)]

        saying.link(service, DCT.type, *codes("type"))
        saying.link(service, DCT.audience, *codes("objects"))
        saying.link(service, ADMS.status, *codes("state"))
        saying.link(service, CV.thematicArea, *codes("person_themes"), *codes("enterprise_themes"))
        saying.link(service, CV.isClassifiedBy, *(value for name in _CLASSIFYING for value in codes(name)))
        themes = (
            *(PERSON_THEME[one] for one in whole.several("person_themes")),
            *(ENTERPRISE_THEME[one] for one in whole.several("enterprise_themes")),
        )
        words = (*themes, (whole.said("result_name"), whole.said("result_name_en")))
        for zh, en in (*words, *self._everyday.get(whole.said("catalogue_code"), ())):
            saying.say(service, DCAT.keyword, zh, en)

    def _events_and_sectors(self, service: URIRef, whole: Whole) -> None:
        saying = self.saying
        for name, listed in (("person_themes", PERSON_THEME), ("enterprise_themes", ENTERPRISE_THEME)):
            kind, events = _EVENTS[name]
            for theme in set(whole.several(name)) & set(events):
                event = saying.at("event", name, theme)
                if saying.a(event, kind, CV.Event):
                    saying.identified(event, f"{name}/{theme}")
                    saying.say(event, DCT.title, *listed[theme])
                    saying.link(event, DCT.type, saying.code(name, theme))
                saying.link(service, CV.isGroupedBy, event)
        for theme in set(whole.several("enterprise_themes")) & set(_SECTORS):
            section, zh, en = _SECTORS[theme]
            saying.link(service, CV.sector, saying.concept(_NACE[section], zh, en))

    def _agency(self, whole: Whole) -> URIRef:
        code, name = whole.said("agency_code"), whole.said("agency_name")
        known: Named | None = self._agencies.get(code)
        agency = self.saying.at("agency", code)
        if self.saying.a(agency, CV.PublicOrganisation, ORG.Organization, FOAF.Agent):
            self.saying.identified(agency, code)
            for how in (SKOS.prefLabel, DCT.title, FOAF.name):
                self.saying.say(agency, how, name, known.name_en if known else "")
            self.saying.link(agency, DCT.spatial, self.saying.where(self._city, ""))
        return agency

    def _contacts(self, service: URIRef, whole: Whole) -> None:
        kinds = (("consult_phone", "咨询", "Questions"), ("complaint_phone", "监督投诉", "Complaints"))
        for name, zh, en in kinds:
            if phone := whole.said(name).strip():
                contact = self.saying.by_words("contact", f"{name} {phone}")
                if self.saying.a(contact, CV.ContactPoint):
                    self.saying.say(contact, DCT.title, zh, en)
                    self.saying.graph.add((contact, CV.telephone, Literal(phone)))
                self.saying.link(service, CV.contactPoint, contact)

    def _rule(self, service: URIRef, whole: Whole) -> URIRef:
        """The procedure, and each line of the legal basis as the resource that it implements."""
        saying, said = self.saying, whole.said
        rule = URIRef(f"{service}/procedure")
        saying.a(rule, CPSV.Rule)
        saying.identified(rule, f"{said('handling_code')}/procedure")
        saying.say(rule, DCT.title, f"{said('name')}：办理流程", f"{said('name_en')}: procedure")
        saying.say(rule, DCT.description, said("procedure"))
        saying.languages(rule, "ZHO")
        saying.link(service, CPSV.follows, rule)
        for line in filter(None, map(str.strip, said("basis").splitlines())):
            law = saying.by_words("law", line)
            if saying.a(law, ELI.LegalResource):
                saying.say(law, DCT.title, line)
            saying.link(rule, CPSV.implements, law)
            saying.link(service, CV.hasLegalResource, law)
        return rule

    def _inputs(self, service: URIRef, whole: Whole, rule: URIRef) -> None:
        """The conditions as one requirement, and each material as the evidence that supports it."""
        saying, said = self.saying, whole.said
        requirement = URIRef(f"{service}/conditions")
        saying.a(requirement, CV.Requirement)
        saying.identified(requirement, f"{said('handling_code')}/conditions")
        saying.say(requirement, DCT.title, f"{said('name')}：受理条件", f"{said('name_en')}: conditions")
        saying.say(requirement, DCT.description, said("conditions"))
        saying.link(requirement, CV.fulfils, rule)
        saying.link(service, CV.holdsRequirement, requirement)
        for row in whole.materials:
            evidence = URIRef(f"{service}/material/{row['order']}")
            kind = self._evidence(evidence, row)
            saying.identified(evidence, f"{said('handling_code')}/{row['code']}")
            saying.link(service, CPSV.hasInput, evidence)
            saying.link(service, CV.hasInputType, kind)
            saying.link(requirement, CV.hasSupportingEvidence, evidence)

    def _evidence(self, evidence: URIRef, row: Row) -> URIRef:
        saying = self.saying
        zh, en = MATERIAL_TYPE[row["type"]]
        shared = (
            ("无需提交，由政府部门共享。", "Not to be handed in: obtained by sharing. ")
            if row["shared_from"]
            else ("", "")
        )
        saying.a(evidence, CV.Evidence)
        saying.say(evidence, DCT.title, row["name"], row["name_en"])
        standard = f"{shared[0]}{row['standard']}（{zh}）", f"{shared[1]}{row['standard_en']} ({en})"
        saying.say(evidence, DCT.description, *standard)
        saying.link(evidence, DCT.type, saying.code("necessity", row["necessity"]))
        kind = saying.at("evidence-type", row["paper"])
        if saying.a(kind, CV.EvidenceType):
            saying.identified(kind, row["paper"])
            saying.say(kind, DCT.title, row["name"], row["name_en"])
            saying.link(kind, CV.evidenceTypeClassification, saying.code("source", row["source"]))
        saying.link(evidence, DCT.conformsTo, kind)
        return kind

    def _output(self, service: URIRef, whole: Whole) -> None:
        if not whole.said("result_name").strip():
            return
        output = URIRef(f"{service}/result")
        self.saying.a(output, CV.Output)
        self.saying.identified(output, f"{whole.said('handling_code')}/result")
        self.saying.say(output, DCT.title, whole.said("result_name"), whole.said("result_name_en"))
        self.saying.languages(output, "ZHO")
        self.saying.link(output, DCT.type, self.saying.code("result_type", whole.said("result_type")))
        self.saying.link(service, CPSV.produces, output)

    def _costs(self, service: URIRef, whole: Whole, agency: URIRef) -> None:
        """Each line of the fee; what is free says so, since a cost that is not told is not a cost of nothing."""
        if whole.said("charged") != "1":
            free = self.saying.at("cost", "none")
            self._cost(free, "none", 0, ("不收费", "Free of charge"))
            self.saying.link(service, CV.hasCost, free)
        for row in whole.fees:
            cost = URIRef(f"{service}/fee/{row['order']}")
            words = f"{row['name']}：{row['standard']}", row["name_en"]
            self._cost(cost, f"{whole.said('handling_code')}/{row['code']}", int(row["amount_fen"]), words)
            self.saying.link(cost, CV.isDefinedBy, agency)
            self.saying.link(service, CV.hasCost, cost)

    def _cost(self, cost: URIRef, identifier: str, fen: int, words: tuple[str, str]) -> None:
        if self.saying.a(cost, CV.Cost):
            self.saying.identified(cost, identifier)
            self.saying.say(cost, DCT.description, *words)
            self.saying.graph.add((cost, CV.hasValue, Literal(fen / 100, datatype=XSD.double)))
            yuan = self.saying.concept(EU["currency/CNY"], "人民币", "Renminbi")
            self.saying.link(cost, CV.currency, yuan)

    def _channels(self, service: URIRef, whole: Whole, agency: URIRef) -> None:
        for form in whole.several("handling_forms"):
            channel = URIRef(f"{service}/channel/{form}")
            self.saying.a(channel, CV.Channel)
            self.saying.identified(channel, f"{whole.said('handling_code')}/channel/{form}")
            self.saying.link(channel, DCT.type, self.saying.code("handling_forms", form))
            self.saying.link(channel, CV.ownedBy, agency)
            self.saying.link(service, CV.hasChannel, channel)
            if form == "1":
                self._counter(channel, whole)
            elif form == "2" and re.fullmatch(ADDRESS, whole.said("online_address")):
                page = URIRef(whole.said("online_address"))
                self.saying.a(page, FOAF.Document)
                self.saying.link(channel, FOAF.page, page)

    def _counter(self, channel: URIRef, whole: Whole) -> None:
        """Where the windows are and when they are open; places and hours with the same words are the same."""
        saying, address, hours = self.saying, whole.said("address"), whole.said("hours")
        saying.say(channel, DCT.description, "\n".join(filter(None, (address, whole.said("directions")))))
        place = saying.by_words("place", address)
        if saying.a(place, DCT.Location):
            written = URIRef(f"{place}/address")
            saying.a(written, LOCN.Address)
            saying.say(written, LOCN.fullAddress, address)
            saying.say(written, LOCN.adminUnitL1, "中国", "China")
            saying.say(written, LOCN.adminUnitL2, self._city.city.name_zh, self._city.city.name_en)
            saying.link(place, LOCN.address, written)
        saying.link(channel, DCT.spatial, place)
        opening = saying.by_words("hours", hours)
        if saying.a(opening, TIME.TemporalEntity):
            saying.say(opening, DCT.description, hours)
        saying.link(channel, CV.openingHours, opening)


def _everyday_words(city: Described) -> Mapping[str, list[tuple[str, str]]]:
    """The words by which people call an item, by its basic code, in the language in which each is."""
    words: dict[str, list[tuple[str, str]]] = {}
    for word, stands_for in city.everyday:
        words.setdefault(stands_for, []).append(("", word) if word.isascii() else (word, ""))
    return words
