"""Who takes part: schools in every area, their secretaries, officers, experts, the bureau."""

from datetime import date

from brands.tasks import close_due_publicity, keep_rechecks
from foundation import clock
from foundation.accounts.models import User
from foundation.notifications.tasks import plan_reminders
from foundation.outbox.services import drain
from schools.models import (
    Appointment,
    Area,
    OrganisationKind,
    Ownership,
    PartyOrganisation,
    Role,
    School,
    SchoolKind,
    Tier,
)
from schools.services.organisations import ensure_trees

EXPERTS = 9
_SINCE = date(2020, 1, 1)


def tick() -> None:
    """What the scheduler does by itself, once a day here."""
    close_due_publicity()
    keep_rechecks()
    plan_reminders()
    drain()


class World:
    """`schools` made-up ones: one in six directly under the city, one in four private."""

    def __init__(self, schools: int) -> None:
        self.root = ensure_trees()
        self.clerk = self._person("clerk", Role.BUREAU, self.root)
        self.second = self._person("second", Role.BUREAU, self.root)
        self.leader = self._person("leader", Role.LEADER, self.root)
        self.supervision = self._person("supervision", Role.SUPERVISION, self.root)
        self.experts = [
            self._person(f"expert{n}", Role.REVIEWER, self.root) for n in range(1, EXPERTS + 1)
        ]
        committees = PartyOrganisation.objects.filter(tier=Tier.AREA).select_related("area")
        self.homes: list[PartyOrganisation] = list(committees[:4])
        self.areas: list[Area] = [home.area for home in self.homes if home.area]
        self.officers = {
            home.area_id: self._person(f"officer{home.area_id}", Role.DISTRICT, home)
            for home in self.homes
        }
        self.units = [self._unit(number) for number in range(schools)]
        self.secretaries = {
            unit.pk: self._person(f"secretary{unit.pk}", Role.SECRETARY, unit)
            for unit in self.units
        }

    def _person(self, username: str, role: str, organisation: PartyOrganisation) -> User:
        user = User.objects.create_user(username, f"排演{username}", None)
        Appointment.objects.create(user=user, role=role, organisation=organisation, since=_SINCE)
        return user

    def _unit(self, number: int) -> PartyOrganisation:
        direct = number % 6 == 5
        home = self.root if direct else self.homes[number % len(self.homes)]
        area = Area.objects.get(is_direct=True) if direct else home.area
        assert area is not None
        school = School.objects.create(
            code=f"98{number:08d}",
            name=f"排演第{number + 1}小学",
            area=area,
            kind=SchoolKind.KINDERGARTEN if number % 7 == 4 else SchoolKind.PRIMARY,
            ownership=Ownership.PRIVATE if number % 4 == 2 else Ownership.PUBLIC,
            is_fictional=True,
        )
        return PartyOrganisation.objects.create(
            name=f"中共排演第{number + 1}小学支部委员会",
            kind=OrganisationKind.BRANCH,
            tier=Tier.UNIT,
            parent=home,
            area=area,
            school=school,
            secretary_name=f"书记{number + 1}",
            full_members=12,
            checked_from=clock.today().replace(year=clock.today().year + 9),
        )
