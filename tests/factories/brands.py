from datetime import timedelta

import factory

from brands.models import (
    Batch,
    BatchStage,
    BatchStatus,
    Programme,
    Project,
    ProjectStatus,
    Quota,
    QuotaPlace,
    Stage,
)
from foundation import clock
from tests.factories.people import UserFactory
from tests.factories.schools import UnitFactory


class BatchFactory(factory.django.DjangoModelFactory):
    """Without windows or quotas: see `open_batch`."""

    class Meta:
        model = Batch

    programme_id = Programme.SCHOOL_BRAND
    year = 2026
    number = factory.Sequence(lambda n: n % 99 + 1)
    title = factory.LazyAttribute(lambda batch: f"{batch.year}年第{batch.number}批申报")
    source_document = "苏教工委〔2026〕12号"
    needs_stamp = False  # Tests about scans say so.


class ProjectFactory(factory.django.DjangoModelFactory):
    """In any status at once: `ProjectFactory(status="eligible")`."""

    class Meta:
        model = Project

    batch = factory.SubFactory(BatchFactory, status=BatchStatus.OPEN)
    organisation = factory.SubFactory(UnitFactory)
    area = factory.LazyAttribute(lambda project: project.organisation.area)
    title = factory.Sequence(lambda n: f"红烛{n}")
    created_by = factory.SubFactory(UserFactory)


def open_batch(programme=Programme.SCHOOL_BRAND, *, quotas=(), stages=tuple(Stage), **fields):
    """An open batch whose every stage is open now; `quotas` is (area, places) pairs with places."""
    batch = BatchFactory(programme_id=programme, status=BatchStatus.OPEN, **fields)
    now = clock.now()
    for stage in stages:
        BatchStage.objects.create(
            batch=batch,
            stage=stage,
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=30),
        )
    for area, places in quotas:
        give_quota(batch, area, places)
    return batch


def give_quota(batch, area, places):
    quota = Quota.objects.create(batch=batch, area=area, places=places)
    QuotaPlace.objects.bulk_create(
        QuotaPlace(quota=quota, number=number) for number in range(1, places + 1)
    )
    return quota


def full_content(programme=Programme.SCHOOL_BRAND):
    """An answer in words to every field of the form but its title."""
    form = Programme.objects.get(pk=programme).newest_form.spec
    written = [item for section in form.sections for item in section.written]
    return {item.key: some_answer(item) for item in written if item.key != "title"}


def some_answer(item):
    if item.kind == "choice":
        return item.choices[0][0]
    if item.kind == "table":
        return [{key: f"{words}示例" for key, words in item.columns}]
    words = {"date": "2026-03-02", "phone": "13812345678", "number": "12"}
    return words.get(item.kind, f"{item.label}示例")


def ready_project(batch, organisation=None, **fields):
    """A complete draft, to be submitted by the unit's secretary."""
    fields.setdefault("status", ProjectStatus.DRAFT)
    return ProjectFactory(
        batch=batch,
        organisation=organisation or UnitFactory(),
        content=full_content(batch.programme_id),
        **fields,
    )
