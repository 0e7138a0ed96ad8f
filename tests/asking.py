"""Asking the interface as a program does: a person's token, a fresh key for each request, JSON both ways."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import town as towns
from yimen.api.token import token_of


@dataclass
class Answer:
    """Status, headers and what was said."""

    response: Any

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def said(self) -> Any:
        return json.loads(self.response.content)

    @property
    def code(self) -> str:
        assert self.response["Content-Type"] == "application/problem+json", self.response.content
        return str(self.said["code"])


@dataclass
class Asking:
    """One program, acting for one person or for nobody."""

    who: towns.Someone | None = None
    token: str = ""
    language: str = "en"
    client: Client = field(default_factory=Client)

    def _headers(self, key: object) -> dict[str, str]:
        headers = {"accept-language": self.language}
        token = self.token or (token_of(self.who.session) if self.who else "")
        if token:
            headers["authorization"] = f"Bearer {token}"
        if key is not None:
            headers["idempotency-key"] = str(key)
        return headers

    def get(self, path: str, **query: Any) -> Answer:
        return Answer(self.client.get(f"/api/v1{path}", query, headers=self._headers(None)))

    def delete(self, path: str) -> Answer:
        return Answer(self.client.delete(f"/api/v1{path}", headers=self._headers(None)))

    def put(self, path: str, body: object) -> Answer:
        text = json.dumps(body)
        return Answer(
            self.client.put(f"/api/v1{path}", text, content_type="application/json", headers=self._headers(None))
        )

    def post(self, path: str, body: object = None, key: object = "") -> Answer:
        """Post JSON; a fresh key unless one is given, and none for None."""
        text = body if isinstance(body, str) else json.dumps(body or {})
        headers = self._headers(uuid4() if key == "" else key)
        return Answer(self.client.post(f"/api/v1{path}", text, content_type="application/json", headers=headers))

    def send(self, path: str, fields: dict[str, Any], key: object = "") -> Answer:
        """Post a form with files."""
        headers = self._headers(uuid4() if key == "" else key)
        return Answer(self.client.post(f"/api/v1{path}", fields, headers=headers))


def application(town: towns.Town, **changes: Any) -> dict[str, Any]:
    """The parts of a whole application; `None` leaves one out."""
    given = {"item": town.item, "organisation": str(town.organisation), "form": towns.FORM}
    files = {"layout": paper()}
    files |= changes.pop("files", {})
    return {"application": json.dumps({**given, **changes}), **{name: one for name, one in files.items() if one}}


def paper(content: bytes = towns.PAPER, name: str = "布局图.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def filed(town: towns.Town) -> str:
    """File an application over the interface and return the case."""
    answer = Asking(town.applicant).send("/cases", application(town))
    assert answer.status == 201, answer.said
    return str(answer.said["case"])


def drawn(town: towns.Town, case: str, role: str) -> tuple[Asking, dict[str, Any]]:
    """Poll the worklists of a role until the case is on one, as its people do."""
    for one in town.people[role]:
        asking, cursor = Asking(one), ""
        while True:
            page = asking.get("/worklist", limit=100, **({"cursor": cursor} if cursor else {})).said
            for line in page["items"]:
                if line["stream"] == case:
                    return asking, line
            cursor = page["next"]
            if not cursor:
                break
    raise LookupError(role)
