"""Papers as they come over HTTP: files of a form, each for one material, read only after their size is known."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from yimen.casework.document import Stored, store
from yimen.casework.draft import Attachment
from yimen.record.refusal import Refusal

TOGETHER: Final = 5  # times the limit of one file, in one request


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


def stored(upload: "UploadedFile[bytes]") -> Stored:
    """Store one file; its size is compared before it is read."""
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise Refusal("malformed", "document.too_large", most=settings.MAX_UPLOAD_BYTES // 1024 // 1024)
    return store(content=upload.read())


def attachments(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> list[Attachment]:
    """Store the files of a form, each under the code of its material; a refusal names the file."""
    return [_attachment(material, upload) for material, uploads in _lists(files) for upload in uploads]


def _lists(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> Iterable[tuple[str, list[Any]]]:
    return files.lists()


def _attachment(material: str, upload: "UploadedFile[bytes]") -> Attachment:
    name = name_of(upload)
    try:
        return Attachment(material=material[:100].replace("\x00", ""), name=name, stored=stored(upload))
    except Refusal as refused:
        raise Refusal(refused.kind, refused.code, **refused.params, material=material[:100], file=name) from refused


def name_of(upload: "UploadedFile[bytes]") -> str:
    """The name a file came with, without what no name needs; it decides nothing."""
    name = "".join(letter for letter in (upload.name or "") if letter.isprintable())
    return name.strip()[-200:] or "file"
