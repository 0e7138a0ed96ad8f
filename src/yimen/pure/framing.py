"""How fields are put together before they are hashed.

Every field carries its own length, so that no two different lists of fields give the same bytes.
The same framing is written in SQL beside the migrations; a test compares the two.
"""

import hashlib

_LARGEST_FIELD = 2**31 - 1


def frame(field: bytes | str) -> bytes:
    """Return the field behind its length, four bytes big-endian; text is UTF-8 and what is absent
    is empty.
    """
    raw = field.encode() if isinstance(field, str) else field
    if len(raw) > _LARGEST_FIELD:
        raise ValueError("a field of two gigabytes or more cannot be framed")
    return len(raw).to_bytes(4, "big") + raw


def int8(number: int) -> bytes:
    """Return a whole number as PostgreSQL sends a bigint: eight bytes, big-endian, signed."""
    return number.to_bytes(8, "big", signed=True)


def digest(*fields: bytes | str) -> bytes:
    """Return the SHA-256 of the fields, each framed, in the order given."""
    return hashlib.sha256(b"".join(frame(field) for field in fields)).digest()
