"""How a paper goes out, whoever hands it: shown by the browser by itself, or saved; never part of a page of ours (decisions/0021)."""

from typing import Final
from urllib.parse import quote

ALONE: Final = "default-src 'none'; sandbox"
# What a browser needs to show a PDF; no file is taken in that holds anything that acts (pure/content.py).
SHOWN: Final = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


def lines_of(*, name: str, media_type: str, look: bool) -> dict[str, str]:
    """Return the lines at the head of an answer that carries a paper: to look at in a window of its own, or to save under its name."""
    return {
        "Content-Type": media_type,
        "Content-Disposition": f"{'inline' if look else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SHOWN if look and media_type == "application/pdf" else ALONE,
        "Cache-Control": "no-store",
    }
