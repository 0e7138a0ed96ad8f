"""A catalogue as CPSV-AP: it conforms, it says all that the rows say, and Turtle and JSON-LD are one graph."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyshacl import validate
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

import testing_city
from small_city import small_city
from vocabulary_shapes import CPSV_AP, DCAT_AP, OFFICIAL, Asked, asked, shapes
from yimen.cli.catalogue import catalogue
from yimen.cli.city import city as yimen_city
from yimen.pure.item_rules import Whole
from yimen.registry.city import City, read_city
from yimen.registry.city_stems import make_items
from yimen.registry.city_tables import Findings
from yimen.registry.exchange.described import Described, of_folder
from yimen.registry.exchange.graph import CPSV, CV, DCAT, DCT, FOAF, LOCN, SKOS, SPDX
from yimen.registry.exchange.linked import write
from yimen.registry.exchange.vocabularies import duration, parts, public_services
from yimen.registry.item_rows import rows_by_hand

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
BASE = "https://data.example.org/"
FILES = {"CPSV-AP": "cpsv-ap-3.2.0.ttl", "DCAT-AP": "dcat-ap-3.0.1.ttl"}
LINES = {"CPSV-AP": CPSV_AP, "DCAT-AP": DCAT_AP}
by_every_shape = pytest.mark.parametrize("whose", ["our lines", *(["the official"] if OFFICIAL else [])])


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(SAMPLE)


@pytest.fixture(scope="module")
def saying(city: City) -> Described:
    return of_folder(city)


@pytest.fixture(scope="module")
def wholes(city: City) -> list[Whole]:
    """The items written by hand, and forty of those made, from all agencies."""
    by_hand = rows_by_hand(city)
    made = make_items(SAMPLE, city, by_hand, Findings())
    return [*by_hand, *made[:: len(made) // 40][:40]]


@pytest.fixture(scope="module")
def services(saying: Described, wholes: list[Whole]) -> Graph:
    return public_services(wholes, city=saying, base=BASE)


def violations(graph: Graph, vocabulary: str, whose: str) -> set[tuple[str, str]]:
    """What is found of any severity, warnings too: the thing, and the property that is wrong."""
    asking = ours = shapes(LINES[vocabulary])
    if OFFICIAL and whose == "the official":
        asking = Graph().parse(OFFICIAL / FILES[vocabulary])
        assert needed(graph, asking) <= set(asked(ours)) <= set(asked(asking))
    conforms, report, _ = validate(graph, shacl_graph=asking)
    assert isinstance(report, Graph)
    found = list(report.subjects(RDF.type, SH.ValidationResult))
    assert conforms == (not found)
    return {(str(report.value(one, SH.focusNode)), str(report.value(one, SH.resultPath))) for one in found}


def needed(graph: Graph, official: Graph) -> set[Asked]:
    """What the official shapes ask of the classes and properties of a graph, and of properties that a class must have."""
    written = {(kind, path) for thing, kind in graph.subject_objects(RDF.type) for path in graph.predicates(thing)}
    kinds = {kind for kind, _ in written}
    every = set(asked(official))
    return {one for one in every if (one.of, one.path) in written or (one.how == SH.minCount and one.of in kinds)}


@by_every_shape
def test_the_services_conform_without_a_warning(services: Graph, whose: str) -> None:
    assert violations(services, "CPSV-AP", whose) == set()
    assert violations(services, "DCAT-AP", whose) == set()  # the dataset, its publisher and the code lists in it


@by_every_shape
def test_a_service_without_a_title_does_not_conform(saying: Described, wholes: list[Whole], whose: str) -> None:
    untitled = replace(wholes[0], item={**wholes[0].item, "name": "", "name_en": ""})
    found = violations(public_services([untitled], city=saying, base=BASE), "CPSV-AP", whose)
    assert found == {(f"{BASE}service/{untitled.said('handling_code')}", str(DCT.title))}


@by_every_shape
def test_a_code_without_its_type_does_not_conform(saying: Described, wholes: list[Whole], whose: str) -> None:
    graph = public_services(wholes[:1], city=saying, base=BASE)
    for untyped in (
        URIRef(f"{BASE}code/state/1"),
        URIRef("http://publications.europa.eu/resource/authority/language/ZHO"),
    ):
        graph.remove((untyped, RDF.type, None))
    found = {path for _, path in violations(graph, "CPSV-AP", whose)}
    assert found == {"http://www.w3.org/ns/adms#status", str(DCT.language)}


def test_every_item_and_every_material_is_there(services: Graph, wholes: list[Whole]) -> None:
    def identifiers(kind: URIRef) -> list[str]:
        return sorted(str(services.value(one, DCT.identifier)) for one in services.subjects(RDF.type, kind))

    codes = {one.said("handling_code"): one for one in wholes}
    assert len(wholes) == 95
    assert identifiers(CPSV.PublicService) == sorted(codes)
    assert identifiers(CV.Evidence) == sorted(
        f"{code}/{row['code']}" for code, one in codes.items() for row in one.materials
    )
    for code, one in codes.items():
        service = URIRef(f"{BASE}service/{code}")
        assert len(list(services.objects(service, CPSV.hasInput))) == len(one.materials)
        assert len(list(services.objects(service, CV.hasCost))) == max(1, len(one.fees))
        assert len(list(services.objects(service, CV.hasChannel))) == len(one.several("handling_forms"))


def test_a_service_says_who_what_for_how_much_how_long_and_where(saying: Described, wholes: list[Whole]) -> None:
    one = next(one for one in wholes if one.fees and one.said("promise_unit") == "W" and one.said("enterprise_themes"))
    graph = public_services([one], city=saying, base=BASE)
    service = URIRef(f"{BASE}service/{one.said('handling_code')}")

    def word(thing: Node, *path: URIRef) -> set[str]:
        things = {thing}
        for how in path:
            things = {value for each in things for value in graph.objects(each, how)}
        return {str(each) for each in things}

    assert word(service, DCT.title) == {one.said("name"), one.said("name_en")}
    assert one.said("agency_name") in word(service, CV.hasCompetentAuthority, SKOS.prefLabel)
    assert any(one.said("conditions") in text for text in word(service, DCT.description))
    assert word(service, CV.holdsRequirement, DCT.description) == {one.said("conditions")}
    assert word(service, CPSV.follows, DCT.description) == {one.said("procedure")}
    assert word(service, CV.hasLegalResource, DCT.title) == set(one.said("basis").splitlines())
    assert word(service, CPSV.produces, DCT.title) == {one.said("result_name"), one.said("result_name_en")}
    assert {float(each) for each in word(service, CV.hasCost, CV.hasValue)} == {
        int(row["amount_fen"]) / 100 for row in one.fees
    }
    assert any(one.fees[0]["name"] in text for text in word(service, CV.hasCost, DCT.description))
    assert word(service, CV.hasChannel, CV.openingHours, DCT.description) == {one.said("hours")}
    assert word(service, CV.hasChannel, DCT.spatial, LOCN.address, LOCN.fullAddress) == {one.said("address")}
    assert word(service, CV.contactPoint, CV.telephone) == {one.said("consult_phone"), one.said("complaint_phone")}
    assert graph.value(service, CV.processingTime) == duration(one.said("promise_amount"), "W")
    assert word(service, CV.thematicArea, SKOS.notation) >= set(one.several("enterprise_themes"))


@pytest.mark.parametrize(
    ("amount", "unit", "written"),
    [
        ("5", "W", "P7D"),
        ("1", "W", "P2D"),  # 1.4 days, rounded up
        ("20", "N", "P20D"),
        ("36", "H", "PT36H"),
        ("3", "M", "P3M"),
        ("0", "I", "P0D"),
        ("0", "W", None),  # the law sets none
    ],
)
def test_a_limit_as_a_duration(amount: str, unit: str, written: str | None) -> None:
    found = duration(amount, unit)
    assert (str(found) if found is not None else None) == written


def test_turtle_and_json_ld_are_the_same_graph_whatever_the_words(
    saying: Described, wholes: list[Whole], tmp_path: Path
) -> None:
    nasty = 'a "quote" \\ """\n\n@prefix x: <y> .\n\n<z> a <w> . ]}, {"@graph": 1}'
    some = [
        *wholes[::5],
        replace(wholes[1], item={**wholes[1].item, "conditions": nasty, "online_address": f"http://{nasty}"}),
    ]
    expected = public_services(some, city=saying, base=BASE)
    assert sum(len(part) for part in parts(some, city=saying, base=BASE, size=4)) == len(expected)  # nothing said twice
    for name in ("items.ttl", "items.jsonld"):
        write(parts(some, city=saying, base=BASE, size=4), tmp_path / name)
        assert set(Graph().parse(tmp_path / name)) == set(expected)
    assert [one.name for one in sorted(tmp_path.iterdir())] == ["items.jsonld", "items.ttl"]


def run(*words: object) -> Result:
    return CliRunner().invoke(catalogue, ["vocabulary", *map(str, words)], catch_exceptions=False)


def described(folder: Path) -> Graph:
    """The catalogue of three data files, as the command writes it."""
    for name in ("items.xlsx", "items.zip", "calendar.csv", "notes.csv", "items.docx"):
        (folder / name).write_bytes(name.encode())
    done = run(folder / "catalogue.jsonld", "--folder", SAMPLE, "--open-data", "--base", BASE)
    assert done.exit_code == 0, done.output
    return Graph().parse(folder / "catalogue.jsonld")


@by_every_shape
def test_the_open_data_conform_and_describe_the_files_that_are_there(tmp_path: Path, whose: str) -> None:
    graph = described(tmp_path)
    assert violations(graph, "DCAT-AP", whose) == set()
    assert {str(one) for one in graph.objects(None, DCAT.downloadURL)} == {
        f"{BASE}{name}" for name in ("items.xlsx", "items.zip", "calendar.csv")
    }
    file = graph.value(None, DCAT.downloadURL, URIRef(f"{BASE}items.zip"))
    assert graph.value(file, DCAT.byteSize) == Literal(
        "9", datatype="http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
    )
    checksum = graph.value(file, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(b"items.zip").hexdigest()
    graph.remove((None, FOAF.name, None))
    assert violations(graph, "DCAT-AP", whose) == {(f"{BASE}city/220100", str(FOAF.name))}


def test_the_command_writes_the_items_of_a_folder(tmp_path: Path) -> None:
    done = run(tmp_path / "items.ttl", "--folder", small_city(), "--base", BASE, "--json")
    told = json.loads(done.stdout)
    items = len(list((small_city() / "items").iterdir()))
    assert (done.exit_code, told["services"], told["base"]) == (0, items, BASE)
    assert told["bytes"] == (tmp_path / "items.ttl").stat().st_size
    assert len(list(Graph().parse(tmp_path / "items.ttl").subjects(RDF.type, CPSV.PublicService))) == items


def test_the_record_says_the_same_as_the_folder_from_which_it_came(
    clone: Callable[[], testing_city.City], tmp_path: Path
) -> None:
    clone()
    nothing = run(tmp_path / "items.ttl", "--base", BASE)
    assert (nothing.exit_code, "bring in the city first" in nothing.stderr) == (1, True)
    assert CliRunner().invoke(yimen_city, ["load", str(small_city())]).exit_code == 0
    graphs = []
    for name, words in (("record", ()), ("folder", ("--folder", small_city()))):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "items.ttl"
        assert run(file, "--base", BASE, *words).exit_code == 0
        graphs.append(set(Graph().parse(file)))
        assert run(file.with_name("catalogue.ttl"), "--open-data", "--base", BASE, *words).exit_code == 0
    assert graphs[0] == graphs[1]


def test_the_command_writes_nothing_of_a_catalogue_that_breaks_a_rule(tmp_path: Path) -> None:
    folder, file = Path(shutil.copytree(small_city(), tmp_path / "city")), tmp_path / "items.ttl"
    item = folder / "items" / "company-new.json"
    broken = json.loads(item.read_text(encoding="utf-8"))
    broken["handling"]["themes"]["value"]["enterprise"] = []
    item.write_text(json.dumps(broken), encoding="utf-8")
    file.write_text("as before", encoding="utf-8")
    done = run(file, "--folder", folder)
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (1, "as before")
    assert "1 items break a rule" in done.stderr


MISTAKES: Mapping[str, tuple[list[str], str, int]] = {
    "an ending of neither": (["items.rdf"], "ends in .ttl (Turtle) or .jsonld", 2),
    "a folder that is not there": (["nowhere/items.ttl"], "there is no folder", 2),
    "a base that is no address": (["items.ttl", "--base", "data.example.org"], "an address like https://", 2),
    "a name of another dataset": (["places.ttl"], "call it items.ttl", 2),
    "the description named like data": (["items.ttl", "--open-data"], "call it catalogue.ttl", 2),
    "a name that no disk takes": ([f"{'x' * 300}.ttl"], "cannot be written: File name too long", 1),
    "nothing to describe": (["catalogue.ttl", "--open-data"], "No data file lies beside", 1),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_and_nothing_is_written(tmp_path: Path, mistake: str) -> None:
    (name, *options), told, code = MISTAKES[mistake]
    done = run(tmp_path / name, "--folder", SAMPLE, *options)
    assert done.exit_code == code
    assert told in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []
