"""The city's published root and keys (STATE/trust.json): what anyone may keep, to verify without us. No table."""

from pathlib import Path

from django.conf import settings

from yimen.pure.trust import Trust, TrustMalformed, read_trust
from yimen.record.refusal import Refusal


def trust_path() -> Path:
    """Where this installation publishes its trust."""
    return Path(settings.STATE_DIR) / "trust.json"


def published() -> str:
    """
    Return what is published, as it is written.

    Refuses: unavailable trust.missing.
    """
    try:
        return trust_path().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as away:
        raise Refusal("unavailable", "trust.missing") from away


def published_trust() -> Trust:
    """
    Return the root and keys of this city.

    Refuses: unavailable trust.missing, also when what is published cannot be read.
    """
    try:
        return read_trust(published())
    except TrustMalformed as wrong:
        raise Refusal("unavailable", "trust.missing") from wrong
