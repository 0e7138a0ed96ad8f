"""docs/api.md: its table names every operation, and its examples do what they say."""

import importlib.util
import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any
from uuid import uuid4

from django.test import Client

import at_window
import town as towns
from asking import paper
from program_world import ITEM, PASSWORD, World
from succeeding import code_of
from yimen.api.token import token_of
from yimen.api.urls import v1
from yimen.casework import confirmation
from yimen.registry.accounts import make_accounts

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^(curl .*?)  # (\d{3})$", re.MULTILINE)


def test_the_table_names_every_operation() -> None:
    found = importlib.util.spec_from_file_location("api_page", ROOT / "scripts" / "api_page.py")
    assert found
    assert found.loader
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    _, written, _ = script.parts(PAGE)
    assert written == script.table(v1.get_openapi_schema(path_prefix="")), "run scripts/api_page.py"


def test_every_example_does_what_it_says() -> None:
    world = World(towns.town(item=ITEM))
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("\ncurl ")
    told = standing(world)
    for command, status in examples:
        answer = run(command, told | {"KEY": str(uuid4())})
        assert answer.status_code == int(status), (command, answer.content)
        if answer.content and status == "201" and "draft" in answer.json():
            told["DRAFT"] = answer.json()["draft"]


def standing(world: World) -> dict[str, str]:
    """What the examples speak of."""
    town, case, code = world.town, world.at("received"), code_of(world)
    secret = at_window.screen(*world.at_window())
    make_accounts([(town.applicant.username, PASSWORD)])
    return {
        "YIMEN": "",
        "applicant": town.applicant.username,
        "open sesame": PASSWORD,
        "TOKEN": token_of(town.applicant.session),
        "CLERK": token_of(town.drawn(case, "counter").session),
        "CASE": str(case),
        "CODE": code,
        "SECRET": secret,
        "DIGEST": str(confirmation.confirmation(secret=secret)["digest"]),
        "ITEM": town.item,
        "ORGANISATION": str(town.organisation),
        "FORM": json.dumps(towns.FORM, ensure_ascii=True).replace(" ", ""),
        "APPLICATION": json.dumps({"item": town.item, "organisation": str(town.organisation), "form": towns.FORM}),
    }


def run(command: str, told: dict[str, str]) -> Any:
    """Do what a command line of curl asks for, as far as the page uses it."""
    account = command.replace(
        '"applicant", "password": "open sesame"', f'"{told["applicant"]}", "password": "{PASSWORD}"'
    )
    words = [Template(word).safe_substitute(told) for word in shlex.split(account)[1:]]
    headers, fields, body, method, address = {}, {}, None, "", ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name.lower()] = value
        elif word == "-F":
            name, _, value = words.pop(0).partition("=")
            fields[name] = paper() if value.startswith("@") else value.removesuffix(";type=application/json")
        elif word == "-d":
            body = words.pop(0)
        elif word == "-X":
            method = words.pop(0)
        else:
            address = word
    return send(method or ("POST" if fields or body is not None else "GET"), address, headers, fields or body)


def send(method: str, address: str, headers: dict[str, str], content: Any) -> Any:
    kind = headers.pop("content-type", "application/octet-stream")
    if isinstance(content, dict):
        return Client().post(address, content, headers=headers)
    return Client().generic(method, address, content or "", kind, headers=headers)
