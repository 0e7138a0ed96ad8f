"""Papers over HTTP: they come as files of a form, each for one material, read only after their size is known; and how one goes out."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from yimen.casework.document import Opened
from yimen.casework.paper import TOGETHER, Paper, paper_of
from yimen.record.refusal import Refusal


def files_of(request: HttpRequest) -> MultiValueDict[str, "UploadedFile[bytes]"]:
    """
    Return the files of a multipart form.

    Refuses: malformed document.too_large before anything is read, request.malformed when it is no such form.
    """
    most = settings.MAX_UPLOAD_BYTES * TOGETHER
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise Refusal("malformed", "document.too_large", most=most // 1024 // 1024)
    if not (request.content_type or "").startswith("multipart/form-data"):
        raise Refusal("malformed", "request.malformed", fields={"body": "multipart"})
    return request.FILES


def papers_of(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> list[Paper]:
    """The files of a form, each under the code of its material. Refuses: malformed document.too_large, naming the file."""
    return [paper_of(upload, material=material) for material, uploads in _lists(files) for upload in uploads]


def one_file(request: HttpRequest) -> "UploadedFile[bytes]":
    """
    Return the one `file` of a form.

    Refuses: as `files_of`; malformed request.malformed where there is none, or more.
    """
    uploads = files_of(request).getlist("file")
    if len(uploads) != 1:
        raise Refusal("malformed", "request.malformed", fields={"file": "one only" if uploads else "missing"})
    return uploads[0]


def file_of(opened: Opened) -> HttpResponse:
    """A paper as it goes out: saved under its name, never shown inside a page."""
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(opened.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


def _lists(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> Iterable[tuple[str, list[Any]]]:
    return files.lists()
