"""The description of the interface: complete, and true about its refusals."""

from typing import Any

from asking import Asking

PUBLIC = {
    "/items",
    "/items/{code}",
    "/items/{code}/places",
    "/items/{code}/took",
    "/ways",
    "/items/{code}/versions",
    "/places",
    "/places/{code}",
    "/places/{code}/items",
    "/draws/{day}",
    "/record/minutes",
    "/trust",
    "/confirmations",
    "/confirmations/look",
    "/confirmations/confirm",
    "/follow",
    "/follow/papers/{document}",
    "/verify",
    "/sessions",
    "/payments/called",
}


def described() -> dict[str, Any]:
    return dict(Asking().get("/openapi.json").said)


def test_it_is_openapi_3_1() -> None:
    assert described()["openapi"].startswith("3.1")


def test_every_route_needs_a_session_unless_it_is_public() -> None:
    for address, methods in described()["paths"].items():
        for route in methods.values():
            assert ("security" in route) == (address.removeprefix("/api/v1") not in PUBLIC), address


def test_every_route_says_how_it_refuses_and_with_which_codes() -> None:
    for address, methods in described()["paths"].items():
        for method, route in methods.items():
            refused = {int(status): codes_of(told) for status, told in route["responses"].items() if int(status) >= 400}
            assert refused[500] == ["platform.fault"], (method, address)
            assert all(refused.values()), (method, address)
            if "security" in route:
                assert "session.ended" in refused[401], (method, address)
                assert "session.of_another_link" in refused[403], (method, address)
            if any(one["name"] == "Idempotency-Key" for one in route["parameters"]):
                assert "key.missing" in refused[422], (method, address)
    accept = described()["paths"]["/api/v1/cases/{case}/accept"]["post"]["responses"]
    assert {"case.deemed_accepted", "case.moved_meanwhile", "case.wrong_state"} <= set(codes_of(accept["409"]))
    assert {"case.not_drawn", "hat.second"} <= set(codes_of(accept["403"]))


def codes_of(told: dict[str, Any]) -> list[str]:
    shape = told["content"]["application/problem+json"]["schema"]
    return list(shape["allOf"][1]["properties"]["code"]["enum"])


def test_every_route_has_words() -> None:
    for methods in described()["paths"].values():
        for route in methods.values():
            assert route["description"].endswith(".")


def test_what_records_takes_a_key_and_nothing_else_does() -> None:
    keyless = {
        f"{method} {address.removeprefix('/api/v1')}"
        for address, methods in described()["paths"].items()
        for method, route in methods.items()
        if method != "get"
        and not any(one["name"] == "Idempotency-Key" and one["required"] for one in route["parameters"])
    }
    assert keyless == {
        "post /sessions",
        "delete /sessions/current",
        "post /verify",
        "post /confirmations",
        "post /confirmations/look",
        "post /confirmations/confirm",
        "post /follow",
        "post /follow/papers/{document}",
        "put /cases/{case}/answers",
        "post /cases/{case}/follow-code",
        "put /drafts/{draft}",
        "post /drafts/{draft}/documents",
        "post /drafts/{draft}/reuse",
        "post /drafts/{draft}/confirmation",
        "delete /documents/{document}",
        "post /messages/read",
        "post /cases/{case}/pay",
        "post /payments/called",
        "post /drafts/{draft}/renew",
        "post /drafts/{draft}/join",
    }
