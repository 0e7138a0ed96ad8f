"""The description of the interface: complete, and true about its refusals."""

from typing import Any

from asking import Asking

PUBLIC = {"/items", "/items/{code}", "/draws/{day}", "/record/minutes", "/verify", "/sessions", "/payments/called"}


def described() -> dict[str, Any]:
    return dict(Asking().get("/openapi.json").said)


def test_it_is_openapi_3_1() -> None:
    assert described()["openapi"].startswith("3.1")


def test_every_route_needs_a_session_unless_it_is_public() -> None:
    for address, methods in described()["paths"].items():
        for route in methods.values():
            assert ("security" in route) == (address.removeprefix("/api/v1") not in PUBLIC), address


def test_every_route_says_how_it_refuses() -> None:
    for address, methods in described()["paths"].items():
        for method, route in methods.items():
            said = {int(status) for status in route["responses"]}
            assert {405, 422, 503} <= said, (method, address)
            if "security" in route:
                assert {401, 403} <= said, (method, address)
            if method != "get":
                assert 409 in said, (method, address)


def test_every_route_has_words() -> None:
    for methods in described()["paths"].values():
        for route in methods.values():
            assert route["description"].endswith(".")


def test_what_records_takes_a_key() -> None:
    keyed = {
        address.removeprefix("/api/v1")
        for address, methods in described()["paths"].items()
        for route in methods.values()
        if any(one["name"] == "Idempotency-Key" and one["required"] for one in route["parameters"])
    }
    assert keyed == {
        "/cases",
        "/cases/{case}/withdraw",
        "/cases/{case}/contact",
        "/cases/{case}/accept",
        "/cases/{case}/examine",
        "/cases/{case}/decide",
        "/cases/{case}/make",
        "/cases/{case}/release",
        "/cases/{case}/release-again",
        "/drafts",
        "/drafts/{draft}/file",
        "/draws/{pool}/{day}/centre-half",
        "/draws/{pool}/{day}/supervisor-half",
    }
