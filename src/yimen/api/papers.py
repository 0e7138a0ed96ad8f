"""Papers over HTTP: they come as files of a form, each for one material, read only after their size is known; and how one goes out."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict

from yimen.casework.document import Opened
from yimen.casework.paper import TOGETHER, Paper, paper_of
from yimen.pure.handed_out import lines_of
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


def only(request: HttpRequest, *names: str) -> None:
    """Refuses: malformed request.malformed, where a form has a field that is not asked for: a misspelt one is noticed."""
    if unknown := set(request.POST) - set(names):
        raise Refusal("malformed", "request.malformed", fields={name[:100]: "unknown" for name in sorted(unknown)})


def one_file(request: HttpRequest, *also: str) -> "UploadedFile[bytes]":
    """
    Return the one `file` of a form that has no other fields than `also`.

    Refuses: as `files_of` and `only`; malformed request.malformed where there is none, or more.
    """
    files = files_of(request)
    only(request, *also)
    if set(files) - {"file"}:
        raise Refusal("malformed", "request.malformed", fields={"file": "one only"})
    uploads = files.getlist("file")
    if len(uploads) != 1:
        raise Refusal("malformed", "request.malformed", fields={"file": "one only" if uploads else "missing"})
    return uploads[0]


def file_of(opened: Opened) -> HttpResponse:
    """A paper as it goes out: saved under its name, never shown inside a page."""
    return HttpResponse(opened.content, headers=lines_of(name=opened.name, media_type=opened.media_type, look=False))


def _lists(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> Iterable[tuple[str, list[Any]]]:
    return files.lists()
