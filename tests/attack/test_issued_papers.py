"""What was issued: no login but the keeper's can make one, and nobody can change it, take it out or number it."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import town as towns
from yimen.gateways.preparation import SERVING

ISSUE = """select casework_issue(%s::uuid, 1, %s, %s, %s::bytea, %s::uuid, 'x.pdf', 'application/pdf', 1,
                                 %s::bytea, %s::bytea, 'x', %s::bytea, 'no key'::bytea)"""


def forged(case: UUID, kind: str = "receipt") -> list[Any]:
    some = hashlib.sha256(case.bytes).digest()
    return [case, kind, f"局收〔2026〕{case.hex}", some, uuid4(), some[:16], some, some]


def refused(code: str, act: Callable[..., Any], *given: Any) -> None:
    with pytest.raises(psycopg.Error) as error:
        act(*given)
    assert error.value.sqlstate == code, error.value


@pytest.mark.parametrize("login", sorted(set(SERVING) - {"keeper"}))
def test_only_the_keeper_issues(login: str, ask: Callable[..., Any]) -> None:
    case = towns.town().filed()
    refused("42501", ask, login, ISSUE, *forged(case))
    refused("42501", ask, login, "select casework_issued_number(%s::uuid, 1, 'receipt')", case)
    refused("42501", ask, login, "select casework_issued_source(%s::uuid, 1)", case)
    row = "insert into casework_issued (stream, number, kind, issued_no, content, document, issued_on, signature) values (%s, 1, 'receipt', 'x', sha256('x'), %s, now(), 'x')"
    refused("42501", ask, login, row, case, uuid4())


@pytest.mark.parametrize("login", sorted(SERVING))
def test_nobody_changes_what_was_issued(login: str, ask: Callable[..., Any]) -> None:
    case = towns.town().filed()
    ask("keeper", ISSUE, *forged(case))
    for attack in (
        "update casework_issued set issued_no = 'x'",
        "delete from casework_issued",
        "truncate casework_issued cascade",
        "update casework_issued_kind set nature = 'x'",
        "delete from casework_document where filed = 0",
        "delete from casework_document_key",
        "update casework_document set removed_at = now() where filed = 0",
    ):
        refused("42501", ask, login, attack)


def test_the_keeper_issues_what_is_due_and_once(ask: Callable[..., Any]) -> None:
    town = towns.town()
    case = town.filed()
    with pytest.raises(psycopg.Error, match=r"issued\.not_due"):
        ask("keeper", ISSUE, *forged(case, "grant"))
    assert ask("keeper", ISSUE, *forged(case)) == [(True,)]
    assert ask("keeper", ISSUE, *forged(case)) == [(False,)]
    refused("42501", ask, "keeper", "insert into casework_issued select * from casework_issued")


def test_an_applicant_cannot_take_out_what_was_issued_to_her(ask: Callable[..., Any]) -> None:
    town = towns.town()
    case = town.filed()
    paper = forged(case)
    ask("keeper", ISSUE, *paper)
    with pytest.raises(psycopg.Error, match=r"document\.missing|draft\."):
        ask("public", "select casework_detach(%s, %s::uuid)", town.applicant.session.secret, paper[4])
    assert ask("oversight", "select count(*) from casework_issued where stream = %s", case) == [(1,)]
