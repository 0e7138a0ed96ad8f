"""One way to write a JSON value, so that its bytes can be signed and compared.

Keys are sorted by code point, nothing is written that means nothing (spaces, escapes of printable
characters), and the text is UTF-8. Fractions are refused: two programs may write the same one
differently; an amount is a whole number of its smallest unit, or text.
"""

import json


class NotCanonical(ValueError):
    """A value that has no canonical form, or bytes that are not in it."""


def canonical(value: object) -> bytes:
    """Return the only bytes that stand for a JSON value.

    Refuses: NotCanonical, for a fraction, a key that is not text, half a surrogate pair, or what
    JSON cannot say.
    """
    _check(value, "$")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a text holds half a surrogate pair") from error


def read_canonical(raw: bytes) -> object:
    """Return the value that canonical bytes stand for.

    Refuses: NotCanonical, when the bytes are not JSON or not exactly what `canonical` writes for
    their value (another order of keys, a key given twice, a space, a byte order mark).
    """
    try:
        value: object = json.loads(raw.decode())
        again = canonical(value)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("the bytes are not JSON in UTF-8, or nested too deep") from error
    if again != raw:
        raise NotCanonical("the bytes are JSON but not in canonical form")
    return value


def _check(value: object, where: str) -> None:
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{where}: a key is not text")
            _check(inner, f"{where}.{key}")
        return
    if isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _check(inner, f"{where}[{place}]")
        return
    raise NotCanonical(f"{where}: {type(value).__name__} has no canonical form")
