"""Naming: after the publicity, without open objections, into the register of honours."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from brands.forms import spec
from brands.models import (
    Batch,
    Honour,
    Objection,
    Project,
    ProjectEvent,
    PublicityEntry,
    PublicityStatus,
)
from brands.services import deciding, keeping
from brands.services.letters import tell_school
from brands.services.publishing import is_over
from foundation import clock
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now


def may_be_named(user: Any, project: Project) -> Verdict:
    reason = obstacles([project.pk]).get(project.pk)
    return not_now(reason) if reason else ALLOWED


def obstacles(keys: Iterable[int]) -> dict[int, str]:
    """Project key → why it cannot be named now; in two queries, however many there are."""
    wanted = set(keys)
    entries = (
        PublicityEntry.objects.filter(project__in=wanted)
        .exclude(publicity__status__in=(PublicityStatus.DRAFT, PublicityStatus.TAKEN_DOWN))
        .select_related("publicity__batch")
        .defer("publicity__snapshot", "publicity__text")
    )
    over = {entry.project_id: is_over(entry.publicity) for entry in entries}  # the latest counts
    disputed = set(
        Objection.objects.holding().filter(project__in=wanted).values_list("project_id", flat=True)
    )
    reasons = {}
    for key in wanted:
        if not over.get(key):
            reasons[key] = "公示期尚未届满，不能命名。"
        elif key in disputed:
            reasons[key] = "该项目还有未办结的异议，不能命名。"
    return reasons


def register_honour(
    project: Project,
    *,
    by: Any,
    note: str,
    document_number: str = "",
    named_on: date | None = None,
    level: str = Honour.Level.CITY,
    valid_until: date | None = None,
) -> dict[str, Any]:
    """The honour is written with the move that earns it, never apart from it."""
    if not document_number.strip():
        raise Conflict("请填写公布文号。")
    _same_level(project, level)
    batch, organisation = project.batch, project.organisation
    school = organisation.school
    honour = Honour.objects.create(
        number=next(numbers_from(batch.year, batch.honour_code)),
        project=project,
        programme=batch.programme,
        school=school,
        organisation=organisation,
        holder=organisation.short,
        brand_name=project.title,
        summary=_one_sentence(project),
        level=level,
        label=batch.result_label,
        year=batch.year,
        batch_number=batch.number,
        document_number=document_number.strip(),
        named_on=named_on or clock.today(),
        valid_until=valid_until,
        is_example=bool(school and school.is_fictional),
    )
    keeping.plan(honour)
    return {}


def _same_level(project: Project, level: str) -> None:
    """What stood in public is what is given."""
    entries = project.publicity_entries.exclude(
        publicity__status__in=(PublicityStatus.DRAFT, PublicityStatus.TAKEN_DOWN)
    )
    shown = entries.order_by("-pk").values_list("publicity__level", flat=True).first()
    if shown and shown != level:
        raise Conflict(f"公示的级别是“{Honour.Level(shown).label}”，命名的级别须与公示一致。")


def numbers_from(year: int, code: str) -> Iterator[str]:
    """Without gaps or doubles: the year's batches are locked while the last number is read."""
    if not code:
        raise Conflict("本类别没有设荣誉编号代码，不能命名。请先在“项目类别”中填写。")
    list(
        Batch.objects.select_for_update(of=("self",)).filter(year=year).order_by("pk").values("pk")
    )
    prefix = f"苏{code}-{year}-"
    numbers = Honour.objects.filter(number__startswith=prefix).values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return (f"{prefix}{number:04d}" for number in count(last + 1))


def _one_sentence(project: Project) -> str:
    """What the card of the public page says."""
    form = spec.form_of(project.batch)
    said = [spec.said_in(project, form, role) for role in ("summary", "slogan")]
    for text in (*said, str(spec.value_of(project, "meaning"))):
        if text:
            return text if len(text) <= 100 else f"{text[:99]}…"
    return ""


@transaction.atomic
def name_many(batch: Batch, keys: Iterable[int], *, by: Any, **extra: Any) -> int:
    """All or none. Batches of the year first, then the projects: one order for every writer."""
    list(
        Batch.objects.select_for_update(of=("self",))
        .filter(year=batch.year)
        .order_by("pk")
        .values("pk")
    )
    return deciding.move_many(batch, "name", keys, by=by, **extra)


def tell_named(project: Project, event: ProjectEvent) -> None:
    honour = project.honour
    noun = project.batch.noun
    text = (
        f"贵单位的{noun}《{project}》已命名为{honour.label}，编号 {honour.number}，"
        f"文号 {honour.document_number}。"
    )
    tell_school(project, f"project-event:{event.pk}", f"{noun}命名结果", text)
