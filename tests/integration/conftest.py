"""What every test here starts from."""

import pytest

from support.world import World


@pytest.fixture
def world() -> World:
    return World("acme", "beta")
