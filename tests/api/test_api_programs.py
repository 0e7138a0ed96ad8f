"""
Every role's token, run by schemathesis on a city of its own: what is described is what is answered, whatever is sent.

Each operation succeeds once for a role that has it (succeeding*.py), and is then sent what the description allows and what it
forbids, with ids that exist and with ids that do not. The seed is fixed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as budget
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

import certificate_kit
import town as towns
from outside_world import bank
from program_world import ELSEWHERE, ITEM, Request, World
from succeeding_places import READY
from yimen.config.wsgi import application
from yimen.gateways.authority import trust

Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
load_all_checks()
CHECKED: list[Any] = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "ignored_auth",
    ]
)
ROLES = sorted(READY)
FEW, MANY = (
    budget(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for examples in (1, 5)
)


@pytest.fixture(scope="module")
def described() -> dict[str, Operation]:
    """Every operation by its id; read once, since building what to send costs most."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {one.definition.raw["operationId"]: one for one in operations}


@pytest.fixture
def world(clone: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A town in a city of its own, with its keys published and a bank to pay at."""
    clone()
    cache.clear()
    made = World(towns.town(item=ITEM, roles={"editor": 1, "reviewer": 1, "manager": 2}))
    store = certificate_kit.make_keys(tmp_path / "keys")
    (tmp_path / "trust.json").write_text(trust(store), encoding="utf-8")
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    with bank():
        yield made


def test_every_operation_has_a_request_that_succeeds(described: dict[str, Operation]) -> None:
    assert {one for many in READY.values() for one in many} | ELSEWHERE.keys() == described.keys()


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_sends_is_answered_as_described(role: str, world: World, described: dict[str, Operation]) -> None:
    refused = {name: sent(described[name], make(world)) for name, make in READY[role].items()}
    assert {name: one for name, one in refused.items() if one} == {}

    ids = world.ids()  # of all that was made on the way
    token = world.token(role)
    found: list[str] = []
    for name, operation in described.items():
        own = name in READY[role]
        found += bombarded(operation, GenerationMode.POSITIVE, MANY if own else FEW, token, ids)
        if own:
            found += bombarded(operation, GenerationMode.NEGATIVE, MANY, token, ids)
    assert found == []


def bombarded(
    operation: Operation,
    mode: GenerationMode,
    many: budget,
    token: Callable[[], str],
    ids: Mapping[str, Iterator[str]],
) -> list[str]:
    """Send an operation what the description allows or forbids; return what was not answered as described."""
    found: list[str] = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @many
    def send(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            _with_ids(case, ids)
        try:
            case.call_and_validate(headers=_authorized(token()), checks=CHECKED)
        except (FailureGroup, Failure) as failure:
            found.append(str(failure))

    with suppress(Unsatisfiable):  # an operation to which nothing wrong can be sent
        send()
    return found[:1]


def _with_ids(case: Case, ids: Mapping[str, Iterator[str]]) -> None:
    """Let what stands in the path exist, and let the case not have moved meanwhile."""
    case.path_parameters = {name: next(ids.get(name, repeat(value))) for name, value in case.path_parameters.items()}
    if isinstance(case.body, dict) and "after" in case.body and "case" in case.path_parameters:
        case.body = {**case.body, "after": head_of(case.path_parameters["case"])}


def head_of(case: str) -> int:
    with towns.testing_city_owner() as owner:
        found = owner.execute("select head from record_stream where id = %s", [case]).fetchone()
    return int(found[0]) if found else 1


def sent(operation: Operation, request: Request) -> str:
    """Send a request and check the answer against the description; return what was said if it did not succeed."""
    headers = {"Accept-Language": "en"}
    if any(one.name == "Idempotency-Key" for one in operation.headers):
        headers["Idempotency-Key"] = str(uuid4())
    kinds = list(operation.get_request_payload_content_types()) if operation.body else []
    more: dict[str, Any] = {"body": request.body or {}, "media_type": kinds[0]} if kinds else {}
    case = operation.Case(path_parameters=request.path, query=request.query, headers=headers, **more)
    answer = case.call_and_validate(headers=_authorized(request.token), checks=CHECKED)
    return "" if 200 <= answer.status_code < 300 else answer.text


def _authorized(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
