import pytest

from tests.matrix.world import World


@pytest.fixture
def world(db):
    return World()
