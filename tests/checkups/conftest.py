"""A city, two districts, a school in each, a directly managed one, and their people."""

from types import SimpleNamespace

import pytest

from schools.models import Role
from tests.factories.checkups import checkup_of
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, AreaFactory, RootFactory, UnitFactory


@pytest.fixture
def city(db, at):
    at("2026-10-12 10:00")
    root = RootFactory()
    area = AreaCommitteeFactory(parent=root, area=AreaFactory(name="甲区"))
    other = AreaCommitteeFactory(parent=root, area=AreaFactory(name="乙区"))
    unit = UnitFactory(parent=area, secretary_name="甲书记")
    foreign = UnitFactory(parent=other)
    direct = UnitFactory(parent=root, area=AreaFactory(name="市直属", is_direct=True))
    return SimpleNamespace(
        root=root,
        area=area,
        unit=unit,
        foreign=foreign,
        direct=direct,
        checkup=checkup_of(unit),
        foreign_checkup=checkup_of(foreign),
        direct_checkup=checkup_of(direct),
        secretary=person(Role.SECRETARY, unit, name="填报书记"),
        staff=person(Role.STAFF, unit),
        foreign_secretary=person(Role.SECRETARY, foreign),
        direct_secretary=person(Role.SECRETARY, direct),
        district=person(Role.DISTRICT, area),
        foreign_district=person(Role.DISTRICT, other),
        bureau=person(Role.BUREAU, root),
        leader=person(Role.LEADER, root),
        auditor=person(Role.AUDITOR, root),
        reviewer=person(Role.REVIEWER, root),
        admin=person(Role.SYSTEM_ADMIN, root),
    )
