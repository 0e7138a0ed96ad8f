"""A program that speaks to the interface over HTTP with a person's token, as anyone's program would."""

import http.client
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

BASE: Final = "/api/v1"
File = tuple[str, str, bytes]  # material, name, content


class Refused(Exception):
    """The platform said no, in words."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", status))
        self.detail = str(problem.get("detail", ""))
        self.params = problem.get("params", {})
        super().__init__(f"{self.code}: {self.detail} {self.params or ''}".strip())


@dataclass
class Answer:
    status: int
    media_type: str
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body) if self.body else None


class Program:
    """One connection to one server, kept open; a token can be given for each request."""

    def __init__(self, url: str, *, language: str = "en", timeout: float = 60) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(str(parts.hostname), parts.port, timeout=timeout)
        self._language = language

    def close(self) -> None:
        self._connection.close()

    def healthy(self) -> bool:
        """Whether anything of ours answers."""
        try:
            return self._send("GET", "/healthz", b"", {}).status == 200
        except (OSError, http.client.HTTPException):
            self.close()
            return False

    def get(self, path: str, token: str = "") -> Any:
        return self.fetch(path, token).said

    def fetch(self, path: str, token: str = "") -> Answer:
        """Get anything, JSON or not. Refuses: Refused."""
        return self._checked(self._send("GET", BASE + path, b"", self._headers(token, "", None)))

    def put(self, path: str, body: Mapping[str, Any], token: str = "") -> None:
        """Put JSON. Refuses: Refused."""
        text = json.dumps(body, ensure_ascii=False).encode()
        self._checked(self._send("PUT", BASE + path, text, self._headers(token, "application/json", None)))

    def post(self, path: str, body: Mapping[str, Any], token: str = "", *, key: object = None) -> Any:
        """Post JSON under a fresh idempotency key unless one is given. Refuses: Refused."""
        text = json.dumps(body, ensure_ascii=False).encode()
        headers = self._headers(token, "application/json", key or uuid4())
        return self._checked(self._send("POST", BASE + path, text, headers)).said

    def send(
        self, path: str, fields: Mapping[str, str], files: Sequence[File], token: str = "", *, key: object = None
    ) -> Any:
        """Post a form with files. Refuses: Refused."""
        content_type, text = multipart(fields, files)
        headers = self._headers(token, content_type, key or uuid4())
        return self._checked(self._send("POST", BASE + path, text, headers)).said

    def _headers(self, token: str, content_type: str, key: object) -> dict[str, str]:
        headers = {"Accept-Language": self._language}
        if content_type:
            headers["Content-Type"] = content_type
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = str(key)
        return headers

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One request; a connection that the server had closed meanwhile is opened again, and the key makes that safe."""
        for last in (False, True):
            try:
                self._connection.request(method, path, body=body or None, headers=dict(headers))
                response = self._connection.getresponse()
                return Answer(response.status, response.headers.get("Content-Type", ""), response.read())
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                if last:
                    raise
        raise AssertionError("unreachable")

    @staticmethod
    def _checked(answer: Answer) -> Answer:
        if answer.status >= 400:
            problem = (
                answer.said if "json" in answer.media_type else {"detail": answer.body[:200].decode("utf-8", "replace")}
            )
            raise Refused(answer.status, problem)
        return answer


def multipart(fields: Mapping[str, str], files: Sequence[File]) -> tuple[str, bytes]:
    """Write a form with files; returns its content type and itself."""
    boundary = secrets.token_hex(16)
    parts = []
    for name, value in fields.items():
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for material, name, content in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{material}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)
