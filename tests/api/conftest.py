"""One town for all tests here; each files cases of its own."""

import pytest

import town as towns


@pytest.fixture(scope="session")
def town() -> towns.Town:
    return towns.town()
