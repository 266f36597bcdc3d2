"""The register of honours: searched by staff and public alike, kept up, and an honour revoked."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from brands.models import Honour, HonourEvent, Project, ProjectEvent
from brands.services.letters import tell_school
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform


def search(rows: "QuerySet[Honour]", chosen: Any) -> "QuerySet[Honour]":
    """`chosen` holds q, area, level and year as typed; what is no value of theirs is ignored."""
    q = str(chosen.get("q", "")).strip()[:50]
    if q:
        rows = rows.filter(
            Q(brand_name__icontains=q)
            | Q(holder__icontains=q)
            | Q(number__iexact=q)
            | Q(plaque_number__iexact=q)
            | Q(school__search_text__contains=q.lower())
        )
    area, level, year = (str(chosen.get(key, "")) for key in ("area", "level", "year"))
    if area.isdecimal():
        rows = rows.filter(school__area=int(area[:9]))
    if level in Honour.Level.values:
        rows = rows.filter(level=level)
    if year.isdecimal():
        rows = rows.filter(year=int(year[:4]))
    return rows


def years() -> list[int]:
    return sorted(set(Honour.objects.order_by().values_list("year", flat=True)), reverse=True)


def amended(
    honour: Honour, *, by: Any, note: str, plaque_number: str = "", valid_until: date | None = None
) -> dict[str, Any]:
    return {"plaque_number": plaque_number.strip(), "valid_until": valid_until}


def revoked(honour: Honour, *, by: Any, note: str, document: str = "") -> dict[str, Any]:
    """The row stays with all its words: who looks the number up learns that it is revoked."""
    if not document.strip():
        raise Conflict("请填写撤销文号。")
    return {"revoked_on": clock.today(), "revoked_document": document.strip()}


def move_project(honour: Honour, event: HonourEvent) -> None:
    if honour.project:
        perform(honour.project, "revoke", by=event.by, note=event.note)


def tell_revoked(project: Project, event: ProjectEvent) -> None:
    honour, noun = project.honour, project.batch.noun
    text = (
        f"贵单位的{noun}《{project}》（编号 {honour.number}）已撤销命名，文号 {honour.revoked_document}。"
        f"理由：{event.note}"
    )
    tell_school(project, f"project-event:{event.pk}", f"{noun}命名撤销", text)
