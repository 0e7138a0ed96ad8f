"""
What CPSV-AP 3.2 and DCAT-AP 3.0.1 ask of the classes that we write, as SHACL shapes made from lines.

A line is a class, a property, how often, and of what kind a value is: a class, a data type, `literal`, `node` (no literal), `address` (one that is not blank), or `day`. The official shapes (https://semiceu.github.io/CPSV-AP/releases/3.2.0/ and DCAT-AP's) are not kept here; a folder that
holds them is named by YIMEN_SHAPES, and then they are asked as well, and these lines are held against them.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from yimen.registry.exchange.graph import empty

OFFICIAL = Path(os.environ["YIMEN_SHAPES"]) if os.environ.get("YIMEN_SHAPES") else None
CPSV_AP = """
cpsv:PublicService dct:identifier 1..1
cpsv:PublicService dct:title 1..* rdf:langString
cpsv:PublicService dct:description 1..* rdf:langString
cpsv:PublicService cv:hasCompetentAuthority 1..* cv:PublicOrganisation
cpsv:PublicService dct:type 0..* skos:Concept
cpsv:PublicService dct:audience 0..* skos:Concept
cpsv:PublicService dct:language 0..* dct:LinguisticSystem
cpsv:PublicService dct:spatial 0..* dct:Location
cpsv:PublicService dct:isPartOf 0..* dcat:Dataset
cpsv:PublicService dct:requires 0..* cpsv:PublicService
cpsv:PublicService dcat:keyword 0..* rdf:langString
cpsv:PublicService adms:status 0..1 skos:Concept
cpsv:PublicService cv:sector 0..* skos:Concept
cpsv:PublicService cv:thematicArea 0..* skos:Concept
cpsv:PublicService cv:isClassifiedBy 0..* skos:Concept
cpsv:PublicService cv:isGroupedBy 0..* cv:Event
cpsv:PublicService cv:contactPoint 0..* cv:ContactPoint
cpsv:PublicService cv:hasChannel 0..* cv:Channel
cpsv:PublicService cv:hasCost 0..* cv:Cost
cpsv:PublicService cv:hasInputType 0..* cv:EvidenceType
cpsv:PublicService cv:hasLegalResource 0..* eli:LegalResource
cpsv:PublicService cv:hasParticipation 0..* cv:Participation
cpsv:PublicService cv:holdsRequirement 0..* cv:Requirement
cpsv:PublicService cv:processingTime 0..1 xsd:duration
cpsv:PublicService cv:relatedService 0..* cpsv:PublicService
cpsv:PublicService cpsv:follows 0..* cpsv:Rule
cpsv:PublicService cpsv:hasInput 0..* cv:Evidence
cpsv:PublicService cpsv:produces 0..* cv:Output
cv:PublicOrganisation skos:prefLabel 1..* rdf:langString
cv:PublicOrganisation dct:spatial 1..* dct:Location
foaf:Agent dct:identifier 1..1
foaf:Agent dct:title 1..* rdf:langString
foaf:Agent cv:participates 0..* cv:Participation
foaf:Agent locn:address 0..* locn:Address
cv:Event dct:identifier 1..1
cv:Event dct:title 1..* rdf:langString
cv:Event dct:description 0..* rdf:langString
cv:Event cv:hasRelatedService 0..* cpsv:PublicService
cv:LifeEvent dct:type 0..* skos:Concept
cv:BusinessEvent dct:type 0..* skos:Concept
cv:Evidence dct:identifier 1..1
cv:Evidence dct:title 1..* rdf:langString
cv:Evidence dct:description 0..* rdf:langString
cv:Evidence dct:type 0..1 skos:Concept
cv:Evidence dct:language 0..* dct:LinguisticSystem
cv:Evidence dct:conformsTo 0..* cv:EvidenceType
cv:Evidence dct:isPartOf 0..* dcat:Dataset
cv:Evidence cv:supportsRequirement 0..* cv:Requirement
cv:Evidence foaf:page 0..* foaf:Document
cv:EvidenceType dct:identifier 1..1
cv:EvidenceType cv:evidenceTypeClassification 0..* skos:Concept
cv:Requirement dct:identifier 1..1
cv:Requirement dct:title 1..* rdf:langString
cv:Requirement dct:type 0..* skos:Concept
cv:Requirement cv:fulfils 0..* cpsv:Rule
cv:Requirement cv:hasSupportingEvidence 0..* cv:Evidence
cpsv:Rule dct:identifier 1..1
cpsv:Rule dct:title 1..* rdf:langString
cpsv:Rule dct:description 1..* rdf:langString
cpsv:Rule dct:type 0..1 skos:Concept
cpsv:Rule dct:language 0..* dct:LinguisticSystem
cpsv:Rule cpsv:implements 0..* eli:LegalResource
eli:LegalResource dct:relation 0..* eli:LegalResource
cv:Output dct:identifier 1..1
cv:Output dct:title 1..* rdf:langString
cv:Output dct:description 0..* rdf:langString
cv:Output dct:type 0..* skos:Concept
cv:Output dct:language 0..* dct:LinguisticSystem
cv:Output dct:isPartOf 0..* dcat:Dataset
cv:Cost dct:identifier 1..1
cv:Cost dct:description 0..* rdf:langString
cv:Cost cv:currency 0..1 skos:Concept
cv:Cost cv:hasValue 0..1 xsd:double
cv:Cost cv:ifAccessedThrough 0..1 cv:Channel
cv:Cost cv:isDefinedBy 0..* org:Organization
cv:Channel dct:identifier 1..1
cv:Channel dct:description 0..* rdf:langString
cv:Channel dct:type 0..1 skos:Concept
cv:Channel cv:openingHours 0..* time:TemporalEntity
cv:Channel cv:specialOpeningHoursSpecification 0..* time:TemporalEntity
cv:Channel cv:ownedBy 0..* org:Organization
cv:Channel cv:processingTime 0..1 xsd:duration
cv:Channel cpsv:hasInput 0..* cv:Evidence
cv:ContactPoint cv:contactPage 0..* foaf:Document
cv:ContactPoint cv:openingHours 0..* time:TemporalEntity
cv:ContactPoint cv:specialOpeningHoursSpecification 0..* time:TemporalEntity
time:TemporalEntity dct:description 0..* rdf:langString
time:TemporalEntity cv:frequency 0..* skos:Concept
locn:Address locn:fullAddress 0..* rdf:langString
locn:Address locn:addressArea 0..* rdf:langString
locn:Address locn:adminUnitL1 0..* rdf:langString
locn:Address locn:adminUnitL2 0..* rdf:langString
locn:Address locn:locatorName 0..* rdf:langString
locn:Address locn:postName 0..* rdf:langString
locn:Address locn:thoroughfare 0..* rdf:langString
dcat:Dataset dct:title 1..* rdf:langString
dcat:Dataset dct:description 1..* rdf:langString
dcat:Dataset dct:publisher 1..1 foaf:Agent
dcat:Dataset dct:hasPart 0..* cpsv:PublicService
dcat:Dataset dcat:landingPage 0..* foaf:Document
"""
DCAT_AP = """
dcat:Catalog dct:title 1..* literal
dcat:Catalog dct:description 1..* literal
dcat:Catalog dct:publisher 1..1
dcat:Catalog dct:license 0..1 node
dcat:Catalog dct:modified 0..1 day
dcat:Catalog dct:language 0..* node
dcat:Catalog dct:spatial 0..* node
dcat:Catalog dcat:dataset 0..* node
dcat:Catalog foaf:homepage 0..1 node
dcat:Dataset dct:title 1..* literal
dcat:Dataset dct:description 1..* literal
dcat:Dataset dct:identifier 0..* literal
dcat:Dataset dct:publisher 0..1 node
dcat:Dataset dct:accessRights 0..1 node
dcat:Dataset dct:accrualPeriodicity 0..1 node
dcat:Dataset dct:language 0..* node
dcat:Dataset dct:modified 0..1 day
dcat:Dataset dct:spatial 0..* node
dcat:Dataset dct:temporal 0..* node
dcat:Dataset dcat:contactPoint 0..* node
dcat:Dataset dcat:distribution 0..* node
dcat:Dataset dcat:keyword 0..* literal
dcat:Dataset dcat:theme 0..* address
dcat:Distribution dcat:accessURL 1..* node
dcat:Distribution dcat:downloadURL 0..* node
dcat:Distribution dcat:byteSize 0..1 xsd:nonNegativeInteger
dcat:Distribution dcat:mediaType 0..1 node
dcat:Distribution dcat:packageFormat 0..1 node
dcat:Distribution dct:conformsTo 0..* node
dcat:Distribution dct:format 0..1 node
dcat:Distribution dct:language 0..* node
dcat:Distribution dct:license 0..1 node
dcat:Distribution dct:modified 0..1 day
dcat:Distribution dct:title 0..* literal
dcat:Distribution spdx:checksum 0..1 node
spdx:Checksum spdx:algorithm 1..1
spdx:Checksum spdx:checksumValue 1..1 xsd:hexBinary
foaf:Agent foaf:name 1..* literal
foaf:Agent dct:type 0..1
dct:PeriodOfTime dcat:startDate 0..1 day
dct:PeriodOfTime dcat:endDate 0..1 day
skos:Concept skos:prefLabel 1..* literal
skos:ConceptScheme dct:title 1..* literal
"""


_NODE_KINDS = {"literal": SH.Literal, "node": SH.BlankNodeOrIRI, "address": SH.IRI}
_PREFIXED = empty("https://data.example.org/")
_PREFIXED.bind("rdf", str(RDF))


class Asked(NamedTuple):
    """One constraint on a property of a class."""

    of: Node
    path: Node | None
    how: URIRef
    value: Node


def shapes(lines: str) -> Graph:
    """Return lines as shapes; a violation names class, property and constraint."""
    graph = empty("https://data.example.org/")
    for of, path, often, *kind in (line.split() for line in lines.strip().splitlines()):
        shape, one = BNode(), BNode()
        graph.add((shape, RDF.type, SH.NodeShape))
        graph.add((shape, SH.targetClass, _named(of)))
        graph.add((shape, SH.property, one))
        graph.add((one, SH.path, _named(path)))
        least, most = often.split("..")
        if least != "0":
            graph.add((one, SH.minCount, Literal(int(least))))
        if most != "*":
            graph.add((one, SH.maxCount, Literal(int(most))))
        for word in kind:
            _of_kind(graph, one, word)
    return graph


def _named(name: str) -> URIRef:
    return _PREFIXED.namespace_manager.expand_curie(name)


def _of_kind(graph: Graph, one: BNode, word: str) -> None:
    if word == "day":
        either = [BNode(), BNode()]
        for option, datatype in zip(either, (XSD.date, XSD.dateTime), strict=True):
            graph.add((option, SH.datatype, datatype))
        listed = BNode()
        Collection(graph, listed, list(either))
        graph.add((one, SH["or"], listed))
    elif word in _NODE_KINDS:
        graph.add((one, SH.nodeKind, _NODE_KINDS[word]))
    else:
        how = SH.datatype if word.startswith(("xsd:", "rdf:")) else SH["class"]
        graph.add((one, how, _named(word)))


def asked(graph: Graph) -> Iterator[Asked]:
    """Return what shapes ask, constraint by constraint."""
    for shape, of in graph.subject_objects(SH.targetClass):
        for one in graph.objects(shape, SH.property):
            path = graph.value(one, SH.path)
            for how in (SH.minCount, SH.maxCount, SH.datatype, SH["class"], SH.nodeKind):
                for value in graph.objects(one, how):
                    yield Asked(of=of, path=path, how=how, value=value)
