"""Next year's batch from last year's, and the checks before it opens (F-A 9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands import opening
from brands.copying import copy_batch
from brands.models import (
    Allotment,
    Batch,
    BatchStage,
    BatchStatus,
    Programme,
    Quota,
    SourceFile,
)
from brands.models.batch import TAKEN_OVER
from foundation import clock
from foundation.workdays.models import CalendarDay
from foundation.workdays.services import is_workday
from reviews.models import Round, RoundStatus, Rubric
from schools.models import Role
from tests.factories.brands import BatchFactory, give_quota, open_batch
from tests.factories.people import person
from tests.factories.reviews import RoundFactory
from tests.factories.schools import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(unit):
    return open_batch(quotas=[(unit.area, 3)], year=2026, number=4, title="2026年第四批申报")


def test_copy_takes_the_rules_and_the_rounds_and_leaves_the_paper(old, bureau):
    round = RoundFactory(batch=old, status=RoundStatus.FROZEN, per_entry=7, draw_seed=5)
    newest = Rubric.objects.create(code=round.rubric.code, version=9, title="新版")

    new = copy_batch(old, by=bureau, via=None)

    assert (new.status, new.year, new.number) == (BatchStatus.DRAFT, 2027, 4)
    assert new.title == "2027年第四批申报"
    assert new.source_document == ""
    assert new.form is None
    windows = {row.stage: row for row in new.stages.all()}
    for row in old.stages.all():
        moved = windows[row.stage].closes_at - row.closes_at
        assert timedelta(days=364) <= moved <= timedelta(days=364 + 12)
        assert is_workday(timezone.localdate(windows[row.stage].closes_at))
    assert [quota.places for quota in new.quotas.all()] == [3]
    copied = Round.objects.get(batch=new)
    assert (copied.status, copied.rubric, copied.per_entry) == (RoundStatus.DRAFT, newest, 7)
    assert copied.draw_seed is None


def test_a_day_that_falls_on_a_holiday_moves_to_the_next_working_day(unit, bureau, at):
    at("2026-03-02 09:00")
    for day, kind in [(3, "rest"), (4, "rest"), (5, "rest"), (6, "work")]:
        CalendarDay.objects.create(date=date(2027, 4, day), kind=kind)
    old = BatchFactory(year=2026)
    stages = {"apply": ((4, 1), (4, 6)), "check": ((4, 7), (4, 8))}
    for stage, ((month, first), (_, last)) in stages.items():
        BatchStage.objects.create(
            batch=old,
            stage=stage,
            opens_at=clock.start_of(date(2026, month, first)),
            closes_at=clock.end_of(date(2026, month, last)),
        )
    round = RoundFactory(batch=old, scoring="median", avoid_area=True)
    Round.objects.filter(pk=round.pk).update(
        opens_at=clock.start_of(date(2026, 4, 1)), closes_at=clock.end_of(date(2026, 4, 5))
    )

    new = copy_batch(old, by=bureau, via=None)

    days = {
        row.stage: (timezone.localdate(row.opens_at), timezone.localdate(row.closes_at))
        for row in new.stages.all()
    }
    # 1 April 2026 is a Wednesday, 52 weeks later 31 March; 6 April → Monday, 5 April, a holiday.
    assert days["apply"] == (date(2027, 3, 31), date(2027, 4, 6))
    assert days["check"] == (date(2027, 4, 6), date(2027, 4, 7))
    copied = Round.objects.get(batch=new)
    assert (copied.scoring, copied.avoid_area) == ("median", True)
    assert copied.closes_at == clock.end_of(date(2027, 4, 6))


# Of each model that a copy makes anew: the fields that are its own, each with the reason.
OWN_FIELDS = {
    Batch: {
        "id": "its own row",
        "version": "counts its own moves",
        "status": "a draft",
        "year": "the next",
        "number": "the same while it is free",
        "title": "says its year",
        "source_document": "the new round has a new paper",
        "approval_document": "and a new approval",
        "approving_body": "and a new approval",
        "form": "the newest, when it opens",
        "checklist": "the newest, when it opens",
    },
    BatchStage: {"id": "its own row"},
    Quota: {"id": "its own row"},
    Allotment: {"id": "its own row"},
    Round: {
        "id": "its own row",
        "version": "counts its own moves",
        "status": "a draft",
        "rubric": "the newest version",
        "draw_seed": "drawn anew",
        "drawn_at": "drawn anew",
        "frozen_at": "not yet",
        "created_by": "whoever copies",
    },
}
SHIFTED = {"opens_at", "closes_at"}
# What hangs on a batch and stays with it, each with the reason.
LIVED = {
    "Project": "what schools applied for",
    "BatchEvent": "its history",
    "Publicity": "its notices",
    "Extension": "given to somebody once",
    "QuotaTransfer": "agreed once",
    "SourceFile": "the papers of that year: the new round has its own",
}


def _whole(unit, bureau):
    """An open batch of which every field is something else than what a new row has."""
    batch = BatchFactory(
        programme_id=Programme.SCHOOL_BRAND,
        year=2026,
        number=4,
        title="2026年第四批申报",
        result_label="优秀成果奖",
        approval_document="苏委〔2026〕3号",
        approving_body="某机关",
        publicity_days=10,
        publicity_unit="calendar",
        return_days=4,
        objection_days=11,
        remind_days="7,2",
        quota_total=3,
        reviewers_per_entry=6,
        needs_stamp=False,
        project_megabytes=150,
        batch_megabytes=15_000,
    )
    Batch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.OPEN,
        version=3,
        checklist=["要点"],
        form=batch.programme.newest_form,
        under=unit.parent,
        labels={"apply": "自荐"},
        noun="品牌",
    )
    Programme.objects.filter(pk=batch.programme_id).update(
        under=unit.parent, labels={"apply": "自荐"}, noun="品牌"
    )
    for number, stage in enumerate(batch.stages_used):
        opens = clock.start_of(date(2026, 3, 2)) + timedelta(weeks=number)
        closes_at = clock.end_of(timezone.localdate(opens + timedelta(days=4)))
        batch.stages.create(stage=stage, opens_at=opens, closes_at=closes_at)
    batch.quotas.create(area=unit.area, places=3, private=1, kindergartens=2)
    batch.allotments.create(area=unit.area, places=5)
    batch.allotments.create(kind="kindergarten", places=2)
    RoundFactory(
        batch=batch,
        kind="closing",
        status=RoundStatus.FROZEN,
        version=2,
        per_entry=7,
        scoring="median",
        correction="zscore",
        avoid_area=True,
        is_blind=True,
        draw_seed=5,
        drawn_at=clock.now(),
        frozen_at=clock.now(),
    )
    RoundFactory(batch=batch, mode="defence", weight=40, takes=3)
    return Batch.objects.get(pk=batch.pk)


def _rows(model, batch):
    rows = (
        model.objects.filter(pk=batch.pk) if model is Batch else model.objects.filter(batch=batch)
    )
    return list(rows)


def _fields(model):
    own = {*OWN_FIELDS[model], *SHIFTED, "batch"}
    return [field for field in model._meta.concrete_fields if field.name not in own]


def test_what_hangs_on_a_batch_is_copied_or_named_as_what_stays():
    """A new kind of row of a batch is copied, or its reason stands in LIVED."""
    hanging = {relation.related_model for relation in Batch._meta.related_objects}
    assert {model.__name__ for model in hanging} == {
        *LIVED,
        *(model.__name__ for model in OWN_FIELDS if model is not Batch),
    }


@pytest.mark.parametrize("model", OWN_FIELDS)
def test_copy_forgets_no_field(model, unit, bureau):
    """A new field is copied, or its reason stands in OWN_FIELDS. Everything here differs from what
    a new row would have by itself, so that nothing is equal by chance."""
    old = _whole(unit, bureau)

    new = copy_batch(old, by=bureau, via=None)

    before, after = _rows(model, old), _rows(model, new)
    assert before
    assert len(before) == len(after)
    for field in _fields(model):
        values = [getattr(row, field.attname) for row in before]
        if field.has_default() and field.name not in copied_by_the_programme(model):
            assert {str(value) for value in values} != {str(field.get_default())}, (
                f"give {field.name} a value"
            )
        assert [getattr(row, field.attname) for row in after] == values, field.name
    for name in SHIFTED & {field.name for field in model._meta.concrete_fields}:
        moved = [getattr(b, name) - getattr(a, name) for a, b in zip(before, after, strict=True)]
        assert all(timedelta(days=364) <= by <= timedelta(days=364 + 12) for by in moved)


def copied_by_the_programme(model):
    """A batch that is being set up follows its programme in these."""
    return set(TAKEN_OVER) if model is Batch else set()


def test_every_exception_is_of_a_field_that_is_there():
    for model, own in OWN_FIELDS.items():
        assert {*own} <= {field.name for field in model._meta.concrete_fields}


def test_the_page_of_a_copy_says_what_was_left_out_and_what_is_to_be_filled_in(
    client, unit, bureau
):
    old = _whole(unit, bureau)
    for name in ("通知.pdf", "办法.pdf"):
        SourceFile.objects.create(
            batch=old, name=name, stored=f"x/{name}", size=1, sha256="0" * 64, by=bureau,
            content_type="application/pdf",
        )  # fmt: skip
    client.force_login(bureau)

    page = client.post(reverse("brands:batch-copy", args=[old.pk]), follow=True)

    assert (
        "没有复制、需要重新填写的：文号、依据文件（原批次2份）、批准文号、批准机关。" in page.text
    )
    new = Batch.objects.get(status=BatchStatus.DRAFT)
    assert page.context["batch"] == new
    assert [reason[:2] for reason in page.context["reasons"]] == ["文号", "结果"]
    assert "须填写批准文号和批准机关" in page.text
    assert not new.source_files.exists()


def test_a_copy_of_a_plain_batch_names_the_number_alone(client, old, bureau):
    client.force_login(bureau)
    page = client.post(reverse("brands:batch-copy", args=[old.pk]), follow=True)
    assert "需要重新填写的：文号。" in page.text


def test_a_second_copy_takes_the_next_number(old, bureau):
    numbers = [copy_batch(old, by=bureau, via=None).number for _ in range(3)]
    assert numbers == [4, 5, 6]


def test_only_staff_copy(client, old, root, bureau, secretary):
    url = reverse("brands:batch-copy", args=[old.pk])
    for user, status in [(secretary, 403), (person(Role.LEADER, root), 403), (bureau, 302)]:
        client.force_login(user)
        assert client.post(url).status_code == status
    assert Batch.objects.count() == 2


def test_a_copy_does_not_open_before_it_has_its_paper(old, bureau):
    new = copy_batch(old, by=bureau, via=None)
    assert any("文号" in reason for reason in opening.reasons(new))


def test_quotas_must_add_up_to_the_notice(unit):
    batch = BatchFactory(quota_total=5)
    give_quota(batch, unit.area, 3)
    assert any("相加为3，与名额合计5不符" in reason for reason in opening.reasons(batch))
    give_quota(batch, AreaFactory(), 2)
    batch = Batch.objects.get(pk=batch.pk)
    assert not any("名额" in reason for reason in opening.reasons(batch))


def test_a_second_round_in_one_year_is_warned_of_not_blocked():
    first = BatchFactory(year=2026)
    second = BatchFactory(year=2026)
    BatchFactory(year=2025)
    BatchFactory(year=2026, programme_id=Programme.SECRETARY_PROJECT)
    assert len(opening.warnings(second)) == 1
    assert first.title in opening.warnings(second)[0]


def test_another_programme_for_the_same_applicants_is_warned_of():
    """F-A 9, whoever thinks a second programme for the same schools up."""
    other = Programme.objects.create(
        key="p1", name="党建示范校", track="naming", applicant="unit", number_code="SF"
    )
    first, second = BatchFactory(year=2026), BatchFactory(year=2026, programme_id=other.pk)
    BatchFactory(year=2026, programme_id=Programme.SECRETARY_PROJECT)
    (warning,) = opening.warnings(second)
    assert first.title in warning
    assert "同一类对象（学校（单位）党组织）" in warning
