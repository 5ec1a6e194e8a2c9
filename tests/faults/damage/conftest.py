"""One set of whole homes for all tests of damage."""

import pytest

from tests.faults.damage.homes import Whole, build


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Homes that nobody damages; take a copy."""
    return build(tmp_path_factory.mktemp("whole"))
