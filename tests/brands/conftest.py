"""One school in one district, one batch whose every window is open."""

import pytest

from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory


@pytest.fixture
def root(db):
    return RootFactory()


@pytest.fixture
def bureau(root):
    return person(Role.BUREAU, root)


@pytest.fixture
def unit(root):
    return UnitFactory(parent__parent=root)


@pytest.fixture
def district(unit):
    return person(Role.DISTRICT, unit.parent)


@pytest.fixture
def secretary(unit):
    return person(Role.SECRETARY, unit)


@pytest.fixture
def batch(unit):
    return open_batch(quotas=[(unit.area, 2)])


@pytest.fixture
def staff(unit):
    return person(Role.STAFF, unit)


@pytest.fixture
def project(batch, unit):
    """A complete draft."""
    return ready_project(batch, unit)


@pytest.fixture
def stranger(root):
    """The secretary of another school in another district."""
    return person(Role.SECRETARY, UnitFactory(parent__parent=root))
