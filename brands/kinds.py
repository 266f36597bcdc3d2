"""The files that the worker makes for this app: registered when the program starts."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from brands import exporting
from brands.models import Batch, Project
from brands.outputs import certificates, compendium, dossier, milestone_list
from brands.permissions import may_export
from brands.permissions_after import may_certify
from foundation import media
from foundation.jobs.services import KINDS, Kind, Task
from foundation.verdict import ALLOWED, Verdict, denied


def _may_export(user: Any, facts: dict[str, Any]) -> Verdict:
    return may_export(user)


def _summary(task: Task) -> dict[str, Any]:
    found, title = exporting.chosen(task.owner, QueryDict(task.facts["query"]))
    task.file.write(
        exporting.projects_workbook(found, user=task.owner, title=title, progress=task.step)
    )
    return {"rows": task.job.total}


def _milestones(task: Task) -> dict[str, Any]:
    found, _ = milestone_list.chosen(task.owner, QueryDict(task.facts["query"]))
    task.file.write(milestone_list.workbook(found, task.step))
    return {"rows": task.job.total}


def _may_read(user: Any, facts: dict[str, Any]) -> Verdict:
    seen = Project.objects.visible_to(user).filter(pk=facts["project"]).exists()
    return ALLOWED if seen else denied("您已不能查看这个项目，不能下载它的档案包。")


def _dossier(task: Task) -> dict[str, Any]:
    projects = Project.objects.visible_to(task.owner).select_related(
        "batch__form", "organisation__school", "organisation__area", "area"
    )
    project = projects.get(pk=task.facts["project"])
    packed = dossier.write(
        project,
        task.file,
        user=task.owner,
        step=task.step,
        with_minors=bool(task.facts.get("with_minors")),
    )
    return {"project": project.pk, "files": len(packed)}


def _may_certify(user: Any, facts: dict[str, Any]) -> Verdict:
    return may_certify(user)


def _certificates(task: Task) -> dict[str, Any]:
    honours = certificates.wanted(QueryDict(task.facts["query"]))
    task.step(0, len(honours))
    task.file.write(certificates.render(honours, task.facts["kind_of"]))
    task.step(len(honours), len(honours))
    return {"rows": len(honours), "form": task.facts["kind_of"]}


def _volume(form: str) -> Callable[[Task], dict[str, Any]]:
    def make(task: Task) -> dict[str, Any]:
        batch = Batch.objects.visible_to(task.owner).get(pk=task.facts["batch"])
        task.file.write(compendium.write(batch, form, task.step))
        return {"batch": batch.pk, "rows": task.job.total}

    return make


def register() -> None:
    KINDS["brands.summary"] = Kind(_may_export, _summary, media.EXCEL)
    KINDS["brands.milestones"] = Kind(_may_export, _milestones, media.EXCEL)
    KINDS["brands.dossier"] = Kind(_may_read, _dossier, media.ZIP)
    KINDS["brands.certificates"] = Kind(_may_certify, _certificates, media.PDF)
    KINDS["brands.volume.word"] = Kind(_may_certify, _volume("word"), media.WORD)
    KINDS["brands.volume.pdf"] = Kind(_may_certify, _volume("pdf"), media.PDF)
