"""Who and where: the two trees, the people with their appointments, a rubric of three criteria."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from bench.words import DIRECTIONS, name_of
from foundation import clock
from foundation.accounts.models import User
from reviews.models import Criterion, Rubric
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
from schools.models.school import searchable

STAFF, JUDGE, REVIEWER = "bench", "bench_judge", "bench_reviewer_0"
PASSWORD = "Bench-Horse-9"
REVIEWERS, AREAS = 60, 10
WEIGHTS = (40, 35, 25)
CHUNK = 1000


def tree() -> tuple[PartyOrganisation, list[Area]]:
    root = PartyOrganisation.objects.create(
        name="基准教育工委", kind=OrganisationKind.WORK_COMMITTEE, tier=Tier.CITY
    )
    areas = [
        Area.objects.get_or_create(
            code=f"99{n:04d}", defaults={"name": f"基准第{n + 1}区", "order": n}
        )[0]
        for n in range(AREAS)
    ]
    return root, areas


def people(root: PartyOrganisation) -> list[User]:
    """The bureau's person, the one who judges by the benchmark, then the other reviewers."""
    secret = make_password(PASSWORD)
    names = [STAFF, JUDGE, *(f"bench_reviewer_{n}" for n in range(REVIEWERS))]
    users = User.objects.bulk_create(
        User(
            username=name,
            name=name_of(n),
            password=secret,
            must_change_password=False,
            password_changed_at=clock.wall_now(),
            privacy_accepted_at=clock.wall_now(),
        )
        for n, name in enumerate(names)
    )
    since = clock.today() - timedelta(days=365)
    Appointment.objects.bulk_create(
        Appointment(
            user=user,
            role=Role.BUREAU if user.username == STAFF else Role.REVIEWER,
            organisation=root,
            since=since,
        )
        for user in users
    )
    return users


def organisations(
    count: int, root: PartyOrganisation, areas: list[Area]
) -> list[PartyOrganisation]:
    committees = [
        PartyOrganisation.objects.create(
            name=f"{area.name}教育工委",
            kind=OrganisationKind.AREA_COMMITTEE,
            tier=Tier.AREA,
            area=area,
            parent=root,
        )
        for area in areas
    ]
    names = [f"{DIRECTIONS[n % len(DIRECTIONS)]}桥第{n + 1}小学" for n in range(count)]
    schools = School.objects.bulk_create(
        (
            School(
                code=f"{3_000_000_000 + n}",
                name=name,
                area=areas[n % AREAS],
                kind=SchoolKind.PRIMARY,
                ownership=Ownership.PUBLIC,
                search_text=searchable(name),
            )
            for n, name in enumerate(names)
        ),
        batch_size=CHUNK,
    )
    return PartyOrganisation.objects.bulk_create(
        (
            PartyOrganisation(
                name=f"中共{school.name}支部委员会",
                kind=OrganisationKind.BRANCH,
                tier=Tier.UNIT,
                area=school.area,
                school=school,
                parent=committees[n % AREAS],
                path=f"{committees[n % AREAS].path}{10_000_000 + n}/",
                search_text=school.search_text,
            )
            for n, school in enumerate(schools)
        ),
        batch_size=CHUNK,
    )


def rubric() -> list[Criterion]:
    sheet = Rubric.objects.create(code="BENCH", title="基准评分标准", frozen=True)
    return [
        Criterion.objects.create(
            rubric=sheet,
            code=f"BENCH-{n}",
            title=f"指标{n}",
            weight=weight,
            excellent="做得好。",
            order=n,
            tie_order=1 if n == 1 else None,
        )
        for n, weight in enumerate(WEIGHTS, start=1)
    ]
