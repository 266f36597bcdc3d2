import factory

from schools.models import (
    Area,
    OrganisationKind,
    Ownership,
    PartyOrganisation,
    School,
    SchoolKind,
    Tier,
)


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    code = factory.Sequence(lambda n: f"{320000 + n}")
    name = factory.Sequence(lambda n: f"第{n}区")


class SchoolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = School

    code = factory.Sequence(lambda n: f"{2132990000 + n}")
    name = factory.Sequence(lambda n: f"第{n}小学")
    area = factory.SubFactory(AreaFactory)
    kind = SchoolKind.PRIMARY
    ownership = Ownership.PUBLIC


class RootFactory(factory.django.DjangoModelFactory):
    """The city's work committee, once."""

    class Meta:
        model = PartyOrganisation
        django_get_or_create = ("name",)

    name = "市委教育工委"
    kind = OrganisationKind.WORK_COMMITTEE
    tier = Tier.CITY


class AreaCommitteeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PartyOrganisation

    name = factory.LazyAttribute(lambda org: f"{org.area.name}教育工委")
    kind = OrganisationKind.AREA_COMMITTEE
    tier = Tier.AREA
    area = factory.SubFactory(AreaFactory)
    parent = factory.SubFactory(RootFactory)


class UnitFactory(factory.django.DjangoModelFactory):
    """A school's own Party organisation under an area committee."""

    class Meta:
        model = PartyOrganisation

    parent = factory.SubFactory(AreaCommitteeFactory)
    area = factory.LazyAttribute(lambda org: org.parent.area)
    school = factory.LazyAttribute(lambda org: SchoolFactory(area=org.area or AreaFactory()))
    name = factory.LazyAttribute(lambda org: f"中共{org.school.name}支部委员会")
    kind = OrganisationKind.BRANCH
    tier = Tier.UNIT
