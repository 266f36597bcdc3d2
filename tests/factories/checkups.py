"""A quarter under way, and checks with answers, for tests."""

from decimal import Decimal

import factory

from checkups import cycles
from checkups.models import Answer, Checkup, Indicator, Kind, Rectification, Template
from foundation import clock
from foundation.workflow.engine import perform

FULL = {
    Kind.DONE: {"achieved": True},
    Kind.NUMBER: {"number": Decimal(3), "target": Decimal(3)},
    Kind.RATE: {"rate": Decimal(100)},
    Kind.GRADE: {"grade": "excellent"},
}
ZERO = {
    Kind.DONE: {"achieved": False},
    Kind.NUMBER: {"number": Decimal(0), "target": Decimal(3)},
    Kind.RATE: {"rate": Decimal(0)},
    Kind.GRADE: {"grade": "poor"},
}


def documented():
    """As it is once the bureau has typed the number: what is shipped names none."""
    source = "《关于落实季度“体检”制度的通知》（苏教工委〔2026〕8号）"
    Template.objects.update(source_document=source)


def open_cycle(year=2026, quarter=3):
    documented()
    return cycles.open_cycle(year, quarter)


def checkup_of(organisation, year=2026, quarter=3):
    """The check of `organisation` in a quarter opened now."""
    open_cycle(year, quarter)
    return Checkup.objects.get(organisation=organisation, cycle__year=year, cycle__quarter=quarter)


def answer_all(checkup, **changed):
    """Full marks everywhere, but for `changed`: indicator code → columns."""
    Answer.objects.filter(checkup=checkup).delete()
    Answer.objects.bulk_create(
        Answer(
            checkup=checkup,
            indicator=indicator,
            **changed.get(indicator.code, FULL[indicator.kind]),
        )
        for indicator in Indicator.objects.filter(template=checkup.cycle.template)
    )
    return checkup


def submitted(checkup, by, **changed):
    answer_all(checkup, **changed)
    perform(checkup, "submit", by=by)
    return checkup


class RectificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rectification

    number = factory.Sequence(lambda n: f"ZG-2026Q3-测试-{n:04d}")
    organisation = factory.SubFactory("tests.factories.schools.UnitFactory")
    problem = "B3 支部党员大会未达标"
    due_on = factory.LazyFunction(clock.today)
