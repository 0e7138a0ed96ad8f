"""
A picture as a page: typeset by typst, which we have for certificates already.

A JPEG is put into the page byte for byte, a PNG without loss, and both upright as the camera meant them. The programs that
read them are written in a language in which a broken file cannot take over the process.
"""

import tempfile
from pathlib import Path
from typing import Final

import typst

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory; below it a folder only we can read is made each time
PAGE: Final = '#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}", width: 210mm)\n'
SUFFIX: Final = {"image/jpeg": ".jpg", "image/png": ".png"}


class PictureUnreadable(ValueError):
    """A picture that cannot be put on a page."""


def page_of(picture: bytes, media_type: str) -> bytes:
    """
    Return a PDF of one page that holds a JPEG or PNG. The picture is in a file only while this runs, in memory where there is such a folder.

    Refuses: PictureUnreadable.
    """
    name = f"picture{SUFFIX[media_type]}"
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="yimen-") as folder:
        (Path(folder) / name).write_bytes(picture)
        (Path(folder) / "page.typ").write_text(PAGE.format(name=name), encoding="utf-8")
        try:
            return bytes(typst.compile(str(Path(folder) / "page.typ"), root=folder))
        except RuntimeError as wrong:
            raise PictureUnreadable(str(wrong)) from wrong
