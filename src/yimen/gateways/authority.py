"""
The demonstration authority: a root of our own that certifies the keys of a sample city.

Its name says 示范 DEMONSTRATION, and every certificate made under it shows so. A city puts the
certificates of a licensed authority in its place (电子签名法 16-17).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import serialization

from yimen.gateways.keystore import RECORD, ROOT, KeyStore, Owner, Role

DEMONSTRATION_NAME = "示范 DEMONSTRATION Yimen Root"
OWN_SEAL = "公章"  # the agency's own seal, which bears its name and nothing else
SPECIAL_SEAL = "行政许可专用章"  # under which it issues papers; nobody has it in custody and no certificate bears it
CITY_CODE = "city"
CITY_NAME = "示范市 DEMONSTRATION City"


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An agency that decides and issues papers, and so needs a decision key and a special seal."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A seal, which belongs to one agency although a centre has it in custody."""

    code: str
    name: str
    agency_code: str
    agency_name: str


def found_demonstration_ca(
    store: KeyStore, *, agencies: Iterable[Agency], seals: Iterable[Seal], at: datetime
) -> list[str]:
    """
    Make the root and the keys of a sample city, and return the names of those that were missing.

    What is there already is left as it is, so this can be run again after an agency or a seal was added.

    Refuses: KeysUnavailable.
    """
    wanted = {ROOT: _city_owner("root", DEMONSTRATION_NAME), RECORD: _city_owner("record", "示范 Record 记录")}
    for agency in agencies:
        wanted[f"decision/{agency.code}"] = Owner(
            role="decision",
            code=agency.code,
            name=f"示范 {agency.name} 决定",
            agency_code=agency.code,
            agency_name=agency.name,
        )
        wanted[f"special/{agency.code}"] = Owner(
            role="special",
            code=agency.code,
            name=f"示范 {SPECIAL_SEAL}",
            agency_code=agency.code,
            agency_name=agency.name,
        )
    for seal in seals:
        wanted[f"seal/{seal.code}"] = Owner(
            role="seal",
            code=seal.code,
            name=f"示范 {seal.name.removeprefix(seal.agency_name) or OWN_SEAL}",
            agency_code=seal.agency_code,
            agency_name=seal.agency_name,
        )
    there = set(store.names())
    missing = [name for name in wanted if name not in there]
    for name in missing:
        store.make(name=name, owner=wanted[name], at=at)
    return missing


def trust(store: KeyStore) -> str:
    """
    Return what a stranger needs to check certificates: public certificates and the list of revoked ones, as JSON.

    Lists, not single certificates, so that a key can be replaced and what it signed before still verifies.

    Refuses: KeysUnavailable.
    """
    decisions = [name for name in store.names() if name.startswith("decision/")]
    revoked = store.revocations()
    anchors = {
        "version": 1,
        "root": _pem(store, ROOT),
        "record": [_pem(store, RECORD)],
        "decisions": {name.removeprefix("decision/"): [_pem(store, name)] for name in decisions},
        "revoked": revoked.public_bytes(serialization.Encoding.PEM).decode() if revoked else None,
    }
    return json.dumps(anchors, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _pem(store: KeyStore, name: str) -> str:
    return store.certificate(name).public_bytes(serialization.Encoding.PEM).decode()


def _city_owner(role: Role, name: str) -> Owner:
    return Owner(role=role, code=role, name=name, agency_code=CITY_CODE, agency_name=CITY_NAME)
