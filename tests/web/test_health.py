"""What every answer carries, and that a request costs no session and no database."""

import pytest
from django.db import connections
from django.test import Client

from yimen.record import draws as record_draws
from yimen.record import statement


def test_the_process_answers_without_a_database(client: Client) -> None:
    connections["default"].close()  # another test may have left it open
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"
    assert not connections["default"].connection


def test_nothing_runs_that_is_not_a_file_of_ours(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_accounts_have_a_session_and_other_pages_none(client: Client) -> None:
    assert not client.get("/healthz").cookies
    assert client.get("/accounts/login/").status_code == 200


def test_a_face_whose_login_is_not_here_is_said_to_be_elsewhere(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_draws, "today", lambda: statement.value("elsewhere", "select 1"))
    answer = client.get("/draws/", headers={"accept-language": "en"})

    assert answer.status_code == 404
    assert "served by another machine" in answer.content.decode()
