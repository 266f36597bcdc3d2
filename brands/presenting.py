"""How a project shows itself: facts and stage rail; its time line: `timeline`. The viewer decides what is in them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from brands.models import (
    Batch,
    ProgressNote,
    Project,
    Stage,
)
from brands.models import ProjectStatus as S
from brands.permissions import shown_status
from brands.services import windows
from brands.tones import tone_of

# What both tracks go through, and the statuses that stand there.
_BEFORE: list[tuple[str, set[S]]] = [
    (Stage.APPLY, {S.DRAFT, S.RETURNED, S.WITHDRAWN}),
    (Stage.DISTRICT, {S.DISTRICT_REVIEW, S.NOT_RECOMMENDED}),
    (Stage.CHECK, {S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK, S.REJECTED}),
    (Stage.REVIEW, {S.ELIGIBLE, S.IN_REVIEW}),
    (Stage.DECISION, {S.SCORED, S.PROPOSED, S.APPROVED, S.DECLINED}),
]
STAGES: dict[bool, list[tuple[str, set[S]]]] = {
    True: [
        *_BEFORE,
        ("publicity", {S.PUBLICITY, S.ON_HOLD}),
        ("named", {S.NAMED, S.REVOKED}),
    ],
    False: [
        *_BEFORE,
        ("progress", {S.ESTABLISHED, S.IN_PROGRESS, S.TERMINATED}),
        (
            Stage.CLOSING,
            {S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED, S.CLOSED_EXCELLENT, S.CLOSED_GOOD,
             S.CLOSED_PASS, S.CLOSED_FAIL},
        ),
    ],
}  # fmt: skip
# Steps that have no window, so that the batch has no word for them.
WORDS = {"publicity": "公示", "named": "命名", "progress": "立项推进"}
Step = tuple[str, str, set[S]]
FINISHED = {S.NAMED, S.CLOSED_EXCELLENT, S.CLOSED_GOOD, S.CLOSED_PASS}
ENDED = {
    S.NOT_RECOMMENDED,
    S.REJECTED,
    S.DECLINED,
    S.REVOKED,
    S.TERMINATED,
}  # No step of it is under way any more.

# An established secretary project has milestones and, in the end, a closing report.
TRACKED = {
    S.ESTABLISHED, S.IN_PROGRESS, S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED,
    S.CLOSED_EXCELLENT, S.CLOSED_GOOD, S.CLOSED_PASS, S.CLOSED_FAIL,
    S.TERMINATED,
}  # fmt: skip


def chip(project: Project, user: Any) -> dict[str, str]:
    """The status as this person may see it, for `{% status %}`."""
    status = shown_status(project, user)
    label, tone = shown_as(status, project.is_return_overdue)
    return {"value": status.value, "label": label, "tone": tone}


def shown_as(status: S, is_return_overdue: bool) -> tuple[str, str]:
    """(words, tone) of a status; a return without an answer in time has its own."""
    return ("逾期未修改", "bad") if is_return_overdue else (status.label, tone_of(status.value))


def steps_of(batch: Batch) -> list[Step]:
    """Those of its track that the batch has, by its own words; what waits for the decision where
    there are no experts stands there."""
    used = batch.stages_used
    steps = []
    for key, statuses in STAGES[batch.is_brand]:
        if key in Stage.values and key not in used:
            continue
        if key == Stage.DECISION and not batch.has_review:
            statuses = {*statuses, S.ELIGIBLE}
        steps.append((key, WORDS.get(key) or batch.stage_label(key), statuses))
    return steps


def stage_rail(project: Project, user: Any) -> list[dict[str, str]]:
    status = shown_status(project, user)
    steps = steps_of(project.batch)
    at = _reached(project, status, steps)
    here, later = ("ended", "dropped") if status in ENDED else ("current", "next")
    rail = []
    for number, (key, label, _) in enumerate(steps):
        state = "done" if number < at else here if number == at else later
        if status in FINISHED or (status == S.ESTABLISHED and _ends_there(project.batch)):
            state = "done"
        if key == Stage.DISTRICT and project.organisation.is_direct:
            state = "skipped"
        window = "" if state in {"ended", "dropped", "skipped"} else _window(project.batch, key)
        rail.append({"label": label, "state": state, "window": window})
    return rail


def _ends_there(batch: Batch) -> bool:
    """Established is all there is, where nothing is followed up."""
    return not (batch.has_milestones or batch.has_closing)


def _reached(project: Project, status: str, steps: list[Step]) -> int:
    """The number of the step where a project in `status` stands, or ended."""
    if status == S.DECLINED and project.events.filter(name="uphold").exists():
        status = S.ON_HOLD  # Approved, then an objection was upheld.
    return next((n for n, step in enumerate(steps) if status in step[2]), 0)


def _window(batch: Batch, stage: str) -> str:
    row = windows.stage_of(batch, stage)
    if row is None:
        return ""
    first, last = timezone.localdate(row.opens_at), timezone.localdate(row.closes_at)
    # A zero-width space: a narrow rail breaks between the dates, not inside one.
    return f"{first.month}月{first.day}日\u200b至{last.month}月{last.day}日"


def notes_of(project: Project) -> QuerySet[ProgressNote]:
    return ProgressNote.objects.filter(milestone__project=project)


def progress_notes(notes: QuerySet[ProgressNote]) -> list[dict[str, Any]]:
    """In the order in which they were written, for `brands/_progress_notes.html`."""
    found = notes.select_related("by", "milestone").prefetch_related("files")
    return [
        {
            "day": note.day,
            "milestone": note.milestone.title,
            "text": note.text,
            "who": note.by.name,
            "files": file_rows(note.files.all()),
        }
        for note in found
    ]


def file_rows(files: Any) -> list[dict[str, Any]]:
    """Progress files, for `includes/_file_row.html`."""
    return [
        {
            "name": file.name,
            "size": file.size,
            "url": reverse("brands:progress-file", args=[file.pk]),
        }
        for file in files
    ]


def registry_facts(project: Project) -> list[tuple[str, str]]:
    """What the registry knows: shown in the form, never asked (F-A 5)."""
    unit = project.organisation
    facts = [("党组织", unit.name), ("组织类型", unit.get_kind_display())]
    if unit.school:
        school = unit.school
        facts = [
            ("学校全称", school.name),
            ("学校标识码", school.code),
            ("学校类别", f"{school.get_kind_display()} · {school.get_ownership_display()}"),
            *facts,
        ]
    facts.append(("板块", unit.area.name if unit.area else "市直属"))
    if unit.secretary_name:
        facts.append(("书记", unit.secretary_name))
    members = unit.full_members + unit.probationary_members
    facts.append(("党员数", f"{members}名（其中预备党员{unit.probationary_members}名）"))
    return facts


def who_asks(batch: Batch) -> str:
    """Who asked for this, under which document (F-A 6)."""
    return f"填报要求：市委教育工委；文件依据：{batch.source_document}"
