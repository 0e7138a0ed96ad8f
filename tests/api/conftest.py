"""Helpers of these tests are imported by name."""

import sys
from pathlib import Path

import pytest

import town as towns

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def town() -> towns.Town:
    """One town for all tests here; each files cases of its own."""
    return towns.town()
