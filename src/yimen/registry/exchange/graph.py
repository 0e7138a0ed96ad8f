"""
What is said in a graph: addresses under a base, words in both languages, and the types of whatever is pointed at.

The shapes of CPSV-AP and DCAT-AP ask of a value that it has its class. What the class is stands in code lists elsewhere, which a reader
of one file does not have: so each value that we name carries its type and its words in the same file.
"""

import hashlib
from typing import Final
from urllib.parse import quote

import rdflib
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DefinedNamespace, NamespaceManager

from yimen.pure.item_fields import Field
from yimen.registry.exchange.described import Described, Named


class Terms:
    """The terms of a vocabulary, each made once: rdflib makes a term anew whenever it is named."""

    def __init__(self, namespace: Namespace | type[DefinedNamespace]) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> URIRef:
        if name.startswith("_"):
            raise AttributeError(name)
        term = self._namespace[name]
        self.__dict__[name] = term
        return term

    def __getitem__(self, name: str) -> URIRef:
        return self._namespace[name]

    def __str__(self) -> str:
        return str(self._namespace)


CV: Final = Terms(Namespace("http://data.europa.eu/m8g/"))
CPSV: Final = Terms(Namespace("http://purl.org/vocab/cpsv#"))
ADMS: Final = Terms(Namespace("http://www.w3.org/ns/adms#"))
ELI: Final = Terms(Namespace("http://data.europa.eu/eli/ontology#"))
LOCN: Final = Terms(Namespace("http://www.w3.org/ns/locn#"))
SPDX: Final = Terms(Namespace("http://spdx.org/rdf/terms#"))
VCARD: Final = Terms(Namespace("http://www.w3.org/2006/vcard/ns#"))
EU: Final = Terms(Namespace("http://publications.europa.eu/resource/authority/"))
DCAT, DCT, FOAF, ORG, RDF, RDFS, SKOS, TIME, XSD = map(
    Terms,
    (
        rdflib.DCAT,
        rdflib.DCTERMS,
        rdflib.FOAF,
        rdflib.ORG,
        rdflib.RDF,
        rdflib.RDFS,
        rdflib.SKOS,
        rdflib.TIME,
        rdflib.XSD,
    ),
)
ADDRESS: Final = r"https?://[^\s<>\"{}|\\^`]+"

PREFIXES: Final = {
    "cv": CV,
    "cpsv": CPSV,
    "adms": ADMS,
    "eli": ELI,
    "locn": LOCN,
    "spdx": SPDX,
    "vcard": VCARD,
    "dct": DCT,
    "dcat": DCAT,
    "foaf": FOAF,
    "skos": SKOS,
    "org": ORG,
    "time": TIME,
    "xsd": XSD,
}
_LANGUAGES: Final = (("ZHO", "中文", "Chinese"), ("ENG", "英文", "English"))


class _Names(NamespaceManager):
    """Names with a prefix for what vocabularies name; to look for one for each address of ours is much of the work of writing Turtle."""

    def __init__(self, graph: Graph, ours: str) -> None:
        super().__init__(graph, bind_namespaces="none")
        self._ours = ours

    def compute_qname(self, uri: str, generate: bool = True) -> tuple[str, URIRef, str]:
        if str(uri).startswith(self._ours):
            raise KeyError(uri)
        return super().compute_qname(uri, generate)


def empty(base: str) -> Graph:
    """Return a graph that knows the prefixes of both vocabularies, and whose addresses under a base are ours."""
    graph = Graph(bind_namespaces="none")
    graph.namespace_manager = _Names(graph, base)
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, str(namespace))
    return graph


class Saying:
    """A graph, and how things are added to it; `base` is the address that all addresses of ours begin with."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/") + "/"
        self._said: set[URIRef] = set()
        self.graph = empty(self._base)

    def cut(self) -> Graph:
        """Return what was said since the last cut, and go on with an empty graph; what was said is not said again."""
        part, self.graph = self.graph, empty(self._base)
        return part

    def at(self, *path: str) -> URIRef:
        """Return the address of a thing of ours."""
        return URIRef(self._base + "/".join(quote(one, safe="-._~()") for one in path))

    def by_words(self, kind: str, words: str) -> URIRef:
        """Return the address of a thing that is known by its words alone: the same words are the same thing."""
        return self.at(kind, hashlib.sha256(words.encode()).hexdigest()[:20])

    def a(self, thing: URIRef, *classes: URIRef) -> bool:
        """Say of what classes a thing is, once; returns whether that is new."""
        if thing in self._said:
            return False
        self._said.add(thing)
        for one in classes:
            self.graph.add((thing, RDF.type, one))
        return True

    def identified(self, thing: URIRef, text: str) -> None:
        """Say how a thing is called by its register."""
        if text:
            self.graph.add((thing, DCT.identifier, Literal(text)))

    def say(self, thing: URIRef, how: URIRef, zh: str, en: str = "") -> None:
        """Say words in each language that has them."""
        for text, language in ((zh, "zh"), (en, "en")):
            if text.strip():
                self.graph.add((thing, how, Literal(text, lang=language)))

    def link(self, thing: URIRef, how: URIRef, *to: URIRef) -> None:
        """Say that a thing points at others."""
        for one in to:
            self.graph.add((thing, how, one))

    def concept(self, thing: URIRef, zh: str, en: str, scheme: URIRef | None = None) -> URIRef:
        """Say a value of a code list, with its words."""
        if self.a(thing, SKOS.Concept):
            self.say(thing, SKOS.prefLabel, zh, en)
            if scheme is not None:
                self.link(thing, SKOS.inScheme, scheme)
        return thing

    def code_list(self, one: Field) -> None:
        """Say the whole code list of a field."""
        scheme = self.at("code", one.name)
        self.a(scheme, SKOS.ConceptScheme)
        self.say(scheme, DCT.title, one.zh, one.en)
        for code, (zh, en) in one.codes.items():
            value = self.concept(self.code(one.name, code), zh, en, scheme)
            self.graph.add((value, SKOS.notation, Literal(code)))

    def code(self, name: str, value: str) -> URIRef:
        """Return the address of a value of a field's code list."""
        return self.at("code", name, value)

    def languages(self, thing: URIRef, *which: str) -> None:
        """Say in which languages a thing is there: ZHO, ENG."""
        for code, zh, en in _LANGUAGES:
            if code in which:
                language = EU[f"language/{code}"]
                if self.a(language, DCT.LinguisticSystem):
                    self.say(language, SKOS.prefLabel, zh, en)
                self.link(thing, DCT.language, language)

    def where(self, city: Described, area: str) -> URIRef:
        """Return the country (1), the province (2) or the city (any other value of 通办范围)."""
        if area == "1":
            return self._location(EU["country/CHN"], "", "中国", "China")
        own = city.city.code
        division = city.divisions.get(own[:2] + "0000" if area == "2" else own, city.divisions[own])
        return self._location(self.at("division", division.code), division.code, division.name_zh, division.name_en)

    def _location(self, place: URIRef, code: str, zh: str, en: str) -> URIRef:
        if self.a(place, DCT.Location):
            self.identified(place, code)
            self.say(place, SKOS.prefLabel, zh, en)
        return place

    def city(self, city: Named) -> URIRef:
        """Return who publishes: the city, as an agent of both vocabularies."""
        agent = self.at("city", city.code)
        if self.a(agent, FOAF.Agent):
            self.identified(agent, city.code)
            self.say(agent, DCT.title, city.name_zh, city.name_en)
            self.say(agent, FOAF.name, city.name_zh, city.name_en)
        return agent
