"""Files on their way in: bounded before they are kept anywhere, so that one too large costs nobody what she typed."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from yimen.casework.paper import TOGETHER


class Bounded(FileUploadHandler):
    """
    Take files into memory up to the limit of one file, and of all files of a request together.

    What is beyond is read and dropped, while the size is still counted: the other fields of the form arrive whole.
    """

    together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.parts: list[bytes] = []
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        self.together += len(raw_data)
        if self.seen > settings.MAX_UPLOAD_BYTES or self.together > settings.MAX_UPLOAD_BYTES * TOGETHER:
            self.parts.clear()
            self.seen = max(self.seen, settings.MAX_UPLOAD_BYTES + 1)
        else:
            self.parts.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        return InMemoryUploadedFile(
            file=BytesIO(b"".join(self.parts)),
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=max(file_size, self.seen),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
