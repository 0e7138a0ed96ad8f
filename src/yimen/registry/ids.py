"""What things and people are known by: ids that follow from codes, and what stands for a resident id."""

import hashlib
import hmac
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings


def identifier(kind: str, code: str) -> UUID:
    """Return the id of a place or thing by its code. People have none of this kind: theirs cannot be guessed."""
    return uuid5(NAMESPACE_URL, f"yimen/{kind}/{code}")


def identity(resident_id: str) -> str:
    """
    Return what stands for a resident id: one human being is one person, and the number itself is kept nowhere.

    Keyed with the installation's secret, because the numbers are few enough to try them all.
    """
    key = hashlib.sha256(b"yimen.identity.v1" + settings.SECRET_KEY.encode()).digest()
    return "\\x" + hmac.new(key, resident_id.encode(), hashlib.sha256).hexdigest()
