"""
Items made from stems: a main item with what is typical of it, times its variants. Only a demonstration has them.

The same files give the same items, to the letter: nothing is drawn, what differs between items follows from their names and places. Every
item made here says that it is made up, and so does its legal basis.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yimen.pure.item_rules import Row, Whole
from yimen.registry.city import City
from yimen.registry.city_items import Result
from yimen.registry.city_json import Text
from yimen.registry.city_places import Agency
from yimen.registry.city_situations import conditions, in_situations, situations_in, with_alternatives
from yimen.registry.city_tables import BadField, Findings, check_unique, read_rows
from yimen.registry.item_rows import numbered, usual

STEM_COLUMNS: Final = (
    *("agency", "type", "name_zh", "name_en", "variants", "objects", "persons", "enterprises", "instant", "online"),
    *("elsewhere", "hall", "visits2", "statutory", "fee_fen", "fee_zh", "fee_en", "materials"),
    *("result_type", "result_zh", "result_en", "result_kind", "words"),
)
PAPER_COLUMNS: Final = (
    *("kind", "name_zh", "name_en", "source", "shared", "valid_months", "held_by", "standard_zh", "standard_en"),
)
TARGET_COLUMNS: Final = (
    *("agency", "licences", "benefits", "confirmations", "rewards", "adjudications", "others", "services"),
    *("elsewhere", "not_entered"),
)
VARIANTS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("", ""),
    "new": ("新办", "new"),
    "change": ("变更", "change"),
    "renew": ("延续", "renewal"),
    "replace": ("补证", "replacement"),
    "cancel": ("注销", "cancellation"),
}
BASIS: Final = "示例依据（虚构）"
_BASIS_EN: Final = "Made-up basis of an example"
_STEPS: Final = "受理→审查→审核→决定→制证用印→送达→办结"
_SHARES: Final = (20, 30, 40, 50, 60)  # of the statutory limit, in hundredths
_OUTSIDE: Final = {
    "not_entered_reason": "涉及专用场所、设备或者保密要求，在部门场所办理。",
    "not_entered_reason_en": "It needs rooms, equipment or secrecy that a hall has not, and is done at the agency.",
}
_OF_CITY: Final = "3"  # the level by which they are exercised
_SHORT: Final = (1, 2, 3, 5, 7)  # working days promised where the law sets no limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """A main item: its row, the city, the agency, and its number within the agency, from 1."""

    row: Row
    city: City
    agency: Agency
    agency_number: int
    number: int

    @property
    def main(self) -> str:
        """The first nine digits of the catalogue code of its items: province, type, agency's number, main item."""
        return f"{self.city.code[:2]}{self.row['type']}{self.agency_number:02}{self.number:03}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One item that is being made: its stem, which variant, and its number among the stem's variants (0: the only one)."""

    stem: Stem
    variant: str
    sub: int
    elsewhere: str
    entered: bool

    @property
    def promise(self) -> int:
        """The promised working days; 0 is on the spot."""
        row = self.stem.row
        if row["instant"] == "1":
            return 0
        turn = zlib.crc32(f"{row['name_zh']}/{self.variant}".encode())
        statutory = int(row["statutory"])
        if not statutory:
            return _SHORT[turn % len(_SHORT)]
        return max(1, statutory * _SHARES[turn % len(_SHARES)] // 100)

    @property
    def visits(self) -> int:
        """Two where the main item needs them and is new, none online, else one."""
        if self.stem.row["visits2"] == "1":
            return 2 if self.sub <= 1 else 1
        return 0 if self.stem.row["online"] == "1" else 1

    @property
    def from_elsewhere(self) -> str:
        """How it is done from another province: what needs a visit is not online as a whole."""
        return "collect" if self.elsewhere == "online" and self.visits else self.elsewhere

    @property
    def code(self) -> str:
        """The code of the handling item: agency, level, province, type, agency's number, main item, variant, 01."""
        return f"{self.stem.agency.code}{_OF_CITY}{self.stem.main}{self.sub:03}01"


def make_items(folder: Path, city: City, by_hand: Sequence[Whole], findings: Findings) -> list[Whole]:
    """
    Return the items that the stems of a folder make, by agency and stem; none where it has no stems.

    As many are done from elsewhere and are not in the hall as the folder's targets say, those `by_hand` among them.
    """
    stems, agencies = folder / "catalogue" / "stems", city.agencies
    if not stems.is_dir():
        return []
    if not city.demonstration:
        findings.error("catalogue/stems", None, "", "item.made_up", "only a demonstration has items that are made up")
        return []
    for path in sorted(stems.glob("*.csv")):
        if path.stem not in {agency.key for agency in agencies}:
            findings.error(
                f"catalogue/stems/{path.name}", None, "", "reference.unknown", f"no agency has the key {path.stem}"
            )
    papers, targets = _papers(folder, findings), _targets(folder, findings)
    made: list[Made] = []
    for number, agency in enumerate(agencies, 1):
        own = list(_stems(folder, city, number, papers, findings))
        made += _flagged(own, _left(targets.get(agency.key, {}), agency, by_hand))
    return [_whole(one, papers) for one in made]


def main_items(folder: Path, city: City) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the main items that the stems make: Chinese name, code (nine digits), everyday words; what is wrong with a stem, `make_items` says."""
    unheard = Findings()
    papers = _papers(folder, unheard) if (folder / "catalogue" / "stems").is_dir() else {}
    for number in range(1, len(city.agencies) + 1):
        for stem in _stems(folder, city, number, papers, unheard):
            words = (one.strip().lower() for one in stem.row["words"].replace("；", ";").split(";"))
            yield stem.row["name_zh"], stem.main, [one for one in dict.fromkeys(words) if one]


def _number(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 6):
        raise BadField("field.not_a_number", f"{raw!r} is not a number from 0")
    return int(raw)


def _targets(folder: Path, findings: Findings) -> dict[str, dict[str, int]]:
    rows = read_rows(folder, "catalogue/targets.csv", TARGET_COLUMNS, findings)
    return {row.text("agency"): {name: row.get(name, _number, 0) for name in TARGET_COLUMNS[1:]} for row in rows}


def _papers(folder: Path, findings: Findings) -> dict[str, Row]:
    rows = [(row, row.fields) for row in read_rows(folder, "catalogue/materials.csv", PAPER_COLUMNS, findings)]
    check_unique(rows, "kind", lambda fields: fields["kind"])
    return {fields["kind"]: fields for _, fields in rows}


def _stems(folder: Path, city: City, number: int, papers: Mapping[str, Row], findings: Findings) -> Iterator[Stem]:
    agency = city.agencies[number - 1]
    file = f"catalogue/stems/{agency.key}.csv"
    if not (folder / file).exists():
        return
    for place, row in enumerate(read_rows(folder, file, STEM_COLUMNS, findings), 1):
        row.one_of("agency", (agency.key,))
        for name in ("statutory", "fee_fen"):
            row.get(name, _number, 0)
        for name, known in (("materials", papers), ("variants", VARIANTS)):
            unknown = [one for one in row.fields[name].split() if one not in known]
            if unknown:
                row.fault(name, "reference.unknown", f"nothing is called {', '.join(unknown)}")
        if row.whole:
            yield Stem(row=row.fields, city=city, agency=agency, agency_number=number, number=place)


def _left(target: Mapping[str, int], agency: Agency, by_hand: Sequence[Whole]) -> Counter[str]:
    """How many of an agency's items are still to be done from elsewhere, and not to be in the hall."""
    left = Counter({name: target.get(name, 0) for name in ("elsewhere", "not_entered")})
    for one in by_hand:
        if one.said("agency_code") == agency.code:
            left["elsewhere"] -= bool(one.said("elsewhere"))
            left["not_entered"] -= one.said("entered") == "0"
    return left


def _flagged(stems: Sequence[Stem], left: Counter[str]) -> Iterator[Made]:
    """The variants of an agency's stems; as many as the city says are done from elsewhere and are not in the hall."""
    for stem in stems:
        variants = stem.row["variants"].split() or [""]
        for sub, variant in enumerate(variants, 1):
            elsewhere = stem.row["elsewhere"] if left["elsewhere"] > 0 and stem.row["visits2"] != "1" else ""
            outside = stem.row["hall"] == "0" and left["not_entered"] > 0
            left["elsewhere"] -= bool(elsewhere)
            left["not_entered"] -= outside
            yield Made(
                stem=stem,
                variant=variant,
                sub=sub if stem.row["variants"] else 0,
                elsewhere=elsewhere,
                entered=not outside,
            )


def _whole(one: Made, papers: Mapping[str, Row]) -> Whole:
    kinds = _asked(one)
    rows = [
        {"code": f"M{place:02}", **_material(papers[kind]), "situations": in_situations(kind, kinds)}
        for place, kind in enumerate(kinds, 1)
    ]
    return Whole(
        item=_item(one),
        situations=numbered(one.code, situations_in(kinds)),
        materials=numbered(one.code, rows),
        fees=numbered(one.code, _fees(one.stem.row)),
        questions=numbered(one.code, _questions(one)),
    )


def _name(one: Made) -> Text:
    zh, en = VARIANTS[one.variant]
    row = one.stem.row
    return (
        Text(zh=f"{row['name_zh']}（{zh}）", en=f"{row['name_en']} ({en})")
        if zh
        else Text(zh=row["name_zh"], en=row["name_en"])
    )


def _result(row: Row) -> Result:
    name = Text(zh=row["result_zh"], en=row["result_en"])
    return Result(type=row["result_type"], kind=row["result_kind"], name=name, number_prefix="", valid_years=None)


def _item(one: Made) -> Row:
    row, city, agency, code = one.stem.row, one.stem.city, one.stem.agency, one.code
    area = city.city_hall.phone.partition("-")[0]
    phone = 5000 + 10 * one.stem.agency_number
    on_the_spot = one.promise == 0
    certifying, deciding = one.promise // 4, one.promise // 4
    online = one.visits == 0
    usually = usual(
        agency=agency, name=_name(one), instant=on_the_spot, elsewhere=one.from_elsewhere, result=_result(row)
    )
    return {
        **usually,
        "handling_code": code,
        "version": "1",
        "catalogue_code": code[19:31],
        "implementation_code": code[:31],
        "type": row["type"],
        "basis": BASIS,
        "basis_en": _BASIS_EN,
        "levels": _OF_CITY,
        "objects": "^".join(row["objects"].split()),
        "person_themes": row["persons"],
        "enterprise_themes": row["enterprises"],
        **conditions(row["type"], one.variant, row["objects"].split(), _asked(one)),
        "procedure": _STEPS,
        "statutory_amount": row["statutory"],
        "statutory_unit": "W",
        "statutory_note": "" if row["statutory"] != "0" else "法律未规定办结时限",
        "promise_amount": str(one.promise),
        "promise_unit": "I" if on_the_spot else "W",
        "examining_amount": str(one.promise - deciding - certifying) if one.promise > 1 else "0",
        "deciding_amount": str(deciding),
        "certifying_amount": str(certifying),
        "special_procedures": "无",
        "charged": "1" if row["fee_fen"] != "0" else "0",
        "fee_basis": BASIS if row["fee_fen"] != "0" else "",
        "online_payment": "1" if row["fee_fen"] != "0" and online else "0",
        "handling_forms": "1^2" if online else "1",
        "visits": str(one.visits),
        "visits_reason": "" if online else "须现场核验身份、采集信息或者核对原件。",
        "visits_reason_en": "" if online else "Identity, data or originals are checked on the spot.",
        "online": "1" if online else "0",
        "online_depth": "4" if online else "3",
        "entered": "1" if one.entered else "0",
        **({} if one.entered else _OUTSIDE),
        **_address(one),
        "consult_phone": f"{area}-{phone + 1:08}",
        "complaint_phone": f"{area}-{phone + 2:08}",
        "effective_from": "2026-01-01",
        "appointments": "1" if one.visits else "0",
        "express": "1" if row["result_type"] in ("1", "2") else "0",
        "result_sample": "" if row["result_type"] == "4" else f"sample/{row['result_kind']}",
        **_rights(city, area),
        "synthetic": "1",
    }


def _rights(city: City, area: str) -> Row:
    """What an applicant may ask and where she turns against a decision; the numbers are nobody's."""
    mayor, court = f"{area}-00009001", f"{area}-00009002"
    return {
        "rights_and_duties": "有权了解办理进度和结果，对不予办理的决定申请行政复议或者提起行政诉讼；应当如实提交材料。",
        "rights_and_duties_en": "You may ask how far it is and what came of it, and have a refusal reviewed or taken to court; what you hand in must be true.",
        "reconsideration": f"{city.name_zh}人民政府行政复议机构，{mayor}",
        "reconsideration_en": f"Reconsideration office of the government of {city.name_en}, {mayor}",
        "litigation": f"{city.name_zh}人民法院，{court}",
        "litigation_en": f"People's Court of {city.name_en}, {court}",
    }


def _address(one: Made) -> Row:
    """A window of any hall that offers it; of what is in no hall, the agency."""
    zh, en = "提供本事项的政务大厅任一综合窗口", "Any window of a hall that offers it"
    if not one.entered:
        zh, en = f"{one.stem.agency.name_zh}业务办理场所", f"The premises of the {one.stem.agency.name_en}"
    online = one.visits == 0
    return {"address": zh + "，或网上办理" * online, "address_en": en + ", or online" * online}


def _asked(one: Made) -> list[str]:
    """Which papers a variant asks for: what is new or goes on all of them, the others who it is and what she holds."""
    kinds = with_alternatives(one.stem.row["materials"].split())
    if one.variant in ("", "new"):
        return kinds
    who = "identity_card" if "1" in one.stem.row["objects"].split() else "business_licence"
    held = ["application", who, "previous_certificate"]
    if one.variant == "replace":
        return [*held, "loss_statement"]
    if one.variant in ("change", "renew"):
        half = kinds[1 : 1 + len(kinds) // 2]
        held += [kind for kind in half if kind not in held]
    return held


def _material(paper: Row) -> Row:
    shared = paper["shared"] == "1"
    return {
        "name": paper["name_zh"],
        "name_en": paper["name_en"],
        "paper": paper["kind"],
        "type": "1" if paper["source"] == "10" else "3",
        "format": "3",
        "necessity": "1",
        "source": paper["source"],
        "shared_from": paper["held_by"] if shared else "",
        "copies": "0" if shared or paper["kind"] == "application" else "1",
        "size": "A4",
        "standard": paper["standard_zh"],
        "standard_en": paper["standard_en"],
        "basis": BASIS,
        "valid_months": paper["valid_months"],
    }


def _fees(row: Row) -> Iterator[Row]:
    if row["fee_fen"] != "0":
        yield {
            "code": "F01",
            "name": row["fee_zh"],
            "name_en": row["fee_en"],
            "standard": f"{int(row['fee_fen']) / 100:g} 元/件",
            "amount_fen": row["fee_fen"],
            "basis": BASIS,
            "reducible": "0",
        }


def _questions(one: Made) -> Iterator[Row]:
    """What people ask first: how long it takes, and whether they have to come."""
    name, days, visits = _name(one), one.promise, one.visits
    yield {
        "question": f"“{name.zh}”多久能办好？",
        "question_en": f"How long does '{name.en}' take?",
        "answer": f"受理之日起 {days} 个工作日内作出决定。" if days else "材料齐全的，当场办好。",
        "answer_en": f"Working days from acceptance to decision: {days}."
        if days
        else "On the spot if nothing is missing.",
    }
    yield {
        "question": "需要到现场吗？",
        "question_en": "Do I have to come?",
        "answer": f"需要，最多 {visits} 次。" if visits else "不需要。可以在网上申请，也可以到任一综合窗口。",
        "answer_en": ("No. Apply online, or at any window if you prefer.", "Yes, once.", "Yes, at most twice.")[visits],
    }
