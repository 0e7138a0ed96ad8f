"""The items of a city folder: what can be applied for, with the sixteen elements that every guide must have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from yimen.pure.identifiers import check_implementation_code, check_item_code
from yimen.pure.item_rules import DAYS_OF, STEPS
from yimen.registry.city_calendar import iso_date
from yimen.registry.city_form import FormField, When, check_when, read_form, read_when
from yimen.registry.city_json import Node, Origin, Text
from yimen.registry.city_places import Agency, Centre, code, phone
from yimen.registry.city_tables import Findings, read_json

# The sixteen elements of a guide, as a list that can be pointed elsewhere when the official one is known.
ELEMENTS = (
    *("item_code", "name", "agency", "item_type", "basis", "service_object", "conditions"),
    *("materials", "procedure", "result", "fee", "statutory_limit", "promise_limit"),
    *("place", "consult_phone", "complaint_phone"),
)
UNITS = ("W", "N", "M", "I")
STARTS = ("received", "accepted", "decided")
DELIVERY = ("electronic", "window", "post")
RESULT_TYPES = ("1", "2", "3", "4")
INSTANT = "1"  # project type: on the spot; 2: within a promised time
LINKS = ("examining", "deciding", "certifying")
MATERIAL_TYPES = ("application/pdf", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit: so many working days (W), natural days (N) or months (M) from an event of the case, or on the spot (I)."""

    amount: int
    unit: str
    starts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimit:
    """How long one link of the case (examining, deciding, certifying) may keep it."""

    link: str
    amount: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One line of what is charged, in fen, and when: always, or after certain answers."""

    code: str
    name: Text
    amount: int
    basis: str
    when: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """
    A material; necessity 1 required, 2 optional, 3 may follow later; source 10 own, 20 government, 99 other.

    `kind` says what the paper is: papers of one kind are the same paper in every item. One given earlier may be used again
    for `valid_months`; 0 means never.
    """

    code: str
    name: Text
    necessity: int
    source: int
    exempt_by_sharing: bool
    accepted_types: tuple[str, ...]
    accept_standard: Text
    basis: str
    kind: str
    valid_months: int
    originals: bool
    when: When | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a grant gives: 1 a licence, 2 an approval, 3 another paper, 4 nothing on paper. Without years it has no end."""

    type: str
    kind: str
    name: Text
    number_prefix: str
    valid_years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One version of an item. `document` is the whole file, to be kept as it is; `origins` say
    where values come from.
    """

    code: str
    catalogue_code: str
    implementation_code: str
    key: str
    version: int
    effective_from: date
    agency: str
    name: Text
    item_type: Text
    basis: tuple[Text, ...]
    service_objects: tuple[str, ...]
    conditions: Text
    materials: tuple[Material, ...]
    from_form: tuple[str, ...]
    procedure: tuple[Text, ...]
    result: Result
    fee: Text
    fees: tuple[Fee, ...]
    statutory: Limit | None
    promise: Limit
    acceptance: Limit
    service: Limit
    correction: Limit | None
    collection: Limit | None
    fallback: Limit | None
    instant: bool
    delivery: tuple[str, ...]
    links: tuple[LinkLimit, ...]
    centre: str
    place: Text
    consult_phone: str
    complaint_phone: str
    visits: int
    visits_reason: Text | None
    form: tuple[FormField, ...]
    origins: Mapping[str, Origin] = field(repr=False)
    document: Mapping[str, object] = field(repr=False)


def read_items(
    folder: Path,
    agencies: Mapping[str, Agency],
    centres: Mapping[str, Centre],
    findings: Findings,
) -> tuple[Item, ...]:
    paths = sorted((folder / "items").glob("*.json"))
    if not paths:
        findings.error("items", None, "", "file.missing", "the city has no item")
    items: dict[tuple[str, int], Item] = {}
    for path in paths:
        file = f"items/{path.name}"
        document = read_json(folder, file, findings)
        if document is None:
            continue
        node = Node(file, "", document, findings)
        missing = _missing_elements(node)
        if missing:
            continue
        item = _item(node, document)
        _check_references(node, item, agencies, centres)
        if (item.code, item.version) in items:
            node.at("code").fault("row.duplicate", "another file has this item in this version")
        items[item.code, item.version] = item
    return tuple(items.values())


def _missing_elements(node: Node) -> list[str]:
    elements = node.at("elements")
    missing = [name for name in ELEMENTS if not elements.has(name)]
    for name in missing:
        message = "this is one of the sixteen elements and is missing"
        node.findings.error(node.file, None, f"elements.{name}", "item.element_missing", message)
    return missing


def _item(node: Node, document: Mapping[str, object]) -> Item:
    elements, origins = node.at("elements"), {}

    def marked(parent: Node, name: str) -> Node:
        value, origins[f"{parent.path}.{name}"] = parent.at(name).marked()
        return value

    codes = marked(elements, "item_code")
    result = marked(elements, "result")
    fee = marked(elements, "fee")
    place = marked(elements, "place")
    limits = node.at("other_limits")
    visits = marked(node.at("handling"), "visits")
    count = visits.at("count").whole(0, 9)
    form, origins["form"] = node.at("form").marked()
    item = Item(
        code=codes.at("handling").read(lambda raw: check_implementation_code(raw).text, ""),
        catalogue_code=codes.at("catalogue").read(lambda raw: check_item_code(raw).text, ""),
        implementation_code=codes.at("implementation").read(lambda raw: check_implementation_code(raw).text, ""),
        key=node.at("key").read(code, ""),
        version=node.at("version").whole(1, 9999),
        effective_from=node.at("effective_from").read(iso_date, date.min),
        agency=marked(elements, "agency").at("code").text(),
        name=marked(elements, "name").both(),
        item_type=marked(elements, "item_type").at("name").both(),
        basis=tuple(one.both() for one in marked(elements, "basis").each()),
        service_objects=tuple(one.text() for one in marked(elements, "service_object").each()),
        conditions=marked(elements, "conditions").both(),
        materials=_materials(marked(elements, "materials"), origins),
        from_form=tuple(one.text() for one in node.at("from_form").each()),
        procedure=tuple(one.both() for one in marked(elements, "procedure").each()),
        result=Result(
            type=result.at("type").one_of(RESULT_TYPES),
            kind=result.at("kind").read(code, ""),
            name=result.at("name").both(),
            number_prefix=result.at("number_prefix").text(),
            valid_years=result.at("valid_years").whole(1, 99) if result.has("valid_years") else None,
        ),
        fee=fee.at("name").both(),
        fees=_fees(fee.at("lines")) if fee.has("lines") else (),
        statutory=_statutory(marked(elements, "statutory_limit")),
        promise=_limit(marked(elements, "promise_limit")),
        acceptance=_limit(marked(limits, "acceptance")),
        service=_limit(marked(limits, "service")),
        correction=_limit(marked(limits, "correction")) if limits.has("correction") else None,
        collection=_limit(marked(limits, "collection")) if limits.has("collection") else None,
        fallback=_limit(marked(limits, "fallback")) if limits.has("fallback") else None,
        instant=marked(node.at("handling"), "project_type").one_of(("1", "2")) == INSTANT,
        delivery=tuple(one.one_of(DELIVERY) for one in marked(node.at("handling"), "delivery").each()),
        links=tuple(_link(node.at("link_limits").at(link), link) for link in LINKS),
        centre=place.at("centre").text(),
        place=place.at("text").both(),
        consult_phone=marked(elements, "consult_phone").read(phone, ""),
        complaint_phone=marked(elements, "complaint_phone").read(phone, ""),
        visits=count,
        visits_reason=visits.at("reason").both() if count else None,
        form=read_form(form),
        origins=origins,
        document=document,
    )
    _check_rules(elements, item, fee)
    _check_links(node, item)
    return item


def _materials(node: Node, origins: dict[str, Origin]) -> tuple[Material, ...]:
    materials: dict[str, Material] = {}
    for one in node.each():
        value, origin = one.marked()
        material = Material(
            code=value.at("code").read(code, ""),
            name=value.at("name").both(),
            necessity=value.at("necessity").whole(1, 3),
            source=int(value.at("source").one_of(("10", "20", "99"))),
            exempt_by_sharing=value.at("exempt_by_sharing").flag(),
            accepted_types=tuple(kind.one_of(MATERIAL_TYPES) for kind in value.at("accepted_types").each()),
            accept_standard=value.at("accept_standard").both(),
            basis=value.at("basis").text(),
            kind=value.at("kind").read(code, ""),
            valid_months=value.at("valid_months").whole(0, 600),
            originals=value.at("originals").flag(),
            when=read_when(value),
        )
        if material.code in materials:
            value.at("code").fault("row.duplicate", "another material has this code")
        if material.exempt_by_sharing and material.source != 20:
            message = "only what the government issues can be had by sharing"
            value.at("exempt_by_sharing").fault("item.exempt_source", message)
        if not material.accepted_types:
            value.at("accepted_types").fault("field.empty", "this must name at least one type")
        origins[f"{node.path}.{material.code}"] = origin
        materials[material.code] = material
    if not materials:
        node.fault("item.no_material", "an item asks for at least one material")
    return tuple(materials.values())


def _fees(node: Node) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            code=one.at("code").read(code, ""),
            name=one.at("name").both(),
            amount=one.at("amount").whole(1, 100_000_000),
            basis=one.at("basis").text(),
            when=read_when(one),
        )
        for one in node.each()
    )


def _statutory(node: Node) -> Limit | None:
    """The law's limit; where it sets none, the file says so in words."""
    if node.has("none"):
        node.at("none").both()
        return None
    return _limit(node)


def _limit(node: Node) -> Limit:
    unit = node.at("unit").one_of(UNITS)
    return Limit(amount=_amount(node, unit), unit=unit, starts=node.at("starts").one_of(STARTS))


def _link(node: Node, link: str) -> LinkLimit:
    unit = node.at("unit").one_of(UNITS)
    return LinkLimit(link=link, amount=_amount(node, unit), unit=unit)


def _amount(node: Node, unit: str) -> int:
    """On the spot is no time at all; every other limit is some."""
    return node.at("amount").whole(0, 0) if unit == "I" else node.at("amount").whole(1, 999)


def _check_links(node: Node, item: Item) -> None:
    if not item.instant and sum(_days(link) for link in item.links) > _days(item.promise):
        message = "the links together may take longer than the promise"
        node.at("link_limits").fault("item.links_too_long", message)
    known = {one.code for one in item.materials}
    for material in item.from_form:
        if material not in known:
            message = f"no material has the code {material}"
            node.at("from_form").fault("reference.unknown", message)


def _check_rules(elements: Node, item: Item, fee: Node) -> None:
    _check_promise(elements.at("promise_limit"), item)
    _check_fee(fee, item)
    if item.consult_phone and item.consult_phone == item.complaint_phone:
        message = "complaints go to another number than questions"
        elements.at("complaint_phone").fault("item.same_phone", message)
    steps = "".join(step.zh for step in item.procedure)
    for names in STEPS:
        if not any(one in steps for one in names):
            message = f"the procedure does not name {' or '.join(names)}"
            elements.at("procedure").fault("item.procedure_gap", message)
    if not item.basis:
        elements.at("basis").fault("item.no_basis", "an item needs its legal basis")
    for when in [*(one.when for one in item.materials), *(one.when for one in item.fees)]:
        check_when(when, item.form, elements.at("materials"))


def _check_promise(node: Node, item: Item) -> None:
    if item.statutory and _days(item.promise) > _days(item.statutory):
        node.fault("item.promise_too_long", "the promise is longer than the statutory limit")
    if item.instant != (item.promise.unit == "I"):
        node.fault("item.instant", "an item is done on the spot if its promise says so, and only then")
    if item.instant and item.fallback is None:
        node.fault("item.fallback", "an instant item needs a promise for when nobody is on duty")


def _check_fee(fee: Node, item: Item) -> None:
    charged = fee.at("charged").flag()
    if not charged and fee.at("online_payment").flag():
        fee.fault("item.payment_without_fee", "nothing is charged, so nothing can be paid online")
    if charged != bool(item.fees):
        fee.fault("item.fee_lines", "what is charged is named line by line, and only then")


def _days(limit: Limit | LinkLimit) -> float:
    return limit.amount * DAYS_OF[limit.unit]


def _check_references(node: Node, item: Item, agencies: Mapping[str, Agency], centres: Mapping[str, Centre]) -> None:
    elements = node.at("elements")
    if item.agency not in agencies:
        message = f"no agency has the code {item.agency}"
        elements.at("agency").fault("reference.unknown", message)
    if item.centre not in centres:
        elements.at("place").fault("reference.unknown", f"no centre has the code {item.centre}")
    built = (
        (item.agency, item.implementation_code[:18]),
        (
            item.implementation_code + item.code[31:],
            item.code,
        ),
    )
    fits = all(one == other for one, other in built) and len(item.code) == 33
    if not fits or item.implementation_code[19:] != item.catalogue_code:
        message = "the codes do not build on each other: agency, level, catalogue code, handling"
        elements.at("item_code").fault("item.codes_differ", message)
    if node.at("code").text() != item.code or node.at("agency").text() != item.agency:
        node.at("code").fault("item.codes_differ", "the head of the file names another item or agency")
