"""An application made up for a demonstration: every field of an item answered, every required paper drawn."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from yimen.casework.form import matters
from yimen.cli.program import File

WIDE, HIGH = 360, 240
ROOMS: Final = ((10, 10, 200, 120), (200, 10, 350, 120), (10, 120, 130, 230), (130, 120, 350, 230))


def form_for(item: Mapping[str, Any], organisation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer each field that matters by its type, truthfully where the organisation says it."""
    form: dict[str, Any] = {}
    for field in item["form"]:
        if matters(field, form):
            form[field["name"]] = _value(field, organisation)
    return form


def _value(field: Mapping[str, Any], organisation: Mapping[str, Any]) -> Any:
    choices = [one["code"] for one in field.get("choices", [])]
    said: dict[str, Any] = {
        "credit_code": organisation["code"],
        "choice": choices[len(choices) // 2] if choices else "",
        "choices": choices[2:4] or choices[:1],
        "phone": "0431-80000001",
        "email": "applicant@example.org",
        "date": "2026-11-02",
        "number": "12",
        "resident_id": "220199199105272264",
        "text": "长春示范市人民大街 1 号",
    }
    return said[field["type"]]


def papers_for(item: Mapping[str, Any]) -> list[File]:
    """Draw a paper for each material that must be handed in."""
    return [(one["code"], f"{one['name_zh']}.png", drawing()) for one in wanted(item["materials"])]


def wanted(materials: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [
        one
        for one in materials
        if one["necessity"] == 1 and not one.get("exempt_by_sharing") and not one.get("from_form")
    ]


def drawing() -> bytes:
    """A plan of four rooms as a PNG."""
    lines = bytearray()
    for y in range(HIGH):
        lines.append(0)
        lines.extend(0 if _wall(x, y) else 255 for x in range(WIDE))
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _wall(x: int, y: int) -> bool:
    return any(
        left <= x <= right and top <= y <= bottom and (x - left < 3 or right - x < 3 or y - top < 3 or bottom - y < 3)
        for left, top, right, bottom in ROOMS
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
